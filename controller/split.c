/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/split.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_METADATA = 1024 * 1024,
	MAX_KIND = 256,
};

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int too_long(struct err *err, const char *what, size_t max)
{
	return err_set(err, ST_ELIMIT,
		       "%s from the API server is longer than %zu bytes", what,
		       max);
}

/* ---- lines ---- */

void split_lines_init(struct split_lines *lines, size_t max_text)
{
	buf_init(&lines->rest, max_text);
}

void split_lines_fini(struct split_lines *lines)
{
	buf_fini(&lines->rest);
}

static bool is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_space(text[i]))
			return false;
	return true;
}

/* Completes the line begun earlier and hands it on. The buffer is moved away
 * first, since fn may end the stream and its owner. */
static int finish_rest(struct split_lines *lines, const char *data, size_t len,
		       split_fn fn, void *arg, struct err *err)
{
	size_t max = lines->rest.max;
	int rc;

	if (buf_add(&lines->rest, data, len) != 0)
		return too_long(err, "a watch line", max);

	struct buf line = lines->rest;
	buf_init(&lines->rest, max);
	rc = is_blank(line.data, line.len) ? 0 : fn(line.data, line.len, arg);
	buf_fini(&line);
	return rc;
}

int split_lines_feed(struct split_lines *lines, const char *data, size_t len,
		     split_fn fn, void *arg, struct err *err)
{
	while (len > 0) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		int rc = 0;

		if (n > lines->rest.max)
			return too_long(err, "a watch line", lines->rest.max);
		if (!end) {
			if (buf_add(&lines->rest, data, n) != 0)
				return too_long(err, "a watch line",
						lines->rest.max);
			return 0;
		}
		if (lines->rest.len > 0)
			rc = finish_rest(lines, data, n, fn, arg, err);
		else if (!is_blank(data, n))
			rc = fn(data, n, arg);
		if (rc != 0)
			return rc;
		data = end + 1;
		len -= n + 1;
	}
	return 0;
}

bool split_lines_is_cut(const struct split_lines *lines)
{
	return !is_blank(lines->rest.data, lines->rest.len);
}

/* ---- lists ---- */

enum {
	AT_START,    /* before the object */
	AT_KEY,	     /* before a member name or the closing brace */
	IN_KEY,	     /* in a member name */
	AT_COLON,    /* behind a member name */
	AT_VALUE,    /* before a member's value */
	IN_VALUE,    /* in a member's value */
	AT_COMMA,    /* behind a member's value */
	AT_ITEM,     /* in "items", before an element or the closing bracket */
	IN_ITEM,     /* in an element */
	BEHIND_ITEM, /* behind an element */
	AT_END,	     /* behind the object */
};

enum { MEMBER_OTHER, MEMBER_ITEMS, MEMBER_METADATA, MEMBER_KIND };

/* Bytes that a scan outside strings has to look at. */
static const unsigned char structural[256] = {
	['"'] = 1, ['{'] = 1, ['['] = 1, ['}'] = 1, [']'] = 1,
};
/* Bytes that end a run inside a string. */
static const unsigned char in_text[256] = {['"'] = 1, ['\\'] = 1};
/* Bytes that end a number or word. */
static const unsigned char behind_scalar[256] = {
	[','] = 1,  ['}'] = 1,	[']'] = 1,  [' '] = 1,
	['\n'] = 1, ['\r'] = 1, ['\t'] = 1,
};

static void scan_begin(struct split_scan *scan, char first)
{
	*scan = (struct split_scan){0};
	scan->is_scalar = first != '{' && first != '[' && first != '"';
}

static const char *scan_string(struct split_scan *scan, const char *p,
			       const char *end)
{
	if (scan->escaped && p < end) {
		scan->escaped = false;
		p++;
	}
	for (;;) {
		while (p < end && !in_text[(unsigned char)*p])
			p++;
		if (p == end)
			return p;
		if (*p++ == '"') {
			scan->in_string = false;
			return p;
		}
		if (p == end) {
			scan->escaped = true;
			return p;
		}
		p++;
	}
}

static const char *scan_scalar(const char *p, const char *end, bool *ret_done)
{
	while (p < end && !behind_scalar[(unsigned char)*p])
		p++;
	*ret_done = p < end;
	return p;
}

/* Goes on to the end of the value, or of the chunk. */
static const char *scan_value(struct split_scan *scan, const char *p,
			      const char *end, bool *ret_done)
{
	*ret_done = false;
	if (scan->is_scalar)
		return scan_scalar(p, end, ret_done);
	while (p < end) {
		if (scan->in_string) {
			p = scan_string(scan, p, end);
			if (scan->in_string)
				return p;
		} else {
			while (p < end && !structural[(unsigned char)*p])
				p++;
			if (p == end)
				return p;
			char c = *p++;
			if (c == '"') {
				scan->in_string = true;
				continue;
			}
			if (c == '{' || c == '[')
				scan->depth++;
			else if (scan->depth > 0)
				scan->depth--;
		}
		if (scan->depth == 0) {
			*ret_done = true;
			return p;
		}
	}
	return p;
}

void split_list_init(struct split_list *list, size_t max_text)
{
	*list = (struct split_list){.state = AT_START, .max_text = max_text};
	buf_init(&list->text, max_text);
}

void split_list_fini(struct split_list *list)
{
	buf_fini(&list->text);
	free(list->metadata);
	free(list->kind);
	list->metadata = NULL;
	list->kind = NULL;
}

bool split_list_is_whole(const struct split_list *list)
{
	return list->state == AT_END;
}

static int member_of(const char *key, size_t len)
{
	if (len == 5 && memcmp(key, "items", 5) == 0)
		return MEMBER_ITEMS;
	if (len == 8 && memcmp(key, "metadata", 8) == 0)
		return MEMBER_METADATA;
	if (len == 4 && memcmp(key, "kind", 4) == 0)
		return MEMBER_KIND;
	return MEMBER_OTHER;
}

static size_t member_max(int member)
{
	return member == MEMBER_METADATA ? MAX_METADATA : MAX_KIND;
}

/* Keeps the name's bytes while they may still be one of ours; an escape makes
 * it another name, which is right for all names that Kubernetes writes. */
static void key_byte(struct split_list *list, char c)
{
	if (list->key_len < sizeof(list->key))
		list->key[list->key_len++] = c;
}

static const char *scan_key(struct split_list *list, const char *p,
			    const char *end)
{
	for (; p < end; p++) {
		char c = *p;

		if (list->scan.escaped) {
			list->scan.escaped = false;
		} else if (c == '\\') {
			list->scan.escaped = true;
		} else if (c == '"') {
			list->member = member_of(list->key, list->key_len);
			list->state = AT_COLON;
			return p + 1;
		}
		key_byte(list, c);
	}
	return p;
}

static void keep_member(struct split_list *list, const char *text, size_t len)
{
	char **slot =
		list->member == MEMBER_METADATA ? &list->metadata : &list->kind;
	free(*slot);
	*slot = mem_strndup(text, len);
}

/* Takes the bytes of a member's value; most are skipped. */
static int take_value(struct split_list *list, const char **at, const char *end,
		      struct err *err)
{
	const char *from = *at;
	bool done;

	*at = scan_value(&list->scan, from, end, &done);
	if (list->member != MEMBER_OTHER && list->member != MEMBER_ITEMS) {
		size_t len = (size_t)(*at - from);

		if (list->text.len + len > member_max(list->member) ||
		    buf_add(&list->text, from, len) != 0)
			return too_long(err, "a list's head",
					member_max(list->member));
		if (done)
			keep_member(list, list->text.data, list->text.len);
	}
	if (done) {
		list->state = AT_COMMA;
		buf_clear(&list->text);
	}
	return 0;
}

/* Takes the bytes of an item; hands it on once it is whole. */
static int take_item(struct split_list *list, const char **at, const char *end,
		     split_fn fn, void *arg, struct err *err)
{
	const char *from = *at;
	bool done;
	int rc;

	*at = scan_value(&list->scan, from, end, &done);
	size_t len = (size_t)(*at - from);
	if (len > list->max_text)
		return too_long(err, "an item of a list", list->max_text);
	if (done) {
		list->state = BEHIND_ITEM;
		list->n_items++;
	}
	if (done && list->text.len == 0)
		return fn(from, len, arg);
	if (buf_add(&list->text, from, len) != 0)
		return too_long(err, "an item of a list", list->max_text);
	if (!done)
		return 0;

	struct buf item = list->text;
	buf_init(&list->text, list->max_text);
	rc = fn(item.data, item.len, arg);
	if (rc == 0 && !list->text.data) {
		/* The next one that is cut needs the room again. */
		buf_clear(&item);
		list->text = item;
		return 0;
	}
	buf_fini(&item);
	return rc;
}

static int unexpected(struct err *err, char c)
{
	if (c > ' ' && c < 0x7f)
		return err_set(err, ST_EPARSE,
			       "the list is not JSON: unexpected '%c'", c);
	return err_set(err, ST_EPARSE,
		       "the list is not JSON: unexpected byte 0x%02x",
		       (unsigned char)c);
}

static void begin_value(struct split_list *list, char c, const char **at)
{
	if (list->member == MEMBER_ITEMS && c == '[') {
		list->state = AT_ITEM;
		++*at;
		return;
	}
	scan_begin(&list->scan, c);
	list->state = IN_VALUE;
}

/* One byte between the tokens. */
static int take_mark(struct split_list *list, char c, const char **at,
		     struct err *err)
{
	bool fits = true;

	switch (list->state) {
	case AT_START:
		fits = c == '{';
		list->state = AT_KEY;
		break;
	case AT_KEY:
		fits = c == '"' || c == '}';
		list->state = c == '"' ? IN_KEY : AT_END;
		list->key_len = 0;
		list->scan.escaped = false;
		break;
	case AT_COLON:
		fits = c == ':';
		list->state = AT_VALUE;
		break;
	case AT_VALUE:
		fits = !behind_scalar[(unsigned char)c] && c != ':';
		begin_value(list, c, at);
		return fits ? 0 : unexpected(err, c);
	case AT_COMMA:
		fits = c == ',' || c == '}';
		list->state = c == ',' ? AT_KEY : AT_END;
		break;
	case AT_ITEM:
		if (c == ']')
			break;
		scan_begin(&list->scan, c);
		list->state = IN_ITEM;
		return c == '{' ? 0 : unexpected(err, c);
	case BEHIND_ITEM:
		fits = c == ',' || c == ']';
		list->state = AT_ITEM;
		break;
	default:
		fits = false;
	}
	if (c == ']' && list->state == AT_ITEM)
		list->state = AT_COMMA;
	++*at;
	return fits ? 0 : unexpected(err, c);
}

int split_list_feed(struct split_list *list, const char *data, size_t len,
		    split_fn fn, void *arg, struct err *err)
{
	const char *end = data + len;
	int rc = 0;

	while (data < end && rc == 0) {
		if (list->state == IN_ITEM)
			rc = take_item(list, &data, end, fn, arg, err);
		else if (list->state == IN_VALUE)
			rc = take_value(list, &data, end, err);
		else if (list->state == IN_KEY)
			data = scan_key(list, data, end);
		else if (is_space(*data))
			data++;
		else
			rc = take_mark(list, *data, &data, err);
	}
	return rc;
}
