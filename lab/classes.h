/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * classes - StorageClasses as claims see them.
 *
 * Threads: the loop thread. Memory: results are the caller's where they are
 * not const.
 */
#include <stdbool.h>

struct json;
struct objects;

/* The class that a claim or a volume names; "" asks for none; NULL: not
 * said. */
const char *classes_asked(const struct json *object);
/* The name of the newest class that is marked as default, or NULL; free()
 * it. */
char *classes_default(const struct objects *objects);
/* Whether claims of the class may be enlarged. */
bool classes_may_grow(const struct objects *objects, const char *name);
/* Parsed; NULL if there is none of that name. */
struct json *classes_read(const struct objects *objects, const char *name);
