/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * disrupt - keeps the status of disruption budgets, as pods become ready and
 * go: what pdb.c says is written, and events tell what is odd.
 *
 * Threads: the loop thread. Memory: `env` is borrowed.
 */
struct disrupt;
struct env;
struct objects_event;

struct disrupt *disrupt_new(const struct env *env);
void disrupt_free(struct disrupt *disrupt);
void disrupt_event(struct disrupt *disrupt, const struct objects_event *event);
