/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * owners - finds by an owner's uid what has an ownerReference to it.
 *
 * Threads: belongs to one. Memory: links are the index's; each hangs in the
 * list of its owned thing, which gives it back with owners_drop.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json;

struct owners_link;
struct owners_group;
struct owners {
	struct owners_group **buckets;
	size_t n_buckets, n;
};

/* All zero is an empty index. fini: after all has been dropped. */
void owners_fini(struct owners *owners);
/* Notes `value` under each uid in metadata.ownerReferences. Returns the list
 * of links; NULL if there are none. */
struct owners_link *owners_note(struct owners *owners,
				const struct json *object, void *value);
void owners_drop(struct owners *owners, struct owners_link *links);
/* Calls fn until it returns false; no changes meanwhile. */
void owners_each(const struct owners *owners, const char *uid,
		 bool (*fn)(void *value, void *arg), void *arg);
