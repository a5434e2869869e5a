/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ref - an object by kind, namespace and name: as a key, and as a path of the
 * API.
 *
 * Threads: any; pure. Memory: fixed size.
 */
#include <stdbool.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct json;
struct object;

struct ref {
	enum kind_id kind;
	char ns[64]; /* "" for cluster-scoped kinds */
	char name[254];
};

#define REF_TEXT 336
#define REF_PATH 512

/* "KIND NAMESPACE/NAME" with the number of the kind. */
const char *ref_text(enum kind_id kind, const char *ns, const char *name,
		     char out[REF_TEXT]);
const char *ref_text_of(const struct object *object, char out[REF_TEXT]);
/* false: no such text. */
st_must_check bool ref_read(const char *text, struct ref *ref);
/* false: a name is too long. */
st_must_check bool ref_set(struct ref *ref, enum kind_id kind, const char *ns,
			   const char *name);
/* "/api/v1/namespaces/NS/pods/NAME", then `rest` ("/status", "?x=y", or "").
 * Without name: the collection. */
const char *ref_path(const struct ref *ref, const char *rest,
		     char out[REF_PATH]);
/* metadata.name, namespace and uid of a JSON object, or "". */
const char *ref_name(const struct json *object);
const char *ref_ns(const struct json *object);
const char *ref_uid(const struct json *object);
/* metadata.deletionTimestamp is there. */
bool ref_is_going(const struct json *object);
/* Whether the list of text metadata.finalizers has it. */
bool ref_has_finalizer(const struct json *object, const char *finalizer);
/* Takes it out of metadata.finalizers. */
void ref_drop_finalizer(struct json *object, const char *finalizer);
