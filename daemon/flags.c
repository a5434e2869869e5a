/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags.h"

#include <string.h>

#include "daemon/flags_dns.h"
#include "daemon/flags_lab.h"
#include "daemon/flags_ops.h"
#include "daemon/flags_records.h"
#include "daemon/flags_xfr.h"
#include "daemon/listen.h"
#include "daemon/number.h"
#include "daemon/options.h"
#include "daemon/reverse.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_ZONES = 64,
	MAX_THREADS = 256,
	MAX_TTL_S = 3600,	  /* DNS-070 */
	MAX_NEGATIVE_TTL_S = 300, /* DNS-071 */
	MAX_LAME_DUCK_S = 3600,
};

static int set_kubeconfig(struct options *options, const char *text,
			  struct err *err st_unused)
{
	options->kubeconfig = text;
	return 0;
}

/* One of two words. */
static int choose(bool *ret_first, const char *text, const char *first,
		  const char *second, struct err *err)
{
	*ret_first = strcmp(text, first) == 0;
	if (!*ret_first && strcmp(text, second) != 0)
		return err_set(err, ST_EINVAL, "must be %s or %s", first,
			       second);
	return 0;
}

static int set_reconcile(struct options *options, const char *text,
			 struct err *err)
{
	static const char *const words[] = {
		[RECONCILE_OFF] = "off",
		[RECONCILE_ON] = "on",
		[RECONCILE_AUTO] = "auto",
	};

	for (size_t i = 0; i < st_array_len(words); i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		options->reconcile = (enum controller_reconcile)i;
		return 0;
	}
	return err_set(err, ST_EINVAL, "must be auto, on or off");
}

static int set_endpoints(struct options *options, const char *text,
			 struct err *err)
{
	bool pods;
	int rc = choose(&pods, text, "pods", "slices", err);

	options->endpoints = pods ? ENDPOINTS_PODS : ENDPOINTS_SLICES;
	return rc;
}

static int add_listen(struct options *options, const char *text,
		      struct err *err)
{
	return listen_add(&options->listen, &options->n_listen, text, err);
}

static int add_zone(struct options *options, const char *text, struct err *err)
{
	struct name zone;

	if (name_parse(&zone, text) != 0)
		return err_set(err, ST_EINVAL,
			       "this is no domain name: write for instance "
			       "cluster.local");
	if (zone.len == 1)
		return err_set(err, ST_EINVAL,
			       "the root would claim every name there is: "
			       "write for instance cluster.local");
	if (options->n_zones == MAX_ZONES)
		return err_set(err, ST_ELIMIT, "more than %d zones", MAX_ZONES);
	for (size_t i = 0; i < options->n_zones; i++) {
		if (name_equal(options->zones[i].wire, zone.wire))
			return err_set(err, ST_EINVAL,
				       "given twice: leave one out");
	}
	mem_grow(options->zones, options->n_zones);
	options->zones[options->n_zones++] = zone;
	return 0;
}

static int add_reverse_zone(struct options *options, const char *text,
			    struct err *err)
{
	return reverse_add(&options->reverse_zones, &options->n_reverse_zones,
			   text, err);
}

static int set_dns_threads(struct options *options, const char *text,
			   struct err *err)
{
	return number_parse(&options->dns_threads, text, 0, MAX_THREADS, err);
}

static int set_ttl(struct options *options, const char *text, struct err *err)
{
	return number_parse(&options->ttl_s, text, 0, MAX_TTL_S, err);
}

static int set_negative_ttl(struct options *options, const char *text,
			    struct err *err)
{
	options->has_negative_ttl = true;
	return number_parse(&options->negative_ttl_s, text, 0,
			    MAX_NEGATIVE_TTL_S, err);
}

static int set_log_level(struct options *options, const char *text,
			 struct err *err)
{
	if (log_level_parse(text, &options->log_level) != 0)
		return err_set(err, ST_EINVAL,
			       "must be error, warn, info or debug");
	return 0;
}

static int set_lame_duck(struct options *options, const char *text,
			 struct err *err)
{
	return number_parse(&options->lame_duck_s, text, 0, MAX_LAME_DUCK_S,
			    err);
}

static int ask_help(struct options *options, const char *text st_unused,
		    struct err *err st_unused)
{
	options->action = OPTIONS_HELP;
	return 0;
}

static int ask_version(struct options *options, const char *text st_unused,
		       struct err *err st_unused)
{
	options->action = OPTIONS_VERSION;
	return 0;
}

static const struct flag flags[] = {
	{FLAGS_RUN, "API server", "--kubeconfig", " FILE",
	 "How to reach the API server. Default: the files in\n"
	 "$KUBECONFIG, else the service account of the pod this\n"
	 "runs in, else ~/.kube/config.",
	 set_kubeconfig},
	{FLAGS_LAB, "API server", "--api", " ADDR:PORT",
	 "Serve the API here; port 0 takes a free one. Other than\n"
	 "loopback addresses need TLS and a token.\n"
	 "Default: 127.0.0.1:6480.",
	 flags_lab_api},
	{FLAGS_LAB, NULL, "--kubeconfig-out", " FILE",
	 "Write a kubeconfig for this API server, readable by you\n"
	 "alone. Default: a temporary one.",
	 flags_lab_kubeconfig_out},
	{FLAGS_LAB, NULL, "--tls-cert", " FILE",
	 "Serve HTTPS with this certificate (PEM).", flags_lab_tls_cert},
	{FLAGS_LAB, NULL, "--tls-key", " FILE", "Its key (PEM).",
	 flags_lab_tls_key},
	{FLAGS_LAB, NULL, "--token-file", " FILE",
	 "Ask all clients for the token in this file's first\n"
	 "line. Default: none is asked for.",
	 flags_lab_token_file},
	{FLAGS_LAB, "Cluster", "--apply", " FILE|DIR",
	 "Apply the objects in this file, or in the folder's\n"
	 ".yaml, .yml and .json files. Repeatable.",
	 flags_lab_apply},
	{FLAGS_LAB, NULL, "--data-dir", " DIR",
	 "Keep objects and volumes here, over restarts. Default:\n"
	 "all in memory, gone at the end.",
	 flags_lab_data_dir},
	{FLAGS_LAB, NULL, "--pod-cidr", " CIDR",
	 "Where pods get their addresses. Default: 127.64.0.0/16,\n"
	 "addresses that exist on any machine.",
	 flags_lab_pod_cidr},
	{FLAGS_LAB, NULL, "--ready-delay", " DURATION",
	 "How long pods take to become ready: 500ms, 2s.\n"
	 "Default: 0.",
	 flags_lab_ready_delay},
	{FLAGS_LAB, NULL, "--no-node", NULL,
	 "No simulated node: pods stay as they are written.",
	 flags_lab_no_node},
	{FLAGS_LAB, NULL, "--no-reconcile", NULL,
	 "Leave StatefulSets and EndpointSlices to other\n"
	 "controllers.",
	 flags_lab_no_reconcile},
	{FLAGS_LAB, NULL, "--slices", NULL, "Keep EndpointSlices all the same.",
	 flags_lab_slices},
	{FLAGS_LAB, NULL, "--feature-gates", " GATE=true|false",
	 "Only MaxUnavailableStatefulSet, off as in Kubernetes\n"
	 "1.36: keep maxUnavailable of rolling updates.",
	 flags_lab_feature_gates},
	{FLAGS_BOTH, "DNS", "--listen", " ADDR:PORT",
	 "Answer here, by UDP and TCP. Repeatable. IPv6 goes in\n"
	 "brackets, [::1]:5300; port 0 takes a free one.\n"
	 "Default: 127.0.0.1:5300, which needs no privileges and\n"
	 "is open to this machine only.",
	 add_listen},
	{FLAGS_BOTH, NULL, "--zone", " NAME",
	 "Serve the cluster under this domain. Repeatable, the\n"
	 "first is the primary. Default: cluster.local.",
	 add_zone},
	{FLAGS_RUN, NULL, "--reverse-zone", " CIDR|NAME",
	 "Answer PTR questions for these addresses. Repeatable:\n"
	 "give the Service range and the pod range. Default:\n"
	 "none.",
	 add_reverse_zone},
	{FLAGS_LAB, NULL, "--reverse-zone", " CIDR|NAME",
	 "Answer PTR questions for these addresses. Repeatable.\n"
	 "Default: the Service range and the pod range.",
	 add_reverse_zone},
	{FLAGS_BOTH, NULL, "--endpoints", "=pods|slices",
	 "Where the addresses of headless Services come from:\n"
	 "straight from pods (default; earlier by one hop), or\n"
	 "from EndpointSlices alone.",
	 set_endpoints},
	{FLAGS_BOTH, NULL, "--ttl", " SECONDS",
	 "TTL of records, 0 to 3600. Default: 5.", set_ttl},
	{FLAGS_BOTH, NULL, "--negative-ttl", " SECONDS",
	 "How long \"no such name\" may be kept, 0 to 300.\n"
	 "Default: the TTL, but at most 5.",
	 set_negative_ttl},
	{FLAGS_BOTH, NULL, "--pending-ttl", " SECONDS",
	 "The same for pods that a StatefulSet is to have, and\n"
	 "for its headless Service, 0 to 300. Default: 1.",
	 flags_records_pending_ttl},
	{FLAGS_BOTH, NULL, "--ns-addr", " ADDR",
	 "What the name server's own name, ns.dns under the zone,\n"
	 "leads to. Repeatable. Default: the addresses listened\n"
	 "on, or of this machine.",
	 flags_records_ns_addr},
	{FLAGS_BOTH, NULL, "--dns-threads", " N",
	 "UDP workers, up to 256. Default: one per usable CPU.",
	 set_dns_threads},
	{FLAGS_BOTH, NULL, "--dot", " ADDR:PORT",
	 "Answer by DNS over TLS here, usually port 853.\n"
	 "Repeatable. Default: none.",
	 flags_dns_dot},
	{FLAGS_BOTH, NULL, "--dot-cert", " FILE",
	 "Its certificate (PEM), with the chain behind it.",
	 flags_dns_dot_cert},
	{FLAGS_BOTH, NULL, "--dot-key", " FILE", "The certificate's key (PEM).",
	 flags_dns_dot_key},
	{FLAGS_BOTH, NULL, "--tcp-idle", " SECONDS",
	 "Close a connection that has been silent for so long, 1\n"
	 "to 3600. Default: 30.",
	 flags_dns_tcp_idle},
	{FLAGS_BOTH, NULL, "--tcp-connections", " N",
	 "Connections at the same time, TLS included; then the\n"
	 "longest silent one gives way. Default: 1000.",
	 flags_dns_tcp_connections},
	{FLAGS_BOTH, NULL, "--tcp-per-client", " N",
	 "Of these from one address. Default: half of them.",
	 flags_dns_tcp_per_client},
	{FLAGS_BOTH, "Who is answered", "--allow-query", " CIDR",
	 "Answer these addresses and refuse all others.\n"
	 "Repeatable. Default: everybody is answered.",
	 flags_dns_allow_query},
	{FLAGS_BOTH, NULL, "--rrl", " RATE",
	 "Give a network (/24, /56) no more than so many UDP\n"
	 "replies of one kind a second, 0 to 100000. 0, the\n"
	 "default, is no limit.",
	 flags_dns_rrl},
	{FLAGS_BOTH, NULL, "--rrl-slip", " N",
	 "Of the replies above, cut each so many-th instead of\n"
	 "dropping it, so that the client comes by TCP. 0 drops\n"
	 "all. Default: 2.",
	 flags_dns_rrl_slip},
	{FLAGS_BOTH, NULL, "--rrl-exempt", " CIDR",
	 "Never limit these addresses: your forwarders.\n"
	 "Repeatable. Default: none.",
	 flags_dns_rrl_exempt},
	{FLAGS_BOTH, NULL, "--cookie-secret", " FILE",
	 "Secret of DNS cookies, 32 hexadecimal digits, and in a\n"
	 "second line the one before: for replicas that share an\n"
	 "address. Default: made by chance.",
	 flags_dns_cookie_secret},
	{FLAGS_BOTH, NULL, "--nsid", " TEXT|off",
	 "How this server calls itself when asked (NSID,\n"
	 "id.server). Default: the host's name.",
	 flags_dns_nsid},
	{FLAGS_BOTH, NULL, "--version-text", " TEXT|off",
	 "Which version it says that it is (version.bind).\n"
	 "Default: the real one.",
	 flags_dns_version_text},
	{FLAGS_BOTH, "Records", "--pods", "=disabled|insecure|verified",
	 "Names of pods' addresses, 10-1-2-3.default.pod: none\n"
	 "(default), any in a namespace, or of pods alone.",
	 flags_records_pods},
	{FLAGS_BOTH, NULL, "--namespaces", " NAME[,NAME]...",
	 "Show these namespaces only.", flags_records_namespaces},
	{FLAGS_BOTH, NULL, "--namespace-labels", " SELECTOR",
	 "Show namespaces with these labels only: a=b,c!=d.",
	 flags_records_namespace_labels},
	{FLAGS_BOTH, NULL, "--service-labels", " SELECTOR",
	 "Show Services with these labels only.", flags_records_service_labels},
	{FLAGS_BOTH, NULL, "--no-endpoints", NULL,
	 "Read neither pods nor EndpointSlices for DNS: cluster\n"
	 "IPs and ExternalNames alone.",
	 flags_records_no_endpoints},
	{FLAGS_BOTH, NULL, "--ignore-empty-service", NULL,
	 "Deny a Service with a cluster IP but no endpoint.",
	 flags_records_ignore_empty},
	{FLAGS_BOTH, NULL, "--endpoint-pod-names", NULL,
	 "Call endpoints without hostname by their pod's name.",
	 flags_records_endpoint_pod_names},
	{FLAGS_BOTH, NULL, "--ptr-hostname-only", NULL,
	 "If an address has a hostname, leave its other names\n"
	 "out of PTR answers.",
	 flags_records_ptr_hostname_only},
	{FLAGS_BOTH, NULL, "--compat-srv-addresses", NULL,
	 "As CoreDNS: addresses at _port._proto names, too.",
	 flags_records_compat_srv_addresses},
	{FLAGS_BOTH, NULL, "--compat-loose-srv", NULL,
	 "As CoreDNS: SRV without underscores; _ for any port.",
	 flags_records_compat_loose_srv},
	{FLAGS_BOTH, NULL, "--upstream", " ADDR[:PORT]",
	 "Ask this server where an ExternalName leads out of the\n"
	 "zones, and put what it says into the answer.\n"
	 "Repeatable. Default: the CNAME alone is told.",
	 flags_records_upstream},
	{FLAGS_BOTH, "Secondary servers", "--allow-transfer", " CIDR|key:NAME",
	 "Let these addresses, or who signs with that key, have\n"
	 "the zones by AXFR and IXFR. Repeatable. Default:\n"
	 "nobody.",
	 flags_xfr_allow},
	{FLAGS_BOTH, NULL, "--notify", " ADDR[:PORT][,key:NAME]",
	 "Tell this server of changes, signed with that key.\n"
	 "Repeatable. Default: nobody is told.",
	 flags_xfr_notify},
	{FLAGS_BOTH, NULL, "--tsig-key", " FILE",
	 "Read TSIG keys from here, in the form that tsig-keygen\n"
	 "writes. Repeatable.",
	 flags_xfr_key},
	{FLAGS_RUN, "Controller", "--reconcile", "=auto|on|off",
	 "Create, scale and repair the pods of StatefulSets.\n"
	 "auto, the default: while this process holds the Lease\n"
	 "kube-system/statefuld and kube-controller-manager\n"
	 "holds no live one of its own. on: without asking, as\n"
	 "the only one that does it. off: DNS alone.",
	 set_reconcile},
	{FLAGS_BOTH, "Process", "--state-dir", " DIR",
	 "Keep the last zone here, and answer from it after a\n"
	 "restart until the API server is reached. Default: none\n"
	 "is kept.",
	 flags_ops_state_dir},
	{FLAGS_BOTH, NULL, "--stale-ede", "=on|off",
	 "Mark answers that may be out of date (RFC 8914).\n"
	 "Default: off.",
	 flags_ops_stale_ede},
	{FLAGS_BOTH, NULL, "--stale-after", " DURATION",
	 "How long without the API server makes them so.\n"
	 "Default: 3m.",
	 flags_ops_stale_after},
	{FLAGS_BOTH, NULL, "--wait-sync", " DURATION",
	 "Do not listen before everything has been listed once,\n"
	 "or that long. Default: 0, names get SERVFAIL meanwhile.",
	 flags_ops_wait_sync},
	{FLAGS_BOTH, NULL, "--lame-duck", " SECONDS",
	 "On SIGTERM go on answering for so long, 0 to 3600, then\n"
	 "stop. Default: 5.",
	 set_lame_duck},
	{FLAGS_BOTH, NULL, "--ops", " ADDR:PORT|unix:PATH|none",
	 "Serve /metrics, /livez, /readyz, /zone and /explain\n"
	 "here, by HTTP. Repeatable. Default: the socket\n"
	 "$XDG_RUNTIME_DIR/statefuld.sock, else\n"
	 "/run/statefuld/ops.sock, if it can be made.",
	 flags_ops_ops},
	{FLAGS_EXPLAIN, "Flags", "--ops", " ADDR:PORT|unix:PATH",
	 "Where the running process has its ops endpoint.\n"
	 "Default: the places where it has it by default.",
	 flags_ops_ops},
	{FLAGS_EXPLAIN, NULL, "--json", NULL,
	 "Print a JSON object instead of lines for people.", flags_ops_json},
	{FLAGS_BOTH, NULL, "--log-level", " error|warn|info|debug",
	 "Which lines to write to standard error. Default: info.",
	 set_log_level},
	{FLAGS_ALL, NULL, "--help", NULL, "Show this text.", ask_help},
	{FLAGS_ALL, NULL, "--version", NULL, "Show the version.", ask_version},
};

const struct flag *flags_all(size_t *ret_n)
{
	*ret_n = st_array_len(flags);
	return flags;
}

const struct flag *flags_find(const char *name, size_t len, int command)
{
	for (size_t i = 0; i < st_array_len(flags); i++) {
		if ((flags[i].commands & command) != 0 &&
		    strlen(flags[i].name) == len &&
		    memcmp(flags[i].name, name, len) == 0)
			return &flags[i];
	}
	return NULL;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Edits that lead from one to the other; `b` is shorter than the row. */
static size_t distance(const char *a, size_t a_len, const char *b)
{
	enum { ROW = 32 };
	size_t row[ROW];
	size_t b_len = strlen(b);

	st_assert(b_len < ROW);
	for (size_t k = 0; k <= b_len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b_len; k++) {
			size_t same = diagonal + (a[i - 1] != b[k - 1]);

			diagonal = row[k];
			row[k] = min3(same, row[k] + 1, row[k - 1] + 1);
		}
	}
	return row[b_len];
}

const struct flag *flags_nearest(const char *name, size_t len, int command)
{
	const struct flag *nearest = NULL;
	size_t least = 3; /* farther is no slip of the finger */

	for (size_t i = 0; i < st_array_len(flags); i++) {
		size_t d = distance(name, len, flags[i].name);

		if ((flags[i].commands & command) != 0 && d < least) {
			least = d;
			nearest = &flags[i];
		}
	}
	return nearest;
}
