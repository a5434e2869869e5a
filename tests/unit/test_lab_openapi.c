/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/openapi.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static const char version[] = "v1.2.3";

static const struct json *get(const struct json *value, const char *name)
{
	const struct json *member = json_get(value, name);

	assert_non_null(member);
	return member;
}

static const struct json *schema(const struct json *root, const char *id)
{
	return get(get(get(root, "components"), "schemas"), id);
}

static void the_list_leads_to_every_document(void **state st_unused)
{
	scope_json struct json *root = openapi_answer("/openapi/v3", version);
	const struct json *paths = get(root, "paths");

	assert_int_equal(json_len(paths), 10);
	json_each (entry, paths) {
		scope_free char *url =
			mem_strdup(json_str(entry, "serverRelativeURL"));
		char *hash = strchr(url, '?');

		assert_non_null(hash);
		*hash = '\0';
		scope_json struct json *document = openapi_answer(url, version);
		assert_non_null(document);
		assert_string_equal(json_str(document, "info.version"),
				    version);
	}
}

static void other_paths_have_none(void **state st_unused)
{
	assert_null(openapi_answer("/openapi/v2", version));
	assert_null(openapi_answer("/openapi/v3/apis/apps/v2", version));
	assert_null(openapi_answer("/openapi/v3/api", version));
	assert_null(openapi_answer("/api/v1", version));
}

/* Every "$ref" below a value leads to a schema of the document. */
static void follow(const struct json *schemas, const struct json *value)
{
	static const char prefix[] = "#/components/schemas/";

	json_each (child, value) {
		const char *name = json_name(child);
		const char *text = json_value_str(child);

		if (name != NULL && strcmp(name, "$ref") == 0) {
			assert_non_null(text);
			assert_int_equal(strncmp(text, prefix, strlen(prefix)),
					 0);
			assert_non_null(
				json_get(schemas, text + strlen(prefix)));
		}
		follow(schemas, child);
	}
}

static void every_reference_leads_somewhere(void **state st_unused)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		char buf[64];
		scope_free char *path =
			mem_printf("/openapi/v3/%s/%s",
				   k->group[0] != '\0' ? "apis" : "api",
				   kinds_api_version(k, buf));
		scope_json struct json *root = openapi_answer(path, version);

		follow(get(get(root, "components"), "schemas"), root);
	}
}

static void a_patch_says_which_parameters_it_takes(void **state st_unused)
{
	scope_json struct json *root =
		openapi_answer("/openapi/v3/apis/apps/v1", version);
	const struct json *item =
		get(get(root, "paths"), "/apis/apps/v1/namespaces/{namespace}/"
					"statefulsets/{name}");
	const struct json *patch = get(item, "patch");
	bool validates = false;

	json_each (parameter, get(patch, "parameters"))
		validates |= strcmp(json_str(parameter, "name"),
				    "fieldValidation") == 0;
	assert_true(validates);
	assert_string_equal(
		json_str(get(patch, "x-kubernetes-group-version-kind"), "kind"),
		"StatefulSet");
	assert_non_null(get(get(get(patch, "requestBody"), "content"),
			    "application/strategic-merge-patch+json"));
	assert_null(json_get(get(get(root, "paths"),
				 "/apis/apps/v1/namespaces/{namespace}/"
				 "statefulsets/{name}/status"),
			     "delete"));
}

static void fields_tell_how_they_merge(void **state st_unused)
{
	scope_json struct json *root =
		openapi_answer("/openapi/v3/api/v1", version);
	const struct json *container =
		schema(root, "io.k8s.api.core.v1.Container");
	const struct json *ports = get(get(container, "properties"), "ports");
	scope_free char *keys =
		json_print(get(ports, "x-kubernetes-list-map-keys"));
	scope_free char *required = json_print(get(container, "required"));

	assert_string_equal(keys, "[\"containerPort\",\"protocol\"]");
	assert_string_equal(required, "[\"name\"]");
	assert_string_equal(json_str(ports, "x-kubernetes-list-type"), "map");
	assert_string_equal(json_str(ports, "x-kubernetes-patch-merge-key"),
			    "containerPort");
	assert_string_equal(json_str(ports, "x-kubernetes-patch-strategy"),
			    "merge");
	assert_string_equal(
		json_str(schema(root, "io.k8s.apimachinery.pkg.apis.meta.v1."
				      "LabelSelector"),
			 "x-kubernetes-map-type"),
		"atomic");
}

static void kinds_and_lists_say_what_they_are(void **state st_unused)
{
	scope_json struct json *root =
		openapi_answer("/openapi/v3/apis/policy/v1", version);
	scope_free char *gvk = json_print(get(
		schema(root, "io.k8s.api.policy.v1.PodDisruptionBudgetList"),
		"x-kubernetes-group-version-kind"));

	assert_string_equal(gvk, "[{\"group\":\"policy\",\"kind\":"
				 "\"PodDisruptionBudgetList\",\"version\":"
				 "\"v1\"}]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_leads_to_every_document),
		cmocka_unit_test(other_paths_have_none),
		cmocka_unit_test(every_reference_leads_somewhere),
		cmocka_unit_test(a_patch_says_which_parameters_it_takes),
		cmocka_unit_test(fields_tell_how_they_merge),
		cmocka_unit_test(kinds_and_lists_say_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
