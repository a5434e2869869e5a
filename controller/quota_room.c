/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "controller/quantity.h"
#include "controller/quota.h"
#include "statefuld/json.h"

static double amount(const struct json *json)
{
	const char *text = json_value_str(json);

	return text ? quantity_bytes(text, strlen(text)) : -1;
}

/* What is not counted yet, or cannot be read, counts as nothing. */
static bool has_shrunk(const struct json *was, const struct json *is)
{
	json_each (used, was)
		if (amount(json_get(is, json_name(used))) < amount(used))
			return true;
	return false;
}

static bool differ(const struct json *a, const struct json *b, const char *path)
{
	return !json_equal(json_at(a, path), json_at(b, path));
}

bool quota_has_room(const struct json *was, const struct json *is)
{
	return differ(was, is, "spec") || differ(was, is, "status.hard") ||
	       has_shrunk(json_at(was, "status.used"),
			  json_at(is, "status.used"));
}
