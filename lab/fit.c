/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/fit.h"

#include <stdbool.h>
#include <string.h>

#include "lab/quantity.h"
#include "statefuld/json.h"

static bool labels_match(const struct json *selector, const struct json *node)
{
	const struct json *labels = json_at(node, "metadata.labels");

	json_each (want, selector) {
		const char *name = json_name(want);
		const char *text = json_value_str(want);
		const char *value =
			name == NULL ? NULL
				     : json_value_str(json_get(labels, name));

		if (value == NULL || text == NULL || strcmp(value, text) != 0)
			return false;
	}
	return true;
}

static bool is_text(const struct json *object, const char *path,
		    const char *text)
{
	const char *have = json_str(object, path);

	return have != NULL && strcmp(have, text) == 0;
}

static bool has_or_any(const struct json *object, const char *path,
		       const char *text)
{
	const char *have = json_str(object, path);

	return have == NULL || have[0] == '\0' || strcmp(have, text) == 0;
}

static bool tolerates(const struct json *pod, const char *key,
		      const char *value, const char *effect)
{
	json_each (item, json_at(pod, "spec.tolerations")) {
		bool any_value = is_text(item, "operator", "Exists");
		const char *have = json_str(item, "value");

		if (has_or_any(item, "key", key) &&
		    has_or_any(item, "effect", effect) &&
		    (any_value || strcmp(have == NULL ? "" : have, value) == 0))
			return true;
	}
	return false;
}

static bool is_tainted(const struct json *pod, const struct json *node)
{
	json_each (taint, json_at(node, "spec.taints")) {
		const char *key = json_str(taint, "key");
		const char *value = json_str(taint, "value");
		const char *effect = json_str(taint, "effect");

		if (key == NULL || effect == NULL ||
		    strcmp(effect, "PreferNoSchedule") == 0)
			continue;
		if (!tolerates(pod, key, value == NULL ? "" : value, effect))
			return true;
	}
	return false;
}

/* What the containers of one pod ask for, all together. */
static bool asks_too_much(const struct json *pod, const struct json *node,
			  const char *what)
{
	struct quantity have, want;
	quantity_nano sum = 0;

	if (!quantity_read(json_get(json_at(node, "status.allocatable"), what),
			   &have))
		return false;
	json_each (container, json_at(pod, "spec.containers")) {
		const struct json *asked = json_get(
			json_at(container, "resources.requests"), what);

		if (quantity_read(asked, &want))
			sum += want.nano;
	}
	return sum > have.nano;
}

const char *fit_refusal(const struct json *pod, const struct json *node)
{
	if (json_bool(node, "spec.unschedulable", false) &&
	    !tolerates(pod, "node.kubernetes.io/unschedulable", "",
		       "NoSchedule"))
		return "1 node(s) were unschedulable";
	if (is_tainted(pod, node))
		return "1 node(s) had untolerated taint(s)";
	if (!labels_match(json_at(pod, "spec.nodeSelector"), node))
		return "1 node(s) didn't match Pod's node affinity/selector";
	if (asks_too_much(pod, node, "cpu"))
		return "1 Insufficient cpu";
	if (asks_too_much(pod, node, "memory"))
		return "1 Insufficient memory";
	return NULL;
}
