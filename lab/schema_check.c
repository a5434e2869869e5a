/* SPDX-License-Identifier: Apache-2.0 */
/* Types and names of members against the schema. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/schema.h"
#include "lab/schema_value.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* Where the walk is: `path` with indexes, and `plain` as messages about types
 * have it, of fields alone. */
struct check {
	schema_fn fn;
	void *arg;
	struct buf path, plain;
	const struct schema_type *owner; /* innermost object */
};

static void check_value(struct check *c, const struct schema_field *field,
			const struct json *value);

static void tell(struct check *c, enum schema_finding what, const char *text)
{
	c->fn(what, c->path.len > 0 ? c->path.data : "", text, c->arg);
}

static void cut(struct buf *buf, size_t len)
{
	buf->len = len;
	if (buf->data != NULL)
		buf->data[len] = '\0';
}

static void join(struct buf *buf, const char *name)
{
	if (buf->len > 0)
		buf_putc(buf, '.');
	buf_puts(buf, name);
}

static void put_go(struct buf *out, const struct schema_field *field)
{
	static const char *const words[] = {
		[SCHEMA_STRING] = "string",
		[SCHEMA_BOOL] = "bool",
		[SCHEMA_INT32] = "int32",
		[SCHEMA_INT64] = "int64",
		[SCHEMA_NUMBER] = "float64",
		[SCHEMA_BYTES] = "[]uint8",
		[SCHEMA_TIME] = "string",
		[SCHEMA_MICROTIME] = "string",
		[SCHEMA_QUANTITY] = "v1.Quantity",
		[SCHEMA_RAW] = "v1.FieldsV1",
		[SCHEMA_INT_OR_STRING] = "int32",
	};

	if (field->go != NULL) {
		buf_puts(out, field->go);
	} else if (field->form == SCHEMA_OBJECT) {
		buf_printf(out, "v1.%s", field->type->name);
	} else if (field->form == SCHEMA_LIST) {
		buf_puts(out, "[]");
		put_go(out, field->item);
	} else if (field->form != SCHEMA_MAP) {
		buf_puts(out, words[field->form]);
	} else if (field->item->form == SCHEMA_QUANTITY) {
		buf_puts(out, "v1.ResourceList");
	} else {
		buf_puts(out, "map[string]");
		put_go(out, field->item);
	}
}

/* "string", "number 1.5"... as the server's decoder names a value. */
static void put_value(struct buf *out, const struct json *value, bool digits)
{
	static const char *const words[] = {
		[JSON_NONE] = "null",	  [JSON_NULL] = "null",
		[JSON_BOOL] = "bool",	  [JSON_NUMBER] = "number",
		[JSON_STRING] = "string", [JSON_ARRAY] = "array",
		[JSON_OBJECT] = "object",
	};

	buf_puts(out, words[json_type(value)]);
	if (digits && json_type(value) == JSON_NUMBER) {
		scope_free char *text = json_print(value);

		buf_printf(out, " %s", text);
	}
}

static void wrong_type(struct check *c, const struct schema_field *field,
		       const struct json *value, bool digits)
{
	scope_buf struct buf text;

	buf_init(&text, 0);
	buf_puts(&text, "json: cannot unmarshal ");
	put_value(&text, value, digits);
	buf_printf(&text, " into Go struct field %s.%s of type ",
		   c->owner->name, c->plain.data);
	put_go(&text, field);
	tell(c, SCHEMA_WRONG_TYPE, text.data);
}

static void check_int(struct check *c, const struct schema_field *field,
		      const struct json *value)
{
	double number = json_value_num(value);
	double limit = field->form == SCHEMA_INT64 ? 9223372036854775808.0
						   : 2147483648.0;

	if (json_type(value) != JSON_NUMBER)
		wrong_type(c, field, value, false);
	else if (number != floor(number) || number < -limit || number >= limit)
		wrong_type(c, field, value, true);
}

/* Forms whose text has a grammar of its own. */
static void check_text(struct check *c, const struct schema_field *field,
		       const struct json *value)
{
	const char *text = json_value_str(value);
	scope_free char *why = NULL;

	if (text == NULL) {
		wrong_type(c, field, value, false);
		return;
	}
	if (field->form == SCHEMA_BYTES)
		why = schema_value_base64(text);
	else
		why = schema_value_time(text, field->form == SCHEMA_MICROTIME);
	if (why != NULL)
		tell(c, SCHEMA_WRONG_TYPE, why);
}

static void check_quantity(struct check *c, const struct json *value)
{
	const char *text = json_value_str(value);
	scope_free char *printed = NULL;

	if (text == NULL)
		text = printed = json_print(value);
	scope_free char *why = schema_value_quantity(text);
	if (why != NULL)
		tell(c, SCHEMA_WRONG_TYPE, why);
}

static void check_scalar(struct check *c, const struct schema_field *field,
			 const struct json *value)
{
	enum json_type type = json_type(value);

	switch (field->form) {
	case SCHEMA_STRING:
		if (type != JSON_STRING)
			wrong_type(c, field, value, false);
		break;
	case SCHEMA_BOOL:
		if (type != JSON_BOOL)
			wrong_type(c, field, value, false);
		break;
	case SCHEMA_NUMBER:
		if (type != JSON_NUMBER)
			wrong_type(c, field, value, false);
		break;
	case SCHEMA_INT_OR_STRING:
		if (type != JSON_STRING)
			check_int(c, field, value);
		break;
	case SCHEMA_QUANTITY:
		check_quantity(c, value);
		break;
	case SCHEMA_INT32:
	case SCHEMA_INT64:
		check_int(c, field, value);
		break;
	default:
		check_text(c, field, value);
		break;
	}
}

static void check_object(struct check *c, const struct schema_type *type,
			 const struct json *object)
{
	size_t path = c->path.len, plain = c->plain.len;
	const struct schema_type *owner = c->owner;

	json_each (member, object) {
		const struct schema_field *field =
			schema_field(type, json_name(member));

		c->owner = type;
		join(&c->path, json_name(member));
		if (field == NULL) {
			scope_free char *text = mem_printf(
				"unknown field \"%s\"", c->path.data);

			tell(c, SCHEMA_UNKNOWN, text);
		} else {
			join(&c->plain, field->name);
			check_value(c, field, member);
		}
		cut(&c->path, path);
		cut(&c->plain, plain);
	}
	c->owner = owner;
}

static void check_list(struct check *c, const struct schema_field *field,
		       const struct json *list)
{
	size_t path = c->path.len;
	size_t i = 0;

	json_each (item, list) {
		buf_printf(&c->path, "[%zu]", i++);
		check_value(c, field->item, item);
		cut(&c->path, path);
	}
}

static void check_map(struct check *c, const struct schema_field *field,
		      const struct json *map)
{
	size_t path = c->path.len;

	json_each (member, map) {
		join(&c->path, json_name(member));
		check_value(c, field->item, member);
		cut(&c->path, path);
	}
}

static void check_value(struct check *c, const struct schema_field *field,
			const struct json *value)
{
	enum json_type want =
		field->form == SCHEMA_LIST ? JSON_ARRAY : JSON_OBJECT;

	if (field->form == SCHEMA_RAW || json_type(value) == JSON_NULL)
		return;
	if (field->form < SCHEMA_OBJECT)
		check_scalar(c, field, value);
	else if (json_type(value) != want)
		wrong_type(c, field, value, false);
	else if (field->form == SCHEMA_OBJECT)
		check_object(c, field->type, value);
	else if (field->form == SCHEMA_LIST)
		check_list(c, field, value);
	else
		check_map(c, field, value);
}

void schema_check_type(const struct schema_type *type,
		       const struct json *object, schema_fn fn, void *arg)
{
	struct check c = {.fn = fn, .arg = arg};

	buf_init(&c.path, 0);
	buf_init(&c.plain, 0);
	check_object(&c, type, object);
	buf_fini(&c.path);
	buf_fini(&c.plain);
}

void schema_check(const struct kind *kind, const struct json *object,
		  schema_fn fn, void *arg)
{
	schema_check_type(schema_of(kind), object, fn, arg);
}
