/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kinds - which resources the lab serves, and their names.
 *
 * Threads: any; constant data. Memory: static.
 */
#include <stdbool.h>
#include <stddef.h>

enum kind_id {
	KIND_NAMESPACE,
	KIND_NODE,
	KIND_POD,
	KIND_SERVICE,
	KIND_ENDPOINTSLICE,
	KIND_CONFIGMAP,
	KIND_SECRET,
	KIND_SERVICEACCOUNT,
	KIND_PV,
	KIND_PVC,
	KIND_EVENT, /* core/v1 and events.k8s.io/v1: one store, two faces */
	KIND_SET,
	KIND_REVISION,
	KIND_STORAGECLASS,
	KIND_LEASE,
	KIND_PDB,
	KIND_LIMITRANGE,
	KINDS, /* how many; a face with this id is answered, not kept */
};

/* Verbs and subresources a kind has. */
enum {
	KIND_HAS_STATUS = 1 << 0,
	KIND_HAS_SCALE = 1 << 1,
	KIND_HAS_BINDING = 1 << 2,
	KIND_HAS_EVICTION = 1 << 3,
	KIND_HAS_LOG = 1 << 4,
	KIND_HAS_EPHEMERAL = 1 << 5,
	KIND_HAS_GENERATION = 1 << 6, /* metadata.generation is kept */
	KIND_HAS_FINALIZE = 1 << 7,
};

/* One face of a kind: a group and version under which it is served. */
struct kind {
	enum kind_id id;
	const char *group; /* "" for core */
	const char *version;
	const char *kind;		/* "StatefulSet" */
	const char *plural;		/* "statefulsets" */
	const char *singular;		/* "statefulset" */
	const char *const *short_names; /* NULL-terminated; may be NULL */
	const char *const *categories;	/* NULL-terminated; may be NULL */
	bool namespaced;
	unsigned int has;
};

/* All faces, in discovery order, those of a group and version together;
 * NULL-terminated by kind == NULL. */
extern const struct kind kinds[];
const struct kind *kinds_by_plural(const char *group, const char *version,
				   const char *plural);
/* apiVersion as in an object: "v1" or "apps/v1". */
const struct kind *kinds_by_kind(const char *api_version, const char *kind);
/* The face under which objects of that kind are stored; NULL for KINDS. */
const struct kind *kinds_stored(enum kind_id id);
/* The next face after those of the same group and version; NULL: none. */
const struct kind *kinds_next_version(const struct kind *first);
/* Either may be NULL: of no group. */
bool kinds_same_group(const struct kind *a, const struct kind *b);
/* "v1" or "group/version" of a face; out has 64 bytes. */
const char *kinds_api_version(const struct kind *kind, char out[64]);
