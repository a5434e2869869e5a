/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_exec - reads users[].user.exec: how to run a credential plugin.
 *
 * Threads: any. Memory: what was read belongs to the exec.
 */
#include <yaml.h>

#include "statefuld/attr.h"

struct access_exec;
struct ytree;

st_must_check int kubeconfig_exec_take(struct ytree *tree,
				       const yaml_node_t *node,
				       struct access_exec *exec);
