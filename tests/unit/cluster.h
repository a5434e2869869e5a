/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster - the API server of tests/sim with one reconciler and a kubelet, for
 * stories that are told to the letter. Requests are carried out, answered and
 * told to the store in an order that only the seed knows; what is sent is
 * judged by the rules of the simulation. The clock is a fake one.
 *
 * Threads: none. Memory: cluster_free() releases all.
 */
#include <stdbool.h>
#include <stdint.h>

#include "controller/kube.h"
#include "controller/obj.h"

struct json;

enum cluster_fault {
	FAULT_NONE,
	FAULT_REFUSED,	 /* 500, nothing done */
	FAULT_LOST,	 /* done, but the answer never came */
	FAULT_CONFLICT,	 /* 409 */
	FAULT_THROTTLED, /* 429 with Retry-After */
	FAULTS,
};

struct cluster;

/* With a reconciler on a store of its own. The fault hits the request with
 * that number, counted from 0. */
struct cluster *cluster_new(uint64_t seed, enum cluster_fault fault,
			    int fault_at);
void cluster_free(struct cluster *cluster);

/* What a user does: the object is created, or replaced if it is there. */
void cluster_apply(struct cluster *cluster, enum obj_kind kind,
		   const char *text);
void cluster_remove(struct cluster *cluster, enum obj_kind kind,
		    const char *name);
/* NULL: there is none. Borrowed. */
const struct json *cluster_get(const struct cluster *cluster,
			       enum obj_kind kind, const char *name);
int cluster_count(const struct cluster *cluster, enum obj_kind kind);

/* From now on the store hears of no change of that kind, or of all again. */
void cluster_deaf(struct cluster *cluster, enum obj_kind kind, bool deaf);

/* The reconciler leads, as it does from the start, or does not. */
void cluster_lead(struct cluster *cluster, bool lead);

/* Goes on until `settled` says so; gives up after ten minutes. */
bool cluster_run(struct cluster *cluster,
		 bool (*settled)(const struct cluster *cluster));
/* Goes on for that time. */
void cluster_idle(struct cluster *cluster, int ms);

/* Requests so far; and those that changed something, events aside. */
int cluster_requests(const struct cluster *cluster);
int cluster_writes(const struct cluster *cluster);
/* From now on a quota refuses what is sent by that verb to paths with `part`
 * in them, or nothing any more (NULL); and how often it did. */
void cluster_forbid(struct cluster *cluster, enum kube_verb verb,
		    const char *part);
int cluster_forbidden(const struct cluster *cluster);
/* Whether quotas are looked at; and there is room in the namespace's. */
bool cluster_wants_quota(const struct cluster *cluster);
void cluster_room(struct cluster *cluster, const char *ns);
/* POSTs of what was there already. */
int cluster_doubles(const struct cluster *cluster);
/* A part of "Normal SuccessfulCreate: Create Pod ... [source]". */
bool cluster_has_event(const struct cluster *cluster, const char *text);
/* The first rule that was broken, or NULL. */
const char *cluster_broken(const struct cluster *cluster);
