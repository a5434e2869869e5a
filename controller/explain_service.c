/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/explain_priv.h"
#include "controller/exposure.h"
#include "controller/store.h"
#include "statefuld/mem.h"

/* How many pods of a Service are listed, the rest is counted. */
enum { MAX_PODS = 10 };

/* What is asked for below a Service. */
struct below {
	const struct question *q;
	const struct obj_service *service;
	const char *label;	   /* of an endpoint; NULL: any */
	const char *port, *proto;  /* of an SRV name, without '_'; NULL: none */
	size_t n_in, n_out;	   /* endpoints that count, and that do not */
	size_t n_with_port;	   /* that have the port */
	struct endpoints eps;	   /* scratch: those of one object */
	char ports[256];	   /* names of ports that there are */
	const struct obj *only_ns; /* see other_namespace() */
};

static void address_text(char out[INET6_ADDRSTRLEN], const struct addr *addr)
{
	inet_ntop(addr->len == ADDR_V4 ? AF_INET : AF_INET6, addr->octets, out,
		  INET6_ADDRSTRLEN);
}

/* "app=web,tier=front" */
static void selector_text(char *out, size_t size,
			  const struct obj_service *service)
{
	size_t len = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < service->n_selector && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s=%s",
					i > 0 ? "," : "",
					istr_text(service->selector[i].key),
					istr_text(service->selector[i].value));
}

/* ---- no such Service ---- */

static bool other_namespace(const struct obj *obj, void *arg)
{
	struct below *below = arg;

	if (strcmp(istr_text(obj->name), below->label) != 0)
		return true;
	below->only_ns = obj;
	return false;
}

static bool wants_service(const struct obj *obj, void *arg)
{
	struct below *below = arg;

	if (!obj_set(obj)->service_name ||
	    strcmp(istr_text(obj_set(obj)->service_name), below->label) != 0)
		return true;
	below->only_ns = obj;
	return false;
}

/* <pod>.<ns>.svc: the Service's label was left out. */
static bool suggest_pod(const struct question *q, const char *ns,
			const char *name)
{
	const struct obj_pod *pod =
		obj_pod(store_get(q->config->store, OBJ_POD, ns, name));

	if (!pod || !pod->subdomain)
		return false;
	explain_find(q->out, "pod-without-service", &pod->obj, 0,
		     "that is a pod; pods are found below their Service");
	explain_fix(q->out, "ask for %s.%s.%s.svc.%s",
		    pod->hostname ? istr_text(pod->hostname) : name,
		    istr_text(pod->subdomain), ns, q->zone_text);
	return true;
}

static void explain_no_service(const struct question *q, const char *ns,
			       const char *name)
{
	struct below below = {.q = q, .label = name};

	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "no-such-service", NULL, 0,
		     "there is no Service %s in namespace %s", name, ns);
	store_each_in(q->config->store, OBJ_SET, ns, wants_service, &below);
	if (below.only_ns) {
		explain_find(q->out, "service-wanted", below.only_ns, 0,
			     "its spec.serviceName names that Service");
		explain_fix(q->out,
			    "make a Service %s/%s with clusterIP: None that "
			    "selects the set's pods",
			    ns, name);
		return;
	}
	if (suggest_pod(q, ns, name))
		return;
	store_each(q->config->store, OBJ_SERVICE, other_namespace, &below);
	if (below.only_ns) {
		explain_find(q->out, "other-namespace", below.only_ns, 0,
			     "a Service of that name is in namespace %s",
			     istr_text(below.only_ns->ns));
		explain_fix(q->out, "ask for %s.%s.svc.%s", name,
			    istr_text(below.only_ns->ns), q->zone_text);
	}
	if (q->n > 3 && q->labels[0][0] != '_')
		explain_fix(q->out,
			    "make that Service; or, if the name was meant to "
			    "end in %s, put a dot behind that",
			    name);
	explain_fix(q->out,
		    "make that Service, or check the name: kubectl "
		    "get services -n %s",
		    ns);
}

/* ---- the endpoints of a Service ---- */

static bool is_port(const struct below *below, const struct endpoint_port *port)
{
	static const char *const protos[] = {"tcp", "udp", "sctp"};

	return port->name && strcmp(istr_text(port->name), below->port) == 0 &&
	       strcmp(protos[port->proto], below->proto) == 0;
}

static void note_port(struct below *below, const struct istr *name)
{
	const char *text = name ? istr_text(name) : "(unnamed)";
	size_t len = strlen(below->ports);
	const char *there = strstr(below->ports, text);

	if (there || len + strlen(text) + 3 > sizeof(below->ports))
		return;
	snprintf(below->ports + len, sizeof(below->ports) - len, "%s%s",
		 len > 0 ? ", " : "", text);
}

static void look_for_port(struct below *below)
{
	if (!below->port)
		return;
	for (size_t i = 0; i < below->eps.n_ports; i++) {
		note_port(below, below->eps.ports[i].name);
		below->n_with_port += is_port(below, &below->eps.ports[i]);
	}
}

static bool has_label(const struct below *below, const struct endpoint *ep)
{
	return !below->label || strcmp(below->label, ep->label) == 0;
}

/* What one object gave, in below->eps. */
static bool tell_endpoints(struct below *below, const struct obj *from,
			   int64_t since_s)
{
	char text[INET6_ADDRSTRLEN];
	bool any = false;

	for (size_t i = 0; i < below->eps.n; i++) {
		const struct endpoint *ep = &below->eps.items[i];

		if (!has_label(below, ep))
			continue;
		any = true;
		if (++below->n_in > MAX_PODS && !below->label)
			continue;
		address_text(text, &ep->addr);
		explain_find(below->q->out, "address", from, since_s,
			     "%s, as %s.%s", text, ep->label,
			     istr_text(below->service->obj.name));
	}
	if (any)
		look_for_port(below);
	return any;
}

static bool is_named(const struct below *below, const struct obj_pod *pod)
{
	return !below->label ||
	       strcmp(istr_text(pod->obj.name), below->label) == 0 ||
	       (pod->hostname &&
		strcmp(istr_text(pod->hostname), below->label) == 0);
}

static bool on_pod(const struct obj *obj, void *arg)
{
	struct below *below = arg;
	const struct obj_pod *pod = obj_pod(obj);
	int64_t since_s = pod->ready ? pod->ready_since_s : 0;

	endpoints_clear(&below->eps);
	endpoints_add_pod(&below->eps, below->service, pod);
	if (tell_endpoints(below, obj, since_s) || below->eps.n > 0 ||
	    !is_named(below, pod))
		return true;
	below->n_out +=
		explain_pod_is_out(below->q, below->service, pod,
				   below->label || below->n_out < MAX_PODS);
	return true;
}

static void tell_not_ready(const struct below *below,
			   const struct obj_slice *slice,
			   const struct obj_endpoint *ep)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (ep->n_addrs > 0)
		address_text(text, &ep->addrs[0]);
	explain_find(below->q->out, "endpoint-not-ready", &slice->obj, 0,
		     "its endpoint %s is not ready",
		     ep->target_pod ? istr_text(ep->target_pod) : text);
}

static bool on_slice(const struct obj *obj, void *arg)
{
	struct below *below = arg;
	const struct obj_slice *slice = obj_slice(obj);

	if (!endpoints_use_slice(below->service, slice,
				 below->q->config->endpoints))
		return true;
	endpoints_clear(&below->eps);
	endpoints_add_slice(&below->eps, below->service, slice);
	tell_endpoints(below, obj, 0);
	for (uint32_t i = 0; i < slice->n_endpoints; i++) {
		const struct obj_endpoint *ep = &slice->endpoints[i];

		if (ep->ready || below->service->publish_not_ready ||
		    below->label)
			continue;
		if (below->n_out++ < MAX_PODS)
			tell_not_ready(below, slice, ep);
	}
	return true;
}

static void gather(struct below *below)
{
	const struct explain_config *config = below->q->config;
	const struct obj_service *service = below->service;
	const char *ns = istr_text(service->obj.ns);

	if (config->records->no_endpoints) {
		below->n_out++;
		explain_find(below->q->out, "endpoints-off", NULL, 0,
			     "endpoints have no names: --no-endpoints is "
			     "given");
		return;
	}
	endpoints_init(&below->eps);
	below->eps.hide = config->hide;
	below->eps.hide_arg = config->hide_arg;
	below->eps.has_pod_names = config->records->endpoint_pod_names;
	if (endpoints_use_pods(service, config->endpoints))
		store_each_selected(config->store, ns, service->selector,
				    service->n_selector, on_pod, below);
	store_each_slice(config->store, ns, istr_text(service->obj.name),
			 on_slice, below);
	endpoints_fini(&below->eps);
	if (!below->label && below->n_in > MAX_PODS)
		below->q->out->n_more += below->n_in - MAX_PODS;
	if (!below->label && below->n_out > MAX_PODS)
		below->q->out->n_more += below->n_out - MAX_PODS;
}

static void explain_no_endpoints(const struct below *below)
{
	const struct obj_service *service = below->service;
	struct explanation *out = below->q->out;
	char selector[256];

	selector_text(selector, sizeof(selector), service);
	if (below->n_out > 0)
		return;
	if (!endpoints_use_pods(service, below->q->config->endpoints)) {
		explain_find(out, "no-slice", &service->obj, 0,
			     "no EndpointSlice of its has a ready endpoint");
		if (service->has_selector)
			explain_fix(out, EXPLAIN_SEE_SLICES,
				    istr_text(service->obj.ns));
		explain_fix(out,
			    "give the Service a selector, or make an "
			    "EndpointSlice labelled "
			    "kubernetes.io/service-name: %s",
			    istr_text(service->obj.name));
		return;
	}
	explain_find(out, "no-pod-selected", &service->obj, 0,
		     "no pod in namespace %s has all labels that it selects: "
		     "%s",
		     istr_text(service->obj.ns), selector);
	explain_fix(out,
		    "compare the pods' labels: kubectl get pods -n %s "
		    "--show-labels",
		    istr_text(service->obj.ns));
}

/* ---- names of a Service ---- */

static void tell_service(const struct question *q,
			 const struct obj_service *service, const char *what)
{
	explain_find(q->out, "service", &service->obj, service->created_s, "%s",
		     what);
}

static void tell_cluster_ips(const struct question *q,
			     const struct obj_service *service)
{
	char text[INET6_ADDRSTRLEN];

	for (uint32_t i = 0; i < service->n_addrs; i++) {
		address_text(text, &service->addrs[i]);
		explain_find(q->out, "cluster-ip", &service->obj,
			     service->created_s, "cluster IP %s", text);
	}
}

static void explain_port_missing(const struct below *below)
{
	struct explanation *out = below->q->out;

	out->verdict = EXPLAIN_MISSING;
	explain_find(out, "no-such-port", &below->service->obj, 0,
		     "no port named %s with protocol %s; there is: %s",
		     below->port, below->proto,
		     *below->ports ? below->ports : "none");
	explain_fix(out, "name that port in the Service's spec.ports, or ask "
			 "for a name that is there");
}

/* _port._proto below a Service with cluster IP: its own ports (DNS-009). */
static void explain_cluster_srv(struct below *below)
{
	const struct obj_service *service = below->service;

	for (uint32_t i = 0; i < service->n_ports; i++) {
		const struct obj_port *from = &service->ports[i];
		struct endpoint_port port = {from->name, from->port,
					     from->proto};

		note_port(below, port.name);
		if (!is_port(below, &port))
			continue;
		below->q->out->verdict = EXPLAIN_RECORDS;
		explain_find(below->q->out, "port", &service->obj,
			     service->created_s, "port %u of the Service",
			     port.port);
		return;
	}
	explain_port_missing(below);
}

static void explain_headless(struct below *below)
{
	gather(below);
	if (below->n_in == 0) {
		below->q->out->verdict = EXPLAIN_MISSING;
		explain_no_endpoints(below);
		explain_fix(below->q->out,
			    "a headless Service has a name once one of its "
			    "endpoints is ready");
		return;
	}
	below->q->out->verdict = EXPLAIN_RECORDS;
	explain_forget_fix(below->q->out);
	if (below->port && below->n_with_port == 0)
		explain_port_missing(below);
}

/* DNS-016: whether it is as if it were not there. */
static bool explain_empty_service(struct below *below)
{
	if (!below->q->config->records->ignore_empty_service)
		return false;
	gather(below);
	explain_forget_fix(below->q->out);
	if (below->n_in > 0)
		return false;
	below->q->out->verdict = EXPLAIN_MISSING;
	explain_find(below->q->out, "empty-service", &below->service->obj, 0,
		     "none of its endpoints is ready, and "
		     "--ignore-empty-service is given");
	explain_no_endpoints(below);
	return true;
}

/* What the Service's own name says: the address type first. */
static void explain_top(struct below *below)
{
	const struct obj_service *service = below->service;
	const struct question *q = below->q;

	if (service->type == SERVICE_HEADLESS) {
		tell_service(q, service,
			     "headless: its name has the "
			     "addresses of its ready pods");
		explain_headless(below);
		return;
	}
	tell_cluster_ips(q, service);
	if (explain_empty_service(below))
		return;
	q->out->verdict = EXPLAIN_RECORDS;
	if (below->port)
		explain_cluster_srv(below);
}

static void explain_endpoint(struct below *below)
{
	const struct obj_service *service = below->service;
	const struct question *q = below->q;

	tell_service(q, service,
		     service->type == SERVICE_HEADLESS
			     ? "headless: its pods have names below it"
			     : "its endpoints have names below it");
	gather(below);
	q->out->verdict = below->n_in > 0 ? EXPLAIN_RECORDS : EXPLAIN_MISSING;
	if (below->n_in == 0 && below->n_out == 0)
		explain_missing_pod(q, service, below->label);
}

static bool is_literal(const char *text)
{
	struct in6_addr addr;

	return inet_pton(AF_INET, text, &addr) == 1 ||
	       inet_pton(AF_INET6, text, &addr) == 1;
}

static void explain_external(const struct question *q,
			     const struct obj_service *service)
{
	const char *target = istr_text(service->external_name);

	if (!target || is_literal(target)) {
		q->out->verdict = EXPLAIN_MISSING;
		explain_find(q->out, "external-address", &service->obj,
			     service->created_s,
			     "its externalName is an address, '%s': an alias "
			     "can only name a name",
			     target ? target : "");
		explain_fix(q->out, "use a Service without selector and an "
				    "EndpointSlice with that address");
		return;
	}
	q->out->verdict = q->n == 3 ? EXPLAIN_RECORDS : EXPLAIN_MISSING;
	explain_find(q->out, "external-name", &service->obj, service->created_s,
		     "an alias of %s", target);
	if (q->n > 3)
		explain_fix(q->out, "nothing is below an ExternalName "
				    "Service: ask for its own name");
}

static void explain_unallocated(const struct question *q,
				const struct obj_service *service)
{
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "no-cluster-ip", &service->obj, service->created_s,
		     "it has no cluster IP yet");
	explain_fix(q->out, "wait until the API server has given it one");
}

/* DNS-014 */
static void explain_hidden_service(const struct question *q,
				   const struct obj_service *service)
{
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "service-hidden", &service->obj,
		     service->created_s,
		     "it is there, but not shown: it lacks the labels that "
		     "--service-labels asks for");
	explain_fix(q->out, "give the Service those labels");
}

/* Both labels of an SRV name begin with '_' (DNS-024). */
static bool take_port(const struct question *q, struct below *below)
{
	bool is_loose = q->config->records->compat_loose_srv;

	if (!is_loose && (q->labels[0][0] != '_' || q->labels[1][0] != '_')) {
		q->out->verdict = EXPLAIN_MISSING;
		explain_find(q->out, "no-underscores", NULL, 0,
			     "two labels below a Service are a port and a "
			     "protocol, each with an underscore");
		explain_fix(q->out, "ask for _%s._%s.%s.%s.svc.%s",
			    q->labels[0] + (q->labels[0][0] == '_'),
			    q->labels[1] + (q->labels[1][0] == '_'),
			    q->labels[2], q->labels[3], q->zone_text);
		return false;
	}
	below->port = q->labels[0] + (q->labels[0][0] == '_');
	below->proto = q->labels[1] + (q->labels[1][0] == '_');
	return true;
}

/* "_tcp.<service>": exists if a port of that protocol does (DNS-027). */
static void explain_protocol(const struct question *q,
			     const struct obj_service *service)
{
	tell_service(q, service,
		     "only whole names of ports, "
		     "_port._proto, have records");
	q->out->verdict = EXPLAIN_EMPTY;
}

void explain_service(const struct question *q)
{
	const char *ns = q->labels[q->n - 2], *name = q->labels[q->n - 3];
	struct below below = {
		.q = q,
		.service = obj_service(
			store_get(q->config->store, OBJ_SERVICE, ns, name)),
	};

	if (!below.service)
		explain_no_service(q, ns, name);
	else if (!exposure_has_service(q->config->exposure, q->config->store,
				       below.service))
		explain_hidden_service(q, below.service);
	else if (below.service->type == SERVICE_EXTERNAL_NAME)
		explain_external(q, below.service);
	else if (below.service->type == SERVICE_NONE)
		explain_unallocated(q, below.service);
	else if (q->n == 4 && q->labels[0][0] == '_')
		explain_protocol(q, below.service);
	else if (q->n == 4) {
		below.label = q->labels[0];
		explain_endpoint(&below);
	} else if (q->n == 3 || take_port(q, &below))
		explain_top(&below);
}

/* ---- addresses ---- */

struct reverse {
	const struct question *q;
	const struct addr *addr;
	const struct obj_pod *pod;
	size_t n;      /* names that it has */
	size_t n_pods; /* that have it */
};

/* Where it is not shown, says so. */
static bool is_shown(const struct reverse *reverse,
		     const struct obj_service *service)
{
	const struct explain_config *config = reverse->q->config;

	if (exposure_has_service(config->exposure, config->store, service))
		return true;
	explain_find(reverse->q->out, "service-hidden", &service->obj, 0,
		     "it is there, but neither --namespaces nor labels have "
		     "it shown");
	return false;
}

static bool on_cluster_ip(const struct obj *obj, void *arg)
{
	struct reverse *reverse = arg;

	if (obj_service(obj)->type != SERVICE_CLUSTER_IP ||
	    !is_shown(reverse, obj_service(obj)))
		return true;
	reverse->n++;
	explain_find(reverse->q->out, "cluster-ip", obj,
		     obj_service(obj)->created_s, "its cluster IP");
	return true;
}

static bool on_selecting(const struct obj *obj, void *arg)
{
	struct reverse *reverse = arg;
	const struct obj_service *service = obj_service(obj);

	if (!endpoints_use_pods(service, reverse->q->config->endpoints) ||
	    !is_shown(reverse, service))
		return true;
	if (explain_pod_is_out(reverse->q, service, reverse->pod, true))
		return true;
	reverse->n++;
	explain_find(reverse->q->out, "address", &reverse->pod->obj,
		     reverse->pod->ready_since_s, "an endpoint of Service %s",
		     istr_text(obj->name));
	return true;
}

static bool on_pod_there(const struct obj *obj, void *arg)
{
	struct reverse *reverse = arg;
	size_t before = reverse->q->out->n_findings;

	reverse->n_pods++;
	reverse->pod = obj_pod(obj);
	store_each_selecting(reverse->q->config->store, obj, on_selecting,
			     reverse);
	if (reverse->q->out->n_findings > before)
		return true;
	explain_find(reverse->q->out, "not-selected", obj, 0,
		     "no Service selects the pod with that address");
	explain_fix(reverse->q->out,
		    "make a headless Service that selects the pod");
	return true;
}

static bool on_slice_there(const struct obj *obj, void *arg)
{
	struct reverse *reverse = arg;
	const struct obj_slice *slice = obj_slice(obj);
	const struct obj_service *service = obj_service(
		store_get(reverse->q->config->store, OBJ_SERVICE,
			  istr_text(obj->ns), istr_text(slice->service)));
	struct endpoints eps;

	if (!service ||
	    !endpoints_use_slice(service, slice, reverse->q->config->endpoints))
		return true;
	endpoints_init(&eps);
	eps.only = reverse->addr;
	endpoints_add_slice(&eps, service, slice);
	reverse->n += eps.n;
	explain_find(reverse->q->out,
		     eps.n > 0 ? "address" : "endpoint-not-ready", obj, 0,
		     eps.n > 0 ? "an endpoint of Service %s"
			       : "an endpoint of Service %s that is not ready",
		     istr_text(slice->service));
	endpoints_fini(&eps);
	return true;
}

void explain_address(const struct question *q, const struct addr *addr)
{
	const struct store *store = q->config->store;
	struct reverse reverse = {.q = q, .addr = addr};
	char text[INET6_ADDRSTRLEN];

	address_text(text, addr);
	store_each_addr(store, OBJ_SERVICE, addr, on_cluster_ip, &reverse);
	if (reverse.n == 0) {
		if (q->config->endpoints == ENDPOINTS_PODS)
			store_each_addr(store, OBJ_POD, addr, on_pod_there,
					&reverse);
		store_each_addr(store, OBJ_SLICE, addr, on_slice_there,
				&reverse);
	}
	q->out->verdict = reverse.n > 0 ? EXPLAIN_RECORDS : EXPLAIN_MISSING;
	if (q->out->n_findings == 0)
		explain_find(q->out, "no-such-address", NULL, 0,
			     "no Service%s or EndpointSlice has the address "
			     "%s",
			     q->config->endpoints == ENDPOINTS_PODS ? ", pod"
								    : "",
			     text);
}
