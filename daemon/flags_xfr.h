/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_xfr - what the flags for secondary servers do to the options.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
struct err;
struct options;

int flags_xfr_key(struct options *options, const char *text, struct err *err);
int flags_xfr_allow(struct options *options, const char *text, struct err *err);
int flags_xfr_notify(struct options *options, const char *text,
		     struct err *err);
