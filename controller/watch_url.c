/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/watch_url.h"

#include <ctype.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"

enum { PAGE_ITEMS = 500 };

/* Percent-encodes all but RFC 3986's unreserved characters. */
static void put_value(struct buf *url, const char *value)
{
	for (; *value; value++) {
		unsigned char c = (unsigned char)*value;

		if (isalnum(c) || strchr("-._~", c))
			buf_putc(url, (char)c);
		else
			buf_printf(url, "%%%02X", c);
	}
}

static void begin(struct buf *url, const char *path)
{
	buf_init(url, 0);
	buf_puts(url, path);
	buf_putc(url, strchr(path, '?') ? '&' : '?');
}

char *watch_url_list(const char *path, const char *page)
{
	struct buf url;

	begin(&url, path);
	buf_printf(&url, "limit=%d", PAGE_ITEMS);
	if (page) {
		buf_puts(&url, "&continue=");
		put_value(&url, page);
	}
	return buf_steal(&url);
}

char *watch_url_initial(const char *path, uint32_t timeout_s)
{
	struct buf url;

	begin(&url, path);
	buf_printf(&url,
		   "watch=1&sendInitialEvents=true"
		   "&resourceVersionMatch=NotOlderThan"
		   "&allowWatchBookmarks=true&timeoutSeconds=%u",
		   timeout_s);
	return buf_steal(&url);
}

char *watch_url_resume(const char *path, const char *version,
		       uint32_t timeout_s)
{
	struct buf url;

	begin(&url, path);
	buf_puts(&url, "watch=1&resourceVersion=");
	put_value(&url, version);
	buf_printf(&url, "&allowWatchBookmarks=true&timeoutSeconds=%u",
		   timeout_s);
	return buf_steal(&url);
}
