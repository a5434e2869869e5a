/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/sieve.h"

#include <string.h>

#include "statefuld/err.h"
#include "statefuld/json.h"
#include "tests/unit/cm.h"

static const char labels[] = "app\0web\0n\0005\0tier\0a\0";

static bool matches(const char *text)
{
	scope_sieve struct sieve *sieve = NULL;
	struct err err = {0};

	assert_int_equal(sieve_parse_labels(text, &sieve, &err), 0);
	return sieve_match_labels(sieve, labels);
}

static void label_selectors_pick_by_value_and_set(void **state)
{
	(void)state;
	assert_true(matches(""));
	assert_true(matches("app=web"));
	assert_true(matches("app==web, tier=a"));
	assert_true(matches("app!=db"));
	assert_true(matches("tier in (b, a)"));
	assert_true(matches("tier notin (b,c)"));
	assert_true(matches("app"));
	assert_true(matches("!old"));
	assert_true(matches("n>4,n<6"));
	assert_false(matches("app=db"));
	assert_false(matches("!app"));
	assert_false(matches("old"));
	assert_false(matches("tier in (b)"));
	assert_false(matches("n>5"));
	assert_false(matches("app=web,tier=b"));
}

static void a_missing_label_satisfies_what_excludes_values(void **state)
{
	(void)state;
	assert_true(matches("old!=x"));
	assert_true(matches("old notin (x)"));
	assert_false(matches("old in (x)"));
	assert_false(matches("app>1"));
}

static void refused(const char *text, const char *why)
{
	struct sieve *sieve = NULL;
	struct err err = {0};

	assert_int_not_equal(sieve_parse_labels(text, &sieve, &err), 0);
	assert_null(sieve);
	if (strncmp(err.msg, why, strlen(why)) != 0)
		fail_msg("%s: %s", text, err.msg);
}

static void malformed_selectors_are_refused_in_upstreams_words(void **state)
{
	(void)state;
	refused("a=b,", "found '', expected: identifier after ','");
	refused("=b", "found '=', expected: !, identifier, or 'end of string'");
	refused("a in b", "unable to parse requirement: found 'b' expected: "
			  "'('");
	refused("a in (b", "unable to parse requirement: found '', expected: "
			   "',' or ')'");
	refused("a=b c", "found 'c', expected: ',' or 'end of string'");
	refused("a b", "unable to parse requirement: found 'b', expected: in, "
		       "notin, =, ==, !=, gt, lt");
	refused("-x=1", "unable to parse requirement: <nil>: Invalid value: "
			"\"-x\": name part must consist of");
	refused("a=-b", "unable to parse requirement: values[0][a]: Invalid "
			"value: \"-b\": a valid label must be");
	refused("n>x", "unable to parse requirement: values[0]: Invalid");
}

static const char *field(const char *key, void *arg)
{
	(void)arg;
	return strcmp(key, "status.phase") == 0 ? "Running" : "a,b=c\\d";
}

static bool field_matches(const char *text)
{
	scope_sieve struct sieve *sieve = NULL;
	struct err err = {0};

	assert_int_equal(sieve_parse_fields(text, &sieve, &err), 0);
	return sieve_match(sieve, field, NULL);
}

static void field_selectors_take_escapes(void **state)
{
	(void)state;
	assert_true(field_matches("status.phase=Running"));
	assert_true(field_matches("status.phase==Running,status.phase!=x"));
	assert_false(field_matches("status.phase!=Running"));
	assert_true(field_matches("x=a\\,b\\=c\\\\d"));
	assert_true(field_matches(","));
}

static void field_selectors_without_a_sign_are_refused(void **state)
{
	struct sieve *sieve = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(sieve_parse_fields("a", &sieve, &err), ST_EPARSE);
	assert_string_equal(err.msg,
			    "invalid selector: 'a'; can't understand 'a'");
	assert_int_equal(sieve_parse_fields("a=b=c", &sieve, &err), ST_EPARSE);
}

static void an_exact_name_can_be_asked_for(void **state)
{
	scope_sieve struct sieve *sieve = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		sieve_parse_fields("metadata.name=web,a!=b", &sieve, &err), 0);
	assert_string_equal(sieve_exact(sieve, "metadata.name"), "web");
	assert_null(sieve_exact(sieve, "a"));
	assert_string_equal(sieve_key(sieve, 1), "a");
	assert_null(sieve_key(sieve, 2));
	assert_null(sieve_key(NULL, 0));
}

static void selectors_of_objects_match_too(void **state)
{
	static const char text[] =
		"{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":["
		"{\"key\":\"tier\",\"operator\":\"In\",\"values\":[\"a\"]},"
		"{\"key\":\"old\",\"operator\":\"DoesNotExist\"}]}";
	scope_json struct json *json = NULL;
	scope_sieve struct sieve *sieve = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	sieve = sieve_from_json(json);
	assert_true(sieve_match_labels(sieve, labels));
	assert_false(sieve_match_labels(sieve, "app\0web\0old\0\0tier\0a\0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(label_selectors_pick_by_value_and_set),
		cmocka_unit_test(
			a_missing_label_satisfies_what_excludes_values),
		cmocka_unit_test(
			malformed_selectors_are_refused_in_upstreams_words),
		cmocka_unit_test(field_selectors_take_escapes),
		cmocka_unit_test(field_selectors_without_a_sign_are_refused),
		cmocka_unit_test(an_exact_name_can_be_asked_for),
		cmocka_unit_test(selectors_of_objects_match_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
