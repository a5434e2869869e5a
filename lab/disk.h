/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * disk - objects in an SQLite file; the only user of SQLite.
 *
 * Writes go into a write-ahead log that is not synced at each commit. What was
 * committed therefore outlives the end of the process at any moment, kill -9
 * included; of a power cut the file comes out whole, but the newest commits
 * may be missing.
 *
 * Threads: one. Memory: disk_free() closes. Errors: one line with the path;
 * ST_ESERVER for what the disk refuses, and then nothing of the transaction
 * is kept.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct disk;
struct err;

struct disk_row {
	int64_t id;
	const char *kind; /* "pods", "statefulsets.apps" */
	const char *ns, *name;
	uint64_t version;
	const char *json;
	size_t json_len;
};

/* Makes the folder (0700) and the file (0600) if missing and keeps other
 * processes out until disk_free. */
st_must_check int disk_open(const char *dir, struct disk **ret_disk,
			    struct err *err);
void disk_free(struct disk *disk);
/* For messages. */
const char *disk_path(const struct disk *disk);

/* All rows, by id. fn returns 0 or an error that ends it. */
typedef int (*disk_row_fn)(const struct disk_row *row, void *arg,
			   struct err *err);
st_must_check int disk_load(struct disk *disk, disk_row_fn fn, void *arg,
			    struct err *err);
/* A number that is kept beside the rows; 0 before the first disk_keep. */
uint64_t disk_kept(const struct disk *disk);

/* A transaction: begin, then any of put, delete and keep, then commit. After a
 * failure of one of them disk_rollback must follow. */
st_must_check int disk_begin(struct disk *disk, struct err *err);
st_must_check int disk_put(struct disk *disk, const struct disk_row *row,
			   struct err *err);
st_must_check int disk_delete(struct disk *disk, int64_t id, struct err *err);
st_must_check int disk_keep(struct disk *disk, uint64_t number,
			    struct err *err);
st_must_check int disk_commit(struct disk *disk, struct err *err);
void disk_rollback(struct disk *disk);
