/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * range - address ranges as people write them: "10.96.0.0/12", "fd00:1::/64".
 *
 * Threads: any. Memory: no heap.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/dnsd.h"

struct err;

struct range {
	int family;
	uint8_t octets[16];
	uint32_t len;	 /* octets used: 4 or 16 */
	uint32_t prefix; /* bits */
};

/* ST_EINVAL: no range, or address bits behind the prefix; the error says what
 * would be right. */
st_must_check int range_parse(struct range *ret_range, const char *text,
			      struct err *err);
/* An address alone; prefix 0. ST_EPARSE, without a message. */
st_must_check int range_parse_address(struct range *ret_range,
				      const char *text);

/* A range, or an address that stands for itself. */
st_must_check int range_parse_either(struct dnsd_range *ret_range,
				     const char *text, struct err *err);
/* One more in a list. ST_ELIMIT: there are 256 already. */
st_must_check int range_add(struct dnsd_range **list, size_t *n,
			    const char *text, struct err *err);
