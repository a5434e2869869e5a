/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * json_arena - memory for parsed JSON trees: nodes are cut from chunks one
 * behind the other, and a tree is given back as a whole, without a walk.
 *
 * Threads: a tree is parsed by one thread and belongs to one at a time; trees
 * of several threads do not meet. Memory: chunks come from one reserved range
 * and are used again; what does not fit there comes from malloc, and makes
 * the tree mixed.
 */
#include <stdbool.h>
#include <stddef.h>

/* cJSON's hooks. Outside of begin and end, alloc is malloc. */
void *json_arena_alloc(size_t size);
/* Of a chunk's memory nothing is given back before its tree is. */
void json_arena_free(void *ptr);

/* What this thread allocates from now on makes one tree, its root first. */
void json_arena_begin(void);
void json_arena_end(void);
/* end, where there is no tree after all: gives its chunks back. */
void json_arena_abort(void);

bool json_arena_owns(const void *ptr);
/* The tree of a node gets parts from malloc. No matter if it has no arena. */
void json_arena_mix(const void *node);
/* Whether parts of the tree have to be freed one by one before release. */
bool json_arena_is_mixed(const void *root);
/* Gives all chunks of a tree back. */
void json_arena_release(void *root);
