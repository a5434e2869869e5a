/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a DNS server on loopback and says when, on the monotonic clock, an
 * answer changed, or how many answers were right. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "statefuld/mem.h"
#include "tests/bench/question.h"

static const char usage[] =
	"usage: dns_probe until PORT INTERVAL_US LIMIT_MS\n"
	"       dns_probe load PORT QUERIES IN_FLIGHT\n"
	"\n"
	"until: for each line 'NAME ADDRESS' on standard input asks for NAME\n"
	"until ADDRESS is in the answer ('-': until there is none). Prints\n"
	"'asking' after the first question, and then the monotonic time of "
	"the\n"
	"first right answer in nanoseconds, or 'never' after LIMIT_MS. The\n"
	"next question follows the answer, INTERVAL_US later.\n"
	"\n"
	"load: reads all such lines, then asks QUERIES of them at random, "
	"with\n"
	"IN_FLIGHT at a time, and prints one line of JSON.\n";

enum {
	EXIT_USAGE = 2,
	LINE = 512,
	UNTIL_WAIT_US = 20000,
	LOAD_WAIT_US = 200000,
	IN_FLIGHT_MAX = 256,
};

static void wait_us(uint64_t us)
{
	struct timespec delay = {(time_t)(us / 1000000),
				 (long)(us % 1000000) * 1000};

	if (us > 0)
		nanosleep(&delay, NULL);
}

static bool read_question(struct question *question)
{
	char line[LINE], name[LINE], address[LINE];

	if (fgets(line, sizeof(line), stdin) == NULL)
		return false;
	if (sscanf(line, "%511s %511s", name, address) != 2 ||
	    question_init(question, name, address) != 0) {
		fprintf(stderr, "dns_probe: want 'NAME ADDRESS': %s", line);
		exit(EXIT_USAGE);
	}
	return true;
}

/* One question and its answer. A server that is not there yet refuses; that
 * is no answer. */
static bool ask_once(int fd, struct question *question, uint16_t id)
{
	uint8_t answer[ANSWER_MAX];
	bool is_right = false;

	question_set_id(question, id);
	if (send(fd, question->packet, question->len, 0) < 0) {
		wait_us(200);
		return false;
	}
	for (;;) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);

		if (n < 0) {
			wait_us(errno == ECONNREFUSED ? 200 : 0);
			return false;
		}
		/* Else a late answer to an earlier question: go on. */
		if (question_check(question, id, answer, (size_t)n, &is_right))
			return is_right;
	}
}

static void ask_until(int fd, struct question *question, uint64_t interval_us,
		      uint64_t limit_ns)
{
	static uint16_t id;
	uint64_t end_ns = question_now_ns() + limit_ns;
	bool is_right = ask_once(fd, question, ++id);

	printf("asking\n");
	fflush(stdout);
	while (!is_right && question_now_ns() < end_ns) {
		wait_us(interval_us);
		is_right = ask_once(fd, question, ++id);
	}
	if (is_right)
		printf("%" PRIu64 "\n", question_now_ns());
	else
		printf("never\n");
	fflush(stdout);
}

static int run_until(int fd, uint64_t interval_us, uint64_t limit_ms)
{
	struct question question;

	/* Else a sleep of 20 us takes 70. */
	prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
	while (read_question(&question))
		ask_until(fd, &question, interval_us, limit_ms * 1000000);
	return 0;
}

/* A question under way. */
struct slot {
	bool is_waiting;
	uint16_t id;
	uint32_t which;
	uint64_t sent_ns;
};

struct load {
	struct question *questions;
	size_t n;
	uint32_t seed;
	struct slot slots[IN_FLIGHT_MAX];
	uint32_t in_flight;
	uint16_t next_id;
	uint64_t sent, right, wrong, lost;
	uint32_t *took_us; /* of the answers, as they came */
	size_t n_took;
};

/* xorshift: repeatable, and cheap enough not to be measured. */
static uint32_t random_below(uint32_t *seed, size_t bound)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return (uint32_t)(*seed % bound);
}

/* The id's low bits are the slot. */
static void send_one(int fd, struct load *load, uint32_t at)
{
	struct slot *slot = &load->slots[at];
	struct question *question;

	slot->is_waiting = true;
	slot->which = random_below(&load->seed, load->n);
	slot->id = (uint16_t)(++load->next_id * IN_FLIGHT_MAX + at);
	slot->sent_ns = question_now_ns();
	question = &load->questions[slot->which];
	question_set_id(question, slot->id);
	load->sent++;
	/* What cannot be sent is found lost when no answer comes. */
	if (send(fd, question->packet, question->len, 0) < 0)
		return;
}

/* True if it answers the question of its slot. */
static bool take_answer(struct load *load, struct slot *slot,
			const uint8_t *answer, size_t len)
{
	bool is_right = false;

	if (!slot->is_waiting ||
	    !question_check(&load->questions[slot->which], slot->id, answer,
			    len, &is_right))
		return false;
	slot->is_waiting = false;
	load->right += is_right;
	load->wrong += !is_right;
	load->took_us[load->n_took++] =
		(uint32_t)((question_now_ns() - slot->sent_ns) / 1000);
	return true;
}

/* Nothing came for a while: what is under way counts as lost. */
static void give_up_waiting(int fd, struct load *load, uint64_t queries)
{
	for (uint32_t i = 0; i < load->in_flight; i++) {
		if (!load->slots[i].is_waiting)
			continue;
		load->slots[i].is_waiting = false;
		load->lost++;
		if (load->sent < queries)
			send_one(fd, load, i);
	}
}

static void ask_all(int fd, struct load *load, uint64_t queries)
{
	uint8_t answer[ANSWER_MAX];

	for (uint32_t i = 0; i < load->in_flight && load->sent < queries; i++)
		send_one(fd, load, i);
	while (load->n_took + load->lost < queries) {
		ssize_t n = recv(fd, answer, sizeof(answer), 0);
		uint32_t at;

		if (n < 2) {
			give_up_waiting(fd, load, queries);
			continue;
		}
		at = answer_id(answer) % IN_FLIGHT_MAX;
		if (take_answer(load, &load->slots[at], answer, (size_t)n) &&
		    load->sent < queries)
			send_one(fd, load, at);
	}
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t percentile(const struct load *load, unsigned percent)
{
	if (load->n_took == 0)
		return 0;
	return load->took_us[(load->n_took - 1) * percent / 100];
}

static int run_load(int fd, uint64_t queries, uint32_t in_flight)
{
	struct load load = {.seed = 1, .in_flight = in_flight};
	struct question question;
	uint64_t begin_ns, took_ns;

	while (read_question(&question)) {
		mem_grow(load.questions, load.n);
		load.questions[load.n++] = question;
	}
	if (load.n == 0 || in_flight == 0)
		return EXIT_USAGE;
	load.took_us = mem_calloc(queries + 1, sizeof(*load.took_us));
	begin_ns = question_now_ns();
	ask_all(fd, &load, queries);
	took_ns = question_now_ns() - begin_ns;
	qsort(load.took_us, load.n_took, sizeof(*load.took_us), compare);
	printf("{\"right\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"lost\":%" PRIu64
	       ",\"seconds\":%.3f,\"p50_us\":%u,\"p99_us\":%u}\n",
	       load.right, load.wrong, load.lost, (double)took_ns / 1e9,
	       percentile(&load, 50), percentile(&load, 99));
	free(load.questions);
	free(load.took_us);
	return 0;
}

static uint64_t number(const char *text, uint64_t max)
{
	char *end = NULL;
	uint64_t value = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || value > max) {
		fprintf(stderr, "dns_probe: wrong number %s\n", text);
		exit(EXIT_USAGE);
	}
	return value;
}

int main(int argc, char **argv)
{
	bool is_load;
	int fd, rc;

	if (argc != 5 ||
	    (strcmp(argv[1], "until") && strcmp(argv[1], "load"))) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	is_load = !strcmp(argv[1], "load");
	fd = question_socket((uint16_t)number(argv[2], UINT16_MAX),
			     is_load ? LOAD_WAIT_US : UNTIL_WAIT_US);
	if (fd < 0) {
		fprintf(stderr, "dns_probe: %s\n", strerror(-fd));
		return 1;
	}
	if (is_load)
		rc = run_load(fd, number(argv[3], UINT32_MAX),
			      (uint32_t)number(argv[4], IN_FLIGHT_MAX));
	else
		rc = run_until(fd, number(argv[3], UINT32_MAX),
			       number(argv[4], UINT32_MAX));
	close(fd);
	return rc;
}
