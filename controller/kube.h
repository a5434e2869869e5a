/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kube - requests to the API server: credentials applied, status codes turned
 * into err codes, JSON in and out.
 *
 * Threads: the loop thread. Memory: requests are freed by themselves when
 * their callback has returned or when they are canceled.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/controller.h"

struct err;
struct json;
struct kube;
struct kube_call;
struct loop;

struct kube_config {
	struct loop *loop;
	const char *kubeconfig; /* as controller_config.kubeconfig */
	const char *user_agent; /* "statefuld/VERSION" */
	/* So many single requests a second, and at once after a pause; streams
	 * and the Lease are not counted. 0: no limit; 0: as many as qps. */
	uint32_t qps, burst;
};

/* Loads kubeconfig and credentials; does not connect. */
st_must_check int kube_new(const struct kube_config *config,
			   struct kube **ret_kube, struct err *err);
/* Cancels all that is under way, without callbacks. */
void kube_free(struct kube *kube);
/* Loads configuration and credentials anew; on error the old ones stay. */
st_must_check int kube_reload(struct kube *kube, struct err *err);
/* "https://host:port", for log lines; never holds a secret. */
const char *kube_server(const struct kube *kube);

/* Requests answered so far, watches included; see controller_stats. */
void kube_counts(const struct kube *kube,
		 const char *ret_methods[CONTROLLER_METHODS],
		 uint64_t ret[CONTROLLER_METHODS][CONTROLLER_CLASSES]);

enum kube_verb {
	KUBE_GET,
	KUBE_POST,
	KUBE_PUT,
	KUBE_DELETE,
	KUBE_PATCH_MERGE,     /* application/merge-patch+json */
	KUBE_PATCH_STRATEGIC, /* application/strategic-merge-patch+json */
	KUBE_PATCH_JSON,      /* application/json-patch+json */
};

/* `code` is 0 or an ST_E... code; on an error `err` says more: the server's
 * own message where there was one. `body` is the parsed answer or Status
 * object (NULL where there was none); borrowed for the call. `http` is the
 * status code, 0 when no answer came. `reason` is the Status' reason or "".
 * `retry_after_ms` from a Retry-After header, else 0. */
struct kube_answer {
	int code;
	int http;
	const struct json *body;
	const char *reason;
	uint32_t retry_after_ms;
	const struct err *err;
};
typedef void (*kube_fn)(const struct kube_answer *answer, void *arg);

/* Sends one request. `path` begins with '/' and may have a query; `body` is
 * JSON text or NULL; both are copied. Bounded at 30 s once it is its turn.
 * Always answers through fn later, never from inside this call. 401 refreshes
 * credentials and is tried once more before it is reported. 429/503 are
 * reported with retry_after_ms, not retried here. */
struct kube_call *kube_send(struct kube *kube, enum kube_verb verb,
			    const char *path, const char *body, kube_fn fn,
			    void *arg);
/* No callback will come; the server may have acted all the same. */
void kube_cancel(struct kube_call *call);
