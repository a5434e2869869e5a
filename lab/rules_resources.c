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

/* Amounts of these may be asked for without a limit on them. */
static bool is_standard(const char *name)
{
	return check_is_one_of(name, standard);
}

static void check_resource_name(struct check *check, const char *name)
{
	struct names_faults faults = {0};

	names_qualified(name, &faults);
	check_faults(check, NULL, name, &faults);
	if (faults.n == 0 && strchr(name, '/') == NULL && !is_standard(name) &&
	    strncmp(name, "hugepages-", 10) != 0 &&
	    strcmp(name, "storage") != 0)
		check_invalid_str(check, NULL, name,
				  "must be a standard resource type or fully "
				  "qualified");
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

void rules_resources_list(struct check *check, const struct json *object,
			  const char *name)
{
	const struct json *list = json_get(object, name);
	size_t mark = check_enter(check, name);

	if (json_type(list) == JSON_OBJECT) {
		json_each (value, list) {
			size_t here = check_enter_key(check, json_name(value));

			check_amount(check, json_name(value), value);
			check_leave(check, here);
		}
	}
	check_leave(check, mark);
}

static void check_names(struct check *check, const struct json *object,
			const char *name)
{
	const struct json *list = json_get(object, name);
	size_t mark = check_enter(check, name);

	if (json_type(list) == JSON_OBJECT) {
		json_each (value, list) {
			size_t here = check_enter_key(check, json_name(value));

			check_resource_name(check, json_name(value));
			check_leave(check, here);
		}
	}
	check_leave(check, mark);
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

	check_names(check, resources, "limits");
	rules_resources_list(check, resources, "limits");
	check_names(check, resources, "requests");
	rules_resources_list(check, resources, "requests");
	if (json_type(requests) == JSON_OBJECT) {
		json_each (value, requests)
			check_request(check, limits, value);
	}
	check_leave(check, mark);
}
