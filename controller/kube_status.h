/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kube_status - what an HTTP status and a Status object mean. Pure.
 *
 * Threads: any. Memory: the reason is borrowed from the body.
 */
#include "statefuld/attr.h"

struct err;
struct json;

/* The ST_E code for an answer of 300 or above, or for the Status object of a
 * watch's ERROR event. `body` may be NULL or anything. */
int kube_status_code(int http, const char *reason);
/* As above, with the reason ("" if none) and the server's words in err. */
int kube_status_read(int http, const struct json *body, const char **ret_reason,
		     struct err *err);
