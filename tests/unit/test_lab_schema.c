/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "lab/kinds.h"
#include "lab/schema.h"
#include "lab/schema_utf8.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static const struct kind *face(const char *api_version, const char *kind)
{
	const struct kind *found = kinds_by_kind(api_version, kind);

	assert_non_null(found);
	return found;
}

static struct json *parse(const char *text)
{
	struct json *root = NULL;

	assert_int_equal(json_parse(text, strlen(text), &root, NULL), 0);
	return root;
}

static void every_kind_has_its_fields(void **state st_unused)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		const struct schema_type *type = schema_of(k);

		assert_non_null(type);
		assert_string_equal(type->name, k->kind);
		assert_non_null(schema_field(type, "metadata"));
		assert_null(schema_field(type, "nothing"));
		if (k->id == KINDS)
			assert_null(kinds_stored(k->id));
		else
			assert_int_equal(kinds_stored(k->id)->id, k->id);
	}
	assert_non_null(schema_named("autoscaling/v1", "Scale"));
	assert_non_null(schema_named("meta/v1", "DeleteOptions"));
	assert_null(schema_named("apps/v1", "Deployment"));
}

static const struct schema_field *at(const struct schema_type *type,
				     const char *path)
{
	const struct schema_field *field = NULL;
	scope_free char *own = mem_strdup(path);
	char *rest = own;

	for (char *name; (name = strsep(&rest, ".")) != NULL;) {
		field = schema_field(type, name);
		assert_non_null(field);
		type = field->form == SCHEMA_LIST ? field->item->type
						  : field->type;
	}
	return field;
}

static void lists_and_maps_merge_as_on_a_real_server(void **state st_unused)
{
	const struct schema_type *pod = schema_of(face("v1", "Pod"));
	const struct schema_field *ports = at(pod, "spec.containers.ports");

	assert_int_equal(ports->list, SCHEMA_KEYED);
	assert_string_equal(ports->keys[0], "containerPort");
	assert_string_equal(ports->keys[1], "protocol");
	assert_null(ports->keys[2]);
	assert_true(ports->merges);
	assert_string_equal(ports->merge_key, "containerPort");
	assert_string_equal(at(ports->item->type, "protocol")->fallback, "TCP");
	assert_true(at(pod, "spec.volumes")->retain_keys);
	assert_int_equal(at(pod, "spec.tolerations")->list, SCHEMA_ATOMIC);
	assert_int_equal(at(pod, "metadata.finalizers")->list, SCHEMA_SET);
	assert_true(at(pod, "metadata.finalizers")->merges);
	assert_null(at(pod, "metadata.finalizers")->merge_key);
	assert_true(at(pod, "spec.nodeSelector")->atomic);

	const struct schema_type *set =
		schema_of(face("apps/v1", "StatefulSet"));
	assert_true(at(set, "spec.selector")->atomic);
	assert_false(at(set, "spec.template")->atomic);
	assert_false(at(set, "spec.volumeClaimTemplates")->merges);
	assert_true(at(schema_of(face("policy/v1", "PodDisruptionBudget")),
		       "spec.selector")
			    ->replaces);
	const struct schema_type *pv =
		schema_of(face("v1", "PersistentVolume"));
	assert_false(at(pv, "spec.claimRef")->atomic);
}

static void note(enum schema_finding what, const char *path, const char *text,
		 void *arg)
{
	struct buf *out = arg;

	buf_printf(out, "%s%d %s: %s", out->len > 0 ? "\n" : "", (int)what,
		   path, text);
}

static void found(const char *api_version, const char *kind, const char *text,
		  const char *want)
{
	scope_json struct json *object = parse(text);
	scope_buf struct buf out;

	buf_init(&out, 0);
	schema_check(face(api_version, kind), object, note, &out);
	assert_string_equal(out.data != NULL ? out.data : "", want);
}

static void a_wrong_type_is_told_as_a_real_server_does(void **state st_unused)
{
	found("apps/v1", "StatefulSet", "{\"spec\":{\"replicas\":\"three\"}}",
	      "0 spec.replicas: json: cannot unmarshal string into Go struct "
	      "field StatefulSetSpec.spec.replicas of type int32");
	found("apps/v1", "StatefulSet", "{\"spec\":{\"replicas\":1.5}}",
	      "0 spec.replicas: json: cannot unmarshal number 1.5 into Go "
	      "struct field StatefulSetSpec.spec.replicas of type int32");
	found("v1", "Pod",
	      "{\"spec\":{\"containers\":[{\"env\":[{\"value\":1}]}]}}",
	      "0 spec.containers[0].env[0].value: json: cannot unmarshal "
	      "number "
	      "into Go struct field EnvVar.spec.containers.env.value of type "
	      "string");
	found("v1", "Pod", "{\"spec\":{\"containers\":{}}}",
	      "0 spec.containers: json: cannot unmarshal object into Go struct "
	      "field PodSpec.spec.containers of type []v1.Container");
	found("v1", "ConfigMap", "{\"data\":[],\"metadata\":{\"labels\":7}}",
	      "0 data: json: cannot unmarshal array into Go struct field "
	      "ConfigMap.data of type map[string]string\n"
	      "0 metadata.labels: json: cannot unmarshal number into Go struct "
	      "field ObjectMeta.metadata.labels of type map[string]string");
	found("v1", "Pod", "{\"spec\":{\"dnsPolicy\":true}}",
	      "0 spec.dnsPolicy: json: cannot unmarshal bool into Go struct "
	      "field PodSpec.spec.dnsPolicy of type v1.DNSPolicy");
}

static void texts_with_a_grammar_are_read(void **state st_unused)
{
	found("v1", "Secret", "{\"data\":{\"a\":\"eA==\",\"b\":\"e*==\"}}",
	      "0 data.b: illegal base64 data at input byte 1");
	found("v1", "Secret", "{\"data\":{\"a\":\"abcde\"}}",
	      "0 data.a: illegal base64 data at input byte 4");
	found("v1", "PersistentVolume",
	      "{\"spec\":{\"capacity\":{\"storage\":"
	      "\"1Gi\",\"x\":1,\"y\":\"1.5e3\"}}}",
	      "");
	found("v1", "PersistentVolume",
	      "{\"spec\":{\"capacity\":{\"storage\":\"1 Gi\"}}}",
	      "0 spec.capacity.storage: quantities must match the regular "
	      "expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
	found("v1", "PersistentVolume",
	      "{\"spec\":{\"capacity\":{\"storage\":\"1ki\"}}}",
	      "0 spec.capacity.storage: unable to parse quantity's suffix");
	found("coordination.k8s.io/v1", "Lease",
	      "{\"spec\":{\"renewTime\":\"2026-01-31T10:00:00.000001Z\"},"
	      "\"metadata\":{\"creationTimestamp\":\"yesterday\"}}",
	      "0 metadata.creationTimestamp: parsing time \"yesterday\" as "
	      "\"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as "
	      "\"2006\"");
	found("v1", "Pod",
	      "{\"metadata\":{\"creationTimestamp\":\"2026-02-29T10:00:00Z\"}}",
	      "0 metadata.creationTimestamp: parsing time "
	      "\"2026-02-29T10:00:00Z\": day out of range");
}

static void
unknown_members_are_found_but_not_in_raw_ones(void **state st_unused)
{
	found("v1", "Pod",
	      "{\"spec\":{\"containers\":[null,{\"imge\":\"x\"}]},\"a\":null}",
	      "1 spec.containers[1].imge: unknown field "
	      "\"spec.containers[1].imge\"\n1 a: unknown field \"a\"");
	found("apps/v1", "ControllerRevision",
	      "{\"data\":{\"any\":{\"thing\":1}},\"revision\":1}", "");
	found("v1", "ConfigMap", "{\"data\":{\"any\":\"thing\"}}", "");
}

static void duplicates_are_found_wherever_they_stand(void **state st_unused)
{
	static const char text[] =
		"{\"a\":[{\"b\":1,\"\\u0062\":2,\"b\":3}],\"c\":{},\"c\":{}}";
	scope_buf struct buf out;

	buf_init(&out, 0);
	schema_duplicates(text, strlen(text), note, &out);
	assert_string_equal(out.data, "2 a[0].b: duplicate field \"a[0].b\"\n"
				      "2 c: duplicate field \"c\"");
}

static void escaped_names_are_told_as_text(void **state st_unused)
{
	static const char text[] = "{\"\\ud83d\\ude00\\u00e4\\u2603\\n\":1,"
				   "\"\\u0000\\\"\":2,\"\\ud83d\":3}";
	scope_buf struct buf out;

	buf_init(&out, 0);
	schema_strict(schema_of(face("v1", "Pod")), text, strlen(text), note,
		      &out);
	assert_string_equal(out.data,
			    "1 \xf0\x9f\x98\x80\xc3\xa4\xe2\x98\x83\n: unknown "
			    "field \"\xf0\x9f\x98\x80\xc3\xa4\xe2\x98\x83\n\"\n"
			    "1 \xef\xbf\xbd\": unknown field "
			    "\"\xef\xbf\xbd\"\"\n"
			    "1 \xef\xbf\xbd: unknown field \"\xef\xbf\xbd\"");
}

static void no_more_than_a_hundred_are_told(void **state st_unused)
{
	scope_buf struct buf text, out;
	size_t lines = 0;

	buf_init(&text, 0);
	buf_init(&out, 0);
	buf_puts(&text, "{");
	for (int i = 0; i < 5000; i++)
		buf_printf(&text, "\"x%d\":[1,{\"y\":\"z\"}],", i);
	buf_puts(&text, "\"kind\":\"Pod\"}");
	schema_strict(schema_of(face("v1", "Pod")), text.data, text.len, note,
		      &out);
	for (const char *p = out.data; p != NULL; p = strchr(p + 1, '\n'))
		lines++;
	assert_int_equal(lines, 100);
}

static void refused(const char *text, bool strict, const char *want)
{
	scope_json struct json *object = parse(text);
	scope_free char *why =
		schema_refusal(face("apps/v1", "StatefulSet"), text,
			       strlen(text), object, strict);

	if (want == NULL)
		assert_null(why);
	else
		assert_string_equal(why, want);
}

static void a_refusal_reads_as_a_real_servers(void **state st_unused)
{
	static const char both[] =
		"{\"spec\":{\"foo\":1,\"replicas\":1,\"replicas\":2}}";

	refused(both, false, NULL);
	refused(both, true,
		"StatefulSet in version \"v1\" cannot be handled as a "
		"StatefulSet: strict decoding error: unknown field "
		"\"spec.foo\", duplicate field \"spec.replicas\"");
	refused("{\"foo\":1,\"spec\":{\"replicas\":\"x\"}}", true,
		"StatefulSet in version \"v1\" cannot be handled as a "
		"StatefulSet: json: cannot unmarshal string into Go struct "
		"field StatefulSetSpec.spec.replicas of type int32");
	refused("{\"metadata\":{\"labels\":{\"a\":\"1\",\"a\":\"2\"}}}", true,
		"StatefulSet in version \"v1\" cannot be handled as a "
		"StatefulSet: strict decoding error: duplicate field "
		"\"metadata.labels.a\"");
}

static void text_that_is_no_utf8_is_refused_by_its_place(void **state st_unused)
{
#define REFUSED                                                                \
	"StatefulSet in version \"v1\" cannot be handled as a "                \
	"StatefulSet: json: invalid UTF-8 in field "

	refused("{\"metadata\":{\"name\":\"a\xff\"}}", false,
		REFUSED "\"metadata.name\"");
	refused("{\"spec\":{\"volumeClaimTemplates\":[{},{\"x\xc3y\":1}]}}",
		true,
		REFUSED "\"spec.volumeClaimTemplates[1].x\xef\xbf\xbdy\"");
	refused("{\"metadata\":{\"name\":\"\xe2\x98\x83\"}}", true, NULL);
#undef REFUSED
}

static void utf8_is_what_the_rfc_says(void **state st_unused)
{
	static const char *const good[] = {
		"",
		"abcdefgh",
		"abcdefghi\xc3\xa4",
		"\xef\xbf\xbd",
		"\xf0\x9f\x98\x80",
		"\xf4\x8f\xbf\xbf",
		"\xed\x9f\xbf",
	};
	static const char *const bad[] = {
		"\x80",
		"abcdefgh\xff",
		"\xc0\x80",
		"\xc3",
		"\xe0\x80\x80",
		"\xed\xa0\x80",
		"\xe2\x98",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf0\x9f\x98",
	};

	for (size_t i = 0; i < st_array_len(good); i++)
		assert_true(schema_utf8_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < st_array_len(bad); i++)
		assert_false(schema_utf8_valid(bad[i], strlen(bad[i])));
}

static void pruned(const char *kind, const char *text, const char *want)
{
	scope_json struct json *object = parse(text);

	schema_prune(face("v1", kind), object);
	scope_free char *left = json_print(object);
	assert_string_equal(left, want);
}

static void what_says_nothing_is_pruned(void **state st_unused)
{
	pruned("Pod",
	       "{\"x\":1,\"x\":2,\"metadata\":{\"creationTimestamp\":null,"
	       "\"labels\":{},\"name\":\"a\"},\"spec\":{\"nodeName\":\"\","
	       "\"hostIPC\":false,\"hostUsers\":false,\"tolerations\":[],"
	       "\"priority\":0,\"containers\":[{\"name\":\"\",\"y\":1,"
	       "\"env\":[{\"name\":\"A\",\"value\":\"\"}],"
	       "\"resources\":{}}]}}",
	       "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"hostUsers\":false,"
	       "\"priority\":0,\"containers\":[{\"name\":\"\","
	       "\"env\":[{\"name\":\"A\"}],\"resources\":{}}]}}");
	pruned("Event", "{\"eventTime\":null,\"count\":0,\"source\":{}}",
	       "{\"eventTime\":null,\"source\":{}}");
	pruned("ConfigMap", "{\"data\":{\"a\":\"\"}}",
	       "{\"data\":{\"a\":\"\"}}");
	pruned("PersistentVolumeClaim",
	       "{\"spec\":{\"storageClassName\":\"\",\"volumeName\":\"\"}}",
	       "{\"spec\":{\"storageClassName\":\"\"}}");
}

static void broken_text_ends_the_search_for_duplicates(void **state st_unused)
{
	static const char *const texts[] = {"",	       "{",    "{\"a\"",
					    "{\"a\":", "[{]}", "{\"a\\",
					    "[}",      "{,}",  "\"\\u12"};
	scope_buf struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < st_array_len(texts); i++)
		schema_duplicates(texts[i], strlen(texts[i]), note, &out);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_its_fields),
		cmocka_unit_test(lists_and_maps_merge_as_on_a_real_server),
		cmocka_unit_test(a_wrong_type_is_told_as_a_real_server_does),
		cmocka_unit_test(texts_with_a_grammar_are_read),
		cmocka_unit_test(unknown_members_are_found_but_not_in_raw_ones),
		cmocka_unit_test(duplicates_are_found_wherever_they_stand),
		cmocka_unit_test(escaped_names_are_told_as_text),
		cmocka_unit_test(no_more_than_a_hundred_are_told),
		cmocka_unit_test(a_refusal_reads_as_a_real_servers),
		cmocka_unit_test(text_that_is_no_utf8_is_refused_by_its_place),
		cmocka_unit_test(utf8_is_what_the_rfc_says),
		cmocka_unit_test(what_says_nothing_is_pruned),
		cmocka_unit_test(broken_text_ends_the_search_for_duplicates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
