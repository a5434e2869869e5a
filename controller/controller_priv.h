/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * controller_priv - the controller, and the feeds that keep its store current.
 *
 * Threads: the loop thread. Memory: all is the controller's.
 */
#include <stdbool.h>
#include <stdint.h>

#include "controller/audit.h"
#include "controller/obj.h"
#include "statefuld/controller.h"

struct feeder;
struct kube;
struct lease;
struct loop;
struct loop_timer;
struct quota;
struct reconcile;
struct store;
struct watch;
struct zone_slot;

/* Who needs a kind. */
enum {
	FOR_DNS = 1,
	FOR_PODS = 2, /* --endpoints=pods */
	FOR_SETS = 4, /* --reconcile=on or auto */
	FOR_SLICES = 8,
	FOR_PENDING = 16, /* DNS-072; DNS works without */
};

/* One kind, being kept current. */
struct feed {
	struct controller *controller;
	enum obj_kind kind;
	struct watch *watch;
	uint64_t items, events, bookmarks, lists; /* received */
	bool old;				  /* at old_path */
	bool ended; /* missing on this server; to be looked at again */
	bool again; /* to be listed anew */
	/* DNS-085 */
	bool is_auditing;
	struct audit audit;
	uint64_t seen; /* resourceVersion up to which it was told */
	uint64_t audits, missed;
};

struct controller {
	int needs; /* FOR_... */
	struct kube *kube;
	struct zone_slot *slot;
	struct store *store;
	struct feeder *feeder;
	struct reconcile *reconcile; /* NULL: off */
	struct quota *quota;	     /* likewise */
	struct lease *lease;	     /* NULL: not asked for */
	struct feed feeds[OBJ_KINDS];
	struct loop_timer
		*timer; /* looks at feeds that ended, or start again */
	struct loop_timer *audit_timer;
	int audited; /* the kind that was last */
};

/* Once there is a store. */
void controller_make_feeds(struct controller *controller, struct loop *loop);
/* Lists and watches what is needed. */
void controller_start_feeds(struct controller *controller);
/* Before what they feed is freed. */
void controller_free_feeds(struct controller *controller);
/* The feeder's wish (arg is the controller) to see all slices again: in their
 * turn, as this is asked from inside another feed's callback. */
void controller_want_slices(void *arg);
/* A row for each kind that is needed. */
void controller_fill_watches(const struct controller *controller,
			     struct controller_stats *ret);
