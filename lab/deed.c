/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/deed.h"

#include <stdio.h>
#include <stdlib.h>

#include "lab/api.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "statefuld/json.h"
#include "statefuld/log.h"

struct json *deed_parse(const struct object *object)
{
	struct json *parsed = NULL;

	if (object == NULL ||
	    json_parse(object->json, object->json_len, &parsed, NULL) < 0)
		return NULL;
	return parsed;
}

struct json *deed_read(const struct env *env, const struct ref *ref)
{
	return deed_parse(
		objects_get(env->objects, ref->kind, ref->ns, ref->name));
}

static bool is_expected(int code)
{
	return code == 404 || code == 409;
}

static bool judge(const char *method, const char *path, int code,
		  const struct json *body)
{
	const char *message = json_str(body, "message");

	if (code >= 200 && code < 300)
		return true;
	if (is_expected(code))
		log_debug("cluster write refused",
			  "method=%s path=%s code=%d message=%s", method,
			  log_q(path), code, log_q(message));
	else
		log_warn("cluster write refused",
			 "method=%s path=%s code=%d message=%s", method,
			 log_q(path), code, log_q(message));
	return false;
}

static bool write_out(const struct env *env, const char *method,
		      const struct ref *ref, const char *rest,
		      const struct json *object, struct json **ret_is)
{
	char path[REF_PATH];
	scope_json struct json *body = NULL;
	int code;

	ref_path(ref, rest, path);
	code = api_do(env->api, method, path, object, NULL, &body);
	if (!judge(method, path, code, body))
		return false;
	if (ret_is != NULL) {
		*ret_is = body;
		body = NULL;
	}
	return true;
}

bool deed_put(const struct env *env, const struct ref *ref, const char *sub,
	      const char *manager, const struct json *object)
{
	char rest[96];

	snprintf(rest, sizeof(rest), "%s?fieldManager=%s", sub, manager);
	return write_out(env, "PUT", ref, rest, object, NULL);
}

bool deed_post(const struct env *env, const struct ref *collection,
	       const char *manager, const struct json *object,
	       struct json **ret_is)
{
	char rest[96];

	snprintf(rest, sizeof(rest), "?fieldManager=%s", manager);
	return write_out(env, "POST", collection, rest, object, ret_is);
}

bool deed_delete(const struct env *env, const struct ref *ref, const char *uid,
		 const char *policy, int64_t grace_s)
{
	scope_json struct json *options = json_new_object();

	json_set_str(options, "kind", "DeleteOptions");
	json_set_str(options, "apiVersion", "v1");
	if (grace_s >= 0)
		json_set_int(options, "gracePeriodSeconds", grace_s);
	if (uid != NULL)
		json_set_str(json_child_object(options, "preconditions"), "uid",
			     uid);
	if (policy != NULL)
		json_set_str(options, "propagationPolicy", policy);
	return write_out(env, "DELETE", ref, "", options, NULL);
}
