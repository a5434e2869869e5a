/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { NO_HOLE = -1, FILE_MAX = 1 << 20 };

struct part {
	size_t begin, len; /* literal text, in front of the hole */
	int hole;
};

struct template
{
	struct buf text;
	struct part *parts;
	size_t n;
};

void template_free(struct template *template)
{
	if (template == NULL)
		return;
	buf_fini(&template->text);
	free(template->parts);
	free(template);
}

static void free_slot(struct template **slot)
{
	template_free(*slot);
}

/* Drops white space outside of strings. */
static void squeeze(const char *json, struct buf *out)
{
	bool in_string = false;

	for (const char *p = json; *p != '\0'; p++) {
		if (in_string && *p == '\\' && p[1] != '\0') {
			buf_putc(out, *p++);
		} else if (*p == '"') {
			in_string = !in_string;
		} else if (!in_string && strchr(" \t\r\n", *p) != NULL) {
			continue;
		}
		buf_putc(out, *p);
	}
}

static int find_hole(const char *const *names, const char *name, size_t len)
{
	for (int i = 0; names[i] != NULL; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return i;
	return NO_HOLE;
}

static void add_part(struct template *t, size_t begin, size_t end, int hole)
{
	mem_grow(t->parts, t->n);
	t->parts[t->n++] = (struct part){begin, end - begin, hole};
}

static int split(struct template *t, const char *const *names, struct err *err)
{
	const char *text = t->text.data;
	const char *begin = text, *at;

	while ((at = strchr(begin, '@')) != NULL) {
		const char *name = at + 1;
		const char *end = strchr(name, '@');
		int hole = NO_HOLE;

		if (end == NULL)
			return err_set(err, ST_EPARSE,
				       "hole without end: %.20s", at);
		if (end == name) /* @@: keep the first of the two */
			name = at = end;
		else
			hole = find_hole(names, name, (size_t)(end - name));
		if (end != name && hole == NO_HOLE)
			return err_set(err, ST_EPARSE, "unknown hole: %.*s",
				       (int)(end - name), name);
		add_part(t, (size_t)(begin - text), (size_t)(at - text), hole);
		begin = end + 1;
	}
	add_part(t, (size_t)(begin - text), t->text.len, NO_HOLE);
	return 0;
}

int template_parse(const char *json, const char *const *names,
		   struct template **ret, struct err *err)
{
	st_cleanup(free_slot) struct template *t = mem_zalloc(sizeof(*t));
	int rc;

	buf_init(&t->text, 0);
	buf_puts(&t->text, "");
	squeeze(json, &t->text);
	rc = split(t, names, err);
	if (rc)
		return rc;
	*ret = t;
	t = NULL;
	return 0;
}

int template_load(const char *path, const char *const *names,
		  struct template **ret, struct err *err)
{
	FILE *file = fopen(path, "re");
	scope_free char *json = NULL;
	size_t n;
	int rc;

	if (file == NULL)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	json = mem_zalloc(FILE_MAX + 1);
	n = fread(json, 1, FILE_MAX, file);
	fclose(file);
	if (n == 0 || n == FILE_MAX)
		return err_set(err, ST_EPARSE, "%s: empty or too long", path);
	rc = template_parse(json, names, ret, err);
	return rc ? err_wrap(err, rc, "%s", path) : 0;
}

void template_fill(const struct template *template, const struct text *values,
		   struct buf *out)
{
	for (size_t i = 0; i < template->n; i++) {
		const struct part *part = &template->parts[i];

		buf_put(out, template->text.data + part->begin, part->len);
		if (part->hole != NO_HOLE)
			buf_put(out, values[part->hole].data,
				values[part->hole].len);
	}
}
