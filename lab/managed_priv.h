/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * managed_priv - what updates and applies have in common.
 *
 * Threads: any; pure.
 */
#include <stdint.h>

#include "lab/fieldset.h"
#include "lab/kinds.h"
#include "lab/schema.h"

/* What an object of the kind is. */
struct schema_field managed_root(const struct kind *kind);
/* Takes away what no manager owns: names and what the server fills in, and
 * what a write of that (sub)resource does not touch. */
void managed_strip(struct fieldset *set, const struct kind *kind,
		   const char *subresource);
/* Replaces an entry's time; scale has none, as on a real server. */
void managed_stamp(char **time, const char *subresource, int64_t now_s);
