/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "statefuld/err.h"

static const struct {
	const char *group, *plural;
} resources[WORLD_KINDS] = {
	[WORLD_NAMESPACE] = {"/api/v1/", "namespaces"},
	[WORLD_SERVICE] = {"/api/v1/", "services"},
	[WORLD_POD] = {"/api/v1/", "pods"},
	[WORLD_SLICE] = {"/apis/discovery.k8s.io/v1/", "endpointslices"},
	[WORLD_SET] = {"/apis/apps/v1/", "statefulsets"},
	[WORLD_CLAIM] = {"/api/v1/", "persistentvolumeclaims"},
	[WORLD_REVISION] = {"/apis/apps/v1/", "controllerrevisions"},
};

bool request_kind(const char *word, enum world_kind *ret)
{
	for (int kind = 0; kind < WORLD_KINDS; kind++) {
		if (strcmp(resources[kind].plural, word) != 0)
			continue;
		*ret = (enum world_kind)kind;
		return true;
	}
	return false;
}

const char *request_plural(enum world_kind kind)
{
	return resources[kind].plural;
}

void request_token(char out[40], uint64_t version, uint32_t index)
{
	snprintf(out, 40, "%" PRIu64 "-%" PRIu32, version, index);
}

static void read_token(struct request *r, const char *value)
{
	char *end = NULL;

	if (*value == '\0')
		return;
	r->has_token = true;
	r->token_version = strtoull(value, &end, 10);
	r->token_is_bad = *end != '-';
	if (!r->token_is_bad)
		r->token_index = (uint32_t)strtoul(end + 1, NULL, 10);
}

static void read_parameter(struct request *r, const char *name,
			   const char *value)
{
	bool yes = !strcmp(value, "1") || !strcmp(value, "true");

	if (!strcmp(name, "watch")) {
		r->watch = yes;
	} else if (!strcmp(name, "sendInitialEvents")) {
		r->initial_events = yes;
	} else if (!strcmp(name, "allowWatchBookmarks")) {
		r->bookmarks = yes;
	} else if (!strcmp(name, "limit")) {
		r->limit = (uint32_t)strtoul(value, NULL, 10);
	} else if (!strcmp(name, "timeoutSeconds")) {
		r->timeout_s = (uint32_t)strtoul(value, NULL, 10);
	} else if (!strcmp(name, "continue")) {
		read_token(r, value);
	} else if (!strcmp(name, "resourceVersion")) {
		r->version = strtoull(value, NULL, 10);
		r->has_version = *value != '\0';
	}
}

/* No value that is read here has characters that need to be escaped. */
static void read_query(struct request *r, char *query)
{
	char *save = NULL;

	for (char *pair = strtok_r(query, "&", &save); pair != NULL;
	     pair = strtok_r(NULL, "&", &save)) {
		char *value = strchr(pair, '=');

		if (value == NULL)
			continue;
		*value++ = '\0';
		read_parameter(r, pair, value);
	}
}

static void find_kind(struct request *r)
{
	for (int kind = 0; kind < WORLD_KINDS; kind++) {
		size_t len = strlen(resources[kind].group);

		if (strncmp(r->path, resources[kind].group, len) != 0 ||
		    strcmp(r->path + len, resources[kind].plural) != 0)
			continue;
		r->is_collection = true;
		r->kind = (enum world_kind)kind;
	}
}

static int read_target(struct request *r, const char *target, size_t len)
{
	char copy[2048];
	char *query;

	if (len >= sizeof(copy))
		return ST_ELIMIT;
	memcpy(copy, target, len);
	copy[len] = '\0';
	query = strchr(copy, '?');
	if (query != NULL)
		*query++ = '\0';
	if (strlen(copy) >= sizeof(r->path))
		return ST_ELIMIT;
	strcpy(r->path, copy);
	find_kind(r);
	if (query != NULL)
		read_query(r, query);
	return 0;
}

static int read_first_line(struct request *r, const char *data,
			   const char *line_end)
{
	const char *method_end = memchr(data, ' ', (size_t)(line_end - data));
	const char *target, *target_end;

	if (method_end == NULL ||
	    (size_t)(method_end - data) >= sizeof(r->method))
		return ST_EPARSE;
	memcpy(r->method, data, (size_t)(method_end - data));
	target = method_end + 1;
	target_end = memchr(target, ' ', (size_t)(line_end - target));
	if (target_end == NULL || *target != '/')
		return ST_EPARSE;
	return read_target(r, target, (size_t)(target_end - target));
}

/* The length of the body that follows. Clients of an API server send it. */
static int read_length(struct request *r, const char *data, const char *end)
{
	static const char name[] = "\r\ncontent-length:";
	size_t len = sizeof(name) - 1;

	for (const char *p = data; p + len < end; p++) {
		unsigned long long length;

		if (strncasecmp(p, name, len) != 0)
			continue;
		length = strtoull(p + len, NULL, 10);
		if (length > REQUEST_BODY_MAX)
			return ST_ELIMIT;
		r->body_len = (size_t)length;
		return 0;
	}
	return 0;
}

int request_parse(const char *data, size_t len, struct request *ret)
{
	const char *end, *line_end;
	int rc;

	*ret = (struct request){0};
	end = memmem(data, len, "\r\n\r\n", 4);
	if (end == NULL)
		return len > REQUEST_HEAD_MAX ? ST_ELIMIT : 0;
	line_end = memmem(data, len, "\r\n", 2);
	ret->head_len = (size_t)(end - data) + 4;
	rc = read_first_line(ret, data, line_end);
	if (rc == 0)
		rc = read_length(ret, data, end + 2);
	if (rc)
		return rc;
	return len - ret->head_len >= ret->body_len ? 1 : 0;
}
