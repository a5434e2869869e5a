/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"
#include "statefuld/mem.h"

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What the containers of one pod share. */
struct lists {
	const struct json *volumes;
	struct json *names; /* of all containers so far */
	struct json *host_ports;
	bool on_host;
	bool is_init;
};

static void check_port(struct check *check, const struct json *port, void *arg)
{
	struct json *names = arg;
	const char *name = check_text(port, "name");
	const struct json *number = json_get(port, "containerPort");

	if (*name != '\0') {
		struct names_faults faults = {0};

		names_port(name, &faults);
		check_faults(check, "name", name, &faults);
		if (faults.n == 0 && json_get(names, name) != NULL)
			check_duplicate(check, "name", json_get(port, "name"));
		json_set_bool(names, name, true);
	}
	if (json_value_int(number, 0) == 0)
		check_required(check, "containerPort", "");
	else if (json_value_int(number, 0) < 1 ||
		 json_value_int(number, 0) > 65535)
		check_invalid(check, "containerPort", number, CHECK_PORT);
	if (json_int(port, "hostPort", 0) != 0)
		check_range(check, port, "hostPort", 1, 65535);
	check_choice(check, port, "protocol", NAMES("SCTP", "TCP", "UDP"));
}

/* Of the host there is one: its ports are for one container each. */
static void check_host_port(struct check *check, const struct json *port,
			    void *arg)
{
	struct lists *lists = arg;
	const struct json *inner = json_get(port, "containerPort");
	int64_t number = json_int(port, "hostPort", 0);

	if (number == 0)
		return;
	if (lists->on_host && number != json_value_int(inner, 0))
		check_invalid(check, "containerPort", inner,
			      "must match `hostPort` when `hostNetwork` is "
			      "true");
	scope_free char *key =
		mem_printf("%s/%s/%lld", check_text(port, "protocol"),
			   check_text(port, "hostIP"), (long long)number);
	if (json_get(lists->host_ports, key) != NULL) {
		scope_json struct json *value = json_new_str(key);

		check_duplicate(check, "hostPort", value);
	}
	json_set_bool(lists->host_ports, key, true);
}

static void check_ports(struct check *check, const struct json *container,
			struct lists *lists)
{
	scope_json struct json *names = json_new_object();

	check_each(check, container, "ports", check_port, names);
	if (!lists->is_init)
		check_each(check, container, "ports", check_host_port, lists);
}

static const char *const pod_fields[] = {
	"metadata.annotations",
	"metadata.labels",
	"metadata.name",
	"metadata.namespace",
	"metadata.uid",
	"spec.nodeName",
	"spec.serviceAccountName",
	"status.hostIP",
	"status.hostIPs",
	"status.podIP",
	"status.podIPs",
	NULL,
};

static bool is_keyed_field(const char *path)
{
	return strncmp(path, "metadata.annotations['", 22) == 0 ||
	       strncmp(path, "metadata.labels['", 17) == 0;
}

/* "metadata.labels" as a whole is for volumes only. */
static void check_field_ref(struct check *check, const struct json *from)
{
	const struct json *ref = json_get(from, "fieldRef");
	const char *path = check_text(ref, "fieldPath");
	size_t mark = check_enter(check, "fieldRef");

	if (*check_text(ref, "apiVersion") == '\0')
		check_required(check, "apiVersion", "");
	if (*path == '\0')
		check_required(check, "fieldPath", "");
	else if (is_keyed_field(path))
		;
	else if (!check_is_one_of(path, pod_fields))
		check_invalid(check, "fieldPath", json_get(ref, "fieldPath"),
			      "error converting fieldPath: field label not "
			      "supported: %s",
			      path);
	else if (!check_is_one_of(path, pod_fields + 2))
		check_unsupported(check, "fieldPath",
				  json_get(ref, "fieldPath"), pod_fields + 2);
	check_leave(check, mark);
}

static void check_key_ref(struct check *check, const struct json *from,
			  const char *name)
{
	const struct json *ref = json_get(from, name);
	size_t mark = check_enter(check, name);
	struct names_faults faults = {0};

	names_subdomain(check_text(ref, "name"), &faults);
	check_faults(check, "name", check_text(ref, "name"), &faults);
	if (*check_text(ref, "key") == '\0')
		check_required(check, "key", "");
	check_name(check, ref, "key", names_data_key);
	check_leave(check, mark);
}

static const char *const pod_resources[] = {
	"limits.cpu",	"limits.ephemeral-storage",   "limits.memory",
	"requests.cpu", "requests.ephemeral-storage", "requests.memory",
	NULL,
};

static void check_resource_ref(struct check *check, const struct json *from)
{
	const struct json *ref = json_get(from, "resourceFieldRef");
	size_t mark = check_enter(check, "resourceFieldRef");

	if (*check_text(ref, "resource") == '\0')
		check_required(check, "resource", "");
	else if (strstr(check_text(ref, "resource"), ".hugepages-") == NULL)
		check_option(check, ref, "resource", pod_resources);
	check_leave(check, mark);
}

static void check_value_from(struct check *check, const struct json *variable)
{
	const struct json *from = json_get(variable, "valueFrom");
	size_t mark = check_enter(check, "valueFrom"), n = 0;

	json_each (member, from)
		n += json_type(member) == JSON_OBJECT;
	if (json_get(from, "fieldRef") != NULL)
		check_field_ref(check, from);
	if (json_get(from, "resourceFieldRef") != NULL)
		check_resource_ref(check, from);
	if (json_get(from, "configMapKeyRef") != NULL)
		check_key_ref(check, from, "configMapKeyRef");
	if (json_get(from, "secretKeyRef") != NULL)
		check_key_ref(check, from, "secretKeyRef");
	if (n == 0)
		check_invalid_str(check, NULL, "",
				  "must specify one of: `fieldRef`, "
				  "`resourceFieldRef`, `configMapKeyRef` or "
				  "`secretKeyRef`");
	else if (*check_text(variable, "value") != '\0')
		check_invalid_str(check, NULL, "",
				  "may not be specified when `value` is not "
				  "empty");
	else if (n > 1)
		check_invalid_str(check, NULL, "",
				  "may not have more than one field specified "
				  "at a time");
	check_leave(check, mark);
}

static void check_variable(struct check *check, const struct json *variable,
			   void *arg)
{
	(void)arg;
	if (*check_text(variable, "name") == '\0')
		check_required(check, "name", "");
	check_name(check, variable, "name", names_variable);
	if (json_type(json_get(variable, "valueFrom")) == JSON_OBJECT)
		check_value_from(check, variable);
}

/* Upstream tells these at the list, not at its element. */
static void check_env_sources(struct check *check, const struct json *container)
{
	json_each (from, json_get(container, "envFrom")) {
		bool config = json_type(json_get(from, "configMapRef")) ==
			      JSON_OBJECT;
		bool secret =
			json_type(json_get(from, "secretRef")) == JSON_OBJECT;

		if (!config && !secret)
			check_invalid_str(check, "envFrom", "",
					  "must specify one of: "
					  "`configMapRef` or `secretRef`");
		else if (config && secret)
			check_invalid_str(check, "envFrom", "",
					  "may not have more than one field "
					  "specified at a time");
	}
}

static void check_env_from(struct check *check, const struct json *from,
			   void *arg)
{
	static const char *const sources[] = {"configMapRef", "secretRef"};

	(void)arg;
	check_name(check, from, "prefix", names_variable);
	for (size_t i = 0; i < st_array_len(sources); i++) {
		const struct json *ref = json_get(from, sources[i]);
		size_t mark = check_enter(check, sources[i]);

		if (json_type(ref) == JSON_OBJECT) {
			if (*check_text(ref, "name") == '\0')
				check_required(check, "name", "");
			check_name(check, ref, "name", names_subdomain);
		}
		check_leave(check, mark);
	}
}

struct mounts {
	const struct json *volumes;
	struct json *paths;
};

static void check_mount(struct check *check, const struct json *mount,
			void *arg)
{
	struct mounts *mounts = arg;
	const char *name = check_text(mount, "name");
	const char *path = check_text(mount, "mountPath");

	if (*name == '\0')
		check_required(check, "name", "");
	if (json_get(mounts->volumes, name) == NULL) {
		scope_json struct json *text = json_new_str(name);

		check_not_found(check, "name", text);
	}
	if (*path == '\0')
		check_required(check, "mountPath", "");
	if (json_get(mounts->paths, path) != NULL)
		check_invalid_str(check, "mountPath", path, "must be unique");
	json_set_bool(mounts->paths, path, true);
	if (*check_text(mount, "subPath") != '\0' &&
	    *check_text(mount, "subPathExpr") != '\0')
		check_invalid(check, "subPathExpr",
			      json_get(mount, "subPathExpr"),
			      "subPathExpr and subPath are mutually "
			      "exclusive");
	check_option(check, mount, "mountPropagation",
		     NAMES("Bidirectional", "HostToContainer", "None"));
}

static void check_mounts(struct check *check, const struct json *container,
			 const struct json *volumes)
{
	scope_json struct json *paths = json_new_object();
	struct mounts mounts = {.volumes = volumes, .paths = paths};

	check_each(check, container, "volumeMounts", check_mount, &mounts);
	/* Upstream tells these at the list, not at its element. */
	size_t mark = check_enter(check, "volumeMounts");
	json_each (mount, json_get(container, "volumeMounts")) {
		rules_volume_path(check, mount, "subPath");
		rules_volume_path(check, mount, "subPathExpr");
	}
	check_leave(check, mark);
}

static void check_security(struct check *check, const struct json *container)
{
	const struct json *context = json_get(container, "securityContext");
	size_t mark = check_enter(check, "securityContext");

	check_range(check, context, "runAsUser", 0, INT32_MAX);
	check_range(check, context, "runAsGroup", 0, INT32_MAX);
	if (json_bool(context, "privileged", false) &&
	    !json_bool(context, "allowPrivilegeEscalation", true))
		check_invalid(check, NULL, context,
			      "cannot set `allowPrivilegeEscalation` to false "
			      "and `privileged` to true");
	check_leave(check, mark);
}

static void check_identity(struct check *check, const struct json *container,
			   struct json *names)
{
	const char *name = check_text(container, "name");
	const char *image = check_text(container, "image");

	if (*name == '\0')
		check_required(check, "name", "");
	else if (json_get(names, name) != NULL)
		check_duplicate(check, "name", json_get(container, "name"));
	check_name(check, container, "name", names_label);
	json_set_bool(names, name, true);
	if (*image == '\0')
		check_required(check, "image", "");
	else if (strchr(" \t\r\n", *image) != NULL ||
		 strchr(" \t\r\n", image[strlen(image) - 1]) != NULL)
		check_invalid_str(check, "image", image,
				  "must not have leading or trailing "
				  "whitespace");
}

static void check_message_policy(struct check *check,
				 const struct json *container)
{
	static const char name[] = "terminationMessagePolicy";
	const char *policy = check_text(container, name);

	if (*policy == '\0')
		check_required(check, name, "");
	else if (!check_is_one_of(policy,
				  NAMES("File", "FallbackToLogsOnError")))
		check_invalid_str(check, name, policy,
				  "must be 'File' or 'FallbackToLogsOnError'");
}

static void check_container(struct check *check, const struct json *container,
			    void *arg)
{
	struct lists *lists = arg;

	check_identity(check, container, lists->names);
	check_message_policy(check, container);
	check_ports(check, container, lists);
	check_each(check, container, "env", check_variable, NULL);
	check_each(check, container, "envFrom", check_env_from, NULL);
	check_env_sources(check, container);
	check_mounts(check, container, lists->volumes);
	check_choice(check, container, "imagePullPolicy",
		     NAMES("Always", "IfNotPresent", "Never"));
	rules_resources_check(check, container, "resources");
	check_security(check, container);
	if (lists->is_init)
		check_option(check, container, "restartPolicy",
			     NAMES("Always", "Never", "OnFailure"));
	rules_probe_container(check, container, lists->is_init);
}

void rules_container_lists(struct check *check, const struct json *spec,
			   const struct json *volumes)
{
	scope_json struct json *names = json_new_object();
	scope_json struct json *host_ports = json_new_object();
	struct lists lists = {
		.volumes = volumes,
		.names = names,
		.host_ports = host_ports,
		.on_host = json_bool(spec, "hostNetwork", false),
	};

	if (json_first(json_get(spec, "containers")) == NULL)
		check_required(check, "containers", "");
	check_each(check, spec, "containers", check_container, &lists);
	lists.is_init = true;
	check_each(check, spec, "initContainers", check_container, &lists);
}
