/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "controller/istr.h"
#include "controller/obj.h"
#include "controller/pool.h"
#include "controller/selector.h"
#include "statefuld/err.h"
#include "statefuld/json.h"

static struct obj *decode(enum obj_kind kind, const char *text)
{
	scope_json struct json *json = NULL;
	struct obj *obj = NULL;
	struct err err = {0};

	assert_int_equal(json_parse(text, strlen(text), &json, &err), 0);
	assert_int_equal(obj_decode(kind, json, &obj, &err), 0);
	return obj;
}

static int refusal(enum obj_kind kind, const char *text, struct err *err)
{
	scope_json struct json *json = NULL;
	struct obj *obj = NULL;

	assert_int_equal(json_parse(text, strlen(text), &json, err), 0);
	return obj_decode(kind, json, &obj, err);
}

#define assert_istr(s, text) assert_string_equal(istr_text(s), text)

static int nothing_is_interned(void **state)
{
	(void)state;
	return istr_count() == 0 ? 0 : -1;
}

static void interned_text_is_shared_and_counted(void **state)
{
	const struct istr *a = istr_get("web"), *b = istr_get("web");

	(void)state;
	assert_ptr_equal(a, b);
	assert_ptr_equal(istr_find("web"), a);
	assert_null(istr_find("db"));
	istr_drop(a);
	assert_ptr_equal(istr_find("web"), b);
	istr_drop(b);
	assert_null(istr_find("web"));
	assert_int_equal(istr_count(), 0);
}

static void
the_intern_table_survives_thousands_of_comings_and_goings(void **state)
{
	enum { N = 3000 };
	static const struct istr *held[N];
	char text[32];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < N; i++) {
			snprintf(text, sizeof(text), "name-%d", i);
			if (!held[i])
				held[i] = istr_get(text);
		}
		for (int i = 0; i < N; i++) {
			snprintf(text, sizeof(text), "name-%d", i);
			assert_ptr_equal(istr_find(text), held[i]);
			if (i % 3 == round) {
				istr_drop(held[i]);
				held[i] = NULL;
				assert_null(istr_find(text));
			}
		}
	}
	for (int i = 0; i < N; i++) {
		istr_drop(held[i]);
		held[i] = NULL;
	}
	assert_int_equal(istr_count(), 0);
}

static void the_pool_gives_every_block_its_own_place(void **state)
{
	enum { N = 5000 };
	static unsigned char *blocks[N];

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = round; i < N; i += round + 1) {
			size_t size = (size_t)(i % 1500);

			if (blocks[i])
				continue;
			blocks[i] = pool_alloc(size);
			memset(blocks[i], i & 255, size);
		}
		for (int i = 0; i < N; i += 2) {
			pool_free(blocks[i], (size_t)(i % 1500));
			blocks[i] = NULL;
		}
	}
	for (int i = 0; i < N; i++) {
		size_t size = (size_t)(i % 1500);

		for (size_t k = 0; blocks[i] && k < size; k++)
			assert_int_equal(blocks[i][k], i & 255);
		pool_free(blocks[i], size);
		blocks[i] = NULL;
	}
	assert_int_equal(pool_bytes(), 0);
}

static const char pod_text[] =
	"{\"metadata\":{\"name\":\"web-0\",\"namespace\":\"d\",\"uid\":\"u-1\","
	"\"resourceVersion\":\"42\",\"deletionTimestamp\":"
	"\"2026-01-02T03:04:05Z\",\"labels\":{\"pod\":\"web-0\",\"app\":"
	"\"web\"},\"ownerReferences\":[{\"kind\":\"X\",\"name\":\"x\","
	"\"uid\":\"no\"},{\"apiVersion\":\"apps/v1\",\"kind\":\"StatefulSet\","
	"\"name\":\"web\",\"uid\":\"s-1\",\"controller\":true}]},"
	"\"spec\":{\"hostname\":\"web-0\",\"subdomain\":\"nginx\",\"volumes\":"
	"[{\"name\":\"www\",\"persistentVolumeClaim\":{\"claimName\":"
	"\"www-web-0\"}},{\"name\":\"cfg\",\"configMap\":{\"name\":\"c\"}}],"
	"\"containers\":[{\"name\":\"a\",\"ports\":[{\"name\":\"http\","
	"\"containerPort\":8080},{\"containerPort\":9}]}],"
	"\"initContainers\":[{\"ports\":[{\"name\":\"off\","
	"\"containerPort\":1}]},{\"restartPolicy\":\"Always\",\"ports\":"
	"[{\"name\":\"side\",\"containerPort\":15,\"protocol\":\"UDP\"}]}]},"
	"\"status\":{\"phase\":\"Running\",\"podIP\":\"10.0.0.9\",\"podIPs\":"
	"[{\"ip\":\"10.0.0.1\"},{\"ip\":\"fd00::1\"},{\"ip\":\"junk\"}],"
	"\"conditions\":[{\"type\":\"Initialized\",\"status\":\"True\"},"
	"{\"type\":\"Ready\",\"status\":\"True\",\"lastTransitionTime\":"
	"\"1970-01-01T00:01:40Z\"}]}}";

static void a_pod_gives_what_is_used_of_it(void **state)
{
	struct obj *obj = decode(OBJ_POD, pod_text);
	const struct obj_pod *pod = obj_pod(obj);

	(void)state;
	assert_istr(obj->name, "web-0");
	assert_istr(obj->ns, "d");
	assert_istr(obj->uid, "u-1");
	assert_istr(obj->version, "42");
	assert_true(obj->deleting);
	assert_istr(obj->owner->uid, "s-1");
	assert_istr(obj->owner->kind, "StatefulSet");
	assert_int_equal(obj->n_labels, 2);
	assert_istr(obj->labels[0].key, "app");
	assert_ptr_equal(obj_label_get(obj, "pod"), obj->name);
	assert_null(obj_label_get(obj, "none"));
	assert_int_equal(pod->phase, PHASE_RUNNING);
	assert_true(pod->ready && pod->has_ready_time);
	assert_int_equal(pod->ready_since_s, 100);
	assert_istr(pod->subdomain, "nginx");
	assert_int_equal(pod->n_addrs, 2);
	assert_int_equal(pod->addrs[0].len, 4);
	assert_int_equal(pod->addrs[0].octets[3], 1);
	assert_int_equal(pod->addrs[1].len, 16);
	assert_int_equal(pod->n_claims, 1);
	assert_istr(pod->claims[0].key, "www");
	assert_istr(pod->claims[0].value, "www-web-0");
	assert_int_equal(pod->n_ports, 2);
	assert_istr(pod->ports[1].name, "side");
	assert_int_equal(pod->ports[1].proto, PROTO_UDP);
	obj_free(obj);
}

static void a_pod_for_dns_has_neither_owner_nor_claims(void **state)
{
	scope_json struct json *json = NULL;
	struct obj *obj = NULL;

	(void)state;
	assert_int_equal(json_parse(pod_text, strlen(pod_text), &json, NULL),
			 0);
	assert_int_equal(obj_decode_for_dns(OBJ_POD, json, &obj, NULL), 0);
	assert_null(obj->owner->kind);
	assert_int_equal(obj_pod(obj)->n_claims, 0);
	assert_int_equal(obj_pod(obj)->n_ports, 2);
	assert_istr(obj_pod(obj)->ports[0].name, "http");
	obj_free(obj);
}

static void a_set_for_dns_is_its_name_service_and_ordinals(void **state)
{
	static const char text[] =
		"{\"metadata\":{\"name\":\"w\",\"namespace\":\"d\",\"uid\":"
		"\"u\",\"resourceVersion\":\"7\",\"labels\":{\"a\":\"b\"}},"
		"\"spec\":{\"serviceName\":\"s\",\"replicas\":3,\"ordinals\":"
		"{\"start\":2},\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}}";
	scope_json struct json *json = NULL;
	struct obj *obj = NULL;

	(void)state;
	assert_int_equal(json_parse(text, strlen(text), &json, NULL), 0);
	assert_int_equal(obj_decode_for_dns(OBJ_SET, json, &obj, NULL), 0);
	assert_istr(obj->name, "w");
	assert_istr(obj->ns, "d");
	assert_istr(obj->uid, "u");
	assert_istr(obj->version, "7");
	assert_istr(obj_set(obj)->service_name, "s");
	assert_int_equal(obj_set(obj)->replicas, 3);
	assert_int_equal(obj_set(obj)->first_ordinal, 2);
	assert_int_equal(obj->n_labels, 0);
	assert_null(obj_set(obj)->match);
	assert_null(obj_set(obj)->json);
	obj_free(obj);
}

static void a_pod_with_one_address_field_gives_that(void **state)
{
	struct obj *obj = decode(
		OBJ_POD, "{\"metadata\":{\"name\":\"a\",\"namespace\":"
			 "\"d\"},\"status\":{\"podIP\":\"::ffff:1.2.3.4\""
			 ",\"conditions\":null},\"spec\":[1]}");

	(void)state;
	assert_int_equal(obj_pod(obj)->n_addrs, 1);
	assert_int_equal(obj_pod(obj)->addrs[0].len, 4);
	assert_int_equal(obj_pod(obj)->phase, PHASE_NONE);
	assert_istr(obj->uid, "");
	assert_istr(obj->version, "");
	assert_null(obj->owner->kind);
	obj_free(obj);
}

#define META "\"metadata\":{\"name\":\"s\",\"namespace\":\"d\"}"

static void the_kind_of_service_follows_type_and_address(void **state)
{
	static const struct {
		const char *spec;
		enum obj_service_kind type;
		unsigned int n_addrs;
	} rows[] = {
		{"{\"clusterIP\":\"None\"}", SERVICE_HEADLESS, 0},
		{"{\"clusterIPs\":[\"None\"]}", SERVICE_HEADLESS, 0},
		{"{\"clusterIP\":\"10.96.0.1\"}", SERVICE_CLUSTER_IP, 1},
		{"{\"clusterIP\":\"10.96.0.1\",\"clusterIPs\":[\"10.96.0.1\","
		 "\"fd00::1\"]}",
		 SERVICE_CLUSTER_IP, 2},
		{"{\"type\":\"ExternalName\",\"clusterIP\":\"10.96.0.1\","
		 "\"externalName\":\"x.org\"}",
		 SERVICE_EXTERNAL_NAME, 0},
		{"{\"clusterIP\":\"\"}", SERVICE_NONE, 0},
		{"{}", SERVICE_NONE, 0},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++) {
		snprintf(text, sizeof(text), "{" META ",\"spec\":%s}",
			 rows[i].spec);
		struct obj *obj = decode(OBJ_SERVICE, text);

		assert_int_equal(obj_service(obj)->type, rows[i].type);
		assert_int_equal(obj_service(obj)->n_addrs, rows[i].n_addrs);
		obj_free(obj);
	}
}

static void service_ports_and_selector_are_read(void **state)
{
	struct obj *obj = decode(
		OBJ_SERVICE,
		"{" META ",\"spec\":{\"clusterIP\":\"None\",\"selector\":"
		"{\"b\":\"2\",\"a\":\"1\"},\"publishNotReadyAddresses\":true,"
		"\"ipFamilies\":[\"IPv6\"],\"ports\":[{\"port\":80,\"name\":"
		"\"web\",\"targetPort\":\"http\"},{\"port\":53,\"protocol\":"
		"\"UDP\",\"targetPort\":1053},{\"port\":5,\"targetPort\":0},"
		"{\"port\":70000},{\"port\":1,\"protocol\":\"X\"}]}}");
	const struct obj_service *service = obj_service(obj);

	(void)state;
	assert_true(service->has_selector && service->publish_not_ready);
	assert_istr(service->selector[0].key, "a");
	assert_int_equal(service->n_selector, 2);
	assert_true(service->families_v6 && !service->families_v4);
	assert_int_equal(service->n_ports, 3);
	assert_istr(service->ports[0].name, "web");
	assert_istr(service->ports[0].target_name, "http");
	assert_int_equal(service->ports[1].proto, PROTO_UDP);
	assert_int_equal(service->ports[1].target_port, 1053);
	assert_int_equal(service->ports[2].target_port, 5);
	obj_free(obj);
}

static void a_slice_gives_endpoints_of_its_family(void **state)
{
	struct obj *obj = decode(
		OBJ_SLICE,
		"{\"metadata\":{\"name\":\"s-x\",\"namespace\":\"d\",\"uid\":"
		"\"u\",\"labels\":{\"kubernetes.io/service-name\":\"s\","
		"\"endpointslice.kubernetes.io/managed-by\":\"me\"}},"
		"\"addressType\":\"IPv6\",\"endpoints\":[{\"addresses\":"
		"[\"fd00::1\",\"::ffff:1.2.3.4\",\"1.2.3.4\"],\"hostname\":"
		"\"h\",\"targetRef\":{\"kind\":\"Pod\",\"name\":\"p\"}},"
		"{\"addresses\":[\"fd00::2\"],\"conditions\":{\"ready\":"
		"false}}],\"ports\":[{\"name\":\"\",\"port\":80},{\"name\":"
		"\"all\",\"port\":null}]}");
	const struct obj_slice *slice = obj_slice(obj);

	(void)state;
	assert_istr(slice->service, "s");
	assert_istr(slice->managed_by, "me");
	assert_istr(obj->name, "s-x");
	assert_int_equal(slice->n_endpoints, 2);
	assert_int_equal(slice->endpoints[0].n_addrs, 2);
	assert_istr(slice->endpoints[0].hostname, "h");
	assert_istr(slice->endpoints[0].target_pod, "p");
	assert_true(slice->endpoints[0].ready);
	assert_false(slice->endpoints[1].ready);
	assert_int_equal(slice->endpoints[1].addrs[0].octets[15], 2);
	assert_null(slice->ports[0].name);
	assert_true(slice->ports[0].has_port);
	assert_false(slice->ports[1].has_port);
	obj_free(obj);
}

static void sets_claims_and_revisions_are_read(void **state)
{
	struct obj *set = decode(
		OBJ_SET, "{" META ",\"spec\":{\"serviceName\":\"nginx\","
			 "\"minReadySeconds\":7,\"selector\":{\"matchLabels\":"
			 "{\"app\":\"web\"}}}}");
	struct obj *claim = decode(
		OBJ_CLAIM, "{\"metadata\":{\"name\":\"c\",\"namespace\":\"d\","
			   "\"ownerReferences\":[{\"kind\":\"Pod\",\"name\":"
			   "\"web-0\",\"uid\":\"u\"}]}}");
	struct obj *revision =
		decode(OBJ_REVISION,
		       "{\"metadata\":{\"name\":\"r\",\"namespace\":\"d\","
		       "\"creationTimestamp\":\"1970-01-01T00:00:09Z\"},"
		       "\"revision\":3,\"data\":{}}");
	struct obj_label label = {istr_get("app"), istr_get("web")};

	(void)state;
	assert_istr(obj_set(set)->service_name, "nginx");
	assert_int_equal(obj_set(set)->min_ready_s, 7);
	assert_true(selector_matches(obj_set(set)->match, &label, 1));
	assert_int_equal(strlen(obj_set(set)->json), obj_set(set)->json_len);
	assert_int_equal(obj_claim(claim)->n_owners, 1);
	assert_istr(obj_claim(claim)->owners[0].name, "web-0");
	assert_istr(obj_claim(claim)->owners[0].api_version, "");
	assert_null(claim->owner->kind);
	assert_int_equal(obj_revision(revision)->revision, 3);
	assert_int_equal(obj_revision(revision)->created_s, 9);
	istr_drop(label.key);
	istr_drop(label.value);
	obj_free(set);
	obj_free(claim);
	obj_free(revision);
}

static void what_has_no_name_is_refused_with_the_field(void **state)
{
	struct err err = {0};

	(void)state;
	assert_int_equal(refusal(OBJ_POD, "[]", &err), ST_EPARSE);
	assert_int_equal(refusal(OBJ_POD, "{}", &err), ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "metadata.name"));
	assert_int_equal(
		refusal(OBJ_SERVICE, "{\"metadata\":{\"name\":\"a\"}}", &err),
		ST_EPARSE);
	assert_non_null(strstr(err_msg(&err), "metadata.namespace"));
	obj_free(decode(OBJ_NAMESPACE, "{\"metadata\":{\"name\":\"a\"}}"));
}

static int matches(const char *selector, const char *key, const char *value)
{
	scope_json struct json *json = NULL;
	struct selector *match = NULL;
	struct obj_label label = {istr_get(key), istr_get(value)};
	int rc;

	assert_int_equal(json_parse(selector, strlen(selector), &json, NULL),
			 0);
	rc = selector_new(json, &match, NULL);
	if (rc == 0)
		rc = selector_matches(match, &label, key ? 1 : 0);
	selector_free(match);
	istr_drop(label.key);
	istr_drop(label.value);
	return rc;
}

#define EXPR(key, op, values)                                                  \
	"{\"matchExpressions\":[{\"key\":\"" key "\",\"operator\":\"" op       \
	"\",\"values\":" values "}]}"

static void selectors_match_as_upstream(void **state)
{
	static const struct {
		const char *selector, *key, *value;
		int want;
	} rows[] = {
		{"null", "a", "1", 0},
		{"{}", "a", "1", 1},
		{"{}", NULL, NULL, 1},
		{"{\"matchLabels\":{\"a\":\"1\"}}", "a", "1", 1},
		{"{\"matchLabels\":{\"a\":\"1\"}}", "a", "2", 0},
		{"{\"matchLabels\":{\"a\":\"1\"}}", "b", "1", 0},
		{"{\"matchLabels\":{\"a\":\"\"}}", "a", "", 1},
		{"{\"matchLabels\":{\"a b\":\"1\"}}", "a", "1", ST_EINVAL},
		{"{\"matchLabels\":{\"x.io/a\":\"1\"}}", "x.io/a", "1", 1},
		{"{\"matchLabels\":{\"X.io/a\":\"1\"}}", "a", "1", ST_EINVAL},
		{"{\"matchLabels\":{\"-x/a\":\"1\"}}", "a", "1", ST_EINVAL},
		{"{\"matchLabels\":{\"x..y/a\":\"1\"}}", "a", "1", ST_EINVAL},
		{"{\"matchLabels\":{\"a\":\"-1\"}}", "a", "1", ST_EINVAL},
		{"{\"matchLabels\":{\"a\":1}}", "a", "1", ST_EINVAL},
		{EXPR("a", "In", "[\"1\",\"2\"]"), "a", "2", 1},
		{EXPR("a", "In", "[\"1\",\"2\"]"), "a", "3", 0},
		{EXPR("a", "In", "[\"1\"]"), "b", "1", 0},
		{EXPR("a", "In", "[]"), "a", "1", ST_EINVAL},
		{EXPR("a", "NotIn", "[\"1\"]"), "a", "1", 0},
		{EXPR("a", "NotIn", "[\"1\"]"), "a", "2", 1},
		{EXPR("a", "NotIn", "[\"1\"]"), "b", "1", 1},
		{EXPR("a", "NotIn", "null"), "b", "1", ST_EINVAL},
		{EXPR("a", "Exists", "[]"), "a", "1", 1},
		{EXPR("a", "Exists", "null"), "b", "1", 0},
		{EXPR("a", "Exists", "[\"1\"]"), "a", "1", ST_EINVAL},
		{EXPR("a", "DoesNotExist", "[]"), "a", "1", 0},
		{EXPR("a", "DoesNotExist", "[]"), "b", "1", 1},
		{EXPR("a", "Equals", "[\"1\"]"), "a", "1", ST_EINVAL},
		{EXPR("", "Exists", "[]"), "a", "1", ST_EINVAL},
		{"[]", "a", "1", ST_EINVAL},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(rows); i++)
		assert_int_equal(
			matches(rows[i].selector, rows[i].key, rows[i].value),
			rows[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interned_text_is_shared_and_counted),
		cmocka_unit_test(
			the_intern_table_survives_thousands_of_comings_and_goings),
		cmocka_unit_test(the_pool_gives_every_block_its_own_place),
		cmocka_unit_test(a_pod_gives_what_is_used_of_it),
		cmocka_unit_test(a_pod_for_dns_has_neither_owner_nor_claims),
		cmocka_unit_test(
			a_set_for_dns_is_its_name_service_and_ordinals),
		cmocka_unit_test(a_pod_with_one_address_field_gives_that),
		cmocka_unit_test(the_kind_of_service_follows_type_and_address),
		cmocka_unit_test(service_ports_and_selector_are_read),
		cmocka_unit_test(a_slice_gives_endpoints_of_its_family),
		cmocka_unit_test(sets_claims_and_revisions_are_read),
		cmocka_unit_test(what_has_no_name_is_refused_with_the_field),
		cmocka_unit_test(selectors_match_as_upstream),
	};

	return cmocka_run_group_tests(tests, NULL, nothing_is_interned);
}
