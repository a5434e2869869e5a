/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/name.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"

/* RFC 4343: only the ASCII letters have case. */
static inline uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

size_t name_len(const uint8_t *name)
{
	size_t at = 0;

	while (name[at] != 0)
		at += 1u + name[at];
	return at + 1;
}

size_t name_labels(const uint8_t *name)
{
	size_t n = 0;

	for (; *name != 0; name += 1 + *name)
		n++;
	return n;
}

/* One character of a label, with \DDD and \X undone (RFC 1035 5.1). Gives
 * the bytes of text used, or 0 for a broken escape. */
static size_t take_char(const char *text, uint8_t *ret_char)
{
	if (text[0] != '\\') {
		*ret_char = (uint8_t)text[0];
		return 1;
	}
	if (text[1] < '0' || text[1] > '9') {
		*ret_char = (uint8_t)text[1];
		return text[1] != '\0' ? 2 : 0;
	}
	unsigned int value = 0;
	for (int i = 1; i <= 3; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		value = value * 10 + (unsigned int)(text[i] - '0');
	}
	*ret_char = (uint8_t)value;
	return value <= 255 ? 4 : 0;
}

/* Reads one label up to a dot or the end into out[0..63]; gives the bytes of
 * text used, or 0 if it is malformed. */
static size_t take_label(const char *text, uint8_t *out, size_t *ret_len)
{
	size_t used = 0, len = 0;

	while (text[used] != '\0' && text[used] != '.') {
		uint8_t c;
		size_t n = take_char(text + used, &c);

		if (n == 0 || len == NAME_MAX_LABEL)
			return 0;
		out[len++] = fold(c);
		used += n;
	}
	*ret_len = len;
	return used;
}

int name_parse(struct name *ret_name, const char *text)
{
	struct name name = {.len = 0};
	size_t at = 0;

	if (text == NULL || text[0] == '\0')
		return ST_EPARSE;
	if (strcmp(text, ".") == 0)
		text = "";
	while (*text != '\0') {
		uint8_t label[NAME_MAX_LABEL];
		size_t len = 0, used = take_label(text, label, &len);

		if (used == 0 || at + 1 + len + 1 > NAME_MAX_LEN)
			return ST_EPARSE;
		name.wire[at] = (uint8_t)len;
		memcpy(name.wire + at + 1, label, len);
		at += 1 + len;
		text += used;
		if (*text == '.')
			text++;
	}
	name.wire[at] = 0;
	name.len = (uint8_t)(at + 1);
	*ret_name = name;
	return 0;
}

/* At most 4 characters. */
static size_t put_char(char *out, uint8_t c)
{
	if (c <= ' ' || c >= 0x7f)
		return (size_t)snprintf(out, 5, "\\%03u", c);
	size_t n = 0;
	if (strchr(".\\\"();@$", c) != NULL)
		out[n++] = '\\';
	out[n++] = (char)c;
	return n;
}

void name_text(char *out, const uint8_t *name)
{
	size_t n = 0;

	if (*name == 0)
		out[n++] = '.';
	for (; *name != 0; name += 1 + *name) {
		for (size_t i = 1; i <= *name; i++)
			n += put_char(out + n, name[i]);
		out[n++] = '.';
	}
	out[n] = '\0';
}

void name_lower(uint8_t *out, const uint8_t *name, size_t len)
{
	/* Label lengths are below 'A', so they pass through unchanged. */
	for (size_t i = 0; i < len; i++)
		out[i] = fold(name[i]);
}

/* The same for names of the same known length. */
static bool same_octets(const uint8_t *a, const uint8_t *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (fold(a[i]) != fold(b[i]))
			return false;
	}
	return true;
}

bool name_equal(const uint8_t *a, const uint8_t *b)
{
	size_t len = name_len(a);

	return len == name_len(b) && same_octets(a, b, len);
}

bool name_is_under(const uint8_t *name, const uint8_t *apex)
{
	size_t len = name_len(name), apex_len = name_len(apex);

	/* Only a tail that begins where a label begins counts. */
	while (len > apex_len) {
		len -= 1u + *name;
		name += 1 + *name;
	}
	return len == apex_len && same_octets(name, apex, len);
}

static int label_cmp(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = *a < *b ? *a : *b;

	for (size_t i = 1; i <= shorter; i++) {
		int diff = (int)fold(a[i]) - (int)fold(b[i]);

		if (diff != 0)
			return diff;
	}
	return (int)*a - (int)*b;
}

/* Where each label begins; gives their count, the root not among them. */
static size_t label_starts(const uint8_t *name, uint8_t starts[128])
{
	size_t n = 0, at = 0;

	for (; name[at] != 0; at += 1u + name[at])
		starts[n++] = (uint8_t)at;
	return n;
}

int name_cmp(const uint8_t *a, const uint8_t *b)
{
	uint8_t a_starts[128], b_starts[128];
	size_t na = label_starts(a, a_starts), nb = label_starts(b, b_starts);

	/* From the right: the top-level label is the most significant. */
	while (na > 0 && nb > 0) {
		int diff = label_cmp(a + a_starts[--na], b + b_starts[--nb]);

		if (diff != 0)
			return diff;
	}
	return (na > 0) - (nb > 0);
}

void name_root(struct name *name)
{
	name->len = 1;
	name->wire[0] = 0;
}

void name_copy(struct name *name, const uint8_t *wire)
{
	size_t len = name_len(wire);

	st_assert(len <= NAME_MAX_LEN);
	name->len = (uint8_t)len;
	memcpy(name->wire, wire, len);
}

int name_prepend(struct name *name, const char *label, size_t len)
{
	if (len == 0 || len > NAME_MAX_LABEL ||
	    name->len + 1 + len > NAME_MAX_LEN)
		return ST_ELIMIT;
	memmove(name->wire + 1 + len, name->wire, name->len);
	name->wire[0] = (uint8_t)len;
	name_lower(name->wire + 1, (const uint8_t *)label, len);
	name->len = (uint8_t)(name->len + 1 + len);
	return 0;
}

void name_reverse(struct name *ret_name, const uint8_t *addr, size_t addr_len)
{
	static const uint8_t v4[] = "\7in-addr\4arpa", v6[] = "\3ip6\4arpa";
	int rc = 0;

	st_assert(addr_len == 4 || addr_len == 16);
	name_copy(ret_name, addr_len == 4 ? v4 : v6);
	/* The most significant part is next to the suffix. */
	for (size_t i = 0; i < addr_len && rc == 0; i++) {
		char text[4];

		if (addr_len == 4) {
			int n = snprintf(text, sizeof(text), "%u", addr[i]);
			rc = name_prepend(ret_name, text, (size_t)n);
			continue;
		}
		snprintf(text, sizeof(text), "%02x", addr[i]);
		rc = name_prepend(ret_name, text, 1);
		if (rc == 0)
			rc = name_prepend(ret_name, text + 1, 1);
	}
	st_assert(rc == 0);
}
