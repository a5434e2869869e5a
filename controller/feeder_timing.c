/* SPDX-License-Identifier: Apache-2.0 */
/* From what the API server says of the time of a change to its being answered
 * (DNS-087, DNS-220). */
#include <stdlib.h>

#include "controller/feeder_priv.h"
#include "controller/store.h"
#include "statefuld/clk.h"
#include "statefuld/mem.h"

static void add(struct feeder *feeder, enum controller_service_kind kind,
		int64_t since_s)
{
	if (since_s == 0)
		return;
	mem_grow(feeder->timings, feeder->n_timings);
	feeder->timings[feeder->n_timings++] =
		(struct feeder_timing){kind, since_s};
}

/* Endpoints of other Services than headless ones make no records of their
 * own. */
static void add_endpoint(struct feeder *feeder,
			 const struct obj_service *service, int64_t since_s)
{
	if (service->type == SERVICE_HEADLESS)
		add(feeder,
		    service->has_selector ? CONTROLLER_WITH_SELECTOR
					  : CONTROLLER_WITHOUT_SELECTOR,
		    since_s);
}

void feeder_time_service(struct feeder *feeder, const struct obj *was,
			 const struct obj *is)
{
	if (!was && is && obj_service(is)->type == SERVICE_CLUSTER_IP)
		add(feeder, CONTROLLER_CLUSTER_IP, obj_service(is)->created_s);
}

struct selecting {
	struct feeder *feeder;
	int64_t since_s;
};

static bool on_selecting(const struct obj *service, void *arg)
{
	const struct selecting *selecting = arg;

	if (endpoints_use_pods(obj_service(service), ENDPOINTS_PODS))
		add_endpoint(selecting->feeder, obj_service(service),
			     selecting->since_s);
	return true;
}

/* That a pod goes is told without the time. */
void feeder_time_pod(struct feeder *feeder, const struct obj *was,
		     const struct obj *is)
{
	struct selecting selecting = {.feeder = feeder};

	if (!is || obj_pod(is)->ready == (was && obj_pod(was)->ready) ||
	    !feeder_wants_pods(feeder))
		return;
	selecting.since_s = obj_pod(is)->ready_since_s;
	store_each_selecting(feeder->config.store, is, on_selecting,
			     &selecting);
}

void feeder_time_slice(struct feeder *feeder, const struct obj *was,
		       const struct obj *is)
{
	const struct obj_slice *slice = obj_slice(is);
	const struct obj *service;

	if (!slice || !slice->service ||
	    (was && obj_slice(was)->changed_s == slice->changed_s))
		return;
	service = store_get(feeder->config.store, OBJ_SERVICE,
			    istr_text(is->ns), istr_text(slice->service));
	if (service && endpoints_use_slice(obj_service(service), slice,
					   feeder->config.endpoints))
		add_endpoint(feeder, obj_service(service), slice->changed_s);
}

void feeder_end_timings(struct feeder *feeder, bool is_published)
{
	for (size_t i = 0; is_published && i < feeder->n_timings; i++) {
		const struct feeder_timing *timing = &feeder->timings[i];

		prom_observe(&feeder->programming[timing->kind],
			     (double)clk_wall_us() / 1e6 -
				     (double)timing->since_s);
	}
	free(feeder->timings);
	feeder->timings = NULL;
	feeder->n_timings = 0;
}

const struct prom_histogram *feeder_programming(const struct feeder *feeder)
{
	return feeder->programming;
}
