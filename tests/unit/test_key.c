/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/key.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/name.h"

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define Z15                                                                    \
	"\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\000\\0" \
	"00\\000"
#define Z63 Z15 Z15 Z15 Z15 "\\000\\000\\000"

/* In canonical order; among them RFC 4034 6.1's own example, in lower
 * case. */
static const char *const ordered[] = {
	".",
	"\\000.",
	"\\000\\000.",
	L63 "." L63 "." L63 "." Z15 ".",
	"\\000\\001.",
	"\\001.",
	"\\001\\000.",
	"\\002.",
	"-.",
	"0.",
	"_.",
	"a.",
	"\\000.a.",
	"a.a.",
	L63 "." L63 "." L63 ".a.",
	"b.a.",
	"a\\000.",
	"a\\001.",
	"a\\002.",
	"a-.",
	"a\\..",
	"a0.",
	"aa.",
	"example.",
	"a.example.",
	"yljkjljk.a.example.",
	"z.a.example.",
	"zabc.a.example.",
	"z.example.",
	"\\001.z.example.",
	"*.z.example.",
	"\\200.z.example.",
	"examplea.",
	"example0.examplea.",
	"\\255.",
	"\\255\\255.",
};

static void make(struct key *key, const char *text)
{
	struct name name;

	assert_int_equal(name_parse(&name, text), 0);
	key_make(key, name.wire, name.len);
}

static int order_of(const struct key *a, const struct key *b)
{
	return memcmp(a->sym, b->sym, a->len < b->len ? a->len : b->len);
}

static void keys_turn_names_round(void **state)
{
	static const struct {
		const char *name;
		const char *key;
		size_t len;
	} cases[] = {
		{".", "", 1},
		{"svc.", "svc\0", 5},
		{"web-0.svc.", "svc\0web-0\0", 11},
		{"abcdefgh.ijklmnopq.", "ijklmnopq\0abcdefgh\0", 20},
		{"a\\000b.c.", "c\0a\1\1b\0", 8},
		{"\\001.c.", "c\0\1\2\0", 6},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		struct key key;

		make(&key, cases[i].name);
		assert_int_equal(key.len, cases[i].len);
		assert_memory_equal(key.sym, cases[i].key, cases[i].len);
	}
}

static void keys_are_in_canonical_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(ordered); i++)
		for (size_t j = 0; j < st_array_len(ordered); j++) {
			struct key a, b;
			int order;

			make(&a, ordered[i]);
			make(&b, ordered[j]);
			order = order_of(&a, &b);
			if (i < j)
				assert_true(order < 0);
			else if (i > j)
				assert_true(order > 0);
			else
				assert_int_equal(order, 0);
		}
}

static void keys_turn_back_into_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(ordered); i++) {
		uint8_t back[NAME_MAX_LEN];
		struct name name;
		struct key key;

		assert_int_equal(name_parse(&name, ordered[i]), 0);
		key_make(&key, name.wire, name.len);
		assert_int_equal(key_name(back, key.sym, key.len), name.len);
		assert_memory_equal(back, name.wire, name.len);
	}
}

static void the_longest_names_fit(void **state)
{
	static const char *const longest[] = {
		L63 "." L63 "." L63 "." L63,
		Z63 "." Z63 "." Z63 "." Z15 Z15 Z15 Z15 "\\000",
	};
	uint8_t back[NAME_MAX_LEN];
	struct name name;
	struct key key;

	(void)state;
	assert_int_not_equal(name_parse(&name, longest[0]), 0);
	assert_int_equal(name_parse(&name, longest[1]), 0);
	assert_int_equal(name.len, NAME_MAX_LEN);
	key_make(&key, name.wire, name.len);
	assert_int_equal(key.len, 2 * 250 + 4 + 1);
	assert_true(key.len <= KEY_MAX);
	assert_int_equal(key_name(back, key.sym, key.len), NAME_MAX_LEN);
	assert_memory_equal(back, name.wire, NAME_MAX_LEN);
}

static void a_name_of_many_labels_fits(void **state)
{
	uint8_t wire[NAME_MAX_LEN], back[NAME_MAX_LEN];
	struct key key;

	(void)state;
	for (int i = 0; i < 127; i++) {
		wire[2 * i] = 1;
		wire[2 * i + 1] = (uint8_t)i;
	}
	wire[254] = 0;
	key_make(&key, wire, sizeof(wire));
	assert_int_equal(key_name(back, key.sym, key.len), sizeof(wire));
	assert_memory_equal(back, wire, sizeof(wire));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_turn_names_round),
		cmocka_unit_test(keys_are_in_canonical_order),
		cmocka_unit_test(keys_turn_back_into_names),
		cmocka_unit_test(the_longest_names_fit),
		cmocka_unit_test(a_name_of_many_labels_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
