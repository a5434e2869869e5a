/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * retention - which owner a pod's claim is to have, so that the garbage
 * collector keeps or deletes it as spec.persistentVolumeClaimRetentionPolicy
 * says (SS-080 to SS-087).
 *
 * A set without that field comes from a server that does not serve it: its
 * claims fit as they are.
 *
 * Threads: the loop thread; pure. Memory: results are the caller's.
 */
#include <stdbool.h>

struct json;
struct obj_claim;
struct setspec;

/* The pod that the claim is for. */
struct retention_pod {
	const char *name;
	const char *uid; /* NULL: not made yet */
	bool condemned;
};

/* SS-081: nothing to correct. */
bool retention_fits(const struct setspec *set, const struct retention_pod *pod,
		    const struct obj_claim *claim);
/* SS-083: somebody else controls the claim, so the policy is not for it. */
bool retention_conflicts(const struct setspec *set,
			 const struct retention_pod *pod,
			 const struct obj_claim *claim);
/* SS-087: the claim goes with an earlier pod of that name, which is yet to be
 * made anew. */
bool retention_blocks(const struct setspec *set, const char *pod,
		      const struct obj_claim *claim);
/* Nobody else has a say in the claim's life, and it is clearly of this set:
 * owned by it, or by nobody and with the labels that it gives to its claims
 * (SS-070). */
bool retention_is_ours(const struct setspec *set,
		       const struct obj_claim *claim);
/* SS-082: the owner references that the claim is to have; `refs` are those
 * that it was decoded from. */
struct json *retention_owners(const struct setspec *set,
			      const struct retention_pod *pod,
			      const struct obj_claim *claim,
			      const struct json *refs);
