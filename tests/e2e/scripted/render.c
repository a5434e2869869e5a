/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "tests/e2e/scripted/template.h"

enum hole {
	H_TYPE,
	H_NS,
	H_SET,
	H_ORDINAL,
	H_POD,
	H_UID,
	H_OWNER,
	H_VERSION,
	H_ADDRESS,
	H_NODE,
	H_CONDITION,
	H_READY,
	H_REPLICAS,
	H_REVISION,
	H_HASH,
	H_TEMPLATE,
	H_ENDPOINTS,
	HOLES,
};

static const char *const hole_names[HOLES + 1] = {
	[H_TYPE] = "type",
	[H_NS] = "ns",
	[H_SET] = "set",
	[H_ORDINAL] = "ordinal",
	[H_POD] = "pod",
	[H_UID] = "uid",
	[H_OWNER] = "owner",
	[H_VERSION] = "version",
	[H_ADDRESS] = "address",
	[H_NODE] = "node",
	[H_CONDITION] = "condition",
	[H_READY] = "ready",
	[H_REPLICAS] = "replicas",
	[H_REVISION] = "revision",
	[H_HASH] = "hash",
	[H_TEMPLATE] = "template",
	[H_ENDPOINTS] = "endpoints",
};

static const struct {
	const char *kind, *api_version, *file;
} kinds[WORLD_KINDS] = {
	[WORLD_NAMESPACE] = {"Namespace", "v1", "namespace"},
	[WORLD_SERVICE] = {"Service", "v1", "service"},
	[WORLD_POD] = {"Pod", "v1", "pod"},
	[WORLD_SLICE] = {"EndpointSlice", "discovery.k8s.io/v1", "slice"},
	[WORLD_SET] = {"StatefulSet", "apps/v1", "set"},
	[WORLD_CLAIM] = {"PersistentVolumeClaim", "v1", "claim"},
	[WORLD_REVISION] = {"ControllerRevision", "apps/v1", "revision"},
};

enum { HASH_MAX = 11, VALUE_MAX = 96 };

struct render {
	const struct world *world;
	struct template *kinds[WORLD_KINDS];
	struct template *endpoint, *pod_template;
	char (*hashes)[HASH_MAX]; /* of each set's revision */
	struct buf nested;	  /* endpoints or pod template under way */
	struct text values[HOLES];
	char store[HOLES][VALUE_MAX];
};

const char *render_kind(enum world_kind kind)
{
	return kinds[kind].kind;
}

const char *render_api_version(enum world_kind kind)
{
	return kinds[kind].api_version;
}

static void set_text(struct render *r, enum hole hole, const char *data,
		     size_t len)
{
	r->values[hole] = (struct text){data, len};
}

static void set_word(struct render *r, enum hole hole, const char *word)
{
	set_text(r, hole, word, strlen(word));
}

/* At least `width` digits. Lists of 100,000 objects are mostly numbers, which
 * is why this is not printf. */
static char *put_dec(char *out, uint64_t number, int width)
{
	char digits[20];
	int n = 0;

	do {
		digits[n++] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0 || n < width);
	while (n > 0)
		*out++ = digits[--n];
	return out;
}

static char *put_hex(char *out, uint32_t number)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		*out++ = "0123456789abcdef"[number >> shift & 15];
	return out;
}

static char *put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static void end_value(struct render *r, enum hole hole, const char *end)
{
	set_text(r, hole, r->store[hole], (size_t)(end - r->store[hole]));
}

static void set_number(struct render *r, enum hole hole, uint64_t number)
{
	end_value(r, hole, put_dec(r->store[hole], number, 1));
}

static void set_uid(struct render *r, enum hole hole, enum world_kind kind,
		    uint32_t index, uint32_t birth)
{
	char *p = r->store[hole];

	p = put_hex(p, UINT32_C(0x5ca1ab1e) + (uint32_t)kind);
	p = put_text(p, "-0000-4000-8000-");
	p = put_hex(p, index);
	*p++ = "0123456789abcdef"[birth >> 12 & 15];
	*p++ = "0123456789abcdef"[birth >> 8 & 15];
	*p++ = "0123456789abcdef"[birth >> 4 & 15];
	*p++ = "0123456789abcdef"[birth & 15];
	end_value(r, hole, p);
}

static void set_address(struct render *r, uint32_t address)
{
	char *p = r->store[H_ADDRESS];

	for (int shift = 24; shift >= 0; shift -= 8) {
		p = put_dec(p, address >> shift & 255, 1);
		if (shift != 0)
			*p++ = '.';
	}
	end_value(r, H_ADDRESS, p);
}

static void set_namespace(struct render *r, uint32_t index)
{
	char *p = put_text(r->store[H_NS], "ns-");

	end_value(r, H_NS, put_dec(p, index, 4));
}

/* What all objects of a Service have in common. */
static void set_service(struct render *r, uint32_t service)
{
	char *p = put_text(r->store[H_SET], "app-");
	const char *hash;

	set_namespace(r, world_namespace_of(r->world, service));
	end_value(r, H_SET, put_dec(p, service, 5));
	set_number(r, H_REPLICAS, world_pods_of(r->world, service));
	hash = r->hashes == NULL || service >= r->world->shape.sets
		       ? "none"
		       : r->hashes[service];
	set_word(r, H_HASH, hash);
	p = put_text(r->store[H_REVISION], "app-");
	p = put_dec(p, service, 5);
	*p++ = '-';
	end_value(r, H_REVISION, put_text(p, hash));
}

static void set_pod(struct render *r, uint32_t pod)
{
	const struct world_pod *state = &r->world->pods[pod];
	uint32_t per_service = r->world->shape.per_service;
	uint32_t service = pod / per_service;
	char *p = put_text(r->store[H_POD], "app-");

	set_number(r, H_ORDINAL, pod % per_service);
	p = put_dec(p, service, 5);
	*p++ = '-';
	end_value(r, H_POD, put_dec(p, pod % per_service, 1));
	set_number(r, H_NODE, 1 + pod % 250);
	set_address(r, world_address(r->world, pod));
	set_word(r, H_CONDITION, state->is_ready ? "True" : "False");
	set_word(r, H_READY, state->is_ready ? "true" : "false");
	set_uid(r, H_UID, WORLD_POD, pod, state->birth);
}

/* Into r->nested; a slice without endpoints has null, as Go writes it. */
static void set_endpoints(struct render *r, uint32_t service)
{
	uint32_t first = service * r->world->shape.per_service;
	uint32_t n = world_pods_of(r->world, service);
	struct buf *out = &r->nested;

	buf_clear(out);
	for (uint32_t pod = first; pod < first + n; pod++) {
		if (!world_exists(r->world, WORLD_POD, pod))
			continue;
		buf_putc(out, out->len == 0 ? '[' : ',');
		set_pod(r, pod);
		template_fill(r->endpoint, r->values, out);
	}
	buf_puts(out, out->len == 0 ? "null" : "]");
	set_text(r, H_ENDPOINTS, out->data, out->len);
}

static void set_template(struct render *r)
{
	buf_clear(&r->nested);
	template_fill(r->pod_template, r->values, &r->nested);
	set_text(r, H_TEMPLATE, r->nested.data, r->nested.len);
}

/* SS-030: the template as a patch. Its file has sorted members, so that this
 * is the canonical form too (SS-031), with $patch in front. */
static void set_revision_data(struct render *r)
{
	static const char head[] =
		"{\"spec\":{\"template\":{\"$patch\":\"replace\",";
	struct buf *out = &r->nested;
	scope_buf struct buf filled;

	buf_init(&filled, 0);
	template_fill(r->pod_template, r->values, &filled);
	buf_clear(out);
	buf_puts(out, head);
	buf_put(out, filled.data + 1, filled.len - 1);
	buf_puts(out, "}}");
	set_text(r, H_TEMPLATE, out->data, out->len);
}

void render_hash(char out[11], const char *text, size_t len)
{
	static const char alphabet[] = "bcdfghjklmnpqrstvwxz2456789";
	uint32_t sum = UINT32_C(2166136261);
	char *end;

	for (size_t i = 0; i <= len; i++) {
		sum *= UINT32_C(16777619);
		sum ^= i == len ? (uint8_t)'0' : (uint8_t)text[i];
	}
	end = put_dec(out, sum, 1);
	*end = '\0';
	for (char *p = out; p < end; p++)
		*p = alphabet[(uint8_t)*p % 27];
}

static void hash_revisions(struct render *r)
{
	uint32_t n = world_count(r->world, WORLD_REVISION);
	char(*hashes)[HASH_MAX] = mem_calloc(n + 1, sizeof(*hashes));

	for (uint32_t i = 0; i < n; i++) {
		set_service(r, i);
		set_revision_data(r);
		render_hash(hashes[i], r->nested.data, r->nested.len);
	}
	r->hashes = hashes;
}

static void set_type(struct render *r, enum world_kind kind, bool typed)
{
	char *p = r->store[H_TYPE];

	if (typed)
		p += snprintf(p, VALUE_MAX,
			      "\"kind\":\"%s\",\"apiVersion\":\"%s\",",
			      kinds[kind].kind, kinds[kind].api_version);
	end_value(r, H_TYPE, p);
}

static void set_owned(struct render *r, enum world_kind kind, uint32_t index)
{
	uint32_t per_service = r->world->shape.per_service;
	bool by_pod = kind == WORLD_POD || kind == WORLD_CLAIM;
	uint32_t service = by_pod ? index / per_service : index;

	set_service(r, service);
	set_uid(r, H_OWNER, kind == WORLD_SLICE ? WORLD_SERVICE : WORLD_SET,
		service, 0);
	if (by_pod)
		set_pod(r, index);
	else if (kind == WORLD_SLICE)
		set_endpoints(r, service);
	else if (kind == WORLD_SET)
		set_template(r);
	else if (kind == WORLD_REVISION)
		set_revision_data(r);
}

void render_object(struct render *r, enum world_kind kind, uint32_t index,
		   bool typed, struct buf *out)
{
	set_type(r, kind, typed);
	if (kind == WORLD_NAMESPACE)
		set_namespace(r, index);
	else
		set_owned(r, kind, index);
	set_number(r, H_VERSION, world_version_of(r->world, kind, index));
	if (kind != WORLD_POD)
		set_uid(r, H_UID, kind, index, 0);
	template_fill(r->kinds[kind], r->values, out);
}

static int load(const char *dir, const char *file, struct template **slot,
		struct err *err)
{
	scope_free char *path = mem_printf("%s/%s.json", dir, file);

	return template_load(path, hole_names, slot, err);
}

int render_new(const char *dir, const struct world *world, struct render **ret,
	       struct err *err)
{
	struct render *r = mem_zalloc(sizeof(*r));
	int rc = load(dir, "endpoint", &r->endpoint, err);

	r->world = world;
	buf_init(&r->nested, 0);
	if (rc == 0)
		rc = load(dir, "podtemplate", &r->pod_template, err);
	for (int kind = 0; rc == 0 && kind < WORLD_KINDS; kind++)
		rc = load(dir, kinds[kind].file, &r->kinds[kind], err);
	if (rc) {
		render_free(r);
		return rc;
	}
	hash_revisions(r);
	*ret = r;
	return 0;
}

void render_free(struct render *render)
{
	if (render == NULL)
		return;
	for (int kind = 0; kind < WORLD_KINDS; kind++)
		template_free(render->kinds[kind]);
	template_free(render->endpoint);
	template_free(render->pod_template);
	buf_fini(&render->nested);
	free(render->hashes);
	free(render);
}
