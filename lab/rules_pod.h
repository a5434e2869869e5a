/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules_pod - what a pod gets when it is made.
 *
 * Threads: any; pure. Memory: pods are changed in place.
 */
struct json;

void rules_pod_prepare_create(struct json *pod);
void rules_pod_prepare_update(const struct json *was, struct json *is);
/* "Guaranteed", "Burstable" or "BestEffort". */
const char *rules_pod_qos(const struct json *spec);
