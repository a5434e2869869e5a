/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * prom - the Prometheus text format (version 0.0.4), and histograms for it.
 * Pure.
 *
 * Threads: any; a histogram belongs to one. Memory: embedded; text goes to the
 * caller's buffer, which has no limit.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct buf;

#define PROM_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* "# HELP" and "# TYPE" of what follows. type: counter, gauge, histogram. */
void prom_head(struct buf *out, const char *name, const char *type,
	       const char *help);
/* name="value", escaped; cut where it does not fit. */
void prom_label(char *out, size_t size, const char *name, const char *value);
/* labels: `kind="pods"`, "" for none. */
void prom_count(struct buf *out, const char *name, const char *labels,
		uint64_t value);
void prom_number(struct buf *out, const char *name, const char *labels,
		 double value);

/* A histogram whose bounds are the caller's: n[i] is the number above the bound
 * before and up to bounds[i], and n[n_bounds] of those above all. */
struct prom_buckets {
	const double *bounds;
	const uint64_t *n;
	size_t n_bounds;
	double sum;
};
/* All series of one, without its head. */
void prom_buckets(struct buf *out, const char *name, const char *labels,
		  const struct prom_buckets *buckets);

/* Buckets of 1, 2, 4, ... times 1 ms, as CoreDNS has for programming latency:
 * 20 of them, and the rest. */
enum { PROM_BUCKETS = 20 };
struct prom_histogram {
	uint64_t n[PROM_BUCKETS + 1]; /* not cumulative */
	double sum_s;
};

/* Times below 0 count as 0. */
void prom_observe(struct prom_histogram *histogram, double seconds);
void prom_histogram(struct buf *out, const char *name, const char *labels,
		    const struct prom_histogram *histogram);
