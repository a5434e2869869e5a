/* SPDX-License-Identifier: Apache-2.0 */
/* What /metrics says, read as strictly as Prometheus and `promtool check
 * metrics` do. */
#include "daemon/metrics.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/mem.h"
#include "statefuld/prom.h"
#include "tests/unit/cm.h"

enum { FAMILIES_MAX = 256, SERIES_MAX = 4096 };

/* One reading of a text. */
struct reading {
	char family[128], type[16];
	char *families[FAMILIES_MAX];
	size_t n_families;
	char *series[SERIES_MAX];
	double values[SERIES_MAX];
	size_t n_series;
	/* The histogram under way: labels but le, its last bound and count. */
	char labels[1024];
	double bound, count;
	bool has_all; /* +Inf has come, with `count` */
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len >= n && strcmp(text + len - n, end) == 0;
}

static void read_head(struct reading *r, const char *line)
{
	char name[128], type[16];

	if (strncmp(line, "# HELP ", 7) == 0) {
		assert_int_equal(sscanf(line, "# HELP %127s", name), 1);
		assert_true(strlen(line) > 7 + strlen(name) + 2);
		assert_true(ends_with(line, "."));
		snprintf(r->family, sizeof(r->family), "%s", name);
		for (size_t i = 0; i < r->n_families; i++)
			assert_string_not_equal(r->families[i], name);
		assert_true(r->n_families < FAMILIES_MAX);
		r->families[r->n_families++] = mem_strdup(name);
		return;
	}
	assert_int_equal(sscanf(line, "# TYPE %127s %15s", name, type), 2);
	assert_string_equal(name, r->family);
	assert_true(strcmp(type, "counter") == 0 ||
		    strcmp(type, "gauge") == 0 ||
		    strcmp(type, "histogram") == 0);
	assert_int_equal(ends_with(name, "_total"),
			 strcmp(type, "counter") == 0);
	assert_false(ends_with(name, "_count") || ends_with(name, "_sum") ||
		     ends_with(name, "_bucket"));
	snprintf(r->type, sizeof(r->type), "%s", type);
	r->labels[0] = '\0';
	r->has_all = true;
}

/* Labels from '{' on, in a form to compare; that of `le` goes to *ret_le. */
static const char *read_labels(const char *at, char *out, double *ret_le)
{
	do {
		const char *name = ++at;

		while (islower((unsigned char)*at) || *at == '_')
			at++;
		assert_true(at > name && at[0] == '=' && at[1] == '"');
		bool is_le = at - name == 2 && memcmp(name, "le", 2) == 0;
		const char *value = at + 2;

		for (at = value; *at != '"'; at++) {
			assert_true(*at != '\0' && *at != '\n');
			if (*at == '\\')
				assert_non_null(strchr("\\\"n", *++at));
		}
		if (is_le)
			*ret_le = strtod(value, NULL);
		else
			out += sprintf(out, "%.*s,", (int)(at - name), name);
		at++;
	} while (*at == ',');
	assert_int_equal(*at, '}');
	return at + 1;
}

/* Buckets come in order, rise, and end in +Inf, which is the count. */
static void read_bucket(struct reading *r, const char *labels, double le,
			double value)
{
	assert_false(isnan(le));
	if (r->has_all || strcmp(labels, r->labels) != 0) {
		assert_true(r->has_all);
		snprintf(r->labels, sizeof(r->labels), "%s", labels);
		r->bound = -INFINITY;
		r->count = 0;
		r->has_all = false;
	}
	assert_true(le > r->bound && value >= r->count);
	r->bound = le;
	r->count = value;
	r->has_all = isinf(le);
}

static void keep_series(struct reading *r, const char *line, size_t len,
			double value)
{
	char *series = mem_printf("%.*s", (int)len, line);

	for (size_t i = 0; i < r->n_series; i++)
		assert_string_not_equal(r->series[i], series);
	assert_true(r->n_series < SERIES_MAX);
	r->values[r->n_series] = value;
	r->series[r->n_series++] = series;
}

static void read_sample(struct reading *r, const char *line)
{
	const char *at = line;
	char name[128], labels[1024] = "", *end;
	double le = NAN, value;

	while (islower((unsigned char)*at) || isdigit((unsigned char)*at) ||
	       *at == '_')
		at++;
	snprintf(name, sizeof(name), "%.*s", (int)(at - line), line);
	if (*at == '{')
		at = read_labels(at, labels, &le);
	assert_int_equal(*at, ' ');
	value = strtod(at + 1, &end);
	assert_true(end > at + 1 && *end == '\0' && isfinite(value));
	keep_series(r, line, (size_t)(at - line), value);
	if (strcmp(r->type, "histogram") != 0) {
		assert_string_equal(name, r->family);
		assert_true(isnan(le) && value >= 0);
		return;
	}
	assert_memory_equal(name, r->family, strlen(r->family));
	const char *part = name + strlen(r->family);
	if (strcmp(part, "_bucket") == 0) {
		read_bucket(r, labels, le, value);
		return;
	}
	assert_true(r->has_all && strcmp(labels, r->labels) == 0);
	if (strcmp(part, "_count") == 0)
		assert_true(value == r->count);
	else
		assert_string_equal(part, "_sum");
}

static struct reading *read_all(const struct buf *text)
{
	struct reading *r = mem_zalloc(sizeof(*r));
	char *lines = mem_printf("%.*s", (int)text->len, text->data), *line;
	char *rest = lines;

	assert_true(text->len > 0 && text->data[text->len - 1] == '\n');
	while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
		if (*line == '#')
			read_head(r, line);
		else
			read_sample(r, line);
	}
	assert_true(r->has_all);
	free(lines);
	return r;
}

static void reading_free(struct reading *r)
{
	for (size_t i = 0; i < r->n_families; i++)
		free(r->families[i]);
	for (size_t i = 0; i < r->n_series; i++)
		free(r->series[i]);
	free(r);
}

static double value_of(const struct reading *r, const char *series)
{
	for (size_t i = 0; i < r->n_series; i++)
		if (strcmp(r->series[i], series) == 0)
			return r->values[i];
	return -1;
}

/* A zone, and a name that has to be escaped. */
static const uint8_t zones[][NAME_MAX_LEN] = {
	"\7cluster\5local",
	"\3a\"b",
	"\3arp",
};

struct world {
	struct metrics metrics;
	struct metrics_zone zones[st_array_len(zones)];
	dnsd_replies replies[DNSD_PROTOS][DNSD_FAMILIES]
			    [st_array_len(zones) + 1];
};

static int set_up(void **state)
{
	struct world *world = mem_zalloc(sizeof(*world));
	struct metrics *metrics = &world->metrics;

	for (size_t i = 0; i < st_array_len(zones); i++)
		world->zones[i] = (struct metrics_zone){zones[i], 7};
	metrics->zones = world->zones;
	metrics->n_zones = st_array_len(zones);
	for (size_t i = 0; i < DNSD_PROTOS; i++)
		for (size_t k = 0; k < DNSD_FAMILIES; k++)
			metrics->replies[i][k] = world->replies[i][k];
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static struct reading *write_and_read(const struct metrics *metrics)
{
	struct reading *r;
	struct buf out;

	buf_init(&out, 0);
	metrics_write(&out, metrics);
	r = read_all(&out);
	buf_fini(&out);
	return r;
}

static void nothing_counted_is_well_formed(void **state)
{
	const struct world *world = *state;
	struct reading *r = write_and_read(&world->metrics);

	assert_true(r->n_families > 40);
	assert_true(value_of(r, "statefuld_ready") == 0);
	assert_true(value_of(r, "statefuld_dns_response_size_bytes_count{"
				"proto=\"udp\"}") == 0);
	reading_free(r);
}

static char *manual(void)
{
	const char *srcdir = getenv("srcdir");
	scope_free char *path = mem_printf("%s/docs/statefuld.8",
					   srcdir != NULL ? srcdir : ".");
	FILE *file = fopen(path, "re");
	struct buf text;
	char part[4096];
	size_t n;

	assert_non_null(file);
	buf_init(&text, 0);
	while ((n = fread(part, 1, sizeof(part), file)) > 0)
		buf_put(&text, part, n);
	fclose(file);
	buf_putc(&text, '\0');
	return text.data;
}

static void the_manual_names_every_metric(void **state)
{
	struct world *world = *state;
	scope_free char *text = manual();
	struct reading *r;

	world->metrics.controller.reconciles = true;
	r = write_and_read(&world->metrics);
	for (size_t i = 0; i < r->n_families; i++)
		if (strstr(text, r->families[i]) == NULL)
			fail_msg("%s is not in the manual", r->families[i]);
	reading_free(r);
}

static size_t type_of(const char *name)
{
	size_t i = 0;

	while (strcmp(dnsd_type_name(i), name) != 0)
		i++;
	return i;
}

static void replies_are_told_by_zone_transport_and_type(void **state)
{
	struct world *world = *state;
	size_t a = type_of("A"), aaaa = type_of("AAAA");
	struct reading *r;

	world->replies[DNSD_UDP][DNSD_V4][1][0][a] = 5;
	world->replies[DNSD_UDP][DNSD_V4][1][3][a] = 2;
	world->replies[DNSD_TLS][DNSD_V6][1][3][aaaa] = 1;
	world->replies[DNSD_TCP][DNSD_V4][0][5][DNSD_TYPE_OTHER] = 4;
	world->replies[DNSD_UDP][DNSD_V4][2][0][a] = 9;
	r = write_and_read(&world->metrics);
	assert_true(value_of(r, "statefuld_dns_requests_total{zone=\"cluster."
				"local.\",proto=\"udp\",family=\"1\","
				"type=\"A\"}") == 7);
	assert_true(value_of(r, "statefuld_dns_requests_total{zone=\"cluster."
				"local.\",proto=\"tls\",family=\"2\","
				"type=\"AAAA\"}") == 1);
	assert_true(value_of(r, "statefuld_dns_requests_total{zone=\".\","
				"proto=\"tcp\",family=\"1\","
				"type=\"other\"}") == 4);
	assert_true(value_of(r, "statefuld_dns_responses_total{zone=\"cluster."
				"local.\",rcode=\"NXDOMAIN\"}") == 3);
	assert_true(value_of(r, "statefuld_dns_responses_total{zone=\".\","
				"rcode=\"REFUSED\"}") == 4);
	reading_free(r);
}

static void sizes_and_times_have_their_bounds(void **state)
{
	struct world *world = *state;
	struct dnsd_traffic *udp = &world->metrics.traffic[DNSD_UDP];
	struct reading *r;

	udp->sizes[6] = 3; /* 64 to 127 */
	udp->sizes[9] = 1; /* 512 to 1023 */
	udp->size_sum = 900;
	udp->times[0] = 8; /* a microsecond */
	udp->times[DNSD_TIMES] = 1;
	udp->time_sum_ns = 2500000000;
	r = write_and_read(&world->metrics);
	assert_true(value_of(r, "statefuld_dns_response_size_bytes_bucket{"
				"proto=\"udp\",le=\"63\"}") == 0);
	assert_true(value_of(r, "statefuld_dns_response_size_bytes_bucket{"
				"proto=\"udp\",le=\"127\"}") == 3);
	assert_true(value_of(r, "statefuld_dns_response_size_bytes_bucket{"
				"proto=\"udp\",le=\"1023\"}") == 4);
	assert_true(value_of(r, "statefuld_dns_response_size_bytes_bucket{"
				"proto=\"udp\",le=\"65535\"}") == 4);
	assert_true(value_of(r, "statefuld_dns_request_duration_seconds_bucket"
				"{proto=\"udp\",le=\"1e-06\"}") == 8);
	assert_true(value_of(r, "statefuld_dns_request_duration_seconds_count"
				"{proto=\"udp\"}") == 9);
	assert_true(value_of(r, "statefuld_dns_request_duration_seconds_sum"
				"{proto=\"udp\"}") == 2.5);
	reading_free(r);
}

static void each_loss_has_its_reason(void **state)
{
	struct world *world = *state;
	struct reading *r;

	world->metrics.dns.dropped_malformed = 1;
	world->metrics.dns.rrl_dropped = 2;
	world->metrics.dns.dropped_queue = 3;
	world->metrics.dns.denied = 4;
	r = write_and_read(&world->metrics);
	assert_true(value_of(r, "statefuld_dns_dropped_total{"
				"reason=\"malformed\"}") == 1);
	assert_true(value_of(r, "statefuld_dns_dropped_total{"
				"reason=\"rrl\"}") == 2);
	assert_true(value_of(r, "statefuld_dns_dropped_total{"
				"reason=\"queue\"}") == 3);
	assert_true(value_of(r, "statefuld_dns_denied_total") == 4);
	reading_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_counted_is_well_formed,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_manual_names_every_metric,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			replies_are_told_by_zone_transport_and_type, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			sizes_and_times_have_their_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_loss_has_its_reason,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
