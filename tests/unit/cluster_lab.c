/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster_lab.h"

#include <stdio.h>
#include <string.h>

#include "cm.h"
#include "lab/api.h"
#include "lab/cluster.h"
#include "lab/objects.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

#define PATIENCE_MS 5000

static void start_cluster(struct cluster_lab *lab)
{
	struct cluster_config config = {
		.loop = lab->loop,
		.api = lab->api,
		.objects = lab->objects,
		.api_addr = "127.0.0.1",
		.api_port = 6443,
		.data_dir = lab->data_dir,
		.pod_addr = {127, 64, 0, 0},
		.pod_addr_len = 4,
		.pod_prefix_len = 16,
		.ready_delay_ms = lab->ready_delay_ms,
		.no_node = lab->no_node,
	};
	struct err err = {0};

	if (cluster_new(&config, &lab->cluster, &err) < 0)
		fail_msg("%s", err_msg(&err));
}

void cluster_lab_start(struct cluster_lab *lab)
{
	struct api_config config = {.version = "v1.36.2",
				    .server_url = "http://127.0.0.1:6443"};
	struct err err = {0};

	lab->loop = loop_new();
	if (objects_open(NULL, &lab->objects, &err) < 0)
		fail_msg("%s", err_msg(&err));
	objects_set_loop(lab->objects, lab->loop);
	config.loop = lab->loop;
	config.objects = lab->objects;
	lab->api = api_new(&config);
	start_cluster(lab);
}

void cluster_lab_restart(struct cluster_lab *lab)
{
	cluster_free(lab->cluster);
	start_cluster(lab);
}

void cluster_lab_stop(struct cluster_lab *lab)
{
	cluster_free(lab->cluster);
	api_free(lab->api);
	objects_free(lab->objects);
	loop_free(lab->loop);
}

static struct json *parse(const char *text)
{
	scope_free char *copy = mem_strdup(text);
	struct json *parsed = NULL;
	struct err err = {0};

	for (char *at = copy; *at != '\0'; at++)
		*at = *at == '\'' ? '"' : *at;
	if (json_parse(copy, strlen(copy), &parsed, &err) < 0)
		fail_msg("%s: %s", copy, err_msg(&err));
	return parsed;
}

struct json *cluster_lab_do(struct cluster_lab *lab, int code,
			    const char *method, const char *path,
			    const char *json)
{
	scope_json struct json *body = json == NULL ? NULL : parse(json);
	struct json *answer = NULL;
	bool is_patch = strcmp(method, "PATCH") == 0;
	int have = api_do(lab->api, method, path, body,
			  is_patch ? "application/merge-patch+json" : NULL,
			  &answer);

	if (have != code) {
		scope_free char *text = json_print(answer);

		fail_msg("%s %s: %d: %s", method, path, have, text);
	}
	return answer;
}

void cluster_lab_post(struct cluster_lab *lab, const char *path,
		      const char *json)
{
	json_free(cluster_lab_do(lab, 201, "POST", path, json));
}

void cluster_lab_settle(struct cluster_lab *lab)
{
	uint64_t version = 0, since = clk_mono_ms(), start = since;

	while (clk_mono_ms() - since < 60 &&
	       clk_mono_ms() - start < PATIENCE_MS) {
		loop_turn(lab->loop, 5);
		if (objects_version(lab->objects) == version)
			continue;
		version = objects_version(lab->objects);
		since = clk_mono_ms();
	}
}

bool cluster_lab_has(struct cluster_lab *lab, enum kind_id kind, const char *ns,
		     const char *name)
{
	return objects_get(lab->objects, kind, ns, name) != NULL;
}

struct json *cluster_lab_read(struct cluster_lab *lab, enum kind_id kind,
			      const char *ns, const char *name)
{
	struct json *object = api_read(lab->api, kind, ns, name);

	if (object == NULL)
		fail_msg("no %s/%s", ns, name);
	return object;
}

static bool is_so(struct cluster_lab *lab, enum kind_id kind, const char *ns,
		  const char *name, const char *path, const char *want)
{
	scope_json struct json *object = api_read(lab->api, kind, ns, name);
	const char *have = json_str(object, path);

	return want == NULL ? object == NULL
			    : have != NULL && strcmp(have, want) == 0;
}

void cluster_lab_await(struct cluster_lab *lab, enum kind_id kind,
		       const char *ns, const char *name, const char *path,
		       const char *want)
{
	uint64_t start = clk_mono_ms();
	scope_json struct json *object = NULL;
	scope_free char *text = NULL;

	while (!is_so(lab, kind, ns, name, path, want)) {
		if (clk_mono_ms() - start < PATIENCE_MS) {
			loop_turn(lab->loop, 5);
			continue;
		}
		object = api_read(lab->api, kind, ns, name);
		text = json_print(object);
		fail_msg("%s of %s/%s is never %s: %s", path, ns, name,
			 want == NULL ? "gone" : want, text);
	}
}

struct search {
	const char *reason, *part;
	bool is_found;
};

static bool look(const struct object *object, void *arg)
{
	struct search *search = arg;
	scope_json struct json *event = NULL;
	const char *reason, *message;

	if (json_parse(object->json, object->json_len, &event, NULL) < 0)
		return true;
	reason = json_str(event, "reason");
	message = json_str(event, "message");
	search->is_found = reason != NULL && message != NULL &&
			   strcmp(reason, search->reason) == 0 &&
			   strstr(message, search->part) != NULL;
	return !search->is_found;
}

bool cluster_lab_told(struct cluster_lab *lab, const char *reason,
		      const char *part)
{
	struct search search = {reason, part, false};

	objects_each(lab->objects, KIND_EVENT, NULL, NULL, look, &search);
	return search.is_found;
}

void cluster_lab_pod(struct cluster_lab *lab, const char *name,
		     const char *meta, const char *spec)
{
	scope_free char *text = mem_printf(
		"{'kind':'Pod','apiVersion':'v1','metadata':{'name':'%s'%s},"
		"'spec':{'containers':[{'name':'main','image':'nginx:1.21'}]"
		"%s}}",
		name, meta, spec);

	cluster_lab_post(lab, "/api/v1/namespaces/default/pods", text);
}
