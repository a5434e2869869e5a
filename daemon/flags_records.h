/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_records - what the flags about records do to the options.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
#include "statefuld/attr.h"

struct err;
struct options;

int flags_records_pending_ttl(struct options *options, const char *text,
			      struct err *err);
int flags_records_pods(struct options *options, const char *text,
		       struct err *err);
int flags_records_namespaces(struct options *options, const char *text,
			     struct err *err);
int flags_records_namespace_labels(struct options *options, const char *text,
				   struct err *err);
int flags_records_service_labels(struct options *options, const char *text,
				 struct err *err);
int flags_records_no_endpoints(struct options *options, const char *text,
			       struct err *err);
int flags_records_ignore_empty(struct options *options, const char *text,
			       struct err *err);
int flags_records_ptr_hostname_only(struct options *options, const char *text,
				    struct err *err);
int flags_records_endpoint_pod_names(struct options *options, const char *text,
				     struct err *err);
int flags_records_compat_srv_addresses(struct options *options,
				       const char *text, struct err *err);
int flags_records_compat_loose_srv(struct options *options, const char *text,
				   struct err *err);
int flags_records_ns_addr(struct options *options, const char *text,
			  struct err *err);
int flags_records_upstream(struct options *options, const char *text,
			   struct err *err);

/* What only all flags together can say. */
st_must_check int flags_records_check(const struct options *options,
				      struct err *err);
