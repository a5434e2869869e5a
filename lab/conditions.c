/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/conditions.h"

#include <string.h>

#include "statefuld/clk.h"
#include "statefuld/json.h"

static const struct json *find(const struct json *status, const char *type)
{
	json_each (item, json_get(status, "conditions")) {
		const char *have = json_str(item, "type");

		if (have != NULL && strcmp(have, type) == 0)
			return item;
	}
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b) == 0;
}

const char *conditions_get(const struct json *status, const char *type)
{
	return json_str(find(status, type), "status");
}

static struct json *new_condition(const struct json *old, const char *type,
				  const char *value, const char *reason,
				  const char *message)
{
	struct json *item = json_new_object();
	const char *since = json_str(old, "lastTransitionTime");
	char now[32];

	clk_format(now, clk_wall_us(), 0);
	if (since == NULL || !same(json_str(old, "status"), value))
		since = now;
	json_set_str(item, "type", type);
	json_set_str(item, "status", value);
	json_set(item, "lastProbeTime", json_new_null());
	json_set_str(item, "lastTransitionTime", since);
	if (reason != NULL)
		json_set_str(item, "reason", reason);
	if (message != NULL)
		json_set_str(item, "message", message);
	return item;
}

bool conditions_set(struct json *status, const char *type, bool value,
		    const char *reason, const char *message)
{
	const char *text = value ? "True" : "False";
	const struct json *old = find(status, type);
	struct json *all, *item;

	if (old != NULL && same(json_str(old, "status"), text) &&
	    same(json_str(old, "reason"), reason) &&
	    same(json_str(old, "message"), message))
		return false;
	all = json_new_array();
	item = new_condition(old, type, text, reason, message);
	json_each (other, json_get(status, "conditions")) {
		if (other == old) {
			json_push(all, item);
			item = NULL;
		} else {
			json_push(all, json_dup(other));
		}
	}
	if (item != NULL)
		json_push(all, item);
	json_set(status, "conditions", all);
	return true;
}
