/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/auth.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller/exec_plugin.h"
#include "controller/kubeconfig.h"
#include "statefuld/base64.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static char v1[] = "client.authentication.k8s.io/v1";

/* ---- base64 ---- */

static void base64_goes_there_and_back(void **state)
{
	static const char bytes[] = "\0\xff any carnal pleas";

	(void)state;
	for (size_t len = 0; len < sizeof(bytes); len++) {
		scope_free char *text = base64_encode(bytes, len);
		scope_free char *data = NULL;
		size_t got;

		assert_int_equal(base64_decode(text, strlen(text), &data, &got),
				 0);
		assert_int_equal(got, len);
		assert_memory_equal(data, bytes, len);
	}
}

static void bad_base64_is_refused(void **state)
{
	static const char *const texts[] = {"A",    "AB",    "AB=", "AB==C",
					    "A===", "AB C*", "=",   "ABCDE"};
	char *data;
	size_t len;

	(void)state;
	for (size_t i = 0; i < st_array_len(texts); i++)
		assert_int_equal(
			base64_decode(texts[i], strlen(texts[i]), &data, &len),
			ST_EPARSE);
}

/* ---- what plugins print ---- */

#define PRINTED(status)                                                        \
	"{\"kind\":\"ExecCredential\",\"apiVersion\":"                         \
	"\"client.authentication.k8s.io/v1\",\"status\":" status "}"

static void a_printed_credential_is_read(void **state)
{
	static const char text[] =
		PRINTED("{\"token\":\"tok\",\"clientCertificateData\":\"c\","
			"\"clientKeyData\":\"k\","
			"\"expirationTimestamp\":\"2001-09-09T01:46:40Z\"}");
	struct exec_creds creds = {0};

	(void)state;
	assert_int_equal(
		exec_plugin_parse(text, strlen(text), v1, &creds, NULL), 0);
	assert_string_equal(creds.token, "tok");
	assert_string_equal(creds.cert, "c");
	assert_string_equal(creds.key, "k");
	assert_true(creds.expires_us == INT64_C(1000000000000000));
	exec_creds_fini(&creds);
}

static void other_output_is_refused_without_being_repeated(void **state)
{
	static const char another_version[] =
		"{\"kind\":\"ExecCredential\",\"apiVersion\":\"secret\","
		"\"status\":{\"token\":\"secret\"}}";
	const char *const texts[] = {
		"secret",
		"{\"secret\":1}",
		PRINTED("{}"),
		PRINTED("{\"token\":\"\"}"),
		PRINTED("{\"clientCertificateData\":\"secret\"}"),
		PRINTED("{\"token\":\"secret\",\"expirationTimestamp\":"
			"\"secret\"}"),
		another_version,
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(texts); i++) {
		struct exec_creds creds = {0};
		struct err err = {0};

		assert_int_equal(exec_plugin_parse(texts[i], strlen(texts[i]),
						   v1, &creds, &err),
				 ST_EPARSE);
		assert_true(err.msg[0] != '\0');
		assert_null(strstr(err.msg, "secret"));
	}
}

static void a_plugin_is_told_of_the_cluster_if_it_wants(void **state)
{
	char server[] = "https://h", config[] = "{\"audience\":\"x\"}";
	char pem[] = "Hello";
	struct access access = {
		.server = server,
		.ca = {.data = pem, .len = 5},
		.exec = {.api_version = v1, .cluster_config = config},
	};

	(void)state;
	scope_free char *little = exec_plugin_info(&access);
	assert_string_equal(little,
			    "{\"kind\":\"ExecCredential\",\"apiVersion\":"
			    "\"client.authentication.k8s.io/v1\",\"spec\":"
			    "{\"interactive\":false}}");
	access.exec.wants_cluster = true;
	scope_free char *more = exec_plugin_info(&access);
	scope_json struct json *root = NULL;
	assert_int_equal(json_parse(more, strlen(more), &root, NULL), 0);
	assert_string_equal(json_str(root, "spec.cluster.server"), server);
	assert_string_equal(
		json_str(root, "spec.cluster.certificate-authority-data"),
		"SGVsbG8=");
	assert_string_equal(json_str(root, "spec.cluster.config.audience"),
			    "x");
}

/* ---- running ---- */

struct world {
	struct loop *loop;
	int changes;
};

static void on_change(void *arg)
{
	struct world *world = arg;

	world->changes++;
	loop_stop(world->loop);
}

static int setup(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));

	world->loop = loop_new();
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	clk_real();
	loop_free(world->loop);
	free(world);
	return 0;
}

static char shell[] = "/bin/sh", dash_c[] = "-c";

/* Runs a line of shell as the plugin until it has answered. */
static struct auth *run_shell(struct world *world, struct access *access,
			      char **args, char *line)
{
	struct auth *auth;
	struct auth_creds creds;

	args[0] = dash_c;
	args[1] = line;
	access->exec.command = shell;
	access->exec.api_version = v1;
	access->exec.n_args = 2;
	access->exec.args = args;
	auth = auth_new(world->loop, access, on_change, world);
	assert_int_equal(auth_get(auth, &creds, NULL), -EAGAIN);
	loop_run(world->loop);
	assert_int_equal(world->changes, 1);
	return auth;
}

static void a_plugin_gives_a_token_until_it_is_refused(void **state)
{
	struct world *world = *state;
	char line[] = "printf '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		      "\"client.authentication.k8s.io/v1\",\"status\":"
		      "{\"token\":\"%s-%s\"}}' \"$A\" $$; "
		      "test -n \"$KUBERNETES_EXEC_INFO\"";
	char name[] = "A", value[] = "x";
	struct access_env env = {name, value};
	struct access access = {.exec = {.n_env = 1, .env = &env}};
	char *args[2];
	struct auth *auth = run_shell(world, &access, args, line);
	struct auth_creds creds, again;

	assert_int_equal(auth_get(auth, &creds, NULL), 0);
	assert_int_equal(strncmp(creds.bearer, "x-", 2), 0);
	assert_int_equal(auth_get(auth, &again, NULL), 0);
	assert_true(again.generation == creds.generation);

	assert_true(auth_refused(auth, creds.generation));
	assert_int_equal(auth_get(auth, &again, NULL), -EAGAIN);
	loop_run(world->loop);
	assert_int_equal(auth_get(auth, &again, NULL), 0);
	assert_true(again.generation != creds.generation);
	/* The old generation's refusal comes late and says nothing. */
	assert_true(auth_refused(auth, creds.generation));
	assert_int_equal(auth_get(auth, &again, NULL), 0);
	auth_free(auth);
}

static void an_expired_credential_is_fetched_anew(void **state)
{
	struct world *world = *state;
	char line[] = "printf '{\"kind\":\"ExecCredential\",\"apiVersion\":"
		      "\"client.authentication.k8s.io/v1\",\"status\":"
		      "{\"token\":\"t\",\"expirationTimestamp\":"
		      "\"2001-01-01T00:00:00Z\"}}'";
	struct access access = {0};
	char *args[2];
	struct auth *auth = run_shell(world, &access, args, line);
	struct auth_creds creds;

	assert_int_equal(auth_get(auth, &creds, NULL), -EAGAIN);
	auth_free(auth);
}

static void a_failing_plugin_is_named_with_its_hint(void **state)
{
	struct world *world = *state;
	char line[] = "echo secret; exit 3", hint[] = "buy it";
	struct access access = {.exec = {.install_hint = hint}};
	char *args[2];
	struct auth *auth = run_shell(world, &access, args, line);
	struct auth_creds creds;
	struct err err = {0};

	assert_int_equal(auth_get(auth, &creds, &err), ST_EAUTH);
	assert_non_null(strstr(err.msg, "/bin/sh"));
	assert_non_null(strstr(err.msg, "exit code 3"));
	assert_non_null(strstr(err.msg, "buy it"));
	assert_null(strstr(err.msg, "secret"));
	auth_free(auth);
}

static void a_missing_plugin_is_an_error_that_comes_later(void **state)
{
	struct world *world = *state;
	char none[] = "/nonexistent/plugin";
	struct access access = {.exec = {.command = none, .api_version = v1}};
	struct auth *auth = auth_new(world->loop, &access, on_change, world);
	struct auth_creds creds;
	struct err err = {0};

	assert_int_equal(auth_get(auth, &creds, NULL), -EAGAIN);
	assert_int_equal(world->changes, 0);
	loop_run(world->loop);
	assert_int_equal(auth_get(auth, &creds, &err), ST_EAUTH);
	assert_non_null(strstr(err.msg, "No such file"));
	auth_free(auth);
}

static void a_plugin_that_prints_without_end_is_stopped(void **state)
{
	struct world *world = *state;
	char line[] = "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done";
	struct access access = {0};
	char *args[2];
	struct auth *auth = run_shell(world, &access, args, line);
	struct auth_creds creds;
	struct err err = {0};

	assert_int_equal(auth_get(auth, &creds, &err), ST_EAUTH);
	assert_non_null(strstr(err.msg, "printed more"));
	auth_free(auth);
}

static void a_running_plugin_can_be_given_up(void **state)
{
	struct world *world = *state;
	char line[] = "sleep 1000 & sleep 1000", *args[] = {dash_c, line};
	struct access access = {.exec = {.command = shell,
					 .api_version = v1,
					 .n_args = 2,
					 .args = args}};
	struct auth *auth = auth_new(world->loop, &access, on_change, world);
	struct auth_creds creds;

	assert_int_equal(auth_get(auth, &creds, NULL), -EAGAIN);
	loop_turn(world->loop, 10);
	auth_free(auth);
	assert_int_equal(world->changes, 0);
}

/* ---- token files ---- */

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void drop_line(enum log_level level, const char *line, void *arg)
{
	(void)level;
	assert_null(strstr(line, "one"));
	++*(int *)arg;
}

static void a_token_file_is_read_again_as_it_rotates(void **state)
{
	struct world *world = *state;
	char path[] = "/tmp/st_token_XXXXXX";
	struct access access = {.token_file = path};
	struct auth *auth;
	struct auth_creds creds;
	struct err err = {0};
	int lines = 0;

	clk_fake(UINT64_C(1000000000000), 0);
	close(mkstemp(path));
	auth = auth_new(world->loop, &access, on_change, world);
	assert_int_equal(auth_get(auth, &creds, &err), ST_EAUTH);
	assert_non_null(strstr(err.msg, "is empty"));
	put(path, "one\n");
	assert_int_equal(auth_get(auth, &creds, NULL), 0);
	assert_string_equal(creds.bearer, "one");
	uint64_t first = creds.generation;
	put(path, "two");
	assert_int_equal(auth_get(auth, &creds, NULL), 0);
	assert_string_equal(creds.bearer, "one");
	clk_fake_advance_ms(60 * 1000);
	assert_int_equal(auth_get(auth, &creds, NULL), 0);
	assert_string_equal(creds.bearer, "two");
	assert_true(creds.generation != first);

	/* A refusal does not wait for the minute. */
	put(path, "three");
	assert_true(auth_refused(auth, creds.generation));
	assert_int_equal(auth_get(auth, &creds, NULL), 0);
	assert_string_equal(creds.bearer, "three");

	/* What cannot be read, or would break out of its header, is told
	 * once, and the last good one stays. */
	log_set_sink(drop_line, &lines);
	put(path, "four\r\nX: y");
	for (int i = 0; i < 3; i++) {
		clk_fake_advance_ms(60 * 1000);
		assert_int_equal(auth_get(auth, &creds, NULL), 0);
		assert_string_equal(creds.bearer, "three");
	}
	log_set_sink(NULL, NULL);
	assert_int_equal(lines, 1);
	auth_free(auth);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_goes_there_and_back),
		cmocka_unit_test(bad_base64_is_refused),
		cmocka_unit_test(a_printed_credential_is_read),
		cmocka_unit_test(
			other_output_is_refused_without_being_repeated),
		cmocka_unit_test(a_plugin_is_told_of_the_cluster_if_it_wants),
		cmocka_unit_test_setup_teardown(
			a_plugin_gives_a_token_until_it_is_refused, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			an_expired_credential_is_fetched_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_failing_plugin_is_named_with_its_hint, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_missing_plugin_is_an_error_that_comes_later, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_plugin_that_prints_without_end_is_stopped, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_running_plugin_can_be_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_token_file_is_read_again_as_it_rotates, setup,
			teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
