/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_store - what the store and the feeder cost: bytes for each pod, time
 * to decode one, to build the whole zone and to bring one change into it.
 *
 *	bench_store [PODS [pods|slices [REVERSE_ZONE]]]
 *
 * Three pods to a headless Service, a hundred Services to a namespace, four
 * labels to a pod of which one is its name; with slices, one slice to a
 * Service, and no pods.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "controller/feeder.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "dnsd/zone.h"
#include "statefuld/attr.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"

enum { REPLICAS = 3, PER_NS = 100, CHANGES = 20000, TEXT_MAX = 8192 };

static double cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
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

static size_t heap(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void addr_text(char out[16], unsigned int number)
{
	snprintf(out, 16, "10.%u.%u.%u", number >> 16 & 255, number >> 8 & 255,
		 number & 255);
}

static int uid_text(char *out, size_t size, const char *kind, unsigned int n)
{
	return snprintf(out, size, "%s%05x-7d2c-4f5e-9a1b-%012x", kind, n, n);
}

static int pod_text(char *out, unsigned int i, unsigned int version, int ready)
{
	unsigned int service = i / REPLICAS;
	char addr[16], uid[64], set_uid[64];

	addr_text(addr, i);
	uid_text(uid, sizeof(uid), "p0d", i);
	uid_text(set_uid, sizeof(set_uid), "5e7", service);
	return snprintf(
		out, TEXT_MAX,
		"{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{"
		"\"name\":\"set-%u-%u\",\"generateName\":\"set-%u-\","
		"\"namespace\":\"ns-%u\",\"uid\":\"%s\",\"resourceVersion\":"
		"\"%u\",\"creationTimestamp\":\"2026-01-02T03:04:05Z\","
		"\"labels\":{\"app\":\"set-%u\",\"controller-revision-hash\":"
		"\"set-%u-6d5f8bc9f7\",\"statefulset.kubernetes.io/pod-name\":"
		"\"set-%u-%u\",\"apps.kubernetes.io/pod-index\":\"%u\"},"
		"\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"kind\":"
		"\"StatefulSet\",\"name\":\"set-%u\",\"uid\":\"%s\","
		"\"controller\":true,\"blockOwnerDeletion\":true}]},\"spec\":{"
		"\"volumes\":[{\"name\":\"token\",\"projected\":{\"sources\":"
		"[{\"serviceAccountToken\":{\"expirationSeconds\":3607,"
		"\"path\":\"token\"}}],\"defaultMode\":420}}],\"containers\":"
		"[{\"name\":\"nginx\",\"image\":\"nginx\",\"ports\":[{"
		"\"name\":\"web\",\"containerPort\":80,\"protocol\":\"TCP\"}],"
		"\"resources\":{},\"imagePullPolicy\":\"Always\"}],"
		"\"restartPolicy\":\"Always\",\"nodeName\":\"node-7\","
		"\"hostname\":\"set-%u-%u\",\"subdomain\":\"svc-%u\"},"
		"\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":"
		"\"Initialized\",\"status\":\"True\"},{\"type\":\"Ready\","
		"\"status\":\"%s\",\"lastTransitionTime\":"
		"\"2026-01-02T03:04:09Z\"}],\"hostIP\":\"192.0.2.7\","
		"\"podIP\":\"%s\",\"podIPs\":[{\"ip\":\"%s\"}]}}",
		service, i % REPLICAS, service, service / PER_NS, uid, version,
		service, service, service, i % REPLICAS, i % REPLICAS, service,
		set_uid, service, i % REPLICAS, service,
		ready ? "True" : "False", addr, addr);
}

static int service_text(char *out, unsigned int i)
{
	char uid[64];

	uid_text(uid, sizeof(uid), "5e1", i);
	return snprintf(out, TEXT_MAX,
			"{\"metadata\":{\"name\":\"svc-%u\",\"namespace\":"
			"\"ns-%u\",\"uid\":\"%s\",\"resourceVersion\":\"%u\","
			"\"labels\":{\"app\":\"set-%u\"}},\"spec\":{"
			"\"clusterIP\":\"None\",\"clusterIPs\":[\"None\"],"
			"\"type\":\"ClusterIP\",\"ipFamilies\":[\"IPv4\"],"
			"\"selector\":{\"app\":\"set-%u\"},\"ports\":[{"
			"\"name\":\"web\",\"port\":80,\"targetPort\":80,"
			"\"protocol\":\"TCP\"}]}}",
			i, i / PER_NS, uid, 1000000 + i, i, i);
}

static int slice_text(char *out, unsigned int i, unsigned int version,
		      int ready)
{
	int len;
	char addr[16], uid[64];

	uid_text(uid, sizeof(uid), "511", i);
	len = snprintf(out, TEXT_MAX,
		       "{\"metadata\":{\"name\":\"svc-%u-x%04x\",\"namespace\":"
		       "\"ns-%u\",\"uid\":\"%s\",\"resourceVersion\":\"%u\","
		       "\"labels\":{\"kubernetes.io/service-name\":\"svc-%u\","
		       "\"endpointslice.kubernetes.io/managed-by\":"
		       "\"endpointslice-controller.k8s.io\"}},"
		       "\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"web\","
		       "\"port\":80,\"protocol\":\"TCP\"}],\"endpoints\":[",
		       i, i & 65535, i / PER_NS, uid, version, i);
	for (unsigned int k = 0; k < REPLICAS; k++) {
		addr_text(addr, i * REPLICAS + k);
		len += snprintf(out + len, (size_t)(TEXT_MAX - len),
				"%s{\"addresses\":[\"%s\"],\"conditions\":{"
				"\"ready\":%s},\"hostname\":\"set-%u-%u\","
				"\"targetRef\":{\"kind\":\"Pod\",\"name\":"
				"\"set-%u-%u\"}}",
				k ? "," : "", addr,
				k == 0 && !ready ? "false" : "true", i, k, i,
				k);
	}
	return len + snprintf(out + len, (size_t)(TEXT_MAX - len), "]}");
}

static double parse_s, put_s;

static void put(struct store *store, enum obj_kind kind, const char *text,
		int len)
{
	scope_json struct json *json = NULL;
	double start = cpu_s();

	st_assert(json_parse(text, (size_t)len, &json, NULL) == 0);
	parse_s += cpu_s() - start;
	start = cpu_s();
	store_put(store, kind, json);
	put_s += cpu_s() - start;
}

static void report(const char *what, size_t n, size_t bytes)
{
	printf("%-22s %7zu  %6.0f B each  parse %5.2f us  decode+put %5.2f us  "
	       "rss %.1f MiB\n",
	       what, n, (double)bytes / (double)n, parse_s * 1e6 / (double)n,
	       put_s * 1e6 / (double)n, rss_mib());
	parse_s = put_s = 0;
}

static void put_plain(struct store *store, unsigned int n_services)
{
	char text[TEXT_MAX];
	size_t before = heap();

	for (unsigned int i = 0; i <= n_services / PER_NS; i++)
		put(store, OBJ_NAMESPACE, text,
		    snprintf(text, sizeof(text),
			     "{\"metadata\":{\"name\":\"ns-%u\",\"uid\":\"%u\","
			     "\"resourceVersion\":\"%u\"}}",
			     i, i, i + 1));
	report("namespaces", n_services / PER_NS + 1, heap() - before);
	before = heap();
	for (unsigned int i = 0; i < n_services; i++)
		put(store, OBJ_SERVICE, text, service_text(text, i));
	report("services", n_services, heap() - before);
}

static void put_endpoints(struct store *store, enum obj_kind kind,
			  unsigned int n)
{
	char text[TEXT_MAX];
	size_t before = heap();

	for (unsigned int i = 0; i < n; i++)
		put(store, kind, text,
		    kind == OBJ_POD ? pod_text(text, i, 2000000 + i, 1)
				    : slice_text(text, i, 2000000 + i, 1));
	report(obj_kind_name(kind), n, heap() - before);
}

/* One pod at a time becomes unready and ready again. */
static void change(struct store *store, struct feeder *feeder,
		   enum obj_kind kind, unsigned int n)
{
	char text[TEXT_MAX];
	unsigned int version = 9000000;
	double flush_s = 0, start;

	for (unsigned int i = 0; i < CHANGES; i++) {
		unsigned int at = (i / 2 * 7919) % n;

		put(store, kind, text,
		    kind == OBJ_POD ? pod_text(text, at, version++, i & 1)
				    : slice_text(text, at, version++, i & 1));
		start = cpu_s();
		feeder_flush(feeder);
		flush_s += cpu_s() - start;
	}
	printf("%d changes: parse %.2f us, decode+put+mark %.2f us, "
	       "records+commit %.2f us\n",
	       CHANGES, parse_s * 1e6 / CHANGES, put_s * 1e6 / CHANGES,
	       flush_s * 1e6 / CHANGES);
}

static void init_config(struct feeder_config *config, struct name *zone,
			struct name *reverse, const char *reverse_text)
{
	st_assert(name_parse(zone, "cluster.local") == 0);
	*config = (struct feeder_config){
		.loop = loop_new(),
		.store = store_new(),
		.slot = zone_slot_new(),
		.zones = zone,
		.n_zones = 1,
		.ttl_s = 5,
		.negative_ttl_s = 5,
		.reverse_zones = reverse,
	};
	if (reverse_text) {
		st_assert(name_parse(reverse, reverse_text) == 0);
		config->n_reverse_zones = 1;
	}
}

int main(int argc, char **argv)
{
	unsigned int n = argc > 1 ? (unsigned int)atoi(argv[1]) : 100000;
	int is_slices = argc > 2 && strcmp(argv[2], "slices") == 0;
	enum obj_kind kind = is_slices ? OBJ_SLICE : OBJ_POD;
	struct name zone, reverse;
	struct feeder_config config;
	struct feeder *feeder;
	size_t before;
	double start;

	init_config(&config, &zone, &reverse, argc > 3 ? argv[3] : NULL);
	config.endpoints = is_slices ? ENDPOINTS_SLICES : ENDPOINTS_PODS;
	store_omit(config.store, STORE_OMIT_OWNERS);
	st_assert(feeder_new(&config, &feeder, NULL) == 0);
	printf("start: rss %.1f MiB\n", rss_mib());
	for (int i = 0; i < OBJ_KINDS; i++)
		store_list_begin(config.store, (enum obj_kind)i);
	put_plain(config.store, n / REPLICAS);
	put_endpoints(config.store, kind, is_slices ? n / REPLICAS : n);
	printf("tables and indices %.1f MiB, %zu texts in %.1f MiB\n",
	       (double)store_table_bytes(config.store) / (1 << 20),
	       istr_count(), (double)istr_bytes() / (1 << 20));
	for (int i = 0; i < OBJ_KINDS; i++)
		store_list_end(config.store, (enum obj_kind)i);
	before = heap();
	start = cpu_s();
	feeder_flush(feeder);
	printf("zone built in %.0f ms: %.0f B a pod, rss %.1f MiB\n",
	       (cpu_s() - start) * 1e3, (double)(heap() - before) / n,
	       rss_mib());
	change(config.store, feeder, kind, is_slices ? n / REPLICAS : n);
	printf("end: rss %.1f MiB\n", rss_mib());
	feeder_free(feeder);
	store_free(config.store);
	zone_slot_free(config.slot);
	loop_free(config.loop);
	return 0;
}
