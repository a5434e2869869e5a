/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/check.h"
#include "lab/rules.h"
#include "lab/rules_parts.h"

static void check_kind(struct check *check, const struct kind *kind,
		       const struct json *was, const struct json *is,
		       const char *subresource)
{
	switch (kind->id) {
	case KIND_NAMESPACE:
		return rules_misc_namespace(check, was, is, subresource);
	case KIND_NODE:
		return rules_misc_node(check, was, is);
	case KIND_POD:
		return rules_podspec_pod(check, was, is, subresource);
	case KIND_SERVICE:
		return rules_net_service(check, was, is, subresource);
	case KIND_ENDPOINTSLICE:
		return rules_slice_check(check, was, is);
	case KIND_CONFIGMAP:
		return rules_data_config(check, was, is);
	case KIND_SECRET:
		return rules_data_secret(check, was, is);
	case KIND_PV:
		return rules_storage_volume(check, was, is, subresource);
	case KIND_PVC:
		return rules_storage_claim(check, was, is, subresource);
	case KIND_EVENT:
		return rules_misc_event(check, kind, is);
	case KIND_SET:
		return rules_set_check(check, was, is, subresource);
	case KIND_REVISION:
		return rules_set_revision(check, was, is);
	case KIND_STORAGECLASS:
		return rules_storage_class(check, was, is);
	case KIND_LEASE:
		return rules_misc_lease(check, is);
	case KIND_PDB:
		return rules_misc_budget(check, is);
	case KIND_LIMITRANGE:
		return rules_limits_check(check, is);
	case KIND_SERVICEACCOUNT:
	case KINDS:
		return;
	}
}

void rules_validate(const struct kind *kind, const struct json *was,
		    const struct json *is, const char *subresource,
		    struct status *status)
{
	struct check check;

	check_init(&check, status);
	if (was == NULL)
		rules_meta_create(&check, kind, is);
	else
		rules_meta_update(&check, was, is);
	check_kind(&check, kind, was, is, subresource);
	check_fini(&check);
}
