/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_lab.h"

#include <string.h>

#include "daemon/listen.h"
#include "daemon/options.h"
#include "daemon/range.h"
#include "statefuld/duration.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum {
	MAX_APPLY = 1000,
	MAX_READY_DELAY_MS = 24 * 3600 * 1000,
	/* A range with fewer addresses is soon used up. */
	MIN_HOST_BITS = 4,
};

int flags_lab_api(struct options *options, const char *text, struct err *err)
{
	return listen_parse(&options->lab.api, text, err);
}

int flags_lab_kubeconfig_out(struct options *options, const char *text,
			     struct err *err st_unused)
{
	options->lab.kubeconfig_out = text;
	return 0;
}

int flags_lab_tls_cert(struct options *options, const char *text,
		       struct err *err st_unused)
{
	options->lab.tls_cert = text;
	return 0;
}

int flags_lab_tls_key(struct options *options, const char *text,
		      struct err *err st_unused)
{
	options->lab.tls_key = text;
	return 0;
}

int flags_lab_token_file(struct options *options, const char *text,
			 struct err *err st_unused)
{
	options->lab.token_file = text;
	return 0;
}

int flags_lab_data_dir(struct options *options, const char *text,
		       struct err *err st_unused)
{
	options->lab.data_dir = text;
	return 0;
}

int flags_lab_apply(struct options *options, const char *text, struct err *err)
{
	if (options->lab.n_apply == MAX_APPLY)
		return err_set(err, ST_ELIMIT,
			       "more than %d: give the folder instead",
			       MAX_APPLY);
	mem_grow(options->lab.apply, options->lab.n_apply);
	options->lab.apply[options->lab.n_apply++] = text;
	return 0;
}

int flags_lab_pod_cidr(struct options *options, const char *text,
		       struct err *err)
{
	struct range range;
	int rc = range_parse(&range, text, err);

	if (rc != 0)
		return rc;
	if (range.prefix + MIN_HOST_BITS > range.len * 8)
		return err_set(err, ST_EINVAL,
			       "is too small: the prefix may have at most %u "
			       "bits",
			       range.len * 8 - MIN_HOST_BITS);
	options->lab.pod_range = range;
	options->lab.pod_cidr = text;
	return 0;
}

int flags_lab_ready_delay(struct options *options, const char *text,
			  struct err *err)
{
	return duration_parse(&options->lab.ready_delay_ms, text,
			      MAX_READY_DELAY_MS, err);
}

int flags_lab_no_node(struct options *options, const char *text st_unused,
		      struct err *err st_unused)
{
	options->lab.no_node = true;
	return 0;
}

/* One of a real server's gates, written as there. */
int flags_lab_feature_gates(struct options *options, const char *text,
			    struct err *err)
{
	static const char gate[] = "MaxUnavailableStatefulSet=";
	const char *value = text + sizeof(gate) - 1;

	if (strncmp(text, gate, sizeof(gate) - 1) != 0 ||
	    (strcmp(value, "true") != 0 && strcmp(value, "false") != 0))
		return err_set(err, ST_EINVAL,
			       "must be MaxUnavailableStatefulSet=true or "
			       "MaxUnavailableStatefulSet=false: the lab has "
			       "no other gates");
	options->lab.max_unavailable = strcmp(value, "true") == 0;
	return 0;
}

int flags_lab_slices(struct options *options, const char *text st_unused,
		     struct err *err st_unused)
{
	options->lab.slices = true;
	return 0;
}

int flags_lab_no_reconcile(struct options *options, const char *text st_unused,
			   struct err *err st_unused)
{
	options->reconcile = RECONCILE_OFF;
	return 0;
}
