/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"

static const char *const standard[] = {
	"cpu",
	"memory",
	"ephemeral-storage",
	NULL,
};

static bool is_standard(const char *name)
{
	return check_is_one_of(name, standard);
}

static bool is_for_containers(const char *name)
{
	return is_standard(name) || strncmp(name, "hugepages-", 10) == 0;
}

void rules_resources_name(struct check *check, const char *name,
			  bool for_containers)
{
	static const char *const others[] = {
		"storage",
		"pods",
		"services",
		"secrets",
		"configmaps",
		"persistentvolumeclaims",
		"replicationcontrollers",
		"resourcequotas",
		NULL,
	};
	struct names_faults faults = {0};

	names_qualified(name, &faults);
	check_faults(check, NULL, name, &faults);
	if (strchr(name, '/') != NULL || is_for_containers(name))
		return;
	if (faults.n == 0 && !check_is_one_of(name, others))
		check_invalid_str(check, NULL, name,
				  "must be a standard resource type or fully "
				  "qualified");
	if (for_containers)
		check_invalid_str(check, NULL, name,
				  "must be a standard resource for containers");
}

static void check_amount(struct check *check, const char *name,
			 const struct json *value)
{
	struct quantity amount;

	if (!quantity_read(value, &amount))
		check_invalid(check, NULL, value, "%s", QUANTITY_REGEX);
	else if (amount.nano < 0)
		check_invalid(check, NULL, value, CHECK_NOT_NEGATIVE);
	else if (strchr(name, '/') != NULL && !quantity_is_whole(&amount))
		check_invalid(check, NULL, value, "must be an integer");
}

static void check_list(struct check *check, const struct json *object,
		       const char *name, bool with_names)
{
	const struct json *list = json_get(object, name);
	size_t mark = check_enter(check, name);

	if (json_type(list) == JSON_OBJECT) {
		json_each (value, list) {
			const char *key = json_name(value);
			size_t here = check_enter_key(check, key);

			if (with_names)
				rules_resources_name(check, key, true);
			check_amount(check, key, value);
			check_leave(check, here);
		}
	}
	check_leave(check, mark);
}

void rules_resources_list(struct check *check, const struct json *object,
			  const char *name)
{
	check_list(check, object, name, false);
}

/* More may be promised than there is only of some. */
static void check_limit(struct check *check, const struct json *limits,
			const struct json *requests)
{
	json_each (value, requests) {
		const char *name = json_name(value);

		if (is_standard(name) || strchr(name, '/') == NULL ||
		    json_get(limits, name) != NULL)
			continue;
		return check_required(check, "limits",
				      "Limit must be set for non "
				      "overcommitable resources");
	}
}

static void check_request(struct check *check, const struct json *limits,
			  const struct json *value)
{
	const char *name = json_name(value);
	const struct json *most = json_get(limits, name);
	char text[QUANTITY_TEXT];
	struct quantity request, limit;

	if (!quantity_read(value, &request) || !quantity_read(most, &limit))
		return;
	quantity_print(&limit, text);
	if (!is_standard(name) && quantity_cmp(&request, &limit) != 0)
		check_invalid(check, "requests", value,
			      "must be equal to %s limit of %s", name, text);
	else if (quantity_cmp(&request, &limit) > 0)
		check_invalid(check, "requests", value,
			      "must be less than or equal to %s limit of %s",
			      name, text);
}

void rules_resources_check(struct check *check, const struct json *object,
			   const char *name)
{
	const struct json *resources = json_get(object, name);
	const struct json *requests = json_get(resources, "requests");
	const struct json *limits = json_get(resources, "limits");
	size_t mark = check_enter(check, name);

	check_list(check, resources, "limits", true);
	check_list(check, resources, "requests", true);
	if (json_type(requests) == JSON_OBJECT) {
		json_each (value, requests)
			check_request(check, limits, value);
		check_limit(check, limits, requests);
	}
	check_leave(check, mark);
}
