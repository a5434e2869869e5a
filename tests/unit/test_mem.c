/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/mem.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/cm.h"

static void nothing_is_still_something(void **state)
{
	(void)state;
	scope_free void *a = mem_alloc(0);
	scope_free void *b = mem_zalloc(0);
	scope_free void *c = mem_calloc(0, 8);
	scope_free void *d = mem_realloc(NULL, 0, 8);
	scope_free void *e = mem_dup(NULL, 0);
	scope_free char *f = mem_strndup(NULL, 0);
	assert_true(a && b && c && d && e);
	assert_string_equal(f, "");
}

static void copies_are_equal_and_apart(void **state)
{
	char text[] = "hello";

	(void)state;
	assert_null(mem_strdup(NULL));
	scope_free char *a = mem_strdup(text);
	scope_free char *b = mem_strndup(text, 3);
	scope_free char *c = mem_dup(text, sizeof(text));
	scope_free char *d = mem_printf("%s-%d", text, 7);
	text[0] = 'J';
	assert_string_equal(a, "hello");
	assert_string_equal(b, "hel");
	assert_string_equal(c, "hello");
	assert_string_equal(d, "hello-7");
}

static void fresh_memory_is_zero(void **state)
{
	static const char zeros[64];

	(void)state;
	scope_free char *a = mem_zalloc(64);
	scope_free char *b = mem_calloc(8, 8);
	assert_memory_equal(a, zeros, 64);
	assert_memory_equal(b, zeros, 64);
}

static void a_vector_grows_and_shrinks_and_grows(void **state)
{
	scope_free size_t *items = NULL;
	size_t n = 0;

	(void)state;
	for (; n < 100; n++) {
		mem_grow(items, n);
		items[n] = n;
	}
	for (n = 5; n < 40; n++) {
		mem_grow(items, n);
		items[n] = n * 2;
	}
	for (size_t i = 0; i < 40; i++)
		assert_int_equal(items[i], i < 5 ? i : i * 2);
}

/* Whether fn ends its process with an abort. */
static void assert_aborts(void (*fn)(void))
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void overflow_calloc(void)
{
	free(mem_calloc(SIZE_MAX / 2, 3));
}

static void overflow_realloc(void)
{
	free(mem_realloc(NULL, SIZE_MAX / 8 + 2, 8));
}

static void a_size_that_overflows_aborts(void **state)
{
	(void)state;
	assert_aborts(overflow_calloc);
	assert_aborts(overflow_realloc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_still_something),
		cmocka_unit_test(copies_are_equal_and_apart),
		cmocka_unit_test(fresh_memory_is_zero),
		cmocka_unit_test(a_vector_grows_and_shrinks_and_grows),
		cmocka_unit_test(a_size_that_overflows_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
