/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cells - one table row's cells for each kind, in the order of its columns.
 *
 * Threads: any; pure. Memory: what is added belongs to the row.
 */
#include <stdint.h>

struct json;

/* Adds the cells of `object` to the array `cells`. */
typedef void (*cells_fn)(struct json *cells, const struct json *object,
			 int64_t now_s);

void cells_configmap(struct json *cells, const struct json *object,
		     int64_t now_s);
void cells_event(struct json *cells, const struct json *object, int64_t now_s);
void cells_lease(struct json *cells, const struct json *object, int64_t now_s);
void cells_limitrange(struct json *cells, const struct json *object,
		      int64_t now_s);
void cells_namespace(struct json *cells, const struct json *object,
		     int64_t now_s);
void cells_node(struct json *cells, const struct json *object, int64_t now_s);
void cells_pdb(struct json *cells, const struct json *object, int64_t now_s);
void cells_pod(struct json *cells, const struct json *object, int64_t now_s);
void cells_pv(struct json *cells, const struct json *object, int64_t now_s);
void cells_pvc(struct json *cells, const struct json *object, int64_t now_s);
void cells_revision(struct json *cells, const struct json *object,
		    int64_t now_s);
void cells_secret(struct json *cells, const struct json *object, int64_t now_s);
void cells_service(struct json *cells, const struct json *object,
		   int64_t now_s);
void cells_serviceaccount(struct json *cells, const struct json *object,
			  int64_t now_s);
void cells_set(struct json *cells, const struct json *object, int64_t now_s);
void cells_slice(struct json *cells, const struct json *object, int64_t now_s);
void cells_storageclass(struct json *cells, const struct json *object,
			int64_t now_s);

/* Building blocks of the above. */
/* A text cell; NULL reads as "". */
void cells_add(struct json *cells, const char *text);
/* The same, but `missing` for NULL and "". */
void cells_add_or(struct json *cells, const char *text, const char *missing);
void cells_add_int(struct json *cells, int64_t number);
void cells_add_name(struct json *cells, const struct json *object);
/* The time since metadata.creationTimestamp. */
void cells_add_age(struct json *cells, const struct json *object,
		   int64_t now_s);
