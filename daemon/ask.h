/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ask - `statefuld explain`: asks the running process by its ops endpoint.
 *
 * Threads: the main thread, before or instead of all others; it waits. Memory:
 * freed on return.
 */
#include "statefuld/attr.h"

struct err;
struct options;

/* Prints the answer on standard output. The error says what to try. */
st_must_check int ask_explain(const struct options *options, struct err *err);
