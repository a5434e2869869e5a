/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * controller - the Kubernetes side's facade: API client, store, zone feeder
 * and StatefulSet reconciler on one loop.
 *
 * Threads: the loop thread. Memory: the config's strings are copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"
#include "statefuld/prom.h"

struct buf;
struct controller;
struct err;
struct loop;
struct zone_slot;

enum controller_reconcile {
	RECONCILE_OFF,
	RECONCILE_ON,
	RECONCILE_AUTO, /* while leading, and nobody else does it */
};
enum controller_endpoints { ENDPOINTS_PODS, ENDPOINTS_SLICES };

enum controller_pods { PODS_DISABLED, PODS_INSECURE, PODS_VERIFIED };

/* Which records there are, beyond what everybody has. */
struct controller_records {
	/* What is shown (DNS-014): names of namespaces with commas between;
	 * label selectors as kubectl takes them. NULL: all. Borrowed until
	 * controller_new returns. */
	const char *namespaces, *namespace_labels, *service_labels;
	bool no_endpoints;	   /* DNS-015 */
	bool ignore_empty_service; /* DNS-016 */
	bool endpoint_pod_names;   /* DNS-039 */
	bool ptr_hostname_only;	   /* DNS-049 */
	bool compat_srv_addresses; /* chapter 21: A at _port._proto.<svc> */
	bool compat_loose_srv;	   /* and names without underscores */
	enum controller_pods pods; /* DNS-056 */
	uint32_t pending_ttl_s;	   /* DNS-072 */
};

struct controller_config {
	struct loop *loop;
	struct zone_slot *slot;
	const char *kubeconfig; /* NULL: KUBECONFIG, in-cluster, ~/.kube/config
				   in client-go's order */
	enum controller_reconcile reconcile;
	/* Revisions hold templates as the API server serves them (SS-032). */
	bool revisions_as_served;
	enum controller_endpoints endpoints;
	uint32_t api_qps, api_burst; /* requests for StatefulSets a second, and
					at once; 0: no limit, as api_qps */

	const struct name *zones; /* cluster zones, first one is primary */
	size_t n_zones;
	const struct name *reverse_zones;
	size_t n_reverse_zones;
	uint32_t ttl_s;		 /* DNS-070 */
	uint32_t negative_ttl_s; /* DNS-071 */
	struct controller_records records;
	/* Serving addresses for ns.dns.<zone> (DNS-075): 4 or 16 octets each.
	 */
	const struct controller_addr {
		uint8_t len;
		uint8_t octets[16];
	} * ns_addrs;
	size_t n_ns_addrs;
	/* The pod that this process runs in: its namespace, NULL outside of a
	 * cluster, and its addresses. Services that select it are the zones'
	 * name servers (DNS-076). */
	const char *own_ns;
	const struct controller_addr *own_addrs;
	size_t n_own_addrs;
	/* Called once, when the zone first is complete; may be NULL. */
	void (*on_ready)(void *arg);
	void *arg;
};

/* Reads kubeconfig and credentials, fills the slot with the static records
 * and prepares the client; connects only in controller_start. Errors are one
 * line that says file, line, field and what would be right. */
st_must_check int controller_new(const struct controller_config *config,
				 struct controller **ret, struct err *err);
void controller_start(struct controller *controller);
/* Reads kubeconfig, certificates and tokens again (SIGHUP). On error the old
 * ones stay in use. */
st_must_check int controller_reload(struct controller *controller,
				    struct err *err);
/* Ends reconciling, and gives back the lease if there is one. */
void controller_retire(struct controller *controller);
/* Whether that is still on its way to the server. */
bool controller_is_retiring(const struct controller *controller);

/* Whether the zone is complete: all that makes records has been listed. It
 * stays true. */
bool controller_is_synced(const struct controller *controller);

/* How long the API server has not been heard of, by what is watched the least
 * well; 0 while all is connected. A connection that says nothing, not even a
 * bookmark, counts for two and a half minutes. */
uint64_t controller_silent_ms(const struct controller *controller);

enum {
	CONTROLLER_WATCHES = 7,
	CONTROLLER_METHODS = 5,
	CONTROLLER_CLASSES = 6,
};

struct controller_watch_stats {
	const char *kind;			  /* "pods"; static */
	bool is_synced;				  /* listed completely once */
	bool is_connected;			  /* a stream is open now */
	uint64_t objects;			  /* kept in memory */
	uint64_t items, events, bookmarks, lists; /* received */
	uint64_t audits;    /* lists made to look for missed changes */
	uint64_t missed;    /* found so */
	uint64_t silent_ms; /* since anything came, bookmarks included */
};

/* As CoreDNS tells apart whose records a change made. */
enum controller_service_kind {
	CONTROLLER_CLUSTER_IP,
	CONTROLLER_WITH_SELECTOR, /* headless, as the next */
	CONTROLLER_WITHOUT_SELECTOR,
	CONTROLLER_SERVICE_KINDS,
};

struct controller_stats {
	size_t n_watches;
	struct controller_watch_stats watches[CONTROLLER_WATCHES];
	/* Requests answered, by method and hundreds of the status code; 0: no
	 * answer came. */
	const char *methods[CONTROLLER_METHODS];
	uint64_t requests[CONTROLLER_METHODS][CONTROLLER_CLASSES];
	/* From hearing of a change to its being answered (DNS-087). */
	struct prom_histogram zone_updates;
	/* The same from the time that the API server has for the change: the
	 * Service was made, the pod became ready, or what the slice says. */
	struct prom_histogram programming[CONTROLLER_SERVICE_KINDS];
	/* StatefulSets; all 0 with --reconcile=off. */
	bool reconciles;
	uint64_t queue_len, queue_adds, queue_retries;
	uint64_t passes_under_way, passes_done, passes_failed;
};
void controller_stats(const struct controller *controller,
		      struct controller_stats *ret);

/* Why a name has the records that it has, or has none (DNS-221): lines for
 * people, or a JSON object. `out` has no limit. */
void controller_explain(const struct controller *controller, const char *name,
			bool as_json, struct buf *out);

/* Cancels requests and watches and frees all. */
void controller_free(struct controller *controller);
