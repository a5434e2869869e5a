/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/e2e/scripted/command.h"
#include "tests/e2e/scripted/history.h"
#include "tests/e2e/scripted/render.h"
#include "tests/e2e/scripted/server_impl.h"

enum {
	TICK_MS = 10,
	IDLE_TICK_MS = 50,
	LONG_LINE = 9 << 20,
	BACKLOG = 64,
	WAITING_MAX = 10000,
};

static void on_connect(int fd, int what, void *arg)
{
	(void)what;
	int conn_fd = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (conn_fd >= 0)
		conn_accept(arg, conn_fd);
}

static int open_listener(struct server *server, struct err *err)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(server->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr *any = (struct sockaddr *)&address;
	socklen_t len = sizeof(address);
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	server->listen_fd = fd;
	if (fd < 0)
		return err_set(err, -errno, "socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, any, len) < 0 || listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, any, &len) < 0)
		return err_set(err, -errno, "port %u: %s", server->port,
			       strerror(errno));
	server->port = ntohs(address.sin_port);
	server->listen_event = loop_fd_new(server->config.loop, fd, LOOP_READ,
					   on_connect, server);
	return 0;
}

static void close_listener(struct server *server)
{
	loop_fd_free(server->listen_event);
	server->listen_event = NULL;
	if (server->listen_fd >= 0)
		close(server->listen_fd);
	server->listen_fd = -1;
}

static void drop_conns(struct server *server)
{
	while (server->conns != NULL)
		conn_free(server->conns);
}

static void pump_conns(struct server *server)
{
	struct conn *next;

	for (struct conn *conn = server->conns; conn != NULL; conn = next) {
		next = conn_next(conn);
		conn_pump(conn);
	}
}

static void inject(struct server *server, uint32_t kinds, const char *data,
		   size_t len, enum conn_after after)
{
	struct conn *next;

	for (struct conn *conn = server->conns; conn != NULL; conn = next) {
		const struct stream *stream = conn_stream(conn);

		next = conn_next(conn);
		if (stream->mode == STREAM_WATCH && (kinds >> stream->kind & 1))
			conn_inject(conn, data, len, after);
	}
}

/* The first half of a line about some object of the kind. */
static void cut_kind(struct server *server, enum world_kind kind)
{
	scope_buf struct buf line;

	buf_init(&line, 0);
	stream_put_event(&server->source, "MODIFIED", kind, 0, &line);
	inject(server, UINT32_C(1) << kind, line.data, line.len / 2, CONN_CUT);
}

static void cut_watches(struct server *server, uint32_t kinds)
{
	for (int kind = 0; kind < WORLD_KINDS; kind++)
		if ((kinds >> kind & 1) &&
		    world_count(&server->world, (enum world_kind)kind) > 0)
			cut_kind(server, (enum world_kind)kind);
}

static void send_long_line(struct server *server, uint32_t kinds)
{
	scope_buf struct buf line;

	buf_init(&line, 0);
	buf_puts(&line, "{\"type\":\"MODIFIED\",\"object\":{\"pad\":\"");
	while (line.len < LONG_LINE)
		buf_puts(&line, "................................");
	buf_puts(&line, "\"}}\n");
	inject(server, kinds, line.data, line.len, CONN_GO_ON);
}

static void forget_events(struct server *server, uint32_t kinds)
{
	scope_buf struct buf line;

	history_forget(server->history, server->world.version);
	buf_init(&line, 0);
	stream_put_gone(&line);
	inject(server, kinds, line.data, line.len, CONN_END);
}

static void remember(struct server *server, const char *type,
		     enum world_kind kind, uint32_t index)
{
	struct buf line;
	size_t len;

	buf_init(&line, 0);
	stream_put_event(&server->source, type, kind, index, &line);
	len = line.len;
	history_add(server->history, kind,
		    world_version_of(&server->world, kind, index),
		    buf_steal(&line), len);
}

static void change_pod(struct server *server, enum world_change change,
		       uint32_t pod)
{
	static const char *const types[] = {
		[WORLD_READY] = "MODIFIED", [WORLD_UNREADY] = "MODIFIED",
		[WORLD_MOVE] = "MODIFIED",  [WORLD_DELETE] = "DELETED",
		[WORLD_CREATE] = "ADDED",
	};

	if (!world_change_pod(&server->world, change, pod))
		return;
	remember(server, types[change], WORLD_POD, pod);
	remember(server, "MODIFIED", WORLD_SLICE,
		 pod / server->world.shape.per_service);
}

static bool is_being_listed(const struct server *server)
{
	for (int kind = 0; kind < WORLD_KINDS; kind++)
		if (server->hold_until_ms[kind] > clk_mono_ms())
			return true;
	for (struct conn *conn = server->conns; conn != NULL;
	     conn = conn_next(conn))
		if (stream_is_listing(conn_stream(conn)))
			return true;
	return false;
}

static void make_waiting_changes(struct server *server)
{
	for (size_t i = 0; i < server->n_waiting; i++)
		change_pod(server, server->waiting[i].change,
			   server->waiting[i].n);
	server->n_waiting = 0;
}

/* A pod at random: a ready one moves or becomes unready, an unready one
 * becomes ready. */
static void change_at_random(struct server *server)
{
	uint32_t pod = clk_random(server->world.shape.pods);

	if (!server->world.pods[pod].is_ready)
		change_pod(server, WORLD_READY, pod);
	else
		change_pod(server, clk_random(2) ? WORLD_MOVE : WORLD_UNREADY,
			   pod);
}

static void make_changes(struct server *server, uint64_t now_ms)
{
	uint64_t past_ms = now_ms - server->last_tick_ms;

	server->last_tick_ms = now_ms;
	server->owed += (double)server->rate * (double)past_ms / 1000;
	if (server->owed > server->rate)
		server->owed = server->rate;
	if (is_being_listed(server))
		return;
	make_waiting_changes(server);
	for (; server->owed >= 1; server->owed--)
		change_at_random(server);
}

static void come_back(struct server *server, uint64_t now_ms)
{
	if (server->listen_fd >= 0 || now_ms < server->away_until_ms)
		return;
	/* A port that somebody took meanwhile is tried again next time. */
	if (open_listener(server, NULL) != 0)
		close_listener(server);
}

static void on_tick(void *arg)
{
	struct server *server = arg;
	uint64_t now_ms = clk_mono_ms();

	come_back(server, now_ms);
	make_changes(server, now_ms);
	pump_conns(server);
	loop_timer_set(server->tick, server->rate ? TICK_MS : IDLE_TICK_MS);
}

static void wait_to_change(struct server *server, const struct command *command)
{
	if (server->n_waiting == WAITING_MAX)
		return;
	mem_grow(server->waiting, server->n_waiting);
	server->waiting[server->n_waiting++] = *command;
	if (is_being_listed(server))
		return;
	make_waiting_changes(server);
	pump_conns(server);
}

static void end_faults(struct server *server)
{
	server->truncate = 0;
	server->expire_left = server->throttle_left = 0;
	server->storm_until_ms = server->hang_until_ms = 0;
	server->away_until_ms = 0;
	come_back(server, clk_mono_ms());
}

void server_command(struct server *server, const struct command *command)
{
	static const char garbage[] = "{\"type\":\"MODIFIED\",\"object\":[}\n";
	uint64_t now_ms = clk_mono_ms();

	switch (command->op) {
	case COMMAND_CUT:
		cut_watches(server, command->kinds);
		break;
	case COMMAND_GARBAGE:
		inject(server, command->kinds, garbage, sizeof(garbage) - 1,
		       CONN_GO_ON);
		break;
	case COMMAND_LONG:
		send_long_line(server, command->kinds);
		break;
	case COMMAND_GONE:
		forget_events(server, command->kinds);
		break;
	case COMMAND_TRUNCATE:
		server->truncate |= command->kinds;
		break;
	case COMMAND_EXPIRE:
		server->expire_left = command->n;
		break;
	case COMMAND_THROTTLE:
		server->throttle_left = command->n;
		server->throttle_s = command->seconds;
		break;
	case COMMAND_STORM:
		server->storm_until_ms = now_ms + command->n;
		inject(server, UINT32_MAX, "", 0, CONN_END);
		break;
	case COMMAND_HANG:
		server->hang_until_ms = now_ms + command->n;
		break;
	case COMMAND_AWAY:
		server->away_until_ms = now_ms + command->n;
		close_listener(server);
		drop_conns(server);
		break;
	case COMMAND_CALM:
		end_faults(server);
		break;
	case COMMAND_DROP:
		drop_conns(server);
		break;
	case COMMAND_CHANGE:
		wait_to_change(server, command);
		break;
	case COMMAND_RATE:
		server->rate = command->n;
		server->owed = 0;
		break;
	case COMMAND_STATS:
		break;
	}
}

char *server_stats(const struct server *server)
{
	struct buf out;

	buf_init(&out, 0);
	buf_printf(&out,
		   "{\"version\":%" PRIu64 ",\"writes\":%" PRIu64
		   ",\"others\":%" PRIu64 ",\"bytes\":%" PRIu64,
		   server->world.version, server->writes, server->others,
		   server->bytes);
	for (int kind = 0; kind < WORLD_KINDS; kind++)
		buf_printf(&out,
			   ",\"%s\":{\"count\":%u,\"lists\":%" PRIu64
			   ",\"pages\":%" PRIu64 ",\"watches\":%" PRIu64 "}",
			   request_plural((enum world_kind)kind),
			   world_count(&server->world, (enum world_kind)kind),
			   server->counts[kind].lists,
			   server->counts[kind].pages,
			   server->counts[kind].watches);
	buf_putc(&out, '}');
	return buf_steal(&out);
}

uint64_t server_version(const struct server *server)
{
	return server->world.version;
}

uint16_t server_port(const struct server *server)
{
	return server->port;
}

static int start(struct server *server, struct err *err)
{
	const struct server_config *config = &server->config;
	int rc = world_init(&server->world, &config->shape, err);

	if (rc)
		return rc;
	rc = render_new(config->templates, &server->world,
			&server->source.render, err);
	if (rc)
		return rc;
	server->history = history_new(config->history, server->world.version);
	server->source.world = &server->world;
	server->source.history = server->history;
	rc = open_listener(server, err);
	if (rc)
		return rc;
	server->last_tick_ms = clk_mono_ms();
	server->tick = loop_timer_new(config->loop, on_tick, server);
	loop_timer_set(server->tick, IDLE_TICK_MS);
	return 0;
}

int server_new(const struct server_config *config, struct server **ret,
	       struct err *err)
{
	struct server *server = mem_zalloc(sizeof(*server));
	int rc;

	server->config = *config;
	server->port = config->port;
	server->listen_fd = -1;
	rc = start(server, err);
	if (rc) {
		server_free(server);
		return rc;
	}
	*ret = server;
	return 0;
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	drop_conns(server);
	close_listener(server);
	loop_timer_free(server->tick);
	render_free(server->source.render);
	history_free(server->history);
	world_fini(&server->world);
	free(server->waiting);
	free(server);
}
