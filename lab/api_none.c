/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_none.h"

#include <inttypes.h>
#include <string.h>

#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/objects.h"
#include "statefuld/attr.h"
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
