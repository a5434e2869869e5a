/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_load - asks a DNS server on loopback as fast as it answers, or at a
 * fixed rate, from one socket and for little CPU time of its own.
 *
 *	dns_load PORT peak SECONDS WINDOW < QUESTIONS
 *	dns_load PORT rate SECONDS PER_SECOND < QUESTIONS
 *
 * Lines "NAME [TYPE-NUMBER]" are asked in turn, with an OPT. With `peak` so
 * many questions are on their way at a time; what has not come back while
 * nothing came for half a second is lost. Prints JSON.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "statefuld/attr.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "tests/bench/question.h"

enum {
	BATCH = 64,
	IDS = 1 << 16,
	PACKET_MAX = 320,
	ANSWER_LEN = 2048,
	LATE_US = 100000, /* the last bucket of the histogram */
	QUIET_NS = 500000000,
	MAX_QUESTIONS = 1 << 20,
	BUFFER_LEN = 8 << 20,
};

struct packet {
	uint16_t len;
	uint8_t data[PACKET_MAX];
};

struct load {
	int fd;
	struct packet *packets;
	size_t n_packets, next;
	uint64_t sent, got, lost, with_records, rcode[16];
	uint64_t sent_ns[IDS]; /* 0: not on its way */
	uint32_t late[LATE_US + 1];
	struct mmsghdr out[BATCH], in[BATCH];
	struct iovec out_iov[BATCH], in_iov[BATCH];
	uint8_t answers[BATCH][ANSWER_LEN];
};

static void add_question(struct load *load, char *line)
{
	static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};
	const uint8_t fixed[] = {0, 1, 0, 1};
	char text[512];
	unsigned int type = 1;
	struct name name;
	struct packet *packet;

	if (sscanf(line, "%511s %u", text, &type) < 1 ||
	    name_parse(&name, text) != 0 || load->n_packets == MAX_QUESTIONS)
		return;
	mem_grow(load->packets, load->n_packets);
	packet = &load->packets[load->n_packets++];
	*packet = (struct packet){.data = {[2] = 1, [5] = 1, [11] = 1}};
	packet->len = 12;
	memcpy(packet->data + packet->len, name.wire, name.len);
	packet->len = (uint16_t)(packet->len + name.len);
	memcpy(packet->data + packet->len, fixed, sizeof(fixed));
	packet->data[packet->len] = (uint8_t)(type >> 8);
	packet->data[packet->len + 1] = (uint8_t)type;
	packet->len += sizeof(fixed);
	memcpy(packet->data + packet->len, opt, sizeof(opt));
	packet->len += sizeof(opt);
}

static void read_questions(struct load *load)
{
	char line[600];

	while (fgets(line, sizeof(line), stdin) != NULL)
		add_question(load, line);
}

static void set_up(struct load *load)
{
	for (size_t i = 0; i < BATCH; i++) {
		load->in_iov[i] = (struct iovec){load->answers[i], ANSWER_LEN};
		load->in[i].msg_hdr.msg_iov = &load->in_iov[i];
		load->in[i].msg_hdr.msg_iovlen = 1;
		load->out[i].msg_hdr.msg_iov = &load->out_iov[i];
		load->out[i].msg_hdr.msg_iovlen = 1;
	}
}

/* At most one batch. The identifier is the number of the question. */
static void ask(struct load *load, uint64_t n, uint64_t now_ns)
{
	if (n > BATCH)
		n = BATCH;
	if (n > load->n_packets)
		n = load->n_packets;
	for (uint64_t i = 0; i < n; i++) {
		struct packet *packet = &load->packets[load->next];
		uint16_t id = (uint16_t)(load->sent + i);

		packet->data[0] = (uint8_t)(id >> 8);
		packet->data[1] = (uint8_t)id;
		load->sent_ns[id] = now_ns;
		load->out_iov[i] = (struct iovec){packet->data, packet->len};
		if (++load->next == load->n_packets)
			load->next = 0;
	}
	int sent = sendmmsg(load->fd, load->out, (unsigned int)n, 0);
	/* Those that the kernel did not take will count as lost. */
	load->lost += n - (uint64_t)(sent < 0 ? 0 : sent);
	load->sent += n;
}

static void take_one(struct load *load, const uint8_t *answer, size_t len,
		     uint64_t now_ns)
{
	uint64_t *sent_ns, us;

	if (len < 12)
		return;
	sent_ns = &load->sent_ns[answer[0] << 8 | answer[1]];
	if (*sent_ns == 0)
		return;
	us = (now_ns - *sent_ns) / 1000;
	*sent_ns = 0;
	load->got++;
	load->late[us < LATE_US ? us : LATE_US]++;
	load->rcode[answer[3] & 15]++;
	load->with_records += answer[6] != 0 || answer[7] != 0;
}

static bool take(struct load *load)
{
	int n = recvmmsg(load->fd, load->in, BATCH, MSG_DONTWAIT, NULL);
	uint64_t now_ns = question_now_ns();

	for (int i = 0; i < n; i++)
		take_one(load, load->answers[i], load->in[i].msg_len, now_ns);
	return n > 0;
}

/* Waits for the last answers. */
static void drain(struct load *load)
{
	struct pollfd poll_fd = {.fd = load->fd, .events = POLLIN};

	while (load->got + load->lost < load->sent &&
	       poll(&poll_fd, 1, QUIET_NS / 1000000) > 0)
		take(load);
	load->lost = load->sent - load->got;
}

static void run_peak(struct load *load, double seconds, uint64_t window)
{
	uint64_t begin_ns = question_now_ns(), now_ns = begin_ns;
	uint64_t heard_ns = begin_ns, end_ns;

	end_ns = begin_ns + (uint64_t)(seconds * 1e9);
	for (; now_ns < end_ns; now_ns = question_now_ns()) {
		uint64_t flying = load->sent - load->got - load->lost;

		if (flying + BATCH <= window || flying == 0)
			ask(load, window - flying, now_ns);
		if (take(load)) {
			heard_ns = now_ns;
		} else if (now_ns - heard_ns > QUIET_NS) {
			load->lost += flying;
			heard_ns = now_ns;
		}
	}
}

/* Sleeps between questions where there is time for it. */
static void run_rate(struct load *load, double seconds, double per_second)
{
	uint64_t begin_ns = question_now_ns(), now_ns = begin_ns, due;
	uint64_t end_ns = begin_ns + (uint64_t)(seconds * 1e9);

	for (; now_ns < end_ns; now_ns = question_now_ns()) {
		due = (uint64_t)((double)(now_ns - begin_ns) * per_second /
				 1e9);
		if (due > load->sent)
			ask(load, due - load->sent, now_ns);
		take(load);
	}
}

static double percentile_us(const struct load *load, double part)
{
	uint64_t want = (uint64_t)((double)load->got * part), seen = 0;

	for (int us = 0; us <= LATE_US; us++) {
		seen += load->late[us];
		if (seen > want)
			return us;
	}
	return LATE_US;
}

int main(int argc, char **argv)
{
	struct load *load = mem_zalloc(sizeof(*load));
	int size = BUFFER_LEN;
	uint64_t begin_ns;
	double seconds;

	if (argc != 5 || (strcmp(argv[2], "peak") && strcmp(argv[2], "rate"))) {
		fprintf(stderr, "usage: dns_load PORT peak|rate SECONDS "
				"WINDOW|PER_SECOND < QUESTIONS\n");
		return 2;
	}
	read_questions(load);
	load->fd = question_socket((uint16_t)atoi(argv[1]), 1);
	if (load->n_packets == 0 || load->fd < 0) {
		fprintf(stderr, "dns_load: no questions or no socket\n");
		return 1;
	}
	setsockopt(load->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(load->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	set_up(load);
	begin_ns = question_now_ns();
	if (!strcmp(argv[2], "peak"))
		run_peak(load, atof(argv[3]), (uint64_t)atoi(argv[4]));
	else
		run_rate(load, atof(argv[3]), atof(argv[4]));
	seconds = (double)(question_now_ns() - begin_ns) / 1e9;
	drain(load);
	printf("{\"seconds\": %.6f, \"sent\": %lu, \"answers\": %lu, "
	       "\"lost\": %lu, \"with_records\": %lu, \"servfail\": %lu, "
	       "\"nxdomain\": %lu, \"p50_us\": %.0f, \"p99_us\": %.0f}\n",
	       seconds, load->sent, load->got, load->lost, load->with_records,
	       load->rcode[2], load->rcode[3], percentile_us(load, 0.5),
	       percentile_us(load, 0.99));
	close(load->fd);
	free(load->packets);
	free(load);
	return 0;
}
