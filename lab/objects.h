/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * objects - the versioned object store: one revision counter for all, the
 * history that watches are served from, and what is on disk.
 *
 * Knows nothing of API rules: it stores JSON text by kind, namespace and
 * name. A write is told to watchers at once; whoever acknowledges it to a
 * client waits for objects_flush first, so that nothing acknowledged is lost.
 *
 * Threads: the loop thread. Memory: the store owns objects; a borrowed one is
 * valid until the next write or until control returns to the loop.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct err;
struct json;
struct objects;

struct object {
	enum kind_id kind;
	uint64_t version; /* resourceVersion of this content */
	const char *ns;	  /* "" for cluster-scoped kinds */
	const char *name;
	const char *uid;
	/* Whole object, compact, without resourceVersion's staleness: the
	 * text has metadata.resourceVersion == version. */
	const char *json;
	size_t json_len;
	/* metadata.labels as "key\0value\0...", sorted by key, ends with an
	 * empty key: for selectors without parsing. */
	const char *labels;
};

/* `data_dir` NULL: in memory. Else SQLite (WAL) in that folder, made with mode
 * 0700 if missing; a lock keeps a second process out. Errors are one line
 * with path and fix. */
st_must_check int objects_open(const char *data_dir,
			       struct objects **ret_objects, struct err *err);
/* After all watches. What is waiting for a flush is told first. */
void objects_free(struct objects *objects);

/* The newest resourceVersion given out. Starts above 0 and never falls, over
 * restarts either. */
uint64_t objects_version(const struct objects *objects);
/* The oldest version a watch may start from; older ones are 410 Gone. */
uint64_t objects_oldest(const struct objects *objects);

const struct object *objects_get(const struct objects *objects,
				 enum kind_id kind, const char *ns,
				 const char *name);

/* Writes. `object` must have metadata.name and uid (and namespace where
 * there is one); the store sets metadata.resourceVersion in it. `expect` is
 * the version the writer has seen: 0 = must not exist, OBJECTS_ANY = any.
 * ST_EEXISTS, ST_ENOTFOUND, ST_ECONFLICT; ST_ESERVER with a plain reason when
 * the disk refuses (full, read-only): then nothing changed. */
#define OBJECTS_ANY UINT64_MAX
st_must_check int objects_put(struct objects *objects, enum kind_id kind,
			      struct json *object, uint64_t expect,
			      const struct object **ret_object,
			      struct err *err);
/* Deletes; the DELETED event carries the last content with a version of its
 * own. */
st_must_check int objects_delete(struct objects *objects, enum kind_id kind,
				 const char *ns, const char *name,
				 uint64_t expect, struct err *err);

/* Makes all writes so far durable against kill -9, then calls fn(code, arg):
 * at once when in memory, else after the commit that ends this turn of the
 * loop (writes of one turn share one commit). code 0, or ST_ESERVER. */
typedef void (*objects_flushed_fn)(int code, void *arg);
struct loop;
void objects_set_loop(struct objects *objects, struct loop *loop);
void objects_flush(struct objects *objects, objects_flushed_fn fn, void *arg);
/* Why the disk refused the last write, with its path; NULL if it did not. */
const char *objects_refusal(const struct objects *objects);

/* In the order of "ns/name" as bytes, as a real server lists; ns NULL: all.
 * `after` ("ns/name", "/name" for cluster-scoped kinds, or NULL) is exclusive.
 * fn returns false to stop; the object is borrowed for that one call. No writes
 * meanwhile. */
typedef bool (*objects_each_fn)(const struct object *object, void *arg);
void objects_each(const struct objects *objects, enum kind_id kind,
		  const char *ns, const char *after, objects_each_fn fn,
		  void *arg);
/* As above, but for those that `wants` asks for by what is known without their
 * text: their json is NULL for it. */
void objects_each_wanted(const struct objects *objects, enum kind_id kind,
			 const char *ns, objects_each_fn wants,
			 objects_each_fn fn, void *arg);
size_t objects_count(const struct objects *objects, enum kind_id kind);
/* Objects that have an ownerReference with this uid; as above. */
void objects_each_owned(const struct objects *objects, const char *owner_uid,
			objects_each_fn fn, void *arg);

/* Watching. Events come in order of version, later, never from inside
 * objects_watch_new or a write (they are handed out when the writer's callback
 * has returned). `was` is NULL for a new object, `is` NULL for a deleted one;
 * `version` is the event's. Both are borrowed for the call. */
struct objects_event {
	uint64_t version;
	const struct object *was, *is;
	/* For DELETED: the last content with the new version in it. */
	const struct object *last;
};
struct objects_watch;
typedef void (*objects_watch_fn)(const struct objects_event *event, void *arg);
/* Events after `since`. ST_EGONE: `since` is older than the history, or from
 * the future (of another store). kind may be KINDS for all kinds. Events need a
 * loop (objects_set_loop). A callback may write, free its own watch or any
 * other, and open watches. */
st_must_check int objects_watch_new(struct objects *objects, enum kind_id kind,
				    uint64_t since, objects_watch_fn fn,
				    void *arg, struct objects_watch **ret_watch,
				    struct err *err);
void objects_watch_free(struct objects_watch *watch);
