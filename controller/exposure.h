/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * exposure - which namespaces and Services the zone shows (DNS-014). What is
 * not shown is as if it did not exist.
 *
 * Threads: the loop thread. Memory: embedded; init copies what it is given.
 */
#include <stdbool.h>

#include "statefuld/attr.h"
#include "statefuld/controller.h"

struct err;
struct obj;
struct obj_service;
struct selector;
struct store;

struct exposure {
	char *namespaces; /* ",a,b,"; NULL: all */
	struct selector *of_namespaces, *of_services;
};

/* ST_EINVAL: a selector is wrong. */
st_must_check int exposure_init(struct exposure *exposure,
				const struct controller_records *records,
				struct err *err);
void exposure_fini(struct exposure *exposure);

/* By its own facts alone. */
bool exposure_has_namespace(const struct exposure *exposure,
			    const struct obj *ns);
/* A namespace that is not in the store is shown only where no labels are asked
 * for. */
bool exposure_has_ns_name(const struct exposure *exposure,
			  const struct store *store, const char *ns);
bool exposure_has_service(const struct exposure *exposure,
			  const struct store *store,
			  const struct obj_service *service);
