/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * feeder_priv - what the feeder's modules share.
 *
 * Threads: the loop thread. Memory: owned by the feeder.
 */
#include "controller/endpoints.h"
#include "controller/exposure.h"
#include "controller/feeder.h"
#include "controller/nameserver.h"
#include "controller/records.h"
#include "statefuld/prom.h"

struct loop_timer;
struct zone_edit;

/* A Service by name, or with `name` NULL a namespace; both texts are held. */
struct dirty_name {
	const struct istr *ns, *name;
};

/* A pod's address in its namespace, of which the text is held. */
struct dirty_pod {
	const struct istr *ns;
	struct addr addr;
};

struct dirty {
	struct dirty_name *names;
	size_t n_names;
	struct addr *addrs;
	size_t n_addrs;
	struct dirty_pod *pods; /* PODS_VERIFIED */
	size_t n_pods;
	bool has_expected; /* what DNS-072 is about */
};

struct withdrawn {
	const struct istr *ns, *pod; /* held */
	uint32_t hash;		     /* of both */
	char *uid;
	uint64_t until_ms; /* monotonic */
};

/* A name that a PTR record points at. */
struct ptr_target {
	struct name name;
	bool is_hostname;
};

/* When a change came about, wall clock. */
struct feeder_timing {
	enum controller_service_kind kind;
	int64_t since_s;
};

/* How many Services with impossible names are remembered as logged. */
enum { FEEDER_LOGGED = 64 };

struct feeder {
	struct feeder_config config; /* the arrays are the feeder's */
	struct exposure exposure;
	struct nameserver nameserver;
	struct loop_timer *flush_timer, *withdraw_timer;
	bool is_ready;
	uint64_t
		woken_ns; /* by the first change not yet in the zone; 0: none */
	struct prom_histogram updates;
	struct prom_histogram programming[CONTROLLER_SERVICE_KINDS];
	struct feeder_timing *timings; /* of changes not yet in the zone */
	size_t n_timings;
	struct dirty dirty;
	struct dirty held; /* dirty once the slices are listed again */
	struct withdrawn *withdrawn;
	size_t n_withdrawn;
	uint32_t logged[FEEDER_LOGGED]; /* hashes, oldest overwritten */
	uint32_t n_logged;
	/* Scratch, kept between flushes. */
	struct endpoints eps;
	struct records records;
	struct ptr_target *targets;
	size_t n_targets;
};

/* dirty.c: what has to be made anew */
void dirty_add_name(struct dirty *dirty, const struct istr *ns,
		    const struct istr *name);
void dirty_add_addr(struct dirty *dirty, const struct addr *addr);
void dirty_add_pod(struct dirty *dirty, const struct istr *ns,
		   const struct addr *addr);
/* Moves all of `from` to `dirty`. */
void dirty_take(struct dirty *dirty, struct dirty *from);
bool dirty_is_empty(const struct dirty *dirty);
/* Sorts and drops repeats. */
void dirty_settle(struct dirty *dirty);
void dirty_clear(struct dirty *dirty);
void dirty_fini(struct dirty *dirty);

/* feeder_watch.c: from changes of objects to what is dirty */
void feeder_subscribe(struct feeder *feeder);
void feeder_mark_pod(struct feeder *feeder, const struct obj *pod);

/* Whether it reads pods, and whether slices. */
static inline bool feeder_wants_pods(const struct feeder *feeder)
{
	return feeder->config.endpoints == ENDPOINTS_PODS &&
	       !feeder->config.records.no_endpoints;
}
static inline bool feeder_wants_slices(const struct feeder *feeder)
{
	return !feeder->config.records.no_endpoints;
}

/* feeder_build.c: from the store to the zone */
st_must_check int feeder_add_zones(struct feeder *feeder, struct err *err);
void feeder_put_static(struct feeder *feeder, struct zone_edit *edit);
void feeder_put_all(struct feeder *feeder, struct zone_edit *edit);
/* What an earlier run left: all but what is put again in this edit goes. */
void feeder_drop_all(struct feeder *feeder, struct zone_edit *edit);
void feeder_put_dirty(struct feeder *feeder, struct zone_edit *edit);

/* feeder_pods.c: names of pods' addresses */
void feeder_mark_pod_name(struct feeder *feeder, const struct obj *pod);
void feeder_put_pod(struct feeder *feeder, struct zone_edit *edit,
		    const struct istr *ns, const struct addr *addr);
void feeder_put_pods(struct feeder *feeder, struct zone_edit *edit);

/* feeder_expect.c: names that are to come (DNS-072) */
void feeder_expect_subscribe(struct feeder *feeder);
void feeder_put_expected(struct feeder *feeder, struct zone_edit *edit);

/* feeder_timing.c: how long changes take. Notes those that make or take
 * records and whose time is known; all are over, in the zone or not at all. */
void feeder_time_service(struct feeder *feeder, const struct obj *was,
			 const struct obj *is);
void feeder_time_pod(struct feeder *feeder, const struct obj *was,
		     const struct obj *is);
void feeder_time_slice(struct feeder *feeder, const struct obj *was,
		       const struct obj *is);
void feeder_end_timings(struct feeder *feeder, bool is_published);

/* feeder_withdraw.c */
bool feeder_is_withdrawn(const char *ns, const char *pod, void *feeder);
/* A pod changed: its withdrawal ends with it. */
void feeder_withdraw_heard(struct feeder *feeder, const struct obj *was,
			   const struct obj *is);
void feeder_withdraw_init(struct feeder *feeder);
void feeder_withdraw_fini(struct feeder *feeder);

void feeder_wake(struct feeder *feeder);
