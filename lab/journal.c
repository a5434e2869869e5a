/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/journal.h"

#include <stdio.h>
#include <string.h>

#include "lab/content.h"
#include "lab/disk.h"
#include "lab/history.h"
#include "lab/shelf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

/* Versions that are set aside at once. */
#define PORTION 10000
/* No honest file has a higher one. */
#define VERSION_MAX (UINT64_C(1) << 62)

struct journal {
	struct disk *disk;
	int64_t last_id;
	uint64_t reserved; /* versions up to here may be given out */
	bool is_refused;
	struct err refusal;
};

/* "pods", "statefulsets.apps": stays the same whatever kinds are added. */
static const char *kind_text(enum kind_id kind, char out[128])
{
	const struct kind *face = kinds_stored(kind);

	snprintf(out, 128, "%s%s%s", face->plural, *face->group ? "." : "",
		 face->group);
	return out;
}

static int find_kind(const char *text, enum kind_id *ret_kind)
{
	char name[128];

	for (int kind = 0; kind < KINDS; kind++) {
		if (strcmp(kind_text(kind, name), text) != 0)
			continue;
		*ret_kind = kind;
		return 0;
	}
	return ST_ENOTFOUND;
}

struct loading {
	struct journal *journal;
	struct shelf *shelf;
	struct packer *packer;
	uint64_t version;
};

/* Takes over a parsed row. */
static int shelve(struct loading *loading, const struct disk_row *row,
		  enum kind_id kind, struct json *object, struct err *err)
{
	struct content *content = NULL;
	int rc = content_new(kind, object, row->version, &content, err);

	if (rc < 0)
		return rc;
	if (strcmp(content->object.ns, row->ns) != 0 ||
	    strcmp(content->object.name, row->name) != 0)
		rc = err_set(err, ST_EINVAL, "is named %s", content->key);
	else if (shelf_get(loading->shelf, kind, row->ns, row->name) != NULL)
		rc = err_set(err, ST_EINVAL, "is there twice");
	content->disk_id = row->id;
	if (rc == 0)
		shelf_place(loading->shelf, NULL, content, object);
	content_cool(content, loading->packer);
	content_unref(content);
	return rc;
}

static int read_row(struct loading *loading, const struct disk_row *row,
		    struct err *err)
{
	scope_json struct json *object = NULL;
	enum kind_id kind;

	if (find_kind(row->kind, &kind) < 0)
		return err_set(err, ST_EINVAL, "is of an unknown kind");
	if (row->version > VERSION_MAX || row->id <= 0)
		return err_set(err, ST_EINVAL, "has a version out of range");
	int rc = json_parse(row->json, row->json_len, &object, err);
	if (rc == 0)
		rc = shelve(loading, row, kind, object, err);
	return rc;
}

static int on_row(const struct disk_row *row, void *arg, struct err *err)
{
	struct loading *loading = arg;
	int rc = read_row(loading, row, err);

	if (rc < 0)
		return err_wrap(err, rc,
				"%s: is damaged; restore it or move it away:"
				" %s %s/%s",
				disk_path(loading->journal->disk), row->kind,
				row->ns, row->name);
	loading->journal->last_id = row->id;
	if (row->version > loading->version)
		loading->version = row->version;
	return 0;
}

static int load(struct loading *loading, struct err *err)
{
	struct disk *disk = loading->journal->disk;
	int rc = disk_load(disk, on_row, loading, err);

	if (rc < 0)
		return rc;
	if (disk_kept(disk) > VERSION_MAX)
		return err_set(err, ST_EINVAL,
			       "%s: is damaged; restore it or move it away: the"
			       " newest version is out of range",
			       disk_path(disk));
	if (disk_kept(disk) > loading->version)
		loading->version = disk_kept(disk);
	return 0;
}

int journal_open(const char *dir, struct shelf *shelf, struct packer *packer,
		 uint64_t *version, struct journal **ret_journal,
		 struct err *err)
{
	struct journal *journal = mem_zalloc(sizeof(*journal));
	struct loading loading = {journal, shelf, packer, 0};
	int rc = disk_open(dir, &journal->disk, err);

	if (rc == 0)
		rc = load(&loading, err);
	if (rc < 0) {
		disk_free(journal->disk);
		free(journal);
		return rc;
	}
	if (loading.version > 0)
		*version = loading.version;
	*ret_journal = journal;
	return 0;
}

int64_t journal_new_id(struct journal *journal)
{
	return ++journal->last_id;
}

static void set_refused(struct journal *journal, int rc,
			const struct err *refusal)
{
	bool was_refused = journal->is_refused;

	journal->is_refused = rc < 0;
	if (rc < 0)
		journal->refusal = *refusal;
	if (was_refused == (rc < 0))
		return;
	if (rc < 0)
		log_error("writes refused", "error=%s",
			  log_q(err_msg(refusal)));
	else
		log_info("writes possible again", "file=%s",
			 log_q(disk_path(journal->disk)));
}

/* One transaction of what fn does. */
static int transact(struct journal *journal,
		    int (*fn)(struct journal *journal, const void *arg,
			      struct err *err),
		    const void *arg, struct err *err)
{
	struct err own;
	int rc = disk_begin(journal->disk, &own);

	if (rc == 0)
		rc = fn(journal, arg, &own);
	if (rc == 0)
		rc = disk_commit(journal->disk, &own);
	if (rc < 0) {
		disk_rollback(journal->disk);
		err_set(err, rc, "%s", err_msg(&own));
	}
	set_refused(journal, rc, &own);
	return rc;
}

static int keep(struct journal *journal, const void *arg, struct err *err)
{
	const uint64_t *version = arg;

	return disk_keep(journal->disk, *version, err);
}

int journal_reserve(struct journal *journal, uint64_t version, struct err *err)
{
	uint64_t upto = version + PORTION;

	if (version <= journal->reserved)
		return 0;
	int rc = transact(journal, keep, &upto, err);
	if (rc == 0)
		journal->reserved = upto;
	return rc;
}

static int put_content(struct journal *journal, const struct content *content,
		       struct err *err)
{
	const struct object *object = &content->object;
	char kind[128];
	const struct disk_row row = {
		.id = content->disk_id,
		.kind = kind_text(object->kind, kind),
		.ns = object->ns,
		.name = object->name,
		.version = object->version,
		.json = object->json,
		.json_len = object->json_len,
	};

	return disk_put(journal->disk, &row, err);
}

static int write_event(struct journal *journal,
		       const struct history_event *event, struct err *err)
{
	if (event->is == NULL)
		return disk_delete(journal->disk, event->was->disk_id, err);
	bool was_cold = content_warm(event->is);
	int rc = put_content(journal, event->is, err);

	if (was_cold)
		content_cool(event->is, NULL);
	return rc;
}

static int write_events(struct journal *journal, const void *arg,
			struct err *err)
{
	const struct history *history = arg;
	const struct history_event *event;

	for (size_t i = 0; (event = history_open(history, i)) != NULL; i++) {
		int rc = write_event(journal, event, err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int journal_write(struct journal *journal, const struct history *history,
		  struct err *err)
{
	if (history_open(history, 0) == NULL)
		return 0;
	return transact(journal, write_events, history, err);
}

const char *journal_refusal(const struct journal *journal)
{
	return journal->is_refused ? err_msg(&journal->refusal) : NULL;
}

void journal_free(struct journal *journal, uint64_t version)
{
	struct err err;

	if (journal == NULL)
		return;
	/* Without it, versions go on from the end of the portion. */
	if (transact(journal, keep, &version, &err) < 0)
		log_warn("version not noted", "error=%s", log_q(err_msg(&err)));
	disk_free(journal->disk);
	free(journal);
}
