/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "dnsd/notify_plan.h"
#include "dnsd/socket.h"
#include "dnsd/tsig.h"
#include "dnsd/wire.h"
#include "dnsd/zone_slot.h"
#include "statefuld/clk.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

_Static_assert(NOTIFY_MESSAGE_MAX >=
		       WIRE_HEADER + NAME_MAX_LEN + 4 + 600 + TSIG_ROOM_MAX,
	       "an SOA and a signature must fit");

#define NOTIFY_MAGIC UINT32_C(0x4e544659)

/* One zone and one secondary. */
struct telling {
	struct notify_plan plan;
	uint16_t id;
	bool has_failed; /* said once, until it goes again */
};

struct way {
	int fd;
	struct loop_fd *watch;
};

struct notify {
	uint32_t magic;
	struct notify_config config;
	struct loop_timer *timer;
	struct way v4, v6;
	size_t n_zones;
	uint32_t *serials;	  /* known, by zone */
	struct telling *tellings; /* n_targets for each zone */
	uint64_t sent, acknowledged, failed;
};

static struct notify *notify_of(void *arg)
{
	struct notify *notify = arg;

	st_assert(notify->magic == NOTIFY_MAGIC);
	return notify;
}

size_t notify_write(uint8_t out[NOTIFY_MESSAGE_MAX],
		    const struct zone_info *zone, uint16_t id)
{
	size_t at = WIRE_HEADER;

	memset(out, 0, WIRE_HEADER);
	wire_put16(out, id);
	out[2] = OPCODE_NOTIFY << 3 | WIRE_AA;
	out[5] = out[7] = 1;
	memcpy(out + at, zone->apex, zone->apex_len);
	at += zone->apex_len;
	wire_put16(out + at, RR_SOA);
	wire_put16(out + at + 2, CLASS_IN);
	memcpy(out + at + 4, zone->soa->wire, zone->soa->wire_len);
	return at + 4 + zone->soa->wire_len;
}

static const struct zone_info *zone_at(const struct notify *notify, size_t i)
{
	return &notify->config.slot->cur->zones[i];
}

static void tell(struct notify *notify, const struct zone_info *zone,
		 const struct notify_target *target, struct telling *telling)
{
	const struct dnsd_listen *addr = &target->addr;
	int fd =
		addr->addr.ss_family == AF_INET ? notify->v4.fd : notify->v6.fd;
	uint8_t out[NOTIFY_MESSAGE_MAX];
	struct tsig_state tsig;
	size_t len;

	telling->id = (uint16_t)clk_random(UINT16_MAX + 1);
	len = notify_write(out, zone, telling->id);
	if (target->key != NULL) {
		tsig_begin(&tsig, target->key);
		len = tsig_sign(&tsig, out, len, (uint64_t)clk_wall_s());
	}
	/* What is lost is sent again. */
	(void)sendto(fd, out, len, MSG_DONTWAIT,
		     (const struct sockaddr *)&addr->addr, addr->addr_len);
	notify->sent++;
}

static void complain(struct telling *telling, const struct zone_info *zone,
		     const struct notify_target *target, const char *why)
{
	char addr[SOCKET_TEXT], name[NAME_MAX_TEXT];

	if (telling->has_failed)
		return;
	telling->has_failed = true;
	socket_text(addr, &target->addr);
	name_text(name, zone->apex);
	log_warn("notify failed", "zone=%s secondary=%s reason=%s", name, addr,
		 why);
}

/* Gives when this one is to be looked at again. */
static uint64_t act(struct notify *notify, size_t zone, size_t target,
		    uint64_t now_ms)
{
	const struct notify_target *to = &notify->config.targets[target];
	struct telling *telling =
		&notify->tellings[zone * notify->config.n_targets + target];

	switch (notify_plan_act(&telling->plan, now_ms)) {
	case NOTIFY_TELL:
		tell(notify, zone_at(notify, zone), to, telling);
		break;
	case NOTIFY_GIVE_UP:
		notify->failed++;
		complain(telling, zone_at(notify, zone), to, "no answer");
		break;
	case NOTIFY_WAIT:
		break;
	}
	return notify_plan_due(&telling->plan);
}

static void act_all(struct notify *notify)
{
	uint64_t now_ms = clk_mono_ms(), due_ms = NOTIFY_NEVER;

	for (size_t i = 0; i < notify->n_zones; i++) {
		for (size_t k = 0; k < notify->config.n_targets; k++) {
			uint64_t due = act(notify, i, k, now_ms);

			due_ms = due < due_ms ? due : due_ms;
		}
	}
	if (due_ms != NOTIFY_NEVER)
		loop_timer_set(notify->timer,
			       due_ms > now_ms ? due_ms - now_ms : 0);
}

/* Zones are all there when the first becomes ready. */
static void fit_zones(struct notify *notify, size_t n)
{
	if (notify->n_zones == n)
		return;
	st_assert(notify->n_zones == 0);
	notify->n_zones = n;
	notify->serials = mem_calloc(n, sizeof(*notify->serials));
	notify->tellings = mem_calloc(n * notify->config.n_targets,
				      sizeof(*notify->tellings));
}

static void on_timer(void *arg)
{
	struct notify *notify = notify_of(arg);
	const struct zone_version *version = notify->config.slot->cur;

	if (version == NULL || !version->ready)
		return;
	fit_zones(notify, version->n_zones);
	for (size_t i = 0; i < notify->n_zones; i++) {
		if (notify->serials[i] == version->zones[i].serial)
			continue;
		notify->serials[i] = version->zones[i].serial;
		for (size_t k = 0; k < notify->config.n_targets; k++)
			notify_plan_changed(
				&notify->tellings[i * notify->config.n_targets +
						  k]
					 .plan);
	}
	act_all(notify);
}

static void on_change(void *arg)
{
	loop_timer_set(notify_of(arg)->timer, 0);
}

/* Whose message an ID from that address answers. */
static void acknowledge(struct notify *notify, uint16_t id,
			const struct sockaddr_storage *from, unsigned int rcode)
{
	size_t n = notify->config.n_targets;

	for (size_t i = 0; i < notify->n_zones * n; i++) {
		struct telling *telling = &notify->tellings[i];
		const struct notify_target *target =
			&notify->config.targets[i % n];

		if (telling->id != id || !telling->plan.is_waiting ||
		    !socket_same_host(&target->addr.addr, from) ||
		    socket_port(&target->addr.addr) != socket_port(from))
			continue;
		notify_plan_acknowledged(&telling->plan);
		notify->acknowledged++;
		if (rcode == RCODE_NOERROR)
			telling->has_failed = false;
		else
			complain(telling, zone_at(notify, i / n), target,
				 "refused by its RCODE");
		return;
	}
}

static void on_reply(int fd, int what, void *arg)
{
	struct notify *notify = notify_of(arg);
	struct sockaddr_storage from = {0};
	uint8_t in[NOTIFY_MESSAGE_MAX];

	(void)what;
	for (;;) {
		socklen_t len = sizeof(from);
		ssize_t got = recvfrom(fd, in, sizeof(in), MSG_DONTWAIT,
				       (struct sockaddr *)&from, &len);

		if (got < 0 && errno == ECONNREFUSED)
			continue;
		if (got < 0)
			return;
		if (got >= WIRE_HEADER &&
		    (in[2] & (WIRE_QR | WIRE_OPCODE)) ==
			    (WIRE_QR | OPCODE_NOTIFY << 3))
			acknowledge(notify, wire_get16(in), &from, in[3] & 15);
	}
}

/* An address to send from, without its port; false: the kernel chooses. */
static bool choose_source(const struct notify_config *config, int family,
			  struct dnsd_listen *ret)
{
	for (size_t i = 0; i < config->n_listen; i++) {
		*ret = config->listen[i];
		if (ret->addr.ss_family != family ||
		    socket_is_wildcard(&ret->addr))
			continue;
		if (family == AF_INET)
			((struct sockaddr_in *)&ret->addr)->sin_port = 0;
		else
			((struct sockaddr_in6 *)&ret->addr)->sin6_port = 0;
		return true;
	}
	return false;
}

/* Where there is no socket to be had, sending fails and is tried again. */
static void open_way(struct way *way, struct notify *notify, int family)
{
	struct dnsd_listen source;

	way->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (way->fd < 0)
		return;
	if (choose_source(&notify->config, family, &source))
		(void)bind(way->fd, (const struct sockaddr *)&source.addr,
			   source.addr_len);
	way->watch = loop_fd_new(notify->config.loop, way->fd, LOOP_READ,
				 on_reply, notify);
}

static void close_way(struct way *way)
{
	if (way->fd < 0)
		return;
	loop_fd_free(way->watch);
	close(way->fd);
}

struct notify *notify_new(const struct notify_config *config)
{
	struct notify *notify = mem_zalloc(sizeof(*notify));

	notify->magic = NOTIFY_MAGIC;
	notify->config = *config;
	notify->timer = loop_timer_new(config->loop, on_timer, notify);
	open_way(&notify->v4, notify, AF_INET);
	open_way(&notify->v6, notify, AF_INET6);
	zone_slot_watch(config->slot, on_change, notify);
	on_change(notify);
	return notify;
}

void notify_free(struct notify *notify)
{
	if (notify == NULL)
		return;
	zone_slot_watch(notify->config.slot, NULL, NULL);
	close_way(&notify->v4);
	close_way(&notify->v6);
	loop_timer_free(notify->timer);
	free(notify->serials);
	free(notify->tellings);
	notify->magic = 0;
	free(notify);
}

void notify_count(const struct notify *notify, struct dnsd_counters *sum)
{
	if (notify == NULL)
		return;
	sum->notify_sent += notify->sent;
	sum->notify_acknowledged += notify->acknowledged;
	sum->notify_failed += notify->failed;
}
