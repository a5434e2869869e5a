/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/ytree.h"

#include <stdio.h>
#include <string.h>

#include "controller/base64.h"
#include "controller/kubeconfig.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

/* What aliases may make of one file, strings copied included. */
enum { MAX_TAKEN = 4 * KUBECONFIG_MAX_BYTES };

int ytree_refuse(struct ytree *tree, const yaml_node_t *node, int code,
		 const char *why)
{
	return err_set(tree->err, code, "kubeconfig %s line %zu: %s%s%s",
		       tree->file, node ? node->start_mark.line + 1 : 1,
		       tree->path, tree->path[0] ? ": " : "", why);
}

yaml_node_t *ytree_node(struct ytree *tree, int id)
{
	return yaml_document_get_node(tree->doc, id);
}

/* Extends the path for the time of one field. */
static size_t path_push(struct ytree *tree, const char *name)
{
	size_t len = strlen(tree->path);

	snprintf(tree->path + len, sizeof(tree->path) - len, "%s%s",
		 len ? "." : "", name);
	return len;
}

static void path_pop(struct ytree *tree, size_t len)
{
	tree->path[len] = '\0';
}

/* Counts what is copied, so that aliases cannot multiply a small file. */
int ytree_take(struct ytree *tree, const yaml_node_t *node, size_t n)
{
	tree->taken += n + 16;
	if (tree->taken > MAX_TAKEN)
		return ytree_refuse(tree, node, ST_ELIMIT,
				    "aliases make the file too large");
	return 0;
}

bool ytree_is_null(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (strcmp(text, "") == 0 || strcmp(text, "~") == 0 ||
		strcmp(text, "null") == 0);
}

/* The text of a scalar, borrowed; NULL for null. */
int ytree_scalar(struct ytree *tree, const yaml_node_t *node,
		 const char **ret_text)
{
	const char *text;

	if (node->type != YAML_SCALAR_NODE)
		return ytree_refuse(tree, node, ST_EPARSE, "must be a string");
	text = (const char *)node->data.scalar.value;
	if (strlen(text) != node->data.scalar.length)
		return ytree_refuse(tree, node, ST_EPARSE, "holds a NUL byte");
	*ret_text = ytree_is_null(node) ? NULL : text;
	return ytree_take(tree, node, node->data.scalar.length);
}

int ytree_str(struct ytree *tree, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc == 0)
		*slot = mem_strdup(text);
	return rc;
}

/* An empty string is as good as none. */
int ytree_text(struct ytree *tree, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_strdup(text);
	return rc;
}

int ytree_path(struct ytree *tree, const yaml_node_t *node, char **slot)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc == 0 && text && text[0] != '\0')
		*slot = mem_printf("%s%s", text[0] == '/' ? "" : tree->dir,
				   text);
	return rc;
}

int ytree_data(struct ytree *tree, const yaml_node_t *node,
	       struct access_blob *blob)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc != 0 || !text || text[0] == '\0')
		return rc;
	if (base64_decode(text, strlen(text), &blob->data, &blob->len) != 0)
		return ytree_refuse(tree, node, ST_EPARSE, "is not base64");
	return 0;
}

int ytree_bool(struct ytree *tree, const yaml_node_t *node, bool *slot)
{
	const char *text;
	int rc = ytree_scalar(tree, node, &text);

	if (rc != 0 || !text)
		return rc;
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return ytree_refuse(tree, node, ST_EPARSE,
				    "must be true or false");
	*slot = text[0] == 't';
	return 0;
}

int ytree_refuse_field(struct ytree *tree, const yaml_node_t *node,
		       const char *field, const char *why)
{
	size_t len = path_push(tree, field);
	int rc = ytree_refuse(tree, node, ST_EINVAL, why);

	path_pop(tree, len);
	return rc;
}

static int check_repeats(struct ytree *tree, const yaml_node_t *map,
			 const yaml_node_pair_t *pair, const char *key)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair;
	     p++) {
		yaml_node_t *other = ytree_node(tree, p->key);

		if (strcmp((const char *)other->data.scalar.value, key) == 0)
			return ytree_refuse(tree, ytree_node(tree, pair->key),
					    ST_EPARSE, "is there twice");
	}
	return 0;
}

int ytree_each_member(struct ytree *tree, const yaml_node_t *map,
		      ytree_member_fn fn, void *arg)
{
	yaml_node_pair_t *from, *to;
	int rc = 0;

	if (ytree_is_null(map))
		return 0;
	if (map->type != YAML_MAPPING_NODE)
		return ytree_refuse(tree, map, ST_EPARSE, "must be a mapping");
	from = map->data.mapping.pairs.start;
	to = map->data.mapping.pairs.top;
	if (to - from > YTREE_MAX_MEMBERS)
		return ytree_refuse(tree, map, ST_ELIMIT,
				    "has too many members");

	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		const yaml_node_t *name = ytree_node(tree, p->key);
		const char *key;

		rc = ytree_scalar(tree, name, &key);
		if (rc != 0)
			return rc;
		if (!key)
			continue;
		size_t len = path_push(tree, key);
		rc = check_repeats(tree, map, p, key);
		if (rc == 0)
			rc = fn(tree, key, ytree_node(tree, p->value), arg);
		path_pop(tree, len);
	}
	return rc;
}

int ytree_each_element(struct ytree *tree, const yaml_node_t *list,
		       ytree_element_fn fn, void *arg)
{
	size_t len = strlen(tree->path);
	int rc = 0;

	if (ytree_is_null(list))
		return 0;
	if (list->type != YAML_SEQUENCE_NODE)
		return ytree_refuse(tree, list, ST_EPARSE, "must be a list");
	for (yaml_node_item_t *p = list->data.sequence.items.start;
	     p < list->data.sequence.items.top && rc == 0; p++) {
		snprintf(tree->path + len, sizeof(tree->path) - len, "[%td]",
			 p - list->data.sequence.items.start);
		rc = ytree_take(tree, list, 0);
		if (rc == 0)
			rc = fn(tree, ytree_node(tree, *p), arg);
		path_pop(tree, len);
	}
	return rc;
}
