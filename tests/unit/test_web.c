/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/web.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

enum { BIG = 4 << 20, ALL_CONNS = 64 };

struct lab {
	struct loop *loop;
	struct web *web;
	char folder[64], path[80];
	struct web_call *kept; /* for /later */
	int asked;
};

static void on_request(struct web_call *call, const struct web_request *request,
		       void *arg)
{
	struct lab *lab = arg;
	struct buf body;

	lab->asked++;
	if (strcmp(request->path, "/later") == 0) {
		lab->kept = call;
		return;
	}
	buf_init(&body, 0);
	if (strcmp(request->path, "/big") == 0)
		for (int i = 0; i < BIG; i++)
			buf_putc(&body, 'b');
	else
		buf_printf(&body, "%s?%s %s", request->path, request->query,
			   request->is_near ? "near" : "far");
	web_reply(call, 200, "text/plain", &body);
	buf_fini(&body);
}

static int setup(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));
	struct err err = {0};

	snprintf(lab->folder, sizeof(lab->folder), "/tmp/test_web.XXXXXX");
	assert_non_null(mkdtemp(lab->folder));
	snprintf(lab->path, sizeof(lab->path), "%s/sock", lab->folder);
	lab->loop = loop_new();
	lab->web = web_new(lab->loop, on_request, lab);
	if (web_listen_unix(lab->web, lab->path, &err) != 0)
		fail_msg("%s", err_msg(&err));
	*state = lab;
	return 0;
}

static int teardown(void **state)
{
	struct lab *lab = *state;

	web_free(lab->web);
	loop_free(lab->loop);
	assert_int_equal(access(lab->path, F_OK), -1);
	rmdir(lab->folder);
	free(lab);
	clk_real();
	return 0;
}

static int dial(const struct lab *lab)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", lab->path);
	assert_int_equal(connect(fd, (void *)&addr, sizeof(addr)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL),
			 strlen(text));
}

/* Everything until the server closes; closes, too. */
static char *hear(struct lab *lab, int fd)
{
	struct buf got;
	char part[65536];
	ssize_t n;

	buf_init(&got, 0);
	for (;;) {
		loop_turn(lab->loop, 1);
		n = recv(fd, part, sizeof(part), MSG_DONTWAIT);
		if (n > 0)
			buf_put(&got, part, (size_t)n);
		else if (n == 0 || errno != EAGAIN)
			break;
	}
	close(fd);
	return buf_steal(&got);
}

static char *ask(struct lab *lab, const char *request)
{
	int fd = dial(lab);

	say(fd, request);
	return hear(lab, fd);
}

static void assert_begins(const char *text, const char *want)
{
	if (strncmp(text, want, strlen(want)) != 0)
		fail_msg("'%s' does not begin with '%s'", text, want);
}

static void assert_ends(const char *text, const char *want)
{
	size_t len = strlen(text), end = strlen(want);

	if (len < end || strcmp(text + len - end, want) != 0)
		fail_msg("'%s' does not end with '%s'", text, want);
}

static void a_request_is_answered(void **state)
{
	scope_free char *text = ask(*state, "GET /a/b?c=d HTTP/1.1\r\n"
					    "Host: x\r\n\r\n");

	assert_begins(text, "HTTP/1.1 200 OK\r\n");
	assert_ends(text, "\r\n\r\n/a/b?c=d near");
}

static void a_request_comes_octet_by_octet(void **state)
{
	static const char request[] = "GET / HTTP/1.0\r\n\r\n";
	struct lab *lab = *state;
	scope_free char *text = NULL;
	int fd = dial(lab);

	for (const char *at = request; *at; at++) {
		assert_int_equal(send(fd, at, 1, MSG_NOSIGNAL), 1);
		loop_turn(lab->loop, 0);
	}
	text = hear(lab, fd);
	assert_ends(text, "/? near");
}

static void head_has_the_length_without_the_body(void **state)
{
	scope_free char *text = ask(*state, "HEAD /x HTTP/1.1\r\n\r\n");

	assert_non_null(strstr(text, "Content-Length: 8\r\n"));
	assert_ends(text, "\r\n\r\n");
}

static void odd_requests_get_their_code(void **state)
{
	static const struct {
		const char *request, *code;
	} rows[] = {
		{"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx", "405"},
		{"hello\r\n\r\n", "400"},
		{"GET http://x/ HTTP/1.1\r\n\r\n", "400"},
		{"GET / HTTP/2.0\r\n\r\n", "400"},
		{"GET /\r\n\r\n", "400"},
		{"\r\n\r\n", "400"},
	};
	struct lab *lab = *state;

	for (size_t i = 0; i < st_array_len(rows); i++) {
		scope_free char *text = ask(lab, rows[i].request);

		assert_begins(text, "HTTP/1.1 ");
		assert_begins(text + 9, rows[i].code);
	}
	assert_int_equal(lab->asked, 0);
}

static void a_head_that_never_ends_is_refused(void **state)
{
	struct lab *lab = *state;
	scope_free char *text = NULL;
	int fd = dial(lab);

	say(fd, "GET / HTTP/1.1\r\n");
	for (int i = 0; i < 600; i++) {
		say(fd, "X-Field: value\r\n");
		loop_turn(lab->loop, 0);
	}
	text = hear(lab, fd);
	assert_begins(text, "HTTP/1.1 431 ");
}

static void a_big_answer_arrives_whole(void **state)
{
	scope_free char *text = ask(*state, "GET /big HTTP/1.1\r\n\r\n");
	const char *body = strstr(text, "\r\n\r\n");

	assert_non_null(body);
	assert_int_equal(strlen(body + 4), BIG);
}

static void a_half_closed_client_gets_its_answer(void **state)
{
	struct lab *lab = *state;
	scope_free char *text = NULL;
	int fd = dial(lab);

	say(fd, "GET /big HTTP/1.1\r\n\r\n");
	shutdown(fd, SHUT_WR);
	text = hear(lab, fd);
	assert_true(strlen(text) > BIG);
}

static void an_answer_may_come_later(void **state)
{
	struct lab *lab = *state;
	scope_free char *text = NULL;
	struct buf body;
	int fd = dial(lab);

	say(fd, "GET /later HTTP/1.1\r\n\r\n");
	while (lab->kept == NULL)
		loop_turn(lab->loop, 1);
	buf_init(&body, 0);
	buf_puts(&body, "at last");
	web_reply(lab->kept, 503, "text/plain", &body);
	text = hear(lab, fd);
	assert_begins(text, "HTTP/1.1 503 Service Unavailable\r\n");
	assert_ends(text, "at last");
}

static void nobody_is_told_when_the_client_has_gone(void **state)
{
	struct lab *lab = *state;
	struct buf body;
	int fd = dial(lab);

	say(fd, "GET /later HTTP/1.1\r\n\r\n");
	while (lab->kept == NULL)
		loop_turn(lab->loop, 1);
	close(fd);
	web_free(lab->web);
	lab->web = web_new(lab->loop, on_request, lab);
	buf_init(&body, 0);
	buf_puts(&body, "nobody hears this");
	web_reply(lab->kept, 200, "text/plain", &body);
}

static void idle_clients_are_closed_in_time(void **state)
{
	struct lab *lab = *state;
	scope_free char *text = NULL;
	int fd;

	clk_fake(1000000000, 0);
	fd = dial(lab);
	say(fd, "GET / HT");
	loop_turn(lab->loop, 0);
	loop_turn(lab->loop, 0);
	clk_fake_advance_ms(11000);
	text = hear(lab, fd);
	assert_string_equal(text, "");
}

static void idle_clients_never_keep_another_out(void **state)
{
	struct lab *lab = *state;
	int fds[2 * ALL_CONNS];

	for (size_t i = 0; i < st_array_len(fds); i++) {
		scope_free char *text = NULL;

		fds[i] = dial(lab);
		loop_turn(lab->loop, 0);
		if (i % 32 != 31)
			continue;
		text = ask(lab, "GET /alive HTTP/1.1\r\n\r\n");
		assert_ends(text, "/alive? near");
	}
	for (size_t i = 0; i < st_array_len(fds); i++)
		close(fds[i]);
}

static void a_dead_socket_is_taken_over_and_a_live_one_left(void **state)
{
	struct lab *lab = *state;
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct web *second = web_new(lab->loop, on_request, lab);
	struct err err = {0};
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(web_listen_unix(second, lab->path, &err), -EADDRINUSE);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s2", lab->path);
	assert_int_equal(bind(fd, (void *)&addr, sizeof(addr)), 0);
	close(fd);
	assert_int_equal(web_listen_unix(second, addr.sun_path, &err), 0);
	assert_int_equal(lstat(addr.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	web_free(second);
	assert_int_equal(access(addr.sun_path, F_OK), -1);
	assert_int_equal(access(lab->path, F_OK), 0);
}

static void other_files_are_left_alone(void **state)
{
	struct lab *lab = *state;
	scope_free char *path = mem_printf("%s.txt", lab->path);
	struct err err = {0};
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
	assert_int_equal(web_listen_unix(lab->web, path, &err), -EADDRINUSE);
	assert_int_equal(unlink(path), 0);
}

static void a_loopback_address_is_near(void **state)
{
	struct lab *lab = *state;
	struct sockaddr_storage addr = {0}, bound;
	struct sockaddr_in *sin = (void *)&addr;
	scope_free char *text = NULL;
	struct err err = {0};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sin->sin_family = AF_INET;
	sin->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(
		web_listen(lab->web, &addr, sizeof(*sin), &bound, &err), 0);
	assert_int_equal(connect(fd, (void *)&bound, sizeof(*sin)), 0);
	say(fd, "GET / HTTP/1.1\r\n\r\n");
	text = hear(lab, fd);
	assert_ends(text, "/? near");
	assert_int_equal(web_listen(lab->web, &bound, sizeof(*sin), NULL, &err),
			 -EADDRINUSE);
}

static void parameters_are_decoded(void **state)
{
	static const struct {
		const char *query, *want; /* of "name"; NULL: not there */
	} rows[] = {
		{"name=web-0.nginx", "web-0.nginx"},
		{"x=1&name=a%2Eb+c&y", "a.b c"},
		{"name", ""},
		{"name=", ""},
		{"names=x", NULL},
		{"", NULL},
		{"&&", NULL},
		{"name=%2", NULL},
		{"name=%zz", NULL},
		{"name=%00", NULL},
		{"name=0123456789abcdef", NULL},
		{"name=0123456789abcde", "0123456789abcde"},
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		bool is_there =
			web_param(out, sizeof(out), rows[i].query, "name");

		assert_int_equal(is_there, rows[i].want != NULL);
		if (is_there)
			assert_string_equal(out, rows[i].want);
	}
}

#define with_lab(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_lab(a_request_is_answered),
		with_lab(a_request_comes_octet_by_octet),
		with_lab(head_has_the_length_without_the_body),
		with_lab(odd_requests_get_their_code),
		with_lab(a_head_that_never_ends_is_refused),
		with_lab(a_big_answer_arrives_whole),
		with_lab(a_half_closed_client_gets_its_answer),
		with_lab(an_answer_may_come_later),
		with_lab(nobody_is_told_when_the_client_has_gone),
		with_lab(idle_clients_are_closed_in_time),
		with_lab(idle_clients_never_keep_another_out),
		with_lab(a_dead_socket_is_taken_over_and_a_live_one_left),
		with_lab(other_files_are_left_alone),
		with_lab(a_loopback_address_is_near),
		cmocka_unit_test(parameters_are_decoded),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
