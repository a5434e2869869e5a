/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

struct label {
	const char *key, *value;
};

static int compare_labels(const void *a, const void *b)
{
	const struct label *left = a, *right = b;

	return strcmp(left->key, right->key);
}

static size_t read_labels(const struct json *labels, struct label *out)
{
	size_t n = 0;

	json_each (child, labels) {
		const char *key = json_name(child);
		const char *value = json_value_str(child);

		/* An empty key would end the list. */
		if (key != NULL && *key != '\0' && value != NULL)
			out[n++] = (struct label){key, value};
	}
	return n;
}

static void put_with_nul(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text) + 1);
}

static void pack_labels(struct buf *buf, const struct json *labels)
{
	size_t most = json_len(labels);
	scope_free struct label *sorted = mem_calloc(most, sizeof(*sorted));
	size_t n = read_labels(labels, sorted);

	if (n > 1)
		qsort(sorted, n, sizeof(*sorted), compare_labels);
	for (size_t i = 0; i < n; i++) {
		put_with_nul(buf, sorted[i].key);
		put_with_nul(buf, sorted[i].value);
	}
	put_with_nul(buf, "");
}

/* Places of the strings in the run of bytes that follows the struct. */
struct layout {
	size_t name, ns, uid, labels, json, end;
};

static void lay_out(struct buf *buf, const struct json *meta, const char *json,
		    struct layout *at)
{
	const char *name = json_str(meta, "name");
	const char *ns = json_str(meta, "namespace");

	if (ns == NULL)
		ns = "";
	buf_puts(buf, ns);
	buf_putc(buf, '/');
	at->name = buf->len;
	put_with_nul(buf, name);
	at->ns = buf->len;
	put_with_nul(buf, ns);
	at->uid = buf->len;
	put_with_nul(buf, json_str(meta, "uid"));
	at->labels = buf->len;
	pack_labels(buf, json_get(meta, "labels"));
	at->json = buf->len;
	put_with_nul(buf, json);
	at->end = buf->len;
}

static struct content *build(enum kind_id kind, const struct buf *buf,
			     const struct layout *at)
{
	size_t size = sizeof(struct content) + buf->len;
	struct content *content = mem_alloc(size);
	char *text = (char *)(content + 1);

	memcpy(text, buf->data, buf->len);
	*content = (struct content){
		.refs = 1,
		.key = text,
		.size = size,
		.object =
			{
				.kind = kind,
				.ns = text + at->ns,
				.name = text + at->name,
				.uid = text + at->uid,
				.labels = text + at->labels,
				.json = text + at->json,
				.json_len = at->end - at->json - 1,
			},
	};
	return content;
}

static void stamp(struct json *object, uint64_t version)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, version);
	json_set_str(json_child_object(object, "metadata"), "resourceVersion",
		     text);
}

int content_new(enum kind_id kind, struct json *object, uint64_t version,
		struct content **ret_content, struct err *err)
{
	const struct json *meta = json_get(object, "metadata");
	scope_buf struct buf buf;
	struct layout at;

	buf_init(&buf, 0);
	if (json_str(meta, "name") == NULL || json_str(meta, "uid") == NULL)
		return err_set(err, ST_EINVAL, "an object without %s",
			       json_str(meta, "name") ? "uid" : "name");
	stamp(object, version);
	scope_free char *json = json_print(object);
	lay_out(&buf, meta, json, &at);
	*ret_content = build(kind, &buf, &at);
	(*ret_content)->object.version = version;
	return 0;
}

int content_renew(const struct content *content, uint64_t version,
		  struct content **ret_content, struct err *err)
{
	scope_json struct json *object = NULL;
	int rc = json_parse(content->object.json, content->object.json_len,
			    &object, err);

	if (rc < 0)
		return rc;
	rc = content_new(content->object.kind, object, version, ret_content,
			 err);
	if (rc == 0)
		(*ret_content)->disk_id = content->disk_id;
	return rc;
}

struct content *content_ref(struct content *content)
{
	if (content != NULL)
		content->refs++;
	return content;
}

void content_unref(struct content *content)
{
	if (content != NULL && --content->refs == 0)
		free(content);
}
