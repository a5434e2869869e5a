/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_ops.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/options.h"
#include "statefuld/duration.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_OPS = 16,
	MIN_STALE_MS = 1000,
	MAX_STALE_MS = 24 * 3600 * 1000,
	MAX_WAIT_MS = 3600 * 1000,
};

int flags_ops_ops(struct options *options, const char *text, struct err *err)
{
	struct options_ops ops = {0};
	int rc = 0;

	if (strcmp(text, "none") == 0) {
		options->no_ops = true;
		return 0;
	}
	if (strncmp(text, "unix:", 5) == 0 && text[5] != '\0')
		ops.path = text + 5;
	else
		rc = listen_parse(&ops.listen, text, NULL);
	if (rc != 0)
		return err_set(err, rc,
			       "must be unix:PATH, an address with its port, "
			       "or none: write for instance 127.0.0.1:9153");
	if (options->n_ops == MAX_OPS)
		return err_set(err, ST_ELIMIT, "more than %d addresses",
			       MAX_OPS);
	mem_grow(options->ops, options->n_ops);
	options->ops[options->n_ops++] = ops;
	return 0;
}

int flags_ops_json(struct options *options, const char *text st_unused,
		   struct err *err st_unused)
{
	options->explain.as_json = true;
	return 0;
}

int flags_ops_state_dir(struct options *options, const char *text,
			struct err *err st_unused)
{
	options->state_dir = text;
	return 0;
}

int flags_ops_stale_ede(struct options *options, const char *text,
			struct err *err)
{
	options->stale_ede = strcmp(text, "on") == 0;
	if (!options->stale_ede && strcmp(text, "off") != 0)
		return err_set(err, ST_EINVAL, "must be on or off");
	return 0;
}

int flags_ops_stale_after(struct options *options, const char *text,
			  struct err *err)
{
	int rc = duration_parse(&options->stale_after_ms, text, MAX_STALE_MS,
				err);

	if (rc == 0 && options->stale_after_ms < MIN_STALE_MS)
		return err_set(err, ST_EINVAL, "at least 1s");
	return rc;
}

int flags_ops_wait_sync(struct options *options, const char *text,
			struct err *err)
{
	return duration_parse(&options->wait_sync_ms, text, MAX_WAIT_MS, err);
}
