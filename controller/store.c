/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/store.h"

#include <stdlib.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/istr.h"
#include "controller/store_table.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

struct store *store_new(void)
{
	struct store *store = mem_zalloc(sizeof(*store));

	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_table_init(&store->tables[kind]);
	store->filing.addrs = store->filing.owners = true;
	return store;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		store_table_fini(&store->tables[kind]);
	store_filing_fini(&store->filing);
	free(store->subs);
	free(store->synced_subs);
	free(store);
}

void store_omit(struct store *store, unsigned int what)
{
	for (int kind = 0; kind < OBJ_KINDS; kind++)
		st_assert(store->tables[kind].n_objs == 0);
	if (what & STORE_OMIT_ADDRS)
		store->filing.addrs = false;
	if (what & STORE_OMIT_OWNERS)
		store->filing.owners = false;
}

void store_skip(struct store *store, enum obj_kind kind, store_skip_fn fn,
		void *arg)
{
	store->skips[kind].fn = fn;
	store->skips[kind].arg = arg;
}

void store_subscribe(struct store *store, enum obj_kind kind, store_fn fn,
		     void *arg)
{
	mem_grow(store->subs, store->n_subs);
	store->subs[store->n_subs++] = (struct store_sub){fn, arg, kind};
}

void store_on_synced(struct store *store, store_synced_fn fn, void *arg)
{
	mem_grow(store->synced_subs, store->n_synced_subs);
	store->synced_subs[store->n_synced_subs++] =
		(struct store_synced_sub){fn, arg};
}

static void tell(struct store *store, enum obj_kind kind, const struct obj *was,
		 const struct obj *is)
{
	store->is_telling = true;
	for (size_t i = 0; i < store->n_subs; i++)
		if (store->subs[i].kind == kind)
			store->subs[i].fn(was, is, store->subs[i].arg);
	store->is_telling = false;
}

static void set_synced(struct store *store, enum obj_kind kind)
{
	if (store->tables[kind].is_synced)
		return;
	store->tables[kind].is_synced = true;
	for (size_t i = 0; i < store->n_synced_subs; i++)
		store->synced_subs[i].fn(kind, store->synced_subs[i].arg);
}

static bool is_decimal(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

/* Whether version a is older than b. They are opaque by the letter of the
 * API; decimal ones, which all servers give, have an order. */
static bool is_older(const char *a, const char *b)
{
	size_t a_len, b_len;

	if (!a || !b || !is_decimal(a) || !is_decimal(b))
		return false;
	a += strspn(a, "0");
	b += strspn(b, "0");
	a_len = strlen(a);
	b_len = strlen(b);
	return a_len != b_len ? a_len < b_len : strcmp(a, b) < 0;
}

void store_list_begin(struct store *store, enum obj_kind kind)
{
	struct store_table *table = &store->tables[kind];

	table->is_listing = true;
	if (++table->mark != 0)
		return;
	/* Once round: no object may bear the mark of a list to come. */
	for (uint32_t id = 0; id < table->n_objs; id++)
		if (table->objs[id])
			table->objs[id]->mark = 0;
	table->mark = 1;
}

static void forget(struct store *store, enum obj_kind kind, uint32_t id)
{
	struct obj *was =
		store_table_remove(&store->tables[kind], &store->filing, id);

	tell(store, kind, was, NULL);
	obj_free(was);
}

void store_list_end_at(struct store *store, enum obj_kind kind,
		       const char *version)
{
	struct store_table *table = &store->tables[kind];
	const struct obj *obj;

	st_assert(!store->is_telling);
	if (!table->is_listing)
		return;
	table->is_listing = false;
	for (uint32_t id = 0; id < table->n_objs; id++) {
		obj = table->objs[id];
		if (obj && obj->mark != table->mark &&
		    !is_older(version, istr_text(obj->version)))
			forget(store, kind, id);
	}
	set_synced(store, kind);
}

void store_list_end(struct store *store, enum obj_kind kind)
{
	store_list_end_at(store, kind, NULL);
}

void store_list_abort(struct store *store, enum obj_kind kind)
{
	store->tables[kind].is_listing = false;
}

void store_set_missing(struct store *store, enum obj_kind kind)
{
	store_list_begin(store, kind);
	store_list_end(store, kind);
}

static const char *meta_text(const struct json *object, const char *path)
{
	const char *text = json_str(object, path);

	return text ? text : "";
}

/* An object that cannot be read comes again with each list: one line is
 * enough for each version of it. */
static void log_bad(struct store *store, enum obj_kind kind,
		    const struct json *object, const struct err *err)
{
	const char *uid = meta_text(object, "metadata.uid");
	const char *version = meta_text(object, "metadata.resourceVersion");
	uint64_t hash =
		hash_bytes(hash_seed() + (uint64_t)kind, uid, strlen(uid));

	hash = hash_bytes(hash, version, strlen(version));
	for (uint32_t i = 0; i < STORE_BAD_MEMORY; i++)
		if (store->bad[i] == hash)
			return;
	store->bad[store->n_bad++ % STORE_BAD_MEMORY] = hash;
	log_warn("object left out", "kind=%s ns=%s name=%s uid=%s error=%s",
		 obj_kind_name(kind),
		 log_q(meta_text(object, "metadata.namespace")),
		 log_q(meta_text(object, "metadata.name")), log_q(uid),
		 log_q(err_msg(err)));
}

/* Pods are filed under the labels that some Service asks for. A key never
 * heard of costs one walk over all pods, and is remembered. */
static void file_labels(struct store *store, const struct obj_service *service)
{
	const struct istr *key;

	for (uint32_t i = 0; i < service->n_selector; i++) {
		key = service->selector[i].key;
		if (store_file_label(&store->filing, key))
			store_table_file_label(&store->tables[OBJ_POD],
					       store->filing.all_labels ? NULL
									: key);
	}
}

/* An object of another uid under a known name: its predecessor went without
 * our having heard of it, so both halves are told. */
static void replace(struct store *store, enum obj_kind kind, uint32_t id,
		    struct obj *take_obj)
{
	struct store_table *table = &store->tables[kind];
	struct obj *was = id == UINT32_MAX ? NULL : table->objs[id];

	if (was && !istr_equal(was->uid, take_obj->uid)) {
		forget(store, kind, id);
		id = UINT32_MAX;
	}
	if (kind == OBJ_SERVICE)
		file_labels(store, obj_service(take_obj));
	was = store_table_set(table, &store->filing, id, take_obj);
	tell(store, kind, was, take_obj);
	obj_free(was);
}

/* Whether an item of that version says anything that is not known. */
static bool is_news(const struct obj *known, const char *version)
{
	const char *have = istr_text(known->version);

	if (version && strcmp(version, have) == 0)
		return *version == '\0';
	return !is_older(version, have);
}

static const char *text_of(const struct json *meta, const char *field)
{
	return json_value_str(json_get(meta, field));
}

/* The number of the object that has the same name; UINT32_MAX for none. */
static uint32_t find_known(const struct store_table *table,
			   const struct json *meta)
{
	const char *name = text_of(meta, "name");

	if (!name)
		return UINT32_MAX;
	return store_table_find(table, text_of(meta, "namespace"), name);
}

static int decode(const struct store *store, enum obj_kind kind,
		  const struct json *object, struct obj **ret_obj,
		  struct err *err)
{
	return store->filing.owners
		       ? obj_decode(kind, object, ret_obj, err)
		       : obj_decode_for_dns(kind, object, ret_obj, err);
}

static bool is_skipped(const struct store *store, const struct obj *obj)
{
	store_skip_fn fn = store->skips[obj->kind].fn;

	return fn && fn(obj, store->skips[obj->kind].arg);
}

void store_put(struct store *store, enum obj_kind kind,
	       const struct json *object)
{
	struct store_table *table = &store->tables[kind];
	const struct json *meta = json_get(object, "metadata");
	uint32_t id = find_known(table, meta);
	struct err err = {0};
	struct obj *obj;

	st_assert(!store->is_telling);
	if (id != UINT32_MAX) {
		table->objs[id]->mark = table->mark;
		if (!is_news(table->objs[id], text_of(meta, "resourceVersion")))
			return;
	}
	if (decode(store, kind, object, &obj, &err) != 0) {
		log_bad(store, kind, object, &err);
		return;
	}
	if (is_skipped(store, obj)) {
		obj_free(obj);
		if (id != UINT32_MAX)
			forget(store, kind, id);
		return;
	}
	obj->mark = table->mark;
	replace(store, kind, id, obj);
}

void store_delete(struct store *store, enum obj_kind kind,
		  const struct json *object)
{
	struct store_table *table = &store->tables[kind];
	const struct json *meta = json_get(object, "metadata");
	uint32_t id = find_known(table, meta);

	st_assert(!store->is_telling);
	if (id == UINT32_MAX || is_older(text_of(meta, "resourceVersion"),
					 istr_text(table->objs[id]->version)))
		return;
	forget(store, kind, id);
}

bool store_is_synced(const struct store *store, enum obj_kind kind)
{
	return store->tables[kind].is_synced;
}

size_t store_count(const struct store *store, enum obj_kind kind)
{
	return store->tables[kind].n_objs - store->tables[kind].n_free;
}

size_t store_table_bytes(const struct store *store)
{
	size_t bytes = sizeof(*store);

	for (int kind = 0; kind < OBJ_KINDS; kind++)
		bytes += store_table_bytes_of(&store->tables[kind]);
	return bytes;
}
