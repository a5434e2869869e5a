/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

/* In the file's head, for us and for file(1). */
#define APPLICATION_ID 0x5354464c /* "STFL" */
#define FORMAT	       1

enum query {
	BEGIN,
	COMMIT,
	PUT,
	DELETE,
	KEEP,
	QUERIES,
};

static const char *const queries[QUERIES] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[PUT] = "REPLACE INTO objects VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[DELETE] = "DELETE FROM objects WHERE id = ?1",
	[KEEP] = "REPLACE INTO kept (id, number) VALUES (1, ?1)",
};

/* The names are unique because the objects in memory are. */
static const char schema[] =
	"BEGIN;"
	"CREATE TABLE objects (id INTEGER PRIMARY KEY, kind TEXT NOT NULL,"
	" ns TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,"
	" json TEXT NOT NULL);"
	"CREATE TABLE kept (id INTEGER PRIMARY KEY, number INTEGER NOT NULL);"
	"PRAGMA application_id = 1398031948;"
	"PRAGMA user_version = 1;"
	"COMMIT;";
_Static_assert(APPLICATION_ID == 1398031948 && FORMAT == 1,
	       "the schema says the same");

struct disk {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *stmts[QUERIES];
	uint64_t kept;
};

const char *disk_path(const struct disk *disk)
{
	return disk->path;
}

/* SQLite keeps the cause of some failures only. */
static const char *cause(const struct disk *disk, int last_errno)
{
	int error = sqlite3_system_errno(disk->db);

	if (error == 0 && (sqlite3_errcode(disk->db) & 0xff) == SQLITE_IOERR)
		error = last_errno;
	return error != 0 ? strerrordesc_np(error) : sqlite3_errmsg(disk->db);
}

/* What happened and what helps, for a person. */
static int fail(const struct disk *disk, struct err *err)
{
	const char *why = cause(disk, errno), *path = disk->path;

	switch (sqlite3_errcode(disk->db) & 0xff) {
	case SQLITE_FULL:
		why = "the disk is full; make room there";
		break;
	case SQLITE_READONLY:
		why = "is read-only";
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		why = "is damaged; restore it or move it away";
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		why = "another process has it open; end that or choose"
		      " another folder";
		break;
	}
	return err_set(err, ST_ESERVER, "%s: %s", path, why);
}

static int run(struct disk *disk, const char *sql, struct err *err)
{
	if (sqlite3_exec(disk->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(disk, err);
	return 0;
}

/* A column of the only row; `fallback` without a row. */
static int ask(struct disk *disk, const char *sql, int64_t fallback,
	       int64_t *ret_number, struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(disk->db, sql, -1, &stmt, NULL);

	*ret_number = fallback;
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*ret_number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : fail(disk, err);
}

static int is_ours(struct disk *disk, int64_t *ret_format, struct err *err)
{
	int64_t id, tables;
	int rc = ask(disk, "PRAGMA application_id", 0, &id, err);

	if (rc == 0)
		rc = ask(disk, "PRAGMA user_version", 0, ret_format, err);
	if (rc == 0)
		rc = ask(disk, "SELECT count(*) FROM sqlite_master", 0, &tables,
			 err);
	if (rc < 0)
		return rc;
	if (id == APPLICATION_ID ? *ret_format == FORMAT
				 : id == 0 && tables == 0)
		return 0;
	return err_set(err, ST_EINVAL,
		       "%s: is of another program or version; choose another"
		       " folder",
		       disk->path);
}

static int set_up(struct disk *disk, struct err *err)
{
	int64_t format = 0, kept = 0;
	/* The lock is taken with the first look into the file, and kept. */
	int rc = run(disk,
		     "PRAGMA locking_mode = EXCLUSIVE;"
		     "PRAGMA journal_mode = WAL;"
		     "PRAGMA synchronous = NORMAL;"
		     "PRAGMA journal_size_limit = 16777216;"
		     "BEGIN IMMEDIATE; ROLLBACK;",
		     err);

	if (rc == 0)
		rc = is_ours(disk, &format, err);
	if (rc == 0 && format == 0)
		rc = run(disk, schema, err);
	if (rc == 0)
		rc = ask(disk, "SELECT number FROM kept", 0, &kept, err);
	disk->kept = (uint64_t)kept;
	return rc;
}

static int prepare(struct disk *disk, struct err *err)
{
	for (int i = 0; i < QUERIES; i++) {
		if (sqlite3_prepare_v3(disk->db, queries[i], -1,
				       SQLITE_PREPARE_PERSISTENT,
				       &disk->stmts[i], NULL) != SQLITE_OK)
			return fail(disk, err);
	}
	return 0;
}

/* SQLite would make the file readable for all; secrets are in it. Its log
 * gets the mode of the file. */
static int make_file(const char *dir, const char *path, struct err *err)
{
	/* A limit to the size of files is to be a failure like others. */
	signal(SIGXFSZ, SIG_IGN);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(err, -errno, "%s: cannot make the folder: %s",
			       dir, strerrordesc_np(errno));
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno != EEXIST)
		return err_set(err, -errno, "%s: cannot make the file: %s",
			       path, strerrordesc_np(errno));
	if (fd >= 0)
		close(fd);
	return 0;
}

static int open_file(struct disk *disk, struct err *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

	if (sqlite3_open_v2(disk->path, &disk->db, flags, NULL) != SQLITE_OK)
		return fail(disk, err);
	sqlite3_extended_result_codes(disk->db, 1);
	return 0;
}

int disk_open(const char *dir, struct disk **ret_disk, struct err *err)
{
	struct disk *disk = mem_zalloc(sizeof(*disk));

	disk->path = mem_printf("%s/objects.db", dir);
	int rc = make_file(dir, disk->path, err);
	if (rc == 0)
		rc = open_file(disk, err);
	if (rc == 0)
		rc = set_up(disk, err);
	if (rc == 0)
		rc = prepare(disk, err);
	if (rc < 0) {
		disk_free(disk);
		return rc;
	}
	*ret_disk = disk;
	return 0;
}

void disk_free(struct disk *disk)
{
	if (disk == NULL)
		return;
	for (int i = 0; i < QUERIES; i++)
		sqlite3_finalize(disk->stmts[i]);
	sqlite3_close(disk->db);
	free(disk->path);
	free(disk);
}

static const char *column(sqlite3_stmt *stmt, int at)
{
	const char *text = (const char *)sqlite3_column_text(stmt, at);

	return text != NULL ? text : "";
}

static int give_row(sqlite3_stmt *stmt, disk_row_fn fn, void *arg,
		    struct err *err)
{
	const struct disk_row row = {
		.id = sqlite3_column_int64(stmt, 0),
		.kind = column(stmt, 1),
		.ns = column(stmt, 2),
		.name = column(stmt, 3),
		.version = (uint64_t)sqlite3_column_int64(stmt, 4),
		.json = column(stmt, 5),
		.json_len = (size_t)sqlite3_column_bytes(stmt, 5),
	};

	return fn(&row, arg, err);
}

int disk_load(struct disk *disk, disk_row_fn fn, void *arg, struct err *err)
{
	static const char sql[] = "SELECT id, kind, ns, name, version, json"
				  " FROM objects ORDER BY id";
	sqlite3_stmt *stmt = NULL;
	int step = SQLITE_DONE, rc = 0;

	if (sqlite3_prepare_v2(disk->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return fail(disk, err);
	while (rc == 0 && (step = sqlite3_step(stmt)) == SQLITE_ROW)
		rc = give_row(stmt, fn, arg, err);
	if (rc == 0 && step != SQLITE_DONE)
		rc = fail(disk, err);
	sqlite3_finalize(stmt);
	return rc;
}

uint64_t disk_kept(const struct disk *disk)
{
	return disk->kept;
}

static int step(struct disk *disk, enum query query, struct err *err)
{
	sqlite3_stmt *stmt = disk->stmts[query];

	errno = 0;
	int rc = sqlite3_step(stmt) == SQLITE_DONE ? 0 : fail(disk, err);

	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return rc;
}

int disk_begin(struct disk *disk, struct err *err)
{
	return step(disk, BEGIN, err);
}

static void bind(sqlite3_stmt *stmt, int at, const char *text, size_t len)
{
	sqlite3_bind_text64(stmt, at, text, len, SQLITE_STATIC, SQLITE_UTF8);
}

int disk_put(struct disk *disk, const struct disk_row *row, struct err *err)
{
	sqlite3_stmt *stmt = disk->stmts[PUT];

	sqlite3_bind_int64(stmt, 1, row->id);
	bind(stmt, 2, row->kind, strlen(row->kind));
	bind(stmt, 3, row->ns, strlen(row->ns));
	bind(stmt, 4, row->name, strlen(row->name));
	sqlite3_bind_int64(stmt, 5, (int64_t)row->version);
	bind(stmt, 6, row->json, row->json_len);
	return step(disk, PUT, err);
}

int disk_delete(struct disk *disk, int64_t id, struct err *err)
{
	sqlite3_bind_int64(disk->stmts[DELETE], 1, id);
	return step(disk, DELETE, err);
}

int disk_keep(struct disk *disk, uint64_t number, struct err *err)
{
	sqlite3_bind_int64(disk->stmts[KEEP], 1, (int64_t)number);
	return step(disk, KEEP, err);
}

int disk_commit(struct disk *disk, struct err *err)
{
	return step(disk, COMMIT, err);
}

void disk_rollback(struct disk *disk)
{
	/* Some failures have done it already. */
	if (!sqlite3_get_autocommit(disk->db))
		sqlite3_exec(disk->db, "ROLLBACK", NULL, NULL, NULL);
}
