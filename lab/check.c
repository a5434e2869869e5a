/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lab/names.h"
#include "statefuld/mem.h"

#define MAX_FINDINGS 1000

void check_init(struct check *check, struct status *status)
{
	check->status = status;
	check->n = 0;
	buf_init(&check->path, 0);
}

void check_fini(struct check *check)
{
	buf_fini(&check->path);
}

size_t check_enter(struct check *check, const char *name)
{
	size_t mark = check->path.len;

	buf_printf(&check->path, "%s%s", mark != 0 ? "." : "", name);
	return mark;
}

size_t check_enter_at(struct check *check, size_t index)
{
	size_t mark = check->path.len;

	buf_printf(&check->path, "[%zu]", index);
	return mark;
}

size_t check_enter_key(struct check *check, const char *key)
{
	size_t mark = check->path.len;

	buf_printf(&check->path, "[%s]", key);
	return mark;
}

void check_leave(struct check *check, size_t mark)
{
	if (mark == check->path.len)
		return;
	check->path.len = mark;
	check->path.data[mark] = '\0';
}

void check_each(struct check *check, const struct json *object,
		const char *name, check_fn fn, void *arg)
{
	const struct json *list = json_get(object, name);
	size_t mark = check_enter(check, name), i = 0;

	if (json_len(list) > CHECK_MAX_ITEMS) {
		check_invalid_str(check, NULL, "",
				  "must have at most 10000 items");
	} else if (json_type(list) == JSON_ARRAY) {
		json_each (item, list) {
			size_t here = check_enter_at(check, i++);

			fn(check, item, arg);
			check_leave(check, here);
		}
	}
	check_leave(check, mark);
}

static void find(struct check *check, enum status_finding what,
		 const char *name, const struct json *value, const char *why)
{
	if (check->n++ >= MAX_FINDINGS)
		return;
	size_t mark = name != NULL ? check_enter(check, name) : check->path.len;
	scope_free char *text = value != NULL ? json_print(value) : NULL;
	const char *path = check->path.len != 0 ? check->path.data : "[]";

	status_find(check->status, what, path, text, "%s", why);
	check_leave(check, mark);
}

void check_required(struct check *check, const char *name, const char *why)
{
	find(check, FINDING_REQUIRED, name, NULL, why);
}

void check_invalid(struct check *check, const char *name,
		   const struct json *value, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (value != NULL)
		return find(check, FINDING_INVALID, name, value, text);
	check_invalid_str(check, name, "", text);
}

void check_invalid_str(struct check *check, const char *name, const char *value,
		       const char *why)
{
	scope_json struct json *text = json_new_str(value);

	find(check, FINDING_INVALID, name, text, why);
}

void check_duplicate(struct check *check, const char *name,
		     const struct json *value)
{
	find(check, FINDING_DUPLICATE, name, value, "");
}

void check_forbidden(struct check *check, const char *name, const char *fmt,
		     ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	find(check, FINDING_FORBIDDEN, name, NULL, text);
}

void check_not_found(struct check *check, const char *name,
		     const struct json *value)
{
	find(check, FINDING_NOT_FOUND, name, value, "");
}

void check_too_long(struct check *check, const char *name, size_t max)
{
	char text[64];

	snprintf(text, sizeof(text), "may not be more than %zu bytes", max);
	find(check, FINDING_TOO_LONG, name, NULL, text);
}

void check_unsupported(struct check *check, const char *name,
		       const struct json *value, const char *const *choices)
{
	scope_json struct json *empty = json_new_str("");
	scope_buf struct buf text = {0};

	buf_puts(&text, "supported values: ");
	for (size_t i = 0; choices[i] != NULL; i++)
		buf_printf(&text, "%s\"%s\"", i != 0 ? ", " : "", choices[i]);
	find(check, FINDING_NOT_SUPPORTED, name, value != NULL ? value : empty,
	     text.data);
}

const char *check_text(const struct json *object, const char *name)
{
	const char *text = json_value_str(json_get(object, name));

	return text != NULL ? text : "";
}

bool check_is_one_of(const char *text, const char *const *choices)
{
	for (size_t i = 0; choices[i] != NULL; i++) {
		if (strcmp(text, choices[i]) == 0)
			return true;
	}
	return false;
}

void check_choice(struct check *check, const struct json *object,
		  const char *name, const char *const *choices)
{
	const char *text = check_text(object, name);

	if (*text == '\0')
		check_required(check, name, "");
	else if (!check_is_one_of(text, choices))
		check_unsupported(check, name, json_get(object, name), choices);
}

void check_option(struct check *check, const struct json *object,
		  const char *name, const char *const *choices)
{
	if (*check_text(object, name) != '\0')
		check_choice(check, object, name, choices);
}

void check_not_negative(struct check *check, const struct json *object,
			const char *name)
{
	const struct json *value = json_get(object, name);

	if (json_value_int(value, 0) < 0)
		check_invalid(check, name, value, CHECK_NOT_NEGATIVE);
}

void check_range(struct check *check, const struct json *object,
		 const char *name, int64_t lo, int64_t hi)
{
	const struct json *value = json_get(object, name);
	int64_t number = json_value_int(value, lo);

	if (number < lo || number > hi)
		check_invalid(check, name, value,
			      "must be between %" PRId64 " and %" PRId64
			      ", inclusive",
			      lo, hi);
}

void check_faults(struct check *check, const char *name, const char *value,
		  const struct names_faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		check_invalid_str(check, name, value, faults->text[i]);
}

void check_name(struct check *check, const struct json *object,
		const char *name, check_rule rule)
{
	const char *text = check_text(object, name);
	struct names_faults faults = {0};

	if (*text == '\0')
		return;
	rule(text, &faults);
	check_faults(check, name, text, &faults);
}

void check_unchanged(struct check *check, const struct json *was,
		     const struct json *is, const char *name)
{
	const struct json *value = json_get(is, name);

	if (!json_equal(json_get(was, name), value))
		check_invalid(check, name, value, CHECK_IMMUTABLE);
}
