/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags_basic - what the flags that belong to no group of options do to them:
 * where to listen, which zones, who reconciles, the process.
 *
 * Each takes the flag's text, which is borrowed, and returns 0 or an error
 * that does not repeat it; see struct flag.
 *
 * Threads: any. Memory: lists are the options'.
 */
struct err;
struct options;

int flags_basic_kubeconfig(struct options *options, const char *text,
			   struct err *err);
int flags_basic_revision_form(struct options *options, const char *text,
			      struct err *err);
int flags_basic_reconcile(struct options *options, const char *text,
			  struct err *err);
int flags_basic_api_qps(struct options *options, const char *text,
			struct err *err);
int flags_basic_api_burst(struct options *options, const char *text,
			  struct err *err);
int flags_basic_endpoints(struct options *options, const char *text,
			  struct err *err);
int flags_basic_listen(struct options *options, const char *text,
		       struct err *err);
int flags_basic_zone(struct options *options, const char *text,
		     struct err *err);
int flags_basic_reverse_zone(struct options *options, const char *text,
			     struct err *err);
int flags_basic_dns_threads(struct options *options, const char *text,
			    struct err *err);
int flags_basic_ttl(struct options *options, const char *text, struct err *err);
int flags_basic_negative_ttl(struct options *options, const char *text,
			     struct err *err);
int flags_basic_log_level(struct options *options, const char *text,
			  struct err *err);
int flags_basic_lame_duck(struct options *options, const char *text,
			  struct err *err);
int flags_basic_help(struct options *options, const char *text,
		     struct err *err);
int flags_basic_version(struct options *options, const char *text,
			struct err *err);
