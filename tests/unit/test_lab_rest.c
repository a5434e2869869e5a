/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/api.h"
#include "lab/objects.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

enum { PATIENCE_MS = 5000 };

static struct loop *loop;
static struct objects *objects;
static struct api *api;
static struct rest *rest;
static char token_path[] = "/tmp/test_lab_rest.XXXXXX";
/* A client: what it has been sent, and whether the other end has closed. */
static int fd;
static struct buf got;
static bool closed;

static void start(const char *token_file)
{
	struct rest_config config = {
		.loop = loop,
		.addr_len = sizeof(struct sockaddr_in),
		.token_file = token_file,
	};
	struct sockaddr_in *addr = (struct sockaddr_in *)&config.addr;
	struct api_config api_config = {
		.loop = loop, .objects = objects, .version = "v1"};
	struct err err = {0};

	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(rest_new(&config, &rest, &err), 0);
	api_config.server_url = rest_url(rest);
	api = api_new(&api_config);
	rest_start(rest, api);
}

static void dial(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET};
	const char *port = strrchr(rest_url(rest), ':') + 1;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
			 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	closed = false;
	buf_clear(&got);
}

static void take(void)
{
	char part[4096];
	ssize_t n;

	while ((n = recv(fd, part, sizeof(part), 0)) > 0)
		buf_put(&got, part, (size_t)n);
	if (n == 0 || (n < 0 && errno != EAGAIN))
		closed = true;
}

static bool has(const char *text)
{
	return got.data != NULL && strstr(got.data, text) != NULL;
}

/* Turns the loop until `text` has come; NULL: until the end. */
static void expect(const char *text)
{
	uint64_t until = clk_mono_ms() + PATIENCE_MS;

	for (;;) {
		take();
		if (text != NULL ? has(text) : closed)
			return;
		if (clk_mono_ms() > until)
			fail_msg("waited for %s, got: %s",
				 text != NULL ? text : "the end",
				 got.data != NULL ? got.data : "");
		loop_turn(loop, 5);
	}
}

static void say(const char *text)
{
	const char *end = text + strlen(text);
	uint64_t until = clk_mono_ms() + PATIENCE_MS;

	while (text < end && clk_mono_ms() < until) {
		ssize_t n = send(fd, text, (size_t)(end - text), MSG_NOSIGNAL);

		if (n > 0)
			text += n;
		else if (errno != EAGAIN)
			return;
		loop_turn(loop, 0);
	}
}

static int set_up(void **state)
{
	struct err err = {0};

	(void)state;
	loop = loop_new();
	assert_int_equal(objects_open(NULL, &objects, &err), 0);
	objects_set_loop(objects, loop);
	buf_init(&got, 0);
	fd = -1;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (fd >= 0)
		close(fd);
	rest_free(rest);
	api_free(api);
	objects_free(objects);
	loop_free(loop);
	buf_fini(&got);
	return 0;
}

static void requests_in_one_packet_are_answered_in_order(void **state)
{
	(void)state;
	start(NULL);
	dial();
	say("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
	    "GET /nope HTTP/1.1\r\nConnection: close\r\n\r\n");
	expect(NULL);
	assert_true(has("HTTP/1.1 200 OK\r\n"));
	assert_true(strstr(got.data, "404 Not Found") >
		    strstr(got.data, "200 OK"));
}

static void chunked_bodies_are_read(void **state)
{
	(void)state;
	start(NULL);
	dial();
	say("POST /api/v1/namespaces HTTP/1.1\r\n"
	    "Content-Type: application/json\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n"
	    "1c\r\n{\"metadata\":{\"name\":\"a-name\"\r\n"
	    "2\r\n}}\r\n0\r\n\r\n");
	expect("\"name\":\"a-name\"");
	assert_true(has("201 Created"));
}

static void a_body_that_is_too_large_is_refused(void **state)
{
	(void)state;
	start(NULL);
	dial();
	say("POST /api/v1/namespaces HTTP/1.1\r\n"
	    "Content-Length: 3145729\r\n\r\n");
	expect(NULL);
	assert_true(has("413 Request Entity Too Large"));
	assert_true(has("\"reason\":\"RequestEntityTooLarge\""));
}

static void a_head_that_is_too_long_is_refused(void **state)
{
	scope_free char *junk = mem_zalloc(70001);

	(void)state;
	memset(junk, 'a', 70000);
	start(NULL);
	dial();
	say("GET / HTTP/1.1\r\nX: ");
	say(junk);
	expect("431 Request Header Fields Too Large");
}

static void rubbish_is_refused(void **state)
{
	(void)state;
	start(NULL);
	dial();
	say("\x16\x03\x01 hello\r\n\r\n");
	expect(NULL);
	assert_true(has("400 Bad Request"));
}

static void without_its_token_nobody_is_served(void **state)
{
	int file = mkstemp(token_path);

	(void)state;
	assert_int_equal(write(file, "secret\n", 7), 7);
	close(file);
	start(token_path);
	unlink(token_path);
	assert_string_equal(rest_token(rest), "secret");
	dial();
	say("GET /readyz HTTP/1.1\r\nAuthorization: Bearer secreT\r\n\r\n");
	expect(NULL);
	assert_true(has("401 Unauthorized"));
	assert_true(has("\"reason\":\"Unauthorized\""));
	close(fd);
	dial();
	say("GET /readyz HTTP/1.1\r\nAuthorization: Bearer secret\r\n\r\n");
	expect("200 OK");
}

static void watches_are_sent_event_by_event(void **state)
{
	scope_json struct json *home = json_new_object();

	(void)state;
	json_set_str(json_child_object(home, "metadata"), "name", "new");
	start(NULL);
	dial();
	say("GET /api/v1/namespaces?watch=1 HTTP/1.1\r\n\r\n");
	expect("Transfer-Encoding: chunked");
	assert_int_equal(
		api_do(api, "POST", "/api/v1/namespaces", home, NULL, NULL),
		201);
	expect("{\"type\":\"ADDED\",\"object\":{\"kind\":\"Namespace\"");
	close(fd);
	fd = -1;
	for (int i = 0; i < 5; i++)
		loop_turn(loop, 5);
}

static void addresses_in_use_are_told(void **state)
{
	struct rest_config config = {.loop = loop,
				     .addr_len = sizeof(struct sockaddr_in)};
	struct sockaddr_in *addr = (struct sockaddr_in *)&config.addr;
	struct rest *second = NULL;
	struct err err = {0};
	const char *port;

	(void)state;
	start(NULL);
	port = strrchr(rest_url(rest), ':') + 1;
	addr->sin_family = AF_INET;
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	addr->sin_port = htons((uint16_t)strtoul(port, NULL, 10));
	assert_int_equal(rest_new(&config, &second, &err), -EADDRINUSE);
	assert_non_null(strstr(err.msg, "--api"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(requests_in_one_packet_are_answered_in_order),
		TEST(chunked_bodies_are_read),
		TEST(a_body_that_is_too_large_is_refused),
		TEST(a_head_that_is_too_long_is_refused),
		TEST(rubbish_is_refused),
		TEST(without_its_token_nobody_is_served),
		TEST(watches_are_sent_event_by_event),
		TEST(addresses_in_use_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
