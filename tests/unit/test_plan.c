/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tables of tests/data/plan/: each case is a world and what plan
 * makes of it.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/canon.h"
#include "controller/plan.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/plan_case.h"

static char *table_dir(void)
{
	const char *srcdir = getenv("srcdir");

	return mem_printf("%s/tests/data/plan", srcdir ? srcdir : "..");
}

static bool differs(const char *test, const char *what, const char *want,
		    const char *got)
{
	if (want == NULL || strcmp(want, got) == 0)
		return false;
	print_error("%s: %s\n  want: %s\n  got:  %s\n", test, what, want, got);
	return true;
}

static const char *stage_word(enum plan_stage stage)
{
	static const char *const stages[] = {
		[PLAN_ADOPT] = "adopt",
		[PLAN_CLAIM] = "claim",
		[PLAN_REVISION] = "revision",
		[PLAN_PODS] = "pods",
	};

	return stages[stage];
}

static bool check(const struct plan_case *c, const struct plan *plan)
{
	const char *name = json_str(c->json, "case");
	const char *stage = json_str(c->json, "stage");
	scope_free char *steps = plan_case_steps(plan->steps, plan->n_steps);
	scope_free char *trim = plan_case_steps(plan->trim, plan->n_trim);
	scope_free char *status = NULL;
	bool bad;

	bad = differs(name, "stage", stage ? stage : "pods",
		      stage_word(plan->stage));
	bad |= differs(name, "steps", json_str(c->json, "steps"), steps);
	if (plan->stage != PLAN_PODS)
		return bad;
	status = plan_case_status(c, plan);
	bad |= differs(name, "then", json_str(c->json, "then"), status);
	bad |= differs(name, "trim",
		       json_str(c->json, "trim") ? json_str(c->json, "trim")
						 : "",
		       trim);
	if (plan->again_ms != json_int(c->json, "again_ms", -1)) {
		print_error("%s: again after %ld\n", name,
			    (long)plan->again_ms);
		bad = true;
	}
	if (plan->drain_ms != json_int(c->json, "drain_ms", -1)) {
		print_error("%s: drained in %ld\n", name, (long)plan->drain_ms);
		bad = true;
	}
	return bad;
}

/* Asks twice: the answer must be the same, and the set untouched. */
static bool run_case(const struct json *json)
{
	struct plan_case c;
	struct plan plan, again;
	scope_free char *before = NULL, *after = NULL, *one = NULL, *two = NULL;
	bool bad;

	plan_case_init(&c, json);
	before = canon_print(c.set_json);
	plan_next(&c.world, &c.known, &plan);
	plan_next(&c.world, &c.known, &again);
	after = canon_print(c.set_json);
	one = plan_case_steps(plan.steps, plan.n_steps);
	two = plan_case_steps(again.steps, again.n_steps);
	bad = differs(json_str(json, "case"), "repeated", one, two);
	bad |= differs(json_str(json, "case"), "the set", before, after);
	bad |= check(&c, &plan);
	plan_fini(&plan);
	plan_fini(&again);
	plan_case_fini(&c);
	return bad;
}

static void run_table(const char *path, size_t *n, size_t *n_bad)
{
	scope_json struct json *table = plan_case_load(path);

	json_each (json, table) {
		++*n;
		assert_non_null(json_str(json, "case"));
		assert_true(json_len(json_get(json, "rules")) > 0);
		*n_bad += run_case(json);
	}
}

static void every_case_of_the_tables_plans_as_written(void **state)
{
	scope_free char *dir = table_dir();
	DIR *entries = opendir(dir);
	size_t n = 0, n_bad = 0;

	(void)state;
	assert_non_null(entries);
	for (struct dirent *e; (e = readdir(entries)) != NULL;) {
		scope_free char *path = mem_printf("%s/%s", dir, e->d_name);

		if (strstr(e->d_name, ".json") != NULL)
			run_table(path, &n, &n_bad);
	}
	closedir(entries);
	print_message("%zu cases\n", n);
	assert_true(n > 40);
	assert_int_equal(n_bad, 0);
}

static int batch_size(const struct plan *plan, uint32_t batch)
{
	int n = 0;

	for (size_t i = 0; i < plan->n_steps; i++)
		n += plan->steps[i].batch == batch;
	return n;
}

/* What plan makes of one case. */
static void plan_text(struct plan_case *c, struct plan *plan, const char *text,
		      struct json **ret_json)
{
	assert_int_equal(json_parse(text, strlen(text), ret_json, NULL), 0);
	plan_case_init(c, *ret_json);
	plan_next(&c->world, &c->known, plan);
}

static void parallel_creation_starts_slowly_and_has_an_end(void **state)
{
	static const char text[] =
		"{\"case\":\"many\",\"spec\":{\"replicas\":2147483647,"
		"\"podManagementPolicy\":\"Parallel\"},\"chosen\":\"new\"}";
	static const int sizes[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 489};
	scope_json struct json *json = NULL;
	struct plan_case c;
	struct plan plan;

	(void)state;
	plan_text(&c, &plan, text, &json);
	assert_int_equal(plan.n_steps, PLAN_MAX_CREATES);
	for (size_t i = 0; i < st_array_len(sizes); i++)
		assert_int_equal(
			batch_size(&plan, plan.steps[0].batch + (uint32_t)i),
			sizes[i]);
	plan_fini(&plan);
	plan_case_fini(&c);
}

static void a_name_too_long_for_the_label_makes_no_pod(void **state)
{
	static const char text[] =
		"{\"case\":\"long\",\"chosen\":\"a234567890b234567890c234567890"
		"d234567890e234567890f234567890g234\"}";
	scope_json struct json *json = NULL;
	struct plan_case c;
	struct plan plan;

	(void)state;
	plan_text(&c, &plan, text, &json);
	assert_true(plan.name_too_long);
	assert_int_equal(plan.n_steps, 0);
	plan_fini(&plan);
	plan_case_fini(&c);
}

static int check_live(const char *text, struct err *err)
{
	scope_json struct json *live = NULL;
	struct setspec set = {.ns = "ns", .name = "web", .uid = "u1"};

	assert_int_equal(json_parse(text, strlen(text), &live, NULL), 0);
	return plan_check_live(&set, live, err);
}

static void adoption_needs_the_same_set_alive(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(check_live("{\"metadata\":{\"uid\":\"u1\"}}", &err),
			 0);
	assert_int_equal(check_live("{\"metadata\":{\"uid\":\"u2\"}}", &err),
			 ST_ESTALE);
	assert_string_equal(err_msg(&err),
			    "original StatefulSet ns/web is gone: got uid u2, "
			    "wanted u1");
	assert_int_equal(
		check_live("{\"metadata\":{\"uid\":\"u1\",\"deletionTimestamp\""
			   ":\"2026-01-01T00:00:00Z\"}}",
			   &err),
		ST_ESTALE);
	assert_string_equal(
		err_msg(&err),
		"ns/web has just been deleted at 2026-01-01T00:00:00Z");
	assert_int_equal(check_live("[]", &err), ST_ESTALE);
}

/* And the one whose number could not be raised: it is to be used yet. */
static void a_failed_revision_trims_with_what_status_names(void **state)
{
	static const char text[] =
		"{\"case\":\"x\",\"spec\":{\"revisionHistoryLimit\":0},"
		"\"status\":{\"currentRevision\":\"old\"},\"revisions\":"
		"[\"oldest 1\",\"new 2\",\"old 3\",\"older 4\"]}";
	scope_json struct json *json = NULL;
	scope_free char *trim = NULL;
	struct plan_case c;
	struct plan plan;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	plan_case_init(&c, json);
	plan_trim_only(&c.world, &c.known, &plan);
	trim = plan_case_steps(plan.trim, plan.n_trim);
	assert_string_equal(trim, "trim oldest | trim older");
	plan_fini(&plan);
	plan_case_fini(&c);
}

/* What is written for a template of an old server, after that revision. */
static char *written_after(const char *revision, bool as_served)
{
	scope_free char *text = mem_printf(
		"{\"case\":\"x\",\"spec\":{\"template\":{\"metadata\":"
		"{\"creationTimestamp\":null}}},\"revisions\":[%s]}",
		revision);
	scope_json struct json *json = NULL;
	struct plan_case c;
	struct plan plan;
	char *data;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	plan_case_init(&c, json);
	c.world.as_served = as_served;
	plan_next(&c.world, &c.known, &plan);
	assert_int_equal(plan.n_steps, 1);
	assert_int_equal(plan.steps[0].verb, PLAN_CREATE_REVISION);
	data = mem_strdup(plan.steps[0].data);
	plan_fini(&plan);
	plan_case_fini(&c);
	return data;
}

/* SS-032 */
static void a_revision_has_the_form_of_the_newest_one(void **state)
{
	static const struct {
		const char *revision;
		bool as_served, has_null;
	} cases[] = {
		{"", false, false},
		{"", true, true},
		{"\"old 1\"", false, false},
		{"\"old 1 null\"", false, true},
		{"\"old 1\"", true, true},
		{"\"old 2\",\"older 1 null\"", false, false},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		scope_free char *data =
			written_after(cases[i].revision, cases[i].as_served);

		assert_int_equal(strstr(data, "\"creationTimestamp\":null") !=
					 NULL,
				 cases[i].has_null);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_of_the_tables_plans_as_written),
		cmocka_unit_test(
			parallel_creation_starts_slowly_and_has_an_end),
		cmocka_unit_test(a_name_too_long_for_the_label_makes_no_pod),
		cmocka_unit_test(adoption_needs_the_same_set_alive),
		cmocka_unit_test(
			a_failed_revision_trims_with_what_status_names),
		cmocka_unit_test(a_revision_has_the_form_of_the_newest_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
