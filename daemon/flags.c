/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/number.h"
#include "daemon/options.h"
#include "daemon/reverse.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_LISTEN = 64,
	MAX_ZONES = 64,
	MAX_THREADS = 256,
	MAX_TTL_S = 3600,	  /* DNS-070 */
	MAX_NEGATIVE_TTL_S = 300, /* DNS-071 */
	MAX_LAME_DUCK_S = 3600,
};

static int set_kubeconfig(struct options *options, const char *text,
			  struct err *err st_unused)
{
	options->kubeconfig = text;
	return 0;
}

/* One of two words. */
static int choose(bool *ret_first, const char *text, const char *first,
		  const char *second, struct err *err)
{
	*ret_first = strcmp(text, first) == 0;
	if (!*ret_first && strcmp(text, second) != 0)
		return err_set(err, ST_EINVAL, "must be %s or %s", first,
			       second);
	return 0;
}

static int set_reconcile(struct options *options, const char *text,
			 struct err *err)
{
	return choose(&options->reconcile, text, "on", "off", err);
}

static int set_endpoints(struct options *options, const char *text,
			 struct err *err)
{
	bool pods;
	int rc = choose(&pods, text, "pods", "slices", err);

	options->endpoints = pods ? ENDPOINTS_PODS : ENDPOINTS_SLICES;
	return rc;
}

static int add_listen(struct options *options, const char *text,
		      struct err *err)
{
	struct dnsd_listen listen;
	int rc = listen_parse(&listen, text, err);

	if (rc != 0)
		return rc;
	if (options->n_listen == MAX_LISTEN)
		return err_set(err, ST_ELIMIT,
			       "more than %d addresses: listen on 0.0.0.0 "
			       "or [::] instead",
			       MAX_LISTEN);
	for (size_t i = 0; i < options->n_listen; i++) {
		if (listen_port(&listen) != 0 &&
		    listen_equal(&options->listen[i], &listen))
			return err_set(err, ST_EINVAL,
				       "given twice: leave one out");
	}
	mem_grow(options->listen, options->n_listen);
	options->listen[options->n_listen++] = listen;
	return 0;
}

static int add_zone(struct options *options, const char *text, struct err *err)
{
	struct name zone;

	if (name_parse(&zone, text) != 0)
		return err_set(err, ST_EINVAL,
			       "this is no domain name: write for instance "
			       "cluster.local");
	if (zone.len == 1)
		return err_set(err, ST_EINVAL,
			       "the root would claim every name there is: "
			       "write for instance cluster.local");
	if (options->n_zones == MAX_ZONES)
		return err_set(err, ST_ELIMIT, "more than %d zones", MAX_ZONES);
	for (size_t i = 0; i < options->n_zones; i++) {
		if (name_equal(options->zones[i].wire, zone.wire))
			return err_set(err, ST_EINVAL,
				       "given twice: leave one out");
	}
	mem_grow(options->zones, options->n_zones);
	options->zones[options->n_zones++] = zone;
	return 0;
}

static int add_reverse_zone(struct options *options, const char *text,
			    struct err *err)
{
	return reverse_add(&options->reverse_zones, &options->n_reverse_zones,
			   text, err);
}

static int set_dns_threads(struct options *options, const char *text,
			   struct err *err)
{
	return number_parse(&options->dns_threads, text, 0, MAX_THREADS, err);
}

static int set_ttl(struct options *options, const char *text, struct err *err)
{
	return number_parse(&options->ttl_s, text, 0, MAX_TTL_S, err);
}

static int set_negative_ttl(struct options *options, const char *text,
			    struct err *err)
{
	options->has_negative_ttl = true;
	return number_parse(&options->negative_ttl_s, text, 0,
			    MAX_NEGATIVE_TTL_S, err);
}

static int set_log_level(struct options *options, const char *text,
			 struct err *err)
{
	if (log_level_parse(text, &options->log_level) != 0)
		return err_set(err, ST_EINVAL,
			       "must be error, warn, info or debug");
	return 0;
}

static int set_lame_duck(struct options *options, const char *text,
			 struct err *err)
{
	return number_parse(&options->lame_duck_s, text, 0, MAX_LAME_DUCK_S,
			    err);
}

static int ask_help(struct options *options, const char *text st_unused,
		    struct err *err st_unused)
{
	options->action = OPTIONS_HELP;
	return 0;
}

static int ask_version(struct options *options, const char *text st_unused,
		       struct err *err st_unused)
{
	options->action = OPTIONS_VERSION;
	return 0;
}

static const struct flag flags[] = {
	{"API server", "--kubeconfig", " FILE",
	 "How to reach the API server. Default: the files in\n"
	 "$KUBECONFIG, else the service account of the pod this\n"
	 "runs in, else ~/.kube/config.",
	 set_kubeconfig},
	{"DNS", "--listen", " ADDR:PORT",
	 "Answer here, by UDP and TCP. Repeatable. IPv6 goes in\n"
	 "brackets, [::1]:5300; port 0 takes a free one.\n"
	 "Default: 127.0.0.1:5300, which needs no privileges and\n"
	 "is open to this machine only.",
	 add_listen},
	{NULL, "--zone", " NAME",
	 "Serve the cluster under this domain. Repeatable, the\n"
	 "first is the primary. Default: cluster.local.",
	 add_zone},
	{NULL, "--reverse-zone", " CIDR|NAME",
	 "Answer PTR questions for these addresses. Repeatable:\n"
	 "give the Service range and the pod range. Default:\n"
	 "none.",
	 add_reverse_zone},
	{NULL, "--endpoints", "=pods|slices",
	 "Where the addresses of headless Services come from:\n"
	 "straight from pods (default; earlier by one hop), or\n"
	 "from EndpointSlices alone.",
	 set_endpoints},
	{NULL, "--ttl", " SECONDS", "TTL of records, 0 to 3600. Default: 5.",
	 set_ttl},
	{NULL, "--negative-ttl", " SECONDS",
	 "How long \"no such name\" may be kept, 0 to 300.\n"
	 "Default: the TTL, but at most 5.",
	 set_negative_ttl},
	{NULL, "--dns-threads", " N",
	 "UDP workers, up to 256. Default: one per usable CPU.",
	 set_dns_threads},
	{"Controller", "--reconcile", "=on|off",
	 "Create, scale and repair the pods of StatefulSets. Turn\n"
	 "it off where kube-controller-manager does that: two\n"
	 "controllers would fight. Default: on.",
	 set_reconcile},
	{"Process", "--lame-duck", " SECONDS",
	 "On SIGTERM go on answering for so long, 0 to 3600, then\n"
	 "stop. Default: 5.",
	 set_lame_duck},
	{NULL, "--log-level", " error|warn|info|debug",
	 "Which lines to write to standard error. Default: info.",
	 set_log_level},
	{NULL, "--help", NULL, "Show this text.", ask_help},
	{NULL, "--version", NULL, "Show the version.", ask_version},
};

const struct flag *flags_all(size_t *ret_n)
{
	*ret_n = st_array_len(flags);
	return flags;
}

const struct flag *flags_find(const char *name, size_t len)
{
	for (size_t i = 0; i < st_array_len(flags); i++) {
		if (strlen(flags[i].name) == len &&
		    memcmp(flags[i].name, name, len) == 0)
			return &flags[i];
	}
	return NULL;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Edits that lead from one to the other; `b` is shorter than the row. */
static size_t distance(const char *a, size_t a_len, const char *b)
{
	enum { ROW = 32 };
	size_t row[ROW];
	size_t b_len = strlen(b);

	st_assert(b_len < ROW);
	for (size_t k = 0; k <= b_len; k++)
		row[k] = k;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= b_len; k++) {
			size_t same = diagonal + (a[i - 1] != b[k - 1]);

			diagonal = row[k];
			row[k] = min3(same, row[k] + 1, row[k - 1] + 1);
		}
	}
	return row[b_len];
}

const struct flag *flags_nearest(const char *name, size_t len)
{
	const struct flag *nearest = NULL;
	size_t least = 3; /* farther is no slip of the finger */

	for (size_t i = 0; i < st_array_len(flags); i++) {
		size_t d = distance(name, len, flags[i].name);

		if (d < least) {
			least = d;
			nearest = &flags[i];
		}
	}
	return nearest;
}

static void print_flag(FILE *out, const struct flag *flag)
{
	enum { COLUMN = 25 };
	const char *line = flag->help;
	int width = fprintf(out, "  %s%s", flag->name,
			    flag->value != NULL ? flag->value : "");

	if (width > COLUMN - 2) {
		fputc('\n', out);
		width = 0;
	}
	while (line != NULL) {
		const char *end = strchr(line, '\n');
		int len = end != NULL ? (int)(end - line) : (int)strlen(line);

		fprintf(out, "%*s%.*s\n", COLUMN - width, "", len, line);
		width = 0;
		line = end != NULL ? end + 1 : NULL;
	}
}

void flags_print_help(FILE *out)
{
	fputs("Usage: statefuld [FLAG]...\n"
	      "\n"
	      "Watches a Kubernetes API server, keeps its StatefulSets "
	      "running, and answers\n"
	      "DNS for its Services and pods from memory.\n",
	      out);
	for (size_t i = 0; i < st_array_len(flags); i++) {
		if (flags[i].group != NULL)
			fprintf(out, "\n%s:\n", flags[i].group);
		print_flag(out, &flags[i]);
	}
	fputs("\n"
	      "A value may also follow after '=': --ttl=30.\n"
	      "\n"
	      "Signals: SIGTERM stops after --lame-duck (a second one at "
	      "once), SIGINT stops at\n"
	      "once, SIGHUP reads kubeconfig, certificates and tokens "
	      "again.\n"
	      "Exit status: 0 stopped as asked, 1 could not start or go on, "
	      "2 wrong flags.\n"
	      "\n"
	      "Examples:\n"
	      "  DNS and StatefulSets for the cluster that kubectl talks "
	      "to:\n"
	      "    statefuld\n"
	      "    dig @127.0.0.1 -p 5300 "
	      "web-0.nginx.default.svc.cluster.local\n"
	      "  DNS only, beside kube-controller-manager, for the whole "
	      "network:\n"
	      "    statefuld --reconcile=off --listen 0.0.0.0:5300 "
	      "--listen [::]:5300 \\\n"
	      "        --reverse-zone 10.96.0.0/12 "
	      "--reverse-zone 10.244.0.0/16\n",
	      out);
}
