/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * defaults - the objects that a fresh cluster has: its namespaces, the
 * Service kubernetes with where the API answers, and the default
 * StorageClass.
 *
 * Threads: the loop thread. Memory: nothing is kept.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct env;
struct err;

#define DEFAULTS_CLASS	     "standard"
#define DEFAULTS_PROVISIONER "lab.statefuld.dev/hostpath"

/* `api_addr` NULL: the Service has no endpoint. Without storage there is no
 * StorageClass. What is there already is left alone, but for the endpoint. */
st_must_check int defaults_make(const struct env *env, const char *api_addr,
				uint16_t api_port, bool has_storage,
				struct err *err);
