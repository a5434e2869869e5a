/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/pack.h"

#include <stdio.h>
#include <string.h>

#include "lab/packer.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

/* Like a pod's: a long text that differs in some places. */
static size_t make_text(char out[4096], int number)
{
	size_t n = (size_t)snprintf(out, 4096,
				    "{\"name\":\"web-%d\",\"list\":[", number);

	for (int i = 0; i < 40; i++)
		n += (size_t)snprintf(out + n, 4096 - n,
				      "{\"type\":\"Condition%d\",\"status\":"
				      "\"True\",\"at\":\"10:%02d\"},",
				      i, i % 8 == 0 ? number % 60 : 0);
	n += (size_t)snprintf(out + n, 4096 - n, "{}]}");
	return n;
}

static void check_round_trip(const struct pack_dict *dict, const char *text,
			     size_t len)
{
	scope_free uint8_t *packed = mem_alloc(2 * len + 16);
	scope_free char *back = mem_alloc(len + 1);
	size_t size = pack_text(dict, text, len, packed, 2 * len + 16);

	assert_in_range(size, 1, 2 * len + 16);
	assert_true(pack_open(dict, packed, size, back, len));
	assert_memory_equal(back, text, len);
	/* One byte less room does not do. */
	assert_int_equal(pack_text(dict, text, len, packed, size - 1), 0);
}

static void texts_come_back_as_they_were(void **state)
{
	char text[4096];
	struct pack_dict *dict = pack_dict_new(text, make_text(text, 1));

	(void)state;
	for (int i = 0; i < 100; i++)
		check_round_trip(dict, text, make_text(text, i * 31));
	for (size_t len = 0; len < 40; len++)
		check_round_trip(dict, text, len);
	memset(text, 'x', sizeof(text));
	check_round_trip(dict, text, sizeof(text));
	pack_dict_unref(dict);
}

static void random_texts_come_back_too(void **state)
{
	char all[4096];

	(void)state;
	for (int round = 0; round < 300; round++) {
		uint32_t letters = 1 + clk_random(round % 3 == 0 ? 3 : 256);
		size_t dict_len = clk_random(2000);

		for (size_t i = 0; i < sizeof(all); i++)
			all[i] = (char)clk_random(letters);
		struct pack_dict *dict = pack_dict_new(all, dict_len);
		check_round_trip(dict, all + 1000, clk_random(3000));
		pack_dict_unref(dict);
	}
}

static void the_longest_texts_and_dictionaries_fit(void **state)
{
	scope_free char *text = mem_alloc(PACK_TEXT_MAX + 1);
	uint8_t none;

	(void)state;
	for (size_t i = 0; i <= PACK_TEXT_MAX; i++)
		text[i] = (char)('a' + clk_random(4));
	struct pack_dict *dict = pack_dict_new(
		text + PACK_TEXT_MAX - PACK_DICT_MAX, PACK_DICT_MAX);
	check_round_trip(dict, text, PACK_TEXT_MAX);
	assert_int_equal(pack_text(dict, text, PACK_TEXT_MAX + 1, &none, 1), 0);
	pack_dict_unref(dict);
}

static void texts_like_the_dictionary_become_small(void **state)
{
	char text[4096];
	uint8_t packed[4096];
	struct pack_dict *dict = pack_dict_new(text, make_text(text, 1));
	size_t len = make_text(text, 12345);

	(void)state;
	assert_true(len > 1500);
	assert_in_range(pack_text(dict, text, len, packed, sizeof(packed)), 1,
			100);
	pack_dict_unref(dict);
}

static void what_was_not_packed_is_noticed(void **state)
{
	char text[4096], back[4096];
	uint8_t packed[4096];
	struct pack_dict *dict = pack_dict_new(text, make_text(text, 1));
	size_t len = make_text(text, 2);
	size_t size = pack_text(dict, text, len, packed, sizeof(packed));

	(void)state;
	assert_false(pack_open(dict, packed, size - 2, back, len));
	assert_false(pack_open(dict, packed, size, back, len - 1));
	assert_false(pack_open(dict, packed, size, back, len + 1));
	for (int round = 0; round < 5000; round++) {
		uint32_t at = clk_random((uint32_t)size);
		uint8_t was = packed[at];

		packed[at] = (uint8_t)clk_random(256);
		/* Must only not go astray. */
		(void)pack_open(dict, packed, size, back, len);
		packed[at] = was;
	}
	pack_dict_unref(dict);
}

static void check_packer(struct packer *packer, int number, bool is_small)
{
	char text[4096];
	size_t len = make_text(text, number);
	struct packed *packed = packer_pack(packer, KIND_POD, text, len);

	assert_non_null(packed);
	assert_true(packed->size < (is_small ? len / 6 : len));
	scope_free char *back = packer_open(packed, len);
	assert_string_equal(back, text);
	packer_free(packed);
}

static void a_packer_learns_the_shapes_it_meets(void **state)
{
	struct packer packer = {0};
	struct packed *kept[40];
	char text[40][600];

	(void)state;
	assert_null(packer_pack(&packer, KIND_POD, "short", 5));
	for (int i = 0; i < 20; i++)
		check_packer(&packer, i, true);
	assert_null(packer.dicts[KIND_POD][1]);
	/* More shapes than it remembers; those in use stay readable. */
	for (int i = 0; i < 40; i++) {
		for (size_t k = 0; k < sizeof(text[i]); k++)
			text[i][k] = (char)('A' + clk_random(26));
		kept[i] = packer_pack(&packer, KIND_POD, text[i],
				      sizeof(text[i]));
		assert_non_null(kept[i]);
	}
	for (int i = 0; i < 40; i++) {
		scope_free char *back = packer_open(kept[i], sizeof(text[i]));

		assert_memory_equal(back, text[i], sizeof(text[i]));
		packer_free(kept[i]);
	}
	packer_fini(&packer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back_as_they_were),
		cmocka_unit_test(random_texts_come_back_too),
		cmocka_unit_test(the_longest_texts_and_dictionaries_fit),
		cmocka_unit_test(texts_like_the_dictionary_become_small),
		cmocka_unit_test(what_was_not_packed_is_noticed),
		cmocka_unit_test(a_packer_learns_the_shapes_it_meets),
	};

	clk_seed(7);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
