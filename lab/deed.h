/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * deed - the few writes that built-in controllers do, through the API.
 *
 * Threads: the loop thread. Memory: results are the caller's.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct env;
struct json;
struct object;
struct ref;

/* Who writes: becomes the field manager. */
#define DEED_CONTROLLERS "kube-controller-manager"
#define DEED_SCHEDULER	 "kube-scheduler"
#define DEED_KUBELET	 "kubelet"
#define DEED_APISERVER	 "kube-apiserver"

/* What one is to come back after when the API refused for now. */
#define DEED_AGAIN_MS 1000

/* Parsed, NULL if there is none. */
struct json *deed_read(const struct env *env, const struct ref *ref);
struct json *deed_parse(const struct object *object);
/* True if the API took it; with `ret_is` the answer. `sub` is "", "/status",
 * "/finalize"... Gone objects and conflicts are no reason to log. */
bool deed_put(const struct env *env, const struct ref *ref, const char *sub,
	      const char *manager, const struct json *object);
bool deed_post(const struct env *env, const struct ref *collection,
	       const char *manager, const struct json *object,
	       struct json **ret_is);
/* `policy` NULL: the kind's own; grace_s < 0: the object's own. */
bool deed_delete(const struct env *env, const struct ref *ref, const char *uid,
		 const char *policy, int64_t grace_s);
