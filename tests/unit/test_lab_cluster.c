/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/stat.h>

#include "cluster_lab.h"
#include "cm.h"
#include "lab/alloc.h"
#include "lab/objects.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define NS   "default"
#define CORE "/api/v1/namespaces/default/"

static int setup(void **state)
{
	static struct cluster_lab lab;

	lab = (struct cluster_lab){0};
	cluster_lab_start(&lab);
	*state = &lab;
	return 0;
}

static int setup_without_node(void **state)
{
	static struct cluster_lab lab;

	lab = (struct cluster_lab){.no_node = true};
	cluster_lab_start(&lab);
	*state = &lab;
	return 0;
}

static int teardown(void **state)
{
	cluster_lab_stop(*state);
	return 0;
}

static void the_default_objects_are_there(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_settle(lab);
	assert_true(cluster_lab_has(lab, KIND_NAMESPACE, "", "kube-system"));
	assert_true(cluster_lab_has(lab, KIND_NODE, "", "lab-node"));
	assert_true(cluster_lab_has(lab, KIND_STORAGECLASS, "", "standard"));
	assert_true(cluster_lab_has(lab, KIND_SERVICEACCOUNT, NS, "default"));
	assert_true(cluster_lab_has(lab, KIND_LEASE, "kube-node-lease",
				    "lab-node"));
	assert_true(cluster_lab_has(lab, KIND_ENDPOINTSLICE, NS, "kubernetes"));
	cluster_lab_await(lab, KIND_SERVICE, NS, "kubernetes", "spec.clusterIP",
			  ALLOC_KUBERNETES);
}

/* Owners. */

static char *uid_of(struct cluster_lab *lab, enum kind_id kind,
		    const char *name)
{
	scope_json struct json *object = cluster_lab_read(lab, kind, NS, name);

	return mem_strdup(json_str(object, "metadata.uid"));
}

static void make_map(struct cluster_lab *lab, const char *name,
		     const char *owner, bool blocks)
{
	scope_free char *uid =
		owner == NULL ? NULL : uid_of(lab, KIND_CONFIGMAP, owner);
	scope_free char *owners =
		owner == NULL
			? mem_strdup("")
			: mem_printf(",'ownerReferences':[{'apiVersion':'v1',"
				     "'kind':'ConfigMap','name':'%s',"
				     "'uid':'%s','blockOwnerDeletion':%s}]",
				     owner, uid, blocks ? "true" : "false");
	scope_free char *text =
		mem_printf("{'kind':'ConfigMap','apiVersion':'v1',"
			   "'metadata':{'name':'%s'%s}}",
			   name, owners);

	cluster_lab_post(lab, CORE "configmaps", text);
}

static void drop_map(struct cluster_lab *lab, const char *name,
		     const char *policy)
{
	scope_free char *path = mem_printf(CORE "configmaps/%s", name);
	scope_free char *body = mem_printf("{'kind':'DeleteOptions',"
					   "'apiVersion':'v1',"
					   "'propagationPolicy':'%s'}",
					   policy);

	json_free(cluster_lab_do(lab, 200, "DELETE", path, body));
	cluster_lab_settle(lab);
}

static bool has_map(struct cluster_lab *lab, const char *name)
{
	return cluster_lab_has(lab, KIND_CONFIGMAP, NS, name);
}

static void what_is_owned_goes_after_its_owner(void **state)
{
	struct cluster_lab *lab = *state;

	make_map(lab, "a", NULL, false);
	make_map(lab, "b", "a", true);
	make_map(lab, "c", "b", true);
	drop_map(lab, "a", "Background");
	assert_false(has_map(lab, "a"));
	assert_false(has_map(lab, "b"));
	assert_false(has_map(lab, "c"));
}

static void an_owner_that_is_deleted_in_the_foreground_goes_last(void **state)
{
	struct cluster_lab *lab = *state;

	make_map(lab, "a", NULL, false);
	make_map(lab, "b", "a", true);
	json_free(cluster_lab_do(lab, 200, "PATCH", CORE "configmaps/b",
				 "{'metadata':{'finalizers':['ex.org/f']}}"));
	drop_map(lab, "a", "Foreground");
	assert_true(has_map(lab, "a"));
	json_free(cluster_lab_do(lab, 200, "PATCH", CORE "configmaps/b",
				 "{'metadata':{'finalizers':null}}"));
	cluster_lab_settle(lab);
	assert_false(has_map(lab, "a"));
	assert_false(has_map(lab, "b"));
}

static void an_orphan_stays_without_its_reference(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *left = NULL;

	make_map(lab, "a", NULL, false);
	make_map(lab, "b", "a", true);
	drop_map(lab, "a", "Orphan");
	assert_false(has_map(lab, "a"));
	left = cluster_lab_read(lab, KIND_CONFIGMAP, NS, "b");
	assert_null(json_at(left, "metadata.ownerReferences"));
}

static void an_owner_of_the_same_name_but_another_uid_is_none(void **state)
{
	struct cluster_lab *lab = *state;

	make_map(lab, "a", NULL, false);
	cluster_lab_post(lab, CORE "configmaps",
			 "{'kind':'ConfigMap','apiVersion':'v1','metadata':{"
			 "'name':'b','ownerReferences':[{'apiVersion':'v1',"
			 "'kind':'ConfigMap','name':'a','uid':'other'}]}}");
	cluster_lab_settle(lab);
	assert_true(has_map(lab, "a"));
	assert_false(has_map(lab, "b"));
}

static void one_living_owner_is_enough(void **state)
{
	struct cluster_lab *lab = *state;
	scope_free char *uid = NULL, *text = NULL;
	scope_json struct json *left = NULL;

	make_map(lab, "a", NULL, false);
	uid = uid_of(lab, KIND_CONFIGMAP, "a");
	text = mem_printf("{'kind':'ConfigMap','apiVersion':'v1','metadata':{"
			  "'name':'b','ownerReferences':["
			  "{'apiVersion':'v1','kind':'ConfigMap','name':'x',"
			  "'uid':'gone'},{'apiVersion':'v1',"
			  "'kind':'ConfigMap','name':'a','uid':'%s'}]}}",
			  uid);
	cluster_lab_post(lab, CORE "configmaps", text);
	cluster_lab_settle(lab);
	left = cluster_lab_read(lab, KIND_CONFIGMAP, NS, "b");
	assert_int_equal(json_len(json_at(left, "metadata.ownerReferences")),
			 1);
}

static void owners_of_unknown_kinds_count_as_living(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_post(lab, CORE "configmaps",
			 "{'kind':'ConfigMap','apiVersion':'v1','metadata':{"
			 "'name':'b','ownerReferences':[{"
			 "'apiVersion':'ex.org/v1','kind':'Thing','name':'a',"
			 "'uid':'u'}]}}");
	cluster_lab_settle(lab);
	assert_true(has_map(lab, "b"));
}

/* Namespaces. */

static void a_namespace_is_emptied_and_goes(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_post(lab, "/api/v1/namespaces",
			 "{'kind':'Namespace','apiVersion':'v1',"
			 "'metadata':{'name':'shop'}}");
	cluster_lab_settle(lab);
	cluster_lab_post(lab, "/api/v1/namespaces/shop/configmaps",
			 "{'kind':'ConfigMap','apiVersion':'v1','metadata':{"
			 "'name':'m','finalizers':['ex.org/f']}}");
	cluster_lab_post(lab, "/api/v1/namespaces/shop/pods",
			 "{'kind':'Pod','apiVersion':'v1','metadata':{"
			 "'name':'p'},'spec':{'containers':[{'name':'c',"
			 "'image':'x'}]}}");
	cluster_lab_await(lab, KIND_POD, "shop", "p", "status.phase",
			  "Running");
	json_free(cluster_lab_do(lab, 200, "DELETE", "/api/v1/namespaces/shop",
				 NULL));
	cluster_lab_settle(lab);
	cluster_lab_await(lab, KIND_NAMESPACE, "", "shop", "status.phase",
			  "Terminating");
	assert_false(cluster_lab_has(lab, KIND_POD, "shop", "p"));
	json_free(cluster_lab_do(lab, 403, "POST",
				 "/api/v1/namespaces/shop/configmaps",
				 "{'kind':'ConfigMap','apiVersion':'v1',"
				 "'metadata':{'name':'n'}}"));
	json_free(cluster_lab_do(lab, 200, "PATCH",
				 "/api/v1/namespaces/shop/configmaps/m",
				 "{'metadata':{'finalizers':null}}"));
	cluster_lab_await(lab, KIND_NAMESPACE, "", "shop", "", NULL);
}

/* Claims. */

static void make_claim(struct cluster_lab *lab, const char *name,
		       const char *more)
{
	scope_free char *text =
		mem_printf("{'kind':'PersistentVolumeClaim','apiVersion':'v1',"
			   "'metadata':{'name':'%s'},'spec':{'accessModes':["
			   "'ReadWriteOnce'],'resources':{'requests':{"
			   "'storage':'1Gi'}}%s}}",
			   name, more);

	cluster_lab_post(lab, CORE "persistentvolumeclaims", text);
	cluster_lab_settle(lab);
}

static void pod_with_claim(struct cluster_lab *lab, const char *name,
			   const char *claim)
{
	scope_free char *spec =
		mem_printf(",'volumes':[{'name':'v','persistentVolumeClaim':{"
			   "'claimName':'%s'}}]",
			   claim);

	cluster_lab_pod(lab, name, "", spec);
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static char *folder_of(struct cluster_lab *lab, const char *claim)
{
	scope_json struct json *pvc =
		cluster_lab_read(lab, KIND_PVC, NS, claim);
	scope_json struct json *pv = cluster_lab_read(
		lab, KIND_PV, "", json_str(pvc, "spec.volumeName"));

	assert_string_equal(json_str(pv, "status.phase"), "Bound");
	return mem_strdup(json_str(pv, "spec.hostPath.path"));
}

static void a_claim_is_bound_to_a_folder_that_goes_with_it(void **state)
{
	struct cluster_lab *lab = *state;
	scope_free char *folder = NULL;
	scope_json struct json *claim = NULL;

	make_claim(lab, "data", "");
	cluster_lab_await(lab, KIND_PVC, NS, "data", "status.phase", "Bound");
	claim = cluster_lab_read(lab, KIND_PVC, NS, "data");
	assert_string_equal(json_str(claim, "spec.storageClassName"),
			    "standard");
	assert_string_equal(json_str(claim, "status.capacity.storage"), "1Gi");
	folder = folder_of(lab, "data");
	assert_true(is_folder(folder));
	json_free(cluster_lab_do(lab, 200, "DELETE",
				 CORE "persistentvolumeclaims/data", NULL));
	cluster_lab_settle(lab);
	assert_false(cluster_lab_has(lab, KIND_PVC, NS, "data"));
	assert_int_equal(objects_count(lab->objects, KIND_PV), 0);
	assert_false(is_folder(folder));
}

static void a_claim_in_use_waits_for_its_pod(void **state)
{
	struct cluster_lab *lab = *state;
	scope_free char *folder = NULL;

	make_claim(lab, "data", "");
	pod_with_claim(lab, "a", "data");
	cluster_lab_await(lab, KIND_POD, NS, "a", "status.phase", "Running");
	folder = folder_of(lab, "data");
	json_free(cluster_lab_do(lab, 200, "DELETE",
				 CORE "persistentvolumeclaims/data", NULL));
	cluster_lab_settle(lab);
	assert_true(cluster_lab_has(lab, KIND_PVC, NS, "data"));
	assert_true(is_folder(folder));
	json_free(cluster_lab_do(lab, 200, "DELETE", CORE "pods/a", NULL));
	cluster_lab_await(lab, KIND_PVC, NS, "data", "", NULL);
}

static void a_pod_waits_for_a_claim_that_is_not_there(void **state)
{
	struct cluster_lab *lab = *state;

	pod_with_claim(lab, "a", "data");
	cluster_lab_settle(lab);
	cluster_lab_await(lab, KIND_POD, NS, "a", "status.phase", "Pending");
	assert_true(cluster_lab_told(
		lab, "FailedScheduling",
		"0/1 nodes are available: persistentvolumeclaim \"data\" not "
		"found."));
	make_claim(lab, "data", "");
	cluster_lab_await(lab, KIND_POD, NS, "a", "status.phase", "Running");
}

static void an_unknown_class_is_told(void **state)
{
	struct cluster_lab *lab = *state;

	make_claim(lab, "data", ",'storageClassName':'gold'");
	pod_with_claim(lab, "a", "data");
	cluster_lab_settle(lab);
	assert_true(cluster_lab_told(lab, "ProvisioningFailed",
				     "storageclass.storage.k8s.io \"gold\" not "
				     "found"));
	assert_true(cluster_lab_told(lab, "FailedScheduling",
				     "pod has unbound immediate "
				     "PersistentVolumeClaims"));
	cluster_lab_await(lab, KIND_PVC, NS, "data", "status.phase", "Pending");
}

static void a_class_that_waits_binds_with_the_first_pod(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_post(lab, "/apis/storage.k8s.io/v1/storageclasses",
			 "{'kind':'StorageClass',"
			 "'apiVersion':'storage.k8s.io/v1',"
			 "'metadata':{'name':'late'},"
			 "'provisioner':'lab.statefuld.dev/hostpath',"
			 "'volumeBindingMode':'WaitForFirstConsumer'}");
	make_claim(lab, "data", ",'storageClassName':'late'");
	cluster_lab_await(lab, KIND_PVC, NS, "data", "status.phase", "Pending");
	assert_true(cluster_lab_told(lab, "WaitForFirstConsumer",
				     "waiting for first consumer"));
	pod_with_claim(lab, "a", "data");
	cluster_lab_await(lab, KIND_POD, NS, "a", "status.phase", "Running");
	cluster_lab_await(lab, KIND_PVC, NS, "data", "status.phase", "Bound");
}

static void a_volume_that_is_too_small_is_told(void **state)
{
	struct cluster_lab *lab = *state;

	cluster_lab_post(lab, "/api/v1/persistentvolumes",
			 "{'kind':'PersistentVolume','apiVersion':'v1',"
			 "'metadata':{'name':'small'},'spec':{'capacity':{"
			 "'storage':'1Mi'},'accessModes':['ReadWriteOnce'],"
			 "'hostPath':{'path':'/nonexistent'}}}");
	make_claim(lab, "data", ",'storageClassName':'','volumeName':'small'");
	assert_true(cluster_lab_told(lab, "VolumeMismatch",
				     "Cannot bind to requested volume "
				     "\"small\": requested PV is too small"));
	cluster_lab_await(lab, KIND_PV, "", "small", "status.phase",
			  "Available");
}

static void without_node_claims_stay_pending(void **state)
{
	struct cluster_lab *lab = *state;

	make_claim(lab, "data", "");
	cluster_lab_await(lab, KIND_PVC, NS, "data", "status.phase", "Pending");
	cluster_lab_pod(lab, "a", "", "");
	cluster_lab_settle(lab);
	cluster_lab_await(lab, KIND_POD, NS, "a", "status.phase", "Pending");
	assert_false(cluster_lab_has(lab, KIND_NODE, "", "lab-node"));
	json_free(cluster_lab_do(lab, 200, "DELETE",
				 CORE "persistentvolumeclaims/data", NULL));
	cluster_lab_settle(lab);
	assert_true(cluster_lab_has(lab, KIND_PVC, NS, "data"));
}

/* Services. */

static struct json *make_service(struct cluster_lab *lab, int code,
				 const char *name, const char *spec)
{
	scope_free char *text =
		mem_printf("{'kind':'Service','apiVersion':'v1','metadata':{"
			   "'name':'%s'},'spec':{'ports':[{'port':80}]%s}}",
			   name, spec);

	return cluster_lab_do(lab, code, "POST", CORE "services", text);
}

static void services_get_addresses_and_ports(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *plain = make_service(lab, 201, "a", "");
	scope_json struct json *node =
		make_service(lab, 201, "b", ",'type':'NodePort'");
	scope_json struct json *headless =
		make_service(lab, 201, "c", ",'clusterIP':'None'");
	int64_t port;

	assert_memory_equal(json_str(plain, "spec.clusterIP"), "10.96.", 6);
	assert_string_equal(json_str(plain, "spec.ipFamilyPolicy"),
			    "SingleStack");
	port = json_int(json_first(json_at(node, "spec.ports")), "nodePort", 0);
	assert_in_range(port, ALLOC_PORT_MIN, ALLOC_PORT_MAX);
	assert_string_equal(json_str(headless, "spec.clusterIP"), "None");
}

static void an_address_belongs_to_one_service(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *refusal = NULL;

	json_free(make_service(lab, 201, "a", ",'clusterIP':'10.96.0.77'"));
	refusal = make_service(lab, 422, "b", ",'clusterIP':'10.96.0.77'");
	assert_non_null(strstr(json_str(refusal, "message"),
			       "failed to allocate IP 10.96.0.77: provided IP "
			       "is already allocated"));
	json_free(cluster_lab_do(lab, 200, "DELETE", CORE "services/a", NULL));
	json_free(make_service(lab, 201, "b", ",'clusterIP':'10.96.0.77'"));
	json_free(make_service(lab, 422, "c", ",'clusterIP':'192.0.2.1'"));
}

static const struct json *endpoints_of(struct cluster_lab *lab,
				       struct json **ret_list)
{
	*ret_list = cluster_lab_do(lab, 200, "GET",
				   "/apis/discovery.k8s.io/v1/namespaces/"
				   "default/endpointslices?labelSelector="
				   "kubernetes.io/service-name%3Dweb",
				   NULL);
	return json_get(json_first(json_get(*ret_list, "items")), "endpoints");
}

static void slices_follow_the_pods(void **state)
{
	struct cluster_lab *lab = *state;
	struct json *list = NULL;
	const struct json *endpoint;

	json_free(make_service(lab, 201, "web",
			       ",'clusterIP':'None','selector':{"
			       "'app':'web'}"));
	cluster_lab_settle(lab);
	assert_int_equal(json_len(endpoints_of(lab, &list)), 0);
	assert_int_equal(json_len(json_get(list, "items")), 1);
	json_free(list);
	cluster_lab_pod(lab, "web-0", ",'labels':{'app':'web'}",
			",'hostname':'web-0','subdomain':'web'");
	cluster_lab_settle(lab);
	endpoint = json_first(endpoints_of(lab, &list));
	assert_string_equal(json_str(endpoint, "hostname"), "web-0");
	assert_string_equal(json_str(endpoint, "nodeName"), "lab-node");
	assert_true(json_bool(endpoint, "conditions.ready", false));
	json_free(list);
	json_free(cluster_lab_do(lab, 200, "DELETE", CORE "pods/web-0", NULL));
	cluster_lab_settle(lab);
	assert_int_equal(json_len(endpoints_of(lab, &list)), 0);
	json_free(list);
	json_free(
		cluster_lab_do(lab, 200, "DELETE", CORE "services/web", NULL));
	cluster_lab_settle(lab);
	(void)endpoints_of(lab, &list);
	assert_int_equal(json_len(json_get(list, "items")), 0);
	json_free(list);
}

static void pods_are_admitted_with_tolerations_and_priority(void **state)
{
	struct cluster_lab *lab = *state;
	scope_json struct json *pod = NULL;

	cluster_lab_pod(lab, "a", "", "");
	pod = cluster_lab_read(lab, KIND_POD, NS, "a");
	assert_int_equal(json_len(json_at(pod, "spec.tolerations")), 2);
	assert_int_equal(json_int(pod, "spec.priority", -1), 0);
	json_free(pod);
	cluster_lab_pod(lab, "b", "",
			",'priorityClassName':'system-cluster-critical'");
	pod = cluster_lab_read(lab, KIND_POD, NS, "b");
	assert_int_equal(json_int(pod, "spec.priority", -1), 2000000000);
	json_free(cluster_lab_do(lab, 404, "POST",
				 "/api/v1/namespaces/nowhere/configmaps",
				 "{'kind':'ConfigMap','apiVersion':'v1',"
				 "'metadata':{'name':'n'}}"));
}

static void make_budget(struct cluster_lab *lab, const char *name, int least)
{
	scope_free char *text = mem_printf(
		"{'kind':'PodDisruptionBudget','apiVersion':'policy/v1',"
		"'metadata':{'name':'%s'},'spec':{'minAvailable':%d,"
		"'selector':{'matchLabels':{'app':'web'}}}}",
		name, least);

	cluster_lab_post(lab,
			 "/apis/policy/v1/namespaces/default/"
			 "poddisruptionbudgets",
			 text);
	cluster_lab_settle(lab);
}

static int64_t allowed(struct cluster_lab *lab, const char *budget)
{
	scope_json struct json *json =
		cluster_lab_read(lab, KIND_PDB, NS, budget);

	return json_int(json, "status.disruptionsAllowed", -1);
}

static void evict(struct cluster_lab *lab, int code, const char *pod,
		  const char *message)
{
	scope_free char *path = mem_printf(CORE "pods/%s/eviction", pod);
	scope_json struct json *answer =
		cluster_lab_do(lab, code, "POST", path,
			       "{'kind':'Eviction','apiVersion':'policy/v1'}");

	if (message != NULL)
		assert_string_equal(json_str(answer, "message"), message);
}

static void a_budget_follows_its_pods(void **state)
{
	struct cluster_lab *lab = *state;

	make_budget(lab, "b", 1);
	assert_int_equal(allowed(lab, "b"), 0);
	assert_true(cluster_lab_told(lab, "NoPods", "No matching pods found"));
	cluster_lab_pod(lab, "one", ",'labels':{'app':'web'}", "");
	cluster_lab_pod(lab, "two", ",'labels':{'app':'web'}", "");
	cluster_lab_settle(lab);
	assert_int_equal(allowed(lab, "b"), 1);
	evict(lab, 201, "one", NULL);
	evict(lab, 429, "two",
	      "Cannot evict pod as it would violate the pod's disruption "
	      "budget.");
	cluster_lab_settle(lab);
	assert_false(cluster_lab_has(lab, KIND_POD, NS, "one"));
	evict(lab, 429, "two", NULL);
	cluster_lab_pod(lab, "one", ",'labels':{'app':'web'}", "");
	cluster_lab_settle(lab);
	assert_int_equal(allowed(lab, "b"), 1);
	make_budget(lab, "c", 1);
	evict(lab, 500, "two",
	      "This pod has more than one PodDisruptionBudget, which the "
	      "eviction subresource does not support.");
	/* It is counted anew by whoever starts later. */
	cluster_lab_restart(lab);
	cluster_lab_settle(lab);
	assert_int_equal(allowed(lab, "c"), 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_default_objects_are_there),
		TEST(what_is_owned_goes_after_its_owner),
		TEST(an_owner_that_is_deleted_in_the_foreground_goes_last),
		TEST(an_orphan_stays_without_its_reference),
		TEST(an_owner_of_the_same_name_but_another_uid_is_none),
		TEST(one_living_owner_is_enough),
		TEST(owners_of_unknown_kinds_count_as_living),
		TEST(a_namespace_is_emptied_and_goes),
		TEST(a_claim_is_bound_to_a_folder_that_goes_with_it),
		TEST(a_claim_in_use_waits_for_its_pod),
		TEST(a_pod_waits_for_a_claim_that_is_not_there),
		TEST(an_unknown_class_is_told),
		TEST(a_class_that_waits_binds_with_the_first_pod),
		TEST(a_volume_that_is_too_small_is_told),
		cmocka_unit_test_setup_teardown(
			without_node_claims_stay_pending, setup_without_node,
			teardown),
		TEST(services_get_addresses_and_ports),
		TEST(an_address_belongs_to_one_service),
		TEST(slices_follow_the_pods),
		TEST(pods_are_admitted_with_tolerations_and_priority),
		TEST(a_budget_follows_its_pods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
