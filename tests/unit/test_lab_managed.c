/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/managed.h"

#include <string.h>

#include "lab/schema.h"
#include "lab/status.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/patch_lab.h"

enum { NOW = 1795236533, LATER = NOW + 60 };
#define AT_NOW	 "'2026-11-21T04:48:53Z'"
#define AT_LATER "'2026-11-21T04:49:53Z'"

static const struct json *owners(const struct json *object)
{
	return json_at(object, "metadata.managedFields");
}

static struct json *created(enum kind_id id, const char *text,
			    const char *manager)
{
	struct json *object = patch_lab_doc(text);

	managed_update(kinds_stored(id), NULL, object, manager, NULL, NOW);
	return object;
}

/* Sets what is at the path. */
static void write_as(struct json **object, const char *manager,
		     const char *subresource, const char *path,
		     struct json *take_value)
{
	struct json *is = json_dup(*object), *at = is;
	scope_free char *copy = mem_strdup(path);
	char *rest = copy, *name = strsep(&rest, ".");

	for (; rest != NULL; name = strsep(&rest, "."))
		at = json_child_object(at, name);
	json_set(at, name, take_value);
	managed_update(kinds_stored(KIND_SET), *object, is, manager,
		       subresource, LATER);
	json_free(*object);
	*object = is;
}

static int apply(struct json **object, const char *text, const char *manager,
		 bool force, struct status *status)
{
	scope_json struct json *applied = patch_lab_doc(text);
	struct json *out = NULL;

	status_init(status);
	int rc = managed_apply(kinds_stored(KIND_SET), *object, applied,
			       manager, force, NULL, NOW, &out, status);
	if (rc == 0) {
		json_free(*object);
		*object = out;
	}
	return rc;
}

static void applied(struct json **object, const char *text, const char *manager)
{
	struct status status;

	if (apply(object, text, manager, false, &status) < 0)
		fail_msg("%s: %s", text, status.message);
	status_fini(&status);
}

#define SERVICE                                                                \
	"{'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name':"         \
	" 'nginx', 'namespace': 'default', 'uid': 'u', 'creationTimestamp':"   \
	" 'x', 'labels': {'app': 'nginx'}}, 'spec': {'ports': [{'port': 80,"   \
	" 'name': 'web', 'protocol': 'TCP', 'targetPort': 80}], 'clusterIP':"  \
	" 'None', 'clusterIPs': ['None'], 'selector': {'app': 'nginx'},"       \
	" 'sessionAffinity': 'None', 'type': 'ClusterIP',"                     \
	" 'internalTrafficPolicy': 'Cluster'}, 'status': {'loadBalancer':"     \
	" {}}}"

static void a_create_owns_what_was_set(void **state)
{
	scope_json struct json *object =
		created(KIND_SERVICE, SERVICE, "kubectl-create");

	(void)state;
	patch_lab_same(
		owners(object),
		"[{'manager': 'kubectl-create', 'operation': 'Update',"
		" 'apiVersion': 'v1', 'time': " AT_NOW ","
		" 'fieldsType': 'FieldsV1', 'fieldsV1': {'f:metadata':"
		" {'f:labels': {'.': {}, 'f:app': {}}}, 'f:spec':"
		" {'f:clusterIP': {}, 'f:clusterIPs': {},"
		" 'f:internalTrafficPolicy': {}, 'f:ports': {'.': {},"
		" 'k:{\\'port\\':80,\\'protocol\\':\\'TCP\\'}': {'.': {},"
		" 'f:name': {}, 'f:port': {}, 'f:protocol': {},"
		" 'f:targetPort': {}}}, 'f:selector': {},"
		" 'f:sessionAffinity': {}, 'f:type': {}}}}]");
}

#define SET                                                                    \
	"{'apiVersion': 'apps/v1', 'kind': 'StatefulSet', 'metadata':"         \
	" {'name': 'web'}, 'spec': {'replicas': 2, 'serviceName': 'nginx',"    \
	" 'selector': {'matchLabels': {'app': 'x'}}, 'template': {'metadata':" \
	" {'labels': {'app': 'x'}}, 'spec': {'containers': [{'name': 'a',"     \
	" 'image': '1', 'resources': {}, 'ports': [{'containerPort': 80,"      \
	" 'protocol': 'TCP'}]}], 'dnsPolicy': 'ClusterFirst',"                 \
	" 'securityContext': {}}}, 'updateStrategy': {'type':"                 \
	" 'RollingUpdate', 'rollingUpdate': {'partition': 0}}},"               \
	" 'status': {'replicas': 0}}"

#define SET_FIELDS                                                             \
	"{'f:spec': {'f:replicas': {}, 'f:selector': {}, 'f:serviceName': {}," \
	" 'f:template': {'f:metadata': {'f:labels': {'.': {}, 'f:app': {}}},"  \
	" 'f:spec': {'f:containers': {'k:{\\'name\\':\\'a\\'}': {'.': {},"     \
	" 'f:image': {}, 'f:name': {}, 'f:ports': {'.': {},"                   \
	" 'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}': {'.': {},"    \
	" 'f:containerPort': {}, 'f:protocol': {}}}, 'f:resources': {}}},"     \
	" 'f:dnsPolicy': {}, 'f:securityContext': {}}}, 'f:updateStrategy':"   \
	" {'f:rollingUpdate': {'.': {}, 'f:partition': {}}, 'f:type': {}}}}"

static void what_always_is_there_is_not_owned(void **state)
{
	scope_json struct json *object =
		created(KIND_SET, SET, "kubectl-create");

	(void)state;
	patch_lab_same(json_get(json_first(owners(object)), "fieldsV1"),
		       SET_FIELDS);
}

static void an_update_takes_what_it_changes(void **state)
{
	struct json *object =
		created(KIND_SET,
			"{'spec': {'replicas': 1,"
			" 'podManagementPolicy': 'Parallel'}, 'status': {}}",
			"one");

	(void)state;
	write_as(&object, "two", NULL, "spec.replicas", json_new_int(3));
	write_as(&object, "kubelet", "status", "status.readyReplicas",
		 json_new_int(3));
	write_as(&object, "scaler", "scale", "spec.minReadySeconds",
		 json_new_int(3));
	patch_lab_same(
		owners(object),
		"[{'manager': 'scaler', 'operation': 'Update', 'apiVersion':"
		" 'apps/v1', 'fieldsType': 'FieldsV1', 'fieldsV1': {'f:spec':"
		" {'f:minReadySeconds': {}}}, 'subresource': 'scale'},"
		" {'manager': 'one', 'operation': 'Update', 'apiVersion':"
		" 'apps/v1', 'time': " AT_NOW ", 'fieldsType': 'FieldsV1',"
		" 'fieldsV1': {'f:spec': {'f:podManagementPolicy': {}}}},"
		" {'manager': 'kubelet', 'operation': 'Update', 'apiVersion':"
		" 'apps/v1', 'time': " AT_LATER ", 'fieldsType': 'FieldsV1',"
		" 'fieldsV1': {'f:status': {'f:readyReplicas': {}}},"
		" 'subresource': 'status'},"
		" {'manager': 'two', 'operation': 'Update', 'apiVersion':"
		" 'apps/v1', 'time': " AT_LATER ", 'fieldsType': 'FieldsV1',"
		" 'fieldsV1': {'f:spec': {'f:replicas': {}}}}]");
	json_free(object);
}

static void an_update_without_a_change_changes_no_owner(void **state)
{
	struct json *object = created(KIND_SET, SET, "one");
	scope_json struct json *before = json_dup(owners(object));

	(void)state;
	write_as(&object, "two", NULL, "spec.replicas", json_new_int(2));
	assert_true(json_equal(before, owners(object)));
	json_free(object);
}

static void an_empty_entry_forgets_all_owners(void **state)
{
	struct json *object = created(KIND_SET, SET, "one");
	struct json *list = json_new_array();

	(void)state;
	json_push(list, json_new_object());
	write_as(&object, "two", NULL, "metadata.managedFields", list);
	assert_null(owners(object));
	json_free(object);
}

static void many_updaters_are_put_together(void **state)
{
	struct json *object = created(KIND_SET, "{'spec': {}}", "zero");
	bool has_bucket = false;

	(void)state;
	for (int i = 0; i < 30; i++) {
		scope_free char *name = mem_printf("m%02d", i);
		scope_free char *path = mem_printf("metadata.labels.l%d", i);

		write_as(&object, name, NULL, path, json_new_str("x"));
	}
	assert_int_equal(json_len(owners(object)), 10);
	json_each (entry, owners(object)) {
		has_bucket = has_bucket || strcmp(json_str(entry, "manager"),
						  "ancient-changes") == 0;
	}
	assert_true(has_bucket);
	json_free(object);
}

#define APPLIED                                                                \
	"{'apiVersion': 'apps/v1', 'kind': 'StatefulSet', 'metadata':"         \
	" {'name': 'web', 'labels': {'a': '1'}}, 'spec': {'replicas': 2,"      \
	" 'template': {'spec': {'containers': [{'name': 'a', 'image': '1',"    \
	" 'ports': [{'containerPort': 80}]}]}}}}"

static void an_apply_that_creates_owns_what_it_says(void **state)
{
	struct json *object = NULL;

	(void)state;
	applied(&object, APPLIED, "me");
	patch_lab_same(
		owners(object),
		"[{'manager': 'me', 'operation': 'Apply', 'apiVersion':"
		" 'apps/v1', 'time': " AT_NOW ", 'fieldsType': 'FieldsV1',"
		" 'fieldsV1': {'f:metadata': {'f:labels': {'f:a': {}}},"
		" 'f:spec': {'f:replicas': {}, 'f:template': {'f:spec':"
		" {'f:containers': {'k:{\\'name\\':\\'a\\'}': {'.': {},"
		" 'f:image': {}, 'f:name': {}, 'f:ports':"
		" {'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':"
		" {'.': {}, 'f:containerPort': {}}}}}}}}}}]");
	json_free(object);
}

static void an_apply_conflicts_with_other_owners(void **state)
{
	struct json *object = created(KIND_SET, SET, "kubectl-create");
	struct status status;

	(void)state;
	assert_int_not_equal(apply(&object, "{'spec': {'replicas': 5}}", "me",
				   false, &status),
			     0);
	scope_json struct json *one = status_json(&status);
	patch_lab_same(
		one,
		"{'kind': 'Status', 'apiVersion': 'v1', 'metadata': {},"
		" 'status': 'Failure', 'message': 'Apply failed with 1"
		" conflict: conflict with \\'kubectl-create\\' using apps/v1:"
		" .spec.replicas', 'reason': 'Conflict', 'details': {'causes':"
		" [{'reason': 'FieldManagerConflict', 'message': 'conflict"
		" with \\'kubectl-create\\' using apps/v1', 'field':"
		" '.spec.replicas'}]}, 'code': 409}");
	status_fini(&status);
	assert_int_not_equal(
		apply(&object,
		      "{'spec': {'replicas': 5, 'template': {'spec':"
		      " {'containers': [{'name': 'a', 'image': '2'}]}}}}",
		      "me", false, &status),
		0);
	assert_string_equal(
		status.message,
		"Apply failed with 2 conflicts: conflicts with "
		"\"kubectl-create\" using apps/v1:\n- .spec.replicas\n- "
		".spec.template.spec.containers[name=\"a\"].image");
	assert_int_equal(status.n_causes, 2);
	status_fini(&status);
	json_free(object);
}

static void force_takes_fields_over(void **state)
{
	struct json *object = created(KIND_SET, SET, "kubectl-create");
	struct status status;

	(void)state;
	assert_int_equal(apply(&object, "{'spec': {'replicas': 5}}", "me", true,
			       &status),
			 0);
	assert_int_equal(json_int(object, "spec.replicas", 0), 5);
	assert_int_equal(json_len(owners(object)), 2);
	const struct json *other = json_next(json_first(owners(object)));
	assert_null(json_at(other, "fieldsV1.f:spec.f:replicas"));
	assert_non_null(json_at(other, "fieldsV1.f:spec.f:serviceName"));
	json_free(object);
}

static void the_same_value_has_two_owners(void **state)
{
	struct json *object = NULL;
	struct status status;

	(void)state;
	applied(&object, "{'spec': {'replicas': 2}}", "one");
	applied(&object, "{'spec': {'replicas': 2}}", "two");
	assert_int_equal(json_len(owners(object)), 2);
	/* Neither may change it alone. */
	assert_int_not_equal(apply(&object, "{'spec': {'replicas': 3}}", "two",
				   false, &status),
			     0);
	assert_string_equal(status.message,
			    "Apply failed with 1 conflict: conflict with "
			    "\"one\": .spec.replicas");
	status_fini(&status);
	/* One gives it up, the other keeps it. */
	applied(&object, "{'spec': {'serviceName': 'x'}}", "one");
	assert_int_equal(json_int(object, "spec.replicas", 0), 2);
	applied(&object, "{'spec': {'replicas': 3}}", "two");
	assert_int_equal(json_int(object, "spec.replicas", 0), 3);
	json_free(object);
}

static void what_is_applied_no_more_goes(void **state)
{
	struct json *object = NULL;

	(void)state;
	applied(&object,
		"{'metadata': {'labels': {'a': '1', 'b': '2'}}, 'spec':"
		" {'replicas': 2, 'template': {'spec': {'containers': [{'name':"
		" 'a', 'image': '1', 'args': ['x']}, {'name': 'b'}]}}}}",
		"me");
	/* Somebody else puts a field into each container. */
	write_as(&object, "other", NULL, "metadata.labels.c",
		 json_new_str("3"));
	applied(&object,
		"{'metadata': {'labels': {'b': '2'}}, 'spec': {'template':"
		" {'spec': {'containers': [{'name': 'a', 'image': '1'}]}}}}",
		"me");
	json_remove(json_child_object(object, "metadata"), "managedFields");
	patch_lab_same(object, "{'metadata': {'labels': {'b': '2', 'c': '3'}},"
			       " 'spec': {'template': {'spec': {'containers':"
			       " [{'name': 'a', 'image': '1'}]}}}}");
	json_free(object);
}

static void what_others_set_stays(void **state)
{
	struct json *object = created(KIND_SET, SET, "one");

	(void)state;
	applied(&object,
		"{'spec': {'template': {'spec': {'containers': [{'name': 'b',"
		" 'image': '9'}, {'name': 'a'}]}}}}",
		"me");
	patch_lab_same(
		json_at(object, "spec.template.spec.containers"),
		"[{'name': 'b', 'image': '9'}, {'name': 'a', 'image': '1',"
		" 'resources': {}, 'ports': [{'containerPort': 80,"
		" 'protocol': 'TCP'}]}]");
	applied(&object, "{'spec': {}}", "me");
	patch_lab_same(json_at(object, "spec.template.spec.containers"),
		       "[{'name': 'a', 'image': '1', 'resources': {}, 'ports':"
		       " [{'containerPort': 80, 'protocol': 'TCP'}]}]");
	json_free(object);
}

static void kubectl_takes_over_what_client_side_apply_set(void **state)
{
	struct json *object = created(
		KIND_SET,
		"{'metadata': {'annotations':"
		" {'kubectl.kubernetes.io/last-applied-configuration':"
		" '{\\'spec\\':{\\'replicas\\':2}}'}}, 'spec': {'replicas': 2,"
		" 'serviceName': 'x'}}",
		"kubectl-client-side-apply");
	struct status status;

	(void)state;
	applied(&object, "{'spec': {'replicas': 3}}", "kubectl");
	assert_int_equal(json_int(object, "spec.replicas", 0), 3);
	assert_string_equal(
		json_value_str(json_get(
			json_at(object, "metadata.annotations"),
			"kubectl.kubernetes.io/last-applied-configuration")),
		"{\"spec\":{\"replicas\":3},\"metadata\":{}}\n");
	assert_int_not_equal(apply(&object, "{'spec': {'serviceName': 'y'}}",
				   "kubectl", false, &status),
			     0);
	status_fini(&status);
	json_free(object);
}

static void a_list_with_equal_keys_cannot_be_applied(void **state)
{
	struct json *object = NULL;
	struct status status;

	(void)state;
	assert_int_not_equal(
		apply(&object,
		      "{'metadata': {'name': 'web', 'namespace': 'default'},"
		      " 'spec': {'template': {'spec': {'containers': [{'name':"
		      " 'a'}, {'name': 'b'}, {'name': 'a'}]}}}}",
		      "me", false, &status),
		0);
	assert_int_equal(status.code, 400);
	assert_string_equal(
		status.message,
		"failed to create typed patch object (default/web; apps/v1, "
		"Kind=StatefulSet): .spec.template.spec.containers: duplicate "
		"entries for key [name=\"a\"]");
	status_fini(&status);
	assert_int_not_equal(
		apply(&object,
		      "{'spec': {'template': {'spec': {'containers':"
		      " [{'name': 'a'}, {'image': 'b'}]}}}}",
		      "me", false, &status),
		0);
	assert_string_equal(
		status.message,
		"failed to create typed patch object (/; apps/v1, "
		"Kind=StatefulSet): .spec.template.spec.containers: element 1: "
		"associative list with keys has an element that omits key "
		"field \"name\" (and doesn't have default value)");
	status_fini(&status);
}

static void all_kinds_can_be_created_empty(void **state)
{
	(void)state;
	for (int id = 0; id < KINDS; id++) {
		scope_json struct json *object = json_new_object();

		managed_update(kinds_stored((enum kind_id)id), NULL, object,
			       "me", NULL, NOW);
		assert_null(owners(object));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_create_owns_what_was_set),
		cmocka_unit_test(what_always_is_there_is_not_owned),
		cmocka_unit_test(an_update_takes_what_it_changes),
		cmocka_unit_test(an_update_without_a_change_changes_no_owner),
		cmocka_unit_test(an_empty_entry_forgets_all_owners),
		cmocka_unit_test(many_updaters_are_put_together),
		cmocka_unit_test(an_apply_that_creates_owns_what_it_says),
		cmocka_unit_test(an_apply_conflicts_with_other_owners),
		cmocka_unit_test(force_takes_fields_over),
		cmocka_unit_test(the_same_value_has_two_owners),
		cmocka_unit_test(what_is_applied_no_more_goes),
		cmocka_unit_test(what_others_set_stays),
		cmocka_unit_test(kubectl_takes_over_what_client_side_apply_set),
		cmocka_unit_test(a_list_with_equal_keys_cannot_be_applied),
		cmocka_unit_test(all_kinds_can_be_created_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
