/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubelet_priv - the kubelet and the pods that it runs, between its parts.
 *
 * Threads: the loop thread. Memory: see each.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lab/addrs.h"
#include "lab/kubelet.h"
#include "lab/ordered.h"

struct chores;
struct json;
struct ref;

/* What is known of a pod besides what the API has. */
struct kubelet_run {
	char *key;
	char *uid;
	char addr[ADDRS_TEXT]; /* "": none of ours */
	uint64_t running_ms;   /* monotonic; when its containers started */
	uint64_t crashed_ms;
	uint64_t stopping_ms; /* 0: not asked to */
	bool is_blocked;      /* by something that another object has */
	char *said;	      /* the trouble that was told last */
};

struct kubelet {
	const struct env *env;
	struct kubelet_config config;
	struct addrs *addrs;
	struct chores *chores;
	struct ordered runs;
	struct ordered failed; /* "NAMESPACE/NAME=VALUE" of fail-once */
};

/* The next step of a living pod; returns when to come back, 0: not by
 * itself. */
uint64_t kubelet_step(struct kubelet *kubelet, const struct ref *ref,
		      struct json *pod, struct kubelet_run *run);
/* The same for one that is being deleted. */
uint64_t kubelet_stop(struct kubelet *kubelet, const struct ref *ref,
		      const struct json *pod, struct kubelet_run *run);
