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

static int asked; /* requests so far; for has_asked() */

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
	cluster_idle(c, 2000);
	writes = cluster_writes(c);
	requests = cluster_requests(c);
	cluster_idle(c, 10 * 60 * 1000);
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

static bool owned_by(const struct cluster *c, const char *claim,
		     const char *kind, const char *name)
{
	const struct json *object = cluster_get(c, OBJ_CLAIM, claim);
	const struct json *refs = json_at(object, "metadata.ownerReferences");
	const char *of = json_str(json_first(refs), "kind");
	const char *called = json_str(json_first(refs), "name");

	return json_len(refs) == 1 && of && called && strcmp(of, kind) == 0 &&
	       strcmp(called, name) == 0;
}

static bool is_done_with_claims(const struct cluster *c)
{
	return is_done(c) && owned_by(c, "data-web-0", "StatefulSet", "web");
}

/* The same set, whose claims go with it and with its pods. */
static char *deleting_text(int replicas, const char *policy)
{
	scope_free char *text = set_text(replicas, "app:1", policy);
	scope_json struct json *set = NULL;
	struct json *retention;

	assert_int_equal(json_parse(text, strlen(text), &set, NULL), 0);
	retention = json_child_object(json_child_object(set, "spec"),
				      "persistentVolumeClaimRetentionPolicy");
	json_set_str(retention, "whenDeleted", "Delete");
	json_set_str(retention, "whenScaled", "Delete");
	return json_print(set);
}

static void apply_deleting(struct cluster *c, int replicas, const char *policy)
{
	scope_free char *text = deleting_text(replicas, policy);

	cluster_apply(c, OBJ_SET, text);
	if (!cluster_run(c, is_done_with_claims))
		fail_msg("no end: %d replicas, %s", replicas, policy);
}

static int tell_story_of_claims(const char *policy, uint64_t seed,
				enum cluster_fault fault, int fault_at)
{
	struct cluster *c = cluster_new(seed, fault, fault_at);
	int writes, requests;

	apply_deleting(c, 3, policy);
	apply_deleting(c, 1, policy);
	cluster_idle(c, 2000);
	writes = cluster_writes(c);
	requests = cluster_requests(c);
	cluster_idle(c, 10 * 60 * 1000);
	assert_int_equal(cluster_writes(c), writes);
	/* Whatever failed, no pod went before its claim was to go with it. */
	assert_true(owned_by(c, "data-web-1", "Pod", "web-1"));
	assert_true(owned_by(c, "data-web-2", "Pod", "web-2"));
	cluster_free(c);
	return requests;
}

static void claims_go_with_their_pods_whatever_fails(void **state)
{
	static const char *const policies[] = {"OrderedReady", "Parallel"};

	(void)state;
	for (size_t i = 0; i < st_array_len(policies); i++) {
		int n = tell_story_of_claims(policies[i], 11, FAULT_NONE, -1);

		for (int fault = FAULT_REFUSED; fault < FAULTS; fault++)
			for (int at = 0; at < n; at += 2)
				tell_story_of_claims(policies[i], 11,
						     (enum cluster_fault)fault,
						     at);
	}
}

static const char old_claim[] =
	"{\"metadata\":{\"name\":\"data-web-%d\",\"namespace\":\"ns\","
	"\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Backup\","
	"\"name\":\"b\",\"uid\":\"b-uid\",\"extra\":1,\"controller\":%s}]},"
	"\"spec\":{\"keep\":\"me\"}}";

static bool owner_is(const struct json *refs, size_t at, const char *kind)
{
	size_t i = 0;

	json_each (ref, refs) {
		const char *has = json_str(ref, "kind");

		if (i++ == at)
			return has && strcmp(has, kind) == 0;
	}
	return false;
}

static bool has_two_owners(const struct cluster *c)
{
	return is_done(c) &&
	       json_len(json_at(cluster_get(c, OBJ_CLAIM, "data-web-0"),
				"metadata.ownerReferences")) == 2;
}

static void foreign_owners_stay_and_a_foreign_controller_is_told(void **state)
{
	struct cluster *c = cluster_new(12, FAULT_NONE, -1);
	scope_free char *owned = mem_printf(old_claim, 0, "false");
	scope_free char *controlled = mem_printf(old_claim, 1, "true");
	scope_free char *set = deleting_text(2, "OrderedReady");
	const struct json *claim, *refs;

	(void)state;
	cluster_apply(c, OBJ_CLAIM, owned);
	cluster_apply(c, OBJ_CLAIM, controlled);
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, has_two_owners));
	claim = cluster_get(c, OBJ_CLAIM, "data-web-0");
	refs = json_at(claim, "metadata.ownerReferences");
	assert_true(owner_is(refs, 0, "Backup"));
	assert_true(owner_is(refs, 1, "StatefulSet"));
	assert_int_equal(json_int(json_first(refs), "extra", 0), 1);
	assert_string_equal(json_str(claim, "spec.keep"), "me");
	claim = cluster_get(c, OBJ_CLAIM, "data-web-1");
	refs = json_at(claim, "metadata.ownerReferences");
	assert_int_equal(json_len(refs), 1);
	assert_true(owner_is(refs, 0, "Backup"));
	assert_true(cluster_has_event(c, "ConflictingController"));
	cluster_free(c);
}

static const char orphan[] =
	"{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"ns\",\"labels\":"
	"{\"app\":\"%s\"}},\"spec\":{\"containers\":[{\"name\":\"main\","
	"\"image\":\"app:1\"}],\"volumes\":[{\"name\":\"data\","
	"\"persistentVolumeClaim\":{\"claimName\":\"data-web-1\"}}]}}";

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

static bool has_asked(const struct cluster *c)
{
	return cluster_requests(c) > asked;
}

/* The cache shows the set's pod still; the name is a stranger's by now. */
static void a_stranger_that_took_a_name_is_not_deleted(void **state)
{
	struct cluster *c = cluster_new(13, FAULT_NONE, -1);
	scope_free char *pod = mem_printf(orphan, "other");
	scope_free char *set = set_text(1, "app:1", "OrderedReady");

	(void)state;
	apply(c, 2, "app:1", "OrderedReady");
	cluster_idle(c, 2000);
	cluster_deaf(c, OBJ_POD, true);
	cluster_remove(c, OBJ_POD, "web-1");
	cluster_apply(c, OBJ_POD, pod);
	cluster_apply(c, OBJ_SET, set);
	asked = cluster_requests(c);
	assert_true(cluster_run(c, has_asked));
	cluster_idle(c, 1);
	cluster_deaf(c, OBJ_POD, false);
	cluster_idle(c, 2000);
	assert_non_null(cluster_get(c, OBJ_POD, "web-1"));
	assert_false(cluster_has_event(c, "SuccessfulDelete"));
	assert_null(cluster_broken(c));
	cluster_free(c);
}

/* A conflict on the old revision, and by the second try it is a stranger's. */
static void a_revision_that_took_a_name_is_not_renumbered(void **state)
{
	struct cluster *c = cluster_new(14, FAULT_NONE, -1);
	scope_free char *set = set_text(1, "app:1", "OrderedReady");
	scope_free char *name = NULL, *stranger = NULL;
	const struct json *revision;

	(void)state;
	apply(c, 1, "app:1", "OrderedReady");
	name = mem_strdup(json_str(cluster_get(c, OBJ_SET, "web"),
				   "status.updateRevision"));
	apply(c, 1, "app:2", "OrderedReady");
	cluster_idle(c, 2000);
	cluster_deaf(c, OBJ_REVISION, true);
	stranger = mem_printf("{\"metadata\":{\"name\":\"%s\",\"namespace\":"
			      "\"ns\"},\"revision\":1,\"data\":{}}",
			      name);
	cluster_remove(c, OBJ_REVISION, name);
	cluster_apply(c, OBJ_REVISION, stranger);
	cluster_apply(c, OBJ_SET, set);
	asked = cluster_requests(c);
	assert_true(cluster_run(c, has_asked));
	cluster_deaf(c, OBJ_REVISION, false);
	assert_true(cluster_run(c, is_done));
	revision = cluster_get(c, OBJ_REVISION, name);
	assert_int_equal(json_int(revision, "revision", 0), 1);
	assert_null(cluster_broken(c));
	cluster_free(c);
}

static bool has_revision(const struct cluster *c)
{
	return cluster_count(c, OBJ_REVISION) > 0;
}

static void who_leads_again_waits_for_what_it_wrote_before(void **state)
{
	struct cluster *c = cluster_new(15, FAULT_NONE, -1);
	scope_free char *set = set_text(1, "app:1", "OrderedReady");

	(void)state;
	cluster_idle(c, 2000);
	cluster_deaf(c, OBJ_REVISION, true);
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, has_revision));
	cluster_lead(c, false);
	cluster_lead(c, true);
	cluster_idle(c, 60 * 1000);
	assert_int_equal(cluster_doubles(c), 0);
	assert_int_equal(cluster_count(c, OBJ_POD), 0);
	cluster_deaf(c, OBJ_REVISION, false);
	assert_true(cluster_run(c, is_done));
	assert_null(cluster_broken(c));
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
	cluster_idle(c, 10 * 60 * 1000);
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

static bool all_but_the_blocked_are_there(const struct cluster *c)
{
	const struct json *set = cluster_get(c, OBJ_SET, "web");

	return cluster_count(c, OBJ_POD) == 5 &&
	       json_int(set, "status.replicas", 0) == 4 &&
	       json_int(set, "status.readyReplicas", 0) == 4 &&
	       json_str(set, "status.updateRevision") != NULL;
}

/* SS-108. */
static void a_taken_name_holds_up_no_other_pod_of_a_parallel_set(void **state)
{
	struct cluster *c = cluster_new(1, FAULT_NONE, -1);
	scope_free char *set = set_text(5, "app:1", "Parallel");

	(void)state;
	cluster_apply(c, OBJ_POD,
		      "{\"metadata\":{\"name\":\"web-0\",\"namespace\":\"ns\","
		      "\"labels\":{\"app\":\"else\"}}}");
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, all_but_the_blocked_are_there));
	assert_string_equal(json_str(cluster_get(c, OBJ_POD, "web-0"),
				     "metadata.labels.app"),
			    "else");
	cluster_free(c);
}

static bool status_is_told(const struct cluster *c)
{
	return json_str(cluster_get(c, OBJ_SET, "web"),
			"status.updateRevision") != NULL;
}

/* SS-101, SS-108: two batches may fail for what may be one cause. */
static void a_parallel_set_that_is_refused_stops_after_two_batches(void **state)
{
	struct cluster *c = cluster_new(1, FAULT_NONE, -1);
	scope_free char *set = set_text(100, "app:1", "Parallel");

	(void)state;
	cluster_forbid(c, KUBE_POST, "/pods");
	cluster_apply(c, OBJ_SET, set);
	assert_true(cluster_run(c, status_is_told));
	assert_int_equal(cluster_forbidden(c), 3);
	assert_int_equal(
		json_int(cluster_get(c, OBJ_SET, "web"), "status.replicas", -1),
		0);
	assert_true(cluster_has_event(c, "FailedCreate"));
	cluster_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_parallel_set_that_is_refused_stops_after_two_batches),
		cmocka_unit_test(
			a_taken_name_holds_up_no_other_pod_of_a_parallel_set),
		cmocka_unit_test(
			an_ordered_set_gets_there_whatever_the_order_of_things),
		cmocka_unit_test(
			a_parallel_set_gets_there_whatever_the_order_of_things),
		cmocka_unit_test(any_request_may_fail_in_any_way),
		cmocka_unit_test(
			any_request_of_a_parallel_set_may_fail_in_any_way),
		cmocka_unit_test(claims_go_with_their_pods_whatever_fails),
		cmocka_unit_test(
			foreign_owners_stay_and_a_foreign_controller_is_told),
		cmocka_unit_test(
			an_orphan_is_adopted_after_a_live_look_and_replaced),
		cmocka_unit_test(
			a_name_that_is_taken_holds_up_only_until_it_is_free),
		cmocka_unit_test(
			a_collision_of_names_is_counted_and_gone_round),
		cmocka_unit_test(a_stranger_that_took_a_name_is_not_deleted),
		cmocka_unit_test(a_revision_that_took_a_name_is_not_renumbered),
		cmocka_unit_test(
			who_leads_again_waits_for_what_it_wrote_before),
		cmocka_unit_test(a_name_too_long_for_pods_is_told_once),
		cmocka_unit_test(freeing_in_the_middle_of_a_pass_cancels_it),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
