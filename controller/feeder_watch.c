/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "controller/feeder_priv.h"
#include "controller/store.h"

static bool same_addrs(const struct addr *a, const struct addr *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].len != b[i].len ||
		    memcmp(a[i].octets, b[i].octets, a[i].len) != 0)
			return false;
	return true;
}

static bool same_pairs(const struct obj_label *a, const struct obj_label *b,
		       size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].key != b[i].key || a[i].value != b[i].value)
			return false;
	return true;
}

static bool same_ports(const struct obj_port *a, const struct obj_port *b,
		       size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].name != b[i].name ||
		    a[i].target_name != b[i].target_name ||
		    a[i].port != b[i].port ||
		    a[i].target_port != b[i].target_port ||
		    a[i].proto != b[i].proto || a[i].has_port != b[i].has_port)
			return false;
	return true;
}

static bool same_labels(const struct obj *a, const struct obj *b)
{
	return a->n_labels == b->n_labels &&
	       same_pairs(a->labels, b->labels, a->n_labels);
}

/* Whether both make the same records, whatever else is different. */
static bool same_service(const struct feeder *feeder,
			 const struct obj_service *a,
			 const struct obj_service *b)
{
	if (feeder->exposure.of_services && !same_labels(&a->obj, &b->obj))
		return false;
	return a->type == b->type && a->external_name == b->external_name &&
	       a->publish_not_ready == b->publish_not_ready &&
	       a->families_v4 == b->families_v4 &&
	       a->families_v6 == b->families_v6 &&
	       a->n_selector == b->n_selector && a->n_addrs == b->n_addrs &&
	       a->n_ports == b->n_ports &&
	       same_pairs(a->selector, b->selector, a->n_selector) &&
	       same_addrs(a->addrs, b->addrs, a->n_addrs) &&
	       same_ports(a->ports, b->ports, a->n_ports);
}

static bool is_over(const struct obj_pod *pod)
{
	return pod->phase == PHASE_SUCCEEDED || pod->phase == PHASE_FAILED;
}

static bool same_pod(const struct obj_pod *a, const struct obj_pod *b)
{
	return a->ready == b->ready && a->obj.deleting == b->obj.deleting &&
	       is_over(a) == is_over(b) && a->hostname == b->hostname &&
	       a->subdomain == b->subdomain && a->n_addrs == b->n_addrs &&
	       a->n_ports == b->n_ports && same_labels(&a->obj, &b->obj) &&
	       same_addrs(a->addrs, b->addrs, a->n_addrs) &&
	       same_ports(a->ports, b->ports, a->n_ports);
}

static void mark_addrs(struct feeder *feeder, const struct addr *addrs,
		       size_t n)
{
	if (feeder->config.n_reverse_zones == 0)
		return;
	for (size_t i = 0; i < n; i++)
		dirty_add_addr(&feeder->dirty, &addrs[i]);
}

static void mark_slice_addrs(struct feeder *feeder,
			     const struct obj_slice *slice)
{
	for (uint32_t i = 0; i < slice->n_endpoints; i++)
		mark_addrs(feeder, slice->endpoints[i].addrs,
			   slice->endpoints[i].n_addrs);
}

/* The endpoints of a Service have changed. Where one without any is not shown,
 * its cluster IPs come and go with them. */
static void mark_endpoints(struct feeder *feeder, const struct obj *service)
{
	dirty_add_name(&feeder->dirty, service->ns, service->name);
	if (feeder->config.records.ignore_empty_service)
		mark_addrs(feeder, obj_service(service)->addrs,
			   obj_service(service)->n_addrs);
}

static bool on_selecting(const struct obj *service, void *arg)
{
	mark_endpoints(arg, service);
	return true;
}

void feeder_mark_pod(struct feeder *feeder, const struct obj *pod)
{
	if (feeder_wants_pods(feeder))
		store_each_selecting(feeder->config.store, pod, on_selecting,
				     feeder);
	mark_addrs(feeder, obj_pod(pod)->addrs, obj_pod(pod)->n_addrs);
}

static bool on_selected(const struct obj *pod, void *arg)
{
	mark_addrs(arg, obj_pod(pod)->addrs, obj_pod(pod)->n_addrs);
	return true;
}

static bool on_slice_of(const struct obj *slice, void *arg)
{
	mark_slice_addrs(arg, obj_slice(slice));
	return true;
}

/* The Service and each address that may point back at it. */
static void mark_service(struct feeder *feeder, const struct obj *obj)
{
	const struct obj_service *service = obj_service(obj);
	const char *ns = istr_text(obj->ns);

	dirty_add_name(&feeder->dirty, obj->ns, obj->name);
	if (feeder->config.n_reverse_zones == 0)
		return;
	mark_addrs(feeder, service->addrs, service->n_addrs);
	store_each_slice(feeder->config.store, ns, istr_text(obj->name),
			 on_slice_of, feeder);
	if (feeder_wants_pods(feeder))
		store_each_selected(feeder->config.store, ns, service->selector,
				    service->n_selector, on_selected, feeder);
}

static bool on_service_of(const struct obj *service, void *arg)
{
	mark_service(arg, service);
	return true;
}

static bool on_pod_of(const struct obj *pod, void *arg)
{
	feeder_mark_pod_name(arg, pod);
	return true;
}

static void mark_namespace(struct feeder *feeder, const char *ns)
{
	const struct store *store = feeder->config.store;

	if (feeder->exposure.of_namespaces)
		store_each_in(store, OBJ_SERVICE, ns, on_service_of, feeder);
	if (feeder->config.records.pods == PODS_VERIFIED)
		store_each_in(store, OBJ_POD, ns, on_pod_of, feeder);
}

static bool is_shown(const struct feeder *feeder, const struct obj *ns)
{
	return ns && exposure_has_namespace(&feeder->exposure, ns);
}

/* Before all is ready nothing is marked, since all will be built. A namespace
 * that is shown from now on, or no longer, takes all that is in it along. */
static void on_namespace(const struct obj *was, const struct obj *is, void *arg)
{
	struct feeder *feeder = arg;
	const struct istr *name = (was ? was : is)->name;

	if (!feeder->is_ready || is_shown(feeder, was) == is_shown(feeder, is))
		return;
	dirty_add_name(&feeder->dirty, name, NULL);
	mark_namespace(feeder, istr_text(name));
	feeder_wake(feeder);
}

/* With pods as the source, a slice that the endpointslice controller made for
 * a Service with a selector says nothing that the pods do not say: a sixth of
 * the memory of a large cluster. A Service that has lost its selector
 * keeps the slices that are left, so they count again. */
static bool is_idle_slice(const struct obj *obj, void *arg)
{
	const struct feeder *feeder = arg;
	const struct obj_slice *slice = obj_slice(obj);
	const struct obj *service;

	if (!slice->service)
		return false;
	service = store_get(feeder->config.store, OBJ_SERVICE,
			    istr_text(obj->ns), istr_text(slice->service));
	return service &&
	       endpoints_use_pods(obj_service(service), ENDPOINTS_PODS) &&
	       !endpoints_use_slice(obj_service(service), slice,
				    ENDPOINTS_PODS);
}

static bool lacks_slices(const struct feeder *feeder, const struct obj *was,
			 const struct obj *is)
{
	enum controller_endpoints mode = feeder->config.endpoints;

	return feeder->config.want_slices && was && is &&
	       endpoints_use_pods(obj_service(was), mode) &&
	       !endpoints_use_pods(obj_service(is), mode);
}

void feeder_slices_listed(struct feeder *feeder)
{
	dirty_take(&feeder->dirty, &feeder->held);
	if (!dirty_is_empty(&feeder->dirty))
		feeder_wake(feeder);
}

static void mark_services(struct feeder *feeder, const struct obj *was,
			  const struct obj *is)
{
	if (was)
		mark_service(feeder, was);
	if (is)
		mark_service(feeder, is);
	feeder_wake(feeder);
}

/* What is marked waits for the list, so that no name blinks out. */
static void hold_service(struct feeder *feeder, const struct obj *was,
			 const struct obj *is)
{
	struct dirty dirty = feeder->dirty;

	feeder->dirty = feeder->held;
	mark_services(feeder, was, is);
	feeder->held = feeder->dirty;
	feeder->dirty = dirty;
	feeder->config.want_slices(feeder->config.want_arg);
}

static void on_service(const struct obj *was, const struct obj *is, void *arg)
{
	struct feeder *feeder = arg;

	if (lacks_slices(feeder, was, is)) {
		hold_service(feeder, was, is);
		return;
	}
	if (!feeder->is_ready ||
	    (was && is &&
	     same_service(feeder, obj_service(was), obj_service(is))))
		return;
	mark_services(feeder, was, is);
	feeder_time_service(feeder, was, is);
}

static void mark_pod(struct feeder *feeder, const struct obj *pod)
{
	if (!pod)
		return;
	if (feeder_wants_pods(feeder))
		feeder_mark_pod(feeder, pod);
	if (feeder->config.records.pods == PODS_VERIFIED)
		feeder_mark_pod_name(feeder, pod);
}

static void on_pod(const struct obj *was, const struct obj *is, void *arg)
{
	struct feeder *feeder = arg;

	if (feeder->n_withdrawn > 0)
		feeder_withdraw_heard(feeder, was, is);
	if (!feeder->is_ready ||
	    (was && is && same_pod(obj_pod(was), obj_pod(is))))
		return;
	mark_pod(feeder, was);
	mark_pod(feeder, is);
	feeder_time_pod(feeder, was, is);
	if (!dirty_is_empty(&feeder->dirty))
		feeder_wake(feeder);
}

static void mark_slice(struct feeder *feeder, const struct obj_slice *slice)
{
	const struct obj *service;

	if (!slice->service)
		return;
	service =
		store_get(feeder->config.store, OBJ_SERVICE,
			  istr_text(slice->obj.ns), istr_text(slice->service));
	if (!service || !endpoints_use_slice(obj_service(service), slice,
					     feeder->config.endpoints))
		return;
	mark_endpoints(feeder, service);
	mark_slice_addrs(feeder, slice);
}

static void on_slice(const struct obj *was, const struct obj *is, void *arg)
{
	struct feeder *feeder = arg;

	if (!feeder->is_ready)
		return;
	if (was)
		mark_slice(feeder, obj_slice(was));
	if (is)
		mark_slice(feeder, obj_slice(is));
	feeder_time_slice(feeder, was, is);
	if (!dirty_is_empty(&feeder->dirty))
		feeder_wake(feeder);
}

static void on_synced(enum obj_kind kind, void *arg)
{
	(void)kind;
	feeder_wake(arg);
}

void feeder_subscribe(struct feeder *feeder)
{
	struct store *store = feeder->config.store;

	store_subscribe(store, OBJ_NAMESPACE, on_namespace, feeder);
	store_subscribe(store, OBJ_SERVICE, on_service, feeder);
	store_subscribe(store, OBJ_POD, on_pod, feeder);
	store_subscribe(store, OBJ_SLICE, on_slice, feeder);
	feeder_expect_subscribe(feeder);
	store_on_synced(store, on_synced, feeder);
	if (feeder->config.endpoints == ENDPOINTS_PODS &&
	    feeder->config.want_slices)
		store_skip(store, OBJ_SLICE, is_idle_slice, feeder);
}
