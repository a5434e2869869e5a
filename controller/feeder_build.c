/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/feeder_priv.h"
#include "controller/store.h"
#include "controller/store_keys.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"
#include "statefuld/zone_edit.h"

/* DNS-073 */
enum { SOA_REFRESH_S = 7200, SOA_RETRY_S = 1800, SOA_EXPIRE_S = 86400 };

static int prepend_text(struct name *name, const char *label)
{
	return name_prepend(name, label, strlen(label));
}

/* ns.dns.<zone>; feeder_add_zones has seen that it can be. */
static void ns_name(struct name *ret_name, const struct name *zone)
{
	*ret_name = *zone;
	st_assert(prepend_text(ret_name, "dns") == 0 &&
		  prepend_text(ret_name, "ns") == 0);
}

/* SOA and NS name hosts of `host`: the zone's own, or for reverse zones those
 * of the first cluster zone (DNS-073, DNS-075). */
static int add_zone(struct feeder *feeder, const struct name *apex,
		    const struct name *host, struct err *err)
{
	const struct feeder_config *config = &feeder->config;
	struct zone_soa soa = {
		.ttl_s = config->negative_ttl_s,
		.refresh_s = SOA_REFRESH_S,
		.retry_s = SOA_RETRY_S,
		.expire_s = SOA_EXPIRE_S,
		.minimum_s = config->negative_ttl_s,
	};
	struct name ns = *host, rname = *host;
	const uint8_t *targets[] = {ns.wire};
	char text[NAME_MAX_TEXT];

	name_text(text, apex->wire);
	if (prepend_text(&ns, "dns") != 0 || prepend_text(&ns, "ns") != 0 ||
	    prepend_text(&rname, "hostmaster") != 0)
		return err_set(err, ST_ELIMIT, "zone %s: the name is too long",
			       text);
	return zone_slot_add_zone(config->slot, apex->wire, ns.wire, rname.wire,
				  &soa, targets, 1, config->ttl_s,
				  (uint32_t)clk_wall_s(), err);
}

int feeder_add_zones(struct feeder *feeder, struct err *err)
{
	static const enum zone_pods pods[] = {
		[PODS_DISABLED] = ZONE_PODS_NONE,
		[PODS_INSECURE] = ZONE_PODS_INSECURE,
		[PODS_VERIFIED] = ZONE_PODS_VERIFIED,
	};
	const struct feeder_config *config = &feeder->config;
	int rc = 0;

	zone_slot_set_pods(config->slot, pods[config->records.pods],
			   config->ttl_s);
	for (size_t i = 0; i < config->n_zones && rc == 0; i++)
		rc = add_zone(feeder, &config->zones[i], &config->zones[i],
			      err);
	for (size_t i = 0; i < config->n_reverse_zones && rc == 0; i++)
		rc = add_zone(feeder, &config->reverse_zones[i],
			      &config->zones[0], err);
	return rc;
}

static void put_sets(struct feeder *feeder, struct zone_edit *edit)
{
	size_t n;
	const struct rr_set *sets = records_sets(&feeder->records, &n);

	for (size_t i = 0; i < n; i++)
		zone_edit_put(edit, &sets[i]);
	records_clear(&feeder->records);
}

void feeder_put_static(struct feeder *feeder, struct zone_edit *edit)
{
	const struct feeder_config *config = &feeder->config;

	for (size_t i = 0; i < config->n_zones; i++) {
		records_static(&feeder->records, &config->zones[i],
			       config->ns_addrs, config->n_ns_addrs);
		put_sets(feeder, edit);
	}
}

static void set_bare(struct zone_edit *edit, const struct name *name,
		     bool is_there)
{
	struct rr_set set = {.owner = name->wire, .type = RR_NONE};

	if (is_there)
		zone_edit_put(edit, &set);
	else
		zone_edit_drop(edit, name->wire);
}

/* <ns>.svc.Z exists while the namespace does and is shown (DNS-027), and
 * <ns>.pod.Z where pods have names (DNS-028). */
static void put_namespace(struct feeder *feeder, struct zone_edit *edit,
			  const char *ns)
{
	const struct feeder_config *config = &feeder->config;
	const struct obj *obj =
		store_get(config->store, OBJ_NAMESPACE, NULL, ns);
	bool is_there = obj && exposure_has_namespace(&feeder->exposure, obj);
	struct name name;

	for (size_t i = 0; i < config->n_zones; i++) {
		if (records_ns_name(&name, &config->zones[i], ns) == 0)
			set_bare(edit, &name, is_there);
		if (config->records.pods != PODS_DISABLED &&
		    records_pod_ns_name(&name, &config->zones[i], ns) == 0)
			set_bare(edit, &name, is_there);
	}
}

struct gather {
	struct feeder *feeder;
	const struct obj_service *service;
	const struct obj_pod *pod;
	const struct addr *addr;
};

static bool gather_pod(const struct obj *pod, void *arg)
{
	struct gather *gather = arg;

	endpoints_add_pod(&gather->feeder->eps, gather->service, obj_pod(pod));
	return true;
}

static bool gather_slice(const struct obj *slice, void *arg)
{
	struct gather *gather = arg;

	if (endpoints_use_slice(gather->service, obj_slice(slice),
				gather->feeder->config.endpoints))
		endpoints_add_slice(&gather->feeder->eps, gather->service,
				    obj_slice(slice));
	return true;
}

static void gather_endpoints(struct feeder *feeder,
			     const struct obj_service *service)
{
	const struct feeder_config *config = &feeder->config;
	const char *ns = istr_text(service->obj.ns);
	struct gather gather = {.feeder = feeder, .service = service};

	endpoints_clear(&feeder->eps);
	if (config->records.no_endpoints)
		return;
	if (endpoints_use_pods(service, config->endpoints))
		store_each_selected(config->store, ns, service->selector,
				    service->n_selector, gather_pod, &gather);
	store_each_slice(config->store, ns, istr_text(service->obj.name),
			 gather_slice, &gather);
	endpoints_settle(&feeder->eps);
}

static void log_skipped(struct feeder *feeder, const char *ns,
			const char *service)
{
	uint32_t hash = store_hash_name(ns, service);

	for (uint32_t i = 0; i < FEEDER_LOGGED; i++)
		if (feeder->logged[i] == hash)
			return;
	feeder->logged[feeder->n_logged++ % FEEDER_LOGGED] = hash;
	log_warn("names left out", "ns=%s service=%s error=%s", log_q(ns),
		 log_q(service),
		 log_q("a label over 63 or a name over 255 octets, or an "
		       "externalName that is no host name"));
}

/* Whether the zone has it; gathers its endpoints. One without any may be as if
 * it were not there (DNS-016). */
static bool is_shown(struct feeder *feeder, const struct obj_service *service)
{
	if (!exposure_has_service(&feeder->exposure, feeder->config.store,
				  service))
		return false;
	gather_endpoints(feeder, service);
	return feeder->eps.n > 0 || service->type != SERVICE_CLUSTER_IP ||
	       !feeder->config.records.ignore_empty_service;
}

static void put_service(struct feeder *feeder, struct zone_edit *edit,
			const char *ns, const char *name)
{
	const struct feeder_config *config = &feeder->config;
	const struct obj_service *service =
		obj_service(store_get(config->store, OBJ_SERVICE, ns, name));
	const struct rr_set *sets;
	struct name top;
	size_t n;

	if (service && !is_shown(feeder, service))
		service = NULL;
	nameserver_note(&feeder->nameserver, ns, name, service, &feeder->eps);
	for (size_t i = 0; i < config->n_zones; i++) {
		if (service)
			records_service(&feeder->records, &config->zones[i],
					service, &feeder->eps);
		if (feeder->records.skipped > 0)
			log_skipped(feeder, ns, name);
		sets = records_sets(&feeder->records, &n);
		if (records_service_name(&top, &config->zones[i], ns, name) ==
		    0)
			zone_edit_subtree(edit, top.wire, sets, n);
		records_clear(&feeder->records);
	}
}

static void add_target(struct feeder *feeder, const struct obj *service,
		       const struct endpoint *ep)
{
	struct ptr_target target = {.is_hostname = ep && ep->is_hostname};

	if (records_service_name(&target.name, &feeder->config.zones[0],
				 istr_text(service->ns),
				 istr_text(service->name)) != 0)
		return;
	if (ep && name_prepend(&target.name, ep->label, ep->label_len) != 0)
		return;
	mem_grow(feeder->targets, feeder->n_targets);
	feeder->targets[feeder->n_targets++] = target;
}

static void add_endpoint_targets(struct feeder *feeder,
				 const struct obj_service *service)
{
	for (size_t i = 0; i < feeder->eps.n; i++)
		add_target(feeder, &service->obj, &feeder->eps.items[i]);
	endpoints_clear(&feeder->eps);
}

static bool is_exposed(const struct feeder *feeder, const struct obj *service)
{
	return exposure_has_service(&feeder->exposure, feeder->config.store,
				    obj_service(service));
}

static bool on_cluster_ip(const struct obj *service, void *arg)
{
	struct gather *gather = arg;

	if (obj_service(service)->type == SERVICE_CLUSTER_IP &&
	    is_shown(gather->feeder, obj_service(service)))
		add_target(gather->feeder, service, NULL);
	return true;
}

static bool on_selecting(const struct obj *service, void *arg)
{
	struct gather *gather = arg;

	if (!endpoints_use_pods(obj_service(service),
				gather->feeder->config.endpoints) ||
	    !is_exposed(gather->feeder, service))
		return true;
	endpoints_add_pod(&gather->feeder->eps, obj_service(service),
			  gather->pod);
	add_endpoint_targets(gather->feeder, obj_service(service));
	return true;
}

static bool on_pod_there(const struct obj *pod, void *arg)
{
	struct gather *gather = arg;

	gather->pod = obj_pod(pod);
	store_each_selecting(gather->feeder->config.store, pod, on_selecting,
			     gather);
	return true;
}

static bool on_slice_there(const struct obj *obj, void *arg)
{
	struct gather *gather = arg;
	const struct obj_slice *slice = obj_slice(obj);
	const struct obj *service =
		store_get(gather->feeder->config.store, OBJ_SERVICE,
			  istr_text(obj->ns), istr_text(slice->service));

	if (!service ||
	    !endpoints_use_slice(obj_service(service), slice,
				 gather->feeder->config.endpoints) ||
	    !is_exposed(gather->feeder, service))
		return true;
	endpoints_add_slice(&gather->feeder->eps, obj_service(service), slice);
	add_endpoint_targets(gather->feeder, obj_service(service));
	return true;
}

/* Cluster IPs come first and alone (DNS-047); else all endpoints that are
 * published with this address (DNS-043, DNS-048). */
static void gather_targets(struct feeder *feeder, const struct addr *addr)
{
	struct store *store = feeder->config.store;
	struct gather gather = {.feeder = feeder, .addr = addr};

	feeder->n_targets = 0;
	store_each_addr(store, OBJ_SERVICE, addr, on_cluster_ip, &gather);
	if (feeder->n_targets > 0)
		return;
	endpoints_clear(&feeder->eps);
	feeder->eps.only = addr;
	if (feeder_wants_pods(feeder))
		store_each_addr(store, OBJ_POD, addr, on_pod_there, &gather);
	if (feeder_wants_slices(feeder))
		store_each_addr(store, OBJ_SLICE, addr, on_slice_there,
				&gather);
	feeder->eps.only = NULL;
}

/* Real hostnames first; then by name, so that the order is stable. */
static int by_rank(const void *a, const void *b)
{
	const struct ptr_target *x = a, *y = b;

	if (x->is_hostname != y->is_hostname)
		return y->is_hostname - x->is_hostname;
	return name_cmp(x->name.wire, y->name.wire);
}

/* DNS-049: they come first, and if there are any, the rest goes. */
static void keep_hostnames(struct feeder *feeder)
{
	size_t n = 0;

	while (n < feeder->n_targets && feeder->targets[n].is_hostname)
		n++;
	if (n > 0)
		feeder->n_targets = n;
}

static void put_ptr(struct feeder *feeder, struct zone_edit *edit,
		    const struct addr *addr)
{
	struct ptr_target *targets;
	struct name reverse;

	name_reverse(&reverse, addr->octets, addr->len);
	if (!zone_slot_covers(feeder->config.slot, reverse.wire))
		return;
	gather_targets(feeder, addr);
	targets = feeder->targets;
	if (feeder->n_targets > 1)
		sort_items(targets, feeder->n_targets, sizeof(*targets),
			   by_rank);
	if (feeder->config.records.ptr_hostname_only)
		keep_hostnames(feeder);
	records_ptr_begin(&feeder->records, &reverse);
	for (size_t i = 0; i < feeder->n_targets; i++)
		if (i == 0 ||
		    !name_equal(targets[i].name.wire, targets[i - 1].name.wire))
			records_ptr_add(&feeder->records, &targets[i].name);
	put_sets(feeder, edit);
}

/* DNS-075, DNS-076. */
static void put_ns(struct feeder *feeder, struct zone_edit *edit,
		   const struct name *apex, const struct name *host)
{
	struct name names[NAMESERVER_MAX];
	const uint8_t *wires[NAMESERVER_MAX];
	size_t n = nameserver_names(&feeder->nameserver, host, names);

	if (n == 0) {
		ns_name(&names[0], host);
		n = 1;
	}
	for (size_t i = 0; i < n; i++)
		wires[i] = names[i].wire;
	zone_edit_set_ns(edit, apex->wire, wires, n, feeder->config.ttl_s);
}

static void put_nameservers(struct feeder *feeder, struct zone_edit *edit)
{
	const struct feeder_config *config = &feeder->config;

	if (!feeder->nameserver.has_news)
		return;
	feeder->nameserver.has_news = false;
	for (size_t i = 0; i < config->n_zones; i++)
		put_ns(feeder, edit, &config->zones[i], &config->zones[i]);
	for (size_t i = 0; i < config->n_reverse_zones; i++)
		put_ns(feeder, edit, &config->reverse_zones[i],
		       &config->zones[0]);
}

void feeder_put_dirty(struct feeder *feeder, struct zone_edit *edit)
{
	const struct dirty *dirty = &feeder->dirty;

	for (size_t i = 0; i < dirty->n_names; i++)
		if (dirty->names[i].name)
			put_service(feeder, edit, istr_text(dirty->names[i].ns),
				    istr_text(dirty->names[i].name));
		else
			put_namespace(feeder, edit,
				      istr_text(dirty->names[i].ns));
	for (size_t i = 0; i < dirty->n_addrs; i++)
		put_ptr(feeder, edit, &dirty->addrs[i]);
	for (size_t i = 0; i < dirty->n_pods; i++)
		feeder_put_pod(feeder, edit, dirty->pods[i].ns,
			       &dirty->pods[i].addr);
	if (dirty->has_expected)
		feeder_put_expected(feeder, edit);
	put_nameservers(feeder, edit);
}

struct build {
	struct feeder *feeder;
	struct zone_edit *edit;
};

static bool build_namespace(const struct obj *obj, void *arg)
{
	struct build *build = arg;

	put_namespace(build->feeder, build->edit, istr_text(obj->name));
	return true;
}

static bool build_service(const struct obj *obj, void *arg)
{
	struct build *build = arg;

	put_service(build->feeder, build->edit, istr_text(obj->ns),
		    istr_text(obj->name));
	return true;
}

static void build_addrs(const struct build *build, const struct addr *addrs,
			size_t n)
{
	for (size_t i = 0; i < n; i++)
		put_ptr(build->feeder, build->edit, &addrs[i]);
}

static bool build_addrs_of(const struct obj *obj, void *arg)
{
	const struct obj_slice *slice;

	if (obj->kind == OBJ_SERVICE)
		build_addrs(arg, obj_service(obj)->addrs,
			    obj_service(obj)->n_addrs);
	if (obj->kind == OBJ_POD)
		build_addrs(arg, obj_pod(obj)->addrs, obj_pod(obj)->n_addrs);
	if (obj->kind != OBJ_SLICE)
		return true;
	slice = obj_slice(obj);
	for (uint32_t i = 0; i < slice->n_endpoints; i++)
		build_addrs(arg, slice->endpoints[i].addrs,
			    slice->endpoints[i].n_addrs);
	return true;
}

void feeder_drop_all(struct feeder *feeder, struct zone_edit *edit)
{
	const struct feeder_config *config = &feeder->config;

	for (size_t i = 0; i < config->n_zones; i++)
		zone_edit_subtree(edit, config->zones[i].wire, NULL, 0);
	for (size_t i = 0; i < config->n_reverse_zones; i++)
		zone_edit_subtree(edit, config->reverse_zones[i].wire, NULL, 0);
	feeder_put_static(feeder, edit);
}

void feeder_put_all(struct feeder *feeder, struct zone_edit *edit)
{
	struct store *store = feeder->config.store;
	struct build build = {feeder, edit};

	store_each(store, OBJ_NAMESPACE, build_namespace, &build);
	store_each(store, OBJ_SERVICE, build_service, &build);
	feeder_put_pods(feeder, edit);
	feeder_put_expected(feeder, edit);
	put_nameservers(feeder, edit);
	if (feeder->config.n_reverse_zones == 0)
		return;
	store_each(store, OBJ_SERVICE, build_addrs_of, &build);
	if (feeder_wants_pods(feeder))
		store_each(store, OBJ_POD, build_addrs_of, &build);
	if (feeder_wants_slices(feeder))
		store_each(store, OBJ_SLICE, build_addrs_of, &build);
}
