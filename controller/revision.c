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

static const char null_time[] = "creationTimestamp";

static bool is_null_time(const struct json *member)
{
	return json_type(member) == JSON_NULL && json_name(member) != NULL &&
	       strcmp(json_name(member), null_time) == 0;
}

/* At any depth: an ephemeral volume's claim has metadata, too. */
static void drop_null_times(struct json *value)
{
	const struct json *child = json_first(value);

	while (child != NULL) {
		const struct json *next = json_next(child);

		if (is_null_time(child))
			json_remove(value, null_time);
		else
			drop_null_times(json_mut(value, child));
		child = next;
	}
}

/* Takes the template. */
static char *print_data(struct json *template)
{
	scope_json struct json *data = json_new_object();

	json_set(json_child_object(data, "spec"), "template", template);
	return canon_print(data);
}

/* In the form that is compared. Takes the template. */
static char *print_plain(struct json *template)
{
	drop_null_times(template);
	return print_data(template);
}

static struct json *as_patch(const struct json *template)
{
	struct json *copy = json_type(template) == JSON_OBJECT
				    ? json_dup(template)
				    : json_new_object();

	json_set_str(copy, "$patch", "replace");
	return copy;
}

char *revision_data(const struct json *template)
{
	return print_plain(as_patch(template));
}

char *revision_served_data(const struct json *template)
{
	return print_data(as_patch(template));
}

bool revision_has_null_time(const struct json *revision)
{
	const struct json *time = json_get(
		json_at(revision, "data.spec.template.metadata"), null_time);

	return time != NULL && is_null_time(time);
}

static char *plain(const struct json *data)
{
	const struct json *template = json_at(data, "spec.template");

	/* Data that holds anything else is no template of ours, and never
	 * equal to one. */
	if (json_type(template) != JSON_OBJECT || json_len(data) != 1 ||
	    json_len(json_get(data, "spec")) != 1)
		return canon_print(data);
	return print_plain(json_dup(template));
}

char *revision_stored_data(const struct json *revision)
{
	return plain(json_get(revision, "data"));
}

bool revision_holds(const struct json *revision, const char *data)
{
	scope_free char *stored = revision_stored_data(revision);
	scope_free char *wanted = NULL;
	scope_json struct json *json = NULL;

	if (json_parse(data, strlen(data), &json, NULL) != 0)
		return false;
	wanted = plain(json);
	return strcmp(stored, wanted) == 0;
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
