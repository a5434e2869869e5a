/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lost - claims of pods whose end came before their claims were to go with
 * them (SS-086). Where the ordinal is then scaled away under whenScaled:
 * Delete, such a claim goes, too.
 *
 * A claim alone does not tell for whom it is kept: one of an ordinal out of
 * range may have been retained by an earlier policy, or be laid out for a pod
 * to come. So only those count whose pod, of this very set, was seen to end by
 * this very process; who did not see it leaves the claim as upstream does.
 *
 * Threads: the loop thread; no I/O. Memory: texts are copied.
 */
#include <stddef.h>
#include <stdint.h>

struct obj_pod;
struct setspec;
struct store;

struct lost_claim {
	char *name, *uid;
	char *set_uid;
	int32_t ordinal; /* of its pod */
};
struct lost {
	struct lost_claim *claims;
	size_t n;
};

void lost_fini(struct lost *lost);
/* A pod that a set controlled is gone; its claims are those named for it. */
void lost_add(struct lost *lost, const struct obj_pod *pod,
	      const struct store *store);
/* Before a pass: forgets the claims of pods that came back, those that are
 * gone, that have another owner, or whose ordinal was scaled away and which
 * the set retains. */
void lost_sweep(struct lost *lost, const struct setspec *set,
		const struct store *store);
