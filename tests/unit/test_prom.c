/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/prom.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "tests/unit/cm.h"

static void samples_have_their_head_once(void **state)
{
	scope_buf struct buf out;

	(void)state;
	buf_init(&out, 0);
	prom_head(&out, "a_total", "counter", "What a is.");
	prom_count(&out, "a_total", "", UINT64_MAX);
	prom_number(&out, "b", "x=\"y\"", 1795873370.25);
	assert_string_equal(out.data, "# HELP a_total What a is.\n"
				      "# TYPE a_total counter\n"
				      "a_total 18446744073709551615\n"
				      "b{x=\"y\"} 1795873370.25\n");
}

static void labels_are_escaped_and_cut(void **state)
{
	char out[16];

	(void)state;
	prom_label(out, sizeof(out), "z", "a\"b\\c\n");
	assert_string_equal(out, "z=\"a\\\"b\\\\c\\n\"");
	prom_label(out, sizeof(out), "z", "0123456789abcdefghij");
	assert_string_equal(out, "z=\"012345678\"");
}

static uint64_t value_of(const struct buf *out, const char *series)
{
	const char *at = strstr(out->data, series);

	assert_non_null(at);
	return strtoull(at + strlen(series), NULL, 10);
}

static void histograms_are_cumulative(void **state)
{
	struct prom_histogram histogram = {0};
	scope_buf struct buf out;

	(void)state;
	prom_observe(&histogram, -1);
	prom_observe(&histogram, 0.001);
	prom_observe(&histogram, 0.0011);
	prom_observe(&histogram, 500);
	prom_observe(&histogram, 1e9);
	buf_init(&out, 0);
	prom_histogram(&out, "h", "k=\"v\"", &histogram);
	assert_int_equal(value_of(&out, "h_bucket{k=\"v\",le=\"0.001\"} "), 2);
	assert_int_equal(value_of(&out, "h_bucket{k=\"v\",le=\"0.002\"} "), 3);
	assert_int_equal(value_of(&out, "h_bucket{k=\"v\",le=\"524.288\"} "),
			 4);
	assert_int_equal(value_of(&out, "h_bucket{k=\"v\",le=\"+Inf\"} "), 5);
	assert_int_equal(value_of(&out, "h_count{k=\"v\"} "), 5);
	buf_clear(&out);
	prom_histogram(&out, "h", "", &histogram);
	assert_int_equal(value_of(&out, "h_bucket{le=\"+Inf\"} "), 5);
	assert_int_equal(value_of(&out, "h_count "), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_have_their_head_once),
		cmocka_unit_test(labels_are_escaped_and_cut),
		cmocka_unit_test(histograms_are_cumulative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
