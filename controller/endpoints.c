/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/endpoints.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"
#include "statefuld/sort.h"

static const char slice_controller[] = "endpointslice-controller.k8s.io";

void endpoints_init(struct endpoints *eps)
{
	*eps = (struct endpoints){0};
}

void endpoints_clear(struct endpoints *eps)
{
	eps->n = 0;
	eps->n_ports = 0;
}

void endpoints_fini(struct endpoints *eps)
{
	free(eps->items);
	free(eps->ports);
	endpoints_init(eps);
}

static bool has_endpoints(const struct obj_service *service)
{
	return service->type == SERVICE_CLUSTER_IP ||
	       service->type == SERVICE_HEADLESS;
}

bool endpoints_use_pods(const struct obj_service *service,
			enum controller_endpoints mode)
{
	return mode == ENDPOINTS_PODS && has_endpoints(service) &&
	       service->has_selector;
}

bool endpoints_use_slice(const struct obj_service *service,
			 const struct obj_slice *slice,
			 enum controller_endpoints mode)
{
	if (!has_endpoints(service) || slice->addr_len == 0)
		return false;
	if (!endpoints_use_pods(service, mode))
		return true;
	return !slice->managed_by ||
	       strcmp(istr_text(slice->managed_by), slice_controller) != 0;
}

static bool has_text(const struct istr *text)
{
	return text && *istr_text(text);
}

static bool is_hidden(const struct endpoints *eps,
		      const struct obj_service *service, const struct istr *pod)
{
	return pod && eps->hide && !service->publish_not_ready &&
	       eps->hide(istr_text(service->obj.ns), istr_text(pod),
			 eps->hide_arg);
}

_Static_assert(INET6_ADDRSTRLEN + 2 <= ENDPOINT_DASHED, "a dash at each end");

size_t endpoint_dashed(char out[ENDPOINT_DASHED], const struct addr *addr)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = 0;

	inet_ntop(addr->len == ADDR_V4 ? AF_INET : AF_INET6, addr->octets, text,
		  sizeof(text));
	if (text[0] == ':')
		out[len++] = '0';
	for (const char *at = text; *at; at++)
		out[len++] = *at == '.' || *at == ':' ? '-' : *at;
	if (out[len - 1] == '-')
		out[len++] = '0';
	return len;
}

static void set_label(struct endpoint *ep, const struct istr *hostname)
{
	char text[ENDPOINT_DASHED];
	const char *from = istr_text(hostname);
	size_t len = from ? strlen(from) : 0;

	ep->is_hostname = len > 0 && len <= ENDPOINT_MAX_LABEL;
	if (!ep->is_hostname) {
		len = endpoint_dashed(text, &ep->addr);
		from = text;
	}
	ep->label_len = (uint8_t)len;
	for (size_t i = 0; i < len; i++)
		ep->label[i] = from[i] >= 'A' && from[i] <= 'Z'
				       ? (char)(from[i] + ('a' - 'A'))
				       : from[i];
	ep->label[len] = '\0';
}

static void add_port(struct endpoints *eps, const struct istr *name,
		     uint16_t port, uint8_t proto)
{
	mem_grow(eps->ports, eps->n_ports);
	eps->ports[eps->n_ports++] = (struct endpoint_port){name, port, proto};
}

static bool same_port(const struct endpoint_port *a,
		      const struct endpoint_port *b)
{
	return a->name == b->name && a->port == b->port && a->proto == b->proto;
}

static bool same_ports(const struct endpoint_port *a,
		       const struct endpoint_port *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!same_port(&a[i], &b[i]))
			return false;
	return true;
}

/* The ports from `first` to the end, or an equal run right before them, which
 * is what the pods of a Service nearly always have. */
static uint32_t share_ports(struct endpoints *eps, size_t first)
{
	size_t n = eps->n_ports - first;

	if (n == 0 || first < n ||
	    !same_ports(&eps->ports[first - n], &eps->ports[first], n))
		return (uint32_t)first;
	eps->n_ports = first;
	return (uint32_t)(first - n);
}

static void add(struct endpoints *eps, const struct addr *addr,
		const struct istr *hostname, uint32_t first_port,
		uint32_t n_ports)
{
	struct endpoint *ep;

	if (eps->only && (eps->only->len != addr->len ||
			  memcmp(eps->only->octets, addr->octets, addr->len)))
		return;
	mem_grow(eps->items, eps->n);
	ep = &eps->items[eps->n++];
	*ep = (struct endpoint){
		.addr = *addr, .first_port = first_port, .n_ports = n_ports};
	set_label(ep, hostname);
}

/* DNS-039 (2): a pod's name that is one label. */
static const struct istr *pod_label(const struct endpoints *eps,
				    const struct istr *pod)
{
	const char *text = istr_text(pod);

	if (!eps->has_pod_names || !text || strchr(text, '.') ||
	    strlen(text) > ENDPOINT_MAX_LABEL)
		return NULL;
	return pod;
}

/* The families a Service has endpoints of: as its spec says, or where that
 * says nothing, those of its cluster IP, or both. */
static bool takes_family(const struct obj_service *service, uint8_t addr_len)
{
	if (service->families_v4 || service->families_v6)
		return addr_len == ADDR_V4 ? service->families_v4
					   : service->families_v6;
	return service->n_addrs == 0 || service->addrs[0].len == addr_len;
}

static const struct obj_port *find_port(const struct obj_pod *pod,
					const struct obj_port *want)
{
	for (size_t i = 0; i < pod->n_ports; i++)
		if (pod->ports[i].name == want->target_name &&
		    pod->ports[i].proto == want->proto)
			return &pod->ports[i];
	return NULL;
}

/* A port whose target name the pod does not have is left out. */
static uint32_t add_pod_ports(struct endpoints *eps,
			      const struct obj_service *service,
			      const struct obj_pod *pod, uint32_t *ret_n)
{
	size_t first = eps->n_ports;
	const struct obj_port *port, *found;

	for (uint32_t i = 0; i < service->n_ports; i++) {
		port = &service->ports[i];
		if (!port->target_name) {
			add_port(eps, port->name, port->target_port,
				 port->proto);
			continue;
		}
		found = find_port(pod, port);
		if (found)
			add_port(eps, port->name, found->port, port->proto);
	}
	*ret_n = (uint32_t)(eps->n_ports - first);
	return share_ports(eps, first);
}

static bool is_published(const struct obj_service *service,
			 const struct obj_pod *pod)
{
	if (pod->phase == PHASE_SUCCEEDED || pod->phase == PHASE_FAILED)
		return false;
	return service->publish_not_ready || (pod->ready && !pod->obj.deleting);
}

void endpoints_add_pod(struct endpoints *eps, const struct obj_service *service,
		       const struct obj_pod *pod)
{
	const struct istr *hostname = NULL;
	uint32_t first, n;

	if (!is_published(service, pod) || pod->n_addrs == 0 ||
	    is_hidden(eps, service, pod->obj.name))
		return;
	/* DNS-008 */
	if (pod->obj.ns == service->obj.ns &&
	    pod->subdomain == service->obj.name)
		hostname = pod->hostname;
	if (!has_text(hostname))
		hostname = pod_label(eps, pod->obj.name);
	first = add_pod_ports(eps, service, pod, &n);
	for (size_t i = 0; i < pod->n_addrs; i++)
		if (takes_family(service, pod->addrs[i].len))
			add(eps, &pod->addrs[i], hostname, first, n);
}

void endpoints_add_slice(struct endpoints *eps,
			 const struct obj_service *service,
			 const struct obj_slice *slice)
{
	size_t start = eps->n_ports;
	uint32_t first, n;

	for (uint32_t i = 0; i < slice->n_ports; i++)
		if (slice->ports[i].has_port)
			add_port(eps, slice->ports[i].name,
				 slice->ports[i].port, slice->ports[i].proto);
	n = (uint32_t)(eps->n_ports - start);
	first = share_ports(eps, start);
	for (uint32_t i = 0; i < slice->n_endpoints; i++) {
		const struct obj_endpoint *ep = &slice->endpoints[i];
		const struct istr *label =
			has_text(ep->hostname) ? ep->hostname
					       : pod_label(eps, ep->target_pod);

		/* DNS-005, DNS-006 */
		if (!(ep->ready || service->publish_not_ready) ||
		    is_hidden(eps, service, ep->target_pod))
			continue;
		for (uint32_t k = 0; k < ep->n_addrs; k++)
			add(eps, &ep->addrs[k], label, first, n);
	}
}

static int by_label_and_addr(const void *a, const void *b)
{
	const struct endpoint *x = a, *y = b;
	int order = strcmp(x->label, y->label);

	if (order == 0)
		order = x->addr.len - y->addr.len;
	return order ? order
		     : memcmp(x->addr.octets, y->addr.octets, x->addr.len);
}

static bool has_port(const struct endpoints *eps, size_t from, size_t to,
		     const struct endpoint_port *port)
{
	for (size_t i = from; i < to; i++)
		if (same_port(&eps->ports[i], port))
			return true;
	return false;
}

/* Both runs without repeats become a new run, unless they are the same. */
static void merge(struct endpoints *eps, struct endpoint *into,
		  const struct endpoint *from)
{
	size_t first = eps->n_ports;
	const struct endpoint *both[] = {into, from};

	into->is_hostname |= from->is_hostname;
	if (into->first_port == from->first_port &&
	    into->n_ports == from->n_ports)
		return;
	for (size_t i = 0; i < 2; i++)
		for (uint32_t k = 0; k < both[i]->n_ports; k++) {
			struct endpoint_port port =
				eps->ports[both[i]->first_port + k];

			if (!has_port(eps, first, eps->n_ports, &port))
				add_port(eps, port.name, port.port, port.proto);
		}
	into->first_port = (uint32_t)first;
	into->n_ports = (uint32_t)(eps->n_ports - first);
}

void endpoints_settle(struct endpoints *eps)
{
	size_t kept = 0;

	if (eps->n == 0)
		return;
	sort_items(eps->items, eps->n, sizeof(*eps->items), by_label_and_addr);
	for (size_t i = 1; i < eps->n; i++) {
		if (by_label_and_addr(&eps->items[kept], &eps->items[i]) == 0)
			merge(eps, &eps->items[kept], &eps->items[i]);
		else
			eps->items[++kept] = eps->items[i];
	}
	eps->n = kept + 1;
}
