/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_none.h"

#include <inttypes.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/objects.h"
#include "statefuld/attr.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"

static const struct {
	const char *plural, *list;
} none[] = {
	{"resourcequotas", "ResourceQuotaList"},
};

/* The list's kind for the collection of that path; NULL: none of those. */
static const char *list_kind(const char *path)
{
	const char *last = strrchr(path, '/');

	if (last == NULL || strncmp(path, "/api/v1/", 8) != 0)
		return NULL;
	for (size_t i = 0; i < st_array_len(none); i++) {
		if (strcmp(last + 1, none[i].plural) == 0)
			return none[i].list;
	}
	return NULL;
}

/* The resource's place in /api/v1/... or /apis/GROUP/VERSION/...; NULL: the
 * path is about none. */
static char *resource_of(const char *path, char **ret_group)
{
	bool core = strncmp(path, "/api/v1/", 8) == 0;
	const char *group, *at;

	if (!core && strncmp(path, "/apis/", 6) != 0)
		return NULL;
	group = path + 6;
	at = core ? path + 7 : strchr(group, '/');
	if (!core && at != NULL)
		at = strchr(at + 1, '/');
	if (at == NULL)
		return NULL;
	at++;
	if (strncmp(at, "namespaces/", 11) == 0 && strchr(at + 11, '/') != NULL)
		at = strchr(at + 11, '/') + 1;
	if (strcspn(at, "/") == 0)
		return NULL;
	*ret_group =
		core ? mem_strdup("") : mem_strndup(group, strcspn(group, "/"));
	return mem_strndup(at, strcspn(at, "/"));
}

static void list_served(struct buf *out)
{
	bool first = true;

	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (k != kinds_stored(k->id))
			continue;
		buf_printf(out, "%s%s", first ? "" : ", ", k->plural);
		first = false;
	}
}

bool api_none_refuse(struct api_ctx *ctx)
{
	scope_free char *group = NULL;
	scope_free char *resource = resource_of(ctx->in->path, &group);
	scope_buf struct buf served;

	buf_init(&served, 0);
	if (resource == NULL)
		return false;
	list_served(&served);
	status_set(&ctx->status, 404, "NotFound",
		   "the lab has no %.100s%s%.100s; what it has: %s", resource,
		   *group != '\0' ? "." : "", group, served.data);
	return true;
}

bool api_none_act(struct api_ctx *ctx)
{
	const char *kind = list_kind(ctx->in->path);
	scope_free char *text = NULL;

	if (ctx->to.is != API_PATH_NO_KIND || kind == NULL ||
	    (strcmp(ctx->in->method, "GET") != 0 &&
	     strcmp(ctx->in->method, "DELETE") != 0) ||
	    api_path_flag(&ctx->params, "watch"))
		return false;
	text = mem_printf(
		"{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"metadata\":{"
		"\"resourceVersion\":\"%" PRIu64 "\"},\"items\":[]}",
		kind, objects_version(ctx->api->objects));
	api_reply_text(ctx, 200, "application/json", text);
	return true;
}
