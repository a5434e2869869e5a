/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rotation - which record of an RRset comes first in the next answer
 * (DNS-174).
 *
 * Threads: the counter belongs to one. Memory: none.
 */
#include "dnsd/answer.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/zone_edit.h"

/* A step by the golden ratio of the range spreads any run of answers evenly,
 * also every second one, which is what a stub that asks for A and AAAA in
 * turns gets. PTR keeps its order (DNS-048). */
static inline unsigned int rotation_first(struct answer_env *env,
					  const struct rrset *set)
{
	if (set->count < 2 || env->config->is_fixed_order ||
	    (set->type != RR_A && set->type != RR_AAAA && set->type != RR_SRV))
		return 0;
	env->turn += UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned int)((env->turn >> 32) * set->count >> 32);
}
