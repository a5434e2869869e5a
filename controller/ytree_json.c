/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "controller/ytree.h"
#include "statefuld/err.h"
#include "statefuld/json.h"

enum { MAX_DEPTH = 32 };

static int to_json(struct ytree *tree, const yaml_node_t *node, int depth,
		   struct json **ret);

static bool is_number(const char *text)
{
	return strspn(text, "-0123456789.eE+") == strlen(text) &&
	       strpbrk(text, "0123456789");
}

/* Plain words are typed as in JSON, all else is a string. */
static struct json *scalar_to_json(const yaml_node_t *node, const char *text)
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

static int list_to_json(struct ytree *tree, const yaml_node_t *node, int depth,
			struct json *into)
{
	int rc = 0;

	for (yaml_node_item_t *p = node->data.sequence.items.start;
	     p < node->data.sequence.items.top && rc == 0; p++) {
		struct json *child = NULL;

		rc = to_json(tree, ytree_node(tree, *p), depth + 1, &child);
		if (rc == 0)
			json_push(into, child);
	}
	return rc;
}

static int map_to_json(struct ytree *tree, const yaml_node_t *node, int depth,
		       struct json *into)
{
	yaml_node_pair_t *from = node->data.mapping.pairs.start;
	yaml_node_pair_t *to = node->data.mapping.pairs.top;
	int rc = 0;

	if (to - from > YTREE_MAX_MEMBERS)
		return ytree_refuse(tree, node, ST_ELIMIT,
				    "has too many members");
	for (yaml_node_pair_t *p = from; p < to && rc == 0; p++) {
		struct json *child = NULL;
		const char *key;

		rc = ytree_scalar(tree, ytree_node(tree, p->key), &key);
		if (rc == 0)
			rc = to_json(tree, ytree_node(tree, p->value),
				     depth + 1, &child);
		if (rc == 0)
			json_set(into, key ? key : "null", child);
	}
	return rc;
}

static int to_json(struct ytree *tree, const yaml_node_t *node, int depth,
		   struct json **ret)
{
	const char *text;
	bool is_map = node->type == YAML_MAPPING_NODE;
	int rc = ytree_take(tree, node, 0);

	if (rc != 0)
		return rc;
	if (depth > MAX_DEPTH)
		return ytree_refuse(tree, node, ST_ELIMIT,
				    "is nested too deeply");
	if (node->type == YAML_SCALAR_NODE) {
		rc = ytree_scalar(tree, node, &text);
		if (rc == 0)
			*ret = scalar_to_json(node, text);
		return rc;
	}
	scope_json struct json *value =
		is_map ? json_new_object() : json_new_array();
	rc = is_map ? map_to_json(tree, node, depth, value)
		    : list_to_json(tree, node, depth, value);
	if (rc == 0) {
		*ret = value;
		value = NULL;
	}
	return rc;
}

int ytree_to_json(struct ytree *tree, const yaml_node_t *node,
		  struct json **ret_value)
{
	return to_json(tree, node, 0, ret_value);
}
