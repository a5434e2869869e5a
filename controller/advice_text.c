/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read out of whole objects for people: why a pod is not ready, and
 * in what two templates differ.
 */
#include <string.h>

#include "controller/advice.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum { MAX_CHANGES = 12, MAX_WHY = 256, MAX_DEPTH = 32 };

/* "container main: CrashLoopBackOff: back-off 10s"; the longest part is cut,
 * as it is others' text. */
static char *tell_state(const struct json *status, const struct json *state)
{
	const char *name = json_str(status, "name");
	const char *reason = json_str(state, "reason");
	const char *message = json_str(state, "message");

	return mem_printf("container %s: %s%s%.*s", name ? name : "",
			  reason ? reason : "not ready", message ? ": " : "",
			  MAX_WHY, message ? message : "");
}

static char *why_container(const struct json *statuses)
{
	json_each (status, statuses) {
		const struct json *waiting = json_at(status, "state.waiting");
		const struct json *ended = json_at(status, "state.terminated");

		if (waiting != NULL && json_str(waiting, "reason") != NULL)
			return tell_state(status, waiting);
		if (ended != NULL && json_int(ended, "exitCode", 0) != 0)
			return tell_state(status, ended);
	}
	return NULL;
}

static char *why_condition(const struct json *conditions, const char *type)
{
	json_each (condition, conditions) {
		const char *is = json_str(condition, "type");
		const char *value = json_str(condition, "status");
		const char *message = json_str(condition, "message");

		if (is != NULL && strcmp(is, type) == 0 && value != NULL &&
		    strcmp(value, "True") != 0 && message != NULL &&
		    *message != '\0')
			return mem_printf("%.*s", MAX_WHY, message);
	}
	return NULL;
}

char *advice_why(const struct json *pod)
{
	const struct json *status = json_get(pod, "status");
	const struct json *conditions = json_get(status, "conditions");
	char *why = why_container(json_get(status, "initContainerStatuses"));

	if (why == NULL)
		why = why_container(json_get(status, "containerStatuses"));
	if (why == NULL)
		why = why_condition(conditions, "PodScheduled");
	if (why == NULL)
		why = why_condition(conditions, "Ready");
	return why;
}

struct diff {
	struct buf out;
	size_t n;
};

static void differ(struct diff *d, const char *path)
{
	if (d->n++ >= MAX_CHANGES)
		return;
	if (d->n > 1)
		buf_puts(&d->out, ", ");
	buf_puts(&d->out, path);
}

static void compare(struct diff *d, const struct json *was,
		    const struct json *is, const char *path, int depth);

static void compare_members(struct diff *d, const struct json *was,
			    const struct json *is, const char *path, int depth)
{
	json_each (child, is) {
		scope_free char *at = mem_printf(
			"%s%s%s", path, *path ? "." : "", json_name(child));

		compare(d, json_get(was, json_name(child)), child, at, depth);
	}
	json_each (child, was) {
		scope_free char *at = mem_printf(
			"%s%s%s", path, *path ? "." : "", json_name(child));

		if (json_get(is, json_name(child)) == NULL)
			differ(d, at);
	}
}

static const struct json *named(const struct json *list, const char *name)
{
	json_each (item, list) {
		const char *its = json_str(item, "name");

		if (its != NULL && strcmp(its, name) == 0)
			return item;
	}
	return NULL;
}

static bool all_named(const struct json *list)
{
	json_each (item, list)
		if (json_str(item, "name") == NULL)
			return false;
	return true;
}

/* By name where all items have one; else as a whole. */
static void compare_items(struct diff *d, const struct json *was,
			  const struct json *is, const char *path, int depth)
{
	if (!all_named(was) || !all_named(is)) {
		differ(d, path);
		return;
	}
	json_each (item, is) {
		const char *name = json_str(item, "name");
		scope_free char *at = mem_printf("%s[%s]", path, name);

		compare(d, named(was, name), item, at, depth);
	}
	json_each (item, was) {
		const char *name = json_str(item, "name");
		scope_free char *at = mem_printf("%s[%s]", path, name);

		if (named(is, name) == NULL)
			differ(d, at);
	}
}

static void compare(struct diff *d, const struct json *was,
		    const struct json *is, const char *path, int depth)
{
	enum json_type type = json_type(is);

	if (was != NULL && json_equal(was, is))
		return;
	if (was == NULL || json_type(was) != type || depth > MAX_DEPTH)
		differ(d, path);
	else if (type == JSON_OBJECT)
		compare_members(d, was, is, path, depth + 1);
	else if (type == JSON_ARRAY)
		compare_items(d, was, is, path, depth + 1);
	else
		differ(d, path);
}

char *advice_changes(const struct json *was, const struct json *is)
{
	struct diff d = {0};

	buf_init(&d.out, 0);
	compare(&d, was, is, "", 0);
	if (d.n == 0) {
		buf_fini(&d.out);
		return NULL;
	}
	if (d.n > MAX_CHANGES)
		buf_printf(&d.out, " and %zu more", d.n - MAX_CHANGES);
	return buf_steal(&d.out);
}
