/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dnsd/job.h"
#include "dnsd/snapshot.h"
#include "dnsd/zone.h"
#include "dnsd/zone_slot.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"
#include "statefuld/zone_edit.h"

enum { SHARE = 20 }; /* of the time that may go into writing: one in so many */

static const char file_name[] = "zone";
static const char new_name[] = "zone.new";

struct state {
	struct loop *loop;
	struct zone_slot *slot;
	char *dir;
	int dir_fd;
	struct loop_timer *timer;
	struct job job;
	uint64_t saved_seq; /* version in the file */
	/* Of the write under way; the job's thread writes, the loop reads when
	 * it is over. */
	struct err err;
	uint64_t begun_ms, seq;
	int64_t now_s;
	bool was_bad; /* so that trouble is told once */
	struct dnsd_state_counts counts;
};

/* ---- writing ---- */

static int write_all(const void *data, size_t len, void *arg)
{
	const char *at = data;
	int fd = *(int *)arg;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_and_close(int fd, int rc)
{
	if (rc == 0 && fsync(fd) < 0)
		rc = -errno;
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	return rc;
}

/* Readable for its owner alone: names may be nobody else's business. */
static int save(struct state *state, const struct zone_pin *pin)
{
	int fd = openat(state->dir_fd, new_name,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int rc;

	if (fd < 0)
		return -errno;
	rc = snapshot_write(pin, state->now_s, write_all, &fd);
	rc = sync_and_close(fd, rc);
	if (rc == 0 &&
	    renameat(state->dir_fd, new_name, state->dir_fd, file_name) < 0)
		rc = -errno;
	if (rc == 0 && fsync(state->dir_fd) < 0)
		rc = -errno;
	return rc;
}

static void work(const struct zone_pin *pin, void *arg)
{
	struct state *state = arg;
	int rc = save(state, pin);

	state->seq = pin->version->seq;
	err_clear(&state->err);
	if (rc != 0)
		err_set(&state->err, rc, "%s", err_str(rc));
}

static void tell_failed(struct state *state)
{
	state->counts.failed++;
	if (!state->was_bad)
		log_warn("zone not saved", "dir=%s error=%s action=%s",
			 log_q(state->dir), log_q(err_msg(&state->err)),
			 log_q("trying again; the last file stays"));
	state->was_bad = true;
}

static void tell_written(struct state *state)
{
	state->counts.written++;
	state->counts.last_s = state->now_s;
	state->saved_seq = state->seq;
	if (state->was_bad)
		log_info("zone saved again", "dir=%s", log_q(state->dir));
	state->was_bad = false;
}

/* A pin that was revoked met many changes: later is better. */
static void done(void *arg)
{
	struct state *state = arg;
	uint64_t took_ms = clk_mono_ms() - state->begun_ms;
	uint64_t wait_ms = took_ms * SHARE > STATE_EVERY_MS ? took_ms * SHARE
							    : STATE_EVERY_MS;

	if (state->err.code == 0)
		tell_written(state);
	else if (state->err.code != ST_ECANCELED)
		tell_failed(state);
	loop_timer_set(state->timer, wait_ms);
}

static bool is_news(const struct state *state)
{
	return zone_slot_is_ready(state->slot) &&
	       state->slot->cur->seq != state->saved_seq;
}

static void begin(struct state *state)
{
	int rc;

	state->begun_ms = clk_mono_ms();
	state->now_s = clk_wall_s();
	rc = job_start(&state->job, state->loop, state->slot, work, done,
		       state);
	if (rc == 0)
		return;
	err_set(&state->err, rc, "%s", err_str(rc));
	done(state);
}

static void on_timer(void *arg)
{
	struct state *state = arg;

	if (is_news(state))
		begin(state);
	else
		loop_timer_set(state->timer, STATE_EVERY_MS);
}

void state_keep(struct state *state)
{
	loop_timer_set(state->timer, STATE_EVERY_MS);
}

/* ---- reading ---- */

static int read_file(const struct state *state, struct buf *out,
		     struct err *err)
{
	int fd = openat(state->dir_fd, file_name, O_RDONLY | O_CLOEXEC);
	char part[64 << 10];
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return ST_ENOTFOUND;
	if (fd < 0)
		return err_set(err, -errno, "%s", err_str(-errno));
	while ((n = read(fd, part, sizeof(part))) > 0) {
		if (buf_add(out, part, (size_t)n) != 0) {
			close(fd);
			return err_set(err, ST_ELIMIT, "it is over %d octets",
				       STATE_MAX_BYTES);
		}
	}
	int code = n < 0 ? -errno : 0;
	close(fd);
	return code == 0 ? 0 : err_set(err, code, "%s", err_str(code));
}

struct restore {
	struct zone_slot *slot;
	struct zone_edit *edit; /* NULL: only look */
	bool with_serials;
	size_t n_ours; /* zones in the file that are served here */
};

static void on_zone(const uint8_t *apex, uint32_t serial, void *arg)
{
	struct restore *restore = arg;

	if (zone_slot_serial(restore->slot, apex) == 0)
		return;
	restore->n_ours++;
	if (restore->edit != NULL && restore->with_serials)
		zone_edit_set_serial(restore->edit, apex, serial);
}

/* Those of the apex: there are no others. Which Services lead here is not known
 * before the first sync, so that they stay as they were. */
static void restore_ns(const struct restore *restore, const struct rr_set *set)
{
	const uint8_t **ns;

	if (!restore->with_serials || set->n == 0)
		return;
	ns = mem_calloc(set->n, sizeof(*ns));
	for (uint32_t i = 0; i < set->n; i++)
		ns[i] = set->data[i].wire;
	zone_edit_set_ns(restore->edit, set->owner, ns, set->n, set->ttl_s);
	free(ns);
}

static void on_set(const struct rr_set *set, void *arg)
{
	struct restore *restore = arg;

	if (restore->edit == NULL)
		return;
	if (set->type == RR_NS)
		restore_ns(restore, set);
	else
		zone_edit_put(restore->edit, set);
}

static const struct snapshot_ops ops = {on_zone, on_set};

static int add_to(const void *data, size_t len, void *arg)
{
	buf_put(arg, data, len);
	return 0;
}

/* What is there before anything was listed: few names. */
static void take_statics(const struct zone_slot *slot, struct buf *out)
{
	struct zone_pin pin;
	int rc;

	zone_pin_take_rcu(&pin, slot);
	rc = snapshot_write(&pin, 0, add_to, out);
	zone_pin_drop(&pin);
	st_assert(rc == 0);
}

static void put_statics(struct zone_slot *slot, const struct buf *statics)
{
	struct restore restore = {.slot = slot, .edit = zone_edit_begin(slot)};
	int64_t saved_s;
	int rc = snapshot_read((const uint8_t *)statics->data, statics->len,
			       &ops, &restore, &saved_s, NULL);

	st_assert(rc == 0);
	zone_edit_commit(restore.edit, (uint32_t)clk_wall_s());
}

static void put_file(struct zone_slot *slot, const struct buf *file)
{
	struct restore restore = {.slot = slot,
				  .edit = zone_edit_begin(slot),
				  .with_serials = true};
	int64_t saved_s;
	int rc;

	for (size_t i = 0; i < slot->cur->n_zones; i++)
		zone_edit_subtree(restore.edit, slot->cur->zones[i].apex, NULL,
				  0);
	rc = snapshot_read((const uint8_t *)file->data, file->len, &ops,
			   &restore, &saved_s, NULL);
	st_assert(rc == 0);
	zone_edit_set_ready(restore.edit);
	zone_edit_commit(restore.edit, (uint32_t)clk_wall_s());
}

static int check_file(const struct zone_slot *slot, const struct buf *file,
		      int64_t *ret_saved_s, struct err *err)
{
	struct restore restore = {.slot = (struct zone_slot *)(uintptr_t)slot};
	int rc = snapshot_read((const uint8_t *)file->data, file->len, &ops,
			       &restore, ret_saved_s, err);

	if (rc != 0)
		return rc;
	/* A zone that is not in the file would deny all its names. */
	if (restore.n_ours != slot->cur->n_zones)
		return err_set(err, ST_EINVAL,
			       "it has %zu of the %u zones served now",
			       restore.n_ours, slot->cur->n_zones);
	return 0;
}

int state_restore(struct state *state, struct dnsd_restored *ret,
		  struct err *err)
{
	scope_buf struct buf file, statics;
	struct zone_stats stats;
	int rc;

	*ret = (struct dnsd_restored){0};
	buf_init(&file, STATE_MAX_BYTES);
	buf_init(&statics, 0);
	rc = read_file(state, &file, err);
	if (rc == ST_ENOTFOUND)
		return 0;
	if (rc == 0)
		rc = check_file(state->slot, &file, &ret->saved_s, err);
	if (rc != 0) {
		ret->saved_s = 0;
		return err_wrap(err, rc, "%s/%s", state->dir, file_name);
	}
	/* The static names follow from this run's flags: where they differ
	 * from the file's, that is a change, with a serial of its own. */
	take_statics(state->slot, &statics);
	put_file(state->slot, &file);
	put_statics(state->slot, &statics);
	state->saved_seq = state->slot->cur->seq;
	zone_slot_stats(state->slot, &stats);
	ret->names = stats.names;
	return 0;
}

/* ---- life ---- */

int state_new(struct loop *loop, struct zone_slot *slot, const char *dir,
	      struct state **ret_state, struct err *err)
{
	struct state *state;
	int fd;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(err, -errno, "%s", err_str(-errno));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || faccessat(fd, ".", W_OK | X_OK, 0) < 0) {
		int code = -errno;

		if (fd >= 0)
			close(fd);
		return err_set(err, code, "%s", err_str(code));
	}
	state = mem_zalloc(sizeof(*state));
	state->loop = loop;
	state->slot = slot;
	state->dir = mem_strdup(dir);
	state->dir_fd = fd;
	state->timer = loop_timer_new(loop, on_timer, state);
	*ret_state = state;
	return 0;
}

void state_free(struct state *state)
{
	if (state == NULL)
		return;
	job_fini(&state->job);
	if (is_news(state)) {
		begin(state);
		job_fini(&state->job);
	}
	loop_timer_free(state->timer);
	close(state->dir_fd);
	free(state->dir);
	free(state);
}

void state_counts(const struct state *state, struct dnsd_state_counts *ret)
{
	*ret = state->counts;
}
