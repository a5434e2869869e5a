/* SPDX-License-Identifier: Apache-2.0 */
/* DNS over TLS: OpenSSL's client against our connections. */
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/tls.h"
#include "tests/unit/tcp_lab.h"

enum { TURNS = 2000, TURN_MS = 5 };

#define DOT ((const unsigned char *)"\3dot")

/* A server's key pair in files, and a client. */
struct dot_lab {
	struct tcp_lab *tcp;
	char cert[64], key[64], other_key[64];
	struct tls_server *tls;
	SSL_CTX *ctx;
	int fd;
	SSL *ssl;
};

static struct dot_lab lab;

static void write_key(const char *path, EVP_PKEY *key)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(
		PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(file);
}

static void write_cert(const char *path, EVP_PKEY *key)
{
	X509 *cert = X509_new();
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -60);
	X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
	X509_set_pubkey(cert, key);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_int_equal(PEM_write_X509(file, cert), 1);
	fclose(file);
	X509_free(cert);
}

static void make_files(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
	int pid = (int)getpid();

	snprintf(lab.cert, sizeof(lab.cert), "test_dot-%d.crt", pid);
	snprintf(lab.key, sizeof(lab.key), "test_dot-%d.key", pid);
	snprintf(lab.other_key, sizeof(lab.other_key), "test_dot-%d.2.key",
		 pid);
	write_key(lab.key, key);
	write_key(lab.other_key, other);
	write_cert(lab.cert, key);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

static int group_set_up(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	make_files();
	return 0;
}

static int group_tear_down(void **state)
{
	(void)state;
	unlink(lab.cert);
	unlink(lab.key);
	unlink(lab.other_key);
	return 0;
}

static int set_up(void **state)
{
	tcp_lab_set_up(state);
	lab.tcp = *state;
	assert_int_equal(tls_server_new(lab.cert, lab.key, (const char *)DOT,
					&lab.tls, NULL),
			 0);
	tcp_lab_start(lab.tcp, &(struct tcp_config){.tls = lab.tls});
	lab.ctx = SSL_CTX_new(TLS_client_method());
	return 0;
}

static int tear_down(void **state)
{
	SSL_free(lab.ssl);
	lab.ssl = NULL;
	SSL_CTX_free(lab.ctx);
	if (lab.fd > 0)
		close(lab.fd);
	lab.fd = 0;
	tcp_lab_tear_down(state);
	tls_server_free(lab.tls);
	return 0;
}

/* Runs an action of the client to its end, while the server works. */
static int drive(int (*act)(SSL *ssl))
{
	for (int i = 0; i < TURNS; i++) {
		int rc = act(lab.ssl);
		int why = SSL_get_error(lab.ssl, rc);

		if (rc == 1 ||
		    (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE))
			return rc;
		loop_turn(lab.tcp->loop, TURN_MS);
	}
	return -1;
}

static int greet_again(SSL_SESSION *session)
{
	lab.fd = tcp_lab_dial(lab.tcp);
	assert_int_equal(fcntl(lab.fd, F_SETFL, O_NONBLOCK), 0);
	lab.ssl = SSL_new(lab.ctx);
	SSL_set_fd(lab.ssl, lab.fd);
	if (session != NULL)
		SSL_set_session(lab.ssl, session);
	return drive(SSL_connect);
}

static int greet(void)
{
	return greet_again(NULL);
}

static void say(const char *line, uint16_t id)
{
	uint8_t wire[2 + LAB_QUERY_MAX];
	int len = (int)tcp_lab_frame(wire, line, id);

	assert_int_equal(SSL_write(lab.ssl, wire, len), len);
}

static size_t hear(uint8_t *out, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < TURNS && at < len; i++) {
		int got = SSL_read(lab.ssl, out + at, (int)(len - at));

		if (got > 0)
			at += (size_t)got;
		else if (SSL_get_error(lab.ssl, got) != SSL_ERROR_WANT_READ)
			return at;
		else
			loop_turn(lab.tcp->loop, TURN_MS);
	}
	return at;
}

static size_t expect(uint16_t id)
{
	static uint8_t out[FRAME];

	assert_int_equal(hear(out, 2), 2);
	size_t len = wire_get16(out);
	assert_int_equal(hear(out, len), len);
	assert_int_equal(wire_get16(out), id);
	assert_int_equal(out[3] & 0x0f, RCODE_NOERROR);
	return len;
}

/* DNS-186. */
static void queries_are_answered_over_tls(void **state)
{
	const unsigned char *alpn = NULL;
	unsigned int alpn_len = 0;

	(void)state;
	SSL_CTX_set_alpn_protos(lab.ctx, DOT, 4);
	assert_int_equal(greet(), 1);
	assert_string_equal(SSL_get_version(lab.ssl), "TLSv1.3");
	SSL_get0_alpn_selected(lab.ssl, &alpn, &alpn_len);
	assert_int_equal(alpn_len, 3);
	for (uint16_t i = 0; i < 200; i++)
		say(WEB_0, i);
	for (uint16_t i = 0; i < 200; i++)
		expect(i);
}

static void tls_1_2_will_do_and_1_1_will_not(void **state)
{
	(void)state;
	SSL_CTX_set_max_proto_version(lab.ctx, TLS1_2_VERSION);
	assert_int_equal(greet(), 1);
	say(WEB_0, 1);
	expect(1);
	SSL_free(lab.ssl);
	close(lab.fd);
	SSL_CTX_set_security_level(lab.ctx, 0);
	SSL_CTX_set_min_proto_version(lab.ctx, TLS1_1_VERSION);
	SSL_CTX_set_max_proto_version(lab.ctx, TLS1_1_VERSION);
	assert_int_not_equal(greet(), 1);
}

static void a_client_that_offers_other_protocols_is_served(void **state)
{
	const unsigned char *alpn = NULL;
	unsigned int alpn_len = 0;

	(void)state;
	SSL_CTX_set_alpn_protos(lab.ctx, (const unsigned char *)"\2h2", 3);
	assert_int_equal(greet(), 1);
	SSL_get0_alpn_selected(lab.ssl, &alpn, &alpn_len);
	assert_int_equal(alpn_len, 0);
	say(WEB_0, 1);
	expect(1);
}

/* The largest answer is of five TLS records. */
static void an_answer_of_many_records_arrives_whole(void **state)
{
	(void)state;
	assert_int_equal(greet(), 1);
	for (uint16_t i = 0; i < 20; i++)
		say(MASSES, i);
	for (uint16_t i = 0; i < 20; i++)
		assert_true(expect(i) > 60000);
}

static void a_session_is_resumed(void **state)
{
	SSL_SESSION *session;

	(void)state;
	assert_int_equal(greet(), 1);
	say(WEB_0, 1);
	expect(1);
	session = SSL_get1_session(lab.ssl);
	SSL_shutdown(lab.ssl);
	SSL_free(lab.ssl);
	close(lab.fd);
	assert_int_equal(greet_again(session), 1);
	assert_true(SSL_session_reused(lab.ssl));
	SSL_SESSION_free(session);
}

/* DNS-183 for those who never get as far as a query. */
static void a_handshake_that_stops_is_ended(void **state)
{
	(void)state;
	lab.fd = tcp_lab_dial(lab.tcp);
	tcp_lab_say(lab.fd, "\x16\x03\x01\x02", 4);
	tcp_lab_settle(lab.tcp);
	assert_int_equal(tcp_connections(lab.tcp->tcp), 1);
	tcp_lab_pass_ms(lab.tcp, 6000);
	assert_true(tcp_lab_is_closed(lab.tcp, lab.fd));
	assert_int_equal(tcp_connections(lab.tcp->tcp), 0);
}

static void what_is_no_tls_is_cut(void **state)
{
	(void)state;
	lab.fd = tcp_lab_dial(lab.tcp);
	tcp_lab_ask(lab.fd, WEB_0, 1);
	tcp_lab_settle(lab.tcp);
	assert_int_equal(tcp_connections(lab.tcp->tcp), 0);
}

static void old_connections_outlive_a_new_certificate(void **state)
{
	struct tls_server *next = NULL;

	(void)state;
	assert_int_equal(greet(), 1);
	assert_int_equal(tls_server_new(lab.cert, lab.key, (const char *)DOT,
					&next, NULL),
			 0);
	tcp_set_tls(lab.tcp->tcp, next);
	tls_server_free(lab.tls);
	lab.tls = next;
	say(WEB_0, 7);
	expect(7);
}

static void bad_files_are_named(void **state)
{
	struct tls_server *server = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(
		tls_server_new("no-such-file", lab.key, NULL, &server, &err),
		ST_EINVAL);
	assert_string_equal(err_msg(&err), "certificate no-such-file: No such "
					   "file or directory");
	assert_int_equal(tls_server_new(lab.key, lab.key, NULL, &server, &err),
			 ST_EINVAL);
	assert_non_null(strstr(err_msg(&err), "no start line"));
	assert_int_equal(
		tls_server_new(lab.cert, lab.other_key, NULL, &server, &err),
		ST_EINVAL);
	assert_non_null(strstr(err_msg(&err), "key values mismatch"));
	assert_non_null(strstr(err_msg(&err), lab.other_key));
	assert_null(server);
}

#define dot_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		dot_test(queries_are_answered_over_tls),
		dot_test(tls_1_2_will_do_and_1_1_will_not),
		dot_test(a_client_that_offers_other_protocols_is_served),
		dot_test(an_answer_of_many_records_arrives_whole),
		dot_test(a_session_is_resumed),
		dot_test(a_handshake_that_stops_is_ended),
		dot_test(what_is_no_tls_is_cut),
		dot_test(old_connections_outlive_a_new_certificate),
		dot_test(bad_files_are_named),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
