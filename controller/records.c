/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/records.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* DNS-030 */
static const char schema_version[] = "1.1.0";
enum { SCHEMA_TTL_S = 28800 };

enum { CHUNK_SIZE = 64 << 10, SRV_FIXED = 6, WEIGHT_SUM = 100 };

struct records_chunk {
	struct records_chunk *next;
	size_t used;
	uint8_t bytes[CHUNK_SIZE];
};

/* A name that SRV records point at; len 0 where there can be none. */
struct records_target {
	const uint8_t *wire;
	uint8_t len;
};

/* One pair of address and port. */
struct records_row {
	const struct istr *name; /* of the port */
	uint32_t target;
	uint16_t port;
	uint8_t proto;
};

void records_init(struct records *records, uint32_t ttl_s)
{
	*records = (struct records){.ttl_s = ttl_s};
}

void records_clear(struct records *records)
{
	struct records_chunk *chunk = records->chunks;

	records->n_sets = records->n_data = 0;
	records->skipped = 0;
	while (chunk && chunk->next) {
		records->chunks = chunk->next;
		free(chunk);
		chunk = records->chunks;
	}
	if (chunk)
		chunk->used = 0;
}

void records_fini(struct records *records)
{
	records_clear(records);
	free(records->chunks);
	free(records->sets);
	free(records->data);
	free(records->targets);
	free(records->rows);
	free(records->addrs);
	records_init(records, records->ttl_s);
}

const struct rr_set *records_sets(struct records *records, size_t *ret_n)
{
	size_t at = 0;

	for (size_t i = 0; i < records->n_sets; i++) {
		if (records->sets[i].n > 0)
			records->sets[i].data = &records->data[at];
		at += records->sets[i].n;
	}
	*ret_n = records->n_sets;
	return records->sets;
}

/* Bytes that stay where they are; len is at most a name and some. */
static uint8_t *room(struct records *records, size_t len)
{
	struct records_chunk *chunk = records->chunks;

	if (!chunk || CHUNK_SIZE - chunk->used < len) {
		chunk = mem_alloc(sizeof(*chunk));
		chunk->next = records->chunks;
		chunk->used = 0;
		records->chunks = chunk;
	}
	chunk->used += len;
	return chunk->bytes + chunk->used - len;
}

static uint8_t *keep(struct records *records, const void *bytes, size_t len)
{
	return memcpy(room(records, len), bytes, len);
}

/* A set begins empty, and takes what records_data adds until the next. */
static void begin(struct records *records, const uint8_t *owner, uint16_t type)
{
	mem_grow(records->sets, records->n_sets);
	records->sets[records->n_sets++] = (struct rr_set){
		.owner = owner, .type = type, .ttl_s = records->ttl_s};
}

static void add_data(struct records *records, const uint8_t *wire, size_t len)
{
	mem_grow(records->data, records->n_data);
	records->data[records->n_data++] =
		(struct rr_data){wire, (uint16_t)len};
	records->sets[records->n_sets - 1].n++;
}

static void add_name(struct records *records, const struct name *name)
{
	add_data(records, keep(records, name->wire, name->len), name->len);
}

static void end(struct records *records)
{
	if (records->sets[records->n_sets - 1].n == 0)
		records->n_sets--;
}

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

static int by_addr(const void *a, const void *b)
{
	const struct addr *x = a, *y = b;
	int order = x->len - y->len;

	return order ? order : memcmp(x->octets, y->octets, x->len);
}

static void clear_addrs(struct records *records)
{
	records->n_addrs = 0;
}

static void add_addr(struct records *records, const struct addr *addr)
{
	mem_grow(records->addrs, records->n_addrs);
	records->addrs[records->n_addrs++] = *addr;
}

/* The gathered addresses of one family, each once. */
static void put_family(struct records *records, const uint8_t *owner,
		       uint8_t addr_len)
{
	const struct addr *last = NULL;

	begin(records, owner, addr_len == ADDR_V4 ? RR_A : RR_AAAA);
	for (size_t i = 0; i < records->n_addrs; i++) {
		const struct addr *addr = &records->addrs[i];

		if (addr->len != addr_len || (last && by_addr(last, addr) == 0))
			continue;
		add_data(records, keep(records, addr->octets, addr_len),
			 addr_len);
		last = addr;
	}
	end(records);
}

static void put_addrs(struct records *records, const uint8_t *owner)
{
	if (records->n_addrs > 1)
		sort_items(records->addrs, records->n_addrs,
			   sizeof(*records->addrs), by_addr);
	put_family(records, owner, ADDR_V4);
	put_family(records, owner, ADDR_V6);
}

static uint32_t add_target(struct records *records, const uint8_t *wire,
			   size_t len)
{
	mem_grow(records->targets, records->n_targets);
	records->targets[records->n_targets] =
		(struct records_target){wire, (uint8_t)len};
	return (uint32_t)records->n_targets++;
}

static void add_row(struct records *records, const struct istr *name,
		    uint8_t proto, uint16_t port, uint32_t target)
{
	mem_grow(records->rows, records->n_rows);
	records->rows[records->n_rows++] =
		(struct records_row){name, target, port, proto};
}

static void put_srv(struct records *records, const struct records_row *row,
		    unsigned int weight)
{
	const struct records_target *target = &records->targets[row->target];
	uint8_t *rdata = room(records, (size_t)SRV_FIXED + target->len);

	rdata[0] = rdata[1] = 0; /* priority (DNS-044) */
	rdata[2] = (uint8_t)(weight >> 8);
	rdata[3] = (uint8_t)weight;
	rdata[4] = (uint8_t)(row->port >> 8);
	rdata[5] = (uint8_t)row->port;
	memcpy(rdata + SRV_FIXED, target->wire, target->len);
	add_data(records, rdata, (size_t)SRV_FIXED + target->len);
}

/* Rows sorted by target and port, so that repeats are neighbours. The weight
 * counts them all, the repeats too (DNS-044). */
static void put_srvs(struct records *records, const uint8_t *owner,
		     const struct records_row *rows, size_t n)
{
	unsigned int weight = n < WEIGHT_SUM ? WEIGHT_SUM / (unsigned)n : 1;

	begin(records, owner, RR_SRV);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && rows[i].target == rows[i - 1].target &&
		    rows[i].port == rows[i - 1].port)
			continue;
		put_srv(records, &rows[i], weight);
	}
	end(records);
}

static int by_target(const void *a, const void *b)
{
	const struct records_row *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return x->port - y->port;
}

static int by_port_name(const void *a, const void *b)
{
	const struct records_row *x = a, *y = b;
	int order;

	if (!x->name != !y->name)
		return x->name ? 1 : -1;
	if (!x->name)
		return by_target(a, b);
	order = strcasecmp(istr_text(x->name), istr_text(y->name));
	if (order == 0)
		order = x->proto - y->proto;
	return order ? order : by_target(a, b);
}

static const char *const protos[] = {
	[PROTO_TCP] = "_tcp",
	[PROTO_UDP] = "_udp",
	[PROTO_SCTP] = "_sctp",
};

/* _port._proto in front of the Service's name (DNS-010, DNS-011); NULL where
 * that cannot be a name. */
static const uint8_t *port_owner(struct records *records,
				 const struct name *top, const char *port,
				 const char *proto)
{
	struct name name = *top;

	if (name_prepend(&name, proto, strlen(proto)) != 0 ||
	    name_prepend(&name, port, strlen(port)) != 0) {
		records->skipped++;
		return NULL;
	}
	return keep(records, name.wire, name.len);
}

/* The SRV set of these rows, and where asked for the Service's addresses,
 * which lie in `addrs`. */
static void put_port_set(struct records *records, const uint8_t *owner,
			 const struct records_row *rows, size_t n)
{
	if (!owner)
		return;
	put_srvs(records, owner, rows, n);
	if (records->has_srv_addrs)
		put_addrs(records, owner);
}

/* With and without underscores. */
static void put_port_names(struct records *records, const struct name *top,
			   const struct records_row *rows, size_t n)
{
	const char *proto = protos[rows[0].proto];
	scope_free char *port = mem_printf("_%s", istr_text(rows[0].name));

	put_port_set(records, port_owner(records, top, port, proto), rows, n);
	if (!records->has_loose_srv)
		return;
	put_port_set(records, port_owner(records, top, port + 1, proto), rows,
		     n);
	put_port_set(records, port_owner(records, top, port, proto + 1), rows,
		     n);
	put_port_set(records, port_owner(records, top, port + 1, proto + 1),
		     rows, n);
}

/* Sorts the rows anew: by port. */
static void put_port_sets(struct records *records, const struct name *top)
{
	struct records_row *rows = records->rows;
	size_t n = records->n_rows, i, to;

	sort_items(rows, n, sizeof(*rows), by_port_name);
	for (i = 0; i < n && !rows[i].name; i++)
		;
	for (; i < n; i = to) {
		for (to = i + 1; to < n; to++)
			if (rows[to].proto != rows[i].proto ||
			    strcasecmp(istr_text(rows[to].name),
				       istr_text(rows[i].name)) != 0)
				break;
		put_port_names(records, top, &rows[i], to - i);
	}
}

static int by_proto(const void *a, const void *b)
{
	const struct records_row *x = a, *y = b;

	return x->proto != y->proto ? x->proto - y->proto : by_target(a, b);
}

/* "_" stands for any port, as CoreDNS reads it. */
static void put_any_ports(struct records *records, const struct name *top)
{
	struct records_row *rows = records->rows;
	size_t to;

	sort_items(rows, records->n_rows, sizeof(*rows), by_proto);
	for (size_t i = 0; i < records->n_rows; i = to) {
		const char *proto = protos[rows[i].proto];

		for (to = i + 1; to < records->n_rows; to++)
			if (rows[to].proto != rows[i].proto)
				break;
		put_port_set(records, port_owner(records, top, "_", proto),
			     &rows[i], to - i);
		put_port_set(records, port_owner(records, top, "_", proto + 1),
			     &rows[i], to - i);
	}
}

/* SRV at the Service's name for every port, and at _port._proto for the named
 * ones (DNS-033, 034, 041, 042). */
static void put_service_srvs(struct records *records, const uint8_t *owner,
			     const struct name *top)
{
	if (records->n_rows == 0)
		return;
	sort_items(records->rows, records->n_rows, sizeof(*records->rows),
		   by_target);
	put_srvs(records, owner, records->rows, records->n_rows);
	put_port_sets(records, top);
	if (records->has_loose_srv)
		put_any_ports(records, top);
}

static void put_cluster_ip(struct records *records, const struct name *top,
			   const uint8_t *owner,
			   const struct obj_service *service)
{
	uint32_t target = add_target(records, owner, top->len);

	clear_addrs(records);
	for (uint32_t i = 0; i < service->n_addrs; i++) {
		add_addr(records, &service->addrs[i]);
		for (uint32_t k = 0; k < service->n_ports; k++)
			add_row(records, service->ports[k].name,
				service->ports[k].proto, service->ports[k].port,
				target);
	}
	put_addrs(records, owner);
	put_service_srvs(records, owner, top);
	records->n_rows = 0;
}

/* The endpoints from `from` to `to` bear one label: its address records, and
 * its SRV, one for each port (DNS-036, 038, 042). Their rows stay. */
static void put_endpoint(struct records *records, const struct name *top,
			 const struct endpoints *eps, size_t from, size_t to)
{
	const struct endpoint *ep = &eps->items[from];
	size_t first_row = records->n_rows, n_rows;
	struct name name = *top;
	const uint8_t *owner;
	uint32_t target;

	if (name_prepend(&name, ep->label, ep->label_len) != 0) {
		records->skipped++;
		return;
	}
	owner = keep(records, name.wire, name.len);
	target = add_target(records, owner, name.len);
	clear_addrs(records);
	for (size_t i = from; i < to; i++) {
		ep = &eps->items[i];
		add_addr(records, &ep->addr);
		for (uint32_t k = 0; k < ep->n_ports; k++)
			add_row(records, eps->ports[ep->first_port + k].name,
				eps->ports[ep->first_port + k].proto,
				eps->ports[ep->first_port + k].port, target);
	}
	put_addrs(records, owner);
	n_rows = records->n_rows - first_row;
	if (n_rows == 0)
		return;
	sort_items(records->rows + first_row, n_rows, sizeof(*records->rows),
		   by_target);
	put_srvs(records, owner, records->rows + first_row, n_rows);
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
	begin(records, owner, RR_CNAME);
	add_name(records, &target);
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
	owner = keep(records, top.wire, top.len);
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
	clear_addrs(records);
	for (size_t i = 0; i < eps->n; i++)
		add_addr(records, &eps->items[i].addr);
	put_addrs(records, owner);
	put_service_srvs(records, owner, &top);
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
	clear_addrs(records);
	add_addr(records, addr);
	put_addrs(records, keep(records, name.wire, name.len));
}

void records_ptr_begin(struct records *records, const struct name *reverse)
{
	begin(records, keep(records, reverse->wire, reverse->len), RR_PTR);
}

void records_ptr_add(struct records *records, const struct name *target)
{
	add_name(records, target);
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
	return keep(records, name.wire, name.len);
}

static void put_version(struct records *records, const struct name *zone)
{
	const uint8_t *owner = below(records, zone, "dns-version");
	uint8_t rdata[sizeof(schema_version)];

	if (!owner)
		return;
	rdata[0] = sizeof(schema_version) - 1;
	memcpy(rdata + 1, schema_version, sizeof(schema_version) - 1);
	begin(records, owner, RR_TXT);
	records->sets[records->n_sets - 1].ttl_s = SCHEMA_TTL_S;
	add_data(records, keep(records, rdata, sizeof(rdata)), sizeof(rdata));
}

static void put_bare(struct records *records, const struct name *zone,
		     const char *label)
{
	const uint8_t *owner = below(records, zone, label);

	if (owner)
		begin(records, owner, RR_NONE);
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
	begin(records, owner, RR_NONE);
	clear_addrs(records);
	for (size_t i = 0; i < n; i++)
		add_addr(records, &ns_addrs[i]);
	put_addrs(records, owner);
}
