/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "controller/kube.h"
#include "controller/split.h"
#include "controller/watch_url.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/fake_api.h"

enum { PATIENCE_MS = 10000 };

/*
 * A test is a script: what the server says to the first request, to the
 * second and so on, and what the receiver is told in all. The story is what
 * was told, a word each: ( list begins, ) list ends, ! aborted, +a -a ~a
 * events, a an item, @ progress, 404 missing.
 */
struct world;
typedef void (*step_fn)(struct world *world, const struct fake_request *req);

struct world {
	struct loop *loop;
	struct fake_api *api;
	struct kube *kube;
	struct watch *watch;
	struct loop_timer *timer;
	char path[64];
	const step_fn *steps; /* ends with NULL: hang from there on */
	int n_requests;
	struct fake_conn *conn; /* of the last request */
	char paths[2048];
	struct buf story;
	char until[64];	     /* stop when the story ends like this */
	const char *free_at; /* free the watch at this word */
	int lines;
	char log[4096];
};

static void tell(struct world *world, const char *mark, const char *name)
{
	scope_free char *word = mem_printf("%s%s", mark, name);
	size_t len = strlen(world->until);

	if (world->story.len > 0)
		buf_putc(&world->story, ' ');
	buf_puts(&world->story, word);
	if (world->free_at && strcmp(world->free_at, word) == 0) {
		watch_free(world->watch);
		world->watch = NULL;
	}
	if (len > 0 && world->story.len >= len &&
	    strcmp(world->story.data + world->story.len - len, world->until) ==
		    0)
		loop_stop(world->loop);
}

static const char *name_of(const struct json *object)
{
	const char *name = json_str(object, "metadata.name");

	return name ? name : "?";
}

static void list_begin(void *arg)
{
	tell(arg, "", "(");
}

static void list_item(const struct json *object, void *arg)
{
	tell(arg, "", name_of(object));
}

static void list_end(const char *version, void *arg)
{
	tell(arg, ")", version);
}

static void list_abort(void *arg)
{
	tell(arg, "", "!");
}

static void on_event(enum watch_event event, const struct json *object,
		     void *arg)
{
	tell(arg,
	     event == WATCH_ADDED      ? "+"
	     : event == WATCH_MODIFIED ? "~"
				       : "-",
	     name_of(object));
}

static void on_progress(const char *version, void *arg)
{
	tell(arg, "@", version);
}

static void on_missing(void *arg)
{
	tell(arg, "", "404");
}

static const struct watch_ops ops = {list_begin, list_item, list_end,
				     list_abort, on_event,  on_progress,
				     on_missing};

static void serve(const struct fake_request *request, void *arg)
{
	struct world *world = arg;
	size_t len = strlen(world->paths);

	snprintf(world->paths + len, sizeof(world->paths) - len, "%s\n",
		 request->path);
	world->conn = request->conn;
	for (int i = 0; i <= world->n_requests; i++)
		if (!world->steps[i])
			return;
	world->steps[world->n_requests++](world, request);
}

static void keep_line(enum log_level level, const char *line, void *arg)
{
	struct world *world = arg;
	size_t len = strlen(world->log);

	(void)level;
	world->lines++;
	snprintf(world->log + len, sizeof(world->log) - len, "%s\n", line);
}

static void on_patience(void *arg)
{
	struct world *world = arg;

	fail_msg("waited for '%s', have '%s'\n%s%s", world->until,
		 world->story.data, world->paths, world->log);
}

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));
	struct err err = {0};

	world->loop = loop_new();
	world->api = fake_api_new(world->loop, serve, world);
	world->timer = loop_timer_new(world->loop, on_patience, world);
	buf_init(&world->story, 0);
	buf_puts(&world->story, "");
	snprintf(world->path, sizeof(world->path), "/tmp/st_watch_XXXXXX");
	close(mkstemp(world->path));
	FILE *file = fopen(world->path, "w");
	fprintf(file,
		"current-context: c\n"
		"contexts: [{name: c, context: {cluster: k}}]\n"
		"clusters: [{name: k, cluster: {server: "
		"'http://127.0.0.1:%d'}}]\n",
		fake_api_port(world->api));
	fclose(file);
	struct kube_config config = {
		.loop = world->loop,
		.kubeconfig = world->path,
	};
	if (kube_new(&config, &world->kube, &err) != 0)
		fail_msg("%s", err.msg);
	log_set_sink(keep_line, world);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	watch_free(world->watch);
	kube_free(world->kube);
	fake_api_free(world->api);
	log_set_sink(NULL, NULL);
	clk_real();
	loop_timer_free(world->timer);
	loop_free(world->loop);
	unlink(world->path);
	buf_fini(&world->story);
	free(world);
	return 0;
}

static void run_until(struct world *world, const char *until)
{
	snprintf(world->until, sizeof(world->until), "%s", until);
	loop_timer_set(world->timer, PATIENCE_MS);
	loop_run(world->loop);
	loop_timer_cancel(world->timer);
	world->until[0] = '\0';
}

static void begin(struct world *world, const step_fn *steps)
{
	struct watch_config config = {world->kube, "/api/v1/pods", "pods",
				      &ops,	   world,	   false};

	world->steps = steps;
	world->watch = watch_new(&config);
}

static void play(struct world *world, const step_fn *steps, const char *story)
{
	const char *last = strrchr(story, ' ');

	begin(world, steps);
	run_until(world, last ? last : story);
	assert_string_equal(world->story.data, story);
}

/* ---- what servers say ---- */

#define OBJECT(name, version)                                                  \
	"{\"metadata\":{\"name\":\"" name "\",\"resourceVersion\":\"" version  \
	"\"}}"
#define LINE(type, name, version)                                              \
	"{\"type\":\"" type "\",\"object\":" OBJECT(name, version) "}\n"
#define INITIAL_END(version)                                                   \
	"{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{"                    \
	"\"resourceVersion\":\"" version "\",\"annotations\":{"                \
	"\"k8s.io/initial-events-end\":\"true\"}}}}\n"
#define LIST(version, more, items)                                             \
	"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" version   \
	"\",\"continue\":\"" more "\"},\"items\":[" items "]}\n"
#define STATUS(code)                                                           \
	"{\"kind\":\"Status\",\"code\":" #code ",\"message\":\"said\","        \
	"\"metadata\":{}}"

static void says_422(struct world *world, const struct fake_request *req)
{
	assert_non_null(strstr(req->path, "sendInitialEvents=true"));
	assert_non_null(strstr(req->path, "NotOlderThan"));
	assert_non_null(strstr(req->path, "allowWatchBookmarks=true"));
	(void)world;
	fake_reply(req->conn, 422, "", STATUS(422));
}

static void lists_a_b(struct world *world, const struct fake_request *req)
{
	(void)world;
	assert_string_equal(req->path, "/api/v1/pods?limit=500");
	fake_reply(req->conn, 200, "",
		   LIST("5", "", OBJECT("a", "1") "," OBJECT("b", "2")));
}

static void lists_nothing(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 200, "", LIST("9", "", ""));
}

static void lists_page_1(struct world *world, const struct fake_request *req)
{
	(void)world;
	assert_string_equal(req->path, "/api/v1/pods?limit=500");
	fake_reply(req->conn, 200, "", LIST("5", "p/2", OBJECT("a", "1")));
}

static void lists_page_2(struct world *world, const struct fake_request *req)
{
	(void)world;
	assert_string_equal(req->path, "/api/v1/pods?limit=500&continue=p%2F2");
	fake_reply(req->conn, 200, "", LIST("5", "", OBJECT("b", "2")));
}

static void says_410(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 410, "", STATUS(410));
}

static void says_404(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 404, "", "404 page not found");
}

static void says_403(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 403, "", STATUS(403));
}

static void says_500(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 500, "", STATUS(500));
}

static void says_429(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 429, "Retry-After: 1\r\n", STATUS(429));
}

static void cuts_list(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_begin(req->conn, 200);
	fake_text(req->conn, "{\"metadata\":{},\"items\":[" OBJECT("x", "1"));
	fake_cut(req->conn);
}

static void ends_list_early(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_reply(req->conn, 200, "", "{\"items\":[" OBJECT("x", "1"));
}

static void begins(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_begin(req->conn, 200);
}

static void resumes_5(struct world *world, const struct fake_request *req)
{
	const char *timeout = strstr(req->path, "timeoutSeconds=");

	(void)world;
	assert_non_null(strstr(req->path, "resourceVersion=5&"));
	assert_null(strstr(req->path, "resourceVersionMatch"));
	assert_non_null(timeout);
	assert_in_range(atoi(timeout + 15), 300, 600);
	fake_begin(req->conn, 200);
	fake_text(req->conn, LINE("ADDED", "c", "6"));
}

static void resumes_6(struct world *world, const struct fake_request *req)
{
	(void)world;
	assert_non_null(strstr(req->path, "resourceVersion=6&"));
	fake_begin(req->conn, 200);
	fake_text(req->conn, LINE("DELETED", "c", "7"));
}

static void adds_then_cuts_line(struct world *world,
				const struct fake_request *req)
{
	resumes_5(world, req);
	fake_text(req->conn, "{\"type\":\"DELETED\",\"obj");
	fake_cut(req->conn);
}

static void adds_then_ends(struct world *world, const struct fake_request *req)
{
	resumes_5(world, req);
	fake_end(req->conn);
}

static void adds_then_talks_nonsense(struct world *world,
				     const struct fake_request *req)
{
	resumes_5(world, req);
	fake_text(req->conn, "{]\n" LINE("DELETED", "never", "9"));
}

static void adds_then_errs_410(struct world *world,
			       const struct fake_request *req)
{
	resumes_5(world, req);
	fake_text(req->conn,
		  "{\"type\":\"ERROR\",\"object\":" STATUS(410) "}\n");
	fake_end(req->conn);
}

static void adds_then_errs_500(struct world *world,
			       const struct fake_request *req)
{
	resumes_5(world, req);
	fake_text(req->conn,
		  "{\"type\":\"ERROR\",\"object\":" STATUS(500) "}\n");
}

static void drips(struct world *world, const struct fake_request *req)
{
	static const char text[] = LINE("ADDED", "c", "6")
		LINE("MODIFIED", "c", "7") LINE("BOOKMARK", "", "8");

	(void)world;
	fake_begin(req->conn, 200);
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		fake_chunk(req->conn, text + i, 1);
}

static void floods(struct world *world, const struct fake_request *req)
{
	static char blank[1024 * 1024];

	resumes_5(world, req);
	memset(blank, 'x', sizeof(blank));
	for (int i = 0; i <= SPLIT_MAX_TEXT / (int)sizeof(blank); i++)
		fake_chunk(req->conn, blank, sizeof(blank));
}

static void sends_initial(struct world *world, const struct fake_request *req)
{
	(void)world;
	assert_non_null(strstr(req->path, "sendInitialEvents=true"));
	fake_begin(req->conn, 200);
	fake_text(req->conn,
		  LINE("ADDED", "a", "1") LINE("ADDED", "b", "2")
			  LINE("MODIFIED", "a", "4") LINE("DELETED", "b", "5")
				  INITIAL_END("5"));
	fake_text(req->conn, LINE("ADDED", "c", "6"));
}

static void sends_half_initial(struct world *world,
			       const struct fake_request *req)
{
	(void)world;
	fake_begin(req->conn, 200);
	fake_text(req->conn, LINE("ADDED", "a", "1"));
	fake_cut(req->conn);
}

static void ignores_initial(struct world *world, const struct fake_request *req)
{
	(void)world;
	fake_begin(req->conn, 200);
	fake_text(req->conn, LINE("ADDED", "a", "1") LINE("BOOKMARK", "", "3"));
}

/* ---- stories ---- */

static void urls_are_encoded(void **state)
{
	(void)state;
	scope_free char *a = watch_url_list("/p?x=1", "a+b/=");
	assert_string_equal(a, "/p?x=1&limit=500&continue=a%2Bb%2F%3D");
	scope_free char *b = watch_url_resume("/p", "7&x", 300);
	assert_string_equal(b, "/p?watch=1&resourceVersion=7%26x"
			       "&allowWatchBookmarks=true&timeoutSeconds=300");
}

static void an_old_server_is_listed_and_watched(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, resumes_5, NULL};

	play(*state, steps, "( a b )5 +c");
}

static void a_new_server_sends_the_list_on_the_watch(void **state)
{
	static const step_fn steps[] = {sends_initial, NULL};
	struct world *world = *state;

	play(world, steps, "( a b a -b )5 +c");
	assert_int_equal(world->n_requests, 1);
}

static void initial_events_that_break_off_are_asked_again(void **state)
{
	static const step_fn steps[] = {sends_half_initial, sends_initial,
					NULL};

	play(*state, steps, "( a ! ( a b a -b )5 +c");
}

static void a_server_that_ignores_initial_events_is_listed(void **state)
{
	static const step_fn steps[] = {ignores_initial, lists_a_b, resumes_5,
					NULL};

	play(*state, steps, "( a ! ( a b )5 +c");
}

static void pages_make_one_list(void **state)
{
	static const step_fn steps[] = {says_422, lists_page_1, lists_page_2,
					resumes_5, NULL};

	play(*state, steps, "( a b )5 +c");
}

static void a_page_that_is_gone_begins_the_list_anew(void **state)
{
	static const step_fn steps[] = {says_422,  lists_page_1, says_410,
					lists_a_b, resumes_5,	 NULL};

	play(*state, steps, "( a ! ( a b )5 +c");
}

static void a_list_that_breaks_is_aborted(void **state)
{
	static const step_fn steps[] = {says_422,  cuts_list, ends_list_early,
					lists_a_b, resumes_5, NULL};

	play(*state, steps, "( x ! ( x ! ( a b )5 +c");
}

static void a_cut_line_is_resumed_from_the_last_whole_one(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b,
					adds_then_cuts_line, resumes_6, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c -c");
	/* Nobody needs to know: only the first contact is told. */
	assert_int_equal(world->lines, 1);
}

static void an_ended_watch_is_resumed(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, adds_then_ends,
					resumes_6, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c -c");
	assert_int_equal(world->lines, 1);
}

static void nonsense_is_not_read_on(void **state)
{
	static const step_fn steps[] = {
		says_422, lists_a_b, adds_then_talks_nonsense, resumes_6, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c -c");
	assert_non_null(strstr(world->log, "watch failed"));
}

static void bytes_may_come_one_at_a_time(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, drips, NULL};

	play(*state, steps, "( a b )5 +c ~c @8");
}

static void a_version_too_old_lists_again(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, says_410,
					lists_nothing, NULL};

	play(*state, steps, "( a b )5 ( )9");
}

static void an_event_that_says_too_old_lists_again(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, adds_then_errs_410,
					lists_nothing, NULL};

	play(*state, steps, "( a b )5 +c ( )9");
}

static void an_error_event_resumes(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, adds_then_errs_500,
					resumes_6, NULL};

	play(*state, steps, "( a b )5 +c -c");
}

static void a_line_over_the_cap_is_refused_with_one_line(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, floods, resumes_6,
					NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c -c");
	assert_non_null(strstr(world->log, "longer than 8388608 bytes"));
}

static void a_path_the_server_lacks_is_missing(void **state)
{
	static const step_fn steps[] = {says_404, NULL};
	struct world *world = *state;

	play(world, steps, "404");
	for (int i = 0; i < 5; i++)
		loop_turn(world->loop, 1);
	assert_int_equal(world->n_requests, 1);
}

static void a_storm_makes_one_line_and_one_when_it_is_over(void **state)
{
	static const step_fn steps[] = {says_500,  says_500, says_500,
					says_422,  says_500, lists_a_b,
					resumes_5, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c");
	assert_int_equal(world->lines, 2);
	assert_non_null(strstr(world->log, "api server unreachable"));
	assert_non_null(strstr(world->log, "api server back"));
}

static void retry_after_is_obeyed(void **state)
{
	static const step_fn steps[] = {says_429, says_422, lists_a_b, NULL};
	struct world *world = *state;
	uint64_t begun_ms = clk_mono_ms();

	play(world, steps, "( a b )5");
	assert_true(clk_mono_ms() - begun_ms >= 1000);
}

static void a_denied_list_is_named_once(void **state)
{
	static const step_fn steps[] = {says_422,  says_403,  says_403,
					lists_a_b, resumes_5, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c");
	assert_non_null(
		strstr(world->log, "access denied verb=list resource=pods"));
	assert_null(strstr(strstr(world->log, "denied") + 1, "denied"));
	assert_non_null(strstr(world->log, "watch works kind=pods"));
}

static void a_server_that_comes_back_is_resumed(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, resumes_5,
					resumes_6, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c");
	fake_api_down(world->api);
	for (int i = 0; i < 20; i++)
		loop_turn(world->loop, 20);
	assert_non_null(strstr(world->log, "api server unreachable"));
	fake_api_up(world->api);
	run_until(world, "-c");
	assert_string_equal(world->story.data, "( a b )5 +c -c");
	assert_int_equal(world->lines, 3);
}

static void the_receiver_may_free_the_watch_anywhere(void **state)
{
	static const step_fn old[] = {says_422,	 lists_page_1, says_410,
				      lists_a_b, resumes_5,    NULL};
	static const step_fn new[] = {sends_initial, NULL};
	static const char *const words[] = {"(", "a", "!", ")5", "+c", "-b"};

	for (size_t i = 0; i < 2 * st_array_len(words); i++) {
		struct world *world = *state;

		world->free_at = words[i / 2];
		begin(world, i % 2 ? new : old);
		for (int turn = 0; world->watch && turn < 40; turn++)
			loop_turn(world->loop, 10);
		watch_free(world->watch);
		world->watch = NULL;
		teardown(state);
		setup(state);
	}
}

/* ---- silence, with the clock in our hands ---- */

static void turns(struct world *world, int n)
{
	for (int i = 0; i < n; i++)
		loop_turn(world->loop, 5);
}

static void a_server_that_never_answers_is_given_up(void **state)
{
	static const step_fn steps[] = {NULL};
	struct world *world = *state;

	clk_fake(UINT64_C(1000000000000), 0);
	begin(world, steps);
	turns(world, 10);
	clk_fake_advance_ms(29 * 1000);
	turns(world, 5);
	assert_int_equal(world->lines, 0);
	clk_fake_advance_ms(1001);
	turns(world, 5);
	assert_int_equal(world->lines, 1);
	assert_non_null(strstr(world->log, "no answer in time"));
	clk_fake_advance_ms(1000);
	turns(world, 10);
	/* Over another connection. */
	assert_int_equal(fake_api_conns(world->api), 2);
}

static void initial_events_that_never_end_make_it_list(void **state)
{
	static const step_fn steps[] = {begins, lists_a_b, NULL};
	struct world *world = *state;

	clk_fake(UINT64_C(1000000000000), 0);
	begin(world, steps);
	turns(world, 10);
	assert_string_equal(world->story.data, "(");
	clk_fake_advance_ms(5001);
	turns(world, 5);
	clk_fake_advance_ms(1);
	turns(world, 10);
	assert_string_equal(world->story.data, "( ! ( a b )5");
}

static void a_silent_watch_is_opened_again(void **state)
{
	static const step_fn steps[] = {says_422, lists_a_b, resumes_5,
					resumes_6, NULL};
	struct world *world = *state;

	play(world, steps, "( a b )5 +c");
	clk_fake(clk_mono_ns(), clk_wall_us());
	clk_fake_advance_ms(149 * 1000);
	turns(world, 5);
	assert_int_equal(world->n_requests, 3);
	assert_true(watch_silent_ms(world->watch) >= 149 * 1000);
	clk_fake_advance_ms(1001);
	turns(world, 5);
	clk_fake_advance_ms(1);
	turns(world, 10);
	assert_string_equal(world->story.data, "( a b )5 +c -c");
	assert_int_equal(world->lines, 1);
}

static void one_that_gets_through_wakes_the_others(void **state)
{
	static const step_fn steps[] = {says_422,  lists_a_b, resumes_5,
					lists_a_b, resumes_5, resumes_6,
					resumes_6, NULL};
	struct world *world = *state;
	struct watch_config config = {world->kube, "/api/v1/pods", "pods",
				      &ops,	   world,	   false};
	struct watch *other;

	play(world, steps, "( a b )5 +c");
	other = watch_new(&config);
	run_until(world, ")5 +c");
	clk_seed(1);
	clk_fake(clk_mono_ns(), clk_wall_us());
	fake_api_down(world->api);
	for (int i = 0; i < 100; i++) {
		clk_fake_advance_ms(1000);
		turns(world, 2);
	}
	fake_api_up(world->api);
	for (int i = 0; i < 300 && world->n_requests == 5; i++) {
		clk_fake_advance_ms(100);
		turns(world, 2);
	}
	assert_true(world->n_requests >= 6);
	for (int i = 0; i < 3; i++) {
		turns(world, 5);
		clk_fake_advance_ms(100);
	}
	turns(world, 5);
	assert_int_equal(world->n_requests, 7);
	assert_int_equal(world->lines, 3);
	watch_free(other);
}

#define IN_WORLD(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_encoded),
		IN_WORLD(an_old_server_is_listed_and_watched),
		IN_WORLD(a_new_server_sends_the_list_on_the_watch),
		IN_WORLD(initial_events_that_break_off_are_asked_again),
		IN_WORLD(a_server_that_ignores_initial_events_is_listed),
		IN_WORLD(pages_make_one_list),
		IN_WORLD(a_page_that_is_gone_begins_the_list_anew),
		IN_WORLD(a_list_that_breaks_is_aborted),
		IN_WORLD(a_cut_line_is_resumed_from_the_last_whole_one),
		IN_WORLD(an_ended_watch_is_resumed),
		IN_WORLD(nonsense_is_not_read_on),
		IN_WORLD(bytes_may_come_one_at_a_time),
		IN_WORLD(a_version_too_old_lists_again),
		IN_WORLD(an_event_that_says_too_old_lists_again),
		IN_WORLD(an_error_event_resumes),
		IN_WORLD(a_line_over_the_cap_is_refused_with_one_line),
		IN_WORLD(a_path_the_server_lacks_is_missing),
		IN_WORLD(a_storm_makes_one_line_and_one_when_it_is_over),
		IN_WORLD(retry_after_is_obeyed),
		IN_WORLD(a_denied_list_is_named_once),
		IN_WORLD(a_server_that_comes_back_is_resumed),
		IN_WORLD(the_receiver_may_free_the_watch_anywhere),
		IN_WORLD(a_server_that_never_answers_is_given_up),
		IN_WORLD(initial_events_that_never_end_make_it_list),
		IN_WORLD(a_silent_watch_is_opened_again),
		IN_WORLD(one_that_gets_through_wakes_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
