/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/tcp_conn.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dnsd/cookie_jar.h"
#include "dnsd/query.h"
#include "dnsd/stats.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/rcu.h"
#include "statefuld/tls.h"

/* Octets received and not yet answered. */
struct span {
	const uint8_t *data;
	size_t len;
	bool is_broken; /* a frame that no query can be in */
};

void tcp_conn_init(struct tcp_conn *conn, int take_fd, struct tls *take_tls,
		   const struct sockaddr_storage *from, uint64_t now_ms)
{
	*conn = (struct tcp_conn){
		.fd = take_fd,
		.tls = take_tls,
		.client = {.addr = from, .is_tls = take_tls != NULL},
		.active_ms = now_ms,
		.message_ms = now_ms,
		.progress_ms = now_ms,
	};
	buf_init(&conn->in, TCP_FRAME_MAX + TCP_READ_LEN);
	buf_init(&conn->out, TCP_PENDING_MAX);
}

void tcp_conn_fini(struct tcp_conn *conn)
{
	tcp_streams_fini(&conn->streams);
	tls_free(conn->tls);
	close(conn->fd);
	buf_fini(&conn->in);
	buf_fini(&conn->out);
}

/* Whether a whole frame begins the span. Shorter than a header is a breach of
 * the framing (DNS-111). */
static bool has_frame(struct span *span, size_t *ret_len)
{
	if (span->is_broken || span->len < 2)
		return false;
	*ret_len = wire_get16(span->data);
	span->is_broken = *ret_len < WIRE_HEADER;
	return !span->is_broken && span->len >= 2 + *ret_len;
}

/* Whether the hook takes the query upon itself. */
static bool begin_stream(struct tcp_conn *conn, const struct tcp_work *work,
			 const struct tcp_ask *ask)
{
	if (work->hook.begin == NULL)
		return false;
	struct tcp_stream *stream = work->hook.begin(ask, work->hook.arg);
	if (stream == NULL)
		return false;
	stream->is_waiting = false;
	stream->wake = conn->wake;
	stream->wake_arg = conn->wake_arg;
	tcp_streams_add(&conn->streams, stream);
	return true;
}

static struct stats_lane *lane_of(const struct tcp_conn *conn,
				  const struct tcp_work *work)
{
	return stats_lane(work->stats, conn->tls != NULL ? DNSD_TLS : DNSD_TCP,
			  conn->client.addr->ss_family);
}

/* One query to one frame of reply at `out`; 0 octets if there is none, or not
 * yet. */
static size_t answer_frame(struct tcp_conn *conn, struct tcp_work *work,
			   const struct zone_version *version,
			   const uint8_t *wire, size_t len, uint8_t *out)
{
	enum query_kind kind = query_parse(&work->query, wire, len);

	stats_add(&work->stats->n.tcp_queries, 1);
	if (kind == QUERY_DROP) {
		stats_add(&work->stats->n.dropped_malformed, 1);
		return 0;
	}
	struct tcp_ask ask = {
		.client = &conn->client,
		.version = version,
		.query = &work->query,
		.kind = kind,
		.wire = wire,
		.len = len,
	};
	if (begin_stream(conn, work, &ask))
		return 0;
	struct answer answer =
		answer_write(&work->env, version, &work->query, kind, out + 2);
	if (work->env.lacks) {
		stats_add(&work->stats->n.upstream_turned_away, 1);
		answer = answer_without(&work->env, version, &work->query, kind,
					out + 2);
	}
	stats_count_answer(work->stats, lane_of(conn, work), &answer,
			   query_type(&work->query));
	work->n_answered++;
	wire_put16(out, (uint16_t)answer.len);
	return 2 + answer.len;
}

/* A frame that may be answered now. */
static bool has_turn(const struct tcp_conn *conn, struct span *span,
		     size_t *ret_len)
{
	return conn->streams.n < TCP_STREAMS_MAX && has_frame(span, ret_len);
}

/* Tells the shared environment whose queries come next. */
static void introduce(struct tcp_conn *conn, struct tcp_work *work)
{
	struct answer_env *env = &work->env;

	conn->client.is_xot = conn->tls != NULL && tls_is_13(conn->tls) &&
			      tls_has_alpn(conn->tls);
	env->cookies = cookie_jar_peek_rcu(env->config->jar);
	env->now_s = (uint64_t)clk_wall_s();
	env->from = conn->client.addr;
	env->is_encrypted = conn->tls != NULL;
	env->is_xot = conn->client.is_xot;
}

/* Answers frames for as long as any reply fits into work->out; gives the
 * octets that are in it then. */
static size_t answer_frames(struct tcp_conn *conn, struct tcp_work *work,
			    struct span *span, uint64_t now_ms)
{
	size_t used = 0, len = 0;

	rcu_thread_online();
	const struct zone_version *version = zone_slot_peek_rcu(work->slot);
	introduce(conn, work);
	while (TCP_PENDING_MAX - used >= TCP_FRAME_MAX &&
	       has_turn(conn, span, &len)) {
		used += answer_frame(conn, work, version, span->data + 2, len,
				     work->out + used);
		span->data += 2 + len;
		span->len -= 2 + len;
		conn->active_ms = conn->message_ms = now_ms;
	}
	rcu_thread_offline();
	return used;
}

/* Number of octets taken, 0 if none is now, -1: it is over. */
static ssize_t send_some(const struct tcp_conn *conn, const void *data,
			 size_t len)
{
	ssize_t sent;

	if (conn->tls != NULL) {
		sent = tls_send(conn->tls, data, len);
		return sent == -EAGAIN ? 0 : sent;
	}
	sent = send(conn->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent >= 0)
		return sent;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

/* As much as there is, so that nothing waits in the session, of which the loop
 * would not tell. */
static ssize_t recv_tls(struct tcp_conn *conn, uint8_t *data, size_t len)
{
	size_t n = 0;

	while (n < len) {
		ssize_t got = tls_recv(conn->tls, data + n, len - n);

		if (got <= 0) {
			conn->has_more = false;
			conn->has_ended |= got == 0;
			return n > 0 ? (ssize_t)n : got;
		}
		n += (size_t)got;
	}
	conn->has_more = true;
	return (ssize_t)n;
}

/* Octets read, 0 at the end, -EAGAIN or another code. */
static ssize_t recv_some(struct tcp_conn *conn, void *data, size_t len)
{
	if (conn->tls != NULL)
		return recv_tls(conn, data, len);
	ssize_t got = recv(conn->fd, data, len, MSG_DONTWAIT);
	if (got >= 0)
		return got;
	return errno == EINTR ? -EAGAIN : -errno;
}

static bool send_replies(struct tcp_conn *conn, const struct tcp_work *work,
			 size_t len, uint64_t now_ms)
{
	ssize_t sent = send_some(conn, work->out, len);

	if (sent < 0)
		return false;
	conn->progress_ms = now_ms;
	return buf_add(&conn->out, work->out + sent, len - (size_t)sent) == 0;
}

/* Sends on what was left over; true if the connection still stands. */
static bool send_pending(struct tcp_conn *conn, uint64_t now_ms)
{
	ssize_t sent = send_some(conn, conn->out.data, conn->out.len);

	if (sent < 0)
		return false;
	if (sent > 0)
		conn->progress_ms = conn->active_ms = conn->message_ms = now_ms;
	buf_consume(&conn->out, (size_t)sent);
	if (conn->out.len == 0)
		buf_fini(&conn->out);
	return true;
}

/* Frames to replies that are sent, or kept. */
static bool answer_batch(struct tcp_conn *conn, struct tcp_work *work,
			 struct span *span, uint64_t now_ms)
{
	bool is_timed = work->n_batches++ % DNSD_SAMPLE == 0;
	uint64_t begin_ns = is_timed ? clk_mono_ns() : 0;

	work->n_answered = 0;
	size_t len = answer_frames(conn, work, span, now_ms);
	if (len > 0 && !send_replies(conn, work, len, now_ms))
		return false;
	if (is_timed)
		stats_time(lane_of(conn, work), work->n_answered,
			   clk_mono_ns() - begin_ns);
	return true;
}

/* Stops while replies wait for the client to take them. */
static bool answer_span(struct tcp_conn *conn, struct tcp_work *work,
			struct span *span, uint64_t now_ms)
{
	size_t len = 0;

	while (conn->out.len == 0 && has_turn(conn, span, &len))
		if (!answer_batch(conn, work, span, now_ms))
			return false;
	return !span->is_broken;
}

/* Keeps what is not answered yet for later. */
static bool keep_rest(struct tcp_conn *conn, const struct span *span)
{
	if (conn->in.len > 0) {
		buf_consume(&conn->in, conn->in.len - span->len);
		if (conn->in.len == 0)
			buf_fini(&conn->in);
		return true;
	}
	return span->len == 0 || buf_add(&conn->in, span->data, span->len) == 0;
}

static struct span kept(const struct tcp_conn *conn)
{
	return (struct span){(const uint8_t *)conn->in.data, conn->in.len,
			     false};
}

/* Reads once, behind what is there already or, if that is nothing, into the
 * shared buffer. Where whole queries still wait, because replies were stuck,
 * they come first. False on errors. */
static bool receive(struct tcp_conn *conn, struct tcp_work *work,
		    struct span *ret_span, uint64_t now_ms)
{
	size_t len;

	*ret_span = kept(conn);
	if (conn->has_ended || has_frame(ret_span, &len) ||
	    conn->streams.n >= TCP_STREAMS_MAX)
		return true;
	ssize_t got = recv_some(conn, work->in, sizeof(work->in));
	if (got < 0)
		return got == -EAGAIN;
	conn->has_ended |= got == 0;
	if (conn->in.len == 0) {
		conn->message_ms = now_ms;
		*ret_span = (struct span){work->in, (size_t)got, false};
		return true;
	}
	if (buf_add(&conn->in, work->in, (size_t)got) < 0)
		return false;
	*ret_span = kept(conn);
	return true;
}

/* Messages of streams, as many as one write takes. */
static bool pull_streams(struct tcp_conn *conn, struct tcp_work *work,
			 uint64_t now_ms)
{
	size_t used = 0;

	while (TCP_PENDING_MAX - used >= TCP_FRAME_MAX) {
		uint8_t *out = work->out + used;
		ssize_t len = tcp_streams_next(&conn->streams, out + 2);

		if (len < 0)
			return false;
		if (len == 0)
			break;
		wire_put16(out, (uint16_t)len);
		used += 2 + (size_t)len;
		conn->active_ms = now_ms;
	}
	return used == 0 || send_replies(conn, work, used, now_ms);
}

bool tcp_conn_serve(struct tcp_conn *conn, struct tcp_work *work,
		    uint64_t now_ms)
{
	struct span span;

	if (conn->out.len > 0 && !send_pending(conn, now_ms))
		return false;
	if (conn->out.len > 0)
		return true;
	if (!pull_streams(conn, work, now_ms))
		return false;
	if (conn->out.len > 0)
		return true;
	if (!receive(conn, work, &span, now_ms) ||
	    !answer_span(conn, work, &span, now_ms) || !keep_rest(conn, &span))
		return false;
	return conn->out.len > 0 || conn->streams.n > 0 || !conn->has_ended;
}

int tcp_conn_wants(const struct tcp_conn *conn)
{
	int wants = 0;

	if (conn->tls != NULL && !tls_is_established(conn->tls))
		return tls_wants(conn->tls);
	if (conn->out.len > 0)
		return LOOP_WRITE;
	if (tcp_streams_are_ready(&conn->streams))
		wants |= LOOP_WRITE;
	else if (conn->tls != NULL &&
		 (conn->has_more || tls_wants(conn->tls) == LOOP_WRITE))
		wants |= LOOP_WRITE;
	if (!conn->has_ended && conn->streams.n < TCP_STREAMS_MAX)
		wants |= LOOP_READ;
	return wants;
}

bool tcp_conn_is_overdue(const struct tcp_conn *conn,
			 const struct tcp_limits *limits, uint64_t now_ms)
{
	if (conn->out.len > 0)
		return now_ms - conn->progress_ms >= limits->write_ms;
	if (conn->tls != NULL && !tls_is_established(conn->tls))
		return now_ms - conn->message_ms >= limits->message_ms;
	/* Streams have an end of their own, and what waits behind them is not
	 * the client's fault. */
	if (conn->streams.n > 0)
		return false;
	if (conn->in.len > 0 && now_ms - conn->message_ms >= limits->message_ms)
		return true;
	return now_ms - conn->active_ms >= limits->idle_ms;
}
