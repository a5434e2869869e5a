/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * listen - socket addresses as people write them: "ADDR:PORT", "[v6]:PORT".
 *
 * Threads: any. Memory: no heap.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct err;

enum { LISTEN_TEXT = 80 }; /* room for any address as text */

/* Reads an address literal with a port from 0 to 65535; names are not looked
 * up. An IPv6 address may carry its interface: "[fe80::1%eth0]:53".
 * ST_EINVAL, with the way it should be written. */
st_must_check int listen_parse(struct dnsd_listen *ret_listen, const char *text,
			       struct err *err);

/* The same for a server that is to be sent to: an address alone means port
 * 53, and 0 is refused. */
st_must_check int listen_parse_server(struct dnsd_listen *ret_listen,
				      const char *text, struct err *err);

/* Reads one more into a list. ST_ELIMIT: there are 64 already. ST_EINVAL: also
 * for what is in it. */
st_must_check int listen_add(struct dnsd_listen **list, size_t *n,
			     const char *text, struct err *err);

/* The same notation back. */
void listen_text(char out[LISTEN_TEXT], const struct dnsd_listen *listen);

bool listen_equal(const struct dnsd_listen *a, const struct dnsd_listen *b);
/* Port 0 leaves the choice to the kernel. */
unsigned int listen_port(const struct dnsd_listen *listen);
