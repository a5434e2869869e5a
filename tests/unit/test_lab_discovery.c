/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "lab/discovery.h"
#include "lab/kinds.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

#define NEW_FORM(version)                                                      \
	"application/json;g=apidiscovery.k8s.io;v=" version                    \
	";as=APIGroupDiscoveryList"

static const struct json *find(const struct json *list, const char *member,
			       const char *value)
{
	json_each (item, list) {
		const char *text = json_str(item, member);

		if (text != NULL && strcmp(text, value) == 0)
			return item;
	}
	return NULL;
}

static void prints(const struct json *value, const char *want)
{
	scope_free char *text = json_print(value);

	assert_string_equal(text, want);
}

static void the_old_form_tells_versions_and_address(void **state st_unused)
{
	scope_json struct json *api = discovery_old("/api", "127.0.0.1:1");
	scope_json struct json *same = discovery_old("/api/", "127.0.0.1:1");

	prints(api, "{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],"
		    "\"serverAddressByClientCIDRs\":[{\"clientCIDR\":"
		    "\"0.0.0.0/0\",\"serverAddress\":\"127.0.0.1:1\"}]}");
	assert_true(json_equal(api, same));
}

static void the_old_form_lists_each_group_once(void **state st_unused)
{
	scope_json struct json *root = discovery_old("/apis", NULL);
	scope_json struct json *one = discovery_old("/apis/apps", NULL);

	assert_int_equal(json_len(json_get(root, "groups")), 8);
	prints(one, "{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",\"name\":"
		    "\"apps\",\"versions\":[{\"groupVersion\":\"apps/v1\","
		    "\"version\":\"v1\"}],\"preferredVersion\":{"
		    "\"groupVersion\":\"apps/v1\",\"version\":\"v1\"}}");
	assert_non_null(find(json_get(root, "groups"), "name", "policy"));
}

static void the_first_version_of_a_group_is_preferred(void **state st_unused)
{
	scope_json struct json *group =
		discovery_old("/apis/discovery.k8s.io", NULL);
	scope_json struct json *old =
		discovery_old("/apis/discovery.k8s.io/v1beta1", NULL);
	scope_json struct json *new =
		discovery_old("/apis/discovery.k8s.io/v1", NULL);

	assert_int_equal(json_len(json_get(group, "versions")), 2);
	assert_string_equal(json_str(group, "preferredVersion.version"), "v1");
	assert_string_equal(json_str(old, "groupVersion"),
			    "discovery.k8s.io/v1beta1");
	assert_int_equal(json_len(json_get(old, "resources")), 1);
	assert_int_equal(json_len(json_get(new, "resources")), 1);
}

static void
the_old_form_lists_resources_and_subresources(void **state st_unused)
{
	scope_json struct json *apps = discovery_old("/apis/apps/v1", NULL);
	const struct json *list = json_get(apps, "resources");

	assert_string_equal(json_str(apps, "groupVersion"), "apps/v1");
	assert_int_equal(json_len(list), 4);
	prints(find(list, "name", "statefulsets"),
	       "{\"name\":\"statefulsets\",\"singularName\":\"statefulset\","
	       "\"namespaced\":true,\"kind\":\"StatefulSet\",\"verbs\":["
	       "\"create\",\"delete\",\"deletecollection\",\"get\",\"list\","
	       "\"patch\",\"update\",\"watch\"],\"shortNames\":[\"sts\"],"
	       "\"categories\":[\"all\"]}");
	prints(find(list, "name", "statefulsets/scale"),
	       "{\"name\":\"statefulsets/scale\",\"singularName\":\"\","
	       "\"namespaced\":true,\"group\":\"autoscaling\",\"version\":"
	       "\"v1\",\"kind\":\"Scale\",\"verbs\":[\"get\",\"patch\","
	       "\"update\"]}");
	assert_non_null(find(list, "name", "statefulsets/status"));
}

static void core_resources_have_their_verbs(void **state st_unused)
{
	scope_json struct json *core = discovery_old("/api/v1", NULL);
	const struct json *list = json_get(core, "resources");

	assert_null(json_get(core, "apiVersion"));
	prints(json_get(find(list, "name", "namespaces"), "verbs"),
	       "[\"create\",\"delete\",\"get\",\"list\",\"patch\",\"update\","
	       "\"watch\"]");
	prints(find(list, "name", "pods/binding"),
	       "{\"name\":\"pods/binding\",\"singularName\":\"\","
	       "\"namespaced\":true,\"kind\":\"Binding\",\"verbs\":["
	       "\"create\"]}");
	assert_string_equal(
		json_str(find(list, "name", "pods/eviction"), "group"),
		"policy");
}

static void what_is_asked_can_be_created_alone(void **state st_unused)
{
	scope_json struct json *root =
		discovery_old("/apis/authorization.k8s.io/v1", NULL);
	const struct json *list = json_get(root, "resources");

	assert_int_equal(json_len(list), 4);
	prints(find(list, "name", "localsubjectaccessreviews"),
	       "{\"name\":\"localsubjectaccessreviews\",\"singularName\":"
	       "\"localsubjectaccessreview\",\"namespaced\":true,\"kind\":"
	       "\"LocalSubjectAccessReview\",\"verbs\":[\"create\"]}");
}

static void what_is_not_served_is_not_told(void **state st_unused)
{
	static const char *const paths[] = {
		"/",	   "/version",	      "/apis/nope", "/apis/apps/v2",
		"/api/v2", "/apis/apps/v1/x", "/apix",	    "/apis//v1",
	};
	scope_free char *longer = mem_zalloc(1000);

	for (size_t i = 0; i < st_array_len(paths); i++)
		assert_null(discovery_old(paths[i], NULL));
	memset(longer, 'a', 999);
	memcpy(longer, "/apis/", 6);
	assert_null(discovery_old(longer, NULL));
}

static void the_new_form_nests_all_of_it(void **state st_unused)
{
	const char *type = NULL;
	scope_json struct json *root = discovery_aggregated(
		"/apis",
		NEW_FORM("v2") "," NEW_FORM("v2beta1") ",application/"
						       "json",
		&type);
	const struct json *first = json_first(json_get(root, "items"));

	assert_string_equal(type, NEW_FORM("v2"));
	assert_string_equal(json_str(root, "apiVersion"),
			    "apidiscovery.k8s.io/v2");
	assert_string_equal(json_str(first, "metadata.name"), "apps");
	const struct json *set = find(
		json_get(json_first(json_get(first, "versions")), "resources"),
		"resource", "statefulsets");
	prints(set,
	       "{\"resource\":\"statefulsets\",\"responseKind\":{\"group\":"
	       "\"\",\"version\":\"\",\"kind\":\"StatefulSet\"},\"scope\":"
	       "\"Namespaced\",\"singularResource\":\"statefulset\","
	       "\"verbs\":[\"create\",\"delete\",\"deletecollection\",\"get\","
	       "\"list\",\"patch\",\"update\",\"watch\"],\"shortNames\":["
	       "\"sts\"],\"categories\":[\"all\"],\"subresources\":[{"
	       "\"subresource\":\"scale\",\"responseKind\":{\"group\":"
	       "\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"},"
	       "\"verbs\":[\"get\",\"patch\",\"update\"]},{\"subresource\":"
	       "\"status\",\"responseKind\":{\"group\":\"\",\"version\":\"\","
	       "\"kind\":\"StatefulSet\"},\"verbs\":[\"get\",\"patch\","
	       "\"update\"]}]}");
}

static void core_is_a_group_without_a_name(void **state st_unused)
{
	const char *type = NULL;
	scope_json struct json *root =
		discovery_aggregated("/api", NEW_FORM("v2beta1"), &type);

	assert_string_equal(type, NEW_FORM("v2beta1"));
	assert_int_equal(json_len(json_get(root, "items")), 1);
	prints(json_get(json_first(json_get(root, "items")), "metadata"), "{}");
}

static void the_new_form_is_given_to_those_alone_who_ask(void **state st_unused)
{
	static const char *const accepts[] = {
		NULL,
		"",
		"*/*",
		"application/json",
		"application/json, */*",
		"application/json," NEW_FORM("v2"),
		NEW_FORM("v3"),
	};
	const char *type = NULL;

	for (size_t i = 0; i < st_array_len(accepts); i++)
		assert_null(discovery_aggregated("/apis", accepts[i], &type));
	assert_null(discovery_aggregated("/apis/apps", NEW_FORM("v2"), &type));
	assert_null(
		discovery_aggregated("/api/v1/pods", NEW_FORM("v2"), &type));
	scope_json struct json *third = discovery_aggregated(
		"/apis", NEW_FORM("v3") ", " NEW_FORM("v2") ";q=0.9", &type);
	assert_non_null(third);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_old_form_tells_versions_and_address),
		cmocka_unit_test(the_old_form_lists_each_group_once),
		cmocka_unit_test(the_first_version_of_a_group_is_preferred),
		cmocka_unit_test(the_old_form_lists_resources_and_subresources),
		cmocka_unit_test(core_resources_have_their_verbs),
		cmocka_unit_test(what_is_asked_can_be_created_alone),
		cmocka_unit_test(what_is_not_served_is_not_told),
		cmocka_unit_test(the_new_form_nests_all_of_it),
		cmocka_unit_test(core_is_a_group_without_a_name),
		cmocka_unit_test(the_new_form_is_given_to_those_alone_who_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
