/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * status - Status objects: how the API says no, with upstream's reasons,
 * message forms and causes.
 *
 * Threads: any; pure. Memory: a status is embedded and released by
 * status_fini; results of status_json are the caller's.
 */
#include <stddef.h>
#include <stdint.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct json;

struct status_cause {
	char *reason; /* "FieldValueInvalid"... */
	char *message;
	char *field;
};

/* code 0: all is well. */
struct status {
	int code;	    /* HTTP */
	const char *reason; /* static: "NotFound", "Invalid"... */
	char *message;
	const struct kind *kind; /* for details; may be NULL */
	char *name;
	uint32_t retry_after_s;
	struct status_cause *causes;
	size_t n_causes;
};

void status_init(struct status *status);
void status_fini(struct status *status);

/* Ready-made failures; texts as upstream's apimachinery forms them. */
void status_not_found(struct status *status, const struct kind *kind,
		      const char *name);
void status_already_exists(struct status *status, const struct kind *kind,
			   const char *name);
/* "Operation cannot be fulfilled on ...: the object has been modified; ..." */
void status_conflict(struct status *status, const struct kind *kind,
		     const char *name, const char *why);
void status_bad_request(struct status *status, const char *fmt, ...)
	st_printf(2, 3);
void status_set(struct status *status, int code, const char *reason,
		const char *fmt, ...) st_printf(4, 5);

/* Validation: each finding adds a cause; status_invalid_end then forms the
 * 422 "Kind.group \"name\" is invalid: [...]" message if there were any. */
enum status_finding {
	FINDING_REQUIRED,
	FINDING_INVALID,
	FINDING_DUPLICATE,
	FINDING_NOT_SUPPORTED,
	FINDING_FORBIDDEN,
	FINDING_TOO_LONG,
	FINDING_NOT_FOUND,
	FINDING_TYPE,
};
/* `value` is the JSON text of the offending value, or NULL. */
void status_find(struct status *status, enum status_finding what,
		 const char *field, const char *value, const char *fmt, ...)
	st_printf(5, 6);
/* A cause of any other kind; texts are copied. At most 1,000 are kept. */
void status_cause(struct status *status, const char *reason,
		  const char *message, const char *field);
void status_invalid_end(struct status *status, const struct kind *kind,
			const char *name);

struct json *status_json(const struct status *status);
