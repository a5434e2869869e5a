/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/json.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <float.h>
#include <pthread.h>
#include <string.h>

#include "common/json_arena.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

/* struct json is never defined: a pointer to one is a pointer to a cJSON. */
static const cJSON *in(const struct json *value)
{
	return (const cJSON *)(const void *)value;
}

static cJSON *in_mut(struct json *value)
{
	return (cJSON *)(void *)value;
}

static const struct json *out(const cJSON *item)
{
	return (const struct json *)(const void *)item;
}

/* For fresh values: cJSON gives NULL only when out of memory. */
static struct json *out_new(cJSON *item)
{
	st_assert(item != NULL);
	return (struct json *)(void *)item;
}

/* The next "\u", or NULL. What a backslash outside of strings means is for the
 * parser to say. */
static const char *next_unicode(const char *from, const char *end)
{
	while ((from = memchr(from, '\\', (size_t)(end - from))) != NULL &&
	       end - from >= 2) {
		if (from[1] == 'u')
			return from;
		from += 2;
	}
	return NULL;
}

static bool is_hex(const char *digits, const char *end, size_t n)
{
	if ((size_t)(end - digits) < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)digits[i]))
			return false;
	}
	return true;
}

/* What cJSON is too kind to: "\u" without four digits (RFC 8259, section 7),
 * and "\u0000", at which it would silently cut the string. Whoever compares
 * the rest must not be fooled, so that becomes U+FFFD, in a copy. NULL where
 * none is needed. */
static int check_escapes(const char *text, size_t len, char **ret_copy,
			 struct err *err)
{
	const char *end = text + len;
	scope_free char *copy = NULL;

	for (const char *hit = next_unicode(text, end); hit != NULL;
	     hit = next_unicode(hit + 6, end)) {
		if (!is_hex(hit + 2, end, 4))
			return err_set(err, ST_EPARSE,
				       "\\u without four digits at byte %zu",
				       (size_t)(hit - text));
		if (memcmp(hit + 2, "0000", 4) != 0)
			continue;
		if (copy == NULL)
			copy = mem_strndup(text, len);
		memcpy(copy + (hit - text), "\\ufffd", 6);
	}
	*ret_copy = copy;
	copy = NULL;
	return 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void set_hooks(void)
{
	cJSON_Hooks hooks = {
		.malloc_fn = json_arena_alloc,
		.free_fn = json_arena_free,
	};

	cJSON_InitHooks(&hooks);
}

static cJSON *parse(const char *text, size_t len, size_t *ret_used)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	const char *end = text;

	pthread_once(&once, set_hooks);
	json_arena_begin();
	cJSON *item = cJSON_ParseWithLengthOpts(text, len, &end, 0);
	if (item != NULL)
		json_arena_end();
	else
		json_arena_abort();
	*ret_used = (size_t)(end - text);
	return item;
}

int json_parse(const char *text, size_t len, struct json **ret_root,
	       struct err *err)
{
	const char *nul = len != 0 ? memchr(text, '\0', len) : NULL;
	size_t used = 0;

	/* cJSON takes a NUL for white space. */
	if (nul != NULL)
		return err_set(err, ST_EPARSE, "NUL in JSON at byte %zu",
			       (size_t)(nul - text));
	if (len == 0)
		return err_set(err, ST_EPARSE, "empty JSON");
	scope_free char *copy = NULL;
	int rc = check_escapes(text, len, &copy, err);
	if (rc < 0)
		return rc;
	cJSON *item = parse(copy != NULL ? copy : text, len, &used);
	if (item == NULL)
		return err_set(err, ST_EPARSE, "malformed JSON at byte %zu",
			       used);
	while (used < len && is_space(text[used]))
		used++;
	if (used < len) {
		json_free(out_new(item));
		return err_set(err, ST_EPARSE, "text behind JSON at byte %zu",
			       used);
	}
	*ret_root = out_new(item);
	return 0;
}

void json_free(struct json *root)
{
	bool in_arena = root != NULL && json_arena_owns(root);

	if (!in_arena || json_arena_is_mixed(root))
		cJSON_Delete(in_mut(root));
	if (in_arena)
		json_arena_release(root);
}

enum json_type json_type(const struct json *value)
{
	const cJSON *item = in(value);

	if (item == NULL)
		return JSON_NONE;
	switch (item->type & 0xff) {
	case cJSON_False:
	case cJSON_True:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

/* The member whose name is the first len bytes of `name`. */
static const cJSON *member(const cJSON *object, const char *name, size_t len)
{
	if (!cJSON_IsObject(object))
		return NULL;
	for (const cJSON *i = object->child; i != NULL; i = i->next) {
		if (strncmp(i->string, name, len) == 0 &&
		    i->string[len] == '\0')
			return i;
	}
	return NULL;
}

const struct json *json_get(const struct json *object, const char *name)
{
	return out(member(in(object), name, strlen(name)));
}

const struct json *json_at(const struct json *object, const char *path)
{
	const cJSON *item = in(object);

	while (item != NULL) {
		size_t len = strcspn(path, ".");

		item = member(item, path, len);
		if (path[len] == '\0')
			break;
		path += len + 1;
	}
	return out(item);
}

const char *json_str(const struct json *object, const char *path)
{
	return json_value_str(json_at(object, path));
}

int64_t json_int(const struct json *object, const char *path, int64_t fallback)
{
	return json_value_int(json_at(object, path), fallback);
}

bool json_bool(const struct json *object, const char *path, bool fallback)
{
	return json_value_bool(json_at(object, path), fallback);
}

const char *json_value_str(const struct json *value)
{
	return cJSON_GetStringValue(in(value));
}

double json_value_num(const struct json *value)
{
	if (!cJSON_IsNumber(in(value)))
		return 0;
	/* 1e999 reads as infinity, which JSON cannot say. */
	double number = in(value)->valuedouble;
	if (number > DBL_MAX)
		return DBL_MAX;
	return number < -DBL_MAX ? -DBL_MAX : number;
}

int64_t json_value_int(const struct json *value, int64_t fallback)
{
	if (!cJSON_IsNumber(in(value)))
		return fallback;
	double number = json_value_num(value);
	/* 2^63 is a double, INT64_MAX is not. */
	if (number >= 0x1p63)
		return INT64_MAX;
	if (number < -0x1p63)
		return INT64_MIN;
	return (int64_t)number;
}

bool json_value_bool(const struct json *value, bool fallback)
{
	return cJSON_IsBool(in(value)) ? cJSON_IsTrue(in(value)) : fallback;
}

static bool is_parent(const cJSON *item)
{
	return cJSON_IsObject(item) || cJSON_IsArray(item);
}

const struct json *json_first(const struct json *parent)
{
	return is_parent(in(parent)) ? out(in(parent)->child) : NULL;
}

const struct json *json_next(const struct json *child)
{
	return out(in(child)->next);
}

const char *json_name(const struct json *child)
{
	return child != NULL ? in(child)->string : NULL;
}

size_t json_len(const struct json *parent)
{
	size_t n = 0;

	json_each (child, parent)
		n++;
	return n;
}

static bool same_elements(const struct json *a, const struct json *b)
{
	const struct json *i = json_first(a), *k = json_first(b);

	for (; i != NULL && k != NULL; i = json_next(i), k = json_next(k)) {
		if (!json_equal(i, k))
			return false;
	}
	return i == NULL && k == NULL;
}

static bool has_names_of(const struct json *a, const struct json *b)
{
	json_each (child, b) {
		if (json_get(a, json_name(child)) == NULL)
			return false;
	}
	return true;
}

/* Order does not count, but most often it is the same. Of a repeated name only
 * the first is looked at, on both sides. Values are compared one way only, and
 * once: more would double the work with each level. */
static bool same_members(const struct json *a, const struct json *b)
{
	const struct json *i = json_first(a);
	bool in_step = true;

	json_each (child, b) {
		const char *name = json_name(child);

		in_step =
			in_step && i != NULL && strcmp(json_name(i), name) == 0;
		if (!in_step && json_get(b, name) != child)
			continue;
		if (!json_equal(in_step ? i : json_get(a, name), child) &&
		    json_get(b, name) == child)
			return false;
		i = i != NULL ? json_next(i) : NULL;
	}
	return (in_step && i == NULL) || has_names_of(b, a);
}

bool json_equal(const struct json *a, const struct json *b)
{
	enum json_type type = json_type(a);

	if (type != json_type(b))
		return false;
	switch (type) {
	case JSON_NONE:
	case JSON_NULL:
		return true;
	case JSON_BOOL:
		return json_value_bool(a, false) == json_value_bool(b, false);
	case JSON_NUMBER:
		return json_value_num(a) == json_value_num(b);
	case JSON_STRING:
		return strcmp(json_value_str(a), json_value_str(b)) == 0;
	case JSON_ARRAY:
		return same_elements(a, b);
	case JSON_OBJECT:
		return same_members(a, b);
	}
	return false;
}

struct json *json_new_object(void)
{
	return out_new(cJSON_CreateObject());
}

struct json *json_new_array(void)
{
	return out_new(cJSON_CreateArray());
}

struct json *json_new_str(const char *text)
{
	return out_new(cJSON_CreateString(text));
}

struct json *json_new_int(int64_t number)
{
	return out_new(cJSON_CreateNumber((double)number));
}

struct json *json_new_bool(bool value)
{
	return out_new(cJSON_CreateBool(value));
}

struct json *json_new_null(void)
{
	return out_new(cJSON_CreateNull());
}

struct json *json_dup(const struct json *value)
{
	if (value == NULL)
		return json_new_null();
	struct json *copy = out_new(cJSON_Duplicate(in(value), 1));
	/* Its name was the old parent's matter. */
	cJSON_free(in_mut(copy)->string);
	in_mut(copy)->string = NULL;
	return copy;
}

/* A value as it may hang below `parent`: each tree in an arena stays one of
 * its own, so such a value moves out. */
static cJSON *adopt(struct json *parent, struct json *take_value)
{
	struct json *value = take_value;

	json_arena_mix(parent);
	if (json_arena_owns(take_value)) {
		value = json_dup(take_value);
		json_free(take_value);
	}
	return in_mut(value);
}

/* All members of that name but the first, which is `keep`. */
static void drop_repeats(cJSON *object, const cJSON *keep)
{
	cJSON *next;

	for (cJSON *i = keep->next; i != NULL; i = next) {
		next = i->next;
		if (strcmp(i->string, keep->string) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(object, i));
	}
}

void json_set(struct json *object, const char *name, struct json *take_value)
{
	cJSON *parent = in_mut(object), *old;

	st_assert(cJSON_IsObject(parent) && take_value != NULL);
	/* `name` may be the old member's own. */
	scope_free char *own = mem_strdup(name);
	cJSON *value = adopt(object, take_value);
	old = cJSON_GetObjectItemCaseSensitive(parent, own);
	if (old == NULL) {
		cJSON_AddItemToObject(parent, own, value);
		return;
	}
	drop_repeats(parent, old);
	cJSON_ReplaceItemInObjectCaseSensitive(parent, own, value);
}

void json_set_str(struct json *object, const char *name, const char *text)
{
	json_set(object, name, json_new_str(text));
}

void json_set_int(struct json *object, const char *name, int64_t number)
{
	json_set(object, name, json_new_int(number));
}

void json_set_bool(struct json *object, const char *name, bool value)
{
	json_set(object, name, json_new_bool(value));
}

/* The member if it has that type, else the new one in its place. */
static struct json *child(struct json *object, const char *name,
			  enum json_type type, struct json *take_value)
{
	scope_json struct json *fresh = take_value;
	struct json *value = fresh;
	const cJSON *old = member(in(object), name, strlen(name));

	if (json_type(out(old)) == type)
		return (struct json *)(void *)old;
	json_set(object, name, value);
	fresh = NULL;
	return value;
}

struct json *json_child_object(struct json *object, const char *name)
{
	return child(object, name, JSON_OBJECT, json_new_object());
}

struct json *json_child_array(struct json *object, const char *name)
{
	return child(object, name, JSON_ARRAY, json_new_array());
}

void json_push(struct json *array, struct json *take_value)
{
	st_assert(cJSON_IsArray(in(array)) && take_value != NULL);
	cJSON_AddItemToArray(in_mut(array), adopt(array, take_value));
}

void json_remove(struct json *object, const char *name)
{
	scope_free char *own = mem_strdup(name);

	while (member(in(object), own, strlen(own)) != NULL)
		cJSON_DeleteItemFromObjectCaseSensitive(in_mut(object), own);
}

void json_filter(struct json *object,
		 bool (*keep)(const struct json *member, void *arg), void *arg)
{
	cJSON *parent = in_mut(object), *next;

	st_assert(cJSON_IsObject(parent));
	for (cJSON *item = parent->child; item != NULL; item = next) {
		next = item->next;
		if (!keep(out(item), arg))
			cJSON_Delete(cJSON_DetachItemViaPointer(parent, item));
	}
}

struct json *json_mut(struct json *parent, const struct json *child)
{
	st_assert(is_parent(in(parent)) && child != NULL);
	return (struct json *)(void *)in(child);
}

/* Puts a copy of what the value holds, in memory of its own, in its place. */
static void leave_arena(struct json *value)
{
	cJSON *item = in_mut(value);

	if (!json_arena_owns(item))
		return;
	cJSON *copy = in_mut(json_dup(value));
	cJSON_Delete(item->child);
	cJSON_free(item->valuestring);
	item->child = copy->child;
	item->valuestring = copy->valuestring;
	cJSON_free(copy);
	json_arena_mix(item);
}

void json_swap(struct json *a, struct json *b)
{
	cJSON *x = in_mut(a), *y = in_mut(b);

	leave_arena(a);
	leave_arena(b);
	cJSON was_x = *x, was_y = *y;
	*x = was_y;
	*y = was_x;
	x->next = was_x.next;
	x->prev = was_x.prev;
	x->string = was_x.string;
	y->next = was_y.next;
	y->prev = was_y.prev;
	y->string = was_y.string;
}

struct json *json_take(struct json *parent, const struct json *child)
{
	struct json *value = json_mut(parent, child);
	cJSON *item = in_mut(value);

	if (json_arena_owns(item))
		value = json_dup(child);
	cJSON_DetachItemViaPointer(in_mut(parent), item);
	if (in(value) != item) {
		cJSON_Delete(item);
		return value;
	}
	cJSON_free(item->string);
	item->string = NULL;
	return value;
}

void json_insert(struct json *array, size_t index, struct json *take_value)
{
	st_assert(cJSON_IsArray(in(array)) && take_value != NULL);
	const struct json *at = json_first(array);

	while (at != NULL && index-- > 0)
		at = json_next(at);
	if (at == NULL) {
		json_push(array, take_value);
		return;
	}
	cJSON *list = in_mut(array), *next = in_mut(json_mut(array, at));
	cJSON *fresh = adopt(array, take_value);
	fresh->next = next;
	fresh->prev = next->prev;
	next->prev = fresh;
	/* The first one's prev is the last one. */
	if (next == list->child)
		list->child = fresh;
	else
		fresh->prev->next = fresh;
}
