/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lab/api.h"
#include "lab/api_core.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

#define MESSAGE_MAX 1024

static void refer(struct json *event, const struct json *about)
{
	static const char *const names[] = {"namespace", "name", "uid",
					    "resourceVersion"};
	struct json *ref = json_child_object(event, "involvedObject");
	const char *kind = json_str(about, "kind");
	const char *version = json_str(about, "apiVersion");

	if (kind != NULL)
		json_set_str(ref, "kind", kind);
	if (version != NULL)
		json_set_str(ref, "apiVersion", version);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct json *value =
			json_get(json_get(about, "metadata"), names[i]);

		if (value != NULL)
			json_set(ref, names[i], json_dup(value));
	}
}

struct repeat {
	const char *uid, *component, *type, *reason, *message;
};

static bool is(const struct json *event, const char *path, const char *text)
{
	const char *have = json_str(event, path);

	return have != NULL && strcmp(have, text) == 0;
}

static bool tells(const struct json *event, const struct repeat *what)
{
	return is(event, "involvedObject.uid", what->uid) &&
	       is(event, "source.component", what->component) &&
	       is(event, "type", what->type) &&
	       is(event, "reason", what->reason) &&
	       is(event, "message", what->message);
}

/* FNV-1a, 64 bit; the end of each text counts. */
static uint64_t hash_of(const struct repeat *what)
{
	const char *const texts[] = {what->uid, what->component, what->type,
				     what->reason, what->message};
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (const char *c = texts[i];; c++) {
			hash = (hash ^ (unsigned char)*c) *
			       UINT64_C(0x100000001b3);
			if (*c == '\0')
				break;
		}
	}
	return hash;
}

/* Those told long ago are forgotten: they are told anew then. */
static struct api_told *slot_of(struct api *api, uint64_t hash)
{
	return &api->told[hash % API_TOLD];
}

static struct json *find_told(struct api *api, const struct repeat *what,
			      uint64_t hash)
{
	const struct api_told *told = slot_of(api, hash);
	struct json *event;

	if (told->name == NULL || told->hash != hash)
		return NULL;
	event = api_read(api, KIND_EVENT, told->ns, told->name);
	if (event != NULL && tells(event, what))
		return event;
	json_free(event);
	return NULL;
}

static void keep_told(struct api *api, uint64_t hash, const struct json *event)
{
	struct api_told *told = slot_of(api, hash);

	free(told->ns);
	free(told->name);
	told->hash = hash;
	told->ns = mem_strdup(json_str(event, "metadata.namespace"));
	told->name = mem_strdup(json_str(event, "metadata.name"));
}

static const char *home(const struct json *about)
{
	const char *ns = json_str(about, "metadata.namespace");

	return ns != NULL && *ns != '\0' ? ns : "default";
}

static struct json *new_event(struct api *api, const struct json *about,
			      const struct repeat *what, const char *now)
{
	struct json *event = json_new_object();
	struct json *metadata;
	const char *about_name = json_str(about, "metadata.name");
	scope_free char *name = mem_printf(
		"%.200s.%" PRIx64, about_name != NULL ? about_name : "unknown",
		(uint64_t)clk_wall_us() * 1000u + api->tell_seq++ % 1000u);

	json_set_str(event, "kind", "Event");
	json_set_str(event, "apiVersion", "v1");
	metadata = json_child_object(event, "metadata");
	json_set_str(metadata, "name", name);
	json_set_str(metadata, "namespace", home(about));
	refer(event, about);
	json_set_str(event, "reason", what->reason);
	json_set_str(event, "message", what->message);
	json_set_str(json_child_object(event, "source"), "component",
		     what->component);
	json_set_str(event, "firstTimestamp", now);
	json_set_str(event, "lastTimestamp", now);
	json_set_int(event, "count", 1);
	json_set_str(event, "type", what->type);
	json_set_str(event, "reportingComponent", what->component);
	json_set_str(event, "reportingInstance", "");
	return event;
}

static void post(struct api *api, const struct json *about,
		 const struct repeat *what, const char *now)
{
	scope_json struct json *event = new_event(api, about, what, now);
	scope_free char *path =
		mem_printf("/api/v1/namespaces/%s/events?fieldManager=%s",
			   home(about), what->component);
	int code = api_do(api, "POST", path, event, NULL, NULL);

	/* A namespace that has gone needs no events. */
	if (code >= 300)
		log_debug("event not kept", "reason=%s code=%d",
			  log_q(what->reason), code);
	else
		keep_told(api, hash_of(what), event);
}

static void count(struct api *api, const struct json *event,
		  const struct repeat *what, const char *now)
{
	scope_json struct json *patch = json_new_object();
	scope_free char *path =
		mem_printf("/api/v1/namespaces/%s/events/%s?fieldManager=%s",
			   json_str(event, "metadata.namespace"),
			   json_str(event, "metadata.name"), what->component);

	json_set_int(patch, "count", json_int(event, "count", 1) + 1);
	json_set_str(patch, "lastTimestamp", now);
	(void)api_do(api, "PATCH", path, patch, "application/merge-patch+json",
		     NULL);
}

void api_tell(struct api *api, const struct json *about, const char *component,
	      const char *type, const char *reason, const char *fmt, ...)
{
	char message[MESSAGE_MAX], now[32];
	const char *uid = json_str(about, "metadata.uid");
	const struct repeat what = {uid != NULL ? uid : "", component, type,
				    reason, message};
	scope_json struct json *told = NULL;
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	clk_format(now, clk_wall_us(), 0);
	told = find_told(api, &what, hash_of(&what));
	if (told != NULL)
		count(api, told, &what, now);
	else
		post(api, about, &what, now);
}
