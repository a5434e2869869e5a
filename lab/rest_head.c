/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rest_head.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"

#define MAX_DIGITS  15
#define MAX_TRAILER 4096

static bool is_token(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!isalnum((unsigned char)*text) &&
		    strchr("!#$%&'*+-.^_`|~", *text) == NULL)
			return false;
	}
	return true;
}

/* The next line without its end, as a string; NULL: there is none. */
static char *next_line(char **at, const char *end)
{
	char *line = *at;
	char *stop = memchr(line, '\n', (size_t)(end - line));

	if (stop == NULL)
		return NULL;
	*at = stop + 1;
	if (stop > line && stop[-1] == '\r')
		stop--;
	*stop = '\0';
	return line;
}

static int refuse(const char **ret_why, int code, const char *why)
{
	*ret_why = why;
	return code;
}

/* An absolute form ("http://host/path") is taken for its path. */
static int read_target(char *target, struct rest_head *head,
		       const char **ret_why)
{
	char *query;

	if (strncasecmp(target, "http://", 7) == 0 ||
	    strncasecmp(target, "https://", 8) == 0) {
		target = strchr(strchr(target, ':') + 3, '/');
		if (target == NULL)
			return refuse(ret_why, 400, "no path in the request");
	}
	if (*target != '/')
		return refuse(ret_why, 400, "the path must begin with '/'");
	query = strchr(target, '?');
	if (query != NULL)
		*query++ = '\0';
	head->path = target;
	head->query = query;
	return 0;
}

static int read_first(char *line, struct rest_head *head, const char **ret_why)
{
	char *target = strchr(line, ' ');
	char *version = target != NULL ? strrchr(target + 1, ' ') : NULL;

	if (version == NULL)
		return refuse(ret_why, 400, "malformed request line");
	*target++ = '\0';
	*version++ = '\0';
	if (!is_token(line))
		return refuse(ret_why, 400, "malformed method");
	for (const char *c = target; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return refuse(ret_why, 400, "malformed path");
	}
	if (strcmp(version, "HTTP/1.1") == 0)
		head->keep_alive = true;
	else if (strcmp(version, "HTTP/1.0") != 0)
		return refuse(ret_why, 505, "only HTTP/1.1 is spoken here");
	head->method = line;
	return read_target(target, head, ret_why);
}

static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		size_t n = strcspn(list, ", \t");

		if (n == len && strncasecmp(list, word, len) == 0)
			return true;
		list += n;
		list += strspn(list, ", \t");
	}
	return false;
}

static bool read_length(const char *value, uint64_t *ret_length)
{
	size_t n = strspn(value, "0123456789");

	*ret_length = 0;
	if (n == 0 || n > MAX_DIGITS || value[n] != '\0')
		return false;
	for (; *value != '\0'; value++)
		*ret_length = *ret_length * 10 + (uint64_t)(*value - '0');
	return true;
}

struct seen {
	bool length, coding;
};

static int read_framing(const char *name, const char *value,
			struct rest_head *head, struct seen *seen,
			const char **ret_why)
{
	uint64_t length;

	if (strcasecmp(name, "Content-Length") == 0) {
		if (!read_length(value, &length) ||
		    (seen->length && length != head->content_length))
			return refuse(ret_why, 400, "bad Content-Length");
		seen->length = true;
		head->content_length = length;
	} else if (strcasecmp(name, "Transfer-Encoding") == 0) {
		if (seen->coding || strcasecmp(value, "chunked") != 0)
			return refuse(ret_why, 501,
				      "unknown Transfer-Encoding");
		seen->coding = true;
		head->is_chunked = true;
	} else if (strcasecmp(name, "Connection") == 0) {
		if (has_word(value, "close"))
			head->keep_alive = false;
	} else if (strcasecmp(name, "Expect") == 0) {
		head->expects_continue = has_word(value, "100-continue");
	}
	return 0;
}

static void keep(const char *name, const char *value, struct rest_head *head)
{
	const struct {
		const char *name;
		const char **to;
	} kept[] = {
		{"Content-Type", &head->content_type},
		{"Accept", &head->accept},
		{"User-Agent", &head->user_agent},
		{"Authorization", &head->authorization},
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (strcasecmp(name, kept[i].name) == 0 && *kept[i].to == NULL)
			*kept[i].to = value;
	}
}

static int read_field(char *line, struct rest_head *head, struct seen *seen,
		      const char **ret_why)
{
	char *value = strchr(line, ':'), *end;

	if (value == NULL)
		return refuse(ret_why, 400, "malformed header");
	*value++ = '\0';
	if (!is_token(line))
		return refuse(ret_why, 400, "malformed header");
	value += strspn(value, " \t");
	end = value + strlen(value);
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	keep(line, value, head);
	return read_framing(line, value, head, seen, ret_why);
}

int rest_head_parse(char *text, size_t len, struct rest_head *ret_head,
		    const char **ret_why)
{
	char *at = text, *line;
	const char *end = text + len;
	struct seen seen = {false, false};
	int rc;

	*ret_head = (struct rest_head){0};
	if (memchr(text, '\0', len) != NULL)
		return refuse(ret_why, 400, "NUL in the head");
	line = next_line(&at, end);
	if (line == NULL)
		return refuse(ret_why, 400, "malformed request line");
	rc = read_first(line, ret_head, ret_why);
	while (rc == 0 && (line = next_line(&at, end)) != NULL && *line != '\0')
		rc = read_field(line, ret_head, &seen, ret_why);
	/* Two lengths are how requests are smuggled. */
	if (rc == 0 && seen.length && seen.coding)
		rc = refuse(ret_why, 400,
			    "Content-Length beside Transfer-Encoding");
	return rc;
}

enum { IN_SIZE, IN_EXTENSION, IN_DATA, IN_DATA_END, IN_TRAILER };

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void size_ends(struct rest_chunks *c)
{
	c->step = c->left > 0 ? IN_DATA : IN_TRAILER;
	c->line = 0;
}

static int take_size(struct rest_chunks *c, char byte)
{
	int digit = hex(byte);

	if (digit >= 0 && c->line < MAX_DIGITS) {
		c->left = c->left * 16 + (uint64_t)digit;
		c->line++;
		return 0;
	}
	if (c->line == 0)
		return 400;
	if (byte == '\n')
		size_ends(c);
	else if (byte == ';' || byte == '\r' || byte == ' ')
		c->step = IN_EXTENSION;
	else
		return 400;
	return 0;
}

static int take_byte(struct rest_chunks *c, char byte)
{
	switch (c->step) {
	case IN_SIZE:
		return take_size(c, byte);
	case IN_EXTENSION:
		if (++c->line > MAX_TRAILER)
			return 400;
		if (byte == '\n')
			size_ends(c);
		return 0;
	case IN_DATA_END:
		if (byte == '\n')
			*c = (struct rest_chunks){.step = IN_SIZE};
		return byte == '\n' || byte == '\r' ? 0 : 400;
	default:
		if (byte == '\n') {
			c->is_done = c->line == 0;
			c->line = 0;
		} else if (byte != '\r' && ++c->line > MAX_TRAILER) {
			return 400;
		}
		return 0;
	}
}

int rest_head_chunks(struct rest_chunks *c, const char *data, size_t len,
		     struct buf *body, size_t *ret_used)
{
	size_t i = 0;
	int rc = 0;

	while (i < len && !c->is_done && rc == 0) {
		if (c->step != IN_DATA) {
			rc = take_byte(c, data[i++]);
			continue;
		}
		size_t n = len - i < c->left ? len - i : (size_t)c->left;

		if (buf_add(body, data + i, n) != 0)
			rc = 413;
		i += n;
		c->left -= n;
		if (c->left == 0)
			c->step = IN_DATA_END;
	}
	*ret_used = i;
	return rc;
}

const char *rest_head_phrase(int code)
{
	static const struct {
		int code;
		const char *phrase;
	} phrases[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{406, "Not Acceptable"},
		{409, "Conflict"},
		{410, "Gone"},
		{413, "Request Entity Too Large"},
		{415, "Unsupported Media Type"},
		{422, "Unprocessable Entity"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{504, "Gateway Timeout"},
		{505, "HTTP Version Not Supported"},
	};

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		if (phrases[i].code == code)
			return phrases[i].phrase;
	}
	return "Status";
}
