/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/feeder.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "store_lab.h"
#include "tests/unit/cm.h"

/* 2026-01-01T12:00:00Z */
enum { NOW_S = 1767268800 };

struct lab {
	struct loop *loop;
	struct store *store;
	struct zone_slot *slot;
	struct feeder *feeder;
};

static void lab_init_with(struct lab *lab, enum controller_endpoints mode,
			  const struct controller_records *records)
{
	struct name zone = lab_name("cluster.local");
	struct name reverse = lab_name("10.in-addr.arpa");
	struct feeder_config config = {
		.zones = &zone,
		.n_zones = 1,
		.reverse_zones = &reverse,
		.n_reverse_zones = 1,
		.ttl_s = 5,
		.negative_ttl_s = 3,
		.endpoints = mode,
	};

	if (records)
		config.records = *records;
	config.loop = lab->loop = loop_new();
	config.store = lab->store = store_new();
	config.slot = lab->slot = zone_slot_new();
	assert_int_equal(feeder_new(&config, &lab->feeder, NULL), 0);
}

static void lab_init(struct lab *lab, enum controller_endpoints mode)
{
	lab_init_with(lab, mode, NULL);
}

static void lab_fini(struct lab *lab)
{
	feeder_free(lab->feeder);
	store_free(lab->store);
	zone_slot_free(lab->slot);
	loop_free(lab->loop);
	assert_int_equal(istr_count(), 0);
}

/* ---- the world, and what is said of it ---- */

static char *data_path(const char *name)
{
	const char *root = getenv("srcdir");

	return mem_printf("%s/tests/data/explain/%s", root ? root : ".", name);
}

static char *read_data(const char *name)
{
	scope_free char *path = data_path(name);
	FILE *file = fopen(path, "r");
	struct buf text;
	int c;

	if (!file)
		fail_msg("%s cannot be read", path);
	buf_init(&text, 0);
	while ((c = getc(file)) != EOF)
		buf_putc(&text, (char)c);
	fclose(file);
	return buf_steal(&text);
}

static enum obj_kind kind_of(const char *text)
{
	static const char *const names[OBJ_KINDS] = {
		[OBJ_NAMESPACE] = "Namespace",
		[OBJ_SERVICE] = "Service",
		[OBJ_POD] = "Pod",
		[OBJ_SLICE] = "EndpointSlice",
		[OBJ_SET] = "StatefulSet",
		[OBJ_CLAIM] = "-",
		[OBJ_REVISION] = "-",
	};
	int kind = 0;

	while (kind < OBJ_KINDS && strcmp(text, names[kind]) != 0)
		kind++;
	assert_true(kind < OBJ_KINDS);
	return (enum obj_kind)kind;
}

static void load(struct lab *lab, const struct json *world)
{
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_list_begin(lab->store, (enum obj_kind)kind);
	json_each (object, world)
		store_put(lab->store, kind_of(json_str(object, "kind")),
			  object);
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_list_end(lab->store, (enum obj_kind)kind);
	feeder_flush(lab->feeder);
	assert_true(feeder_is_ready(lab->feeder));
}

static void load_world(struct lab *lab)
{
	scope_free char *text = read_data("world.json");
	scope_json struct json *world = NULL;

	assert_int_equal(json_parse(text, strlen(text), &world, NULL), 0);
	load(lab, world);
}

static void ask(struct lab *lab, const char *name, struct explanation *ret)
{
	struct explain_config config = {.now_s = NOW_S};

	feeder_fill_explain(lab->feeder, &config);
	explain_name(ret, &config, name);
}

/* What is reasoned about must be what the zone says. */
static void check_verdict(struct lab *lab, struct explanation *explanation,
			  const char *name)
{
	enum explain_verdict reasoned = explanation->verdict;

	explain_look(explanation, lab->slot);
	if (explanation->verdict != reasoned)
		fail_msg("%s: reasoned %d, but the zone says %d", name,
			 reasoned, explanation->verdict);
}

static void put_case(struct lab *lab, const char *name, struct buf *out)
{
	struct explanation explanation;

	ask(lab, name, &explanation);
	check_verdict(lab, &explanation, name);
	buf_printf(out, "? %s\n", name);
	explain_print(&explanation, out);
	buf_putc(out, '\n');
	explanation_fini(&explanation);
}

/* To look at what a change does, and to keep it if it is right. */
static void write_data(const char *name, const struct buf *text)
{
	scope_free char *path = data_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
	assert_int_equal(fclose(file), 0);
}

/* Shows the first line that differs, not all of them. */
static void assert_same(const char *have, const char *want)
{
	while (*have && *want) {
		size_t n = strcspn(have, "\n"), m = strcspn(want, "\n");

		if (n != m || memcmp(have, want, n) != 0)
			fail_msg("have: %.*s\nwant: %.*s", (int)n, have, (int)m,
				 want);
		have += n + (have[n] == '\n');
		want += m + (want[m] == '\n');
	}
	assert_string_equal(have, want);
}

/* Reads only the questions, and compares the whole text. */
static void run_cases(enum controller_endpoints mode, const char *file)
{
	scope_free char *want = read_data(file);
	scope_buf struct buf have;
	struct lab lab;

	buf_init(&have, 0);
	lab_init(&lab, mode);
	load_world(&lab);
	for (const char *at = want; at; at = strstr(at, "\n? ")) {
		scope_free char *name = NULL;

		at += *at == '\n';
		name = mem_strndup(at + 2, strcspn(at + 2, "\n"));
		put_case(&lab, name, &have);
	}
	if (getenv("EXPLAIN_WRITE"))
		write_data(file, &have);
	else
		assert_same(have.data, want);
	lab_fini(&lab);
}

static void every_case_is_told_as_written(void **state)
{
	(void)state;
	run_cases(ENDPOINTS_PODS, "pods.txt");
}

static void with_slices_alone_pods_are_told_about_all_the_same(void **state)
{
	(void)state;
	run_cases(ENDPOINTS_SLICES, "slices.txt");
}

/* ---- what no world shows ---- */

static void before_the_first_sync_nothing_is_denied(void **state)
{
	struct explanation explanation;
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	ask(&lab, "web.shop.svc.cluster.local", &explanation);
	assert_int_equal(explanation.verdict, EXPLAIN_NOT_READY);
	assert_string_equal(explanation.findings[0].code, "not-synced");
	explanation_fini(&explanation);
	ask(&lab, "cluster.local", &explanation);
	assert_int_equal(explanation.verdict, EXPLAIN_RECORDS);
	explanation_fini(&explanation);
	lab_fini(&lab);
}

/* What flags leave out: a name, and the code that says so. */
static void what_flags_leave_out_is_told(void **state)
{
	static const struct {
		struct controller_records records;
		const char *name, *code;
	} rows[] = {
		{{.namespaces = "lab"},
		 "web.shop.svc.cluster.local",
		 "namespace-hidden"},
		{{.namespace_labels = "dns"},
		 "shop.svc.cluster.local",
		 "namespace-hidden"},
		{{.service_labels = "dns=yes"},
		 "web.shop.svc.cluster.local",
		 "service-hidden"},
		{{.service_labels = "dns=yes"},
		 "7.0.96.10.in-addr.arpa",
		 "service-hidden"},
		{{.no_endpoints = true},
		 "db-0.db.shop.svc.cluster.local",
		 "endpoints-off"},
		{{.ignore_empty_service = true},
		 "only.lab.svc.cluster.local",
		 "empty-service"},
		{{.pods = PODS_INSECURE},
		 "10-0-0.shop.pod.cluster.local",
		 "pod-address"},
		{{.pods = PODS_VERIFIED},
		 "10-9-9-9.shop.pod.cluster.local",
		 "pod-address"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct explanation explanation;
		bool is_told = false;
		struct lab lab;

		lab_init_with(&lab, ENDPOINTS_PODS, &rows[i].records);
		load_world(&lab);
		ask(&lab, rows[i].name, &explanation);
		check_verdict(&lab, &explanation, rows[i].name);
		assert_int_equal(explanation.verdict, EXPLAIN_MISSING);
		for (size_t k = 0; k < explanation.n_findings; k++)
			is_told |= strcmp(explanation.findings[k].code,
					  rows[i].code) == 0;
		if (!is_told)
			fail_msg("%s: no finding %s", rows[i].name,
				 rows[i].code);
		explanation_fini(&explanation);
		lab_fini(&lab);
	}
}

static bool hide_all(const char *ns, const char *pod, void *arg)
{
	(void)ns;
	(void)pod;
	(void)arg;
	return true;
}

static void withdrawal_and_silence_are_told(void **state)
{
	struct explain_config config = {.now_s = NOW_S, .silent_s = 60};
	struct explanation explanation;
	struct lab lab;
	size_t last;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	load_world(&lab);
	feeder_fill_explain(lab.feeder, &config);
	config.hide = hide_all;
	explain_name(&explanation, &config, "db-0.db.shop.svc.cluster.local");
	assert_int_equal(explanation.verdict, EXPLAIN_MISSING);
	last = explanation.n_findings - 1;
	assert_string_equal(explanation.findings[last].code, "stale");
	assert_int_equal(explanation.findings[last].since_s, NOW_S - 60);
	assert_string_equal(explanation.findings[last - 1].code,
			    "pod-withdrawn");
	explanation_fini(&explanation);
	lab_fini(&lab);
}

static void a_large_service_is_told_in_part(void **state)
{
	struct explanation explanation;
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_put(lab.store, OBJ_NAMESPACE, "{'metadata':{'name':'n'}}");
	lab_put(lab.store, OBJ_SERVICE,
		"{'metadata':{'name':'s','namespace':'n'},'spec':"
		"{'clusterIP':'None','selector':{'a':'b'}}}");
	for (int i = 0; i < 100; i++)
		lab_put(lab.store, OBJ_POD,
			"{'metadata':{'name':'p%d','namespace':'n','labels':"
			"{'a':'b'}},'status':{'podIP':'10.0.0.%d','conditions':"
			"[{'type':'Ready','status':'%s'}]}}",
			i, i, i % 2 ? "True" : "False");
	for (int kind = 0; kind < OBJ_SET; kind++)
		store_set_missing(lab.store, (enum obj_kind)kind);
	ask(&lab, "s.n.svc.cluster.local", &explanation);
	assert_true(explanation.n_findings <= EXPLAIN_MAX_FINDINGS);
	lab_fini(&lab);
	explanation_fini(&explanation);
}

static void programs_get_json(void **state)
{
	struct explanation explanation;
	scope_json struct json *json = NULL;
	const struct json *finding;
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	load_world(&lab);
	ask(&lab, "db-0.db.shop.svc.cluster.local", &explanation);
	json = explain_json(&explanation);
	assert_string_equal(json_str(json, "verdict"), "records");
	assert_string_equal(json_str(json, "name"),
			    "db-0.db.shop.svc.cluster.local.");
	finding = json_next(json_first(json_get(json, "findings")));
	assert_string_equal(json_str(finding, "code"), "address");
	assert_string_equal(json_str(finding, "object.uid"), "p1");
	assert_string_equal(json_str(finding, "since"), "2026-01-01T11:59:30Z");
	explanation_fini(&explanation);
	lab_fini(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_is_told_as_written),
		cmocka_unit_test(
			with_slices_alone_pods_are_told_about_all_the_same),
		cmocka_unit_test(before_the_first_sync_nothing_is_denied),
		cmocka_unit_test(what_flags_leave_out_is_told),
		cmocka_unit_test(withdrawal_and_silence_are_told),
		cmocka_unit_test(a_large_service_is_told_in_part),
		cmocka_unit_test(programs_get_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
