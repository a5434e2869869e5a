/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * journal - what of the store is on disk, and how it gets there: open events
 * of the history become rows in one transaction.
 *
 * Versions are set aside in portions before the first of a portion is given
 * out, so that not even one that a client saw just before a kill -9 is given
 * out twice.
 *
 * Threads: the loop thread. Memory: journal_free() closes.
 */
#include "lab/objects.h"
#include "statefuld/attr.h"

struct history;
struct journal;
struct packer;
struct shelf;

/* Opens the folder and puts what is there on the empty shelf. *version is set
 * to one that all given out so far are not above; it is left alone if there are
 * none. */
st_must_check int journal_open(const char *dir, struct shelf *shelf,
			       struct packer *packer, uint64_t *version,
			       struct journal **ret_journal, struct err *err);
/* Notes the newest version, so that the next run goes on from there. */
void journal_free(struct journal *journal, uint64_t version);

/* The row of a new object. */
int64_t journal_new_id(struct journal *journal);
/* Before `version` is given out. */
st_must_check int journal_reserve(struct journal *journal, uint64_t version,
				  struct err *err);
/* Writes the open events; on failure, none of them is on disk. */
st_must_check int journal_write(struct journal *journal,
				const struct history *history, struct err *err);
/* Why the last write failed; NULL if it did not. */
const char *journal_refusal(const struct journal *journal);
