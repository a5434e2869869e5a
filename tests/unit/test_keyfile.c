/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/keyfile.h"
#include "dnsd/tsig.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"

#define SECRET "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

static int parse(struct tsig_keys *keys, const char *text, struct err *err)
{
	*keys = (struct tsig_keys){0};
	return keyfile_parse(keys, text, strlen(text), "keys.conf", err);
}

static void what_tsig_keygen_writes_is_read(void **state)
{
	struct tsig_keys keys;
	struct name name;

	(void)state;
	assert_int_equal(parse(&keys,
			       "key \"Transfer.Example\" {\n"
			       "\talgorithm hmac-sha512;\n"
			       "\tsecret \"" SECRET "\";\n};\n",
			       NULL),
			 0);
	assert_int_equal(keys.n, 1);
	assert_int_equal(keys.keys[0].hash, HMAC_SHA512);
	assert_int_equal(keys.keys[0].secret_len, 32);
	assert_int_equal(keys.keys[0].secret[31], 32);
	assert_int_equal(name_parse(&name, "transfer.example"), 0);
	assert_ptr_equal(tsig_keys_find(&keys, &name), &keys.keys[0]);
	tsig_keys_fini(&keys);
}

static void comments_bare_words_and_several_keys_are_read(void **state)
{
	struct tsig_keys keys;

	(void)state;
	assert_int_equal(
		parse(&keys,
		      "# one\n// two\n/* three\n */key a{secret " SECRET
		      ";};key b.c. { algorithm HMAC-SHA1.; secret AA==; } ;",
		      NULL),
		0);
	assert_int_equal(keys.n, 2);
	assert_int_equal(keys.keys[0].hash, HMAC_SHA256);
	assert_int_equal(keys.keys[1].hash, HMAC_SHA1);
	assert_int_equal(keys.keys[1].secret_len, 1);
	tsig_keys_fini(&keys);
}

static void errors_name_file_line_and_field(void **state)
{
	static const char *const cases[][2] = {
		{"", "keys.conf:1: file: there is no key in it"},
		{"\n\noptions { };",
		 "keys.conf:3: file: there must be: key \"NAME\" { algorithm "
		 "hmac-sha256; secret \"BASE64\"; };"},
		{"key \"a\"\n{ algorithm hmac-md5;",
		 "keys.conf:2: algorithm: must be hmac-sha256, hmac-sha384, "
		 "hmac-sha512, hmac-sha224 or hmac-sha1"},
		{"key a { secret \"" SECRET "\" }",
		 "keys.conf:1: secret: there must be a ; here"},
		{"key a { secret \"*\"; };",
		 "keys.conf:1: secret: must be base64, as tsig-keygen writes "
		 "it"},
		{"key a { secret \"\"; };",
		 "keys.conf:1: secret: must have 1 to 512 octets"},
		{"key a { secret \"AAAA\n\"; };",
		 "keys.conf:1: secret: must be base64, as tsig-keygen writes "
		 "it"},
		{"key a { " SECRET "; };",
		 "keys.conf:1: key: only algorithm and secret can stand in "
		 "it"},
		{"key a { algorithm hmac-sha256; };",
		 "keys.conf:1: key: it has no secret"},
		{"key a { secret AAAA; };\nkey A { secret AAAA; };",
		 "keys.conf:2: key: there is one of this name already"},
		{"key \"a..b\" { };",
		 "keys.conf:1: key: its name must be a domain name, such as "
		 "transfer.example"},
		{"key a { secret AAAA; }",
		 "keys.conf:1: key: there must be a ; here"},
		{"key a secret", "keys.conf:1: key: there must be a { here"},
		{"/* no end",
		 "keys.conf:1: file: there must be: key \"NAME\" { algorithm "
		 "hmac-sha256; secret \"BASE64\"; };"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		struct tsig_keys keys;
		struct err err = {0};

		assert_int_equal(parse(&keys, cases[i][0], &err), ST_EPARSE);
		assert_string_equal(err_msg(&err), cases[i][1]);
		assert_null(strstr(err_msg(&err), SECRET));
		tsig_keys_fini(&keys);
	}
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct tsig_keys keys = {0};
	struct err err = {0};

	(void)state;
	assert_true(keyfile_load(&keys, "/nonexistent/keys", &err) < 0);
	assert_string_equal(err_msg(&err),
			    "/nonexistent/keys: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_tsig_keygen_writes_is_read),
		cmocka_unit_test(comments_bare_words_and_several_keys_are_read),
		cmocka_unit_test(errors_name_file_line_and_field),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
