/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "lab/patch.h"
#include "lab/patch_size.h"
#include "lab/patch_text.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* Bytes that copy operations may add: each can double the document. */
enum { PATCH_JSON_COPY_MAX = 3 * 1024 * 1024 };

struct edit {
	struct json *doc;
	size_t copied;
};

/* Where an operation acts: a member or element of `parent`. */
struct spot {
	struct json *parent; /* NULL: the document itself */
	char *name;	     /* the last token, unescaped */
	size_t depth;	     /* number of tokens */
};

static void drop_spot(struct spot *spot)
{
	free(spot->name);
}
#define scope_spot st_cleanup(drop_spot)

/* A token without ~0 and ~1. */
static char *unescaped(const char *token, size_t len)
{
	char *text = mem_alloc(len + 1), *to = text;

	for (size_t i = 0; i < len; i++) {
		bool escape = token[i] == '~' && i + 1 < len &&
			      (token[i + 1] == '0' || token[i + 1] == '1');

		if (escape)
			*to++ = token[++i] == '0' ? '~' : '/';
		else
			*to++ = token[i];
	}
	*to = '\0';
	return text;
}

/* A number with an optional sign; false for anything else. */
static bool read_index(const char *text, long *ret_index)
{
	bool minus = *text == '-';
	long value = 0;

	text += minus;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || value > INT_MAX / 10)
			return false;
		value = value * 10 + (*text - '0');
	}
	*ret_index = minus ? -value : value;
	return true;
}

/* Which of `n` places a token means; those below 0 count from the end. */
static bool place_of(const char *token, size_t n, size_t *ret_place)
{
	long index, count = (long)n;

	if (!read_index(token, &index) || index >= count || index < -count)
		return false;
	*ret_place = (size_t)(index < 0 ? index + count : index);
	return true;
}

static const struct json *child_at(const struct json *parent, const char *token)
{
	size_t place;

	if (json_type(parent) == JSON_OBJECT)
		return json_get(parent, token);
	if (json_type(parent) != JSON_ARRAY ||
	    !place_of(token, json_len(parent), &place))
		return NULL;
	const struct json *item = json_first(parent);
	while (place-- > 0)
		item = json_next(item);
	return item;
}

/* The parent must be there, the child need not. */
static bool find_spot(struct edit *edit, const char *path, struct spot *spot)
{
	struct json *at = edit->doc;

	if (*path == '\0')
		return true;
	if (*path != '/')
		return false;
	for (;;) {
		size_t len = strcspn(++path, "/");

		free(spot->name);
		spot->name = unescaped(path, len);
		spot->parent = at;
		spot->depth++;
		path += len;
		if (*path == '\0')
			return json_type(at) == JSON_OBJECT ||
			       json_type(at) == JSON_ARRAY;
		const struct json *child = child_at(at, spot->name);
		if (child == NULL)
			return false;
		at = json_mut(at, child);
	}
}

static const struct json *value_at(const struct edit *edit,
				   const struct spot *spot)
{
	return spot->parent == NULL ? edit->doc
				    : child_at(spot->parent, spot->name);
}

static bool put_element(struct spot *spot, struct json **value)
{
	size_t n = json_len(spot->parent), place = n;

	if (strcmp(spot->name, "-") != 0 &&
	    !place_of(spot->name, n + 1, &place))
		return false;
	json_insert(spot->parent, place, *value);
	*value = NULL;
	return true;
}

static bool add_at(struct edit *edit, struct spot *spot,
		   struct json *take_value)
{
	scope_json struct json *value = take_value;

	if (spot->depth + patch_size_depth(value) > PATCH_SIZE_DEPTH)
		return false;
	if (spot->parent == NULL) {
		json_swap(edit->doc, value);
		return true;
	}
	if (json_type(spot->parent) == JSON_ARRAY)
		return put_element(spot, &value);
	json_set(spot->parent, spot->name, value);
	value = NULL;
	return true;
}

static bool add(struct edit *edit, const struct json *op, const char *path)
{
	const struct json *value = json_get(op, "value");
	scope_spot struct spot spot = {0};

	return value != NULL && find_spot(edit, path, &spot) &&
	       add_at(edit, &spot, json_dup(value));
}

static bool remove_at(struct edit *edit, const char *path)
{
	scope_spot struct spot spot = {0};

	if (!find_spot(edit, path, &spot) || spot.parent == NULL)
		return false;
	const struct json *value = value_at(edit, &spot);
	if (value == NULL)
		return false;
	if (json_type(spot.parent) == JSON_OBJECT)
		json_remove(spot.parent, spot.name);
	else
		json_free(json_take(spot.parent, value));
	return true;
}

static bool replace(struct edit *edit, const struct json *op, const char *path)
{
	const struct json *value = json_get(op, "value"), *old;
	scope_spot struct spot spot = {0};

	if (value == NULL || !find_spot(edit, path, &spot))
		return false;
	old = value_at(edit, &spot);
	if (old == NULL ||
	    spot.depth + patch_size_depth(value) > PATCH_SIZE_DEPTH)
		return false;
	scope_json struct json *fresh = json_dup(value);
	json_swap(spot.parent == NULL ? edit->doc : json_mut(spot.parent, old),
		  fresh);
	return true;
}

/* What is at `from`, as a value of its own. */
static struct json *copy_of(struct edit *edit, const struct json *op)
{
	const char *from = json_str(op, "from");
	scope_spot struct spot spot = {0};

	if (from == NULL || !find_spot(edit, from, &spot))
		return NULL;
	const struct json *value = value_at(edit, &spot);
	if (value == NULL)
		return NULL;
	scope_free char *text = json_print(value);
	edit->copied += strlen(text);
	return edit->copied <= PATCH_JSON_COPY_MAX ? json_dup(value) : NULL;
}

static bool copy(struct edit *edit, const struct json *op, const char *path)
{
	scope_json struct json *value = copy_of(edit, op);
	scope_spot struct spot spot = {0};

	if (value == NULL || !find_spot(edit, path, &spot))
		return false;
	struct json *given = value;
	value = NULL;
	return add_at(edit, &spot, given);
}

static bool move(struct edit *edit, const struct json *op, const char *path)
{
	const char *from = json_str(op, "from");
	scope_spot struct spot spot = {0}, old = {0};

	if (from == NULL || !find_spot(edit, from, &old) || old.parent == NULL)
		return false;
	const struct json *value = value_at(edit, &old);
	if (value == NULL)
		return false;
	/* Taken out first: a place inside of it is then found no more. */
	scope_json struct json *moved = json_take(old.parent, value);
	if (!find_spot(edit, path, &spot))
		return false;
	struct json *given = moved;
	moved = NULL;
	return add_at(edit, &spot, given);
}

/* A missing member counts as null. */
static bool test(struct edit *edit, const struct json *op, const char *path)
{
	const struct json *want = json_get(op, "value"), *is;
	scope_spot struct spot spot = {0};

	if (!find_spot(edit, path, &spot))
		return false;
	is = value_at(edit, &spot);
	if (is == NULL || want == NULL)
		return json_type(is) <= JSON_NULL &&
		       json_type(want) <= JSON_NULL;
	return json_equal(is, want);
}

static bool run(struct edit *edit, const struct json *op)
{
	const char *verb = json_str(op, "op");
	const char *path = json_str(op, "path");

	if (verb == NULL || path == NULL)
		return false;
	if (strcmp(verb, "add") == 0)
		return add(edit, op, path);
	if (strcmp(verb, "remove") == 0)
		return remove_at(edit, path);
	if (strcmp(verb, "replace") == 0)
		return replace(edit, op, path);
	if (strcmp(verb, "move") == 0)
		return move(edit, op, path);
	if (strcmp(verb, "copy") == 0)
		return copy(edit, op, path);
	return strcmp(verb, "test") == 0 && test(edit, op, path);
}

static int refuse_form(struct status *status, const struct json *value,
		       const char *want)
{
	status_bad_request(status,
			   "%sjson: cannot unmarshal %s into Go value "
			   "of type %s",
			   *want == '[' ? "error decoding patch: " : "",
			   patch_text_word(value), want);
	return ST_EINVAL;
}

/* Before anything is done. */
static int check_form(const struct json *patch, struct status *status)
{
	size_t n = json_len(patch);

	if (json_type(patch) != JSON_ARRAY)
		return refuse_form(status, patch, "[]interface {}");
	if (n > PATCH_SIZE_MAX) {
		status_set(status, 413, "RequestEntityTooLarge",
			   "The allowed maximum operations in a JSON patch is "
			   "%d, got %zu",
			   PATCH_SIZE_MAX, n);
		return ST_ELIMIT;
	}
	json_each (op, patch) {
		if (json_type(op) != JSON_OBJECT)
			return refuse_form(status, op, "jsonpatch.Operation");
	}
	return 0;
}

int patch_json(struct json **doc, const struct json *patch,
	       struct status *status)
{
	struct edit edit = {.doc = *doc};
	int rc = check_form(patch, status);

	if (rc < 0)
		return rc;
	json_each (op, patch) {
		if (run(&edit, op))
			continue;
		status_set(status, 422, "Invalid",
			   "the server rejected our request due to an error in "
			   "our request");
		return ST_EREFUSED;
	}
	return 0;
}
