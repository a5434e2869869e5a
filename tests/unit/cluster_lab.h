/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cluster_lab - a whole cluster in memory, without sockets, for tests of its
 * controllers.
 *
 * Threads: one. Memory: results are the caller's.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lab/kinds.h"

struct json;

struct cluster_lab {
	struct loop *loop;
	struct objects *objects;
	struct api *api;
	struct cluster *cluster;
	uint64_t ready_delay_ms;
	bool no_node;
	const char *data_dir;
};

void cluster_lab_start(struct cluster_lab *lab);
void cluster_lab_stop(struct cluster_lab *lab);
/* Ends the controllers and starts them again on the same objects. */
void cluster_lab_restart(struct cluster_lab *lab);

/* Fails the test where the API does not answer with `code`. `json` uses ' for
 * ". */
struct json *cluster_lab_do(struct cluster_lab *lab, int code,
			    const char *method, const char *path,
			    const char *json);
void cluster_lab_post(struct cluster_lab *lab, const char *path,
		      const char *json);
/* Runs the loop until all is quiet for a while. */
void cluster_lab_settle(struct cluster_lab *lab);
/* Runs the loop until the text at `path` of the object is `want` (NULL: until
 * the object is gone); fails after five seconds. */
void cluster_lab_await(struct cluster_lab *lab, enum kind_id kind,
		       const char *ns, const char *name, const char *path,
		       const char *want);
bool cluster_lab_has(struct cluster_lab *lab, enum kind_id kind, const char *ns,
		     const char *name);
struct json *cluster_lab_read(struct cluster_lab *lab, enum kind_id kind,
			      const char *ns, const char *name);
/* Whether an Event of that reason has been told whose message contains
 * `part`. */
bool cluster_lab_told(struct cluster_lab *lab, const char *reason,
		      const char *part);
/* A pod of one container with more members for metadata and spec, each
 * beginning with a comma or empty. */
void cluster_lab_pod(struct cluster_lab *lab, const char *name,
		     const char *meta, const char *spec);
