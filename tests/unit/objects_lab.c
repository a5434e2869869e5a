/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/objects_lab.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "tests/unit/cm.h"

static char *ns_of(const char *where)
{
	return mem_strndup(where, (size_t)(strchr(where, '/') - where));
}

struct json *objects_lab_object(const char *where, int value)
{
	scope_free char *ns = ns_of(where);
	scope_free char *uid = mem_printf("uid-of-%s", where);
	struct json *object = json_new_object();
	struct json *meta = json_child_object(object, "metadata");

	json_set_str(meta, "name", strchr(where, '/') + 1);
	if (*ns != '\0')
		json_set_str(meta, "namespace", ns);
	json_set_str(meta, "uid", uid);
	json_set_int(json_child_object(object, "spec"), "value", value);
	return object;
}

int objects_lab_try(struct objects *objects, enum kind_id kind,
		    const char *where, int value, uint64_t expect)
{
	scope_json struct json *object = objects_lab_object(where, value);

	return objects_put(objects, kind, object, expect, NULL, NULL);
}

uint64_t objects_lab_put(struct objects *objects, enum kind_id kind,
			 const char *where, int value)
{
	int rc = objects_lab_try(objects, kind, where, value, OBJECTS_ANY);

	assert_int_equal(rc, 0);
	return objects_version(objects);
}

int objects_lab_delete(struct objects *objects, enum kind_id kind,
		       const char *where)
{
	scope_free char *ns = ns_of(where);

	return objects_delete(objects, kind, ns, strchr(where, '/') + 1,
			      OBJECTS_ANY, NULL);
}

static int value_of(const struct object *object)
{
	scope_json struct json *json = NULL;
	char version[24];
	int rc = json_parse(object->json, object->json_len, &json, NULL);

	assert_int_equal(rc, 0);
	snprintf(version, sizeof(version), "%" PRIu64, object->version);
	assert_string_equal(json_str(json, "metadata.resourceVersion"),
			    version);
	return (int)json_int(json, "spec.value", -1);
}

int objects_lab_value(const struct objects *objects, enum kind_id kind,
		      const char *where)
{
	scope_free char *ns = ns_of(where);
	const struct object *object =
		objects_get(objects, kind, ns, strchr(where, '/') + 1);

	return object != NULL ? value_of(object) : -1;
}

void objects_lab_see(const struct objects_event *event, void *arg)
{
	struct objects_lab_seen *seen = arg;
	const struct object *object =
		event->is != NULL ? event->is : event->last;
	size_t len = strlen(seen->text);

	assert_true(event->version > seen->last);
	assert_int_equal(object->version, event->version);
	seen->last = event->version;
	seen->n++;
	if (sizeof(seen->text) - len > 64)
		snprintf(seen->text + len, sizeof(seen->text) - len,
			 "%c%s/%s=%d ",
			 event->is == NULL    ? '-'
			 : event->was == NULL ? '+'
					      : '~',
			 object->ns, object->name, value_of(object));
}
