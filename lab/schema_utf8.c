/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/schema_utf8.h"

#include <stdint.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/json.h"

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* Length of the character at p, 0 if it is none. RFC 3629, section 4: no
 * longer form than needed, no surrogates, nothing above U+10FFFF. */
static size_t char_len(const unsigned char *p, size_t left)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4 || left < 2 || !is_tail(p[1]))
		return 0;
	if (p[0] < 0xe0)
		return 2;
	if (left < 3 || !is_tail(p[2]) || (p[0] == 0xe0 && p[1] < 0xa0) ||
	    (p[0] == 0xed && p[1] > 0x9f))
		return 0;
	if (p[0] < 0xf0)
		return 3;
	if (left < 4 || !is_tail(p[3]) || (p[0] == 0xf0 && p[1] < 0x90) ||
	    (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return 4;
}

static bool is_ascii(const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return (word & UINT64_C(0x8080808080808080)) == 0;
}

bool schema_utf8_valid(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t n = sizeof(uint64_t);

		if (len - at < n || !is_ascii(text + at))
			n = char_len((const unsigned char *)text + at,
				     len - at);
		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

static bool is_valid(const char *text)
{
	return text == NULL || schema_utf8_valid(text, strlen(text));
}

static void put_clean(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		size_t n = char_len((const unsigned char *)text, len);

		if (n > 0)
			buf_put(out, text, n);
		else
			buf_puts(out, "\xef\xbf\xbd");
		text += n > 0 ? n : 1;
		len -= n > 0 ? n : 1;
	}
}

/* Leaves the path of the first finding in `path`. As deep as json_parse lets
 * documents be. */
static bool find(const struct json *value, struct buf *path)
{
	size_t len = path->len;
	size_t i = 0;

	json_each (child, value) {
		const char *name = json_name(child);

		path->len = len;
		if (name == NULL) {
			buf_printf(path, "[%zu]", i++);
		} else {
			if (len > 0)
				buf_putc(path, '.');
			put_clean(path, name);
		}
		if (!is_valid(name) || !is_valid(json_value_str(child)) ||
		    find(child, path))
			return true;
	}
	path->len = len;
	return false;
}

char *schema_utf8_find(const struct json *value)
{
	scope_buf struct buf path;

	buf_init(&path, 0);
	if (!find(value, &path))
		return NULL;
	return buf_steal(&path);
}
