/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims of pods that went before they were scaled away: those that go, and
 * all those that must stay.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "tests/unit/cluster.h"

static int asked; /* requests so far; for has_asked() */

static void apply(struct cluster *c, int replicas, const char *scaled)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\"},"
		"\"spec\":{\"replicas\":%d,\"serviceName\":\"web\","
		"\"podManagementPolicy\":\"OrderedReady\",\"selector\":"
		"{\"matchLabels\":{\"app\":\"web\"}},\"template\":{"
		"\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{"
		"\"containers\":[{\"name\":\"main\",\"image\":\"app:1\"}]}},"
		"\"persistentVolumeClaimRetentionPolicy\":{\"whenDeleted\":"
		"\"Retain\",\"whenScaled\":\"%s\"},\"volumeClaimTemplates\":"
		"[{\"metadata\":{\"name\":\"data\"},\"spec\":{}}]}}",
		replicas, scaled);

	cluster_apply(c, OBJ_SET, text);
}

static bool is_at_rest(const struct cluster *c)
{
	const struct json *set = cluster_get(c, OBJ_SET, "web");

	return json_int(set, "status.observedGeneration", 0) ==
		       json_int(set, "metadata.generation", -1) &&
	       json_int(set, "status.readyReplicas", 0) ==
		       json_int(set, "spec.replicas", -1);
}

static struct cluster *begin(uint64_t seed, int replicas, const char *scaled)
{
	struct cluster *c = cluster_new(seed, FAULT_NONE, -1);

	apply(c, replicas, scaled);
	assert_true(cluster_run(c, is_at_rest));
	cluster_idle(c, 2000);
	return c;
}

static bool stays(const struct cluster *c, const char *claim)
{
	const struct json *json = cluster_get(c, OBJ_CLAIM, claim);

	return json != NULL &&
	       json_at(json, "metadata.deletionTimestamp") == NULL &&
	       json_at(json, "metadata.ownerReferences") == NULL;
}

static void end(struct cluster *c)
{
	assert_null(cluster_broken(c));
	cluster_free(c);
}

static bool is_refused(const struct cluster *c)
{
	return cluster_forbidden(c) > 0;
}

/* The pod is gone, as the store knows, and does not come back. */
static void lose(struct cluster *c)
{
	cluster_forbid(c, KUBE_POST, "/pods");
	cluster_remove(c, OBJ_POD, "web-2");
	assert_true(cluster_run(c, is_refused));
}

static void lose_then_scale(struct cluster *c, const char *scaled)
{
	lose(c);
	apply(c, 2, scaled);
	cluster_idle(c, 5000);
}

static void a_claim_goes_whose_pod_went_first(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cluster *c = begin(seed, 3, "Delete");

		lose_then_scale(c, "Delete");
		assert_false(stays(c, "data-web-2"));
		assert_true(stays(c, "data-web-1"));
		assert_true(cluster_has_event(c, "ClaimDeleted"));
		end(c);
	}
}

/* Whichever of the two is heard of first, the claim goes: with its pod, or
 * after it. */
static void so_it_does_if_both_come_at_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cluster *c = begin(seed, 3, "Delete");

		cluster_remove(c, OBJ_POD, "web-2");
		apply(c, 2, "Delete");
		cluster_idle(c, 5000);
		assert_false(stays(c, "data-web-2"));
		end(c);
	}
}

static void a_retained_claim_stays_whatever_the_policy_becomes(void **state)
{
	struct cluster *c = begin(1, 3, "Delete");

	(void)state;
	lose_then_scale(c, "Retain");
	apply(c, 2, "Delete");
	cluster_idle(c, 5 * 60 * 1000);
	assert_true(stays(c, "data-web-2"));
	end(c);
}

static void a_claim_of_an_unseen_pod_stays(void **state)
{
	struct cluster *c = begin(1, 3, "Delete");

	(void)state;
	cluster_lead(c, false);
	cluster_remove(c, OBJ_POD, "web-2");
	apply(c, 2, "Delete");
	cluster_idle(c, 60 * 1000);
	cluster_lead(c, true);
	cluster_idle(c, 5 * 60 * 1000);
	assert_true(stays(c, "data-web-2"));
	end(c);
}

static bool has_asked(const struct cluster *c)
{
	return cluster_requests(c) > asked;
}

/* The cache shows that there are to be two, and there are to be three. */
static void a_set_scaled_up_again_keeps_the_claim(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct cluster *c = begin(seed, 3, "Delete");

		lose(c);
		apply(c, 2, "Delete");
		asked = cluster_requests(c);
		assert_true(cluster_run(c, has_asked));
		cluster_deaf(c, OBJ_SET, true);
		apply(c, 3, "Delete");
		cluster_idle(c, 5000);
		cluster_deaf(c, OBJ_SET, false);
		cluster_idle(c, 5000);
		assert_true(stays(c, "data-web-2"));
		end(c);
	}
}

static const char stranger[] =
	"{\"metadata\":{\"name\":\"web-2\",\"namespace\":\"ns\",\"labels\":"
	"{\"app\":\"other\"}},\"spec\":{}}";

/* The cache shows no pod of that name, and there is one. */
static void a_claim_that_a_strangers_pod_may_use_stays(void **state)
{
	struct cluster *c = begin(1, 3, "Delete");

	(void)state;
	lose(c);
	cluster_deaf(c, OBJ_POD, true);
	cluster_apply(c, OBJ_POD, stranger);
	apply(c, 2, "Delete");
	cluster_idle(c, 5000);
	assert_true(stays(c, "data-web-2"));
	cluster_deaf(c, OBJ_POD, false);
	end(c);
}

static void a_namesake_of_the_claim_stays(void **state)
{
	struct cluster *c = begin(1, 3, "Delete");

	(void)state;
	lose(c);
	cluster_deaf(c, OBJ_CLAIM, true);
	cluster_remove(c, OBJ_CLAIM, "data-web-2");
	cluster_apply(c, OBJ_CLAIM,
		      "{\"metadata\":{\"name\":\"data-web-2\",\"namespace\":"
		      "\"ns\",\"labels\":{\"app\":\"web\"}},\"spec\":{}}");
	apply(c, 2, "Delete");
	cluster_idle(c, 5000);
	assert_true(stays(c, "data-web-2"));
	cluster_deaf(c, OBJ_CLAIM, false);
	cluster_idle(c, 5000);
	assert_true(stays(c, "data-web-2"));
	end(c);
}

static void any_request_may_fail(void **state)
{
	static const enum cluster_fault faults[] = {
		FAULT_REFUSED, FAULT_LOST, FAULT_CONFLICT, FAULT_THROTTLED};

	(void)state;
	for (size_t i = 0; i < st_array_len(faults); i++)
		for (int at = 20; at < 60; at++) {
			struct cluster *c = cluster_new(5, faults[i], at);

			apply(c, 3, "Delete");
			assert_true(cluster_run(c, is_at_rest));
			cluster_idle(c, 2000);
			lose_then_scale(c, "Delete");
			cluster_idle(c, 2 * 60 * 1000);
			assert_false(stays(c, "data-web-2"));
			end(c);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_claim_goes_whose_pod_went_first),
		cmocka_unit_test(so_it_does_if_both_come_at_once),
		cmocka_unit_test(
			a_retained_claim_stays_whatever_the_policy_becomes),
		cmocka_unit_test(a_claim_of_an_unseen_pod_stays),
		cmocka_unit_test(a_set_scaled_up_again_keeps_the_claim),
		cmocka_unit_test(a_claim_that_a_strangers_pod_may_use_stays),
		cmocka_unit_test(a_namesake_of_the_claim_stays),
		cmocka_unit_test(any_request_may_fail),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
