/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/proto_types.h"

#include <string.h>

#include "statefuld/attr.h"

#define TYPE(name)                                                             \
	static const struct proto_type name = {name##_fields,                  \
					       st_array_len(name##_fields)}
#define STR(number, name)                                                      \
	{                                                                      \
		number, name, PROTO_STR, NULL, false, false                    \
	}
#define STR_PTR(number, name)                                                  \
	{                                                                      \
		number, name, PROTO_STR, NULL, false, true                     \
	}
#define STRS(number, name)                                                     \
	{                                                                      \
		number, name, PROTO_STR, NULL, true, false                     \
	}
#define INT(number, name)                                                      \
	{                                                                      \
		number, name, PROTO_INT, NULL, false, false                    \
	}
#define INT_PTR(number, name)                                                  \
	{                                                                      \
		number, name, PROTO_INT, NULL, false, true                     \
	}
#define BOOL(number, name)                                                     \
	{                                                                      \
		number, name, PROTO_BOOL, NULL, false, false                   \
	}
#define BOOL_PTR(number, name)                                                 \
	{                                                                      \
		number, name, PROTO_BOOL, NULL, false, true                    \
	}
#define FORM(number, name, is)                                                 \
	{                                                                      \
		number, name, is, NULL, false, false                           \
	}
#define ONE(number, name, type)                                                \
	{                                                                      \
		number, name, PROTO_MESSAGE, &type, false, false               \
	}
#define MANY(number, name, type)                                               \
	{                                                                      \
		number, name, PROTO_MESSAGE, &type, true, false                \
	}

/* clang-format off */

/* ---- meta/v1 ---- */

static const struct proto_field owner_fields[] = {
	STR(1, "kind"), STR(3, "name"), STR(4, "uid"), STR(5, "apiVersion"),
	BOOL_PTR(6, "controller"), BOOL_PTR(7, "blockOwnerDeletion"),
};
TYPE(owner);

static const struct proto_field meta_fields[] = {
	STR(1, "name"), STR(2, "generateName"), STR(3, "namespace"),
	STR(5, "uid"), STR(6, "resourceVersion"), INT(7, "generation"),
	FORM(8, "creationTimestamp", PROTO_TIME),
	FORM(9, "deletionTimestamp", PROTO_TIME),
	INT_PTR(10, "deletionGracePeriodSeconds"),
	FORM(11, "labels", PROTO_MAP), FORM(12, "annotations", PROTO_MAP),
	MANY(13, "ownerReferences", owner), STRS(14, "finalizers"),
};
TYPE(meta);

static const struct proto_field requirement_fields[] = {
	STR(1, "key"), STR(2, "operator"), STRS(3, "values"),
};
TYPE(requirement);

static const struct proto_field selector_fields[] = {
	FORM(1, "matchLabels", PROTO_MAP),
	MANY(2, "matchExpressions", requirement),
};
TYPE(selector);

static const struct proto_field preconditions_fields[] = {
	STR_PTR(1, "uid"), STR_PTR(2, "resourceVersion"),
};
TYPE(preconditions);

static const struct proto_field delete_options_fields[] = {
	INT_PTR(1, "gracePeriodSeconds"),
	ONE(2, "preconditions", preconditions),
	BOOL_PTR(3, "orphanDependents"), STR_PTR(4, "propagationPolicy"),
	STRS(5, "dryRun"),
};
TYPE(delete_options);

/* ---- v1 ---- */

static const struct proto_field reference_fields[] = {
	STR(1, "kind"), STR(2, "namespace"), STR(3, "name"), STR(4, "uid"),
	STR(5, "apiVersion"), STR(6, "resourceVersion"), STR(7, "fieldPath"),
};
TYPE(reference);

static const struct proto_field local_reference_fields[] = {
	STR(1, "name"),
};
TYPE(local_reference);

static const struct proto_field config_map_fields[] = {
	ONE(1, "metadata", meta), FORM(2, "data", PROTO_MAP),
	FORM(3, "binaryData", PROTO_MAP_BYTES), BOOL_PTR(4, "immutable"),
};
TYPE(config_map);

static const struct proto_field secret_fields[] = {
	ONE(1, "metadata", meta), FORM(2, "data", PROTO_MAP_BYTES),
	STR(3, "type"), FORM(4, "stringData", PROTO_MAP),
	BOOL_PTR(5, "immutable"),
};
TYPE(secret);

static const struct proto_field namespace_spec_fields[] = {
	STRS(1, "finalizers"),
};
TYPE(namespace_spec);

static const struct proto_field namespace_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "spec", namespace_spec),
};
TYPE(namespace);

static const struct proto_field service_account_fields[] = {
	ONE(1, "metadata", meta), MANY(2, "secrets", reference),
	MANY(3, "imagePullSecrets", local_reference),
	BOOL_PTR(4, "automountServiceAccountToken"),
};
TYPE(service_account);

static const struct proto_field service_port_fields[] = {
	STR(1, "name"), STR(2, "protocol"), INT(3, "port"),
	FORM(4, "targetPort", PROTO_INT_OR_STR), INT(5, "nodePort"),
	STR_PTR(6, "appProtocol"),
};
TYPE(service_port);

static const struct proto_field client_ip_fields[] = {
	INT_PTR(1, "timeoutSeconds"),
};
TYPE(client_ip);

static const struct proto_field affinity_config_fields[] = {
	ONE(1, "clientIP", client_ip),
};
TYPE(affinity_config);

static const struct proto_field service_spec_fields[] = {
	MANY(1, "ports", service_port), FORM(2, "selector", PROTO_MAP),
	STR(3, "clusterIP"), STR(4, "type"), STRS(5, "externalIPs"),
	STR(7, "sessionAffinity"), STR(8, "loadBalancerIP"),
	STRS(9, "loadBalancerSourceRanges"), STR(10, "externalName"),
	STR(11, "externalTrafficPolicy"), INT(12, "healthCheckNodePort"),
	BOOL(13, "publishNotReadyAddresses"),
	ONE(14, "sessionAffinityConfig", affinity_config),
	STR_PTR(17, "ipFamilyPolicy"), STRS(18, "clusterIPs"),
	STRS(19, "ipFamilies"),
	BOOL_PTR(20, "allocateLoadBalancerNodePorts"),
	STR_PTR(21, "loadBalancerClass"), STR_PTR(22, "internalTrafficPolicy"),
	STR_PTR(23, "trafficDistribution"),
};
TYPE(service_spec);

static const struct proto_field service_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "spec", service_spec),
};
TYPE(service);

static const struct proto_field binding_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "target", reference),
};
TYPE(binding);

/* ---- policy/v1 ---- */

static const struct proto_field budget_spec_fields[] = {
	FORM(1, "minAvailable", PROTO_INT_OR_STR), ONE(2, "selector", selector),
	FORM(3, "maxUnavailable", PROTO_INT_OR_STR),
	STR_PTR(4, "unhealthyPodEvictionPolicy"),
};
TYPE(budget_spec);

static const struct proto_field budget_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "spec", budget_spec),
};
TYPE(budget);

static const struct proto_field eviction_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "deleteOptions", delete_options),
};
TYPE(eviction);

/* ---- authentication and authorization/v1 ---- */

static const struct proto_field self_fields[] = {
	ONE(1, "metadata", meta),
};
TYPE(self);

/* Of fields and of labels alike. */
static const struct proto_field narrow_fields[] = {
	STR(1, "rawSelector"), MANY(2, "requirements", requirement),
};
TYPE(narrow);

static const struct proto_field attributes_fields[] = {
	STR(1, "namespace"), STR(2, "verb"), STR(3, "group"),
	STR(4, "version"), STR(5, "resource"), STR(6, "subresource"),
	STR(7, "name"), ONE(8, "fieldSelector", narrow),
	ONE(9, "labelSelector", narrow),
};
TYPE(attributes);

static const struct proto_field url_attributes_fields[] = {
	STR(1, "path"), STR(2, "verb"),
};
TYPE(url_attributes);

static const struct proto_field access_spec_fields[] = {
	ONE(1, "resourceAttributes", attributes),
	ONE(2, "nonResourceAttributes", url_attributes),
	STR(3, "user"), STRS(4, "groups"), STR(6, "uid"),
};
TYPE(access_spec);

static const struct proto_field access_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "spec", access_spec),
};
TYPE(access);

static const struct proto_field rights_spec_fields[] = {
	STR(1, "namespace"),
};
TYPE(rights_spec);

static const struct proto_field rights_fields[] = {
	ONE(1, "metadata", meta), ONE(2, "spec", rights_spec),
};
TYPE(rights);

static const struct {
	const char *api_version, *kind;
	const struct proto_type *type;
} all[] = {
	{"v1", "ConfigMap", &config_map},
	{"v1", "Secret", &secret},
	{"v1", "Namespace", &namespace},
	{"v1", "ServiceAccount", &service_account},
	{"v1", "Service", &service},
	{"v1", "Binding", &binding},
	{"v1", "DeleteOptions", &delete_options},
	{"meta.k8s.io/v1", "DeleteOptions", &delete_options},
	{"apps/v1", "DeleteOptions", &delete_options},
	{"policy/v1", "DeleteOptions", &delete_options},
	{"policy/v1", "PodDisruptionBudget", &budget},
	{"policy/v1", "Eviction", &eviction},
	{"authentication.k8s.io/v1", "SelfSubjectReview", &self},
	{"authorization.k8s.io/v1", "SelfSubjectAccessReview", &access},
	{"authorization.k8s.io/v1", "SubjectAccessReview", &access},
	{"authorization.k8s.io/v1", "LocalSubjectAccessReview", &access},
	{"authorization.k8s.io/v1", "SelfSubjectRulesReview", &rights},
};

/* clang-format on */

const struct proto_type *proto_types_find(const char *api_version,
					  const char *kind)
{
	for (size_t i = 0; i < st_array_len(all); i++) {
		if (strcmp(all[i].api_version, api_version) == 0 &&
		    strcmp(all[i].kind, kind) == 0)
			return all[i].type;
	}
	return NULL;
}
