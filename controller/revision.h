/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * revision - ControllerRevisions: their data, hash, name, order and choice
 * (SS-030 to SS-041), to the letter of kube-controller-manager, so that a set
 * can be handed over without a rollout.
 *
 * Threads: any; pure. Memory: `char *` and `struct json *` results are the
 * caller's, everything else is borrowed.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct obj_revision;
struct setspec;

enum { REVISION_HASH_SIZE = 11, REVISION_NAME_SIZE = 236 };

/* The canonical data of a pod template: {"spec":{"template":...}} with
 * "$patch":"replace" in it. Any creationTimestamp: null is left out: servers up
 * to 1.33 send it, and a name should not depend on the server. Data is compared
 * in this form. */
char *revision_data(const struct json *template);
/* The same with the nulls that the server sends: byte by byte what a
 * kube-controller-manager of its version writes (SS-032). One up to 1.35 knows
 * a template again by nothing else. */
char *revision_served_data(const struct json *template);
/* Whether a stored revision has such a null. */
bool revision_has_null_time(const struct json *revision);
/* What a stored revision holds in `data`, in the form of revision_data(). */
char *revision_stored_data(const struct json *revision);
/* Whether it holds that data, whichever form either has. */
bool revision_holds(const struct json *revision, const char *data);

/* SS-033. */
uint32_t revision_sum(const char *data, int64_t collisions);
void revision_hash(char ret_hash[REVISION_HASH_SIZE], const char *data,
		   int64_t collisions);
/* SS-034. */
void revision_name(char ret_name[REVISION_NAME_SIZE], const char *set,
		   const char *hash);

/* The object to POST. The label carries first_hash, whatever the name is
 * after collisions (SS-036). */
struct json *revision_build(const struct setspec *set, const char *data,
			    const char *name, const char *first_hash,
			    int64_t number);

/* The template that a stored revision restores (SS-041), without "$patch".
 * ST_EPARSE: it holds none. */
st_must_check int revision_template(const struct json *revision,
				    struct json **ret_template,
				    struct err *err);

/* SS-035: <0, 0, >0. */
int revision_cmp(const struct obj_revision *a, const struct obj_revision *b);
