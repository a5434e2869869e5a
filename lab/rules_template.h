/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules_template - defaults of pod specs, wherever one stands.
 *
 * Threads: any; pure. Memory: the spec is changed in place.
 */
struct json;

/* What every pod spec gets, in a pod as in a template. NULL is fine. */
void rules_template_default(struct json *spec);
/* What only pods get on top. */
void rules_template_default_pod(struct json *spec);
/* Spec of a claim, of a template of claims or of an ephemeral volume. */
void rules_template_default_claim(struct json *spec);
