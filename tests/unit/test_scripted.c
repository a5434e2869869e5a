/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted API server's parts: what the fault stories and the measures
 * rest on has to be right itself. */
#include "tests/unit/cm.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/e2e/scripted/command.h"
#include "tests/e2e/scripted/history.h"
#include "tests/e2e/scripted/render.h"
#include "tests/e2e/scripted/request.h"
#include "tests/e2e/scripted/stream.h"
#include "tests/e2e/scripted/template.h"

static const struct world_shape shape = {
	.pods = 20, .per_service = 3, .namespaces = 2, .sets = 5};

struct fixture {
	struct world world;
	struct render *render;
	struct history *history;
	struct stream_source source;
};

static int set_up(void **state)
{
	struct fixture *f = mem_zalloc(sizeof(*f));

	assert_int_equal(world_init(&f->world, &shape, NULL), 0);
	assert_int_equal(
		render_new(SCRIPTED_TEMPLATES, &f->world, &f->render, NULL), 0);
	f->history = history_new(4, f->world.version);
	f->source = (struct stream_source){&f->world, f->render, f->history};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	history_free(f->history);
	render_free(f->render);
	world_fini(&f->world);
	free(f);
	return 0;
}

static void
holes_are_filled_and_white_space_outside_strings_is_dropped(void **state)
{
	static const char *const names[] = {"a", "b", NULL};
	const struct text values[] = {{"1", 1}, {"two", 3}};
	struct template *template = NULL;
	scope_buf struct buf out;

	(void)state;
	buf_init(&out, 0);
	assert_int_equal(template_parse("{ \"x y\" :\n @a@, \"\\\" z@@\": "
					"\"@b@@a@\" }",
					names, &template, NULL),
			 0);
	template_fill(template, values, &out);
	assert_string_equal(out.data, "{\"x y\":1,\"\\\" z@\":\"two1\"}");
	template_free(template);
}

static void an_unknown_or_unclosed_hole_is_refused(void **state)
{
	static const char *const names[] = {"a", NULL};
	struct template *template = NULL;

	(void)state;
	assert_int_equal(template_parse("{@c@}", names, &template, NULL),
			 ST_EPARSE);
	assert_int_equal(template_parse("{@a}", names, &template, NULL),
			 ST_EPARSE);
	assert_null(template);
}

static void revision_hashes_are_those_of_kubernetes(void **state)
{
	static const char data[] =
		"{\"spec\":{\"template\":{\"$patch\":\"replace\",\"metadata\":{"
		"\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{"
		"\"image\":\"nginx:1.27\",\"imagePullPolicy\":\"IfNotPresent\","
		"\"name\":\"main\",\"resources\":{},\"terminationMessagePath\":"
		"\"/dev/termination-log\",\"terminationMessagePolicy\":"
		"\"File\"}],\"dnsPolicy\":\"ClusterFirst\",\"restartPolicy\":"
		"\"Always\",\"schedulerName\":\"default-scheduler\","
		"\"securityContext\":{},\"terminationGracePeriodSeconds\":30}}}"
		"}";
	char hash[11];

	(void)state;
	render_hash(hash, data, sizeof(data) - 1);
	assert_string_equal(hash, "7c4dd7d5d8");
}

static struct json *parse(const struct buf *text)
{
	struct json *value = NULL;

	assert_int_equal(json_parse(text->data, text->len, &value, NULL), 0);
	return value;
}

static void every_object_is_json_of_its_kind_and_version(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < WORLD_KINDS; i++) {
		enum world_kind kind = (enum world_kind)i;
		uint32_t last = world_count(&f->world, kind) - 1;
		struct buf out;
		struct json *object;

		buf_init(&out, 0);
		render_object(f->render, kind, last, true, &out);
		object = parse(&out);
		assert_string_equal(json_str(object, "kind"),
				    render_kind(kind));
		assert_int_equal(
			strtoull(json_str(object, "metadata.resourceVersion"),
				 NULL, 10),
			world_version_of(&f->world, kind, last));
		json_free(object);
		buf_fini(&out);
	}
}

static void a_revision_holds_the_template_of_its_set(void **state)
{
	struct fixture *f = *state;
	scope_buf struct buf set_text, revision_text;
	struct json *set, *revision, *template;

	buf_init(&set_text, 0);
	buf_init(&revision_text, 0);
	render_object(f->render, WORLD_SET, 2, true, &set_text);
	render_object(f->render, WORLD_REVISION, 2, true, &revision_text);
	set = parse(&set_text);
	revision = parse(&revision_text);
	template = json_dup(json_at(set, "spec.template"));
	json_set_str(template, "$patch", "replace");
	assert_true(
		json_equal(template, json_at(revision, "data.spec.template")));
	assert_string_equal(json_str(set, "status.updateRevision"),
			    json_str(revision, "metadata.name"));
	json_free(template);
	json_free(set);
	json_free(revision);
}

static void living_pods_never_share_an_address(void **state)
{
	struct fixture *f = *state;

	for (uint32_t round = 0; round < 100; round++) {
		world_change_pod(&f->world, WORLD_MOVE, round * 7 % 20);
		for (uint32_t a = 0; a < 20; a++)
			for (uint32_t b = 0; b < a; b++)
				assert_int_not_equal(
					world_address(&f->world, a),
					world_address(&f->world, b));
	}
}

static void a_change_that_is_none_is_refused(void **state)
{
	struct fixture *f = *state;
	uint64_t version = f->world.version;

	assert_false(world_change_pod(&f->world, WORLD_READY, 3));
	assert_false(world_change_pod(&f->world, WORLD_CREATE, 3));
	assert_false(world_change_pod(&f->world, WORLD_MOVE, 20));
	assert_int_equal(f->world.version, version);
	assert_true(world_change_pod(&f->world, WORLD_DELETE, 3));
	assert_false(world_change_pod(&f->world, WORLD_UNREADY, 3));
	assert_int_equal(f->world.version, version + 2);
}

static struct request request_of(const char *text)
{
	struct request request;

	assert_int_equal(request_parse(text, strlen(text), &request), 1);
	return request;
}

static void requests_are_taken_apart(void **state)
{
	struct request r = request_of(
		"GET /apis/apps/v1/statefulsets?watch=true&resourceVersion=17&"
		"sendInitialEvents=true&timeoutSeconds=9 HTTP/1.1\r\n\r\n");

	(void)state;
	assert_true(r.is_collection && r.watch && r.initial_events);
	assert_int_equal(r.kind, WORLD_SET);
	assert_int_equal(r.version, 17);
	assert_int_equal(r.timeout_s, 9);

	r = request_of("GET /api/v1/pods?limit=5&continue=1001-40 "
		       "HTTP/1.1\r\n\r\n");
	assert_true(r.has_token && !r.token_is_bad && !r.watch);
	assert_int_equal(r.token_version, 1001);
	assert_int_equal(r.token_index, 40);

	r = request_of("GET /api/v1/namespaces/x/pods HTTP/1.1\r\n\r\n");
	assert_false(r.is_collection);
}

static void a_request_is_whole_only_with_its_body(void **state)
{
	static const char text[] =
		"POST /x HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc";
	struct request r;

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++)
		assert_int_equal(request_parse(text, len, &r), 0);
	assert_int_equal(request_parse(text, sizeof(text) - 1, &r), 1);
	assert_int_equal(r.head_len + r.body_len, sizeof(text) - 1);
}

static void a_bad_request_is_refused(void **state)
{
	static const char no_target[] = "GARBAGE\r\n\r\n";
	static const char long_body[] =
		"PUT /x HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n";
	struct request r;

	(void)state;
	assert_int_equal(request_parse(no_target, strlen(no_target), &r),
			 ST_EPARSE);
	assert_int_equal(request_parse(long_body, strlen(long_body), &r),
			 ST_ELIMIT);
}

static void the_history_tells_what_it_has_dropped(void **state)
{
	struct history *history = history_new(3, 10);
	uint64_t place;
	bool lost;

	(void)state;
	for (uint64_t version = 11; version <= 14; version++)
		history_add(history, WORLD_POD, version, mem_strdup("x"), 1);
	assert_false(history_find(history, 10, &place));
	assert_true(history_find(history, 11, &place));
	assert_int_equal(history_at(history, place, &lost)->version, 12);
	assert_true(history_find(history, 14, &place));
	assert_null(history_at(history, place, &lost));
	assert_false(lost);
	assert_null(history_at(history, 0, &lost));
	assert_true(lost);
	history_forget(history, 14);
	assert_false(history_find(history, 13, &place));
	assert_true(history_find(history, 14, &place));
	history_free(history);
}

static void commands_are_read_or_refused(void **state)
{
	struct command command;

	(void)state;
	assert_int_equal(command_parse("cut pods", &command, NULL), 0);
	assert_int_equal(command.kinds, 1 << WORLD_POD);
	assert_int_equal(command_parse("gone", &command, NULL), 0);
	assert_int_equal(command.kinds, UINT32_MAX);
	assert_int_equal(command_parse("throttle 3 7", &command, NULL), 0);
	assert_int_equal(command.n * 10 + command.seconds, 37);
	assert_int_equal(command_parse("move 12", &command, NULL), 0);
	assert_int_equal(command.change, WORLD_MOVE);
	assert_int_equal(command_parse("truncate", &command, NULL), ST_EPARSE);
	assert_int_equal(command_parse("cut dogs", &command, NULL), ST_EPARSE);
	assert_int_equal(command_parse("storm", &command, NULL), ST_EPARSE);
	assert_int_equal(command_parse("drop 1", &command, NULL), ST_EPARSE);
	assert_int_equal(command_parse("", &command, NULL), ST_EPARSE);
}

/* All that the stream has to say now, in `out`. */
static enum stream_state drain(struct fixture *f, struct stream *stream,
			       struct buf *out)
{
	enum stream_state state = STREAM_MORE;

	while (state == STREAM_MORE) {
		scope_buf struct buf piece;

		buf_init(&piece, 0);
		state = stream_fill(stream, &f->source, 0, &piece);
		buf_put(out, piece.data, piece.len);
	}
	return state;
}

/* The whole of a list, which must be one piece of JSON. */
static struct json *list(struct fixture *f, const char *query)
{
	scope_free char *text =
		mem_printf("GET /api/v1/pods?%s HTTP/1.1\r\n\r\n", query);
	struct request request = request_of(text);
	struct stream stream;
	scope_buf struct buf out;

	buf_init(&out, 0);
	stream_begin_list(&stream, &f->source, &request, &out);
	assert_int_equal(drain(f, &stream, &out), STREAM_DONE);
	return parse(&out);
}

static void a_paged_list_gives_every_living_pod_once_and_in_order(void **state)
{
	struct fixture *f = *state;
	scope_free char *query = mem_strdup("limit=7");
	scope_free char *last = mem_strdup("");
	size_t items = 0, pages = 0;

	world_change_pod(&f->world, WORLD_DELETE, 6);
	while (query != NULL) {
		struct json *page = list(f, query);
		const char *token = json_str(page, "metadata.continue");

		json_each (item, json_get(page, "items")) {
			const char *name = json_str(item, "metadata.name");

			assert_true(strcmp(last, name) < 0);
			free(last);
			last = mem_strdup(name);
			items++;
		}
		pages++;
		free(query);
		query = token == NULL
				? NULL
				: mem_printf("limit=7&continue=%s", token);
		json_free(page);
	}
	assert_int_equal(items, 19);
	assert_int_equal(pages, 3);
}

static void a_list_of_any_version_has_no_pages(void **state)
{
	struct json *page = list(*state, "limit=7&resourceVersion=0");

	assert_int_equal(json_len(json_get(page, "items")), 20);
	assert_null(json_str(page, "metadata.continue"));
	json_free(page);
}

static struct stream watch(struct fixture *f, const char *query, bool *ret_ok)
{
	scope_free char *text = mem_printf(
		"GET /api/v1/pods?watch=1&%s HTTP/1.1\r\n\r\n", query);
	struct request request = request_of(text);
	struct stream stream;

	*ret_ok = stream_begin_watch(&stream, &f->source, &request, 0);
	return stream;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static void a_watch_list_ends_its_initial_events_with_a_bookmark(void **state)
{
	struct fixture *f = *state;
	bool ok;
	struct stream stream = watch(f, "sendInitialEvents=true", &ok);
	scope_buf struct buf out;

	assert_true(ok);
	buf_init(&out, 0);
	assert_true(stream_is_listing(&stream));
	assert_int_equal(drain(f, &stream, &out), STREAM_IDLE);
	assert_false(stream_is_listing(&stream));
	assert_int_equal(count(out.data, "{\"type\":\"ADDED\""), 20);
	assert_int_equal(count(out.data, "k8s.io/initial-events-end"), 1);
}

static void remember(struct fixture *f, enum world_kind kind, uint32_t index)
{
	struct buf line;
	size_t len;

	buf_init(&line, 0);
	stream_put_event(&f->source, "MODIFIED", kind, index, &line);
	len = line.len;
	history_add(f->history, kind, world_version_of(&f->world, kind, index),
		    buf_steal(&line), len);
}

static void a_watch_sends_the_events_of_its_kind_after_its_version(void **state)
{
	struct fixture *f = *state;
	scope_free char *query = mem_printf(
		"resourceVersion=%llu", (unsigned long long)f->world.version);
	scope_buf struct buf out;
	struct stream stream;
	bool ok;

	world_change_pod(&f->world, WORLD_MOVE, 4);
	remember(f, WORLD_POD, 4);
	remember(f, WORLD_SLICE, 1);
	stream = watch(f, query, &ok);
	assert_true(ok);
	buf_init(&out, 0);
	assert_int_equal(drain(f, &stream, &out), STREAM_IDLE);
	assert_int_equal(count(out.data, "\n"), 1);
	assert_int_equal(count(out.data, "\"name\":\"app-00001-1\""), 1);

	history_forget(f->history, f->world.version);
	watch(f, query, &ok);
	assert_false(ok);
}

#define story(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			holes_are_filled_and_white_space_outside_strings_is_dropped),
		cmocka_unit_test(an_unknown_or_unclosed_hole_is_refused),
		cmocka_unit_test(revision_hashes_are_those_of_kubernetes),
		story(every_object_is_json_of_its_kind_and_version),
		story(a_revision_holds_the_template_of_its_set),
		story(living_pods_never_share_an_address),
		story(a_change_that_is_none_is_refused),
		cmocka_unit_test(requests_are_taken_apart),
		cmocka_unit_test(a_request_is_whole_only_with_its_body),
		cmocka_unit_test(a_bad_request_is_refused),
		cmocka_unit_test(the_history_tells_what_it_has_dropped),
		cmocka_unit_test(commands_are_read_or_refused),
		story(a_paged_list_gives_every_living_pod_once_and_in_order),
		story(a_list_of_any_version_has_no_pages),
		story(a_watch_list_ends_its_initial_events_with_a_bookmark),
		story(a_watch_sends_the_events_of_its_kind_after_its_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
