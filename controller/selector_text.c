/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/selector_text.h"

#include <string.h>

#include "controller/selector.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"

enum { MAX_TEXT = 64 << 10 };

/* The text is turned into a LabelSelector, which selector.h reads. */
struct reading {
	const char *at;
	struct buf out;
	struct err *err;
};

static void skip_spaces(struct reading *reading)
{
	reading->at += strspn(reading->at, " ");
}

static bool take(struct reading *reading, const char *text)
{
	size_t len = strlen(text);

	skip_spaces(reading);
	if (strncmp(reading->at, text, len) != 0)
		return false;
	reading->at += len;
	return true;
}

/* What keys and values can be made of; the rest is checked afterwards. */
static size_t word_len(const char *text)
{
	return strcspn(text, " ,=!()<>\"\\");
}

/* A word, as a JSON string. */
static size_t put_word(struct reading *reading)
{
	size_t len;

	skip_spaces(reading);
	len = word_len(reading->at);
	buf_printf(&reading->out, "\"%.*s\"", (int)len, reading->at);
	reading->at += len;
	return len;
}

static int refuse(const struct reading *reading, const char *why)
{
	return err_set(reading->err, ST_EINVAL, "%s at \"%s\"", why,
		       reading->at);
}

static int put_values(struct reading *reading)
{
	if (!take(reading, "("))
		return refuse(reading, "write (value,value)");
	do {
		put_word(reading);
		skip_spaces(reading);
		if (*reading->at == ',')
			buf_putc(&reading->out, ',');
	} while (take(reading, ","));
	return take(reading, ")") ? 0 : refuse(reading, "a ) is missing");
}

/* "in" and "notin" are words of their own. */
static bool take_word(struct reading *reading, const char *word)
{
	size_t len = strlen(word);

	skip_spaces(reading);
	if (word_len(reading->at) != len)
		return false;
	return take(reading, word);
}

static int put_operator(struct reading *reading)
{
	struct buf *out = &reading->out;
	int rc = 0;

	if (take(reading, "!=")) {
		buf_puts(out, ",\"operator\":\"NotIn\",\"values\":[");
		put_word(reading);
	} else if (take(reading, "==") || take(reading, "=")) {
		buf_puts(out, ",\"operator\":\"In\",\"values\":[");
		put_word(reading);
	} else if (take_word(reading, "in")) {
		buf_puts(out, ",\"operator\":\"In\",\"values\":[");
		rc = put_values(reading);
	} else if (take_word(reading, "notin")) {
		buf_puts(out, ",\"operator\":\"NotIn\",\"values\":[");
		rc = put_values(reading);
	} else {
		buf_puts(out, ",\"operator\":\"Exists\"}");
		return 0;
	}
	buf_puts(out, "]}");
	return rc;
}

static int put_term(struct reading *reading)
{
	bool is_missing = take(reading, "!");

	buf_puts(&reading->out, "{\"key\":");
	if (put_word(reading) == 0)
		return refuse(reading, "a label's key is missing");
	if (!is_missing)
		return put_operator(reading);
	buf_puts(&reading->out, ",\"operator\":\"DoesNotExist\"}");
	return 0;
}

static int put_terms(struct reading *reading)
{
	int rc;

	buf_puts(&reading->out, "{\"matchExpressions\":[");
	for (;;) {
		rc = put_term(reading);
		if (rc != 0)
			return rc;
		if (!take(reading, ","))
			break;
		buf_putc(&reading->out, ',');
	}
	skip_spaces(reading);
	buf_puts(&reading->out, "]}");
	return *reading->at ? refuse(reading, "write key=value, key!=value, "
					      "key in (values), key or !key")
			    : 0;
}

int selector_text_parse(const char *text, struct selector **ret_selector,
			struct err *err)
{
	struct reading reading = {.at = text, .err = err};
	struct json *json = NULL;
	int rc;

	if (strlen(text) > MAX_TEXT)
		return err_set(err, ST_ELIMIT, "the selector is too long");
	buf_init(&reading.out, 0);
	rc = put_terms(&reading);
	if (rc == 0)
		rc = json_parse(reading.out.data, reading.out.len, &json, err);
	if (rc == 0)
		rc = selector_new(json, ret_selector, err);
	json_free(json);
	buf_fini(&reading.out);
	return rc;
}
