/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * api_face - kinds that are served under two groups or versions: between the
 * face that a client sees and the one that is stored.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
#include <stdbool.h>

#include "lab/kinds.h"

struct json;

/* Whether objects of this face are stored as they are. */
bool api_face_is_stored(const struct kind *kind);
/* Both copy; for a stored face too. */
struct json *api_face_out(const struct kind *kind, const struct json *object);
struct json *api_face_in(const struct kind *kind, const struct json *object);
