/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/feeder_priv.h"
#include "controller/store.h"
#include "statefuld/zone_edit.h"

void feeder_mark_pod_name(struct feeder *feeder, const struct obj *pod)
{
	for (size_t i = 0; i < obj_pod(pod)->n_addrs; i++)
		dirty_add_pod(&feeder->dirty, pod->ns, &obj_pod(pod)->addrs[i]);
}

struct search {
	const struct istr *ns;
	bool is_found;
};

/* DNS-058 */
static bool on_pod(const struct obj *obj, void *arg)
{
	const struct obj_pod *pod = obj_pod(obj);
	struct search *search = arg;

	search->is_found = obj->ns == search->ns && !obj->deleting &&
			   pod->phase != PHASE_SUCCEEDED &&
			   pod->phase != PHASE_FAILED;
	return !search->is_found;
}

static bool is_there(const struct feeder *feeder, const struct istr *ns,
		     const struct addr *addr)
{
	const struct store *store = feeder->config.store;
	const struct obj *obj =
		store_get(store, OBJ_NAMESPACE, NULL, istr_text(ns));
	struct search search = {.ns = ns};

	if (obj && exposure_has_namespace(&feeder->exposure, obj))
		store_each_addr(store, OBJ_POD, addr, on_pod, &search);
	return search.is_found;
}

/* Where it is not there, its name alone matters. */
void feeder_put_pod(struct feeder *feeder, struct zone_edit *edit,
		    const struct istr *ns, const struct addr *addr)
{
	bool has = is_there(feeder, ns, addr);
	const struct rr_set *sets;
	size_t n;

	for (size_t i = 0; i < feeder->config.n_zones; i++)
		records_pod(&feeder->records, &feeder->config.zones[i],
			    istr_text(ns), addr);
	sets = records_sets(&feeder->records, &n);
	for (size_t i = 0; i < n; i++)
		if (has)
			zone_edit_put(edit, &sets[i]);
		else
			zone_edit_drop(edit, sets[i].owner);
	records_clear(&feeder->records);
}

struct build {
	struct feeder *feeder;
	struct zone_edit *edit;
};

static bool build_pod(const struct obj *pod, void *arg)
{
	const struct build *build = arg;

	for (size_t i = 0; i < obj_pod(pod)->n_addrs; i++)
		feeder_put_pod(build->feeder, build->edit, pod->ns,
			       &obj_pod(pod)->addrs[i]);
	return true;
}

void feeder_put_pods(struct feeder *feeder, struct zone_edit *edit)
{
	struct build build = {feeder, edit};

	if (feeder->config.records.pods == PODS_VERIFIED)
		store_each(feeder->config.store, OBJ_POD, build_pod, &build);
}
