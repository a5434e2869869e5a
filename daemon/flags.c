/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags.h"

#include <string.h>

#include "daemon/flags_basic.h"
#include "daemon/flags_dns.h"
#include "daemon/flags_lab.h"
#include "daemon/flags_ops.h"
#include "daemon/flags_records.h"
#include "daemon/flags_xfr.h"
#include "statefuld/attr.h"

static const struct flag flags[] = {
	{FLAGS_RUN, "API server", "--kubeconfig", " FILE",
	 "How to reach the API server. Default: the files in\n"
	 "$KUBECONFIG, else the service account of the pod this\n"
	 "runs in, else ~/.kube/config.",
	 flags_basic_kubeconfig},
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
	 flags_basic_listen},
	{FLAGS_BOTH, NULL, "--zone", " NAME",
	 "Serve the cluster under this domain. Repeatable, the\n"
	 "first is the primary. Default: cluster.local.",
	 flags_basic_zone},
	{FLAGS_RUN, NULL, "--reverse-zone", " CIDR|NAME",
	 "Answer PTR questions for these addresses. Repeatable:\n"
	 "give the Service range and the pod range. Default:\n"
	 "none.",
	 flags_basic_reverse_zone},
	{FLAGS_LAB, NULL, "--reverse-zone", " CIDR|NAME",
	 "Answer PTR questions for these addresses. Repeatable.\n"
	 "Default: the Service range and the pod range.",
	 flags_basic_reverse_zone},
	{FLAGS_BOTH, NULL, "--endpoints", "=pods|slices",
	 "Where the addresses of headless Services come from:\n"
	 "straight from pods (default; earlier by one hop), or\n"
	 "from EndpointSlices alone.",
	 flags_basic_endpoints},
	{FLAGS_BOTH, NULL, "--ttl", " SECONDS",
	 "TTL of records, 0 to 3600. Default: 5.", flags_basic_ttl},
	{FLAGS_BOTH, NULL, "--negative-ttl", " SECONDS",
	 "How long \"no such name\" may be kept, 0 to 300.\n"
	 "Default: the TTL, but at most 5.",
	 flags_basic_negative_ttl},
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
	 flags_basic_dns_threads},
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
	{FLAGS_BOTH, NULL, "--max-udp-payload", " BYTES",
	 "No answer by UDP is larger, whatever the client takes,\n"
	 "512 to 4096. Default: 1232, never in fragments.",
	 flags_dns_max_udp_payload},
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
	 flags_basic_reconcile},
	{FLAGS_RUN, NULL, "--kube-api-qps", " N",
	 "Send no more requests for StatefulSets a second, 0 to\n"
	 "100000; not counting watches and the Lease. 0, the\n"
	 "default, is no limit.",
	 flags_basic_api_qps},
	{FLAGS_RUN, NULL, "--kube-api-burst", " N",
	 "So many may go at once after a pause. Default: as many\n"
	 "as --kube-api-qps.",
	 flags_basic_api_burst},
	{FLAGS_RUN, NULL, "--revision-form", "=auto|server",
	 "How ControllerRevisions hold pod templates. auto, the\n"
	 "default: as the set's newest one does. server: as the\n"
	 "API server sends them, so that one before 1.34 can\n"
	 "have its own StatefulSet controller back.",
	 flags_basic_revision_form},
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
	 flags_basic_lame_duck},
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
	 flags_basic_log_level},
	{FLAGS_ALL, NULL, "--help", NULL, "Show this text.", flags_basic_help},
	{FLAGS_ALL, NULL, "--version", NULL, "Show the version.",
	 flags_basic_version},
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
