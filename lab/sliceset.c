/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/sliceset.h"

#include <stdlib.h>
#include <string.h>

#include "lab/endpoint.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static char *group_text(const char *family, const struct json *ports)
{
	scope_free char *text = json_print(ports);

	return mem_printf("%s %s", family, text);
}

static void drop_want(struct sliceset_want *want)
{
	free(want->uid);
	free(want->group);
	json_free(want->endpoint);
	json_free(want->ports);
	free(want);
}

void sliceset_fini(struct sliceset *set)
{
	ordered_fini(&set->by_uid);
	for (size_t i = 0; i < set->n_wants; i++)
		drop_want(set->wants[i]);
	free(set->wants);
	for (size_t i = 0; i < set->n_slices; i++) {
		struct sliceset_slice *slice = set->slices[i];

		json_free(slice->object);
		json_free(slice->endpoints);
		json_free(slice->ports);
		free(slice->group);
		free(slice);
	}
	free(set->slices);
}

void sliceset_want(struct sliceset *set, struct json *take_endpoint,
		   struct json *take_ports)
{
	struct sliceset_want *want = mem_zalloc(sizeof(*want));
	const char *uid = json_str(take_endpoint, "targetRef.uid");

	want->uid = mem_strdup(uid == NULL ? "" : uid);
	want->endpoint = take_endpoint;
	want->ports = take_ports;
	want->group = group_text(endpoint_family(take_endpoint), take_ports);
	if (ordered_get(&set->by_uid, want->uid) != NULL) {
		drop_want(want);
		return;
	}
	mem_grow(set->wants, set->n_wants);
	set->wants[set->n_wants++] = want;
	ordered_add(&set->by_uid, want->uid, want);
}

static struct sliceset_slice *add_slice(struct sliceset *set)
{
	struct sliceset_slice *slice = mem_zalloc(sizeof(*slice));

	slice->endpoints = json_new_array();
	mem_grow(set->slices, set->n_slices);
	set->slices[set->n_slices++] = slice;
	return slice;
}

static const char *family_of(const struct json *slice)
{
	const char *family = json_str(slice, "addressType");

	return family == NULL ? "IPv4" : family;
}

void sliceset_have(struct sliceset *set, struct json *take_slice)
{
	struct sliceset_slice *slice = add_slice(set);
	const struct json *ports = json_get(take_slice, "ports");

	slice->object = take_slice;
	slice->ports = json_type(ports) == JSON_ARRAY ? json_dup(ports)
						      : json_new_array();
	slice->group = group_text(family_of(take_slice), slice->ports);
}

static void place(struct sliceset_slice *slice, struct sliceset_want *want)
{
	json_push(slice->endpoints, json_dup(want->endpoint));
	want->is_placed = true;
}

static void keep(struct sliceset *set, struct sliceset_slice *slice)
{
	json_each (old, json_get(slice->object, "endpoints")) {
		const char *uid = json_str(old, "targetRef.uid");
		struct ordered_item *item =
			uid == NULL ? NULL : ordered_get(&set->by_uid, uid);
		struct sliceset_want *want = item == NULL ? NULL : item->value;

		if (want == NULL || want->is_placed ||
		    strcmp(want->group, slice->group) != 0) {
			slice->is_changed = true;
			continue;
		}
		if (!json_equal(old, want->endpoint))
			slice->is_changed = true;
		place(slice, want);
	}
}

static void regroup(struct sliceset_slice *slice,
		    const struct sliceset_want *want)
{
	free(slice->group);
	json_free(slice->ports);
	slice->group = mem_strdup(want->group);
	slice->ports = json_dup(want->ports);
}

/* One of the same ports with room, else an empty one of the same family,
 * else a new one. */
static struct sliceset_slice *slice_for(struct sliceset *set,
					const struct sliceset_want *want)
{
	const char *family = endpoint_family(want->endpoint);
	struct sliceset_slice *slice;

	for (size_t i = 0; i < set->n_slices; i++) {
		slice = set->slices[i];
		if (strcmp(slice->group, want->group) == 0 &&
		    json_len(slice->endpoints) < SLICESET_MAX)
			return slice;
	}
	for (size_t i = 0; i < set->n_slices; i++) {
		slice = set->slices[i];
		if (json_len(slice->endpoints) == 0 && slice->object != NULL &&
		    strcmp(family_of(slice->object), family) == 0) {
			regroup(slice, want);
			return slice;
		}
	}
	slice = add_slice(set);
	regroup(slice, want);
	return slice;
}

static void fill(struct sliceset *set)
{
	struct sliceset_slice *slice = NULL;

	for (size_t i = 0; i < set->n_wants; i++) {
		struct sliceset_want *want = set->wants[i];

		if (want->is_placed)
			continue;
		if (slice == NULL || strcmp(slice->group, want->group) != 0 ||
		    json_len(slice->endpoints) >= SLICESET_MAX)
			slice = slice_for(set, want);
		place(slice, want);
		slice->is_changed = true;
	}
}

static void empty_one(struct sliceset *set)
{
	struct sliceset_slice *slice;

	if (set->n_slices == 0) {
		slice = add_slice(set);
		slice->ports = json_new_array();
		slice->group = mem_strdup("");
	}
	slice = set->slices[0];
	slice->is_unwanted = false;
	if (slice->object == NULL || json_len(slice->ports) > 0)
		slice->is_changed = true;
	json_free(slice->ports);
	slice->ports = json_new_array();
}

void sliceset_settle(struct sliceset *set)
{
	for (size_t i = 0; i < set->n_slices; i++)
		keep(set, set->slices[i]);
	fill(set);
	for (size_t i = 0; i < set->n_slices; i++)
		set->slices[i]->is_unwanted =
			json_len(set->slices[i]->endpoints) == 0;
	if (set->n_wants == 0)
		empty_one(set);
}
