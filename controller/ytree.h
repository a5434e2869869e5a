/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * ytree - walks a YAML document with the place at hand for messages: file,
 * line and path of the field. Aliases are followed, but what is copied counts
 * against a budget, so that a small file cannot become a large one. A member
 * that is there twice is refused.
 *
 * All functions that return int give 0, or a code with the message set.
 *
 * Threads: any. Memory: texts from ytree_scalar are borrowed from the
 * document; the others are the caller's, and a null leaves them as they were.
 */
#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

#include "statefuld/attr.h"

struct access_blob;
struct err;
struct json;

enum { YTREE_MAX_MEMBERS = 1000 }; /* of one mapping */

struct ytree {
	yaml_document_t *doc;
	const char *file;
	char *dir; /* of the file, with its slash; "" for none */
	size_t taken;
	char path[256]; /* of the field at hand */
	struct err *err;
};

/* Says where and why; returns code. */
int ytree_refuse(struct ytree *tree, const yaml_node_t *node, int code,
		 const char *why);
/* As above for a member of the field at hand, with ST_EINVAL. */
int ytree_refuse_field(struct ytree *tree, const yaml_node_t *node,
		       const char *field, const char *why);

yaml_node_t *ytree_node(struct ytree *tree, int id);
bool ytree_is_null(const yaml_node_t *node);
/* Counts n bytes against the budget. */
st_must_check int ytree_take(struct ytree *tree, const yaml_node_t *node,
			     size_t n);

/* NULL for null. */
st_must_check int ytree_scalar(struct ytree *tree, const yaml_node_t *node,
			       const char **ret_text);
st_must_check int ytree_str(struct ytree *tree, const yaml_node_t *node,
			    char **slot);
/* An empty string is as good as none. */
st_must_check int ytree_text(struct ytree *tree, const yaml_node_t *node,
			     char **slot);
/* A relative path counts from the file's folder. */
st_must_check int ytree_path(struct ytree *tree, const yaml_node_t *node,
			     char **slot);
st_must_check int ytree_data(struct ytree *tree, const yaml_node_t *node,
			     struct access_blob *blob);
st_must_check int ytree_bool(struct ytree *tree, const yaml_node_t *node,
			     bool *slot);
st_must_check int ytree_to_json(struct ytree *tree, const yaml_node_t *node,
				struct json **ret_value);

/* Null counts as empty. Another value than 0 from fn ends the walk. */
typedef int (*ytree_member_fn)(struct ytree *tree, const char *key,
			       const yaml_node_t *value, void *arg);
st_must_check int ytree_each_member(struct ytree *tree, const yaml_node_t *map,
				    ytree_member_fn fn, void *arg);
typedef int (*ytree_element_fn)(struct ytree *tree, const yaml_node_t *value,
				void *arg);
st_must_check int ytree_each_element(struct ytree *tree,
				     const yaml_node_t *list,
				     ytree_element_fn fn, void *arg);
