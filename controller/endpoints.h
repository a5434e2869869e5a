/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * endpoints - which addresses a Service publishes, under which labels and with
 * which ports. Pure.
 *
 * Add what the Service may have, pods and slices in any order, then settle:
 * what comes out is sorted by label and address, and no pair comes twice
 * (DNS-003). What is not to be published is not added, so the caller need not
 * choose.
 *
 * Threads: any. Memory: embedded; port names are borrowed from the views.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"
#include "statefuld/controller.h"

enum { ENDPOINT_MAX_LABEL = 63, ENDPOINT_DASHED = 48 };

/* DNS-039: the address with dashes for dots or colons, and no dash at either
 * end. Gives the length; there is no NUL. */
size_t endpoint_dashed(char out[ENDPOINT_DASHED], const struct addr *addr);

struct endpoint_port {
	const struct istr *name; /* NULL: unnamed */
	uint16_t port;
	uint8_t proto;
};

struct endpoint {
	struct addr addr;
	/* Named by the pod; or else the address with dashes (DNS-039). */
	bool is_hostname;
	uint8_t label_len;
	char label[ENDPOINT_MAX_LABEL + 1]; /* lower case */
	uint32_t first_port, n_ports;	    /* in `ports` below */
};

/* Whether a pod is kept out of the zone though it is ready. */
typedef bool (*endpoints_hide_fn)(const char *ns, const char *pod, void *arg);

struct endpoints {
	struct endpoint *items;
	size_t n;
	struct endpoint_port *ports;
	size_t n_ports;
	/* Kept by clear: */
	endpoints_hide_fn hide; /* may be NULL */
	void *hide_arg;
	bool has_pod_names;	 /* pods without a hostname go by their name */
	const struct addr *only; /* not NULL: no other address is added */
};

void endpoints_init(struct endpoints *eps);
void endpoints_clear(struct endpoints *eps);
void endpoints_fini(struct endpoints *eps);

/* Whether pods, and whether this slice, count for the Service in that mode. */
bool endpoints_use_pods(const struct obj_service *service,
			enum controller_endpoints mode);
bool endpoints_use_slice(const struct obj_service *service,
			 const struct obj_slice *slice,
			 enum controller_endpoints mode);

/* A pod that the Service selects, judged as the endpointslice controller
 * does. */
void endpoints_add_pod(struct endpoints *eps, const struct obj_service *service,
		       const struct obj_pod *pod);
void endpoints_add_slice(struct endpoints *eps,
			 const struct obj_service *service,
			 const struct obj_slice *slice);
void endpoints_settle(struct endpoints *eps);
