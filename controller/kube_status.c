/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kube_status.h"

#include <string.h>

#include "statefuld/err.h"
#include "statefuld/json.h"

int kube_status_code(int http, const char *reason)
{
	switch (http) {
	case 401:
		return ST_EAUTH;
	case 403:
		return ST_EFORBIDDEN;
	case 404:
		return ST_ENOTFOUND;
	case 408:
		return ST_ETIMEOUT;
	case 409:
		return strcmp(reason, "AlreadyExists") == 0 ? ST_EEXISTS
							    : ST_ECONFLICT;
	case 410:
		return ST_EGONE;
	case 429:
		return ST_ETHROTTLE;
	}
	return http >= 500 ? ST_ESERVER : ST_EREFUSED;
}

int kube_status_read(int http, const struct json *body, const char **ret_reason,
		     struct err *err)
{
	const char *kind = json_str(body, "kind");
	const char *reason = NULL, *message = NULL;

	if (kind && strcmp(kind, "Status") == 0) {
		reason = json_str(body, "reason");
		message = json_str(body, "message");
	}
	*ret_reason = reason ? reason : "";
	return err_set(err, kube_status_code(http, *ret_reason),
		       "the API server says %d%s%s%s%s", http,
		       reason ? " " : "", *ret_reason, message ? ": " : "",
		       message ? message : "");
}
