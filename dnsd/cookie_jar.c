/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/cookie_jar.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "statefuld/secret.h"

enum { FILE_MAX = 4096, DIGITS = 2 * COOKIE_SECRET };

struct box {
	struct rcu_head rcu;
	struct cookie_secrets secrets;
};

struct cookie_jar {
	struct box *cur; /* stored by the owner, loaded under RCU */
};

static void reclaim(struct rcu_head *head)
{
	secret_free_len((char *)caa_container_of(head, struct box, rcu),
			sizeof(struct box));
}

struct cookie_jar *cookie_jar_new(void)
{
	struct cookie_jar *jar = mem_zalloc(sizeof(*jar));
	uint8_t *secret;

	jar->cur = mem_zalloc(sizeof(*jar->cur));
	secret = jar->cur->secrets.active;
	st_assert(getrandom(secret, COOKIE_SECRET, 0) == COOKIE_SECRET);
	return jar;
}

void cookie_jar_free(struct cookie_jar *jar)
{
	if (jar != NULL)
		secret_free_len((char *)jar->cur, sizeof(*jar->cur));
	free(jar);
}

const struct cookie_secrets *cookie_jar_peek_rcu(const struct cookie_jar *jar)
{
	return jar != NULL ? &rcu_dereference(jar->cur)->secrets : NULL;
}

static unsigned int digit(char c)
{
	return (unsigned int)(isdigit((unsigned char)c)
				      ? c - '0'
				      : (c | 0x20) - 'a' + 10);
}

static bool read_secret(uint8_t out[COOKIE_SECRET], const char *line,
			size_t len)
{
	if (len != DIGITS)
		return false;
	for (size_t i = 0; i < DIGITS; i++) {
		if (!isxdigit((unsigned char)line[i]))
			return false;
	}
	for (size_t i = 0; i < COOKIE_SECRET; i++)
		out[i] = (uint8_t)(digit(line[2 * i]) << 4 |
				   digit(line[2 * i + 1]));
	return true;
}

static int take_line(struct cookie_secrets *secrets, size_t *n,
		     const char *line, size_t len)
{
	while (len > 0 && isspace((unsigned char)line[len - 1]))
		len--;
	if (len == 0 || line[0] == '#')
		return 0;
	if (*n == 2)
		return ST_ELIMIT;
	if (!read_secret(*n == 0 ? secrets->active : secrets->previous, line,
			 len))
		return ST_EPARSE;
	(*n)++;
	return 0;
}

int cookie_jar_parse(struct cookie_secrets *ret_secrets, const char *text,
		     size_t len, const char *path, struct err *err)
{
	struct cookie_secrets secrets = {.has_previous = false};
	const char *end = text + len;
	unsigned int number = 0;
	size_t n = 0;
	int rc = 0;

	while (text < end && rc == 0) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		stop = stop != NULL ? stop : end;
		number++;
		rc = take_line(&secrets, &n, text, (size_t)(stop - text));
		text = stop + 1;
	}
	secrets.has_previous = n == 2;
	if (rc == 0 && n > 0)
		*ret_secrets = secrets;
	explicit_bzero(&secrets, sizeof(secrets));
	if (rc == ST_ELIMIT)
		return err_set(err, rc,
			       "%s: line %u: a third secret: keep the one in "
			       "use and the one before",
			       path, number);
	if (rc != 0)
		return err_set(err, rc,
			       "%s: line %u: a secret is %d hexadecimal "
			       "digits, alone on its line",
			       path, number, DIGITS);
	if (n == 0)
		return err_set(err, ST_EPARSE,
			       "%s: there is no secret in it: write %d "
			       "hexadecimal digits",
			       path, DIGITS);
	return 0;
}

int cookie_jar_load(struct cookie_jar *jar, const char *path, struct err *err)
{
	struct box *box;
	char text[FILE_MAX];
	FILE *file = fopen(path, "re");
	int rc;

	if (file == NULL)
		return err_set(err, -errno, "%s: %s", path,
			       strerrordesc_np(errno));
	size_t len = fread(text, 1, sizeof(text), file);
	bool is_bad = ferror(file) != 0;
	int code = errno;
	fclose(file);
	if (is_bad)
		return err_set(err, -code, "%s: %s", path,
			       strerrordesc_np(code));
	box = mem_zalloc(sizeof(*box));
	rc = cookie_jar_parse(&box->secrets, text, len, path, err);
	explicit_bzero(text, sizeof(text));
	if (rc != 0) {
		free(box);
		return rc;
	}
	struct box *old = jar->cur;
	rcu_assign_pointer(jar->cur, box);
	call_rcu(&old->rcu, reclaim);
	return 0;
}
