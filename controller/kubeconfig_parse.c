/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kubeconfig_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "controller/kubeconfig.h"
#include "statefuld/base64.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum {
	MAX_DEPTH = 32, /* of what becomes JSON */
	/* What aliases may make of one file, strings copied included. */
	MAX_TAKEN = 4 * KUBECONFIG_MAX_BYTES,
};

static int bad_yaml(const yaml_parser_t *yaml, const char *file,
		    struct err *err)
{
	return err_set(
		err, ST_EPARSE, "kubeconfig %s line %zu: bad YAML: %s%s%s",
		file, yaml->problem_mark.line + 1,
		yaml->problem ? yaml->problem : "not readable",
		yaml->context ? ", " : "", yaml->context ? yaml->context : "");
}

int parse_init(struct parse *parse, const char *file, const char *text,
	       size_t len, struct err *err)
{
	const char *slash = strrchr(file, '/');
	yaml_document_t *doc = mem_zalloc(sizeof(*doc));
	yaml_parser_t yaml;
	int rc = 0;

	*parse = (struct parse){.file = file, .err = err};
	st_assert(yaml_parser_initialize(&yaml));
	yaml_parser_set_input_string(&yaml, (const unsigned char *)text, len);
	if (!yaml_parser_load(&yaml, doc)) {
		rc = bad_yaml(&yaml, file, err);
		free(doc);
	} else {
		parse->doc = doc;
		parse->root = yaml_document_get_root_node(doc);
		parse->dir = mem_strndup(
			file, slash ? (size_t)(slash - file) + 1 : 0);
	}
	yaml_parser_delete(&yaml);
	return rc;
}

void parse_fini(struct parse *parse)
{
	if (parse->doc)
		yaml_document_delete(parse->doc);
	free(parse->doc);
	free(parse->dir);
}

size_t parse_line(const struct yaml_node_s *node)
{
	return node->start_mark.line + 1;
}

int parse_refuse(struct parse *parse, const struct yaml_node_s *node, int code,
		 const char *why)
{
	return err_set(parse->err, code, "kubeconfig %s line %zu: %s%s%s",
		       parse->file, node ? node->start_mark.line + 1 : 1,
		       parse->path, parse->path[0] ? ": " : "", why);
}

static yaml_node_t *node_at(struct parse *parse, int id)
{
	return yaml_document_get_node(parse->doc, id);
}

/* Extends the path for the time of one field. */
static size_t path_push(struct parse *parse, const char *name)
{
	size_t len = strlen(parse->path);

	snprintf(parse->path + len, sizeof(parse->path) - len, "%s%s",
		 len ? "." : "", name);
	return len;
}

static void path_pop(struct parse *parse, size_t len)
{
	parse->path[len] = '\0';
}

/* Counts what is copied, so that aliases cannot multiply a small file. */
static int take(struct parse *parse, const struct yaml_node_s *node, size_t n)
{
	parse->taken += n + 16;
	if (parse->taken > MAX_TAKEN)
		return parse_refuse(parse, node, ST_ELIMIT,
				    "aliases make the file too large");
	return 0;
}

bool parse_is_null(const struct yaml_node_s *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (strcmp(text, "") == 0 || strcmp(text, "~") == 0 ||
		strcmp(text, "null") == 0);
}

/* The text of a scalar, borrowed; NULL for null. */
int parse_scalar(struct parse *parse, const struct yaml_node_s *node,
		 const char **ret_text)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return parse_refuse(parse, node, ST_EPARSE, "must be a string");
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length)
		return parse_refuse(parse, node, ST_EPARSE, "holds a NUL byte");
	*ret_text = parse_is_null(node) ? NULL : text;
	return take(parse, node, node->data.scalar.length);
}

int parse_str(struct parse *parse, const struct yaml_node_s *node, char **slot)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc == 0)
		*slot = mem_strdup(text);
	return rc;
}

/* An empty string is as good as none. */
int parse_text(struct parse *parse, const struct yaml_node_s *node, char **slot)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_strdup(text);
	return rc;
}

int parse_path(struct parse *parse, const struct yaml_node_s *node, char **slot)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_printf("%s%s", text[0] == '/' ? "" : parse->dir,
				   text);
	return rc;
}

int parse_data(struct parse *parse, const struct yaml_node_s *node,
	       struct access_blob *blob)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc != 0 || !text || text[0] == '\0')
		return rc;
	if (base64_decode(text, strlen(text), &blob->data, &blob->len) != 0)
		return parse_refuse(parse, node, ST_EPARSE, "is not base64");
	return 0;
}

int parse_bool(struct parse *parse, const struct yaml_node_s *node, bool *slot)
{
	const char *text;
	int rc = parse_scalar(parse, node, &text);

	if (rc != 0 || !text)
		return rc;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return parse_refuse(parse, node, ST_EPARSE,
				    "must be true or false");
	*slot = text[0] == 't';
	return 0;
}

int parse_refuse_field(struct parse *parse, const struct yaml_node_s *node,
		       const char *field, const char *why)
{
	size_t len = path_push(parse, field);
	int rc = parse_refuse(parse, node, ST_EINVAL, why);

	path_pop(parse, len);
	return rc;
}

static int check_repeats(struct parse *parse, const struct yaml_node_s *map,
			 const yaml_node_pair_t *pair, const char *key)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair;
	     p++) {
		yaml_node_t *other = node_at(parse, p->key);

		if (strcmp((const char *)other->data.scalar.value, key) == 0)
			return parse_refuse(parse, node_at(parse, pair->key),
					    ST_EPARSE, "is there twice");
	}
	return 0;
}

int parse_each_member(struct parse *parse, const struct yaml_node_s *map,
		      parse_member_fn fn, void *arg)
{
	yaml_node_pair_t *from, *to;
	int rc = 0;

	if (parse_is_null(map))
		return 0;
	if (map->type != YAML_MAPPING_NODE)
		return parse_refuse(parse, map, ST_EPARSE, "must be a mapping");
	from = map->data.mapping.pairs.start;
	to = map->data.mapping.pairs.top;
	if (to - from > PARSE_MAX_MEMBERS)
		return parse_refuse(parse, map, ST_ELIMIT,
				    "has too many members");

	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		const struct yaml_node_s *name = node_at(parse, p->key);
		const char *key;

		rc = parse_scalar(parse, name, &key);
		if (rc != 0)
			return rc;
		if (!key)
			continue;
		size_t len = path_push(parse, key);
		rc = check_repeats(parse, map, p, key);
		if (rc == 0)
			rc = fn(parse, key, node_at(parse, p->value), arg);
		path_pop(parse, len);
	}
	return rc;
}

int parse_each_element(struct parse *parse, const struct yaml_node_s *list,
		       parse_element_fn fn, void *arg)
{
	size_t len = strlen(parse->path);
	int rc = 0;

	if (parse_is_null(list))
		return 0;
	if (list->type != YAML_SEQUENCE_NODE)
		return parse_refuse(parse, list, ST_EPARSE, "must be a list");
	for (yaml_node_item_t *p = list->data.sequence.items.start;
	     p < list->data.sequence.items.top && rc == 0; p++) {
		snprintf(parse->path + len, sizeof(parse->path) - len, "[%td]",
			 p - list->data.sequence.items.start);
		rc = take(parse, list, 0);
		if (rc == 0)
			rc = fn(parse, node_at(parse, *p), arg);
		path_pop(parse, len);
	}
	return rc;
}

static int to_json(struct parse *parse, const struct yaml_node_s *node,
		   int depth, struct json **ret);

static bool is_number(const char *text)
{
	return strspn(text, "-0123456789.eE+") == strlen(text) &&
	       strpbrk(text, "0123456789");
}

/* Plain words are typed as in JSON, all else is a string. */
static struct json *scalar_to_json(const struct yaml_node_s *node,
				   const char *text)
{
	struct json *number;

	if (!text)
		return json_new_null();
	if (node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return json_new_str(text);
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_new_bool(text[0] == 't');
	if (is_number(text) &&
	    json_parse(text, strlen(text), &number, NULL) == 0)
		return number;
	return json_new_str(text);
}

static int list_to_json(struct parse *parse, const struct yaml_node_s *node,
			int depth, struct json *into)
{
	int rc = 0;

	for (yaml_node_item_t *p = node->data.sequence.items.start;
	     p < node->data.sequence.items.top && rc == 0; p++) {
		struct json *child = NULL;

		rc = to_json(parse, node_at(parse, *p), depth + 1, &child);
		if (rc == 0)
			json_push(into, child);
	}
	return rc;
}

static int map_to_json(struct parse *parse, const struct yaml_node_s *node,
		       int depth, struct json *into)
{
	yaml_node_pair_t *from = node->data.mapping.pairs.start;
	yaml_node_pair_t *to = node->data.mapping.pairs.top;
	int rc = 0;

	if (to - from > PARSE_MAX_MEMBERS)
		return parse_refuse(parse, node, ST_ELIMIT,
				    "has too many members");
	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		struct json *child = NULL;
		const char *key;

		rc = parse_scalar(parse, node_at(parse, p->key), &key);
		if (rc == 0)
			rc = to_json(parse, node_at(parse, p->value), depth + 1,
				     &child);
		if (rc == 0)
			json_set(into, key ? key : "null", child);
	}
	return rc;
}

static int to_json(struct parse *parse, const struct yaml_node_s *node,
		   int depth, struct json **ret)
{
	const char *text;
	bool is_map = node->type == YAML_MAPPING_NODE;
	int rc = take(parse, node, 0);

	if (rc != 0)
		return rc;
	if (depth > MAX_DEPTH)
		return parse_refuse(parse, node, ST_ELIMIT,
				    "is nested too deeply");
	if (node->type == YAML_SCALAR_NODE) {
		rc = parse_scalar(parse, node, &text);
		if (rc == 0)
			*ret = scalar_to_json(node, text);
		return rc;
	}
	scope_json struct json *value =
		is_map ? json_new_object() : json_new_array();
	rc = is_map ? map_to_json(parse, node, depth, value)
		    : list_to_json(parse, node, depth, value);
	if (rc == 0) {
		*ret = value;
		value = NULL;
	}
	return rc;
}

int parse_to_json(struct parse *parse, const struct yaml_node_s *node,
		  struct json **ret_value)
{
	return to_json(parse, node, 0, ret_value);
}
