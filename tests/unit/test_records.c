/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/endpoints.h"
#include "controller/istr.h"
#include "controller/records.h"
#include "store_lab.h"

enum { MAX_PARTS = 4 };

/* A Service with its pods and slices, and the lines that must come of it in
 * zone z with TTL 5. */
struct row {
	const char *service;
	const char *pods[MAX_PARTS];
	const char *slices[MAX_PARTS];
	enum controller_endpoints mode;
	const char *want;
};

/* The pods of the row are those that the Service selects. */
static void gather(struct endpoints *eps, const struct obj_service *service,
		   const struct row *row, struct obj **pods,
		   struct obj **slices)
{
	for (int i = 0; i < MAX_PARTS && row->pods[i]; i++) {
		pods[i] = lab_decode(OBJ_POD, "%s", row->pods[i]);
		if (endpoints_use_pods(service, row->mode))
			endpoints_add_pod(eps, service, obj_pod(pods[i]));
	}
	for (int i = 0; i < MAX_PARTS && row->slices[i]; i++) {
		slices[i] = lab_decode(OBJ_SLICE, "%s", row->slices[i]);
		if (endpoints_use_slice(service, obj_slice(slices[i]),
					row->mode))
			endpoints_add_slice(eps, service, obj_slice(slices[i]));
	}
	endpoints_settle(eps);
}

static unsigned int run(const struct row *row, const char *zone)
{
	struct obj *service = lab_decode(OBJ_SERVICE, "%s", row->service);
	struct obj *pods[MAX_PARTS] = {0}, *slices[MAX_PARTS] = {0};
	struct name apex = lab_name(zone);
	scope_buf struct buf have;
	const struct rr_set *sets;
	struct endpoints eps;
	struct records records;
	unsigned int skipped;
	size_t n;

	buf_init(&have, 0);
	endpoints_init(&eps);
	records_init(&records, 5);
	gather(&eps, obj_service(service), row, pods, slices);
	records_service(&records, &apex, obj_service(service), &eps);
	sets = records_sets(&records, &n);
	for (size_t i = 0; i < n; i++)
		lab_add_set(&have, &sets[i]);
	lab_assert_lines(&have, row->want);
	skipped = records.skipped;
	records_fini(&records);
	endpoints_fini(&eps);
	for (int i = 0; i < MAX_PARTS; i++) {
		obj_free(pods[i]);
		obj_free(slices[i]);
	}
	obj_free(service);
	assert_int_equal(istr_count(), 0);
	return skipped;
}

#define META(name)    "'metadata':{'name':'" name "','namespace':'d'}"
#define SERVICE(spec) "{" META("s") ",'spec':{" spec "}}"
#define HEADLESS      "'clusterIP':'None','selector':{'a':'b'}"
#define READY	      "'conditions':[{'type':'Ready','status':'True'}]"
#define POD(name, spec, status)                                                \
	"{" META(name) ",'spec':{" spec                                        \
		       "},'status':{'phase':'Running'," status "}}"
#define NAMED(name) "'hostname':'" name "','subdomain':'s'"
#define SLICE(type, by, endpoints, ports)                                      \
	"{'metadata':{'name':'s-x','namespace':'d','labels':{"                 \
	"'kubernetes.io/service-name':'s'" by "}},'addressType':'" type        \
	"','endpoints':[" endpoints "],'ports':[" ports "]}"
#define BY_CONTROLLER                                                          \
	",'endpointslice.kubernetes.io/managed-by':"                           \
	"'endpointslice-controller.k8s.io'"
#define BY_MIRROR                                                              \
	",'endpointslice.kubernetes.io/managed-by':"                           \
	"'endpointslicemirroring-controller.k8s.io'"

static const struct row rows[] = {
	/* DNS-032, 033, 034, 044: dual-stack cluster IP, one port */
	{.service = SERVICE("'clusterIPs':['10.96.0.1','fd00::1'],"
			    "'ports':[{'name':'http','port':80,"
			    "'targetPort':8080}]"),
	 .want = "s.d.svc.z. 5 A 10.96.0.1\n"
		 "s.d.svc.z. 5 AAAA fd00::1\n"
		 "s.d.svc.z. 5 SRV 0 50 80 s.d.svc.z.\n"
		 "_http._tcp.s.d.svc.z. 5 SRV 0 50 80 s.d.svc.z.\n"},
	/* DNS-033, 034: unnamed port; same number in two protocols */
	{.service = SERVICE("'clusterIP':'10.96.0.1','ports':[{'port':80}]"),
	 .want = "s.d.svc.z. 5 A 10.96.0.1\n"
		 "s.d.svc.z. 5 SRV 0 100 80 s.d.svc.z.\n"},
	{.service = SERVICE("'clusterIP':'10.96.0.1','ports':[{'name':'dns',"
			    "'port':53,'protocol':'UDP'},{'name':'dns-tcp',"
			    "'port':53},{'name':'m','port':9,'protocol':"
			    "'SCTP'}]"),
	 .want = "s.d.svc.z. 5 A 10.96.0.1\n"
		 "s.d.svc.z. 5 SRV 0 33 53 s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 33 9 s.d.svc.z.\n"
		 "_dns._udp.s.d.svc.z. 5 SRV 0 100 53 s.d.svc.z.\n"
		 "_dns-tcp._tcp.s.d.svc.z. 5 SRV 0 100 53 s.d.svc.z.\n"
		 "_m._sctp.s.d.svc.z. 5 SRV 0 100 9 s.d.svc.z.\n"},
	/* DNS-007: nothing yet */
	{.service = SERVICE("'clusterIP':'','ports':[{'port':80}]"),
	 .pods = {POD("p", "", READY ",'podIP':'10.0.0.1'")},
	 .want = ""},
	/* DNS-046, 051: a CNAME and no more, whatever else there is */
	{.service = SERVICE("'type':'ExternalName','externalName':'X.org.',"
			    "'clusterIP':'10.96.0.1','selector':{'a':'b'},"
			    "'ports':[{'name':'p','port':80}]"),
	 .pods = {POD("p", "", READY ",'podIP':'10.0.0.1'")},
	 .slices = {SLICE("IPv4", "", "{'addresses':['10.0.0.2']}", "")},
	 .want = "s.d.svc.z. 5 CNAME x.org.\n"},
	/* DNS-036: endpoints of a cluster-IP Service, target ports there */
	{.service = SERVICE("'clusterIP':'10.96.0.1','selector':{'a':'b'},"
			    "'ports':[{'name':'http','port':80,'targetPort':"
			    "8080}]"),
	 .pods = {POD("p", NAMED("web-0"), READY ",'podIP':'10.0.0.1'"),
		  POD("q", "'hostname':'web-1','subdomain':'other'",
		      READY ",'podIP':'10.0.0.2'")},
	 .want = "s.d.svc.z. 5 A 10.96.0.1\n"
		 "s.d.svc.z. 5 SRV 0 100 80 s.d.svc.z.\n"
		 "_http._tcp.s.d.svc.z. 5 SRV 0 100 80 s.d.svc.z.\n"
		 "web-0.s.d.svc.z. 5 A 10.0.0.1\n"
		 "web-0.s.d.svc.z. 5 SRV 0 100 8080 web-0.s.d.svc.z.\n"
		 "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n"
		 "10-0-0-2.s.d.svc.z. 5 SRV 0 100 8080 "
		 "10-0-0-2.s.d.svc.z.\n"},
	/* DNS-037, 038, 041, 042: headless; case folded (DNS-012) */
	{.service = SERVICE(HEADLESS ",'ports':[{'name':'web','port':80},"
				     "{'name':'x','port':81,'protocol':"
				     "'UDP'}]"),
	 .pods = {POD("p", NAMED("web-0"), READY ",'podIP':'10.0.0.1'"),
		  POD("q", NAMED("WEB-1"), READY ",'podIP':'10.0.0.2'")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "s.d.svc.z. 5 A 10.0.0.2\n"
		 "s.d.svc.z. 5 SRV 0 25 80 web-0.s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 25 81 web-0.s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 25 80 web-1.s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 25 81 web-1.s.d.svc.z.\n"
		 "_web._tcp.s.d.svc.z. 5 SRV 0 50 80 web-0.s.d.svc.z.\n"
		 "_web._tcp.s.d.svc.z. 5 SRV 0 50 80 web-1.s.d.svc.z.\n"
		 "_x._udp.s.d.svc.z. 5 SRV 0 50 81 web-0.s.d.svc.z.\n"
		 "_x._udp.s.d.svc.z. 5 SRV 0 50 81 web-1.s.d.svc.z.\n"
		 "web-0.s.d.svc.z. 5 A 10.0.0.1\n"
		 "web-0.s.d.svc.z. 5 SRV 0 50 80 web-0.s.d.svc.z.\n"
		 "web-0.s.d.svc.z. 5 SRV 0 50 81 web-0.s.d.svc.z.\n"
		 "web-1.s.d.svc.z. 5 A 10.0.0.2\n"
		 "web-1.s.d.svc.z. 5 SRV 0 50 80 web-1.s.d.svc.z.\n"
		 "web-1.s.d.svc.z. 5 SRV 0 50 81 web-1.s.d.svc.z.\n"},
	/* DNS-037, 042: no endpoints, no name; no ports, no SRV */
	{.service = SERVICE(HEADLESS), .want = ""},
	{.service = SERVICE(HEADLESS),
	 .pods = {POD("p", NAMED("web-0"), READY ",'podIP':'10.0.0.1'")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "web-0.s.d.svc.z. 5 A 10.0.0.1\n"},
	/* DNS-005: who is published */
	{.service = SERVICE(HEADLESS),
	 .pods = {POD("p", "", "'podIP':'10.0.0.1'"),
		  "{'metadata':{'name':'q','namespace':'d',"
		  "'deletionTimestamp':'2026-01-01T00:00:00Z'},'status':{" READY
		  ",'podIP':'10.0.0.2'}}",
		  POD("r", "", READY), POD("t", "", READY ",'podIP':'x'")},
	 .want = ""},
	{.service = SERVICE(HEADLESS),
	 .pods = {"{" META("p") ",'status':{'phase':'Failed'," READY
				",'podIP':'10.0.0.1'}}",
		  "{" META("q") ",'status':{'phase':'Succeeded'," READY
				",'podIP':'10.0.0.2'}}"},
	 .want = ""},
	{.service = SERVICE(HEADLESS ",'publishNotReadyAddresses':true"),
	 .pods = {POD("p", NAMED("h"), "'podIP':'10.0.0.1'"),
		  "{'metadata':{'name':'q','namespace':'d',"
		  "'deletionTimestamp':'2026-01-01T00:00:00Z'},'status':{" READY
		  ",'podIP':'10.0.0.2'}}",
		  "{" META("r") ",'status':{'phase':'Failed'," READY
				",'podIP':'10.0.0.3'}}",
		  POD("t", "", "'podIP':''")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "s.d.svc.z. 5 A 10.0.0.2\n"
		 "h.s.d.svc.z. 5 A 10.0.0.1\n"
		 "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n"},
	/* DNS-003, 013: one endpoint in several slices, in several spellings,
	 * ready in one of them; DNS-009: ports of each slice */
	{.service = SERVICE("'clusterIP':'None'"),
	 .slices = {SLICE("IPv6", "",
			  "{'addresses':['fd00::1'],'hostname':'h',"
			  "'conditions':{'ready':false}}",
			  "{'name':'a','port':1}"),
		    SLICE("IPv6", "",
			  "{'addresses':['FD00:0::1','fd00::1'],"
			  "'hostname':'h'}",
			  "{'name':'a','port':1},{'name':'b','port':null}"),
		    SLICE("IPv6", "",
			  "{'addresses':['fd00::1'],'hostname':'H'}",
			  "{'name':'a','port':2}"),
		    SLICE("FQDN", "", "{'addresses':['x.org']}", "")},
	 .mode = ENDPOINTS_SLICES,
	 .want = "s.d.svc.z. 5 AAAA fd00::1\n"
		 "s.d.svc.z. 5 SRV 0 50 1 h.s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 50 2 h.s.d.svc.z.\n"
		 "_a._tcp.s.d.svc.z. 5 SRV 0 50 1 h.s.d.svc.z.\n"
		 "_a._tcp.s.d.svc.z. 5 SRV 0 50 2 h.s.d.svc.z.\n"
		 "h.s.d.svc.z. 5 AAAA fd00::1\n"
		 "h.s.d.svc.z. 5 SRV 0 50 1 h.s.d.svc.z.\n"
		 "h.s.d.svc.z. 5 SRV 0 50 2 h.s.d.svc.z.\n"},
	/* DNS-006 */
	{.service = SERVICE("'clusterIP':'None','publishNotReadyAddresses':"
			    "true"),
	 .slices = {SLICE("IPv4", "",
			  "{'addresses':['10.0.0.1'],'conditions':{'ready':"
			  "false}}",
			  "")},
	 .mode = ENDPOINTS_SLICES,
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "10-0-0-1.s.d.svc.z. 5 A 10.0.0.1\n"},
	/* mode pods: slices of the endpointslice controller only repeat what
	 * the pods say; others add to it */
	{.service = SERVICE(HEADLESS),
	 .pods = {POD("p", "", READY ",'podIP':'10.0.0.1'")},
	 .slices = {SLICE("IPv4", BY_CONTROLLER, "{'addresses':['10.0.0.2']}",
			  ""),
		    SLICE("IPv4", BY_MIRROR, "{'addresses':['10.0.0.3']}", ""),
		    SLICE("IPv4", "", "{'addresses':['10.0.0.4']}", "")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "s.d.svc.z. 5 A 10.0.0.3\n"
		 "s.d.svc.z. 5 A 10.0.0.4\n"
		 "10-0-0-1.s.d.svc.z. 5 A 10.0.0.1\n"
		 "10-0-0-3.s.d.svc.z. 5 A 10.0.0.3\n"
		 "10-0-0-4.s.d.svc.z. 5 A 10.0.0.4\n"},
	{.service = SERVICE("'clusterIP':'None'"),
	 .slices = {SLICE("IPv4", BY_CONTROLLER, "{'addresses':['10.0.0.2']}",
			  "")},
	 .want = "s.d.svc.z. 5 A 10.0.0.2\n"
		 "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n"},
	{.service = SERVICE(HEADLESS),
	 .pods = {POD("p", "", READY ",'podIP':'10.0.0.1'")},
	 .slices = {SLICE("IPv4", BY_CONTROLLER, "{'addresses':['10.0.0.2']}",
			  "")},
	 .mode = ENDPOINTS_SLICES,
	 .want = "s.d.svc.z. 5 A 10.0.0.2\n"
		 "10-0-0-2.s.d.svc.z. 5 A 10.0.0.2\n"},
	/* named target ports, pod by pod; families of the Service */
	{.service = SERVICE(HEADLESS ",'ipFamilies':['IPv6'],'ports':[{'name':"
				     "'w','port':80,'targetPort':'http'}]"),
	 .pods = {POD("p",
		      NAMED("p") ",'containers':[{'ports':[{'name':'http',"
				 "'containerPort':8080}]}]",
		      READY ",'podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]"),
		  POD("q",
		      NAMED("q") ",'containers':[{'ports':[{'name':'http',"
				 "'containerPort':9090}]}]",
		      READY ",'podIPs':[{'ip':'fd00::2'}]"),
		  POD("r",
		      NAMED("r") ",'containers':[{'ports':[{'name':'http',"
				 "'containerPort':1,'protocol':'UDP'}]}]",
		      READY ",'podIPs':[{'ip':'fd00::3'}]")},
	 .want = "s.d.svc.z. 5 AAAA fd00::1\n"
		 "s.d.svc.z. 5 AAAA fd00::2\n"
		 "s.d.svc.z. 5 AAAA fd00::3\n"
		 "s.d.svc.z. 5 SRV 0 50 8080 p.s.d.svc.z.\n"
		 "s.d.svc.z. 5 SRV 0 50 9090 q.s.d.svc.z.\n"
		 "_w._tcp.s.d.svc.z. 5 SRV 0 50 8080 p.s.d.svc.z.\n"
		 "_w._tcp.s.d.svc.z. 5 SRV 0 50 9090 q.s.d.svc.z.\n"
		 "p.s.d.svc.z. 5 AAAA fd00::1\n"
		 "p.s.d.svc.z. 5 SRV 0 100 8080 p.s.d.svc.z.\n"
		 "q.s.d.svc.z. 5 AAAA fd00::2\n"
		 "q.s.d.svc.z. 5 SRV 0 100 9090 q.s.d.svc.z.\n"
		 "r.s.d.svc.z. 5 AAAA fd00::3\n"},
	/* without ipFamilies: those of the cluster IP, or both */
	{.service = SERVICE("'clusterIP':'fd00::99','selector':{'a':'b'}"),
	 .pods = {POD("p", NAMED("p"),
		      READY ",'podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]")},
	 .want = "s.d.svc.z. 5 AAAA fd00::99\n"
		 "p.s.d.svc.z. 5 AAAA fd00::1\n"},
	/* DNS-041, 069: two addresses, one SRV; the weight counts both */
	{.service = SERVICE(HEADLESS ",'ports':[{'name':'w','port':80}]"),
	 .pods = {POD("p", NAMED("p"),
		      READY ",'podIPs':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}]")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "s.d.svc.z. 5 AAAA fd00::1\n"
		 "s.d.svc.z. 5 SRV 0 50 80 p.s.d.svc.z.\n"
		 "_w._tcp.s.d.svc.z. 5 SRV 0 50 80 p.s.d.svc.z.\n"
		 "p.s.d.svc.z. 5 A 10.0.0.1\n"
		 "p.s.d.svc.z. 5 AAAA fd00::1\n"
		 "p.s.d.svc.z. 5 SRV 0 50 80 p.s.d.svc.z.\n"},
	/* DNS-038, 040: shared hostnames, and one like a dashed address */
	{.service = SERVICE(HEADLESS),
	 .pods = {POD("p", NAMED("h"), READY ",'podIP':'10.0.0.1'"),
		  POD("q", NAMED("h"), READY ",'podIP':'10.0.0.2'"),
		  POD("r", NAMED("10-0-0-4"), READY ",'podIP':'10.0.0.3'"),
		  POD("t", "", READY ",'podIP':'10.0.0.4'")},
	 .want = "s.d.svc.z. 5 A 10.0.0.1\n"
		 "s.d.svc.z. 5 A 10.0.0.2\n"
		 "s.d.svc.z. 5 A 10.0.0.3\n"
		 "s.d.svc.z. 5 A 10.0.0.4\n"
		 "h.s.d.svc.z. 5 A 10.0.0.1\n"
		 "h.s.d.svc.z. 5 A 10.0.0.2\n"
		 "10-0-0-4.s.d.svc.z. 5 A 10.0.0.3\n"
		 "10-0-0-4.s.d.svc.z. 5 A 10.0.0.4\n"},
	/* DNS-039: dashes at the ends of IPv6 labels */
	{.service = SERVICE("'clusterIP':'None'"),
	 .slices = {SLICE("IPv6", "",
			  "{'addresses':['fd00:1::','::9','::',"
			  "'::ffff:1.2.3.4']}",
			  "")},
	 .want = "s.d.svc.z. 5 AAAA fd00:1::\n"
		 "s.d.svc.z. 5 AAAA ::9\n"
		 "s.d.svc.z. 5 AAAA ::\n"
		 "s.d.svc.z. 5 AAAA ::ffff:1.2.3.4\n"
		 "fd00-1--0.s.d.svc.z. 5 AAAA fd00:1::\n"
		 "0--9.s.d.svc.z. 5 AAAA ::9\n"
		 "0--0.s.d.svc.z. 5 AAAA ::\n"
		 "0--ffff-1-2-3-4.s.d.svc.z. 5 AAAA ::ffff:1.2.3.4\n"},
};

static void the_table_of_rules_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_int_equal(run(&rows[i], "z"), 0);
}

#define TEN   "aaaaaaaaaa"
#define SIXTY TEN TEN TEN TEN TEN TEN

/* DNS-011 */
/* DNS-055 */
static void an_address_is_no_external_name(void **state)
{
	static const char *const bad[] = {"10.0.0.1", "fd00::1", ".", "a..b"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char service[256];
		struct row row = {.service = service, .want = ""};

		snprintf(service, sizeof(service),
			 SERVICE("'type':'ExternalName','externalName':'%s'"),
			 bad[i]);
		assert_int_equal(run(&row, "z"), 1);
	}
}

static void what_cannot_be_a_name_is_left_out_and_counted(void **state)
{
	static const struct row long_port = {
		.service = SERVICE("'clusterIP':'10.96.0.1','ports':[{'name':"
				   "'" SIXTY "aaa','port':80}]"),
		.want = "s.d.svc.z. 5 A 10.96.0.1\n"
			"s.d.svc.z. 5 SRV 0 100 80 s.d.svc.z.\n"};
	static const struct row long_host = {
		.service = SERVICE("'clusterIP':'None'"),
		.slices = {SLICE("IPv4", "",
				 "{'addresses':['10.0.0.1'],'hostname':'" SIXTY
				 "aaaa'}",
				 "")},
		.want = "s.d.svc.z. 5 A 10.0.0.1\n"
			"10-0-0-1.s.d.svc.z. 5 A 10.0.0.1\n"};
	static const char zone[] = SIXTY "." SIXTY "." SIXTY ".z";
	static const char longer_zone[] = SIXTY "." SIXTY "." SIXTY ".zzzz";
	struct row long_name = {
		.service = "{'metadata':{'name':'" SIXTY "','namespace':'d'},"
			   "'spec':{'clusterIP':'None'}}",
		.slices = {SLICE("IPv4", "",
				 "{'addresses':['10.0.0.1'],'hostname':'hh'}",
				 "{'name':'p','port':80}")},
		.want = SIXTY ".d.svc." SIXTY "." SIXTY "." SIXTY
			      ".z. 5 A 10.0.0.1\n"};

	(void)state;
	assert_int_equal(run(&long_port, "z"), 1);
	assert_int_equal(run(&long_host, "z"), 0);
	assert_int_equal(run(&long_name, zone), 1);
	long_name.want = "";
	assert_int_equal(run(&long_name, longer_zone), 1);
}

static bool hide_web_0(const char *ns, const char *pod, void *arg)
{
	(void)arg;
	return strcmp(ns, "d") == 0 && strcmp(pod, "web-0") == 0;
}

static void a_hidden_pod_is_left_out_of_pods_and_slices(void **state)
{
	struct obj *service = lab_decode(OBJ_SERVICE, "%s", SERVICE(HEADLESS));
	struct obj *open = lab_decode(
		OBJ_SERVICE, "%s",
		SERVICE(HEADLESS ",'publishNotReadyAddresses':true"));
	struct obj *pod = lab_decode(
		OBJ_POD, "%s", POD("web-0", "", READY ",'podIP':'10.0.0.1'"));
	struct obj *slice = lab_decode(
		OBJ_SLICE, "%s",
		SLICE("IPv4", "",
		      "{'addresses':['10.0.0.1'],'targetRef':{'kind':'Pod',"
		      "'name':'web-0'}}",
		      ""));
	struct endpoints eps;

	(void)state;
	endpoints_init(&eps);
	eps.hide = hide_web_0;
	endpoints_add_pod(&eps, obj_service(service), obj_pod(pod));
	endpoints_add_slice(&eps, obj_service(service), obj_slice(slice));
	assert_int_equal(eps.n, 0);
	endpoints_add_pod(&eps, obj_service(open), obj_pod(pod));
	endpoints_add_slice(&eps, obj_service(open), obj_slice(slice));
	assert_int_equal(eps.n, 2);
	endpoints_fini(&eps);
	obj_free(service);
	obj_free(open);
	obj_free(pod);
	obj_free(slice);
}

static void the_weight_is_at_least_one(void **state)
{
	struct obj *service = lab_decode(
		OBJ_SERVICE, "%s",
		SERVICE(HEADLESS ",'ports':[{'name':'w','port':80}]"));
	struct name zone = lab_name("z");
	const struct rr_set *sets;
	struct endpoints eps;
	struct records records;
	unsigned int n_srv = 0;
	size_t n;

	(void)state;
	endpoints_init(&eps);
	records_init(&records, 5);
	for (int i = 0; i < 150; i++) {
		struct obj *pod =
			lab_decode(OBJ_POD,
				   "{" META("p") ",'status':{" READY
						 ",'podIP':'10.0.0.%d'}}",
				   i);

		endpoints_add_pod(&eps, obj_service(service), obj_pod(pod));
		obj_free(pod);
	}
	endpoints_settle(&eps);
	records_service(&records, &zone, obj_service(service), &eps);
	sets = records_sets(&records, &n);
	for (size_t i = 0; i < n; i++)
		if (sets[i].type == RR_SRV && sets[i].n == 150) {
			assert_int_equal(sets[i].data[0].wire[3], 1);
			n_srv++;
		}
	assert_int_equal(n_srv, 2);
	records_fini(&records);
	endpoints_fini(&eps);
	obj_free(service);
}

static void a_zone_has_its_static_names(void **state)
{
	struct name zone = lab_name("z");
	struct addr addrs[] = {{4, {192, 0, 2, 1}}, {16, {0xfd, [15] = 1}}};
	scope_buf struct buf have;
	const struct rr_set *sets;
	struct records records;
	size_t n;

	(void)state;
	buf_init(&have, 0);
	records_init(&records, 30);
	records_static(&records, &zone, addrs, 2);
	sets = records_sets(&records, &n);
	for (size_t i = 0; i < n; i++)
		lab_add_set(&have, &sets[i]);
	lab_assert_lines(&have, "dns-version.z. 28800 TXT 1.1.0\n"
				"svc.z. - NONE\n"
				"pod.z. - NONE\n"
				"ns.dns.z. - NONE\n"
				"ns.dns.z. 30 A 192.0.2.1\n"
				"ns.dns.z. 30 AAAA fd00::1\n");
	records_fini(&records);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_rules_holds),
		cmocka_unit_test(an_address_is_no_external_name),
		cmocka_unit_test(what_cannot_be_a_name_is_left_out_and_counted),
		cmocka_unit_test(a_hidden_pod_is_left_out_of_pods_and_slices),
		cmocka_unit_test(the_weight_is_at_least_one),
		cmocka_unit_test(a_zone_has_its_static_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
