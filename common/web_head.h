/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * web_head - the first line of an HTTP request. Pure.
 *
 * Threads: any. Memory: all is borrowed from the text.
 */
#include <stdbool.h>

struct web_head {
	const char *path;  /* begins with a slash */
	const char *query; /* behind '?', still encoded; "" if none */
	bool is_head;	   /* HEAD; else it is GET */
};

/* Cuts the text up in place; its further lines are not looked at. 0, or the
 * status to refuse it with: 400, 405. */
int web_head_parse(char *text, struct web_head *ret_head);
