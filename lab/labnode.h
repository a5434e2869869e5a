/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * labnode - the Node object of this machine, and its sign of life: a Lease
 * that is renewed every ten seconds.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
#include "statefuld/attr.h"

struct env;
struct err;
struct labnode;

/* The address that the node and pods on its network have. */
#define LABNODE_ADDR "127.0.0.1"

/* `pod_cidr` as text, for spec.podCIDR. */
st_must_check int labnode_new(const struct env *env, const char *pod_cidr,
			      struct labnode **ret_node, struct err *err);
void labnode_free(struct labnode *node);
