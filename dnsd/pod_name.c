/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/pod_name.h"

#include <arpa/inet.h>
#include <string.h>

#include "dnsd/zone.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

static bool read_octet(const uint8_t **at, const uint8_t *end, uint8_t *ret)
{
	const uint8_t *from = *at;
	unsigned int value = 0;

	while (*at < end && **at >= '0' && **at <= '9' && *at - from < 3)
		value = value * 10 + (unsigned int)(*(*at)++ - '0');
	if (*at == from || value > UINT8_MAX ||
	    (*from == '0' && *at - from > 1))
		return false;
	*ret = (uint8_t)value;
	return true;
}

static bool read_v4(struct pod_name *pod, const uint8_t *text, size_t len)
{
	const uint8_t *at = text, *end = text + len;

	for (int i = 0; i < 4; i++) {
		if (i > 0 && (at == end || *at++ != '-'))
			return false;
		if (!read_octet(&at, end, &pod->addr[i]))
			return false;
	}
	pod->addr_len = 4;
	return at == end;
}

static bool read_v6(struct pod_name *pod, const uint8_t *text, size_t len)
{
	char out[INET6_ADDRSTRLEN];

	if (len >= sizeof(out))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' || text[i] == ':' || text[i] == '\0')
			return false;
		out[i] = text[i] == '-' ? ':' : (char)text[i];
	}
	out[len] = '\0';
	pod->addr_len = 16;
	return inet_pton(AF_INET6, out, pod->addr) == 1;
}

bool pod_name_read(struct pod_name *ret, const uint8_t *text, size_t len)
{
	return read_v4(ret, text, len) || read_v6(ret, text, len);
}

/* As the zone has it: RFC 5952, and no dash at either end (DNS-039). */
static void canonical(struct name *name, const struct pod_name *pod)
{
	char text[INET6_ADDRSTRLEN], label[INET6_ADDRSTRLEN + 2];
	size_t len = 0;

	inet_ntop(AF_INET6, pod->addr, text, sizeof(text));
	if (text[0] == ':')
		label[len++] = '0';
	for (const char *at = text; *at; at++)
		label[len++] = *at == ':' || *at == '.' ? '-' : *at;
	if (label[len - 1] == '-')
		label[len++] = '0';
	/* A name that is too long is not there either. */
	if (name_prepend(name, label, len) != 0)
		name_root(name);
}

static bool is_there(const struct zone_version *version,
		     const struct pod_name *pod, const uint8_t *parent)
{
	struct zone_hit hit;
	struct name name;

	/* An IPv4 address has no other spelling. */
	if (pod->addr_len == 4)
		return false;
	name_copy(&name, parent);
	canonical(&name, pod);
	zone_find(version, name.wire, name.len, &hit);
	return hit.found == ZONE_FOUND;
}

bool pod_name_spelled(struct pod_name *ret, const struct zone_info *zone,
		      const uint8_t *name)
{
	static const uint8_t pod[] = "\3pod";
	const uint8_t *parent = name + 1 + name[0];

	return zone->pods != ZONE_PODS_NONE && *name != 0 && *parent != 0 &&
	       memcmp(parent + 1 + *parent, pod, 4) == 0 &&
	       name_labels(name) == zone->apex_labels + 3u &&
	       pod_name_read(ret, name + 1, name[0]);
}

bool pod_name_find(struct pod_name *ret, const struct zone_version *version,
		   const struct zone_info *zone, const uint8_t *name)
{
	const uint8_t *parent = name + 1 + name[0];
	struct zone_hit hit;

	if (!pod_name_spelled(ret, zone, name))
		return false;
	if (zone->pods == ZONE_PODS_VERIFIED)
		return is_there(version, ret, parent);
	zone_find(version, parent, name_len(parent), &hit);
	return hit.found == ZONE_EMPTY || hit.found == ZONE_FOUND;
}
