/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/store_table.h"

#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

void store_table_init(struct store_table *table)
{
	*table = (struct store_table){0};
	for (int i = 0; i < INDEX_MAX; i++)
		index_init(&table->indices[i]);
}

void store_table_fini(struct store_table *table)
{
	for (uint32_t i = 0; i < table->n_objs; i++)
		obj_free(table->objs[i]);
	free(table->objs);
	free(table->free_ids);
	for (int i = 0; i < INDEX_MAX; i++)
		index_fini(&table->indices[i]);
	store_keys_fini(&table->was_keys);
	store_keys_fini(&table->is_keys);
}

static bool is_named(const struct obj *obj, const char *ns, const char *name)
{
	if (strcmp(istr_text(obj->name), name) != 0)
		return false;
	return !obj->ns || (ns && strcmp(istr_text(obj->ns), ns) == 0);
}

uint32_t store_table_find(const struct store_table *table, const char *ns,
			  const char *name)
{
	uint32_t n;
	const uint32_t *ids;

	if (ns && *ns == '\0')
		ns = NULL;
	ids = index_get(&table->indices[INDEX_NAME], store_hash_name(ns, name),
			&n);
	for (uint32_t i = 0; i < n; i++)
		if (is_named(table->objs[ids[i]], ns, name))
			return ids[i];
	return UINT32_MAX;
}

static uint32_t new_id(struct store_table *table)
{
	if (table->n_free > 0)
		return table->free_ids[--table->n_free];
	mem_grow(table->objs, table->n_objs);
	table->objs[table->n_objs] = NULL;
	return table->n_objs++;
}

static void unfile(struct store_table *table, const struct store_keys *keys,
		   uint32_t id)
{
	for (size_t i = 0; i < keys->n; i++)
		index_remove(&table->indices[keys->items[i].index],
			     keys->items[i].hash, id);
}

static void file(struct store_table *table, const struct store_keys *keys,
		 uint32_t id)
{
	for (size_t i = 0; i < keys->n; i++)
		index_add(&table->indices[keys->items[i].index],
			  keys->items[i].hash, id);
}

/* A Service is filed under the label of its selector that the fewest others
 * are filed under, so that a pod meets few that do not select it. */
static void choose_filed(const struct store_table *table,
			 struct obj_service *is, const struct obj_service *was)
{
	uint32_t n, least = UINT32_MAX;

	if (was && was->n_selector == is->n_selector &&
	    (is->n_selector == 0 ||
	     memcmp(was->selector, is->selector,
		    is->n_selector * sizeof(*is->selector)) == 0)) {
		is->filed = was->filed;
		return;
	}
	for (uint32_t i = 0; i < is->n_selector; i++) {
		index_get(&table->indices[INDEX_LABEL],
			  store_hash_label(is->obj.ns, &is->selector[i]), &n);
		if (n < least) {
			least = n;
			is->filed = i;
		}
	}
}

struct obj *store_table_set(struct store_table *table,
			    const struct store_filing *filing, uint32_t id,
			    struct obj *take_obj)
{
	struct obj *was;

	if (id == UINT32_MAX)
		id = new_id(table);
	was = table->objs[id];
	if (take_obj->kind == OBJ_SERVICE)
		choose_filed(table,
			     st_container_of(take_obj, struct obj_service, obj),
			     obj_service(was));
	store_keys_of(&table->was_keys, filing, was);
	store_keys_of(&table->is_keys, filing, take_obj);
	if (!store_keys_equal(&table->was_keys, &table->is_keys)) {
		unfile(table, &table->was_keys, id);
		file(table, &table->is_keys, id);
	}
	table->objs[id] = take_obj;
	return was;
}

struct obj *store_table_remove(struct store_table *table,
			       const struct store_filing *filing, uint32_t id)
{
	struct obj *was = table->objs[id];

	store_keys_of(&table->was_keys, filing, was);
	unfile(table, &table->was_keys, id);
	table->objs[id] = NULL;
	mem_grow(table->free_ids, table->n_free);
	table->free_ids[table->n_free++] = id;
	return was;
}

static void file_pod(struct store_table *pods, uint32_t id,
		     const struct istr *key)
{
	const struct obj *obj = pods->objs[id];
	uint32_t hash;

	for (size_t i = 0; i < obj->n_labels; i++) {
		if ((key && obj->labels[i].key != key) ||
		    obj->labels[i].value == obj->name)
			continue;
		/* It may be there, but then it need not be the newest. */
		hash = store_hash_label(obj->ns, &obj->labels[i]);
		index_remove(&pods->indices[INDEX_LABEL], hash, id);
		index_add(&pods->indices[INDEX_LABEL], hash, id);
	}
}

void store_table_file_label(struct store_table *pods, const struct istr *key)
{
	for (uint32_t id = 0; id < pods->n_objs; id++)
		if (pods->objs[id])
			file_pod(pods, id, key);
}

size_t store_table_bytes_of(const struct store_table *table)
{
	size_t bytes = table->n_objs * sizeof(struct obj *) +
		       table->n_free * sizeof(uint32_t);

	for (int i = 0; i < INDEX_MAX; i++)
		bytes += index_bytes(&table->indices[i]);
	return bytes;
}
