/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/options.h"

#include <string.h>

#include "daemon/flags.h"
#include "daemon/listen.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	DEFAULT_TTL_S = 5,
	DEFAULT_NEGATIVE_TTL_S = 5,
	DEFAULT_LAME_DUCK_S = 5,
};
/* Any user may bind a port above 1023, 5353 is taken by mDNS, and nobody but
 * this machine is answered unless asked for. */
static const char default_listen[] = "127.0.0.1:5300";
static const char default_zone[] = "cluster.local";

static int unknown_flag(const char *arg, size_t len, struct err *err)
{
	const struct flag *near = flags_nearest(arg, len);

	if (near != NULL)
		return err_set(err, ST_EINVAL,
			       "unknown flag %.*s: did you mean %s?", (int)len,
			       arg, near->name);
	return err_set(err, ST_EINVAL,
		       "unknown flag %.*s: see statefuld --help", (int)len,
		       arg);
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
	const struct flag *flag = flags_find(arg, len);
	int rc;

	if (arg[0] != '-')
		return err_set(err, ST_EINVAL,
			       "unexpected argument %s: flags begin with --, "
			       "see statefuld --help",
			       arg);
	if (flag == NULL)
		return unknown_flag(arg, len, err);
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
}

int options_parse(struct options *ret_options, int argc, char *const *argv,
		  struct err *err)
{
	struct options options = {
		.action = OPTIONS_RUN,
		.reconcile = true,
		.endpoints = ENDPOINTS_PODS,
		.ttl_s = DEFAULT_TTL_S,
		.log_level = LOG_INFO,
		.lame_duck_s = DEFAULT_LAME_DUCK_S,
	};
	int i = 1;

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
	fill_defaults(&options);
	*ret_options = options;
	return 0;
}

void options_fini(struct options *options)
{
	free(options->listen);
	free(options->zones);
	free(options->reverse_zones);
	*options = (struct options){0};
}
