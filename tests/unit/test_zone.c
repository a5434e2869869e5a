/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dnsd/zone.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"
#include "tests/unit/zone_lab.h"

static void a_name_is_found_in_its_zone(void **state)
{
	struct zone_slot *slot = lab_slot("cluster.local.", NULL);

	(void)state;
	lab_put_a(slot, "web-0.nginx.default.svc.cluster.local.", 1);
	assert_int_equal(lab_find(slot, "web-0.nginx.default.svc.cluster.local."),
			 ZONE_FOUND);
	assert_int_equal(lab_find(slot, "nginx.default.svc.cluster.local."),
			 ZONE_EMPTY);
	assert_int_equal(lab_find(slot, "nginx2.default.svc.cluster.local."),
			 ZONE_MISSING);
	assert_int_equal(lab_find(slot, "x.web-0.nginx.default.svc.cluster.local."),
			 ZONE_MISSING);
	assert_int_equal(lab_find(slot, "local."), ZONE_OUTSIDE);
	assert_int_equal(lab_find(slot, "xcluster.local."), ZONE_OUTSIDE);
	assert_int_equal(lab_find(slot, "cluster.local."), ZONE_FOUND);
	zone_slot_free(slot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_found_in_its_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
