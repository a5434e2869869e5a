/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * shelf - the newest contents, by kind and "ns/name", and by owner.
 *
 * Threads: the loop thread. Memory: holds a reference to each content.
 */
#include <stdbool.h>

#include "lab/objects.h"
#include "lab/ordered.h"
#include "lab/owners.h"

struct content;

struct shelf {
	struct ordered map[KINDS];
	struct owners owners;
};

/* The longest "ns/name". */
#define SHELF_KEY_MAX 512

/* All zero is an empty shelf. */
void shelf_fini(struct shelf *shelf);
struct content *shelf_get(const struct shelf *shelf, enum kind_id kind,
			  const char *ns, const char *name);
/* Puts `is` in the place of `was`, which must be what is there; either may be
 * NULL, not both. `object` is what `is` says. */
void shelf_place(struct shelf *shelf, const struct content *was,
		 struct content *is, const struct json *object);
/* As objects_each and objects_each_owned. */
typedef bool (*shelf_fn)(struct content *content, void *arg);
void shelf_each(const struct shelf *shelf, enum kind_id kind, const char *ns,
		const char *after, shelf_fn fn, void *arg);
void shelf_each_owned(const struct shelf *shelf, const char *owner_uid,
		      shelf_fn fn, void *arg);
