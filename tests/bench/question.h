/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * question - A questions to a DNS server on loopback, for measuring: one
 * socket, packets made beforehand, no allocation while it runs.
 *
 * Threads: one. Memory: fixed.
 */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

enum { QUESTION_MAX = 512, ANSWER_MAX = 4096 };

struct question {
	uint16_t len;
	uint8_t packet[QUESTION_MAX];
	struct in_addr want; /* the address looked for */
	bool wants_none;     /* any answer without an address is right */
};

/* `text` is the name, `address` the IPv4 address wanted or "-" for none.
 * ST_EPARSE. */
st_must_check int question_init(struct question *question, const char *text,
				const char *address);
/* An answer to this id? Then *ret_right tells whether it is the wanted one. */
bool question_check(const struct question *question, uint16_t id,
		    const uint8_t *answer, size_t len, bool *ret_right);
/* Number under which the answer comes back. */
void question_set_id(struct question *question, uint16_t id);
uint16_t answer_id(const uint8_t *answer);

/* Connected to 127.0.0.1; blocks at most timeout_us on receiving. -errno. */
st_must_check int question_socket(uint16_t port, uint32_t timeout_us);
uint64_t question_now_ns(void);
