/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/loop.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/clk.h"
#include "tests/unit/cm.h"

/* What happened, a letter each. */
static char story[256];

static void tell(char letter)
{
	size_t len = strlen(story);

	assert_true(len + 1 < sizeof(story));
	story[len] = letter;
	story[len + 1] = '\0';
}

static int setup(void **state)
{
	*state = loop_new();
	story[0] = '\0';
	return 0;
}

static int teardown(void **state)
{
	loop_free(*state);
	clk_real();
	return 0;
}

static void on_letter(void *arg)
{
	tell(*(const char *)arg);
}

static struct loop_timer *letter(struct loop *loop, const char *text)
{
	return loop_timer_new(loop, on_letter, (void *)(uintptr_t)text);
}

static void timers_fire_in_order_of_their_time(void **state)
{
	struct loop *loop = *state;
	struct loop_timer *timers[26];
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	clk_fake(1000000000, 0);
	/* Armed out of order, some moved, some canceled. */
	for (int i = 0; i < 26; i++) {
		timers[i] = letter(loop, letters + i);
		loop_timer_set(timers[i], (uint64_t)((i * 7) % 26) * 10);
	}
	for (int i = 0; i < 26; i++)
		loop_timer_set(timers[i], (uint64_t)(25 - i) * 10);
	for (int i = 0; i < 26; i += 3)
		loop_timer_cancel(timers[i]);
	for (int i = 0; i < 26; i++)
		assert_int_equal(loop_timer_is_set(timers[i]), i % 3 != 0);
	loop_turn(loop, 0);
	assert_string_equal(story, "z");
	clk_fake_advance_ms(100);
	loop_turn(loop, 0);
	assert_string_equal(story, "zxwutrq");
	clk_fake_advance_ms(1000);
	loop_turn(loop, 0);
	assert_string_equal(story, "zxwutrqonlkihfecb");
	for (int i = 0; i < 26; i++)
		loop_timer_free(timers[i]);
}

static void equal_times_fire_first_come_first_served(void **state)
{
	struct loop *loop = *state;
	struct loop_timer *timers[5];

	clk_fake(1, 0);
	for (int i = 0; i < 5; i++) {
		timers[i] = letter(loop, &"abcde"[i]);
		loop_timer_set(timers[i], 5);
	}
	clk_fake_advance_ms(5);
	loop_turn(loop, -1);
	assert_string_equal(story, "abcde");
	for (int i = 0; i < 5; i++)
		loop_timer_free(timers[i]);
}

static void a_timer_of_no_delay_waits_for_the_next_turn(void **state)
{
	struct loop_timer *a = letter(*state, "a");

	loop_timer_set(a, 0);
	loop_turn(*state, -1);
	assert_string_equal(story, "a");
	assert_false(loop_timer_is_set(a));
	loop_turn(*state, 0);
	assert_string_equal(story, "a");
	loop_timer_free(a);
	loop_timer_free(NULL);
}

struct chain {
	struct loop *loop;
	struct loop_timer *self, *other;
	int left;
};

static void on_rearm(void *arg)
{
	struct chain *chain = arg;

	tell('r');
	if (--chain->left > 0)
		loop_timer_set(chain->self, 0);
}

static void rearming_with_no_delay_does_not_hog_a_turn(void **state)
{
	struct chain chain = {.loop = *state, .left = 3};

	chain.self = loop_timer_new(*state, on_rearm, &chain);
	loop_timer_set(chain.self, 0);
	loop_turn(*state, 0);
	assert_string_equal(story, "r");
	loop_turn(*state, -1);
	loop_turn(*state, -1);
	assert_string_equal(story, "rrr");
	loop_timer_free(chain.self);
}

static void real_time_passes_before_a_timer_fires(void **state)
{
	struct loop_timer *a = letter(*state, "a");
	uint64_t begin = clk_mono_ns();

	loop_timer_set(a, 30);
	while (story[0] == '\0')
		loop_turn(*state, -1);
	assert_true(clk_mono_ns() - begin >= 30000000);
	begin = clk_mono_ns();
	loop_turn(*state, 20);
	assert_true(clk_mono_ns() - begin >= 15000000);
	loop_timer_free(a);
}

static void on_soon(void *arg)
{
	struct chain *chain = arg;

	tell('1');
	loop_timer_soon(chain->other);
	loop_timer_soon(chain->other);
	tell('2');
}

static void soon_runs_once_right_after_the_callback(void **state)
{
	struct loop *loop = *state;
	struct chain chain = {.loop = loop};
	struct loop_timer *first, *last = letter(loop, "z");

	chain.other = letter(loop, "s");
	first = loop_timer_new(loop, on_soon, &chain);
	clk_fake(1, 0);
	loop_timer_set(first, 1);
	loop_timer_set(last, 2);
	clk_fake_advance_ms(5);
	loop_turn(loop, -1);
	assert_string_equal(story, "12sz");
	loop_timer_soon(first);
	assert_true(loop_timer_is_set(first));
	loop_turn(loop, -1);
	assert_string_equal(story, "12sz12s");
	loop_timer_soon(first);
	loop_timer_cancel(first);
	loop_turn(loop, 0);
	assert_string_equal(story, "12sz12s");
	loop_timer_free(first);
	loop_timer_free(last);
	loop_timer_free(chain.other);
}

static void on_greedy(void *arg)
{
	struct chain *chain = arg;

	tell('g');
	if (--chain->left > 0)
		loop_timer_soon(chain->self);
}

static void on_readable(int fd, int what, void *arg)
{
	char byte;

	(void)arg;
	assert_int_equal(what, LOOP_READ);
	assert_int_equal(read(fd, &byte, 1), 1);
	tell(byte);
}

static void soon_again_lets_descriptors_through_and_never_waits(void **state)
{
	struct loop *loop = *state;
	struct chain chain = {.loop = loop, .left = 4};
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	struct loop_fd *fd =
		loop_fd_new(loop, ends[0], LOOP_READ, on_readable, NULL);
	chain.self = loop_timer_new(loop, on_greedy, &chain);
	loop_timer_soon(chain.self);
	assert_int_equal(write(ends[1], "f", 1), 1);
	while (chain.left > 0)
		loop_turn(loop, -1);
	assert_string_equal(story, "gfggg");
	loop_timer_free(chain.self);
	loop_fd_free(fd);
	loop_fd_free(NULL);
	close(ends[0]);
	close(ends[1]);
}

static void on_free_both(void *arg)
{
	struct chain *chain = arg;

	tell('f');
	loop_timer_free(chain->other);
	loop_timer_free(chain->self);
	chain->self = chain->other = NULL;
}

static void a_callback_may_free_its_timer_and_one_that_waits(void **state)
{
	struct chain chain = {.loop = *state};

	chain.self = loop_timer_new(*state, on_free_both, &chain);
	chain.other = letter(*state, "x");
	loop_timer_soon(chain.self);
	loop_timer_soon(chain.other);
	loop_turn(*state, 0);
	assert_string_equal(story, "f");
	chain.self = loop_timer_new(*state, on_free_both, &chain);
	chain.other = letter(*state, "x");
	loop_timer_set(chain.self, 0);
	loop_timer_set(chain.other, 0);
	loop_turn(*state, -1);
	loop_turn(*state, 0);
	assert_string_equal(story, "ff");
}

struct watched {
	struct loop_fd *fd;
	int seen;
};

static void on_any(int fd, int what, void *arg)
{
	struct watched *watched = arg;

	(void)fd;
	watched->seen = what;
}

static void on_last(int fd, int what, void *arg)
{
	struct watched *watched = arg;

	on_any(fd, what, arg);
	loop_fd_free(watched->fd);
	watched->fd = NULL;
}

static void descriptors_are_watched_for_what_is_asked(void **state)
{
	struct watched watched = {0};
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	watched.fd = loop_fd_new(*state, ends[1], 0, on_any, &watched);
	loop_turn(*state, 0);
	assert_int_equal(watched.seen, 0);
	loop_fd_set(watched.fd, LOOP_WRITE);
	loop_turn(*state, -1);
	assert_int_equal(watched.seen, LOOP_WRITE);
	watched.seen = 0;
	loop_fd_set(watched.fd, 0);
	loop_turn(*state, 0);
	assert_int_equal(watched.seen, 0);
	loop_fd_free(watched.fd);
	watched.fd = loop_fd_new(*state, ends[0], LOOP_READ, on_last, &watched);
	assert_int_equal(write(ends[1], "xy", 2), 2);
	loop_turn(*state, -1);
	assert_int_equal(watched.seen, LOOP_READ);
	assert_null(watched.fd);
	close(ends[0]);
	close(ends[1]);
}

static void on_signal(int signo, void *arg)
{
	*(int *)arg = signo;
}

static void signals_arrive_on_the_loop(void **state)
{
	int seen = 0;
	struct loop_signal *hup =
		loop_signal_new(*state, SIGHUP, on_signal, &seen);

	raise(SIGHUP);
	assert_int_equal(seen, 0);
	loop_turn(*state, -1);
	assert_int_equal(seen, SIGHUP);
	loop_signal_free(hup);
	loop_signal_free(NULL);
}

enum { WAKES = 2000 };
static int woken;

static void on_wake(void *arg)
{
	assert_int_equal((int)(intptr_t)arg, woken);
	woken++;
}

static void on_stop(void *arg)
{
	loop_stop(arg);
}

static void *waker(void *arg)
{
	for (intptr_t i = 0; i < WAKES; i++)
		loop_wake(arg, on_wake, (void *)i);
	loop_wake(arg, on_stop, arg);
	return NULL;
}

static void wakes_from_a_thread_come_all_and_in_order(void **state)
{
	pthread_t thread;

	woken = 0;
	assert_int_equal(pthread_create(&thread, NULL, waker, *state), 0);
	loop_run(*state);
	pthread_join(thread, NULL);
	assert_int_equal(woken, WAKES);
}

static void stopping_before_running_returns_at_once(void **state)
{
	loop_stop(*state);
	loop_run(*state);
	loop_wake(*state, on_stop, *state);
	loop_run(*state);
	/* One that nobody runs any more is dropped with the loop. */
	loop_wake(*state, on_stop, *state);
}

int main(void)
{
#define with_loop(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		with_loop(timers_fire_in_order_of_their_time),
		with_loop(equal_times_fire_first_come_first_served),
		with_loop(a_timer_of_no_delay_waits_for_the_next_turn),
		with_loop(rearming_with_no_delay_does_not_hog_a_turn),
		with_loop(real_time_passes_before_a_timer_fires),
		with_loop(soon_runs_once_right_after_the_callback),
		with_loop(soon_again_lets_descriptors_through_and_never_waits),
		with_loop(a_callback_may_free_its_timer_and_one_that_waits),
		with_loop(descriptors_are_watched_for_what_is_asked),
		with_loop(signals_arrive_on_the_loop),
		with_loop(wakes_from_a_thread_come_all_and_in_order),
		with_loop(stopping_before_running_returns_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
