/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules - what a real API server does to an object of each kind before it
 * stores it: defaults, fields that are not the client's to set, validation.
 *
 * Threads: any; pure (time, uid and allocations come in). Memory: objects are
 * changed in place.
 */
#include <stdbool.h>

#include "lab/kinds.h"
#include "statefuld/attr.h"

struct json;
struct status;

/* Finalizers of each claim and volume: what is in use must not just go. */
#define RULES_PVC_PROTECTION "kubernetes.io/pvc-protection"
#define RULES_PV_PROTECTION  "kubernetes.io/pv-protection"

/* Fills defaults (SS-190 and the pod, service, claim... ones). */
void rules_default(const struct kind *kind, struct json *object);

/* Feature gates that a client may have switched on. */
enum rules_gate {
	RULES_MAX_UNAVAILABLE = 1, /* MaxUnavailableStatefulSet */
};
/* After the defaults of a create (`was` NULL) or of an update of the main
 * resource: fields behind a gate that is not in `gates` go, unless the stored
 * object has them already (SS-195); with it they get their defaults. */
void rules_gates(const struct kind *kind, const struct json *was,
		 struct json *is, unsigned gates);

/* Before a create: status cleared, generation 1 where kept, deletion fields
 * dropped, kind-specific resets (SS-191, SS-196: pods become Pending with
 * qosClass...). */
void rules_prepare_create(const struct kind *kind, struct json *object);
/* Before an update of the main resource (`subresource` NULL) or of "status",
 * "scale"...: takes over from `was` what this write may not change, and counts
 * generation up where spec changed. */
void rules_prepare_update(const struct kind *kind, const struct json *was,
			  struct json *is, const char *subresource);

/* Findings go to `status` by status_find; the caller ends it. `was` is NULL
 * on create. Covers metadata (names, labels, annotations, ownerReferences,
 * finalizers) and the kind. */
void rules_validate(const struct kind *kind, const struct json *was,
		    const struct json *is, const char *subresource,
		    struct status *status);
/* Whether a field selector of this kind may use the field, and its value in
 * an object ("" when absent). */
bool rules_has_field(const struct kind *kind, const char *field);
const char *rules_field(const struct kind *kind, const struct json *object,
			const char *field);
