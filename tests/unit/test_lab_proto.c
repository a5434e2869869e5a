/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/cm.h"

#include <stdlib.h>
#include <string.h>

#include "lab/proto.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* What kubectl 1.32 sends for create configmap x --from-literal=a=b. */
static const char config_map[] =
	"k8s\0\n\017\n\002v1\022\tConfigMap\022\033\n\021\n\001x\022\0\032\0"
	"\"\0*\0002\0008\0B\0\022\006\n\001a\022\001b";

static void assert_reads(const char *data, size_t len, const char *want)
{
	scope_json struct json *object = NULL;
	scope_free char *text = NULL;
	struct err err = {0};

	if (proto_read(data, len, &object, &err) != 0)
		fail_msg("%s", err_msg(&err));
	text = json_print(object);
	assert_string_equal(text, want);
}

static int read_code(const char *data, size_t len)
{
	struct json *object = NULL;
	struct err err = {0};
	int rc = proto_read(data, len, &object, &err);

	json_free(object);
	return rc;
}

static void a_config_map_of_kubectl_is_read(void **state)
{
	(void)state;
	assert_reads(config_map, sizeof(config_map) - 1,
		     "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\","
		     "\"metadata\":{\"name\":\"x\"},\"data\":{\"a\":\"b\"}}");
}

static void bytes_numbers_and_either_are_read(void **state)
{
	static const char secret[] = "k8s\0\n\014\n\002v1\022\006Secret\022\015"
				     "\022\007\n\001k\022\002hi\032\0(\001";
	static const char service[] =
		"k8s\0\n\015\n\002v1\022\007Service\022\026\022\024\n\011"
		"\030P\"\005\010\001\032\001w\032\004None\202\001\0";

	(void)state;
	assert_reads(secret, sizeof(secret) - 1,
		     "{\"kind\":\"Secret\",\"apiVersion\":\"v1\","
		     "\"data\":{\"k\":\"aGk=\"},\"immutable\":true}");
	assert_reads(service, sizeof(service) - 1,
		     "{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"spec\":{"
		     "\"ports\":[{\"port\":80,\"targetPort\":\"w\"}],"
		     "\"clusterIP\":\"None\"}}");
}

static void other_kinds_and_other_bytes_are_refused(void **state)
{
	static const char pod[] = "k8s\0\n\011\n\002v1\022\003Pod";

	(void)state;
	assert_int_equal(read_code(pod, sizeof(pod) - 1), ST_EINVAL);
	assert_int_equal(read_code("{}", 2), ST_EPARSE);
	assert_int_equal(read_code("k8s\0", 4), ST_EPARSE);
	assert_int_equal(read_code("", 0), ST_EPARSE);
}

/* Each beginning of a good body is refused or read, and nothing else. */
static void cut_bodies_do_no_harm(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(config_map) - 1; len++) {
		char *copy = mem_dup(config_map, len);

		(void)read_code(copy, len);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_map_of_kubectl_is_read),
		cmocka_unit_test(bytes_numbers_and_either_are_read),
		cmocka_unit_test(other_kinds_and_other_bytes_are_refused),
		cmocka_unit_test(cut_bodies_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
