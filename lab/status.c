/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* A body of some megabytes may hold a mistake in every byte. */
enum { STATUS_MAX_CAUSES = 1000 };

void status_init(struct status *status)
{
	*status = (struct status){0};
}

static void drop_causes(struct status *status)
{
	for (size_t i = 0; i < status->n_causes; i++) {
		free(status->causes[i].reason);
		free(status->causes[i].message);
		free(status->causes[i].field);
	}
	free(status->causes);
	status->causes = NULL;
	status->n_causes = 0;
}

void status_fini(struct status *status)
{
	drop_causes(status);
	free(status->message);
	free(status->name);
	status_init(status);
}

static char *form(const char *fmt, va_list args) st_printf(1, 0);

static char *form(const char *fmt, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		return mem_strdup(fmt);
	char *text = mem_alloc((size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, args);
	return text;
}

/* The text is formed before the old one goes: it may be an argument. */
static void put(struct status *status, int code, const char *reason,
		const char *fmt, va_list args) st_printf(4, 0);

static void put(struct status *status, int code, const char *reason,
		const char *fmt, va_list args)
{
	char *message = form(fmt, args);

	status_fini(status);
	status->code = code;
	status->reason = reason;
	status->message = message;
}

void status_set(struct status *status, int code, const char *reason,
		const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put(status, code, reason, fmt, args);
	va_end(args);
}

void status_bad_request(struct status *status, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	put(status, 400, "BadRequest", fmt, args);
	va_end(args);
}

/* "statefulsets.apps", or "pods" of the core group. */
static char *qualified(const char *name, const struct kind *kind)
{
	return mem_printf("%s%s%s", name, *kind->group != '\0' ? "." : "",
			  kind->group);
}

static void about(struct status *status, const struct kind *kind,
		  const char *name)
{
	status->kind = kind;
	status->name = mem_strdup(name);
}

static const char *or_empty(const char *name)
{
	return name != NULL ? name : "";
}

void status_not_found(struct status *status, const struct kind *kind,
		      const char *name)
{
	scope_free char *own = mem_strdup(or_empty(name));
	scope_free char *resource = qualified(kind->plural, kind);

	status_set(status, 404, "NotFound", "%s \"%s\" not found", resource,
		   own);
	about(status, kind, own);
}

void status_already_exists(struct status *status, const struct kind *kind,
			   const char *name)
{
	scope_free char *own = mem_strdup(or_empty(name));
	scope_free char *resource = qualified(kind->plural, kind);

	status_set(status, 409, "AlreadyExists", "%s \"%s\" already exists",
		   resource, own);
	about(status, kind, own);
}

void status_conflict(struct status *status, const struct kind *kind,
		     const char *name, const char *why)
{
	scope_free char *own = mem_strdup(or_empty(name));
	scope_free char *resource = qualified(kind->plural, kind);

	status_set(status, 409, "Conflict",
		   "Operation cannot be fulfilled on %s \"%s\": %s", resource,
		   own, why);
	about(status, kind, own);
}

static const struct finding {
	const char *reason;
	const char *text;
	bool has_value;
} findings[] = {
	[FINDING_REQUIRED] = {"FieldValueRequired", "Required value", false},
	[FINDING_INVALID] = {"FieldValueInvalid", "Invalid value", true},
	[FINDING_DUPLICATE] = {"FieldValueDuplicate", "Duplicate value", true},
	[FINDING_NOT_SUPPORTED] = {"FieldValueNotSupported",
				   "Unsupported value", true},
	[FINDING_FORBIDDEN] = {"FieldValueForbidden", "Forbidden", false},
	[FINDING_TOO_LONG] = {"FieldValueTooLong", "Too long", false},
	[FINDING_NOT_FOUND] = {"FieldValueNotFound", "Not found", true},
	[FINDING_TYPE] = {"FieldValueTypeInvalid", "Invalid value", true},
};

/* What is not there is told as the text "null", quotes included. */
static const char *shown(const char *value)
{
	if (value == NULL || strcmp(value, "null") == 0)
		return "\"null\"";
	return value;
}

void status_cause(struct status *status, const char *reason,
		  const char *message, const char *field)
{
	if (status->n_causes >= STATUS_MAX_CAUSES)
		return;
	mem_grow(status->causes, status->n_causes);
	status->causes[status->n_causes++] = (struct status_cause){
		.reason = mem_strdup(reason),
		.message = mem_strdup(message),
		.field = mem_strdup(field),
	};
}

void status_find(struct status *status, enum status_finding what,
		 const char *field, const char *value, const char *fmt, ...)
{
	const struct finding *finding = &findings[what];
	struct buf text;
	char *detail = NULL;
	va_list args;

	if (status->n_causes >= STATUS_MAX_CAUSES)
		return;
	va_start(args, fmt);
	if (fmt != NULL)
		detail = form(fmt, args);
	va_end(args);
	buf_init(&text, 0);
	buf_puts(&text, finding->text);
	if (finding->has_value) {
		buf_puts(&text, ": ");
		buf_puts(&text, shown(value));
	}
	if (detail != NULL && *detail != '\0') {
		buf_puts(&text, ": ");
		buf_puts(&text, detail);
	}
	free(detail);
	scope_free char *message = buf_steal(&text);
	status_cause(status, finding->reason, message, field);
}

/* A finding that was told word for word before is not told again. */
static bool is_repeat(const struct status *status, size_t i)
{
	const struct status_cause *cause = &status->causes[i];

	for (size_t k = 0; k < i; k++) {
		const struct status_cause *other = &status->causes[k];

		if (strcmp(other->field, cause->field) == 0 &&
		    strcmp(other->message, cause->message) == 0)
			return true;
	}
	return false;
}

static char *all_findings(const struct status *status)
{
	struct buf text;
	size_t n = 0;

	buf_init(&text, 0);
	for (size_t i = 0; i < status->n_causes; i++) {
		if (is_repeat(status, i))
			continue;
		buf_puts(&text, n++ > 0 ? ", " : "");
		buf_puts(&text, status->causes[i].field);
		buf_puts(&text, ": ");
		buf_puts(&text, status->causes[i].message);
	}
	scope_free char *list = buf_steal(&text);
	return n == 1 ? mem_strdup(list) : mem_printf("[%s]", list);
}

void status_invalid_end(struct status *status, const struct kind *kind,
			const char *name)
{
	if (status->n_causes == 0)
		return;
	scope_free char *own = mem_strdup(or_empty(name));
	scope_free char *qualified_kind = qualified(kind->kind, kind);
	scope_free char *list = all_findings(status);

	free(status->message);
	free(status->name);
	status->code = 422;
	status->reason = "Invalid";
	status->message = mem_printf("%s \"%s\" is invalid: %s", qualified_kind,
				     own, list);
	about(status, kind, own);
}

static void set_unless_empty(struct json *object, const char *name,
			     const char *text)
{
	if (text != NULL && *text != '\0')
		json_set_str(object, name, text);
}

static void add_causes(struct json *details, const struct status *status)
{
	struct json *causes = json_child_array(details, "causes");

	for (size_t i = 0; i < status->n_causes; i++) {
		const struct status_cause *cause = &status->causes[i];
		struct json *one = json_new_object();

		set_unless_empty(one, "reason", cause->reason);
		set_unless_empty(one, "message", cause->message);
		set_unless_empty(one, "field", cause->field);
		json_push(causes, one);
	}
}

/* Validation tells the kind, all else the resource. */
static void add_details(struct json *root, const struct status *status)
{
	struct json *details = json_child_object(root, "details");
	const struct kind *kind = status->kind;

	set_unless_empty(details, "name", status->name);
	if (kind != NULL) {
		bool is_invalid = status->code == 422;

		set_unless_empty(details, "group", kind->group);
		json_set_str(details, "kind",
			     is_invalid ? kind->kind : kind->plural);
	}
	if (status->n_causes > 0)
		add_causes(details, status);
	if (status->retry_after_s > 0)
		json_set_int(details, "retryAfterSeconds",
			     status->retry_after_s);
}

struct json *status_json(const struct status *status)
{
	struct json *root = json_new_object();
	bool failed = status->code != 0;

	json_set_str(root, "kind", "Status");
	json_set_str(root, "apiVersion", "v1");
	json_set(root, "metadata", json_new_object());
	json_set_str(root, "status", failed ? "Failure" : "Success");
	set_unless_empty(root, "message", status->message);
	set_unless_empty(root, "reason", status->reason);
	/* An Invalid without findings has empty details. */
	if (status->kind != NULL || status->name != NULL ||
	    status->n_causes > 0 || status->retry_after_s > 0 ||
	    status->code == 422)
		add_details(root, status);
	json_set_int(root, "code", failed ? status->code : 200);
	return root;
}
