/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/objects.h"

#include <inttypes.h>
#include <string.h>

#include "lab/content.h"
#include "lab/history.h"
#include "lab/ordered.h"
#include "lab/owners.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

struct entry {
	struct content *content;
	struct owners_link *owners;
};

struct flush {
	objects_flushed_fn fn;
	void *arg;
};

struct objects {
	struct ordered map[KINDS]; /* key of the content: struct entry */
	struct owners owners;
	struct history history;
	uint64_t version;
	struct loop_timer *turn_end;
	struct flush *flushes;
	size_t n_flushes;
};

/* Longer than any "ns/name" that rules let through. */
#define KEY_MAX	    1024
#define KEY_ALLOWED (KEY_MAX / 2)
struct key {
	char text[KEY_MAX];
};

/* What is cut is longer than any key there is, so it matches none. */
static const char *make_key(struct key *key, const char *ns, const char *name)
{
	size_t n = ns != NULL ? strnlen(ns, KEY_MAX - 2) : 0;
	size_t m = strnlen(name, KEY_MAX - 2 - n);

	if (n > 0)
		memcpy(key->text, ns, n);
	key->text[n] = '/';
	memcpy(key->text + n + 1, name, m);
	key->text[n + 1 + m] = '\0';
	return key->text;
}

static struct entry *get_entry(const struct objects *objects, enum kind_id kind,
			       const char *key)
{
	struct ordered_item *item = ordered_get(&objects->map[kind], key);

	return item != NULL ? item->value : NULL;
}

static void own(struct objects *objects, struct entry *entry,
		const struct json *object)
{
	owners_drop(&objects->owners, entry->owners);
	entry->owners = owners_note(&objects->owners, object, entry);
}

static void add_entry(struct objects *objects, struct content *take_is,
		      const struct json *object)
{
	struct entry *entry = mem_zalloc(sizeof(*entry));

	entry->content = take_is;
	own(objects, entry, object);
	ordered_add(&objects->map[take_is->object.kind], take_is->key, entry);
}

static void replace_entry(struct objects *objects, struct ordered_item *item,
			  struct content *take_is, const struct json *object)
{
	struct entry *entry = item->value;

	own(objects, entry, object);
	item->key = take_is->key;
	content_unref(entry->content);
	entry->content = take_is;
}

static void remove_entry(struct objects *objects, struct ordered *map,
			 struct entry *entry)
{
	ordered_remove(map, entry->content->key);
	owners_drop(&objects->owners, entry->owners);
	content_unref(entry->content);
	free(entry);
}

/* Puts `is` in the place of `was`; either may be NULL, not both. `object` is
 * `is`, parsed. */
static void change(struct objects *objects, const struct content *was,
		   struct content *is, const struct json *object)
{
	const struct content *any = is != NULL ? is : was;
	struct ordered *map = &objects->map[any->object.kind];
	struct ordered_item *item = ordered_get(map, any->key);

	if (is == NULL)
		remove_entry(objects, map, item->value);
	else if (item == NULL)
		add_entry(objects, content_ref(is), object);
	else
		replace_entry(objects, item, content_ref(is), object);
}

uint64_t objects_version(const struct objects *objects)
{
	return objects->version;
}

uint64_t objects_oldest(const struct objects *objects)
{
	return objects->history.oldest;
}

const struct object *objects_get(const struct objects *objects,
				 enum kind_id kind, const char *ns,
				 const char *name)
{
	struct key key;
	struct entry *entry =
		get_entry(objects, kind, make_key(&key, ns, name));

	return entry != NULL ? &entry->content->object : NULL;
}

static void end_turn_later(struct objects *objects)
{
	if (objects->turn_end != NULL)
		loop_timer_soon(objects->turn_end);
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

static void on_turn_end(void *arg)
{
	struct objects *objects = arg;

	history_close(&objects->history);
	run_flushes(objects, 0);
	if (history_tell(&objects->history))
		loop_timer_set(objects->turn_end, 0);
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
	(void)objects;
	fn(0, arg);
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

static int check_key(const struct json *meta, struct key *key, struct err *err)
{
	const char *name = json_str(meta, "name");

	if (name == NULL || *name == '\0')
		return err_set(err, ST_EINVAL, "an object without name");
	make_key(key, json_str(meta, "namespace"), name);
	if (strlen(key->text) > KEY_ALLOWED)
		return err_set(err, ST_ELIMIT, "a name of over %d bytes",
			       KEY_ALLOWED);
	return 0;
}

static void record(struct objects *objects, const struct history_event *event)
{
	history_add(&objects->history, *event);
	end_turn_later(objects);
}

int objects_put(struct objects *objects, enum kind_id kind, struct json *object,
		uint64_t expect, const struct object **ret_object,
		struct err *err)
{
	struct key key;
	struct content *is = NULL;
	int rc = check_key(json_get(object, "metadata"), &key, err);

	if (rc < 0)
		return rc;
	struct entry *entry = get_entry(objects, kind, key.text);
	struct content *was = entry != NULL ? entry->content : NULL;
	/* Any version: also none. */
	if (was != NULL || expect != OBJECTS_ANY)
		rc = check_expected(was, expect, err);
	if (rc == 0)
		rc = content_new(kind, object, objects->version + 1, &is, err);
	if (rc < 0)
		return rc;
	objects->version++;
	content_ref(was);
	change(objects, was, is, object);
	record(objects, &(struct history_event){.version = objects->version,
						.was = was,
						.is = is});
	if (ret_object != NULL)
		*ret_object = &is->object;
	return 0;
}

int objects_delete(struct objects *objects, enum kind_id kind, const char *ns,
		   const char *name, uint64_t expect, struct err *err)
{
	struct key key;
	struct content *last = NULL;
	struct entry *entry =
		get_entry(objects, kind, make_key(&key, ns, name));
	struct content *was = entry != NULL ? entry->content : NULL;
	int rc = was != NULL ? check_expected(was, expect, err)
			     : err_set(err, ST_ENOTFOUND, "no such object");

	if (rc == 0)
		rc = content_renew(was, objects->version + 1, &last, err);
	if (rc < 0)
		return rc;
	objects->version++;
	content_ref(was);
	change(objects, was, NULL, NULL);
	record(objects, &(struct history_event){.version = objects->version,
						.was = was,
						.last = last});
	return 0;
}

/* The first item of a namespace, or behind `after` in it. */
static struct ordered_item *first_of(const struct ordered *map, const char *ns,
				     const char *after)
{
	struct key key;

	if (ns == NULL)
		return after != NULL ? ordered_after(map, after)
				     : ordered_from(map, "");
	make_key(&key, ns, "");
	if (after != NULL && strcmp(after, key.text) > 0)
		return ordered_after(map, after);
	return ordered_from(map, key.text);
}

void objects_each(const struct objects *objects, enum kind_id kind,
		  const char *ns, const char *after, objects_each_fn fn,
		  void *arg)
{
	struct ordered_item *i = first_of(&objects->map[kind], ns, after);

	for (; i != NULL; i = ordered_next(i)) {
		const struct entry *entry = i->value;
		const struct object *object = &entry->content->object;

		if (ns != NULL && strcmp(object->ns, ns) != 0)
			break;
		if (!fn(object, arg))
			break;
	}
}

size_t objects_count(const struct objects *objects, enum kind_id kind)
{
	return objects->map[kind].n;
}

struct each_owned {
	objects_each_fn fn;
	void *arg;
};

static bool on_owned(void *value, void *arg)
{
	const struct entry *entry = value;
	const struct each_owned *each = arg;

	return each->fn(&entry->content->object, each->arg);
}

void objects_each_owned(const struct objects *objects, const char *owner_uid,
			objects_each_fn fn, void *arg)
{
	struct each_owned each = {fn, arg};

	owners_each(&objects->owners, owner_uid, on_owned, &each);
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
	if (data_dir != NULL)
		return err_set(err, ST_EINVAL, "%s: cannot keep data there",
			       data_dir);
	struct objects *objects = mem_zalloc(sizeof(*objects));
	objects->version = first_version();
	history_init(&objects->history, objects->version);
	*ret_objects = objects;
	return 0;
}

static void free_map(struct objects *objects, struct ordered *map)
{
	for (struct ordered_item *i = map->first[0]; i; i = ordered_next(i)) {
		struct entry *entry = i->value;

		owners_drop(&objects->owners, entry->owners);
		content_unref(entry->content);
		free(entry);
	}
	ordered_fini(map);
}

void objects_free(struct objects *objects)
{
	if (objects == NULL)
		return;
	loop_timer_free(objects->turn_end);
	history_fini(&objects->history);
	for (int kind = 0; kind < KINDS; kind++)
		free_map(objects, &objects->map[kind]);
	owners_fini(&objects->owners);
	free(objects);
}
