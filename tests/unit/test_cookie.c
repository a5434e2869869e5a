/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "dnsd/cookie.h"
#include "dnsd/cookie_jar.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"

enum { MADE_S = 1559731985, HOUR_S = 3600 };

/* Of RFC 9018, appendix A. */
#define FIRST	"e5e973e5a6b2a43f48e7dc849e37bfcf"
#define SECOND	"dd3bdf9344b678b185a6f5cb60fca715"
#define ANSWER1 "2464c4abcf10c957010000005cf79f111f8130c3eee29480"

static size_t octets(uint8_t *out, const char *hex)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1]};

		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return n;
}

static struct cookie_secrets secrets(const char *active, const char *previous)
{
	struct cookie_secrets made = {.has_previous = previous != NULL};

	octets(made.active, active);
	if (previous != NULL)
		octets(made.previous, previous);
	return made;
}

static struct sockaddr_storage client(const char *host)
{
	struct sockaddr_storage addr = {0};
	bool is_v6 = strchr(host, ':') != NULL;
	struct sockaddr_in *v4 = (void *)&addr;
	struct sockaddr_in6 *v6 = (void *)&addr;

	addr.ss_family = is_v6 ? AF_INET6 : AF_INET;
	assert_int_equal(inet_pton(addr.ss_family, host,
				   is_v6 ? (void *)&v6->sin6_addr
					 : (void *)&v4->sin_addr),
			 1);
	return addr;
}

static bool is_good(const struct cookie_secrets *with, const char *hex,
		    const char *host, uint32_t now_s)
{
	struct sockaddr_storage from = client(host);
	uint8_t wire[COOKIE_MAX];
	size_t len = octets(wire, hex);

	return cookie_is_good(with, wire, len, &from, now_s);
}

/* The reference code's first vectors: key and input count up from 0. */
static void siphash_is_that_of_its_authors(void **state)
{
	static const char *const want[] = {
		"310e0edd47db6f72",
		"fd67dc93c539f874",
		"5a4fa9d909806c0d",
	};
	uint8_t key[16], input[64], out[8], expected[8];

	(void)state;
	for (uint8_t i = 0; i < 64; i++)
		input[i] = i;
	memcpy(key, input, sizeof(key));
	for (size_t i = 0; i < st_array_len(want); i++) {
		octets(expected, want[i]);
		cookie_siphash(key, input, i, out);
		assert_memory_equal(out, expected, 8);
	}
	octets(expected, "724506eb4c328a95");
	cookie_siphash(key, input, 63, out);
	assert_memory_equal(out, expected, 8);
}

/* DNS-161 */
static void server_cookies_are_those_of_rfc_9018(void **state)
{
	static const struct {
		const char *secret, *host, *asked, *want;
		uint32_t now_s;
	} rows[] = {
		{FIRST, "198.51.100.100", "2464c4abcf10c957", ANSWER1, MADE_S},
		{FIRST, "203.0.113.203", "fc93fc62807ddb86",
		 "fc93fc62807ddb86010000005cf7a8716fbd1a23bbdbd46d",
		 1559734385},
		{SECOND, "2001:db8:220:1:59de:d0f4:8769:82b8",
		 "22681ab97d52c298",
		 "22681ab97d52c298010000005cf7c57926556bd0934c72f8",
		 1559741817},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct cookie_secrets with = secrets(rows[i].secret, NULL);
		struct sockaddr_storage from = client(rows[i].host);
		uint8_t asked[8], want[COOKIE_LEN], out[COOKIE_LEN];

		octets(asked, rows[i].asked);
		octets(want, rows[i].want);
		cookie_make(&with, asked, &from, rows[i].now_s, out);
		assert_memory_equal(out, want, sizeof(want));
		assert_true(is_good(&with, rows[i].want, rows[i].host,
				    rows[i].now_s));
	}
}

/* DNS-162: reserved octets are hashed as they came. */
static void a_cookie_with_other_reserved_octets_is_good(void **state)
{
	struct cookie_secrets with = secrets(FIRST, NULL);

	(void)state;
	assert_true(is_good(&with,
			    "fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5",
			    "203.0.113.203", 1559728000));
}

/* DNS-162 */
static void a_cookie_is_good_for_an_hour(void **state)
{
	static const char host[] = "198.51.100.100";
	struct cookie_secrets with = secrets(FIRST, NULL);

	(void)state;
	assert_true(is_good(&with, ANSWER1, host, MADE_S + HOUR_S));
	assert_false(is_good(&with, ANSWER1, host, MADE_S + HOUR_S + 1));
	assert_true(is_good(&with, ANSWER1, host, MADE_S - 300));
	assert_false(is_good(&with, ANSWER1, host, MADE_S - 301));
	assert_false(is_good(&with, ANSWER1, "198.51.100.101", MADE_S));
	assert_false(is_good(&with, "2464c4abcf10c957", host, MADE_S));
	for (size_t i = 0; i < COOKIE_LEN; i++) {
		char other[] = ANSWER1;

		other[2 * i] = other[2 * i] == '7' ? '8' : '7';
		assert_false(is_good(&with, other, host, MADE_S));
	}
}

/* DNS-163 */
static void the_secret_before_still_counts(void **state)
{
	static const char host[] = "198.51.100.100";
	struct cookie_secrets next = secrets(SECOND, FIRST);
	struct cookie_secrets after = secrets(SECOND, NULL);

	(void)state;
	assert_true(is_good(&next, ANSWER1, host, MADE_S));
	assert_false(is_good(&after, ANSWER1, host, MADE_S));
}

static void a_file_has_one_secret_or_two(void **state)
{
	static const struct {
		const char *text, *error;
	} rows[] = {
		{FIRST "\n", NULL},
		{"# now\n" FIRST "\r\n\n# before\n" SECOND, NULL},
		{"", "f: there is no secret"},
		{"#\n\n", "f: there is no secret"},
		{"e5e9\n", "f: line 1: a secret is 32 hexadecimal digits"},
		{FIRST "\n" FIRST "0\n", "f: line 2: a secret is 32"},
		{"g5e973e5a6b2a43f48e7dc849e37bfcf\n", "f: line 1: a secret"},
		{FIRST "\n\n" FIRST "\n" FIRST "\n", "f: line 4: a third"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct cookie_secrets read = {.active = {1}};
		struct err err = {0};
		int rc = cookie_jar_parse(&read, rows[i].text,
					  strlen(rows[i].text), "f", &err);

		assert_int_equal(rc == 0, rows[i].error == NULL);
		if (rc == 0)
			assert_int_equal(read.active[0], 0xe5);
		else
			assert_non_null(strstr(err_msg(&err), rows[i].error));
		/* A secret does not get into a log this way. */
		assert_null(strstr(err_msg(&err), "73e5a6"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siphash_is_that_of_its_authors),
		cmocka_unit_test(server_cookies_are_those_of_rfc_9018),
		cmocka_unit_test(a_cookie_with_other_reserved_octets_is_good),
		cmocka_unit_test(a_cookie_is_good_for_an_hour),
		cmocka_unit_test(the_secret_before_still_counts),
		cmocka_unit_test(a_file_has_one_secret_or_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
