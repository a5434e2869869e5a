/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of pods: the STATUS that people read is made of phase, conditions and
 * container states. */
#include <inttypes.h>
#include <string.h>

#include "lab/age.h"
#include "lab/cells.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct tally {
	int64_t restarts;
	int64_t last_us; /* when a container last ended; 0: never */
	const char *last;
};

struct view {
	const struct json *pod;
	struct buf reason;
	size_t ready, containers;
	struct tally tally;
};

static bool is(const char *text, const char *wanted)
{
	return text != NULL && strcmp(text, wanted) == 0;
}

static const char *or_none(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : NULL;
}

static void say(struct view *view, const char *prefix, const char *reason)
{
	buf_clear(&view->reason);
	buf_printf(&view->reason, "%s%s", prefix, reason);
}

static void say_end(struct view *view, const char *prefix,
		    const struct json *ended)
{
	const char *reason = or_none(json_str(ended, "reason"));
	int64_t signal = json_int(ended, "signal", 0);

	buf_clear(&view->reason);
	buf_puts(&view->reason, prefix);
	if (reason != NULL)
		buf_puts(&view->reason, reason);
	else if (signal != 0)
		buf_printf(&view->reason, "Signal:%" PRId64, signal);
	else
		buf_printf(&view->reason, "ExitCode:%" PRId64,
			   json_int(ended, "exitCode", 0));
}

static const struct json *condition(const struct json *pod, const char *type)
{
	json_each (c, json_at(pod, "status.conditions")) {
		if (is(json_str(c, "type"), type))
			return c;
	}
	return NULL;
}

static bool holds(const struct json *pod, const char *type)
{
	return is(json_str(condition(pod, type), "status"), "True");
}

static void count(struct tally *tally, const struct json *status)
{
	const char *end = json_str(status, "lastState.terminated.finishedAt");
	int64_t end_us;

	tally->restarts += json_int(status, "restartCount", 0);
	if (end == NULL || clk_parse(end, &end_us) < 0)
		return;
	if (tally->last == NULL || end_us > tally->last_us) {
		tally->last_us = end_us;
		tally->last = end;
	}
}

/* Init containers that are restarted run beside the others ("sidecars"). */
static bool is_sidecar(const struct json *pod, const char *name)
{
	json_each (c, json_at(pod, "spec.initContainers")) {
		if (name != NULL && is(json_str(c, "name"), name))
			return is(json_str(c, "restartPolicy"), "Always");
	}
	return false;
}

/* What one init container says about the pod. False: it is done, or runs
 * beside the others. */
static bool init_blocks(struct view *view, const struct json *status,
			size_t index)
{
	const struct json *ended = json_at(status, "state.terminated");
	const char *waits = or_none(json_str(status, "state.waiting.reason"));

	if (ended != NULL && json_int(ended, "exitCode", 0) == 0)
		return false;
	if (is_sidecar(view->pod, json_str(status, "name")) &&
	    json_bool(status, "started", false)) {
		view->ready += json_bool(status, "ready", false);
		return false;
	}
	if (ended != NULL) {
		say_end(view, "Init:", ended);
	} else if (waits != NULL && strcmp(waits, "PodInitializing") != 0) {
		say(view, "Init:", waits);
	} else {
		buf_clear(&view->reason);
		buf_printf(&view->reason, "Init:%zu/%zu", index,
			   json_len(json_at(view->pod, "spec.initContainers")));
	}
	return true;
}

/* Restarts of init containers count only as long as they are at work, those
 * of sidecars always. True: they are. */
static bool view_init(struct view *view, struct tally *sidecars)
{
	size_t i = 0;

	json_each (status, json_at(view->pod, "status.initContainerStatuses")) {
		count(&view->tally, status);
		if (is_sidecar(view->pod, json_str(status, "name")))
			count(sidecars, status);
		if (init_blocks(view, status, i++))
			return true;
	}
	return false;
}

/* Whether the container runs and is ready. */
static bool view_container(struct view *view, const struct json *status)
{
	const struct json *ended = json_at(status, "state.terminated");
	const char *waits = or_none(json_str(status, "state.waiting.reason"));

	count(&view->tally, status);
	if (waits != NULL)
		say(view, "", waits);
	else if (ended != NULL)
		say_end(view, "", ended);
	else if (json_bool(status, "ready", false) &&
		 json_at(status, "state.running") != NULL)
		return true;
	return false;
}

/* The first container's state is the one that is told, so the walk ends
 * there. */
static void view_containers(struct view *view)
{
	const struct json *list =
		json_at(view->pod, "status.containerStatuses");
	size_t n = json_len(list), i = n;
	size_t running = 0;

	if (n == 0)
		return;
	scope_free const struct json **items = mem_calloc(n, sizeof(*items));
	json_each (status, list)
		items[--i] = status;
	for (i = 0; i < n; i++)
		running += view_container(view, items[i]);
	view->ready += running;
	if (is(view->reason.data, "Completed") && running > 0)
		say(view, "",
		    holds(view->pod, "Ready") ? "Running" : "NotReady");
}

static void view_deletion(struct view *view)
{
	const char *phase = json_str(view->pod, "status.phase");

	if (json_at(view->pod, "metadata.deletionTimestamp") == NULL)
		return;
	if (is(json_str(view->pod, "status.reason"), "NodeLost"))
		say(view, "", "Unknown");
	else if (!is(phase, "Succeeded") && !is(phase, "Failed"))
		say(view, "", "Terminating");
}

static void view_pod(struct view *view)
{
	const char *phase = json_str(view->pod, "status.phase");
	const char *reason = or_none(json_str(view->pod, "status.reason"));
	const char *gated =
		json_str(condition(view->pod, "PodScheduled"), "reason");
	struct tally sidecars = {0};

	say(view, "", reason != NULL ? reason : phase != NULL ? phase : "");
	if (is(gated, "SchedulingGated"))
		say(view, "", gated);
	view->containers = json_len(json_at(view->pod, "spec.containers"));
	json_each (c, json_at(view->pod, "spec.initContainers"))
		view->containers += is(json_str(c, "restartPolicy"), "Always");
	if (!view_init(view, &sidecars) || holds(view->pod, "Initialized")) {
		view->tally = sidecars;
		view_containers(view);
	}
	view_deletion(view);
}

static void add_restarts(struct json *cells, const struct tally *tally,
			 int64_t now_s)
{
	char age[AGE_MAX];
	scope_buf struct buf text;

	buf_init(&text, 0);
	buf_printf(&text, "%" PRId64, tally->restarts);
	if (tally->restarts != 0 && tally->last != NULL)
		buf_printf(&text, " (%s ago)",
			   age_since(tally->last, now_s, age));
	cells_add(cells, text.data);
}

static void add_gates(struct json *cells, const struct json *pod)
{
	const struct json *gates = json_at(pod, "spec.readinessGates");
	size_t met = 0;

	if (json_len(gates) == 0) {
		cells_add(cells, "<none>");
		return;
	}
	json_each (gate, gates) {
		const char *type = json_str(gate, "conditionType");

		met += type != NULL && holds(pod, type);
	}
	scope_free char *text = mem_printf("%zu/%zu", met, json_len(gates));
	cells_add(cells, text);
}

static const char *address(const struct json *pod)
{
	const struct json *first = json_first(json_at(pod, "status.podIPs"));

	return first != NULL ? json_str(first, "ip")
			     : json_str(pod, "status.podIP");
}

void cells_pod(struct json *cells, const struct json *object, int64_t now_s)
{
	struct view view = {.pod = object};

	buf_init(&view.reason, 0);
	view_pod(&view);
	scope_free char *ready =
		mem_printf("%zu/%zu", view.ready, view.containers);
	cells_add_name(cells, object);
	cells_add(cells, ready);
	cells_add(cells, view.reason.data);
	add_restarts(cells, &view.tally, now_s);
	cells_add_age(cells, object, now_s);
	cells_add_or(cells, address(object), "<none>");
	cells_add_or(cells, json_str(object, "spec.nodeName"), "<none>");
	cells_add_or(cells, json_str(object, "status.nominatedNodeName"),
		     "<none>");
	add_gates(cells, object);
	buf_fini(&view.reason);
}
