/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/acl.h"

#include <netinet/in.h>
#include <string.h>

static const uint8_t *octets_of(const struct sockaddr_storage *addr)
{
	const struct sockaddr_in *in = (const void *)addr;
	const struct sockaddr_in6 *in6 = (const void *)addr;

	return addr->ss_family == AF_INET ? (const void *)&in->sin_addr
					  : (const void *)&in6->sin6_addr;
}

bool acl_holds(const struct dnsd_range *range,
	       const struct sockaddr_storage *addr)
{
	unsigned int whole = range->prefix / 8, bits = range->prefix % 8;
	const uint8_t *octets = octets_of(addr);

	if (addr->ss_family != range->family ||
	    memcmp(octets, range->octets, whole) != 0)
		return false;
	return bits == 0 ||
	       ((octets[whole] ^ range->octets[whole]) >> (8 - bits)) == 0;
}
