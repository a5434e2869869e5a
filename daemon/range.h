/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * range - address ranges as people write them: "10.96.0.0/12", "fd00:1::/64".
 *
 * Threads: any. Memory: no heap.
 */
#include <stdint.h>

#include "statefuld/attr.h"

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
