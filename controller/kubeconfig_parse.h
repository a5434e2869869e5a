/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * kubeconfig_parse - walks a YAML document with the place at hand for messages:
 * file, line and path of the field. Aliases are followed, but what is copied
 * counts against a budget, so that a small file cannot become a large one. A
 * member that is there twice is refused.
 *
 * All functions that return int give 0, or a code with the message set.
 *
 * Threads: any. Memory: texts from parse_scalar are borrowed from the
 * document; the others are the caller's, and a null leaves them as they were.
 */
#include <stdbool.h>
#include <stddef.h>

#include "statefuld/attr.h"

struct access_blob;
struct err;
struct json;
struct yaml_document_s; /* libyaml's yaml_document_t and yaml_node_t */
struct yaml_node_s;

enum { PARSE_MAX_MEMBERS = 1000 }; /* of one mapping */

struct parse {
	struct yaml_document_s *doc;
	const struct yaml_node_s *root; /* NULL: an empty file */
	const char *file;
	char *dir; /* of the file, with its slash; "" for none */
	size_t taken;
	char path[256]; /* of the field at hand */
	struct err *err;
};

/* `file` is borrowed. parse_fini() is due after an error too. */
st_must_check int parse_init(struct parse *parse, const char *file,
			     const char *text, size_t len, struct err *err);
void parse_fini(struct parse *parse);

/* Counted from 1. */
size_t parse_line(const struct yaml_node_s *node);

/* Says where and why; returns code. */
int parse_refuse(struct parse *parse, const struct yaml_node_s *node, int code,
		 const char *why);
/* As above for a member of the field at hand, with ST_EINVAL. */
int parse_refuse_field(struct parse *parse, const struct yaml_node_s *node,
		       const char *field, const char *why);

bool parse_is_null(const struct yaml_node_s *node);

/* NULL for null. */
st_must_check int parse_scalar(struct parse *parse,
			       const struct yaml_node_s *node,
			       const char **ret_text);
st_must_check int parse_str(struct parse *parse, const struct yaml_node_s *node,
			    char **slot);
/* An empty string is as good as none. */
st_must_check int parse_text(struct parse *parse,
			     const struct yaml_node_s *node, char **slot);
/* A relative path counts from the file's folder. */
st_must_check int parse_path(struct parse *parse,
			     const struct yaml_node_s *node, char **slot);
st_must_check int parse_data(struct parse *parse,
			     const struct yaml_node_s *node,
			     struct access_blob *blob);
st_must_check int parse_bool(struct parse *parse,
			     const struct yaml_node_s *node, bool *slot);
st_must_check int parse_to_json(struct parse *parse,
				const struct yaml_node_s *node,
				struct json **ret_value);

/* Null counts as empty. Another value than 0 from fn ends the walk. */
typedef int (*parse_member_fn)(struct parse *parse, const char *key,
			       const struct yaml_node_s *value, void *arg);
st_must_check int parse_each_member(struct parse *parse,
				    const struct yaml_node_s *map,
				    parse_member_fn fn, void *arg);
typedef int (*parse_element_fn)(struct parse *parse,
				const struct yaml_node_s *value, void *arg);
st_must_check int parse_each_element(struct parse *parse,
				     const struct yaml_node_s *list,
				     parse_element_fn fn, void *arg);
