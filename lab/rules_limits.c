/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/limits.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"
#include "statefuld/mem.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check_type(struct check *check, const struct json *item)
{
	const char *type = check_text(item, "type");
	struct names_faults faults = {0};

	names_qualified(type, &faults);
	check_faults(check, "type", type, &faults);
	if (faults.n == 0 && strchr(type, '/') == NULL &&
	    !check_is_one_of(
		    type, NAMES("Pod", "Container", "PersistentVolumeClaim")))
		check_invalid_str(check, "type", type,
				  "must be a standard limit type or fully "
				  "qualified");
}

static void check_names(struct check *check, const struct json *item,
			const char *name)
{
	const struct json *list = json_get(item, name);
	bool for_containers = check_is_one_of(check_text(item, "type"),
					      NAMES("Pod", "Container"));
	size_t mark = check_enter(check, name);

	if (json_type(list) == JSON_OBJECT) {
		json_each (amount, list) {
			size_t here = check_enter_key(check, json_name(amount));

			rules_resources_name(check, json_name(amount),
					     for_containers);
			check_leave(check, here);
		}
	}
	check_leave(check, mark);
}

static void check_no_default(struct check *check, const struct json *item,
			     const char *name)
{
	if (json_first(json_get(item, name)) != NULL)
		check_forbidden(check, name,
				"may not be specified when `type` is 'Pod'");
}

static void check_lists(struct check *check, const struct json *item)
{
	const char *type = check_text(item, "type");
	const struct json *min = json_get(item, "min");
	const struct json *max = json_get(item, "max");

	check_names(check, item, "max");
	check_names(check, item, "min");
	if (strcmp(type, "Pod") == 0) {
		check_no_default(check, item, "default");
		check_no_default(check, item, "defaultRequest");
	} else {
		check_names(check, item, "default");
		check_names(check, item, "defaultRequest");
	}
	if (strcmp(type, "PersistentVolumeClaim") == 0 &&
	    json_get(min, "storage") == NULL &&
	    json_get(max, "storage") == NULL)
		check_required(check, "limits",
			       "either minimum or maximum storage value is "
			       "required, but neither was provided");
	check_names(check, item, "maxLimitRequestRatio");
}

/* One member of one of the lists. */
struct amount {
	const char *list;
	const struct json *value; /* NULL: there is none */
	struct quantity amount;
	char text[QUANTITY_TEXT];
};

static struct amount amount_of(const struct json *item, const char *list,
			       const char *resource)
{
	struct amount amount = {.list = list};
	const struct json *value = json_get(json_get(item, list), resource);

	if (!quantity_read(value, &amount.amount))
		return amount;
	amount.value = value;
	quantity_print(&amount.amount, amount.text);
	return amount;
}

static void tell(struct check *check, const struct amount *at,
		 const char *resource, const struct json *value,
		 const char *why)
{
	size_t mark = check_enter(check, at->list);
	size_t here = check_enter_key(check, resource);

	check_invalid(check, NULL, value, "%s", why);
	check_leave(check, here);
	check_leave(check, mark);
}

/* Two of one resource, the first of which must not be greater. */
struct pair {
	const struct amount *low, *high;
	const char *low_name, *high_name;
	const struct amount *at, *shown;
};

static void check_pair(struct check *check, const char *resource,
		       const struct pair *pair)
{
	scope_free char *why = NULL;

	if (pair->low->value == NULL || pair->high->value == NULL ||
	    quantity_cmp(&pair->low->amount, &pair->high->amount) <= 0)
		return;
	why = mem_printf("%s value %s is greater than %s value %s",
			 pair->low_name, pair->low->text, pair->high_name,
			 pair->high->text);
	tell(check, pair->at, resource, pair->shown->value, why);
}

static void check_ratio(struct check *check, const char *resource,
			const struct amount *ratio, const struct amount *min,
			const struct amount *max)
{
	scope_free char *why = NULL;
	double most;

	if (ratio->value == NULL)
		return;
	if (ratio->amount.nano < 1000000000) {
		why = mem_printf("ratio %s is less than 1", ratio->text);
		tell(check, ratio, resource, ratio->value, why);
		return;
	}
	if (min->value == NULL || max->value == NULL || min->amount.nano == 0)
		return;
	most = (double)max->amount.nano / (double)min->amount.nano;
	if ((double)ratio->amount.nano <= most * 1e9)
		return;
	why = mem_printf("ratio %s is greater than max/min = %f", ratio->text,
			 most);
	tell(check, ratio, resource, ratio->value, why);
}

/* Of what nodes do not promise twice, all that is used is asked for. */
static void check_equal(struct check *check, const char *resource,
			const struct amount *limit,
			const struct amount *request)
{
	scope_free char *why = NULL;

	if (strchr(resource, '/') == NULL &&
	    strncmp(resource, "hugepages-", 10) != 0)
		return;
	if (limit->value == NULL || request->value == NULL ||
	    quantity_cmp(&limit->amount, &request->amount) == 0)
		return;
	why = mem_printf("default value %s must equal to defaultRequest value "
			 "%s in %s",
			 limit->text, request->text, resource);
	tell(check, request, resource, request->value, why);
}

static void check_resource(struct check *check, const struct json *item,
			   const char *resource)
{
	struct amount min = amount_of(item, "min", resource);
	struct amount max = amount_of(item, "max", resource);
	struct amount limit = amount_of(item, "default", resource);
	struct amount request = amount_of(item, "defaultRequest", resource);
	struct amount ratio = amount_of(item, "maxLimitRequestRatio", resource);
	const struct pair pairs[] = {
		{&min, &max, "min", "max", &min, &min},
		{&min, &request, "min", "default request", &request, &request},
		{&request, &max, "default request", "max", &request, &request},
		{&request, &limit, "default request", "default limit", &request,
		 &request},
		{&min, &limit, "min", "default", &limit, &min},
		{&limit, &max, "default", "max", &limit, &max},
	};

	for (size_t i = 0; i < st_array_len(pairs); i++)
		check_pair(check, resource, &pairs[i]);
	check_ratio(check, resource, &ratio, &min, &max);
	check_equal(check, resource, &limit, &request);
}

static const char *const lists[] = {"max", "min", "default", "defaultRequest",
				    "maxLimitRequestRatio"};

/* Each resource once, in whatever lists it stands. */
static void check_amounts(struct check *check, const struct json *item)
{
	for (size_t i = 0; i < st_array_len(lists); i++) {
		const struct json *list = json_get(item, lists[i]);

		if (json_type(list) != JSON_OBJECT)
			continue;
		json_each (amount, list) {
			bool seen = false;

			for (size_t j = 0; j < i; j++)
				seen |= json_get(json_get(item, lists[j]),
						 json_name(amount)) != NULL;
			if (!seen)
				check_resource(check, item, json_name(amount));
		}
	}
}

/* true: some list is longer than anybody needs. */
static bool has_too_many(struct check *check, const struct json *item)
{
	for (size_t i = 0; i < st_array_len(lists); i++) {
		if (json_len(json_get(item, lists[i])) <= LIMITS_MAX_RESOURCES)
			continue;
		check_forbidden(check, lists[i],
				"may have at most %d resources",
				LIMITS_MAX_RESOURCES);
		return true;
	}
	return false;
}

static void check_item(struct check *check, const struct json *item, void *arg)
{
	struct json *seen = arg;
	const char *type = check_text(item, "type");

	check_type(check, item);
	if (json_get(seen, type) != NULL)
		check_duplicate(check, "type", json_get(item, "type"));
	json_set_bool(seen, type, true);
	if (has_too_many(check, item))
		return;
	check_lists(check, item);
	check_amounts(check, item);
}

void rules_limits_check(struct check *check, const struct json *is)
{
	scope_json struct json *seen = json_new_object();
	size_t mark = check_enter(check, "spec");

	check_each(check, json_get(is, "spec"), "limits", check_item, seen);
	check_leave(check, mark);
}
