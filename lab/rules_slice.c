/* SPDX-License-Identifier: Apache-2.0 */
/* A real server takes no loopback addresses here; the lab does, for it is
 * where its pods live. */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void check_address(struct check *check, const struct json *item,
			  void *arg)
{
	const char *type = arg;
	const char *ip = json_value_str(item);

	if (ip == NULL)
		ip = "";
	if (strcmp(type, "IPv4") == 0 && !names_is_ipv4(ip))
		check_invalid_str(check, NULL, ip,
				  "must be a valid IPv4 address");
	else if (strcmp(type, "IPv6") == 0 && !names_is_ipv6(ip))
		check_invalid_str(check, NULL, ip,
				  "must be a valid IPv6 address");
}

static void check_endpoint(struct check *check, const struct json *endpoint,
			   void *arg)
{
	const struct json *addresses = json_get(endpoint, "addresses");
	size_t n = json_len(addresses);

	if (n == 0)
		check_required(check, "addresses",
			       "must contain at least 1 address");
	else if (n > 100)
		check_invalid(check, "addresses", addresses,
			      "must not have more than 100 items");
	check_each(check, endpoint, "addresses", check_address, arg);
	check_name(check, endpoint, "nodeName", names_subdomain);
	check_name(check, endpoint, "hostname", names_label);
}

static void check_slice_port(struct check *check, const struct json *port,
			     void *arg)
{
	struct json *names = arg;
	const char *name = check_text(port, "name");

	check_name(check, port, "name", names_label);
	if (json_get(names, name) != NULL)
		check_duplicate(check, "name", json_get(port, "name"));
	json_set_bool(names, name, true);
	check_choice(check, port, "protocol", NAMES("SCTP", "TCP", "UDP"));
	check_name(check, port, "appProtocol", names_qualified);
}

void rules_slice_check(struct check *check, const struct json *was,
		       const struct json *is)
{
	const char *type = check_text(is, "addressType");
	scope_json struct json *names = json_new_object();

	if (was != NULL)
		check_unchanged(check, was, is, "addressType");
	check_choice(check, is, "addressType", NAMES("FQDN", "IPv4", "IPv6"));
	if (json_len(json_get(is, "endpoints")) > 1000)
		check_invalid(check, "endpoints", json_get(is, "endpoints"),
			      "must not have more than 1000 items");
	check_each(check, is, "endpoints", check_endpoint,
		   (void *)(uintptr_t)type);
	check_each(check, is, "ports", check_slice_port, names);
}
