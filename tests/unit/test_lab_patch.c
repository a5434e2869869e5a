/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/patch.h"

#include "lab/kinds.h"
#include "lab/schema.h"
#include "lab/status.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/patch_lab.h"

enum language { JSON, MERGE, STRATEGIC };

static int change(enum language language, struct json **doc, const char *patch,
		  struct status *status)
{
	scope_json struct json *parsed = patch_lab_doc(patch);

	status_init(status);
	if (language == JSON)
		return patch_json(doc, parsed, status);
	if (language == MERGE)
		return patch_merge(*doc, parsed, status);
	return patch_strategic(*doc, parsed, schema_of(kinds_stored(KIND_POD)),
			       status);
}

static void gives(enum language language, const char *was, const char *patch,
		  const char *want)
{
	struct json *doc = patch_lab_doc(was);
	struct status status;

	if (change(language, &doc, patch, &status) < 0)
		fail_msg("%s: %s", patch, status.message);
	patch_lab_same(doc, want);
	json_free(doc);
	status_fini(&status);
}

static void refuses(enum language language, const char *was, const char *patch,
		    int code, const char *message)
{
	struct json *doc = patch_lab_doc(was);
	struct status status;

	assert_true(change(language, &doc, patch, &status) < 0);
	assert_int_equal(status.code, code);
	if (message != NULL)
		assert_string_equal(status.message, message);
	json_free(doc);
	status_fini(&status);
}

static void json_patch_adds(void **state)
{
	(void)state;
	gives(JSON, "{'a': 1}", "[{'op': 'add', 'path': '/b', 'value': [2]}]",
	      "{'a': 1, 'b': [2]}");
	gives(JSON, "{'a': [1, 3]}",
	      "[{'op': 'add', 'path': '/a/1', 'value': 2},"
	      " {'op': 'add', 'path': '/a/-', 'value': 4},"
	      " {'op': 'add', 'path': '/a/0', 'value': 0}]",
	      "{'a': [0, 1, 2, 3, 4]}");
	gives(JSON, "{'a': {}}",
	      "[{'op': 'add', 'path': '/a/x~1y~0z~01', 'value': 1}]",
	      "{'a': {'x/y~z~1': 1}}");
	gives(JSON, "{'a': 1}", "[{'op': 'add', 'path': '', 'value': {}}]",
	      "{}");
}

static void json_patch_removes_and_replaces(void **state)
{
	(void)state;
	gives(JSON, "{'a': [1, 2, 3], 'b': 1}",
	      "[{'op': 'remove', 'path': '/a/1'},"
	      " {'op': 'remove', 'path': '/b'},"
	      " {'op': 'replace', 'path': '/a/0', 'value': 'x'},"
	      " {'op': 'remove', 'path': '/a/-1'}]",
	      "{'a': ['x']}");
	gives(JSON, "{'a': 1}",
	      "[{'op': 'replace', 'path': '', 'value': {'c': 1}}]", "{'c': 1}");
}

static void json_patch_copies_moves_and_tests(void **state)
{
	(void)state;
	gives(JSON, "{'a': {'b': 1}}",
	      "[{'op': 'copy', 'from': '/a', 'path': '/c'},"
	      " {'op': 'move', 'from': '/a/b', 'path': '/d'},"
	      " {'op': 'test', 'path': '/d', 'value': 1},"
	      " {'op': 'test', 'path': '/nothing', 'value': null},"
	      " {'op': 'test', 'path': '/c', 'value': {'b': 1}}]",
	      "{'a': {}, 'c': {'b': 1}, 'd': 1}");
	gives(JSON, "{'a': {'b': 1}}",
	      "[{'op': 'copy', 'from': '', 'path': '/a/c'}]",
	      "{'a': {'b': 1, 'c': {'a': {'b': 1}}}}");
}

static void json_patch_that_does_not_fit_is_refused(void **state)
{
	static const char *const bad[] = {
		"[{'op': 'test', 'path': '/a', 'value': 2}]",
		"[{'op': 'remove', 'path': '/x'}]",
		"[{'op': 'remove', 'path': ''}]",
		"[{'op': 'replace', 'path': '/x', 'value': 1}]",
		"[{'op': 'add', 'path': '/x/y', 'value': 1}]",
		"[{'op': 'add', 'path': '/l/3', 'value': 1}]",
		"[{'op': 'add', 'path': '/l/x', 'value': 1}]",
		"[{'op': 'add', 'path': 'a', 'value': 1}]",
		"[{'op': 'add', 'path': '/a'}]",
		"[{'op': 'replace', 'path': '/l/-', 'value': 1}]",
		"[{'op': 'remove', 'path': '/l/99999999999999999999'}]",
		"[{'op': 'move', 'from': '/o', 'path': '/o/x'}]",
		"[{'op': 'copy', 'path': '/o/x'}]",
		"[{'op': 'dance', 'path': '/o'}]",
		"[{'path': '/o'}]",
		"[{'op': 'add', 'path': 3, 'value': 1}]",
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(bad); i++)
		refuses(JSON, "{'a': 1, 'l': [1, 2], 'o': {}}", bad[i], 422,
			"the server rejected our request due to an error in "
			"our request");
	refuses(JSON, "{}", "{}", 400,
		"error decoding patch: json: cannot unmarshal object into Go "
		"value of type []interface {}");
	refuses(JSON, "{}", "[1]", 400,
		"json: cannot unmarshal number into Go value of type "
		"jsonpatch.Operation");
}

static void json_patch_cannot_blow_up_the_document(void **state)
{
	scope_json struct json *ops = json_new_array();
	struct json *doc = patch_lab_doc("{'a': 'xxxxxxxxxxxxxxxxxxxx'}");
	struct status status;

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct json *op = json_new_object();
		scope_free char *path = mem_printf("/b%d", i);

		json_set_str(op, "op", "copy");
		json_set_str(op, "from", "");
		json_set_str(op, "path", path);
		json_push(ops, op);
	}
	status_init(&status);
	assert_true(patch_json(&doc, ops, &status) < 0);
	assert_int_equal(status.code, 422);
	status_fini(&status);
	json_free(doc);
}

static void merge_patch_merges_objects(void **state)
{
	(void)state;
	gives(MERGE, "{'a': {'b': 1, 'c': 2}, 'l': [1, 2]}",
	      "{'a': {'b': null, 'd': {'x': null, 'y': 1}}, 'l': [3]}",
	      "{'a': {'c': 2, 'd': {'y': 1}}, 'l': [3]}");
	gives(MERGE, "{'a': 1}", "{'a': {'b': 1}}", "{'a': {'b': 1}}");
	gives(MERGE, "{'a': {'b': 1}}", "{'a': 1}", "{'a': 1}");
}

static void merge_patch_that_is_no_object_is_refused(void **state)
{
	(void)state;
	refuses(MERGE, "{}", "null", 400, "Invalid JSON Patch");
	refuses(MERGE, "{}", "[]", 400,
		"error decoding patch: json: cannot unmarshal array into Go "
		"value of type map[string]interface {}");
}

#define TWO                                                                    \
	"{'spec': {'containers': [{'name': 'a', 'image': '1'},"                \
	" {'name': 'b', 'image': '2'}]}}"

static void strategic_patch_merges_lists_by_key(void **state)
{
	(void)state;
	gives(STRATEGIC, TWO,
	      "{'spec': {'containers': [{'name': 'b', 'image': '3'},"
	      " {'name': 'c', 'image': null, 'stdin': true}]}}",
	      "{'spec': {'containers': [{'name': 'a', 'image': '1'},"
	      " {'name': 'b', 'image': '3'}, {'name': 'c',"
	      "  'stdin': true}]}}");
	gives(STRATEGIC, "{'spec': {}}",
	      "{'spec': {'containers': [{'name': 'a', 'tty': null}]}}",
	      "{'spec': {'containers': [{'name': 'a'}]}}");
	gives(STRATEGIC, "{'metadata': {'labels': {'a': '1', 'b': '2'}}}",
	      "{'metadata': {'labels': {'a': null, 'c': '3'}}}",
	      "{'metadata': {'labels': {'b': '2', 'c': '3'}}}");
}

static void strategic_patch_replaces_lists_without_key(void **state)
{
	(void)state;
	gives(STRATEGIC,
	      "{'spec': {'containers': [{'name': 'a', 'args': ['x']}]}}",
	      "{'spec': {'containers': [{'name': 'a', 'args': ['y']}]}}",
	      "{'spec': {'containers': [{'name': 'a', 'args': ['y']}]}}");
	gives(STRATEGIC, "{'metadata': {'finalizers': ['a', 'b']}}",
	      "{'metadata': {'finalizers': ['c', 'a']}}",
	      "{'metadata': {'finalizers': ['c', 'a', 'b']}}");
}

static void strategic_patch_obeys_directives(void **state)
{
	(void)state;
	gives(STRATEGIC, TWO,
	      "{'spec': {'containers': [{'name': 'a', '$patch': 'delete'}]}}",
	      "{'spec': {'containers': [{'name': 'b', 'image': '2'}]}}");
	gives(STRATEGIC, TWO,
	      "{'spec': {'containers': [{'$patch': 'replace'},"
	      " {'name': 'c'}]}}",
	      "{'spec': {'containers': [{'name': 'c'}]}}");
	gives(STRATEGIC, TWO,
	      "{'spec': {'$patch': 'replace', 'hostname': 'x'}}",
	      "{'spec': {'hostname': 'x'}}");
	gives(STRATEGIC, TWO, "{'spec': {'$patch': 'delete'}}", "{'spec': {}}");
	gives(STRATEGIC, "{'spec': {'hostname': 'a', 'nodeName': 'b'}}",
	      "{'spec': {'$retainKeys': ['hostname'], 'hostname': 'c'}}",
	      "{'spec': {'hostname': 'c'}}");
	gives(STRATEGIC, "{'metadata': {'finalizers': ['a', 'b', 'c']}}",
	      "{'metadata': {'$deleteFromPrimitiveList/finalizers':"
	      " ['b', 'x']}}",
	      "{'metadata': {'finalizers': ['a', 'c']}}");
	gives(STRATEGIC, "{}",
	      "{'spec': {'$retainKeys': ['x'], '$patch': 'replace',"
	      " 'hostname': 'x'}}",
	      "{'spec': {'hostname': 'x'}}");
}

static void strategic_patch_orders_elements(void **state)
{
	(void)state;
	gives(STRATEGIC, TWO,
	      "{'spec': {'$setElementOrder/containers': [{'name': 'b'},"
	      " {'name': 'a'}]}}",
	      "{'spec': {'containers': [{'name': 'b', 'image': '2'},"
	      " {'name': 'a', 'image': '1'}]}}");
	gives(STRATEGIC, TWO,
	      "{'spec': {'$setElementOrder/containers': [{'name': 'n'},"
	      " {'name': 'b'}], 'containers': [{'name': 'n',"
	      "  'image': '9'}]}}",
	      "{'spec': {'containers': [{'name': 'n', 'image': '9'},"
	      " {'name': 'a', 'image': '1'},"
	      " {'name': 'b', 'image': '2'}]}}");
	gives(STRATEGIC, "{'metadata': {}}",
	      "{'metadata': {'$setElementOrder/finalizers': ['b', 'a'],"
	      " 'finalizers': ['b', 'a']}}",
	      "{'metadata': {'finalizers': ['b', 'a']}}");
}

static void strategic_patch_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	refuses(STRATEGIC, TWO, "[]", 400, NULL);
	refuses(STRATEGIC, TWO, "{'$patch': 'foo'}", 400,
		"unknown patch type: foo in map: map[$patch:foo]");
	refuses(STRATEGIC, TWO, "{'spec': {'containers': [{'image': 'x'}]}}",
		400,
		"map: map[image:x] does not contain declared merge key: name");
	refuses(STRATEGIC, TWO, "{'spec': {'containers': [1]}}", 400,
		"list element types are not identical: [[map[image:1 name:a] "
		"map[image:2 name:b]] [1]]");
	refuses(STRATEGIC, TWO, "{'spec': {'containers': [[]]}}", 400,
		"lists of lists are not supported");
	refuses(STRATEGIC, TWO,
		"{'spec': {'containers': [{'$patch': 'delete'}]}}", 400,
		"map: map[$patch:delete] does not contain declared merge key: "
		"name");
	refuses(STRATEGIC, TWO,
		"{'spec': {'containers': [{'name': 'a', '$patch': 'merge'}]}}",
		400, "merging lists cannot yet be specified in the patch");
	refuses(STRATEGIC, TWO, "{'spec': {'$retainKeys': 'x'}}", 400,
		"invalid patch format of retainKeys");
	refuses(STRATEGIC, TWO,
		"{'spec': {'$retainKeys': ['a'], 'hostname': 'b'}}", 400,
		"invalid patch format of retainKeys");
	refuses(STRATEGIC, TWO,
		"{'spec': {'$setElementOrder/containers': [{'name': 'x'}],"
		" 'containers': [{'name': 'a'}]}}",
		400,
		"The order in patch list:\n[map[name:a]]\n doesn't match "
		"$setElementOrder list:\n[map[name:x]]\n");
	refuses(STRATEGIC, TWO,
		"{'spec': {'$setElementOrder/containers': 'x'}}", 400,
		"expected a []interface {}, but received a string");
}

static void a_patch_of_too_many_parts_is_refused(void **state)
{
	scope_json struct json *patch = json_new_object();
	struct json *list = json_child_array(patch, "l");
	scope_json struct json *doc = json_new_object();
	struct status status;

	(void)state;
	for (int i = 0; i < 20000; i++)
		json_push(list, json_new_int(i));
	status_init(&status);
	assert_true(patch_merge(doc, patch, &status) < 0);
	assert_int_equal(status.code, 413);
	assert_true(patch_strategic(doc, patch, NULL, &status) < 0);
	assert_int_equal(status.code, 413);
	status_fini(&status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_patch_adds),
		cmocka_unit_test(json_patch_removes_and_replaces),
		cmocka_unit_test(json_patch_copies_moves_and_tests),
		cmocka_unit_test(json_patch_that_does_not_fit_is_refused),
		cmocka_unit_test(json_patch_cannot_blow_up_the_document),
		cmocka_unit_test(merge_patch_merges_objects),
		cmocka_unit_test(merge_patch_that_is_no_object_is_refused),
		cmocka_unit_test(strategic_patch_merges_lists_by_key),
		cmocka_unit_test(strategic_patch_replaces_lists_without_key),
		cmocka_unit_test(strategic_patch_obeys_directives),
		cmocka_unit_test(strategic_patch_orders_elements),
		cmocka_unit_test(strategic_patch_that_does_not_fit_is_refused),
		cmocka_unit_test(a_patch_of_too_many_parts_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
