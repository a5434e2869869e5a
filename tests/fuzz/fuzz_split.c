/* SPDX-License-Identifier: Apache-2.0 */
/* A stream cut into chunks gives the same texts, and the same end, as the
 * stream in one piece. The first two bytes say where the cuts are. */
#include <stdint.h>
#include <string.h>

#include "controller/split.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_TEXT = 256 };

static int collect(const char *text, size_t len, void *arg)
{
	st_assert(len > 0 && len <= MAX_TEXT);
	buf_put(arg, text, len);
	buf_putc(arg, '\0');
	return 0;
}

struct outcome {
	struct buf texts;
	int rc;
	int is_whole;
};

/* Each piece is a copy of its own size, so that ASan sees a byte too far. */
static int feed(struct split_lines *lines, struct split_list *list,
		const char *text, size_t len, struct buf *texts)
{
	char *piece = mem_dup(text, len);
	int rc =
		lines ? split_lines_feed(lines, piece, len, collect, texts,
					 NULL)
		      : split_list_feed(list, piece, len, collect, texts, NULL);

	free(piece);
	return rc;
}

static void run(struct outcome *outcome, int is_list, const char *text,
		size_t len, size_t step, size_t stride)
{
	struct split_lines lines;
	struct split_list list;

	buf_init(&outcome->texts, 0);
	outcome->rc = 0;
	split_lines_init(&lines, MAX_TEXT);
	split_list_init(&list, MAX_TEXT);
	while (len > 0 && outcome->rc == 0) {
		size_t n = len < step ? len : step;

		outcome->rc = feed(is_list ? NULL : &lines, &list, text, n,
				   &outcome->texts);
		text += n;
		len -= n;
		step = step * stride % 97 + 1;
	}
	outcome->is_whole = is_list ? split_list_is_whole(&list)
				    : !split_lines_is_cut(&lines);
	split_lines_fini(&lines);
	split_list_fini(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	for (int is_list = 0; is_list < 2; is_list++) {
		const char *text = (const char *)data + 2;
		struct outcome one, many;

		run(&one, is_list, text, size - 2, size, 1);
		run(&many, is_list, text, size - 2, data[0] % 64 + 1u,
		    data[1] + 1u);
		st_assert(one.rc == many.rc);
		if (one.rc == 0)
			st_assert(one.is_whole == many.is_whole);
		st_assert(one.texts.len == many.texts.len);
		if (one.texts.len > 0)
			st_assert(memcmp(one.texts.data, many.texts.data,
					 one.texts.len) == 0);
		buf_fini(&one.texts);
		buf_fini(&many.texts);
	}
	return 0;
}
