/* SPDX-License-Identifier: Apache-2.0 */
/* Which Services lead to the pod that this runs in (DNS-076). */
#include "controller/nameserver.h"

#include <stdio.h>
#include <string.h>

#include "controller/istr.h"
#include "statefuld/attr.h"
#include "tests/unit/cm.h"
#include "tests/unit/store_lab.h"

static const struct addr own[] = {
	{4, {10, 0, 0, 53}},
	{16, {0xfd, [15] = 53}},
};
static const struct nameserver_pod pod = {"infra", own, 2};

/* Endpoints e0, e1 and so on with these last octets. */
static void fill(struct endpoints *eps, const uint8_t *octets, size_t n)
{
	endpoints_clear(eps);
	for (size_t i = 0; i < n; i++) {
		struct obj *obj = lab_decode(
			OBJ_SLICE,
			"{'metadata':{'name':'s','namespace':'infra','labels':"
			"{'kubernetes.io/service-name':'dns'}},"
			"'addressType':'IPv4','endpoints':[{'hostname':'e%zu',"
			"'addresses':['10.0.0.%u']}]}",
			i, octets[i]);
		struct obj *service = lab_decode(
			OBJ_SERVICE, "{'metadata':{'name':'dns','namespace':"
				     "'infra'},'spec':{'clusterIP':'None'}}");

		endpoints_add_slice(eps, obj_service(service), obj_slice(obj));
		obj_free(service);
		obj_free(obj);
	}
	endpoints_settle(eps);
}

static void note(struct nameserver *ns, const char *where, const char *name,
		 const char *spec, const struct endpoints *eps)
{
	struct obj *service = lab_decode(
		OBJ_SERVICE,
		"{'metadata':{'name':'%s','namespace':'%s'},'spec':{%s}}", name,
		where, spec);

	nameserver_note(ns, where, name, obj_service(service), eps);
	obj_free(service);
}

static void expect(const struct nameserver *ns, const char *want)
{
	struct name names[NAMESERVER_MAX], zone = lab_name("z");
	char have[4096] = "", text[NAME_MAX_TEXT];
	size_t n = nameserver_names(ns, &zone, names);

	for (size_t i = 0; i < n; i++) {
		name_text(text, names[i].wire);
		strcat(strcat(have, text), " ");
	}
	assert_string_equal(have, want);
}

static void only_what_selects_the_pod_counts(void **state)
{
	static const uint8_t with[] = {9, 53}, without[] = {9, 54};
	static const struct {
		const char *ns, *spec;
		const uint8_t *octets;
		const char *want;
	} rows[] = {
		{"infra", "'clusterIP':'10.96.0.10','selector':{'a':'b'}", with,
		 "dns.infra.svc.z. "},
		{"infra", "'clusterIP':'None','selector':{'a':'b'}", with,
		 "e0.dns.infra.svc.z. e1.dns.infra.svc.z. "},
		{"infra", "'clusterIP':'None','selector':{'a':'b'}", without,
		 ""},
		{"infra", "'clusterIP':'10.96.0.10'", with, ""},
		{"other", "'clusterIP':'10.96.0.10','selector':{'a':'b'}", with,
		 ""},
		{"infra",
		 "'type':'ExternalName','externalName':'x.','selector':"
		 "{'a':'b'}",
		 with, ""},
	};
	struct endpoints eps;

	(void)state;
	endpoints_init(&eps);
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct nameserver ns;

		nameserver_init(&ns, &pod);
		fill(&eps, rows[i].octets, 2);
		note(&ns, rows[i].ns, "dns", rows[i].spec, &eps);
		expect(&ns, rows[i].want);
		nameserver_fini(&ns);
	}
	endpoints_fini(&eps);
}

static void outside_of_a_pod_nothing_counts(void **state)
{
	static const uint8_t with[] = {53};
	struct endpoints eps;
	struct nameserver ns;

	(void)state;
	endpoints_init(&eps);
	fill(&eps, with, 1);
	nameserver_init(&ns, &(struct nameserver_pod){NULL, own, 2});
	note(&ns, "infra", "dns", "'clusterIP':'None','selector':{'a':'b'}",
	     &eps);
	expect(&ns, "");
	nameserver_fini(&ns);
	endpoints_fini(&eps);
}

static void news_are_told_and_what_is_gone_is_forgotten(void **state)
{
	static const uint8_t with[] = {53}, without[] = {54};
	static const char spec[] =
		"'clusterIP':'10.96.0.10','selector':{'a':'b'}";
	struct endpoints eps;
	struct nameserver ns;

	(void)state;
	endpoints_init(&eps);
	nameserver_init(&ns, &pod);
	assert_true(ns.has_news);
	ns.has_news = false;
	fill(&eps, without, 1);
	note(&ns, "infra", "dns", spec, &eps);
	assert_false(ns.has_news);
	fill(&eps, with, 1);
	note(&ns, "infra", "dns", spec, &eps);
	note(&ns, "infra", "a", spec, &eps);
	assert_true(ns.has_news);
	expect(&ns, "a.infra.svc.z. dns.infra.svc.z. ");
	ns.has_news = false;
	nameserver_note(&ns, "infra", "a", NULL, &eps);
	assert_true(ns.has_news);
	expect(&ns, "dns.infra.svc.z. ");
	nameserver_fini(&ns);
	endpoints_fini(&eps);
}

static void a_zone_gets_only_so_many(void **state)
{
	static const uint8_t with[] = {53};
	struct name names[NAMESERVER_MAX], zone = lab_name("z");
	struct endpoints eps;
	struct nameserver ns;

	(void)state;
	endpoints_init(&eps);
	nameserver_init(&ns, &pod);
	fill(&eps, with, 1);
	for (int i = 0; i < NAMESERVER_MAX + 5; i++) {
		char name[16];

		snprintf(name, sizeof(name), "s%d", i);
		note(&ns, "infra", name,
		     "'clusterIP':'10.96.0.10','selector':{'a':'b'}", &eps);
	}
	assert_int_equal(nameserver_names(&ns, &zone, names), NAMESERVER_MAX);
	nameserver_fini(&ns);
	endpoints_fini(&eps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_selects_the_pod_counts),
		cmocka_unit_test(outside_of_a_pod_nothing_counts),
		cmocka_unit_test(news_are_told_and_what_is_gone_is_forgotten),
		cmocka_unit_test(a_zone_gets_only_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
