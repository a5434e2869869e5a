/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/exec_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "controller/kubeconfig.h"
#include "statefuld/base64.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

extern char **environ;

enum {
	RUN_MAX_MS = 60 * 1000,
	MAX_OUTPUT = 1024 * 1024,
	FIRST_POLL_MS = 1,
	MAX_POLL_MS = 200,
};

struct exec_run {
	struct loop *loop;
	exec_fn fn;
	void *arg;
	pid_t pid; /* 0: none */
	int fd;	   /* -1: closed */
	struct loop_fd *watch;
	struct loop_timer *timer;
	uint64_t deadline_ms;
	uint32_t poll_ms; /* 0: still reading */
	struct buf output;
	char *command, *api_version, *hint;
	struct err err; /* code 0: nothing went wrong so far */
};

void exec_creds_fini(struct exec_creds *creds)
{
	secret_free(creds->token);
	secret_free(creds->cert);
	secret_free(creds->key);
	*creds = (struct exec_creds){0};
}

/* ---- pure parts ---- */

static struct json *cluster_info(const struct access *access)
{
	struct json *cluster = json_new_object(), *config;
	const char *text = access->exec.cluster_config;

	json_set_str(cluster, "server", access->server);
	if (access->tls_server_name)
		json_set_str(cluster, "tls-server-name",
			     access->tls_server_name);
	if (access->insecure)
		json_set_bool(cluster, "insecure-skip-tls-verify", true);
	if (access->proxy_url)
		json_set_str(cluster, "proxy-url", access->proxy_url);
	if (access->ca.data) {
		scope_free char *ca =
			base64_encode(access->ca.data, access->ca.len);
		json_set_str(cluster, "certificate-authority-data", ca);
	}
	if (text && json_parse(text, strlen(text), &config, NULL) == 0)
		json_set(cluster, "config", config);
	return cluster;
}

char *exec_plugin_info(const struct access *access)
{
	scope_json struct json *info = json_new_object();
	struct json *spec;

	json_set_str(info, "kind", "ExecCredential");
	json_set_str(info, "apiVersion", access->exec.api_version);
	spec = json_child_object(info, "spec");
	json_set_bool(spec, "interactive", false);
	if (access->exec.wants_cluster)
		json_set(spec, "cluster", cluster_info(access));
	return json_print(info);
}

static int read_expiry(const struct json *root, int64_t *ret_us,
		       struct err *err)
{
	const char *text = json_str(root, "status.expirationTimestamp");

	*ret_us = 0;
	if (!text || clk_parse(text, ret_us) == 0)
		return 0;
	return err_set(err, ST_EPARSE,
		       "status.expirationTimestamp is not a time");
}

int exec_plugin_parse(const char *text, size_t len, const char *api_version,
		      struct exec_creds *ret_creds, struct err *err)
{
	scope_json struct json *root = NULL;
	const char *kind, *version, *token, *cert, *key;
	int64_t expires_us;
	int rc;

	if (json_parse(text, len, &root, NULL) != 0)
		return err_set(err, ST_EPARSE, "it did not print JSON");
	kind = json_str(root, "kind");
	version = json_str(root, "apiVersion");
	if (!kind || strcmp(kind, "ExecCredential") != 0)
		return err_set(err, ST_EPARSE,
			       "it did not print an ExecCredential");
	if (!version || strcmp(version, api_version) != 0)
		return err_set(err, ST_EPARSE,
			       "it printed another apiVersion than %s",
			       api_version);
	token = json_str(root, "status.token");
	cert = json_str(root, "status.clientCertificateData");
	key = json_str(root, "status.clientKeyData");
	if (!cert != !key)
		return err_set(err, ST_EPARSE,
			       "it printed a certificate without its key, or "
			       "the reverse");
	if ((!token || token[0] == '\0') && !cert)
		return err_set(err, ST_EPARSE,
			       "it printed neither token nor certificate");
	rc = read_expiry(root, &expires_us, err);
	if (rc != 0)
		return rc;
	*ret_creds = (struct exec_creds){
		.token = token && token[0] ? mem_strdup(token) : NULL,
		.cert = mem_strdup(cert),
		.key = mem_strdup(key),
		.expires_us = expires_us,
	};
	return 0;
}

/* ---- running ---- */

static void run_free(struct exec_run *run)
{
	loop_fd_free(run->watch);
	loop_timer_free(run->timer);
	if (run->fd >= 0)
		close(run->fd);
	if (run->pid > 0) {
		kill(-run->pid, SIGKILL);
		while (waitpid(run->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (run->output.data)
		explicit_bzero(run->output.data, run->output.len);
	buf_fini(&run->output);
	free(run->command);
	free(run->api_version);
	free(run->hint);
	free(run);
}

static void answer(struct exec_run *run)
{
	struct exec_creds creds = {0};
	int rc = run->err.code;

	if (rc == 0)
		rc = exec_plugin_parse(run->output.data ? run->output.data : "",
				       run->output.len, run->api_version,
				       &creds, &run->err);
	if (rc != 0)
		err_wrap(&run->err, ST_EAUTH, "credential plugin %s",
			 run->command);
	if (rc != 0 && run->hint) {
		struct err plain = run->err;
		err_set(&run->err, ST_EAUTH, "%.600s; hint: %.300s", plain.msg,
			run->hint);
	}
	run->fn(rc == 0 ? &creds : NULL, &run->err, run->arg);
	exec_creds_fini(&creds);
	run_free(run);
}

static void stop_reading(struct exec_run *run)
{
	loop_fd_free(run->watch);
	run->watch = NULL;
	close(run->fd);
	run->fd = -1;
	run->poll_ms = FIRST_POLL_MS;
	loop_timer_set(run->timer, 0);
}

static void on_output(int fd, int what st_unused, void *arg)
{
	struct exec_run *run = arg;
	char chunk[16384];
	ssize_t n = read(fd, chunk, sizeof(chunk));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0 && buf_add(&run->output, chunk, (size_t)n) == 0) {
		explicit_bzero(chunk, (size_t)n);
		return;
	}
	if (n > 0)
		err_set(&run->err, ST_ELIMIT, "it printed more than %d bytes",
			MAX_OUTPUT);
	stop_reading(run);
}

static void read_status(struct exec_run *run, int status)
{
	if (run->err.code != 0)
		return;
	if (WIFSIGNALED(status))
		err_set(&run->err, ST_EAUTH, "it was ended by signal %d",
			WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		err_set(&run->err, ST_EAUTH,
			"it failed with exit code %d; its own words are above "
			"on standard error",
			WEXITSTATUS(status));
}

/* There is no descriptor to wait on for a child everywhere, so that its end
 * is asked for, at growing intervals, once its output is closed. */
static void on_timer(void *arg)
{
	struct exec_run *run = arg;
	int status = 0;

	if (run->pid > 0 && run->poll_ms > 0 &&
	    waitpid(run->pid, &status, WNOHANG) == run->pid) {
		run->pid = 0;
		read_status(run, status);
	}
	if (run->pid > 0 && clk_mono_ms() >= run->deadline_ms)
		err_set(&run->err, ST_ETIMEOUT, "it did not end within %d s",
			RUN_MAX_MS / 1000);
	if (run->pid == 0 || run->err.code != 0) {
		answer(run);
		return;
	}
	loop_timer_set(run->timer, run->poll_ms);
	run->poll_ms =
		run->poll_ms * 2 > MAX_POLL_MS ? MAX_POLL_MS : run->poll_ms * 2;
}

static bool is_overridden(const struct access_exec *exec, const char *entry)
{
	size_t len = strcspn(entry, "=");
	static const char info[] = "KUBERNETES_EXEC_INFO";

	if (len == strlen(info) && memcmp(entry, info, len) == 0)
		return true;
	for (size_t i = 0; i < exec->n_env; i++)
		if (strlen(exec->env[i].name) == len &&
		    memcmp(exec->env[i].name, entry, len) == 0)
			return true;
	return false;
}

static char **build_env(const struct access *access)
{
	const struct access_exec *exec = &access->exec;
	scope_free char *info = exec_plugin_info(access);
	char **env = NULL;
	size_t n = 0;

	for (char **p = environ; *p; p++) {
		if (is_overridden(exec, *p))
			continue;
		mem_grow(env, n);
		env[n++] = mem_strdup(*p);
	}
	for (size_t i = 0; i < exec->n_env; i++) {
		mem_grow(env, n);
		env[n++] = mem_printf("%s=%s", exec->env[i].name,
				      exec->env[i].value);
	}
	mem_grow(env, n);
	env[n++] = mem_printf("KUBERNETES_EXEC_INFO=%s", info);
	mem_grow(env, n);
	env[n] = NULL;
	return env;
}

static void free_env(char **env)
{
	for (char **p = env; *p; p++)
		secret_free(*p);
	free(env);
}

/* In a process group of its own, so that what it starts ends with it, and
 * with the signals as a program expects them. */
static int spawn(struct exec_run *run, const struct access *access, int out)
{
	const struct access_exec *exec = &access->exec;
	char **argv = mem_calloc(exec->n_args + 2, sizeof(*argv));
	char **env = build_env(access);
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	argv[0] = exec->command;
	for (size_t i = 0; i < exec->n_args; i++)
		argv[i + 1] = exec->args[i];
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(&run->pid, exec->command, &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	free_env(env);
	free(argv);
	if (rc != 0)
		run->pid = 0;
	return -rc;
}

static int start(struct exec_run *run, const struct access *access)
{
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -errno;
	rc = spawn(run, access, ends[1]);
	close(ends[1]);
	if (rc != 0) {
		close(ends[0]);
		return rc;
	}
	run->fd = ends[0];
	fcntl(run->fd, F_SETFL, O_NONBLOCK);
	run->watch = loop_fd_new(run->loop, run->fd, LOOP_READ, on_output, run);
	return 0;
}

struct exec_run *exec_plugin_run(struct loop *loop, const struct access *access,
				 exec_fn fn, void *arg)
{
	struct exec_run *run = mem_zalloc(sizeof(*run));
	int rc;

	run->loop = loop;
	run->fn = fn;
	run->arg = arg;
	run->fd = -1;
	run->command = mem_strdup(access->exec.command);
	run->api_version = mem_strdup(access->exec.api_version);
	run->hint = mem_strdup(access->exec.install_hint);
	run->deadline_ms = clk_mono_ms() + RUN_MAX_MS;
	run->timer = loop_timer_new(loop, on_timer, run);
	buf_init(&run->output, MAX_OUTPUT);
	rc = start(run, access);
	if (rc != 0)
		err_set(&run->err, ST_EAUTH, "cannot be run: %s",
			strerror(-rc));
	loop_timer_set(run->timer, rc == 0 ? RUN_MAX_MS : 0);
	return run;
}

void exec_plugin_cancel(struct exec_run *run)
{
	if (run)
		run_free(run);
}
