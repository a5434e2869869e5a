/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_ops - what the flags about running the process do to the options: its
 * ops endpoint, its state, how it starts and what it says when it is cut off.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
#include "statefuld/attr.h"

struct err;
struct options;

int flags_ops_ops(struct options *options, const char *text, struct err *err);
int flags_ops_json(struct options *options, const char *text, struct err *err);
int flags_ops_state_dir(struct options *options, const char *text,
			struct err *err);
int flags_ops_stale_ede(struct options *options, const char *text,
			struct err *err);
int flags_ops_stale_after(struct options *options, const char *text,
			  struct err *err);
int flags_ops_wait_sync(struct options *options, const char *text,
			struct err *err);
