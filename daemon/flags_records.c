/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/flags_records.h"

#include <arpa/inet.h>
#include <string.h>

#include "daemon/listen.h"
#include "daemon/number.h"
#include "daemon/options.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"

enum { MAX_PENDING_TTL_S = 300, MAX_NS_ADDRS = 64, MAX_UPSTREAM = 16 };

int flags_records_pending_ttl(struct options *options, const char *text,
			      struct err *err)
{
	return number_parse(&options->records.pending_ttl_s, text, 0,
			    MAX_PENDING_TTL_S, err);
}

int flags_records_pods(struct options *options, const char *text,
		       struct err *err)
{
	static const char *const modes[] = {
		[PODS_DISABLED] = "disabled",
		[PODS_INSECURE] = "insecure",
		[PODS_VERIFIED] = "verified",
	};

	for (size_t i = 0; i < st_array_len(modes); i++) {
		if (strcmp(text, modes[i]) != 0)
			continue;
		options->records.pods = (enum controller_pods)i;
		return 0;
	}
	return err_set(err, ST_EINVAL,
		       "must be disabled, insecure or verified");
}

/* A namespace is one label (RFC 1123). */
static bool is_namespace(const char *text, size_t len)
{
	if (len == 0 || len > NAME_MAX_LABEL || text[0] == '-' ||
	    text[len - 1] == '-')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") >= len;
}

int flags_records_namespaces(struct options *options, const char *text,
			     struct err *err)
{
	for (const char *at = text;; at++) {
		size_t len = strcspn(at, ",");

		if (!is_namespace(at, len))
			return err_set(err, ST_EINVAL,
				       "\"%.*s\" is no namespace: write for "
				       "instance default,shop",
				       (int)len, at);
		at += len;
		if (*at == '\0')
			break;
	}
	options->records.namespaces = text;
	return 0;
}

int flags_records_namespace_labels(struct options *options, const char *text,
				   struct err *err st_unused)
{
	options->records.namespace_labels = text;
	return 0;
}

int flags_records_service_labels(struct options *options, const char *text,
				 struct err *err st_unused)
{
	options->records.service_labels = text;
	return 0;
}

int flags_records_no_endpoints(struct options *options,
			       const char *text st_unused,
			       struct err *err st_unused)
{
	options->records.no_endpoints = true;
	return 0;
}

int flags_records_ignore_empty(struct options *options,
			       const char *text st_unused,
			       struct err *err st_unused)
{
	options->records.ignore_empty_service = true;
	return 0;
}

int flags_records_ptr_hostname_only(struct options *options,
				    const char *text st_unused,
				    struct err *err st_unused)
{
	options->records.ptr_hostname_only = true;
	return 0;
}

int flags_records_endpoint_pod_names(struct options *options,
				     const char *text st_unused,
				     struct err *err st_unused)
{
	options->records.endpoint_pod_names = true;
	return 0;
}

int flags_records_compat_srv_addresses(struct options *options,
				       const char *text st_unused,
				       struct err *err st_unused)
{
	options->records.compat_srv_addresses = true;
	return 0;
}

int flags_records_compat_loose_srv(struct options *options,
				   const char *text st_unused,
				   struct err *err st_unused)
{
	options->records.compat_loose_srv = true;
	return 0;
}

int flags_records_ns_addr(struct options *options, const char *text,
			  struct err *err)
{
	struct controller_addr addr = {0};

	if (options->n_ns_addrs == MAX_NS_ADDRS)
		return err_set(err, ST_ELIMIT, "more than %d addresses",
			       MAX_NS_ADDRS);
	if (inet_pton(AF_INET, text, addr.octets) == 1)
		addr.len = 4;
	else if (inet_pton(AF_INET6, text, addr.octets) == 1)
		addr.len = 16;
	else
		return err_set(err, ST_EINVAL,
			       "this is no address: write for instance "
			       "192.0.2.53 or 2001:db8::53");
	mem_grow(options->ns_addrs, options->n_ns_addrs);
	options->ns_addrs[options->n_ns_addrs++] = addr;
	return 0;
}

int flags_records_upstream(struct options *options, const char *text,
			   struct err *err)
{
	struct dnsd_listen server;
	int rc = listen_parse_server(&server, text, err);

	if (rc != 0)
		return rc;
	if (options->n_upstream == MAX_UPSTREAM)
		return err_set(err, ST_ELIMIT, "more than %d servers",
			       MAX_UPSTREAM);
	mem_grow(options->upstream, options->n_upstream);
	options->upstream[options->n_upstream++] = server;
	return 0;
}

int flags_records_check(const struct options *options, struct err *err)
{
	if (options->records.no_endpoints &&
	    options->records.ignore_empty_service)
		return err_set(
			err, ST_EINVAL,
			"--ignore-empty-service needs to know endpoints: "
			"leave out --no-endpoints");
	return 0;
}
