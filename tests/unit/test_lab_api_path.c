/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_path.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "tests/unit/cm.h"

static struct api_target target;

static int fini(void **state)
{
	(void)state;
	api_path_fini(&target);
	target = (struct api_target){0};
	return 0;
}

static enum api_path_is parse(const char *path)
{
	fini(NULL);
	api_path_parse(path, &target);
	return target.is;
}

static void names_and_subresources_are_found(void **state)
{
	(void)state;
	assert_int_equal(parse("/apis/apps/v1/namespaces/a/statefulsets/web"
			       "/scale"),
			 API_PATH_RESOURCE);
	assert_int_equal(target.kind->id, KIND_SET);
	assert_string_equal(target.ns, "a");
	assert_string_equal(target.name, "web");
	assert_string_equal(target.sub, "scale");
	assert_int_equal(parse("/api/v1/pods"), API_PATH_RESOURCE);
	assert_string_equal(target.ns, "");
	assert_null(target.name);
}

static void a_namespace_is_a_resource_and_a_place(void **state)
{
	(void)state;
	assert_int_equal(parse("/api/v1/namespaces/a"), API_PATH_RESOURCE);
	assert_int_equal(target.kind->id, KIND_NAMESPACE);
	assert_string_equal(target.name, "a");
	assert_int_equal(parse("/api/v1/namespaces/a/finalize"),
			 API_PATH_RESOURCE);
	assert_int_equal(target.kind->id, KIND_NAMESPACE);
	assert_string_equal(target.sub, "finalize");
	assert_int_equal(parse("/api/v1/namespaces/a/pods/"),
			 API_PATH_RESOURCE);
	assert_int_equal(target.kind->id, KIND_POD);
	assert_null(target.name);
	assert_int_equal(parse("/api/v1/namespaces/a/bindings"),
			 API_PATH_BINDINGS);
}

static void escapes_are_decoded_but_for_nul(void **state)
{
	(void)state;
	assert_int_equal(parse("/api/v1/namespaces/a%2Fb/pods/x%00y%zz"),
			 API_PATH_RESOURCE);
	assert_string_equal(target.ns, "a/b");
	assert_string_equal(target.name, "x%00y%zz");
}

static void other_paths_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(parse("/api/v1/foo"), API_PATH_NO_KIND);
	assert_int_equal(parse("/api/v1/namespaces/a/nodes"), API_PATH_NO_KIND);
	assert_int_equal(parse("/api/v1/pods/x"), API_PATH_NO_KIND);
	assert_int_equal(parse("/apis/apps/v1/pods"), API_PATH_NO_KIND);
	assert_int_equal(parse("/apis/nope/v1/pods"), API_PATH_OTHER);
	assert_int_equal(parse("/api/v2/pods"), API_PATH_OTHER);
	assert_int_equal(parse("/apis//v1/pods"), API_PATH_OTHER);
	assert_int_equal(parse("/version"), API_PATH_OTHER);
	assert_int_equal(parse("/"), API_PATH_OTHER);
	assert_int_equal(parse(""), API_PATH_OTHER);
	assert_int_equal(parse("/api/v1/namespaces/a/pods/b/c/d/e/f/g"),
			 API_PATH_NO_KIND);
}

static void parameters_are_decoded(void **state)
{
	struct api_params params;

	(void)state;
	api_path_params("a=b%3Dc&d&e=x+y&&=z&a=2&f=false&g=1", &params);
	assert_string_equal(api_path_param(&params, "a"), "b=c");
	assert_string_equal(api_path_param(&params, "d"), "");
	assert_string_equal(api_path_param(&params, "e"), "x y");
	assert_null(api_path_param(&params, "nope"));
	assert_true(api_path_flag(&params, "d"));
	assert_true(api_path_flag(&params, "g"));
	assert_false(api_path_flag(&params, "f"));
	assert_false(api_path_flag(&params, "nope"));
	api_path_params_fini(&params);
	api_path_params(NULL, &params);
	assert_int_equal(params.n, 0);
}

static void too_many_parameters_are_left_out(void **state)
{
	struct api_params params;
	scope_buf struct buf query;

	(void)state;
	buf_init(&query, 0);
	for (int i = 0; i < 1000; i++)
		buf_printf(&query, "a%d=%d&", i, i);
	api_path_params(query.data, &params);
	assert_int_equal(params.n, API_PATH_PARAMS);
	api_path_params_fini(&params);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_subresources_are_found),
		cmocka_unit_test(a_namespace_is_a_resource_and_a_place),
		cmocka_unit_test(escapes_are_decoded_but_for_nul),
		cmocka_unit_test(other_paths_are_told_apart),
		cmocka_unit_test(parameters_are_decoded),
		cmocka_unit_test(too_many_parameters_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, fini);
}
