/* SPDX-License-Identifier: Apache-2.0 */
/* Documents are written with ' for ". */
#include <string.h>

#include "lab/rules.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static struct json *doc(const char *text)
{
	scope_free char *copy = mem_strdup(text);
	struct json *root = NULL;
	struct err err = {0};

	for (char *c = copy; *c != '\0'; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_parse(copy, strlen(copy), &root, &err) < 0)
		fail_msg("%s in %s", err.msg, copy);
	return root;
}

static void same(const struct json *is, const char *want)
{
	scope_json struct json *expected = doc(want);
	scope_free char *text = json_print(is);
	scope_free char *wanted = json_print(expected);

	if (!json_equal(is, expected))
		fail_msg("is   %s\nwant %s", text, wanted);
}

static struct json *created(enum kind_id id, const char *text)
{
	const struct kind *kind = kinds_stored(id);
	struct json *object = doc(text);

	rules_default(kind, object);
	rules_gates(kind, NULL, object, 0);
	rules_prepare_create(kind, object);
	return object;
}

static struct json *updated(enum kind_id id, const char *was_text,
			    const char *text, const char *subresource)
{
	const struct kind *kind = kinds_stored(id);
	scope_json struct json *was = doc(was_text);
	struct json *is = doc(text);

	rules_default(kind, was);
	rules_default(kind, is);
	rules_gates(kind, was, is, 0);
	rules_prepare_update(kind, was, is, subresource);
	return is;
}

static void fills_a_set_as_a_real_server_does(void **state)
{
	scope_json struct json *set = created(
		KIND_SET,
		"{'metadata':{'name':'web'},'spec':{'replicas':2,"
		"'selector':{'matchLabels':{'app':'nginx'}},"
		"'serviceName':'nginx','template':{'metadata':{'labels':"
		"{'app':'nginx'}},'spec':{'containers':[{'image':"
		"'nginx:1.21','name':'nginx','ports':[{'containerPort':80,"
		"'name':'web'}]}]}},'volumeClaimTemplates':[{'metadata':"
		"{'name':'www'},'spec':{'accessModes':['ReadWriteOnce'],"
		"'resources':{'requests':{'storage':'1Gi'}}}}]}}");

	(void)state;
	same(set,
	     "{'metadata':{'name':'web','generation':1},'spec':{'replicas':2,"
	     "'selector':{'matchLabels':{'app':'nginx'}},'template':"
	     "{'metadata':{'labels':{'app':'nginx'}},'spec':{'containers':["
	     "{'name':'nginx','image':'nginx:1.21','ports':[{'name':'web',"
	     "'containerPort':80,'protocol':'TCP'}],'resources':{},"
	     "'terminationMessagePath':'/dev/termination-log',"
	     "'terminationMessagePolicy':'File',"
	     "'imagePullPolicy':'IfNotPresent'}],'restartPolicy':'Always',"
	     "'terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst',"
	     "'securityContext':{},'schedulerName':'default-scheduler'}},"
	     "'volumeClaimTemplates':[{'kind':'PersistentVolumeClaim',"
	     "'apiVersion':'v1','metadata':{'name':'www'},'spec':"
	     "{'accessModes':['ReadWriteOnce'],'resources':{'requests':"
	     "{'storage':'1Gi'}},'volumeMode':'Filesystem'},'status':"
	     "{'phase':'Pending'}}],'serviceName':'nginx',"
	     "'podManagementPolicy':'OrderedReady','updateStrategy':{'type':"
	     "'RollingUpdate','rollingUpdate':{'partition':0}},"
	     "'revisionHistoryLimit':10,"
	     "'persistentVolumeClaimRetentionPolicy':{'whenDeleted':'Retain',"
	     "'whenScaled':'Retain'}},'status':{'replicas':0,"
	     "'availableReplicas':0}}");
}

static void adds_no_rolling_update_to_a_chosen_strategy(void **state)
{
	scope_json struct json *set =
		created(KIND_SET,
			"{'spec':{'updateStrategy':{'type':'RollingUpdate'}}}");
	scope_json struct json *other =
		created(KIND_SET, "{'spec':{'updateStrategy':{'rollingUpdate':"
				  "{'maxUnavailable':2}}}}");

	(void)state;
	same(json_at(set, "spec.updateStrategy"), "{'type':'RollingUpdate'}");
	same(json_at(other, "spec.updateStrategy"),
	     "{'type':'RollingUpdate','rollingUpdate':{'partition':0}}");
}

static void gate(const char *was_text, const char *text, unsigned gates,
		 const char *want)
{
	const struct kind *kind = kinds_stored(KIND_SET);
	scope_json struct json *was = was_text ? doc(was_text) : NULL;
	scope_json struct json *set = doc(text);

	rules_gates(kind, was, set, gates);
	same(json_at(set, "spec.updateStrategy.rollingUpdate"), want);
}

static void keeps_max_unavailable_behind_its_gate(void **state)
{
	static const char with[] = "{'spec':{'updateStrategy':{'rollingUpdate':"
				   "{'maxUnavailable':'50%'}}}}";
	static const char without[] =
		"{'spec':{'updateStrategy':{'rollingUpdate':{}}}}";

	(void)state;
	gate(NULL, with, 0, "{}");
	gate(without, with, 0, "{}");
	/* What was stored while the gate was on stays. */
	gate(with, with, 0, "{'maxUnavailable':'50%'}");
	gate(NULL, with, RULES_MAX_UNAVAILABLE, "{'maxUnavailable':'50%'}");
	gate(NULL, without, RULES_MAX_UNAVAILABLE, "{'maxUnavailable':1}");
}

static void counts_the_generation_of_a_set_with_its_spec(void **state)
{
	static const char was[] =
		"{'metadata':{'name':'a','generation':4},'spec':{'replicas':1},"
		"'status':{'replicas':1}}";
	scope_json struct json *same_spec = updated(
		KIND_SET, was,
		"{'metadata':{'labels':{'a':'b'},'generation':9},'spec':"
		"{'replicas':1},'status':{'replicas':7}}",
		NULL);
	scope_json struct json *other =
		updated(KIND_SET, was, "{'spec':{'replicas':2}}", NULL);
	scope_json struct json *status = updated(
		KIND_SET, was,
		"{'spec':{'replicas':3},'status':{'replicas':2}}", "status");

	(void)state;
	assert_int_equal(json_int(same_spec, "metadata.generation", 0), 4);
	assert_int_equal(json_int(same_spec, "status.replicas", 0), 1);
	assert_int_equal(json_int(other, "metadata.generation", 0), 5);
	assert_string_equal(json_str(other, "metadata.name"), "a");
	assert_int_equal(json_int(status, "metadata.generation", 0), 4);
	assert_int_equal(json_int(status, "spec.replicas", 0), 1);
	assert_int_equal(json_int(status, "status.replicas", 0), 2);
}

static void fills_a_pod_as_a_real_server_does(void **state)
{
	scope_json struct json *pod = created(
		KIND_POD, "{'metadata':{'name':'a'},'spec':{'containers':["
			  "{'name':'c','image':'nginx'}],'volumes':["
			  "{'name':'v'}]},'status':{'phase':'Running'}}");

	(void)state;
	same(pod,
	     "{'metadata':{'name':'a','generation':1},'spec':{'containers':["
	     "{'name':'c','image':'nginx','resources':{},"
	     "'terminationMessagePath':'/dev/termination-log',"
	     "'terminationMessagePolicy':'File','imagePullPolicy':'Always'}],"
	     "'volumes':[{'name':'v','emptyDir':{}}],"
	     "'restartPolicy':'Always','terminationGracePeriodSeconds':30,"
	     "'dnsPolicy':'ClusterFirst','securityContext':{},"
	     "'schedulerName':'default-scheduler','enableServiceLinks':true,"
	     "'tolerations':[{'key':'node.kubernetes.io/not-ready',"
	     "'operator':'Exists','effect':'NoExecute',"
	     "'tolerationSeconds':300},"
	     "{'key':'node.kubernetes.io/unreachable','operator':'Exists',"
	     "'effect':'NoExecute','tolerationSeconds':300}],'priority':0,"
	     "'preemptionPolicy':'PreemptLowerPriority'},"
	     "'status':{'phase':'Pending','qosClass':'BestEffort'}}");
}

static void pulls_what_has_no_fixed_tag_always(void **state)
{
	static const char *const cases[][2] = {
		{"nginx", "Always"},
		{"nginx:latest", "Always"},
		{"host:5000/nginx", "Always"},
		{"host:5000/nginx:1", "IfNotPresent"},
		{"nginx@sha256:0123", "IfNotPresent"},
		{"nginx:1.21", "IfNotPresent"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		scope_free char *text =
			mem_printf("{'spec':{'containers':[{'image':'%s'}]}}",
				   cases[i][0]);
		scope_json struct json *pod = created(KIND_POD, text);
		const struct json *first =
			json_first(json_at(pod, "spec.containers"));

		assert_string_equal(json_str(first, "imagePullPolicy"),
				    cases[i][1]);
	}
}

static void tells_the_service_class_of_a_pod(void **state)
{
	static const char *const cases[][2] = {
		{"{}", "BestEffort"},
		{"{'requests':{'cpu':'1'}}", "Burstable"},
		{"{'limits':{'cpu':'1','memory':'1Gi'}}", "Guaranteed"},
		{"{'limits':{'cpu':'1','memory':'1Gi'},'requests':"
		 "{'cpu':'1000m','memory':'1024Mi'}}",
		 "Guaranteed"},
		{"{'limits':{'cpu':'1','memory':'1Gi'},'requests':"
		 "{'cpu':'500m'}}",
		 "Burstable"},
		{"{'limits':{'cpu':'1'}}", "Burstable"},
		{"{'requests':{'cpu':'0'}}", "BestEffort"},
	};

	(void)state;
	for (size_t i = 0; i < st_array_len(cases); i++) {
		scope_free char *text =
			mem_printf("{'spec':{'containers':[{'resources':%s}]}}",
				   cases[i][0]);
		scope_json struct json *pod = created(KIND_POD, text);

		assert_string_equal(json_str(pod, "status.qosClass"),
				    cases[i][1]);
	}
}

static void fills_a_headless_service(void **state)
{
	scope_json struct json *service =
		created(KIND_SERVICE,
			"{'spec':{'ports':[{'port':80,'name':'web'}],"
			"'clusterIP':'None','selector':{'app':'nginx'}}}");

	(void)state;
	same(json_get(service, "spec"),
	     "{'ports':[{'name':'web','protocol':'TCP','port':80,"
	     "'targetPort':80}],'selector':{'app':'nginx'},"
	     "'clusterIP':'None','clusterIPs':['None'],'type':'ClusterIP',"
	     "'sessionAffinity':'None','ipFamilies':['IPv4'],"
	     "'ipFamilyPolicy':'SingleStack',"
	     "'internalTrafficPolicy':'Cluster'}");
	same(json_get(service, "status"), "{'loadBalancer':{}}");
}

static void keeps_the_address_of_a_service(void **state)
{
	static const char was[] =
		"{'spec':{'type':'NodePort','clusterIP':'10.96.0.7',"
		"'clusterIPs':['10.96.0.7'],'ipFamilies':['IPv4'],"
		"'ipFamilyPolicy':'SingleStack','ports':[{'name':'a',"
		"'port':80,'nodePort':30001}]}}";
	scope_json struct json *is = updated(
		KIND_SERVICE, was,
		"{'spec':{'type':'NodePort','ports':[{'name':'b','port':81},"
		"{'name':'a','port':80}]}}",
		NULL);

	(void)state;
	same(json_get(is, "spec"),
	     "{'type':'NodePort','clusterIP':'10.96.0.7',"
	     "'clusterIPs':['10.96.0.7'],'ipFamilies':['IPv4'],"
	     "'ipFamilyPolicy':'SingleStack','ports':[{'name':'b','port':81,"
	     "'protocol':'TCP','targetPort':81},{'name':'a','port':80,"
	     "'nodePort':30001,'protocol':'TCP','targetPort':80}],"
	     "'sessionAffinity':'None','externalTrafficPolicy':'Cluster',"
	     "'internalTrafficPolicy':'Cluster'}");
}

static void gives_up_what_a_new_type_has_no_use_for(void **state)
{
	static const char was[] =
		"{'spec':{'type':'NodePort','clusterIP':'10.96.0.7',"
		"'clusterIPs':['10.96.0.7'],'ipFamilies':['IPv4'],"
		"'ipFamilyPolicy':'SingleStack','ports':[{'name':'a',"
		"'port':80,'nodePort':30001}]}}";
	scope_json struct json *is =
		updated(KIND_SERVICE, was,
			"{'spec':{'type':'ExternalName','externalName':'a.b',"
			"'clusterIP':'10.96.0.7','clusterIPs':['10.96.0.7'],"
			"'ipFamilies':['IPv4'],'ipFamilyPolicy':'SingleStack',"
			"'internalTrafficPolicy':'Cluster',"
			"'externalTrafficPolicy':'Cluster',"
			"'ports':[{'name':'a','port':80,'nodePort':30001}]}}",
			NULL);

	(void)state;
	same(json_get(is, "spec"),
	     "{'type':'ExternalName','externalName':'a.b','ports':[{"
	     "'name':'a','port':80,'protocol':'TCP','targetPort':80}],"
	     "'sessionAffinity':'None'}");
}

static void protects_claims_and_volumes(void **state)
{
	scope_json struct json *claim = created(
		KIND_PVC, "{'metadata':{'name':'c'},'spec':{'accessModes':["
			  "'ReadWriteOnce'],'resources':{'requests':"
			  "{'storage':'1Gi'}}},'status':{'phase':'Bound'}}");

	(void)state;
	same(claim,
	     "{'metadata':{'name':'c','finalizers':["
	     "'kubernetes.io/pvc-protection']},'spec':{'accessModes':["
	     "'ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}},"
	     "'volumeMode':'Filesystem'},'status':{'phase':'Pending'}}");
}

static void merges_plain_text_into_a_secret(void **state)
{
	scope_json struct json *secret = created(
		KIND_SECRET, "{'data':{'a':'AAAA'},'stringData':{'b':'hi',"
			     "'a':'xyz'}}");

	(void)state;
	same(secret, "{'metadata':{},'data':{'a':'eHl6','b':'aGk='},"
		     "'type':'Opaque'}");
}

static void gives_a_namespace_its_life(void **state)
{
	scope_json struct json *ns =
		created(KIND_NAMESPACE, "{'metadata':{'name':'n'}}");
	scope_json struct json *done =
		updated(KIND_NAMESPACE,
			"{'metadata':{'name':'n'},'spec':{'finalizers':["
			"'kubernetes']},'status':{'phase':'Terminating'}}",
			"{'spec':{'finalizers':[]}}", "finalize");

	(void)state;
	same(ns, "{'metadata':{'name':'n','labels':"
		 "{'kubernetes.io/metadata.name':'n'}},'spec':{'finalizers':"
		 "['kubernetes']},'status':{'phase':'Active'}}");
	same(json_get(done, "spec"), "{'finalizers':[]}");
	same(json_get(done, "status"), "{'phase':'Terminating'}");
}

static void knows_which_fields_can_be_selected(void **state)
{
	const struct kind *pod = kinds_stored(KIND_POD);
	const struct kind *node = kinds_stored(KIND_NODE);
	scope_json struct json *object =
		doc("{'metadata':{'name':'n'},'spec':{'nodeName':'x'}}");

	(void)state;
	assert_true(rules_has_field(pod, "metadata.namespace"));
	assert_true(rules_has_field(pod, "spec.nodeName"));
	assert_false(rules_has_field(pod, "spec.hostname"));
	assert_false(rules_has_field(node, "metadata.namespace"));
	assert_string_equal(rules_field(pod, object, "spec.nodeName"), "x");
	assert_string_equal(rules_field(pod, object, "status.phase"), "");
	assert_string_equal(rules_field(node, object, "spec.unschedulable"),
			    "false");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_a_set_as_a_real_server_does),
		cmocka_unit_test(adds_no_rolling_update_to_a_chosen_strategy),
		cmocka_unit_test(keeps_max_unavailable_behind_its_gate),
		cmocka_unit_test(counts_the_generation_of_a_set_with_its_spec),
		cmocka_unit_test(fills_a_pod_as_a_real_server_does),
		cmocka_unit_test(pulls_what_has_no_fixed_tag_always),
		cmocka_unit_test(tells_the_service_class_of_a_pod),
		cmocka_unit_test(fills_a_headless_service),
		cmocka_unit_test(keeps_the_address_of_a_service),
		cmocka_unit_test(gives_up_what_a_new_type_has_no_use_for),
		cmocka_unit_test(protects_claims_and_volumes),
		cmocka_unit_test(merges_plain_text_into_a_secret),
		cmocka_unit_test(gives_a_namespace_its_life),
		cmocka_unit_test(knows_which_fields_can_be_selected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
