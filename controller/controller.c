/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/controller.h"

#include <stdlib.h>
#include <string.h>

#include "controller/controller_priv.h"
#include "controller/explain.h"
#include "controller/feeder.h"
#include "controller/kube.h"
#include "controller/lease.h"
#include "controller/quota.h"
#include "controller/reconcile.h"
#include "controller/store.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

static void withdraw(const char *ns, const char *pod, void *arg)
{
	feeder_withdraw(arg, ns, pod);
	feeder_flush(arg);
}

static void restore(const char *ns, const char *pod, void *arg)
{
	feeder_restore(arg, ns, pod);
}

static struct addr *copy_addrs(const struct controller_addr *from, size_t n)
{
	struct addr *addrs = mem_calloc(n + 1, sizeof(*addrs));

	for (size_t i = 0; i < n; i++) {
		addrs[i].len = from[i].len;
		memcpy(addrs[i].octets, from[i].octets,
		       sizeof(addrs[i].octets));
	}
	return addrs;
}

static int make_feeder(struct controller *controller,
		       const struct controller_config *config, struct err *err)
{
	struct feeder_config feeder = {
		.loop = config->loop,
		.store = controller->store,
		.slot = config->slot,
		.zones = config->zones,
		.n_zones = config->n_zones,
		.reverse_zones = config->reverse_zones,
		.n_reverse_zones = config->n_reverse_zones,
		.ttl_s = config->ttl_s,
		.negative_ttl_s = config->negative_ttl_s,
		.records = config->records,
		.n_ns_addrs = config->n_ns_addrs,
		.own_ns = config->own_ns,
		.n_own_addrs = config->n_own_addrs,
		.endpoints = config->endpoints,
		.want_slices = controller_want_slices,
		.want_arg = controller,
		.on_ready = config->on_ready,
		.arg = config->arg,
	};
	scope_free struct addr *addrs =
		copy_addrs(config->ns_addrs, config->n_ns_addrs);
	scope_free struct addr *own =
		copy_addrs(config->own_addrs, config->n_own_addrs);

	feeder.ns_addrs = addrs;
	feeder.own_addrs = own;
	return feeder_new(&feeder, &controller->feeder, err);
}

static void on_lead(bool leads, void *arg)
{
	const struct controller *controller = arg;

	reconcile_set_active(controller->reconcile, leads);
}

static void make_lease(struct controller *controller, struct loop *loop)
{
	reconcile_set_active(controller->reconcile, false);
	controller->lease = lease_new(&(struct lease_config){
		.loop = loop,
		.kube = controller->kube,
		.retry_ms = LEASE_RETRY_MS,
		.renew_ms = LEASE_RENEW_MS,
		.on_change = on_lead,
		.arg = controller,
	});
}

static void want_quota(bool wanted, void *arg)
{
	const struct controller *controller = arg;

	quota_want(controller->quota, wanted);
}

static void on_room(const char *ns, void *arg)
{
	const struct controller *controller = arg;

	reconcile_room(controller->reconcile, ns);
}

static void make_reconcile(struct controller *controller, struct loop *loop,
			   bool as_served)
{
	controller->quota = quota_new(&(struct quota_config){
		.loop = loop,
		.kube = controller->kube,
		.room = on_room,
		.arg = controller,
	});
	controller->reconcile = reconcile_new(&(struct reconcile_config){
		.loop = loop,
		.store = controller->store,
		.kube = controller->kube,
		.as_served = as_served,
		.withdraw = withdraw,
		.restore = restore,
		.arg = controller->feeder,
		.want_quota = want_quota,
		.quota_arg = controller,
	});
}

static int needs_of(const struct controller_config *config)
{
	const struct controller_records *records = &config->records;
	int needs = FOR_DNS | FOR_PENDING;

	if (config->reconcile != RECONCILE_OFF)
		needs |= FOR_SETS;
	if (!records->no_endpoints)
		needs |= FOR_SLICES;
	if ((config->endpoints == ENDPOINTS_PODS && !records->no_endpoints) ||
	    records->pods == PODS_VERIFIED)
		needs |= FOR_PODS;
	return needs;
}

int controller_new(const struct controller_config *config,
		   struct controller **ret, struct err *err)
{
	struct controller *controller = mem_zalloc(sizeof(*controller));
	int rc;

	controller->needs = needs_of(config);
	controller->slot = config->slot;
	controller->store = store_new();
	controller_make_feeds(controller, config->loop);
	/* Who owns a pod matters to the reconciler alone. */
	if (config->reconcile == RECONCILE_OFF)
		store_omit(controller->store, STORE_OMIT_OWNERS);
	rc = kube_new(
		&(struct kube_config){
			.loop = config->loop,
			.kubeconfig = config->kubeconfig,
			.user_agent = PACKAGE_NAME "/" PACKAGE_VERSION,
			.qps = config->api_qps,
			.burst = config->api_burst,
		},
		&controller->kube, err);
	if (rc == 0)
		rc = make_feeder(controller, config, err);
	if (rc != 0) {
		controller_free(controller);
		return rc;
	}
	if (config->reconcile != RECONCILE_OFF)
		make_reconcile(controller, config->loop,
			       config->revisions_as_served);
	if (config->reconcile == RECONCILE_AUTO)
		make_lease(controller, config->loop);
	*ret = controller;
	return 0;
}

void controller_start(struct controller *controller)
{
	log_info("connecting", "server=%s", kube_server(controller->kube));
	controller_start_feeds(controller);
	if (controller->lease != NULL)
		lease_start(controller->lease);
}

void controller_retire(struct controller *controller)
{
	if (controller->lease != NULL)
		lease_release(controller->lease);
	if (controller->reconcile != NULL)
		reconcile_set_active(controller->reconcile, false);
}

bool controller_is_retiring(const struct controller *controller)
{
	return lease_is_busy(controller->lease);
}

int controller_reload(struct controller *controller, struct err *err)
{
	return kube_reload(controller->kube, err);
}

bool controller_is_synced(const struct controller *controller)
{
	return feeder_is_ready(controller->feeder);
}

void controller_explain(const struct controller *controller, const char *name,
			bool as_json, struct buf *out)
{
	struct explain_config config = {
		.silent_s = (int64_t)(controller_silent_ms(controller) / 1000),
		.now_s = clk_wall_s(),
	};
	struct explanation explanation;

	feeder_fill_explain(controller->feeder, &config);
	explain_name(&explanation, &config, name);
	explain_look(&explanation, controller->slot);
	if (as_json) {
		scope_json struct json *json = explain_json(&explanation);
		scope_free char *text = json_print(json);

		buf_printf(out, "%s\n", text);
	} else {
		explain_print(&explanation, out);
	}
	explanation_fini(&explanation);
}

void controller_stats(const struct controller *controller,
		      struct controller_stats *ret)
{
	*ret = (struct controller_stats){0};
	controller_fill_watches(controller, ret);
	ret->zone_updates = *feeder_updates(controller->feeder);
	memcpy(ret->programming, feeder_programming(controller->feeder),
	       sizeof(ret->programming));
	kube_counts(controller->kube, ret->methods, ret->requests);
	ret->reconciles = controller->reconcile != NULL;
	if (controller->reconcile)
		reconcile_stats(controller->reconcile, ret);
}

void controller_free(struct controller *controller)
{
	if (controller == NULL)
		return;
	controller_free_feeds(controller);
	lease_free(controller->lease);
	reconcile_free(controller->reconcile);
	quota_free(controller->quota);
	feeder_free(controller->feeder);
	store_free(controller->store);
	kube_free(controller->kube);
	free(controller);
}
