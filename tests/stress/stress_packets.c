/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stress_packets - a flood of broken queries, and clients that ask as ever.
 *
 *	stress_packets [SECONDS [PACKETS-A-SECOND]]
 *
 * The whole serving side runs on loopback. One thread sends mutations of
 *queries of all kinds by UDP and, in frames, by TCP; another asks by UDP and
 *TCP in turn, and every answer must be the right one, and must come. In the end
 *the process is no larger than it was once it had warmed up. Sanitizers see the
 *rest.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dnsd/wire.h"
#include "statefuld/clk.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/serve_lab.h"

enum {
	RATE = 20000, /* a million a minute, and some */
	BURST = 100,
	TRIES = 20,
	WAIT_MS = 500,
	PACKET_MAX = 4096,
};

/* AddressSanitizer keeps what was freed, to see it used; what was not, it
 * tells in the end. */
#if defined(__SANITIZE_ADDRESS__)
enum { GROWTH_KIB = 1024 * 1024 };
#else
enum { GROWTH_KIB = 64 * 1024 };
#endif

static const char *const lines[] = {
	"web-0.nginx.default.svc.cluster.local A",
	"web-1.nginx.default.svc.cluster.local AAAA edns do",
	"nginx.default.svc.cluster.local SRV edns=4096",
	"crowd.default.svc.cluster.local A edns=512",
	"cluster.local SOA option=3 option=9 option=10:2464c4abcf10c957",
	"cluster.local ANY option=12:0000 option=19 option=11",
	"gone.cluster.local A version=1",
	"cluster.local AXFR",
	"cluster.local IXFR",
	"version.bind TXT class=3",
	"cluster.local NS opcode=4 flags=0400",
	"cluster.local SOA opcode=5",
	". NS",
	"cluster.local A noquestion option=10:2464c4abcf10c957",
	"cluster.local SOA counts=0,0,1 tail=0000fa00ff0000000000100000",
	"masses.default.svc.cluster.local AAAA",
};

static struct sockaddr_in server;
static bool stopping;
static uint64_t n_sent, n_asked, n_retries, n_wrong, n_lost;
static uint64_t chance_state = 1;

static uint32_t chance(uint32_t n)
{
	chance_state = chance_state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(chance_state >> 33) % n;
}

static size_t mutate(uint8_t packet[PACKET_MAX], size_t len)
{
	for (uint32_t n = chance(4); n > 0 && len > 0; n--) {
		uint32_t at = chance((uint32_t)len);

		switch (chance(6)) {
		case 0:
			packet[at] ^= (uint8_t)(1u << chance(8));
			break;
		case 1:
			packet[at] = (uint8_t)chance(256);
			break;
		case 2:
			len = at;
			break;
		case 3:
			wire_put16(packet + at,
				   (uint16_t)(0xc000 | chance(64)));
			break;
		case 4:
			packet[at] = chance(2) ? 0xff : 0;
			break;
		default:
			for (uint32_t more = chance(200); more > 0; more--)
				packet[len++] = (uint8_t)chance(256);
		}
	}
	return len;
}

static size_t make(uint8_t packet[PACKET_MAX])
{
	size_t i = chance(st_array_len(lines));

	return mutate(packet, serve_lab_query(packet, lines[i]));
}

static int dial(int type)
{
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	st_assert(fd >= 0);
	if (connect(fd, (const void *)&server, sizeof(server)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A frame, whole or not, on a connection of its own. */
static void send_frame(void)
{
	static uint8_t frame[2 + PACKET_MAX];
	size_t len = make(frame + 2);
	int fd = dial(SOCK_STREAM);

	if (fd < 0)
		return;
	wire_put16(frame, (uint16_t)(chance(8) ? len : chance(65536)));
	(void)!send(fd, frame, 2 + len, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(fd);
}

static void *flood(void *arg)
{
	unsigned int rate = *(const unsigned int *)arg;
	static uint8_t packet[PACKET_MAX];
	uint64_t begin_ms = clk_mono_ms();
	int fd = dial(SOCK_DGRAM);

	while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
		for (int i = 0; i < BURST; i++)
			(void)!send(fd, packet, make(packet), MSG_DONTWAIT);
		send_frame();
		n_sent += BURST + 1;
		while ((clk_mono_ms() - begin_ms) * rate < n_sent * 1000)
			usleep(500);
	}
	close(fd);
	return NULL;
}

/* The reply to the query with that ID within the time, or 0. */
static size_t hear(int fd, uint16_t id, uint8_t *out, size_t room)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

	while (poll(&poll_fd, 1, WAIT_MS) > 0) {
		ssize_t got = recv(fd, out, room, 0);

		if (got < WIRE_HEADER)
			return 0;
		if (wire_get16(out) == id)
			return (size_t)got;
	}
	return 0;
}

static size_t ask_udp(int fd, const uint8_t *wire, size_t len, uint8_t *out)
{
	(void)!send(fd, wire, len, 0);
	return hear(fd, wire_get16(wire), out, PACKET_MAX);
}

static size_t ask_tcp(const uint8_t *wire, size_t len, uint8_t *out)
{
	uint8_t frame[2 + PACKET_MAX];
	struct timeval patience = {.tv_sec = 10};
	size_t at = 0, want = 2;
	int fd = dial(SOCK_STREAM);

	if (fd < 0)
		return 0;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	wire_put16(frame, (uint16_t)len);
	memcpy(frame + 2, wire, len);
	(void)!send(fd, frame, 2 + len, MSG_NOSIGNAL);
	while (at < want) {
		ssize_t got = recv(fd, frame + at, want - at, 0);

		if (got <= 0)
			break;
		at += (size_t)got;
		if (at == 2)
			want = 2 + (size_t)wire_get16(frame);
	}
	close(fd);
	if (at < want)
		return 0;
	memcpy(out, frame + 2, want - 2);
	return want - 2;
}

/* One question, until it is answered; the answer is 10.0.0.1 and no other. */
static void ask_once(int fd, uint16_t id)
{
	uint8_t wire[LAB_QUERY_MAX], out[PACKET_MAX];
	size_t len = serve_lab_query(wire, lines[0]), n = 0;

	wire_put16(wire, id);
	n_asked++;
	for (int i = 0; i < TRIES && n == 0; i++) {
		n_retries += i > 0;
		n = id % 8 == 0 ? ask_tcp(wire, len, out)
				: ask_udp(fd, wire, len, out);
	}
	if (n == 0)
		n_lost++;
	else if (n != len + 16 || (out[3] & 15) != 0 ||
		 memcmp(out + n - 4, "\12\0\0\1", 4) != 0)
		n_wrong++;
}

static void *ask(void *arg st_unused)
{
	int fd = dial(SOCK_DGRAM);

	for (uint16_t id = 1; !__atomic_load_n(&stopping, __ATOMIC_RELAXED);
	     id++) {
		ask_once(fd, id);
		usleep(1000);
	}
	close(fd);
	return NULL;
}

static long rss_kib(void)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages = 0;

	st_assert(file != NULL);
	st_assert(fscanf(file, "%*d %ld", &pages) == 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static struct dnsd *serve(void)
{
	static struct dnsd_listen listen = {.addr_len = sizeof(server)};
	struct sockaddr_in *addr = (void *)&listen.addr;
	struct dnsd_listen bound;
	struct err err = {0};

	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	struct dnsd *dnsd = dnsd_new(
		&(struct dnsd_config){.listen = &listen, .n_listen = 1});
	serve_lab_fill(dnsd_slot(dnsd), true);
	if (dnsd_start(dnsd, &err) < 0)
		fprintf(stderr, "%s\n", err_msg(&err));
	st_assert(err.code == 0);
	dnsd_bound(dnsd, 0, &bound);
	memcpy(&server, &bound.addr, sizeof(server));
	return dnsd;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? (unsigned int)atoi(argv[1]) : 5;
	unsigned int rate = argc > 2 ? (unsigned int)atoi(argv[2]) : RATE;
	struct dnsd_traffic traffic = {0};
	uint64_t n_answered = 0;
	pthread_t threads[2];
	struct dnsd *dnsd = serve();

	st_assert(pthread_create(&threads[0], NULL, flood, &rate) == 0);
	st_assert(pthread_create(&threads[1], NULL, ask, NULL) == 0);
	sleep(1);
	long before = rss_kib();
	sleep(seconds);
	long after = rss_kib();
	__atomic_store_n(&stopping, true, __ATOMIC_RELAXED);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	dnsd_sum_traffic(dnsd, DNSD_UDP, &traffic);
	dnsd_free(dnsd);
	for (size_t i = 0; i < DNSD_SIZES; i++)
		n_answered += traffic.sizes[i];
	printf("stress_packets: %llu broken ones sent, %llu of them and of the "
	       "others answered;\n%llu questions asked, %llu repeated, %llu "
	       "lost, %llu answered wrongly; %ld KiB more\n",
	       (unsigned long long)n_sent, (unsigned long long)n_answered,
	       (unsigned long long)n_asked, (unsigned long long)n_retries,
	       (unsigned long long)n_lost, (unsigned long long)n_wrong,
	       after - before);
	return n_asked == 0 || n_lost > 0 || n_wrong > 0 ||
	       after - before > GROWTH_KIB;
}
