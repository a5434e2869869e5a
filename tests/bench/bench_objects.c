/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_objects - what the lab's store costs: writes a second, memory for
 * each pod, time to list all.
 *
 *	bench_objects [PODS [WRITES_EACH [DATA_DIR]]]
 *
 * Each pod is created and then written again as a node would: bound, given an
 * address, made ready. Ten watches are told of everything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lab/objects.h"
#include "statefuld/attr.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"

enum { WATCHES = 10, MANAGED = 40 };

static double wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double rss_mib(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	if (file != NULL)
		fclose(file);
	return (double)(pages * sysconf(_SC_PAGESIZE)) / (1 << 20);
}

static void add_spec(struct json *pod, const char *name)
{
	struct json *spec = json_child_object(pod, "spec");
	struct json *box = json_new_object();

	json_set_str(box, "name", "nginx");
	json_set_str(box, "image", "nginx:1.21");
	json_set_str(box, "terminationMessagePath", "/dev/termination-log");
	json_push(json_child_array(spec, "containers"), box);
	json_set_str(spec, "hostname", name);
	json_set_str(spec, "restartPolicy", "Always");
	json_set_str(spec, "schedulerName", "default-scheduler");
}

/* managedFields make up half of a pod. */
static void add_managed(struct json *meta)
{
	struct json *entry = json_new_object();
	struct json *fields = json_child_object(entry, "fieldsV1");
	char name[48];

	for (int i = 0; i < MANAGED; i++) {
		snprintf(name, sizeof(name), "f:someFieldOfAPod%d", i);
		json_set(fields, name, json_new_object());
	}
	json_set_str(entry, "manager", "kube-controller-manager");
	json_push(json_child_array(meta, "managedFields"), entry);
}

static struct json *make_pod(int number)
{
	struct json *pod = json_new_object();
	struct json *meta = json_child_object(pod, "metadata");
	struct json *labels = json_child_object(meta, "labels");
	char name[32], uid[48];

	snprintf(name, sizeof(name), "web-%d", number);
	snprintf(uid, sizeof(uid), "%08x-317b-4397-8a96-3eb107f8%04x",
		 (unsigned int)rand(), (unsigned int)rand() & 0xffff);
	json_set_str(meta, "name", name);
	json_set_str(meta, "namespace", "default");
	json_set_str(meta, "uid", uid);
	json_set_str(labels, "app", "nginx");
	json_set_str(labels, "statefulset.kubernetes.io/pod-name", name);
	add_managed(meta);
	add_spec(pod, name);
	return pod;
}

static void add_condition(struct json *status, const char *type)
{
	struct json *condition = json_new_object();

	json_set_str(condition, "type", type);
	json_set_str(condition, "status", "True");
	json_set_str(condition, "lastTransitionTime", "2026-01-01T10:00:00Z");
	json_push(json_child_array(status, "conditions"), condition);
}

static void go_on(struct json *pod, int step, int number)
{
	static const char *const types[] = {"PodScheduled", "Initialized",
					    "ContainersReady", "Ready"};
	struct json *status = json_child_object(pod, "status");
	char addr[32];

	add_condition(status, types[step % 4]);
	snprintf(addr, sizeof(addr), "127.1.%d.%d", number >> 8 & 255,
		 number & 255);
	if (step > 0)
		json_set_str(status, "podIP", addr);
}

static void must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s\n", err_msg(err));
	exit(1);
}

static void write_all(struct objects *objects, struct loop *loop, int pods,
		      int writes)
{
	struct err err;

	for (int i = 0; i < pods; i++) {
		scope_json struct json *pod = make_pod(i);

		for (int step = 0; step < writes; step++) {
			if (step > 0)
				go_on(pod, step - 1, i);
			must(objects_put(objects, KIND_POD, pod, OBJECTS_ANY,
					 NULL, &err),
			     &err);
			loop_turn(loop, 0);
		}
	}
}

static void count_event(const struct objects_event *event, void *arg)
{
	*(size_t *)arg += event->is->json_len;
}

static bool count_bytes(const struct object *object, void *arg)
{
	*(size_t *)arg += object->json_len;
	return true;
}

static void watch_all(struct objects *objects, size_t *bytes,
		      struct objects_watch *watches[WATCHES])
{
	struct err err;

	for (int i = 0; i < WATCHES; i++)
		must(objects_watch_new(objects, KIND_POD,
				       objects_version(objects), count_event,
				       bytes, &watches[i], &err),
		     &err);
}

static void report(struct objects *objects, int pods, int writes, double took_s)
{
	size_t bytes = 0;
	double start = wall_s();

	objects_each(objects, KIND_POD, NULL, NULL, count_bytes, &bytes);
	printf("%d pods of %zu bytes, written %d times: %.0f writes/s,"
	       " %.1f MiB RSS, list %.0f ms, history of %ju events\n",
	       pods, bytes / (size_t)(pods > 0 ? pods : 1), writes,
	       pods * writes / took_s, rss_mib(), (wall_s() - start) * 1e3,
	       (uintmax_t)(objects_version(objects) - objects_oldest(objects)));
}

int main(int argc, char **argv)
{
	int pods = argc > 1 ? atoi(argv[1]) : 10000;
	int writes = argc > 2 ? atoi(argv[2]) : 5;
	struct loop *loop = loop_new();
	struct objects_watch *watches[WATCHES];
	struct objects *objects = NULL;
	size_t told = 0;
	struct err err;

	must(objects_open(argc > 3 ? argv[3] : NULL, &objects, &err), &err);
	objects_set_loop(objects, loop);
	watch_all(objects, &told, watches);
	double start = wall_s();
	write_all(objects, loop, pods, writes);
	report(objects, pods, writes, wall_s() - start);
	for (int i = 0; i < WATCHES; i++)
		objects_watch_free(watches[i]);
	objects_free(objects);
	loop_free(loop);
	return told == 0;
}
