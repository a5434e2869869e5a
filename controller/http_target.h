/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * http_target - where requests go and by which way, as libcurl wants it said.
 * Pure.
 *
 * A tls-server-name other than the host of the URL takes the host's place in
 * the URL, so that it is what TLS asks for and verifies; the connection and
 * the Host header keep the real one.
 *
 * Threads: any. Memory: embedded, http_target_fini() releases it, also after
 * an error.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct access;
struct err;

struct http_target {
	char *origin;	   /* "https://host:port", for people */
	char *url;	   /* what requests begin with, no slash at the end */
	char *host_header; /* where it differs from the URL's; else NULL */
	char *connect_to;  /* CURLOPT_CONNECT_TO entry, or NULL */
	char *proxy;	   /* NULL: as the environment says; "": none */
	bool is_tls;
};

/* ST_EINVAL: the URL of server or proxy is not one that can be used. */
st_must_check int http_target_init(struct http_target *target,
				   const struct access *access,
				   struct err *err);
void http_target_fini(struct http_target *target);
