/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/upstream_ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "dnsd/wire.h"
#include "statefuld/buf.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

enum {
	EDNS_SIZE = 1232,
	QUERY_MAX = WIRE_HEADER + NAME_MAX_LEN + 4 + WIRE_OPT,
	PREFIX = 2, /* of a frame */
};

struct upstream_ask {
	struct upstream_ask_config config;
	struct name name;
	uint16_t qtype;
	int n_tries;
	int16_t ede; /* why the last try failed */
	int fd;
	bool is_tcp;
	struct loop_fd *watch;
	struct loop_timer *timer;
	size_t question_len, query_len, sent;
	uint8_t query[PREFIX + QUERY_MAX]; /* as a frame */
	struct buf in;			   /* a frame that is coming */
};

static void random_octets(void *out, size_t len)
{
	st_assert(getrandom(out, len, 0) == (ssize_t)len);
}

/* Letters in upper or lower case by chance: more that a forger must guess. */
static void write_name(uint8_t *out, const struct name *name)
{
	uint8_t coins[NAME_MAX_LEN];

	random_octets(coins, name->len);
	for (size_t i = 0; i < name->len; i++) {
		bool is_letter = name->wire[i] >= 'a' && name->wire[i] <= 'z';

		out[i] = is_letter && (coins[i] & 1)
				 ? (uint8_t)(name->wire[i] - 'a' + 'A')
				 : name->wire[i];
	}
	/* A length octet is never above 63, so none is a letter. */
}

static void write_query(struct upstream_ask *ask)
{
	uint8_t *wire = ask->query + PREFIX, *at = wire + WIRE_HEADER;

	memset(wire, 0, WIRE_HEADER);
	random_octets(wire, 2);
	wire[2] = WIRE_RD;
	wire[5] = wire[11] = 1;
	write_name(at, &ask->name);
	at += ask->name.len;
	wire_put16(at, ask->qtype);
	wire_put16(at + 2, CLASS_IN);
	at += 4;
	ask->question_len = (size_t)(at - wire) - WIRE_HEADER;
	memset(at, 0, WIRE_OPT);
	wire_put16(at + 1, RR_OPT);
	wire_put16(at + 3, EDNS_SIZE);
	ask->query_len = (size_t)(at - wire) + WIRE_OPT;
	wire_put16(ask->query, (uint16_t)ask->query_len);
}

/* The same but for the case of letters in the name. */
static bool is_question_alike(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint8_t x[NAME_MAX_LEN], y[NAME_MAX_LEN];

	name_lower(x, a, len - 4);
	name_lower(y, b, len - 4);
	return memcmp(x, y, len - 4) == 0 &&
	       memcmp(a + len - 4, b + len - 4, 4) == 0;
}

enum upstream_verdict upstream_judge(const uint8_t *query, size_t question_len,
				     const uint8_t *wire, size_t len)
{
	uint8_t rcode;

	if (len < WIRE_HEADER + question_len ||
	    wire_get16(wire) != wire_get16(query) ||
	    (wire[2] & (WIRE_QR | WIRE_OPCODE)) != WIRE_QR ||
	    wire_get16(wire + 4) != 1 ||
	    !is_question_alike(query + WIRE_HEADER, wire + WIRE_HEADER,
			       question_len))
		return UPSTREAM_FOREIGN;
	rcode = wire[3] & 0x0f;
	if (wire[2] & WIRE_TC ||
	    memcmp(query + WIRE_HEADER, wire + WIRE_HEADER, question_len) != 0)
		return UPSTREAM_BY_TCP;
	return rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN
		       ? UPSTREAM_REPLY
		       : UPSTREAM_USELESS;
}

static void hang_up(struct upstream_ask *ask)
{
	loop_fd_free(ask->watch);
	ask->watch = NULL;
	if (ask->fd >= 0)
		close(ask->fd);
	ask->fd = -1;
	buf_fini(&ask->in);
}

static void finish(struct upstream_ask *ask, struct outside *take_outside)
{
	hang_up(ask);
	loop_timer_cancel(ask->timer);
	ask->config.done(take_outside, ask->config.arg);
}

/* By way of the timer, so that nobody is told while still asking. */
static void try_next(struct upstream_ask *ask, int16_t ede)
{
	ask->ede = ede;
	hang_up(ask);
	loop_timer_set(ask->timer, 0);
}

static const struct dnsd_listen *server(const struct upstream_ask *ask)
{
	size_t turn = ask->config.first + (size_t)ask->n_tries - 1;

	return &ask->config.servers[turn % ask->config.n_servers];
}

static void on_fd(int fd, int what, void *arg);

/* A socket of its own, so that the kernel picks the port by chance, connected,
 * so that it takes datagrams from nobody else. */
static void call(struct upstream_ask *ask, bool is_tcp)
{
	const struct dnsd_listen *to = server(ask);
	int type = is_tcp ? SOCK_STREAM : SOCK_DGRAM;
	int rc;

	hang_up(ask);
	write_query(ask);
	ask->is_tcp = is_tcp;
	ask->sent = 0;
	buf_init(&ask->in, PREFIX + WIRE_MESSAGE);
	ask->fd = socket(to->addr.ss_family,
			 type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (ask->fd < 0) {
		try_next(ask, EDE_NETWORK);
		return;
	}
	rc = connect(ask->fd, (const struct sockaddr *)&to->addr, to->addr_len);
	if (rc < 0 && errno != EINPROGRESS) {
		try_next(ask, EDE_NETWORK);
		return;
	}
	ask->watch = loop_fd_new(ask->config.loop, ask->fd,
				 is_tcp ? LOOP_WRITE : LOOP_READ, on_fd, ask);
	if (!is_tcp && send(ask->fd, ask->query + PREFIX, ask->query_len,
			    MSG_NOSIGNAL) < 0)
		try_next(ask, EDE_NETWORK);
}

static void give(struct upstream_ask *ask, const uint8_t *wire, size_t len)
{
	struct outside outside;

	if (outside_read(&outside, &ask->name, ask->qtype, wire, len) != 0)
		try_next(ask, EDE_NETWORK);
	else
		finish(ask, &outside);
}

static void take_datagrams(struct upstream_ask *ask)
{
	uint8_t wire[EDNS_SIZE];
	ssize_t len;

	while ((len = recv(ask->fd, wire, sizeof(wire), 0)) >= 0) {
		switch (upstream_judge(ask->query + PREFIX, ask->question_len,
				       wire, (size_t)len)) {
		case UPSTREAM_FOREIGN:
			continue;
		case UPSTREAM_REPLY:
			give(ask, wire, (size_t)len);
			return;
		case UPSTREAM_BY_TCP:
			call(ask, true);
			return;
		case UPSTREAM_USELESS:
			try_next(ask, EDE_NETWORK);
			return;
		}
	}
	/* Nobody listens there. */
	if (errno != EAGAIN && errno != EINTR)
		try_next(ask, EDE_NETWORK);
}

static void send_frame(struct upstream_ask *ask)
{
	size_t len = PREFIX + ask->query_len;
	ssize_t sent = send(ask->fd, ask->query + ask->sent, len - ask->sent,
			    MSG_NOSIGNAL);

	if (sent < 0) {
		if (errno != EAGAIN && errno != EINTR)
			try_next(ask, EDE_NETWORK);
		return;
	}
	ask->sent += (size_t)sent;
	if (ask->sent == len)
		loop_fd_set(ask->watch, LOOP_READ);
}

/* Whether a whole frame is there. */
static bool has_frame(const struct upstream_ask *ask)
{
	return ask->in.len >= PREFIX &&
	       ask->in.len >=
		       PREFIX + (size_t)wire_get16((uint8_t *)ask->in.data);
}

static void take_frame(struct upstream_ask *ask)
{
	uint8_t octets[4096];
	ssize_t len = recv(ask->fd, octets, sizeof(octets), 0);
	const uint8_t *wire;

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0 || buf_add(&ask->in, octets, (size_t)len) != 0) {
		try_next(ask, EDE_NETWORK);
		return;
	}
	if (!has_frame(ask))
		return;
	wire = (const uint8_t *)ask->in.data;
	/* By TCP a forger is not at work: any case will do. */
	switch (upstream_judge(ask->query + PREFIX, ask->question_len,
			       wire + PREFIX, wire_get16(wire))) {
	case UPSTREAM_REPLY:
	case UPSTREAM_BY_TCP:
		if ((wire[PREFIX + 3] & 0x0f) == RCODE_NOERROR ||
		    (wire[PREFIX + 3] & 0x0f) == RCODE_NXDOMAIN) {
			give(ask, wire + PREFIX, wire_get16(wire));
			return;
		}
		break;
	case UPSTREAM_FOREIGN:
	case UPSTREAM_USELESS:
		break;
	}
	try_next(ask, EDE_NETWORK);
}

static void on_fd(int fd st_unused, int what, void *arg)
{
	struct upstream_ask *ask = arg;

	if (!ask->is_tcp)
		take_datagrams(ask);
	else if (what & LOOP_WRITE)
		send_frame(ask);
	else
		take_frame(ask);
}

static void on_timer(void *arg)
{
	struct upstream_ask *ask = arg;
	struct outside outside;

	if (ask->fd >= 0)
		ask->ede = EDE_NO_AUTHORITY;
	if (ask->n_tries == UPSTREAM_TRIES) {
		outside_fail(&outside, &ask->name, ask->qtype, ask->ede,
			     ask->ede == EDE_NO_AUTHORITY
				     ? "no upstream server answers"
				     : "upstream servers give no answer");
		finish(ask, &outside);
		return;
	}
	ask->n_tries++;
	loop_timer_set(ask->timer, UPSTREAM_TRY_MS);
	call(ask, false);
}

struct upstream_ask *upstream_ask_new(const struct upstream_ask_config *config,
				      const struct name *name, uint16_t qtype)
{
	struct upstream_ask *ask = mem_zalloc(sizeof(*ask));

	ask->config = *config;
	ask->name = *name;
	ask->qtype = qtype;
	ask->fd = -1;
	buf_init(&ask->in, 0);
	ask->timer = loop_timer_new(config->loop, on_timer, ask);
	loop_timer_set(ask->timer, 0);
	return ask;
}

void upstream_ask_free(struct upstream_ask *ask)
{
	if (!ask)
		return;
	hang_up(ask);
	loop_timer_free(ask->timer);
	free(ask);
}
