/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/options.h"

#include <string.h>

#include "daemon/flags.h"
#include "daemon/flags_dns.h"
#include "daemon/flags_records.h"
#include "daemon/listen.h"
#include "daemon/reverse.h"
#include "statefuld/err.h"
#include "statefuld/lab.h"
#include "statefuld/mem.h"

enum {
	DEFAULT_TTL_S = 5,
	DEFAULT_NEGATIVE_TTL_S = 5,
	DEFAULT_PENDING_TTL_S = 1,
	DEFAULT_LAME_DUCK_S = 5,
	DEFAULT_STALE_AFTER_MS = 180 * 1000,
	DEFAULT_RRL_SLIP = 2,
};
/* Any user may bind a port above 1023, 5353 is taken by mDNS, and nobody but
 * this machine is answered unless asked for. */
static const char default_listen[] = "127.0.0.1:5300";
static const char default_zone[] = "cluster.local";
/* Clear of what usually runs on a developer's machine, kind and k3s included;
 * and a part of the loopback network where nobody else is. */
static const char default_api[] = "127.0.0.1:6480";
static const char default_pod_cidr[] = "127.64.0.0/16";

static const char *command_text(int command)
{
	switch (command) {
	case FLAGS_LAB:
		return "statefuld lab";
	case FLAGS_EXPLAIN:
		return "statefuld explain";
	default:
		return "statefuld";
	}
}

static int unknown_flag(const struct options *options, const char *arg,
			size_t len, struct err *err)
{
	int other = FLAGS_BOTH & ~options->command;
	const struct flag *near = flags_nearest(arg, len, options->command);

	if (flags_find(arg, len, other) != NULL)
		return err_set(err, ST_EINVAL,
			       "unknown flag %.*s: it is one of %s, see %s "
			       "--help",
			       (int)len, arg, command_text(other),
			       command_text(options->command));

	if (near != NULL)
		return err_set(err, ST_EINVAL,
			       "unknown flag %.*s: did you mean %s?", (int)len,
			       arg, near->name);
	return err_set(err, ST_EINVAL, "unknown flag %.*s: see %s --help",
		       (int)len, arg, command_text(options->command));
}

static int apply(struct options *options, const struct flag *flag,
		 const char *text, struct err *err)
{
	int rc;

	if (text[0] == '\0')
		return err_set(err, ST_EINVAL,
			       "%s: the value is empty: "
			       "write %s%s",
			       flag->name, flag->name, flag->value);
	rc = flag->apply(options, text, err);
	if (rc != 0)
		return err_wrap(err, rc, "%s %s", flag->name, text);
	return 0;
}

/* One argument, with its value in the same or in the next one. Returns how
 * many were used, or an error. */
static int parse_arg(struct options *options, const char *arg, const char *next,
		     struct err *err)
{
	const char *equals = strchr(arg, '=');
	size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);
	const struct flag *flag = flags_find(arg, len, options->command);
	int rc;

	if (arg[0] != '-' && options->command == FLAGS_EXPLAIN &&
	    options->explain.name == NULL) {
		options->explain.name = arg;
		return 1;
	}
	if (arg[0] != '-')
		return err_set(err, ST_EINVAL,
			       "unexpected argument %s: flags begin with --, "
			       "see %s --help",
			       arg, command_text(options->command));
	if (flag == NULL)
		return unknown_flag(options, arg, len, err);
	if (flag->value == NULL) {
		if (equals != NULL)
			return err_set(err, ST_EINVAL,
				       "%s takes no value: leave out %s",
				       flag->name, equals);
		rc = flag->apply(options, "", err);
		return rc != 0 ? rc : 1;
	}
	if (equals != NULL) {
		rc = apply(options, flag, equals + 1, err);
		return rc != 0 ? rc : 1;
	}
	if (next == NULL || strncmp(next, "--", 2) == 0)
		return err_set(err, ST_EINVAL, "%s needs a value: write %s%s",
			       flag->name, flag->name, flag->value);
	rc = apply(options, flag, next, err);
	return rc != 0 ? rc : 2;
}

/* PTR questions shall work at once. */
static void fill_lab_defaults(struct options *options)
{
	struct options_lab *lab = &options->lab;

	if (lab->api.addr_len == 0)
		st_assert(listen_parse(&lab->api, default_api, NULL) == 0);
	if (lab->pod_cidr == NULL) {
		lab->pod_cidr = default_pod_cidr;
		st_assert(range_parse(&lab->pod_range, default_pod_cidr,
				      NULL) == 0);
	}
	if (options->n_reverse_zones == 0) {
		st_assert(reverse_add(&options->reverse_zones,
				      &options->n_reverse_zones,
				      LAB_SERVICE_CIDR, NULL) == 0);
		st_assert(reverse_add(&options->reverse_zones,
				      &options->n_reverse_zones, lab->pod_cidr,
				      NULL) == 0);
	}
}

static void fill_defaults(struct options *options)
{
	uint32_t negative_ttl_s = options->ttl_s < DEFAULT_NEGATIVE_TTL_S
					  ? options->ttl_s
					  : DEFAULT_NEGATIVE_TTL_S;

	if (options->n_listen == 0) {
		options->listen = mem_zalloc(sizeof(*options->listen));
		options->n_listen = 1;
		st_assert(listen_parse(options->listen, default_listen, NULL) ==
			  0);
	}
	if (options->n_zones == 0) {
		options->zones = mem_zalloc(sizeof(*options->zones));
		options->n_zones = 1;
		st_assert(name_parse(options->zones, default_zone) == 0);
	}
	if (!options->has_negative_ttl)
		options->negative_ttl_s = negative_ttl_s;
	if (options->command == FLAGS_LAB)
		fill_lab_defaults(options);
}

/* The command comes first; returns how many arguments it took. */
static int take_command(struct options *options, int argc, char *const *argv)
{
	if (argc > 1 && strcmp(argv[1], "lab") == 0) {
		options->command = FLAGS_LAB;
		options->reconcile = RECONCILE_ON;
		return 1;
	}
	if (argc > 1 && strcmp(argv[1], "explain") == 0) {
		options->command = FLAGS_EXPLAIN;
		return 1;
	}
	return 0;
}

/* What only all flags together tell. */
static int check(const struct options *options, struct err *err)
{
	if (options->command == FLAGS_EXPLAIN && options->explain.name == NULL)
		return err_set(err, ST_EINVAL,
			       "which name? write statefuld explain NAME");
	if (options->command == FLAGS_EXPLAIN)
		return 0;
	int rc = flags_dns_check(options, err);
	return rc == 0 ? flags_records_check(options, err) : rc;
}

int options_parse(struct options *ret_options, int argc, char *const *argv,
		  struct err *err)
{
	struct options options = {
		.action = OPTIONS_RUN,
		.command = FLAGS_RUN,
		.reconcile = RECONCILE_AUTO,
		.endpoints = ENDPOINTS_PODS,
		.ttl_s = DEFAULT_TTL_S,
		.records.pending_ttl_s = DEFAULT_PENDING_TTL_S,
		.log_level = LOG_INFO,
		.lame_duck_s = DEFAULT_LAME_DUCK_S,
		.stale_after_ms = DEFAULT_STALE_AFTER_MS,
		.rrl_slip = DEFAULT_RRL_SLIP,
	};
	int i = 1 + take_command(&options, argc, argv), rc = 0;

	while (i < argc && options.action == OPTIONS_RUN) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		int used = parse_arg(&options, argv[i], next, err);

		if (used < 0) {
			options_fini(&options);
			*ret_options = options;
			return used;
		}
		i += used;
	}
	if (options.action == OPTIONS_RUN)
		rc = check(&options, err);
	if (rc == 0)
		fill_defaults(&options);
	else
		options_fini(&options);
	*ret_options = options;
	return rc;
}

void options_fini(struct options *options)
{
	free(options->listen);
	free(options->dot);
	free(options->allow_query);
	free(options->rrl_exempt);
	free(options->zones);
	free(options->reverse_zones);
	free(options->ns_addrs);
	free(options->upstream);
	free(options->ops);
	free(options->tsig_keys);
	free(options->allow);
	free(options->notify);
	free(options->lab.apply);
	*options = (struct options){0};
}
