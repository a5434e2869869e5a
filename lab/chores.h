/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * chores - what a controller has yet to look at: keys, each at most once,
 * worked off on the loop in the order they fall due.
 *
 * Threads: the loop thread. Memory: keys are copied.
 */
#include <stddef.h>
#include <stdint.h>

struct chores;
struct loop;

/* Does what is due for the key. Returns 0 when done, or after how many
 * milliseconds to come back. May add chores. */
typedef uint64_t (*chores_fn)(const char *key, void *arg);

struct chores *chores_new(struct loop *loop, chores_fn fn, void *arg);
void chores_free(struct chores *chores);
/* Due in delay_ms; a key that is there already falls due at the earlier of
 * both times. 0: as soon as the running callback has returned. */
void chores_add(struct chores *chores, const char *key, uint64_t delay_ms);
void chores_drop(struct chores *chores, const char *key);
size_t chores_count(const struct chores *chores);
