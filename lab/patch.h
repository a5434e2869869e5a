/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch - the three patch languages (RFC 6902, RFC 7386, strategic merge).
 *
 * Threads: any; pure. Memory: the document is changed in place; on failure
 * it is left in an undefined but valid state, so patch a copy.
 */
#include "statefuld/attr.h"

struct json;
struct schema_type;
struct status;

/* RFC 6902. *doc may be replaced. 0, or ST_E... with `status` filled as a
 * real server answers (400 for a patch that makes no sense, 422 when a path
 * or test fails). At most 10,000 operations. */
st_must_check int patch_json(struct json **doc, const struct json *patch,
			     struct status *status);
/* RFC 7386. */
st_must_check int patch_merge(struct json *doc, const struct json *patch,
			      struct status *status);
/* With merge keys of the schema and the directives $patch (replace, merge,
 * delete), $deleteFromPrimitiveList, $setElementOrder, $retainKeys. */
st_must_check int patch_strategic(struct json *doc, const struct json *patch,
				  const struct schema_type *type,
				  struct status *status);
