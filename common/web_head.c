/* SPDX-License-Identifier: Apache-2.0 */
#include "common/web_head.h"

#include <stddef.h>
#include <string.h>

#include "statefuld/web.h"

/* Cuts the target in two; `line` is the request's first. */
static bool split_target(char *line, char **ret_target, char **ret_query)
{
	char *target = strchr(line, ' ');
	char *version = target != NULL ? strchr(target + 1, ' ') : NULL;

	if (version == NULL || strncmp(version + 1, "HTTP/1.", 7) != 0 ||
	    target[1] != '/')
		return false;
	*target++ = '\0';
	*version = '\0';
	*ret_target = target;
	*ret_query = strchr(target, '?');
	if (*ret_query != NULL)
		*(*ret_query)++ = '\0';
	return true;
}

int web_head_parse(char *text, struct web_head *ret_head)
{
	char *target, *query;

	text[strcspn(text, "\r\n")] = '\0';
	if (!split_target(text, &target, &query))
		return 400;
	ret_head->is_head = strcmp(text, "HEAD") == 0;
	if (!ret_head->is_head && strcmp(text, "GET") != 0)
		return 405;
	ret_head->path = target;
	ret_head->query = query != NULL ? query : "";
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One octet of a value, and how many of the text it took; 0: malformed. */
static size_t decode_one(char *out, const char *from, const char *end)
{
	int high, low;

	*out = *from == '+' ? ' ' : *from;
	if (*from != '%')
		return 1;
	if (end - from < 3)
		return 0;
	high = hex(from[1]);
	low = hex(from[2]);
	if (high < 0 || low < 0)
		return 0;
	*out = (char)(high << 4 | low);
	return *out == '\0' ? 0 : 3;
}

static bool decode(char *out, size_t size, const char *from, const char *end)
{
	size_t len = 0;

	while (from < end) {
		size_t used =
			len + 1 < size ? decode_one(&out[len], from, end) : 0;

		if (used == 0)
			return false;
		from += used;
		len++;
	}
	out[len] = '\0';
	return true;
}

bool web_param(char *out, size_t size, const char *query, const char *name)
{
	size_t name_len = strlen(name);

	while (*query != '\0') {
		size_t len = strcspn(query, "&");

		if (len >= name_len && memcmp(query, name, name_len) == 0 &&
		    (len == name_len || query[name_len] == '=')) {
			size_t skip = name_len + (len > name_len);

			return decode(out, size, query + skip, query + len);
		}
		query += len;
		query += *query == '&';
	}
	return false;
}
