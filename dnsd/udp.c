/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/udp.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "dnsd/cookie_jar.h"
#include "dnsd/fast.h"
#include "dnsd/limit.h"
#include "dnsd/query.h"
#include "dnsd/recall.h"
#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/upstream.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"

enum {
	BATCH = UDP_BATCH,
	/* Above any sensible query; a longer one is cut by the kernel and then
	 * does not parse. Odd multiples of a cache line keep the slots from
	 * falling into the same cache sets. */
	IN_LEN = 33 * 64,
	OUT_STEP = 64,
};

/* Room for either pktinfo. */
union control {
	struct cmsghdr align;
	char v4[CMSG_SPACE(sizeof(struct in_pktinfo))];
	char v6[CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct udp_batch {
	struct answer_env env;
	const struct zone_slot *slot;
	struct stats *stats;
	struct stats_lane *lane; /* of the socket that is being served */
	uint32_t n_batches;
	struct query query;
	struct fast_ask asks[BATCH];
	struct recall *recall;
	struct mmsghdr in[BATCH], out[BATCH];
	struct iovec in_iov[BATCH], out_iov[BATCH];
	struct sockaddr_storage from[BATCH];
	union control control[BATCH];
	uint8_t *in_data, *out_data;
	size_t out_len; /* of one slot */
	int fd;		/* that is being served */
	const struct listener *own;
	size_t n_own;
};

/* The kernel overwrites lengths with what it found. */
static void rearm(struct udp_batch *batch, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct msghdr *msg = &batch->in[i].msg_hdr;

		msg->msg_namelen = sizeof(batch->from[i]);
		msg->msg_controllen = sizeof(batch->control[i]);
	}
}

struct udp_batch *udp_batch_new(const struct answer_config *config,
				const struct zone_slot *slot,
				struct stats *stats)
{
	struct udp_batch *batch = mem_zalloc(sizeof(*batch));

	batch->env.config = config;
	batch->slot = slot;
	batch->stats = stats;
	batch->recall = recall_new();
	batch->out_len =
		(answer_room(&batch->env) / OUT_STEP | 1) * OUT_STEP + OUT_STEP;
	batch->in_data = mem_calloc(1, BATCH * IN_LEN + FAST_PAD);
	batch->out_data = mem_calloc(BATCH, batch->out_len);
	for (size_t i = 0; i < BATCH; i++) {
		batch->in_iov[i].iov_base = batch->in_data + i * IN_LEN;
		batch->in_iov[i].iov_len = IN_LEN;
		batch->in[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->from[i],
			.msg_iov = &batch->in_iov[i],
			.msg_iovlen = 1,
			.msg_control = &batch->control[i],
		};
		batch->out_iov[i].iov_base =
			batch->out_data + i * batch->out_len;
		batch->out[i].msg_hdr = (struct msghdr){
			.msg_iov = &batch->out_iov[i],
			.msg_iovlen = 1,
		};
	}
	rearm(batch, BATCH);
	return batch;
}

void udp_batch_free(struct udp_batch *batch)
{
	if (batch == NULL)
		return;
	free(batch->in_data);
	free(batch->out_data);
	recall_free(batch->recall);
	free(batch);
}

/* The pktinfo that came with a packet serves as the source of its reply; out
 * of which interface is for the routes to say, but for link-local addresses,
 * which mean nothing without. Returns false where there is none. */
static bool turn_pktinfo(struct msghdr *msg, struct sockaddr_storage *ret_to)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);

	if (cmsg == NULL)
		return false;
	if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO) {
		struct in_pktinfo *info = (void *)CMSG_DATA(cmsg);
		struct sockaddr_in *to = (void *)ret_to;

		info->ipi_ifindex = 0;
		to->sin_family = AF_INET;
		to->sin_addr = info->ipi_spec_dst;
		return true;
	}
	if (cmsg->cmsg_level == IPPROTO_IPV6 &&
	    cmsg->cmsg_type == IPV6_PKTINFO) {
		struct in6_pktinfo *info = (void *)CMSG_DATA(cmsg);
		struct sockaddr_in6 *to = (void *)ret_to;

		if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
			info->ipi6_ifindex = 0;
		to->sin6_family = AF_INET6;
		to->sin6_addr = info->ipi6_addr;
		return true;
	}
	return false;
}

/* DNS-113. `to` is the address asked, known for wildcard sockets only. */
static bool is_from_us(const struct sockaddr_storage *from,
		       const struct sockaddr_storage *to,
		       const struct listener *own, size_t n_own)
{
	uint16_t port = socket_port(from);

	for (size_t i = 0; i < n_own; i++) {
		const struct sockaddr_storage *addr = &own[i].bound.addr;

		if (port == socket_port(addr) &&
		    socket_same_host(from, own[i].is_wildcard ? to : addr))
			return true;
	}
	return false;
}

static inline void put_reply(struct udp_batch *batch, size_t from, size_t to,
			     size_t len)
{
	const struct msghdr *in = &batch->in[from].msg_hdr;
	struct msghdr *out = &batch->out[to].msg_hdr;

	batch->out_iov[to].iov_len = len;
	out->msg_name = in->msg_name;
	out->msg_namelen = in->msg_namelen;
	out->msg_control = in->msg_control;
	out->msg_controllen = in->msg_controllen;
}

/* Whether the reply, or what has become of it, may be sent. */
static bool keep(struct udp_batch *batch, uint8_t *out, struct answer *answer)
{
	enum limit_deed deed = limit_reply(
		batch->env.config->limit, &batch->env, &batch->query, answer,
		out, (uint32_t)(clk_mono_ms() / 1000));

	if (deed == LIMIT_CUT)
		stats_add(&batch->stats->n.rrl_cut, 1);
	else if (deed == LIMIT_DROPPED)
		stats_add(&batch->stats->n.rrl_dropped, 1);
	return deed != LIMIT_DROPPED;
}

/* Whether somebody else goes on with in[from], because the answer needs more
 * than our zones (DNS-054). One that is turned away is answered so. */
static bool hand_over(struct udp_batch *batch,
		      const struct zone_version *version, enum query_kind kind,
		      struct answer *answer, size_t from, uint8_t *out)
{
	const struct mmsghdr *in = &batch->in[from];

	if (answer->is_truncated || answer->rcode != RCODE_NOERROR) {
		batch->env.lacks = false;
		return false;
	}
	if (upstream_take_udp(batch->env.config->upstream, batch->fd,
			      &in->msg_hdr, in->msg_len)) {
		batch->env.lacks = false;
		return true;
	}
	stats_add(&batch->stats->n.upstream_turned_away, 1);
	*answer =
		answer_without(&batch->env, version, &batch->query, kind, out);
	return false;
}

/* The way of all queries that are not plain. Returns the length of the reply,
 * 0 to say nothing. */
static size_t answer_any(struct udp_batch *batch,
			 const struct zone_version *version, size_t from,
			 uint8_t *out)
{
	struct answer answer;
	enum query_kind kind =
		query_parse(&batch->query, batch->in_iov[from].iov_base,
			    batch->in[from].msg_len);

	if (kind == QUERY_DROP) {
		stats_add(&batch->stats->n.dropped_malformed, 1);
		return 0;
	}
	batch->env.from = &batch->from[from];
	answer = answer_write(&batch->env, version, &batch->query, kind, out);
	if (batch->env.config->limit != NULL && !keep(batch, out, &answer))
		return 0;
	if (batch->env.lacks &&
	    hand_over(batch, version, kind, &answer, from, out))
		return 0;
	stats_count_answer(batch->stats, batch->lane, &answer,
			   query_type(&batch->query));
	return answer.len;
}

/* A bit for each port modulo 64. */
static inline uint64_t port_bit(uint16_t port)
{
	return UINT64_C(1) << port % 64;
}

/* Ports of packets that are to be looked at: ours, and the one that nobody
 * has. */
static uint64_t odd_ports(const struct listener *own, size_t n_own)
{
	uint64_t bits = port_bit(0);

	for (size_t i = 0; i < n_own; i++)
		bits |= port_bit(socket_port(&own[i].bound.addr));
	return bits;
}

/* DNS-113: whether it comes from nowhere, or from ourselves. */
static bool is_forged(const struct udp_batch *batch, size_t from,
		      const struct sockaddr_storage *asked)
{
	const struct sockaddr_storage *addr = &batch->from[from];

	return socket_port(addr) == 0 ||
	       is_from_us(addr, asked, batch->own, batch->n_own);
}

/* Whether out[to] now holds a reply to in[from]. */
static inline bool serve_one(struct udp_batch *batch,
			     const struct zone_version *version, size_t from,
			     size_t to, uint64_t odd, struct stats_run *run)
{
	struct fast_ask *ask = &batch->asks[from];
	struct mmsghdr *in = &batch->in[from];
	uint8_t *out = batch->out_iov[to].iov_base;
	struct sockaddr_storage asked;
	size_t len = 0;

	asked.ss_family = AF_UNSPEC;
	if (in->msg_hdr.msg_controllen > 0 &&
	    !turn_pktinfo(&in->msg_hdr, &asked))
		in->msg_hdr.msg_controllen = 0;
	if (st_unlikely((odd & port_bit(socket_port(&batch->from[from]))) !=
			0) &&
	    is_forged(batch, from, &asked)) {
		stats_add(&batch->stats->n.dropped_loop, 1);
		return false;
	}
	if (st_likely(ask->state == FAST_KNOWN))
		len = fast_write(&batch->env, ask, out);
	if (st_likely(len > 0))
		stats_count_plain(batch->lane, run, ask->find.cell, len);
	else
		len = answer_any(batch, version, from, out);
	if (len == 0)
		return false;
	put_reply(batch, from, to, len);
	return true;
}

/* Reads the first n packets, and finds the answers of those that are plain
 * questions: none where each query has to be judged. Gives those that had to be
 * looked up. */
static size_t find_plain(struct udp_batch *batch,
			 const struct zone_version *version, size_t n,
			 struct fast_ask **ret_new)
{
	const struct answer_config *config = batch->env.config;
	size_t n_new;

	if (version == NULL || config->limit != NULL || config->n_allow > 0) {
		for (size_t i = 0; i < n; i++)
			batch->asks[i].state = FAST_OTHER;
		return 0;
	}
	n_new = fast_read(batch->asks, batch->recall, version, batch->in, n,
			  ret_new);
	fast_find(version, ret_new, n_new);
	return n_new;
}

/* One version for the whole batch (DNS-223). Returns how many replies there
 * are. */
static size_t answer_all(struct udp_batch *batch, size_t n)
{
	uint64_t odd = odd_ports(batch->own, batch->n_own);
	const struct zone_version *version = zone_slot_peek_rcu(batch->slot);
	struct fast_ask *fresh[BATCH];
	size_t n_new = find_plain(batch, version, n, fresh), n_out = 0;
	struct stats_run run = {0};

	for (size_t i = 0; i < n; i++)
		n_out += serve_one(batch, version, i, n_out, odd, &run);
	stats_end_run(batch->lane, &run);
	/* Only now, as it may take the place of what was to be answered. */
	for (size_t i = 0; i < n_new; i++)
		if (fresh[i]->state == FAST_KNOWN)
			recall_keep(batch->recall, version, &fresh[i]->ask,
				    &fresh[i]->key, &fresh[i]->find);
	return n_out;
}

/* A reply that the kernel does not take is lost alone (DNS-185): the client
 * asks again, and the others must not wait. */
static void send_all(struct udp_batch *batch, int fd, size_t n)
{
	size_t at = 0;

	while (at < n) {
		int sent = sendmmsg(fd, batch->out + at, (unsigned int)(n - at),
				    MSG_DONTWAIT);

		if (sent > 0) {
			at += (size_t)sent;
		} else if (sent == 0 || errno != EINTR) {
			stats_add(&batch->stats->n.send_errors, 1);
			at++;
		}
	}
}

size_t udp_serve(struct udp_batch *batch, int fd, const struct listener *own,
		 size_t n_own)
{
	int got = recvmmsg(fd, batch->in, BATCH, MSG_DONTWAIT, NULL);

	if (got <= 0)
		return 0;
	batch->env.cookies = cookie_jar_peek_rcu(batch->env.config->jar);
	batch->env.now_s = (uint64_t)clk_wall_s();
	bool is_timed = batch->n_batches++ % DNSD_SAMPLE == 0;
	uint64_t begin_ns = st_unlikely(is_timed) ? clk_mono_ns() : 0;
	batch->fd = fd;
	batch->own = own;
	batch->n_own = n_own;
	batch->lane =
		stats_lane(batch->stats, DNSD_UDP, batch->from[0].ss_family);
	size_t n = (size_t)got, n_out = answer_all(batch, n);
	stats_add(&batch->stats->n.udp_queries, n);
	send_all(batch, fd, n_out);
	if (st_unlikely(is_timed))
		stats_time(batch->lane, n_out, clk_mono_ns() - begin_ns);
	rearm(batch, n);
	return n;
}
