/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/records_priv.h"

#include <string.h>
#include <strings.h>

#include "statefuld/mem.h"
#include "statefuld/sort.h"

enum { SRV_FIXED = 6, WEIGHT_SUM = 100 };

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

uint32_t records_add_target(struct records *records, const uint8_t *wire,
			    size_t len)
{
	mem_grow(records->targets, records->n_targets);
	records->targets[records->n_targets] =
		(struct records_target){wire, (uint8_t)len};
	return (uint32_t)records->n_targets++;
}

void records_add_row(struct records *records, const struct istr *name,
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
	uint8_t *rdata = records_room(records, (size_t)SRV_FIXED + target->len);

	rdata[0] = rdata[1] = 0; /* priority (DNS-044) */
	rdata[2] = (uint8_t)(weight >> 8);
	rdata[3] = (uint8_t)weight;
	rdata[4] = (uint8_t)(row->port >> 8);
	rdata[5] = (uint8_t)row->port;
	memcpy(rdata + SRV_FIXED, target->wire, target->len);
	records_add_data(records, rdata, (size_t)SRV_FIXED + target->len);
}

/* Rows sorted by target and port, so that repeats are neighbours. The weight
 * counts them all, the repeats too (DNS-044). */
static void put_srvs(struct records *records, const uint8_t *owner,
		     const struct records_row *rows, size_t n)
{
	unsigned int weight = n < WEIGHT_SUM ? WEIGHT_SUM / (unsigned)n : 1;

	records_begin(records, owner, RR_SRV);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && rows[i].target == rows[i - 1].target &&
		    rows[i].port == rows[i - 1].port)
			continue;
		put_srv(records, &rows[i], weight);
	}
	records_end(records);
}

static int by_target(const void *a, const void *b)
{
	const struct records_row *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return x->port - y->port;
}

void records_put_srvs(struct records *records, const uint8_t *owner,
		      size_t first_row)
{
	size_t n = records->n_rows - first_row;
	struct records_row *rows;

	if (n == 0)
		return;
	rows = &records->rows[first_row];
	sort_items(rows, n, sizeof(*rows), by_target);
	put_srvs(records, owner, rows, n);
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
	return records_keep(records, name.wire, name.len);
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
		records_put_addrs(records, owner);
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

void records_put_service_srvs(struct records *records, const uint8_t *owner,
			      const struct name *top)
{
	if (records->n_rows == 0)
		return;
	records_put_srvs(records, owner, 0);
	put_port_sets(records, top);
	if (records->has_loose_srv)
		put_any_ports(records, top);
}
