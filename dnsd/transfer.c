/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/transfer.h"

#include <errno.h>

#include "dnsd/answer.h"
#include "dnsd/stats.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/xfr.h"
#include "dnsd/xfr_policy.h"
#include "dnsd/zone_pin.h"
#include "dnsd/zone_slot.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum { LOOK_MS = 250 }; /* how often pins are asked about */

#define STREAM_MAGIC UINT32_C(0x53545245)

struct transfers {
	struct loop_timer *look;
	const struct answer_config *config;
	const struct zone_slot *slot;
	struct stats *stats;
	struct stream *first;
};

struct stream {
	struct tcp_stream base;
	uint32_t magic;
	struct transfers *owner;
	struct stream *prev, *next;
	bool is_pinned;
	struct zone_pin pin;
	struct xfr xfr;
	bool is_signed;
	struct tsig_state tsig;
	struct tsig_key key; /* what tsig.key points to: it outlives a reload */
};

static struct stream *stream_of(struct tcp_stream *base)
{
	struct stream *stream = st_container_of(base, struct stream, base);

	st_assert(stream->magic == STREAM_MAGIC);
	return stream;
}

/* A pin that was revoked is let go at once, however slow the client is. */
static void on_look(void *arg)
{
	struct transfers *transfers = arg;

	for (struct stream *at = transfers->first; at; at = at->next) {
		if (!at->is_pinned || !zone_pin_is_revoked(&at->pin))
			continue;
		zone_pin_drop(&at->pin);
		at->is_pinned = false;
		stats_add(&transfers->stats->n.transfers_cut, 1);
	}
	if (transfers->first != NULL)
		loop_timer_set(transfers->look, LOOK_MS);
}

struct transfers *transfers_new(struct loop *loop,
				const struct answer_config *config,
				const struct zone_slot *slot,
				struct stats *stats)
{
	struct transfers *transfers = mem_zalloc(sizeof(*transfers));

	transfers->look = loop_timer_new(loop, on_look, transfers);
	transfers->config = config;
	transfers->slot = slot;
	transfers->stats = stats;
	return transfers;
}

void transfers_free(struct transfers *transfers)
{
	st_assert(transfers->first == NULL);
	loop_timer_free(transfers->look);
	free(transfers);
}

static void unlink_stream(struct stream *stream)
{
	struct transfers *owner = stream->owner;

	*(stream->prev ? &stream->prev->next : &owner->first) = stream->next;
	if (stream->next != NULL)
		stream->next->prev = stream->prev;
}

static void free_stream(struct tcp_stream *base)
{
	struct stream *stream = stream_of(base);

	if (stream->is_pinned)
		zone_pin_drop(&stream->pin);
	unlink_stream(stream);
	hmac_wipe(&stream->key, sizeof(stream->key));
	stream->magic = 0;
	free(stream);
}

static struct stream *stream_new(struct transfers *owner)
{
	struct stream *stream = mem_zalloc(sizeof(*stream));

	stream->magic = STREAM_MAGIC;
	stream->base.free = free_stream;
	stream->owner = owner;
	stream->next = owner->first;
	if (owner->first != NULL)
		owner->first->prev = stream;
	owner->first = stream;
	if (!loop_timer_is_set(owner->look))
		loop_timer_set(owner->look, LOOK_MS);
	return stream;
}

static ssize_t next_message(struct tcp_stream *base, uint8_t *out)
{
	struct stream *stream = stream_of(base);
	size_t room = stream->is_signed ? tsig_room(&stream->tsig) : 0, len;
	const struct answer_config *config = stream->owner->config;
	struct edns_told told = {
		.payload = config->max_udp_payload,
		.nsid_len = config->nsid_len,
		.nsid = config->nsid,
		.zone = stream->xfr.zone,
		.has_expire = true,
		.ede = EDE_NONE,
	};

	if (!stream->is_pinned)
		return -ECANCELED;
	len = xfr_next(&stream->xfr, out, WIRE_MESSAGE - room, &told);
	if (len > 0 && stream->is_signed)
		len = tsig_sign(&stream->tsig, out, len,
				(uint64_t)clk_wall_s());
	return (ssize_t)len;
}

/* The version that is pinned may be newer than the one that was judged by;
 * its zones are the same. */
static void begin_xfr(struct stream *stream, size_t zone,
		      const struct query *query)
{
	struct dnsd_counters *n = &stream->owner->stats->n;
	const struct zone_version *version = stream->pin.version;
	uint32_t serial;

	if (query->qtype == RR_IXFR && xfr_client_serial(query, &serial))
		xfr_begin_since(&stream->xfr, version, &version->zones[zone],
				query, serial);
	else
		xfr_begin(&stream->xfr, version, &version->zones[zone], query);
	stats_add(stream->xfr.kind == XFR_WHOLE ? &n->transfers_whole
						: &n->transfers_steps,
		  1);
}

static struct tcp_stream *begin_stream(struct transfers *transfers,
				       const struct tcp_ask *ask,
				       const struct zone_info *zone,
				       const struct tsig_state *tsig)
{
	struct stream *stream = stream_new(transfers);

	if (tsig != NULL) {
		stream->key = *tsig->key;
		stream->tsig = *tsig;
		stream->tsig.key = &stream->key;
		stream->is_signed = true;
	}
	stream->base.next = next_message;
	zone_pin_take_rcu(&stream->pin, transfers->slot);
	stream->is_pinned = true;
	begin_xfr(stream, (size_t)(zone - ask->version->zones), ask->query);
	stats_count_transfer(
		stats_lane(transfers->stats,
			   ask->client->is_tls ? DNSD_TLS : DNSD_TCP,
			   ask->client->addr->ss_family),
		zone, ask->query->qtype);
	return &stream->base;
}

/* What is not to be had is left to dnsd/answer.h, which says why. */
static struct tcp_stream *begin(const struct tcp_ask *ask, void *arg)
{
	struct transfers *transfers = arg;
	const struct answer_config *config = transfers->config;
	const struct query *query = ask->query;
	bool is_signed = query->tsig_at != 0;
	struct xfr_asker asker = {
		.addr = ask->client->addr,
		.is_stream = true,
		.is_tls = ask->client->is_tls,
		.is_xot = ask->client->is_xot,
	};
	struct xfr_refusal refusal;
	const struct zone_info *zone;
	struct tsig_state tsig;

	if (ask->kind != QUERY_ASK || !xfr_is_asked(query))
		return NULL;
	if (is_signed &&
	    tsig_check(&tsig, answer_keys(config), ask->wire, ask->len,
		       query->tsig_at, (uint64_t)clk_wall_s()) != RCODE_NOERROR)
		return NULL;
	asker.key = is_signed ? tsig.key : NULL;
	zone = xfr_judge(config->transfers, &asker, ask->version, query,
			 &refusal);
	if (zone == NULL)
		return NULL;
	return begin_stream(transfers, ask, zone, is_signed ? &tsig : NULL);
}

struct tcp_hook transfers_hook(struct transfers *transfers)
{
	return (struct tcp_hook){begin, transfers};
}
