/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_misc.h"

#include <string.h>
#include <sys/utsname.h>

#include "lab/api_core.h"
#include "lab/api_reply.h"
#include "lab/discovery.h"
#include "lab/openapi.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* Pretty, as a real server's: people read it with curl. */
static void act_version(struct api_ctx *ctx)
{
	struct utsname host = {0};
	bool is_arm = uname(&host) == 0 && !strcmp(host.machine, "aarch64");
	scope_free char *text = mem_printf(
		"{\n  \"major\": \"1\",\n  \"minor\": \"36\",\n"
		"  \"emulationMajor\": \"1\",\n  \"emulationMinor\": \"36\",\n"
		"  \"minCompatibilityMajor\": \"1\",\n"
		"  \"minCompatibilityMinor\": \"35\",\n"
		"  \"gitVersion\": \"%s\",\n  \"gitCommit\": \"\",\n"
		"  \"gitTreeState\": \"clean\",\n"
		"  \"buildDate\": \"1970-01-01T00:00:00Z\",\n"
		"  \"goVersion\": \"\",\n  \"compiler\": \"cc\",\n"
		"  \"platform\": \"linux/%s\"\n}",
		ctx->api->version, is_arm ? "arm64" : "amd64");

	api_reply_text(ctx, 200, "application/json", text);
}

static bool act_health(struct api_ctx *ctx, const char *path)
{
	static const char *const names[] = {"healthz", "livez", "readyz"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);
		scope_free char *text = NULL;

		if (strncmp(path + 1, names[i], len) != 0 ||
		    (path[len + 1] != '\0' && path[len + 1] != '/'))
			continue;
		if (!api_path_flag(&ctx->params, "verbose")) {
			api_reply_text(ctx, 200, "text/plain; charset=utf-8",
				       "ok");
			return true;
		}
		text = mem_printf("[+]ping ok\n[+]log ok\n[+]store ok\n"
				  "%s check passed\n",
				  names[i]);
		api_reply_text(ctx, 200, "text/plain; charset=utf-8", text);
		return true;
	}
	return false;
}

/* The host and port of the server's URL. */
static const char *address(const struct api *api)
{
	const char *at = strstr(api->server_url, "://");

	return at != NULL ? at + 3 : api->server_url;
}

static bool act_discovery(struct api_ctx *ctx, const char *path)
{
	const char *type = "application/json";
	scope_json struct json *json =
		discovery_aggregated(path, ctx->in->accept, &type);

	if (json == NULL)
		json = discovery_old(path, address(ctx->api));
	if (json == NULL)
		return false;
	api_reply_json(ctx, 200, json);
	ctx->content_type = type;
	return true;
}

static bool act_openapi(struct api_ctx *ctx, const char *path)
{
	scope_json struct json *json = openapi_answer(path, ctx->api->version);

	if (json == NULL)
		return false;
	api_reply_json(ctx, 200, json);
	return true;
}

/* kubectl looks here for kinds that the v3 documents lack, and gives up with
 * a misleading message unless it gets a document: this one is empty but for
 * its version, "swagger": "2.0". */
static bool act_openapi_v2(struct api_ctx *ctx, const char *path)
{
	/* Asked for with an '@', which is no part of a media type's name. */
	static const char asked[] =
		"application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
	static const char given[] =
		"application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

	if (strcmp(path, "/openapi/v2") != 0 || ctx->in->accept == NULL ||
	    strstr(ctx->in->accept, asked) == NULL)
		return false;
	api_reply_text(ctx, 200, given, "\n\0032.0");
	return true;
}

bool api_misc_act(struct api_ctx *ctx)
{
	const char *path = ctx->in->path;

	if (strcmp(ctx->in->method, "GET") != 0)
		return false;
	if (strcmp(path, "/version") == 0 || strcmp(path, "/version/") == 0) {
		act_version(ctx);
		return true;
	}
	return act_health(ctx, path) || act_discovery(ctx, path) ||
	       act_openapi(ctx, path) || act_openapi_v2(ctx, path);
}
