/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/content.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lab/packer.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

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

static void lay_labels(struct buf *buf, const struct json *labels)
{
	size_t most = json_len(labels);
	scope_free struct label *sorted = mem_calloc(most, sizeof(*sorted));
	size_t n = read_labels(labels, sorted);

	if (n > 1)
		sort_items(sorted, n, sizeof(*sorted), compare_labels);
	for (size_t i = 0; i < n; i++) {
		put_with_nul(buf, sorted[i].key);
		put_with_nul(buf, sorted[i].value);
	}
	put_with_nul(buf, "");
}

/* Places of the strings in the run of bytes that follows the struct. */
struct layout {
	size_t name, ns, uid, labels;
};

static void lay_out(struct buf *buf, const struct json *meta, struct layout *at)
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
	lay_labels(buf, json_get(meta, "labels"));
}

static struct content *build(const struct buf *buf, const struct layout *at,
			     char *take_text)
{
	size_t size = sizeof(struct content) + buf->len;
	struct content *content = mem_alloc(size);
	char *strings = (char *)(content + 1);

	memcpy(strings, buf->data, buf->len);
	*content = (struct content){
		.refs = 1,
		.key = strings,
		.head_size = size,
		.text = take_text,
		.object =
			{
				.ns = strings + at->ns,
				.name = strings + at->name,
				.uid = strings + at->uid,
				.labels = strings + at->labels,
				.json = take_text,
				.json_len = strlen(take_text),
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
	lay_out(&buf, meta, &at);
	*ret_content = build(&buf, &at, json_print(object));
	(*ret_content)->object.kind = kind;
	(*ret_content)->object.version = version;
	return 0;
}

struct json *content_parse(struct content *content)
{
	struct json *object = NULL;
	bool was_cold = content_warm(content);
	int rc = json_parse(content->text, content->object.json_len, &object,
			    NULL);

	/* It was printed from one. */
	st_assert(rc == 0);
	if (was_cold)
		content_cool(content, NULL);
	return object;
}

int content_renew(struct content *content, uint64_t version,
		  struct content **ret_content, struct err *err)
{
	scope_json struct json *object = content_parse(content);
	int rc = content_new(content->object.kind, object, version, ret_content,
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
	if (content == NULL || --content->refs > 0)
		return;
	packer_free(content->packed);
	free(content->text);
	free(content);
}

size_t content_size(const struct content *content)
{
	return content->head_size + (content->packed != NULL
					     ? content->packed->size
					     : content->object.json_len);
}

bool content_warm(struct content *content)
{
	if (content->text != NULL)
		return false;
	content->text = packer_open(content->packed, content->object.json_len);
	content->object.json = content->text;
	return true;
}

void content_cool(struct content *content, struct packer *packer)
{
	if (content->holds > 0)
		return;
	if (content->packed == NULL && content->text != NULL)
		content->packed =
			packer_pack(packer, content->object.kind, content->text,
				    content->object.json_len);
	if (content->packed == NULL)
		return;
	free(content->text);
	content->text = NULL;
	content->object.json = NULL;
}
