/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/disk.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/objects_lab.h"

struct lab {
	char dir[64];
	struct loop *loop;
	struct objects *objects;
};

static void open_objects(struct lab *lab)
{
	struct err err;
	int rc = objects_open(lab->dir, &lab->objects, &err);

	if (rc < 0)
		fail_msg("%s", err_msg(&err));
	objects_set_loop(lab->objects, lab->loop);
}

static void close_objects(struct lab *lab)
{
	objects_free(lab->objects);
	lab->objects = NULL;
}

static void reopen(struct lab *lab)
{
	close_objects(lab);
	open_objects(lab);
}

static int set_up(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));
	const char *tmp = getenv("TMPDIR");
	char made[48];

	snprintf(made, sizeof(made), "%s/lab-disk-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(made));
	snprintf(lab->dir, sizeof(lab->dir), "%s/data", made);
	lab->loop = loop_new();
	open_objects(lab);
	*state = lab;
	return 0;
}

static void remove_file(const struct lab *lab, const char *name)
{
	scope_free char *path = mem_printf("%s/%s", lab->dir, name);

	unlink(path);
}

static int tear_down(void **state)
{
	struct lab *lab = *state;

	close_objects(lab);
	loop_free(lab->loop);
	remove_file(lab, "objects.db");
	remove_file(lab, "objects.db-wal");
	rmdir(lab->dir);
	*strrchr(lab->dir, '/') = '\0';
	rmdir(lab->dir);
	free(lab);
	return 0;
}

static void what_was_written_is_there_in_the_next_run(void **state)
{
	struct lab *lab = *state;

	objects_lab_put(lab->objects, KIND_POD, "a/b", 1);
	objects_lab_put(lab->objects, KIND_SET, "a/web", 2);
	objects_lab_put(lab->objects, KIND_NODE, "/n", 3);
	objects_lab_put(lab->objects, KIND_POD, "a/c", 4);
	loop_turn(lab->loop, 0);
	objects_lab_put(lab->objects, KIND_POD, "a/b", 5);
	assert_int_equal(objects_lab_delete(lab->objects, KIND_POD, "a/c"), 0);
	uint64_t newest = objects_version(lab->objects);
	reopen(lab);
	assert_int_equal(objects_version(lab->objects), newest);
	assert_int_equal(objects_oldest(lab->objects), newest);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/b"), 5);
	assert_int_equal(objects_lab_value(lab->objects, KIND_SET, "a/web"), 2);
	assert_int_equal(objects_lab_value(lab->objects, KIND_NODE, "/n"), 3);
	assert_int_equal(objects_count(lab->objects, KIND_POD), 1);
	objects_lab_put(lab->objects, KIND_POD, "a/c", 6);
	reopen(lab);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/c"), 6);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/b"), 5);
}

static void a_turn_of_many_writes_is_kept(void **state)
{
	struct lab *lab = *state;
	scope_free char *text = mem_zalloc(1001);
	char where[32];

	memset(text, 'x', 1000);
	for (int i = 0; i < 1500; i++) {
		snprintf(where, sizeof(where), "a/%d", i % 1200);
		scope_json struct json *object = objects_lab_object(where, i);

		/* Long enough to be packed before its turn ends. */
		json_set_str(object, "text", text);
		int rc = objects_put(lab->objects, KIND_POD, object,
				     OBJECTS_ANY, NULL, NULL);
		assert_int_equal(rc, 0);
	}
	reopen(lab);
	for (int i = 300; i < 1500; i++) {
		snprintf(where, sizeof(where), "a/%d", i % 1200);
		assert_int_equal(
			objects_lab_value(lab->objects, KIND_POD, where), i);
	}
}

static void the_files_are_for_their_owner_alone(void **state)
{
	struct lab *lab = *state;
	static const char *const names[] = {"", "objects.db", "objects.db-wal"};
	struct stat st;

	objects_lab_put(lab->objects, KIND_POD, "a/b", 1);
	loop_turn(lab->loop, 0);
	for (size_t i = 0; i < st_array_len(names); i++) {
		scope_free char *path = mem_printf("%s/%s", lab->dir, names[i]);

		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0077, 0);
	}
}

static void count_flush(int code, void *arg)
{
	int *codes = arg;

	codes[code == 0 ? 0 : 1]++;
	if (code != 0)
		assert_int_equal(code, ST_ESERVER);
}

static void flushed_writes_wait_for_the_one_commit_of_the_turn(void **state)
{
	struct lab *lab = *state;
	int codes[2] = {0};

	objects_flush(lab->objects, count_flush, codes);
	loop_turn(lab->loop, 0);
	assert_int_equal(codes[0], 1);
	objects_flush(lab->objects, count_flush, codes);
	assert_int_equal(codes[0], 2);
	for (int i = 0; i < 3; i++) {
		objects_lab_put(lab->objects, KIND_POD, "a/b", i);
		objects_flush(lab->objects, count_flush, codes);
	}
	assert_int_equal(codes[0], 2);
	loop_turn(lab->loop, 0);
	assert_int_equal(codes[0], 5);
	/* What still waits when the store closes is told as well. */
	objects_lab_put(lab->objects, KIND_POD, "a/b", 7);
	objects_flush(lab->objects, count_flush, codes);
	reopen(lab);
	assert_int_equal(codes[0], 6);
	assert_int_equal(codes[1], 0);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/b"), 7);
}

/* Opens as another process would; the message, for the caller to free. */
static char *open_elsewhere(const struct lab *lab)
{
	int fds[2];
	char text[1024] = "";

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct objects *objects = NULL;
		struct err err = {0};
		int rc = objects_open(lab->dir, &objects, &err);
		ssize_t n =
			rc < 0 ? write(fds[1], err.msg, strlen(err.msg)) : 0;

		_exit(n < 0);
	}
	close(fds[1]);
	ssize_t n = read(fds[0], text, sizeof(text) - 1);
	assert_true(n >= 0);
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return mem_strdup(text);
}

static void a_second_process_is_kept_out(void **state)
{
	struct lab *lab = *state;
	scope_free char *said = open_elsewhere(lab);

	assert_non_null(strstr(said, "another process has it open"));
	assert_non_null(strstr(said, lab->dir));
	objects_lab_put(lab->objects, KIND_POD, "a/b", 1);
	reopen(lab);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/b"), 1);
}

/* Has all writes of files beyond that size fail, as a full disk does. */
static void limit_files(rlim_t size)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = size;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_disk_that_refuses_leaves_all_as_it_was(void **state)
{
	struct lab *lab = *state;
	struct objects_lab_seen seen = {0};
	struct objects_watch *watch = NULL;
	int codes[2] = {0};

	objects_lab_put(lab->objects, KIND_POD, "a/1", 1);
	objects_lab_put(lab->objects, KIND_POD, "a/2", 2);
	loop_turn(lab->loop, 0);
	uint64_t before = objects_version(lab->objects);
	int rc = objects_watch_new(lab->objects, KINDS, before, objects_lab_see,
				   &seen, &watch, NULL);
	assert_int_equal(rc, 0);
	limit_files(0);
	objects_lab_put(lab->objects, KIND_POD, "a/1", 10);
	objects_lab_put(lab->objects, KIND_POD, "a/1", 11);
	objects_lab_put(lab->objects, KIND_POD, "a/3", 3);
	assert_int_equal(objects_lab_delete(lab->objects, KIND_POD, "a/2"), 0);
	objects_flush(lab->objects, count_flush, codes);
	loop_turn(lab->loop, 0);
	assert_int_equal(codes[1], 1);
	assert_int_equal(seen.n, 0);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/1"), 1);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/2"), 2);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/3"), -1);
	assert_true(objects_oldest(lab->objects) > before);

	assert_non_null(strstr(objects_refusal(lab->objects), lab->dir));

	/* From now on each writer is told at once. */
	assert_int_equal(objects_lab_try(lab->objects, KIND_POD, "a/3", 3, 0),
			 ST_ESERVER);
	assert_int_equal(objects_lab_delete(lab->objects, KIND_POD, "a/2"),
			 ST_ESERVER);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/2"), 2);
	limit_files(RLIM_INFINITY);
	assert_int_equal(objects_lab_try(lab->objects, KIND_POD, "a/3", 3, 0),
			 0);
	assert_null(objects_refusal(lab->objects));
	objects_lab_put(lab->objects, KIND_POD, "a/1", 12);
	objects_flush(lab->objects, count_flush, codes);
	loop_turn(lab->loop, 0);
	assert_int_equal(codes[0], 1);
	assert_string_equal(seen.text, "+a/3=3 ~a/1=12 ");
	objects_watch_free(watch);
	reopen(lab);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/1"), 12);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/2"), 2);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/3"), 3);
}

/* Writes in a child that then ends without closing anything. The child tells
 * how many writes were acknowledged, and the newest version. */
struct told {
	int writes;
	uint64_t version;
};

static void on_told(int code, void *arg)
{
	const int *fd = arg;

	if (code != 0 || write(*fd, "x", 1) != 1)
		_exit(1);
}

static void write_until_killed(struct lab *lab, int fd)
{
	open_objects(lab);
	for (int i = 0;; i++) {
		objects_lab_put(lab->objects, KIND_POD, "a/b", i);
		objects_lab_put(lab->objects, KIND_POD, "a/c", i);
		objects_flush(lab->objects, on_told, &fd);
		loop_turn(lab->loop, 0);
	}
}

static void nothing_acknowledged_is_lost_by_a_kill(void **state)
{
	struct lab *lab = *state;
	uint64_t before = objects_version(lab->objects);
	int fds[2], acked = 0;
	char text[64];
	ssize_t n;

	close_objects(lab);
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0)
		write_until_killed(lab, fds[1]);
	close(fds[1]);
	while (acked < 500 && (n = read(fds[0], text, sizeof(text))) > 0)
		acked += (int)n;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	while ((n = read(fds[0], text, sizeof(text))) > 0)
		acked += (int)n;
	close(fds[0]);
	assert_true(acked >= 500);
	open_objects(lab);
	/* The two of one turn come together. */
	int value = objects_lab_value(lab->objects, KIND_POD, "a/b");
	assert_true(value + 1 >= acked);
	assert_int_equal(objects_lab_value(lab->objects, KIND_POD, "a/c"),
			 value);
	assert_true(objects_version(lab->objects) >
		    before + 2 * (uint64_t)value);
}

static void overwrite(const struct lab *lab, off_t at, const char *text)
{
	scope_free char *path = mem_printf("%s/objects.db", lab->dir);
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	ssize_t n = pwrite(fd, text, strlen(text), at);
	assert_int_equal(n, strlen(text));
	close(fd);
}

static void check_refused(struct lab *lab, const char *reason)
{
	struct objects *objects = NULL;
	struct err err = {0};
	int rc = objects_open(lab->dir, &objects, &err);

	assert_true(rc < 0);
	assert_null(objects);
	if (strstr(err.msg, reason) == NULL ||
	    strstr(err.msg, lab->dir) == NULL)
		fail_msg("%s", err.msg);
}

static void a_file_of_something_else_is_named(void **state)
{
	struct lab *lab = *state;

	close_objects(lab);
	overwrite(lab, 0, "Dear diary, this is not a database");
	check_refused(lab, "is damaged; restore it or move it away");
}

static void a_file_of_another_version_is_named(void **state)
{
	struct lab *lab = *state;

	close_objects(lab);
	/* user_version is at 60, big-endian. */
	overwrite(lab, 60, "zzzz");
	check_refused(lab, "is of another program or version");
}

static void a_damaged_row_is_named(void **state)
{
	struct lab *lab = *state;
	struct disk *disk = NULL;
	struct disk_row row = {
		.id = 9,
		.kind = "pods",
		.ns = "a",
		.name = "b",
		.version = 1,
		.json = "{\"metadata\":",
		.json_len = 12,
	};

	close_objects(lab);
	assert_int_equal(disk_open(lab->dir, &disk, NULL), 0);
	assert_int_equal(disk_begin(disk, NULL), 0);
	assert_int_equal(disk_put(disk, &row, NULL), 0);
	assert_int_equal(disk_commit(disk, NULL), 0);
	disk_free(disk);
	check_refused(lab, "pods a/b: malformed JSON");
}

static off_t size_of(const struct lab *lab)
{
	scope_free char *path = mem_printf("%s/objects.db", lab->dir);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* What is there has to be readable, or an error to say what is wrong. */
static void open_damaged(struct lab *lab)
{
	struct objects *objects = NULL;
	struct err err = {0};
	int rc = objects_open(lab->dir, &objects, &err);

	if (rc < 0)
		assert_non_null(strstr(err.msg, lab->dir));
	else
		objects_lab_put(objects, KIND_NODE, "/n", 1);
	objects_free(objects);
}

static void damage_is_said_or_survived(void **state)
{
	struct lab *lab = *state;
	char where[32];

	for (int i = 0; i < 200; i++) {
		snprintf(where, sizeof(where), "a/%d", i);
		objects_lab_put(lab->objects, KIND_POD, where, i);
	}
	close_objects(lab);
	off_t size = size_of(lab);
	for (int i = 0; i < 60; i++) {
		char bytes[] = {(char)(1 + clk_random(255)),
				(char)(1 + clk_random(255)),
				(char)(1 + clk_random(255)), 0};

		overwrite(lab, (off_t)clk_random((uint32_t)size - 4), bytes);
		open_damaged(lab);
	}
}

static void a_folder_that_cannot_be_made_is_named(void **state)
{
	struct lab *lab = *state;
	struct lab other = {.dir = "/dev/null/data"};

	(void)lab;
	check_refused(&other, "cannot make the folder");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_there_in_the_next_run),
		TEST(a_turn_of_many_writes_is_kept),
		TEST(the_files_are_for_their_owner_alone),
		TEST(flushed_writes_wait_for_the_one_commit_of_the_turn),
		TEST(a_second_process_is_kept_out),
		TEST(a_disk_that_refuses_leaves_all_as_it_was),
		TEST(nothing_acknowledged_is_lost_by_a_kill),
		TEST(a_file_of_something_else_is_named),
		TEST(a_file_of_another_version_is_named),
		TEST(a_damaged_row_is_named),
		TEST(damage_is_said_or_survived),
		TEST(a_folder_that_cannot_be_made_is_named),
	};

	log_set_level(LOG_ERROR);
	clk_seed(3);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
