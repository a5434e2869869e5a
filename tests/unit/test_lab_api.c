/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api.h"

#include <stdio.h>
#include <string.h>

#include "lab/objects.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

#define MAPS "/api/v1/namespaces/default/configmaps"
#define PODS "/api/v1/namespaces/default/pods"
#define SETS "/apis/apps/v1/namespaces/default/statefulsets"

static struct loop *loop;
static struct objects *objects;
static struct api *api;
/* The last answer. */
static int code;
static char *warning;
static struct json *answer;
/* A watch's lines, and whether it has ended. */
static struct buf lines;
static bool ended;

static void forget(void)
{
	json_free(answer);
	answer = NULL;
	free(warning);
	warning = NULL;
	code = 0;
}

static void on_done(int got, const char *content_type, const char *body,
		    size_t len, uint32_t retry_after_s, const char *warnings,
		    void *arg)
{
	(void)content_type;
	(void)retry_after_s;
	(void)arg;
	forget();
	code = got;
	warning = mem_strdup(warnings);
	if (json_parse(body, len, &answer, NULL) != 0)
		answer = NULL;
}

static void on_begin(const char *content_type, void *arg)
{
	(void)arg;
	assert_string_equal(content_type, "application/json");
	ended = false;
}

static size_t on_chunk(const char *data, size_t len, void *arg)
{
	(void)arg;
	buf_put(&lines, data, len);
	return 0;
}

static void on_end(void *arg)
{
	(void)arg;
	ended = true;
}

static const struct api_sink sink = {
	.done = on_done,
	.begin = on_begin,
	.chunk = on_chunk,
	.end = on_end,
};

static struct api_call *ask_for(const char *method, const char *path,
				const char *type, const char *body,
				const char *accept)
{
	size_t len = strcspn(path, "?");
	scope_free char *plain = mem_strndup(path, len);
	const struct api_request request = {
		.method = method,
		.path = plain,
		.query = path[len] == '?' ? path + len + 1 : NULL,
		.content_type = type,
		.accept = accept,
		.user_agent = "test/1.0",
		.body = body,
		.body_len = body != NULL ? strlen(body) : 0,
	};

	return api_handle(api, &request, &sink, NULL);
}

static int ask(const char *method, const char *path, const char *body)
{
	assert_null(ask_for(method, path, NULL, body, NULL));
	return code;
}

static int merge(const char *path, const char *body)
{
	assert_null(ask_for("PATCH", path, "application/merge-patch+json", body,
			    NULL));
	return code;
}

static void says(const char *path, const char *text)
{
	const char *have = json_str(answer, path);

	assert_non_null(have);
	assert_string_equal(have, text);
}

static int set_up(void **state)
{
	struct err err = {0};
	struct api_config config = {.version = "v1.36.2"};

	(void)state;
	loop = config.loop = loop_new();
	assert_int_equal(objects_open(NULL, &objects, &err), 0);
	objects_set_loop(objects, loop);
	config.objects = objects;
	api = api_new(&config);
	buf_init(&lines, 0);
	assert_int_equal(ask("POST", "/api/v1/namespaces",
			     "{\"metadata\":{\"name\":\"default\"}}"),
			 201);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	forget();
	buf_fini(&lines);
	api_free(api);
	objects_free(objects);
	loop_free(loop);
	return 0;
}

static void make(const char *name)
{
	scope_free char *body = mem_printf(
		"{\"metadata\":{\"name\":\"%s\",\"labels\":{\"n\":\"%s\"}}}",
		name, name);

	assert_int_equal(ask("POST", MAPS, body), 201);
}

static void what_is_created_can_be_read(void **state)
{
	(void)state;
	make("a");
	says("kind", "ConfigMap");
	says("metadata.namespace", "default");
	assert_int_equal(strlen(json_str(answer, "metadata.uid")), 36);
	assert_int_equal(ask("GET", MAPS "/a", NULL), 200);
	says("metadata.labels.n", "a");
	assert_int_equal(ask("POST", MAPS, "{\"metadata\":{\"name\":\"a\"}}"),
			 409);
	says("reason", "AlreadyExists");
	assert_int_equal(ask("GET", MAPS "/b", NULL), 404);
	says("message", "configmaps \"b\" not found");
}

static void a_stale_version_is_a_conflict(void **state)
{
	scope_free char *body = NULL;

	(void)state;
	make("a");
	body = json_print(answer);
	assert_int_equal(ask("PUT", MAPS "/a", body), 200);
	assert_int_equal(merge(MAPS "/a", "{\"data\":{\"k\":\"v\"}}"), 200);
	assert_int_equal(ask("PUT", MAPS "/a", body), 409);
	says("reason", "Conflict");
}

static void a_write_that_changes_nothing_is_none(void **state)
{
	uint64_t version;

	(void)state;
	make("a");
	version = objects_version(objects);
	assert_int_equal(merge(MAPS "/a", "{\"metadata\":{\"labels\":"
					  "{\"n\":\"a\"}}}"),
			 200);
	assert_int_equal(objects_version(objects), version);
}

static void a_dry_run_leaves_nothing_behind(void **state)
{
	uint64_t version = objects_version(objects);

	(void)state;
	assert_int_equal(ask("POST", MAPS "?dryRun=All",
			     "{\"metadata\":{\"name\":\"a\"}}"),
			 201);
	assert_int_equal(objects_version(objects), version);
	assert_int_equal(ask("GET", MAPS "/a", NULL), 404);
}

static void generated_names_are_new(void **state)
{
	scope_free char *first = NULL;
	const char *body = "{\"metadata\":{\"generateName\":\"a-\"}}";

	(void)state;
	assert_int_equal(ask("POST", MAPS, body), 201);
	first = mem_strdup(json_str(answer, "metadata.name"));
	assert_int_equal(strlen(first), 7);
	assert_int_equal(ask("POST", MAPS, body), 201);
	assert_string_not_equal(first, json_str(answer, "metadata.name"));
}

static void unknown_fields_are_refused_or_warned_of(void **state)
{
	const char *body = "{\"metadata\":{\"name\":\"a\"},\"foo\":1}";

	(void)state;
	assert_int_equal(ask("POST", MAPS "?fieldValidation=Strict", body),
			 400);
	says("message",
	     "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: "
	     "strict decoding error: unknown field \"foo\"");
	assert_int_equal(ask("POST", MAPS, body), 201);
	assert_string_equal(warning, "299 - \"unknown field \\\"foo\\\"\"\n");
	assert_null(json_get(answer, "foo"));
}

static void pages_go_on_where_they_ended(void **state)
{
	static const char *const names[] = {"a", "b", "c", "d", "e"};
	scope_free char *token = NULL;
	scope_free char *path = NULL;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		make(names[i]);
	assert_int_equal(ask("GET", MAPS "?limit=2", NULL), 200);
	assert_int_equal(json_len(json_get(answer, "items")), 2);
	assert_int_equal(json_int(answer, "metadata.remainingItemCount", 0), 3);
	token = mem_strdup(json_str(answer, "metadata.continue"));
	path = mem_printf(MAPS "?limit=9&continue=%s", token);
	assert_int_equal(ask("GET", path, NULL), 200);
	assert_int_equal(json_len(json_get(answer, "items")), 3);
	assert_null(json_at(answer, "metadata.continue"));
	assert_string_equal(json_str(json_first(json_get(answer, "items")),
				     "metadata.name"),
			    "c");
	assert_int_equal(ask("GET", MAPS "?continue=xyz", NULL), 400);
}

static void selectors_pick_from_lists(void **state)
{
	(void)state;
	make("a");
	make("b");
	assert_int_equal(ask("GET", MAPS "?labelSelector=n%3Db", NULL), 200);
	assert_int_equal(json_len(json_get(answer, "items")), 1);
	assert_int_equal(
		ask("GET", MAPS "?fieldSelector=metadata.name%3Da", NULL), 200);
	assert_int_equal(json_len(json_get(answer, "items")), 1);
	assert_int_equal(ask("GET", MAPS "?fieldSelector=data%3Da", NULL), 400);
}

static void finalizers_hold_an_object(void **state)
{
	(void)state;
	make("a");
	assert_int_equal(merge(MAPS "/a", "{\"metadata\":{\"finalizers\":"
					  "[\"a.b/c\"]}}"),
			 200);
	assert_int_equal(ask("DELETE", MAPS "/a", NULL), 200);
	says("kind", "ConfigMap");
	assert_non_null(json_at(answer, "metadata.deletionTimestamp"));
	assert_int_equal(ask("GET", MAPS "/a", NULL), 200);
	assert_int_equal(merge(MAPS "/a", "{\"metadata\":{\"finalizers\":"
					  "null}}"),
			 200);
	assert_int_equal(ask("GET", MAPS "/a", NULL), 404);
}

static void policies_become_finalizers(void **state)
{
	(void)state;
	make("a");
	assert_int_equal(ask("DELETE", MAPS "/a",
			     "{\"propagationPolicy\":\"Foreground\"}"),
			 200);
	assert_string_equal(json_value_str(json_first(
				    json_at(answer, "metadata.finalizers"))),
			    "foregroundDeletion");
	assert_int_equal(ask("DELETE", MAPS "/a",
			     "{\"propagationPolicy\":\"Background\"}"),
			 200);
	says("status", "Success");
	assert_int_equal(ask("DELETE", MAPS "/a",
			     "{\"propagationPolicy\":1,"
			     "\"kind\":\"Pod\"}"),
			 400);
}

static void preconditions_must_hold(void **state)
{
	(void)state;
	make("a");
	assert_int_equal(
		ask("DELETE", MAPS "/a", "{\"preconditions\":{\"uid\":\"x\"}}"),
		409);
	assert_int_equal(ask("DELETE", MAPS "/a",
			     "{\"preconditions\":{\"resourceVersion\":"
			     "\"1\"}}"),
			 409);
	assert_int_equal(ask("DELETE", MAPS, NULL), 200);
	assert_int_equal(ask("GET", MAPS "/a", NULL), 404);
}

static void make_pod(const char *node)
{
	assert_int_equal(ask("POST", PODS,
			     "{\"metadata\":{\"name\":\"p\"},\"spec\":{"
			     "\"containers\":[{\"name\":\"c\",\"image\":"
			     "\"i\"}]}}"),
			 201);
	if (node == NULL)
		return;
	scope_free char *body = mem_printf("{\"target\":{\"kind\":\"Node\","
					   "\"name\":\"%s\"}}",
					   node);
	assert_int_equal(ask("POST", PODS "/p/binding", body), 201);
	assert_int_equal(ask("POST", PODS "/p/binding", body), 409);
}

static void a_pod_without_a_node_goes_at_once(void **state)
{
	(void)state;
	make_pod(NULL);
	assert_int_equal(ask("DELETE", PODS "/p", NULL), 200);
	assert_int_equal(ask("GET", PODS "/p", NULL), 404);
}

static void a_pod_on_a_node_waits_for_it(void **state)
{
	(void)state;
	make_pod("n");
	assert_int_equal(ask("DELETE", PODS "/p", NULL), 200);
	assert_int_equal(
		json_int(answer, "metadata.deletionGracePeriodSeconds", 0), 30);
	assert_int_equal(ask("DELETE", PODS "/p?gracePeriodSeconds=5", NULL),
			 200);
	assert_int_equal(ask("GET", PODS "/p", NULL), 200);
	assert_int_equal(
		json_int(answer, "metadata.deletionGracePeriodSeconds", 0), 5);
	assert_int_equal(ask("DELETE", PODS "/p?gracePeriodSeconds=0", NULL),
			 200);
	assert_int_equal(ask("GET", PODS "/p", NULL), 404);
}

static bool has_condition(const char *type)
{
	json_each (condition, json_at(answer, "status.conditions")) {
		if (strcmp(json_str(condition, "type"), type) == 0)
			return true;
	}
	return false;
}

static void an_eviction_asks_the_budget(void **state)
{
	static const char pdb[] =
		"{\"metadata\":{\"name\":\"b\"},\"spec\":{\"minAvailable\":1,"
		"\"selector\":{}}}";

	(void)state;
	make_pod("n");
	assert_int_equal(merge(PODS "/p/status",
			       "{\"status\":{\"phase\":\"Running\","
			       "\"conditions\":[{\"type\":\"Ready\","
			       "\"status\":\"True\"}]}}"),
			 200);
	assert_int_equal(ask("POST",
			     "/apis/policy/v1/namespaces/default/"
			     "poddisruptionbudgets",
			     pdb),
			 201);
	assert_int_equal(ask("POST", PODS "/p/eviction", "{}"), 429);
	says("reason", "TooManyRequests");
	/* Nobody has counted its pods yet. */
	assert_int_equal(json_int(answer, "details.retryAfterSeconds", 0), 10);
	assert_int_equal(merge("/apis/policy/v1/namespaces/default/"
			       "poddisruptionbudgets/b/status",
			       "{\"status\":{\"observedGeneration\":1,"
			       "\"disruptionsAllowed\":1}}"),
			 200);
	assert_int_equal(ask("POST", PODS "/p/eviction?dryRun=All", "{}"), 201);
	assert_int_equal(ask("GET", PODS "/p", NULL), 200);
	assert_null(json_at(answer, "metadata.deletionTimestamp"));
	assert_int_equal(ask("POST", PODS "/p/eviction",
			     "{\"metadata\":{\"name\":\"q\"}}"),
			 400);
	assert_int_equal(ask("POST", PODS "/p/eviction", "{}"), 201);
	assert_int_equal(ask("GET", PODS "/p", NULL), 200);
	assert_non_null(json_at(answer, "metadata.deletionTimestamp"));
	assert_true(has_condition("DisruptionTarget"));
	assert_int_equal(ask("GET",
			     "/apis/policy/v1/namespaces/default/"
			     "poddisruptionbudgets/b",
			     NULL),
			 200);
	assert_int_equal(json_int(answer, "status.disruptionsAllowed", -1), 0);
	assert_non_null(json_at(answer, "status.disruptedPods.p"));
}

static void a_scale_is_a_part_of_its_set(void **state)
{
	(void)state;
	assert_int_equal(
		ask("POST", SETS,
		    "{\"metadata\":{\"name\":\"web\"},\"spec\":{"
		    "\"serviceName\":\"s\",\"selector\":{\"matchLabels\":"
		    "{\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":"
		    "{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\","
		    "\"image\":\"i\"}]}}}}"),
		201);
	assert_int_equal(
		merge(SETS "/web/scale", "{\"spec\":{\"replicas\":3}}"), 200);
	says("kind", "Scale");
	says("status.selector", "a=b");
	assert_int_equal(ask("GET", SETS "/web", NULL), 200);
	assert_int_equal(json_int(answer, "spec.replicas", 0), 3);
	assert_int_equal(json_int(answer, "metadata.generation", 0), 2);
	assert_int_equal(
		merge(SETS "/web/scale", "{\"spec\":{\"replicas\":-1}}"), 422);
}

#define ACCESS "/apis/authorization.k8s.io/v1/"
#define MAY    "\"resourceAttributes\":{\"verb\":\"get\",\"resource\":\"x\""

static void everybody_may_do_everything(void **state)
{
	(void)state;
	assert_int_equal(ask("POST", ACCESS "selfsubjectaccessreviews",
			     "{\"spec\":{" MAY "}}}"),
			 201);
	assert_true(json_bool(answer, "status.allowed", false));
	says("spec.resourceAttributes.resource", "x");
	assert_int_equal(ask("POST", ACCESS "subjectaccessreviews",
			     "{\"spec\":{\"user\":\"u\"," MAY "}}}"),
			 201);
	assert_true(json_bool(answer, "status.allowed", false));
	assert_int_equal(ask("POST",
			     ACCESS
			     "namespaces/default/localsubjectaccessreviews",
			     "{\"spec\":{\"user\":\"u\"," MAY
			     ",\"namespace\":\"default\"}}}"),
			 201);
	assert_true(json_bool(answer, "status.allowed", false));
	assert_int_equal(ask("POST", ACCESS "selfsubjectrulesreviews",
			     "{\"spec\":{\"namespace\":\"default\"}}"),
			 201);
	assert_int_equal(json_len(json_at(answer, "status.resourceRules")), 1);
	assert_int_equal(ask("POST",
			     "/apis/authentication.k8s.io/v1/"
			     "selfsubjectreviews",
			     "{}"),
			 201);
	says("status.userInfo.username", "lab");
}

static void a_question_must_be_one(void **state)
{
	static const struct {
		const char *path, *body;
		int code;
	} cases[] = {
		{"selfsubjectaccessreviews", "{\"spec\":{}}", 422},
		{"selfsubjectaccessreviews",
		 "{\"spec\":{" MAY "},\"nonResourceAttributes\":{}}}", 422},
		{"selfsubjectaccessreviews", "{\"spec\":[]}", 400},
		{"subjectaccessreviews", "{\"spec\":{" MAY "}}}", 422},
		{"namespaces/default/localsubjectaccessreviews",
		 "{\"spec\":{\"user\":\"u\"," MAY ",\"namespace\":\"other\"}}}",
		 422},
		{"localsubjectaccessreviews",
		 "{\"spec\":{\"user\":\"u\"," MAY "}}}", 400},
		{"selfsubjectrulesreviews", "{\"spec\":{}}", 400},
		{"subjectaccessreviews/x", "{}", 404},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		scope_free char *path = mem_printf(ACCESS "%s", cases[i].path);

		assert_int_equal(ask("POST", path, cases[i].body),
				 cases[i].code);
	}
	assert_int_equal(
		ask("GET", ACCESS "subjectaccessreviews?watch=1", NULL), 405);
}

static void what_is_not_there_is_told_with_what_is(void **state)
{
	(void)state;
	assert_int_equal(
		ask("GET", "/apis/apps/v1/namespaces/x/deployments/y", NULL),
		404);
	says("reason", "NotFound");
	assert_non_null(strstr(json_str(answer, "message"),
			       "the lab has no deployments.apps; what it has: "
			       "configmaps, events, "));
	assert_int_equal(ask("POST", "/apis/batch/v1/jobs", "{}"), 404);
	assert_non_null(strstr(json_str(answer, "message"), "no jobs.batch;"));
	/* A group that is not served is asked for by discovery. */
	assert_int_equal(ask("GET", "/apis/batch/v1", NULL), 404);
	assert_null(answer);
}

static void pods_have_no_inside(void **state)
{
	static const char *const subs[] = {"exec", "attach", "portforward"};

	(void)state;
	make_pod("n");
	for (size_t i = 0; i < 3; i++) {
		scope_free char *path = mem_printf(PODS "/p/%s", subs[i]);
		scope_free char *none = mem_printf(PODS "/q/%s", subs[i]);

		assert_int_equal(ask("POST", path, ""), 400);
		assert_non_null(strstr(json_str(answer, "message"),
				       "pod default/p is simulated"));
		assert_int_equal(ask("POST", none, ""), 404);
		assert_int_equal(ask("PUT", path, ""), 405);
	}
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		loop_turn(loop, 0);
}

static bool told(const char *text)
{
	return lines.data != NULL && strstr(lines.data, text) != NULL;
}

static void a_watch_tells_what_concerns_it(void **state)
{
	struct api_call *call;

	(void)state;
	make("a");
	call = ask_for("GET", MAPS "?watch=1&labelSelector=n%3Da", NULL, NULL,
		       NULL);
	assert_non_null(call);
	assert_true(told("{\"type\":\"ADDED\""));
	buf_clear(&lines);
	make("b");
	turn();
	assert_int_equal(lines.len, 0);
	merge(MAPS "/a", "{\"data\":{\"k\":\"v\"}}");
	turn();
	assert_true(told("{\"type\":\"MODIFIED\""));
	merge(MAPS "/a", "{\"metadata\":{\"labels\":{\"n\":\"c\"}}}");
	turn();
	assert_true(told("{\"type\":\"DELETED\""));
	merge(MAPS "/b", "{\"metadata\":{\"labels\":{\"n\":\"a\"}}}");
	buf_clear(&lines);
	turn();
	assert_true(told("{\"type\":\"ADDED\""));
	api_cancel(call);
}

static void first_events_end_with_a_bookmark(void **state)
{
	struct api_call *call;

	(void)state;
	make("a");
	call = ask_for("GET",
		       MAPS "?watch=1&sendInitialEvents=true&"
			    "resourceVersionMatch=NotOlderThan&"
			    "allowWatchBookmarks=true",
		       NULL, NULL, NULL);
	assert_true(told("\"k8s.io/initial-events-end\":\"true\""));
	api_cancel(call);
	assert_int_equal(
		ask("GET", MAPS "?watch=1&sendInitialEvents=true", NULL), 422);
}

static void a_version_too_old_ends_the_watch(void **state)
{
	(void)state;
	assert_non_null(ask_for("GET", MAPS "?watch=1&resourceVersion=1", NULL,
				NULL, NULL));
	assert_true(told("{\"type\":\"ERROR\""));
	assert_true(told("\"code\":410"));
	turn();
	assert_true(ended);
}

static void a_watch_ends_when_its_time_is_over(void **state)
{
	(void)state;
	clk_fake(1000, 1000);
	assert_non_null(ask_for("GET", MAPS "?watch=1&timeoutSeconds=5", NULL,
				NULL, NULL));
	clk_fake_advance_ms(4000);
	turn();
	assert_false(ended);
	clk_fake_advance_ms(2000);
	turn();
	assert_true(ended);
	clk_real();
}

static void only_protobuf_is_told_what_there_is(void **state)
{
	(void)state;
	assert_null(ask_for("GET", MAPS, NULL, NULL,
			    "application/vnd.kubernetes.protobuf"));
	assert_int_equal(code, 406);
	says("reason", "NotAcceptable");
	assert_null(ask_for("POST", MAPS, "text/plain", "x", NULL));
	assert_int_equal(code, 415);
}

static void events_have_two_faces(void **state)
{
	(void)state;
	assert_int_equal(
		ask("POST", "/api/v1/namespaces/default/events",
		    "{\"metadata\":{\"name\":\"e\"},\"involvedObject\":{"
		    "\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":"
		    "\"default\"},\"message\":\"m\",\"count\":1,"
		    "\"type\":\"Normal\",\"reason\":\"R\"}"),
		201);
	assert_int_equal(ask("GET",
			     "/apis/events.k8s.io/v1/namespaces/default/"
			     "events/e",
			     NULL),
			 200);
	says("apiVersion", "events.k8s.io/v1");
	says("note", "m");
	says("regarding.name", "p");
	assert_int_equal(json_int(answer, "deprecatedCount", 0), 1);
}

#define SLICES "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
#define OLD_SLICES                                                             \
	"/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices"

static const struct json *only_endpoint(void)
{
	return json_first(json_get(answer, "endpoints"));
}

static void member_is(const char *map, const char *name, const char *want)
{
	const struct json *in = only_endpoint();
	const char *text = NULL;

	text = json_value_str(
		json_get(map != NULL ? json_get(in, map) : in, name));
	assert_non_null(text);
	assert_string_equal(text, want);
}

static void make_old_slice(void)
{
	assert_int_equal(
		ask("POST", OLD_SLICES,
		    "{\"apiVersion\":\"discovery.k8s.io/v1beta1\",\"kind\":"
		    "\"EndpointSlice\",\"metadata\":{\"name\":\"s\"},"
		    "\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":["
		    "\"10.0.0.1\"],\"topology\":{\"kubernetes.io/hostname\":"
		    "\"n\",\"topology.kubernetes.io/zone\":\"z\",\"a.b/c\":"
		    "\"d\"}}],\"ports\":[]}"),
		201);
}

static void an_old_slice_is_seen_as_a_new_one(void **state)
{
	(void)state;
	make_old_slice();
	says("apiVersion", "discovery.k8s.io/v1beta1");
	member_is("topology", "kubernetes.io/hostname", "n");
	assert_int_equal(ask("GET", SLICES "/s", NULL), 200);
	says("apiVersion", "discovery.k8s.io/v1");
	member_is(NULL, "nodeName", "n");
	member_is(NULL, "zone", "z");
	member_is("deprecatedTopology", "a.b/c", "d");
	assert_int_equal(
		json_len(json_get(only_endpoint(), "deprecatedTopology")), 1);
	assert_null(json_get(only_endpoint(), "topology"));
}

static void a_new_slice_is_seen_as_an_old_one(void **state)
{
	(void)state;
	assert_int_equal(
		ask("POST", SLICES,
		    "{\"metadata\":{\"name\":\"s\"},\"addressType\":\"IPv4\","
		    "\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],"
		    "\"nodeName\":\"n\",\"deprecatedTopology\":{\"a.b/c\":"
		    "\"d\"}},{\"addresses\":[\"10.0.0.2\"]}]}"),
		201);
	assert_int_equal(ask("GET", OLD_SLICES, NULL), 200);
	says("kind", "EndpointSliceList");
	says("apiVersion", "discovery.k8s.io/v1beta1");
	assert_int_equal(ask("GET", OLD_SLICES "/s", NULL), 200);
	member_is("topology", "kubernetes.io/hostname", "n");
	member_is("topology", "a.b/c", "d");
	assert_int_equal(json_len(json_get(only_endpoint(), "topology")), 2);
	assert_null(json_get(only_endpoint(), "nodeName"));
	assert_null(json_get(only_endpoint(), "deprecatedTopology"));
	assert_null(json_get(json_next(only_endpoint()), "topology"));
}

static void an_old_slice_written_back_changes_nothing(void **state)
{
	scope_free char *text = NULL, *version = NULL;

	(void)state;
	make_old_slice();
	version = mem_strdup(json_str(answer, "metadata.resourceVersion"));
	text = json_print(answer);
	assert_int_equal(ask("PUT", OLD_SLICES "/s", text), 200);
	says("metadata.resourceVersion", version);
	assert_int_equal(json_int(answer, "metadata.generation", 0), 1);
}

static void an_old_slice_is_patched_in_its_own_words(void **state)
{
	(void)state;
	make_old_slice();
	assert_null(
		ask_for("PATCH", OLD_SLICES "/s", "application/json-patch+json",
			"[{\"op\":\"replace\",\"path\":\"/endpoints/0/topology/"
			"kubernetes.io~1hostname\",\"value\":\"m\"}]",
			NULL));
	assert_int_equal(code, 200);
	member_is("topology", "kubernetes.io/hostname", "m");
	assert_int_equal(ask("GET", SLICES "/s", NULL), 200);
	member_is(NULL, "nodeName", "m");
}

static void told_again_is_counted(void **state)
{
	scope_json struct json *about = NULL;

	(void)state;
	make("a");
	about = json_dup(answer);
	for (int i = 0; i < 3; i++)
		api_tell(api, about, "me", "Normal", "Why", "because %d", 1);
	assert_int_equal(ask("GET", "/api/v1/namespaces/default/events", NULL),
			 200);
	assert_int_equal(json_len(json_get(answer, "items")), 1);
	assert_int_equal(
		json_int(json_first(json_get(answer, "items")), "count", 0), 3);
}

static void health_and_version_answer(void **state)
{
	(void)state;
	assert_int_equal(ask("GET", "/readyz", NULL), 200);
	assert_int_equal(ask("GET", "/version", NULL), 200);
	says("gitVersion", "v1.36.2");
	assert_int_equal(ask("GET", "/nope", NULL), 404);
	assert_int_equal(ask("GET", "/api/v1/nope", NULL), 404);
	says("reason", "NotFound");
	assert_int_equal(ask("PUT", MAPS, "{}"), 405);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_created_can_be_read),
		TEST(a_stale_version_is_a_conflict),
		TEST(a_write_that_changes_nothing_is_none),
		TEST(a_dry_run_leaves_nothing_behind),
		TEST(generated_names_are_new),
		TEST(unknown_fields_are_refused_or_warned_of),
		TEST(pages_go_on_where_they_ended),
		TEST(selectors_pick_from_lists),
		TEST(finalizers_hold_an_object),
		TEST(policies_become_finalizers),
		TEST(preconditions_must_hold),
		TEST(a_pod_without_a_node_goes_at_once),
		TEST(a_pod_on_a_node_waits_for_it),
		TEST(an_eviction_asks_the_budget),
		TEST(everybody_may_do_everything),
		TEST(a_question_must_be_one),
		TEST(what_is_not_there_is_told_with_what_is),
		TEST(pods_have_no_inside),
		TEST(a_scale_is_a_part_of_its_set),
		TEST(a_watch_tells_what_concerns_it),
		TEST(first_events_end_with_a_bookmark),
		TEST(a_version_too_old_ends_the_watch),
		TEST(a_watch_ends_when_its_time_is_over),
		TEST(only_protobuf_is_told_what_there_is),
		TEST(events_have_two_faces),
		TEST(an_old_slice_is_patched_in_its_own_words),
		TEST(an_old_slice_written_back_changes_nothing),
		TEST(a_new_slice_is_seen_as_an_old_one),
		TEST(an_old_slice_is_seen_as_a_new_one),
		TEST(told_again_is_counted),
		TEST(health_and_version_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
