/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/feeder.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "dnsd/zone.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/prom.h"
#include "store_lab.h"

/* A feeder between a store and a real zone. */
struct lab {
	struct loop *loop;
	struct store *store;
	struct zone_slot *slot;
	struct feeder *feeder;
	int ready;
	int wanted; /* times that slices were asked for */
};

static void on_ready(void *arg)
{
	((struct lab *)arg)->ready++;
}

static void on_want_slices(void *arg)
{
	((struct lab *)arg)->wanted++;
}

static void lab_init_with(struct lab *lab, enum controller_endpoints mode,
			  const struct controller_records *records)
{
	struct name zones[] = {lab_name("z"), lab_name("second.zone")};
	struct name reverse[] = {lab_name("10.in-addr.arpa"),
				 lab_name("d.f.ip6.arpa")};
	struct addr ns = {4, {192, 0, 2, 1}};
	struct addr own[] = {{4, {10, 0, 0, 53}}, {16, {0xfd, [15] = 53}}};
	struct feeder_config config = {
		.zones = zones,
		.n_zones = 2,
		.reverse_zones = reverse,
		.n_reverse_zones = 2,
		.ttl_s = 5,
		.negative_ttl_s = 3,
		.ns_addrs = &ns,
		.n_ns_addrs = 1,
		.own_ns = "d",
		.own_addrs = own,
		.n_own_addrs = 2,
		.endpoints = mode,
		.records = *records,
		.want_slices = on_want_slices,
		.want_arg = lab,
		.on_ready = on_ready,
		.arg = lab,
	};

	*lab = (struct lab){0};
	config.loop = lab->loop = loop_new();
	config.store = lab->store = store_new();
	config.slot = lab->slot = zone_slot_new();
	assert_int_equal(feeder_new(&config, &lab->feeder, NULL), 0);
}

static void lab_init(struct lab *lab, enum controller_endpoints mode)
{
	const struct controller_records records = {0};

	lab_init_with(lab, mode, &records);
}

static void lab_fini(struct lab *lab)
{
	feeder_free(lab->feeder);
	store_free(lab->store);
	zone_slot_free(lab->slot);
	loop_free(lab->loop);
	assert_int_equal(istr_count(), 0);
}

static void lab_sync(struct lab *lab)
{
	static const enum obj_kind kinds[] = {OBJ_NAMESPACE, OBJ_SERVICE,
					      OBJ_POD, OBJ_SLICE};

	for (size_t i = 0; i < st_array_len(kinds); i++)
		store_set_missing(lab->store, kinds[i]);
	feeder_flush(lab->feeder);
	assert_int_equal(lab->ready, 1);
}

static void add_set(const struct rr_set *set, void *arg)
{
	lab_add_set(arg, set);
}

static void dump(const struct lab *lab, struct buf *out, const char *top)
{
	struct name name = lab_name(top);

	zone_slot_walk(lab->slot, name.wire, add_set, out);
}

static void assert_below(const struct lab *lab, const char *top,
			 const char *want)
{
	scope_buf struct buf have;

	buf_init(&have, 0);
	dump(lab, &have, top);
	lab_assert_lines(&have, want);
}

static uint64_t versions(const struct lab *lab)
{
	struct zone_stats stats;

	zone_slot_stats(lab->slot, &stats);
	return stats.versions;
}

#define READY "'conditions':[{'type':'Ready','status':'True'}]"
#define META  "'metadata':{'name':'%s','namespace':'d','uid':'%s'"

static void put_service(struct lab *lab, const char *name, const char *spec)
{
	lab_put(lab->store, OBJ_SERVICE, "{" META "},'spec':{%s}}", name, name,
		spec);
}

static void put_pod(struct lab *lab, const char *name, const char *spec,
		    const char *status)
{
	lab_put(lab->store, OBJ_POD,
		"{" META ",'labels':{'app':'web'}},'spec':{%s},'status':{%s}}",
		name, name, spec, status);
}

static void del(struct lab *lab, enum obj_kind kind, const char *name)
{
	lab_delete(lab->store, kind, "{" META "}}", name, name);
}

#define HEADLESS "'clusterIP':'None','selector':{'app':'web'}"

static void before_all_is_listed_only_static_names_are_there(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	put_service(&lab, "s", "'clusterIP':'10.96.0.1'");
	store_set_missing(lab.store, OBJ_NAMESPACE);
	store_list_begin(lab.store, OBJ_SERVICE);
	put_service(&lab, "s", "'clusterIP':'10.96.0.1'");
	store_list_end(lab.store, OBJ_SERVICE);
	store_set_missing(lab.store, OBJ_SLICE);
	loop_turn(lab.loop, 0);
	assert_false(feeder_is_ready(lab.feeder));
	assert_below(&lab, "z",
		     "z. 3 SOA ns.dns.z. hostmaster.z.\n"
		     "z. 5 NS ns.dns.z.\n"
		     "dns-version.z. 28800 TXT 1.1.0\n"
		     "svc.z. - NONE\n"
		     "pod.z. - NONE\n"
		     "ns.dns.z. - NONE\n"
		     "ns.dns.z. 5 A 192.0.2.1\n");
	assert_below(&lab, "10.in-addr.arpa",
		     "10.in-addr.arpa. 3 SOA ns.dns.z. hostmaster.z.\n"
		     "10.in-addr.arpa. 5 NS ns.dns.z.\n");
	store_set_missing(lab.store, OBJ_POD);
	loop_turn(lab.loop, 0);
	assert_true(feeder_is_ready(lab.feeder));
	assert_int_equal(lab.ready, 1);
	assert_below(&lab, "s.d.svc.z", "s.d.svc.z. 5 A 10.96.0.1\n");
	assert_below(&lab, "s.d.svc.second.zone",
		     "s.d.svc.second.zone. 5 A 10.96.0.1\n");
	lab_fini(&lab);
}

static void slices_mode_does_not_wait_for_pods(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_SLICES);
	store_set_missing(lab.store, OBJ_NAMESPACE);
	store_set_missing(lab.store, OBJ_SERVICE);
	store_set_missing(lab.store, OBJ_SLICE);
	loop_turn(lab.loop, 0);
	assert_true(feeder_is_ready(lab.feeder));
	lab_fini(&lab);
}

static void many_changes_become_one_version(void **state)
{
	struct lab lab;
	uint64_t before;
	char status[128];

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	before = versions(&lab);
	put_service(&lab, "s", HEADLESS);
	for (int i = 0; i < 9; i++) {
		char name[] = {'w', (char)('0' + i), '\0'};

		snprintf(status, sizeof(status), READY ",'podIP':'10.0.0.%d'",
			 i);
		put_pod(&lab, name, "", status);
	}
	assert_int_equal(versions(&lab), before);
	loop_turn(lab.loop, 0);
	assert_int_equal(versions(&lab), before + 1);
	loop_turn(lab.loop, 0);
	assert_int_equal(versions(&lab), before + 1);
	lab_fini(&lab);
}

static void a_change_that_makes_no_difference_is_no_version(void **state)
{
	struct lab lab;
	uint64_t before;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_service(&lab, "s", HEADLESS);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	before = versions(&lab);
	put_service(&lab, "s", HEADLESS ",'sessionAffinity':'None'");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1','hostIP':'1.2.3.4'");
	loop_turn(lab.loop, 0);
	assert_int_equal(versions(&lab), before);
	lab_fini(&lab);
}

/* Each row is one fact away from what is there before it. */
static void each_fact_of_a_pod_that_matters_is_noticed(void **state)
{
	static const struct {
		const char *meta, *spec, *status;
	} rows[] = {
		{"", "'hostname':'g','subdomain':'s'", ""},
		{"", "'hostname':'h','subdomain':'t'", ""},
		{"",
		 "'hostname':'h','subdomain':'s','containers':[{'ports':"
		 "[{'name':'http','containerPort':9}]}]",
		 ""},
		{"", "'hostname':'h','subdomain':'s'", "'phase':'Failed',"},
		{",'labels':{'app':'x'}", "'hostname':'h','subdomain':'s'", ""},
		{",'labels':{'app':'web'},'deletionTimestamp':"
		 "'2026-01-01T00:00:00Z'",
		 "'hostname':'h','subdomain':'s'", ""},
	};
	static const char base[] = "'hostname':'h','subdomain':'s'";
	struct lab lab;
	uint64_t before;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_service(&lab, "s",
		    HEADLESS ",'ports':[{'name':'w','port':80,'targetPort':"
			     "'http'}]");
	for (size_t i = 0; i < st_array_len(rows); i++) {
		put_pod(&lab, "p", base, READY ",'podIP':'10.0.0.1'");
		loop_turn(lab.loop, 0);
		before = versions(&lab);
		lab_put(lab.store, OBJ_POD,
			"{" META "%s},'spec':{%s},'status':{%s" READY
			",'podIP':'10.0.0.1'}}",
			"p", "p",
			rows[i].meta[0] ? rows[i].meta
					: ",'labels':{'app':'web'}",
			rows[i].spec, rows[i].status);
		loop_turn(lab.loop, 0);
		assert_int_equal(versions(&lab), before + 1);
	}
	lab_fini(&lab);
}

static void each_fact_of_a_service_that_matters_is_noticed(void **state)
{
	static const char *const rows[] = {
		"'clusterIP':'10.0.0.9','selector':{'app':'web'},'ports':"
		"[{'name':'w','port':80}]",
		"'clusterIP':'None','selector':{'app':'x'},'ports':[{'name':"
		"'w','port':80}]",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'v','port':80}]",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'w','port':81}]",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'w','port':80,'targetPort':'http'}]",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'w','port':80,'protocol':'UDP'}]",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'w','port':80}],'ipFamilies':['IPv6']",
		"'clusterIP':'None','selector':{'app':'web'},'ports':[{'name':"
		"'w','port':80}],'publishNotReadyAddresses':true",
	};
	struct lab lab;
	uint64_t before;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	put_pod(&lab, "q", "", "'podIP':'10.0.0.2'");
	for (size_t i = 0; i < st_array_len(rows); i++) {
		put_service(&lab, "s",
			    HEADLESS ",'ports':[{'name':'w','port':80}]");
		loop_turn(lab.loop, 0);
		before = versions(&lab);
		put_service(&lab, "s", rows[i]);
		loop_turn(lab.loop, 0);
		assert_int_equal(versions(&lab), before + 1);
	}
	lab_fini(&lab);
}

static void a_namespace_exists_as_long_as_its_object(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	lab_put(lab.store, OBJ_NAMESPACE, "{'metadata':{'name':'d'}}");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z", "d.svc.z. - NONE\n");
	put_service(&lab, "s", "'clusterIP':'10.96.0.1'");
	lab_delete(lab.store, OBJ_NAMESPACE, "{'metadata':{'name':'d'}}");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z", "s.d.svc.z. 5 A 10.96.0.1\n");
	del(&lab, OBJ_SERVICE, "s");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z", "");
	lab_fini(&lab);
}

#define PTR_1 "1.0.0.10.in-addr.arpa"

static void pointers_follow_the_rules_of_collision(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_pod(&lab, "p", "'hostname':'h','subdomain':'t'",
		READY ",'podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]");
	put_service(&lab, "s", HEADLESS);
	put_service(&lab, "t", HEADLESS);
	loop_turn(lab.loop, 0);
	/* DNS-048: each Service, real hostnames first */
	scope_buf struct buf have;

	buf_init(&have, 0);
	dump(&lab, &have, PTR_1);
	assert_string_equal(have.data, PTR_1 ". 5 PTR h.t.d.svc.z.\n" PTR_1
					     ". 5 PTR 10-0-0-1.s.d.svc.z.\n");
	/* DNS-047: a cluster IP wins, alone */
	put_service(&lab, "c", "'clusterIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, PTR_1, PTR_1 ". 5 PTR c.d.svc.z.\n");
	del(&lab, OBJ_SERVICE, "c");
	del(&lab, OBJ_SERVICE, "s");
	loop_turn(lab.loop, 0);
	assert_below(&lab, PTR_1, PTR_1 ". 5 PTR h.t.d.svc.z.\n");
	assert_below(&lab, "0.0.d.f.ip6.arpa",
		     "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0."
		     "0.0.d.f.ip6.arpa. 5 PTR h.t.d.svc.z.\n");
	/* DNS-050 */
	put_pod(&lab, "p", "'hostname':'h','subdomain':'t'",
		"'podIPs':[{'ip':'10.0.0.1'}]");
	loop_turn(lab.loop, 0);
	assert_below(&lab, PTR_1, "");
	assert_below(&lab, "0.0.d.f.ip6.arpa", "");
	lab_fini(&lab);
}

static void a_pod_that_moves_takes_its_pointer_along(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_service(&lab, "s", HEADLESS);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.2'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, PTR_1, "");
	assert_below(&lab, "2.0.0.10.in-addr.arpa",
		     "2.0.0.10.in-addr.arpa. 5 PTR 10-0-0-2.s.d.svc.z.\n");
	assert_below(&lab, "s.d.svc.z",
		     "s.d.svc.z. 5 A 10.0.0.2\n"
		     "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n");
	lab_fini(&lab);
}

static void a_withdrawn_pod_is_gone_at_once_and_until_it_is_gone(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_service(&lab, "s", HEADLESS);
	put_service(&lab, "open", HEADLESS ",'publishNotReadyAddresses':true");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	feeder_withdraw(lab.feeder, "d", "p");
	feeder_withdraw(lab.feeder, "d", "no-such-pod");
	assert_below(&lab, "s.d.svc.z", "");
	assert_below(&lab, PTR_1, PTR_1 ". 5 PTR 10-0-0-1.open.d.svc.z.\n");
	/* Its next event does not bring it back; its successor comes. */
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1','qosClass':'x'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", "");
	del(&lab, OBJ_POD, "p");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.2'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z",
		     "s.d.svc.z. 5 A 10.0.0.2\n"
		     "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n");
	/* One that is taken back comes back. */
	feeder_withdraw(lab.feeder, "d", "p");
	assert_below(&lab, "s.d.svc.z", "");
	feeder_restore(lab.feeder, "d", "p");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "10-0-0-2.s.d.svc.z",
		     "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n");
	lab_fini(&lab);
}

#define SLICE                                                                  \
	"{'metadata':{'name':'x','namespace':'d','labels':{"                   \
	"'kubernetes.io/service-name':'s'}},'addressType':'IPv4',"             \
	"'endpoints':[{'addresses':['10.0.0.1'],'targetRef':{'kind':"          \
	"'Pod','name':'p'}}]}"

static void a_withdrawn_pod_is_taken_out_of_slices_too(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_SLICES);
	lab_sync(&lab);
	put_service(&lab, "s", HEADLESS);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	lab_put(lab.store, OBJ_SLICE, SLICE);
	loop_turn(lab.loop, 0);
	assert_below(&lab, PTR_1, PTR_1 ". 5 PTR 10-0-0-1.s.d.svc.z.\n");
	feeder_withdraw(lab.feeder, "d", "p");
	assert_below(&lab, "s.d.svc.z", "");
	assert_below(&lab, PTR_1, "");
	lab_fini(&lab);
}

#define MANAGED_SLICE                                                          \
	"{'metadata':{'name':'s-1','namespace':'d','uid':'s-1',"               \
	"'resourceVersion':'%d','labels':{'kubernetes.io/service-name':'s',"   \
	"'endpointslice.kubernetes.io/managed-by':"                            \
	"'endpointslice-controller.k8s.io'}},'addressType':'IPv4',"            \
	"'endpoints':[{'addresses':['10.0.0.1'],'hostname':'h'}]}"

#define RECORDS_OF_S "s.d.svc.z. 5 A 10.0.0.1\nh.s.d.svc.z. 5 A 10.0.0.1\n"

static void slices_left_by_a_lost_selector_are_asked_for_again(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	lab_put(lab.store, OBJ_SLICE, MANAGED_SLICE, 1);
	assert_int_equal(store_count(lab.store, OBJ_SLICE), 1);
	put_service(&lab, "s", HEADLESS);
	lab_put(lab.store, OBJ_SLICE, MANAGED_SLICE, 2);
	assert_int_equal(store_count(lab.store, OBJ_SLICE), 0);
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", "");
	assert_int_equal(lab.wanted, 0);

	put_pod(&lab, "p", "'hostname':'h','subdomain':'s'",
		READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", RECORDS_OF_S);
	put_service(&lab, "s", "'clusterIP':'None'");
	assert_int_equal(lab.wanted, 1);
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", RECORDS_OF_S);
	lab_put(lab.store, OBJ_SLICE, MANAGED_SLICE, 2);
	feeder_slices_listed(lab.feeder);
	del(&lab, OBJ_POD, "p");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", RECORDS_OF_S);
	assert_below(&lab, PTR_1, PTR_1 ". 5 PTR h.s.d.svc.z.\n");
	/* other changes of such a Service, and of one with pods, ask for none
	 */
	put_service(&lab, "s", "'clusterIP':'None','ports':[{'port':1}]");
	put_service(&lab, "t", HEADLESS);
	put_service(&lab, "t", HEADLESS ",'ports':[{'port':1}]");
	assert_int_equal(lab.wanted, 1);
	lab_fini(&lab);
}

static void a_withdrawal_ends_when_the_pod_is_not_deleted(void **state)
{
	struct lab lab;

	(void)state;
	clk_fake(1000000000, 1000000);
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	put_service(&lab, "s", HEADLESS);
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	feeder_withdraw(lab.feeder, "d", "p");
	clk_fake_advance_ms(FEEDER_WITHDRAW_MS - 1);
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", "");
	clk_fake_advance_ms(2);
	loop_turn(lab.loop, 0);
	loop_turn(lab.loop, 0);
	assert_below(&lab, "10-0-0-1.s.d.svc.z",
		     "10-0-0-1.s.d.svc.z. 5 A 10.0.0.1\n");
	lab_fini(&lab);
	clk_real();
}

static void a_zone_given_twice_is_refused(void **state)
{
	struct name zones[] = {lab_name("z"), lab_name("z")};
	struct feeder_config config = {.zones = zones, .n_zones = 2};
	struct feeder *feeder = NULL;
	struct err err = {0};

	(void)state;
	config.loop = loop_new();
	config.store = store_new();
	config.slot = zone_slot_new();
	assert_int_equal(feeder_new(&config, &feeder, &err), ST_EEXISTS);
	assert_null(feeder);
	store_free(config.store);
	zone_slot_free(config.slot);
	loop_free(config.loop);
}

/*
 * The model: objects made by chance, as texts. Whatever the order of events,
 * the zone must be that of a feeder that meets the final objects at once; and
 * with slices as the endpointslice controller would write them, both modes
 * must give the same zone.
 */
enum { N_PODS = 9, N_SERVICES = 6, N_FOREIGN = 2, TEXT_MAX = 1536 };
struct item {
	bool is_there;
	char text[TEXT_MAX];
};
struct model {
	struct item pods[N_PODS], services[N_SERVICES], foreign[N_FOREIGN];
	struct item slices[N_SERVICES][N_PODS][2];
	struct pod_facts {
		bool ready, deleting, over, has_v4, has_v6, has_name, has_port;
		int app, v4, v6, hostname, subdomain;
	} facts[N_PODS];
	struct service_facts {
		bool has_selector, open, is_headless, named_target, v4, v6;
		int app;
	} rules[N_SERVICES];
};

static int pick(int n)
{
	return rand() % n;
}

static void make_pod(struct model *model, int i)
{
	struct pod_facts *f = &model->facts[i];
	char addrs[96] = "";

	*f = (struct pod_facts){.ready = pick(4) > 0,
				.deleting = pick(8) == 0,
				.over = pick(10) == 0,
				.has_v4 = pick(8) > 0,
				.has_v6 = pick(2),
				.has_name = pick(2),
				.has_port = pick(2),
				.app = pick(3),
				.v4 = pick(12),
				.v6 = pick(12),
				.hostname = pick(4),
				.subdomain = pick(N_SERVICES)};
	if (f->has_v4)
		snprintf(addrs, sizeof(addrs), "{'ip':'10.0.0.%d'}%s", f->v4,
			 f->has_v6 ? "," : "");
	if (f->has_v6)
		snprintf(addrs + strlen(addrs), sizeof(addrs) - strlen(addrs),
			 "{'ip':'fd00::%d'}", f->v6);
	snprintf(model->pods[i].text, TEXT_MAX,
		 "{'metadata':{'name':'p%d','namespace':'d','uid':'u%d'%s,"
		 "'labels':{'app':'a%d','own':'p%d'}},'spec':{%s"
		 "'containers':[{'ports':[%s]}]},'status':{'phase':'%s',"
		 "'conditions':[{'type':'Ready','status':'%s'}],'podIPs':"
		 "[%s]}}",
		 i, i,
		 f->deleting ? ",'deletionTimestamp':'2026-01-01T00:00:00Z'"
			     : "",
		 f->app, i,
		 f->has_name ? "'hostname':'h','subdomain':'sX'," : "",
		 f->has_port ? "{'name':'http','containerPort':8080}" : "",
		 f->over ? "Succeeded" : "Running", f->ready ? "True" : "False",
		 addrs);
	/* The digits of hostname and subdomain are put in where they belong. */
	if (f->has_name) {
		char *at = strstr(model->pods[i].text, "'hostname':'h'");

		at[12] = (char)('0' + f->hostname);
		at = strstr(model->pods[i].text, "'sX'");
		at[2] = (char)('0' + f->subdomain);
	}
}

static void make_service(struct model *model, int i)
{
	struct service_facts *f = &model->rules[i];
	char selector[64] = "null", address[64];

	*f = (struct service_facts){.has_selector = pick(6) > 0,
				    .open = pick(5) == 0,
				    .is_headless = pick(3) > 0,
				    .named_target = pick(2),
				    .app = pick(4)};
	f->v4 = pick(4) > 0;
	f->v6 = !f->v4 || pick(2);
	if (f->has_selector && f->app < 3)
		snprintf(selector, sizeof(selector), "{'app':'a%d'}", f->app);
	else if (f->has_selector)
		snprintf(selector, sizeof(selector), "{'own':'p%d'}", i);
	snprintf(address, sizeof(address), "10.0.0.%d", i + 1);
	snprintf(model->services[i].text, TEXT_MAX,
		 "{'metadata':{'name':'s%d','namespace':'d','uid':'v%d'},"
		 "'spec':{'clusterIP':'%s','selector':%s,"
		 "'publishNotReadyAddresses':%s,'ipFamilies':[%s%s%s],"
		 "'ports':[{'name':'w','port':80,'targetPort':%s}]}}",
		 i, i, f->is_headless ? "None" : address, selector,
		 f->open ? "true" : "false", f->v4 ? "'IPv4'" : "",
		 f->v4 && f->v6 ? "," : "", f->v6 ? "'IPv6'" : "",
		 f->named_target ? "'http'" : "81");
}

static void make_foreign(struct model *model, int i)
{
	snprintf(model->foreign[i].text, TEXT_MAX,
		 "{'metadata':{'name':'f%d','namespace':'d','labels':{"
		 "'kubernetes.io/service-name':'s%d'}},'addressType':'IPv4',"
		 "'endpoints':[{'addresses':['10.0.0.%d'],'hostname':'f%d',"
		 "'conditions':{'ready':%s}}],'ports':[{'name':'q','port':7}]}",
		 i, pick(N_SERVICES), pick(12), pick(3),
		 pick(3) ? "true" : "false");
}

static bool selects(const struct model *model, int service, int pod)
{
	const struct service_facts *f = &model->rules[service];

	if (!model->services[service].is_there || !model->pods[pod].is_there ||
	    !f->has_selector)
		return false;
	return f->app < 3 ? model->facts[pod].app == f->app : pod == service;
}

/* One slice for each pod, Service and family is lavish but lawful. */
static void make_slice(struct model *model, int service, int pod, int family)
{
	const struct service_facts *s = &model->rules[service];
	const struct pod_facts *p = &model->facts[pod];
	struct item *item = &model->slices[service][pod][family];
	char hostname[32] = "", ports[64] = "", address[32];
	bool has_address =
		family == 0 ? p->has_v4 && s->v4 : p->has_v6 && s->v6;

	item->is_there =
		selects(model, service, pod) && has_address && !p->over;
	if (!item->is_there)
		return;
	snprintf(address, sizeof(address),
		 family == 0 ? "10.0.0.%d" : "fd00::%d",
		 family == 0 ? p->v4 : p->v6);
	if (p->has_name && p->subdomain == service)
		snprintf(hostname, sizeof(hostname), "'hostname':'%d',",
			 p->hostname);
	if (!s->named_target || p->has_port)
		snprintf(ports, sizeof(ports), "{'name':'w','port':%d}",
			 s->named_target ? 8080 : 81);
	snprintf(item->text, TEXT_MAX,
		 "{'metadata':{'name':'c%d-%d-%d','namespace':'d','labels':{"
		 "'kubernetes.io/service-name':'s%d',"
		 "'endpointslice.kubernetes.io/managed-by':"
		 "'endpointslice-controller.k8s.io'}},'addressType':'%s',"
		 "'endpoints':[{'addresses':['%s'],%s'conditions':{'ready':"
		 "%s},'targetRef':{'kind':'Pod','name':'p%d'}}],'ports':[%s]}",
		 service, pod, family, service, family == 0 ? "IPv4" : "IPv6",
		 address, hostname,
		 s->open || (p->ready && !p->deleting) ? "true" : "false", pod,
		 ports);
}

static void make_slices(struct model *model)
{
	for (int s = 0; s < N_SERVICES; s++)
		for (int p = 0; p < N_PODS; p++)
			for (int family = 0; family < 2; family++)
				make_slice(model, s, p, family);
}

static void feed_item(struct store *store, enum obj_kind kind,
		      const struct item *item)
{
	if (item->is_there)
		lab_put(store, kind, "%s", item->text);
	else if (item->text[0] != '\0')
		lab_delete(store, kind, "%s", item->text);
}

static void feed_all(struct store *store, const struct model *model)
{
	for (int i = 0; i < N_PODS; i++)
		feed_item(store, OBJ_POD, &model->pods[i]);
	for (int i = 0; i < N_SERVICES; i++)
		feed_item(store, OBJ_SERVICE, &model->services[i]);
	for (int i = 0; i < N_FOREIGN; i++)
		feed_item(store, OBJ_SLICE, &model->foreign[i]);
	for (int s = 0; s < N_SERVICES; s++)
		for (int p = 0; p < N_PODS; p++)
			for (int family = 0; family < 2; family++)
				feed_item(store, OBJ_SLICE,
					  &model->slices[s][p][family]);
}

static void model_step(struct model *model, struct store *store)
{
	int i;

	switch (pick(6)) {
	case 0:
		i = pick(N_SERVICES);
		make_service(model, i);
		model->services[i].is_there = pick(4) > 0;
		feed_item(store, OBJ_SERVICE, &model->services[i]);
		return;
	case 1:
		i = pick(N_FOREIGN);
		make_foreign(model, i);
		model->foreign[i].is_there = pick(2);
		feed_item(store, OBJ_SLICE, &model->foreign[i]);
		return;
	default:
		i = pick(N_PODS);
		make_pod(model, i);
		model->pods[i].is_there = pick(4) > 0;
		feed_item(store, OBJ_POD, &model->pods[i]);
	}
}

static void dump_all(const struct lab *lab, struct buf *out)
{
	dump(lab, out, "z");
	dump(lab, out, "second.zone");
	dump(lab, out, "10.in-addr.arpa");
	dump(lab, out, "d.f.ip6.arpa");
}

static void assert_like_fresh(const struct lab *lab, const struct model *model,
			      enum controller_endpoints mode)
{
	scope_buf struct buf have, want;
	struct lab fresh;

	buf_init(&have, 0);
	buf_init(&want, 0);
	lab_init(&fresh, mode);
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_list_begin(fresh.store, (enum obj_kind)kind);
	feed_all(fresh.store, model);
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_list_end(fresh.store, (enum obj_kind)kind);
	feeder_flush(fresh.feeder);
	dump_all(&fresh, &want);
	dump_all(lab, &have);
	assert_string_equal(have.data, want.data);
	feeder_free(fresh.feeder);
	store_free(fresh.store);
	zone_slot_free(fresh.slot);
	loop_free(fresh.loop);
}

static void run_model(enum controller_endpoints mode, unsigned int seed)
{
	static struct model model;
	struct lab lab;

	srand(seed);
	model = (struct model){0};
	lab_init(&lab, mode);
	lab_sync(&lab);
	for (int step = 0; step < 150; step++) {
		for (int i = pick(4); i >= 0; i--)
			model_step(&model, lab.store);
		if (pick(2))
			loop_turn(lab.loop, 0);
		make_slices(&model);
		feed_all(lab.store, &model);
		feeder_slices_listed(lab.feeder);
		loop_turn(lab.loop, 0);
		assert_like_fresh(&lab, &model,
				  pick(2) ? ENDPOINTS_PODS : ENDPOINTS_SLICES);
	}
	lab_fini(&lab);
}

static void the_zone_follows_from_the_store_alone_with_pods(void **state)
{
	(void)state;
	run_model(ENDPOINTS_PODS, 1);
}

static void the_zone_follows_from_the_store_alone_with_slices(void **state)
{
	(void)state;
	run_model(ENDPOINTS_SLICES, 2);
}

static void put_ns(struct lab *lab, const char *name, const char *labels)
{
	lab_put(lab->store, OBJ_NAMESPACE,
		"{'metadata':{'name':'%s','labels':{%s}}}", name, labels);
}

/* DNS-014 */
static void what_is_filtered_out_does_not_exist(void **state)
{
	static const struct controller_records rows[] = {
		{.namespaces = "x,d"},
		{.namespace_labels = "dns in (yes,si),!hidden"},
		{.service_labels = "app=web"},
	};
	struct lab lab;

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		lab_init_with(&lab, ENDPOINTS_PODS, &rows[i]);
		put_ns(&lab, "d", "'dns':'yes'");
		put_ns(&lab, "other", "'dns':'no'");
		lab_sync(&lab);
		lab_put(lab.store, OBJ_NAMESPACE,
			"{'metadata':{'name':'d','labels':{'dns':'yes'}}}");
		lab_put(lab.store, OBJ_SERVICE,
			"{'metadata':{'name':'s','namespace':'d','labels':{"
			"'app':'web'}},'spec':{'clusterIP':'10.96.0.1'}}");
		lab_put(lab.store, OBJ_SERVICE,
			"{'metadata':{'name':'s','namespace':'other'},'spec':"
			"{'clusterIP':'10.96.0.2'}}");
		loop_turn(lab.loop, 0);
		assert_below(&lab, "s.d.svc.z", "s.d.svc.z. 5 A 10.96.0.1\n");
		assert_below(&lab, "s.other.svc.z", "");
		assert_below(&lab, "1.0.96.10.in-addr.arpa",
			     "1.0.96.10.in-addr.arpa. 5 PTR s.d.svc.z.\n");
		assert_below(&lab, "2.0.96.10.in-addr.arpa", "");
		lab_fini(&lab);
	}
}

/* DNS-014: labels may change */
static void a_namespace_may_be_shown_and_hidden(void **state)
{
	const struct controller_records records = {.namespace_labels = "dns",
						   .pods = PODS_VERIFIED};
	struct lab lab;

	(void)state;
	lab_init_with(&lab, ENDPOINTS_PODS, &records);
	lab_sync(&lab);
	put_service(&lab, "s", "'clusterIP':'10.96.0.1'");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z", "");
	for (int i = 0; i < 2; i++) {
		put_ns(&lab, "d", "'dns':''");
		loop_turn(lab.loop, 0);
		assert_below(&lab, "d.svc.z",
			     "d.svc.z. - NONE\ns.d.svc.z. 5 A 10.96.0.1\n");
		assert_below(&lab, "d.pod.z",
			     "d.pod.z. - NONE\n"
			     "10-0-0-1.d.pod.z. 5 A 10.0.0.1\n");
		assert_below(&lab, "1.0.96.10.in-addr.arpa",
			     "1.0.96.10.in-addr.arpa. 5 PTR s.d.svc.z.\n");
		put_ns(&lab, "d", "");
		loop_turn(lab.loop, 0);
		assert_below(&lab, "d.svc.z", "");
		assert_below(&lab, "d.pod.z", "");
		assert_below(&lab, "1.0.96.10.in-addr.arpa", "");
	}
	lab_fini(&lab);
}

static void add_ns(const struct rr_set *set, void *arg)
{
	if (set->type == RR_NS)
		lab_add_set(arg, set);
}

static void assert_ns(const struct lab *lab, const char *zone, const char *want)
{
	struct name apex = lab_name(zone);
	scope_buf struct buf have;

	buf_init(&have, 0);
	zone_slot_walk(lab->slot, apex.wire, add_ns, &have);
	lab_assert_lines(&have, want);
}

/* DNS-076. */
static void services_that_select_this_pod_are_name_servers(void **state)
{
	static const char labels[] = "'selector':{'app':'web'}";
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	assert_ns(&lab, "z", "z. 5 NS ns.dns.z.\n");
	put_service(&lab, "other",
		    "'clusterIP':'10.96.0.11',"
		    "'selector':{'app':'other'}");
	put_service(&lab, "bare", "'clusterIP':'10.96.0.12'");
	put_service(&lab, "dns",
		    "'clusterIP':'10.96.0.10',"
		    "'selector':{'app':'web'}");
	put_pod(&lab, "peer", "'hostname':'peer','subdomain':'heads'",
		"'podIP':'10.0.0.54'," READY);
	feeder_flush(lab.feeder);
	assert_ns(&lab, "z", "z. 5 NS ns.dns.z.\n");

	put_pod(&lab, "own", "'hostname':'own','subdomain':'heads'",
		"'podIP':'10.0.0.53'," READY);
	feeder_flush(lab.feeder);
	assert_ns(&lab, "z", "z. 5 NS dns.d.svc.z.\n");
	assert_ns(&lab, "second.zone",
		  "second.zone. 5 NS dns.d.svc.second.zone.\n");
	assert_ns(&lab, "10.in-addr.arpa",
		  "10.in-addr.arpa. 5 NS dns.d.svc.z.\n");
	assert_below(&lab, "ns.dns.z",
		     "ns.dns.z. - NONE\nns.dns.z. 5 A 192.0.2.1\n");

	/* With those of its peers, so that all replicas say the same. */
	scope_free char *spec = mem_printf("'clusterIP':'None',%s", labels);
	put_service(&lab, "heads", spec);
	feeder_flush(lab.feeder);
	assert_ns(&lab, "z",
		  "z. 5 NS dns.d.svc.z.\nz. 5 NS own.heads.d.svc.z.\n"
		  "z. 5 NS peer.heads.d.svc.z.\n");
	uint64_t before = versions(&lab);
	put_pod(&lab, "peer", "'hostname':'peer','subdomain':'heads'",
		"'podIP':'10.0.0.54','phase':'Running'," READY);
	feeder_flush(lab.feeder);
	assert_int_equal(versions(&lab), before);

	del(&lab, OBJ_SERVICE, "dns");
	del(&lab, OBJ_POD, "peer");
	feeder_flush(lab.feeder);
	assert_ns(&lab, "z", "z. 5 NS own.heads.d.svc.z.\n");
	del(&lab, OBJ_POD, "own");
	feeder_flush(lab.feeder);
	assert_ns(&lab, "z", "z. 5 NS ns.dns.z.\n");
	lab_fini(&lab);
}

/* Observed of each kind, with the seconds of them all. */
static void assert_times(const struct lab *lab,
			 const unsigned n[CONTROLLER_SERVICE_KINDS],
			 const double sum_s[CONTROLLER_SERVICE_KINDS])
{
	const struct prom_histogram *have = feeder_programming(lab->feeder);

	for (int i = 0; i < CONTROLLER_SERVICE_KINDS; i++) {
		uint64_t seen = 0;

		for (int k = 0; k <= PROM_BUCKETS; k++)
			seen += have[i].n[k];
		assert_int_equal(seen, n[i]);
		assert_true(have[i].sum_s > sum_s[i] - 0.01 &&
			    have[i].sum_s < sum_s[i] + 0.01);
	}
}

/* DNS-220. Now is 2026-01-01T00:01:00. */
static void changes_are_timed_from_when_they_came_about(void **state)
{
	static const char pod[] =
		"'podIP':'10.0.0.1','conditions':[{'type':'Ready',"
		"'status':'%s','lastTransitionTime':'2026-01-01T00:00:%02uZ'}]";
	static const char slice[] =
		"{'metadata':{'name':'s','namespace':'d','creationTimestamp':"
		"'2026-01-01T00:00:50Z','labels':{'kubernetes.io/service-name':"
		"'bare'},'annotations':{%s}},'addressType':'IPv4','endpoints':["
		"{'addresses':['10.0.1.%u']}]}";
	static const char changed[] =
		"'endpoints.kubernetes.io/last-change-trigger-time':"
		"'2026-01-01T00:00:58.123456789Z'";
	scope_free char *ready = mem_printf(pod, "True", 55);
	scope_free char *broken = mem_printf(pod, "False", 59);
	struct lab lab;

	(void)state;
	clk_fake(1000, INT64_C(1767225660) * 1000000);
	lab_init(&lab, ENDPOINTS_PODS);
	put_service(&lab, "early", "'clusterIP':'10.96.0.1'");
	lab_sync(&lab);
	/* What is listed first is no change. */
	assert_times(&lab, (unsigned[]){0, 0, 0}, (double[]){0, 0, 0});

	lab_put(lab.store, OBJ_SERVICE,
		"{'metadata':{'name':'ip','namespace':'d','creationTimestamp':"
		"'2026-01-01T00:00:57Z'},'spec':{'clusterIP':'10.96.0.2',"
		"'selector':{'app':'web'}}}");
	put_service(&lab, "heads",
		    "'clusterIP':'None','selector':"
		    "{'app':'web'}");
	put_service(&lab, "bare", "'clusterIP':'None'");
	feeder_flush(lab.feeder);
	assert_times(&lab, (unsigned[]){1, 0, 0}, (double[]){3, 0, 0});

	put_pod(&lab, "p", "'nodeName':'n'", ready);
	feeder_flush(lab.feeder);
	assert_times(&lab, (unsigned[]){1, 1, 0}, (double[]){3, 5, 0});
	put_pod(&lab, "p", "'nodeName':'n','hostname':'p'", ready);
	feeder_flush(lab.feeder);
	put_pod(&lab, "p", "'nodeName':'n','hostname':'p'", broken);
	feeder_flush(lab.feeder);
	assert_times(&lab, (unsigned[]){1, 2, 0}, (double[]){3, 6, 0});

	lab_put(lab.store, OBJ_SLICE, slice, "", 1);
	feeder_flush(lab.feeder);
	lab_put(lab.store, OBJ_SLICE, slice, "", 2);
	feeder_flush(lab.feeder);
	assert_times(&lab, (unsigned[]){1, 2, 1}, (double[]){3, 6, 10});
	lab_put(lab.store, OBJ_SLICE, slice, changed, 3);
	feeder_flush(lab.feeder);
	assert_times(&lab, (unsigned[]){1, 2, 2}, (double[]){3, 6, 12});
	lab_fini(&lab);
	clk_real();
}

static void a_wrong_selector_is_refused(void **state)
{
	static const char *const bad[] = {
		"",	"a=b,",	   "a=b c",  "a in b",	  "a in (b",
		"=b",	"a=b,,c",  "!",	     "a in (b))", "a==b=c",
		"-a=b", "a=\"b\"", "a/b/c=d"};
	struct lab lab = {0};

	(void)state;
	lab.loop = loop_new();
	for (size_t i = 0; i < st_array_len(bad); i++) {
		struct name zone = lab_name("z");
		struct feeder_config config = {
			.loop = lab.loop,
			.store = store_new(),
			.slot = zone_slot_new(),
			.zones = &zone,
			.n_zones = 1,
			.records.service_labels = bad[i],
		};
		struct err err = {0};

		assert_int_not_equal(feeder_new(&config, &lab.feeder, &err), 0);
		assert_non_null(strstr(err_msg(&err), "--service-labels"));
		store_free(config.store);
		zone_slot_free(config.slot);
	}
	loop_free(lab.loop);
}

/* DNS-018: what is being deleted counts until it is gone */
static void what_a_finalizer_holds_is_still_there(void **state)
{
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	lab_sync(&lab);
	lab_put(lab.store, OBJ_NAMESPACE,
		"{'metadata':{'name':'d','deletionTimestamp':"
		"'2026-01-01T00:00:00Z'},'status':{'phase':'Terminating'}}");
	lab_put(lab.store, OBJ_SERVICE,
		"{" META ",'deletionTimestamp':'2026-01-01T00:00:00Z',"
		"'finalizers':['x/y']},'spec':{'clusterIP':'10.96.0.1'}}",
		"s", "s");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z",
		     "d.svc.z. - NONE\ns.d.svc.z. 5 A 10.96.0.1\n");
	del(&lab, OBJ_SERVICE, "s");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.svc.z", "d.svc.z. - NONE\n");
	lab_fini(&lab);
}

/* DNS-015 */
static void without_endpoints_only_services_are_there(void **state)
{
	const struct controller_records records = {.no_endpoints = true};
	struct lab lab;

	(void)state;
	lab_init_with(&lab, ENDPOINTS_PODS, &records);
	store_set_missing(lab.store, OBJ_NAMESPACE);
	store_set_missing(lab.store, OBJ_SERVICE);
	loop_turn(lab.loop, 0);
	assert_int_equal(lab.ready, 1);
	put_service(&lab, "h", HEADLESS);
	put_service(&lab, "c", "'clusterIP':'10.96.0.1'");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "h.d.svc.z", "");
	assert_below(&lab, "c.d.svc.z", "c.d.svc.z. 5 A 10.96.0.1\n");
	assert_below(&lab, "1.0.0.10.in-addr.arpa", "");
	lab_fini(&lab);
}

/* DNS-016, 050 */
static void an_empty_service_may_be_ignored(void **state)
{
	const struct controller_records records = {.ignore_empty_service =
							   true};
	struct lab lab;

	(void)state;
	lab_init_with(&lab, ENDPOINTS_PODS, &records);
	lab_sync(&lab);
	put_service(&lab, "s",
		    "'clusterIP':'10.96.0.1','selector':{'app':'web'}");
	put_service(&lab, "e", "'type':'ExternalName','externalName':'x.org'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", "");
	assert_below(&lab, "1.0.96.10.in-addr.arpa", "");
	assert_below(&lab, "e.d.svc.z", "e.d.svc.z. 5 CNAME x.org.\n");
	put_pod(&lab, "p", "", READY ",'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z",
		     "s.d.svc.z. 5 A 10.96.0.1\n"
		     "10-0-0-1.s.d.svc.z. 5 A 10.0.0.1\n");
	assert_below(&lab, "1.0.96.10.in-addr.arpa",
		     "1.0.96.10.in-addr.arpa. 5 PTR s.d.svc.z.\n");
	del(&lab, OBJ_POD, "p");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "s.d.svc.z", "");
	assert_below(&lab, "1.0.96.10.in-addr.arpa", "");
	lab_fini(&lab);
}

/* DNS-039 (2), 049 */
static void pod_names_and_hostnames_come_before_dashed_ones(void **state)
{
	struct controller_records records = {.ptr_hostname_only = true};
	struct lab lab;

	(void)state;
	for (int i = 0; i < 2; i++) {
		records.endpoint_pod_names = i == 1;
		lab_init_with(&lab, ENDPOINTS_PODS, &records);
		lab_sync(&lab);
		put_service(&lab, "s", HEADLESS);
		put_service(&lab, "t", HEADLESS);
		put_pod(&lab, "p", "'hostname':'h','subdomain':'s'",
			READY ",'podIP':'10.0.0.1'");
		put_pod(&lab, "q", "", READY ",'podIP':'10.0.0.2'");
		loop_turn(lab.loop, 0);
		assert_below(&lab, "0.0.10.in-addr.arpa",
			     i == 0 ? "1.0.0.10.in-addr.arpa. 5 PTR "
				      "h.s.d.svc.z.\n"
				      "2.0.0.10.in-addr.arpa. 5 PTR "
				      "10-0-0-2.s.d.svc.z.\n"
				      "2.0.0.10.in-addr.arpa. 5 PTR "
				      "10-0-0-2.t.d.svc.z.\n"
				    : "1.0.0.10.in-addr.arpa. 5 PTR "
				      "h.s.d.svc.z.\n"
				      "1.0.0.10.in-addr.arpa. 5 PTR "
				      "p.t.d.svc.z.\n"
				      "2.0.0.10.in-addr.arpa. 5 PTR "
				      "q.s.d.svc.z.\n"
				      "2.0.0.10.in-addr.arpa. 5 PTR "
				      "q.t.d.svc.z.\n");
		lab_fini(&lab);
	}
}

/* DNS-028, 058, 060 */
static void verified_pods_have_names_while_they_live(void **state)
{
	const struct controller_records records = {.pods = PODS_VERIFIED};
	struct lab lab;

	(void)state;
	lab_init_with(&lab, ENDPOINTS_SLICES, &records);
	lab_sync(&lab);
	put_ns(&lab, "d", "");
	put_pod(&lab, "p", "", "'podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.pod.z",
		     "d.pod.z. - NONE\n"
		     "10-0-0-1.d.pod.z. 5 A 10.0.0.1\n"
		     "fd00--1.d.pod.z. 5 AAAA fd00::1\n");
	assert_below(&lab, "1.0.0.10.in-addr.arpa", "");
	put_pod(&lab, "p", "", "'podIP':'10.0.0.1','phase':'Failed'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.pod.z", "d.pod.z. - NONE\n");
	put_pod(&lab, "q", "", "'podIP':'10.0.0.1'");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.pod.z",
		     "d.pod.z. - NONE\n10-0-0-1.d.pod.z. 5 A 10.0.0.1\n");
	del(&lab, OBJ_POD, "q");
	loop_turn(lab.loop, 0);
	assert_below(&lab, "d.pod.z", "d.pod.z. - NONE\n");
	lab_fini(&lab);
}

static uint32_t denial_s(const struct lab *lab, const char *text)
{
	struct name name = lab_name(text);
	const struct zone_version *version;
	struct zone_hit hit;

	version = zone_slot_peek_rcu(lab->slot);
	zone_find(version, name.wire, name.len, &hit);
	assert_int_equal(hit.found, ZONE_MISSING);
	return zone_denial_ttl_s(version, hit.zone, name.wire);
}

/* DNS-072: negative TTL 3, pending 1 */
static void pods_that_a_set_wants_are_denied_for_a_short_time(void **state)
{
	const struct controller_records records = {.pending_ttl_s = 1};
	struct lab lab;
	uint64_t before;

	(void)state;
	lab_init_with(&lab, ENDPOINTS_PODS, &records);
	lab_sync(&lab);
	lab_put(lab.store, OBJ_SET,
		"{" META "},'spec':{'serviceName':'s','replicas':2,'ordinals':"
		"{'start':5}}}",
		"web", "web");
	loop_turn(lab.loop, 0);
	assert_int_equal(denial_s(&lab, "web-5.s.d.svc.z"), 3);
	put_service(&lab, "s", HEADLESS);
	loop_turn(lab.loop, 0);
	assert_int_equal(denial_s(&lab, "s.d.svc.z"), 1);
	assert_int_equal(denial_s(&lab, "web-5.s.d.svc.z"), 1);
	assert_int_equal(denial_s(&lab, "web-6.s.d.svc.second.zone"), 1);
	assert_int_equal(denial_s(&lab, "web-4.s.d.svc.z"), 3);
	assert_int_equal(denial_s(&lab, "web-7.s.d.svc.z"), 3);
	assert_int_equal(denial_s(&lab, "t.d.svc.z"), 3);
	before = versions(&lab);
	lab_put(lab.store, OBJ_SET,
		"{" META "},'spec':{'serviceName':'s','replicas':2,'ordinals':"
		"{'start':5}},'status':{'replicas':1}}",
		"web", "web");
	loop_turn(lab.loop, 0);
	assert_int_equal(versions(&lab), before);
	del(&lab, OBJ_SET, "web");
	loop_turn(lab.loop, 0);
	assert_int_equal(denial_s(&lab, "s.d.svc.z"), 3);
	assert_int_equal(denial_s(&lab, "web-5.s.d.svc.z"), 3);
	lab_fini(&lab);
}

/* The first lists hold a namespace and a Service. */
static void sync_with_service(struct lab *lab)
{
	static const enum obj_kind kinds[] = {OBJ_NAMESPACE, OBJ_SERVICE,
					      OBJ_POD, OBJ_SLICE};

	for (size_t i = 0; i < st_array_len(kinds); i++)
		store_list_begin(lab->store, kinds[i]);
	lab_put(lab->store, OBJ_NAMESPACE, "{'metadata':{'name':'d'}}");
	put_service(lab, "web",
		    "'clusterIP':'10.0.0.1','clusterIPs':['10.0.0.1']");
	for (size_t i = 0; i < st_array_len(kinds); i++)
		store_list_end(lab->store, kinds[i]);
	feeder_flush(lab->feeder);
	assert_int_equal(lab->ready, 1);
}

/* What an earlier run left: a Service that is there still, one that is not,
 * and a reverse name. */
static void put_old(struct lab *lab, const char *owner, uint16_t type,
		    const void *rdata, uint16_t len)
{
	struct name name = lab_name(owner);
	struct zone_edit *edit = zone_edit_begin(lab->slot);
	struct rr_data data = {rdata, len};

	zone_edit_put(edit, &(struct rr_set){.owner = name.wire,
					     .type = type,
					     .ttl_s = 5,
					     .n = 1,
					     .data = &data});
	zone_edit_set_ready(edit);
	zone_edit_commit(edit, 1);
}

static void the_zone_of_an_earlier_run_is_diffed_at_the_sync(void **state)
{
	static const uint8_t addr[] = {10, 0, 0, 1};
	struct name apex = lab_name("z"), reverse = lab_name("10.in-addr.arpa");
	struct name target = lab_name("gone.d.svc.z");
	uint32_t serial, reverse_serial;
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	put_old(&lab, "web.d.svc.z", RR_A, addr, 4);
	put_old(&lab, "gone.d.svc.z", RR_A, addr, 4);
	put_old(&lab, "x.y.old.svc.z", RR_A, addr, 4);
	put_old(&lab, "1.0.0.10.in-addr.arpa", RR_PTR, target.wire, target.len);
	serial = zone_slot_serial(lab.slot, apex.wire);
	reverse_serial = zone_slot_serial(lab.slot, reverse.wire);
	sync_with_service(&lab);
	assert_below(&lab, "svc.z",
		     "svc.z. - NONE\n"
		     "d.svc.z. - NONE\n"
		     "web.d.svc.z. 5 A 10.0.0.1\n");
	assert_below(&lab, "1.0.0.10.in-addr.arpa",
		     "1.0.0.10.in-addr.arpa. 5 PTR web.d.svc.z.\n");
	assert_below(&lab, "dns-version.z", "dns-version.z. 28800 TXT 1.1.0\n");
	assert_true(zone_slot_serial(lab.slot, apex.wire) > serial);
	assert_true(zone_slot_serial(lab.slot, reverse.wire) > reverse_serial);
	lab_fini(&lab);
}

static void an_earlier_zone_that_is_still_right_keeps_its_serial(void **state)
{
	static const uint8_t addr[] = {10, 0, 0, 1};
	struct name apex = lab_name("z"), second = lab_name("second.zone");
	struct zone_edit *edit;
	struct name ns[] = {lab_name("d.svc.z"), lab_name("d.svc.second.zone")};
	uint32_t serials[2];
	struct lab lab;

	(void)state;
	lab_init(&lab, ENDPOINTS_PODS);
	put_old(&lab, "web.d.svc.z", RR_A, addr, 4);
	put_old(&lab, "web.d.svc.second.zone", RR_A, addr, 4);
	edit = zone_edit_begin(lab.slot);
	for (int i = 0; i < 2; i++)
		zone_edit_put(edit, &(struct rr_set){.owner = ns[i].wire});
	zone_edit_commit(edit, 1);
	serials[0] = zone_slot_serial(lab.slot, apex.wire);
	serials[1] = zone_slot_serial(lab.slot, second.wire);
	sync_with_service(&lab);
	assert_int_equal(zone_slot_serial(lab.slot, apex.wire), serials[0]);
	assert_int_equal(zone_slot_serial(lab.slot, second.wire), serials[1]);
	lab_fini(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_filtered_out_does_not_exist),
		cmocka_unit_test(a_namespace_may_be_shown_and_hidden),
		cmocka_unit_test(
			services_that_select_this_pod_are_name_servers),
		cmocka_unit_test(changes_are_timed_from_when_they_came_about),
		cmocka_unit_test(a_wrong_selector_is_refused),
		cmocka_unit_test(what_a_finalizer_holds_is_still_there),
		cmocka_unit_test(without_endpoints_only_services_are_there),
		cmocka_unit_test(an_empty_service_may_be_ignored),
		cmocka_unit_test(
			pod_names_and_hostnames_come_before_dashed_ones),
		cmocka_unit_test(verified_pods_have_names_while_they_live),
		cmocka_unit_test(
			pods_that_a_set_wants_are_denied_for_a_short_time),
		cmocka_unit_test(
			the_zone_of_an_earlier_run_is_diffed_at_the_sync),
		cmocka_unit_test(
			an_earlier_zone_that_is_still_right_keeps_its_serial),
		cmocka_unit_test(
			before_all_is_listed_only_static_names_are_there),
		cmocka_unit_test(slices_mode_does_not_wait_for_pods),
		cmocka_unit_test(many_changes_become_one_version),
		cmocka_unit_test(
			a_change_that_makes_no_difference_is_no_version),
		cmocka_unit_test(each_fact_of_a_pod_that_matters_is_noticed),
		cmocka_unit_test(
			each_fact_of_a_service_that_matters_is_noticed),
		cmocka_unit_test(a_namespace_exists_as_long_as_its_object),
		cmocka_unit_test(pointers_follow_the_rules_of_collision),
		cmocka_unit_test(a_pod_that_moves_takes_its_pointer_along),
		cmocka_unit_test(
			a_withdrawn_pod_is_gone_at_once_and_until_it_is_gone),
		cmocka_unit_test(a_withdrawn_pod_is_taken_out_of_slices_too),
		cmocka_unit_test(
			slices_left_by_a_lost_selector_are_asked_for_again),
		cmocka_unit_test(a_withdrawal_ends_when_the_pod_is_not_deleted),
		cmocka_unit_test(a_zone_given_twice_is_refused),
		cmocka_unit_test(
			the_zone_follows_from_the_store_alone_with_pods),
		cmocka_unit_test(
			the_zone_follows_from_the_store_alone_with_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
