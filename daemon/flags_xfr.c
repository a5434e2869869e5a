/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_xfr.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/options.h"
#include "daemon/range.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { MAX_SECONDARIES = 64, MAX_RULES = 256, MAX_FILES = 64 };

static const char key_mark[] = "key:";

int flags_xfr_key(struct options *options, const char *text, struct err *err)
{
	if (options->n_tsig_keys == MAX_FILES)
		return err_set(err, ST_ELIMIT,
			       "more than %d files: put several keys into one",
			       MAX_FILES);
	mem_grow(options->tsig_keys, options->n_tsig_keys);
	options->tsig_keys[options->n_tsig_keys++] = text;
	return 0;
}

static bool is_key(const char *text)
{
	return strncmp(text, key_mark, sizeof(key_mark) - 1) == 0;
}

static int parse_key(struct name *name, const char *text, struct err *err)
{
	if (name_parse(name, text + sizeof(key_mark) - 1) != 0 ||
	    name->len == 1)
		return err_set(err, ST_EINVAL,
			       "behind key: must be the name of a key, such "
			       "as key:transfer.example");
	return 0;
}

int flags_xfr_allow(struct options *options, const char *text, struct err *err)
{
	struct dnsd_allow allow = {.is_key = is_key(text)};
	int rc = allow.is_key ? parse_key(&allow.key, text, err)
			      : range_parse_either(&allow.range, text, err);

	if (rc != 0)
		return rc;
	if (options->n_allow == MAX_RULES)
		return err_set(err, ST_ELIMIT,
			       "more than %d: use a range or a key for many",
			       MAX_RULES);
	mem_grow(options->allow, options->n_allow);
	options->allow[options->n_allow++] = allow;
	return 0;
}

int flags_xfr_notify(struct options *options, const char *text, struct err *err)
{
	const char *comma = strchrnul(text, ',');
	scope_free char *target = mem_strndup(text, (size_t)(comma - text));
	struct dnsd_notify notify = {.has_key = *comma != '\0'};
	int rc = listen_parse_server(&notify.to, target, err);

	if (rc != 0)
		return rc;
	if (notify.has_key && !is_key(comma + 1))
		return err_set(err, ST_EINVAL,
			       "behind the comma must be key:NAME");
	if (notify.has_key)
		rc = parse_key(&notify.key, comma + 1, err);
	if (rc != 0)
		return rc;
	if (options->n_notify == MAX_SECONDARIES)
		return err_set(err, ST_ELIMIT, "more than %d secondaries",
			       MAX_SECONDARIES);
	mem_grow(options->notify, options->n_notify);
	options->notify[options->n_notify++] = notify;
	return 0;
}
