/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * managed_conflict - tells who else owns what an apply would change.
 *
 * Threads: any; pure.
 */
#include "lab/managers.h"
#include "lab/status.h"

/* ST_ECONFLICT with a 409 if managers other than `self` own fields of
 * `taken`: one cause per field and manager. */
st_must_check int managed_conflict(const struct managers *managers,
				   const struct manager *self,
				   const struct fieldset *taken,
				   struct status *status);
