/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/defaults.h"

#include <stdlib.h>
#include <string.h>

#include "lab/alloc.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/objects.h"
#include "lab/ref.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char *const namespaces[] = {"default", "kube-system",
					 "kube-public", "kube-node-lease"};

static const char class_text[] =
	"{\"kind\":\"StorageClass\",\"apiVersion\":\"storage.k8s.io/v1\","
	"\"metadata\":{\"name\":\"" DEFAULTS_CLASS "\",\"annotations\":{"
	"\"storageclass.kubernetes.io/is-default-class\":\"true\"}},"
	"\"provisioner\":\"" DEFAULTS_PROVISIONER "\","
	"\"reclaimPolicy\":\"Delete\",\"volumeBindingMode\":\"Immediate\"}";

/* Posts the object of a text unless it is there. */
static int make(const struct env *env, const char *text, struct err *err)
{
	scope_json struct json *object = NULL;
	const char *ns, *name;
	const struct kind *kind;
	struct ref ref;
	int rc = json_parse(text, strlen(text), &object, err);

	if (rc < 0)
		return rc;
	kind = kinds_by_kind(json_str(object, "apiVersion"),
			     json_str(object, "kind"));
	ns = json_str(object, "metadata.namespace");
	name = json_str(object, "metadata.name");
	if (kind == NULL || !ref_set(&ref, kind->id, ns == NULL ? "" : ns, ""))
		return err_set(err, ST_EINVAL, "no such kind: %s", text);
	if (objects_get(env->objects, kind->id, ref.ns, name) != NULL ||
	    deed_post(env, &ref, DEED_APISERVER, object, NULL))
		return 0;
	return err_set(err, ST_ESERVER, "cannot create %s %s of the cluster",
		       kind->kind, name);
}

static int make_namespace(const struct env *env, const char *name,
			  struct err *err)
{
	scope_free char *text =
		mem_printf("{\"kind\":\"Namespace\",\"apiVersion\":\"v1\","
			   "\"metadata\":{\"name\":\"%s\",\"labels\":{"
			   "\"kubernetes.io/metadata.name\":\"%s\"}}}",
			   name, name);

	return make(env, text, err);
}

static int make_service(const struct env *env, uint16_t port, struct err *err)
{
	scope_free char *text = mem_printf(
		"{\"kind\":\"Service\",\"apiVersion\":\"v1\","
		"\"metadata\":{\"name\":\"kubernetes\","
		"\"namespace\":\"default\",\"labels\":{"
		"\"component\":\"apiserver\",\"provider\":\"kubernetes\"}},"
		"\"spec\":{\"type\":\"ClusterIP\","
		"\"clusterIP\":\"" ALLOC_KUBERNETES "\","
		"\"ports\":[{\"name\":\"https\",\"protocol\":\"TCP\","
		"\"port\":443,\"targetPort\":%u}]}}",
		port == 0 ? 443 : port);

	return make(env, text, err);
}

static char *slice_text(const char *addr, uint16_t port)
{
	return mem_printf(
		"{\"kind\":\"EndpointSlice\","
		"\"apiVersion\":\"discovery.k8s.io/v1\","
		"\"metadata\":{\"name\":\"kubernetes\","
		"\"namespace\":\"default\",\"labels\":{"
		"\"kubernetes.io/service-name\":\"kubernetes\"}},"
		"\"addressType\":\"%s\",\"endpoints\":[{"
		"\"addresses\":[\"%s\"],\"conditions\":{\"ready\":true}}],"
		"\"ports\":[{\"name\":\"https\",\"port\":%u,"
		"\"protocol\":\"TCP\"}]}",
		strchr(addr, ':') != NULL ? "IPv6" : "IPv4", addr, port);
}

/* The port may be another one after a restart; the address type of a slice
 * cannot be changed. */
static int make_slice(const struct env *env, const char *addr, uint16_t port,
		      struct err *err)
{
	scope_free char *text = slice_text(addr, port);
	scope_json struct json *want = NULL;
	scope_json struct json *have = NULL;
	struct ref ref;
	int rc = json_parse(text, strlen(text), &want, err);

	if (rc < 0)
		return rc;
	if (ref_set(&ref, KIND_ENDPOINTSLICE, "default", "kubernetes"))
		have = deed_read(env, &ref);
	if (have != NULL &&
	    json_equal(json_get(have, "endpoints"),
		       json_get(want, "endpoints")) &&
	    json_equal(json_get(have, "ports"), json_get(want, "ports")))
		return 0;
	if (have != NULL)
		(void)deed_delete(env, &ref, NULL, NULL, -1);
	return make(env, text, err);
}

int defaults_make(const struct env *env, const char *api_addr,
		  uint16_t api_port, bool has_storage, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < st_array_len(namespaces); i++)
		rc = make_namespace(env, namespaces[i], err);
	if (rc == 0)
		rc = make_service(env, api_port, err);
	if (rc == 0 && api_addr != NULL)
		rc = make_slice(env, api_addr, api_port, err);
	if (rc == 0 && has_storage)
		rc = make(env, class_text, err);
	return rc;
}
