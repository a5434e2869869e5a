/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/limits.h"
#include "lab/rules.h"
#include "lab/status.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

/* JSON with ' for ". */
static struct json *read_json(const char *text)
{
	scope_free char *quoted = mem_strdup(text);
	struct json *value;

	for (char *at = quoted; *at != '\0'; at++) {
		if (*at == '\'')
			*at = '"';
	}
	assert_int_equal(json_parse(quoted, strlen(quoted), &value, NULL), 0);
	return value;
}

static struct json *range_of(const char *limits)
{
	scope_free char *text =
		mem_printf("{'metadata':{'name':'l','namespace':'default'},"
			   "'spec':{'limits':[%s]}}",
			   limits);

	return read_json(text);
}

static struct json *pod_of(const char *spec)
{
	scope_free char *text =
		mem_printf("{'metadata':{'name':'p'},'spec':{%s}}", spec);

	return read_json(text);
}

static void is_refused(const char *limits, const char *spec, const char *why)
{
	scope_json struct json *range = range_of(limits);
	scope_json struct json *pod = pod_of(spec);
	scope_free char *refusal = limits_refusal(range, KIND_POD, pod);

	if (why == NULL)
		assert_null(refusal);
	else
		assert_string_equal(refusal, why);
}

#define ONE(resources) "'containers':[{'name':'c','resources':{" resources "}}]"

static void containers_keep_between_minimum_and_maximum(void **state)
{
	static const char max[] = "{'type':'Container','max':{'cpu':'1'}}";
	static const char min[] = "{'type':'Container','min':{'cpu':'100m'}}";

	(void)state;
	is_refused(max, ONE("'limits':{'cpu':'1'}"), NULL);
	is_refused(max, ONE("'limits':{'cpu':'2'}"),
		   "maximum cpu usage per Container is 1, but limit is 2");
	is_refused(max, ONE("'limits':{'cpu':'1'},'requests':{'cpu':'1500m'}"),
		   "maximum cpu usage per Container is 1, but request is "
		   "1500m");
	is_refused(max, ONE(""),
		   "maximum cpu usage per Container is 1.  No limit is "
		   "specified");
	is_refused(min, ONE("'requests':{'cpu':'0.05'}"),
		   "minimum cpu usage per Container is 100m, but request is "
		   "50m");
	is_refused(min, ONE("'requests':{'cpu':1},'limits':{'cpu':'1m'}"),
		   "minimum cpu usage per Container is 100m, but limit is 1m");
	is_refused(min, ONE(""),
		   "minimum cpu usage per Container is 100m.  No request is "
		   "specified");
	is_refused(min, "'initContainers':[{'name':'i'}]",
		   "minimum cpu usage per Container is 100m.  No request is "
		   "specified");
}

static void limits_keep_a_ratio_to_requests(void **state)
{
	static const char ratio[] =
		"{'type':'Container','maxLimitRequestRatio':{'memory':'2'}}";

	(void)state;
	is_refused(ratio,
		   ONE("'limits':{'memory':'2Gi'},"
		       "'requests':{'memory':'1Gi'}"),
		   NULL);
	is_refused(ratio,
		   ONE("'limits':{'memory':'3Gi'},"
		       "'requests':{'memory':'1Gi'}"),
		   "memory max limit to request ratio per Container is 2, but "
		   "provided ratio is 3.000000");
	is_refused(ratio, ONE("'limits':{'memory':'3Gi'}"),
		   "memory max limit to request ratio per Container is 2, but "
		   "no request is specified or request is 0");
	is_refused(ratio, ONE("'requests':{'memory':'3Gi'}"),
		   "memory max limit to request ratio per Container is 2, but "
		   "no limit is specified or limit is 0");
}

static void several_refusals_stand_in_brackets_and_each_once(void **state)
{
	(void)state;
	is_refused("{'type':'Container','max':{'cpu':'1','memory':'1Gi'}}",
		   "'containers':[{'name':'a'},{'name':'b'}]",
		   "[maximum cpu usage per Container is 1.  No limit is "
		   "specified, maximum memory usage per Container is 1Gi.  No "
		   "limit is specified]");
}

static void pods_are_the_sum_of_what_runs_at_one_time(void **state)
{
	static const char max[] = "{'type':'Pod','max':{'cpu':'2'}}";
	static const char two[] =
		"'containers':[{'resources':{'limits':{'cpu':'1'}}},"
		"{'resources':{'limits':{'cpu':'1'}}}]";
	scope_free char *init = mem_printf(
		"%s,'initContainers':[{'resources':{'limits':{'cpu':'2'}}}]",
		two);
	scope_free char *beside = mem_printf(
		"%s,'initContainers':[{'restartPolicy':'Always','resources':"
		"{'limits':{'cpu':'500m'}}}]",
		two);
	scope_free char *first =
		mem_printf("%s,'initContainers':[{'restartPolicy':'Always',"
			   "'resources':{'limits':{'cpu':'1'}}},"
			   "{'resources':{'limits':{'cpu':'3'}}}]",
			   two);

	(void)state;
	is_refused(max, two, NULL);
	is_refused(max, init, NULL);
	is_refused(max, beside,
		   "maximum cpu usage per Pod is 2, but limit is 2500m");
	is_refused(max, first,
		   "maximum cpu usage per Pod is 2, but limit is 4");
	is_refused(max, "'resources':{'limits':{'cpu':'3'}}",
		   "maximum cpu usage per Pod is 2, but limit is 3");
}

static void claims_keep_to_what_they_request(void **state)
{
	scope_json struct json *range =
		range_of("{'type':'PersistentVolumeClaim','min':"
			 "{'storage':'1Gi'},'max':{'storage':'2Gi'}}");
	scope_json struct json *claim = read_json(
		"{'spec':{'resources':{'requests':{'storage':'3Gi'}}}}");
	scope_json struct json *none = read_json("{'spec':{}}");
	scope_free char *much = limits_refusal(range, KIND_PVC, claim);
	scope_free char *nothing = limits_refusal(range, KIND_PVC, none);

	(void)state;
	assert_string_equal(much, "maximum storage usage per "
				  "PersistentVolumeClaim is 2Gi, but request "
				  "is 3Gi");
	assert_string_equal(nothing,
			    "[minimum storage usage per PersistentVolumeClaim "
			    "is 1Gi.  No request is specified, maximum storage "
			    "usage per PersistentVolumeClaim is 2Gi.  No "
			    "request is specified]");
	assert_null(limits_refusal(range, KIND_CONFIGMAP, none));
}

static void containers_get_what_they_do_not_name(void **state)
{
	scope_json struct json *range = range_of(
		"{'type':'Pod','max':{'cpu':'9'}},{'type':'Container',"
		"'default':{'memory':'1Gi','cpu':'1'},'defaultRequest':"
		"{'memory':'512Mi','cpu':'500m'}}");
	scope_json struct json *pod =
		pod_of("'containers':[{'name':'a','resources':{'limits':"
		       "{'cpu':'2'},'requests':{'cpu':'2'}}}],'initContainers':"
		       "[{'name':'i'}]");
	scope_json struct json *want = pod_of(
		"'containers':[{'name':'a','resources':{'limits':{'cpu':'2',"
		"'memory':'1Gi'},'requests':{'cpu':'2','memory':'512Mi'}}}],"
		"'initContainers':[{'name':'i','resources':{'requests':"
		"{'cpu':'500m','memory':'512Mi'},'limits':{'cpu':'1',"
		"'memory':'1Gi'}}}]");
	const struct json *notes;

	(void)state;
	limits_fill_pod(range, pod);
	assert_true(json_equal(json_get(pod, "spec"), json_get(want, "spec")));
	notes = json_at(pod, "metadata.annotations");
	assert_string_equal(
		json_value_str(json_get(notes, LIMITS_ANNOTATION)),
		"LimitRanger plugin set: memory request for container a; "
		"memory limit for container a; cpu, memory request for init "
		"container i; cpu, memory limit for init container i");
	limits_fill_pod(range, want);
	assert_null(json_at(want, "metadata.annotations"));
}

static void documents_of_odd_shapes_do_no_harm(void **state)
{
	static const char *const odd[] = {
		"{}",
		"{'spec':[]}",
		"{'spec':{'containers':{'a':[]},'initContainers':[1,null]}}",
		("{'spec':{'containers':[{'resources':[]},{'resources':"
		 "{'limits':[1],'requests':'x'}}]},'metadata':3}"),
	};
	scope_json struct json *range = range_of(
		"1,[],{'type':3},{'type':'Container','default':{'cpu':{}},"
		"'defaultRequest':[1],'max':[1],'min':{'cpu':[]}},"
		"{'type':'Pod','max':{'cpu':'1'},'min':{'x':'many'}}");

	(void)state;
	for (size_t i = 0; i < st_array_len(odd); i++) {
		scope_json struct json *pod = read_json(odd[i]);
		scope_free char *why = NULL;

		limits_fill_pod(range, pod);
		why = limits_refusal(range, KIND_POD, pod);
		assert_null(limits_refusal(pod, KIND_POD, range));
	}
}

/* The object itself. */

static void is_judged(const char *item, const char *want)
{
	const struct kind *kind = kinds_stored(KIND_LIMITRANGE);
	scope_json struct json *range = range_of(item);
	struct status status;

	status_init(&status);
	rules_default(kind, range);
	rules_prepare_create(kind, range);
	rules_validate(kind, NULL, range, NULL, &status);
	status_invalid_end(&status, kind, "l");
	if (want == NULL) {
		assert_int_equal(status.code, 0);
	} else {
		scope_free char *text =
			mem_printf("LimitRange \"l\" is invalid: %s", want);

		assert_string_equal(status.message, text);
	}
	status_fini(&status);
}

static void a_range_must_agree_with_itself(void **state)
{
	(void)state;
	is_judged("{'type':'Pod','max':{'cpu':'1'}}", NULL);
	is_judged("{'type':'Pod','min':{'cpu':'2'},'max':{'cpu':'1'}}",
		  "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 "
		  "is greater than max value 1");
	is_judged("{'type':'Container','default':{'cpu':'2'},"
		  "'defaultRequest':{'cpu':'1'},'max':{'cpu':'1'}}",
		  "spec.limits[0].default[cpu]: Invalid value: \"1\": default "
		  "value 2 is greater than max value 1");
	is_judged("{'type':'Container','default':{'cpu':'1'},"
		  "'defaultRequest':{'cpu':'2'}}",
		  "spec.limits[0].defaultRequest[cpu]: Invalid value: \"2\": "
		  "default request value 2 is greater than default limit value "
		  "1");
	is_judged("{'type':'Pod','maxLimitRequestRatio':{'cpu':'500m'}}",
		  "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "
		  "\"500m\": ratio 500m is less than 1");
	is_judged("{'type':'Pod','min':{'cpu':'1'},'max':{'cpu':'2'},"
		  "'maxLimitRequestRatio':{'cpu':'3'}}",
		  "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "
		  "\"3\": ratio 3 is greater than max/min = 2.000000");
}

static void a_range_names_types_and_resources_that_there_are(void **state)
{
	(void)state;
	is_judged("{'type':'Box','max':{'cpu':'1'}}",
		  "spec.limits[0].type: Invalid value: \"Box\": must be a "
		  "standard limit type or fully qualified");
	is_judged("{'type':'Pod'},{'type':'Pod'}",
		  "spec.limits[1].type: Duplicate value: \"Pod\"");
	is_judged("{'type':'Pod','default':{'cpu':'1'}}",
		  "spec.limits[0].default: Forbidden: may not be specified "
		  "when `type` is 'Pod'");
	is_judged("{'type':'PersistentVolumeClaim'}",
		  "spec.limits[0].limits: Required value: either minimum or "
		  "maximum storage value is required, but neither was "
		  "provided");
	is_judged("{'type':'PersistentVolumeClaim','max':{'storage':'1Gi'}}",
		  NULL);
	is_judged("{'type':'Pod','max':{'storage':'1Gi'}}",
		  "spec.limits[0].max[storage]: Invalid value: \"storage\": "
		  "must be a standard resource for containers");
}

static void a_range_has_not_too_many_resources(void **state)
{
	scope_json struct json *item = json_new_object();
	struct json *max;
	scope_free char *text = NULL;

	(void)state;
	json_set_str(item, "type", "Container");
	max = json_child_object(item, "max");
	for (int i = 0; i <= LIMITS_MAX_RESOURCES; i++) {
		scope_free char *name = mem_printf("example.com/r%d", i);

		json_set_int(max, name, 1);
	}
	text = json_print(item);
	is_judged(text, "spec.limits[0].max: Forbidden: may have at most 100 "
			"resources");
}

static void what_a_range_leaves_out_follows(void **state)
{
	const struct kind *kind = kinds_stored(KIND_LIMITRANGE);
	scope_json struct json *range =
		range_of("{'type':'Container','max':{'cpu':'2'},"
			 "'min':{'memory':'1Gi'}},{'type':'Pod'}");
	scope_json struct json *want =
		range_of("{'type':'Container','max':{'cpu':'2'},"
			 "'min':{'memory':'1Gi'},'default':{'cpu':'2'},"
			 "'defaultRequest':{'cpu':'2','memory':'1Gi'}},"
			 "{'type':'Pod'}");

	(void)state;
	rules_default(kind, range);
	assert_true(json_equal(range, want));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers_keep_between_minimum_and_maximum),
		cmocka_unit_test(limits_keep_a_ratio_to_requests),
		cmocka_unit_test(
			several_refusals_stand_in_brackets_and_each_once),
		cmocka_unit_test(pods_are_the_sum_of_what_runs_at_one_time),
		cmocka_unit_test(claims_keep_to_what_they_request),
		cmocka_unit_test(containers_get_what_they_do_not_name),
		cmocka_unit_test(documents_of_odd_shapes_do_no_harm),
		cmocka_unit_test(a_range_must_agree_with_itself),
		cmocka_unit_test(
			a_range_names_types_and_resources_that_there_are),
		cmocka_unit_test(a_range_has_not_too_many_resources),
		cmocka_unit_test(what_a_range_leaves_out_follows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
