/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dns_echo - the kernel's ceiling: receives in batches as the DNS workers do
 * (dnsd/worker.c), and sends every packet back with QR set.
 *
 *	dns_echo PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { BATCH = 64, PACKET_LEN = 33 * 64, BUFFER_LEN = 4 << 20 };

static uint8_t data[BATCH][PACKET_LEN];
static struct sockaddr_storage from[BATCH];
static struct iovec iov[BATCH];
static struct mmsghdr msgs[BATCH];

static int open_socket(uint16_t port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int size = BUFFER_LEN;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		perror("dns_echo: bind");
		exit(1);
	}
	return fd;
}

static void arm(int n)
{
	for (int i = 0; i < n; i++) {
		iov[i] = (struct iovec){data[i], PACKET_LEN};
		msgs[i].msg_hdr =
			(struct msghdr){.msg_name = &from[i],
					.msg_namelen = sizeof(from[i]),
					.msg_iov = &iov[i],
					.msg_iovlen = 1};
	}
}

static void send_back(int fd, int n)
{
	int at = 0;

	for (int i = 0; i < n; i++) {
		iov[i].iov_len = msgs[i].msg_len;
		data[i][2] |= 0x80;
	}
	while (at < n) {
		int sent = sendmmsg(fd, msgs + at, (unsigned int)(n - at),
				    MSG_DONTWAIT);

		at += sent > 0 ? sent : 1;
	}
}

int main(int argc, char **argv)
{
	struct epoll_event event = {.events = EPOLLIN};
	int fd, epoll_fd = epoll_create1(0), n;

	if (argc != 2) {
		fprintf(stderr, "usage: dns_echo PORT\n");
		return 2;
	}
	fd = open_socket((uint16_t)atoi(argv[1]));
	epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
	arm(BATCH);
	for (;;) {
		n = recvmmsg(fd, msgs, BATCH, MSG_DONTWAIT, NULL);
		if (n > 0) {
			send_back(fd, n);
			arm(n);
		}
		if (n < BATCH)
			epoll_wait(epoll_fd, &event, 1, -1);
	}
}
