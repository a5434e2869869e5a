/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * slices - keeps the EndpointSlices of Services with a selector.
 *
 * A slice holds 100 endpoints at most; those of pods that serve other port
 * numbers are apart. Endpoints stay in the slice they are in. A Service without
 * endpoints keeps one empty slice.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct env;
struct objects_event;
struct slices;

struct slices *slices_new(const struct env *env);
void slices_free(struct slices *slices);
void slices_event(struct slices *slices, const struct objects_event *event);
