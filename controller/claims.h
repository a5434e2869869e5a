/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * claims - the claims that volumeClaimTemplates make for a pod (SS-070 to
 * SS-073).
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>
#include <stdint.h>

struct json;
struct setspec;

/* Raises a whole claim's request to what the set's annotation asks for; never
 * lowers it. Returns whether it did. */
bool claims_raise(const struct setspec *set, const char *vct,
		  struct json *claim);
char *claims_name(const char *vct, const char *set, int32_t ordinal);
/* The claim object to POST for one entry of volumeClaimTemplates. */
struct json *claims_build(const struct setspec *set, const struct json *vct,
			  int32_t ordinal);
