/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * links - who is to be looked at for a name: pairs of texts, found by the
 * first of them.
 *
 * Threads: belongs to one. Memory: copies its texts.
 */
#include <stddef.h>

#include "lab/ordered.h"

struct links {
	struct ordered map;
};

typedef void (*links_fn)(const char *to, void *arg);

/* All zero is empty. Texts hold no newline. */
void links_fini(struct links *links);
/* Does nothing if the pair is there. */
void links_add(struct links *links, const char *from, const char *to);
/* Does nothing if it is not. */
void links_remove(struct links *links, const char *from, const char *to);
/* Calls fn with each `to` of that `from`, in order; fn changes no links. */
void links_each(const struct links *links, const char *from, links_fn fn,
		void *arg);
/* The same, and the pairs go. */
void links_take(struct links *links, const char *from, links_fn fn, void *arg);
