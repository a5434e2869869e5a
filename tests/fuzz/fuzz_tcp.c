/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream of octets to a connection, in pieces whose lengths the first octet
 * chooses. The replies are those to the whole frames, each by itself, and the
 * connection ends exactly if a frame is too short to hold a query.
 */
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dnsd/stats.h"
#include "dnsd/tcp_conn.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "tests/unit/serve_lab.h"

enum { NOW_S = 1700000000, INPUT_MAX = 2000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Kept for all inputs. */
static struct zone_slot *slot;
static struct tcp_work work;
static struct stats stats;
static struct sockaddr_storage from;

static void end(void)
{
	zone_slot_free(slot);
	stats_fini(&stats);
	rcu_unregister_thread();
}

static void begin(void)
{
	clk_fake(0, (int64_t)NOW_S * 1000000);
	slot = serve_lab_slot(true);
	rcu_register_thread();
	rcu_thread_offline();
	from.ss_family = AF_INET;
	work.slot = slot;
	work.stats = &stats;
	stats_open(&stats, DNSD_TCP);
	st_assert(atexit(end) == 0);
}

/* What the frames come to one by one; true if the stream is broken. */
static bool expect(const uint8_t *data, size_t size, struct buf *out)
{
	static uint8_t reply[2 + WIRE_MESSAGE];
	struct answer_env env = serve_lab_env(true);

	env.from = &from;
	env.cookies = NULL;
	while (size >= 2) {
		size_t len = wire_get16(data);
		struct query query;

		if (len < WIRE_HEADER)
			return true;
		if (size - 2 < len)
			break;
		enum query_kind kind = query_parse(&query, data + 2, len);
		if (kind != QUERY_DROP) {
			struct answer answer =
				answer_write(&env, zone_slot_peek_rcu(slot),
					     &query, kind, reply + 2);

			wire_put16(reply, (uint16_t)answer.len);
			buf_put(out, reply, 2 + answer.len);
		}
		data += 2 + len;
		size -= 2 + len;
	}
	return false;
}

static void drain(int fd, struct buf *out)
{
	static uint8_t piece[65536];
	ssize_t got;

	while ((got = recv(fd, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_put(out, piece, (size_t)got);
}

/* False once the connection is over. */
static bool serve(struct tcp_conn *conn, int fd, struct buf *out)
{
	bool is_up = true;

	do {
		is_up = tcp_conn_serve(conn, &work, 0);
		drain(fd, out);
	} while (is_up && conn->out.len > 0);
	return is_up;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_buf struct buf want = {0}, got = {0};
	struct tcp_conn conn;
	int fds[2];
	bool is_up = true;

	if (size == 0 || size > INPUT_MAX)
		return 0;
	if (slot == NULL)
		begin();
	size_t step = data[0] > 0 ? data[0] : size;
	data++;
	size--;
	bool is_broken = expect(data, size, &want);
	st_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	work.env = serve_lab_env(true);
	tcp_conn_init(&conn, fds[0], NULL, &from, 0);
	for (size_t at = 0; at < size && is_up; at += step) {
		size_t len = size - at < step ? size - at : step;

		st_assert(send(fds[1], data + at, len, 0) == (ssize_t)len);
		is_up = serve(&conn, fds[1], &got);
	}
	st_assert(is_up == !is_broken);
	/* Of a stream that breaks, what came before is answered or not. */
	st_assert(got.len == want.len || (is_broken && got.len < want.len));
	st_assert(got.len == 0 || memcmp(got.data, want.data, got.len) == 0);
	tcp_conn_fini(&conn);
	close(fds[1]);
	return 0;
}
