/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * affected - which sets a change of a pod or a claim concerns (SS-004 to
 * SS-008).
 *
 * Threads: the loop thread; looks only at the store and the two views.
 * Memory: none kept.
 */
#include <stdint.h>

struct obj;
struct obj_set;
struct store;

/* `after_s` is 0, or the time after which the set wants another pass. */
typedef void (*affected_fn)(const struct obj_set *set, int32_t after_s,
			    void *arg);

/* The set that controls the object, or NULL (SS-007). */
const struct obj_set *affected_owner(const struct store *store,
				     const struct obj *obj);
/* As store_fn: `was` NULL for a new object, `is` NULL for one that is gone. */
void affected_by_pod(const struct store *store, const struct obj *was,
		     const struct obj *is, affected_fn fn, void *arg);
/* The sets whose claims have names such as this one's. */
void affected_by_name(const struct store *store, const struct obj *claim,
		      affected_fn fn, void *arg);
/* The sets that name the Service in spec.serviceName. */
void affected_by_service(const struct store *store, const struct obj *service,
			 affected_fn fn, void *arg);
void affected_by_claim(const struct store *store, const struct obj *was,
		       const struct obj *is, affected_fn fn, void *arg);
