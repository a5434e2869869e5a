/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch_list - strategic merge of lists: by key or, for scalars, as sets.
 *
 * Threads: any; pure. Memory: as patch_strategic.h.
 */
#include "lab/patch_strategic.h"

/* Merges `patch` (NULL: nothing) into the list and puts elements into the
 * order that `order` tells, or that of the patch where it is NULL; those of
 * the server alone keep their order and stand between. */
st_must_check int patch_list_merge(struct merge *merge, struct json *list,
				   struct json *patch,
				   const struct schema_field *field,
				   const struct json *order);
/* Removes scalars. */
st_must_check int patch_list_delete(struct merge *merge, struct json *list,
				    const struct json *values);
