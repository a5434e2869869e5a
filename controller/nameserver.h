/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * nameserver - the names of this very server: those of the Services that
 * select the pod it runs in (DNS-076). Pure.
 *
 * Threads: any. Memory: nameserver_fini releases what was noted.
 */
#include <stdbool.h>
#include <stddef.h>

#include "controller/endpoints.h"
#include "controller/obj.h"
#include "statefuld/name.h"

/* The pod: a Service that selects it lies in its namespace. */
struct nameserver_pod {
	const char *ns; /* NULL: this is no pod */
	const struct addr *addrs;
	size_t n_addrs;
};

/* A name below the namespace's: that of a Service, or of its endpoint. */
struct nameserver_target {
	char *service;
	char *endpoint; /* NULL: none */
};

struct nameserver {
	struct nameserver_pod pod; /* borrowed */
	struct nameserver_target *targets;
	size_t n;
	bool has_news; /* since it was last set to false */
};

enum { NAMESERVER_MAX = 32 }; /* names that a zone gets */

void nameserver_init(struct nameserver *ns, const struct nameserver_pod *pod);
void nameserver_fini(struct nameserver *ns);

/* What a Service has come to: its endpoints, settled, or with `service` NULL
 * that it is gone or not shown. */
void nameserver_note(struct nameserver *ns, const char *service_ns,
		     const char *name, const struct obj_service *service,
		     const struct endpoints *eps);

/* The names in a zone, in canonical order, each once; gives how many. Those of
 * headless Services are the names of their endpoints. */
size_t nameserver_names(const struct nameserver *ns, const struct name *zone,
			struct name out[NAMESERVER_MAX]);
