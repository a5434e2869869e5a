/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * reconcile - keeps every StatefulSet of the store as its spec says: decides
 * from events which sets need a pass, and runs some passes at a time.
 *
 * Begins by itself once StatefulSets, pods, claims and revisions are synced
 * (SS-001).
 *
 * Threads: the loop thread. Memory: what the config names must outlive it.
 */
#include <stdbool.h>
#include <stddef.h>

#include "controller/obj.h"

struct controller_stats;
struct kube;
struct loop;
struct reconcile;
struct store;

enum { RECONCILE_PASSES = 10 }; /* at a time; upstream runs 5 */

struct reconcile_config {
	struct loop *loop;
	struct store *store;
	struct kube *kube;
	bool as_served; /* --revision-form=server */
	/* Called before a pod is deleted, so that its records leave the zone
	 * first; and when the server refused to. May be NULL. */
	void (*withdraw)(const char *ns, const char *pod, void *arg);
	void (*restore)(const char *ns, const char *pod, void *arg);
	void *arg;
	/* Whether any set waits for a quota; see reconcile_room(). May be
	 * NULL. */
	void (*want_quota)(bool wanted, void *arg);
	void *quota_arg;
};

/* Subscribes to the store, so call it before the store is fed. */
struct reconcile *reconcile_new(const struct reconcile_config *config);
/* Cancels passes under way. The store must not be fed afterwards. */
void reconcile_free(struct reconcile *reconcile);

/* Whether to work on sets, as from the start; when no longer, passes under way
 * are cancelled, and nothing is sent any more. */
void reconcile_set_active(struct reconcile *reconcile, bool active);
/* A quota of the namespace may let in what it refused; NULL: any may. Sets that
 * were refused try again, though not more than once a second. */
void reconcile_room(struct reconcile *reconcile, const char *ns);
/* Fills in what is told of queue and passes. */
void reconcile_stats(const struct reconcile *reconcile,
		     struct controller_stats *stats);

/* The store now holds all up to this resourceVersion of a kind: of an event,
 * a bookmark or a whole list. Passes wait until their own writes have come
 * back (SS-011). */
void reconcile_seen(struct reconcile *reconcile, enum obj_kind kind,
		    const char *resource_version);
