/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * zone_journal - what each change of a zone took away and added, for IXFR (RFC
 * 1995): a bounded chain of deltas for each zone, in memory.
 *
 * The newest delta hangs on the zone's info in the version that it led to
 * (dnsd/zone.h) and leads on to older ones, so a reader of a version sees just
 * the journal of that version. Deltas never change; when the oldest are let
 * go, their successor's `prev` becomes NULL, and they are freed with the batch
 * of that commit, as nodes are.
 *
 * Threads: readers of a version follow `delta` and `prev`; the rest is the
 * writer's. Memory: the slot's. Without a journal an edit notes nothing.
 */
#include <stddef.h>
#include <stdint.h>

struct key;
struct zone_edit;
struct zone_journal;
struct zone_retired;
struct zone_slot;
struct zone_version;

/* One step from a serial to the next. `wire` holds whole uncompressed records
 * as IXFR sends them: the old SOA, what went, the new SOA, what came. */
struct zone_delta {
	struct zone_delta *prev; /* written by the writer only, once, to NULL */
	struct zone_delta *next; /* for the writer */
	uint32_t from, to;
	size_t wire_len;
	uint8_t wire[];
};

static inline const struct zone_delta *
zone_delta_prev(const struct zone_delta *delta)
{
	return __atomic_load_n(&delta->prev, __ATOMIC_ACQUIRE);
}

/* From the next commit on keeps up to max_bytes for each zone, forgetting the
 * oldest. Nothing is noted before the zones are ready. */
void zone_journal_keep(struct zone_slot *slot, size_t max_bytes);
void zone_journal_free(struct zone_journal *journal);

/* For an edit: a name of that zone (counted from 1) may have changed. */
void zone_journal_note(struct zone_edit *edit, const struct key *key,
		       uint16_t zone);
/* For a commit, when `next` has its root, serials and SOAs: makes the deltas
 * and trims the chains. */
void zone_journal_record(struct zone_edit *edit, struct zone_version *next,
			 struct zone_retired *retired);
/* What an edit noted is freed with it. */
void zone_journal_forget(struct zone_edit *edit);
