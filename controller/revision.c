/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/revision.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "controller/canon.h"
#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/setspec.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum { NAME_CUT = 223 }; /* SS-034 */

static void drop_nulls(struct json *object)
{
	const struct json *child = json_first(object);

	while (child != NULL) {
		const struct json *next = json_next(child);

		if (json_type(child) == JSON_NULL)
			json_remove(object, json_name(child));
		child = next;
	}
}

/* A copy of the template in the form that is compared and hashed. */
static char *print_data(const struct json *template)
{
	scope_json struct json *data = json_new_object();
	struct json *copy = json_dup(template);

	if (json_type(json_get(copy, "metadata")) == JSON_OBJECT)
		drop_nulls(json_child_object(copy, "metadata"));
	json_set(json_child_object(data, "spec"), "template", copy);
	return canon_print(data);
}

char *revision_data(const struct json *template)
{
	scope_json struct json *copy = json_type(template) == JSON_OBJECT
					       ? json_dup(template)
					       : json_new_object();

	json_set_str(copy, "$patch", "replace");
	return print_data(copy);
}

char *revision_stored_data(const struct json *revision)
{
	const struct json *data = json_get(revision, "data");
	const struct json *template = json_at(data, "spec.template");

	/* Data that holds anything else is no template of ours, and never
	 * equal to one. */
	if (json_type(template) != JSON_OBJECT || json_len(data) != 1 ||
	    json_len(json_get(data, "spec")) != 1)
		return canon_print(data);
	return print_data(template);
}

static uint32_t fnv1(uint32_t sum, const char *text)
{
	for (; *text != '\0'; text++)
		sum = sum * UINT32_C(16777619) ^ (uint8_t)*text;
	return sum;
}

uint32_t revision_sum(const char *data, int64_t collisions)
{
	char count[24];

	snprintf(count, sizeof(count), "%" PRId64, collisions);
	return fnv1(fnv1(UINT32_C(2166136261), data), count);
}

void revision_hash(char ret_hash[REVISION_HASH_SIZE], const char *data,
		   int64_t collisions)
{
	static const char alphabet[] = "bcdfghjklmnpqrstvwxz2456789";

	snprintf(ret_hash, REVISION_HASH_SIZE, "%" PRIu32,
		 revision_sum(data, collisions));
	for (char *c = ret_hash; *c != '\0'; c++)
		*c = alphabet[(uint8_t)*c % 27];
}

void revision_name(char ret_name[REVISION_NAME_SIZE], const char *set,
		   const char *hash)
{
	snprintf(ret_name, REVISION_NAME_SIZE, "%.*s-%s", NAME_CUT, set, hash);
}

static void copy_map(struct json *to, const char *member,
		     const struct json *from)
{
	if (json_type(from) == JSON_OBJECT && json_len(from) > 0)
		json_set(to, member, json_dup(from));
}

struct json *revision_build(const struct setspec *set, const char *data,
			    const char *name, const char *first_hash,
			    int64_t number)
{
	struct json *revision = json_new_object(), *meta, *value = NULL;

	json_set_str(revision, "apiVersion", "apps/v1");
	json_set_str(revision, "kind", "ControllerRevision");
	meta = json_child_object(revision, "metadata");
	json_set_str(meta, "name", name);
	json_set_str(meta, "namespace", set->ns);
	copy_map(meta, "labels", json_at(set->template, "metadata.labels"));
	json_set_str(json_child_object(meta, "labels"),
		     "controller.kubernetes.io/hash", first_hash);
	copy_map(meta, "annotations",
		 json_at(set->json, "metadata.annotations"));
	json_push(json_child_array(meta, "ownerReferences"),
		  identity_owner_ref(set));
	if (json_parse(data, strlen(data), &value, NULL) == 0)
		json_set(revision, "data", value);
	json_set_int(revision, "revision", number);
	return revision;
}

int revision_template(const struct json *revision, struct json **ret_template,
		      struct err *err)
{
	const struct json *template = json_at(revision, "data.spec.template");
	const char *name = json_str(revision, "metadata.name");

	if (json_type(template) != JSON_OBJECT)
		return err_set(err, ST_EPARSE,
			       "revision %s holds no pod template",
			       name ? name : "");
	*ret_template = json_dup(template);
	json_remove(*ret_template, "$patch");
	return 0;
}

int revision_cmp(const struct obj_revision *a, const struct obj_revision *b)
{
	if (a->revision != b->revision)
		return a->revision < b->revision ? -1 : 1;
	if (a->created_s != b->created_s)
		return a->created_s < b->created_s ? -1 : 1;
	return strcmp(istr_text(a->obj.name), istr_text(b->obj.name));
}
