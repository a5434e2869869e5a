/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dnsd/hmac.h"
#include "dnsd/key.h"
#include "dnsd/node.h"
#include "dnsd/rrset.h"
#include "dnsd/trie.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "dnsd/zone_slot.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	CHUNK = 64 << 10, /* what the sink gets at once, about */
	CHECKSUM = 32,
	END_OF_NAMES = 255,
	LOOK_EVERY = 1024, /* names between two looks at the pin */
	MAX_RECORDS = 0xffff,
};

static const uint8_t magic[16] = {'s', 't', 'a', 't', 'e', 'f', 'u', 'l',
				  'd', '-', 'z', 'o', 'n', 'e', 0,   1};
static const char checksum_key[] = "statefuld zone";

/* ---- writing ---- */

struct writer {
	const struct zone_pin *pin;
	snapshot_sink_fn sink;
	void *arg;
	struct buf out;
	struct hmac hmac;
	uint8_t before[NAME_MAX_LEN]; /* the last name */
	size_t before_len, n_names;
};

static void put(struct writer *w, uint64_t value, size_t octets)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < octets; i++)
		bytes[i] = (uint8_t)(value >> 8 * (octets - 1 - i));
	buf_put(&w->out, bytes, octets);
}

static int flush(struct writer *w)
{
	int rc;

	if (w->out.len == 0)
		return 0;
	hmac_add(&w->hmac, w->out.data, w->out.len);
	rc = w->sink(w->out.data, w->out.len, w->arg);
	buf_clear(&w->out);
	return rc;
}

/* Octets at the end of both, from a label on. */
static size_t common_tail(const uint8_t *a, const uint8_t *b)
{
	size_t a_len = name_len(a), b_len = name_len(b);

	while (a_len != b_len || memcmp(a, b, a_len) != 0) {
		const uint8_t **longer = a_len >= b_len ? &a : &b;
		size_t *len = a_len >= b_len ? &a_len : &b_len;
		size_t step = 1u + **longer;

		*longer += step;
		*len -= step;
	}
	return a_len;
}

static void put_owner(struct writer *w, const uint8_t *owner)
{
	size_t len = name_len(owner);
	size_t tail = w->n_names > 0 ? common_tail(owner, w->before) : 1;

	put(w, len - tail, 1);
	buf_put(&w->out, owner, len - tail);
	put(w, tail, 1);
	memcpy(w->before, owner, len);
	w->n_names++;
}

static void put_set(struct writer *w, const struct rrset *set)
{
	struct rr_data *data = mem_calloc(set->count, sizeof(*data));

	rrset_data(set, data);
	put(w, set->type, 2);
	put(w, rrset_ttl_s(set), 4);
	put(w, set->count, 2);
	for (size_t i = 0; i < set->count; i++) {
		put(w, data[i].len, 2);
		buf_put(&w->out, data[i].wire, data[i].len);
	}
	free(data);
}

static size_t count_sets(const struct zone_node *node)
{
	size_t n = 0;

	while (zone_node_rrset_at(node, n) != NULL)
		n++;
	return n;
}

static int write_node(const uint8_t *sym, size_t len,
		      const struct zone_node *node, void *arg)
{
	struct writer *w = arg;
	size_t n = count_sets(node), n_ns = node->zone != 0;
	uint8_t owner[NAME_MAX_LEN];

	if (n + n_ns == 0 && !node->bare)
		return 0;
	if (w->n_names % LOOK_EVERY == 0 && zone_pin_is_revoked(w->pin))
		return ST_ECANCELED;
	key_name(owner, sym, len);
	put_owner(w, owner);
	put(w, n + n_ns, 1);
	for (size_t i = 0; i < n; i++)
		put_set(w, zone_node_rrset_at(node, i));
	if (n_ns > 0)
		put_set(w, w->pin->version->zones[node->zone - 1].ns);
	return w->out.len >= CHUNK ? flush(w) : 0;
}

static void put_head(struct writer *w, int64_t now_s)
{
	const struct zone_version *version = w->pin->version;

	buf_put(&w->out, magic, sizeof(magic));
	put(w, (uint64_t)now_s, 8);
	put(w, version->n_zones, 2);
	for (size_t i = 0; i < version->n_zones; i++) {
		buf_put(&w->out, version->zones[i].apex,
			version->zones[i].apex_len);
		put(w, version->zones[i].serial, 4);
	}
}

static int write_names(struct writer *w)
{
	const struct zone_version *version = w->pin->version;
	static const uint8_t root[] = {0};
	struct key top;

	key_make(&top, root, sizeof(root));
	return trie_walk(version->base, version->root, &top, 0, write_node, w);
}

int snapshot_write(const struct zone_pin *pin, int64_t now_s,
		   snapshot_sink_fn sink, void *arg)
{
	struct writer w = {.pin = pin, .sink = sink, .arg = arg};
	uint8_t checksum[HMAC_MAX];
	int rc;

	buf_init(&w.out, 0);
	hmac_begin(&w.hmac, HMAC_SHA256, checksum_key, sizeof(checksum_key));
	put_head(&w, now_s);
	rc = write_names(&w);
	put(&w, END_OF_NAMES, 1);
	if (rc == 0)
		rc = flush(&w);
	hmac_end(&w.hmac, checksum);
	if (rc == 0)
		rc = sink(checksum, CHECKSUM, arg);
	buf_fini(&w.out);
	return rc;
}

/* ---- reading ---- */

struct reader {
	const uint8_t *begin, *at, *end;
	const struct snapshot_ops *ops; /* NULL: check alone */
	void *arg;
	uint8_t owner[NAME_MAX_LEN];
	size_t owner_len;
	struct rr_data *data;
	struct err *err;
};

static int bad(const struct reader *r, const char *what)
{
	return err_set(r->err, ST_EPARSE, "octet %zu: %s",
		       (size_t)(r->at - r->begin), what);
}

static bool has(const struct reader *r, size_t octets)
{
	return (size_t)(r->end - r->at) >= octets;
}

/* The caller knows that they are there. */
static uint64_t get(struct reader *r, size_t octets)
{
	uint64_t value = 0;

	for (size_t i = 0; i < octets; i++)
		value = value << 8 | *r->at++;
	return value;
}

/* Length of a whole, uncompressed, lower-case name that ends within `len`
 * octets; 0 if there is none. */
static size_t checked_name(const uint8_t *name, size_t len)
{
	size_t at = 0;

	while (at < len && name[at] != 0) {
		size_t label = name[at];

		if (label > NAME_MAX_LABEL || at + 1 + label >= len)
			return 0;
		for (size_t i = 1; i <= label; i++)
			if (name[at + i] >= 'A' && name[at + i] <= 'Z')
				return 0;
		at += 1 + label;
	}
	return at < len && at < NAME_MAX_LEN ? at + 1 : 0;
}

static bool is_text_rdata(const uint8_t *data, size_t len)
{
	size_t at = 0;

	while (at < len)
		at += 1u + data[at];
	return len > 0 && at == len;
}

/* What an answer is made from without a further look. */
static bool is_rdata(uint16_t type, const uint8_t *data, size_t len)
{
	switch (type) {
	case RR_A:
		return len == 4;
	case RR_AAAA:
		return len == 16;
	case RR_NS:
	case RR_CNAME:
	case RR_PTR:
		return checked_name(data, len) == len && len > 0;
	case RR_SRV:
		return len > 6 && checked_name(data + 6, len - 6) == len - 6;
	case RR_TXT:
		return is_text_rdata(data, len);
	default:
		return false;
	}
}

static int read_data(struct reader *r, struct rr_set *set)
{
	for (uint32_t i = 0; i < set->n; i++) {
		uint16_t len;

		if (!has(r, 2))
			return bad(r, "it is cut");
		len = (uint16_t)get(r, 2);
		if (!has(r, len))
			return bad(r, "it is cut");
		if (!is_rdata(set->type, r->at, len))
			return bad(r, "these data do not fit their type");
		r->data[i] = (struct rr_data){r->at, len};
		r->at += len;
	}
	return 0;
}

static int read_set(struct reader *r)
{
	struct rr_set set = {.owner = r->owner, .data = r->data};
	int rc;

	if (!has(r, 8))
		return bad(r, "it is cut");
	set.type = (uint16_t)get(r, 2);
	set.ttl_s = (uint32_t)get(r, 4);
	set.n = (uint32_t)get(r, 2);
	if (set.n == 0)
		return bad(r, "an RRset without records");
	rc = read_data(r, &set);
	if (rc == 0 && r->ops != NULL)
		r->ops->set(&set, r->arg);
	return rc;
}

static int read_owner(struct reader *r, size_t own)
{
	uint8_t name[2 * NAME_MAX_LEN];
	size_t tail;

	if (!has(r, own + 1))
		return bad(r, "it is cut");
	memcpy(name, r->at, own);
	r->at += own;
	tail = (size_t)get(r, 1);
	if (tail == 0 || tail > r->owner_len)
		return bad(r, "a name longer than the one before");
	memcpy(name + own, r->owner + r->owner_len - tail, tail);
	if (checked_name(name, own + tail) != own + tail)
		return bad(r, "this is no name");
	memcpy(r->owner, name, own + tail);
	r->owner_len = own + tail;
	return 0;
}

static int read_name(struct reader *r, size_t own)
{
	size_t n;
	int rc = read_owner(r, own);

	if (rc != 0)
		return rc;
	if (!has(r, 1))
		return bad(r, "it is cut");
	n = (size_t)get(r, 1);
	if (n == 0 && r->ops != NULL)
		r->ops->set(&(struct rr_set){.owner = r->owner}, r->arg);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_set(r);
	return rc;
}

static int read_names(struct reader *r)
{
	int rc = 0;

	while (rc == 0) {
		size_t own;

		if (!has(r, 1))
			return bad(r, "it is cut");
		own = (size_t)get(r, 1);
		if (own == END_OF_NAMES)
			return r->at == r->end ? 0
					       : bad(r, "more than the end");
		rc = read_name(r, own);
	}
	return rc;
}

static int read_zones(struct reader *r)
{
	size_t n;

	if (!has(r, 2))
		return bad(r, "it is cut");
	n = (size_t)get(r, 2);
	for (size_t i = 0; i < n; i++) {
		size_t len = checked_name(r->at, (size_t)(r->end - r->at));
		const uint8_t *apex = r->at;

		if (len == 0 || !has(r, len + 4))
			return bad(r, "this is no zone");
		r->at += len;
		uint32_t serial = (uint32_t)get(r, 4);
		if (r->ops != NULL)
			r->ops->zone(apex, serial, r->arg);
	}
	return 0;
}

static int read_all(struct reader *r, const struct snapshot_ops *ops,
		    int64_t *ret_saved_s)
{
	int rc;

	r->ops = ops;
	r->at = r->begin + sizeof(magic);
	r->owner[0] = 0;
	r->owner_len = 1;
	*ret_saved_s = (int64_t)get(r, 8);
	rc = read_zones(r);
	return rc == 0 ? read_names(r) : rc;
}

static int check_frame(struct reader *r, size_t len)
{
	uint8_t checksum[HMAC_MAX];
	struct hmac hmac;

	if (len < sizeof(magic) + 8 + CHECKSUM ||
	    memcmp(r->begin, magic, sizeof(magic) - 1) != 0)
		return err_set(r->err, ST_EPARSE, "this is no saved zone");
	if (r->begin[sizeof(magic) - 1] != magic[sizeof(magic) - 1])
		return err_set(r->err, ST_EPARSE,
			       "format %u, while this version reads %u",
			       r->begin[sizeof(magic) - 1],
			       magic[sizeof(magic) - 1]);
	hmac_begin(&hmac, HMAC_SHA256, checksum_key, sizeof(checksum_key));
	hmac_add(&hmac, r->begin, len - CHECKSUM);
	hmac_end(&hmac, checksum);
	if (memcmp(checksum, r->begin + len - CHECKSUM, CHECKSUM) != 0)
		return err_set(r->err, ST_EPARSE,
			       "the checksum does not fit: it is damaged");
	return 0;
}

int snapshot_read(const uint8_t *data, size_t len,
		  const struct snapshot_ops *ops, void *arg,
		  int64_t *ret_saved_s, struct err *err)
{
	struct reader r = {.begin = data, .arg = arg, .err = err};
	int rc = check_frame(&r, len);

	if (rc != 0)
		return rc;
	r.end = data + len - CHECKSUM;
	r.data = mem_calloc(MAX_RECORDS, sizeof(*r.data));
	rc = read_all(&r, NULL, ret_saved_s);
	if (rc == 0 && ops != NULL)
		rc = read_all(&r, ops, ret_saved_s);
	free(r.data);
	return rc;
}
