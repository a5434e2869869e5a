/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * name - domain names in uncompressed wire form (RFC 1035 3.1): checks, lower
 * case, suffixes, building. Pure.
 *
 * Every `const uint8_t *name` ends with the root label; its length is
 * name_len(). Names built here are lower case (ASCII, RFC 4343).
 *
 * Threads: any. Memory: no heap; results go to the caller's buffers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

enum {
	NAME_MAX_LEN = 255, /* octets, root label included */
	NAME_MAX_LABEL = 63,
	NAME_MAX_TEXT = 1024, /* room for any name as text */
};

struct name {
	uint8_t len; /* octets used, root label included */
	uint8_t wire[NAME_MAX_LEN];
};

/* Octets up to and with the root label. The name must be valid. */
size_t name_len(const uint8_t *name);
size_t name_labels(const uint8_t *name); /* without the root */

/* Text to wire, lower-cased; trailing dot optional, "." is the root; \DDD and
 * \X escapes. ST_EPARSE: empty label, label over 63, name over 255. */
st_must_check int name_parse(struct name *ret_name, const char *text);
/* Text with trailing dot, escaped where needed; `out` has NAME_MAX_TEXT. */
void name_text(char *out, const uint8_t *name);

/* Copies in lower case. `out` has NAME_MAX_LEN octets. */
void name_lower(uint8_t *out, const uint8_t *name, size_t len);
/* Case-insensitive. */
bool name_equal(const uint8_t *a, const uint8_t *b);
/* Whether `name` is `apex` or below it. */
bool name_is_under(const uint8_t *name, const uint8_t *apex);
/* Canonical order of RFC 4034 6.1: <0, 0, >0. */
int name_cmp(const uint8_t *a, const uint8_t *b);

void name_root(struct name *name);
void name_copy(struct name *name, const uint8_t *wire);
/* Puts a label in front: "web" + "ns.svc." = "web.ns.svc.". Upper case is
 * folded. ST_ELIMIT: empty, over 63, or the name gets over 255; the name is
 * then unchanged (DNS-011). */
st_must_check int name_prepend(struct name *name, const char *label,
			       size_t len);
/* Reverse name of an address: 4 octets under in-addr.arpa, 16 under ip6.arpa
 * (RFC 3596 2.5). */
void name_reverse(struct name *ret_name, const uint8_t *addr, size_t addr_len);
