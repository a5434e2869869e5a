/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * reverse - which reverse zones a flag means: a name, or an address range.
 *
 * Threads: any. Memory: the list grows on the heap and is the caller's.
 */
#include <stddef.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

struct err;

enum { REVERSE_MAX = 1024 }; /* zones in a list */

/* Appends the zones of `text` that are not in the list yet. A range off an
 * octet (IPv4) or nibble (IPv6) boundary gives the several zones at the next
 * boundary (DNS-021). ST_EINVAL: neither range nor name under in-addr.arpa or
 * ip6.arpa, or address bits behind the prefix; ST_ELIMIT: too many zones. The
 * error says what would be right; the list may then hold some of the zones. */
st_must_check int reverse_add(struct name **zones, size_t *n, const char *text,
			      struct err *err);
