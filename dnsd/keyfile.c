/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/keyfile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "dnsd/tsig.h"
#include "statefuld/base64.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

enum { MAX_KEYS = 1000, WORD_MAX = 1100 };

enum token { TOKEN_END, TOKEN_WORD, TOKEN_PUNCT, TOKEN_BAD };

struct reader {
	const char *at, *end;
	const char *file;
	unsigned int line;
	enum token token;
	char punct;
	char word[WORD_MAX];
	struct err *err;
};

static int wrong(struct reader *reader, const char *field, const char *what)
{
	return err_set(reader->err, ST_EPARSE, "%s:%u: %s: %s", reader->file,
		       reader->line, field, what);
}

static bool begins(const struct reader *reader, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(reader->end - reader->at) >= len &&
	       memcmp(reader->at, text, len) == 0;
}

static void skip_line(struct reader *reader)
{
	while (reader->at < reader->end && *reader->at != '\n')
		reader->at++;
}

/* False if it never ends. */
static bool skip_comment(struct reader *reader)
{
	reader->at += 2;
	while (reader->at < reader->end && !begins(reader, "*/"))
		reader->line += *reader->at++ == '\n';
	if (reader->at == reader->end)
		return false;
	reader->at += 2;
	return true;
}

static bool skip_space(struct reader *reader)
{
	while (reader->at < reader->end) {
		char c = *reader->at;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			reader->line += c == '\n';
			reader->at++;
		} else if (c == '#' || begins(reader, "//")) {
			skip_line(reader);
		} else if (!begins(reader, "/*")) {
			break;
		} else if (!skip_comment(reader)) {
			return false;
		}
	}
	return true;
}

static bool keep_word(struct reader *reader, const char *from, size_t len)
{
	if (len >= sizeof(reader->word) || memchr(from, 0, len) != NULL)
		return false;
	memcpy(reader->word, from, len);
	reader->word[len] = '\0';
	return true;
}

static enum token read_quoted(struct reader *reader)
{
	const char *from = ++reader->at;
	size_t len;

	while (reader->at < reader->end && *reader->at != '"' &&
	       *reader->at != '\n')
		reader->at++;
	if (reader->at == reader->end || *reader->at != '"')
		return TOKEN_BAD;
	len = (size_t)(reader->at++ - from);
	return keep_word(reader, from, len) ? TOKEN_WORD : TOKEN_BAD;
}

static enum token read_bare(struct reader *reader)
{
	const char *from = reader->at;
	size_t len;

	while (reader->at < reader->end &&
	       strchr(" \t\r\n{};\"#", *reader->at) == NULL)
		reader->at++;
	len = (size_t)(reader->at - from);
	if (len == 0)
		return TOKEN_BAD;
	return keep_word(reader, from, len) ? TOKEN_WORD : TOKEN_BAD;
}

static enum token read_token(struct reader *reader)
{
	if (!skip_space(reader))
		return TOKEN_BAD;
	if (reader->at == reader->end)
		return TOKEN_END;
	switch (*reader->at) {
	case '{':
	case '}':
	case ';':
		reader->punct = *reader->at++;
		return TOKEN_PUNCT;
	case '"':
		return read_quoted(reader);
	default:
		return read_bare(reader);
	}
}

static void next(struct reader *reader)
{
	reader->token = read_token(reader);
}

static bool is_punct(const struct reader *reader, char c)
{
	return reader->token == TOKEN_PUNCT && reader->punct == c;
}

static bool is_word(const struct reader *reader, const char *word)
{
	return reader->token == TOKEN_WORD && strcmp(reader->word, word) == 0;
}

static int take_punct(struct reader *reader, char c, const char *field)
{
	char what[] = "there must be a ? here";

	if (is_punct(reader, c)) {
		next(reader);
		return 0;
	}
	what[sizeof("there must be a ") - 1] = c;
	return wrong(reader, field, what);
}

static int set_algorithm(struct reader *reader, struct tsig_key *key)
{
	if (reader->token != TOKEN_WORD ||
	    !tsig_algorithm(reader->word, &key->hash))
		return wrong(reader, "algorithm",
			     "must be hmac-sha256, hmac-sha384, hmac-sha512, "
			     "hmac-sha224 or hmac-sha1");
	return 0;
}

static int set_secret(struct reader *reader, struct tsig_key *key)
{
	char *data;
	size_t len;
	bool fits;

	if (reader->token != TOKEN_WORD ||
	    base64_decode(reader->word, strlen(reader->word), &data, &len) != 0)
		return wrong(reader, "secret",
			     "must be base64, as tsig-keygen writes it");
	fits = len > 0 && len <= sizeof(key->secret);
	if (fits) {
		memcpy(key->secret, data, len);
		key->secret_len = (uint16_t)len;
	}
	secret_free_len(data, len);
	return fits ? 0 : wrong(reader, "secret", "must have 1 to 512 octets");
}

/* One "field value;" of a key. */
static int read_field(struct reader *reader, struct tsig_key *key)
{
	bool is_secret = is_word(reader, "secret");
	int rc;

	if (!is_secret && !is_word(reader, "algorithm"))
		return wrong(reader, "key",
			     "only algorithm and secret can stand in it");
	next(reader);
	rc = is_secret ? set_secret(reader, key) : set_algorithm(reader, key);
	if (rc != 0)
		return rc;
	next(reader);
	return take_punct(reader, ';', is_secret ? "secret" : "algorithm");
}

static int read_name(struct reader *reader, const struct tsig_keys *keys,
		     struct tsig_key *key)
{
	if (!is_word(reader, "key"))
		return wrong(reader, "file",
			     "there must be: key \"NAME\" { algorithm "
			     "hmac-sha256; secret \"BASE64\"; };");
	next(reader);
	if (reader->token != TOKEN_WORD ||
	    name_parse(&key->name, reader->word) != 0)
		return wrong(reader, "key",
			     "its name must be a domain name, such as "
			     "transfer.example");
	if (tsig_keys_find(keys, &key->name) != NULL)
		return wrong(reader, "key",
			     "there is one of this name already");
	next(reader);
	return 0;
}

static int read_key(struct reader *reader, const struct tsig_keys *keys,
		    struct tsig_key *key)
{
	int rc = read_name(reader, keys, key);

	if (rc == 0)
		rc = take_punct(reader, '{', "key");
	while (rc == 0 && !is_punct(reader, '}'))
		rc = read_field(reader, key);
	if (rc != 0)
		return rc;
	if (key->secret_len == 0)
		return wrong(reader, "key", "it has no secret");
	next(reader);
	return take_punct(reader, ';', "key");
}

static void add_key(struct tsig_keys *keys, const struct tsig_key *key)
{
	struct tsig_key *more = mem_calloc(keys->n + 1, sizeof(*more));

	/* Not by realloc, which would leave secrets behind. */
	if (keys->n > 0)
		memcpy(more, keys->keys, keys->n * sizeof(*more));
	more[keys->n] = *key;
	size_t n = keys->n + 1;
	tsig_keys_fini(keys);
	*keys = (struct tsig_keys){more, n};
}

static int read_keys(struct reader *reader, struct tsig_keys *keys)
{
	int rc = 0;

	next(reader);
	if (reader->token == TOKEN_END)
		return wrong(reader, "file", "there is no key in it");
	while (rc == 0 && reader->token != TOKEN_END) {
		struct tsig_key key = {.hash = HMAC_SHA256};

		if (keys->n == MAX_KEYS)
			return wrong(reader, "file", "more than 1000 keys");
		rc = read_key(reader, keys, &key);
		if (rc == 0)
			add_key(keys, &key);
		hmac_wipe(&key, sizeof(key));
	}
	return rc;
}

int keyfile_parse(struct tsig_keys *keys, const char *text, size_t len,
		  const char *file, struct err *err)
{
	struct reader reader = {.at = text,
				.end = text + len,
				.file = file,
				.line = 1,
				.err = err};
	int rc = read_keys(&reader, keys);

	hmac_wipe(reader.word, sizeof(reader.word));
	return rc;
}

int keyfile_load(struct tsig_keys *keys, const char *path, struct err *err)
{
	FILE *file = fopen(path, "re");
	char *text;
	size_t len;
	int rc;

	if (file == NULL)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	(void)setvbuf(file, NULL, _IONBF, 0);
	text = mem_alloc(KEYFILE_MAX + 1);
	len = fread(text, 1, KEYFILE_MAX + 1, file);
	if (ferror(file))
		rc = err_set(err, -errno, "%s: %s", path, strerror(errno));
	else if (len > KEYFILE_MAX)
		rc = err_set(err, ST_ELIMIT, "%s: larger than %d octets", path,
			     KEYFILE_MAX);
	else
		rc = keyfile_parse(keys, text, len, path, err);
	fclose(file);
	secret_free_len(text, KEYFILE_MAX + 1);
	return rc;
}
