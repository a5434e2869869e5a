/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/name.h"

#include <string.h>

#include "statefuld/err.h"
#include "tests/unit/cm.h"

static struct name parsed(const char *text)
{
	struct name name;

	assert_int_equal(name_parse(&name, text), 0);
	return name;
}

static void assert_text(const struct name *name, const char *text)
{
	char out[NAME_MAX_TEXT];

	assert_int_equal(name->len, name_len(name->wire));
	name_text(out, name->wire);
	assert_string_equal(out, text);
}

static void text_becomes_lower_case_wire(void **state)
{
	struct name name = parsed("Web-0.NGINX.svc");

	(void)state;
	assert_int_equal(name.len, 17);
	assert_memory_equal(name.wire, "\5web-0\5nginx\3svc", 17);
	assert_int_equal(name_labels(name.wire), 3);
	name = parsed("web.");
	assert_text(&name, "web.");
	name = parsed(".");
	assert_int_equal(name.len, 1);
	assert_int_equal(name_labels(name.wire), 0);
	assert_text(&name, ".");
}

static void escapes_are_undone_and_redone(void **state)
{
	struct name name = parsed("a\\.b.\\000\\255\\065.\\\\\\\"");

	(void)state;
	assert_memory_equal(name.wire,
			    "\3a.b\3\0\xff"
			    "a\2\\\"",
			    12);
	assert_text(&name, "a\\.b.\\000\\255a.\\\\\\\".");
}

static void malformed_text_is_refused(void **state)
{
	static const char *const rows[] = {
		"",    "..",	".a",	  "a..b",  "a..",
		"a\\", "a\\25", "a\\256", "\\1x1",
	};
	struct name name = parsed("kept");
	char label[65] = "";

	(void)state;
	assert_int_equal(name_parse(&name, NULL), ST_EPARSE);
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_int_equal(name_parse(&name, rows[i]), ST_EPARSE);
	memset(label, 'a', 64);
	assert_int_equal(name_parse(&name, label), ST_EPARSE);
	assert_text(&name, "kept.");
}

static void a_name_ends_at_255_octets(void **state)
{
	char text[600] = "";
	struct name name;

	(void)state;
	/* 63 + 63 + 63 + 61 letters are 4 + 250 + 1 octets. */
	memset(text, 'x', 253);
	text[63] = text[127] = text[191] = '.';
	name = parsed(text);
	assert_int_equal(name.len, 255);
	assert_int_equal(name_prepend(&name, "a", 1), ST_ELIMIT);
	text[253] = 'x';
	assert_int_equal(name_parse(&name, text), ST_EPARSE);
	assert_int_equal(name.len, 255);
}

static void any_name_fits_its_text_buffer(void **state)
{
	char out[NAME_MAX_TEXT];
	struct name name;

	(void)state;
	name_root(&name);
	char zeros[63] = {0};
	for (int i = 0; i < 3; i++)
		assert_int_equal(name_prepend(&name, zeros, 63), 0);
	assert_int_equal(name_prepend(&name, zeros, 61), 0);
	name_text(out, name.wire);
	assert_int_equal(strlen(out), 250 * 4 + 4);
}

static void case_does_not_matter(void **state)
{
	uint8_t lower[NAME_MAX_LEN];

	(void)state;
	assert_true(name_equal((const uint8_t *)"\3WeB\3sVc",
			       (const uint8_t *)"\3web\3svc"));
	assert_false(
		name_equal((const uint8_t *)"\3web", (const uint8_t *)"\3wec"));
	assert_false(name_equal((const uint8_t *)"\3web",
				(const uint8_t *)"\3web\1a"));
	name_lower(lower, (const uint8_t *)"\3W[Z", 5);
	assert_memory_equal(lower, "\3w[z", 5);
}

static void under_counts_whole_labels_only(void **state)
{
	struct name apex = parsed("cluster.local"), name;

	(void)state;
	name = parsed("cluster.local");
	assert_true(name_is_under(name.wire, apex.wire));
	name = parsed("a.b.Cluster.Local");
	assert_true(name_is_under(name.wire, apex.wire));
	name = parsed("xcluster.local");
	assert_false(name_is_under(name.wire, apex.wire));
	name = parsed("local");
	assert_false(name_is_under(name.wire, apex.wire));
	/* The apex's octets stand inside the label, not at a boundary. */
	name = parsed("x\\007cluster\\005local");
	assert_false(name_is_under(name.wire, apex.wire));
	name_root(&apex);
	assert_true(name_is_under(name.wire, apex.wire));
}

/* The example of RFC 4034 6.1. */
static void canonical_order_is_that_of_the_rfc(void **state)
{
	static const char *const order[] = {
		".",
		"example.",
		"a.example.",
		"yljkjljk.a.example.",
		"Z.a.example.",
		"zABC.a.EXAMPLE.",
		"z.example.",
		"\\001.z.example.",
		"*.z.example.",
		"\\200.z.example.",
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(order); i++) {
		struct name a = parsed(order[i]);

		for (size_t k = 0; k < st_array_len(order); k++) {
			struct name b = parsed(order[k]);
			int cmp = name_cmp(a.wire, b.wire);

			assert_int_equal((cmp > 0) - (cmp < 0),
					 (i > k) - (i < k));
		}
	}
}

static void prepending_refuses_what_does_not_fit(void **state)
{
	struct name name = parsed("svc");

	(void)state;
	assert_int_equal(name_prepend(&name, "NS", 2), 0);
	assert_text(&name, "ns.svc.");
	assert_int_equal(name_prepend(&name, "", 0), ST_ELIMIT);
	char label[64];
	memset(label, 'a', sizeof(label));
	assert_int_equal(name_prepend(&name, label, 64), ST_ELIMIT);
	assert_text(&name, "ns.svc.");
	struct name copy;
	name_copy(&copy, name.wire);
	assert_text(&copy, "ns.svc.");
}

static void addresses_turn_around(void **state)
{
	static const uint8_t v4[] = {10, 0, 200, 1};
	static const uint8_t v6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 0xfe};
	struct name name;

	(void)state;
	name_reverse(&name, v4, sizeof(v4));
	assert_text(&name, "1.200.0.10.in-addr.arpa.");
	name_reverse(&name, v6, sizeof(v6));
	assert_text(&name, "e.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
			   "8.b.d.0.1.0.0.2.ip6.arpa.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_becomes_lower_case_wire),
		cmocka_unit_test(escapes_are_undone_and_redone),
		cmocka_unit_test(malformed_text_is_refused),
		cmocka_unit_test(a_name_ends_at_255_octets),
		cmocka_unit_test(any_name_fits_its_text_buffer),
		cmocka_unit_test(case_does_not_matter),
		cmocka_unit_test(under_counts_whole_labels_only),
		cmocka_unit_test(canonical_order_is_that_of_the_rfc),
		cmocka_unit_test(prepending_refuses_what_does_not_fit),
		cmocka_unit_test(addresses_turn_around),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
