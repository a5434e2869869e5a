/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/objects.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lab/content.h"
#include "lab/history.h"
#include "lab/journal.h"
#include "lab/shelf.h"
#include "lab/warm.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

struct flush {
	objects_flushed_fn fn;
	void *arg;
};

struct objects {
	struct shelf shelf;
	struct warm *warm;
	struct history history;
	struct journal *journal; /* NULL: in memory */
	uint64_t version;
	struct loop_timer *turn_end;
	struct flush *flushes;
	size_t n_flushes;
};

uint64_t objects_version(const struct objects *objects)
{
	return objects->version;
}

uint64_t objects_oldest(const struct objects *objects)
{
	return objects->history.oldest;
}

static void end_turn_later(const struct objects *objects)
{
	if (objects->turn_end != NULL)
		loop_timer_soon(objects->turn_end);
}

const struct object *objects_get(const struct objects *objects,
				 enum kind_id kind, const char *ns,
				 const char *name)
{
	struct content *content = shelf_get(&objects->shelf, kind, ns, name);

	if (content == NULL)
		return NULL;
	end_turn_later(objects);
	return warm_use(objects->warm, content);
}

static void run_flushes(struct objects *objects, int code)
{
	struct flush *flushes = objects->flushes;
	size_t n = objects->n_flushes;

	objects->flushes = NULL;
	objects->n_flushes = 0;
	for (size_t i = 0; i < n; i++)
		flushes[i].fn(code, flushes[i].arg);
	free(flushes);
}

/* Makes the shelf what it was before the event. */
static void undo(struct objects *objects, const struct history_event *event)
{
	scope_json struct json *object = NULL;

	if (event->was != NULL)
		object = content_parse(event->was);
	shelf_place(&objects->shelf, event->is, event->was, object);
}

/* Nobody has been told of open events, but some may have read what was there:
 * all who begin to watch must list again. */
static void take_back(struct objects *objects)
{
	struct history *history = &objects->history;
	size_t n = 0;

	while (history_open(history, n) != NULL)
		n++;
	while (n-- > 0) {
		undo(objects, history_open(history, n));
		history_take_back(history);
	}
	history_forget(history, ++objects->version);
}

static int commit(struct objects *objects, struct err *err)
{
	int rc = 0;

	if (objects->journal != NULL)
		rc = journal_write(objects->journal, &objects->history, err);
	if (rc < 0)
		take_back(objects);
	else
		history_close(&objects->history);
	return rc;
}

static void on_turn_end(void *arg)
{
	struct objects *objects = arg;
	struct err err;
	int rc = commit(objects, &err);
	struct warm_batch batch = warm_take(objects->warm);

	run_flushes(objects, rc);
	if (history_tell(&objects->history))
		loop_timer_set(objects->turn_end, 0);
	warm_cool(objects->warm, batch);
}

void objects_set_loop(struct objects *objects, struct loop *loop)
{
	loop_timer_free(objects->turn_end);
	objects->turn_end = NULL;
	if (loop == NULL)
		return;
	objects->turn_end = loop_timer_new(loop, on_turn_end, objects);
	end_turn_later(objects);
}

void objects_flush(struct objects *objects, objects_flushed_fn fn, void *arg)
{
	bool is_done = history_open(&objects->history, 0) == NULL &&
		       objects->n_flushes == 0;

	if (objects->journal == NULL || is_done) {
		fn(0, arg);
		return;
	}
	mem_grow(objects->flushes, objects->n_flushes);
	objects->flushes[objects->n_flushes++] = (struct flush){fn, arg};
	end_turn_later(objects);
}

const char *objects_refusal(const struct objects *objects)
{
	return objects->journal != NULL ? journal_refusal(objects->journal)
					: NULL;
}

/* What the writer expects against what is there. */
static int check_expected(const struct content *was, uint64_t expect,
			  struct err *err)
{
	if (expect == 0 && was != NULL)
		return err_set(err, ST_EEXISTS, "%s exists", was->key);
	if (expect == 0 || (was != NULL && expect == OBJECTS_ANY))
		return 0;
	if (was == NULL)
		return err_set(err, ST_ENOTFOUND, "no such object");
	if (was->object.version != expect)
		return err_set(err, ST_ECONFLICT,
			       "%s is at version %" PRIu64 ", not %" PRIu64,
			       was->key, was->object.version, expect);
	return 0;
}

static int check_names(const struct json *meta, const char **ret_ns,
		       const char **ret_name, struct err *err)
{
	const char *name = json_str(meta, "name");
	const char *ns = json_str(meta, "namespace");

	if (name == NULL || *name == '\0')
		return err_set(err, ST_EINVAL, "an object without name");
	*ret_name = name;
	*ret_ns = ns != NULL ? ns : "";
	if (strlen(*ret_ns) + 1 + strlen(name) > SHELF_KEY_MAX)
		return err_set(err, ST_ELIMIT, "a name of over %d bytes",
			       SHELF_KEY_MAX);
	return 0;
}

/* Where the disk refused the last write, each new one is tried at once, so
 * that its writer is told. */
static int record(struct objects *objects, struct history_event take_event,
		  const struct json *object, struct err *err)
{
	objects->version = take_event.version;
	shelf_place(&objects->shelf, take_event.was, take_event.is, object);
	history_add(&objects->history, take_event);
	warm_cool_early(objects->warm);
	warm_use(objects->warm,
		 take_event.is ? take_event.is : take_event.last);
	end_turn_later(objects);
	if (objects_refusal(objects) == NULL)
		return 0;
	return commit(objects, err);
}

static int new_version(struct objects *objects, uint64_t *ret_version,
		       struct err *err)
{
	*ret_version = objects->version + 1;
	if (objects->journal == NULL)
		return 0;
	return journal_reserve(objects->journal, *ret_version, err);
}

static int put(struct objects *objects, enum kind_id kind, struct content *was,
	       struct json *object, struct content **ret_is, struct err *err)
{
	struct content *is = NULL;
	uint64_t version = 0;
	int rc = new_version(objects, &version, err);

	if (rc == 0)
		rc = content_new(kind, object, version, &is, err);
	if (rc < 0)
		return rc;
	if (was != NULL)
		is->disk_id = was->disk_id;
	else if (objects->journal != NULL)
		is->disk_id = journal_new_id(objects->journal);
	*ret_is = is;
	return record(objects,
		      (struct history_event){.version = version,
					     .was = content_ref(was),
					     .is = is},
		      object, err);
}

int objects_put(struct objects *objects, enum kind_id kind, struct json *object,
		uint64_t expect, const struct object **ret_object,
		struct err *err)
{
	struct content *was = NULL, *is = NULL;
	const char *ns = NULL, *name = NULL;
	int rc = check_names(json_get(object, "metadata"), &ns, &name, err);

	if (rc < 0)
		return rc;
	was = shelf_get(&objects->shelf, kind, ns, name);
	/* Any version: also none. */
	if (was != NULL || expect != OBJECTS_ANY)
		rc = check_expected(was, expect, err);
	if (rc == 0)
		rc = put(objects, kind, was, object, &is, err);
	if (rc == 0 && ret_object != NULL)
		*ret_object = &is->object;
	return rc;
}

int objects_delete(struct objects *objects, enum kind_id kind, const char *ns,
		   const char *name, uint64_t expect, struct err *err)
{
	struct content *last = NULL;
	struct content *was = shelf_get(&objects->shelf, kind, ns, name);
	uint64_t version = 0;
	int rc = was != NULL ? check_expected(was, expect, err)
			     : err_set(err, ST_ENOTFOUND, "no such object");

	if (rc == 0)
		rc = new_version(objects, &version, err);
	if (rc == 0)
		rc = content_renew(was, version, &last, err);
	if (rc < 0)
		return rc;
	return record(objects,
		      (struct history_event){.version = version,
					     .was = content_ref(was),
					     .last = last},
		      NULL, err);
}

struct each {
	struct warm *warm;
	objects_each_fn wants; /* NULL: all */
	objects_each_fn fn;
	void *arg;
};

static bool show(struct content *content, void *arg)
{
	const struct each *each = arg;

	if (each->wants != NULL) {
		struct object head = content->object;

		head.json = NULL;
		if (!each->wants(&head, each->arg))
			return true;
	}
	return warm_show(each->warm, content, each->fn, each->arg);
}

void objects_each(const struct objects *objects, enum kind_id kind,
		  const char *ns, const char *after, objects_each_fn fn,
		  void *arg)
{
	struct each each = {objects->warm, NULL, fn, arg};

	shelf_each(&objects->shelf, kind, ns, after, show, &each);
}

void objects_each_wanted(const struct objects *objects, enum kind_id kind,
			 const char *ns, objects_each_fn wants,
			 objects_each_fn fn, void *arg)
{
	struct each each = {objects->warm, wants, fn, arg};

	shelf_each(&objects->shelf, kind, ns, NULL, show, &each);
}

size_t objects_count(const struct objects *objects, enum kind_id kind)
{
	return objects->shelf.map[kind].n;
}

void objects_each_owned(const struct objects *objects, const char *owner_uid,
			objects_each_fn fn, void *arg)
{
	struct each each = {objects->warm, NULL, fn, arg};

	shelf_each_owned(&objects->shelf, owner_uid, show, &each);
}

int objects_watch_new(struct objects *objects, enum kind_id kind,
		      uint64_t since, objects_watch_fn fn, void *arg,
		      struct objects_watch **ret_watch, struct err *err)
{
	struct history *history = &objects->history;

	if (since < history->oldest || since > objects->version)
		return err_set(err, ST_EGONE,
			       "too old resource version: %" PRIu64 " (%" PRIu64
			       ")",
			       since, history->oldest);
	*ret_watch = history_watch(history, kind, since, fn, arg);
	if (history_has_news(history) && objects->turn_end != NULL)
		end_turn_later(objects);
	return 0;
}

/* A client may remember versions of an earlier store that was in memory or
 * whose folder was removed; time keeps those from being taken for ours. */
static uint64_t first_version(void)
{
	int64_t now_ms = clk_wall_us() / 1000;

	return now_ms > 1 ? (uint64_t)now_ms : 1;
}

int objects_open(const char *data_dir, struct objects **ret_objects,
		 struct err *err)
{
	struct objects *objects = mem_zalloc(sizeof(*objects));
	int rc = 0;

	objects->warm = mem_zalloc(sizeof(*objects->warm));
	objects->version = first_version();
	if (data_dir != NULL)
		rc = journal_open(data_dir, &objects->shelf,
				  &objects->warm->packer, &objects->version,
				  &objects->journal, err);
	history_init(&objects->history, objects->version);
	if (rc < 0) {
		objects_free(objects);
		return rc;
	}
	*ret_objects = objects;
	return 0;
}

void objects_free(struct objects *objects)
{
	struct err err;

	if (objects == NULL)
		return;
	run_flushes(objects, commit(objects, &err));
	loop_timer_free(objects->turn_end);
	history_fini(&objects->history);
	shelf_fini(&objects->shelf);
	warm_fini(objects->warm);
	free(objects->warm);
	journal_free(objects->journal, objects->version);
	free(objects);
}
