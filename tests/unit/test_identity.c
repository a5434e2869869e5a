/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names, pods and claims of a set, and what counts as what of a pod.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/canon.h"
#include "controller/claims.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/revision.h"
#include "controller/setspec.h"
#include "controller/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char set_text[] =
	"{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\",\"uid\":\"u\"},"
	"\"spec\":{\"serviceName\":\"svc\",\"selector\":{\"matchLabels\":"
	"{\"app\":\"web\",\"tier\":\"x\"}},\"template\":{\"metadata\":"
	"{\"labels\":{\"app\":\"web\"},\"annotations\":{\"a\":\"b\"},"
	"\"finalizers\":[\"f/g\"]},\"spec\":{\"hostname\":\"no\",\"subdomain\":"
	"\"no\",\"containers\":[{\"name\":\"m\"}],\"volumes\":[{\"name\":"
	"\"data\",\"emptyDir\":{}},{\"name\":\"tmp\",\"emptyDir\":{}}]}},"
	"\"volumeClaimTemplates\":[{\"metadata\":{\"name\":\"data\",\"labels\":"
	"{\"tier\":\"y\",\"own\":\"z\"}},\"spec\":{\"s\":1}},{\"metadata\":"
	"{\"name\":\"logs\"},\"spec\":{}}]}}";

static struct json *set_json;
static struct setspec set;

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static int begin(void **state)
{
	(void)state;
	set_json = parse(set_text);
	setspec_read(&set, set_json);
	return 0;
}

static int end(void **state)
{
	(void)state;
	json_free(set_json);
	return 0;
}

static struct obj *pod_of(const char *text)
{
	scope_json struct json *json = parse(text);
	struct obj *obj = NULL;

	assert_int_equal(obj_decode(OBJ_POD, json, &obj, NULL), 0);
	return obj;
}

/* Checklist 1. */
static void names_are_parsed_from_the_end(void **state)
{
	static const struct {
		const char *pod;
		int parent; /* length; -1: none */
		int32_t ordinal;
	} rows[] = {
		{"web-0", 3, 0},
		{"web-1-2", 5, 2},
		{"web-007", 3, 7},
		{"web-", -1, 0},
		{"web", -1, 0},
		{"-1", 0, 1},
		{"7", -1, 0},
		{"web-2147483647", 3, INT32_MAX},
		{"web-2147483648", 3, IDENTITY_NO_ORDINAL},
		{"web-99999999999999999999999", 3, IDENTITY_NO_ORDINAL},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		int32_t ordinal = -7;
		size_t len = 99;
		bool is = identity_parse(rows[i].pod, &len, &ordinal);

		assert_int_equal(is, rows[i].parent >= 0);
		if (!is)
			continue;
		assert_int_equal(len, rows[i].parent);
		assert_int_equal(ordinal, rows[i].ordinal);
	}
}

static bool matches(const char *name, const char *label)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\","
		"\"labels\":{\"statefulset.kubernetes.io/pod-name\":\"%s\"}}}",
		name, label);
	struct obj *pod = pod_of(text);
	bool is = identity_matches(&set, obj_pod(pod));

	obj_free(pod);
	return is;
}

/* Checklist 2. */
static void identity_is_the_name_and_its_label(void **state)
{
	scope_json struct json *pod = parse("{\"metadata\":{\"name\":\"web-1\","
					    "\"namespace\":\"ns\"}}");
	struct obj *view = NULL;

	(void)state;
	assert_true(matches("web-1", "web-1"));
	assert_false(matches("web-1", ""));
	assert_false(matches("web-1", "web-2"));
	assert_false(matches("db-1", "db-1"));
	assert_false(matches("web-01", "web-01"));
	identity_repair(&set, pod, 1);
	assert_int_equal(obj_decode(OBJ_POD, pod, &view, NULL), 0);
	assert_true(identity_matches(&set, obj_pod(view)));
	assert_true(identity_storage_matches(&set, obj_pod(view)));
	obj_free(view);
}

static bool stores(const char *volumes)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"web-1\",\"namespace\":\"ns\"},"
		"\"spec\":{\"volumes\":[%s]}}",
		volumes);
	struct obj *pod = pod_of(text);
	bool is = identity_storage_matches(&set, obj_pod(pod));

	obj_free(pod);
	return is;
}

#define CLAIM(name, claim)                                                     \
	"{\"name\":\"" name "\",\"persistentVolumeClaim\":{\"claimName\":"     \
	"\"" claim "\"}}"

/* Checklist 3. */
static void storage_is_the_claims_of_all_templates(void **state)
{
	(void)state;
	assert_true(stores(
		CLAIM("data", "data-web-1") "," CLAIM("logs", "logs-web-1")));
	assert_true(stores(CLAIM("data", "data-web-1") "," CLAIM(
		"logs", "logs-web-1") ",{\"name\":\"more\",\"emptyDir\":{}}"));
	assert_false(stores(CLAIM("data", "data-web-1")));
	assert_false(stores(
		CLAIM("data", "data-web-2") "," CLAIM("logs", "logs-web-1")));
	assert_false(stores(CLAIM(
		"data", "data-web-1") ",{\"name\":\"logs\",\"emptyDir\":{}}"));
}

/* Checklist 4. */
static void a_new_pod_is_the_template_with_an_identity(void **state)
{
	scope_free char *before = canon_print(set_json);
	scope_json struct json *pod =
		identity_pod(&set, set.template, "web-abc", 1);
	scope_free char *text = NULL, *after = NULL;

	(void)state;
	json_set_str(json_child_object(pod, "metadata"), "generateName", "x");
	text = canon_print(pod);
	after = canon_print(set_json);
	assert_string_equal(
		text,
		"{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":"
		"{\"annotations\":{\"a\":\"b\"},\"finalizers\":[\"f/g\"],"
		"\"generateName\":\"x\",\"labels\":{\"app\":\"web\","
		"\"apps.kubernetes.io/pod-index\":\"1\","
		"\"controller-revision-hash\":\"web-abc\","
		"\"statefulset.kubernetes.io/pod-name\":\"web-1\"},\"name\":"
		"\"web-1\",\"namespace\":\"ns\",\"ownerReferences\":"
		"[{\"apiVersion\":\"apps/v1\",\"blockOwnerDeletion\":true,"
		"\"controller\":true,\"kind\":\"StatefulSet\",\"name\":\"web\","
		"\"uid\":\"u\"}]},\"spec\":{\"containers\":[{\"name\":\"m\"}],"
		"\"hostname\":\"web-1\",\"subdomain\":\"svc\",\"volumes\":"
		"[{\"name\":\"data\",\"persistentVolumeClaim\":{\"claimName\":"
		"\"data-web-1\"}},{\"name\":\"logs\","
		"\"persistentVolumeClaim\":{\"claimName\":\"logs-web-1\"}},"
		"{\"emptyDir\":{},\"name\":\"tmp\"}]}}");
	assert_string_equal(before, after);
}

/* Checklist 5. */
static void a_claim_is_its_template_with_the_sets_labels(void **state)
{
	scope_free char *before = canon_print(set_json);
	scope_json struct json *claim =
		claims_build(&set, json_first(set.vcts), 2);
	scope_free char *text = canon_print(claim);
	scope_free char *after = canon_print(set_json);

	(void)state;
	assert_string_equal(
		text,
		"{\"apiVersion\":\"v1\",\"kind\":\"PersistentVolumeClaim\","
		"\"metadata\":{\"labels\":{\"app\":\"web\",\"own\":\"z\","
		"\"tier\":\"x\"},\"name\":\"data-web-2\",\"namespace\":\"ns\"},"
		"\"spec\":{\"s\":1}}");
	assert_string_equal(before, after);
}

/* Checklist 6: phase, Ready, deletion; created, running and ready, available,
 * available in 30 s. */
static void a_pod_counts_as_its_status_says(void **state)
{
	static const struct {
		const char *phase, *ready;
		bool deleting, created, runs, available, later;
	} rows[] = {
		{"", "False", false, false, false, false, false},
		{"Pending", "False", false, true, false, false, false},
		{"Running", "False", false, true, false, false, false},
		{"Running", "True", false, true, true, true, false},
		{"Running", "True", true, true, true, true, false},
		{"Pending", "True", false, true, false, true, false},
		{"Failed", "False", false, true, false, false, false},
		{"Unknown", "True", false, true, false, true, false},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		scope_free char *text = mem_printf(
			"{\"metadata\":{\"name\":\"web-1\",\"namespace\":"
			"\"ns\"%s},\"status\":{\"phase\":\"%s\",\"conditions\":"
			"[{\"type\":\"Ready\",\"status\":\"%s\","
			"\"lastTransitionTime\":\"1970-01-01T00:01:40Z\"}]}}",
			rows[i].deleting ? ",\"deletionTimestamp\":"
					   "\"1970-01-01T00:00:00Z\""
					 : "",
			rows[i].phase, rows[i].ready);
		struct obj *obj = pod_of(text);
		const struct obj_pod *pod = obj_pod(obj);

		assert_int_equal(pod_is_created(pod), rows[i].created);
		assert_int_equal(pod_is_running_ready(pod), rows[i].runs);
		assert_int_equal(pod_is_available(pod, 0, 100),
				 rows[i].available);
		assert_int_equal(pod_is_available(pod, 30, 129), rows[i].later);
		assert_int_equal(pod_is_available(pod, 30, 130),
				 rows[i].available);
		assert_int_equal(pod_is_unavailable(pod, 0, 100),
				 rows[i].deleting || !rows[i].available);
		obj_free(obj);
	}
}

/* Checklist 47. */
static void a_revision_restores_the_template_alone(void **state)
{
	scope_free char *data = revision_data(set.template);
	scope_json struct json *stored =
		revision_build(&set, data, "web-abc", "abc", 1);
	scope_json struct json *template = NULL;

	(void)state;
	assert_int_equal(revision_template(stored, &template, NULL), 0);
	assert_true(json_equal(template, set.template));
	assert_int_equal(json_len(json_get(stored, "data")), 1);
	assert_int_equal(json_len(json_at(stored, "data.spec")), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_parsed_from_the_end),
		TEST(identity_is_the_name_and_its_label),
		TEST(storage_is_the_claims_of_all_templates),
		TEST(a_new_pod_is_the_template_with_an_identity),
		TEST(a_claim_is_its_template_with_the_sets_labels),
		TEST(a_pod_counts_as_its_status_says),
		TEST(a_revision_restores_the_template_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
