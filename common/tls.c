/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/tls.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <time.h>

#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

struct tls_server {
	SSL_CTX *ctx;
};

struct tls {
	SSL *ssl;
	int wants;
};

/* A client that offers other protocols only is served all the same, and knows
 * by our silence: so do stub resolvers that send none. */
static int choose_alpn(SSL *ssl st_unused, const unsigned char **out,
		       unsigned char *out_len, const unsigned char *in,
		       unsigned int in_len, void *arg)
{
	const unsigned char *ours = arg;
	unsigned char *found = NULL;

	if (SSL_select_next_proto(&found, out_len, ours, 1u + ours[0], in,
				  in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = found;
	return SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *make_context(const char *alpn)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	st_assert(ctx != NULL);
	SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
	SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION |
					 SSL_OP_NO_COMPRESSION |
					 SSL_OP_IGNORE_UNEXPECTED_EOF);
	/* What is left over after a partial write moves in our buffers. */
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
				      SSL_MODE_RELEASE_BUFFERS);
	if (alpn != NULL)
		SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, (void *)alpn);
	return ctx;
}

/* The first error is the lowest: what the file system said comes before what
 * was made of it. */
static int failed(struct err *err, const char *what, const char *path)
{
	unsigned long code = ERR_peek_error();
	const char *why = ERR_SYSTEM_ERROR(code)
				  ? strerrordesc_np(ERR_GET_REASON(code))
				  : ERR_reason_error_string(code);

	ERR_clear_error();
	return err_set(err, ST_EINVAL, "%s %s: %s", what, path,
		       why != NULL ? why : "cannot be read");
}

int tls_server_new(const char *cert, const char *key, const char *alpn,
		   struct tls_server **ret, struct err *err)
{
	struct tls_server *server = mem_zalloc(sizeof(*server));
	int rc = 0;

	ERR_clear_error();
	server->ctx = make_context(alpn);
	if (SSL_CTX_use_certificate_chain_file(server->ctx, cert) != 1)
		rc = failed(err, "certificate", cert);
	else if (SSL_CTX_use_PrivateKey_file(server->ctx, key,
					     SSL_FILETYPE_PEM) != 1 ||
		 SSL_CTX_check_private_key(server->ctx) != 1)
		rc = failed(err, "key", key);
	if (rc < 0) {
		tls_server_free(server);
		return rc;
	}
	*ret = server;
	return 0;
}

void tls_server_free(struct tls_server *server)
{
	if (server != NULL)
		SSL_CTX_free(server->ctx);
	free(server);
}

int64_t tls_server_ends_s(const struct tls_server *server)
{
	const X509 *cert = SSL_CTX_get0_certificate(server->ctx);
	struct tm tm;

	if (cert == NULL || ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) != 1)
		return INT64_MAX;
	return timegm(&tm);
}

struct ssl_st *tls_server_session(const struct tls_server *server)
{
	SSL *ssl = SSL_new(server->ctx);

	st_assert(ssl != NULL);
	return ssl;
}

struct tls *tls_new(const struct tls_server *server, int fd)
{
	struct tls *tls = mem_zalloc(sizeof(*tls));

	tls->ssl = tls_server_session(server);
	tls->wants = LOOP_READ;
	st_assert(SSL_set_fd(tls->ssl, fd) == 1);
	SSL_set_accept_state(tls->ssl);
	return tls;
}

void tls_free(struct tls *tls)
{
	if (tls == NULL)
		return;
	ERR_clear_error();
	if (SSL_is_init_finished(tls->ssl))
		(void)SSL_shutdown(tls->ssl);
	ERR_clear_error();
	SSL_free(tls->ssl);
	free(tls);
}

/* What a call that moved nothing means. */
static ssize_t outcome(struct tls *tls, int rc)
{
	int why = SSL_get_error(tls->ssl, rc);

	ERR_clear_error();
	tls->wants = why == SSL_ERROR_WANT_WRITE ? LOOP_WRITE : LOOP_READ;
	if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE)
		return -EAGAIN;
	return why == SSL_ERROR_ZERO_RETURN ? 0 : -ECONNRESET;
}

static int clamp(size_t len)
{
	return len < INT_MAX ? (int)len : INT_MAX;
}

ssize_t tls_recv(struct tls *tls, void *data, size_t len)
{
	ERR_clear_error();
	int rc = SSL_read(tls->ssl, data, clamp(len));

	if (rc <= 0)
		return outcome(tls, rc);
	tls->wants = LOOP_READ;
	return rc;
}

ssize_t tls_send(struct tls *tls, const void *data, size_t len)
{
	if (len == 0)
		return 0;
	ERR_clear_error();
	int rc = SSL_write(tls->ssl, data, clamp(len));

	if (rc > 0)
		return rc;
	ssize_t code = outcome(tls, rc);
	return code == 0 ? -ECONNRESET : code;
}

int tls_wants(const struct tls *tls)
{
	return tls->wants;
}

bool tls_is_established(const struct tls *tls)
{
	return SSL_is_init_finished(tls->ssl) == 1;
}

bool tls_is_13(const struct tls *tls)
{
	return SSL_version(tls->ssl) >= TLS1_3_VERSION;
}

bool tls_has_alpn(const struct tls *tls)
{
	const unsigned char *name = NULL;
	unsigned int len = 0;

	SSL_get0_alpn_selected(tls->ssl, &name, &len);
	return len > 0;
}
