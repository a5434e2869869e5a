/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "common/yaml_event.h"
#include "statefuld/yaml.h"

/* Past the rest of a value whose first event was just pulled. */
static int skip(struct yaml_source *source, const struct yaml_event *first)
{
	size_t depth = first->is == YAML_IS_LIST || first->is == YAML_IS_MAP;

	while (depth > 0) {
		scope_yaml_event struct yaml_event event = {0};
		int rc = yaml_event_next(source, &event, NULL);

		if (rc != 0)
			return rc;
		if (event.is == YAML_IS_LIST || event.is == YAML_IS_MAP)
			depth++;
		else if (event.is == YAML_IS_LIST_END ||
			 event.is == YAML_IS_MAP_END)
			depth--;
	}
	return 0;
}

/* What is left of the path behind that key; NULL if it goes elsewhere. */
static const char *behind_key(const char *path, const struct yaml_event *key)
{
	const char *name = key->text;
	size_t len = key->len;
	bool bracket = *path == '[';

	if (key->is != YAML_IS_SCALAR || len == 0)
		return NULL;
	path += bracket || *path == '.';
	if (strncmp(path, name, len) != 0)
		return NULL;
	path += len;
	if (bracket)
		return *path == ']' ? path + 1 : NULL;
	return *path == '\0' || *path == '.' || *path == '[' ? path : NULL;
}

static void follow(struct yaml_source *source, const struct yaml_event *node,
		   const char *path, size_t *line);

static void follow_member(struct yaml_source *source, const char *path,
			  size_t *line)
{
	for (;;) {
		scope_yaml_event struct yaml_event key = {0};
		scope_yaml_event struct yaml_event value = {0};
		const char *rest;

		if (yaml_event_next(source, &key, NULL) != 0 ||
		    key.is == YAML_IS_MAP_END || skip(source, &key) != 0 ||
		    yaml_event_next(source, &value, NULL) != 0)
			return;
		rest = behind_key(path, &key);
		if (rest != NULL) {
			*line = key.line;
			follow(source, &value, rest, line);
			return;
		}
		if (skip(source, &value) != 0)
			return;
	}
}

static void follow_item(struct yaml_source *source, const char *path,
			size_t *line)
{
	char *end;
	unsigned long index;

	if (path[0] != '[' || path[1] < '0' || path[1] > '9')
		return;
	index = strtoul(path + 1, &end, 10);
	if (*end != ']')
		return;
	for (unsigned long i = 0;; i++) {
		scope_yaml_event struct yaml_event item = {0};

		if (yaml_event_next(source, &item, NULL) != 0 ||
		    item.is == YAML_IS_LIST_END)
			return;
		if (i == index) {
			*line = item.line;
			follow(source, &item, end + 1, line);
			return;
		}
		if (skip(source, &item) != 0)
			return;
	}
}

/* Each step uses up some of the path, which bounds the recursion. */
static void follow(struct yaml_source *source, const struct yaml_event *node,
		   const char *path, size_t *line)
{
	if (*path == '\0')
		return;
	if (node->is == YAML_IS_MAP)
		follow_member(source, path, line);
	else if (node->is == YAML_IS_LIST)
		follow_item(source, path, line);
}

static size_t line_in(struct yaml_source *source, size_t document,
		      const char *path)
{
	for (size_t i = 0;; i++) {
		scope_yaml_event struct yaml_event root = {0};
		size_t line;

		if (yaml_event_root(source, &root, NULL) != 0 ||
		    root.is == YAML_IS_NONE)
			return 0;
		line = root.line;
		if (i == document) {
			follow(source, &root, path, &line);
			return line;
		}
		if (skip(source, &root) != 0)
			return 0;
	}
}

size_t yaml_line(const char *text, size_t len, size_t document,
		 const char *path)
{
	struct yaml_source *source = yaml_source_new(text, len);
	size_t line = line_in(source, document, path);

	yaml_source_free(source);
	return line;
}
