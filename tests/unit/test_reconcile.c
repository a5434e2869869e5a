/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One story of a set, told with every request failing once, in every way:
 * it must end the same, and then be quiet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "tests/unit/cluster.h"

static char *set_text(int replicas, const char *image, const char *policy)
{
	return mem_printf(
		"{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\"},"
		"\"spec\":{\"replicas\":%d,\"serviceName\":\"web\","
		"\"podManagementPolicy\":\"%s\",\"selector\":{\"matchLabels\":"
		"{\"app\":\"web\"}},\"updateStrategy\":{\"type\":"
		"\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}},"
		"\"template\":{\"metadata\":{\"labels\":{\"app\":\"web\"}},"
		"\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":"
		"\"%s\"}]}},\"volumeClaimTemplates\":[{\"metadata\":{\"name\":"
		"\"data\"},\"spec\":{}}]}}",
		replicas, policy, image);
}

/* All pods are there, ready, of the set's image, and status says so. */
static bool is_done(const struct cluster *c)
{
	const struct json *set = cluster_get(c, OBJ_SET, "web");
	int64_t n = json_int(set, "spec.replicas", -1);
	const char *image = json_str(
		json_first(json_at(set, "spec.template.spec.containers")),
		"image");
	const char *current = json_str(set, "status.currentRevision");
	const char *update = json_str(set, "status.updateRevision");

	if (current == NULL || update == NULL || strcmp(current, update) != 0 ||
	    json_int(set, "status.replicas", -1) != n ||
	    json_int(set, "status.readyReplicas", 0) != n ||
	    json_int(set, "status.currentReplicas", 0) != n ||
	    json_int(set, "status.observedGeneration", 0) !=
		    json_int(set, "metadata.generation", -1) ||
	    cluster_count(c, OBJ_POD) != n)
		return false;
	for (int64_t i = 0; i < n; i++) {
		scope_free char *name = mem_printf("web-%d", (int)i);
		const struct json *pod = cluster_get(c, OBJ_POD, name);
		const char *has = json_str(
			json_first(json_at(pod, "spec.containers")), "image");

		if (has == NULL || strcmp(has, image) != 0)
			return false;
	}
	return true;
}

static void apply(struct cluster *c, int replicas, const char *image,
		  const char *policy)
{
	scope_free char *text = set_text(replicas, image, policy);

	cluster_apply(c, OBJ_SET, text);
	if (!cluster_run(c, is_done))
		fail_msg("no end: %d replicas, %s, %s", replicas, image,
			 policy);
}

/* Returns the number of requests that it took. */
static int tell_story(const char *policy, uint64_t seed,
		      enum cluster_fault fault, int fault_at)
{
	struct cluster *c = cluster_new(seed, fault, fault_at);
	int writes, requests;

	apply(c, 3, "app:1", policy);
	cluster_remove(c, OBJ_POD, "web-1");
	assert_true(cluster_run(c, is_done));
	apply(c, 3, "app:2", policy);
	apply(c, 1, "app:2", policy);
	apply(c, 2, "app:1", policy);
	cluster_idle(c, 1);
	writes = cluster_writes(c);
	requests = cluster_requests(c);
	cluster_idle(c, 5);
	if (cluster_broken(c) != NULL)
		fail_msg("%s (fault %d at %d)", cluster_broken(c), fault,
			 fault_at);
	assert_int_equal(cluster_writes(c), writes);
	/* A pass that sees its own writes never makes a thing twice. */
	if (fault == FAULT_NONE)
		assert_int_equal(cluster_doubles(c), 0);
	/* Claims stay; the old template came back under its old revision. */
	assert_int_equal(cluster_count(c, OBJ_CLAIM), 3);
	assert_int_equal(cluster_count(c, OBJ_REVISION), 2);
	cluster_free(c);
	return requests;
}

static void an_ordered_set_gets_there_whatever_the_order_of_things(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		tell_story("OrderedReady", seed, FAULT_NONE, -1);
}

static void a_parallel_set_gets_there_whatever_the_order_of_things(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++)
		tell_story("Parallel", seed, FAULT_NONE, -1);
}

static void any_request_may_fail_in_any_way(void **state)
{
	int n = tell_story("OrderedReady", 7, FAULT_NONE, -1);

	(void)state;
	for (int fault = FAULT_REFUSED; fault < FAULTS; fault++)
		for (int at = 0; at < n; at++)
			tell_story("OrderedReady", 7, (enum cluster_fault)fault,
				   at);
}

static void any_request_of_a_parallel_set_may_fail_in_any_way(void **state)
{
	int n = tell_story("Parallel", 9, FAULT_NONE, -1);

	(void)state;
	for (int fault = FAULT_REFUSED; fault < FAULTS; fault++)
		for (int at = 0; at < n; at += 3)
			tell_story("Parallel", 9, (enum cluster_fault)fault,
				   at);
}

static const char orphan[] =
	"{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"ns\",\"labels\":"
	"{\"app\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":\"main\","
	"\"image\":\"app:1\"}]}}";

static void an_orphan_is_adopted_after_a_live_look_and_replaced(void **state)
{
	struct cluster *c = cluster_new(3, FAULT_NONE, -1);
	scope_free char *pod = mem_printf(orphan, "web");

	(void)state;
	cluster_apply(c, OBJ_POD, pod);
	apply(c, 2, "app:1", "OrderedReady");
	assert_non_null(json_at(cluster_get(c, OBJ_POD, "web-1"),
				"metadata.ownerReferences"));
	cluster_free(c);
}

static bool waits_for_name(const struct cluster *c)
{
	const struct json *set = cluster_get(c, OBJ_SET, "web");

	return json_int(set, "status.readyReplicas", 0) == 1 &&
	       cluster_requests(c) > 15;
}

static void a_name_that_is_taken_holds_up_only_until_it_is_free(void **state)
{
	struct cluster *c = cluster_new(4, FAULT_NONE, -1);
	scope_free char *pod = mem_printf(orphan, "other");
	scope_free char *set = set_text(2, "app:1", "OrderedReady");

	(void)state;
	cluster_apply(c, OBJ_POD, pod);
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, waits_for_name));
	assert_int_equal(cluster_count(c, OBJ_POD), 2);
	/* Though an old server's words are those of a failure (SS-171). */
	assert_true(cluster_doubles(c) > 0);
	assert_false(cluster_has_event(c, "FailedCreate"));
	cluster_remove(c, OBJ_POD, "web-1");
	assert_true(cluster_run(c, is_done));
	assert_true(cluster_has_event(c, "SuccessfulCreate"));
	cluster_free(c);
}

/* A stranger's revision has the name that this template makes. */
static void a_collision_of_names_is_counted_and_gone_round(void **state)
{
	struct cluster *c = cluster_new(6, FAULT_NONE, -1);
	scope_free char *revision = NULL;
	const struct json *set;

	(void)state;
	apply(c, 1, "app:1", "OrderedReady");
	revision = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\"},"
		"\"revision\":1,\"data\":{}}",
		json_str(cluster_get(c, OBJ_SET, "web"),
			 "status.updateRevision"));
	cluster_free(c);

	c = cluster_new(6, FAULT_NONE, -1);
	cluster_apply(c, OBJ_REVISION, revision);
	apply(c, 1, "app:1", "OrderedReady");
	set = cluster_get(c, OBJ_SET, "web");
	assert_int_equal(json_int(set, "status.collisionCount", 0), 1);
	assert_int_equal(cluster_count(c, OBJ_REVISION), 2);
	apply(c, 2, "app:1", "OrderedReady");
	assert_int_equal(cluster_count(c, OBJ_REVISION), 2);
	cluster_free(c);
}

static bool told_of_name(const struct cluster *c)
{
	return cluster_has_event(c, "NameTooLong");
}

static void a_name_too_long_for_pods_is_told_once(void **state)
{
	struct cluster *c = cluster_new(8, FAULT_NONE, -1);

	(void)state;
	cluster_apply(c, OBJ_SET,
		      "{\"metadata\":{\"name\":\"a23456789-b23456789-"
		      "c23456789-d23456789-e23456789-f234\",\"namespace\":"
		      "\"ns\"},\"spec\":{\"selector\":{\"matchLabels\":"
		      "{\"app\":\"web\"}},\"template\":{\"metadata\":"
		      "{\"labels\":{\"app\":\"web\"}},\"spec\":{}}}}");
	assert_true(cluster_run(c, told_of_name));
	cluster_idle(c, 5);
	assert_int_equal(cluster_count(c, OBJ_POD), 0);
	assert_false(cluster_has_event(c, "FailedCreate"));
	cluster_free(c);
}

static bool has_begun(const struct cluster *c)
{
	return cluster_requests(c) > 2;
}

static void freeing_in_the_middle_of_a_pass_cancels_it(void **state)
{
	struct cluster *c = cluster_new(5, FAULT_NONE, -1);
	scope_free char *set = set_text(4, "app:1", "Parallel");

	(void)state;
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, has_begun));
	cluster_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_ordered_set_gets_there_whatever_the_order_of_things),
		cmocka_unit_test(
			a_parallel_set_gets_there_whatever_the_order_of_things),
		cmocka_unit_test(any_request_may_fail_in_any_way),
		cmocka_unit_test(
			any_request_of_a_parallel_set_may_fail_in_any_way),
		cmocka_unit_test(
			an_orphan_is_adopted_after_a_live_look_and_replaced),
		cmocka_unit_test(
			a_name_that_is_taken_holds_up_only_until_it_is_free),
		cmocka_unit_test(
			a_collision_of_names_is_counted_and_gone_round),
		cmocka_unit_test(a_name_too_long_for_pods_is_told_once),
		cmocka_unit_test(freeing_in_the_middle_of_a_pass_cancels_it),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
