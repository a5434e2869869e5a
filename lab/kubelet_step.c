/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/api.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/faults.h"
#include "lab/kubelet_priv.h"
#include "lab/labnode.h"
#include "lab/needs.h"
#include "lab/podstat.h"
#include "lab/ref.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define COMPONENT "kubelet"
/* A container that is to crash runs that long. */
#define CRASH_AFTER_MS 500
#define BACK_OFF_MAX_S 300
#define FAILED_MAX     100000

static void say(struct kubelet *kubelet, const struct json *pod,
		const char *type, const char *reason, const char *text)
{
	api_tell(kubelet->env->api, pod, COMPONENT, type, reason, "%s", text);
}

static const char *text_at(const struct json *object, const char *path)
{
	const char *text = json_str(object, path);

	return text == NULL ? "" : text;
}

/* Trouble is told when it begins and when it changes. */
static void complain(struct kubelet *kubelet, const struct json *pod,
		     struct kubelet_run *run, const char *reason,
		     const char *text)
{
	if (run->said != NULL && strcmp(run->said, text) == 0)
		return;
	free(run->said);
	run->said = mem_strdup(text);
	say(kubelet, pod, "Warning", reason, text);
}

static void tell_start(struct kubelet *kubelet, const struct json *pod,
		       const struct json *container)
{
	struct api *api = kubelet->env->api;
	const char *name = text_at(container, "name");

	api_tell(api, pod, COMPONENT, "Normal", "Pulled",
		 "Container image \"%s\" already present on machine",
		 text_at(container, "image"));
	api_tell(api, pod, COMPONENT, "Normal", "Created",
		 "Created container: %s", name);
	api_tell(api, pod, COMPONENT, "Normal", "Started",
		 "Started container %s", name);
}

static void tell_starts(struct kubelet *kubelet, const struct json *pod)
{
	json_each (container, json_at(pod, "spec.containers")) {
		tell_start(kubelet, pod, container);
	}
}

static uint64_t put(struct kubelet *kubelet, const struct ref *ref,
		    const struct json *pod, const struct json *old,
		    uint64_t again_ms)
{
	if (json_equal(json_get(pod, "status"), old))
		return again_ms;
	if (deed_put(kubelet->env, ref, "/status", DEED_KUBELET, pod))
		return again_ms;
	return DEED_AGAIN_MS;
}

/* Faults. */

static bool fails_now(struct kubelet *kubelet, const struct ref *ref,
		      const char *value)
{
	char *key;

	if (value == NULL)
		return false;
	key = mem_printf("%s/%s=%s", ref->ns, ref->name, value);
	if (ordered_get(&kubelet->failed, key) != NULL ||
	    kubelet->failed.n >= FAILED_MAX) {
		free(key);
		return false;
	}
	ordered_add(&kubelet->failed, key, key);
	return true;
}

static uint64_t back_off_s(const struct json *pod)
{
	int64_t restarts = podstat_restarts(pod);
	uint64_t seconds =
		restarts > 8 ? BACK_OFF_MAX_S : UINT64_C(1) << restarts;

	return seconds > BACK_OFF_MAX_S ? BACK_OFF_MAX_S : seconds;
}

static void tell_back_off(struct kubelet *kubelet, const struct json *pod)
{
	json_each (container, json_at(pod, "spec.containers")) {
		api_tell(kubelet->env->api, pod, COMPONENT, "Warning",
			 "BackOff",
			 "Back-off restarting failed container %s in pod "
			 "%s_%s(%s)",
			 text_at(container, "name"), ref_name(pod), ref_ns(pod),
			 ref_uid(pod));
	}
}

static void start_containers(struct kubelet *kubelet, struct json *pod,
			     struct kubelet_run *run)
{
	run->running_ms = clk_mono_ms();
	podstat_run(pod);
	podstat_ready(pod, false);
	tell_starts(kubelet, pod);
}

static uint64_t crash(struct kubelet *kubelet, struct json *pod,
		      struct kubelet_run *run)
{
	uint64_t wait_s = back_off_s(pod);

	if (strcmp(text_at(pod, "spec.restartPolicy"), "Never") == 0) {
		podstat_fail(pod, NULL, NULL);
		return 0;
	}
	run->crashed_ms = clk_mono_ms();
	podstat_crash(pod, wait_s);
	tell_back_off(kubelet, pod);
	return wait_s * 1000;
}

/* Restarts when it is time; else returns how long that is. */
static uint64_t await_restart(struct kubelet *kubelet, struct json *pod,
			      struct kubelet_run *run)
{
	uint64_t due = run->crashed_ms + back_off_s(pod) * 1000;
	uint64_t now = clk_mono_ms();

	if (due > now)
		return due - now;
	start_containers(kubelet, pod, run);
	return CRASH_AFTER_MS;
}

static uint64_t crash_soon(struct kubelet *kubelet, struct json *pod,
			   struct kubelet_run *run)
{
	uint64_t due = run->running_ms + CRASH_AFTER_MS, now = clk_mono_ms();

	podstat_ready(pod, false);
	return due > now ? due - now : crash(kubelet, pod, run);
}

/* Running. */

static uint64_t settle_readiness(struct json *pod,
				 const struct kubelet_run *run,
				 const struct faults *faults)
{
	uint64_t due = run->running_ms + faults->ready_delay_ms;
	uint64_t now = clk_mono_ms();

	podstat_ready(pod, !faults->is_never_ready && due <= now);
	return !faults->is_never_ready && due > now ? due - now : 0;
}

static uint64_t step_running(struct kubelet *kubelet, struct json *pod,
			     struct kubelet_run *run,
			     const struct faults *faults)
{
	if (strcmp(podstat_waits_for(pod), "CrashLoopBackOff") == 0)
		return await_restart(kubelet, pod, run);
	if (faults->is_crash_looping)
		return crash_soon(kubelet, pod, run);
	return settle_readiness(pod, run, faults);
}

/* Starting. */

static bool has_address(struct kubelet *kubelet, struct json *pod,
			struct kubelet_run *run)
{
	if (text_at(pod, "status.podIP")[0] != '\0')
		return true;
	if (json_bool(pod, "spec.hostNetwork", false)) {
		podstat_address(pod, LABNODE_ADDR);
		return true;
	}
	if (run->addr[0] == '\0' && !addrs_take(kubelet->addrs, run->addr)) {
		complain(kubelet, pod, run, "FailedCreatePodSandBox",
			 "Failed to create pod sandbox: no IP addresses "
			 "available in the range of the pods");
		return false;
	}
	podstat_address(pod, run->addr);
	return true;
}

static void run_init(struct kubelet *kubelet, struct json *pod,
		     const char *name)
{
	scope_free char *kept = mem_strdup(name);

	json_each (container, json_at(pod, "spec.initContainers")) {
		if (strcmp(text_at(container, "name"), kept) == 0)
			tell_start(kubelet, pod, container);
	}
	podstat_init_done(pod, kept);
}

static void wait_for_env(struct kubelet *kubelet, struct json *pod,
			 struct kubelet_run *run, const char *why)
{
	scope_free char *text = mem_printf("Error: %s", why);

	run->is_blocked = true;
	podstat_wait(pod, "CreateContainerConfigError", why);
	complain(kubelet, pod, run, "Failed", text);
}

static uint64_t start_main(struct kubelet *kubelet, struct json *pod,
			   struct kubelet_run *run, const struct faults *faults)
{
	scope_free char *why = needs_env(kubelet->env->objects, pod);

	if (why != NULL) {
		wait_for_env(kubelet, pod, run, why);
		return 0;
	}
	start_containers(kubelet, pod, run);
	if (faults->is_crash_looping)
		return CRASH_AFTER_MS;
	return settle_readiness(pod, run, faults);
}

static uint64_t step_pending(struct kubelet *kubelet, struct json *pod,
			     struct kubelet_run *run,
			     const struct faults *faults)
{
	scope_free char *why = NULL;
	const char *init;

	run->is_blocked = false;
	if (text_at(pod, "status.startTime")[0] == '\0') {
		podstat_begin(pod, LABNODE_ADDR);
		return 0;
	}
	why = needs_mount(kubelet->env->objects, pod);
	if (why != NULL) {
		run->is_blocked = true;
		complain(kubelet, pod, run, "FailedMount", why);
		return 0;
	}
	if (!has_address(kubelet, pod, run))
		return DEED_AGAIN_MS;
	init = podstat_next_init(pod);
	if (init == NULL)
		return start_main(kubelet, pod, run, faults);
	run_init(kubelet, pod, init);
	return 0;
}

uint64_t kubelet_step(struct kubelet *kubelet, const struct ref *ref,
		      struct json *pod, struct kubelet_run *run)
{
	scope_json struct json *old = json_dup(json_get(pod, "status"));
	struct faults faults;
	uint64_t again = 0;

	faults_read(pod, kubelet->config.ready_delay_ms, &faults);
	if (text_at(pod, "status.startTime")[0] != '\0' &&
	    fails_now(kubelet, ref, faults.fail_once))
		podstat_fail(pod, NULL, NULL);
	else if (podstat_is_phase(pod, "Running"))
		again = step_running(kubelet, pod, run, &faults);
	else
		again = step_pending(kubelet, pod, run, &faults);
	return put(kubelet, ref, pod, old, again);
}

/* Stopping. */

static void tell_stop(struct kubelet *kubelet, const struct json *pod)
{
	json_each (entry, json_at(pod, "status.containerStatuses")) {
		if (json_at(entry, "state.running") != NULL)
			api_tell(kubelet->env->api, pod, COMPONENT, "Normal",
				 "Killing", "Stopping container %s",
				 text_at(entry, "name"));
	}
}

uint64_t kubelet_stop(struct kubelet *kubelet, const struct ref *ref,
		      const struct json *pod, struct kubelet_run *run)
{
	int64_t grace_s =
		json_int(pod, "metadata.deletionGracePeriodSeconds", 0);
	uint64_t now = clk_mono_ms(), limit;
	struct faults faults;

	if (run->stopping_ms == 0) {
		run->stopping_ms = now == 0 ? 1 : now;
		tell_stop(kubelet, pod);
	}
	if (grace_s <= 0)
		return 0;
	faults_read(pod, 0, &faults);
	limit = (uint64_t)grace_s * 1000;
	if (faults.stop_delay_ms < limit)
		limit = faults.stop_delay_ms;
	if (now - run->stopping_ms < limit)
		return limit - (now - run->stopping_ms);
	return deed_delete(kubelet->env, ref, ref_uid(pod), NULL, 0)
		       ? 0
		       : DEED_AGAIN_MS;
}
