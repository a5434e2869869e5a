/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * render - the JSON of a world's objects, by templates.
 *
 * Threads: one. Memory: a renderer owns its templates; the world must outlive
 * it.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/e2e/scripted/world.h"

struct buf;
struct err;
struct render;

/* `dir` holds pod.json, service.json and so on. */
st_must_check int render_new(const char *dir, const struct world *world,
			     struct render **ret, struct err *err);
void render_free(struct render *render);

/* Appends one object. Objects of a list have no kind and apiVersion of their
 * own, those of a watch do (`typed`). */
void render_object(struct render *render, enum world_kind kind, uint32_t index,
		   bool typed, struct buf *out);
/* "Pod", "EndpointSlice"... and "v1", "apps/v1"... */
const char *render_kind(enum world_kind kind);
const char *render_api_version(enum world_kind kind);

/* FNV-1 of the text with "0" behind it, in the alphabet of Kubernetes' safe
 * names (SS-033). `out` needs 11 bytes. */
void render_hash(char out[11], const char *text, size_t len);
