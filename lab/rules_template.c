/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rules_template.h"

#include <string.h>

#include "lab/fill.h"
#include "statefuld/attr.h"

static const char *const container_lists[] = {
	"containers",
	"initContainers",
	"ephemeralContainers",
};

static const char *const probes[] = {
	"livenessProbe",
	"readinessProbe",
	"startupProbe",
};

/* A tag stands behind the last '/', for a registry may have a port. */
static const char *pull_policy(const char *image)
{
	const char *slash, *tag;

	if (image == NULL || *image == '\0')
		return "IfNotPresent";
	slash = strrchr(image, '/');
	tag = strchr(slash != NULL ? slash : image, ':');
	if (strchr(image, '@') != NULL)
		return "IfNotPresent";
	if (tag == NULL || strcmp(tag, ":latest") == 0)
		return "Always";
	return "IfNotPresent";
}

static void default_http_get(struct json *get)
{
	fill_str(get, "path", "/");
	fill_str(get, "scheme", "HTTP");
}

static void default_probe(struct json *probe)
{
	struct json *grpc = fill_object(probe, "grpc");

	default_http_get(fill_object(probe, "httpGet"));
	if (grpc != NULL && json_str(grpc, "service") == NULL)
		json_set_str(grpc, "service", "");
	fill_count(probe, "timeoutSeconds", 1);
	fill_count(probe, "periodSeconds", 10);
	fill_count(probe, "successThreshold", 1);
	fill_count(probe, "failureThreshold", 3);
}

static void default_ports(struct json *ports)
{
	fill_each (port, ports)
		fill_str(port, "protocol", "TCP");
}

static void default_divisor(struct json *ref)
{
	if (ref != NULL && json_get(ref, "divisor") == NULL)
		json_set_str(ref, "divisor", "0");
}

static void default_env(struct json *env)
{
	fill_each (variable, env) {
		struct json *from = fill_object(variable, "valueFrom");

		fill_str(fill_object(from, "fieldRef"), "apiVersion", "v1");
		default_divisor(fill_object(from, "resourceFieldRef"));
	}
}

static void default_container(struct json *container)
{
	if (json_type(container) != JSON_OBJECT)
		return;
	default_ports(fill_array(container, "ports"));
	default_env(fill_array(container, "env"));
	fill_make(container, "resources");
	for (size_t i = 0; i < st_array_len(probes); i++)
		default_probe(fill_object(container, probes[i]));
	default_http_get(fill_object(container, "lifecycle.postStart.httpGet"));
	default_http_get(fill_object(container, "lifecycle.preStop.httpGet"));
	fill_str(container, "terminationMessagePath", "/dev/termination-log");
	fill_str(container, "terminationMessagePolicy", "File");
	fill_str(container, "imagePullPolicy",
		 pull_policy(json_str(container, "image")));
}

static void default_items(struct json *items)
{
	fill_each (item, items) {
		fill_str(fill_object(item, "fieldRef"), "apiVersion", "v1");
		default_divisor(fill_object(item, "resourceFieldRef"));
	}
}

static void default_projected(struct json *projected)
{
	fill_each (source, fill_array(projected, "sources")) {
		fill_int(fill_object(source, "serviceAccountToken"),
			 "expirationSeconds", 3600);
		default_items(fill_array(source, "downwardAPI.items"));
	}
	fill_int(projected, "defaultMode", 0644);
}

static void default_volume_image(struct json *image)
{
	fill_str(image, "pullPolicy",
		 pull_policy(json_str(image, "reference")));
}

static bool has_source(const struct json *volume)
{
	json_each (member, volume) {
		if (strcmp(json_name(member), "name") != 0 &&
		    json_type(member) != JSON_NULL)
			return true;
	}
	return false;
}

static void default_volume(struct json *volume)
{
	struct json *path = fill_object(volume, "hostPath");

	if (json_type(volume) != JSON_OBJECT)
		return;
	if (!has_source(volume))
		fill_make(volume, "emptyDir");
	if (path != NULL && json_str(path, "type") == NULL)
		json_set_str(path, "type", "");
	fill_int(fill_object(volume, "secret"), "defaultMode", 0644);
	fill_int(fill_object(volume, "configMap"), "defaultMode", 0644);
	default_items(fill_array(volume, "downwardAPI.items"));
	fill_int(fill_object(volume, "downwardAPI"), "defaultMode", 0644);
	default_projected(fill_object(volume, "projected"));
	default_volume_image(fill_object(volume, "image"));
	rules_template_default_claim(
		fill_object(volume, "ephemeral.volumeClaimTemplate.spec"));
}

/* The old name of the field goes on being served. */
static void mirror_service_account(struct json *spec)
{
	const char *name = json_str(spec, "serviceAccountName");
	const char *old = json_str(spec, "serviceAccount");

	if (name != NULL && *name != '\0')
		json_set_str(spec, "serviceAccount", name);
	else if (old != NULL && *old != '\0')
		json_set_str(spec, "serviceAccountName", old);
}

void rules_template_default(struct json *spec)
{
	if (json_type(spec) != JSON_OBJECT)
		return;
	fill_each (volume, fill_array(spec, "volumes"))
		default_volume(volume);
	for (size_t i = 0; i < st_array_len(container_lists); i++) {
		struct json *list = fill_array(spec, container_lists[i]);

		fill_each (container, list)
			default_container(container);
	}
	fill_str(spec, "restartPolicy", "Always");
	fill_int(spec, "terminationGracePeriodSeconds", 30);
	fill_str(spec, "dnsPolicy", "ClusterFirst");
	mirror_service_account(spec);
	fill_make(spec, "securityContext");
	fill_str(spec, "schedulerName", "default-scheduler");
}

/* Who names a limit but no request asks for the limit. */
static void requests_from_limits(struct json *resources)
{
	const struct json *limits = json_get(resources, "limits");

	if (json_first(limits) == NULL)
		return;
	struct json *requests = fill_make(resources, "requests");
	json_each (limit, limits) {
		if (json_type(limits) == JSON_OBJECT)
			fill_copy(requests, json_name(limit), limit);
	}
}

static void default_host_ports(struct json *ports)
{
	fill_each (port, ports)
		fill_count(port, "hostPort",
			   json_int(port, "containerPort", 0));
}

void rules_template_default_pod(struct json *spec)
{
	bool on_host = json_bool(spec, "hostNetwork", false);

	for (size_t i = 0; i < 2; i++) {
		struct json *list = fill_array(spec, container_lists[i]);

		fill_each (container, list) {
			requests_from_limits(
				fill_object(container, "resources"));
			if (on_host)
				default_host_ports(
					fill_array(container, "ports"));
		}
	}
	requests_from_limits(fill_object(spec, "resources"));
	fill_bool(spec, "enableServiceLinks", true);
}

void rules_template_default_claim(struct json *spec)
{
	if (json_type(spec) != JSON_OBJECT)
		return;
	fill_make(spec, "resources");
	fill_str(spec, "volumeMode", "Filesystem");
}
