/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * identity - ordinals, names, labels and volumes of a set's pods (SS-060 to
 * SS-068), and the pod objects that carry them.
 *
 * Threads: any; pure. Memory: `struct json *` and `char *` results are the
 * caller's.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;
struct obj_pod;
struct setspec;

enum { IDENTITY_NO_ORDINAL = -1 };

extern const char identity_label_pod[]; /* SS-063 */
extern const char identity_label_index[];
extern const char identity_label_revision[];

/* Splits "web-3". Returns false for a name without a number. The ordinal is
 * IDENTITY_NO_ORDINAL where it does not fit 31 bits. */
bool identity_parse(const char *pod, size_t *ret_parent_len,
		    int32_t *ret_ordinal);
/* Whether the name parses and its parent is that set (SS-023). */
bool identity_is_member(const char *set, const char *pod, int32_t *ret_ordinal);
char *identity_pod_name(const char *set, int32_t ordinal);

/* SS-064. */
struct json *identity_owner_ref(const struct setspec *set);

/* The pod object to POST (SS-062), from the template of a revision. */
struct json *identity_pod(const struct setspec *set,
			  const struct json *template, const char *revision,
			  int32_t ordinal);

/* SS-067, SS-068. */
bool identity_matches(const struct setspec *set, const struct obj_pod *pod);
bool identity_storage_matches(const struct setspec *set,
			      const struct obj_pod *pod);
/* Writes the identity labels and the volumes into a whole pod object
 * (SS-109). */
void identity_repair(const struct setspec *set, struct json *pod,
		     int32_t ordinal);
