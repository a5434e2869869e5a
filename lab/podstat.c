/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/podstat.h"

#include <stdio.h>
#include <string.h>

#include "lab/conditions.h"
#include "lab/ref.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

static const char *now_text(char out[32])
{
	clk_format(out, clk_wall_us(), 0);
	return out;
}

static struct json *status_of(struct json *pod)
{
	return json_child_object(pod, "status");
}

static const struct json *by_name(const struct json *list, const char *name)
{
	json_each (item, list) {
		if (strcmp(or_empty(json_str(item, "name")), name) == 0)
			return item;
	}
	return NULL;
}

/* What becomes of one container; `was` may be NULL. */
typedef void (*change_fn)(const struct json *pod, const struct json *container,
			  const struct json *was, struct json *is,
			  const void *arg);

static struct json *new_entry(const struct json *container,
			      const struct json *was)
{
	struct json *entry = json_new_object();
	const struct json *last = json_get(was, "lastState");
	const char *image = or_empty(json_str(container, "image"));

	json_set_str(entry, "name", or_empty(json_str(container, "name")));
	json_child_object(entry, "state");
	json_set(entry, "lastState",
		 last == NULL ? json_new_object() : json_dup(last));
	json_set_bool(entry, "ready", false);
	json_set_int(entry, "restartCount", json_int(was, "restartCount", 0));
	json_set_str(entry, "image", image);
	json_set_str(entry, "imageID", "");
	return entry;
}

static void each(struct json *pod, const char *spec_name,
		 const char *status_name, change_fn change, const void *arg)
{
	struct json *all = json_new_array();
	const struct json *old = json_get(json_get(pod, "status"), status_name);

	json_each (container, json_get(json_get(pod, "spec"), spec_name)) {
		const struct json *was =
			by_name(old, or_empty(json_str(container, "name")));
		struct json *is = new_entry(container, was);

		change(pod, container, was, is, arg);
		json_push(all, is);
	}
	if (json_len(all) > 0)
		json_set(status_of(pod), status_name, all);
	else
		json_free(all);
}

static void each_container(struct json *pod, change_fn change, const void *arg)
{
	each(pod, "containers", "containerStatuses", change, arg);
}

static void container_id(const struct json *pod, struct json *entry)
{
	char id[400];

	snprintf(id, sizeof(id), "simulated://%.64s-%.64s-%lld", ref_uid(pod),
		 or_empty(json_str(entry, "name")),
		 (long long)json_int(entry, "restartCount", 0));
	json_set_str(entry, "containerID", id);
	json_set_str(entry, "imageID", or_empty(json_str(entry, "image")));
}

struct waiting {
	const char *reason, *message;
};

static void wait(const struct json *pod, const struct json *container,
		 const struct json *was, struct json *is, const void *arg)
{
	const struct waiting *why = arg;
	struct json *state =
		json_child_object(json_child_object(is, "state"), "waiting");

	(void)pod;
	(void)container;
	(void)was;
	json_set_str(state, "reason", why->reason);
	if (why->message != NULL)
		json_set_str(state, "message", why->message);
	json_set_bool(is, "started", false);
}

/* In the order in which a kubelet lists them. */
static void first_conditions(struct json *pod)
{
	struct json *status = status_of(pod);
	struct json *left = json_new_array();
	bool has_init = json_len(json_at(pod, "spec.initContainers")) > 0;

	json_each (item, json_get(status, "conditions")) {
		if (strcmp(or_empty(json_str(item, "type")), "PodScheduled"))
			json_push(left, json_dup(item));
	}
	json_set(status, "conditions", left);
	conditions_set(status, "PodReadyToStartContainers", false, NULL, NULL);
	conditions_set(status, "Initialized", !has_init, NULL, NULL);
	podstat_ready(pod, false);
	conditions_set(status, "PodScheduled", true, NULL, NULL);
}

void podstat_begin(struct json *pod, const char *host_ip)
{
	struct json *status = status_of(pod), *ips, *ip;
	bool has_init = json_len(json_at(pod, "spec.initContainers")) > 0;
	struct waiting why = {
		has_init ? "PodInitializing" : "ContainerCreating", NULL};
	char now[32];

	json_set_str(status, "phase", "Pending");
	json_set_str(status, "hostIP", host_ip);
	ips = json_new_array();
	ip = json_new_object();
	json_set_str(ip, "ip", host_ip);
	json_push(ips, ip);
	json_set(status, "hostIPs", ips);
	json_set_str(status, "startTime", now_text(now));
	each(pod, "initContainers", "initContainerStatuses", wait, &why);
	each_container(pod, wait, &why);
	first_conditions(pod);
}

void podstat_address(struct json *pod, const char *ip)
{
	struct json *status = status_of(pod);
	struct json *all = json_new_array(), *item = json_new_object();

	json_set_str(status, "podIP", ip);
	json_set_str(item, "ip", ip);
	json_push(all, item);
	json_set(status, "podIPs", all);
	conditions_set(status, "PodReadyToStartContainers", true, NULL, NULL);
}

static bool is_sidecar(const struct json *container)
{
	return strcmp(or_empty(json_str(container, "restartPolicy")),
		      "Always") == 0;
}

static bool is_done(const struct json *entry)
{
	return json_at(entry, "state.terminated") != NULL ||
	       json_at(entry, "state.running") != NULL;
}

const char *podstat_next_init(const struct json *pod)
{
	json_each (container, json_at(pod, "spec.initContainers")) {
		const char *name = or_empty(json_str(container, "name"));
		const struct json *entry = by_name(
			json_at(pod, "status.initContainerStatuses"), name);

		if (!is_done(entry))
			return name;
	}
	return NULL;
}

static void terminate(const struct json *pod, struct json *entry,
		      const struct json *was, const char *into, int code)
{
	struct json *state =
		json_child_object(json_child_object(entry, into), "terminated");
	const char *since = json_str(was, "state.running.startedAt");
	char now[32];

	container_id(pod, entry);
	json_set_int(state, "exitCode", code);
	json_set_str(state, "reason", code == 0 ? "Completed" : "Error");
	json_set_str(state, "startedAt", since == NULL ? now_text(now) : since);
	json_set_str(state, "finishedAt", now_text(now));
	json_set_str(state, "containerID",
		     or_empty(json_str(entry, "containerID")));
}

static void start(const struct json *pod, struct json *entry, bool is_ready)
{
	char now[32];

	json_set_str(
		json_child_object(json_child_object(entry, "state"), "running"),
		"startedAt", now_text(now));
	container_id(pod, entry);
	json_set_bool(entry, "started", true);
	json_set_bool(entry, "ready", is_ready);
}

static void copy(struct json *is, const struct json *was)
{
	json_each (member, was) {
		if (json_name(member) != NULL)
			json_set(is, json_name(member), json_dup(member));
	}
}

static void init_done(const struct json *pod, const struct json *container,
		      const struct json *was, struct json *is, const void *arg)
{
	if (strcmp(or_empty(json_str(container, "name")), arg) != 0) {
		copy(is, was);
		return;
	}
	if (is_sidecar(container)) {
		start(pod, is, true);
		return;
	}
	terminate(pod, is, was, "state", 0);
	json_set_bool(is, "ready", true);
	json_set_bool(is, "started", false);
}

void podstat_init_done(struct json *pod, const char *name)
{
	each(pod, "initContainers", "initContainerStatuses", init_done, name);
	if (podstat_next_init(pod) == NULL)
		conditions_set(status_of(pod), "Initialized", true, NULL, NULL);
	podstat_ready(pod, false);
}

static void run(const struct json *pod, const struct json *container,
		const struct json *was, struct json *is, const void *arg)
{
	bool ran_before = json_at(was, "lastState.terminated") != NULL;
	int64_t restarts = json_int(was, "restartCount", 0);

	(void)container;
	(void)arg;
	if (ran_before && restarts < INT32_MAX)
		json_set_int(is, "restartCount", restarts + 1);
	start(pod, is, false);
}

void podstat_run(struct json *pod)
{
	each_container(pod, run, NULL);
	json_set_str(status_of(pod), "phase", "Running");
}

void podstat_wait(struct json *pod, const char *reason, const char *message)
{
	struct waiting why = {reason, message};

	each_container(pod, wait, &why);
	podstat_ready(pod, false);
}

static void crash(const struct json *pod, const struct json *container,
		  const struct json *was, struct json *is, const void *arg)
{
	const char *name = or_empty(json_str(container, "name"));
	scope_free char *message = mem_printf(
		"back-off %llus restarting failed container=%s pod=%s_%s(%s)",
		*(const unsigned long long *)arg, name, ref_name(pod),
		ref_ns(pod), ref_uid(pod));
	struct waiting why = {"CrashLoopBackOff", message};

	json_set(is, "lastState", json_new_object());
	terminate(pod, is, was, "lastState", 1);
	wait(pod, container, was, is, &why);
}

void podstat_crash(struct json *pod, uint64_t back_off_s)
{
	unsigned long long seconds = back_off_s;

	each_container(pod, crash, &seconds);
	podstat_ready(pod, false);
}

static void fail(const struct json *pod, const struct json *container,
		 const struct json *was, struct json *is, const void *arg)
{
	(void)container;
	(void)arg;
	terminate(pod, is, was, "state", 1);
	json_set_bool(is, "started", false);
}

void podstat_fail(struct json *pod, const char *reason, const char *message)
{
	struct json *status = status_of(pod);

	each_container(pod, fail, NULL);
	json_set_str(status, "phase", "Failed");
	if (reason != NULL)
		json_set_str(status, "reason", reason);
	if (message != NULL)
		json_set_str(status, "message", message);
	conditions_set(status, "Ready", false, "PodFailed", NULL);
	conditions_set(status, "ContainersReady", false, "PodFailed", NULL);
}

/* Readiness. */

static void set_ready(const struct json *pod, const struct json *container,
		      const struct json *was, struct json *is, const void *arg)
{
	(void)pod;
	(void)container;
	copy(is, was);
	json_set_bool(is, "ready",
		      *(const bool *)arg &&
			      json_at(was, "state.running") != NULL);
}

static void list_names(struct buf *names, const struct json *containers)
{
	json_each (container, containers) {
		buf_printf(names, "%s%s", names->len > 0 ? " " : "",
			   or_empty(json_str(container, "name")));
	}
}

/* NULL: all gates are open. */
static char *closed_gate(const struct json *pod)
{
	json_each (gate, json_at(pod, "spec.readinessGates")) {
		const char *type = or_empty(json_str(gate, "conditionType"));
		const char *value =
			conditions_get(json_get(pod, "status"), type);

		if (value == NULL)
			return mem_printf("corresponding condition of pod "
					  "readiness gate \"%s\" does not "
					  "exist.",
					  type);
		if (strcmp(value, "True") != 0)
			return mem_printf("the status of pod readiness gate "
					  "\"%s\" is not \"True\", but %s",
					  type, value);
	}
	return NULL;
}

static void not_ready(struct json *pod)
{
	struct json *status = status_of(pod);
	scope_buf struct buf text;
	scope_free char *message = NULL;

	buf_init(&text, 0);
	list_names(&text, json_at(pod, "spec.containers"));
	message = mem_printf("containers with unready status: [%s]",
			     text.data == NULL ? "" : text.data);
	conditions_set(status, "Ready", false, "ContainersNotReady", message);
	conditions_set(status, "ContainersReady", false, "ContainersNotReady",
		       message);
}

static void not_initialized(struct json *pod)
{
	scope_buf struct buf text;
	scope_free char *message = NULL;

	buf_init(&text, 0);
	json_each (container, json_at(pod, "spec.initContainers")) {
		const char *name = or_empty(json_str(container, "name"));

		if (!is_done(by_name(
			    json_at(pod, "status.initContainerStatuses"),
			    name)))
			buf_printf(&text, "%s%s", text.len > 0 ? " " : "",
				   name);
	}
	message = mem_printf("containers with incomplete status: [%s]",
			     text.data == NULL ? "" : text.data);
	conditions_set(status_of(pod), "Initialized", false,
		       "ContainersNotInitialized", message);
}

void podstat_ready(struct json *pod, bool is_ready)
{
	struct json *status = status_of(pod);
	scope_free char *gate = NULL;

	each_container(pod, set_ready, &is_ready);
	if (podstat_next_init(pod) != NULL)
		not_initialized(pod);
	if (!is_ready) {
		not_ready(pod);
		return;
	}
	conditions_set(status, "ContainersReady", true, NULL, NULL);
	gate = closed_gate(pod);
	conditions_set(status, "Ready", gate == NULL,
		       gate == NULL ? NULL : "ReadinessGatesNotReady", gate);
}

/* Reading. */

bool podstat_is_phase(const struct json *pod, const char *phase)
{
	return strcmp(or_empty(json_str(pod, "status.phase")), phase) == 0;
}

static const struct json *first(const struct json *pod)
{
	return json_first(json_at(pod, "status.containerStatuses"));
}

int64_t podstat_restarts(const struct json *pod)
{
	return json_int(first(pod), "restartCount", 0);
}

const char *podstat_waits_for(const struct json *pod)
{
	return or_empty(json_str(first(pod), "state.waiting.reason"));
}

int64_t podstat_running_since_us(const struct json *pod)
{
	const char *text = json_str(first(pod), "state.running.startedAt");
	int64_t since_us = 0;

	if (text == NULL || clk_parse(text, &since_us) < 0)
		return 0;
	return since_us;
}
