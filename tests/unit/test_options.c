/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/flags.h"
#include "daemon/listen.h"
#include "daemon/options.h"
#include "daemon/serving.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { MAX_ARGS = 32 };

/* Arguments separated by blanks, behind the program's name. */
static int parse(struct options *options, const char *line, struct err *err)
{
	static char text[512];
	static char program[] = "statefuld";
	char *argv[MAX_ARGS] = {program};
	int argc = 1;

	snprintf(text, sizeof(text), "%s", line);
	for (char *word = strtok(text, " "); word != NULL;
	     word = strtok(NULL, " ")) {
		assert_true(argc < MAX_ARGS);
		argv[argc++] = word;
	}
	err_clear(err);
	return options_parse(options, argc, argv, err);
}

static void parse_ok(struct options *options, const char *line)
{
	struct err err = {0};

	if (parse(options, line, &err) != 0)
		fail_msg("%s: %s", line, err_msg(&err));
}

static void assert_zones(const struct name *zones, size_t n,
			 const char *const *want, size_t n_want)
{
	assert_int_equal(n, n_want);
	for (size_t i = 0; i < n; i++) {
		char text[NAME_MAX_TEXT];

		name_text(text, zones[i].wire);
		assert_string_equal(text, want[i]);
	}
}

static void no_flags_give_the_documented_defaults(void **state)
{
	static const char *const zones[] = {"cluster.local."};
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options, "");
	assert_int_equal(options.action, OPTIONS_RUN);
	assert_null(options.kubeconfig);
	assert_int_equal(options.n_listen, 1);
	listen_text(text, &options.listen[0]);
	assert_string_equal(text, "127.0.0.1:5300");
	assert_zones(options.zones, options.n_zones, zones, 1);
	assert_int_equal(options.n_reverse_zones, 0);
	assert_int_equal(options.dns_threads, 0);
	assert_int_equal(options.endpoints, ENDPOINTS_PODS);
	assert_int_equal(options.reconcile, RECONCILE_AUTO);
	assert_false(options.revisions_as_served);
	assert_int_equal(options.ttl_s, 5);
	assert_int_equal(options.negative_ttl_s, 5);
	assert_int_equal(options.log_level, LOG_INFO);
	assert_int_equal(options.lame_duck_s, 5);
	assert_int_equal(options.n_dot, 0);
	assert_int_equal(options.tcp_idle_s, 0);
	options_fini(&options);
}

static void who_is_answered_is_a_list_of_ranges(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "--allow-query 10.0.0.0/8 --allow-query ::1 --rrl 50"
			   " --rrl-slip=0 --rrl-exempt 10.1.2.3 --nsid off"
			   " --version-text none --cookie-secret /f");
	assert_int_equal(options.n_allow_query, 2);
	assert_int_equal(options.allow_query[0].prefix, 8);
	assert_int_equal(options.allow_query[1].prefix, 128);
	assert_int_equal(options.rrl, 50);
	assert_int_equal(options.rrl_slip, 0);
	assert_int_equal(options.rrl_exempt[0].prefix, 32);
	assert_string_equal(options.nsid, "");
	assert_string_equal(options.version_text, "none");
	assert_string_equal(options.cookie_secret, "/f");
	options_fini(&options);
	parse_ok(&options, "");
	assert_int_equal(options.rrl, 0);
	assert_int_equal(options.rrl_slip, 2);
	assert_null(options.nsid);
	options_fini(&options);
}

static void requests_may_be_limited(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "");
	assert_int_equal(options.api_qps, 0);
	options_fini(&options);
	parse_ok(&options, "--kube-api-qps 20 --kube-api-burst=30");
	assert_int_equal(options.api_qps, 20);
	assert_int_equal(options.api_burst, 30);
	options_fini(&options);
}

static void dns_over_tls_has_addresses_and_a_certificate(void **state)
{
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options, "--dot 127.0.0.1:853 --dot [::1]:853 --dot-cert c "
			   "--dot-key k --tcp-idle 60 --tcp-connections 20000 "
			   "--tcp-per-client 9 --max-udp-payload 4096");
	assert_int_equal(options.n_dot, 2);
	listen_text(text, &options.dot[1]);
	assert_string_equal(text, "[::1]:853");
	assert_string_equal(options.dot_cert, "c");
	assert_string_equal(options.dot_key, "k");
	assert_int_equal(options.tcp_idle_s, 60);
	assert_int_equal(options.tcp_connections, 20000);
	assert_int_equal(options.tcp_per_client, 9);
	assert_int_equal(options.udp_payload, 4096);
	options_fini(&options);
}

static void records_are_as_the_flags_say(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "");
	assert_int_equal(options.records.pending_ttl_s, 1);
	assert_int_equal(options.records.pods, PODS_DISABLED);
	assert_null(options.records.namespaces);
	options_fini(&options);
	parse_ok(&options, "--pods=verified --pending-ttl 0 --namespaces a,b-1 "
			   "--namespace-labels x=y --service-labels !z "
			   "--ignore-empty-service --endpoint-pod-names "
			   "--ptr-hostname-only --compat-srv-addresses "
			   "--compat-loose-srv --ns-addr 192.0.2.53 "
			   "--ns-addr fd00::53 --upstream 192.0.2.1 "
			   "--upstream [fd00::1]:5353");
	assert_int_equal(options.n_upstream, 2);
	assert_int_equal(listen_port(&options.upstream[0]), 53);
	assert_int_equal(listen_port(&options.upstream[1]), 5353);
	assert_int_equal(options.records.pods, PODS_VERIFIED);
	assert_int_equal(options.records.pending_ttl_s, 0);
	assert_string_equal(options.records.namespaces, "a,b-1");
	assert_string_equal(options.records.namespace_labels, "x=y");
	assert_string_equal(options.records.service_labels, "!z");
	assert_true(options.records.ignore_empty_service &&
		    options.records.endpoint_pod_names &&
		    options.records.ptr_hostname_only &&
		    options.records.compat_srv_addresses &&
		    options.records.compat_loose_srv);
	assert_int_equal(options.n_ns_addrs, 2);
	assert_int_equal(options.ns_addrs[1].len, 16);
	options_fini(&options);
	parse_ok(&options, "lab --no-endpoints");
	assert_true(options.records.no_endpoints);
	options_fini(&options);
}

static void secondaries_have_rules_keys_and_addresses(void **state)
{
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options, "--tsig-key f --allow-transfer 10.0.0.0/8 "
			   "--allow-transfer fd00::1 "
			   "--allow-transfer key:Transfer.Example "
			   "--notify 10.1.1.1 --notify fd00::1 "
			   "--notify [fd00::1]:5300,key:k.example");
	assert_int_equal(options.n_tsig_keys, 1);
	assert_string_equal(options.tsig_keys[0], "f");
	assert_int_equal(options.n_allow, 3);
	assert_int_equal(options.allow[0].range.prefix, 8);
	assert_int_equal(options.allow[1].range.prefix, 128);
	assert_true(options.allow[2].is_key);
	assert_memory_equal(options.allow[2].key.wire, "\10transfer\7example",
			    18);
	assert_int_equal(options.n_notify, 3);
	listen_text(text, &options.notify[0].to);
	assert_string_equal(text, "10.1.1.1:53");
	listen_text(text, &options.notify[1].to);
	assert_string_equal(text, "[fd00::1]:53");
	listen_text(text, &options.notify[2].to);
	assert_string_equal(text, "[fd00::1]:5300");
	assert_true(options.notify[2].has_key && !options.notify[1].has_key);
	options_fini(&options);
}

static void values_follow_after_a_blank_or_an_equals_sign(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "--kubeconfig /k --ttl=30 --negative-ttl 0 "
			   "--endpoints=slices --reconcile off "
			   "--revision-form=server "
			   "--dns-threads=4 --lame-duck 0 --log-level debug "
			   "--ops 127.0.0.1:9153 --ops=unix:/run/x.sock "
			   "--state-dir /s --stale-ede on --stale-after 1m "
			   "--wait-sync 5s");
	assert_string_equal(options.kubeconfig, "/k");
	assert_int_equal(options.ttl_s, 30);
	assert_int_equal(options.negative_ttl_s, 0);
	assert_int_equal(options.endpoints, ENDPOINTS_SLICES);
	assert_int_equal(options.reconcile, RECONCILE_OFF);
	assert_true(options.revisions_as_served);
	assert_int_equal(options.dns_threads, 4);
	assert_int_equal(options.lame_duck_s, 0);
	assert_int_equal(options.n_ops, 2);
	assert_int_equal(listen_port(&options.ops[0].listen), 9153);
	assert_string_equal(options.ops[1].path, "/run/x.sock");
	assert_false(options.no_ops);
	assert_string_equal(options.state_dir, "/s");
	assert_true(options.stale_ede);
	assert_int_equal(options.stale_after_ms, 60000);
	assert_int_equal(options.wait_sync_ms, 5000);
	assert_int_equal(options.log_level, LOG_DEBUG);
	options_fini(&options);

	parse_ok(&options, "--kubeconfig=a=b");
	assert_string_equal(options.kubeconfig, "a=b");
	options_fini(&options);
}

static void of_a_repeated_single_flag_the_last_one_holds(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "--ttl=1 --ttl=2");
	assert_int_equal(options.ttl_s, 2);
	options_fini(&options);
}

/* DNS-071 */
static void the_negative_ttl_follows_a_ttl_below_five(void **state)
{
	static const struct {
		const char *line;
		uint32_t want;
	} rows[] = {
		{"--ttl=0", 0},
		{"--ttl=4", 4},
		{"--ttl=5", 5},
		{"--ttl=3600", 5},
		{"--ttl=2 --negative-ttl=300", 300},
		{"--negative-ttl=9 --ttl=2", 9},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct options options;

		parse_ok(&options, rows[i].line);
		assert_int_equal(options.negative_ttl_s, rows[i].want);
		options_fini(&options);
	}
}

static void listen_addresses_of_both_families_are_kept_in_order(void **state)
{
	static const char *const want[] = {"0.0.0.0:53", "[::1]:5300",
					   "[fd00::a]:0", "127.0.0.1:0",
					   "127.0.0.1:0"};
	struct options options;

	(void)state;
	parse_ok(&options, "--listen 0.0.0.0:53 --listen=[::1]:5300 "
			   "--listen [FD00:0::A]:0 --listen 127.0.0.1:0 "
			   "--listen 127.0.0.1:0");
	assert_int_equal(options.n_listen, st_array_len(want));
	for (size_t i = 0; i < options.n_listen; i++) {
		char text[LISTEN_TEXT];

		listen_text(text, &options.listen[i]);
		assert_string_equal(text, want[i]);
	}
	options_fini(&options);
}

static void a_scope_is_read_and_written_back(void **state)
{
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options, "--listen [fe80::1%lo]:53");
	listen_text(text, &options.listen[0]);
	assert_string_equal(text, "[fe80::1%lo]:53");
	options_fini(&options);
}

/* DNS-021 */
static void a_range_becomes_the_zones_at_the_next_boundary(void **state)
{
	static const struct {
		const char *line;
		size_t n;
		const char *want[4]; /* as many as fit */
	} rows[] = {
		{"--reverse-zone 10.96.0.0/16", 1, {"96.10.in-addr.arpa."}},
		{"--reverse-zone 10.0.0.0/8", 1, {"10.in-addr.arpa."}},
		{"--reverse-zone 10.96.0.0/14",
		 4,
		 {"96.10.in-addr.arpa.", "97.10.in-addr.arpa.",
		  "98.10.in-addr.arpa.", "99.10.in-addr.arpa."}},
		{"--reverse-zone 10.1.2.4/31",
		 2,
		 {"4.2.1.10.in-addr.arpa.", "5.2.1.10.in-addr.arpa."}},
		{"--reverse-zone 10.1.2.3/32", 1, {"3.2.1.10.in-addr.arpa."}},
		{"--reverse-zone 0.0.0.0/0", 1, {"in-addr.arpa."}},
		{"--reverse-zone fd00::/8", 1, {"d.f.ip6.arpa."}},
		{"--reverse-zone fd00:1:a000::/35",
		 2,
		 {"a.1.0.0.0.0.0.d.f.ip6.arpa.",
		  "b.1.0.0.0.0.0.d.f.ip6.arpa."}},
		{"--reverse-zone fd4c::/30",
		 4,
		 {"0.0.0.0.c.4.d.f.ip6.arpa.", "1.0.0.0.c.4.d.f.ip6.arpa.",
		  "2.0.0.0.c.4.d.f.ip6.arpa.", "3.0.0.0.c.4.d.f.ip6.arpa."}},
		{"--reverse-zone ::/0", 1, {"ip6.arpa."}},
		{"--reverse-zone 96.10.IN-ADDR.arpa",
		 1,
		 {"96.10.in-addr.arpa."}},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct options options;

		parse_ok(&options, rows[i].line);
		assert_zones(options.reverse_zones, options.n_reverse_zones,
			     rows[i].want, rows[i].n);
		options_fini(&options);
	}
}

static void a_slash_12_gives_sixteen_zones(void **state)
{
	struct options options;
	char text[NAME_MAX_TEXT];

	(void)state;
	parse_ok(&options, "--reverse-zone 10.96.0.0/12");
	assert_int_equal(options.n_reverse_zones, 16);
	name_text(text, options.reverse_zones[0].wire);
	assert_string_equal(text, "96.10.in-addr.arpa.");
	name_text(text, options.reverse_zones[15].wire);
	assert_string_equal(text, "111.10.in-addr.arpa.");
	options_fini(&options);
}

static void overlapping_ranges_give_each_zone_once(void **state)
{
	static const char *const want[] = {"96.10.in-addr.arpa.",
					   "97.10.in-addr.arpa."};
	struct options options;

	(void)state;
	parse_ok(&options, "--reverse-zone 10.96.0.0/16 "
			   "--reverse-zone 10.96.0.0/15 "
			   "--reverse-zone 97.10.in-addr.arpa.");
	assert_zones(options.reverse_zones, options.n_reverse_zones, want, 2);
	options_fini(&options);
}

static void several_zones_are_kept_lower_cased_and_in_order(void **state)
{
	static const char *const want[] = {"k8s.example.org.",
					   "cluster.local."};
	struct options options;

	(void)state;
	parse_ok(&options, "--zone k8s.Example.ORG --zone cluster.local.");
	assert_zones(options.zones, options.n_zones, want, 2);
	options_fini(&options);
}

static void help_and_version_end_the_reading(void **state)
{
	struct options options;

	(void)state;
	parse_ok(&options, "--ttl 3 --help --nonsense");
	assert_int_equal(options.action, OPTIONS_HELP);
	options_fini(&options);
	parse_ok(&options, "--version x");
	assert_int_equal(options.action, OPTIONS_VERSION);
	options_fini(&options);
}

struct refusal {
	const char *line, *flag, *fix;
};

static void assert_refused(const struct refusal *row)
{
	struct options options;
	struct err err = {0};

	if (parse(&options, row->line, &err) == 0)
		fail_msg("'%s' was taken", row->line);
	if (strstr(err_msg(&err), row->flag) == NULL ||
	    strstr(err_msg(&err), row->fix) == NULL)
		fail_msg("'%s' gives: %s", row->line, err_msg(&err));
	assert_null(strchr(err_msg(&err), '\n'));
}

static void errors_about_secondaries_name_flag_and_fix(void **state)
{
	static const struct refusal rows[] = {
		{"--allow-transfer 10.0.0.1/8", "--allow-transfer",
		 "10.0.0.0/8"},
		{"--allow-transfer key:", "--allow-transfer",
		 "transfer.example"},
		{"--allow-transfer all", "--allow-transfer", "10.96.0.0/12"},
		{"--notify ns.example", "--notify", "ADDR:PORT"},
		{"--notify 10.0.0.1:0", "--notify", "port 0"},
		{"--notify 10.0.0.1,k", "--notify", "must be key:NAME"},
		{"--notify 10.0.0.1,key:a..b", "--notify", "transfer.example"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_refused(&rows[i]);
}

static void errors_about_records_name_flag_and_fix(void **state)
{
	static const struct refusal rows[] = {
		{"--pending-ttl 301", "--pending-ttl", "from 0 to 300"},
		{"--pods=on", "--pods on", "disabled, insecure or verified"},
		{"--upstream 1.2.3.4:0", "--upstream", "port 0"},
		{"--upstream dns.example", "--upstream", "ADDR:PORT"},
		{"--namespaces a,,b", "--namespaces", "default,shop"},
		{"--namespaces A", "--namespaces", "no namespace"},
		{"--ns-addr 1.2.3", "--ns-addr 1.2.3", "192.0.2.53"},
		{"--no-endpoints --ignore-empty-service",
		 "--ignore-empty-service", "leave out --no-endpoints"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_refused(&rows[i]);
}

static void errors_of_running_are_too(void **state)
{
	static const struct refusal rows[] = {
		{"--ops 9153", "--ops 9153", "127.0.0.1:9153"},
		{"--ops unix:", "--ops unix:", "unix:PATH"},
		{"--state-dir=", "--state-dir", "is empty"},
		{"--stale-ede maybe", "--stale-ede maybe", "on or off"},
		{"--stale-after 10ms", "--stale-after", "at least 1s"},
		{"--stale-after soon", "--stale-after", "1m30s"},
		{"--wait-sync 2h", "--wait-sync 2h", "at most"},
		{"explain", "which name", "statefuld explain NAME"},
		{"explain a b", "unexpected argument b", "--help"},
		{"explain a --ttl 5", "--ttl", "one of statefuld"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_refused(&rows[i]);
}

static void each_error_is_one_line_with_the_flag_and_the_fix(void **state)
{
	static const struct refusal rows[] = {
		{"--nonsense", "--nonsense", "--help"},
		{"--listn=1.2.3.4:1", "--listn", "did you mean --listen?"},
		{"-listen 1.2.3.4:1", "-listen", "did you mean --listen?"},
		{"lap", "lap", "flags begin with --"},
		{"--ttl=1 lab", "lab", "flags begin with --"},
		{"--data-dir d", "--data-dir", "one of statefuld lab"},
		{"lab --kubeconfig k", "--kubeconfig", "lab --help"},
		{"lab --feature-gates All=true", "--feature-gates All=true",
		 "MaxUnavailableStatefulSet=true"},
		{"lab --reconcile=off", "--reconcile", "lab --help"},
		{"lab --aply x", "--aply", "did you mean --apply?"},
		{"lab --api 127.0.0.1", "--api", "ADDR:PORT"},
		{"lab --apply", "--apply", "write --apply FILE|DIR"},
		{"lab --no-node=1", "--no-node", "takes no value"},
		{"lab --pod-cidr 10.0.0.0", "--pod-cidr", "10.96.0.0/12"},
		{"lab --pod-cidr 10.0.0.0/29", "--pod-cidr", "28 bits"},
		{"lab --ready-delay 5", "--ready-delay 5", "300ms"},
		{"lab --ready-delay 1s2", "--ready-delay 1s2", "300ms"},
		{"lab --ready-delay -1s", "--ready-delay -1s", "300ms"},
		{"lab --ready-delay 25h", "--ready-delay 25h", "86400s"},
		{"--help=1", "--help", "takes no value"},
		{"--kubeconfig", "--kubeconfig", "write --kubeconfig FILE"},
		{"--kubeconfig=", "--kubeconfig", "write --kubeconfig FILE"},
		{"--kubeconfig --ttl=1", "--kubeconfig",
		 "write --kubeconfig FILE"},
		{"--ttl 3601", "--ttl 3601", "from 0 to 3600"},
		{"--ttl -1", "--ttl -1", "from 0 to 3600"},
		{"--ttl 5s", "--ttl 5s", "from 0 to 3600"},
		{"--ttl 99999999999999999999999", "--ttl", "from 0 to 3600"},
		{"--negative-ttl 301", "--negative-ttl", "from 0 to 300"},
		{"--dot 127.0.0.1:853", "--dot", "give --dot-cert FILE"},
		{"--dot 1.2.3.4:853 --dot-cert c", "--dot", "--dot-key FILE"},
		{"--dot-cert c", "--dot-cert", "give --dot ADDR:PORT"},
		{"lab --dot-key k", "--dot-key", "give --dot ADDR:PORT"},
		{"--dot 127.0.0.1", "--dot", "ADDR:PORT"},
		{"--allow-query 10.0.0.1/8", "--allow-query", "10.0.0.0/8"},
		{"--allow-query x", "--allow-query x", "not an IP address"},
		{"--rrl 100001", "--rrl", "from 0 to 100000"},
		{"--rrl-slip 101", "--rrl-slip", "from 0 to 100"},
		{"--rrl-exempt ::1/200", "--rrl-exempt", "from 0 to 128"},
		{"--tcp-idle 0", "--tcp-idle 0", "from 1 to 3600"},
		{"--tcp-connections 0", "--tcp-connections", "from 1"},
		{"--tcp-per-client x", "--tcp-per-client", "from 1"},
		{"--max-udp-payload 511", "--max-udp-payload 511",
		 "from 512 to 4096"},
		{"--lame-duck x", "--lame-duck x", "from 0 to 3600"},
		{"--dns-threads 257", "--dns-threads 257", "from 0 to 256"},
		{"--endpoints=both", "--endpoints both", "pods or slices"},
		{"--reconcile=maybe", "--reconcile maybe", "auto, on or off"},
		{"--kube-api-qps -1", "--kube-api-qps", "from 0"},
		{"--kube-api-burst 0", "--kube-api-burst", "from 1"},
		{"--revision-form=old", "--revision-form old",
		 "auto or server"},
		{"--log-level loud", "--log-level loud",
		 "error, warn, info or debug"},
		{"--zone a..b", "--zone a..b", "cluster.local"},
		{"--zone .", "--zone .", "cluster.local"},
		{"--zone a.b --zone A.B.", "--zone A.B.", "leave one out"},
		{"--listen 127.0.0.1", "--listen", "ADDR:PORT"},
		{"--listen [::1]", "--listen [::1]", "ADDR:PORT"},
		{"--listen ::1:53", "--listen ::1:53", "[::1]:5300"},
		{"--listen :53", "--listen :53", "0.0.0.0:53"},
		{"--listen localhost:53", "localhost", "127.0.0.1:53"},
		{"--listen 127.0.0.1:65536", "port", "from 0 to 65535"},
		{"--listen 127.0.0.1:", "port", "from 0 to 65535"},
		{"--listen [::g]:53", "::g", "[::1]:53"},
		{"--listen [fe80::1]:53", "interface", "%eth0"},
		{"--listen [fe80::1%nosuch]:53", "nosuch", "interface"},
		{"--listen [::ffff:1.2.3.4]:53", "--listen", "IPv4"},
		{"--listen 1.2.3.4:5 --listen 1.2.3.4:5", "--listen",
		 "leave one out"},
		{"--listen [::1]:5 --listen [0::1]:5", "--listen",
		 "leave one out"},
		{"--reverse-zone 10.96.0.1/12", "10.96.0.1/12",
		 "write the network address, 10.96.0.0/12"},
		{"--reverse-zone fd00::1/64", "fd00::1/64", "fd00::/64"},
		{"--reverse-zone 10.96.0.0/33", "prefix length",
		 "from 0 to 32"},
		{"--reverse-zone fd00::/129", "prefix length", "from 0 to 128"},
		{"--reverse-zone 10.96.0.0/", "prefix length", "from 0 to 32"},
		{"--reverse-zone 10.96/16", "10.96", "10.96.0.0/12"},
		{"--reverse-zone 10.96.0.0", "10.96.0.0", "10.96.0.0/12"},
		{"--reverse-zone fd00::", "fd00::", "fd00:1::/64"},
		{"--reverse-zone cluster.local", "cluster.local", "--zone"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_refused(&rows[i]);
}

static void too_many_reverse_zones_are_refused(void **state)
{
	struct options options;
	struct err err = {0};

	(void)state;
	assert_int_not_equal(
		parse(&options,
		      "--reverse-zone 10.0.0.0/9 --reverse-zone 11.0.0.0/9 "
		      "--reverse-zone 12.0.0.0/9 --reverse-zone 13.0.0.0/9 "
		      "--reverse-zone 14.0.0.0/9 --reverse-zone 15.0.0.0/9 "
		      "--reverse-zone 16.0.0.0/9 --reverse-zone 17.0.0.0/9 "
		      "--reverse-zone 18.0.0.0/32",
		      &err),
		0);
	assert_non_null(strstr(err_msg(&err), "more than"));
}

static void lab_flags_are_read(void **state)
{
	static const char *const zones[] = {"1.10.in-addr.arpa."};
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options,
		 "lab --api 127.0.0.2:0 --kubeconfig-out k --tls-cert c "
		 "--tls-key y --token-file t --data-dir d --apply a --apply b "
		 "--pod-cidr fd00::/64 --ready-delay 1m1.5s --no-node "
		 "--no-reconcile --slices --feature-gates "
		 "MaxUnavailableStatefulSet=true --reverse-zone 10.1.0.0/16 "
		 "--ttl 9");
	assert_int_equal(options.command, FLAGS_LAB);
	listen_text(text, &options.lab.api);
	assert_string_equal(text, "127.0.0.2:0");
	assert_string_equal(options.lab.kubeconfig_out, "k");
	assert_string_equal(options.lab.tls_cert, "c");
	assert_string_equal(options.lab.tls_key, "y");
	assert_string_equal(options.lab.token_file, "t");
	assert_string_equal(options.lab.data_dir, "d");
	assert_int_equal(options.lab.n_apply, 2);
	assert_string_equal(options.lab.apply[1], "b");
	assert_int_equal(options.lab.pod_range.len, 16);
	assert_int_equal(options.lab.pod_range.prefix, 64);
	assert_int_equal(options.lab.ready_delay_ms, 61500);
	assert_true(options.lab.no_node);
	assert_true(options.lab.slices);
	assert_true(options.lab.max_unavailable);
	assert_int_equal(options.reconcile, RECONCILE_OFF);
	assert_zones(options.reverse_zones, options.n_reverse_zones, zones, 1);
	assert_int_equal(options.ttl_s, 9);
	options_fini(&options);
}

static void a_lab_without_flags_gets_what_works_anywhere(void **state)
{
	static const char *const zones[] = {"96.10.in-addr.arpa.",
					    "64.127.in-addr.arpa."};
	struct options options;
	char text[LISTEN_TEXT];

	(void)state;
	parse_ok(&options, "lab");
	assert_int_equal(options.action, OPTIONS_RUN);
	assert_int_equal(options.command, FLAGS_LAB);
	listen_text(text, &options.lab.api);
	assert_string_equal(text, "127.0.0.1:6480");
	assert_zones(options.reverse_zones, options.n_reverse_zones, zones, 2);
	assert_int_equal(options.lab.ready_delay_ms, 0);
	assert_null(options.lab.data_dir);
	assert_int_equal(options.reconcile, RECONCILE_ON);
	options_fini(&options);
	parse_ok(&options, "lab --help");
	assert_int_equal(options.action, OPTIONS_HELP);
	assert_int_equal(options.command, FLAGS_LAB);
	options_fini(&options);
}

static void check_help(int command)
{
	char *text = NULL;
	size_t size = 0, n;
	const struct flag *flags = flags_all(&n);
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	flags_print_help(out, command);
	fclose(out);
	for (size_t i = 0; i < n; i++) {
		if ((flags[i].commands & command) != 0)
			assert_non_null(strstr(text, flags[i].name));
	}
	for (char *line = strtok(text, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		if (strlen(line) > 80)
			fail_msg("too wide: %s", line);
	}
	free(text);
}

static void help_names_every_flag_within_eighty_columns(void **state)
{
	(void)state;
	check_help(FLAGS_RUN);
	check_help(FLAGS_LAB);
	check_help(FLAGS_EXPLAIN);
}

static struct dnsd_listen listen_of(const char *text)
{
	struct dnsd_listen listen;

	assert_int_equal(listen_parse(&listen, text, NULL), 0);
	return listen;
}

/* DNS-075 */
static void name_server_addresses_are_those_others_can_reach(void **state)
{
	static struct controller_addr host[] = {
		{4, {127, 0, 0, 1}},	      {4, {192, 0, 2, 7}},
		{4, {169, 254, 1, 1}},	      {16, {[15] = 1}},
		{16, {0xfe, 0x80, [15] = 7}}, {16, {0xfd, [15] = 7}},
	};
	const struct serving interfaces = {host, st_array_len(host)};
	static const struct {
		const char *listen[3];
		const char *want; /* joined with blanks */
	} rows[] = {
		{{"127.0.0.1:53"}, "127.0.0.1"},
		{{"127.0.0.1:53", "[::1]:53"}, "127.0.0.1 ::1"},
		{{"127.0.0.1:53", "198.51.100.1:53"}, "198.51.100.1"},
		{{"198.51.100.1:53", "198.51.100.1:54"}, "198.51.100.1"},
		{{"198.51.100.1:53", "0.0.0.0:54"}, "198.51.100.1"},
		{{"169.254.20.10:53"}, "169.254.20.10"},
		{{"0.0.0.0:53"}, "192.0.2.7"},
		{{"[::]:53"}, "fd00::7"},
		{{"0.0.0.0:53", "[::]:53"}, "192.0.2.7 fd00::7"},
		{{"127.0.0.1:53", "[::]:53"}, "fd00::7"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		struct dnsd_listen listen[3];
		struct serving serving;
		char have[256] = "";
		size_t n = 0;

		while (n < 3 && rows[i].listen[n] != NULL) {
			listen[n] = listen_of(rows[i].listen[n]);
			n++;
		}
		serving_choose(&serving, listen, n, &interfaces);
		for (size_t k = 0; k < serving.n; k++) {
			char text[INET6_ADDRSTRLEN];
			size_t used = strlen(have);

			inet_ntop(serving.addrs[k].len == 4 ? AF_INET
							    : AF_INET6,
				  serving.addrs[k].octets, text, sizeof(text));
			snprintf(have + used, sizeof(have) - used, "%s%s",
				 k == 0 ? "" : " ", text);
		}
		assert_string_equal(have, rows[i].want);
		serving_fini(&serving);
	}
}

static void a_host_without_other_interfaces_names_its_loopback(void **state)
{
	const struct serving none = {0};
	struct dnsd_listen listen = listen_of("[::]:53");
	struct serving serving;

	(void)state;
	serving_choose(&serving, &listen, 1, &none);
	assert_int_equal(serving.n, 1);
	assert_int_equal(serving.addrs[0].len, 16);
	assert_int_equal(serving.addrs[0].octets[15], 1);
	serving_fini(&serving);
}

static void the_interfaces_of_this_host_include_its_loopback(void **state)
{
	struct serving serving;
	bool found = false;

	(void)state;
	serving_interfaces(&serving);
	for (size_t i = 0; i < serving.n; i++)
		found |= serving.addrs[i].len == 4 &&
			 serving.addrs[i].octets[0] == 127;
	assert_true(found);
	serving_fini(&serving);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_may_be_limited),
		cmocka_unit_test(no_flags_give_the_documented_defaults),
		cmocka_unit_test(who_is_answered_is_a_list_of_ranges),
		cmocka_unit_test(dns_over_tls_has_addresses_and_a_certificate),
		cmocka_unit_test(records_are_as_the_flags_say),
		cmocka_unit_test(secondaries_have_rules_keys_and_addresses),
		cmocka_unit_test(values_follow_after_a_blank_or_an_equals_sign),
		cmocka_unit_test(of_a_repeated_single_flag_the_last_one_holds),
		cmocka_unit_test(the_negative_ttl_follows_a_ttl_below_five),
		cmocka_unit_test(
			listen_addresses_of_both_families_are_kept_in_order),
		cmocka_unit_test(a_scope_is_read_and_written_back),
		cmocka_unit_test(
			a_range_becomes_the_zones_at_the_next_boundary),
		cmocka_unit_test(a_slash_12_gives_sixteen_zones),
		cmocka_unit_test(overlapping_ranges_give_each_zone_once),
		cmocka_unit_test(
			several_zones_are_kept_lower_cased_and_in_order),
		cmocka_unit_test(help_and_version_end_the_reading),
		cmocka_unit_test(errors_about_secondaries_name_flag_and_fix),
		cmocka_unit_test(errors_about_records_name_flag_and_fix),
		cmocka_unit_test(
			each_error_is_one_line_with_the_flag_and_the_fix),
		cmocka_unit_test(errors_of_running_are_too),
		cmocka_unit_test(too_many_reverse_zones_are_refused),
		cmocka_unit_test(lab_flags_are_read),
		cmocka_unit_test(a_lab_without_flags_gets_what_works_anywhere),
		cmocka_unit_test(help_names_every_flag_within_eighty_columns),
		cmocka_unit_test(
			name_server_addresses_are_those_others_can_reach),
		cmocka_unit_test(
			a_host_without_other_interfaces_names_its_loopback),
		cmocka_unit_test(
			the_interfaces_of_this_host_include_its_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
