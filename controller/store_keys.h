/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * store_keys - under which keys of which index an object is found. Pure.
 *
 * Threads: any. Memory: the list is embedded; store_keys_fini releases.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"

enum store_index {
	INDEX_NAME,    /* namespace and name */
	INDEX_NS,      /* namespace */
	INDEX_OWNER,   /* uid of the controller */
	INDEX_ORPHAN,  /* namespace, of what has no controller */
	INDEX_LABEL,   /* pods: namespace, label; Services: one of the selector
			*/
	INDEX_ADDR,    /* any of the addresses */
	INDEX_SERVICE, /* slices: namespace and Service name */
	INDEX_MAX,
};

/* What is filed at all: an index that nobody asks is only memory. */
enum { FILING_MAX_KEYS = 64 };
struct store_filing {
	bool addrs;
	bool owners;
	/* Labels of pods: those whose key some Service has or had in its
	 * selector; all, once there are too many such keys to look through. */
	bool all_labels;
	size_t n_label_keys;
	const struct istr *label_keys[FILING_MAX_KEYS]; /* held */
};

/* Whether pods are filed under labels with this key. */
bool store_files_label(const struct store_filing *filing,
		       const struct istr *key);
/* Makes them so from now on; false if they are already. */
bool store_file_label(struct store_filing *filing, const struct istr *key);
void store_filing_fini(struct store_filing *filing);

struct store_key {
	uint32_t index; /* enum store_index */
	uint32_t hash;
};

struct store_keys {
	struct store_key *items;
	size_t n;
};

/* Makes `keys` those of the object, always in the same order. A pod's label
 * whose value is the pod's own name is left out: the name finds it. */
void store_keys_of(struct store_keys *keys, const struct store_filing *filing,
		   const struct obj *obj);
bool store_keys_equal(const struct store_keys *a, const struct store_keys *b);
void store_keys_fini(struct store_keys *keys);

uint32_t store_hash_name(const char *ns, const char *name);
uint32_t store_hash_ns(const struct istr *ns);
uint32_t store_hash_owner(const struct istr *uid);
uint32_t store_hash_label(const struct istr *ns, const struct obj_label *label);
uint32_t store_hash_addr(const struct addr *addr);
uint32_t store_hash_service(const struct istr *ns, const struct istr *service);

/* Whether all pairs of `want` are among the labels. */
bool store_has_labels(const struct obj *obj, const struct obj_label *want,
		      size_t n);
bool store_has_addr(const struct obj *obj, const struct addr *addr);
bool store_addr_equal(const struct addr *a, const struct addr *b);
