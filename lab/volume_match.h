/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * volume_match - whether a volume serves a claim, and the writing that binds
 * one to the other.
 *
 * Threads: any; pure. Memory: objects are changed in place.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct json;
struct quantity;

/* NULL: it does; else why not, in upstream's words. */
const char *volume_match_refusal(const struct json *volume,
				 const struct json *claim);
/* Nobody has it, or the claim has it already. */
bool volume_match_is_free(const struct json *volume, const struct json *claim);
st_must_check bool volume_match_capacity(const struct json *volume,
					 struct quantity *ret_size);
/* spec.claimRef of the volume. */
void volume_match_take(struct json *volume, const struct json *claim);
/* spec and annotations of the claim. */
void volume_match_give(struct json *claim, const struct json *volume);
/* status of the claim. */
void volume_match_status(struct json *claim, const struct json *volume);
