/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * exec_plugin - runs a credential plugin (client.authentication.k8s.io) beside
 * the loop and reads what it prints.
 *
 * The plugin gets no standard input; its standard error is ours, as with
 * kubectl. It is killed after a minute. What it prints is never logged.
 *
 * Threads: the loop thread. Memory: a run frees itself after its callback.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct access;
struct err;
struct exec_run;
struct loop;

struct exec_creds {
	char *token;	    /* NULL: none */
	char *cert, *key;   /* PEM; NULL: none */
	int64_t expires_us; /* wall clock; 0: does not expire */
};
void exec_creds_fini(struct exec_creds *creds);

/* `creds` is NULL where it failed, and may be emptied by the callee. */
typedef void (*exec_fn)(struct exec_creds *creds, const struct err *err,
			void *arg);
/* Always answers later, never from inside this call. */
struct exec_run *exec_plugin_run(struct loop *loop, const struct access *access,
				 exec_fn fn, void *arg);
/* Kills it; no callback comes. */
void exec_plugin_cancel(struct exec_run *run);

/* What the plugin finds in KUBERNETES_EXEC_INFO; free() it. */
char *exec_plugin_info(const struct access *access);
/* Reads an ExecCredential. Messages never hold what was read. */
st_must_check int exec_plugin_parse(const char *text, size_t len,
				    const char *api_version,
				    struct exec_creds *ret_creds,
				    struct err *err);
