/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/api.h"
#include "lab/kinds.h"
#include "lab/readfile.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/yaml.h"

enum {
	MAX_FILE = 16 << 20,
	MAX_FILES = 10000,
};

struct item {
	const struct json *object; /* in its document */
	const struct kind *kind;
	size_t document;
	char *prefix; /* path in the document: "" or "items[2]." */
};

struct file {
	char *path;
	char *text;
	size_t len;
	struct json **documents;
	size_t n_documents;
	struct item *items;
	size_t n_items;
};

struct manifest_set {
	struct file **files;
	size_t n_files;
};

static void file_free(struct file *file)
{
	for (size_t i = 0; i < file->n_documents; i++)
		json_free(file->documents[i]);
	for (size_t i = 0; i < file->n_items; i++)
		free(file->items[i].prefix);
	free(file->documents);
	free(file->items);
	free(file->path);
	free(file->text);
	free(file);
}

void manifest_free(struct manifest_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n_files; i++)
		file_free(set->files[i]);
	free(set->files);
	free(set);
}

/* ---- reading ---- */

/* "web.yaml line 4: spec.replicas: why" */
static int refuse(const struct file *file, const struct item *item,
		  const char *field, const char *why, struct err *err)
{
	scope_free char *path = mem_printf("%s%s", item->prefix, field);
	size_t line = yaml_line(file->text, file->len, item->document, path);

	return err_set(err, ST_EINVAL, "%s line %zu: %s%s%s", file->path,
		       line != 0 ? line : 1, path, *path != '\0' ? ": " : "",
		       why);
}

static int check_item(const struct file *file, struct item *item,
		      struct err *err)
{
	const struct json *object = item->object;
	const char *version = json_str(object, "apiVersion");
	const char *kind = json_str(object, "kind");
	scope_free char *why = NULL;

	if (json_type(object) != JSON_OBJECT)
		return refuse(file, item, "", "is no object", err);
	if (version == NULL)
		return refuse(file, item, "apiVersion", "is missing", err);
	if (kind == NULL)
		return refuse(file, item, "kind", "is missing", err);
	item->kind = kinds_by_kind(version, kind);
	if (item->kind == NULL || item->kind->id == KINDS) {
		why = mem_printf("the lab keeps no kind \"%s\" in version "
				 "\"%s\"",
				 kind, version);
		return refuse(file, item, "kind", why, err);
	}
	if (json_str(object, "metadata.name") == NULL &&
	    json_str(object, "metadata.generateName") == NULL)
		return refuse(file, item, "metadata.name", "is missing", err);
	return 0;
}

static int add_item(struct file *file, const struct json *object,
		    size_t document, char *take_prefix, struct err *err)
{
	struct item *item;

	mem_grow(file->items, file->n_items);
	item = &file->items[file->n_items++];
	*item = (struct item){
		.object = object,
		.document = document,
		.prefix = take_prefix,
	};
	return check_item(file, item, err);
}

static bool is_list(const struct json *root)
{
	const char *kind = json_str(root, "kind");
	size_t len = kind != NULL ? strlen(kind) : 0;

	return len >= 4 && strcmp(kind + len - 4, "List") == 0 &&
	       json_type(json_get(root, "items")) == JSON_ARRAY;
}

static int add_document(struct file *file, const struct json *root,
			size_t document, struct err *err)
{
	size_t i = 0;
	int rc = 0;

	if (json_type(root) == JSON_NULL)
		return 0;
	if (!is_list(root))
		return add_item(file, root, document, mem_strdup(""), err);
	for (const struct json *each = json_first(json_get(root, "items"));
	     each != NULL && rc == 0; each = json_next(each))
		rc = add_item(file, each, document,
			      mem_printf("items[%zu].", i++), err);
	return rc;
}

static int parse_file(struct file *file, struct err *err)
{
	scope_yaml_stream struct yaml_stream *stream =
		yaml_stream_new(file->text, file->len);

	for (;;) {
		struct json *root = NULL;
		int rc = yaml_stream_next(stream, &root, err);

		if (rc != 0)
			return err_wrap(err, rc, "%s", file->path);
		if (root == NULL)
			return 0;
		mem_grow(file->documents, file->n_documents);
		file->documents[file->n_documents++] = root;
		rc = add_document(file, root, file->n_documents - 1, err);
		if (rc != 0)
			return rc;
	}
}

static int read_file(struct manifest_set *set, const char *path,
		     struct err *err)
{
	struct file *file;
	int rc;

	if (set->n_files == MAX_FILES)
		return err_set(err, ST_ELIMIT, "more than %d manifests",
			       MAX_FILES);
	file = mem_zalloc(sizeof(*file));
	file->path = mem_strdup(path);
	mem_grow(set->files, set->n_files);
	set->files[set->n_files++] = file;
	rc = readfile_load(path, MAX_FILE, &file->text, &file->len, err);
	return rc == 0 ? parse_file(file, err) : rc;
}

static int is_manifest(const struct dirent *entry)
{
	static const char *const endings[] = {".yaml", ".yml", ".json"};
	const char *dot = strrchr(entry->d_name, '.');

	for (size_t i = 0; i < st_array_len(endings); i++) {
		if (dot != NULL && strcmp(dot, endings[i]) == 0)
			return 1;
	}
	return 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int read_folder(struct manifest_set *set, const char *path,
		       struct err *err)
{
	struct dirent **entries = NULL;
	int n = scandir(path, &entries, is_manifest, by_name);
	int rc = 0;

	if (n < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (n == 0)
		rc = err_set(err, ST_EINVAL,
			     "%s: has no file that ends in .yaml, .yml or "
			     ".json",
			     path);
	for (int i = 0; i < n; i++) {
		scope_free char *file =
			mem_printf("%s/%s", path, entries[i]->d_name);

		if (rc == 0)
			rc = read_file(set, file, err);
		free(entries[i]);
	}
	free(entries);
	return rc;
}

static int read_path(struct manifest_set *set, const char *path,
		     struct err *err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return S_ISDIR(st.st_mode) ? read_folder(set, path, err)
				   : read_file(set, path, err);
}

int manifest_read(const char *const *paths, size_t n,
		  struct manifest_set **ret_set, struct err *err)
{
	struct manifest_set *set = mem_zalloc(sizeof(*set));
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = read_path(set, paths[i], err);
	if (rc == 0)
		*ret_set = set;
	else
		manifest_free(set);
	return rc;
}

/* ---- applying ---- */

static const char *namespace_of(const struct json *object)
{
	const char *ns = json_str(object, "metadata.namespace");

	return ns != NULL && *ns != '\0' ? ns : "default";
}

/* A name goes into a path; the server judges what it gets there. */
static void put_segment(struct buf *out, const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

	buf_putc(out, '/');
	for (; *text != '\0'; text++) {
		if (strchr(safe, *text) != NULL)
			buf_putc(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

static char *path_of(const struct item *item)
{
	const char *name = json_str(item->object, "metadata.name");
	char version[64];
	struct buf path = {0};

	kinds_api_version(item->kind, version);
	buf_printf(&path, "/%s/%s", *item->kind->group ? "apis" : "api",
		   version);
	if (item->kind->namespaced) {
		buf_puts(&path, "/namespaces");
		put_segment(&path, namespace_of(item->object));
	}
	put_segment(&path, item->kind->plural);
	if (name != NULL)
		put_segment(&path, name);
	buf_puts(&path, "?fieldManager=statefuld&fieldValidation=Strict");
	if (name != NULL)
		buf_puts(&path, "&force=true");
	return buf_steal(&path);
}

/* What stands behind `mark` in a text, up to the byte `end`; NULL: it is not
 * there. */
static char *word_behind(const char *text, const char *mark, char end)
{
	const char *word = strstr(text, mark);

	if (word == NULL)
		return NULL;
	word += strlen(mark);
	return mem_strndup(word, (size_t)(strchrnul(word, end) - word));
}

/* The field that a body was refused for before it was an object: unknown
 * field "spec.a", ...Go struct field StatefulSetSpec.spec.replicas of type...
 */
static char *decoding_field(const char *message)
{
	char *field = word_behind(message, "field \"", '"');
	scope_free char *member = NULL;
	const char *dot;

	if (field != NULL)
		return field;
	member = word_behind(message, "Go struct field ", ' ');
	dot = member != NULL ? strchr(member, '.') : NULL;
	return dot != NULL ? mem_strdup(dot + 1) : NULL;
}

/* What a refusal names, or NULL, and why; the result is the caller's. */
static char *field_of(const struct json *status, const char **ret_why)
{
	static const char *const starts[] = {"strict decoding error: ",
					     "json: cannot unmarshal "};
	const struct json *cause =
		json_first(json_at(status, "details.causes"));
	const char *message = json_str(status, "message");

	*ret_why = message != NULL ? message : "refused";
	for (size_t i = 0; i < st_array_len(starts); i++) {
		const char *start = strstr(*ret_why, starts[i]);

		if (start == NULL)
			continue;
		*ret_why = start;
		return decoding_field(start);
	}
	if (json_str(cause, "message") != NULL)
		*ret_why = json_str(cause, "message");
	return mem_strdup(json_str(cause, "field"));
}

static int refused(const struct file *file, const struct item *item,
		   const struct json *status, struct err *err)
{
	const char *why;
	scope_free char *field = field_of(status, &why);

	return refuse(file, item, field != NULL ? field : "", why, err);
}

static int apply_item(const struct file *file, const struct item *item,
		      struct api *api, struct err *err)
{
	bool named = json_str(item->object, "metadata.name") != NULL;
	scope_free char *path = path_of(item);
	scope_json struct json *answer = NULL;
	int code =
		api_do(api, named ? "PATCH" : "POST", path, item->object,
		       named ? "application/apply-patch+yaml" : NULL, &answer);

	return code < 300 ? 0 : refused(file, item, answer, err);
}

static int apply_some(const struct manifest_set *set, struct api *api,
		      bool namespaces, struct err *err)
{
	for (size_t i = 0; i < set->n_files; i++) {
		const struct file *file = set->files[i];

		for (size_t k = 0; k < file->n_items; k++) {
			const struct item *item = &file->items[k];
			bool is_ns = item->kind->id == KIND_NAMESPACE;
			int rc = 0;

			if (is_ns == namespaces)
				rc = apply_item(file, item, api, err);
			if (rc != 0)
				return rc;
		}
	}
	return 0;
}

int manifest_apply(const struct manifest_set *set, struct api *api,
		   struct err *err)
{
	int rc = apply_some(set, api, true, err);

	return rc == 0 ? apply_some(set, api, false, err) : rc;
}

static char *example_of(const struct item *item)
{
	const char *name = json_str(item->object, "metadata.name");
	const char *service = json_str(item->object, "spec.serviceName");
	int64_t first = json_int(item->object, "spec.ordinals.start", 0);

	if (item->kind->id != KIND_SET || name == NULL || service == NULL)
		return NULL;
	return mem_printf("%s-%lld.%s.%s", name, (long long)first, service,
			  namespace_of(item->object));
}

char *manifest_example(const struct manifest_set *set)
{
	for (size_t i = 0; i < set->n_files; i++) {
		const struct file *file = set->files[i];

		for (size_t k = 0; k < file->n_items; k++) {
			char *name = example_of(&file->items[k]);

			if (name != NULL)
				return name;
		}
	}
	return NULL;
}
