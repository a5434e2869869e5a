/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * own_pod - the pod that this process runs in, as the downward API and the
 * service account tell (DNS-076).
 *
 * Threads: any. Memory: own_pod_fini releases what was read.
 */
#include <stddef.h>

#include "statefuld/controller.h"

/* Where the service account's files are in a pod. */
#define OWN_POD_NAMESPACE                                                      \
	"/var/run/secrets/kubernetes.io/serviceaccount/namespace"

struct own_pod {
	char *ns; /* NULL: this is no pod */
	struct controller_addr *addrs;
	size_t n;
};

/* ns and ips are the variables POD_NAMESPACE and POD_IPS or POD_IP, each NULL
 * if it is not set; addresses are parted by commas, and what is none is left
 * out. Without a namespace it is that in the file, if there is one. */
void own_pod_read(struct own_pod *ret_pod, const char *ns, const char *ips,
		  const char *file);
void own_pod_fini(struct own_pod *pod);
