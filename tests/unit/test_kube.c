/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kube.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "controller/http.h"
#include "controller/kube_status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/fake_api.h"

enum { PATIENCE_MS = 5000 };

struct world {
	struct loop *loop;
	struct fake_api *api;
	struct kube *kube;
	struct loop_timer *patience;
	char path[64], token_path[64];
	/* what the server saw last */
	char method[16], url[256], bearer[256], type[64], agent[64], body[256];
	int n_requests;
	/* what came back */
	int answers, code, http;
	uint32_t retry_after_ms;
	char reason[64], message[1024], name[64];
	struct kube_call *cancel_in_answer;
};

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static const char not_found[] =
	"{\"kind\":\"Status\",\"reason\":\"NotFound\",\"message\":\"no x\"}";

/* The path says what to answer: /STATUS[/REASON]. */
static void serve(const struct fake_request *request, void *arg)
{
	struct world *world = arg;
	int status = 0;

	copy(world->method, sizeof(world->method), request->method);
	copy(world->url, sizeof(world->url), request->path);
	copy(world->bearer, sizeof(world->bearer),
	     fake_header(request, "Authorization"));
	copy(world->type, sizeof(world->type),
	     fake_header(request, "Content-Type"));
	copy(world->agent, sizeof(world->agent),
	     fake_header(request, "User-Agent"));
	copy(world->body, sizeof(world->body), request->body);
	world->n_requests++;
	if (strcmp(request->path, "/rotate") == 0) {
		bool good = strcmp(world->bearer, "Bearer two") == 0;

		put(world->token_path, "two");
		fake_reply(request->conn, good ? 200 : 401, "", "{}");
	} else if (strcmp(request->path, "/cut") == 0) {
		fake_begin(request->conn, 200);
		fake_text(request->conn, "{\"a\":");
		fake_cut(request->conn);
	} else if (strcmp(request->path, "/hang") != 0) {
		sscanf(request->path, "/%d", &status);
		fake_reply(request->conn, status, "Retry-After: 7\r\n",
			   status == 404   ? not_found
			   : status == 500 ? "<html>no</html>"
					   : "{\"metadata\":{\"name\":\"n\"}}");
	}
}

static void on_patience(void *arg)
{
	(void)arg;
	fail_msg("nothing came");
}

static void on_answer(const struct kube_answer *answer, void *arg)
{
	struct world *world = arg;
	const char *name = json_str(answer->body, "metadata.name");

	world->answers++;
	world->code = answer->code;
	world->http = answer->http;
	world->retry_after_ms = answer->retry_after_ms;
	copy(world->reason, sizeof(world->reason), answer->reason);
	copy(world->message, sizeof(world->message),
	     answer->code ? err_msg(answer->err) : "");
	copy(world->name, sizeof(world->name), name ? name : "");
	if (world->cancel_in_answer)
		kube_cancel(world->cancel_in_answer);
	world->cancel_in_answer = NULL;
	loop_stop(world->loop);
}

static void write_config(struct world *world, const char *server)
{
	scope_free char *text = mem_printf(
		"current-context: c\n"
		"contexts: [{name: c, context: {cluster: k, user: u}}]\n"
		"clusters: [{name: k, cluster: {server: '%s'}}]\n"
		"users: [{name: u, user: {tokenFile: %s}}]\n",
		server, world->token_path);
	put(world->path, text);
}

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));
	struct err err = {0};

	world->loop = loop_new();
	world->api = fake_api_new(world->loop, serve, world);
	world->patience = loop_timer_new(world->loop, on_patience, world);
	copy(world->path, sizeof(world->path), "/tmp/st_kube_XXXXXX");
	copy(world->token_path, sizeof(world->token_path),
	     "/tmp/st_kube_token_XXXXXX");
	close(mkstemp(world->path));
	close(mkstemp(world->token_path));
	put(world->token_path, "one\n");
	scope_free char *url =
		mem_printf("http://127.0.0.1:%d", fake_api_port(world->api));
	write_config(world, url);
	struct kube_config config = {
		.loop = world->loop,
		.kubeconfig = world->path,
		.user_agent = "statefuld/1",
	};
	if (kube_new(&config, &world->kube, &err) != 0)
		fail_msg("%s", err.msg);
	assert_string_equal(kube_server(world->kube), url);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	kube_free(world->kube);
	fake_api_free(world->api);
	loop_timer_free(world->patience);
	loop_free(world->loop);
	unlink(world->path);
	unlink(world->token_path);
	free(world);
	return 0;
}

static void ask(struct world *world, enum kube_verb verb, const char *path,
		const char *body)
{
	kube_send(world->kube, verb, path, body, on_answer, world);
	assert_int_equal(world->answers, 0);
	loop_timer_set(world->patience, PATIENCE_MS);
	loop_run(world->loop);
	assert_int_equal(world->answers, 1);
	world->answers = 0;
}

static void a_request_carries_credentials_and_body(void **state)
{
	struct world *world = *state;

	ask(world, KUBE_POST, "/201/things?x=y", "{\"a\":1}");
	assert_int_equal(world->code, 0);
	assert_int_equal(world->http, 201);
	assert_string_equal(world->name, "n");
	assert_string_equal(world->method, "POST");
	assert_string_equal(world->url, "/201/things?x=y");
	assert_string_equal(world->bearer, "Bearer one");
	assert_string_equal(world->type, "application/json");
	assert_string_equal(world->agent, "statefuld/1");
	assert_string_equal(world->body, "{\"a\":1}");
}

static void verbs_become_methods_and_types(void **state)
{
	static const struct {
		enum kube_verb verb;
		const char *method, *type;
	} verbs[] = {
		{KUBE_GET, "GET", ""},
		{KUBE_PUT, "PUT", "application/json"},
		{KUBE_DELETE, "DELETE", "application/json"},
		{KUBE_PATCH_MERGE, "PATCH", "application/merge-patch+json"},
		{KUBE_PATCH_STRATEGIC, "PATCH",
		 "application/strategic-merge-patch+json"},
		{KUBE_PATCH_JSON, "PATCH", "application/json-patch+json"},
	};
	struct world *world = *state;

	for (size_t i = 0; i < st_array_len(verbs); i++) {
		const char *body = verbs[i].verb == KUBE_GET ? NULL : "{}";

		ask(world, verbs[i].verb, "/200", body);
		assert_string_equal(world->method, verbs[i].method);
		assert_string_equal(world->type, verbs[i].type);
		assert_string_equal(world->body, body ? body : "");
	}
	assert_int_equal(fake_api_conns(world->api), 1);
}

static void errors_carry_the_words_of_the_server(void **state)
{
	struct world *world = *state;

	ask(world, KUBE_GET, "/404/x", NULL);
	assert_int_equal(world->code, ST_ENOTFOUND);
	assert_int_equal(world->http, 404);
	assert_string_equal(world->reason, "NotFound");
	assert_non_null(strstr(world->message, "GET /404/x"));
	assert_non_null(strstr(world->message, "no x"));
	ask(world, KUBE_GET, "/500", NULL);
	assert_int_equal(world->code, ST_ESERVER);
	assert_string_equal(world->reason, "");
	ask(world, KUBE_GET, "/429", NULL);
	assert_int_equal(world->code, ST_ETHROTTLE);
	assert_int_equal(world->retry_after_ms, 7000);
	ask(world, KUBE_GET, "/cut", NULL);
	assert_int_equal(world->code, ST_ENET);
}

static void status_codes_have_their_meaning(void **state)
{
	static const struct {
		int http;
		const char *reason;
		int code;
	} table[] = {
		{400, "", ST_EREFUSED},
		{401, "", ST_EAUTH},
		{403, "", ST_EFORBIDDEN},
		{404, "", ST_ENOTFOUND},
		{409, "AlreadyExists", ST_EEXISTS},
		{409, "Conflict", ST_ECONFLICT},
		{410, "", ST_EGONE},
		{422, "Invalid", ST_EREFUSED},
		{429, "", ST_ETHROTTLE},
		{500, "ServerTimeout", ST_ESERVER},
		{503, "", ST_ESERVER},
		{302, "", ST_EREFUSED},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(table); i++)
		assert_int_equal(
			kube_status_code(table[i].http, table[i].reason),
			table[i].code);
}

static void retry_after_is_seconds_or_a_date(void **state)
{
	(void)state;
	assert_int_equal(http_retry_after_ms(" 3\r\n", 0), 3000);
	assert_int_equal(http_retry_after_ms("99999999999999999999", 0),
			 3600 * 1000);
	assert_int_equal(http_retry_after_ms("-3", 0), 0);
	assert_int_equal(http_retry_after_ms("soon", 0), 0);
	assert_int_equal(http_retry_after_ms("Sun, 09 Sep 2001 01:46:50 GMT",
					     1000000000),
			 10000);
}

static void a_refused_token_is_read_again_and_tried_once_more(void **state)
{
	struct world *world = *state;

	ask(world, KUBE_GET, "/rotate", NULL);
	assert_int_equal(world->code, 0);
	assert_int_equal(world->n_requests, 2);
	ask(world, KUBE_GET, "/401", NULL);
	assert_int_equal(world->code, ST_EAUTH);
	assert_int_equal(world->n_requests, 4);
}

static void a_canceled_request_is_never_answered(void **state)
{
	struct world *world = *state;
	struct kube_call *call = kube_send(world->kube, KUBE_GET, "/hang", NULL,
					   on_answer, world);

	while (world->n_requests == 0)
		loop_turn(world->loop, 100);
	kube_cancel(call);
	/* One may also cancel another from a callback. */
	world->cancel_in_answer = kube_send(world->kube, KUBE_GET, "/hang",
					    NULL, on_answer, world);
	ask(world, KUBE_GET, "/200", NULL);
	for (int i = 0; i < 5; i++)
		loop_turn(world->loop, 2);
	assert_int_equal(world->answers, 0);
}

static void a_dead_server_is_a_network_error(void **state)
{
	struct world *world = *state;

	fake_api_down(world->api);
	ask(world, KUBE_GET, "/200", NULL);
	assert_int_equal(world->code, ST_ENET);
	assert_int_equal(world->http, 0);
	assert_non_null(strstr(world->message, "http://127.0.0.1:"));
}

static void a_missing_token_fails_later(void **state)
{
	struct world *world = *state;
	struct err err = {0};

	unlink(world->token_path);
	assert_int_equal(kube_reload(world->kube, &err), 0);
	ask(world, KUBE_GET, "/200", NULL);
	assert_int_equal(world->code, ST_EAUTH);
	assert_int_equal(world->n_requests, 0);
	assert_non_null(strstr(world->message, "No such file"));
}

static void a_reload_that_fails_changes_nothing(void **state)
{
	struct world *world = *state;
	struct err err = {0};

	put(world->path, "current-context: gone\n");
	assert_int_equal(kube_reload(world->kube, &err), ST_EINVAL);
	assert_non_null(strstr(err.msg, "gone"));
	ask(world, KUBE_GET, "/200", NULL);
	assert_int_equal(world->code, 0);
	write_config(world, "http://127.0.0.1:1/p");
	assert_int_equal(kube_reload(world->kube, &err), 0);
	assert_string_equal(kube_server(world->kube), "http://127.0.0.1:1");
	ask(world, KUBE_GET, "/200", NULL);
	assert_int_equal(world->code, ST_ENET);
}

static void bad_urls_are_refused(void **state)
{
	static const char *const urls[] = {"https://", "https://h:99999",
					   "http://me:secret@h"};
	struct world *world = *state;

	for (size_t i = 0; i < st_array_len(urls); i++) {
		struct err err = {0};

		write_config(world, urls[i]);
		assert_int_equal(kube_reload(world->kube, &err), ST_EINVAL);
		assert_non_null(strstr(err.msg, "context c: server"));
		assert_null(strstr(err.msg, "secret"));
	}
}

#define IN_WORLD(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(a_request_carries_credentials_and_body),
		IN_WORLD(verbs_become_methods_and_types),
		IN_WORLD(errors_carry_the_words_of_the_server),
		cmocka_unit_test(status_codes_have_their_meaning),
		cmocka_unit_test(retry_after_is_seconds_or_a_date),
		IN_WORLD(a_refused_token_is_read_again_and_tried_once_more),
		IN_WORLD(a_canceled_request_is_never_answered),
		IN_WORLD(a_dead_server_is_a_network_error),
		IN_WORLD(a_missing_token_fails_later),
		IN_WORLD(a_reload_that_fails_changes_nothing),
		IN_WORLD(bad_urls_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
