/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * content - one version of one object, shared by the store and its history.
 *
 * Threads: the loop thread. Memory: counted references; one block each.
 */
#include "lab/objects.h"
#include "statefuld/attr.h"

struct content {
	unsigned int refs;
	struct object object;
	const char *key; /* "ns/name"; "/name" where there is no namespace */
	int64_t disk_id; /* its row; 0 when in memory */
	size_t size;	 /* bytes of the whole block */
};

/* Sets metadata.resourceVersion in `object` and takes its text. ST_EINVAL: no
 * name or no uid. */
st_must_check int content_new(enum kind_id kind, struct json *object,
			      uint64_t version, struct content **ret_content,
			      struct err *err);
/* The same content under a new version. */
st_must_check int content_renew(const struct content *content, uint64_t version,
				struct content **ret_content, struct err *err);
/* NULL gives NULL, or does nothing. */
struct content *content_ref(struct content *content);
void content_unref(struct content *content);
