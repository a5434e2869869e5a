/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubelet - plays the node's part: pods that are bound to it get an address,
 * start, become ready and stop as a kubelet would report it. Nothing is run.
 *
 * What a pod is to do besides, see faults.h.
 *
 * Threads: the loop thread. Memory: the config is copied.
 */
#include <stddef.h>
#include <stdint.h>

struct env;
struct kubelet;
struct objects_event;

struct kubelet_config {
	uint8_t pod_addr[16];
	size_t pod_addr_len;
	unsigned int pod_prefix_len;
	uint64_t ready_delay_ms;
};

struct kubelet *kubelet_new(const struct env *env,
			    const struct kubelet_config *config);
void kubelet_free(struct kubelet *kubelet);
void kubelet_event(struct kubelet *kubelet, const struct objects_event *event);
