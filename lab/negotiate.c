/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/negotiate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One media range: "type;as=..;g=..;v=..;q=..", borrowed from the header. */
struct word {
	const char *at;
	size_t len;
};
struct range {
	struct word type, as, group, version;
	double quality;
};

static struct word trim(const char *at, size_t len)
{
	while (len > 0 && (*at == ' ' || *at == '\t')) {
		at++;
		len--;
	}
	while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	return (struct word){at, len};
}

static bool is(struct word word, const char *text)
{
	return word.len == strlen(text) &&
	       strncasecmp(word.at, text, word.len) == 0;
}

static void read_param(struct range *range, const char *at, size_t len)
{
	const char *sign = memchr(at, '=', len);
	struct word name, value;

	if (sign == NULL)
		return;
	name = trim(at, (size_t)(sign - at));
	value = trim(sign + 1, len - (size_t)(sign + 1 - at));
	if (is(name, "as"))
		range->as = value;
	else if (is(name, "g"))
		range->group = value;
	else if (is(name, "v"))
		range->version = value;
	else if (is(name, "q"))
		range->quality = strtod(value.at, NULL);
}

static struct range read_range(const char *at, size_t len)
{
	struct range range = {.quality = 1};
	size_t n = strcspn(at, ";,");

	range.type = trim(at, n < len ? n : len);
	while (n < len) {
		const char *param = at + n + 1;
		size_t param_len = strcspn(param, ";,");

		read_param(&range, param, param_len);
		n += 1 + param_len;
	}
	return range;
}

static bool is_json(const struct range *range)
{
	return is(range->type, "application/json") ||
	       is(range->type, "application/*") || is(range->type, "*/*");
}

static struct negotiated form_of(const struct range *range)
{
	static const struct negotiated none = {NEGOTIATE_NONE, NULL};
	struct negotiated result = none;

	if (!is_json(range) || range->quality <= 0)
		return none;
	if (range->as.len == 0)
		return (struct negotiated){NEGOTIATE_OBJECT, NULL};
	if (!is(range->group, "meta.k8s.io"))
		return none;
	if (is(range->version, "v1"))
		result.api_version = "meta.k8s.io/v1";
	else if (is(range->version, "v1beta1"))
		result.api_version = "meta.k8s.io/v1beta1";
	else
		return none;
	if (is(range->as, "Table"))
		result.form = NEGOTIATE_TABLE;
	else if (is(range->as, "PartialObjectMetadata") ||
		 is(range->as, "PartialObjectMetadataList"))
		result.form = NEGOTIATE_PARTIAL;
	return result;
}

struct negotiated negotiate_accept(const char *accept)
{
	struct negotiated best = {NEGOTIATE_NONE, NULL};
	double quality = 0;

	if (accept == NULL || *accept == '\0')
		return (struct negotiated){NEGOTIATE_OBJECT, NULL};
	for (const char *at = accept;;) {
		size_t len = strcspn(at, ",");
		struct range range = read_range(at, len);
		struct negotiated form = form_of(&range);

		if (form.form != NEGOTIATE_NONE && range.quality > quality) {
			best = form;
			quality = range.quality;
		}
		if (at[len] == '\0')
			return best;
		at += len + 1;
	}
}

bool negotiate_json(const char *accept)
{
	if (accept == NULL || *accept == '\0')
		return true;
	for (const char *at = accept;;) {
		size_t len = strcspn(at, ",");
		struct range range = read_range(at, len);

		if (is_json(&range))
			return true;
		if (at[len] == '\0')
			return false;
		at += len + 1;
	}
}

enum negotiate_body negotiate_content(const char *content_type)
{
	static const struct {
		const char *type;
		enum negotiate_body body;
	} types[] = {
		{"", NEGOTIATE_BODY_JSON},
		{"application/json", NEGOTIATE_BODY_JSON},
		{"application/yaml", NEGOTIATE_BODY_YAML},
		{"application/vnd.kubernetes.protobuf", NEGOTIATE_BODY_PROTO},
		{"application/json-patch+json", NEGOTIATE_BODY_JSON_PATCH},
		{"application/merge-patch+json", NEGOTIATE_BODY_MERGE},
		{"application/strategic-merge-patch+json",
		 NEGOTIATE_BODY_STRATEGIC},
		{"application/apply-patch+yaml", NEGOTIATE_BODY_APPLY},
	};
	struct word type;

	if (content_type == NULL)
		return NEGOTIATE_BODY_JSON;
	type = trim(content_type, strcspn(content_type, ";"));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (is(type, types[i].type))
			return types[i].body;
	}
	return NEGOTIATE_BODY_UNKNOWN;
}
