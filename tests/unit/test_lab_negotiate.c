/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/negotiate.h"

#include "tests/unit/cm.h"

static enum negotiate_form form(const char *accept)
{
	return negotiate_accept(accept).form;
}

static void plain_json_is_the_default(void **state)
{
	(void)state;
	assert_int_equal(form(NULL), NEGOTIATE_OBJECT);
	assert_int_equal(form(""), NEGOTIATE_OBJECT);
	assert_int_equal(form("*/*"), NEGOTIATE_OBJECT);
	assert_int_equal(form("application/json;stream=watch"),
			 NEGOTIATE_OBJECT);
}

static void the_first_form_that_can_be_given_wins(void **state)
{
	struct negotiated table = negotiate_accept(
		"application/json;as=Table;v=v1;g=meta.k8s.io,"
		"application/json;as=Table;v=v1beta1;g=meta.k8s.io,"
		"application/json");

	(void)state;
	assert_int_equal(table.form, NEGOTIATE_TABLE);
	assert_string_equal(table.api_version, "meta.k8s.io/v1");
	assert_int_equal(form("application/vnd.kubernetes.protobuf,"
			      "application/json"),
			 NEGOTIATE_OBJECT);
	assert_int_equal(
		form("application/vnd.kubernetes.protobuf;"
		     "as=PartialObjectMetadata;g=meta.k8s.io;v=v1,"
		     "application/json;as=PartialObjectMetadata;g=meta.k8s.io"
		     ";v=v1,application/json"),
		NEGOTIATE_PARTIAL);
	assert_int_equal(form("application/json;as=Foo;v=v1;g=meta.k8s.io,"
			      "application/json;q=0.5"),
			 NEGOTIATE_OBJECT);
	assert_int_equal(form("application/json;q=0.1, application/json;"
			      "as=Table;v=v1;g=meta.k8s.io;q=0.9"),
			 NEGOTIATE_TABLE);
}

static void what_cannot_be_given_is_none(void **state)
{
	(void)state;
	assert_int_equal(form("application/vnd.kubernetes.protobuf"),
			 NEGOTIATE_NONE);
	assert_int_equal(form("text/html"), NEGOTIATE_NONE);
	assert_int_equal(form("application/json;q=0"), NEGOTIATE_NONE);
	assert_false(negotiate_json("application/com.github.proto-openapi"));
	assert_true(negotiate_json("a/b, application/json;as=x"));
}

static void bodies_are_told_by_their_type(void **state)
{
	(void)state;
	assert_int_equal(negotiate_content(NULL), NEGOTIATE_BODY_JSON);
	assert_int_equal(negotiate_content("application/json; charset=utf-8"),
			 NEGOTIATE_BODY_JSON);
	assert_int_equal(negotiate_content("Application/YAML"),
			 NEGOTIATE_BODY_YAML);
	assert_int_equal(negotiate_content("application/apply-patch+yaml"),
			 NEGOTIATE_BODY_APPLY);
	assert_int_equal(negotiate_content("application/json-patch+json"),
			 NEGOTIATE_BODY_JSON_PATCH);
	assert_int_equal(negotiate_content("text/plain"),
			 NEGOTIATE_BODY_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_json_is_the_default),
		cmocka_unit_test(the_first_form_that_can_be_given_wins),
		cmocka_unit_test(what_cannot_be_given_is_none),
		cmocka_unit_test(bodies_are_told_by_their_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
