/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules_parts - the pieces that rules_validate is made of: one function for
 * each thing that has rules of its own. Each stands at the path of the check
 * when it is called, and finds by check.h.
 *
 * Threads: any; pure. Memory: nothing is changed but the check.
 */
#include <stdbool.h>

#include "lab/kinds.h"

struct check;
struct json;

/* rules_meta.c: metadata and what it is made of. */
void rules_meta_create(struct check *check, const struct kind *kind,
		       const struct json *object);
void rules_meta_update(struct check *check, const struct json *was,
		       const struct json *is);
/* Members of `object`, for instance its "labels". */
void rules_meta_labels(struct check *check, const struct json *object,
		       const char *name);
void rules_meta_annotations(struct check *check, const struct json *object,
			    const char *name);
/* Members of metadata that no write changes; ends with NULL. */
extern const char *const rules_meta_fixed[];
/* Standard, or with a prefix that says whose it is. */
void rules_meta_finalizer(struct check *check, const char *name);
/* A label selector, the member `name`; whether labels match one. */
void rules_meta_selector(struct check *check, const struct json *object,
			 const char *name);
/* The parts of one requirement of a selector. False, and nothing said: an
 * operator that labels do not have. Then, last, what holds for all. */
bool rules_meta_operator(struct check *check, const struct json *item);
void rules_meta_requirement_end(struct check *check, const struct json *item,
				bool is_known);
bool rules_meta_matches(const struct json *selector, const struct json *labels);

/* rules_podspec.c: `claims` are volumeClaimTemplates, whose names are volumes
 * too; NULL where there are none. */
void rules_podspec_check(struct check *check, const struct json *spec,
			 const struct json *claims);
void rules_podspec_template(struct check *check, const struct json *template,
			    const struct json *claims);
void rules_podspec_pod(struct check *check, const struct json *was,
		       const struct json *is, const char *subresource);

/* rules_podchange.c: what may change in the spec of a pod. */
void rules_podchange_check(struct check *check, const struct json *was,
			   const struct json *is);

/* rules_affinity.c: the affinity of a pod spec. */
void rules_affinity_check(struct check *check, const struct json *spec);
/* A selector of nodes, the member `name`. */
void rules_affinity_nodes(struct check *check, const struct json *object,
			  const char *name);

/* rules_container.c. `volumes`: an object with a member per volume. */
void rules_container_lists(struct check *check, const struct json *spec,
			   const struct json *volumes);
/* rules_probe.c: probes and hooks of a container. */
void rules_probe_container(struct check *check, const struct json *container,
			   bool is_init);
/* rules_limits.c: a LimitRange. */
void rules_limits_check(struct check *check, const struct json *is);

/* rules_resources.c: limits and requests. */
/* The name of a resource, at the path of the check. */
void rules_resources_name(struct check *check, const char *name,
			  bool for_containers);
void rules_resources_check(struct check *check, const struct json *object,
			   const char *name);
/* A list of resources where each amount must not be negative. */
void rules_resources_list(struct check *check, const struct json *object,
			  const char *name);
/* rules_volume.c. */
void rules_volume_check(struct check *check, const struct json *volume);
/* A path without "..", and one that must also be relative. */
void rules_volume_backstep(struct check *check, const struct json *object,
			   const char *name);
void rules_volume_path(struct check *check, const struct json *object,
		       const char *name);

/* rules_set.c. */
void rules_set_check(struct check *check, const struct json *was,
		     const struct json *is, const char *subresource);
void rules_set_revision(struct check *check, const struct json *was,
			const struct json *is);

/* rules_net.c: Services. */
void rules_net_service(struct check *check, const struct json *was,
		       const struct json *is, const char *subresource);
/* rules_slice.c: EndpointSlices. */
void rules_slice_check(struct check *check, const struct json *was,
		       const struct json *is);

/* rules_storage.c. */
void rules_storage_claim(struct check *check, const struct json *was,
			 const struct json *is, const char *subresource);
void rules_storage_claim_spec(struct check *check, const struct json *spec);
void rules_storage_volume(struct check *check, const struct json *was,
			  const struct json *is, const char *subresource);
void rules_storage_class(struct check *check, const struct json *was,
			 const struct json *is);

/* rules_data.c: ConfigMaps and Secrets. */
void rules_data_config(struct check *check, const struct json *was,
		       const struct json *is);
void rules_data_secret(struct check *check, const struct json *was,
		       const struct json *is);

/* rules_misc.c: the small ones. */
void rules_misc_namespace(struct check *check, const struct json *was,
			  const struct json *is, const char *subresource);
void rules_misc_node(struct check *check, const struct json *was,
		     const struct json *is);
void rules_misc_lease(struct check *check, const struct json *is);
void rules_misc_budget(struct check *check, const struct json *is);
void rules_misc_event(struct check *check, const struct kind *kind,
		      const struct json *is);
