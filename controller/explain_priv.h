/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * explain_priv - what the modules of explain share.
 *
 * Threads: the loop thread. Memory: a question is embedded and borrows all.
 */
#include "controller/explain.h"
#include "statefuld/attr.h"

enum { EXPLAIN_MAX_LABELS = 128, EXPLAIN_MAX_TEXT = 64 };

/* A name taken apart: labels left of the zone, as text, lower case. */
struct question {
	const struct explain_config *config;
	struct explanation *out;
	const struct name *zone;
	char zone_text[NAME_MAX_TEXT];
	char labels[EXPLAIN_MAX_LABELS][EXPLAIN_MAX_TEXT];
	size_t n;
};

/* Adds a finding about `obj` (NULL: about none), since `since_s`. */
void explain_find(struct explanation *out, const char *code,
		  const struct obj *obj, int64_t since_s, const char *fmt, ...)
	st_printf(5, 6);
/* Sets the fix, unless there is one already: the first cause counts. */
void explain_fix(struct explanation *out, const char *fmt, ...) st_printf(2, 3);

/* What was the cause of something is not in the way after all. */
void explain_forget_fix(struct explanation *out);

/* A fix; takes the namespace. */
#define EXPLAIN_SEE_SLICES                                                     \
	"see whether the endpointslice controller runs: kubectl get "          \
	"endpointslices -n %s"

/* Why this pod has no address in this Service; false: it has. Findings and
 * fix are added if `tell`. */
bool explain_pod_is_out(const struct question *q,
			const struct obj_service *service,
			const struct obj_pod *pod, bool tell);
/* A name below a Service that a pod would have, and has not. */
void explain_missing_pod(const struct question *q,
			 const struct obj_service *service, const char *label);
/* Everything at and below <svc>.<ns>.svc. */
void explain_service(const struct question *q);
/* An address, in a reverse zone. */
void explain_address(const struct question *q, const struct addr *addr);
