/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_dns - what the flags of the DNS side do to the options.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
#include "statefuld/attr.h"

struct err;
struct options;

int flags_dns_dot(struct options *options, const char *text, struct err *err);
int flags_dns_dot_cert(struct options *options, const char *text,
		       struct err *err);
int flags_dns_dot_key(struct options *options, const char *text,
		      struct err *err);
int flags_dns_tcp_idle(struct options *options, const char *text,
		       struct err *err);
int flags_dns_tcp_connections(struct options *options, const char *text,
			      struct err *err);
int flags_dns_tcp_per_client(struct options *options, const char *text,
			     struct err *err);

int flags_dns_max_udp_payload(struct options *options, const char *text,
			      struct err *err);
int flags_dns_allow_query(struct options *options, const char *text,
			  struct err *err);
int flags_dns_rrl(struct options *options, const char *text, struct err *err);
int flags_dns_rrl_slip(struct options *options, const char *text,
		       struct err *err);
int flags_dns_rrl_exempt(struct options *options, const char *text,
			 struct err *err);
int flags_dns_cookie_secret(struct options *options, const char *text,
			    struct err *err);
int flags_dns_nsid(struct options *options, const char *text, struct err *err);
int flags_dns_version_text(struct options *options, const char *text,
			   struct err *err);

/* What only all flags together can say. */
st_must_check int flags_dns_check(const struct options *options,
				  struct err *err);
