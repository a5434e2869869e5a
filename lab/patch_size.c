/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch_size.h"

#include <stdbool.h>

#include "lab/status.h"
#include "statefuld/err.h"

static bool fits(const struct json *value)
{
	size_t n = 0;

	json_each (child, value) {
		if (++n > PATCH_SIZE_MAX || !fits(child))
			return false;
	}
	return true;
}

int patch_size_check(const struct json *patch, struct status *status)
{
	if (fits(patch))
		return 0;
	status_set(status, 413, "RequestEntityTooLarge",
		   "The allowed maximum of members or elements in one value of "
		   "a patch is %d",
		   PATCH_SIZE_MAX);
	return ST_ELIMIT;
}

size_t patch_size_depth(const struct json *value)
{
	size_t deepest = 0;

	json_each (child, value) {
		size_t depth = 1 + patch_size_depth(child);

		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}
