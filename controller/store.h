/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * store - the indexed local copy of the API server's objects, fed by watches.
 *
 * Threads: the loop thread. Memory: the store owns every view; a borrowed
 * view is valid until control returns to the loop, or until the next call
 * that feeds the store.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"
#include "statefuld/attr.h"

struct json;
struct store;

struct store *store_new(void);
void store_free(struct store *store);

/* Saves memory for look-ups that will not be made; while the store is empty.
 * Without owners store_each_owned and _orphan find nothing, and views have
 * neither owner nor claims; without addresses store_each_addr finds nothing. */
enum { STORE_OMIT_OWNERS = 1, STORE_OMIT_ADDRS = 2 };
void store_omit(struct store *store, unsigned int what);

/* What the store need not keep: asked about each object of that kind that
 * comes; true leaves it out, and forgets what was known of it. An answer that
 * changes later takes effect with the next list. One per kind. */
typedef bool (*store_skip_fn)(const struct obj *obj, void *arg);
void store_skip(struct store *store, enum obj_kind kind, store_skip_fn fn,
		void *arg);

/* Subscribers hear of every change after it was made. `was` is NULL for a new
 * object, `is` NULL for one that is gone; both are valid during the call. An
 * event that repeats the resourceVersion known is not told. */
typedef void (*store_fn)(const struct obj *was, const struct obj *is,
			 void *arg);
void store_subscribe(struct store *store, enum obj_kind kind, store_fn fn,
		     void *arg);
/* Told once per kind, when its first list is whole. */
typedef void (*store_synced_fn)(enum obj_kind kind, void *arg);
void store_on_synced(struct store *store, store_synced_fn fn, void *arg);

/* Feeding: the watch_ops of one kind call these (see watch.h). An object that
 * cannot be decoded is logged once (by uid and resourceVersion) and left out;
 * it never stops the others, and an older good view of it stays. An item
 * older than what is known does not roll it back (DNS-085). */
void store_list_begin(struct store *store, enum obj_kind kind);
void store_put(struct store *store, enum obj_kind kind,
	       const struct json *object);
void store_list_end(struct store *store, enum obj_kind kind);
/* As store_list_end, but what is newer than the list's resourceVersion was
 * not yet in it and stays (DNS-085). NULL: unknown. */
void store_list_end_at(struct store *store, enum obj_kind kind,
		       const char *resource_version);
void store_list_abort(struct store *store, enum obj_kind kind);
void store_delete(struct store *store, enum obj_kind kind,
		  const struct json *object);
/* A kind this server does not have counts as synced and empty. */
void store_set_missing(struct store *store, enum obj_kind kind);

bool store_is_synced(const struct store *store, enum obj_kind kind);
size_t store_count(const struct store *store, enum obj_kind kind);

/* Look-ups by text; NULL if there is none. `ns` is NULL or "" for
 * namespaces. */
const struct obj *store_get(const struct store *store, enum obj_kind kind,
			    const char *ns, const char *name);

/* Iteration over an index; fn returns false to stop. The store must not be
 * fed meanwhile. */
typedef bool (*store_each_fn)(const struct obj *obj, void *arg);
void store_each(const struct store *store, enum obj_kind kind, store_each_fn fn,
		void *arg);
void store_each_in(const struct store *store, enum obj_kind kind,
		   const char *ns, store_each_fn fn, void *arg);
/* Pods, claims or revisions whose controller has this uid. */
void store_each_owned(const struct store *store, enum obj_kind kind,
		      const char *owner_uid, store_each_fn fn, void *arg);
/* Pods or revisions of the namespace without a controller. */
void store_each_orphan(const struct store *store, enum obj_kind kind,
		       const char *ns, store_each_fn fn, void *arg);
/* Slices of a Service (DNS-002). */
void store_each_slice(const struct store *store, const char *ns,
		      const char *service, store_each_fn fn, void *arg);
/* Pods of the namespace that carry all these labels; uses the index of the
 * rarest label. */
void store_each_selected(const struct store *store, const char *ns,
			 const struct obj_label *selector, size_t n,
			 store_each_fn fn, void *arg);
/* Pods, Services (cluster IPs) or slices that have this address. */
void store_each_addr(const struct store *store, enum obj_kind kind,
		     const struct addr *addr, store_each_fn fn, void *arg);
/* Services of the namespace whose selector the labels satisfy. */
void store_each_selecting(const struct store *store, const struct obj *pod,
			  store_each_fn fn, void *arg);
/* Bytes of the tables and indices, without the views; for measuring. */
size_t store_table_bytes(const struct store *store);
