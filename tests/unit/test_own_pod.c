/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/own_pod.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/cm.h"

static void write_file(char path[], const char *text)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void expect(const char *ns, const char *text, const char *want)
{
	char path[] = "own_pod.XXXXXX";
	struct own_pod pod;

	write_file(path, text);
	own_pod_read(&pod, ns, NULL, path);
	unlink(path);
	if (want == NULL)
		assert_null(pod.ns);
	else
		assert_string_equal(pod.ns, want);
	assert_int_equal(pod.n, 0);
	own_pod_fini(&pod);
}

static void the_variable_comes_before_the_file(void **state)
{
	(void)state;
	expect("infra", "kube-system", "infra");
	expect(NULL, "kube-system", "kube-system");
	expect("", "kube-system\n", "kube-system");
	expect(NULL, "", NULL);
	expect(NULL,
	       "much-longer-than-a-namespace-can-be-as-it-has-to-be-one-label-"
	       "x",
	       "much-longer-than-a-namespace-can-be-as-it-has-to-be-one-label-"
	       "x");
	expect(NULL,
	       "much-longer-than-a-namespace-can-be-as-it-has-to-be-one-label-"
	       "xy",
	       NULL);
}

static void outside_of_a_pod_there_is_neither(void **state)
{
	struct own_pod pod;

	(void)state;
	own_pod_read(&pod, NULL, NULL, "/nonexistent/namespace");
	assert_null(pod.ns);
	assert_int_equal(pod.n, 0);
	own_pod_fini(&pod);
}

static void addresses_of_both_families_are_read(void **state)
{
	static const uint8_t v4[] = {10, 1, 2, 3};
	struct own_pod pod;

	(void)state;
	own_pod_read(&pod, "d", "10.1.2.3,fd00::1, nonsense,", "/nonexistent");
	assert_int_equal(pod.n, 2);
	assert_int_equal(pod.addrs[0].len, 4);
	assert_memory_equal(pod.addrs[0].octets, v4, 4);
	assert_int_equal(pod.addrs[1].len, 16);
	assert_int_equal(pod.addrs[1].octets[15], 1);
	own_pod_fini(&pod);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_variable_comes_before_the_file),
		cmocka_unit_test(outside_of_a_pod_there_is_neither),
		cmocka_unit_test(addresses_of_both_families_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
