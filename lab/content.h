/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * content - one version of one object, shared by the store and its history.
 *
 * Its text is there while somebody may be reading it (warm), and packed
 * otherwise (cold): object.json is NULL then. New contents are warm.
 *
 * Threads: the loop thread. Memory: counted references.
 */
#include <stdbool.h>

#include "lab/objects.h"
#include "statefuld/attr.h"

struct packed;
struct packer;

struct content {
	unsigned int refs;
	unsigned int holds;    /* its text must stay */
	bool is_warm_for_turn; /* see warm.h */
	struct object object;
	const char *key; /* "ns/name"; "/name" where there is no namespace */
	int64_t disk_id; /* its row; 0 when in memory */
	size_t head_size;
	char *text;
	struct packed *packed;
};

/* Sets metadata.resourceVersion in `object` and takes its text. ST_EINVAL: no
 * name or no uid. */
st_must_check int content_new(enum kind_id kind, struct json *object,
			      uint64_t version, struct content **ret_content,
			      struct err *err);
/* The same content under a new version. */
st_must_check int content_renew(struct content *content, uint64_t version,
				struct content **ret_content, struct err *err);
/* What it says, parsed; the caller's. */
struct json *content_parse(struct content *content);
/* NULL gives NULL, or does nothing. */
struct content *content_ref(struct content *content);
void content_unref(struct content *content);

/* Bytes that it takes when cold, as far as that is known. */
size_t content_size(const struct content *content);
/* Returns whether it was cold. */
bool content_warm(struct content *content);
/* Packs it if that has not been done. Not while it is held. */
void content_cool(struct content *content, struct packer *packer);
