/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * metrics_priv - what the parts of metrics share.
 *
 * Threads: any. Memory: the text goes to the caller's buffer.
 */
#include "daemon/metrics.h"

/* A family of one series without labels. */
void metrics_counter(struct buf *out, const char *name, const char *help,
		     uint64_t value);
void metrics_gauge(struct buf *out, const char *name, const char *help,
		   uint64_t value);

/* All of the DNS side's traffic. */
void metrics_write_dns(struct buf *out, const struct metrics *metrics);
