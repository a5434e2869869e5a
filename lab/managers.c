/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/managers.h"

#include <string.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

enum { MANAGERS_MAX_UPDATES = 10 };

static void drop(struct manager *manager)
{
	free(manager->name);
	free(manager->version);
	free(manager->subresource);
	free(manager->time);
	fieldset_fini(&manager->set);
}

void managers_fini(struct managers *managers)
{
	for (size_t i = 0; i < managers->n; i++)
		drop(&managers->v[i]);
	free(managers->v);
	*managers = (struct managers){0};
}

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

struct manager *managers_find(struct managers *managers,
			      const struct manager_id *id)
{
	for (size_t i = 0; i < managers->n; i++) {
		struct manager *one = &managers->v[i];

		if (one->applies == id->applies &&
		    strcmp(one->name, id->name) == 0 &&
		    strcmp(one->subresource, or_empty(id->subresource)) == 0 &&
		    (id->applies || strcmp(one->version, id->version) == 0))
			return one;
	}
	return NULL;
}

struct manager *managers_add(struct managers *managers,
			     const struct manager_id *id)
{
	mem_grow(managers->v, managers->n);
	managers->v[managers->n] = (struct manager){
		.name = mem_strdup(or_empty(id->name)),
		.applies = id->applies,
		.version = mem_strdup(or_empty(id->version)),
		.subresource = mem_strdup(or_empty(id->subresource)),
	};
	return &managers->v[managers->n++];
}

static int read_one(struct managers *managers, const struct json *entry)
{
	const char *operation = json_str(entry, "operation");
	const char *type = json_str(entry, "fieldsType");
	struct manager_id id = {
		.name = or_empty(json_str(entry, "manager")),
		.version = or_empty(json_str(entry, "apiVersion")),
		.subresource = json_str(entry, "subresource"),
	};
	scope_fieldset struct fieldset set = {0};

	if (operation == NULL || type == NULL || strcmp(type, "FieldsV1") != 0)
		return ST_EPARSE;
	id.applies = strcmp(operation, "Apply") == 0;
	if (!id.applies && strcmp(operation, "Update") != 0)
		return ST_EPARSE;
	int rc = fieldset_parse(json_get(entry, "fieldsV1"), &set);
	if (rc < 0)
		return rc;
	struct manager *manager = managers_find(managers, &id);
	if (manager == NULL)
		manager = managers_add(managers, &id);
	fieldset_add(&manager->set, &set);
	free(manager->time);
	manager->time = mem_strdup(json_str(entry, "time"));
	return 0;
}

int managers_read(struct managers *ret_managers, const struct json *object)
{
	struct managers managers = {0};

	json_each (entry, json_at(object, "metadata.managedFields")) {
		int rc = read_one(&managers, entry);

		if (rc < 0) {
			managers_fini(&managers);
			return rc;
		}
	}
	*ret_managers = managers;
	return 0;
}

static int by_age(const void *a, const void *b)
{
	const struct manager *x = a, *y = b;
	int order = (int)y->applies - (int)x->applies;

	if (order == 0)
		order = strcmp(or_empty(x->time), or_empty(y->time));
	if (order == 0)
		order = strcmp(x->name, y->name);
	if (order == 0)
		order = strcmp(x->version, y->version);
	return order != 0 ? order : strcmp(x->subresource, y->subresource);
}

static struct json *entry_of(const struct manager *manager)
{
	struct json *entry = json_new_object();

	json_set_str(entry, "manager", manager->name);
	json_set_str(entry, "operation", manager->applies ? "Apply" : "Update");
	json_set_str(entry, "apiVersion", manager->version);
	if (manager->time != NULL)
		json_set_str(entry, "time", manager->time);
	json_set_str(entry, "fieldsType", "FieldsV1");
	json_set(entry, "fieldsV1", fieldset_json(&manager->set));
	if (*manager->subresource != '\0')
		json_set_str(entry, "subresource", manager->subresource);
	return entry;
}

void managers_write(const struct managers *managers, struct json *object)
{
	size_t n = managers->n;
	scope_free struct manager *sorted = mem_calloc(n, sizeof(*sorted));
	struct json *list = json_new_array();

	if (n > 0)
		memcpy(sorted, managers->v, n * sizeof(*sorted));
	sort_items(sorted, n, sizeof(*sorted), by_age);
	for (size_t i = 0; i < n; i++) {
		if (!fieldset_is_empty(&sorted[i].set))
			json_push(list, entry_of(&sorted[i]));
	}
	struct json *metadata = json_child_object(object, "metadata");
	if (json_first(list) != NULL) {
		json_set(metadata, "managedFields", list);
		return;
	}
	json_free(list);
	json_remove(metadata, "managedFields");
}

void managers_lose(struct managers *managers, const struct manager *but,
		   const struct fieldset *fields)
{
	for (size_t i = 0; i < managers->n; i++) {
		if (&managers->v[i] != but)
			fieldset_subtract(&managers->v[i].set, fields);
	}
}

static void drop_at(struct managers *managers, size_t i)
{
	drop(&managers->v[i]);
	managers->n--;
	memmove(&managers->v[i], &managers->v[i + 1],
		(managers->n - i) * sizeof(*managers->v));
}

/* The next update of that version from i on; n if there is none. */
static size_t next_update(const struct managers *managers, size_t i,
			  const char *version)
{
	for (; i < managers->n; i++) {
		if (!managers->v[i].applies &&
		    (version == NULL ||
		     strcmp(managers->v[i].version, version) == 0))
			break;
	}
	return i;
}

/* Puts the oldest update and the next of its version together; false if no
 * two are alike. */
static bool merge_oldest(struct managers *managers)
{
	size_t a = next_update(managers, 0, NULL), b = managers->n;

	for (; a < managers->n; a = next_update(managers, a + 1, NULL)) {
		b = next_update(managers, a + 1, managers->v[a].version);
		if (b < managers->n)
			break;
	}
	if (b >= managers->n)
		return false;
	struct manager *older = &managers->v[a], *newer = &managers->v[b];
	fieldset_add(&newer->set, &older->set);
	free(newer->name);
	newer->name = mem_strdup("ancient-changes");
	*newer->subresource = '\0';
	drop_at(managers, a);
	return true;
}

static size_t count_updates(const struct managers *managers)
{
	size_t n = 0;

	for (size_t i = 0; i < managers->n; i++)
		n += !managers->v[i].applies &&
		     !fieldset_is_empty(&managers->v[i].set);
	return n;
}

void managers_cap(struct managers *managers)
{
	if (count_updates(managers) <= MANAGERS_MAX_UPDATES)
		return;
	for (size_t i = managers->n; i-- > 0;) {
		if (fieldset_is_empty(&managers->v[i].set))
			drop_at(managers, i);
	}
	do {
		sort_items(managers->v, managers->n, sizeof(*managers->v),
			   by_age);
	} while (count_updates(managers) > MANAGERS_MAX_UPDATES &&
		 merge_oldest(managers));
}
