/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/status.h"
#include "tests/unit/cm.h"
#include "tests/unit/patch_lab.h"

static void same(struct status *status, const char *want)
{
	scope_json struct json *json = status_json(status);

	patch_lab_same(json, want);
	status_fini(status);
}

static void says_what_is_not_there(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_not_found(&status, kinds_stored(KIND_SET), "web");
	same(&status,
	     "{'kind': 'Status', 'apiVersion': 'v1', 'metadata': {},"
	     " 'status': 'Failure',"
	     " 'message': 'statefulsets.apps \\'web\\' not found',"
	     " 'reason': 'NotFound', 'details': {'name': 'web',"
	     "  'group': 'apps', 'kind': 'statefulsets'}, 'code': 404}");
	status_already_exists(&status, kinds_stored(KIND_POD), "a");
	same(&status, "{'kind': 'Status', 'apiVersion': 'v1', 'metadata': {},"
		      " 'status': 'Failure',"
		      " 'message': 'pods \\'a\\' already exists',"
		      " 'reason': 'AlreadyExists', 'details': {'name': 'a',"
		      "  'kind': 'pods'}, 'code': 409}");
}

static void says_that_somebody_was_faster(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_conflict(&status, kinds_stored(KIND_SET), "web",
			"the object has been modified; please apply your "
			"changes to the latest version and try again");
	assert_string_equal(
		status.message,
		"Operation cannot be fulfilled on statefulsets.apps \"web\": "
		"the object has been modified; please apply your changes to "
		"the latest version and try again");
	assert_int_equal(status.code, 409);
	status_fini(&status);
}

static void one_finding_stands_alone(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_find(&status, FINDING_REQUIRED, "spec.selector", NULL, NULL);
	status_invalid_end(&status, kinds_stored(KIND_SET), "web");
	same(&status,
	     "{'kind': 'Status', 'apiVersion': 'v1', 'metadata': {},"
	     " 'status': 'Failure', 'message': 'StatefulSet.apps \\'web\\' is "
	     "invalid: spec.selector: Required value', 'reason': 'Invalid',"
	     " 'details': {'name': 'web', 'group': 'apps',"
	     "  'kind': 'StatefulSet', 'causes': [{'reason':"
	     "  'FieldValueRequired', 'message': 'Required value',"
	     "  'field': 'spec.selector'}]}, 'code': 422}");
}

static void many_findings_are_listed_without_repeats(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_find(&status, FINDING_INVALID, "spec.replicas", "-1",
		    "must be greater than or equal to %d", 0);
	status_find(&status, FINDING_NOT_SUPPORTED, "spec.type", "\"x\"",
		    "supported values: \"A\"");
	status_find(&status, FINDING_FORBIDDEN, "spec", "1", "no");
	status_find(&status, FINDING_FORBIDDEN, "spec", "1", "no");
	status_find(&status, FINDING_DUPLICATE, "spec.a", "\"b\"", NULL);
	status_invalid_end(&status, kinds_stored(KIND_POD), NULL);
	assert_int_equal(status.n_causes, 5);
	assert_string_equal(
		status.message,
		"Pod \"\" is invalid: [spec.replicas: Invalid value: -1: must "
		"be greater than or equal to 0, spec.type: Unsupported value: "
		"\"x\": supported values: \"A\", spec: Forbidden: no, spec.a: "
		"Duplicate value: \"b\"]");
	status_fini(&status);
}

static void no_finding_is_no_failure(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_invalid_end(&status, kinds_stored(KIND_POD), "a");
	assert_int_equal(status.code, 0);
	status_fini(&status);
}

static void a_value_that_is_missing_is_told_as_null(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_find(&status, FINDING_INVALID, "spec.a", NULL, "bad");
	assert_string_equal(status.causes[0].message,
			    "Invalid value: \"null\": bad");
	status_fini(&status);
}

static void findings_are_bounded(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	for (int i = 0; i < 5000; i++)
		status_find(&status, FINDING_FORBIDDEN, "a", NULL, "%d", i);
	assert_in_range(status.n_causes, 100, 2000);
	status_fini(&status);
}

static void a_later_failure_replaces_the_earlier(void **state)
{
	struct status status;

	(void)state;
	status_init(&status);
	status_not_found(&status, kinds_stored(KIND_POD), "a");
	status_bad_request(&status, "was: %s", status.message);
	same(&status,
	     "{'kind': 'Status', 'apiVersion': 'v1', 'metadata': {},"
	     " 'status': 'Failure', 'message': 'was: pods \\'a\\' not found',"
	     " 'reason': 'BadRequest', 'code': 400}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_not_there),
		cmocka_unit_test(says_that_somebody_was_faster),
		cmocka_unit_test(one_finding_stands_alone),
		cmocka_unit_test(many_findings_are_listed_without_repeats),
		cmocka_unit_test(no_finding_is_no_failure),
		cmocka_unit_test(a_value_that_is_missing_is_told_as_null),
		cmocka_unit_test(findings_are_bounded),
		cmocka_unit_test(a_later_failure_replaces_the_earlier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
