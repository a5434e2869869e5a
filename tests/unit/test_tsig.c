/* SPDX-License-Identifier: Apache-2.0 */
/* The MACs were computed by dnspython, which knows nothing of us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "statefuld/attr.h"

enum { NOW_S = 1700000000, QUESTION = 31, ROOM = 1024 };

static const struct vector {
	const char *algorithm, *request, *reply, *second;
} vectors[] = {
	{"hmac-sha1", "1b16a0c0f2a7330dab78c880fdbb74c7e77f8657",
	 "7041c22f72369562c7da9b7830e4a84f6ff2f87b",
	 "6cbd776cd978f06c3ba07f4b21ad83e761779d81"},
	{"hmac-sha224",
	 "f78a0b103663e17d3677c1c7cad546af836ff1b08f2d64e68981ba5e",
	 "b6f743229ccda27abc2acae7e1565c4ad1be5cdc813c23fcb4d61b08",
	 "6c76def66db0fe506e007f66e97bfec1c73c9d8b09342c463260bea7"},
	{"hmac-sha256",
	 "5c797cdbd1f07a8cbfd259a3166607602c0f34a29cfda2c4fc6f2c188fb863a2",
	 "eece13d4b15d3288d103c2a1ee3dbbf330cd2a8fb063052efa03b840da69192a",
	 "2e3c7df7406fc7193dc0d720fcd4c6cb297fe75aa5ac0d4a92344e4d33d111fb"},
	{"hmac-sha384",
	 "b87a04697598885cbcc885ec5a89b451e6d7f67e8fda7a6502535e144ffa7c5c"
	 "3de1eff1fcf25644a7107e2598b23a19",
	 "0d8e25d58c59e83065a0ca8e97e7ebcc6093a2f90a1fe8b84191cc987b17ddb9"
	 "1979839716b6442f963a783bd83ac4fa",
	 "86c6858e64fb7885c395ae7040eac35de52fdc92c8a4aefdd9eef038a7a45add"
	 "4e58d079bb6afef979a06cea9b96ecf3"},
	{"hmac-sha512",
	 "d8b75db5d0b47603621ab72cf97572eceb6579e9a890d416c94192b75d95b561"
	 "7864fa1063415835dedfdb0c81174dbc4e52aa8b88fbda9a2fef1118c9fb69c7",
	 "e228d80f9b9c859d4337ea62d28edcfac987935db03f6c5633537f608e298759"
	 "22b3557b6cf6c5e37b516ae8b7b63499483e3e99faf345fa0005b7a2d90a0588",
	 "8605069a2b751ab51f94fb769451b37a92989621dcee2877b488dbce5d843158"
	 "ba64a7d05bf42b6a7af0d0fe60522c578e0e54d9a1e3aeb56e46e6a48bfa9cfa"},
};

static size_t unhex(uint8_t *out, const char *hex)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1]};

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return n;
}

static size_t put_question(uint8_t *out)
{
	return unhex(out, "5a170000000100000000000007436c757374657205"
			  "4c6f63616c0000060001");
}

struct tsig_text {
	const char *name, *algorithm, *mac;
	uint64_t time_s;
	const char *fixed; /* of the record */
};

/* The question with a TSIG record; *ret_at is where that begins. */
static size_t put_request(uint8_t *out, const struct tsig_text *text,
			  size_t *ret_at)
{
	size_t at = put_question(out), length_at;
	struct name name;

	out[11] = 1;
	*ret_at = at;
	assert_int_equal(name_parse(&name, text->name), 0);
	memcpy(out + at, name.wire, name.len);
	at += name.len;
	at += unhex(out + at, text->fixed ? text->fixed : "00fa00ff00000000");
	length_at = at;
	assert_int_equal(name_parse(&name, text->algorithm), 0);
	memcpy(out + at + 2, name.wire, name.len);
	at += 2u + name.len;
	wire_put16(out + at, (uint16_t)(text->time_s >> 32));
	wire_put32(out + at + 2, (uint32_t)text->time_s);
	wire_put16(out + at + 6, 300);
	wire_put16(out + at + 8, (uint16_t)(strlen(text->mac) / 2));
	at += 10 + unhex(out + at + 10, text->mac);
	at += unhex(out + at, "5a1700000000");
	wire_put16(out + length_at, (uint16_t)(at - length_at - 2));
	return at;
}

static void make_key(struct tsig_key *key, const char *algorithm)
{
	*key = (struct tsig_key){.secret_len = 32};
	assert_int_equal(name_parse(&key->name, "transfer.example"), 0);
	assert_true(tsig_algorithm(algorithm, &key->hash));
	for (uint8_t i = 0; i < 32; i++)
		key->secret[i] = i + 1;
}

static uint16_t check(struct tsig_state *state, const struct tsig_text *text,
		      struct tsig_key *key, uint64_t now_s)
{
	struct tsig_keys keys = {key, 1};
	uint8_t wire[ROOM];
	size_t at, len = put_request(wire, text, &at);

	return tsig_check(state, &keys, wire, len, at, now_s);
}

static void expect_error(struct tsig_state *state, const struct tsig_text *text,
			 struct tsig_key *key, uint64_t now_s, uint16_t error)
{
	assert_int_equal(check(state, text, key, now_s), RCODE_NOTAUTH);
	assert_int_equal(state->error, error);
}

/* What a sha256 request is, for those that are wrong in one point. */
static struct tsig_text good(void)
{
	return (struct tsig_text){.name = "Transfer.Example",
				  .algorithm = "HMAC-SHA256",
				  .mac = vectors[2].request,
				  .time_s = NOW_S};
}

static void assert_mac(const uint8_t *message, size_t len, const char *hex)
{
	uint8_t mac[HMAC_MAX];
	size_t n = unhex(mac, hex);

	assert_memory_equal(message + len - 6 - n, mac, n);
}

static void each_algorithm_agrees_with_another_implementation(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(vectors); i++) {
		struct tsig_text text = {.name = "Transfer.Example",
					 .algorithm = vectors[i].algorithm,
					 .mac = vectors[i].request,
					 .time_s = NOW_S};
		struct tsig_state tsig;
		struct tsig_key key;
		uint8_t out[ROOM];
		size_t len;

		make_key(&key, vectors[i].algorithm);
		assert_int_equal(check(&tsig, &text, &key, NOW_S),
				 RCODE_NOERROR);
		len = put_question(out);
		out[2] = WIRE_QR;
		assert_int_equal(tsig_sign(&tsig, out, len, NOW_S),
				 len + tsig_room(&tsig));
		assert_int_equal(out[11], 1);
		assert_mac(out, len + tsig_room(&tsig), vectors[i].reply);
		out[11] = 0;
		len = tsig_sign(&tsig, out, len, NOW_S);
		assert_mac(out, len, vectors[i].second);
	}
}

static void md5_and_unknown_names_are_no_algorithms(void **state)
{
	enum hmac_hash hash;

	(void)state;
	assert_false(tsig_algorithm("hmac-md5", &hash));
	assert_false(tsig_algorithm("hmac-md5.sig-alg.reg.int.", &hash));
	assert_false(tsig_algorithm("", &hash));
	assert_false(tsig_algorithm("hmac-sha", &hash));
	assert_true(tsig_algorithm("HMAC-SHA512.", &hash));
	assert_int_equal(hash, HMAC_SHA512);
}

/* DNS-205: unsigned, with the request's name, algorithm and times. */
static void an_unknown_key_is_badkey_unsigned(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;
	uint8_t out[ROOM];
	size_t len;

	(void)state;
	make_key(&key, "hmac-sha256");
	text.name = "other.example";
	expect_error(&tsig, &text, &key, NOW_S, TSIG_BADKEY);
	len = put_question(out);
	len = tsig_sign(&tsig, out, len, NOW_S + 7);
	/* MAC size, original ID, error, no other data. */
	assert_memory_equal(out + len - 8, "\0\0\x5a\x17\0\x11\0\0", 8);
	assert_int_equal(wire_get32(out + len - 14), NOW_S);
	text.name = ".";
	expect_error(&tsig, &text, &key, NOW_S, TSIG_BADKEY);
}

static void another_algorithm_than_the_keys_is_badkey(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;

	(void)state;
	make_key(&key, "hmac-sha256");
	text.algorithm = "hmac-sha512";
	expect_error(&tsig, &text, &key, NOW_S, TSIG_BADKEY);
	text.algorithm = "hmac-md5.sig-alg.reg.int";
	expect_error(&tsig, &text, &key, NOW_S, TSIG_BADKEY);
}

static void a_wrong_mac_is_badsig_unsigned_whatever_the_time(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;

	(void)state;
	make_key(&key, "hmac-sha256");
	key.secret[0] ^= 1;
	expect_error(&tsig, &text, &key, NOW_S + 9999, TSIG_BADSIG);
	assert_null(tsig.key);
	assert_int_equal(tsig_room(&tsig), 18 + 10 + 13 + 16);
}

static void times_out_of_bounds_are_badtime_signed(void **state)
{
	static const int64_t off[] = {-301, 301, 100000};
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;
	uint8_t out[ROOM];
	size_t len;

	(void)state;
	make_key(&key, "hmac-sha256");
	assert_int_equal(check(&tsig, &text, &key, NOW_S + 300), RCODE_NOERROR);
	assert_int_equal(check(&tsig, &text, &key, NOW_S - 300), RCODE_NOERROR);
	for (size_t i = 0; i < st_array_len(off); i++) {
		uint64_t now_s = (uint64_t)(NOW_S + off[i]);

		expect_error(&tsig, &text, &key, now_s, TSIG_BADTIME);
		len = tsig_sign(&tsig, out, put_question(out), now_s);
		/* Other data is our time; the client's stands in front. */
		assert_int_equal(wire_get32(out + len - 4), now_s);
		assert_memory_equal(out + len - 12, "\x5a\x17\0\x12\0\6", 6);
		assert_int_equal(wire_get32(out + len - 12 - 32 - 2 - 2 - 4),
				 NOW_S);
	}
}

static void short_macs_are_malformed_or_badtrunc(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;
	char mac[2 * 33 + 1];

	(void)state;
	make_key(&key, "hmac-sha256");
	text.mac = mac;
	for (size_t n = 0; n <= 33; n++) {
		uint16_t rcode = RCODE_FORMERR;

		strcpy(mac, vectors[2].request);
		strcat(mac, "00");
		mac[2 * n] = '\0';
		if (n >= 16)
			rcode = n == 32 ? RCODE_NOERROR : RCODE_NOTAUTH;
		if (n == 33)
			rcode = RCODE_FORMERR;
		assert_int_equal(check(&tsig, &text, &key, NOW_S), rcode);
		if (rcode == RCODE_NOTAUTH)
			assert_int_equal(tsig.error, TSIG_BADTRUNC);
	}
	strcpy(mac, vectors[2].request);
	mac[40] = '\0';
	mac[0] ^= 1;
	expect_error(&tsig, &text, &key, NOW_S, TSIG_BADSIG);
}

static void another_class_or_ttl_is_malformed(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;

	(void)state;
	make_key(&key, "hmac-sha256");
	text.fixed = "00fa000100000000";
	assert_int_equal(check(&tsig, &text, &key, NOW_S), RCODE_FORMERR);
	text.fixed = "00fa00ff00000001";
	assert_int_equal(check(&tsig, &text, &key, NOW_S), RCODE_FORMERR);
}

/* Cut anywhere, with a length that fits, nothing behind the end is read. */
static void a_record_cut_anywhere_is_malformed(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	uint8_t wire[ROOM];
	size_t at, len = put_request(wire, &text, &at), rdata = at + 18 + 10;

	(void)state;
	for (size_t cut = at; cut < len; cut++) {
		uint8_t *exact = malloc(cut);

		if (cut >= rdata)
			wire_put16(wire + rdata - 2, (uint16_t)(cut - rdata));
		memcpy(exact, wire, cut);
		assert_int_equal(tsig_check(&tsig, NULL, exact, cut, at, NOW_S),
				 RCODE_FORMERR);
		free(exact);
	}
}

/* A forwarder may change the ID; the first one was signed. */
static void the_original_id_is_in_the_digest(void **state)
{
	struct tsig_text text = good();
	struct tsig_state tsig;
	struct tsig_key key;
	struct tsig_keys keys = {&key, 1};
	uint8_t wire[ROOM];
	size_t at, len = put_request(wire, &text, &at);

	(void)state;
	make_key(&key, "hmac-sha256");
	wire[0] ^= 0x55;
	assert_int_equal(tsig_check(&tsig, &keys, wire, len, at, NOW_S),
			 RCODE_NOERROR);
	wire[WIRE_HEADER + 1] ^= 0x01;
	assert_int_equal(tsig_check(&tsig, &keys, wire, len, at, NOW_S),
			 RCODE_NOTAUTH);
}

static void what_we_sign_verifies(void **state)
{
	struct tsig_state tsig, seen;
	struct tsig_key key;
	struct tsig_keys keys = {&key, 1};
	uint8_t wire[ROOM];
	size_t at, len;

	(void)state;
	for (int hash = 0; hash < HMAC_HASHES; hash++) {
		make_key(&key, "hmac-sha256");
		key.hash = (enum hmac_hash)hash;
		tsig_begin(&tsig, &key);
		at = put_question(wire);
		len = tsig_sign(&tsig, wire, at, NOW_S);
		assert_int_equal(
			tsig_check(&seen, &keys, wire, len, at, NOW_S + 5),
			RCODE_NOERROR);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_algorithm_agrees_with_another_implementation),
		cmocka_unit_test(md5_and_unknown_names_are_no_algorithms),
		cmocka_unit_test(an_unknown_key_is_badkey_unsigned),
		cmocka_unit_test(another_algorithm_than_the_keys_is_badkey),
		cmocka_unit_test(
			a_wrong_mac_is_badsig_unsigned_whatever_the_time),
		cmocka_unit_test(times_out_of_bounds_are_badtime_signed),
		cmocka_unit_test(short_macs_are_malformed_or_badtrunc),
		cmocka_unit_test(another_class_or_ttl_is_malformed),
		cmocka_unit_test(a_record_cut_anywhere_is_malformed),
		cmocka_unit_test(the_original_id_is_in_the_digest),
		cmocka_unit_test(what_we_sign_verifies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
