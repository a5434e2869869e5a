/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ops_path - where the ops endpoint is when nobody says where.
 *
 * Threads: any that may read the environment. Memory: no heap.
 */
#include <stdbool.h>
#include <stddef.h>

enum { OPS_PATH_MAX = 108, OPS_PATHS = 2 };

/* Candidates in order: 0: below $XDG_RUNTIME_DIR, 1: below /run. False: there
 * is none by that number here. */
bool ops_path(char out[OPS_PATH_MAX], size_t i);
/* The folder that has to be made for it, or "". */
void ops_path_folder(char out[OPS_PATH_MAX], size_t i);
