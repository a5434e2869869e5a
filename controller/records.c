/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/records.h"

#include <arpa/inet.h>
#include <string.h>

#include "controller/records_priv.h"

/* DNS-030 */
static const char schema_version[] = "1.1.0";
enum { SCHEMA_TTL_S = 28800 };

int records_ns_name(struct name *ret_name, const struct name *zone,
		    const char *ns)
{
	int rc;

	*ret_name = *zone;
	rc = name_prepend(ret_name, "svc", 3);
	return rc ? rc : name_prepend(ret_name, ns, strlen(ns));
}

int records_service_name(struct name *ret_name, const struct name *zone,
			 const char *ns, const char *service)
{
	int rc = records_ns_name(ret_name, zone, ns);

	return rc ? rc : name_prepend(ret_name, service, strlen(service));
}

static void put_cluster_ip(struct records *records, const struct name *top,
			   const uint8_t *owner,
			   const struct obj_service *service)
{
	uint32_t target = records_add_target(records, owner, top->len);

	records_clear_addrs(records);
	for (uint32_t i = 0; i < service->n_addrs; i++) {
		records_add_addr(records, &service->addrs[i]);
		for (uint32_t k = 0; k < service->n_ports; k++)
			records_add_row(records, service->ports[k].name,
					service->ports[k].proto,
					service->ports[k].port, target);
	}
	records_put_addrs(records, owner);
	records_put_service_srvs(records, owner, top);
	records->n_rows = 0;
}

/* The endpoints from `from` to `to` bear one label: its address records, and
 * its SRV, one for each port (DNS-036, 038, 042). Their rows stay. */
static void put_endpoint(struct records *records, const struct name *top,
			 const struct endpoints *eps, size_t from, size_t to)
{
	const struct endpoint *ep = &eps->items[from];
	size_t first_row = records->n_rows;
	struct name name = *top;
	const uint8_t *owner;
	uint32_t target;

	if (name_prepend(&name, ep->label, ep->label_len) != 0) {
		records->skipped++;
		return;
	}
	owner = records_keep(records, name.wire, name.len);
	target = records_add_target(records, owner, name.len);
	records_clear_addrs(records);
	for (size_t i = from; i < to; i++) {
		ep = &eps->items[i];
		records_add_addr(records, &ep->addr);
		for (uint32_t k = 0; k < ep->n_ports; k++)
			records_add_row(
				records, eps->ports[ep->first_port + k].name,
				eps->ports[ep->first_port + k].proto,
				eps->ports[ep->first_port + k].port, target);
	}
	records_put_addrs(records, owner);
	records_put_srvs(records, owner, first_row);
}

static void put_endpoints(struct records *records, const struct name *top,
			  const struct endpoints *eps)
{
	size_t to;

	for (size_t from = 0; from < eps->n; from = to) {
		for (to = from + 1; to < eps->n; to++)
			if (strcmp(eps->items[to].label,
				   eps->items[from].label) != 0)
				break;
		put_endpoint(records, top, eps, from, to);
	}
}

/* DNS-051. An address is no name to point at (DNS-055), and the root no
 * host. */
static void put_external(struct records *records, const uint8_t *owner,
			 const struct obj_service *service)
{
	const char *text = istr_text(service->external_name);
	struct name target;
	struct in6_addr addr;

	if (!text || !*text)
		return;
	if (inet_pton(AF_INET, text, &addr) == 1 ||
	    inet_pton(AF_INET6, text, &addr) == 1 ||
	    name_parse(&target, text) != 0 || target.len == 1) {
		records->skipped++;
		return;
	}
	records_begin(records, owner, RR_CNAME);
	records_add_name(records, &target);
}

void records_service(struct records *records, const struct name *zone,
		     const struct obj_service *service,
		     const struct endpoints *eps)
{
	struct name top;
	const uint8_t *owner;

	if (service->type == SERVICE_NONE)
		return;
	if (records_service_name(&top, zone, istr_text(service->obj.ns),
				 istr_text(service->obj.name)) != 0) {
		records->skipped++;
		return;
	}
	records->n_targets = records->n_rows = 0;
	owner = records_keep(records, top.wire, top.len);
	if (service->type == SERVICE_EXTERNAL_NAME) {
		put_external(records, owner, service);
		return;
	}
	if (service->type == SERVICE_CLUSTER_IP) {
		put_cluster_ip(records, &top, owner, service);
		put_endpoints(records, &top, eps);
		return;
	}
	put_endpoints(records, &top, eps);
	records_clear_addrs(records);
	for (size_t i = 0; i < eps->n; i++)
		records_add_addr(records, &eps->items[i].addr);
	records_put_addrs(records, owner);
	records_put_service_srvs(records, owner, &top);
}

int records_pod_ns_name(struct name *ret_name, const struct name *zone,
			const char *ns)
{
	int rc;

	*ret_name = *zone;
	rc = name_prepend(ret_name, "pod", 3);
	return rc ? rc : name_prepend(ret_name, ns, strlen(ns));
}

void records_pod(struct records *records, const struct name *zone,
		 const char *ns, const struct addr *addr)
{
	char label[ENDPOINT_DASHED];
	struct name name;

	if (records_pod_ns_name(&name, zone, ns) != 0 ||
	    name_prepend(&name, label, endpoint_dashed(label, addr)) != 0) {
		records->skipped++;
		return;
	}
	records_clear_addrs(records);
	records_add_addr(records, addr);
	records_put_addrs(records, records_keep(records, name.wire, name.len));
}

void records_ptr_begin(struct records *records, const struct name *reverse)
{
	records_begin(records,
		      records_keep(records, reverse->wire, reverse->len),
		      RR_PTR);
}

void records_ptr_add(struct records *records, const struct name *target)
{
	records_add_name(records, target);
}

/* NULL where the zone's name leaves no room. */
static const uint8_t *below(struct records *records, const struct name *zone,
			    const char *label)
{
	struct name name = *zone;

	if (name_prepend(&name, label, strlen(label)) != 0) {
		records->skipped++;
		return NULL;
	}
	return records_keep(records, name.wire, name.len);
}

static void put_version(struct records *records, const struct name *zone)
{
	const uint8_t *owner = below(records, zone, "dns-version");
	uint8_t rdata[sizeof(schema_version)];

	if (!owner)
		return;
	rdata[0] = sizeof(schema_version) - 1;
	memcpy(rdata + 1, schema_version, sizeof(schema_version) - 1);
	records_begin(records, owner, RR_TXT);
	records->sets[records->n_sets - 1].ttl_s = SCHEMA_TTL_S;
	records_add_data(records, records_keep(records, rdata, sizeof(rdata)),
			 sizeof(rdata));
}

static void put_bare(struct records *records, const struct name *zone,
		     const char *label)
{
	const uint8_t *owner = below(records, zone, label);

	if (owner)
		records_begin(records, owner, RR_NONE);
}

void records_static(struct records *records, const struct name *zone,
		    const struct addr *ns_addrs, size_t n)
{
	struct name dns = *zone;
	const uint8_t *owner;

	put_version(records, zone);
	put_bare(records, zone, "svc");
	put_bare(records, zone, "pod");
	if (name_prepend(&dns, "dns", 3) != 0)
		return;
	owner = below(records, &dns, "ns");
	if (!owner)
		return;
	records_begin(records, owner, RR_NONE);
	records_clear_addrs(records);
	for (size_t i = 0; i < n; i++)
		records_add_addr(records, &ns_addrs[i]);
	records_put_addrs(records, owner);
}
