/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cluster_lab.h"
#include "cm.h"
#include "lab/conditions.h"
#include "lab/faults.h"
#include "lab/objects.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define NS "default"

static int setup(void **state)
{
	static struct cluster_lab lab;

	lab = (struct cluster_lab){0};
	cluster_lab_start(&lab);
	*state = &lab;
	return 0;
}

static int teardown(void **state)
{
	cluster_lab_stop(*state);
	return 0;
}

static void await_pod(struct cluster_lab *lab, const char *name,
		      const char *path, const char *want)
{
	cluster_lab_await(lab, KIND_POD, NS, name, path, want);
}

static const char *ready(struct cluster_lab *lab, const char *name)
{
	scope_json struct json *pod = cluster_lab_read(lab, KIND_POD, NS, name);
	const char *value = conditions_get(json_get(pod, "status"), "Ready");

	return value != NULL && strcmp(value, "True") == 0 ? "True" : "False";
}

static void a_pod_runs_and_gets_ready(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;

	cluster_lab_pod(lab, "a", "", "");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	assert_string_equal(json_str(pod, "spec.nodeName"), "lab-node");
	assert_string_equal(json_str(pod, "status.podIP"), "127.64.0.2");
	assert_string_equal(ready(lab, "a"), "True");
	assert_true(cluster_lab_told(lab, "Scheduled",
				     "Successfully assigned default/a"));
	assert_true(cluster_lab_told(lab, "Started", "Started container main"));
}

static void
a_pod_that_is_deleted_goes_and_its_address_is_not_reused_at_once(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;

	cluster_lab_pod(lab, "a", "", "");
	await_pod(lab, "a", "status.phase", "Running");
	json_free(cluster_lab_do(lab, 200, "DELETE",
				 "/api/v1/namespaces/default/pods/a", NULL));
	await_pod(lab, "a", "", NULL);
	assert_true(
		cluster_lab_told(lab, "Killing", "Stopping container main"));
	cluster_lab_pod(lab, "a", "", "");
	await_pod(lab, "a", "status.phase", "Running");
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	assert_string_equal(json_str(pod, "status.podIP"), "127.64.0.3");
}

static void init_containers_run_first(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;

	cluster_lab_pod(lab, "a", "",
			",'initContainers':[{'name':'i','image':'x'}]");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	assert_non_null(json_at(
		json_first(json_at(pod, "status.initContainerStatuses")),
		"state.terminated"));
	assert_string_equal(
		conditions_get(json_get(pod, "status"), "Initialized"), "True");
	assert_string_equal(ready(lab, "a"), "True");
}

static void a_pod_is_never_ready_while_its_annotation_says_so(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_pod(lab, "a",
			",'annotations':{'lab.statefuld.dev/ready':'never'}",
			"");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	assert_string_equal(ready(lab, "a"), "False");
	json_free(cluster_lab_do(lab, 200, "PATCH",
				 "/api/v1/namespaces/default/pods/a",
				 "{'metadata':{'annotations':{"
				 "'lab.statefuld.dev/ready':null}}}"));
	cluster_lab_settle(lab);
	assert_string_equal(ready(lab, "a"), "True");
}

static void a_closed_readiness_gate_keeps_a_pod_from_being_ready(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;
	scope_free char *text = NULL;
	struct json *status;

	cluster_lab_pod(lab, "a", "",
			",'readinessGates':[{'conditionType':'ex.org/g'}]");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	assert_string_equal(ready(lab, "a"), "False");
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	status = json_child_object(pod, "status");
	conditions_set(status, "ex.org/g", true, NULL, NULL);
	text = json_print(pod);
	json_free(cluster_lab_do(lab, 200, "PUT",
				 "/api/v1/namespaces/default/pods/a/status",
				 text));
	cluster_lab_settle(lab);
	assert_string_equal(ready(lab, "a"), "True");
}

static void a_pod_fails_once_and_the_next_one_runs(void **state)
{
	struct cluster_lab *lab = *state;
	static const char meta[] =
		",'annotations':{'lab.statefuld.dev/fail-once':'true'}";

	cluster_lab_pod(lab, "a", meta, "");
	await_pod(lab, "a", "status.phase", "Failed");
	json_free(cluster_lab_do(lab, 200, "DELETE",
				 "/api/v1/namespaces/default/pods/a", NULL));
	await_pod(lab, "a", "", NULL);
	cluster_lab_pod(lab, "a", meta, "");
	await_pod(lab, "a", "status.phase", "Running");
}

static void a_crash_loop_backs_off_and_counts_restarts(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;
	const struct json *entry;

	cluster_lab_pod(lab, "a",
			",'annotations':{'lab.statefuld.dev/crash-loop':'1'}",
			"");
	await_pod(lab, "a", "status.phase", "Running");
	for (int i = 0; i < 400 && !cluster_lab_told(lab, "BackOff", "main");
	     i++)
		cluster_lab_settle(lab);
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	entry = json_first(json_at(pod, "status.containerStatuses"));
	assert_string_equal(json_str(entry, "state.waiting.reason"),
			    "CrashLoopBackOff");
	assert_int_equal(json_int(entry, "lastState.terminated.exitCode", 0),
			 1);
	for (int i = 0; i < 400 && json_int(entry, "restartCount", 0) == 0;
	     i++) {
		cluster_lab_settle(lab);
		json_free(pod);
		pod = cluster_lab_read(lab, KIND_POD, NS, "a");
		entry = json_first(json_at(pod, "status.containerStatuses"));
	}
	assert_int_equal(json_int(entry, "restartCount", 0), 1);
	assert_string_equal(ready(lab, "a"), "False");
}

static void a_missing_config_map_holds_a_pod_until_it_is_there(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_pod(lab, "a", "",
			",'volumes':[{'name':'v','configMap':{'name':'m'}}]");
	cluster_lab_settle(lab);
	await_pod(lab, "a", "status.phase", "Pending");
	assert_true(cluster_lab_told(lab, "FailedMount",
				     "MountVolume.SetUp failed for volume "
				     "\"v\" : configmap \"m\" not found"));
	cluster_lab_post(lab, "/api/v1/namespaces/default/configmaps",
			 "{'kind':'ConfigMap','apiVersion':'v1',"
			 "'metadata':{'name':'m'}}");
	await_pod(lab, "a", "status.phase", "Running");
}

static void a_missing_key_of_the_environment_is_told(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_post(
		lab, "/api/v1/namespaces/default/pods",
		"{'kind':'Pod','apiVersion':'v1','metadata':{'name':'a'},"
		"'spec':{'containers':[{'name':'main','image':'x','env':[{"
		"'name':'E','valueFrom':{'secretKeyRef':{'name':'s',"
		"'key':'k'}}}]}]}}");
	cluster_lab_settle(lab);
	assert_true(cluster_lab_told(lab, "Failed",
				     "Error: secret \"s\" not found"));
	cluster_lab_post(lab, "/api/v1/namespaces/default/secrets",
			 "{'kind':'Secret','apiVersion':'v1',"
			 "'metadata':{'name':'s'},'stringData':{'k':'v'}}");
	await_pod(lab, "a", "status.phase", "Running");
}

static void a_pod_goes_on_after_a_restart_with_its_address(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;
	scope_json struct json *other = NULL;

	cluster_lab_pod(lab, "a", "", "");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	cluster_lab_restart(lab);
	cluster_lab_pod(lab, "b", "", "");
	await_pod(lab, "b", "status.phase", "Running");
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	other = cluster_lab_read(lab, KIND_POD, NS, "b");
	assert_string_equal(json_str(pod, "status.podIP"), "127.64.0.2");
	assert_string_equal(json_str(other, "status.podIP"), "127.64.0.3");
}

static void nothing_is_written_when_all_is_quiet(void **state)
{
	struct cluster_lab *lab = *state;
	uint64_t version;

	cluster_lab_pod(lab, "a", "", "");
	await_pod(lab, "a", "status.phase", "Running");
	cluster_lab_settle(lab);
	version = objects_version(lab->objects);
	cluster_lab_settle(lab);
	cluster_lab_settle(lab);
	assert_int_equal(objects_version(lab->objects), version);
}

static void durations_are_read_like_go_writes_them(void **state)
{
	uint64_t ms = 0;

	(void)state;
	assert_true(faults_duration("1m30s", &ms));
	assert_int_equal(ms, 90000);
	assert_true(faults_duration("250ms", &ms));
	assert_int_equal(ms, 250);
	assert_true(faults_duration("0", &ms));
	assert_int_equal(ms, 0);
	assert_false(faults_duration("", &ms));
	assert_false(faults_duration("5", &ms));
	assert_false(faults_duration("s", &ms));
	assert_false(faults_duration("99999999999999999999h", &ms));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pod_runs_and_gets_ready),
		TEST(a_pod_that_is_deleted_goes_and_its_address_is_not_reused_at_once),
		TEST(init_containers_run_first),
		TEST(a_pod_is_never_ready_while_its_annotation_says_so),
		TEST(a_closed_readiness_gate_keeps_a_pod_from_being_ready),
		TEST(a_pod_fails_once_and_the_next_one_runs),
		TEST(a_crash_loop_backs_off_and_counts_restarts),
		TEST(a_missing_config_map_holds_a_pod_until_it_is_there),
		TEST(a_missing_key_of_the_environment_is_told),
		TEST(a_pod_goes_on_after_a_restart_with_its_address),
		TEST(nothing_is_written_when_all_is_quiet),
		cmocka_unit_test(durations_are_read_like_go_writes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
