/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/links.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "tests/unit/cm.h"

static void note(const char *to, void *arg)
{
	buf_printf(arg, "%s ", to);
}

static void expect(struct links *links, const char *from, const char *want)
{
	scope_buf struct buf told = {0};

	links_each(links, from, note, &told);
	buf_put(&told, "", 1);
	assert_string_equal(told.data, want);
}

static void a_name_gives_its_own_in_order(void **state)
{
	struct links links = {0};

	(void)state;
	links_add(&links, "b", "2");
	links_add(&links, "b", "1");
	links_add(&links, "b", "2");
	links_add(&links, "bb", "3");
	links_add(&links, "", "0");
	expect(&links, "b", "1 2 ");
	expect(&links, "bb", "3 ");
	expect(&links, "", "0 ");
	expect(&links, "a", "");
	links_fini(&links);
}

static void what_is_removed_is_found_no_more(void **state)
{
	struct links links = {0};

	(void)state;
	links_add(&links, "a", "1");
	links_add(&links, "a", "2");
	links_remove(&links, "a", "1");
	links_remove(&links, "a", "1");
	links_remove(&links, "", "a");
	expect(&links, "a", "2 ");
	links_fini(&links);
}

static void what_is_taken_goes(void **state)
{
	struct links links = {0};
	scope_buf struct buf told = {0};

	(void)state;
	links_add(&links, "a", "1");
	links_add(&links, "a", "2");
	links_add(&links, "b", "3");
	links_take(&links, "a", note, &told);
	buf_put(&told, "", 1);
	assert_string_equal(told.data, "1 2 ");
	expect(&links, "a", "");
	expect(&links, "b", "3 ");
	assert_int_equal(links.map.n, 1);
	links_fini(&links);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_gives_its_own_in_order),
		cmocka_unit_test(what_is_removed_is_found_no_more),
		cmocka_unit_test(what_is_taken_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
