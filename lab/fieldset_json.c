/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/fieldset.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* Deeper than any object of ours. */
enum { FIELDSET_DEPTH = 100 };

static int by_name(const void *a, const void *b)
{
	const struct json *const *x = a, *const *y = b;

	return strcmp(json_name(*x), json_name(*y));
}

static int parse(const struct json *fields, struct fieldset *set, int depth)
{
	size_t n = json_len(fields), i = 0;

	if (json_type(fields) != JSON_OBJECT || depth > FIELDSET_DEPTH)
		return ST_EPARSE;
	scope_free const struct json **members =
		mem_calloc(n, sizeof(*members));
	json_each (member, fields)
		members[i++] = member;
	sort_items(members, n, sizeof(*members), by_name);
	set->marks = n == 0 && depth > 0 ? FIELDSET_IN : 0;
	for (i = 0; i < n; i++) {
		const char *name = json_name(members[i]);

		if (strcmp(name, ".") == 0) {
			set->marks = FIELDSET_IN;
			continue;
		}
		if (*name == '\0' || name[1] != ':' ||
		    (i > 0 && strcmp(json_name(members[i - 1]), name) == 0))
			return ST_EPARSE;
		struct fieldset *kid = fieldset_append(set, name);
		int rc = parse(members[i], kid, depth + 1);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int fieldset_parse(const struct json *fields, struct fieldset *ret_set)
{
	scope_fieldset struct fieldset set = {0};
	int rc = parse(fields, &set, 0);

	if (rc < 0)
		return rc;
	*ret_set = set;
	set = (struct fieldset){0};
	return 0;
}

struct json *fieldset_json(const struct fieldset *set)
{
	struct json *object = json_new_object();

	if (set->marks != 0 && set->n > 0)
		json_set(object, ".", json_new_object());
	for (size_t i = 0; i < set->n; i++)
		json_set(object, set->kids[i].name,
			 fieldset_json(&set->kids[i]));
	return object;
}

static void show_value(struct buf *path, const struct json *value)
{
	scope_free char *text = json_print(value);

	buf_puts(path, text);
}

static void show_key(struct buf *path, const struct json *key)
{
	buf_puts(path, "[");
	json_each (member, key) {
		buf_puts(path, member != json_first(key) ? "," : "");
		buf_puts(path, json_name(member));
		buf_puts(path, "=");
		show_value(path, member);
	}
	buf_puts(path, "]");
}

void fieldset_show(struct buf *path, const char *name)
{
	const char *rest = name + 2;
	scope_json struct json *value = NULL;

	if (*name == 'f') {
		buf_puts(path, ".");
		buf_puts(path, rest);
	} else if (json_parse(rest, strlen(rest), &value, NULL) < 0) {
		buf_puts(path, "[");
		buf_puts(path, rest);
		buf_puts(path, "]");
	} else if (*name == 'k') {
		show_key(path, value);
	} else {
		buf_puts(path, *name == 'v' ? "[=" : "[");
		show_value(path, value);
		buf_puts(path, "]");
	}
}

static void each(const struct fieldset *set, struct buf *path, fieldset_fn fn,
		 void *arg)
{
	size_t len = path->len;

	if (set->marks != 0)
		fn(path->len > 0 ? path->data : "", arg);
	for (size_t i = 0; i < set->n; i++) {
		fieldset_show(path, set->kids[i].name);
		each(&set->kids[i], path, fn, arg);
		path->len = len;
		path->data[len] = '\0';
	}
}

void fieldset_each(const struct fieldset *set, fieldset_fn fn, void *arg)
{
	struct buf path;

	buf_init(&path, 0);
	each(set, &path, fn, arg);
	buf_fini(&path);
}
