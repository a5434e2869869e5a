/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags.h"

#include <string.h>

#include "statefuld/attr.h"

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Edits that lead from one to the other; `b` is shorter than the row. */
static size_t distance(const char *a, size_t a_len, const char *b)
{
	enum { ROW = 32 };
	size_t row[ROW];
	size_t b_len = strlen(b);

	st_assert(b_len < ROW);
	for (size_t k = 0; k <= b_len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b_len; k++) {
			size_t same = diagonal + (a[i - 1] != b[k - 1]);

			diagonal = row[k];
			row[k] = min3(same, row[k] + 1, row[k - 1] + 1);
		}
	}
	return row[b_len];
}

const struct flag *flags_nearest(const char *name, size_t len, int command)
{
	const struct flag *nearest = NULL;
	size_t n;
	const struct flag *flags = flags_all(&n);
	size_t least = 3; /* farther is no slip of the finger */

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(name, len, flags[i].name);

		if ((flags[i].commands & command) != 0 && d < least) {
			least = d;
			nearest = &flags[i];
		}
	}
	return nearest;
}
