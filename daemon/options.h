/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * options - the command line, checked.
 *
 * Threads: belongs to one. Memory: options_fini frees the lists; texts are
 * borrowed from argv.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/range.h"
#include "statefuld/attr.h"
#include "statefuld/controller.h"
#include "statefuld/dnsd.h"
#include "statefuld/log.h"
#include "statefuld/name.h"

struct err;

enum options_action { OPTIONS_RUN, OPTIONS_HELP, OPTIONS_VERSION };

/* `statefuld lab` alone. */
struct options_lab {
	struct dnsd_listen api;
	const char *kubeconfig_out;		     /* NULL: a temporary one */
	const char *tls_cert, *tls_key, *token_file; /* NULL: none */
	const char *data_dir;			     /* NULL: in memory */
	const char **apply;
	size_t n_apply;
	const char *pod_cidr; /* as given, and read: */
	struct range pod_range;
	uint64_t ready_delay_ms;
	bool no_node;
	bool max_unavailable; /* --feature-gates */
	bool slices;	      /* even if sets are not reconciled */
};

/* One address of the ops endpoint. */
struct options_ops {
	const char *path; /* of a Unix socket; NULL: listen */
	struct dnsd_listen listen;
};

struct options {
	enum options_action action;
	int command; /* FLAGS_RUN, FLAGS_LAB or FLAGS_EXPLAIN */
	struct {
		const char *name;
		bool as_json;
	} explain;
	struct options_lab lab;
	const char *kubeconfig; /* NULL: found as kubectl does */
	enum controller_reconcile reconcile;
	uint32_t api_qps, api_burst; /* 0: no limit, as api_qps */
	bool revisions_as_served;
	enum controller_endpoints endpoints;
	struct controller_records records;
	struct dnsd_listen *upstream; /* none: nobody is asked */
	size_t n_upstream;
	struct controller_addr *ns_addrs; /* none: found out */
	size_t n_ns_addrs;
	struct dnsd_listen *listen;
	size_t n_listen;
	struct dnsd_listen *dot; /* DNS over TLS */
	size_t n_dot;
	const char *dot_cert, *dot_key; /* NULL without --dot */
	struct dnsd_range *allow_query; /* none: everybody */
	size_t n_allow_query;
	uint32_t rrl, rrl_slip; /* 0: no limit; none is cut */
	struct dnsd_range *rrl_exempt;
	size_t n_rrl_exempt;
	const char *cookie_secret;	 /* NULL: made by chance */
	const char *nsid, *version_text; /* NULL: default; "": not told */
	/* 0: the defaults of dnsd. */
	uint32_t tcp_idle_s, tcp_connections, tcp_per_client, udp_payload;
	struct name *zones; /* first one is primary */
	size_t n_zones;
	struct name *reverse_zones;
	size_t n_reverse_zones;
	uint32_t dns_threads;	/* 0: one per usable CPU */
	const char **tsig_keys; /* files */
	size_t n_tsig_keys;
	struct dnsd_allow *allow;
	size_t n_allow;
	struct dnsd_notify *notify;
	size_t n_notify;
	uint32_t ttl_s;
	uint32_t negative_ttl_s;
	bool has_negative_ttl;
	struct options_ops *ops;
	size_t n_ops;
	const char *state_dir; /* NULL: none */
	bool stale_ede;
	uint64_t stale_after_ms, wait_sync_ms;
	bool no_ops; /* not even at the default place */
	enum log_level log_level;
	uint32_t lame_duck_s;
};

/* Reads and checks the command and all flags, and fills in the defaults. --help
 * and --version end the reading. ST_EINVAL: one line that names the flag and
 * the fix; the options are then empty. */
st_must_check int options_parse(struct options *ret_options, int argc,
				char *const *argv, struct err *err);
void options_fini(struct options *options);
