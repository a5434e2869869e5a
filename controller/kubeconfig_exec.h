/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_exec - reads users[].user.exec: how to run a credential plugin.
 *
 * Threads: any. Memory: what was read belongs to the exec.
 */
#include "statefuld/attr.h"

struct access_exec;
struct parse;
struct yaml_node_s;

st_must_check int kubeconfig_exec_take(struct parse *parse,
				       const struct yaml_node_s *node,
				       struct access_exec *exec);
