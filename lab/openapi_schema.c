/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/openapi_schema.h"

#include <string.h>

#include "lab/schema.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

#define META	      "io.k8s.apimachinery.pkg.apis.meta.v1."
#define TIME	      META "Time"
#define MICROTIME     META "MicroTime"
#define FIELDS	      META "FieldsV1"
#define RAW	      "io.k8s.apimachinery.pkg.runtime.RawExtension"
#define QUANTITY      "io.k8s.apimachinery.pkg.api.resource.Quantity"
#define INT_OR_STRING "io.k8s.apimachinery.pkg.util.intstr.IntOrString"

char *openapi_schema_id(const struct schema_type *type, const char *suffix)
{
	/* The package is the group's first word, and the version. */
	int len = (int)strcspn(type->group, "./");
	const char *slash = strchr(type->group, '/');

	if (strcmp(type->group, "meta/v1") == 0)
		return mem_printf(META "%s%s", type->name, suffix);
	if (strcmp(type->group, "v1") == 0)
		return mem_printf("io.k8s.api.core.v1.%s%s", type->name,
				  suffix);
	return mem_printf("io.k8s.api.%.*s.%s.%s%s", len, type->group,
			  slash != NULL ? slash + 1 : "", type->name, suffix);
}

static void set_ref(struct json *schema, const char *id)
{
	struct json *ref = json_new_object();
	scope_free char *text = mem_printf(OPENAPI_REF "%s", id);

	/* OpenAPI 3.0 looks at nothing beside a $ref: so it stands alone. */
	json_set_str(ref, "$ref", text);
	json_push(json_child_array(schema, "allOf"), ref);
}

/* The id of a form that has a named schema of its own; NULL: it has none. */
static const char *scalar_id(const struct schema_field *field)
{
	switch (field->form) {
	case SCHEMA_TIME:
		return TIME;
	case SCHEMA_MICROTIME:
		return MICROTIME;
	case SCHEMA_QUANTITY:
		return QUANTITY;
	case SCHEMA_INT_OR_STRING:
		return INT_OR_STRING;
	case SCHEMA_RAW:
		return field->name != NULL &&
				       strcmp(field->name, "fieldsV1") == 0
			       ? FIELDS
			       : RAW;
	default:
		return NULL;
	}
}

static void set_scalar(struct json *schema, const struct schema_field *field)
{
	static const struct {
		const char *type, *format;
	} words[] = {
		[SCHEMA_STRING] = {"string", NULL},
		[SCHEMA_BOOL] = {"boolean", NULL},
		[SCHEMA_INT32] = {"integer", "int32"},
		[SCHEMA_INT64] = {"integer", "int64"},
		[SCHEMA_NUMBER] = {"number", "double"},
		[SCHEMA_BYTES] = {"string", "byte"},
	};

	json_set_str(schema, "type", words[field->form].type);
	if (words[field->form].format != NULL)
		json_set_str(schema, "format", words[field->form].format);
}

/* A named schema that is no type of ours. */
static void add_scalar(struct json *schemas, const char *id)
{
	static const char *const oneof[][2] = {{"string", "number"},
					       {"integer", "string"}};
	struct json *schema = json_child_object(schemas, id);
	bool quantity = strcmp(id, QUANTITY) == 0;

	if (strcmp(id, FIELDS) == 0 || strcmp(id, RAW) == 0) {
		json_set_str(schema, "type", "object");
	} else if (quantity || strcmp(id, INT_OR_STRING) == 0) {
		struct json *list = json_new_array();
		for (int i = 0; i < 2; i++) {
			struct json *one = json_new_object();
			json_set_str(one, "type", oneof[quantity ? 0 : 1][i]);
			json_push(list, one);
		}
		if (!quantity)
			json_set_str(schema, "format", "int-or-string");
		json_set(schema, "oneOf", list);
	} else {
		json_set_str(schema, "type", "string");
		json_set_str(schema, "format", "date-time");
	}
}

static void set_words(struct json *schema, const char *name,
		      const char *const *words)
{
	struct json *list = json_child_array(schema, name);

	for (; *words != NULL; words++)
		json_push(list, json_new_str(*words));
}

static const char *list_word(enum schema_list list)
{
	static const char *const words[] = {
		[SCHEMA_ATOMIC] = "atomic",
		[SCHEMA_SET] = "set",
		[SCHEMA_KEYED] = "map",
	};

	return words[list];
}

static void set_extensions(struct json *schema,
			   const struct schema_field *field)
{
	if (field->form == SCHEMA_LIST)
		json_set_str(schema, "x-kubernetes-list-type",
			     list_word(field->list));
	if (field->keys != NULL)
		set_words(schema, "x-kubernetes-list-map-keys", field->keys);
	if (field->form == SCHEMA_MAP && field->atomic)
		json_set_str(schema, "x-kubernetes-map-type", "atomic");
	if (field->merge_key != NULL)
		json_set_str(schema, "x-kubernetes-patch-merge-key",
			     field->merge_key);
	if (field->merges)
		json_set_str(schema, "x-kubernetes-patch-strategy",
			     field->retain_keys ? "merge,retainKeys" : "merge");
	else if (field->replaces)
		json_set_str(schema, "x-kubernetes-patch-strategy", "replace");
}

/* The schema of a field; the types that it is made of go to `schemas`. */
static struct json *new_schema(struct json *schemas,
			       const struct schema_field *field)
{
	struct json *schema = json_new_object();
	const char *id = scalar_id(field);

	if (field->doc != NULL)
		json_set_str(schema, "description", field->doc);
	if (field->form == SCHEMA_OBJECT) {
		scope_free char *type = openapi_schema_id(field->type, "");
		openapi_schema_add(schemas, field->type);
		set_ref(schema, type);
	} else if (field->form == SCHEMA_LIST) {
		json_set_str(schema, "type", "array");
		json_set(schema, "items", new_schema(schemas, field->item));
	} else if (field->form == SCHEMA_MAP) {
		json_set_str(schema, "type", "object");
		json_set(schema, "additionalProperties",
			 new_schema(schemas, field->item));
	} else if (id != NULL) {
		if (json_get(schemas, id) == NULL)
			add_scalar(schemas, id);
		set_ref(schema, id);
	} else {
		set_scalar(schema, field);
	}
	if (field->values != NULL)
		set_words(schema, "enum", field->values);
	set_extensions(schema, field);
	return schema;
}

void openapi_schema_add(struct json *schemas, const struct schema_type *type)
{
	scope_free char *id = openapi_schema_id(type, "");

	if (json_get(schemas, id) != NULL)
		return;
	struct json *schema = json_child_object(schemas, id);
	json_set_str(schema, "type", "object");
	if (type->doc != NULL)
		json_set_str(schema, "description", type->doc);
	if (type->atomic)
		json_set_str(schema, "x-kubernetes-map-type", "atomic");
	for (size_t i = 0; i < type->n_fields; i++) {
		const struct schema_field *field = &type->fields[i];

		json_set(json_child_object(schema, "properties"), field->name,
			 new_schema(schemas, field));
		if (field->required)
			json_push(json_child_array(schema, "required"),
				  json_new_str(field->name));
	}
}

struct json *openapi_schema_gvk(const char *group, const char *version,
				const char *kind, const char *suffix)
{
	struct json *gvk = json_new_object();
	scope_free char *name = mem_printf("%s%s", kind, suffix);

	json_set_str(gvk, "group", group);
	json_set_str(gvk, "kind", name);
	json_set_str(gvk, "version", version);
	return gvk;
}

/* Says of which group, version and kind the objects of a schema are. */
static void mark(struct json *schema, const struct kind *kind,
		 const char *suffix)
{
	struct json *list = json_new_array();

	json_push(list, openapi_schema_gvk(kind->group, kind->version,
					   kind->kind, suffix));
	json_set(schema, "x-kubernetes-group-version-kind", list);
}

static void add_list(struct json *schemas, const struct kind *kind)
{
	static const struct schema_field texts[] = {
		{.name = "apiVersion", .form = SCHEMA_STRING},
		{.name = "kind", .form = SCHEMA_STRING},
	};
	const struct schema_type *type = schema_of(kind);
	const struct schema_field item = {.form = SCHEMA_OBJECT, .type = type};
	const struct schema_field metadata = {
		.form = SCHEMA_OBJECT,
		.type = schema_named("meta/v1", "ListMeta"),
	};
	const struct schema_field items = {.form = SCHEMA_LIST, .item = &item};
	scope_free char *id = openapi_schema_id(type, "List");
	struct json *schema = json_child_object(schemas, id);
	struct json *properties = NULL;

	json_set_str(schema, "type", "object");
	properties = json_child_object(schema, "properties");
	for (size_t i = 0; i < st_array_len(texts); i++)
		json_set(properties, texts[i].name,
			 new_schema(schemas, &texts[i]));
	json_set(properties, "items", new_schema(schemas, &items));
	json_set(properties, "metadata", new_schema(schemas, &metadata));
	json_push(json_child_array(schema, "required"), json_new_str("items"));
	mark(schema, kind, "List");
}

void openapi_schema_add_kind(struct json *schemas, const struct kind *kind)
{
	const struct schema_type *type = schema_of(kind);
	scope_free char *id = openapi_schema_id(type, "");

	openapi_schema_add(schemas, type);
	mark(json_child_object(schemas, id), kind, "");
	if (kind->id == KINDS)
		return;
	add_list(schemas, kind);
	openapi_schema_add(schemas, schema_named("meta/v1", "DeleteOptions"));
}
