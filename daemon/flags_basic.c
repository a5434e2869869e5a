/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_basic.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/number.h"
#include "daemon/options.h"
#include "daemon/reverse.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_ZONES = 64,
	MAX_THREADS = 256,
	MAX_TTL_S = 3600,	  /* DNS-070 */
	MAX_NEGATIVE_TTL_S = 300, /* DNS-071 */
	MAX_LAME_DUCK_S = 3600,
	MAX_API_RATE = 100000,
};

int flags_basic_kubeconfig(struct options *options, const char *text,
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

int flags_basic_reconcile(struct options *options, const char *text,
			  struct err *err)
{
	static const char *const words[] = {
		[RECONCILE_OFF] = "off",
		[RECONCILE_ON] = "on",
		[RECONCILE_AUTO] = "auto",
	};

	for (size_t i = 0; i < st_array_len(words); i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		options->reconcile = (enum controller_reconcile)i;
		return 0;
	}
	return err_set(err, ST_EINVAL, "must be auto, on or off");
}

int flags_basic_api_qps(struct options *options, const char *text,
			struct err *err)
{
	return number_parse(&options->api_qps, text, 0, MAX_API_RATE, err);
}

int flags_basic_api_burst(struct options *options, const char *text,
			  struct err *err)
{
	return number_parse(&options->api_burst, text, 1, MAX_API_RATE, err);
}

int flags_basic_revision_form(struct options *options, const char *text,
			      struct err *err)
{
	options->revisions_as_served = strcmp(text, "server") == 0;
	if (!options->revisions_as_served && strcmp(text, "auto") != 0)
		return err_set(err, ST_EINVAL, "must be auto or server");
	return 0;
}

int flags_basic_endpoints(struct options *options, const char *text,
			  struct err *err)
{
	bool pods;
	int rc = choose(&pods, text, "pods", "slices", err);

	options->endpoints = pods ? ENDPOINTS_PODS : ENDPOINTS_SLICES;
	return rc;
}

int flags_basic_listen(struct options *options, const char *text,
		       struct err *err)
{
	return listen_add(&options->listen, &options->n_listen, text, err);
}

int flags_basic_zone(struct options *options, const char *text, struct err *err)
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

int flags_basic_reverse_zone(struct options *options, const char *text,
			     struct err *err)
{
	return reverse_add(&options->reverse_zones, &options->n_reverse_zones,
			   text, err);
}

int flags_basic_dns_threads(struct options *options, const char *text,
			    struct err *err)
{
	return number_parse(&options->dns_threads, text, 0, MAX_THREADS, err);
}

int flags_basic_ttl(struct options *options, const char *text, struct err *err)
{
	return number_parse(&options->ttl_s, text, 0, MAX_TTL_S, err);
}

int flags_basic_negative_ttl(struct options *options, const char *text,
			     struct err *err)
{
	options->has_negative_ttl = true;
	return number_parse(&options->negative_ttl_s, text, 0,
			    MAX_NEGATIVE_TTL_S, err);
}

int flags_basic_log_level(struct options *options, const char *text,
			  struct err *err)
{
	if (log_level_parse(text, &options->log_level) != 0)
		return err_set(err, ST_EINVAL,
			       "must be error, warn, info or debug");
	return 0;
}

int flags_basic_lame_duck(struct options *options, const char *text,
			  struct err *err)
{
	return number_parse(&options->lame_duck_s, text, 0, MAX_LAME_DUCK_S,
			    err);
}

int flags_basic_help(struct options *options, const char *text st_unused,
		     struct err *err st_unused)
{
	options->action = OPTIONS_HELP;
	return 0;
}

int flags_basic_version(struct options *options, const char *text st_unused,
			struct err *err st_unused)
{
	options->action = OPTIONS_VERSION;
	return 0;
}
