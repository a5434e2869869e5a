/* SPDX-License-Identifier: Apache-2.0 */
#include "store_lab.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/store.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

st_printf(1, 0) static struct json *parse_va(const char *fmt, va_list ap)
{
	char text[4096];
	struct json *json = NULL;
	struct err err = {0};
	int len = vsnprintf(text, sizeof(text), fmt, ap);

	assert_true(len > 0 && (size_t)len < sizeof(text));
	for (char *at = text; *at; at++)
		if (*at == '\'')
			*at = '"';
	if (json_parse(text, (size_t)len, &json, &err) != 0)
		fail_msg("%s in %s", err_msg(&err), text);
	return json;
}

struct json *lab_json(const char *fmt, ...)
{
	struct json *json;
	va_list ap;

	va_start(ap, fmt);
	json = parse_va(fmt, ap);
	va_end(ap);
	return json;
}

struct obj *lab_decode(enum obj_kind kind, const char *fmt, ...)
{
	scope_json struct json *json = NULL;
	struct obj *obj = NULL;
	struct err err = {0};
	va_list ap;

	va_start(ap, fmt);
	json = parse_va(fmt, ap);
	va_end(ap);
	if (obj_decode(kind, json, &obj, &err) != 0)
		fail_msg("%s", err_msg(&err));
	return obj;
}

void lab_put(struct store *store, enum obj_kind kind, const char *fmt, ...)
{
	scope_json struct json *json = NULL;
	va_list ap;

	va_start(ap, fmt);
	json = parse_va(fmt, ap);
	va_end(ap);
	store_put(store, kind, json);
}

void lab_delete(struct store *store, enum obj_kind kind, const char *fmt, ...)
{
	scope_json struct json *json = NULL;
	va_list ap;

	va_start(ap, fmt);
	json = parse_va(fmt, ap);
	va_end(ap);
	store_delete(store, kind, json);
}

struct name lab_name(const char *text)
{
	struct name name;

	assert_int_equal(name_parse(&name, text), 0);
	return name;
}

static const char *type_text(uint16_t type)
{
	switch (type) {
	case RR_A:
		return "A";
	case RR_AAAA:
		return "AAAA";
	case RR_NS:
		return "NS";
	case RR_CNAME:
		return "CNAME";
	case RR_SOA:
		return "SOA";
	case RR_PTR:
		return "PTR";
	case RR_TXT:
		return "TXT";
	case RR_SRV:
		return "SRV";
	default:
		return "NONE";
	}
}

static unsigned int u16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

static void add_rdata(struct buf *out, uint16_t type,
		      const struct rr_data *data)
{
	char text[NAME_MAX_TEXT];

	if (type == RR_A || type == RR_AAAA) {
		inet_ntop(type == RR_A ? AF_INET : AF_INET6, data->wire, text,
			  sizeof(text));
		buf_puts(out, text);
	} else if (type == RR_SRV) {
		name_text(text, data->wire + 6);
		buf_printf(out, "%u %u %u %s", u16(data->wire),
			   u16(data->wire + 2), u16(data->wire + 4), text);
	} else if (type == RR_PTR || type == RR_NS || type == RR_CNAME) {
		name_text(text, data->wire);
		buf_puts(out, text);
	} else if (type == RR_TXT) {
		buf_printf(out, "%.*s", data->wire[0],
			   (const char *)data->wire + 1);
	} else if (type == RR_SOA) {
		size_t len = name_len(data->wire);

		name_text(text, data->wire);
		buf_puts(out, text);
		name_text(text, data->wire + len);
		buf_printf(out, " %s", text);
	}
}

void lab_add_set(struct buf *out, const struct rr_set *set)
{
	char owner[NAME_MAX_TEXT];

	name_text(owner, set->owner);
	if (set->type == RR_NONE)
		buf_printf(out, "%s - NONE\n", owner);
	for (uint32_t i = 0; i < set->n; i++) {
		buf_printf(out, "%s %u %s ", owner, set->ttl_s,
			   type_text(set->type));
		add_rdata(out, set->type, &set->data[i]);
		buf_putc(out, '\n');
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void lab_sort_lines(struct buf *text)
{
	scope_free char *copy = mem_strdup(text->data ? text->data : "");
	scope_free char **lines = NULL;
	size_t n = 0;
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		mem_grow(lines, n);
		lines[n++] = line;
	}
	if (n > 1)
		qsort(lines, n, sizeof(*lines), by_text);
	buf_clear(text);
	for (size_t i = 0; i < n; i++)
		buf_printf(text, "%s\n", lines[i]);
}

void lab_assert_lines(struct buf *have, const char *want)
{
	scope_buf struct buf sorted;

	buf_init(&sorted, 0);
	buf_puts(&sorted, want);
	lab_sort_lines(&sorted);
	lab_sort_lines(have);
	assert_string_equal(have->data ? have->data : "",
			    sorted.data ? sorted.data : "");
}
