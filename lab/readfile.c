/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/readfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"

static int read_all(FILE *file, const char *path, struct buf *text,
		    struct err *err)
{
	char piece[16384];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), file)) > 0) {
		if (buf_add(text, piece, n) != 0)
			return err_set(err, ST_ELIMIT,
				       "%s: is larger than %zu bytes", path,
				       text->max);
	}
	if (ferror(file))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

int readfile_load(const char *path, size_t max, char **ret_text,
		  size_t *ret_len, struct err *err)
{
	FILE *file = fopen(path, "re");
	struct buf text;
	int rc;

	if (file == NULL)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	buf_init(&text, max);
	rc = read_all(file, path, &text, err);
	fclose(file);
	if (rc == 0) {
		*ret_len = text.len;
		*ret_text = buf_steal(&text);
	}
	buf_fini(&text);
	return rc;
}
