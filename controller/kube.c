/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kube.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "controller/auth.h"
#include "controller/http.h"
#include "controller/kube_status.h"
#include "controller/kube_stream.h"
#include "controller/kubeconfig_load.h"
#include "controller/pace.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

enum {
	CALL_MAX_MS = 30 * 1000,
	MAX_ANSWER = 16 * 1024 * 1024,
	QUIET_MS = 10 * 1000, /* between two lines about the server's state */
};

TAILQ_HEAD(call_list, kube_call);

struct kube {
	struct loop *loop;
	char *kubeconfig, *user_agent;
	struct access access;
	struct auth *auth;
	struct http *http;
	char *cert; /* the plugin's certificate that http uses, or NULL */
	struct call_list calls; /* waiting for credentials or an answer */
	struct call_list paced; /* not begun: there were too many */
	struct pace pace;
	struct loop_timer *pace_timer;
	struct call_list failed; /* to be answered with their err */
	struct loop_timer *fail_timer;
	enum kube_ability watch_list;
	uint64_t counts[CONTROLLER_METHODS][CONTROLLER_CLASSES];
	/* health */
	TAILQ_HEAD(, kube_member) members;
	int n_troubled; /* of the members */
	bool told_down, was_up, has_told;
	uint64_t down_ms, told_ms;
};

struct kube_call {
	TAILQ_ENTRY(kube_call) link;
	struct call_list *list; /* that it is in */
	struct kube *kube;
	enum kube_verb verb;
	char *path, *body;
	kube_fn fn;
	const struct kube_stream_ops *ops; /* NULL: a single request */
	void *arg;
	struct http_call *http_call; /* NULL: waits for credentials */
	struct http *http; /* the one it was sent over; compared only */
	uint64_t generation;
	bool retried;
	struct buf answer;
	struct err err;
};

static const char *const methods[] = {
	[KUBE_GET] = "GET",	      [KUBE_POST] = "POST",
	[KUBE_PUT] = "PUT",	      [KUBE_DELETE] = "DELETE",
	[KUBE_PATCH_MERGE] = "PATCH", [KUBE_PATCH_STRATEGIC] = "PATCH",
	[KUBE_PATCH_JSON] = "PATCH",
};

/* What requests are counted by; the last one stands for all patches. */
static const enum kube_verb counted[CONTROLLER_METHODS] = {
	KUBE_GET, KUBE_POST, KUBE_PUT, KUBE_DELETE, KUBE_PATCH_MERGE,
};

static const char *const types[] = {
	[KUBE_GET] = "application/json",
	[KUBE_POST] = "application/json",
	[KUBE_PUT] = "application/json",
	[KUBE_DELETE] = "application/json",
	[KUBE_PATCH_MERGE] = "application/merge-patch+json",
	[KUBE_PATCH_STRATEGIC] = "application/strategic-merge-patch+json",
	[KUBE_PATCH_JSON] = "application/json-patch+json",
};

/* ---- calls ---- */

static void move_call(struct kube_call *call, struct call_list *to)
{
	if (call->list)
		TAILQ_REMOVE(call->list, call, link);
	call->list = to;
	if (to)
		TAILQ_INSERT_TAIL(to, call, link);
}

static void call_free(struct kube_call *call)
{
	move_call(call, NULL);
	buf_fini(&call->answer);
	free(call->path);
	free(call->body);
	free(call);
}

static void count(struct kube_call *call, int http)
{
	size_t row = 0, class = (size_t)(http > 0 ? http / 100 : 0);

	while (row + 1 < st_array_len(counted) && counted[row] != call->verb)
		row++;
	if (class < CONTROLLER_CLASSES)
		call->kube->counts[row][class]++;
}

static void deliver(struct kube_call *call, const struct kube_answer *answer)
{
	count(call, answer->http);
	/* Out of the lists first: the callback may free the kube. */
	move_call(call, NULL);
	if (call->ops)
		call->ops->done(answer, call->arg);
	else
		call->fn(answer, call->arg);
	call_free(call);
}

static void fail_later(struct kube_call *call)
{
	struct kube *kube = call->kube;

	move_call(call, &kube->failed);
	if (!loop_timer_is_set(kube->fail_timer))
		loop_timer_set(kube->fail_timer, 0);
}

/* Those that fail while these are told wait for the next turn. */
static void on_fail_timer(void *arg)
{
	struct kube *kube = arg;
	struct kube_call *last = TAILQ_LAST(&kube->failed, call_list), *call;
	bool more = last != NULL;

	while (more && (call = TAILQ_FIRST(&kube->failed))) {
		struct kube_answer answer = {
			.code = call->err.code,
			.reason = "",
			.err = &call->err,
		};

		more = call != last && TAILQ_NEXT(call, link);
		deliver(call, &answer);
	}
}

static void on_head(int status, void *arg);
static int on_data(int status, const char *data, size_t len, void *arg);
static void on_done(const struct http_result *result, void *arg);
static const struct http_ops http_ops = {on_head, on_data, on_done};

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static int make_http(struct kube *kube, const struct access *access,
		     const struct auth_creds *creds, struct http **ret,
		     struct err *err)
{
	struct http_config config = {
		.loop = kube->loop,
		.access = access,
		.cert = creds ? creds->cert : NULL,
		.key = creds ? creds->key : NULL,
		.user_agent = kube->user_agent,
	};

	return http_new(&config, ret, err);
}

/* Connections are made with one client certificate: another one from the
 * plugin needs connections of its own. */
static int fit_http(struct kube *kube, const struct auth_creds *creds,
		    struct err *err)
{
	struct http *http;
	int rc;

	if (is_same(kube->cert, creds->cert))
		return 0;
	rc = make_http(kube, &kube->access, creds, &http, err);
	if (rc != 0)
		return rc;
	http_retire(kube->http);
	kube->http = http;
	secret_free(kube->cert);
	kube->cert = mem_strdup(creds->cert);
	return 0;
}

static void send_call(struct kube_call *call, const struct auth_creds *creds)
{
	struct kube *kube = call->kube;
	struct http_request request = {
		.method = methods[call->verb],
		.path = call->path,
		.content_type = types[call->verb],
		.body = call->body,
		.bearer = creds->bearer,
		.username = creds->username,
		.password = creds->password,
		.timeout_ms = call->ops ? 0 : CALL_MAX_MS,
		.is_bulk = call->ops != NULL,
	};

	call->generation = creds->generation;
	call->http = kube->http;
	call->http_call = http_send(kube->http, &request, &http_ops, call);
}

static void begin(struct kube_call *call)
{
	struct kube *kube = call->kube;
	struct auth_creds creds = {0};
	int rc = auth_get(kube->auth, &creds, &call->err);

	if (rc == -EAGAIN)
		return;
	if (rc == 0)
		rc = fit_http(kube, &creds, &call->err);
	if (rc == 0)
		send_call(call, &creds);
	else
		fail_later(call);
}

/* Credentials came, or will not come. */
static void on_auth(void *arg)
{
	struct kube *kube = arg;
	struct kube_call *call, *next;

	for (call = TAILQ_FIRST(&kube->calls); call; call = next) {
		next = TAILQ_NEXT(call, link);
		if (!call->http_call)
			begin(call);
	}
}

static void on_head(int status, void *arg)
{
	struct kube_call *call = arg;

	if (call->ops && status < 300)
		call->ops->open(call->arg);
}

static int on_data(int status, const char *data, size_t len, void *arg)
{
	struct kube_call *call = arg;

	if (call->ops && status < 300)
		return call->ops->data(data, len, call->arg);
	if (buf_add(&call->answer, data, len) == 0)
		return 0;
	return err_set(&call->err, ST_ELIMIT,
		       "the answer is larger than %d bytes", MAX_ANSWER);
}

/* "GET /path" for messages, without the query. */
static void name_call(const struct kube_call *call, char *out, size_t size)
{
	snprintf(out, size, "%s %.*s", methods[call->verb],
		 (int)strcspn(call->path, "?"), call->path);
}

/* What an answer that is no Status says, as far as it fits into a message:
 * proxies and mistaken servers explain themselves in plain text. */
static void add_words(const struct kube_call *call, const struct json *body,
		      struct err *err)
{
	const char *text = call->answer.data;
	size_t len = text ? strcspn(text, "\r\n") : 0, used;

	if (body || len == 0)
		return;
	used = strlen(err->msg);
	snprintf(err->msg + used, sizeof(err->msg) - used, ": %.*s",
		 len < 200 ? (int)len : 200, text);
}

/* Reads the body, and turns the status into a code. */
static void read_answer(struct kube_call *call,
			const struct http_result *result,
			struct kube_answer *answer, struct json **body)
{
	bool is_stream = call->ops && result->status < 300;
	char name[256];
	int bad = 0;

	answer->err = &call->err;
	answer->reason = "";
	answer->http = result->status;
	answer->retry_after_ms = result->retry_after_ms;
	answer->code = result->code;
	if (result->code == ST_ECANCELED && call->err.code != 0)
		answer->code = call->err.code;
	else if (result->code != 0)
		call->err = *result->err;
	if (answer->code != 0 || is_stream)
		return;
	if (call->answer.len > 0)
		bad = json_parse(call->answer.data, call->answer.len, body,
				 &call->err);
	answer->body = *body;
	name_call(call, name, sizeof(name));
	if (result->status >= 300) {
		call->err = (struct err){0};
		answer->code = kube_status_read(result->status, *body,
						&answer->reason, &call->err);
		add_words(call, *body, &call->err);
		err_wrap(&call->err, answer->code, "%s", name);
	} else if (bad != 0) {
		answer->code = err_wrap(&call->err, bad, "%s", name);
	}
}

static void on_done(const struct http_result *result, void *arg)
{
	struct kube_call *call = arg;
	struct kube *kube = call->kube;
	scope_json struct json *body = NULL;
	struct kube_answer answer = {0};

	if (result->code == 0 && result->status == 401 &&
	    auth_refused(kube->auth, call->generation) && !call->retried) {
		call->retried = true;
		call->http_call = NULL;
		buf_clear(&call->answer);
		begin(call);
		return;
	}
	if (result->code == ST_ETIMEOUT)
		kube_suspect(kube, call);
	call->http_call = NULL;
	read_answer(call, result, &answer, &body);
	deliver(call, &answer);
}

static struct kube_call *call_new(struct kube *kube, enum kube_verb verb,
				  const char *path, const char *body)
{
	struct kube_call *call = mem_zalloc(sizeof(*call));

	call->kube = kube;
	call->verb = verb;
	call->path = mem_strdup(path);
	call->body = mem_strdup(body);
	buf_init(&call->answer, MAX_ANSWER);
	move_call(call, &kube->calls);
	return call;
}

/* Who leads must be able to say so in time. */
static bool is_urgent(const char *path)
{
	static const char leases[] = "/apis/coordination.k8s.io/";

	return strncmp(path, leases, sizeof(leases) - 1) == 0;
}

/* Those that waited go first. */
static void begin_paced(void *arg)
{
	struct kube *kube = arg;
	struct kube_call *call;

	while ((call = TAILQ_FIRST(&kube->paced))) {
		uint64_t wait_ms = pace_take(&kube->pace, clk_mono_ms());

		if (wait_ms > 0) {
			loop_timer_set(kube->pace_timer, wait_ms);
			return;
		}
		move_call(call, &kube->calls);
		begin(call);
	}
}

struct kube_call *kube_send(struct kube *kube, enum kube_verb verb,
			    const char *path, const char *body, kube_fn fn,
			    void *arg)
{
	struct kube_call *call = call_new(kube, verb, path, body);

	call->fn = fn;
	call->arg = arg;
	if (kube->pace.rate == 0 || is_urgent(path)) {
		begin(call);
		return call;
	}
	move_call(call, &kube->paced);
	begin_paced(kube);
	return call;
}

struct kube_call *kube_stream(struct kube *kube, const char *path,
			      const struct kube_stream_ops *ops, void *arg)
{
	struct kube_call *call = call_new(kube, KUBE_GET, path, NULL);

	call->ops = ops;
	call->arg = arg;
	begin(call);
	return call;
}

void kube_cancel(struct kube_call *call)
{
	if (!call)
		return;
	http_cancel(call->http_call);
	call_free(call);
}

/* ---- the server ---- */

static int load(struct kube *kube, struct access *ret_access,
		struct http **ret_http, struct err *err)
{
	struct kubeconfig_places places;
	struct access access;
	int rc;

	kubeconfig_places_read(&places, kube->kubeconfig);
	rc = kubeconfig_load(&places, &access, err);
	if (rc != 0)
		return rc;
	rc = make_http(kube, &access, NULL, ret_http, err);
	if (rc != 0) {
		if (access.context)
			err_wrap(err, rc, "kubeconfig context %s",
				 access.context);
		access_fini(&access);
		return rc;
	}
	*ret_access = access;
	return 0;
}

static void unload(struct kube *kube)
{
	auth_free(kube->auth);
	http_retire(kube->http);
	access_fini(&kube->access);
	secret_free(kube->cert);
	kube->cert = NULL;
}

int kube_new(const struct kube_config *config, struct kube **ret_kube,
	     struct err *err)
{
	struct kube *kube = mem_zalloc(sizeof(*kube));
	int rc;

	kube->loop = config->loop;
	kube->kubeconfig = mem_strdup(config->kubeconfig);
	kube->user_agent = mem_strdup(config->user_agent);
	TAILQ_INIT(&kube->calls);
	TAILQ_INIT(&kube->paced);
	TAILQ_INIT(&kube->failed);
	pace_init(&kube->pace, config->qps, config->burst, clk_mono_ms());
	TAILQ_INIT(&kube->members);
	rc = load(kube, &kube->access, &kube->http, err);
	if (rc != 0) {
		free(kube->kubeconfig);
		free(kube->user_agent);
		free(kube);
		return rc;
	}
	kube->auth = auth_new(kube->loop, &kube->access, on_auth, kube);
	kube->fail_timer = loop_timer_new(kube->loop, on_fail_timer, kube);
	kube->pace_timer = loop_timer_new(kube->loop, begin_paced, kube);
	*ret_kube = kube;
	return 0;
}

void kube_free(struct kube *kube)
{
	struct kube_call *call;

	if (!kube)
		return;
	while ((call = TAILQ_FIRST(&kube->calls)))
		kube_cancel(call);
	while ((call = TAILQ_FIRST(&kube->paced)))
		kube_cancel(call);
	while ((call = TAILQ_FIRST(&kube->failed)))
		kube_cancel(call);
	unload(kube);
	loop_timer_free(kube->fail_timer);
	loop_timer_free(kube->pace_timer);
	free(kube->kubeconfig);
	free(kube->user_agent);
	free(kube);
}

/* Streams are begun anew by their watches, with the new credentials. */
static void end_streams(struct kube *kube)
{
	struct kube_call *call, *next;

	for (call = TAILQ_FIRST(&kube->calls); call; call = next) {
		next = TAILQ_NEXT(call, link);
		if (!call->ops || !call->http_call)
			continue;
		http_cancel(call->http_call);
		call->http_call = NULL;
		err_set(&call->err, ST_ECANCELED, "configuration was reloaded");
		fail_later(call);
	}
}

int kube_reload(struct kube *kube, struct err *err)
{
	struct access access;
	struct http *http;
	int rc = load(kube, &access, &http, err);

	if (rc != 0)
		return rc;
	end_streams(kube);
	unload(kube);
	kube->access = access;
	kube->http = http;
	kube->auth = auth_new(kube->loop, &kube->access, on_auth, kube);
	/* Another server may be able to do other things. */
	kube->watch_list = KUBE_UNKNOWN;
	on_auth(kube);
	return 0;
}

const char *kube_server(const struct kube *kube)
{
	return http_origin(kube->http);
}

struct loop *kube_loop(const struct kube *kube)
{
	return kube->loop;
}

void kube_suspect(struct kube *kube, const struct kube_call *call)
{
	struct auth_creds creds = {0};
	struct http *http;

	/* The first to suspect has replaced it for all. */
	if (call->http != kube->http)
		return;
	if (kube->cert && auth_get(kube->auth, &creds, NULL) != 0)
		return;
	if (make_http(kube, &kube->access, &creds, &http, NULL) != 0)
		return;
	http_retire(kube->http);
	kube->http = http;
}

void kube_join(struct kube *kube, struct kube_member *member)
{
	member->in_trouble = false;
	TAILQ_INSERT_TAIL(&kube->members, member, link);
}

void kube_leave(struct kube *kube, struct kube_member *member)
{
	TAILQ_REMOVE(&kube->members, member, link);
	if (member->in_trouble && --kube->n_troubled == 0)
		kube->told_down = false;
}

void kube_trouble(struct kube *kube, struct kube_member *member,
		  const char *event, const char *cause)
{
	uint64_t now = clk_mono_ms();

	if (!member->in_trouble && kube->n_troubled++ == 0)
		kube->down_ms = now;
	member->in_trouble = true;
	if (kube->told_down ||
	    (kube->has_told && now - kube->told_ms < QUIET_MS))
		return;
	kube->told_down = true;
	kube->has_told = true;
	kube->told_ms = now;
	log_warn(event, "server=%s cause=%s action=%s", kube_server(kube),
		 log_q(cause),
		 log_q("trying again; what is known stays "
		       "served"));
}

/* Those that wait out a long delay need not: the server is there again. */
static void wake_others(struct kube *kube)
{
	struct kube_member *member;

	TAILQ_FOREACH(member, &kube->members, link)
	if (member->in_trouble)
		member->retry(member->arg);
}

static void tell_back(struct kube *kube)
{
	uint64_t now = clk_mono_ms();

	kube->told_down = false;
	kube->told_ms = now;
	log_info("api server back", "server=%s away_s=%llu", kube_server(kube),
		 (unsigned long long)((now - kube->down_ms) / 1000));
}

void kube_well(struct kube *kube, struct kube_member *member)
{
	bool was_troubled = member->in_trouble;

	member->in_trouble = false;
	if (was_troubled && --kube->n_troubled == 0 && kube->told_down)
		tell_back(kube);
	else if (!kube->was_up && kube->n_troubled == 0)
		log_info("api server reached", "server=%s", kube_server(kube));
	kube->was_up = true;
	if (was_troubled)
		wake_others(kube);
}

enum kube_ability kube_watch_list(const struct kube *kube)
{
	return kube->watch_list;
}

void kube_set_watch_list(struct kube *kube, enum kube_ability ability)
{
	kube->watch_list = ability;
}

void kube_counts(const struct kube *kube,
		 const char *ret_methods[CONTROLLER_METHODS],
		 uint64_t ret[CONTROLLER_METHODS][CONTROLLER_CLASSES])
{
	for (size_t i = 0; i < st_array_len(counted); i++)
		ret_methods[i] = methods[counted[i]];
	memcpy(ret, kube->counts, sizeof(kube->counts));
}
