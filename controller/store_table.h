/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * store_table - the objects of one kind and the indices over them; private to
 * the store's modules.
 *
 * An object has a small number for as long as it is known, whatever its
 * version; the indices hold these numbers.
 *
 * Threads: the loop thread. Memory: the table owns the views in it.
 */
#include "controller/index.h"
#include "controller/store.h"
#include "controller/store_keys.h"

struct store_table {
	struct obj **objs; /* by number; NULL where a number is free */
	uint32_t n_objs;   /* numbers given out so far */
	uint32_t *free_ids;
	uint32_t n_free;
	uint16_t mark; /* of the list that is being or was last received */
	bool is_listing, is_synced;
	struct index indices[INDEX_MAX];
	struct store_keys was_keys, is_keys; /* scratch */
};

struct store_sub {
	store_fn fn;
	void *arg;
	enum obj_kind kind;
};

struct store_synced_sub {
	store_synced_fn fn;
	void *arg;
};

/* How many objects that could not be decoded are remembered as logged. */
enum { STORE_BAD_MEMORY = 256 };

struct store {
	struct store_table tables[OBJ_KINDS];
	struct store_filing filing;
	struct store_sub *subs;
	size_t n_subs;
	struct store_synced_sub *synced_subs;
	size_t n_synced_subs;
	struct {
		store_skip_fn fn; /* NULL: keep all */
		void *arg;
	} skips[OBJ_KINDS];
	bool is_telling;
	uint64_t bad[STORE_BAD_MEMORY]; /* hashes, oldest overwritten */
	uint32_t n_bad;
};

void store_table_init(struct store_table *table);
void store_table_fini(struct store_table *table);
/* UINT32_MAX if there is none. */
uint32_t store_table_find(const struct store_table *table, const char *ns,
			  const char *name);
/* Puts the view in, at the number given or, with UINT32_MAX, at a new one.
 * Returns the view that was there: the caller's now. */
struct obj *store_table_set(struct store_table *table,
			    const struct store_filing *filing, uint32_t id,
			    struct obj *take_obj);
/* Takes the view out: the caller's now. */
struct obj *store_table_remove(struct store_table *table,
			       const struct store_filing *filing, uint32_t id);
/* Files all pods under that label key, or with NULL all under every key; what
 * is filed already stays. */
void store_table_file_label(struct store_table *pods, const struct istr *key);
size_t store_table_bytes_of(const struct store_table *table);
