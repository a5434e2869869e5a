/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * dnsd - the DNS side's facade: sockets, workers, and the slot they answer
 * from.
 *
 * Threads: called from the loop thread; the workers are its own affair.
 * Memory: dnsd owns the slot; it is valid until dnsd_free.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "statefuld/attr.h"
#include "statefuld/name.h"

struct buf;
struct dnsd;
struct err;
struct loop;
struct zone_slot;

struct dnsd_listen {
	struct sockaddr_storage addr;
	socklen_t addr_len;
};

/* Addresses that share a prefix of so many bits. */
struct dnsd_range {
	int family;
	uint8_t octets[16];
	uint8_t prefix;
};

/* Who may have zones transferred: who signs with a key, or a range. */
struct dnsd_allow {
	bool is_key;
	struct name key;
	struct dnsd_range range;
};

/* Who is told of changes, with a key's signature or without. */
struct dnsd_notify {
	struct dnsd_listen to;
	bool has_key;
	struct name key;
};

struct dnsd_config {
	struct loop *loop; /* of the caller; for NOTIFY, dumps and state */
	const struct dnsd_listen *listen; /* UDP and TCP on each; borrowed */
	size_t n_listen;
	/* DNS over TLS on each (RFC 7858), with a certificate and its key, PEM
	 * files; borrowed for the life of the dnsd. */
	const struct dnsd_listen *dot;
	size_t n_dot;
	const char *dot_cert, *dot_key;
	/* Who is asked where an ExternalName leads out of the zones (DNS-054);
	 * borrowed for the life of the dnsd. */
	const struct dnsd_listen *upstream;
	size_t n_upstream;
	/* For TCP and TLS together; 0 = the defaults (DNS-183). */
	uint32_t tcp_idle_s, tcp_connections, tcp_per_client;
	/* Who may ask; none: everybody (DNS-189). Borrowed, as what follows,
	 * for the life of the dnsd. */
	const struct dnsd_range *allow_query;
	size_t n_allow_query;
	/* Replies of one kind to one network a second over UDP, and which of
	 * those above it are cut instead of dropped (DNS-187). 0: no limit. */
	uint32_t rrl, rrl_slip;
	const struct dnsd_range *rrl_exempt;
	size_t n_rrl_exempt;
	const char *cookie_secret; /* a file (DNS-163); NULL: by chance */
	/* Identity (DNS-147, 194) and version text; NULL: the host's name and
	 * the program's version; "": not told. */
	const char *nsid, *version_text;
	unsigned int threads;	  /* UDP workers; 0 = one per usable CPU */
	uint16_t max_udp_payload; /* 0 = 1232 (DNS-143) */
	int fixed_order;	  /* 1 = no rotation of answers, for tests */
};

/* Nothing is bound yet; the slot can be filled. */
struct dnsd *dnsd_new(const struct dnsd_config *config);
struct zone_slot *dnsd_slot(struct dnsd *dnsd);

/* Adds TSIG keys from a file (dnsd/keyfile.h). The error names file, line and
 * field. Before dnsd_start, as the following. */
st_must_check int dnsd_add_keys(struct dnsd *dnsd, const char *path,
				struct err *err);
/* Lets somebody have transfers; from the first on, changes of the zones are
 * kept for IXFR. ST_ENOTFOUND: there is no such key. */
st_must_check int dnsd_allow_transfer(struct dnsd *dnsd,
				      const struct dnsd_allow *allow,
				      struct err *err);

/* Lets a secondary know of changes. ST_ENOTFOUND: there is no such key. */
st_must_check int dnsd_add_notify(struct dnsd *dnsd,
				  const struct dnsd_notify *notify,
				  struct err *err);

/* Reads the certificate, binds every address (UDP and TCP) and starts the
 * workers. The error names the address and what to do (port in use, no
 * permission, no such address), or the file. */
st_must_check int dnsd_start(struct dnsd *dnsd, struct err *err);
/* The address really bound for listen[i], with the port when 0 was asked. */
void dnsd_bound(const struct dnsd *dnsd, size_t i, struct dnsd_listen *ret);

void dnsd_bound_dot(const struct dnsd *dnsd, size_t i, struct dnsd_listen *ret);

/* While it runs: reads the certificate, for new connections, the TSIG keys and
 * the cookie secrets again. On error the old ones stay. */
st_must_check int dnsd_reload(struct dnsd *dnsd, struct err *err);
/* When the certificate ends, seconds since 1970; INT64_MAX without one. */
int64_t dnsd_cert_ends_s(const struct dnsd *dnsd);

/* Gives the zone of that apex, or with NULL all of them, as master files, with
 * what a transfer would have: fn is called on the loop, later, with 0 or
 * ST_ENOTFOUND, ST_ECANCELED or ST_ELIMIT. -EBUSY: one is under way. */
typedef void (*dnsd_dump_fn)(int rc, struct buf *text, void *arg);
st_must_check int dnsd_dump(struct dnsd *dnsd, const uint8_t *apex,
			    dnsd_dump_fn fn, void *arg);

struct dnsd_restored {
	int64_t saved_s; /* when it was written, wall clock; 0: no file */
	uint64_t names;
};
struct dnsd_state_counts {
	uint64_t written, failed; /* files */
	int64_t last_s;		  /* wall clock; 0: none yet */
};
/* Keeps the zones in a folder, which is made if need be, from now on; the
 * zones must be there, and nobody asking yet. The error is about the folder. */
st_must_check int dnsd_keep_state(struct dnsd *dnsd, const char *dir,
				  struct err *err);
/* What an earlier run left there comes into the zones, which are then ready.
 * An error is about the file, which is left out; nothing has changed. */
st_must_check int dnsd_restore(struct dnsd *dnsd, struct dnsd_restored *ret,
			       struct err *err);
/* All 0 if no state is kept. */
void dnsd_state_counts(const struct dnsd *dnsd, struct dnsd_state_counts *ret);

/* DNS-083: from now on answers say whether they may be out of date. */
void dnsd_set_stale(struct dnsd *dnsd, bool is_stale);

/* Fields are uint64_t, all of them. */
struct dnsd_counters {
	uint64_t udp_queries, tcp_queries;
	/* Of these, no answer was given: neither is it one; it seems to come
	 * from ourselves (DNS-113); it would have taken the upstream too many
	 * rounds. And those of which we never heard, for want of room in the
	 * kernel's queue (those of sockets that are open). */
	uint64_t dropped_malformed, dropped_loop, dropped_upstream;
	uint64_t dropped_queue;
	uint64_t truncated, send_errors, tcp_connections;
	uint64_t tcp_open; /* connections now */
	uint64_t denied;   /* for who asks (DNS-189, DNS-201) */
	/* Of zones: whole; what changed; given up for want of memory. */
	uint64_t transfers_whole, transfers_steps, transfers_cut;
	uint64_t notify_sent, notify_acknowledged, notify_failed;
	uint64_t rrl_cut, rrl_dropped;
	uint64_t cookies_good, cookies_new; /* new: any that is not good */
	/* Names that other servers were asked for, and those of which something
	 * was known; queries turned away since too many waited. */
	uint64_t upstream_answered, upstream_failed, upstream_kept;
	uint64_t upstream_turned_away;
};
/* Sums the workers' counters. */
void dnsd_counters(const struct dnsd *dnsd, struct dnsd_counters *ret);

/* Replies by zone, RCODE and type. Row 0 is of no zone, then come the zones in
 * the order in which they were added; from DNSD_ROWS - 1 on they share one. */
enum dnsd_proto { DNSD_UDP, DNSD_TCP, DNSD_TLS, DNSD_PROTOS };
enum dnsd_family { DNSD_V4, DNSD_V6, DNSD_FAMILIES };
enum {
	DNSD_ROWS = 256,
	DNSD_RCODES = 14,
	DNSD_TYPES = 16,
	DNSD_TYPE_OTHER = 0,
	DNSD_SIZES = 17,
	DNSD_TIMES = 20,
};
typedef uint64_t dnsd_replies[DNSD_RCODES][DNSD_TYPES];
/* As in "NXDOMAIN" and "AAAA"; "other". */
const char *dnsd_rcode_name(size_t rcode);
const char *dnsd_type_name(size_t type);
/* Adds the first so many rows to *sum. */
void dnsd_sum_replies(const struct dnsd *dnsd, enum dnsd_proto proto,
		      enum dnsd_family family, dnsd_replies *sum, size_t rows);

/* Of one transport, all fields uint64_t. How many replies had up to
 * dnsd_size_bound() octets, but more than the size before; how many took up to
 * dnsd_time_bound_s(), of a sample: those of every DNSD_SAMPLE-th batch, from
 * having read the query to having sent the reply. Not cumulative. */
enum { DNSD_SAMPLE = 16 };
struct dnsd_traffic {
	uint64_t sizes[DNSD_SIZES], size_sum;
	uint64_t times[DNSD_TIMES + 1], time_sum_ns; /* the last: longer */
};
uint64_t dnsd_size_bound(size_t size);
double dnsd_time_bound_s(size_t time);
void dnsd_sum_traffic(const struct dnsd *dnsd, enum dnsd_proto proto,
		      struct dnsd_traffic *sum);

/* Closes sockets, joins workers. Idempotent. */
void dnsd_stop(struct dnsd *dnsd);
/* Stops if need be, waits for readers, frees the slot. */
void dnsd_free(struct dnsd *dnsd);
