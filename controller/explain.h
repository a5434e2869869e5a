/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * explain - why a name has the records that it has, or has none (DNS-221).
 * Pure: from the store as it is, and the time as a value.
 *
 * Threads: the loop thread, as the store's. Memory: an explanation is
 * embedded; its texts are its own, so that it outlives the store's next
 * change.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/endpoints.h"
#include "controller/obj.h"
#include "statefuld/controller.h"
#include "statefuld/name.h"

struct buf;
struct exposure;
struct json;
struct store;

struct explain_config {
	const struct store *store;
	const struct name *zones; /* cluster zones, the first is primary */
	size_t n_zones;
	const struct name *reverse_zones;
	size_t n_reverse_zones;
	enum controller_endpoints endpoints;
	const struct exposure *exposure;
	const struct controller_records *records;
	bool is_synced;
	/* Seconds since the API server was last heard of, if it is away; 0: it
	 * is not. */
	int64_t silent_s;
	int64_t now_s; /* wall clock */
	/* Pods that are kept out of the zone though they are ready; or NULL. */
	endpoints_hide_fn hide;
	void *hide_arg;
};

enum explain_verdict {
	EXPLAIN_RECORDS,   /* it has some */
	EXPLAIN_EMPTY,	   /* it exists without (NODATA) */
	EXPLAIN_MISSING,   /* NXDOMAIN */
	EXPLAIN_OUTSIDE,   /* in no zone of ours: REFUSED */
	EXPLAIN_NOT_READY, /* not known yet: SERVFAIL */
	EXPLAIN_BAD_NAME,  /* no domain name at all */
};

/* One fact. The object is what it is about: kind NULL if none. */
struct explain_finding {
	const char *code; /* for programs: "pod-not-ready"; static */
	char *text;
	const char *kind; /* "pod"; static */
	char *ns, *name, *uid, *version;
	int64_t since_s; /* wall clock; 0: unknown */
};

enum { EXPLAIN_MAX_FINDINGS = 32 };

struct explanation {
	char *name; /* as it was looked for: absolute, lower case */
	enum explain_verdict verdict;
	struct explain_finding findings[EXPLAIN_MAX_FINDINGS];
	size_t n_findings;
	size_t n_more; /* that found no room */
	char *fix;     /* what to do, or NULL */
	int64_t now_s;
};

/* `text` is as people write it: absolute or not, any case. */
void explain_name(struct explanation *ret, const struct explain_config *config,
		  const char *text);
void explanation_fini(struct explanation *explanation);

/* The verdict is what the zone really says; the reasons stay. */
struct zone_slot;
void explain_look(struct explanation *explanation,
		  const struct zone_slot *slot);

/* Some lines for people; the fix is the last. */
void explain_print(const struct explanation *explanation, struct buf *out);
struct json *explain_json(const struct explanation *explanation);
