/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What annotations ask for, and the parts that carry it out: sizes, drains,
 * conditions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/conditions.h"
#include "controller/drain.h"
#include "controller/optin.h"
#include "controller/quantity.h"
#include "controller/setspec.h"
#include "controller/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static void nothing_is_asked_for_by_default(void **state)
{
	struct optin optin;

	(void)state;
	optin_read(&optin, NULL);
	assert_false(optin.recover);
	assert_false(optin.conditions);
	assert_int_equal(optin.drain_ms, 0);
	assert_null(optin.resize);
}

static void annotations_are_read(void **state)
{
	scope_json struct json *json = parse(
		"{\"statefuld.dev/rollout\":\"recover\","
		"\"statefuld.dev/dns-drain\":\"1.5s\","
		"\"statefuld.dev/conditions\":\"enabled\","
		"\"statefuld.dev/progress-deadline\":\"2m\","
		"\"statefuld.dev/claim-resize\":\"data=20Gi,logs=1.5G\"}");
	struct optin optin;
	const char *text;
	int len;

	(void)state;
	optin_read(&optin, json);
	assert_true(optin.recover);
	assert_true(optin.conditions);
	assert_int_equal(optin.drain_ms, 1500);
	assert_int_equal(optin.deadline_s, 120);
	assert_true(optin_size(&optin, "data", &text, &len) ==
		    20.0 * (1 << 30));
	assert_int_equal(strncmp(text, "20Gi,", 5), 0);
	assert_int_equal(len, 4);
	assert_true(optin_size(&optin, "logs", &text, &len) == 1.5e9);
	assert_true(optin_size(&optin, "dat", &text, &len) == 0);
}

static void quantities_are_read(void **state)
{
	static const struct {
		const char *text;
		double bytes;
	} rows[] = {{"0", 0},	  {"12", 12},	   {"1Ki", 1024},
		    {"1k", 1000}, {"2.5G", 2.5e9}, {"1Ei", 0x1p60},
		    {"", -1},	  {"Gi", -1},	   {"1GiB", -1},
		    {"-1", -1},	  {"1e3", -1},	   {"1 Gi", -1}};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_true(
			quantity_bytes(rows[i].text, strlen(rows[i].text)) ==
			rows[i].bytes);
}

static char back[64];

static void on_back(const char *pod, void *arg)
{
	(void)arg;
	strcat(back, pod);
}

static void what_is_no_longer_to_go_comes_back(void **state)
{
	struct drain drain = {0};

	(void)state;
	*back = '\0';
	drain_want(&drain, "web-1", "u1", 1000);
	drain_want(&drain, "web-2", "u2", 1000);
	drain_want(&drain, "web-3", "u3", 1000);
	drain_sweep(&drain, on_back, NULL);
	assert_string_equal(back, "");
	drain_want(&drain, "web-1", "u1", 4000);
	drain_sent(&drain, "u3");
	assert_int_equal(drain_waited_ms(&drain, "u1", 4000), 3000);
	drain_sweep(&drain, on_back, NULL);
	assert_string_equal(back, "web-2");
	assert_int_equal(drain_waited_ms(&drain, "u2", 4000), 0);
	drain_fini(&drain);
}

struct told {
	struct json *json;
	struct setspec set;
	struct progress progress;
	struct conditions conditions;
};

static int64_t judge(struct told *told, int64_t updated, int64_t available,
		     int64_t now_s)
{
	struct set_status status = {
		.replicas = 2,
		.ready = available,
		.available = available,
		.updated = updated,
		.update_revision = "r",
	};

	return conditions_judge(&told->conditions, &told->set, &status,
				&told->progress, now_s);
}

static void assert_reason(const struct told *told, int condition, bool is,
			  const char *reason)
{
	assert_int_equal(told->conditions.list[condition].is, is);
	assert_string_equal(told->conditions.list[condition].reason, reason);
}

static void begin(struct told *told, const char *annotations,
		  const char *status)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"annotations\":%s},\"spec\":{\"replicas\":2},"
		"\"status\":%s}",
		annotations, status);

	*told = (struct told){.json = parse(text)};
	setspec_read(&told->set, told->json);
}

static void conditions_tell_how_a_rollout_gets_on(void **state)
{
	struct told told;

	(void)state;
	begin(&told,
	      "{\"statefuld.dev/conditions\":\"enabled\","
	      "\"statefuld.dev/progress-deadline\":\"60s\"}",
	      "{}");
	assert_int_equal(judge(&told, 1, 1, 1000), 60);
	assert_reason(&told, CONDITION_AVAILABLE, false, "ReplicasUnavailable");
	assert_reason(&told, CONDITION_PROGRESSING, true, "RolloutProgressing");
	assert_int_equal(judge(&told, 1, 1, 1059), 1);
	assert_int_equal(judge(&told, 1, 1, 1060), -1);
	assert_reason(&told, CONDITION_PROGRESSING, false,
		      "ProgressDeadlineExceeded");
	assert_int_equal(judge(&told, 2, 1, 1070), 60);
	assert_reason(&told, CONDITION_PROGRESSING, true, "RolloutProgressing");
	assert_int_equal(judge(&told, 2, 2, 1071), -1);
	assert_reason(&told, CONDITION_AVAILABLE, true, "AllReplicasAvailable");
	assert_reason(&told, CONDITION_PROGRESSING, true, "RolloutComplete");
	json_free(told.json);
}

static void a_deadline_that_is_over_stays_over_after_a_restart(void **state)
{
	struct told told;

	(void)state;
	begin(&told, "{\"statefuld.dev/conditions\":\"enabled\"}",
	      "{\"conditions\":[{\"type\":\"Progressing\",\"status\":\"False\","
	      "\"reason\":\"ProgressDeadlineExceeded\"}]}");
	assert_int_equal(judge(&told, 1, 1, 5000), -1);
	assert_reason(&told, CONDITION_PROGRESSING, false,
		      "ProgressDeadlineExceeded");
	json_free(told.json);
}

static void merged(struct told *told, const char *want)
{
	scope_json struct json *list = conditions_merge(
		&told->conditions, json_at(told->json, "status.conditions"));
	scope_free char *text = json_print(list);

	assert_string_equal(text, want);
}

static void conditions_of_others_stay(void **state)
{
	static const char old[] =
		"{\"conditions\":[{\"type\":\"Mine\",\"status\":\"True\"},"
		"{\"type\":\"Available\",\"status\":\"True\","
		"\"lastTransitionTime\":\"1970-01-01T00:00:07Z\",\"reason\":"
		"\"AllReplicasAvailable\"}]}";
	struct told told;

	(void)state;
	begin(&told, "{\"statefuld.dev/conditions\":\"enabled\"}", old);
	judge(&told, 2, 2, 9);
	merged(&told,
	       "[{\"type\":\"Mine\",\"status\":\"True\"},{\"type\":"
	       "\"Available\",\"status\":\"True\",\"lastTransitionTime\":"
	       "\"1970-01-01T00:00:07Z\",\"reason\":\"AllReplicasAvailable\","
	       "\"message\":\"2 of 2 pods updated, 2 available\"},{\"type\":"
	       "\"Progressing\",\"status\":\"True\",\"lastTransitionTime\":"
	       "\"1970-01-01T00:00:09Z\",\"reason\":\"RolloutComplete\","
	       "\"message\":\"2 of 2 pods updated, 2 available\"}]");
	json_free(told.json);
	/* Nobody asks for ours any more. */
	begin(&told, "{}", old);
	judge(&told, 2, 2, 9);
	merged(&told, "[{\"type\":\"Mine\",\"status\":\"True\"}]");
	json_free(told.json);
	begin(&told, "{}",
	      "{\"conditions\":[{\"type\":\"Available\",\"status\":\"True\","
	      "\"reason\":\"Another\"}]}");
	judge(&told, 2, 2, 9);
	merged(&told, "[{\"type\":\"Available\",\"status\":\"True\",\"reason\":"
		      "\"Another\"}]");
	json_free(told.json);
}

/* A status without news in them is not written for their sake. */
static void conditions_that_are_as_they_were_need_no_write(void **state)
{
	struct set_status status = {.replicas = 2};
	struct told told;

	(void)state;
	begin(&told, "{}",
	      "{\"replicas\":2,\"conditions\":[{\"type\":\"Mine\",\"status\":"
	      "\"True\"}]}");
	judge(&told, 0, 0, 9);
	status.conditions = &told.conditions;
	assert_false(status_needs_write(&told.set, &status));
	told.conditions.wanted = true;
	told.conditions.list[0].reason = told.conditions.list[1].reason = "R";
	assert_true(status_needs_write(&told.set, &status));
	json_free(told.json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_asked_for_by_default),
		cmocka_unit_test(annotations_are_read),
		cmocka_unit_test(quantities_are_read),
		cmocka_unit_test(what_is_no_longer_to_go_comes_back),
		cmocka_unit_test(conditions_tell_how_a_rollout_gets_on),
		cmocka_unit_test(
			a_deadline_that_is_over_stays_over_after_a_restart),
		cmocka_unit_test(conditions_of_others_stay),
		cmocka_unit_test(
			conditions_that_are_as_they_were_need_no_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
