/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "controller/audit.h"
#include "controller/store.h"
#include "store_lab.h"

static void on_change(const struct obj *was, const struct obj *is, void *arg)
{
	audit_change(arg, was, is);
}

static void put(struct store *store, const char *name, int version)
{
	lab_put(store, OBJ_NAMESPACE,
		"{'metadata':{'name':'%s','uid':'%s','resourceVersion':"
		"'%d'}}",
		name, name, version);
}

/* A store that knows "a" and "b" as of 10, and a list that brings others. */
static uint32_t run(int a, int b, int c, const char *version)
{
	struct store *store = store_new();
	struct audit audit = {0};
	const struct obj *obj;
	uint32_t missed;

	store_subscribe(store, OBJ_NAMESPACE, on_change, &audit);
	store_list_begin(store, OBJ_NAMESPACE);
	put(store, "a", 5);
	put(store, "b", 10);
	store_list_end_at(store, OBJ_NAMESPACE, "10");
	assert_int_equal(audit.missed, 0);
	audit_begin(&audit, 10);
	store_list_begin(store, OBJ_NAMESPACE);
	if (a)
		put(store, "a", a);
	if (b)
		put(store, "b", b);
	if (c)
		put(store, "c", c);
	store_list_end_at(store, OBJ_NAMESPACE, version);
	missed = audit_end(&audit, version);
	/* DNS-085: an old list rolls nothing back. */
	obj = store_get(store, OBJ_NAMESPACE, NULL, "b");
	if (b)
		assert_string_equal(istr_text(obj->version),
				    b > 10 ? "12" : "10");
	assert_int_equal(store_get(store, OBJ_NAMESPACE, NULL, "c") != NULL,
			 c != 0);
	store_free(store);
	return missed;
}

static void only_what_should_have_been_told_was_missed(void **state)
{
	(void)state;
	assert_int_equal(run(5, 10, 0, "10"), 0);
	assert_int_equal(run(5, 10, 7, "10"), 1);
	assert_int_equal(run(8, 10, 7, "11"), 2);
	/* On their way. */
	assert_int_equal(run(5, 12, 0, "12"), 0);
	assert_int_equal(run(5, 10, 11, "12"), 0);
	/* An older list. */
	assert_int_equal(run(5, 9, 0, "9"), 0);
}

static void what_is_gone_may_have_gone_since(void **state)
{
	(void)state;
	assert_int_equal(run(0, 10, 0, "10"), 1);
	assert_int_equal(run(0, 10, 0, "11"), 0);
}

static void versions_that_are_no_numbers_prove_nothing(void **state)
{
	struct audit audit;

	(void)state;
	assert_int_equal(audit_newer(3, "12"), 12);
	assert_int_equal(audit_newer(30, "12"), 30);
	assert_int_equal(audit_newer(3, "x"), 3);
	assert_int_equal(audit_newer(3, NULL), 3);
	audit_begin(&audit, 10);
	audit.gone = 1;
	assert_int_equal(audit_end(&audit, "x"), 0);
	assert_false(audit.is_on);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_should_have_been_told_was_missed),
		cmocka_unit_test(what_is_gone_may_have_gone_since),
		cmocka_unit_test(versions_that_are_no_numbers_prove_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
