/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events say, to the letter, as tools match them (SS-181 to SS-185).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"
#include "tests/unit/cluster.h"

#define UPSTREAM " [statefulset-controller]"
#define OURS	 " [statefuld]"

/* Two templates of claims, data and logs; a spec's rest, and annotations. */
static void apply(struct cluster *c, int replicas, const char *rest,
		  const char *annotations)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"name\":\"db\",\"namespace\":\"ns\","
		"\"annotations\":{%s}},\"spec\":{\"replicas\":%d,%s"
		"\"serviceName\":\"db\",\"selector\":{\"matchLabels\":{\"app\":"
		"\"db\"}},\"template\":{\"metadata\":{\"labels\":{\"app\":"
		"\"db\"}},\"spec\":{\"containers\":[{\"name\":\"main\","
		"\"image\":\"app:1\"}]}},\"volumeClaimTemplates\":["
		"{\"metadata\":{\"name\":\"data\"},\"spec\":{}},"
		"{\"metadata\":{\"name\":\"logs\"},\"spec\":{}}]}}",
		annotations, replicas, rest);

	cluster_apply(c, OBJ_SET, text);
}

static void told(const struct cluster *c, const char *event)
{
	if (!cluster_has_event(c, event))
		fail_msg("not told: %s", event);
}

static bool is_settled(const struct cluster *c)
{
	const struct json *set = cluster_get(c, OBJ_SET, "db");

	return json_int(set, "status.observedGeneration", 0) ==
		       json_int(set, "metadata.generation", -1) &&
	       json_int(set, "status.replicas", -1) ==
		       json_int(set, "spec.replicas", 0) &&
	       json_int(set, "status.readyReplicas", 0) ==
		       json_int(set, "spec.replicas", 0);
}

static bool is_refused(const struct cluster *c)
{
	return cluster_forbidden(c) > 0;
}

static void end(struct cluster *c)
{
	assert_null(cluster_broken(c));
	cluster_free(c);
}

static void what_goes_well_is_told(void **state)
{
	struct cluster *c = cluster_new(1, FAULT_NONE, -1);

	(void)state;
	apply(c, 1, "", "");
	assert_true(cluster_run(c, is_settled));
	apply(c, 0, "", "");
	assert_true(cluster_run(c, is_settled));
	cluster_idle(c, 5000);
	told(c, "Normal SuccessfulCreate: Create Claim data-db-0 Pod db-0 in "
		"StatefulSet db success" UPSTREAM);
	told(c, "Normal SuccessfulCreate: Create Claim logs-db-0 Pod db-0 in "
		"StatefulSet db success" UPSTREAM);
	told(c, "Normal SuccessfulCreate: Create Pod db-0 in StatefulSet db "
		"successful" UPSTREAM);
	told(c, "Normal SuccessfulDelete: Delete Pod db-0 in StatefulSet db "
		"successful" UPSTREAM);
	assert_false(cluster_has_event(c, "Warning"));
	end(c);
}

/* All claims are tried, and their errors are one text (SS-072). */
static void a_claim_that_cannot_be_made_is_told_and_so_is_its_pod(void **state)
{
	struct cluster *c = cluster_new(2, FAULT_NONE, -1);

	(void)state;
	cluster_forbid(c, KUBE_POST, "/persistentvolumeclaims");
	apply(c, 1, "", "");
	assert_true(cluster_run(c, is_refused));
	cluster_idle(c, 5000);
	told(c, "Warning FailedCreate: Create Claim data-db-0 for Pod db-0 in "
		"StatefulSet db failed error: exceeded quota" UPSTREAM);
	told(c, "Warning FailedCreate: Create Claim logs-db-0 for Pod db-0 in "
		"StatefulSet db failed error: exceeded quota" UPSTREAM);
	told(c, "Warning FailedCreate: Create Pod db-0 in StatefulSet db "
		"failed error: [failed to create PVC data-db-0: exceeded "
		"quota, failed to create PVC logs-db-0: exceeded "
		"quota]" UPSTREAM);
	assert_int_equal(cluster_count(c, OBJ_POD), 0);
	cluster_forbid(c, KUBE_POST, NULL);
	assert_true(cluster_run(c, is_settled));
	end(c);
}

static void a_pod_that_cannot_be_made_is_told(void **state)
{
	struct cluster *c = cluster_new(3, FAULT_NONE, -1);

	(void)state;
	cluster_forbid(c, KUBE_POST, "/pods");
	apply(c, 1, "", "");
	assert_true(cluster_run(c, is_refused));
	cluster_idle(c, 5000);
	told(c, "Warning FailedCreate: Create Pod db-0 in StatefulSet db "
		"failed error: exceeded quota" UPSTREAM);
	assert_int_equal(cluster_count(c, OBJ_CLAIM), 2);
	end(c);
}

static void a_pod_that_cannot_be_deleted_is_told(void **state)
{
	struct cluster *c = cluster_new(4, FAULT_NONE, -1);

	(void)state;
	apply(c, 1, "", "");
	assert_true(cluster_run(c, is_settled));
	cluster_forbid(c, KUBE_DELETE, "/pods/");
	apply(c, 0, "", "");
	assert_true(cluster_run(c, is_refused));
	cluster_idle(c, 5000);
	told(c, "Warning FailedDelete: Delete Pod db-0 in StatefulSet db "
		"failed error: exceeded quota" UPSTREAM);
	end(c);
}

/* SS-073. */
static void a_claim_that_is_going_is_waited_for(void **state)
{
	struct cluster *c = cluster_new(5, FAULT_NONE, -1);

	(void)state;
	cluster_apply(c, OBJ_CLAIM,
		      "{\"metadata\":{\"name\":\"logs-db-0\",\"namespace\":"
		      "\"ns\",\"labels\":{\"app\":\"db\"},"
		      "\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"},"
		      "\"spec\":{}}");
	apply(c, 1, "", "");
	cluster_idle(c, 10 * 1000);
	told(c, "Warning FailedCreate: Create Pod db-0 in StatefulSet db "
		"failed error: pvc logs-db-0 is being deleted" UPSTREAM);
	cluster_remove(c, OBJ_CLAIM, "logs-db-0");
	assert_true(cluster_run(c, is_settled));
	end(c);
}

static const char deleting[] =
	"\"persistentVolumeClaimRetentionPolicy\":{\"whenDeleted\":\"Delete\","
	"\"whenScaled\":\"Retain\"},";

/* SS-082: whether it is the read or the write that fails. */
static void owners_that_cannot_be_set_are_told(void **state)
{
	static const enum kube_verb verbs[] = {KUBE_GET, KUBE_PUT};

	(void)state;
	for (size_t i = 0; i < st_array_len(verbs); i++) {
		struct cluster *c = cluster_new(6, FAULT_NONE, -1);

		cluster_forbid(c, verbs[i], "/persistentvolumeclaims/data");
		apply(c, 1, deleting, "");
		assert_true(cluster_run(c, is_refused));
		cluster_idle(c, 5000);
		told(c, "Warning FailedUpdate: Update Pod db-0 in StatefulSet "
			"db failed error: could not update claim data-db-0 "
			"for delete policy ownerRefs: exceeded quota" UPSTREAM);
		end(c);
	}
}

/* SS-183, with upstream's slip of the pen. */
static void a_claim_of_another_controller_is_told(void **state)
{
	struct cluster *c = cluster_new(7, FAULT_NONE, -1);

	(void)state;
	cluster_apply(c, OBJ_CLAIM,
		      "{\"metadata\":{\"name\":\"data-db-0\",\"namespace\":"
		      "\"ns\",\"labels\":{\"app\":\"db\"},\"ownerReferences\":["
		      "{\"apiVersion\":\"v1\",\"kind\":\"Backup\",\"name\":"
		      "\"b\",\"uid\":\"stranger-1\",\"controller\":true}]},"
		      "\"spec\":{}}");
	apply(c, 1, deleting, "");
	assert_true(cluster_run(c, is_settled));
	cluster_idle(c, 5000);
	told(c, "Warning ConflictingController: PersistentVolumeClaim "
		"data-db-0 has a conflicting OwnerReference that acts as a "
		"manging controller, the retention policy is ignored for this "
		"claim" UPSTREAM);
	end(c);
}

static const char claim[] =
	"{\"metadata\":{\"name\":\"data-db-0\",\"namespace\":\"ns\",\"labels\":"
	"{\"app\":\"db\"}},\"spec\":{\"resources\":{\"requests\":{\"storage\":"
	"\"%s\"}}},\"status\":{\"capacity\":{\"storage\":\"%s\"}}}";

static void put_claim(struct cluster *c, const char *asked, const char *has)
{
	scope_free char *text = mem_printf(claim, asked, has);

	cluster_apply(c, OBJ_CLAIM, text);
}

static void a_claim_that_grows_is_told_where_that_was_asked_for(void **state)
{
	static const char asked[] =
		"\"statefuld.dev/claim-resize\":\"data=1536Mi\"";

	(void)state;
	for (int wanted = 0; wanted < 2; wanted++) {
		struct cluster *c = cluster_new(8, FAULT_NONE, -1);
		bool resizes, resized;

		put_claim(c, "1Gi", "1Gi");
		apply(c, 1, "", wanted ? asked : "");
		assert_true(cluster_run(c, is_settled));
		cluster_idle(c, 5000);
		resizes = cluster_has_event(
			c, "Normal ClaimResizing: Claim data-db-0 is resized "
			   "to 1536Mi" OURS);
		assert_int_equal(resizes, wanted);
		put_claim(c, "1536Mi", "1536Mi");
		cluster_idle(c, 5000);
		resized = cluster_has_event(
			c, "Normal ClaimResized: Claim data-db-0 has grown to "
			   "1536Mi" OURS);
		assert_int_equal(resized, wanted);
		end(c);
	}
}

static void a_claim_that_cannot_be_resized_is_told(void **state)
{
	struct cluster *c = cluster_new(9, FAULT_NONE, -1);

	(void)state;
	put_claim(c, "1Gi", "1Gi");
	cluster_forbid(c, KUBE_PUT, "/persistentvolumeclaims/data");
	apply(c, 1, "", "\"statefuld.dev/claim-resize\":\"data=2Gi\"");
	assert_true(cluster_run(c, is_settled));
	cluster_idle(c, 5000);
	told(c, "Warning ClaimResizeFailed: Claim data-db-0 cannot be "
		"resized: exceeded quota" OURS);
	end(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_well_is_told),
		cmocka_unit_test(
			a_claim_that_cannot_be_made_is_told_and_so_is_its_pod),
		cmocka_unit_test(a_pod_that_cannot_be_made_is_told),
		cmocka_unit_test(a_pod_that_cannot_be_deleted_is_told),
		cmocka_unit_test(a_claim_that_is_going_is_waited_for),
		cmocka_unit_test(owners_that_cannot_be_set_are_told),
		cmocka_unit_test(a_claim_of_another_controller_is_told),
		cmocka_unit_test(
			a_claim_that_grows_is_told_where_that_was_asked_for),
		cmocka_unit_test(a_claim_that_cannot_be_resized_is_told),
	};

	log_set_level(LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
