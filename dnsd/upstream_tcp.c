/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dnsd/upstream_priv.h"
#include "dnsd/wire.h"
#include "statefuld/clk.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

static void late_free(struct upstream_late *late)
{
	*late->link = late->next;
	if (late->next)
		late->next->link = late->link;
	free(late->reply);
	free(late);
}

/* On the TCP thread. */
static void on_told(void *arg)
{
	struct upstream_late *late = arg;

	late->is_there = true;
	if (late->is_gone)
		late_free(late);
	else
		tcp_stream_ready(&late->base);
}

/* Nobody else looks at these until on_told. */
void upstream_late_tell(struct upstream *upstream, struct upstream_late *late,
			const uint8_t *reply, size_t len)
{
	late->reply = mem_dup(reply, len);
	late->len = len;
	loop_wake(upstream->tcp_loop, on_told, late);
}

static ssize_t next_message(struct tcp_stream *base, uint8_t *out)
{
	struct upstream_late *late =
		st_container_of(base, struct upstream_late, base);
	size_t len = late->len;

	if (!late->is_there)
		return -EAGAIN;
	late->len = 0;
	memcpy(out, late->reply, len);
	return (ssize_t)len;
}

/* Where the reply is still to come, the last word is that of on_told. */
static void free_stream(struct tcp_stream *base)
{
	struct upstream_late *late =
		st_container_of(base, struct upstream_late, base);

	late->is_gone = true;
	if (late->is_there)
		late_free(late);
}

static struct upstream_late *late_new(struct upstream *upstream)
{
	struct upstream_late *late = mem_zalloc(sizeof(*late));

	late->base.next = next_message;
	late->base.free = free_stream;
	late->next = upstream->lates;
	late->link = &upstream->lates;
	if (late->next)
		late->next->link = &late->next;
	upstream->lates = late;
	return late;
}

/* Whether the answer needs to know of other zones. */
static bool lacks(struct upstream *upstream, const struct tcp_ask *ask)
{
	struct answer_env env = {
		.config = upstream->config.answer,
		.from = ask->client->addr,
		.now_s = (uint64_t)clk_wall_s(),
		.is_stream = true,
		.is_encrypted = ask->client->is_tls,
	};

	answer_write(&env, ask->version, ask->query, ask->kind,
		     upstream->scratch);
	return env.lacks;
}

static struct tcp_stream *begin(const struct tcp_ask *ask, void *arg)
{
	struct upstream *upstream = arg;
	struct upstream_job *job;

	if (ask->kind != QUERY_ASK || !lacks(upstream, ask))
		return NULL;
	job = mem_zalloc(sizeof(*job) + ask->len);
	job->late = late_new(upstream);
	job->from = *ask->client->addr;
	job->is_tls = ask->client->is_tls;
	job->is_xot = ask->client->is_xot;
	job->len = ask->len;
	memcpy(job->wire, ask->wire, ask->len);
	struct tcp_stream *stream = &job->late->base;
	if (upstream_hand_over(upstream, job))
		return stream;
	late_free(job->late);
	free(job);
	return NULL;
}

struct tcp_hook upstream_hook(struct upstream *upstream, struct loop *loop,
			      uint16_t keepalive_ds)
{
	upstream->tcp_loop = loop;
	upstream->keepalive_ds = keepalive_ds;
	upstream->scratch = mem_alloc(WIRE_MESSAGE);
	return (struct tcp_hook){begin, upstream};
}

void upstream_lates_free(struct upstream *upstream)
{
	while (upstream->lates)
		late_free(upstream->lates);
}
