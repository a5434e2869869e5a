/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/prom.h"

#include <inttypes.h>
#include <stdio.h>

#include "statefuld/buf.h"

void prom_head(struct buf *out, const char *name, const char *type,
	       const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void prom_label(char *out, size_t size, const char *name, const char *value)
{
	size_t at = (size_t)snprintf(out, size, "%s=\"", name);

	for (; *value != '\0' && at + 4 < size; value++) {
		if (*value == '\\' || *value == '"' || *value == '\n')
			out[at++] = '\\';
		out[at++] = *value == '\n' ? 'n' : *value;
	}
	st_assert(at + 2 <= size);
	out[at++] = '"';
	out[at] = '\0';
}

static void put_name(struct buf *out, const char *name, const char *labels)
{
	buf_puts(out, name);
	if (*labels != '\0')
		buf_printf(out, "{%s}", labels);
	buf_putc(out, ' ');
}

void prom_count(struct buf *out, const char *name, const char *labels,
		uint64_t value)
{
	put_name(out, name, labels);
	buf_printf(out, "%" PRIu64 "\n", value);
}

void prom_number(struct buf *out, const char *name, const char *labels,
		 double value)
{
	put_name(out, name, labels);
	buf_printf(out, "%.15g\n", value);
}

static double bound(int bucket)
{
	return 0.001 * (double)(1u << bucket);
}

void prom_observe(struct prom_histogram *histogram, double seconds)
{
	int bucket = 0;

	if (!(seconds > 0))
		seconds = 0;
	while (bucket < PROM_BUCKETS && seconds > bound(bucket))
		bucket++;
	histogram->n[bucket]++;
	histogram->sum_s += seconds;
}

void prom_buckets(struct buf *out, const char *name, const char *labels,
		  const struct prom_buckets *buckets)
{
	const char *comma = *labels != '\0' ? "," : "";
	const char *open = *labels != '\0' ? "{" : "";
	const char *close = *labels != '\0' ? "}" : "";
	uint64_t n = 0;

	for (size_t i = 0; i < buckets->n_bounds; i++) {
		n += buckets->n[i];
		buf_printf(out, "%s_bucket{%s%sle=\"%.9g\"} %" PRIu64 "\n",
			   name, labels, comma, buckets->bounds[i], n);
	}
	n += buckets->n[buckets->n_bounds];
	buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name,
		   labels, comma, n);
	buf_printf(out, "%s_sum%s%s%s %.15g\n", name, open, labels, close,
		   buckets->sum);
	buf_printf(out, "%s_count%s%s%s %" PRIu64 "\n", name, open, labels,
		   close, n);
}

void prom_histogram(struct buf *out, const char *name, const char *labels,
		    const struct prom_histogram *histogram)
{
	double bounds[PROM_BUCKETS];

	for (int i = 0; i < PROM_BUCKETS; i++)
		bounds[i] = bound(i);
	prom_buckets(out, name, labels,
		     &(struct prom_buckets){
			     .bounds = bounds,
			     .n = histogram->n,
			     .n_bounds = PROM_BUCKETS,
			     .sum = histogram->sum_s,
		     });
}
