/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch.h"
#include "lab/patch_size.h"
#include "lab/patch_text.h"
#include "lab/status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"

static void merge(struct json *doc, const struct json *patch);

/* What the document does not have comes without the nulls, too. */
static void merge_member(struct json *doc, const struct json *member)
{
	const char *name = json_name(member);

	if (json_type(member) == JSON_NULL)
		json_remove(doc, name);
	else if (json_type(member) == JSON_OBJECT)
		merge(json_child_object(doc, name), member);
	else
		json_set(doc, name, json_dup(member));
}

static void merge(struct json *doc, const struct json *patch)
{
	json_each (member, patch)
		merge_member(doc, member);
}

int patch_merge(struct json *doc, const struct json *patch,
		struct status *status)
{
	enum json_type type = json_type(patch);

	if (type == JSON_OBJECT) {
		int rc = patch_size_check(patch, status);

		if (rc == 0)
			merge(doc, patch);
		return rc;
	}
	if (type == JSON_NULL || type == JSON_NONE)
		status_bad_request(status, "Invalid JSON Patch");
	else
		status_bad_request(
			status,
			"error decoding patch: json: cannot unmarshal %s into "
			"Go value of type map[string]interface {}",
			patch_text_word(patch));
	return ST_EINVAL;
}
