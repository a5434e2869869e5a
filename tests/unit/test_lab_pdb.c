/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/pdb.h"

#include <string.h>

#include "lab/status.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"
#include "tests/unit/patch_lab.h"

#define NOON "2026-01-01T12:00:00Z"

static int64_t at(const char *time)
{
	int64_t us;

	assert_int_equal(clk_parse(time, &us), 0);
	return us;
}

/* One word a pod: ready or not, of which controller (by its uid, - for none),
 * and ! for one that is going; named p0, p1... */
static struct json *pods_of(const char *words)
{
	scope_free char *copy = mem_strdup(words);
	struct json *pods = json_new_array();
	char *rest = copy, *word;

	for (int i = 0; (word = strtok_r(rest, " ", &rest)) != NULL; i++) {
		bool going = strchr(word, '!') != NULL;
		scope_free char *owner =
			mem_printf("'ownerReferences':[{'kind':'x','uid':'%c',"
				   "'controller':true}],",
				   word[1]);
		scope_free char *text = mem_printf(
			"{'metadata':{%s%s'name':'p%d'},'status':{'conditions':"
			"[{'type':'Ready','status':'%s'}]}}",
			word[1] == '-' ? "" : owner,
			going ? "'deletionTimestamp':'" NOON "'," : "", i,
			word[0] == 'r' ? "True" : "False");

		json_push(pods, patch_lab_doc(text));
	}
	return pods;
}

static struct pdb_status sync(const char *spec, const char *was,
			      const char *words, const char *now, int want)
{
	scope_free char *text =
		mem_printf("{'metadata':{'name':'b','generation':3},'spec':%s,"
			   "'status':%s}",
			   spec, was);
	scope_json struct json *budget = patch_lab_doc(text);
	scope_json struct json *pods = pods_of(words);
	scope_json struct json *scales = patch_lab_doc("{'a':3,'b':7}");
	struct pdb_view view = {budget, pods, scales, at(now)};
	struct pdb_status status;
	struct err err = {0};

	assert_int_equal(pdb_status(&view, &status, &err), want);
	return status;
}

static const struct {
	const char *spec, *pods;
	int expected, desired, healthy, allowed;
} counts[] = {
	/* A number of pods that must stay: as many are expected as there
	 * are. */
	{"{'minAvailable':1}", "ra ra", 2, 1, 2, 1},
	{"{'minAvailable':1}", "r- r-", 2, 1, 2, 1},
	{"{'minAvailable':2}", "ra ra", 2, 2, 2, 0},
	{"{'minAvailable':5}", "ra ra", 2, 5, 2, 0},
	{"{'minAvailable':0}", "ra na", 2, 0, 1, 1},
	{"{'minAvailable':1}", "ra ra! na", 3, 1, 1, 0},
	/* None that is expected, none that may go. */
	{"{'minAvailable':0}", "", 0, 0, 0, 0},
	/* Shares are of what the controllers want, rounded up. */
	{"{'minAvailable':'50%'}", "ra ra", 3, 2, 2, 0},
	{"{'minAvailable':'50%'}", "ra ra ra", 3, 2, 3, 1},
	{"{'minAvailable':'30%'}", "ra rb ra", 10, 3, 3, 0},
	{"{'minAvailable':'100%'}", "ra ra ra", 3, 3, 3, 0},
	{"{'minAvailable':'0%'}", "ra", 3, 0, 1, 1},
	/* How many may be away is of that, too. */
	{"{'maxUnavailable':1}", "ra ra ra", 3, 2, 3, 1},
	{"{'maxUnavailable':1}", "ra ra", 3, 2, 2, 0},
	{"{'maxUnavailable':0}", "ra ra ra", 3, 3, 3, 0},
	{"{'maxUnavailable':9}", "ra", 3, 0, 1, 1},
	{"{'maxUnavailable':'40%'}", "ra ra ra", 3, 1, 3, 2},
	/* Pods of nobody are not expected. */
	{"{'maxUnavailable':1}", "ra ra ra r-", 3, 2, 4, 2},
	{"{'maxUnavailable':1}", "r-", 0, 0, 1, 0},
};

static void counts_pods_as_upstream_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct pdb_status status =
			sync(counts[i].spec, "{}", counts[i].pods, NOON, 0);
		const char *allowed = counts[i].allowed > 0 ? "True" : "False";
		const char *reason = counts[i].allowed > 0 ? "SufficientPods"
							   : "InsufficientPods";
		scope_free char *want = mem_printf(
			"{'observedGeneration':3,'disruptionsAllowed':%d,"
			"'currentHealthy':%d,'desiredHealthy':%d,"
			"'expectedPods':%d,'conditions':[{"
			"'type':'DisruptionAllowed','status':'%s',"
			"'observedGeneration':3,'lastTransitionTime':'" NOON
			"','reason':'%s','message':''}]}",
			counts[i].allowed, counts[i].healthy, counts[i].desired,
			counts[i].expected, allowed, reason);

		patch_lab_same(status.json, want);
		assert_true(status.is_changed);
		pdb_status_fini(&status);
	}
}

static void pods_of_nobody_are_named(void **state)
{
	struct pdb_status status =
		sync("{'maxUnavailable':1}", "{}", "ra r- n-", NOON, 0);

	(void)state;
	patch_lab_same(status.unmanaged, "['p1','p2']");
	pdb_status_fini(&status);
	status = sync("{'minAvailable':1}", "{}", "ra r- n-", NOON, 0);
	patch_lab_same(status.unmanaged, "[]");
	pdb_status_fini(&status);
}

static void nothing_may_go_when_the_controller_is_not_there(void **state)
{
	static const char was[] = "{'observedGeneration':2,"
				  "'disruptionsAllowed':4,'currentHealthy':6}";
	struct pdb_status status =
		sync("{'maxUnavailable':1}", was, "ra rc", NOON, ST_EINVAL);

	(void)state;
	patch_lab_same(
		status.json,
		"{'observedGeneration':2,'disruptionsAllowed':0,"
		"'currentHealthy':6,'conditions':[{'type':'DisruptionAllowed',"
		"'status':'False','observedGeneration':2,"
		"'lastTransitionTime':'" NOON "','reason':'SyncFailed',"
		"'message':'found no controllers for pod \\'p1\\''}]}");
	pdb_status_fini(&status);
}

static void a_status_that_is_right_stays_as_it_is(void **state)
{
	struct pdb_status one =
		sync("{'minAvailable':1}", "{}", "ra ra", NOON, 0);
	scope_free char *was = json_print(one.json);
	struct pdb_status two;

	(void)state;
	for (char *c = was; *c != '\0'; c++)
		*c = *c == '"' ? '\'' : *c;
	/* Later, with the same to say. */
	two = sync("{'minAvailable':1}", was, "ra ra", "2026-01-01T13:00:00Z",
		   0);
	assert_false(two.is_changed);
	pdb_status_fini(&two);
	/* The time of the condition moves with its value alone. */
	two = sync("{'minAvailable':1}", was, "ra ra ra",
		   "2026-01-01T13:00:00Z", 0);
	assert_true(two.is_changed);
	assert_string_equal(
		json_str(json_first(json_get(two.json, "conditions")),
			 "lastTransitionTime"),
		NOON);
	pdb_status_fini(&two);
	pdb_status_fini(&one);
}

static void who_was_evicted_counts_as_gone_for_two_minutes(void **state)
{
	static const char was[] = "{'disruptedPods':{'p0':'" NOON "',"
				  "'p1':'" NOON "','x':'" NOON "'}}";
	struct pdb_status status =
		sync("{'minAvailable':1}", was, "ra ra! ra ra",
		     "2026-01-01T12:01:59Z", 0);

	(void)state;
	patch_lab_same(json_get(status.json, "disruptedPods"),
		       "{'p0':'" NOON "'}");
	assert_int_equal(json_int(status.json, "currentHealthy", -1), 2);
	assert_int_equal(status.again_us, at("2026-01-01T12:02:00Z"));
	pdb_status_fini(&status);
	status = sync("{'minAvailable':1}", was, "ra ra! ra ra",
		      "2026-01-01T12:02:00Z", 0);
	assert_null(json_get(status.json, "disruptedPods"));
	assert_int_equal(json_int(status.json, "currentHealthy", -1), 3);
	assert_int_equal(status.again_us, 0);
	pdb_status_fini(&status);
}

static void labels_decide_whom_it_covers(void **state)
{
	static const char labels[] = "app\0web\0tier\0db\0";
	static const struct {
		const char *spec;
		bool covers;
	} cases[] = {
		{"{}", false},
		{"{'selector':null}", false},
		{"{'selector':{}}", true},
		{"{'selector':{'matchLabels':{'app':'web'}}}", true},
		{"{'selector':{'matchLabels':{'app':'x'}}}", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scope_free char *text =
			mem_printf("{'spec':%s}", cases[i].spec);
		scope_json struct json *budget = patch_lab_doc(text);

		assert_int_equal(pdb_covers(budget, labels), cases[i].covers);
	}
}

static struct json *pod_in(const char *phase, const char *ready)
{
	scope_free char *text = mem_printf(
		"{'status':{'phase':'%s','conditions':[{'type':'Ready',"
		"'status':'%s'}]}}",
		phase, ready);

	return patch_lab_doc(text);
}

static bool spares(const char *policy, int healthy, int desired,
		   const char *ready)
{
	scope_free char *text =
		mem_printf("{'spec':{%s},'status':{'currentHealthy':%d,"
			   "'desiredHealthy':%d}}",
			   policy, healthy, desired);
	scope_json struct json *budget = patch_lab_doc(text);
	scope_json struct json *pod = pod_in("Running", ready);

	return pdb_spares(budget, pod);
}

static void who_is_not_ready_may_go_as_the_policy_says(void **state)
{
	static const char always[] =
		"'unhealthyPodEvictionPolicy':'AlwaysAllow'";
	static const char healthy[] =
		"'unhealthyPodEvictionPolicy':'IfHealthyBudget'";

	(void)state;
	assert_false(spares(always, 2, 1, "True"));
	assert_true(spares(always, 0, 1, "False"));
	assert_true(spares(healthy, 1, 1, "False"));
	assert_false(spares(healthy, 0, 1, "False"));
	assert_false(spares("", 0, 1, "False"));
	assert_true(spares("", 2, 1, "Unknown"));
	/* Whose status has not been counted yet, wants none. */
	assert_false(spares("", 0, 0, "False"));
}

static void who_serves_nothing_is_free_to_go(void **state)
{
	static const char *const free_phases[] = {"Pending", "Succeeded",
						  "Failed"};
	scope_json struct json *running = pod_in("Running", "True");
	scope_json struct json *going =
		patch_lab_doc("{'metadata':{'deletionTimestamp':'" NOON "'},"
			      "'status':{'phase':'Running'}}");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		scope_json struct json *pod = pod_in(free_phases[i], "False");

		assert_true(pdb_is_free(pod));
	}
	assert_true(pdb_is_free(going));
	assert_false(pdb_is_free(running));
}

static void an_eviction_is_counted(void **state)
{
	scope_json struct json *budget = patch_lab_doc(
		"{'metadata':{'name':'b','generation':1},'status':{"
		"'observedGeneration':1,'disruptionsAllowed':2}}");
	struct status status;

	(void)state;
	status_init(&status);
	assert_true(pdb_take(budget, "p0", at(NOON), &status));
	patch_lab_same(json_get(budget, "status"),
		       "{'observedGeneration':1,'disruptionsAllowed':1,"
		       "'disruptedPods':{'p0':'" NOON "'}}");
	assert_true(pdb_take(budget, "p1", at(NOON), &status));
	patch_lab_same(
		json_get(budget, "status"),
		"{'observedGeneration':1,'disruptionsAllowed':0,"
		"'disruptedPods':{'p0':'" NOON "','p1':'" NOON "'},"
		"'conditions':[{'type':'DisruptionAllowed','status':'False',"
		"'observedGeneration':1,'lastTransitionTime':'" NOON "',"
		"'reason':'InsufficientPods','message':''}]}");
	assert_false(pdb_take(budget, "p2", at(NOON), &status));
	assert_int_equal(status.code, 429);
	status_fini(&status);
}

static const struct {
	const char *status;
	const char *cause;
	uint32_t retry_after_s;
} refusals[] = {
	{"{'disruptionsAllowed':1}",
	 "The disruption budget b is still being processed by the server.", 10},
	{"{'observedGeneration':1,'desiredHealthy':2,'currentHealthy':1}",
	 "The disruption budget b needs 2 healthy pods and has 1 currently", 0},
	{"{'observedGeneration':1,'desiredHealthy':2,'currentHealthy':1,"
	 "'conditions':[{'type':'DisruptionAllowed','status':'False',"
	 "'reason':'SyncFailed','message':'why'}]}",
	 "The disruption budget b does not allow evicting pods currently "
	 "because it failed sync: why",
	 0},
	{"{'observedGeneration':1,'desiredHealthy':1,'currentHealthy':2,"
	 "'conditions':[{'type':'DisruptionAllowed','status':'False',"
	 "'reason':'Other','message':'why'}]}",
	 "The disruption budget b does not allow evicting pods currently "
	 "(Other): why",
	 0},
	{"{'observedGeneration':1,'desiredHealthy':1,'currentHealthy':2}",
	 "The disruption budget b does not allow evicting pods currently", 0},
};

static void a_refusal_says_what_is_wanted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		scope_free char *text =
			mem_printf("{'metadata':{'name':'b','generation':1},"
				   "'status':%s}",
				   refusals[i].status);
		scope_json struct json *budget = patch_lab_doc(text);
		struct status status;

		status_init(&status);
		assert_false(pdb_take(budget, "p", at(NOON), &status));
		assert_int_equal(status.code, 429);
		assert_string_equal(status.reason, "TooManyRequests");
		assert_int_equal(status.n_causes, 1);
		assert_string_equal(status.causes[0].reason,
				    "DisruptionBudget");
		assert_string_equal(status.causes[0].message,
				    refusals[i].cause);
		assert_int_equal(status.retry_after_s,
				 refusals[i].retry_after_s);
		status_fini(&status);
		patch_lab_same(json_get(budget, "status"), refusals[i].status);
	}
}

static void evictions_that_nobody_confirms_end(void **state)
{
	scope_json struct json *budget = patch_lab_doc(
		"{'metadata':{'name':'b'},'status':{'disruptionsAllowed':1}}");
	struct json *pods = json_child_object(
		json_child_object(budget, "status"), "disruptedPods");
	struct status status;

	(void)state;
	for (int i = 0; i <= 2000; i++) {
		scope_free char *name = mem_printf("p%d", i);

		json_set_str(pods, name, NOON);
	}
	status_init(&status);
	assert_false(pdb_take(budget, "p", at(NOON), &status));
	assert_int_equal(status.code, 403);
	status_fini(&status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_pods_as_upstream_does),
		cmocka_unit_test(pods_of_nobody_are_named),
		cmocka_unit_test(
			nothing_may_go_when_the_controller_is_not_there),
		cmocka_unit_test(a_status_that_is_right_stays_as_it_is),
		cmocka_unit_test(
			who_was_evicted_counts_as_gone_for_two_minutes),
		cmocka_unit_test(labels_decide_whom_it_covers),
		cmocka_unit_test(who_is_not_ready_may_go_as_the_policy_says),
		cmocka_unit_test(who_serves_nothing_is_free_to_go),
		cmocka_unit_test(an_eviction_is_counted),
		cmocka_unit_test(a_refusal_says_what_is_wanted),
		cmocka_unit_test(evictions_that_nobody_confirms_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
