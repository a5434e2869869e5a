/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/plan_case.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/revision.h"
#include "controller/status.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

#define NOW_S INT64_C(1767225600) /* 2026-01-01 */

static const char base[] =
	"{\"metadata\":{\"name\":\"web\",\"namespace\":\"ns\",\"uid\":\"web-"
	"uid\","
	"\"generation\":1},\"spec\":{\"replicas\":3,\"serviceName\":\"web\","
	"\"podManagementPolicy\":\"OrderedReady\",\"updateStrategy\":{\"type\":"
	"\"RollingUpdate\",\"rollingUpdate\":{\"partition\":0}},"
	"\"revisionHistoryLimit\":10},\"status\":{\"replicas\":0}}";

/* The words of the tables for revisions, and the images they stand for. */
static const struct word {
	const char *word, *image;
} words[] = {{"new", "app:2"},
	     {"old", "app:1"},
	     {"older", "app:0"},
	     {"oldest", "app:x"}};

static struct json *parse(const char *text)
{
	struct json *json = NULL;

	st_assert(json_parse(text, strlen(text), &json, NULL) == 0);
	return json;
}

static struct json *template_of(const char *image)
{
	scope_free char *text = mem_printf(
		"{\"metadata\":{\"labels\":{\"app\":\"web\"}},\"spec\":"
		"{\"containers\":[{\"name\":\"main\",\"image\":\"%s\"}]}}",
		image);

	return parse(text);
}

/* The name of the revision that a word stands for; other words are names. */
static char *name_of(const char *word)
{
	char hash[REVISION_HASH_SIZE], name[REVISION_NAME_SIZE];

	for (size_t i = 0; i < st_array_len(words); i++) {
		scope_json struct json *template = NULL;
		scope_free char *data = NULL;

		if (strcmp(words[i].word, word) != 0)
			continue;
		template = template_of(words[i].image);
		data = revision_data(template);
		revision_hash(hash, data, 0);
		revision_name(name, "web", hash);
		return mem_strdup(name);
	}
	return mem_strdup(word);
}

static const char *word_of(const char *name)
{
	for (size_t i = 0; name && i < st_array_len(words); i++) {
		scope_free char *known = name_of(words[i].word);

		if (strcmp(known, name) == 0)
			return words[i].word;
	}
	return name ? name : "none";
}

static void overlay(struct json *to, const struct json *from)
{
	json_each (member, from)
		json_set(to, json_name(member), json_dup(member));
}

static void translate(struct json *status, const char *member)
{
	scope_free char *name = NULL;

	if (json_str(status, member) == NULL)
		return;
	name = name_of(json_str(status, member));
	json_set_str(status, member, name);
}

static void read_set(struct plan_case *c)
{
	struct json *set = parse(base), *spec, *status;

	spec = json_child_object(set, "spec");
	status = json_child_object(set, "status");
	json_set(spec, "template", template_of("app:2"));
	overlay(json_child_object(set, "metadata"), json_get(c->json, "meta"));
	overlay(spec, json_get(c->json, "spec"));
	overlay(status, json_get(c->json, "status"));
	translate(status, "currentRevision");
	translate(status, "updateRevision");
	c->set_json = set;
	setspec_read(&c->set, set);
}

static bool has(char *const *flags, const char *flag)
{
	for (; *flags != NULL; flags++)
		if (strcmp(*flags, flag) == 0)
			return true;
	return false;
}

/* Cuts a line into its words, in place. */
static void cut(char *line, char *ret_words[16])
{
	size_t n = 0;

	for (char *w = strtok(line, " "); w && n < 15; w = strtok(NULL, " "))
		ret_words[n++] = w;
	ret_words[n] = NULL;
}

static struct obj *keep(struct plan_case *c, enum obj_kind kind,
			struct json *take_json)
{
	struct obj *obj = NULL;

	st_assert(obj_decode(kind, take_json, &obj, NULL) == 0);
	json_free(take_json);
	c->objs[c->n_objs++] = obj;
	return obj;
}

static struct json *meta_of(struct json *object, const char *name,
			    char *const *flags)
{
	struct json *meta = json_child_object(object, "metadata");
	struct json *ref = json_new_object();
	scope_free char *uid = mem_printf("%s-uid", name);

	json_set_str(meta, "name", name);
	json_set_str(meta, "namespace", "ns");
	json_set_str(meta, "uid", uid);
	if (has(flags, "deleting"))
		json_set_str(meta, "deletionTimestamp", "2026-01-01T00:00:00Z");
	json_set_str(ref, "apiVersion", "apps/v1");
	json_set_str(ref, "kind", "StatefulSet");
	json_set_str(ref, "name", "web");
	json_set_str(ref, "uid", has(flags, "foreign") ? "x" : "web-uid");
	json_set_bool(ref, "controller", true);
	if (has(flags, "orphan"))
		json_free(ref);
	else
		json_push(json_child_array(meta, "ownerReferences"), ref);
	if (!has(flags, "unmatched"))
		json_set_str(json_child_object(meta, "labels"), "app", "web");
	return meta;
}

static void set_ready(struct json *pod, char *const *flags)
{
	struct json *ready = json_new_object();
	char since[32];
	int64_t ago_s = 86400;

	for (; *flags != NULL; flags++)
		if (strncmp(*flags, "since=", 6) == 0)
			ago_s = strtoll(*flags + 6, NULL, 10);
	clk_format(since, (NOW_S - ago_s) * 1000000, 0);
	json_set_str(ready, "type", "Ready");
	json_set_str(ready, "status", "True");
	json_set_str(ready, "lastTransitionTime", since);
	json_push(json_child_array(json_child_object(pod, "status"),
				   "conditions"),
		  ready);
}

static void set_claims(const struct plan_case *c, struct json *pod,
		       const char *name)
{
	struct json *volumes =
		json_child_array(json_child_object(pod, "spec"), "volumes");

	json_each (vct, c->set.vcts) {
		const char *vct_name = json_str(vct, "metadata.name");
		scope_free char *claim = mem_printf("%s-%s", vct_name, name);
		struct json *volume = json_new_object();

		json_set_str(volume, "name", vct_name);
		json_set_str(json_child_object(volume, "persistentVolumeClaim"),
			     "claimName", claim);
		json_push(volumes, volume);
	}
}

static void set_phase(struct json *pod, char *const *flags)
{
	static const char *const phases[] = {"Pending", "Running", "Failed",
					     "Succeeded", "Unknown"};

	for (size_t i = 0; i < st_array_len(phases); i++)
		if (has(flags, phases[i]))
			json_set_str(json_child_object(pod, "status"), "phase",
				     phases[i]);
	if (has(flags, "ok")) {
		json_set_str(json_child_object(pod, "status"), "phase",
			     "Running");
		set_ready(pod, flags);
	} else if (has(flags, "ready")) {
		set_ready(pod, flags);
	}
}

/* "web-0 old Running ready": name, revision, phase, flags. "ok" is short for
 * "Running ready". */
static void read_pod(struct plan_case *c, const char *text)
{
	scope_free char *line = mem_strdup(text);
	scope_free char *revision = NULL;
	struct json *pod = json_new_object(), *labels;
	struct plan_pod *p = &c->pods[c->world.n_pods++];
	char *w[16];

	cut(line, w);
	labels = json_child_object(meta_of(pod, w[0], w), "labels");
	revision = name_of(w[1]);
	if (strcmp(w[1], "-") != 0)
		json_set_str(labels, identity_label_revision, revision);
	if (!has(w, "unlabelled"))
		json_set_str(labels, identity_label_pod, w[0]);
	set_phase(pod, w);
	if (!has(w, "unmounted"))
		set_claims(c, pod, w[0]);
	p->selected = !has(w, "unmatched");
	p->pod = obj_pod(keep(c, OBJ_POD, pod));
}

/* "old 3": word and number, flags. */
static void read_revision(struct plan_case *c, const char *text)
{
	scope_free char *line = mem_strdup(text);
	scope_free char *name = NULL;
	struct json *revision = json_new_object(), *template;
	const char *image = NULL;
	char *w[16];

	cut(line, w);
	name = name_of(w[0]);
	meta_of(revision, name, w);
	json_set_int(revision, "revision", strtoll(w[1], NULL, 10));
	for (size_t i = 0; i < st_array_len(words); i++)
		if (strcmp(words[i].word, w[0]) == 0)
			image = words[i].image;
	if (has(w, "as=new"))
		image = "app:2";
	if (image != NULL) {
		template = template_of(image);
		json_set_str(template, "$patch", "replace");
		if (has(w, "null"))
			json_set(json_child_object(template, "metadata"),
				 "creationTimestamp", json_new_null());
		json_set(json_child_object(json_child_object(revision, "data"),
					   "spec"),
			 "template", template);
	}
	c->revisions[c->world.n_revisions++] =
		obj_revision(keep(c, OBJ_REVISION, revision));
}

/* "of=Pod/web-1/uid": an owner that is the controller; "by=" one that is not.
 */
static void add_owner(struct json *meta, const char *word)
{
	scope_free char *text = mem_strdup(word);
	char *at = text + 3, *kind = strsep(&at, "/"), *name;
	struct json *ref;

	if (strncmp(word, "of=", 3) != 0 && strncmp(word, "by=", 3) != 0)
		return;
	name = strsep(&at, "/");
	ref = json_new_object();
	json_set_str(ref, "apiVersion",
		     strcmp(kind, "StatefulSet") == 0 ? "apps/v1" : "v1");
	json_set_str(ref, "kind", kind);
	json_set_str(ref, "name", name);
	json_set_str(ref, "uid", at);
	if (*word == 'o')
		json_set_bool(ref, "controller", true);
	json_push(json_child_array(meta, "ownerReferences"), ref);
}

static void set_size(struct json *claim, const char *size)
{
	struct json *spec = json_child_object(claim, "spec");

	json_set_str(json_child_object(json_child_object(spec, "resources"),
				       "requests"),
		     "storage", size);
}

/* "data-web-0 of=StatefulSet/web/web-uid": name, owners, flags. */
static void read_claim(struct plan_case *c, const char *text)
{
	scope_free char *line = mem_strdup(text);
	struct json *claim = json_new_object(), *meta;
	char *w[16];

	cut(line, w);
	meta = meta_of(claim, w[0], w);
	json_remove(meta, "ownerReferences");
	for (size_t i = 1; w[i] != NULL; i++)
		if (strncmp(w[i], "size=", 5) == 0)
			set_size(claim, w[i] + 5);
	for (size_t i = 1; w[i] != NULL; i++)
		add_owner(meta, w[i]);
	c->claims[c->n_claims++] = obj_claim(keep(c, OBJ_CLAIM, claim));
}

static const struct obj_claim *find_claim(const char *name, const void *arg)
{
	const struct plan_case *c = arg;

	for (size_t i = 0; i < c->n_claims; i++)
		if (strcmp(istr_text(c->claims[i]->obj.name), name) == 0)
			return c->claims[i];
	return NULL;
}

/* "data-web-3 other": a claim whose pod was seen to end, or a namesake's. */
static void read_lost(struct plan_case *c, const char *text)
{
	scope_free char *line = mem_strdup(text);
	char *w[16];
	size_t len;
	struct lost_claim lost = {0};

	cut(line, w);
	st_assert(identity_parse(w[0], &len, &lost.ordinal));
	lost.name = mem_strdup(w[0]);
	lost.uid = has(w, "other") ? mem_strdup("other")
				   : mem_printf("%s-uid", w[0]);
	lost.set_uid = mem_strdup("web-uid");
	mem_grow(c->lost.claims, c->lost.n);
	c->lost.claims[c->lost.n++] = lost;
}

static void each_line(struct plan_case *c, const char *member,
		      void (*read)(struct plan_case *c, const char *line))
{
	size_t n = 0;

	json_each (line, json_get(c->json, member)) {
		st_assert(n++ < PLAN_CASE_MAX);
		read(c, json_value_str(line));
	}
}

static void read_owned(struct plan_case *c, const char *name)
{
	scope_free char *uid = mem_printf("%s-uid", name);

	plan_known_own(&c->known, uid);
}

static void read_gone(struct plan_case *c, const char *name)
{
	scope_free char *uid = mem_printf("%s-uid", name);

	plan_known_drop(&c->known, uid);
}

/* "drained": {"web-2": 3000}. */
static uint64_t drained_ms(const char *uid, const void *arg)
{
	const struct plan_case *c = arg;
	scope_free char *pod = mem_strndup(uid, strlen(uid) - strlen("-uid"));

	return (uint64_t)json_value_int(
		json_get(json_get(c->json, "drained"), pod), 0);
}

void plan_case_init(struct plan_case *c, const struct json *json)
{
	*c = (struct plan_case){.json = json};
	plan_known_init(&c->known);
	read_set(c);
	each_line(c, "pods", read_pod);
	each_line(c, "revisions", read_revision);
	each_line(c, "claims", read_claim);
	each_line(c, "lost", read_lost);
	each_line(c, "adopted", read_owned);
	each_line(c, "released", read_gone);
	c->known.pods_claimed = c->known.revisions_adopted =
		json_bool(json, "claimed", false);
	c->known.collisions = json_int(json, "collisions", 0);
	if (json_str(json, "chosen") != NULL)
		c->known.update_revision = name_of(json_str(json, "chosen"));
	c->world.set = &c->set;
	c->world.pods = c->pods;
	c->world.revisions = c->revisions;
	c->world.claim = find_claim;
	c->world.claim_arg = c;
	c->world.lost = &c->lost;
	c->world.now_s = NOW_S;
	c->world.drained_ms = drained_ms;
	c->world.drained_arg = c;
}

void plan_case_fini(struct plan_case *c)
{
	lost_fini(&c->lost);
	for (size_t i = 0; i < c->n_objs; i++)
		obj_free(c->objs[i]);
	plan_known_fini(&c->known);
	json_free(c->set_json);
}

static void print_owned(struct buf *out, const struct plan_owned *owned)
{
	buf_printf(out, " %s%s%s", owned->change ? "=" : "",
		   owned->conflict ? "?" : "", owned->name);
}

static void print_step(struct buf *out, const struct plan_step *step)
{
	static const char *const verbs[] = {
		[PLAN_ADOPT_REVISION] = "adopt-revision",
		[PLAN_ADOPT_POD] = "adopt",
		[PLAN_RELEASE_POD] = "release",
		[PLAN_RENUMBER_REVISION] = "renumber",
		[PLAN_CREATE_REVISION] = "create-revision",
		[PLAN_CREATE_POD] = "create",
		[PLAN_CREATE_CLAIMS] = "claims",
		[PLAN_OWN_CLAIMS] = "own",
		[PLAN_DELETE_CLAIM] = "delete",
		[PLAN_REPAIR_POD] = "repair",
		[PLAN_RESIZE_CLAIM] = "resize",
		[PLAN_DRAIN_POD] = "drain",
		[PLAN_DELETE_POD] = "delete",
		[PLAN_DELETE_REVISION] = "trim",
	};

	buf_printf(out, "%s %s", verbs[step->verb], word_of(step->name));
	if (step->verb == PLAN_CREATE_POD)
		buf_puts(out, step->at_update ? " at-update" : " at-current");
	if (step->number != 0)
		buf_printf(out, " %" PRId64, step->number);
	if (step->lowers_current)
		buf_puts(out, " lower");
	for (size_t i = 0; i < step->n_claims; i++)
		buf_printf(out, " %s%s", step->claims[i].vct ? "+" : "!",
			   step->claims[i].name);
	for (size_t i = 0; i < step->n_owned; i++)
		print_owned(out, &step->owned[i]);
}

char *plan_case_steps(const struct plan_step *steps, size_t n)
{
	struct buf out;

	buf_init(&out, 0);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_puts(&out, steps[i].batch == steps[i - 1].batch
					       ? ", "
					       : " | ");
		print_step(&out, &steps[i]);
	}
	return buf_steal(&out);
}

static void print_count(struct buf *out, const char *word, int64_t count)
{
	if (count != 0)
		buf_printf(out, "%s %" PRId64 " ", word, count);
}

char *plan_case_status(const struct plan_case *c, const struct plan *plan)
{
	struct set_status status = plan->status;
	struct buf out;

	for (size_t i = 0; i < plan->n_steps; i++)
		status.current -= plan->steps[i].lowers_current;
	status_complete(&status, &c->set);
	buf_init(&out, 0);
	print_count(&out, "r", status.replicas);
	print_count(&out, "rd", status.ready);
	print_count(&out, "av", status.available);
	print_count(&out, "cu", status.current);
	print_count(&out, "up", status.updated);
	print_count(&out, "collisions", status.collisions);
	buf_printf(&out, "CR %s UR %s", word_of(status.current_revision),
		   word_of(status.update_revision));
	if (!status_needs_write(&c->set, &status))
		buf_puts(&out, " unwritten");
	return buf_steal(&out);
}

struct json *plan_case_load(const char *path)
{
	FILE *file = fopen(path, "r");
	struct json *json = NULL;
	char chunk[4096];
	struct buf text;
	struct err err;
	size_t n;

	assert_non_null(file);
	buf_init(&text, 0);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(&text, chunk, n);
	fclose(file);
	if (json_parse(text.data, text.len, &json, &err) != 0)
		fail_msg("%s: %s", path, err_msg(&err));
	buf_fini(&text);
	return json;
}
