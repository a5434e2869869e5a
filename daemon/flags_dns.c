/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_dns.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/number.h"
#include "daemon/options.h"
#include "daemon/range.h"
#include "statefuld/err.h"

enum {
	MAX_TCP_IDLE_S = 3600,
	MAX_TCP_CONNECTIONS = 1000000,
	MIN_UDP_PAYLOAD = 512,
	MAX_UDP_PAYLOAD = 4096,
	MAX_RRL = 100000,
	MAX_SLIP = 100,
	MAX_TEXT = 128, /* of an NSID, beside the longest question */
};

int flags_dns_dot(struct options *options, const char *text, struct err *err)
{
	return listen_add(&options->dot, &options->n_dot, text, err);
}

int flags_dns_dot_cert(struct options *options, const char *text,
		       struct err *err st_unused)
{
	options->dot_cert = text;
	return 0;
}

int flags_dns_dot_key(struct options *options, const char *text,
		      struct err *err st_unused)
{
	options->dot_key = text;
	return 0;
}

int flags_dns_tcp_idle(struct options *options, const char *text,
		       struct err *err)
{
	return number_parse(&options->tcp_idle_s, text, 1, MAX_TCP_IDLE_S, err);
}

int flags_dns_tcp_connections(struct options *options, const char *text,
			      struct err *err)
{
	return number_parse(&options->tcp_connections, text, 1,
			    MAX_TCP_CONNECTIONS, err);
}

int flags_dns_tcp_per_client(struct options *options, const char *text,
			     struct err *err)
{
	return number_parse(&options->tcp_per_client, text, 1,
			    MAX_TCP_CONNECTIONS, err);
}

int flags_dns_max_udp_payload(struct options *options, const char *text,
			      struct err *err)
{
	return number_parse(&options->udp_payload, text, MIN_UDP_PAYLOAD,
			    MAX_UDP_PAYLOAD, err);
}

int flags_dns_allow_query(struct options *options, const char *text,
			  struct err *err)
{
	return range_add(&options->allow_query, &options->n_allow_query, text,
			 err);
}

int flags_dns_rrl(struct options *options, const char *text, struct err *err)
{
	return number_parse(&options->rrl, text, 0, MAX_RRL, err);
}

int flags_dns_rrl_slip(struct options *options, const char *text,
		       struct err *err)
{
	return number_parse(&options->rrl_slip, text, 0, MAX_SLIP, err);
}

int flags_dns_rrl_exempt(struct options *options, const char *text,
			 struct err *err)
{
	return range_add(&options->rrl_exempt, &options->n_rrl_exempt, text,
			 err);
}

int flags_dns_cookie_secret(struct options *options, const char *text,
			    struct err *err st_unused)
{
	options->cookie_secret = text;
	return 0;
}

/* A text that is told, or "off". */
static int set_text(const char **ret, const char *text, struct err *err)
{
	if (strlen(text) > MAX_TEXT)
		return err_set(err, ST_ELIMIT,
			       "longer than %d octets, of which clients get no "
			       "more",
			       MAX_TEXT);
	*ret = strcmp(text, "off") == 0 ? "" : text;
	return 0;
}

int flags_dns_nsid(struct options *options, const char *text, struct err *err)
{
	return set_text(&options->nsid, text, err);
}

int flags_dns_version_text(struct options *options, const char *text,
			   struct err *err)
{
	return set_text(&options->version_text, text, err);
}

int flags_dns_check(const struct options *options, struct err *err)
{
	bool has_both = options->dot_cert != NULL && options->dot_key != NULL;
	bool has_one = options->dot_cert != NULL || options->dot_key != NULL;

	if (options->n_dot > 0 && !has_both)
		return err_set(err, ST_EINVAL,
			       "--dot needs a certificate and its key: give "
			       "--dot-cert FILE and --dot-key FILE");
	if (options->n_dot == 0 && has_one)
		return err_set(err, ST_EINVAL,
			       "%s is for DNS over TLS: give --dot ADDR:PORT, "
			       "too",
			       options->dot_cert != NULL ? "--dot-cert"
							 : "--dot-key");
	return 0;
}
