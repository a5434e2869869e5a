/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/claims.h"

#include <inttypes.h>
#include <string.h>

#include "controller/setspec.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

char *claims_name(const char *vct, const char *set, int32_t ordinal)
{
	return mem_printf("%s-%s-%" PRId32, vct, set, ordinal);
}

static void copy(struct json *to, const char *member, const struct json *from)
{
	const struct json *value = json_get(from, member);

	if (json_len(value) > 0)
		json_set(to, member, json_dup(value));
}

struct json *claims_build(const struct setspec *set, const struct json *vct,
			  int32_t ordinal)
{
	struct json *claim = json_new_object(), *meta;
	const struct json *from = json_get(vct, "metadata");
	const struct json *match =
		json_at(set->json, "spec.selector.matchLabels");
	const char *vct_name = json_str(from, "name");
	scope_free char *name =
		claims_name(vct_name ? vct_name : "", set->name, ordinal);

	json_set_str(claim, "apiVersion", "v1");
	json_set_str(claim, "kind", "PersistentVolumeClaim");
	meta = json_child_object(claim, "metadata");
	json_set_str(meta, "name", name);
	json_set_str(meta, "namespace", set->ns);
	copy(meta, "labels", from);
	copy(meta, "annotations", from);
	copy(meta, "finalizers", from);
	json_each (label, match) {
		const char *value = json_value_str(label);

		if (value)
			json_set_str(json_child_object(meta, "labels"),
				     json_name(label), value);
	}
	if (json_type(json_get(vct, "spec")) == JSON_OBJECT)
		json_set(claim, "spec", json_dup(json_get(vct, "spec")));
	return claim;
}
