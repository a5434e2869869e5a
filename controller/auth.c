/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/auth.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "controller/exec_plugin.h"
#include "controller/kubeconfig.h"
#include "controller/kubeconfig_load.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

enum {
	TOKEN_FILE_MS = 60 * 1000, /* how often it is read */
	MAX_TOKEN = 1024 * 1024,
	FAILURE_MS = 5 * 1000, /* how long a failure stands before a new try */
};

struct auth {
	struct loop *loop;
	const struct access *access;
	void (*on_change)(void *arg);
	void *arg;
	uint64_t generation;
	bool is_stale; /* what we have was refused */
	/* token file */
	char *token;
	uint64_t read_ms;
	bool told; /* that the file cannot be read */
	/* plugin */
	struct exec_run *run;
	struct exec_creds creds;
	bool has_creds;
	struct err failure; /* code 0: none */
	uint64_t failed_ms;
};

struct auth *auth_new(struct loop *loop, const struct access *access,
		      void (*on_change)(void *arg), void *arg)
{
	struct auth *auth = mem_zalloc(sizeof(*auth));

	auth->loop = loop;
	auth->access = access;
	auth->on_change = on_change;
	auth->arg = arg;
	auth->generation = 1;
	return auth;
}

void auth_free(struct auth *auth)
{
	if (!auth)
		return;
	exec_plugin_cancel(auth->run);
	exec_creds_fini(&auth->creds);
	secret_free(auth->token);
	free(auth);
}

/* ---- token file ---- */

static size_t trimmed_len(const char *text, size_t len)
{
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	return len;
}

/* A header must not be broken out of by what stands in a file. */
static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	return true;
}

static int read_token(struct auth *auth, struct err *err)
{
	const char *path = auth->access->token_file;
	size_t len;
	char *text;
	int rc = kubeconfig_read_file(path, MAX_TOKEN, &text, &len, err);

	if (rc != 0)
		return rc;
	text[trimmed_len(text, len)] = '\0';
	if (text[0] == '\0' || !is_clean(text)) {
		rc = err_set(err, ST_EAUTH, "token file %s: %s", path,
			     text[0] ? "holds more than a token" : "is empty");
		secret_free_len(text, len);
		return rc;
	}
	if (!auth->token || strcmp(auth->token, text) != 0)
		auth->generation++;
	secret_free(auth->token);
	auth->token = text;
	return 0;
}

static void tell_unreadable(struct auth *auth, const struct err *err)
{
	if (!auth->told)
		log_warn("token file unreadable", "cause=%s action=%s",
			 log_q(err->msg), log_q("keeping the token known"));
	auth->told = true;
}

/* A token that was read once stays in use while its file cannot be read. */
static int get_token(struct auth *auth, struct auth_creds *ret, struct err *err)
{
	uint64_t now = clk_mono_ms();
	struct err why = {0};
	int rc;

	if (auth->is_stale || !auth->token ||
	    now - auth->read_ms >= TOKEN_FILE_MS) {
		rc = read_token(auth, &why);
		auth->is_stale = false;
		auth->read_ms = now;
		if (rc != 0 && !auth->token && !auth->access->token)
			return err_set(err, ST_EAUTH, "%s", why.msg);
		if (rc != 0)
			tell_unreadable(auth, &why);
		else
			auth->told = false;
	}
	ret->bearer = auth->token ? auth->token : auth->access->token;
	return 0;
}

/* ---- plugin ---- */

static void on_plugin(struct exec_creds *creds, const struct err *err,
		      void *arg)
{
	struct auth *auth = arg;

	auth->run = NULL;
	if (creds && creds->token && !is_clean(creds->token)) {
		err_set(&auth->failure, ST_EAUTH,
			"credential plugin %s: its token holds blanks or "
			"control characters",
			auth->access->exec.command);
		auth->failed_ms = clk_mono_ms();
	} else if (creds) {
		exec_creds_fini(&auth->creds);
		auth->creds = *creds;
		*creds = (struct exec_creds){0};
		auth->has_creds = true;
		auth->is_stale = false;
		auth->failure = (struct err){0};
		auth->generation++;
	} else {
		auth->failure = *err;
		auth->failed_ms = clk_mono_ms();
	}
	auth->on_change(auth->arg);
}

static bool is_current(const struct auth *auth)
{
	return auth->has_creds && !auth->is_stale &&
	       (auth->creds.expires_us == 0 ||
		clk_wall_us() < auth->creds.expires_us);
}

static int get_exec(struct auth *auth, struct auth_creds *ret, struct err *err)
{
	if (is_current(auth)) {
		ret->bearer = auth->creds.token;
		ret->cert = auth->creds.cert;
		ret->key = auth->creds.key;
		return 0;
	}
	if (auth->run)
		return -EAGAIN;
	if (auth->failure.code != 0 &&
	    clk_mono_ms() - auth->failed_ms < FAILURE_MS)
		return err_set(err, ST_EAUTH, "%s", auth->failure.msg);
	auth->run = exec_plugin_run(auth->loop, auth->access, on_plugin, auth);
	return -EAGAIN;
}

/* A static token or password goes before the plugin, as with client-go. */
static bool uses_exec(const struct access *access)
{
	return access->exec.command && !access->token && !access->username;
}

int auth_get(struct auth *auth, struct auth_creds *ret_creds, struct err *err)
{
	const struct access *access = auth->access;
	struct auth_creds creds = {0};
	int rc = 0;

	if (access->token_file)
		rc = get_token(auth, &creds, err);
	else if (uses_exec(access))
		rc = get_exec(auth, &creds, err);
	else
		creds.bearer = access->token;
	if (rc != 0)
		return rc;
	creds.username = access->username;
	creds.password = access->password;
	creds.generation = auth->generation;
	*ret_creds = creds;
	return 0;
}

bool auth_refused(struct auth *auth, uint64_t generation)
{
	const struct access *access = auth->access;

	if (!access->token_file && !uses_exec(access))
		return false;
	if (generation == auth->generation)
		auth->is_stale = true;
	return true;
}
