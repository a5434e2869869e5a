/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/proto.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "lab/proto_types.h"
#include "lab/secret_data.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* https://protobuf.dev/programming-guides/encoding/ */
enum wire { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* The rest of a message. */
struct input {
	const uint8_t *p, *end;
};

/* One field of it; `bytes` for WIRE_BYTES, else `number`. */
struct field {
	uint32_t number;
	enum wire wire;
	uint64_t value;
	struct input bytes;
};

static bool read_varint(struct input *in, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (unsigned int shift = 0; shift < 64 && in->p < in->end;
	     shift += 7) {
		uint8_t byte = *in->p++;

		value |= (uint64_t)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

static bool read_bytes(struct input *in, uint64_t len, struct input *ret_bytes)
{
	if (len > (uint64_t)(in->end - in->p))
		return false;
	*ret_bytes = (struct input){in->p, in->p + len};
	in->p += len;
	return true;
}

/* False at what is malformed. */
static bool read_field(struct input *in, struct field *field)
{
	struct input fixed;
	uint64_t tag, len;

	if (!read_varint(in, &tag) || tag >> 3 > UINT32_MAX)
		return false;
	*field = (struct field){.number = (uint32_t)(tag >> 3)};
	switch (tag & 7) {
	case WIRE_VARINT:
		return read_varint(in, &field->value);
	case WIRE_BYTES:
		field->wire = WIRE_BYTES;
		return read_varint(in, &len) &&
		       read_bytes(in, len, &field->bytes);
	case WIRE_64:
		field->wire = WIRE_64;
		return read_bytes(in, 8, &fixed);
	case WIRE_32:
		field->wire = WIRE_32;
		return read_bytes(in, 4, &fixed);
	default:
		return false;
	}
}

static char *text_of(struct input bytes)
{
	return mem_strndup((const char *)bytes.p,
			   (size_t)(bytes.end - bytes.p));
}

/* ---- values ---- */

static struct json *str_value(struct input bytes)
{
	scope_free char *text = text_of(bytes);

	return json_new_str(text);
}

static struct json *bytes_value(struct input bytes)
{
	scope_free char *text =
		secret_data_encode(bytes.p, (size_t)(bytes.end - bytes.p));

	return json_new_str(text);
}

/* Zero time is no time. */
static struct json *time_value(struct input bytes)
{
	struct field field;
	time_t seconds = 0;
	char text[64];
	struct tm tm;

	while (bytes.p < bytes.end) {
		if (!read_field(&bytes, &field))
			return NULL;
		if (field.number == 1 && field.wire == WIRE_VARINT)
			seconds = (time_t)field.value;
	}
	if (seconds == 0 || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return json_new_null();
	return json_new_str(text);
}

static struct json *int_or_str_value(struct input bytes)
{
	scope_json struct json *text = NULL;
	struct field field;
	uint64_t type = 0;
	int64_t number = 0;
	struct json *result;

	while (bytes.p < bytes.end) {
		if (!read_field(&bytes, &field))
			return NULL;
		if (field.number == 1 && field.wire == WIRE_VARINT)
			type = field.value;
		if (field.number == 2 && field.wire == WIRE_VARINT)
			number = (int32_t)field.value;
		if (field.number == 3 && field.wire == WIRE_BYTES) {
			json_free(text);
			text = str_value(field.bytes);
		}
	}
	if (type == 0)
		return json_new_int(number);
	result = text != NULL ? text : json_new_str("");
	text = NULL;
	return result;
}

/* Adds one entry of a map; false at what is malformed. */
static bool add_entry(struct json *object, const char *name, struct input bytes,
		      bool as_bytes)
{
	struct input value = {0};
	scope_free char *key = NULL;
	struct field field;

	while (bytes.p < bytes.end) {
		if (!read_field(&bytes, &field))
			return false;
		if (field.wire != WIRE_BYTES)
			continue;
		if (field.number == 1) {
			free(key);
			key = text_of(field.bytes);
		} else if (field.number == 2) {
			value = field.bytes;
		}
	}
	if (value.p == NULL)
		value.p = value.end = (const uint8_t *)"";
	json_set(json_child_object(object, name), key != NULL ? key : "",
		 as_bytes ? bytes_value(value) : str_value(value));
	return true;
}

/* ---- messages ---- */

static struct json *read_message(struct input in,
				 const struct proto_type *type);

static bool is_varint(const struct proto_field *known)
{
	return known->form == PROTO_INT || known->form == PROTO_BOOL;
}

/* NULL at what is malformed. */
static struct json *read_value(const struct proto_field *known,
			       const struct field *field)
{
	switch (known->form) {
	case PROTO_STR:
		return str_value(field->bytes);
	case PROTO_INT:
		return json_new_int((int64_t)field->value);
	case PROTO_BOOL:
		return json_new_bool(field->value != 0);
	case PROTO_BYTES:
		return bytes_value(field->bytes);
	case PROTO_TIME:
		return time_value(field->bytes);
	case PROTO_INT_OR_STR:
		return int_or_str_value(field->bytes);
	case PROTO_MESSAGE:
		return read_message(field->bytes, known->type);
	case PROTO_MAP:
	case PROTO_MAP_BYTES:
		break;
	}
	return NULL;
}

/* Go writes fields that are not set as their zero value. */
static bool is_nothing(const struct proto_field *known,
		       const struct field *field, const struct json *value)
{
	if (json_type(value) == JSON_NULL)
		return true;
	if (known->pointer || known->list)
		return false;
	if (is_varint(known))
		return field->value == 0;
	return known->form == PROTO_STR && field->bytes.p == field->bytes.end;
}

static bool add_value(struct json *object, const struct proto_field *known,
		      const struct field *field)
{
	struct json *value = read_value(known, field);

	if (value == NULL)
		return false;
	if (is_nothing(known, field, value))
		json_free(value);
	else if (known->list)
		json_push(json_child_array(object, known->name), value);
	else
		json_set(object, known->name, value);
	return true;
}

static bool add_field(struct json *object, const struct proto_field *known,
		      const struct field *field)
{
	if (field->wire != (is_varint(known) ? WIRE_VARINT : WIRE_BYTES))
		return false;
	if (known->form == PROTO_MAP || known->form == PROTO_MAP_BYTES)
		return add_entry(object, known->name, field->bytes,
				 known->form == PROTO_MAP_BYTES);
	return add_value(object, known, field);
}

static const struct proto_field *find(const struct proto_type *type,
				      uint32_t number)
{
	for (size_t i = 0; i < type->n_fields; i++) {
		if (type->fields[i].number == number)
			return &type->fields[i];
	}
	return NULL;
}

/* What is not known (status for one) is left out. */
static struct json *read_message(struct input in, const struct proto_type *type)
{
	struct json *object = json_new_object();

	while (in.p < in.end) {
		const struct proto_field *known;
		struct field field;

		if (!read_field(&in, &field)) {
			json_free(object);
			return NULL;
		}
		known = find(type, field.number);
		if (known != NULL && !add_field(object, known, &field)) {
			json_free(object);
			return NULL;
		}
	}
	return object;
}

/* ---- the envelope: runtime.Unknown ---- */

static const struct proto_field type_meta_fields[] = {
	{1, "apiVersion", PROTO_STR, NULL, false, false},
	{2, "kind", PROTO_STR, NULL, false, false},
};
static const struct proto_type type_meta = {type_meta_fields,
					    st_array_len(type_meta_fields)};

static bool read_envelope(struct input in, struct json **ret_meta,
			  struct input *ret_raw)
{
	static const uint8_t nothing[1];
	struct field field;

	*ret_raw = (struct input){nothing, nothing};
	while (in.p < in.end) {
		if (!read_field(&in, &field))
			return false;
		if (field.wire != WIRE_BYTES)
			continue;
		if (field.number == 1) {
			json_free(*ret_meta);
			*ret_meta = read_message(field.bytes, &type_meta);
		} else if (field.number == 2) {
			*ret_raw = field.bytes;
		}
	}
	return *ret_meta != NULL && json_str(*ret_meta, "kind") != NULL &&
	       json_str(*ret_meta, "apiVersion") != NULL;
}

static struct json *with_type(const struct json *type_of,
			      const struct json *message)
{
	struct json *object = json_new_object();

	json_set_str(object, "kind", json_str(type_of, "kind"));
	json_set_str(object, "apiVersion", json_str(type_of, "apiVersion"));
	json_each (member, message)
		json_set(object, json_name(member), json_dup(member));
	return object;
}

int proto_read(const char *data, size_t len, struct json **ret_object,
	       struct err *err)
{
	static const char magic[4] = {'k', '8', 's', '\0'};
	scope_json struct json *meta = NULL;
	scope_json struct json *message = NULL;
	const struct proto_type *type;
	struct input in, raw;

	if (len < sizeof(magic) || memcmp(data, magic, sizeof(magic)) != 0)
		return err_set(err, ST_EPARSE, "no Kubernetes protobuf");
	in = (struct input){(const uint8_t *)data + sizeof(magic),
			    (const uint8_t *)data + len};
	if (!read_envelope(in, &meta, &raw))
		return err_set(err, ST_EPARSE, "malformed protobuf");
	type = proto_types_find(json_str(meta, "apiVersion"),
				json_str(meta, "kind"));
	if (type == NULL)
		return err_set(err, ST_EINVAL, "%s %s is not read as protobuf",
			       json_str(meta, "apiVersion"),
			       json_str(meta, "kind"));
	message = read_message(raw, type);
	if (message == NULL)
		return err_set(err, ST_EPARSE, "malformed protobuf");
	*ret_object = with_type(meta, message);
	return 0;
}
