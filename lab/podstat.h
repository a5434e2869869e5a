/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * podstat - the status of a simulated pod, step by step: what a kubelet would
 * write at each.
 *
 * Threads: any. Memory: the pod's "status" is changed in place.
 */
#include <stdbool.h>
#include <stdint.h>

struct json;

/* Taken on by the node: containers are being created. */
void podstat_begin(struct json *pod, const char *host_ip);
/* The sandbox has an address. */
void podstat_address(struct json *pod, const char *ip);
/* The name of the init container that comes next; NULL: all have run. */
const char *podstat_next_init(const struct json *pod);
/* It has run to its end, or runs on beside the others (restartPolicy
 * Always). */
void podstat_init_done(struct json *pod, const char *name);
/* All containers run; those that ran before count a restart. */
void podstat_run(struct json *pod);
/* Containers wait for something: "CreateContainerConfigError"... */
void podstat_wait(struct json *pod, const char *reason, const char *message);
/* Containers have exited with 1 and are started again after a while. */
void podstat_crash(struct json *pod, uint64_t back_off_s);
/* The pod is over. */
void podstat_fail(struct json *pod, const char *reason, const char *message);
/* Containers are ready or not; the pod is if its gates are open, too. */
void podstat_ready(struct json *pod, bool is_ready);

bool podstat_is_phase(const struct json *pod, const char *phase);
/* The first container's restartCount. */
int64_t podstat_restarts(const struct json *pod);
/* The reason that the first container waits for, or "". */
const char *podstat_waits_for(const struct json *pod);
/* When the first container was started, in wall microseconds; 0: it does not
 * run. */
int64_t podstat_running_since_us(const struct json *pod);
