/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/canon.h"
#include "controller/obj.h"
#include "controller/revision.h"
#include "controller/setspec.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define SPEC                                                                   \
	"\"spec\":{\"containers\":[{\"image\":\"%s\",\"imagePullPolicy\":"     \
	"\"%s\",\"name\":\"%s\",\"resources\":{},\"terminationMessagePath\":"  \
	"\"/dev/termination-log\",\"terminationMessagePolicy\":\"File\"}],"    \
	"\"dnsPolicy\":\"ClusterFirst\",\"restartPolicy\":\"Always\","         \
	"\"schedulerName\":\"default-scheduler\",\"securityContext\":{},"      \
	"\"terminationGracePeriodSeconds\":30}"
#define OPEN "{\"spec\":{\"template\":{\"$patch\":\"replace\","
#define META_A                                                                 \
	"\"metadata\":{\"annotations\":{\"test\":\"value\"},%s\"labels\":"     \
	"{\"app\":\"foo\"}},"
#define META_C	  "\"metadata\":{\"labels\":{\"app\":\"web\"}},"
#define NULL_TIME "\"creationTimestamp\":null,"

static char *vector_a(void)
{
	return mem_printf(OPEN META_A SPEC "}}}", "", "test", "Always", "test");
}

static char *vector_b(void)
{
	return mem_printf(OPEN META_A SPEC "}}}", NULL_TIME, "test", "Always",
			  "test");
}

static char *vector_c(void)
{
	return mem_printf(OPEN META_C SPEC "}}}", "nginx:1.27", "IfNotPresent",
			  "main");
}

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static void expect_hash(char *take_data, int64_t collisions, uint32_t sum,
			const char *want)
{
	scope_free char *data = take_data;
	char hash[REVISION_HASH_SIZE];

	assert_int_equal(revision_sum(data, collisions), sum);
	revision_hash(hash, data, collisions);
	assert_string_equal(hash, want);
}

static void hash_is_upstreams_for_the_published_vectors(void **state)
{
	(void)state;
	expect_hash(vector_a(), 0, UINT32_C(3325552446), "776999688b");
	expect_hash(vector_a(), 1, UINT32_C(3325552447), "776999688c");
	expect_hash(vector_b(), 0, UINT32_C(733928534), "c77f6d978");
	expect_hash(vector_b(), 1, UINT32_C(733928535), "c77f6d979");
	expect_hash(vector_c(), 0, UINT32_C(3708838184), "7c4dd7d5d8");
	expect_hash(vector_c(), 1, UINT32_C(3708838185), "7c4dd7d5d9");
	expect_hash(vector_c(), 10, UINT32_C(701035451), "c45479895");
}

/* The template of a vector, without $patch, members in another order. */
static void data_of_a_template_is_sorted_and_marked(void **state)
{
	scope_free char *want = vector_c();
	scope_json struct json *template = parse(
		"{\"spec\":{\"terminationGracePeriodSeconds\":30,"
		"\"securityContext\":{},\"schedulerName\":\"default-scheduler\""
		",\"restartPolicy\":\"Always\",\"dnsPolicy\":\"ClusterFirst\","
		"\"containers\":[{\"terminationMessagePolicy\":\"File\","
		"\"terminationMessagePath\":\"/dev/termination-log\","
		"\"resources\":{},\"name\":\"main\",\"imagePullPolicy\":"
		"\"IfNotPresent\",\"image\":\"nginx:1.27\"}]},"
		"\"metadata\":{\"labels\":{\"app\":\"web\"}}}");
	scope_free char *data = revision_data(template);

	(void)state;
	assert_string_equal(data, want);
}

static void data_drops_the_null_timestamps_of_old_servers(void **state)
{
	scope_json struct json *with = parse(
		"{\"metadata\":{\"creationTimestamp\":null,\"labels\":{}},"
		"\"spec\":{\"kept\":null,\"volumes\":[{\"metadata\":"
		"{\"creationTimestamp\":null}}]}}");
	scope_free char *data = revision_data(with);

	(void)state;
	assert_string_equal(data, "{\"spec\":{\"template\":{\"$patch\":"
				  "\"replace\",\"metadata\":{\"labels\":{}},"
				  "\"spec\":{\"kept\":null,\"volumes\":"
				  "[{\"metadata\":{}}]}}}}");
}

static void served_data_keeps_them_and_is_held_as_well(void **state)
{
	scope_free char *plain = vector_a();
	scope_free char *theirs = vector_b();
	scope_json struct json *stored = parse(theirs);
	struct json *template = json_dup(json_at(stored, "spec.template"));
	scope_json struct json *set = json_new_object();
	scope_free char *served = NULL;
	scope_free char *text = mem_printf("{\"data\":%s}", theirs);
	scope_json struct json *revision = parse(text);

	(void)state;
	json_remove(template, "$patch");
	json_set(set, "template", template);
	served = revision_served_data(template);
	assert_string_equal(served, theirs);
	assert_true(revision_has_null_time(revision));
	assert_true(revision_holds(revision, plain));
	assert_true(revision_holds(revision, theirs));
	assert_false(revision_holds(revision, "{}"));
}

static void stored_data_of_an_old_controller_equals_ours(void **state)
{
	scope_free char *ours = vector_a();
	scope_free char *theirs = vector_b();
	scope_free char *text = mem_printf("{\"data\":%s}", theirs);
	scope_json struct json *revision = parse(text);
	scope_free char *stored = revision_stored_data(revision);

	(void)state;
	assert_string_equal(stored, ours);
}

static void stored_data_with_more_than_a_template_stays_different(void **state)
{
	scope_json struct json *revision =
		parse("{\"data\":{\"spec\":{\"template\":{},\"replicas\":1}}}");
	scope_free char *stored = revision_stored_data(revision);

	(void)state;
	assert_string_equal(stored,
			    "{\"spec\":{\"replicas\":1,\"template\":{}}}");
}

static void stored_data_that_is_missing_equals_nothing(void **state)
{
	scope_json struct json *revision = parse("{\"metadata\":{}}");
	scope_free char *stored = revision_stored_data(revision);

	(void)state;
	assert_string_equal(stored, "null");
}

static void name_is_cut_so_that_the_hash_fits(void **state)
{
	char set[254], name[REVISION_NAME_SIZE];

	(void)state;
	memset(set, 'a', 253);
	set[253] = '\0';
	revision_name(name, set, "776999688b");
	assert_int_equal(strlen(name), 223 + 1 + 10);
	assert_string_equal(name + 223, "-776999688b");
	revision_name(name, "web", "776999688b");
	assert_string_equal(name, "web-776999688b");
}

static const char set_text[] =
	"{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\",\"uid\":\"u1\","
	"\"annotations\":{\"team\":\"storage\"}},\"spec\":{\"template\":"
	"{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":{}}}}";

static void object_has_labels_annotations_and_owner(void **state)
{
	scope_json struct json *set_json = parse(set_text);
	struct setspec set;
	scope_json struct json *revision = NULL;
	scope_free char *text = NULL;

	(void)state;
	setspec_read(&set, set_json);
	revision = revision_build(&set, "{\"spec\":1}", "web-2", "1", 7);
	text = canon_print(revision);
	assert_string_equal(
		text,
		"{\"apiVersion\":\"apps/v1\",\"data\":{\"spec\":1},\"kind\":"
		"\"ControllerRevision\",\"metadata\":{\"annotations\":"
		"{\"team\":\"storage\"},\"labels\":{\"app\":\"web\","
		"\"controller.kubernetes.io/hash\":\"1\"},\"name\":\"web-2\","
		"\"namespace\":\"ns\",\"ownerReferences\":[{\"apiVersion\":"
		"\"apps/v1\",\"blockOwnerDeletion\":true,\"controller\":true,"
		"\"kind\":\"StatefulSet\",\"name\":\"web\",\"uid\":\"u1\"}]},"
		"\"revision\":7}");
}

static void template_comes_back_without_the_mark(void **state)
{
	scope_json struct json *good = parse(
		"{\"data\":{\"spec\":{\"template\":{\"$patch\":\"replace\","
		"\"spec\":{\"x\":1}}}}}");
	scope_json struct json *bad = parse(
		"{\"metadata\":{\"name\":\"web-1\"},\"data\":{\"spec\":[]}}");
	scope_json struct json *template = NULL;
	scope_json struct json *none = NULL;
	scope_free char *text = NULL;
	struct err err;

	(void)state;
	assert_int_equal(revision_template(good, &template, &err), 0);
	text = canon_print(template);
	assert_string_equal(text, "{\"spec\":{\"x\":1}}");
	assert_int_equal(revision_template(bad, &none, &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "web-1"));
}

static struct obj_revision *revision_of(int64_t number, const char *time,
					const char *name)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":"
		"\"%s\",\"creationTimestamp\":\"%s\"},\"revision\":%d}",
		name, name, time, (int)number);
	scope_json struct json *json = parse(text);
	struct obj *obj = NULL;

	assert_int_equal(obj_decode(OBJ_REVISION, json, &obj, NULL), 0);
	return st_container_of(obj, struct obj_revision, obj);
}

static void order_is_number_then_time_then_name(void **state)
{
	struct obj_revision *r[] = {
		revision_of(1, "2026-01-02T00:00:00Z", "z"),
		revision_of(2, "2026-01-01T00:00:00Z", "y"),
		revision_of(2, "2026-01-03T00:00:00Z", "a"),
		revision_of(2, "2026-01-03T00:00:00Z", "b"),
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(r); i++)
		for (size_t k = 0; k < st_array_len(r); k++) {
			int order = revision_cmp(r[i], r[k]);

			assert_int_equal((order > 0) - (order < 0),
					 (i > k) - (i < k));
		}
	for (size_t i = 0; i < st_array_len(r); i++)
		obj_free(&r[i]->obj);
}

static void check_string(const char *text, const char *want)
{
	struct buf out;

	buf_init(&out, 0);
	canon_string(&out, text);
	assert_string_equal(out.data, want);
	buf_fini(&out);
}

static void strings_are_escaped_as_go_does(void **state)
{
	(void)state;
	check_string("", "\"\"");
	check_string("a<b>&c", "\"a\\u003cb\\u003e\\u0026c\"");
	check_string("\"\\/", "\"\\\"\\\\/\"");
	check_string("\n\r\t\b\f\x01\x1f\x7f",
		     "\"\\n\\r\\t\\b\\f\\u0001\\u001f\x7f\"");
	check_string("\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa",
		     "\"\\u2028\\u2029\xe2\x80\xaa\"");
	check_string("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80",
		     "\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80\"");
}

static void bytes_that_are_no_utf8_become_replacement_marks(void **state)
{
	(void)state;
	check_string("\xff", "\"\\ufffd\"");
	check_string("\xc0\x80", "\"\\ufffd\\ufffd\"");
	check_string("\xe0\x80\x80", "\"\\ufffd\\ufffd\\ufffd\"");
	check_string("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
	check_string("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	check_string("\xe2\x82", "\"\\ufffd\\ufffd\"");
	check_string("a\xf0\x9f\x98", "\"a\\ufffd\\ufffd\\ufffd\"");
}

static void check_number(double number, const char *want)
{
	struct buf out;

	buf_init(&out, 0);
	canon_number(&out, number);
	assert_string_equal(out.data, want);
	buf_fini(&out);
}

static void numbers_are_printed_as_go_prints_floats(void **state)
{
	(void)state;
	check_number(0, "0");
	check_number(-0.0, "-0");
	check_number(30, "30");
	check_number(-7, "-7");
	check_number(100, "100");
	check_number(0.1, "0.1");
	check_number(1.5, "1.5");
	check_number(1e20, "100000000000000000000");
	check_number(123456789012345678901.0, "123456789012345680000");
	check_number(9007199254740993.0, "9007199254740992");
	check_number(1e21, "1e+21");
	check_number(1.25e-7, "1.25e-7");
	check_number(0.000001, "0.000001");
	check_number(1e300, "1e+300");
}

static void members_are_sorted_by_bytes_at_every_depth(void **state)
{
	scope_json struct json *json =
		parse("{ \"b\" : [ {\"z\":1,\"A\":null}, true ], \"a\":\"\","
		      "\"$patch\":{}, \"B\":false }");
	scope_free char *text = canon_print(json);

	(void)state;
	assert_string_equal(text, "{\"$patch\":{},\"B\":false,\"a\":\"\","
				  "\"b\":[{\"A\":null,\"z\":1},true]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hash_is_upstreams_for_the_published_vectors),
		cmocka_unit_test(data_of_a_template_is_sorted_and_marked),
		cmocka_unit_test(data_drops_the_null_timestamps_of_old_servers),
		cmocka_unit_test(served_data_keeps_them_and_is_held_as_well),
		cmocka_unit_test(stored_data_of_an_old_controller_equals_ours),
		cmocka_unit_test(
			stored_data_with_more_than_a_template_stays_different),
		cmocka_unit_test(stored_data_that_is_missing_equals_nothing),
		cmocka_unit_test(name_is_cut_so_that_the_hash_fits),
		cmocka_unit_test(object_has_labels_annotations_and_owner),
		cmocka_unit_test(template_comes_back_without_the_mark),
		cmocka_unit_test(order_is_number_then_time_then_name),
		cmocka_unit_test(strings_are_escaped_as_go_does),
		cmocka_unit_test(
			bytes_that_are_no_utf8_become_replacement_marks),
		cmocka_unit_test(numbers_are_printed_as_go_prints_floats),
		cmocka_unit_test(members_are_sorted_by_bytes_at_every_depth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
