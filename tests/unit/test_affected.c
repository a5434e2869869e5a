/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/affected.h"
#include "controller/obj.h"
#include "controller/store.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* A store whose changes are put to `affected`, and the sets it named. */
struct lab {
	struct store *store;
	uint64_t version;
	char heard[256];
};

static void on_set(const struct obj_set *set, int32_t after_s, void *arg)
{
	struct lab *lab = arg;
	size_t len = strlen(lab->heard);

	snprintf(lab->heard + len, sizeof(lab->heard) - len, "%s%s",
		 len ? " " : "", istr_text(set->obj.name));
	len = strlen(lab->heard);
	if (after_s > 0)
		snprintf(lab->heard + len, sizeof(lab->heard) - len, "+%d",
			 (int)after_s);
}

static void on_pod(const struct obj *was, const struct obj *is, void *arg)
{
	struct lab *lab = arg;

	affected_by_pod(lab->store, was, is, on_set, lab);
}

static void on_claim(const struct obj *was, const struct obj *is, void *arg)
{
	struct lab *lab = arg;

	affected_by_claim(lab->store, was, is, on_set, lab);
}

static void put(struct lab *lab, enum obj_kind kind, const char *name,
		const char *rest)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":"
		"\"%s-uid\",\"resourceVersion\":\"%d\"%s}",
		name, name, (int)++lab->version, rest);
	struct json *json = NULL;

	lab->heard[0] = '\0';
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	store_put(lab->store, kind, json);
	json_free(json);
}

static void del(struct lab *lab, enum obj_kind kind, const char *name)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"namespace\":\"ns\",\"uid\":"
		"\"%s-uid\",\"resourceVersion\":\"%d\"}}",
		name, name, (int)++lab->version);
	struct json *json = NULL;

	lab->heard[0] = '\0';
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	store_delete(lab->store, kind, json);
	json_free(json);
}

static void put_set(struct lab *lab, const char *name, const char *app,
		    int min_ready_s)
{
	scope_free char *rest =
		mem_printf("},\"spec\":{\"minReadySeconds\":%d,\"selector\":"
			   "{\"matchLabels\":{\"app\":\"%s\"}}}",
			   min_ready_s, app);

	put(lab, OBJ_SET, name, rest);
}

#define OWNER(name, uid)                                                       \
	",\"ownerReferences\":[{\"kind\":\"StatefulSet\",\"name\":\"" name     \
	"\",\"uid\":\"" uid "\",\"controller\":true}]"
#define POD_OWNER(name, uid)                                                   \
	",\"ownerReferences\":[{\"kind\":\"Pod\",\"name\":\"" name             \
	"\",\"uid\":\"" uid "\",\"controller\":true}]"
#define LABEL(app) ",\"labels\":{\"app\":\"" app "\"}"
#define READY                                                                  \
	"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":"        \
	"\"True\"}]}"
#define LEAVING ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\""

static int setup(void **state)
{
	struct lab *lab = mem_zalloc(sizeof(*lab));

	lab->store = store_new();
	store_subscribe(lab->store, OBJ_POD, on_pod, lab);
	store_subscribe(lab->store, OBJ_CLAIM, on_claim, lab);
	put_set(lab, "web", "web", 0);
	put_set(lab, "twin", "web", 0);
	put_set(lab, "slow", "slow", 30);
	*state = lab;
	return 0;
}

static int teardown(void **state)
{
	struct lab *lab = *state;

	store_free(lab->store);
	free(lab);
	return 0;
}

static void a_new_pod_wakes_its_owner_alone(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_POD, "web-0", OWNER("web", "web-uid") LABEL("web") "}");
	assert_string_equal(lab->heard, "web");
	put(lab, OBJ_POD, "web-1", OWNER("web", "old-uid") LABEL("web") "}");
	assert_string_equal(lab->heard, "");
	put(lab, OBJ_POD, "web-2",
	    LEAVING OWNER("web", "web-uid") LABEL("web") "}");
	assert_string_equal(lab->heard, "web");
}

static void an_orphan_wakes_every_set_it_fits(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_POD, "x", LABEL("none") "}");
	assert_string_equal(lab->heard, "");
	put(lab, OBJ_POD, "y", LABEL("web") "}");
	assert_true(strcmp(lab->heard, "web twin") == 0 ||
		    strcmp(lab->heard, "twin web") == 0);
	/* Changed elsewhere than in labels or owner: nobody. */
	put(lab, OBJ_POD, "y", LABEL("web") READY);
	assert_string_equal(lab->heard, "");
	put(lab, OBJ_POD, "y", LABEL("slow") "}");
	assert_string_equal(lab->heard, "slow");
}

static void a_change_of_owner_wakes_both(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_POD, "web-0", OWNER("web", "web-uid") "}");
	put(lab, OBJ_POD, "web-0", OWNER("twin", "twin-uid") "}");
	assert_string_equal(lab->heard, "web twin");
	put(lab, OBJ_POD, "web-0", "}");
	assert_string_equal(lab->heard, "twin");
}

static void getting_ready_wakes_again_when_available(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_POD, "slow-0", OWNER("slow", "slow-uid") "}");
	assert_string_equal(lab->heard, "slow");
	put(lab, OBJ_POD, "slow-0", OWNER("slow", "slow-uid") READY);
	assert_string_equal(lab->heard, "slow slow+30");
}

static void
a_pod_that_is_gone_wakes_its_owner_or_the_set_of_its_name(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_POD, "web-0", OWNER("web", "web-uid") "}");
	del(lab, OBJ_POD, "web-0");
	assert_string_equal(lab->heard, "web");
	put(lab, OBJ_POD, "web-1", LABEL("other") "}");
	del(lab, OBJ_POD, "web-1");
	assert_string_equal(lab->heard, "web");
	put(lab, OBJ_POD, "other-1", LABEL("web") "}");
	del(lab, OBJ_POD, "other-1");
	assert_string_equal(lab->heard, "");
}

static void a_claims_end_wakes_the_set_that_waits_for_it(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_CLAIM, "my-data-web-0", "}");
	assert_string_equal(lab->heard, "");
	put(lab, OBJ_CLAIM, "my-data-web-0", LEAVING "}");
	assert_string_equal(lab->heard, "web");
	del(lab, OBJ_CLAIM, "my-data-web-0");
	assert_string_equal(lab->heard, "web");
	put(lab, OBJ_CLAIM, "my-data-web-0", "}");
	put(lab, OBJ_POD, "web-0", OWNER("web", "web-uid") "}");
	del(lab, OBJ_CLAIM, "my-data-web-0");
	assert_string_equal(lab->heard, "");
}

static void a_claim_that_went_with_its_pod_wakes_nobody(void **state)
{
	struct lab *lab = *state;

	put(lab, OBJ_CLAIM, "my-data-web-0", POD_OWNER("web-0", "u") "}");
	put(lab, OBJ_CLAIM, "my-data-web-0",
	    POD_OWNER("web-0", "u") LEAVING "}");
	assert_string_equal(lab->heard, "");
	del(lab, OBJ_CLAIM, "my-data-web-0");
	assert_string_equal(lab->heard, "");
}

#define with_lab(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_lab(a_new_pod_wakes_its_owner_alone),
		with_lab(an_orphan_wakes_every_set_it_fits),
		with_lab(a_change_of_owner_wakes_both),
		with_lab(getting_ready_wakes_again_when_available),
		with_lab(
			a_pod_that_is_gone_wakes_its_owner_or_the_set_of_its_name),
		with_lab(a_claims_end_wakes_the_set_that_waits_for_it),
		with_lab(a_claim_that_went_with_its_pod_wakes_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
