/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "controller/index.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "statefuld/json.h"
#include "statefuld/log.h"

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	return json;
}

static void put(struct store *store, enum obj_kind kind, const char *text)
{
	scope_json struct json *json = parse(text);

	store_put(store, kind, json);
}

static void del(struct store *store, enum obj_kind kind, const char *text)
{
	scope_json struct json *json = parse(text);

	store_delete(store, kind, json);
}

struct heard {
	int added, changed, gone, synced;
	char last[64];
};

static void on_change(const struct obj *was, const struct obj *is, void *arg)
{
	struct heard *heard = arg;

	heard->added += !was;
	heard->gone += !is;
	heard->changed += was && is;
	snprintf(heard->last, sizeof(heard->last), "%s",
		 istr_text((is ? is : was)->name));
}

static void on_synced(enum obj_kind kind, void *arg)
{
	struct heard *heard = arg;

	(void)kind;
	heard->synced++;
}

static bool count(const struct obj *obj, void *arg)
{
	int *n = arg;

	(void)obj;
	(*n)++;
	return true;
}

static bool first_only(const struct obj *obj, void *arg)
{
	count(obj, arg);
	return false;
}

#define POD(name, uid, version)                                                \
	"{\"metadata\":{\"namespace\":\"d\",\"name\":\"" name                  \
	"\",\"uid\":\"" uid "\",\"resourceVersion\":\"" version "\"}}"

static void changes_are_told_once(void **state)
{
	struct store *store = store_new();
	struct heard heard = {0};

	(void)state;
	store_subscribe(store, OBJ_POD, on_change, &heard);
	put(store, OBJ_POD, POD("a", "1", "5"));
	put(store, OBJ_POD, POD("a", "1", "5"));
	assert_int_equal(heard.added, 1);
	put(store, OBJ_POD, POD("a", "1", "6"));
	assert_int_equal(heard.changed, 1);
	assert_string_equal(
		istr_text(store_get(store, OBJ_POD, "d", "a")->version), "6");
	del(store, OBJ_POD, POD("a", "1", "7"));
	del(store, OBJ_POD, POD("a", "1", "7"));
	assert_int_equal(heard.gone, 1);
	assert_null(store_get(store, OBJ_POD, "d", "a"));
	assert_int_equal(store_count(store, OBJ_POD), 0);
	store_free(store);
}

static void an_older_version_never_rolls_back(void **state)
{
	struct store *store = store_new();
	struct heard heard = {0};

	(void)state;
	put(store, OBJ_POD, POD("a", "1", "100"));
	store_subscribe(store, OBJ_POD, on_change, &heard);
	put(store, OBJ_POD, POD("a", "1", "99"));
	put(store, OBJ_POD, POD("a", "0", "99"));
	del(store, OBJ_POD, POD("a", "0", "99"));
	assert_int_equal(heard.changed + heard.gone, 0);
	put(store, OBJ_POD, POD("a", "1", "1000"));
	put(store, OBJ_POD, POD("a", "1", "opaque"));
	assert_int_equal(heard.changed, 2);
	store_free(store);
}

static void a_new_uid_is_told_as_gone_and_come(void **state)
{
	struct store *store = store_new();
	struct heard heard = {0};

	(void)state;
	put(store, OBJ_POD, POD("a", "1", "1"));
	store_subscribe(store, OBJ_POD, on_change, &heard);
	put(store, OBJ_POD, POD("a", "2", "2"));
	assert_int_equal(heard.gone, 1);
	assert_int_equal(heard.added, 1);
	assert_int_equal(heard.changed, 0);
	assert_int_equal(store_count(store, OBJ_POD), 1);
	store_free(store);
}

static void a_list_removes_what_it_did_not_show(void **state)
{
	struct store *store = store_new();
	struct heard heard = {0};

	(void)state;
	store_on_synced(store, on_synced, &heard);
	put(store, OBJ_POD, POD("a", "1", "1"));
	put(store, OBJ_POD, POD("b", "2", "2"));
	store_subscribe(store, OBJ_POD, on_change, &heard);
	store_list_begin(store, OBJ_POD);
	put(store, OBJ_POD, POD("a", "1", "1"));
	put(store, OBJ_POD, POD("c", "3", "3"));
	assert_false(store_is_synced(store, OBJ_POD));
	store_list_end(store, OBJ_POD);
	assert_true(store_is_synced(store, OBJ_POD));
	assert_int_equal(heard.gone, 1);
	assert_string_equal(heard.last, "b");
	assert_int_equal(store_count(store, OBJ_POD), 2);
	store_list_begin(store, OBJ_POD);
	store_list_end(store, OBJ_POD);
	assert_int_equal(store_count(store, OBJ_POD), 0);
	store_set_missing(store, OBJ_SET);
	store_set_missing(store, OBJ_SET);
	assert_int_equal(heard.synced, 2);
	store_free(store);
}

static void an_aborted_list_changes_nothing(void **state)
{
	struct store *store = store_new();

	(void)state;
	put(store, OBJ_POD, POD("a", "1", "1"));
	store_list_begin(store, OBJ_POD);
	store_list_abort(store, OBJ_POD);
	store_list_end(store, OBJ_POD);
	assert_int_equal(store_count(store, OBJ_POD), 1);
	assert_false(store_is_synced(store, OBJ_POD));
	store_list_begin(store, OBJ_POD);
	store_list_end(store, OBJ_POD);
	assert_int_equal(store_count(store, OBJ_POD), 0);
	store_free(store);
}

static void marks_that_come_round_do_not_hide_a_gone_object(void **state)
{
	struct store *store = store_new();

	(void)state;
	put(store, OBJ_POD, POD("a", "1", "1"));
	for (int i = 0; i < UINT16_MAX; i++) {
		store_list_begin(store, OBJ_POD);
		store_list_abort(store, OBJ_POD);
	}
	store_list_begin(store, OBJ_POD);
	store_list_end(store, OBJ_POD);
	assert_int_equal(store_count(store, OBJ_POD), 0);
	store_free(store);
}

static void what_is_newer_than_an_old_list_stays(void **state)
{
	struct store *store = store_new();

	(void)state;
	put(store, OBJ_POD, POD("old", "1", "9"));
	put(store, OBJ_POD, POD("new", "2", "11"));
	store_list_begin(store, OBJ_POD);
	store_list_end_at(store, OBJ_POD, "10");
	assert_null(store_get(store, OBJ_POD, "d", "old"));
	assert_non_null(store_get(store, OBJ_POD, "d", "new"));
	store_free(store);
}

static void count_line(enum log_level level, const char *line, void *arg)
{
	int *n = arg;

	(void)level;
	(void)line;
	(*n)++;
}

static void what_cannot_be_read_is_logged_once_and_left_out(void **state)
{
	static const char bad[] = "{\"metadata\":{\"name\":\"a\",\"uid\":\"1\""
				  ",\"resourceVersion\":\"3\"}}";
	struct store *store = store_new();
	int lines = 0;

	(void)state;
	log_set_sink(count_line, &lines);
	put(store, OBJ_POD, bad);
	put(store, OBJ_POD, bad);
	put(store, OBJ_POD, "7");
	put(store, OBJ_POD, POD("a", "1", "1"));
	log_set_sink(NULL, NULL);
	assert_int_equal(lines, 2);
	assert_int_equal(store_count(store, OBJ_POD), 1);
	store_free(store);
}

/* The model: pods p0...pN-1 in two namespaces, with labels app and own, owner
 * and address chosen by chance; slices and Services likewise. */
enum { MODEL_N = 24 };
struct model {
	bool is_there[MODEL_N], is_seen[MODEL_N];
	int app[MODEL_N], owner[MODEL_N], addr[MODEL_N], version[MODEL_N];
};

static const char *model_ns(int i)
{
	return i % 2 ? "odd" : "even";
}

static void model_text(const struct model *model, int i, char *text,
		       size_t size)
{
	char owner[128] = "";

	if (model->owner[i] > 0)
		snprintf(owner, sizeof(owner),
			 ",\"ownerReferences\":[{\"kind\":\"K\",\"name\":\"n\","
			 "\"uid\":\"o%d\",\"controller\":true}]",
			 model->owner[i]);
	snprintf(text, size,
		 "{\"metadata\":{\"namespace\":\"%s\",\"name\":\"p%d\","
		 "\"uid\":\"u%d\",\"resourceVersion\":\"%d\",\"labels\":"
		 "{\"app\":\"a%d\",\"own\":\"p%d\"}%s},\"status\":{\"podIP\":"
		 "\"10.0.0.%d\"}}",
		 model_ns(i), i, i, model->version[i], model->app[i], i, owner,
		 model->addr[i]);
}

static int tally_in(const struct model *model, const char *ns, int app,
		    int owner, int addr)
{
	int n = 0;

	for (int i = 0; i < MODEL_N; i++)
		n += model->is_there[i] &&
		     (!ns || strcmp(ns, model_ns(i)) == 0) &&
		     (app < 0 || model->app[i] == app) &&
		     (owner < 0 || model->owner[i] == owner) &&
		     (addr < 0 || model->addr[i] == addr);
	return n;
}

static void check_selected(const struct store *store, const struct model *model,
			   const char *ns, int app, int own)
{
	char app_text[16], own_text[16];
	struct obj_label want[2];
	size_t n_want = 0;
	int n = 0, expected = 0;

	snprintf(app_text, sizeof(app_text), "a%d", app);
	snprintf(own_text, sizeof(own_text), "p%d", own);
	if (app >= 0)
		want[n_want++] =
			(struct obj_label){istr_get("app"), istr_get(app_text)};
	if (own >= 0)
		want[n_want++] =
			(struct obj_label){istr_get("own"), istr_get(own_text)};
	for (int i = 0; i < MODEL_N; i++)
		expected += model->is_there[i] &&
			    strcmp(ns, model_ns(i)) == 0 &&
			    (app < 0 || model->app[i] == app) &&
			    (own < 0 || i == own);
	store_each_selected(store, ns, want, n_want, count, &n);
	assert_int_equal(n, expected);
	for (size_t i = 0; i < n_want; i++) {
		istr_drop(want[i].key);
		istr_drop(want[i].value);
	}
}

static void check_model(const struct store *store, const struct model *model)
{
	static const char *const namespaces[] = {"even", "odd", "none"};
	int n;

	assert_int_equal(store_count(store, OBJ_POD),
			 tally_in(model, NULL, -1, -1, -1));
	n = 0;
	store_each(store, OBJ_POD, count, &n);
	assert_int_equal(n, tally_in(model, NULL, -1, -1, -1));
	for (int k = 0; k < 3; k++) {
		n = 0;
		store_each_in(store, OBJ_POD, namespaces[k], count, &n);
		assert_int_equal(n, tally_in(model, namespaces[k], -1, -1, -1));
		n = 0;
		store_each_orphan(store, OBJ_POD, namespaces[k], count, &n);
		assert_int_equal(n, tally_in(model, namespaces[k], -1, 0, -1));
		for (int app = 0; app < 4; app++)
			check_selected(store, model, namespaces[k], app, -1);
		check_selected(store, model, namespaces[k], -1, 3 + k);
		check_selected(store, model, namespaces[k], 1, 4 + k);
	}
	for (int k = 1; k < 4; k++) {
		char uid[16];
		struct addr addr = {4, {10, 0, 0, (uint8_t)k}};

		snprintf(uid, sizeof(uid), "o%d", k);
		n = 0;
		store_each_owned(store, OBJ_POD, uid, count, &n);
		assert_int_equal(n, tally_in(model, NULL, -1, k, -1));
		n = 0;
		store_each_addr(store, OBJ_POD, &addr, count, &n);
		assert_int_equal(n, tally_in(model, NULL, -1, -1, k));
	}
	for (int i = 0; i < MODEL_N; i++) {
		char name[16];

		snprintf(name, sizeof(name), "p%d", i);
		assert_int_equal(store_get(store, OBJ_POD, model_ns(i), name) !=
					 NULL,
				 model->is_there[i]);
	}
}

static void model_put(struct store *store, struct model *model, int i,
		      int version)
{
	char text[512];

	model->app[i] = rand() % 4;
	model->owner[i] = rand() % 4;
	model->addr[i] = rand() % 5;
	model->version[i] = version;
	model->is_there[i] = model->is_seen[i] = true;
	model_text(model, i, text, sizeof(text));
	put(store, OBJ_POD, text);
}

static void model_step(struct store *store, struct model *model, int version,
		       bool *is_listing)
{
	int i = rand() % MODEL_N;
	char text[512];

	switch (rand() % 8) {
	case 0:
	case 1:
		model->version[i] = version;
		model_text(model, i, text, sizeof(text));
		del(store, OBJ_POD, text);
		model->is_there[i] = false;
		break;
	case 2:
		if (*is_listing && rand() % 2) {
			store_list_end(store, OBJ_POD);
			for (int k = 0; k < MODEL_N; k++)
				model->is_there[k] &= model->is_seen[k];
		} else if (*is_listing) {
			store_list_abort(store, OBJ_POD);
		} else {
			store_list_begin(store, OBJ_POD);
			memset(model->is_seen, 0, sizeof(model->is_seen));
		}
		*is_listing = !*is_listing;
		break;
	default:
		model_put(store, model, i, version);
	}
}

#define SVC(name, version, selector)                                           \
	"{\"metadata\":{\"namespace\":\"d\",\"name\":\"" name                  \
	"\",\"uid\":\"" name "\",\"resourceVersion\":\"" version               \
	"\"},\"spec\":{\"clusterIP\":\"None\",\"selector\":" selector "}}"

static void ask_for_labels(struct store *store, int n)
{
	char text[256];

	for (int i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
			 "{\"metadata\":{\"namespace\":\"x\",\"name\":"
			 "\"s%d\"},\"spec\":{\"clusterIP\":\"None\","
			 "\"selector\":{\"%s%d\":\"v\"}}}",
			 i, "key", i);
		put(store, OBJ_SERVICE, text);
	}
}

/* Which labels Services ask for changes how pods are found, not which: none,
 * one, both, or so many that all are filed. */
static void the_store_agrees_with_a_naive_model(void **state)
{
	struct store *store = store_new();
	struct model model = {0};
	bool is_listing = false;

	(void)state;
	srand(7);
	for (int step = 1; step < 4000; step++) {
		if (step == 1000)
			put(store, OBJ_SERVICE,
			    SVC("one", "1", "{\"app\":\"a1\"}"));
		if (step == 2000)
			put(store, OBJ_SERVICE,
			    SVC("two", "1", "{\"own\":\"p1\"}"));
		model_step(store, &model, step, &is_listing);
		check_model(store, &model);
	}
	store_free(store);
	assert_int_equal(istr_count(), 0);
}

static void more_labels_than_can_be_told_apart_are_all_filed(void **state)
{
	struct store *store = store_new();
	struct model model = {0};
	bool is_listing = false;

	(void)state;
	srand(8);
	for (int step = 1; step < 900; step++) {
		if (step == 300)
			ask_for_labels(store, 100);
		model_step(store, &model, step, &is_listing);
		check_model(store, &model);
	}
	store_free(store);
	assert_int_equal(istr_count(), 0);
}

static void what_is_omitted_is_not_found(void **state)
{
	struct store *store = store_new();
	struct model model = {0};
	struct addr addr = {4, {10, 0, 0, 1}};
	int n = 0;

	(void)state;
	store_omit(store, STORE_OMIT_OWNERS | STORE_OMIT_ADDRS);
	for (int i = 0; i < MODEL_N; i++)
		model_put(store, &model, i, i + 1);
	store_each_owned(store, OBJ_POD, "o1", count, &n);
	store_each_orphan(store, OBJ_POD, "odd", count, &n);
	store_each_addr(store, OBJ_POD, &addr, count, &n);
	assert_int_equal(n, 0);
	store_each_in(store, OBJ_POD, "odd", count, &n);
	assert_int_equal(n, MODEL_N / 2);
	store_free(store);
}

static int selecting(const struct store *store, const char *ns,
		     const char *labels)
{
	char text[256];
	scope_json struct json *json = NULL;
	struct obj *pod = NULL;
	int n = 0;

	snprintf(text, sizeof(text),
		 "{\"metadata\":{\"namespace\":\"%s\",\"name\":\"p\","
		 "\"labels\":%s}}",
		 ns, labels);
	json = parse(text);
	assert_int_equal(obj_decode(OBJ_POD, json, &pod, NULL), 0);
	store_each_selecting(store, pod, count, &n);
	obj_free(pod);
	return n;
}

static void services_are_found_from_a_pods_labels(void **state)
{
	struct store *store = store_new();

	(void)state;
	put(store, OBJ_SERVICE, SVC("one", "1", "{\"a\":\"1\"}"));
	put(store, OBJ_SERVICE, SVC("two", "2", "{\"a\":\"1\",\"b\":\"2\"}"));
	put(store, OBJ_SERVICE, SVC("own", "3", "{\"n\":\"p\"}"));
	put(store, OBJ_SERVICE, SVC("none", "4", "null"));
	assert_int_equal(selecting(store, "d", "{\"a\":\"1\"}"), 1);
	assert_int_equal(selecting(store, "d", "{\"a\":\"1\",\"b\":\"2\"}"), 2);
	assert_int_equal(selecting(store, "d", "{\"b\":\"2\"}"), 0);
	assert_int_equal(selecting(store, "d", "{\"n\":\"p\"}"), 1);
	assert_int_equal(selecting(store, "e", "{\"a\":\"1\"}"), 0);
	put(store, OBJ_SERVICE, SVC("two", "5", "{\"b\":\"2\"}"));
	assert_int_equal(selecting(store, "d", "{\"b\":\"2\"}"), 1);
	del(store, OBJ_SERVICE, SVC("two", "6", "null"));
	assert_int_equal(selecting(store, "d", "{\"b\":\"2\"}"), 0);
	store_free(store);
}

#define SLICE(name, service)                                                   \
	"{\"metadata\":{\"namespace\":\"d\",\"name\":\"" name                  \
	"\",\"labels\":{\"kubernetes.io/service-name\":\"" service             \
	"\"}},\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":"         \
	"[\"10.0.0.1\",\"10.0.0.2\",\"10.0.0.1\"]}]}"

static void slices_are_found_by_service_and_address(void **state)
{
	struct store *store = store_new();
	struct addr addr = {4, {10, 0, 0, 1}};
	int n = 0;

	(void)state;
	put(store, OBJ_SLICE, SLICE("x", "web"));
	put(store, OBJ_SLICE, SLICE("y", "web"));
	put(store, OBJ_SLICE, SLICE("z", "db"));
	store_each_slice(store, "d", "web", count, &n);
	assert_int_equal(n, 2);
	n = 0;
	store_each_addr(store, OBJ_SLICE, &addr, count, &n);
	assert_int_equal(n, 3);
	n = 0;
	store_each_addr(store, OBJ_SLICE, &addr, first_only, &n);
	assert_int_equal(n, 1);
	del(store, OBJ_SLICE, SLICE("y", "web"));
	n = 0;
	store_each_slice(store, "d", "web", count, &n);
	assert_int_equal(n, 1);
	store_free(store);
}

static void the_index_agrees_with_a_naive_model(void **state)
{
	enum { HASHES = 40, IDS = 12 };
	static int filed[HASHES][IDS];
	struct index index;
	const uint32_t *ids;
	uint32_t n;

	(void)state;
	index_init(&index);
	srand(11);
	for (int step = 0; step < 30000; step++) {
		uint32_t hash = (uint32_t)rand() % HASHES;
		uint32_t id = (uint32_t)rand() % IDS;
		uint32_t real = hash * UINT32_C(0x10000001);

		if (filed[hash][id])
			index_remove(&index, real, id);
		else
			index_add(&index, real, id);
		filed[hash][id] ^= 1;
		ids = index_get(&index, real, &n);
		for (uint32_t i = 0; i < IDS; i++) {
			int found = 0;

			for (uint32_t k = 0; k < n; k++)
				found += ids[k] == i;
			assert_int_equal(found, filed[hash][i]);
		}
	}
	assert_true(index_bytes(&index) > 0);
	index_fini(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_told_once),
		cmocka_unit_test(an_older_version_never_rolls_back),
		cmocka_unit_test(a_new_uid_is_told_as_gone_and_come),
		cmocka_unit_test(a_list_removes_what_it_did_not_show),
		cmocka_unit_test(an_aborted_list_changes_nothing),
		cmocka_unit_test(
			marks_that_come_round_do_not_hide_a_gone_object),
		cmocka_unit_test(what_is_newer_than_an_old_list_stays),
		cmocka_unit_test(
			what_cannot_be_read_is_logged_once_and_left_out),
		cmocka_unit_test(the_index_agrees_with_a_naive_model),
		cmocka_unit_test(the_store_agrees_with_a_naive_model),
		cmocka_unit_test(
			more_labels_than_can_be_told_apart_are_all_filed),
		cmocka_unit_test(what_is_omitted_is_not_found),
		cmocka_unit_test(services_are_found_from_a_pods_labels),
		cmocka_unit_test(slices_are_found_by_service_and_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
