/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/kubelet.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/chores.h"
#include "lab/cluster.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/kubelet_priv.h"
#include "lab/objects.h"
#include "lab/podstat.h"
#include "lab/ref.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define ON_NODE "\"nodeName\":\"" CLUSTER_NODE "\""

static bool is_on_node(const struct json *pod)
{
	const char *node = json_str(pod, "spec.nodeName");

	return node != NULL && strcmp(node, CLUSTER_NODE) == 0;
}

static bool has_own_address(const struct json *pod)
{
	return !json_bool(pod, "spec.hostNetwork", false) &&
	       json_str(pod, "status.podIP") != NULL;
}

static bool is_over(const struct json *pod)
{
	return podstat_is_phase(pod, "Failed") ||
	       podstat_is_phase(pod, "Succeeded");
}

static struct kubelet_run *find_run(struct kubelet *kubelet, const char *key)
{
	struct ordered_item *item = ordered_get(&kubelet->runs, key);

	return item == NULL ? NULL : item->value;
}

static void drop_run(struct kubelet *kubelet, struct kubelet_run *run)
{
	if (run == NULL)
		return;
	ordered_remove(&kubelet->runs, run->key);
	addrs_release(kubelet->addrs, run->addr);
	free(run->key);
	free(run->uid);
	free(run->said);
	free(run);
}

/* A pod that ran before this process did goes on as if nothing had been. */
static void take_up(struct kubelet_run *run, const struct json *pod)
{
	int64_t since_us = podstat_running_since_us(pod);
	int64_t ago_ms = (clk_wall_us() - since_us) / 1000;
	uint64_t now = clk_mono_ms();

	if (has_own_address(pod))
		snprintf(run->addr, sizeof(run->addr), "%.45s",
			 json_str(pod, "status.podIP"));
	if (since_us != 0 && ago_ms > 0)
		run->running_ms =
			(uint64_t)ago_ms < now ? now - (uint64_t)ago_ms : 0;
	run->crashed_ms = now;
}

static struct kubelet_run *new_run(struct kubelet *kubelet, const char *key,
				   const struct json *pod)
{
	struct kubelet_run *run = mem_zalloc(sizeof(*run));

	run->key = mem_strdup(key);
	run->uid = mem_strdup(ref_uid(pod));
	take_up(run, pod);
	ordered_add(&kubelet->runs, run->key, run);
	return run;
}

static uint64_t work(const char *key, void *arg)
{
	struct kubelet *kubelet = arg;
	struct kubelet_run *run = find_run(kubelet, key);
	scope_json struct json *pod = NULL;
	struct ref ref;

	if (ref_read(key, &ref))
		pod = deed_read(kubelet->env, &ref);
	if (run != NULL && strcmp(run->uid, ref_uid(pod)) != 0) {
		drop_run(kubelet, run);
		run = NULL;
	}
	if (pod == NULL || !is_on_node(pod))
		return 0;
	if (is_over(pod) && !ref_is_going(pod)) {
		drop_run(kubelet, run);
		return 0;
	}
	if (run == NULL)
		run = new_run(kubelet, key, pod);
	return ref_is_going(pod) ? kubelet_stop(kubelet, &ref, pod, run)
				 : kubelet_step(kubelet, &ref, pod, run);
}

static void add_blocked(struct kubelet *kubelet, const char *ns)
{
	char from[REF_TEXT];
	size_t len;

	ref_text(KIND_POD, ns, "", from);
	len = strlen(from);
	for (struct ordered_item *item = ordered_from(&kubelet->runs, from);
	     item != NULL && strncmp(item->key, from, len) == 0;
	     item = ordered_next(item)) {
		const struct kubelet_run *run = item->value;

		if (run->is_blocked)
			chores_add(kubelet->chores, run->key, 0);
	}
}

void kubelet_event(struct kubelet *kubelet, const struct objects_event *event)
{
	const struct object *object =
		event->is != NULL ? event->is : event->was;
	char key[REF_TEXT];

	if (object->kind == KIND_CONFIGMAP || object->kind == KIND_SECRET)
		add_blocked(kubelet, object->ns);
	else if (object->kind == KIND_POD &&
		 strstr(object->json, ON_NODE) != NULL)
		chores_add(kubelet->chores, ref_text_of(object, key), 0);
}

/* Before the first address is given, those of living pods are taken. */
static bool look(const struct object *object, void *arg)
{
	struct kubelet *kubelet = arg;
	scope_json struct json *pod = NULL;
	char key[REF_TEXT];

	if (strstr(object->json, ON_NODE) == NULL)
		return true;
	pod = deed_parse(object);
	if (!is_on_node(pod) || is_over(pod))
		return true;
	if (has_own_address(pod))
		addrs_claim(kubelet->addrs, json_str(pod, "status.podIP"));
	chores_add(kubelet->chores, ref_text_of(object, key), 0);
	return true;
}

struct kubelet *kubelet_new(const struct env *env,
			    const struct kubelet_config *config)
{
	struct kubelet *kubelet = mem_zalloc(sizeof(*kubelet));

	kubelet->env = env;
	kubelet->config = *config;
	kubelet->addrs = addrs_new(config->pod_addr, config->pod_addr_len,
				   config->pod_prefix_len);
	kubelet->chores = chores_new(env->loop, work, kubelet);
	objects_each(env->objects, KIND_POD, NULL, NULL, look, kubelet);
	return kubelet;
}

static void forget_failed(struct kubelet *kubelet)
{
	struct ordered_item *item;

	while ((item = ordered_from(&kubelet->failed, "")) != NULL) {
		char *key = item->value;

		ordered_remove(&kubelet->failed, key);
		free(key);
	}
	ordered_fini(&kubelet->failed);
}

void kubelet_free(struct kubelet *kubelet)
{
	struct ordered_item *item;

	if (kubelet == NULL)
		return;
	while ((item = ordered_from(&kubelet->runs, "")) != NULL)
		drop_run(kubelet, item->value);
	ordered_fini(&kubelet->runs);
	forget_failed(kubelet);
	chores_free(kubelet->chores);
	addrs_free(kubelet->addrs);
	free(kubelet);
}
