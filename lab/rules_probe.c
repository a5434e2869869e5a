/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const handlers[] = {
	"exec", "httpGet", "tcpSocket", "grpc", "sleep",
};

static void check_port(struct check *check, const struct json *action)
{
	const struct json *port = json_get(action, "port");
	const char *name = json_value_str(port);
	struct names_faults faults = {0};

	if (name != NULL) {
		names_port(name, &faults);
		check_faults(check, "port", name, &faults);
	} else if (json_value_int(port, 0) < 1 ||
		   json_value_int(port, 0) > 65535) {
		scope_json struct json *zero = json_new_int(0);

		check_invalid(check, "port", port != NULL ? port : zero,
			      CHECK_PORT);
	}
}

static void check_action(struct check *check, const char *name,
			 const struct json *action)
{
	size_t mark = check_enter(check, name);

	if (strcmp(name, "exec") == 0 &&
	    json_first(json_get(action, "command")) == NULL)
		check_required(check, "command", "");
	if (strcmp(name, "httpGet") == 0) {
		if (*check_text(action, "path") == '\0')
			check_required(check, "path", "");
		check_port(check, action);
		check_option(check, action, "scheme", NAMES("HTTP", "HTTPS"));
	}
	if (strcmp(name, "tcpSocket") == 0 || strcmp(name, "grpc") == 0)
		check_port(check, action);
	check_leave(check, mark);
}

static void check_handler(struct check *check, const struct json *handler)
{
	size_t n = 0;

	for (size_t i = 0; i < st_array_len(handlers); i++) {
		const struct json *action = json_get(handler, handlers[i]);

		if (json_type(action) != JSON_OBJECT)
			continue;
		if (n++ == 0)
			check_action(check, handlers[i], action);
		else
			check_forbidden(check, handlers[i],
					"may not specify more than 1 handler "
					"type");
	}
	if (n == 0)
		check_required(check, NULL, "must specify a handler type");
}

static void check_probe(struct check *check, const struct json *container,
			const char *name, bool success_is_one)
{
	static const char *const counts[] = {
		"initialDelaySeconds", "timeoutSeconds",   "periodSeconds",
		"successThreshold",    "failureThreshold",
	};
	const struct json *probe = json_get(container, name);
	const struct json *threshold = json_get(probe, "successThreshold");
	size_t mark = check_enter(check, name);

	if (json_type(probe) == JSON_OBJECT) {
		check_handler(check, probe);
		for (size_t i = 0; i < st_array_len(counts); i++)
			check_not_negative(check, probe, counts[i]);
		if (success_is_one && json_value_int(threshold, 1) != 1)
			check_invalid(check, "successThreshold", threshold,
				      "must be 1");
	}
	check_leave(check, mark);
}

static void check_lifecycle(struct check *check, const struct json *container)
{
	static const char *const hooks[] = {"postStart", "preStop"};
	const struct json *lifecycle = json_get(container, "lifecycle");
	size_t mark = check_enter(check, "lifecycle");

	for (size_t i = 0; i < st_array_len(hooks); i++) {
		const struct json *hook = json_get(lifecycle, hooks[i]);
		size_t here = check_enter(check, hooks[i]);

		if (json_type(hook) == JSON_OBJECT)
			check_handler(check, hook);
		check_leave(check, here);
	}
	check_leave(check, mark);
}

/* An init container runs to its end, unless it restarts always. */
static void check_init_container(struct check *check,
				 const struct json *container)
{
	static const char *const members[] = {
		"lifecycle",
		"livenessProbe",
		"readinessProbe",
		"startupProbe",
	};

	for (size_t i = 0; i < st_array_len(members); i++) {
		if (json_type(json_get(container, members[i])) == JSON_OBJECT)
			check_forbidden(check, members[i],
					"may not be set for init containers "
					"without restartPolicy=Always");
	}
}

void rules_probe_container(struct check *check, const struct json *container,
			   bool is_init)
{
	bool restarts =
		strcmp(check_text(container, "restartPolicy"), "Always") == 0;

	if (is_init && !restarts)
		return check_init_container(check, container);
	check_lifecycle(check, container);
	check_probe(check, container, "livenessProbe", true);
	check_probe(check, container, "readinessProbe", false);
	check_probe(check, container, "startupProbe", true);
}
