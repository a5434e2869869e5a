/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster - what a cluster does by itself on top of its API server: the
 * objects that are always there, admission, garbage collection, namespaces,
 * EndpointSlices, and one simulated node with its volumes.
 *
 * Threads: the loop thread. Memory: the config is copied; loop, api and
 * objects must outlive the cluster.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct api;
struct cluster;
struct err;
struct loop;
struct objects;

/* The name of the node. */
#define CLUSTER_NODE "lab-node"

struct cluster_config {
	struct loop *loop;
	struct api *api;
	struct objects *objects;
	const char *api_addr;	/* where the API answers, as text; NULL: no */
	uint16_t api_port;	/* endpoint for the Service kubernetes */
	const char *data_dir;	/* volumes go below it; NULL: a private folder
				 * that cluster_free removes */
	uint8_t pod_addr[16];	/* network of the pods' addresses, */
	uint8_t pod_addr_len;	/* 4 or 16 octets, */
	uint8_t pod_prefix_len; /* and prefix length */
	uint64_t ready_delay_ms;
	bool no_node;	/* nor scheduler, volumes and protection of claims */
	bool no_slices; /* EndpointSlices are another controller's */
};

/* Makes the default objects that are missing, registers the admission with
 * the API and starts all controllers. Call it before the first request of a
 * client is served. */
st_must_check int cluster_new(const struct cluster_config *config,
			      struct cluster **ret_cluster, struct err *err);
void cluster_free(struct cluster *cluster);
