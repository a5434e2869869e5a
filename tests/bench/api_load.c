/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_load - creates pods through an API server while others watch them.
 *
 *	api_load plain|tls ADDR PORT TOKEN PODS WRITERS WATCHERS
 *
 * Prints one JSON object: creates a second, how long a create took, and the
 * time from the first byte of a create to its event at each watcher. Exits
 * with 1 if one was refused or an event did not come within a minute.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "statefuld/mem.h"
#include "tests/bench/api_wire.h"

enum { EVENT_MAX = 65536, WAIT_S = 60 };

struct load {
	struct wire_server server;
	const char *token;
	size_t pods, writers, watchers;
	atomic_size_t next, refused, watching, done;
	uint64_t *sent_ns;  /* of each pod */
	uint64_t *took_ns;  /* of each pod */
	uint64_t *delay_ns; /* of each pod, for each watcher; 0: not seen */
};

struct watcher {
	struct load *load;
	size_t index, seen;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static const char pods_path[] = "/api/v1/namespaces/default/pods";

static void ask(struct wire *wire, const struct load *load, const char *method,
		const char *query, const char *body)
{
	scope_free char *text = mem_printf(
		"%s %s%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n"
		"Accept: application/json\r\nUser-Agent: api_load\r\n"
		"Content-Type: application/json\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		method, pods_path, query, load->server.host, load->token,
		strlen(body), body);

	wire_send(wire, text, strlen(text));
}

static char *pod_text(size_t number)
{
	return mem_printf(
		"{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{"
		"\"name\":\"load-%zu\",\"labels\":{\"app\":\"load\","
		"\"statefulset.kubernetes.io/pod-name\":\"load-%zu\"}},"
		"\"spec\":{\"containers\":[{\"name\":\"main\","
		"\"image\":\"main:1\",\"ports\":[{\"name\":\"web\","
		"\"containerPort\":80}],\"env\":[{\"name\":\"A\","
		"\"value\":\"b\"}]}],\"automountServiceAccountToken\":false}}",
		number, number);
}

static void create(struct load *load, struct wire *wire, size_t number)
{
	scope_free char *body = pod_text(number);
	char text[4096];

	load->sent_ns[number] = now_ns();
	ask(wire, load, "POST", "", body);
	if (wire_head(wire) != 201)
		load->refused++;
	while (wire_body(wire, text, sizeof(text)) > 0)
		continue;
	load->took_ns[number] = now_ns() - load->sent_ns[number];
}

static void *write_pods(void *arg)
{
	struct load *load = arg;
	struct wire *wire = wire_open(&load->server);
	size_t number;

	while ((number = load->next++) < load->pods)
		create(load, wire, number);
	wire_close(wire);
	return NULL;
}

/* One line of a watch. */
static void see(struct watcher *watcher, const char *line)
{
	static const char before[] = "\"name\":\"load-";
	struct load *load = watcher->load;
	const char *name = strstr(line, before);
	size_t number;

	if (strstr(line, "\"ADDED\"") == NULL || name == NULL)
		return;
	number = strtoul(name + sizeof(before) - 1, NULL, 10);
	uint64_t *delay = &load->delay_ns[watcher->index * load->pods + number];
	if (number >= load->pods || *delay != 0)
		return;
	*delay = now_ns() - load->sent_ns[number];
	watcher->seen++;
}

static void see_all(struct watcher *watcher, struct wire *wire)
{
	scope_free char *text = mem_alloc(EVENT_MAX);
	size_t len = 0, n;

	while (watcher->seen < watcher->load->pods &&
	       (n = wire_body(wire, text + len, EVENT_MAX - 1 - len)) > 0) {
		char *line = text, *end;

		len += n;
		text[len] = '\0';
		while ((end = strchr(line, '\n')) != NULL) {
			*end = '\0';
			see(watcher, line);
			line = end + 1;
		}
		len -= (size_t)(line - text);
		memmove(text, line, len);
	}
}

static void *watch_pods(void *arg)
{
	struct watcher *watcher = arg;
	struct load *load = watcher->load;
	struct wire *wire = wire_open(&load->server);

	ask(wire, load, "GET", "?watch=1&resourceVersion=0&timeoutSeconds=600",
	    "");
	if (wire_head(wire) != 200)
		load->refused++;
	load->watching++;
	see_all(watcher, wire);
	wire_close(wire);
	load->done++;
	return NULL;
}

/* Until `count` has come that far, or a minute has passed. */
static void wait_for(atomic_size_t *count, size_t n)
{
	const struct timespec moment = {.tv_nsec = 1000000};
	uint64_t limit = now_ns() + WAIT_S * UINT64_C(1000000000);

	while (*count < n && now_ns() < limit)
		nanosleep(&moment, NULL);
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static void print_times(const char *name, uint64_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare);
	printf("\"%s_ms\": {\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}, ",
	       name, (double)ns[n / 2] / 1e6, (double)ns[n * 99 / 100] / 1e6,
	       (double)ns[n - 1] / 1e6);
}

static size_t count_missing(const struct load *load)
{
	size_t missing = 0;

	for (size_t i = 0; i < load->pods * load->watchers; i++)
		missing += load->delay_ns[i] == 0;
	return missing;
}

static size_t report(struct load *load, uint64_t took_ns)
{
	size_t missing = count_missing(load);

	printf("{\"writes_per_s\": %.0f, ",
	       (double)load->pods * 1e9 / (double)took_ns);
	print_times("create", load->took_ns, load->pods);
	print_times("event", load->delay_ns, load->pods * load->watchers);
	printf("\"refused\": %zu, \"missing\": %zu}\n", load->refused, missing);
	return load->refused + missing;
}

static void start(void *(*fn)(void *), void *arg, pthread_t *thread)
{
	if (pthread_create(thread, NULL, fn, arg) != 0)
		abort();
}

static uint64_t write_with_all(struct load *load)
{
	scope_free pthread_t *threads =
		mem_calloc(load->writers, sizeof(*threads));
	uint64_t began = now_ns();

	for (size_t i = 0; i < load->writers; i++)
		start(write_pods, load, &threads[i]);
	for (size_t i = 0; i < load->writers; i++)
		pthread_join(threads[i], NULL);
	return now_ns() - began;
}

static size_t run(struct load *load)
{
	scope_free struct watcher *watchers =
		mem_calloc(load->watchers, sizeof(*watchers));
	pthread_t thread;

	load->sent_ns = mem_calloc(load->pods, sizeof(uint64_t));
	load->took_ns = mem_calloc(load->pods, sizeof(uint64_t));
	load->delay_ns =
		mem_calloc(load->pods * load->watchers, sizeof(uint64_t));
	for (size_t i = 0; i < load->watchers; i++) {
		watchers[i] = (struct watcher){.load = load, .index = i};
		start(watch_pods, &watchers[i], &thread);
	}
	wait_for(&load->watching, load->watchers);
	uint64_t took_ns = write_with_all(load);
	wait_for(&load->done, load->watchers);
	return report(load, took_ns);
}

int main(int argc, char **argv)
{
	static struct load load;

	if (argc != 8) {
		fprintf(stderr, "usage: api_load plain|tls ADDR PORT TOKEN"
				" PODS WRITERS WATCHERS\n");
		return 2;
	}
	load.server = (struct wire_server){
		.is_tls = strcmp(argv[1], "tls") == 0,
		.host = argv[2],
		.port = argv[3],
	};
	load.token = argv[4];
	load.pods = strtoul(argv[5], NULL, 10);
	load.writers = strtoul(argv[6], NULL, 10);
	load.watchers = strtoul(argv[7], NULL, 10);
	/* Watchers that still wait end with the process. */
	size_t bad = run(&load);
	fflush(stdout);
	_Exit(bad > 0);
}
