/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/claims.h"

#include <inttypes.h>
#include <string.h>

#include "controller/quantity.h"
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

bool claims_raise(const struct setspec *set, const char *vct,
		  struct json *claim)
{
	const struct json *requests = json_at(claim, "spec.resources.requests");
	const char *is = json_str(requests, "storage"), *want;
	scope_free char *text = NULL;
	int len;
	double bytes = optin_size(&set->optin, vct, &want, &len);

	if (bytes == 0 || is == NULL || quantity_bytes(is, strlen(is)) >= bytes)
		return false;
	text = mem_strndup(want, (size_t)len);
	json_set_str(json_child_object(
			     json_child_object(json_child_object(claim, "spec"),
					       "resources"),
			     "requests"),
		     "storage", text);
	return true;
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
	if (vct_name != NULL)
		claims_raise(set, vct_name, claim);
	return claim;
}
