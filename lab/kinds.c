/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/kinds.h"

#include <stdio.h>
#include <string.h>

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define ALL	   NAMES("all")

/* What is answered and not kept. */
#define REVIEW(api_group, name, many, one, in_namespace)                       \
	{                                                                      \
		.id = KINDS, .group = (api_group), .version = "v1",            \
		.kind = (name), .plural = (many), .singular = (one),           \
		.namespaced = (in_namespace),                                  \
	}

/* Groups in the order of a real server's discovery, the preferred version of a
 * group first, plurals by alphabet. */
const struct kind kinds[] = {
	{
		.id = KIND_CONFIGMAP,
		.group = "",
		.version = "v1",
		.kind = "ConfigMap",
		.plural = "configmaps",
		.singular = "configmap",
		.short_names = NAMES("cm"),
		.namespaced = true,
	},
	{
		.id = KIND_EVENT,
		.group = "",
		.version = "v1",
		.kind = "Event",
		.plural = "events",
		.singular = "event",
		.short_names = NAMES("ev"),
		.namespaced = true,
	},
	{
		.id = KIND_LIMITRANGE,
		.group = "",
		.version = "v1",
		.kind = "LimitRange",
		.plural = "limitranges",
		.singular = "limitrange",
		.short_names = NAMES("limits"),
		.namespaced = true,
	},
	{
		.id = KIND_NAMESPACE,
		.group = "",
		.version = "v1",
		.kind = "Namespace",
		.plural = "namespaces",
		.singular = "namespace",
		.short_names = NAMES("ns"),
		.has = KIND_HAS_FINALIZE | KIND_HAS_STATUS,
	},
	{
		.id = KIND_NODE,
		.group = "",
		.version = "v1",
		.kind = "Node",
		.plural = "nodes",
		.singular = "node",
		.short_names = NAMES("no"),
		.has = KIND_HAS_STATUS,
	},
	{
		.id = KIND_PVC,
		.group = "",
		.version = "v1",
		.kind = "PersistentVolumeClaim",
		.plural = "persistentvolumeclaims",
		.singular = "persistentvolumeclaim",
		.short_names = NAMES("pvc"),
		.namespaced = true,
		.has = KIND_HAS_STATUS,
	},
	{
		.id = KIND_PV,
		.group = "",
		.version = "v1",
		.kind = "PersistentVolume",
		.plural = "persistentvolumes",
		.singular = "persistentvolume",
		.short_names = NAMES("pv"),
		.has = KIND_HAS_STATUS,
	},
	{
		.id = KIND_POD,
		.group = "",
		.version = "v1",
		.kind = "Pod",
		.plural = "pods",
		.singular = "pod",
		.short_names = NAMES("po"),
		.categories = ALL,
		.namespaced = true,
		.has = KIND_HAS_STATUS | KIND_HAS_BINDING | KIND_HAS_EVICTION |
		       KIND_HAS_LOG | KIND_HAS_GENERATION,
	},
	{
		.id = KIND_SECRET,
		.group = "",
		.version = "v1",
		.kind = "Secret",
		.plural = "secrets",
		.singular = "secret",
		.namespaced = true,
	},
	{
		.id = KIND_SERVICEACCOUNT,
		.group = "",
		.version = "v1",
		.kind = "ServiceAccount",
		.plural = "serviceaccounts",
		.singular = "serviceaccount",
		.short_names = NAMES("sa"),
		.namespaced = true,
	},
	{
		.id = KIND_SERVICE,
		.group = "",
		.version = "v1",
		.kind = "Service",
		.plural = "services",
		.singular = "service",
		.short_names = NAMES("svc"),
		.categories = ALL,
		.namespaced = true,
		.has = KIND_HAS_STATUS,
	},
	{
		.id = KIND_REVISION,
		.group = "apps",
		.version = "v1",
		.kind = "ControllerRevision",
		.plural = "controllerrevisions",
		.singular = "controllerrevision",
		.namespaced = true,
	},
	{
		.id = KIND_SET,
		.group = "apps",
		.version = "v1",
		.kind = "StatefulSet",
		.plural = "statefulsets",
		.singular = "statefulset",
		.short_names = NAMES("sts"),
		.categories = ALL,
		.namespaced = true,
		.has = KIND_HAS_STATUS | KIND_HAS_SCALE | KIND_HAS_GENERATION,
	},
	{
		.id = KIND_EVENT,
		.group = "events.k8s.io",
		.version = "v1",
		.kind = "Event",
		.plural = "events",
		.singular = "event",
		.short_names = NAMES("ev"),
		.namespaced = true,
	},
	REVIEW("authentication.k8s.io", "SelfSubjectReview",
	       "selfsubjectreviews", "selfsubjectreview", false),
	REVIEW("authorization.k8s.io", "LocalSubjectAccessReview",
	       "localsubjectaccessreviews", "localsubjectaccessreview", true),
	REVIEW("authorization.k8s.io", "SelfSubjectAccessReview",
	       "selfsubjectaccessreviews", "selfsubjectaccessreview", false),
	REVIEW("authorization.k8s.io", "SelfSubjectRulesReview",
	       "selfsubjectrulesreviews", "selfsubjectrulesreview", false),
	REVIEW("authorization.k8s.io", "SubjectAccessReview",
	       "subjectaccessreviews", "subjectaccessreview", false),
	{
		.id = KIND_PDB,
		.group = "policy",
		.version = "v1",
		.kind = "PodDisruptionBudget",
		.plural = "poddisruptionbudgets",
		.singular = "poddisruptionbudget",
		.short_names = NAMES("pdb"),
		.namespaced = true,
		.has = KIND_HAS_STATUS | KIND_HAS_GENERATION,
	},
	{
		.id = KIND_STORAGECLASS,
		.group = "storage.k8s.io",
		.version = "v1",
		.kind = "StorageClass",
		.plural = "storageclasses",
		.singular = "storageclass",
		.short_names = NAMES("sc"),
	},
	{
		.id = KIND_LEASE,
		.group = "coordination.k8s.io",
		.version = "v1",
		.kind = "Lease",
		.plural = "leases",
		.singular = "lease",
		.namespaced = true,
	},
	{
		.id = KIND_ENDPOINTSLICE,
		.group = "discovery.k8s.io",
		.version = "v1",
		.kind = "EndpointSlice",
		.plural = "endpointslices",
		.singular = "endpointslice",
		.namespaced = true,
		.has = KIND_HAS_GENERATION,
	},
	{
		.id = KIND_ENDPOINTSLICE,
		.group = "discovery.k8s.io",
		.version = "v1beta1",
		.kind = "EndpointSlice",
		.plural = "endpointslices",
		.singular = "endpointslice",
		.namespaced = true,
		.has = KIND_HAS_GENERATION,
	},
	{.kind = NULL},
};

const struct kind *kinds_by_plural(const char *group, const char *version,
				   const char *plural)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (strcmp(k->plural, plural) == 0 &&
		    strcmp(k->group, group) == 0 &&
		    strcmp(k->version, version) == 0)
			return k;
	}
	return NULL;
}

const struct kind *kinds_by_kind(const char *api_version, const char *kind)
{
	char buf[64];

	if (api_version == NULL || kind == NULL)
		return NULL;
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (strcmp(k->kind, kind) == 0 &&
		    strcmp(kinds_api_version(k, buf), api_version) == 0)
			return k;
	}
	return NULL;
}

/* What has two faces is stored under the one that comes first. */
const struct kind *kinds_stored(enum kind_id id)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (k->id == id && id != KINDS)
			return k;
	}
	return NULL;
}

const struct kind *kinds_next_version(const struct kind *first)
{
	const struct kind *k = first;

	while (k->kind != NULL && strcmp(k->group, first->group) == 0 &&
	       strcmp(k->version, first->version) == 0)
		k++;
	return k->kind != NULL ? k : NULL;
}

bool kinds_same_group(const struct kind *a, const struct kind *b)
{
	return a != NULL && b != NULL && strcmp(a->group, b->group) == 0;
}

const char *kinds_api_version(const struct kind *kind, char out[64])
{
	snprintf(out, 64, "%s%s%s", kind->group,
		 kind->group[0] != '\0' ? "/" : "", kind->version);
	return out;
}
