/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_lab - what the flags of `statefuld lab` do to the options.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
#include "statefuld/attr.h"

struct err;
struct options;

int flags_lab_api(struct options *options, const char *text, struct err *err);
int flags_lab_kubeconfig_out(struct options *options, const char *text,
			     struct err *err);
int flags_lab_tls_cert(struct options *options, const char *text,
		       struct err *err);
int flags_lab_tls_key(struct options *options, const char *text,
		      struct err *err);
int flags_lab_token_file(struct options *options, const char *text,
			 struct err *err);
int flags_lab_apply(struct options *options, const char *text, struct err *err);
int flags_lab_data_dir(struct options *options, const char *text,
		       struct err *err);
int flags_lab_pod_cidr(struct options *options, const char *text,
		       struct err *err);
int flags_lab_ready_delay(struct options *options, const char *text,
			  struct err *err);
int flags_lab_no_node(struct options *options, const char *text,
		      struct err *err);
int flags_lab_feature_gates(struct options *options, const char *text,
			    struct err *err);
int flags_lab_slices(struct options *options, const char *text,
		     struct err *err);
int flags_lab_no_reconcile(struct options *options, const char *text,
			   struct err *err);
