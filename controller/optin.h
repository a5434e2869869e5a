/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * optin - what a set's annotations of statefuld.dev/ ask for. Without them a
 * set is treated as kube-controller-manager would.
 *
 * Threads: any; pure. Memory: texts are borrowed from the JSON tree.
 */
#include <stdbool.h>
#include <stdint.h>

struct json;

enum {
	OPTIN_MAX_DRAIN_MS = 600 * 1000,
	OPTIN_DEADLINE_S = 600, /* as Deployments have it */
};

struct optin {
	/* "rollout: recover": a pod of an update that was overtaken does not
	 * hold up the next one (SS-143). */
	bool recover;
	/* "dns-drain: 5s": from the record's withdrawal to the delete. */
	uint32_t drain_ms;
	/* "conditions: enabled", "progress-deadline: 10m". */
	bool conditions;
	uint32_t deadline_s;
	/* "claim-resize: data=20Gi,logs=5Gi"; NULL: not wanted. */
	const char *resize;
};

void optin_read(struct optin *ret_optin, const struct json *annotations);
/* Calls fn with what is wrong and what would be right; the text is the
 * callee's to free. */
void optin_faults(const struct json *annotations,
		  void (*fn)(char *take_text, void *arg), void *arg);

/* The size wanted for claims of that template, in bytes, and as it is written
 * (up to the next comma, `ret_len` long); 0: none. */
double optin_size(const struct optin *optin, const char *vct,
		  const char **ret_text, int *ret_len);
