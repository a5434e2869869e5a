/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leader election against a server that is two Leases in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/kube.h"
#include "controller/lease.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

enum { RETRY_MS = 5, LONG_MS = 60000, SHORT_MS = 60 };

struct kube_call {
	kube_fn fn;
	void *arg;
	enum kube_verb verb;
	char *path, *body;
};

static struct server {
	struct loop *loop;
	struct loop_timer *timer;
	struct kube_call *call;
	struct json *own, *rival;
	int version, looks, writes;
	bool down, conflicts;
	int code; /* of all answers, if not 0 */
} server;

static struct {
	struct lease *lease;
	bool leads;
	int changes;
} one;

/* What kube.c defines in the product. */
struct kube_call *kube_send(struct kube *kube st_unused, enum kube_verb verb,
			    const char *path, const char *body, kube_fn fn,
			    void *arg)
{
	struct kube_call *call = mem_zalloc(sizeof(*call));

	assert_null(server.call);
	call->verb = verb;
	call->path = mem_strdup(path);
	call->body = mem_strdup(body);
	call->fn = fn;
	call->arg = arg;
	server.call = call;
	loop_timer_set(server.timer, 0);
	return call;
}

static void call_free(struct kube_call *call)
{
	free(call->path);
	free(call->body);
	free(call);
}

void kube_cancel(struct kube_call *call)
{
	assert_ptr_equal(call, server.call);
	server.call = NULL;
	call_free(call);
}

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static void store(struct json **lease, struct json *take_json)
{
	scope_free char *version = mem_printf("%d", ++server.version);

	json_free(*lease);
	*lease = take_json;
	json_set_str(json_child_object(take_json, "metadata"),
		     "resourceVersion", version);
}

static int carry_out(const struct kube_call *call, const struct json **ret)
{
	bool rival = strstr(call->path, "kube-controller-manager") != NULL;

	server.looks += rival;
	*ret = rival ? server.rival : server.own;
	if (server.code != 0)
		return server.code;
	if (call->verb == KUBE_GET)
		return *ret != NULL ? 0 : ST_ENOTFOUND;
	if (call->verb == KUBE_POST && server.own != NULL)
		return ST_EEXISTS;
	if (server.conflicts)
		return ST_ECONFLICT;
	assert_false(rival);
	server.writes++;
	store(&server.own, parse(call->body));
	*ret = server.own;
	return 0;
}

static void on_turn(void *arg st_unused)
{
	struct kube_call *call = server.call;
	struct err err = {.msg = "no"};
	struct kube_answer answer = {.reason = "", .err = &err};

	if (call == NULL || server.down)
		return;
	server.call = NULL;
	answer.code = carry_out(call, &answer.body);
	call->fn(&answer, call->arg);
	call_free(call);
}

static void on_change(bool leads, void *arg st_unused)
{
	assert_int_not_equal(one.leads, leads);
	one.leads = leads;
	one.changes++;
}

static void begin_with(uint64_t renew_ms)
{
	log_set_level(LOG_ERROR);
	server = (struct server){.loop = loop_new()};
	server.timer = loop_timer_new(server.loop, on_turn, NULL);
	one.leads = false;
	one.changes = 0;
	one.lease = lease_new(&(struct lease_config){
		.loop = server.loop,
		.retry_ms = RETRY_MS,
		.renew_ms = renew_ms,
		.on_change = on_change,
	});
}

static int begin(void **state st_unused)
{
	begin_with(LONG_MS);
	return 0;
}

static int begin_in_a_hurry(void **state st_unused)
{
	begin_with(SHORT_MS);
	return 0;
}

static int end(void **state st_unused)
{
	lease_free(one.lease);
	json_free(server.own);
	json_free(server.rival);
	loop_timer_free(server.timer);
	loop_free(server.loop);
	return 0;
}

static bool leads(void)
{
	return one.leads;
}

static bool leads_not(void)
{
	return !one.leads;
}

static bool has_written_again(void)
{
	return server.writes > 2;
}

static bool is_given_back(void)
{
	const char *holder = json_str(server.own, "spec.holderIdentity");

	return holder != NULL && *holder == '\0';
}

static bool has_looked_around(void)
{
	return server.looks > 4;
}

static void run_until(bool (*done)(void))
{
	uint64_t end_ms = clk_mono_ms() + 20000;

	while (!done()) {
		assert_true(clk_mono_ms() < end_ms);
		loop_turn(server.loop, 10);
	}
}

static struct json *held_by(const char *holder, int lasts_s)
{
	scope_free char *text = mem_printf(
		"{\"spec\":{\"holderIdentity\":\"%s\",\"leaseDurationSeconds\""
		":%d,\"renewTime\":\"2026-01-01T00:00:00.000000Z\"}}",
		holder, lasts_s);

	return parse(text);
}

static void a_free_lease_is_taken_and_renewed(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	run_until(has_written_again);
	assert_int_equal(one.changes, 1);
	assert_int_equal(json_int(server.own, "spec.leaseTransitions", -1), 0);
	assert_int_equal(json_int(server.own, "spec.leaseDurationSeconds", 0),
			 15);
}

static void a_lease_that_nobody_renews_is_taken_over(void **state)
{
	uint64_t begun_ms = clk_mono_ms();

	(void)state;
	store(&server.own, held_by("gone", 1));
	lease_start(one.lease);
	run_until(leads);
	assert_true(clk_mono_ms() - begun_ms >= 1000);
	assert_int_equal(json_int(server.own, "spec.leaseTransitions", -1), 1);
}

static void a_lease_given_back_is_taken_at_once(void **state)
{
	(void)state;
	store(&server.own, held_by("", 3600));
	lease_start(one.lease);
	run_until(leads);
}

static void nothing_is_written_while_the_other_controller_lives(void **state)
{
	(void)state;
	store(&server.rival, held_by("kcm", 3600));
	lease_start(one.lease);
	run_until(has_looked_around);
	assert_false(one.leads);
	assert_int_equal(server.writes, 0);
}

static void the_other_controller_coming_up_ends_it(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	store(&server.rival, held_by("kcm", 3600));
	run_until(leads_not);
	run_until(is_given_back);
}

static void a_silent_server_ends_it_in_time(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	server.down = true;
	run_until(leads_not);
	server.down = false;
	run_until(leads);
}

static void a_lease_taken_away_is_lost(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	store(&server.own, held_by("other", 3600));
	run_until(leads_not);
}

static void whoever_was_faster_leads(void **state)
{
	(void)state;
	store(&server.own, held_by("", 1));
	server.conflicts = true;
	lease_start(one.lease);
	run_until(has_looked_around);
	assert_false(one.leads);
	server.conflicts = false;
	run_until(leads);
}

static void without_the_right_to_look_nothing_is_taken(void **state)
{
	(void)state;
	server.code = ST_EFORBIDDEN;
	lease_start(one.lease);
	run_until(has_looked_around);
	assert_false(one.leads);
	assert_int_equal(server.writes, 0);
}

static void a_release_gives_the_lease_back(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	lease_release(one.lease);
	assert_false(one.leads);
	run_until(is_given_back);
	for (int i = 0; i < 10; i++)
		loop_turn(server.loop, RETRY_MS);
	assert_false(lease_is_busy(one.lease));
	assert_true(is_given_back());
}

static void a_release_leaves_the_lease_of_another_alone(void **state)
{
	(void)state;
	lease_start(one.lease);
	run_until(leads);
	store(&server.own, held_by("other", 3600));
	lease_release(one.lease);
	while (lease_is_busy(one.lease))
		loop_turn(server.loop, RETRY_MS);
	assert_string_equal(json_str(server.own, "spec.holderIdentity"),
			    "other");
}

/* Whether a holder's own clock is right does not matter. */
static void a_lease_lives_as_long_as_it_is_seen_to_change(void **state)
{
	struct lease_sight rival = {0}, own = {0};
	scope_json struct json *lease = held_by("kcm", 15);

	(void)state;
	lease_seen(&rival, lease, 1000);
	assert_int_equal(lease_judge(&rival, &own, "me", 1000), LEASE_RIVAL);
	lease_seen(&rival, lease, 15999);
	assert_int_equal(lease_judge(&rival, &own, "me", 15999), LEASE_RIVAL);
	assert_int_equal(lease_judge(&rival, &own, "me", 16000), LEASE_TAKE);
	json_set_str(json_child_object(lease, "spec"), "renewTime", "later");
	lease_seen(&rival, lease, 20000);
	assert_int_equal(lease_judge(&rival, &own, "me", 34999), LEASE_RIVAL);
	lease_seen(&rival, NULL, 35000);
	assert_int_equal(lease_judge(&rival, &own, "me", 35000), LEASE_TAKE);
	lease_seen(&own, lease, 35000);
	assert_int_equal(lease_judge(&rival, &own, "me", 35000), LEASE_OTHER);
	assert_int_equal(lease_judge(&rival, &own, "kcm", 35000), LEASE_TAKE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_free_lease_is_taken_and_renewed),
		TEST(a_lease_that_nobody_renews_is_taken_over),
		TEST(a_lease_given_back_is_taken_at_once),
		TEST(nothing_is_written_while_the_other_controller_lives),
		TEST(the_other_controller_coming_up_ends_it),
		TEST(a_lease_taken_away_is_lost),
		TEST(whoever_was_faster_leads),
		TEST(without_the_right_to_look_nothing_is_taken),
		TEST(a_release_gives_the_lease_back),
		TEST(a_release_leaves_the_lease_of_another_alone),
		cmocka_unit_test_setup_teardown(a_silent_server_ends_it_in_time,
						begin_in_a_hurry, end),
		cmocka_unit_test(a_lease_lives_as_long_as_it_is_seen_to_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
