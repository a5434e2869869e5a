/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/nameserver.h"

#include <stdlib.h>
#include <string.h>

#include "controller/records.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

void nameserver_init(struct nameserver *ns, const struct nameserver_pod *pod)
{
	/* There may be others from an earlier run. */
	*ns = (struct nameserver){.pod = *pod, .has_news = true};
}

static void free_target(struct nameserver_target *target)
{
	free(target->service);
	free(target->endpoint);
}

void nameserver_fini(struct nameserver *ns)
{
	for (size_t i = 0; i < ns->n; i++)
		free_target(&ns->targets[i]);
	free(ns->targets);
	ns->targets = NULL;
	ns->n = 0;
}

static bool has_addr(const struct nameserver_pod *pod, const struct addr *addr)
{
	for (size_t i = 0; i < pod->n_addrs; i++)
		if (pod->addrs[i].len == addr->len &&
		    memcmp(pod->addrs[i].octets, addr->octets, addr->len) == 0)
			return true;
	return false;
}

static bool leads_here(const struct nameserver_pod *pod,
		       const struct obj_service *service,
		       const struct endpoints *eps)
{
	if (!service->has_selector)
		return false;
	for (size_t i = 0; i < eps->n; i++)
		if (has_addr(pod, &eps->items[i].addr))
			return true;
	return false;
}

static void add(struct nameserver *ns, const char *service,
		const char *endpoint)
{
	mem_grow(ns->targets, ns->n);
	ns->targets[ns->n++] = (struct nameserver_target){
		mem_strdup(service), endpoint ? mem_strdup(endpoint) : NULL};
	ns->has_news = true;
}

static void forget(struct nameserver *ns, const char *service)
{
	size_t kept = 0;

	for (size_t i = 0; i < ns->n; i++) {
		if (strcmp(ns->targets[i].service, service) != 0) {
			ns->targets[kept++] = ns->targets[i];
			continue;
		}
		free_target(&ns->targets[i]);
		ns->has_news = true;
	}
	ns->n = kept;
}

void nameserver_note(struct nameserver *ns, const char *service_ns,
		     const char *name, const struct obj_service *service,
		     const struct endpoints *eps)
{
	if (!ns->pod.ns || strcmp(ns->pod.ns, service_ns) != 0)
		return;
	forget(ns, name);
	if (!service || !leads_here(&ns->pod, service, eps))
		return;
	if (service->type == SERVICE_CLUSTER_IP)
		add(ns, name, NULL);
	if (service->type != SERVICE_HEADLESS)
		return;
	/* Sorted by label. */
	for (size_t i = 0; i < eps->n; i++)
		if (i == 0 ||
		    strcmp(eps->items[i].label, eps->items[i - 1].label) != 0)
			add(ns, name, eps->items[i].label);
}

static int by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;

	return name_cmp(x->wire, y->wire);
}

static bool make_name(struct name *name, const struct nameserver *ns,
		      const struct nameserver_target *target,
		      const struct name *zone)
{
	const char *endpoint = target->endpoint;

	return records_service_name(name, zone, ns->pod.ns, target->service) ==
		       0 &&
	       (!endpoint ||
		name_prepend(name, endpoint, strlen(endpoint)) == 0);
}

size_t nameserver_names(const struct nameserver *ns, const struct name *zone,
			struct name out[NAMESERVER_MAX])
{
	scope_free struct name *names = mem_calloc(ns->n + 1, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < ns->n; i++)
		n += make_name(&names[n], ns, &ns->targets[i], zone);
	if (n > 1)
		sort_items(names, n, sizeof(*names), by_name);
	if (n > NAMESERVER_MAX)
		n = NAMESERVER_MAX;
	memcpy(out, names, n * sizeof(*out));
	return n;
}
