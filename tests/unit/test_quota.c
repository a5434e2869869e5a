/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets that a quota refuses: when there may be room, and who hears of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "controller/quota.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "tests/unit/cluster.h"

static const char set[] =
	"{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"ns\"},\"spec\":{"
	"\"replicas\":1,\"selector\":{\"matchLabels\":{\"app\":\"web-1\"}},"
	"\"template\":{\"metadata\":{\"labels\":{\"app\":\"web-1\"}},\"spec\":"
	"{\"containers\":[{\"name\":\"main\",\"image\":\"app:1\"}]}}}}";

static int tried; /* creates so far; for has_tried() */

static bool has_tried(const struct cluster *c)
{
	return cluster_forbidden(c) > tried || cluster_count(c, OBJ_POD) > 0;
}

/* How long it is until the pod's create is tried once more. */
static uint64_t next_try_ms(struct cluster *c)
{
	uint64_t since = clk_mono_ms();

	tried = cluster_forbidden(c);
	assert_true(cluster_run(c, has_tried));
	return clk_mono_ms() - since;
}

static bool is_ready(const struct cluster *c)
{
	return json_int(cluster_get(c, OBJ_SET, "web-1"),
			"status.readyReplicas", 0) == 1;
}

/* A set that was refused so often that it comes back once a minute. */
static struct cluster *refused(uint64_t seed)
{
	struct cluster *c = cluster_new(seed, FAULT_NONE, -1);

	cluster_forbid(c, KUBE_POST, "/pods");
	cluster_apply(c, OBJ_SET, set);
	cluster_idle(c, 10 * 60 * 1000);
	next_try_ms(c);
	assert_true(next_try_ms(c) > 50 * 1000);
	assert_true(cluster_has_event(c, "FailedCreate"));
	assert_true(cluster_wants_quota(c));
	return c;
}

static void a_set_tries_again_when_there_is_room(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct cluster *c = refused(seed);

		cluster_room(c, "ns");
		assert_true(next_try_ms(c) < 1500);
		cluster_forbid(c, KUBE_POST, NULL);
		cluster_room(c, "ns");
		assert_true(next_try_ms(c) < 1500);
		assert_true(cluster_run(c, is_ready));
		assert_false(cluster_wants_quota(c));
		assert_null(cluster_broken(c));
		cluster_free(c);
	}
}

static void room_elsewhere_is_nothing_to_it(void **state)
{
	struct cluster *c = refused(1);

	(void)state;
	cluster_room(c, "n");
	cluster_room(c, "ns2");
	assert_true(next_try_ms(c) > 50 * 1000);
	cluster_room(c, NULL);
	assert_true(next_try_ms(c) < 1500);
	cluster_free(c);
}

static void room_that_is_none_is_tried_once_a_second(void **state)
{
	struct cluster *c = refused(1);
	uint64_t since = clk_mono_ms();

	(void)state;
	for (int i = 0; i < 100; i++) {
		cluster_room(c, "ns");
		cluster_room(c, "ns");
		next_try_ms(c);
	}
	assert_true(clk_mono_ms() - since > 95 * 1000);
	assert_true(clk_mono_ms() - since < 150 * 1000);
	cluster_free(c);
}

static void who_does_not_lead_waits_for_no_quota(void **state)
{
	struct cluster *c = refused(1);

	(void)state;
	cluster_lead(c, false);
	assert_false(cluster_wants_quota(c));
	cluster_lead(c, true);
	cluster_idle(c, 1000);
	assert_true(cluster_wants_quota(c));
	cluster_remove(c, OBJ_SET, "web-1");
	cluster_idle(c, 60 * 1000);
	assert_false(cluster_wants_quota(c));
	cluster_free(c);
}

static bool has_room(const char *was, const char *is)
{
	scope_json struct json *a = NULL, *b = NULL;

	assert_int_equal(json_parse(was, strlen(was), &a, NULL), 0);
	assert_int_equal(json_parse(is, strlen(is), &b, NULL), 0);
	return quota_has_room(a, b);
}

static void there_is_room_where_a_limit_or_a_use_has_changed(void **state)
{
	static const char was[] =
		"{\"spec\":{\"hard\":{\"pods\":\"4\"}},\"status\":{\"hard\":"
		"{\"pods\":\"4\"},\"used\":{\"pods\":\"10\",\"cpu\":\"1\"}}}";

	(void)state;
	assert_false(has_room(was, was));
	assert_true(has_room(was, "{\"spec\":{\"hard\":{\"pods\":\"5\"}}}"));
	assert_true(has_room(
		was, "{\"spec\":{\"hard\":{\"pods\":\"4\"}},\"status\":{"
		     "\"hard\":{\"pods\":\"4\"},\"used\":{\"pods\":\"9\","
		     "\"cpu\":\"1\"}}}"));
	assert_true(has_room(
		was, "{\"spec\":{\"hard\":{\"pods\":\"4\"}},\"status\":{"
		     "\"hard\":{\"pods\":\"4\"},\"used\":{\"pods\":\"11\","
		     "\"cpu\":\"900m\"}}}"));
	assert_true(has_room(
		was, "{\"spec\":{\"hard\":{\"pods\":\"4\"}},\"status\":{"
		     "\"hard\":{\"pods\":\"6\"},\"used\":{\"pods\":\"10\","
		     "\"cpu\":\"1\"}}}"));
	assert_false(has_room(
		was, "{\"spec\":{\"hard\":{\"pods\":\"4\"}},\"status\":{"
		     "\"hard\":{\"pods\":\"4\"},\"used\":{\"pods\":\"11\","
		     "\"cpu\":\"1100m\"}}}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			there_is_room_where_a_limit_or_a_use_has_changed),
		cmocka_unit_test(a_set_tries_again_when_there_is_room),
		cmocka_unit_test(room_elsewhere_is_nothing_to_it),
		cmocka_unit_test(room_that_is_none_is_tried_once_a_second),
		cmocka_unit_test(who_does_not_lead_waits_for_no_quota),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
