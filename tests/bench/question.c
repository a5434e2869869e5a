/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/question.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "statefuld/err.h"
#include "statefuld/name.h"

enum {
	HEADER = 12,
	TYPE_A = 1,
	CLASS_IN = 1,
	FIXED_RECORD = 10, /* type, class, TTL, length */
};

uint64_t question_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

int question_init(struct question *q, const char *text, const char *address)
{
	static const uint8_t tail[] = {0, TYPE_A, 0, CLASS_IN};
	struct name name;
	int rc = name_parse(&name, text);

	*q = (struct question){.wants_none = !strcmp(address, "-")};
	if (rc)
		return rc;
	if (!q->wants_none && inet_pton(AF_INET, address, &q->want) != 1)
		return ST_EPARSE;
	q->packet[5] = 1; /* one question */
	memcpy(q->packet + HEADER, name.wire, name.len);
	memcpy(q->packet + HEADER + name.len, tail, sizeof(tail));
	q->len = (uint16_t)(HEADER + name.len + sizeof(tail));
	return 0;
}

void question_set_id(struct question *question, uint16_t id)
{
	question->packet[0] = (uint8_t)(id >> 8);
	question->packet[1] = (uint8_t)id;
}

static uint16_t read16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

uint16_t answer_id(const uint8_t *answer)
{
	return read16(answer);
}

/* Behind the name at `at`; NULL when it runs over the end. */
static const uint8_t *skip_name(const uint8_t *at, const uint8_t *end)
{
	while (at < end && *at != 0 && *at < 0xc0)
		at += *at + 1;
	if (at >= end)
		return NULL;
	at += *at == 0 ? 1 : 2;
	return at <= end ? at : NULL;
}

/* Counts A records, and tells whether the wanted one is among them. */
static bool read_records(const struct question *q, const uint8_t *at,
			 const uint8_t *end, uint16_t n, uint32_t *ret_found)
{
	bool has_wanted = false;

	*ret_found = 0;
	for (uint16_t i = 0; i < n; i++) {
		uint16_t len;

		at = skip_name(at, end);
		if (at == NULL || end - at < FIXED_RECORD)
			return false;
		len = read16(at + 8);
		if (end - at - FIXED_RECORD < len)
			return false;
		if (read16(at) == TYPE_A && len == 4) {
			++*ret_found;
			if (!memcmp(at + FIXED_RECORD, &q->want, 4))
				has_wanted = true;
		}
		at += FIXED_RECORD + len;
	}
	return has_wanted;
}

bool question_check(const struct question *q, uint16_t id,
		    const uint8_t *answer, size_t len, bool *ret_right)
{
	size_t question_len = (size_t)q->len - HEADER;
	uint8_t rcode;
	uint32_t found;
	bool has_wanted;

	if (len < q->len || read16(answer) != id || !(answer[2] & 0x80))
		return false;
	if (memcmp(answer + HEADER, q->packet + HEADER, question_len) != 0)
		return false;
	rcode = answer[3] & 15;
	has_wanted = read_records(q, answer + q->len, answer + len,
				  read16(answer + 6), &found);
	if (q->wants_none)
		*ret_right = (rcode == 0 || rcode == 3) && found == 0;
	else
		*ret_right = rcode == 0 && has_wanted;
	return true;
}

int question_socket(uint16_t port, uint32_t timeout_us)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval timeout = {timeout_us / 1000000, timeout_us % 1000000};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -errno;
}
