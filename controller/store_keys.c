/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/store_keys.h"

#include <stdlib.h>
#include <string.h>

#include "controller/hash.h"
#include "controller/istr.h"
#include "statefuld/mem.h"

uint32_t store_hash_name(const char *ns, const char *name)
{
	uint64_t h = hash_seed() + INDEX_NAME;

	if (ns)
		h = hash_bytes(h, ns, strlen(ns));
	return hash_end(hash_bytes(h, name, strlen(name)));
}

uint32_t store_hash_ns(const struct istr *ns)
{
	return hash_end(hash_ptr(hash_seed(), ns));
}

uint32_t store_hash_owner(const struct istr *uid)
{
	return hash_end(hash_ptr(hash_seed(), uid));
}

uint32_t store_hash_label(const struct istr *ns, const struct obj_label *label)
{
	uint64_t h = hash_ptr(hash_seed(), ns);

	return hash_end(hash_ptr(hash_ptr(h, label->key), label->value));
}

uint32_t store_hash_addr(const struct addr *addr)
{
	return hash_end(hash_bytes(hash_seed(), addr->octets, addr->len));
}

uint32_t store_hash_service(const struct istr *ns, const struct istr *service)
{
	return hash_end(hash_ptr(hash_ptr(hash_seed(), ns), service));
}

bool store_files_label(const struct store_filing *filing,
		       const struct istr *key)
{
	if (filing->all_labels)
		return true;
	for (size_t i = 0; i < filing->n_label_keys; i++)
		if (filing->label_keys[i] == key)
			return true;
	return false;
}

bool store_file_label(struct store_filing *filing, const struct istr *key)
{
	if (store_files_label(filing, key))
		return false;
	if (filing->n_label_keys == FILING_MAX_KEYS)
		filing->all_labels = true;
	else
		filing->label_keys[filing->n_label_keys++] = istr_ref(key);
	return true;
}

void store_filing_fini(struct store_filing *filing)
{
	for (size_t i = 0; i < filing->n_label_keys; i++)
		istr_drop(filing->label_keys[i]);
	filing->n_label_keys = 0;
}

static void add(struct store_keys *keys, enum store_index index, uint32_t hash)
{
	mem_grow(keys->items, keys->n);
	keys->items[keys->n++] = (struct store_key){index, hash};
}

static void add_addrs(struct store_keys *keys, const struct addr *addrs,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(keys, INDEX_ADDR, store_hash_addr(&addrs[i]));
}

static void add_pod(struct store_keys *keys, const struct store_filing *filing,
		    const struct obj_pod *pod)
{
	const struct obj *obj = &pod->obj;

	for (size_t i = 0; i < obj->n_labels; i++)
		if (obj->labels[i].value != obj->name &&
		    store_files_label(filing, obj->labels[i].key))
			add(keys, INDEX_LABEL,
			    store_hash_label(obj->ns, &obj->labels[i]));
	if (filing->addrs)
		add_addrs(keys, pod->addrs, pod->n_addrs);
}

static void add_service(struct store_keys *keys,
			const struct store_filing *filing,
			const struct obj_service *service)
{
	if (service->has_selector)
		add(keys, INDEX_LABEL,
		    store_hash_label(service->obj.ns,
				     &service->selector[service->filed]));
	if (filing->addrs)
		add_addrs(keys, service->addrs, service->n_addrs);
}

static void add_slice(struct store_keys *keys,
		      const struct store_filing *filing,
		      const struct obj_slice *slice)
{
	if (slice->service)
		add(keys, INDEX_SERVICE,
		    store_hash_service(slice->obj.ns, slice->service));
	for (size_t i = 0; filing->addrs && i < slice->n_endpoints; i++)
		add_addrs(keys, slice->endpoints[i].addrs,
			  slice->endpoints[i].n_addrs);
}

static void add_owner(struct store_keys *keys, const struct obj *obj)
{
	if (obj->owner->kind)
		add(keys, INDEX_OWNER, store_hash_owner(obj->owner->uid));
	else if (obj->kind == OBJ_POD || obj->kind == OBJ_REVISION)
		add(keys, INDEX_ORPHAN, store_hash_ns(obj->ns));
}

void store_keys_of(struct store_keys *keys, const struct store_filing *filing,
		   const struct obj *obj)
{
	keys->n = 0;
	if (!obj)
		return;
	add(keys, INDEX_NAME,
	    store_hash_name(istr_text(obj->ns), istr_text(obj->name)));
	if (obj->ns)
		add(keys, INDEX_NS, store_hash_ns(obj->ns));
	if (filing->owners)
		add_owner(keys, obj);
	if (obj->kind == OBJ_POD)
		add_pod(keys, filing, obj_pod(obj));
	else if (obj->kind == OBJ_SERVICE)
		add_service(keys, filing, obj_service(obj));
	else if (obj->kind == OBJ_SLICE)
		add_slice(keys, filing, obj_slice(obj));
}

bool store_keys_equal(const struct store_keys *a, const struct store_keys *b)
{
	return a->n == b->n &&
	       (a->n == 0 ||
		memcmp(a->items, b->items, a->n * sizeof(*a->items)) == 0);
}

void store_keys_fini(struct store_keys *keys)
{
	free(keys->items);
	*keys = (struct store_keys){0};
}

static bool has_label(const struct obj *obj, const struct obj_label *want)
{
	for (size_t i = 0; i < obj->n_labels; i++)
		if (obj->labels[i].key == want->key)
			return obj->labels[i].value == want->value;
	return false;
}

bool store_has_labels(const struct obj *obj, const struct obj_label *want,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!has_label(obj, &want[i]))
			return false;
	return true;
}

bool store_addr_equal(const struct addr *a, const struct addr *b)
{
	return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

static bool among(const struct addr *addrs, size_t n, const struct addr *addr)
{
	for (size_t i = 0; i < n; i++)
		if (store_addr_equal(&addrs[i], addr))
			return true;
	return false;
}

bool store_has_addr(const struct obj *obj, const struct addr *addr)
{
	const struct obj_slice *slice;

	if (obj->kind == OBJ_POD)
		return among(obj_pod(obj)->addrs, obj_pod(obj)->n_addrs, addr);
	if (obj->kind == OBJ_SERVICE)
		return among(obj_service(obj)->addrs, obj_service(obj)->n_addrs,
			     addr);
	if (obj->kind != OBJ_SLICE)
		return false;
	slice = obj_slice(obj);
	for (size_t i = 0; i < slice->n_endpoints; i++)
		if (among(slice->endpoints[i].addrs,
			  slice->endpoints[i].n_addrs, addr))
			return true;
	return false;
}
