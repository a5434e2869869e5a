/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/api_path.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "statefuld/mem.h"

#define MAX_SEGMENTS 8

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A NUL cannot be in a name: it stays escaped, and so matches nothing. */
static char *decode(const char *text, size_t len, bool is_query)
{
	char *out = mem_strndup(text, len);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c == '+' && is_query)
			c = ' ';
		if (c == '%' && i + 2 < len && hex(text[i + 1]) >= 0 &&
		    hex(text[i + 2]) >= 0) {
			char byte = (char)(hex(text[i + 1]) * 16 +
					   hex(text[i + 2]));

			if (byte != '\0') {
				c = byte;
				i += 2;
			}
		}
		out[n++] = c;
	}
	out[n] = '\0';
	return out;
}

struct segments {
	size_t n;
	char *all[MAX_SEGMENTS];
	bool too_many;
};

static struct segments split(const char *path)
{
	struct segments s = {0};

	while (*path == '/') {
		size_t len = strcspn(++path, "/");

		if (len == 0 && path[len] == '\0')
			break;
		if (s.n == MAX_SEGMENTS) {
			s.too_many = true;
			break;
		}
		s.all[s.n++] = decode(path, len, false);
		path += len;
	}
	return s;
}

static void segments_free(struct segments *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->all[i]);
}

static bool serves(const char *group, const char *version)
{
	for (const struct kind *k = kinds; k->kind != NULL; k++) {
		if (strcmp(k->group, group) == 0 &&
		    strcmp(k->version, version) == 0)
			return true;
	}
	return false;
}

static char *take(struct segments *s, size_t index)
{
	return index < s->n ? mem_strdup(s->all[index]) : NULL;
}

/* From `at` on: RESOURCE [NAME [SUB]]. */
static void read_resource(struct segments *s, size_t at, const char *group,
			  const char *version, bool in_namespace,
			  struct api_target *target)
{
	const struct kind *kind;

	if (at >= s->n)
		return;
	if (in_namespace && *group == '\0' && s->n == at + 1 &&
	    strcmp(s->all[at], "bindings") == 0) {
		target->is = API_PATH_BINDINGS;
		return;
	}
	kind = kinds_by_plural(group, version, s->all[at]);
	/* Names in a namespace need one; others have none. */
	if (kind == NULL || s->n > at + 3 ||
	    (kind->namespaced && !in_namespace && s->n > at + 1) ||
	    (!kind->namespaced && in_namespace))
		return;
	if (kind->id == KINDS && s->n > at + 1)
		return;
	target->is = kind->id == KINDS ? API_PATH_REVIEW : API_PATH_RESOURCE;
	target->kind = kind;
	target->name = take(s, at + 1);
	target->sub = take(s, at + 2);
}

static bool is_own_sub(const char *word)
{
	return strcmp(word, "status") == 0 || strcmp(word, "finalize") == 0;
}

/* /api/v1/... and /apis/GROUP/VERSION/... */
static void read_segments(struct segments *s, struct api_target *target)
{
	bool core = s->n >= 3 && strcmp(s->all[0], "api") == 0;
	size_t at = core ? 2 : 3;
	const char *group, *version;

	if (s->n <= at || (!core && strcmp(s->all[0], "apis") != 0))
		return;
	group = core ? "" : s->all[1];
	version = s->all[at - 1];
	if ((!core && *group == '\0') || !serves(group, version))
		return;
	target->is = API_PATH_NO_KIND;
	if (s->too_many)
		return;
	if (strcmp(s->all[at], "namespaces") != 0 || s->n < at + 3 ||
	    (core && s->n == at + 3 && is_own_sub(s->all[at + 2]))) {
		read_resource(s, at, group, version, false, target);
		return;
	}
	free(target->ns);
	target->ns = mem_strdup(s->all[at + 1]);
	read_resource(s, at + 2, group, version, true, target);
}

void api_path_parse(const char *path, struct api_target *ret_target)
{
	struct segments s = split(path);

	*ret_target = (struct api_target){.ns = mem_strdup("")};
	read_segments(&s, ret_target);
	segments_free(&s);
}

void api_path_fini(struct api_target *target)
{
	free(target->ns);
	free(target->name);
	free(target->sub);
}

void api_path_params(const char *query, struct api_params *ret_params)
{
	ret_params->n = 0;
	while (query != NULL && *query != '\0') {
		size_t len = strcspn(query, "&"), name = strcspn(query, "=&");
		size_t value = name < len ? name + 1 : len;
		size_t n = ret_params->n;

		if (len > 0 && n < API_PATH_PARAMS) {
			ret_params->names[n] = decode(query, name, true);
			ret_params->values[n] =
				decode(query + value, len - value, true);
			ret_params->n++;
		}
		query += len;
		query += *query == '&';
	}
}

void api_path_params_fini(struct api_params *params)
{
	for (size_t i = 0; i < params->n; i++) {
		free(params->names[i]);
		free(params->values[i]);
	}
	params->n = 0;
}

const char *api_path_param(const struct api_params *params, const char *name)
{
	for (size_t i = 0; i < params->n; i++) {
		if (strcmp(params->names[i], name) == 0)
			return params->values[i];
	}
	return NULL;
}

bool api_path_flag(const struct api_params *params, const char *name)
{
	const char *value = api_path_param(params, name);

	return value != NULL && strcasecmp(value, "false") != 0 &&
	       strcmp(value, "0") != 0;
}
