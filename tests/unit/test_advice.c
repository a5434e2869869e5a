/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the tables of tests/data/advice/: each case is a world, as those of
 * tests/data/plan/, and what is to be told of it. A message of * is any.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/advice.h"
#include "controller/obj.h"
#include "controller/plan.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/plan_case.h"

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static struct json *load(const char *name)
{
	const char *srcdir = getenv("srcdir");
	scope_free char *path = mem_printf("%s/tests/data/advice/%s",
					   srcdir ? srcdir : "..", name);

	return plan_case_load(path);
}

enum { MAX_SERVICES = 4 };

struct services {
	struct obj *objs[MAX_SERVICES];
	size_t n;
};

/* "web app=web": name and selector. */
static struct obj *read_service(const char *text)
{
	scope_free char *line = mem_strdup(text);
	scope_json struct json *service = json_new_object();
	struct json *spec = json_child_object(service, "spec");
	struct json *meta = json_child_object(service, "metadata");
	struct obj *obj = NULL;

	json_set_str(spec, "clusterIP", "None");
	json_set_str(meta, "namespace", "ns");
	json_set_str(meta, "name", strtok(line, " "));
	for (char *key; (key = strtok(NULL, " ")) != NULL;) {
		char *value = strchr(key, '=');

		*value++ = '\0';
		json_set_str(json_child_object(spec, "selector"), key, value);
	}
	assert_int_equal(obj_decode(OBJ_SERVICE, service, &obj, NULL), 0);
	return obj;
}

static const struct obj_service *find_service(const char *name, const void *arg)
{
	const struct services *services = arg;

	for (size_t i = 0; i < services->n; i++)
		if (strcmp(istr_text(services->objs[i]->name), name) == 0)
			return obj_service(services->objs[i]);
	return NULL;
}

static char *print(const struct advice *advice)
{
	struct buf out;

	buf_init(&out, 0);
	buf_puts(&out, "");
	for (size_t i = 0; i < advice->n; i++) {
		const struct finding *f = &advice->findings[i];

		buf_printf(&out, "%s%s after %u%s%s: %s%s%s", i ? " | " : "",
			   f->reason, f->after_s, f->pod ? " at " : "",
			   f->pod ? f->pod : "", f->text, f->fix ? "; " : "",
			   f->fix ? f->fix : "");
	}
	return buf_steal(&out);
}

static bool fits(const char *want, const char *got)
{
	size_t len = strlen(want);

	if (len > 0 && want[len - 1] == '*')
		return strncmp(want, got, len - 1) == 0;
	return strcmp(want, got) == 0;
}

/* The names of revisions as the tables write them. */
static char *in_words(const struct plan *plan, const char *text)
{
	char *out = mem_strdup(text), *at;

	if (plan->update_revision != NULL &&
	    (at = strstr(out, plan->update_revision)) != NULL) {
		char *longer = mem_printf("%.*snew%s", (int)(at - out), out,
					  at + strlen(plan->update_revision));

		free(out);
		out = longer;
	}
	at = strstr(out, "revision web-");
	if (at != NULL) {
		char *rest = strchr(at + strlen("revision "), ' ');
		char *longer = mem_printf("%.*srevision old%s", (int)(at - out),
					  out, rest);

		free(out);
		out = longer;
	}
	return out;
}

static bool run_case(const struct json *json)
{
	const struct json *list = json_get(json, "services");
	struct services services = {0};
	struct plan_case c;
	struct plan plan;
	struct advice advice;
	scope_free char *text = NULL, *got = NULL;
	bool good;

	json_each (line, list)
		services.objs[services.n++] =
			read_service(json_value_str(line));
	plan_case_init(&c, json);
	plan_next(&c.world, &c.known, &plan);
	assert_int_equal(plan.stage, PLAN_PODS);
	advice_find(&c.world, &plan, list ? find_service : NULL, &services,
		    &advice);
	text = print(&advice);
	got = in_words(&plan, text);
	good = fits(json_str(json, "advice"), got);
	if (!good)
		print_error("%s\n  want: %s\n  got:  %s\n",
			    json_str(json, "case"), json_str(json, "advice"),
			    got);
	advice_fini(&advice);
	plan_fini(&plan);
	plan_case_fini(&c);
	while (services.n > 0)
		obj_free(services.objs[--services.n]);
	return good;
}

static void run_table(const char *name)
{
	scope_json struct json *table = load(name);
	size_t n_bad = 0;

	json_each (json, table)
		n_bad += !run_case(json);
	assert_int_equal(n_bad, 0);
}

static void mistakes_in_the_spec_are_found(void **state)
{
	(void)state;
	run_table("spec.json");
}

static void what_a_set_waits_for_is_found(void **state)
{
	(void)state;
	run_table("blocked.json");
}

static int told;
static int64_t told_since_s;

static void on_tell(const struct finding *finding, int64_t since_s, void *arg)
{
	(void)finding;
	(void)arg;
	told++;
	told_since_s = since_s;
}

static struct advice one_finding(struct finding *finding)
{
	return (struct advice){.findings = finding, .n = 1};
}

static void a_finding_is_told_once_while_it_lasts(void **state)
{
	static char text[] = "x";
	struct finding finding = {.reason = "R", .text = text, .after_s = 10};
	struct advice advice = one_finding(&finding), none = {0};
	struct advice_notes notes = {0};

	(void)state;
	told = 0;
	assert_int_equal(advice_due(&notes, &advice, true, 100, on_tell, NULL),
			 10);
	assert_int_equal(advice_due(&notes, &advice, false, 107, on_tell, NULL),
			 3);
	assert_int_equal(told, 0);
	assert_int_equal(advice_due(&notes, &advice, false, 110, on_tell, NULL),
			 -1);
	assert_int_equal(told, 1);
	assert_int_equal(told_since_s, 100);
	advice_due(&notes, &advice, false, 999, on_tell, NULL);
	assert_int_equal(told, 1);
	/* It ended, and came back. */
	advice_due(&notes, &none, false, 1000, on_tell, NULL);
	advice_due(&notes, &advice, false, 1001, on_tell, NULL);
	advice_due(&notes, &advice, false, 1011, on_tell, NULL);
	assert_int_equal(told, 2);
	advice_notes_fini(&notes);
}

static void what_was_there_before_us_is_no_news(void **state)
{
	static char text[] = "x";
	struct finding finding = {
		.reason = "R", .text = text, .only_news = true};
	struct advice advice = one_finding(&finding), none = {0};
	struct advice_notes notes = {0};

	(void)state;
	told = 0;
	assert_int_equal(advice_due(&notes, &advice, false, 1, on_tell, NULL),
			 -1);
	assert_int_equal(told, 0);
	advice_due(&notes, &none, false, 2, on_tell, NULL);
	advice_due(&notes, &advice, false, 3, on_tell, NULL);
	assert_int_equal(told, 1);
	advice_notes_fini(&notes);
}

static void why(const char *pod, const char *want)
{
	scope_json struct json *json = parse(pod);
	scope_free char *got = advice_why(json);

	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void a_pod_says_why_it_is_not_ready(void **state)
{
	(void)state;
	why("{}", NULL);
	why("{\"status\":{\"containerStatuses\":[{\"name\":\"a\",\"state\":"
	    "{\"running\":{}}},{\"name\":\"b\",\"state\":{\"waiting\":"
	    "{\"reason\":\"ImagePullBackOff\",\"message\":\"no such image\"}}}"
	    "]}}",
	    "container b: ImagePullBackOff: no such image");
	why("{\"status\":{\"containerStatuses\":[{\"name\":\"a\",\"state\":"
	    "{\"terminated\":{\"reason\":\"Error\",\"exitCode\":1}}}]}}",
	    "container a: Error");
	why("{\"status\":{\"conditions\":[{\"type\":\"PodScheduled\","
	    "\"status\":\"False\",\"message\":\"0/3 nodes\"}]}}",
	    "0/3 nodes");
	why("{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":"
	    "\"False\",\"message\":\"probe failed\"}]}}",
	    "probe failed");
}

static void a_message_names_time_cause_and_cure(void **state)
{
	static char text[] = "waits", fix[] = "kubectl x";
	struct finding finding = {.reason = "R", .text = text, .fix = fix};
	scope_free char *long_one = advice_message(&finding, 0, "broken");
	scope_free char *short_one = advice_message(&finding, 0, NULL);

	(void)state;
	assert_string_equal(
		long_one,
		"waits since 1970-01-01T00:00:00Z: broken; kubectl x");
	assert_string_equal(short_one,
			    "waits since 1970-01-01T00:00:00Z; kubectl x");
}

static void changes(const char *was_text, const char *is_text, const char *want)
{
	scope_json struct json *was = parse(was_text), *is = parse(is_text);
	scope_free char *got = advice_changes(was, is);

	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void two_templates_differ_in_named_paths(void **state)
{
	(void)state;
	changes("{\"a\":1}", "{\"a\":1}", NULL);
	changes("{\"spec\":{\"containers\":[{\"name\":\"m\",\"image\":\"1\"},"
		"{\"name\":\"n\"}]}}",
		"{\"spec\":{\"containers\":[{\"name\":\"m\",\"image\":\"2\"},"
		"{\"name\":\"o\"}]}}",
		"spec.containers[m].image, spec.containers[o], "
		"spec.containers[n]");
	changes("{\"a\":{\"x\":1,\"y\":[1]}}",
		"{\"a\":{\"y\":[2],\"z\":\"s\"}}", "a.y, a.z, a.x");
	changes("{}",
		"{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,"
		"\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"n\":1}",
		"a, b, c, d, e, f, g, h, i, j, k, l and 2 more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_in_the_spec_are_found),
		cmocka_unit_test(what_a_set_waits_for_is_found),
		cmocka_unit_test(a_finding_is_told_once_while_it_lasts),
		cmocka_unit_test(what_was_there_before_us_is_no_news),
		cmocka_unit_test(a_pod_says_why_it_is_not_ready),
		cmocka_unit_test(a_message_names_time_cause_and_cure),
		cmocka_unit_test(two_templates_differ_in_named_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
