/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/yaml.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/yaml_event.h"
#include "common/yaml_scalar.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum {
	MAX_DEPTH = 900, /* what json_parse takes, with something to spare */
	MAX_ANCHORS = 1000,
	MAX_MERGES = 16, /* of one mapping */
	/* JSON text of a document: a byte may need six, and aliases some. */
	GROWTH = 6,
	ROOM = 1 << 20,
};

static const char STR_TAG[] = "tag:yaml.org,2002:str";

struct yaml_stream {
	const char *text;
	size_t len;
	struct yaml_source *source;
	bool begun, over;
};

struct yaml_stream *yaml_stream_new(const char *text, size_t len)
{
	struct yaml_stream *stream = mem_zalloc(sizeof(*stream));

	stream->text = text;
	stream->len = len;
	stream->source = yaml_source_new(text, len);
	return stream;
}

void yaml_stream_free(struct yaml_stream *stream)
{
	if (stream == NULL)
		return;
	yaml_source_free(stream->source);
	free(stream);
}

/* ---- a document as JSON text ---- */

struct anchor {
	char *name;
	size_t from, len; /* in the text */
};

struct key {
	size_t from, len; /* in the text, with its quotes */
	size_t line;
};

struct writer {
	struct yaml_source *source;
	struct err *err;
	struct buf out;
	struct anchor *anchors;
	size_t n_anchors;
	struct key *keys; /* of all mappings that are open */
	size_t n_keys;
	int depth;
};

/* One mapping that is open. */
struct mapping {
	size_t first_key;
	char *merges[MAX_MERGES]; /* JSON texts, for "<<" */
	size_t n_merges;
};

static int refuse(struct writer *w, size_t line, int code, const char *why)
{
	return err_set(w->err, code, "line %zu: %s", line, why);
}

static int too_large(struct writer *w, size_t line)
{
	return refuse(w, line, ST_ELIMIT,
		      "aliases make this document too large");
}

static int put(struct writer *w, size_t line, const char *text, size_t len)
{
	return buf_add(&w->out, text, len) == 0 ? 0 : too_large(w, line);
}

static int put_scalar(struct writer *w, const struct yaml_event *event,
		      bool key)
{
	const char *text = event->text;
	const char *tag = event->tag;
	size_t len = event->len;
	bool plain = event->plain;
	int rc;

	if (tag != NULL && strcmp(tag, STR_TAG) != 0 && strcmp(tag, "!") != 0)
		return refuse(w, event->line, ST_EINVAL,
			      "a tag other than !!str is not supported");
	if (plain && !key && tag == NULL)
		rc = yaml_scalar_put_plain(&w->out, text, len);
	else
		rc = yaml_scalar_put_str(&w->out, text, len);
	if (rc == ST_EINVAL)
		return refuse(w, event->line, rc,
			      "infinity and NaN have no JSON form");
	return rc == 0 ? 0 : too_large(w, event->line);
}

static int put_alias(struct writer *w, const struct yaml_event *event)
{
	const char *name = event->anchor;

	for (size_t i = w->n_anchors; i > 0; i--) {
		const struct anchor *anchor = &w->anchors[i - 1];
		scope_free char *text = NULL;

		if (strcmp(anchor->name, name) != 0)
			continue;
		text = mem_dup(w->out.data + anchor->from, anchor->len);
		return put(w, event->line, text, anchor->len);
	}
	return err_set(w->err, ST_EPARSE, "line %zu: unknown anchor '%s'",
		       event->line, name);
}

/* What was written since `from` can be told of by this name. */
static int keep_anchor(struct writer *w, const char *name, size_t from,
		       size_t line)
{
	if (name == NULL)
		return 0;
	if (w->n_anchors == MAX_ANCHORS)
		return refuse(w, line, ST_ELIMIT, "too many anchors");
	mem_grow(w->anchors, w->n_anchors);
	w->anchors[w->n_anchors++] =
		(struct anchor){mem_strdup(name), from, w->out.len - from};
	return 0;
}

static int put_node(struct writer *w, const struct yaml_event *event);

static int put_items(struct writer *w)
{
	for (size_t n = 0;; n++) {
		scope_yaml_event struct yaml_event event = {0};
		int rc = yaml_event_next(w->source, &event, w->err);

		if (rc != 0 || event.is == YAML_IS_LIST_END)
			return rc;
		if (n > 0)
			rc = put(w, event.line, ",", 1);
		if (rc == 0)
			rc = put_node(w, &event);
		if (rc != 0)
			return rc;
	}
}

static bool is_merge(const struct yaml_event *event)
{
	return event->is == YAML_IS_SCALAR && event->plain &&
	       strcmp(event->text, "<<") == 0;
}

/* The value of "<<" waits until the mapping's own keys are known. */
static int take_merge(struct writer *w, struct mapping *map, size_t line)
{
	scope_yaml_event struct yaml_event event = {0};
	size_t from = w->out.len;
	int rc = yaml_event_next(w->source, &event, w->err);

	if (rc == 0 && map->n_merges == MAX_MERGES)
		rc = refuse(w, line, ST_ELIMIT, "too many merge keys");
	if (rc == 0)
		rc = put_node(w, &event);
	if (rc != 0)
		return rc;
	/* Anchors in there would point at what is taken away. */
	while (w->n_anchors > 0 && w->anchors[w->n_anchors - 1].from >= from)
		free(w->anchors[--w->n_anchors].name);
	map->merges[map->n_merges++] =
		mem_strndup(w->out.data + from, w->out.len - from);
	w->out.len = from;
	w->out.data[from] = '\0';
	return 0;
}

static int put_key(struct writer *w, const struct mapping *map,
		   const struct yaml_event *event)
{
	size_t line = event->line, from;
	int rc = 0;

	if (w->n_keys > map->first_key)
		rc = put(w, line, ",", 1);
	from = w->out.len;
	if (rc == 0 && event->is == YAML_IS_SCALAR)
		rc = put_scalar(w, event, true);
	else if (rc == 0 && event->is == YAML_IS_ALIAS)
		rc = put_alias(w, event);
	if (rc != 0)
		return rc;
	if (w->out.len == from || w->out.data[from] != '"')
		return refuse(w, line, ST_EINVAL,
			      "a key must be a text, not a list or mapping");
	mem_grow(w->keys, w->n_keys);
	w->keys[w->n_keys++] = (struct key){from, w->out.len - from, line};
	if (event->is == YAML_IS_SCALAR)
		rc = keep_anchor(w, event->anchor, from, line);
	return rc == 0 ? put(w, line, ":", 1) : rc;
}

static int key_cmp_text(const char *text, const struct key *a,
			const struct key *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int cmp = memcmp(text + a->from, text + b->from, len);

	if (cmp != 0)
		return cmp;
	return a->len < b->len ? -1 : a->len > b->len;
}

static int key_cmp(const void *a, const void *b, void *arg)
{
	const struct key *one = a, *two = b;
	int cmp = key_cmp_text(arg, one, two);

	if (cmp != 0)
		return cmp;
	return one->from < two->from ? -1 : one->from > two->from;
}

/* Sorts the keys of a mapping and refuses one that is there twice. */
static int check_keys(struct writer *w, const struct mapping *map)
{
	size_t n = w->n_keys - map->first_key;
	struct key *keys;

	if (n < 2)
		return 0;
	keys = w->keys + map->first_key;
	qsort_r(keys, n, sizeof(*keys), key_cmp, w->out.data);
	for (size_t i = 1; i < n; i++) {
		if (key_cmp_text(w->out.data, &keys[i - 1], &keys[i]) == 0)
			return err_set(w->err, ST_EINVAL,
				       "line %zu: key %.*s already set in map",
				       keys[i].line, (int)keys[i].len,
				       w->out.data + keys[i].from);
	}
	return 0;
}

static bool has_key(const struct writer *w, const struct mapping *map,
		    const struct key *key)
{
	size_t from = map->first_key, to = w->n_keys;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int cmp = key_cmp_text(w->out.data, key, &w->keys[middle]);

		if (cmp == 0)
			return true;
		if (cmp < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}

/* Adds a member that the mapping has not; its key is seen from the next merge
 * on. */
static int merge_member(struct writer *w, const struct mapping *map,
			size_t sorted_to, const struct json *member,
			size_t line)
{
	scope_free char *value = json_print(member);
	const char *name = json_name(member);
	size_t n_keys = w->n_keys, start = w->out.len;
	struct key key;
	bool has;
	int rc = 0;

	if (n_keys > map->first_key)
		rc = put(w, line, ",", 1);
	key = (struct key){.from = w->out.len, .line = line};
	if (rc == 0 && yaml_scalar_put_str(&w->out, name, strlen(name)) != 0)
		rc = too_large(w, line);
	if (rc != 0)
		return rc;
	key.len = w->out.len - key.from;
	w->n_keys = sorted_to;
	has = has_key(w, map, &key);
	w->n_keys = n_keys;
	if (has) {
		w->out.len = start;
		w->out.data[start] = '\0';
		return 0;
	}
	mem_grow(w->keys, w->n_keys);
	w->keys[w->n_keys++] = key;
	rc = put(w, line, ":", 1);
	return rc == 0 ? put(w, line, value, strlen(value)) : rc;
}

static int merge_object(struct writer *w, const struct mapping *map,
			const struct json *from, size_t line)
{
	size_t sorted_to = w->n_keys;
	int rc = 0;

	if (json_type(from) != JSON_OBJECT)
		return refuse(w, line, ST_EINVAL,
			      "map merge requires map or sequence of maps as "
			      "the value");
	json_each (member, from) {
		rc = merge_member(w, map, sorted_to, member, line);
		if (rc != 0)
			return rc;
	}
	return check_keys(w, map);
}

static int merge_all(struct writer *w, const struct mapping *map, size_t line)
{
	int rc = 0;

	for (size_t i = 0; i < map->n_merges && rc == 0; i++) {
		const char *text = map->merges[i];
		scope_json struct json *from = NULL;

		rc = json_parse(text, strlen(text), &from, w->err);
		if (rc != 0)
			return rc;
		if (json_type(from) != JSON_ARRAY) {
			rc = merge_object(w, map, from, line);
			continue;
		}
		if (json_len(from) > MAX_MERGES)
			return refuse(w, line, ST_ELIMIT,
				      "too many merge keys");
		for (const struct json *each = json_first(from);
		     each != NULL && rc == 0; each = json_next(each))
			rc = merge_object(w, map, each, line);
	}
	return rc;
}

static int put_members(struct writer *w, struct mapping *map)
{
	for (;;) {
		scope_yaml_event struct yaml_event key = {0};
		scope_yaml_event struct yaml_event value = {0};
		int rc = yaml_event_next(w->source, &key, w->err);

		if (rc != 0 || key.is == YAML_IS_MAP_END)
			return rc;
		if (is_merge(&key)) {
			rc = take_merge(w, map, key.line);
			if (rc != 0)
				return rc;
			continue;
		}
		rc = put_key(w, map, &key);
		if (rc == 0)
			rc = yaml_event_next(w->source, &value, w->err);
		if (rc == 0)
			rc = put_node(w, &value);
		if (rc != 0)
			return rc;
	}
}

static int put_mapping(struct writer *w, size_t line)
{
	struct mapping map = {.first_key = w->n_keys};
	int rc = put_members(w, &map);

	if (rc == 0)
		rc = check_keys(w, &map);
	if (rc == 0)
		rc = merge_all(w, &map, line);
	for (size_t i = 0; i < map.n_merges; i++)
		free(map.merges[i]);
	w->n_keys = map.first_key;
	return rc;
}

static int put_nested(struct writer *w, const struct yaml_event *event)
{
	bool is_map = event->is == YAML_IS_MAP;
	size_t line = event->line;
	int rc;

	if (w->depth == MAX_DEPTH)
		return refuse(w, line, ST_ELIMIT, "nested too deeply");
	w->depth++;
	rc = put(w, line, is_map ? "{" : "[", 1);
	if (rc == 0)
		rc = is_map ? put_mapping(w, line) : put_items(w);
	if (rc == 0)
		rc = put(w, line, is_map ? "}" : "]", 1);
	w->depth--;
	return rc;
}

static int put_node(struct writer *w, const struct yaml_event *event)
{
	size_t from = w->out.len, line = event->line;
	int rc;

	switch (event->is) {
	case YAML_IS_ALIAS:
		return put_alias(w, event);
	case YAML_IS_SCALAR:
		rc = put_scalar(w, event, false);
		break;
	case YAML_IS_LIST:
		rc = put_nested(w, event);
		break;
	case YAML_IS_MAP:
		rc = put_nested(w, event);
		break;
	default:
		return refuse(w, line, ST_EPARSE, "a value is missing here");
	}
	return rc == 0 ? keep_anchor(w, event->anchor, from, line) : rc;
}

static void writer_fini(struct writer *w)
{
	for (size_t i = 0; i < w->n_anchors; i++)
		free(w->anchors[i].name);
	free(w->anchors);
	free(w->keys);
	buf_fini(&w->out);
}

static int read_document(struct yaml_stream *stream,
			 const struct yaml_event *root, struct json **ret_root,
			 struct err *err)
{
	struct writer w = {.source = stream->source, .err = err};
	int rc;

	buf_init(&w.out, stream->len * GROWTH + ROOM);
	rc = put_node(&w, root);
	if (rc == 0)
		rc = json_parse(w.out.data, w.out.len, ret_root, err);
	writer_fini(&w);
	return rc;
}

static bool looks_like_json(const char *text, size_t len)
{
	size_t blank = 0;

	while (blank < len && memchr(" \t\r\n", text[blank], 4) != NULL)
		blank++;
	return blank < len && (text[blank] == '{' || text[blank] == '[');
}

static int read_next(struct yaml_stream *stream, struct json **ret_root,
		     struct err *err)
{
	scope_yaml_event struct yaml_event root = {0};
	int rc = yaml_event_root(stream->source, &root, err);

	if (rc != 0)
		return rc;
	if (root.is == YAML_IS_NONE) {
		*ret_root = NULL;
		return 0;
	}
	return read_document(stream, &root, ret_root, err);
}

/* There is JSON that libyaml does not take, for instance with keys of more
 * than 1,024 bytes. */
int yaml_stream_next(struct yaml_stream *stream, struct json **ret_root,
		     struct err *err)
{
	bool first = !stream->begun;
	int rc;

	stream->begun = true;
	if (stream->over) {
		*ret_root = NULL;
		return 0;
	}
	rc = read_next(stream, ret_root, err);
	if (rc == 0)
		return 0;
	stream->over = true;
	if (rc == ST_EPARSE && first &&
	    looks_like_json(stream->text, stream->len) &&
	    json_parse(stream->text, stream->len, ret_root, NULL) == 0)
		return 0;
	return rc;
}

/* Most of what clients send as YAML is JSON, which is read faster as such. */
int yaml_parse(const char *text, size_t len, struct json **ret_root,
	       struct err *err)
{
	scope_yaml_stream struct yaml_stream *stream = NULL;
	struct json *root = NULL;
	int rc;

	if (looks_like_json(text, len) &&
	    json_parse(text, len, ret_root, NULL) == 0)
		return 0;
	stream = yaml_stream_new(text, len);
	rc = yaml_stream_next(stream, &root, err);
	if (rc == 0)
		*ret_root = root != NULL ? root : json_new_null();
	return rc;
}
