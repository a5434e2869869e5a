/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * schema - what fields the served kinds have: types, list kinds, merge keys.
 *
 * Threads: any; constant data. Memory: static.
 */
#include <stdbool.h>
#include <stddef.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct json;

enum schema_form {
	SCHEMA_STRING,
	SCHEMA_BOOL,
	SCHEMA_INT32,
	SCHEMA_INT64,
	SCHEMA_NUMBER,
	SCHEMA_BYTES, /* base64 text */
	SCHEMA_TIME,  /* RFC 3339 */
	SCHEMA_MICROTIME,
	SCHEMA_QUANTITY, /* text or number */
	SCHEMA_INT_OR_STRING,
	SCHEMA_RAW,    /* any JSON: ControllerRevision.data, fieldsV1 */
	SCHEMA_OBJECT, /* fields of `type` */
	SCHEMA_LIST,   /* of `item` */
	SCHEMA_MAP,    /* string to `item` */
};

enum schema_list {
	SCHEMA_ATOMIC, /* replaced as a whole */
	SCHEMA_SET,    /* of scalars */
	SCHEMA_KEYED,  /* objects told apart by `keys` (SSA: map lists) */
};

struct schema_type;
struct schema_field {
	const char *name;
	enum schema_form form;
	const struct schema_type *type;	 /* of an object */
	const struct schema_field *item; /* of list elements, map values */
	/* Server-side apply: */
	enum schema_list list;
	const char *const *keys; /* NULL-terminated */
	bool atomic;		 /* objects and maps taken whole */
	/* Strategic merge: "merge" lists with their one key (NULL for lists
	 * of scalars); false: the list is replaced. */
	bool merges;
	const char *merge_key;
	bool retain_keys; /* patchStrategy retainKeys */
	bool replaces;	  /* an object that strategic merge takes whole */
	bool required;
	/* What a key of a keyed list is when it is missing; may be NULL. */
	const char *fallback;
	bool pointer;		   /* "", 0 and false are told from nothing */
	bool keep;		   /* printed even when empty */
	const char *const *values; /* NULL-terminated; NULL: any */
	const char *go;	 /* type's name in messages, if not the form's own */
	const char *doc; /* one paragraph; may be NULL */
};

struct schema_type {
	const char *name;		   /* "StatefulSetSpec" */
	const char *group;		   /* "apps/v1", "v1", "meta/v1" */
	const struct schema_field *fields; /* sorted by name */
	size_t n_fields;
	bool atomic;	 /* taken whole by server-side apply */
	const char *doc; /* one paragraph; may be NULL */
};

/* The whole object of a face: metadata, spec, status... */
const struct schema_type *schema_of(const struct kind *kind);
/* The same by name: also "autoscaling/v1" Scale, "policy/v1" Eviction, "v1"
 * Binding, "meta/v1" DeleteOptions and ListMeta. NULL if there is none. */
const struct schema_type *schema_named(const char *group, const char *name);
const struct schema_field *schema_field(const struct schema_type *type,
					const char *name);

/* Checks the types of all known members and finds unknown ones. Calls fn for
 * each finding: `path` is "spec.template.spec.containers[0].image". Text is as
 * a real server says it. */
enum schema_finding { SCHEMA_WRONG_TYPE, SCHEMA_UNKNOWN, SCHEMA_DUPLICATE };
typedef void (*schema_fn)(enum schema_finding what, const char *path,
			  const char *text, void *arg);
void schema_check(const struct kind *kind, const struct json *object,
		  schema_fn fn, void *arg);
void schema_check_type(const struct schema_type *type,
		       const struct json *object, schema_fn fn, void *arg);
/* Members that stand twice in one object of the text; path as above. At most
 * 100 are told. */
void schema_duplicates(const char *text, size_t len, schema_fn fn, void *arg);
/* Unknown members and known ones that stand twice, in the order of the text,
 * as strict decoding tells them. At most 100 are told. */
void schema_strict(const struct schema_type *type, const char *text, size_t len,
		   schema_fn fn, void *arg);
/* Why a body cannot be decoded, as a real server's 400 says it: `Pod in
 * version "v1" cannot be handled as a Pod: ...`; NULL if it can. Text that is
 * no UTF-8 is refused; a wrong type comes before strict findings, which only
 * `strict` asks for. `object` is what `text` reads as. The caller frees. */
char *schema_refusal(const struct kind *kind, const char *text, size_t len,
		     const struct json *object, bool strict);
/* Removes unknown members, and known ones that a real server would not print:
 * null, and what is empty or zero where that says the same as nothing. */
void schema_prune(const struct kind *kind, struct json *object);
void schema_prune_type(const struct schema_type *type, struct json *object);
