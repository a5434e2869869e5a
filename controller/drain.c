/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/drain.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

static struct drain_pod *find(const struct drain *drain, const char *uid)
{
	for (size_t i = 0; i < drain->n; i++)
		if (strcmp(drain->pods[i].uid, uid) == 0)
			return &drain->pods[i];
	return NULL;
}

static void drop(struct drain *drain, struct drain_pod *pod)
{
	free(pod->name);
	free(pod->uid);
	*pod = drain->pods[--drain->n];
}

void drain_fini(struct drain *drain)
{
	while (drain->n > 0)
		drop(drain, &drain->pods[drain->n - 1]);
	free(drain->pods);
	*drain = (struct drain){0};
}

void drain_want(struct drain *drain, const char *name, const char *uid,
		uint64_t now_ms)
{
	struct drain_pod *pod = find(drain, uid);

	if (pod == NULL) {
		mem_grow(drain->pods, drain->n);
		pod = &drain->pods[drain->n++];
		*pod = (struct drain_pod){
			.name = mem_strdup(name),
			.uid = mem_strdup(uid),
			.since_ms = now_ms,
		};
	}
	pod->wanted = true;
}

uint64_t drain_waited_ms(const struct drain *drain, const char *uid,
			 uint64_t now_ms)
{
	const struct drain_pod *pod = find(drain, uid);

	return pod == NULL ? 0 : now_ms - pod->since_ms;
}

void drain_sent(struct drain *drain, const char *uid)
{
	struct drain_pod *pod = find(drain, uid);

	if (pod != NULL)
		drop(drain, pod);
}

void drain_sweep(struct drain *drain, void (*back)(const char *pod, void *arg),
		 void *arg)
{
	for (size_t i = drain->n; i-- > 0;) {
		struct drain_pod *pod = &drain->pods[i];

		if (pod->wanted) {
			pod->wanted = false;
			continue;
		}
		back(pod->name, arg);
		drop(drain, pod);
	}
}
