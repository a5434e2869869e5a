/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/reverse.h"

#include <string.h>

#include "daemon/range.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

static int append(struct name **zones, size_t *n, const struct name *zone,
		  struct err *err)
{
	for (size_t i = 0; i < *n; i++) {
		if (name_equal((*zones)[i].wire, zone->wire))
			return 0;
	}
	if (*n >= REVERSE_MAX)
		return err_set(err, ST_ELIMIT,
			       "more than %d reverse zones: use a prefix on "
			       "the next smaller octet or nibble boundary",
			       REVERSE_MAX);
	mem_grow(*zones, *n);
	(*zones)[(*n)++] = *zone;
	return 0;
}

/* The zone of the first `units` octets or nibbles of an address. */
static void zone_of(struct name *ret_zone, const struct range *range,
		    uint32_t units)
{
	uint32_t all = range->len == 4 ? 4 : 32;
	struct name whole;
	const uint8_t *p;

	name_reverse(&whole, range->octets, range->len);
	p = whole.wire;
	for (uint32_t i = units; i < all; i++)
		p += 1 + *p;
	name_copy(ret_zone, p);
}

static int add_range(struct name **zones, size_t *n, struct range *range,
		     struct err *err)
{
	uint32_t bits = range->len == 4 ? 8 : 4;
	uint32_t units = (range->prefix + bits - 1) / bits;
	uint32_t free_bits = units * bits - range->prefix;
	/* Where the last unit of the zone's name ends within its octet. */
	uint32_t shift = units * bits % 8 == 0 ? 0 : 8 - units * bits % 8;
	uint32_t last = units == 0 ? 0 : (units * bits - 1) / 8;
	uint8_t base = range->octets[last];

	for (uint32_t i = 0; i < 1U << free_bits; i++) {
		struct name zone;
		int rc;

		range->octets[last] = (uint8_t)(base | i << shift);
		zone_of(&zone, range, units);
		rc = append(zones, n, &zone, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int parse_name(struct name *zone, const char *text, struct err *err)
{
	struct name v4, v6;
	struct range address;

	if (range_parse_address(&address, text) == 0)
		return err_set(err, ST_EINVAL,
			       "the prefix length is missing: write a range "
			       "such as %s",
			       address.len == 4 ? "10.96.0.0/12"
						: "fd00:1::/64");
	if (name_parse(zone, text) != 0)
		return err_set(err, ST_EINVAL, "this is no domain name");
	st_assert(name_parse(&v4, "in-addr.arpa") == 0);
	st_assert(name_parse(&v6, "ip6.arpa") == 0);
	if (!name_is_under(zone->wire, v4.wire) &&
	    !name_is_under(zone->wire, v6.wire))
		return err_set(err, ST_EINVAL,
			       "a reverse zone lies under in-addr.arpa or "
			       "ip6.arpa: write a range such as 10.96.0.0/12, "
			       "or use --zone");
	return 0;
}

int reverse_add(struct name **zones, size_t *n, const char *text,
		struct err *err)
{
	struct range range = {0};
	struct name zone;
	int rc;

	if (strchr(text, '/') != NULL) {
		rc = range_parse(&range, text, err);
		return rc != 0 ? rc : add_range(zones, n, &range, err);
	}
	rc = parse_name(&zone, text, err);
	return rc != 0 ? rc : append(zones, n, &zone, err);
}
