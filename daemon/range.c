/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/range.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/number.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { MAX_RANGES = 256 };

int range_parse_address(struct range *ret_range, const char *text)
{
	*ret_range = (struct range){.family = AF_INET, .len = 4};
	if (inet_pton(AF_INET, text, ret_range->octets) == 1)
		return 0;
	ret_range->family = AF_INET6;
	ret_range->len = 16;
	return inet_pton(AF_INET6, text, ret_range->octets) == 1 ? 0
								 : ST_EPARSE;
}

/* Clears all bits behind the prefix; tells whether one was set. */
static bool mask(struct range *range)
{
	bool was_set = false;

	for (uint32_t i = 0; i < range->len; i++) {
		uint32_t have =
			range->prefix > i * 8 ? range->prefix - i * 8 : 0;
		uint8_t keep = have >= 8 ? 0xff : (uint8_t)(0xff00 >> have);

		was_set |= (range->octets[i] & ~keep) != 0;
		range->octets[i] &= keep;
	}
	return was_set;
}

int range_parse(struct range *ret_range, const char *text, struct err *err)
{
	const char *slash = strchrnul(text, '/');
	scope_free char *address = mem_strndup(text, (size_t)(slash - text));
	char network[INET6_ADDRSTRLEN];
	int rc;

	if (range_parse_address(ret_range, address) != 0)
		return err_set(err, ST_EINVAL,
			       "'%s' is not an IP address: write a range such "
			       "as 10.96.0.0/12 or fd00:1::/64",
			       address);
	if (*slash == '\0')
		return err_set(err, ST_EINVAL,
			       "the prefix length is missing: write a range "
			       "such as %s",
			       ret_range->len == 4 ? "10.96.0.0/12"
						   : "fd00:1::/64");
	rc = number_parse(&ret_range->prefix, slash + 1, 0, ret_range->len * 8,
			  err);
	if (rc != 0)
		return err_wrap(err, rc, "prefix length");
	if (!mask(ret_range))
		return 0;
	inet_ntop(ret_range->family, ret_range->octets, network,
		  sizeof(network));
	return err_set(err, ST_EINVAL,
		       "bits are set behind the prefix: write the network "
		       "address, %s/%u",
		       network, ret_range->prefix);
}

int range_parse_either(struct dnsd_range *ret_range, const char *text,
		       struct err *err)
{
	struct range range;
	int rc = 0;

	if (range_parse_address(&range, text) == 0)
		range.prefix = range.len * 8;
	else
		rc = range_parse(&range, text, err);
	if (rc != 0)
		return rc;
	*ret_range = (struct dnsd_range){.family = range.family,
					 .prefix = (uint8_t)range.prefix};
	memcpy(ret_range->octets, range.octets, range.len);
	return 0;
}

int range_add(struct dnsd_range **list, size_t *n, const char *text,
	      struct err *err)
{
	struct dnsd_range range;
	int rc = range_parse_either(&range, text, err);

	if (rc != 0)
		return rc;
	if (*n == MAX_RANGES)
		return err_set(err, ST_ELIMIT,
			       "more than %d: give wider ranges", MAX_RANGES);
	mem_grow(*list, *n);
	(*list)[(*n)++] = range;
	return 0;
}
