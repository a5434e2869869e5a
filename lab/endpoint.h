/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * endpoint - what a pod is to a Service: one entry of an EndpointSlice.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>

struct json;

/* Text values; `labels` as in struct object. */
bool endpoint_selects(const struct json *selector, const char *labels);
/* NULL: the pod has no address, or has come to its end. */
struct json *endpoint_of(const struct json *service, const struct json *pod);
/* "IPv4" or "IPv6", by the first address of an endpoint. */
const char *endpoint_family(const struct json *endpoint);
/* The ports of the Service as this pod serves them: named target ports are
 * looked up in its containers, and left out where it has none. */
struct json *endpoint_ports(const struct json *service, const struct json *pod);
