/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * tcp_lab - DNS over TCP on loopback, server and clients on one thread; time
 * stands still but for what a test adds.
 *
 * Threads: one. Memory: set_up makes the server, tear_down frees it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dnsd/socket.h"
#include "dnsd/stats.h"
#include "dnsd/tcp.h"
#include "dnsd/wire.h"
#include "tests/unit/serve_lab.h"

enum { FRAME = 2 + WIRE_MESSAGE };

#define WEB_0  "web-0.nginx.default.svc.cluster.local A"
#define MASSES "masses.default.svc.cluster.local AAAA"

struct tcp_lab {
	struct loop *loop;
	struct zone_slot *slot;
	struct listener listener;
	struct stats stats;
	struct tcp *tcp;
};

/* For cmocka; *state is the struct tcp_lab. */
int tcp_lab_set_up(void **state);
int tcp_lab_tear_down(void **state);

/* The limits and the hook are taken from `limits`, all else is the lab's. With
 * `tls` that is what the listener speaks, and only that. */
void tcp_lab_start(struct tcp_lab *lab, const struct tcp_config *limits);
/* Lets the server do all it can do now. */
void tcp_lab_settle(const struct tcp_lab *lab);
void tcp_lab_pass_ms(const struct tcp_lab *lab, uint64_t ms);

int tcp_lab_dial(const struct tcp_lab *lab);
size_t tcp_lab_frame(uint8_t *out, const char *line, uint16_t id);
void tcp_lab_say(int fd, const void *data, size_t len);
void tcp_lab_ask(int fd, const char *line, uint16_t id);
/* Exactly `len` octets, while the server works; fewer if it closes. */
size_t tcp_lab_hear(const struct tcp_lab *lab, int fd, uint8_t *out,
		    size_t len);
/* Length of the next message, which is left in out, or 0. */
size_t tcp_lab_hear_frame(const struct tcp_lab *lab, int fd, uint8_t *out);
void tcp_lab_expect(const struct tcp_lab *lab, int fd, uint16_t id);
bool tcp_lab_is_closed(const struct tcp_lab *lab, int fd);
