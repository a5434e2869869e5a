/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"
#include "lab/secret_data.h"
#include "statefuld/mem.h"

#define DATA_MAX ((size_t)1024 * 1024)

static void check_key(struct check *check, const char *name, const char *key)
{
	struct names_faults faults = {0};
	size_t mark = check_enter(check, name);
	size_t here = check_enter_key(check, key);

	names_data_key(key, &faults);
	check_faults(check, NULL, key, &faults);
	check_leave(check, here);
	check_leave(check, mark);
}

/* Keys, and how many bytes the values have. */
static size_t check_map(struct check *check, const struct json *object,
			const char *name, bool is_binary)
{
	const struct json *map = json_get(object, name);
	size_t size = 0, bad;

	if (json_type(map) != JSON_OBJECT)
		return 0;
	json_each (entry, map) {
		const char *text = json_value_str(entry);
		int64_t len = 0;

		check_key(check, name, json_name(entry));
		if (text != NULL)
			len = is_binary ? secret_data_size(text, &bad)
					: (int64_t)strlen(text);
		size += len > 0 ? (size_t)len : 0;
	}
	return size;
}

static bool is_locked(const struct json *object)
{
	return json_bool(object, "immutable", false);
}

/* Once locked, for ever, and the data with it. */
static void check_lock(struct check *check, const struct json *was,
		       const struct json *is, const char *const *names)
{
	static const char rule[] = "field is immutable when `immutable` is set";

	if (!is_locked(was))
		return;
	if (!is_locked(is))
		check_forbidden(check, "immutable", "%s", rule);
	for (; *names != NULL; names++) {
		if (!json_equal(json_get(was, *names), json_get(is, *names)))
			check_forbidden(check, *names, "%s", rule);
	}
}

static void check_both(struct check *check, const struct json *is)
{
	const struct json *binary = json_get(is, "binaryData");

	if (json_type(binary) != JSON_OBJECT)
		return;
	json_each (entry, binary) {
		const char *key = json_name(entry);

		if (json_get(json_get(is, "data"), key) == NULL)
			continue;
		size_t mark = check_enter(check, "data");
		size_t here = check_enter_key(check, key);
		check_invalid_str(check, NULL, key,
				  "duplicate of key present in binaryData");
		check_leave(check, here);
		check_leave(check, mark);
	}
}

void rules_data_config(struct check *check, const struct json *was,
		       const struct json *is)
{
	size_t size;

	if (was != NULL)
		check_lock(check, was, is,
			   (const char *const[]){"data", "binaryData", NULL});
	size = check_map(check, is, "data", false);
	check_both(check, is);
	size += check_map(check, is, "binaryData", true);
	if (size > DATA_MAX)
		check_too_long(check, NULL, DATA_MAX);
}

/* Keys that a type must have; of the two of basic-auth, one will do. */
struct need {
	const char *type;
	const char *key;
};

static const struct need needs[] = {
	{"kubernetes.io/tls", "tls.crt"},
	{"kubernetes.io/tls", "tls.key"},
	{"kubernetes.io/ssh-auth", "ssh-privatekey"},
	{"kubernetes.io/dockercfg", ".dockercfg"},
	{"kubernetes.io/dockerconfigjson", ".dockerconfigjson"},
};

/* For some types upstream's path has a stray "[%s]", which is matched. */
static void check_need(struct check *check, const struct json *data,
		       const char *key, bool odd)
{
	if (json_get(data, key) != NULL)
		return;
	size_t mark = check_enter(check, odd ? "data[%s]" : "data");
	size_t here = check_enter_key(check, key);
	check_required(check, NULL, "");
	check_leave(check, here);
	check_leave(check, mark);
}

/* What a pull would read must at least be JSON. */
static void check_pull_config(struct check *check, const struct json *data,
			      const char *key)
{
	const char *text = json_value_str(json_get(data, key));
	scope_json struct json *root = NULL;
	size_t len = 0;

	if (text == NULL)
		return;
	scope_free char *content = secret_data_decode(text, &len);
	if (content != NULL && json_parse(content, len, &root, NULL) == 0)
		return;
	size_t mark = check_enter(check, "data");
	size_t here = check_enter_key(check, key);
	check_invalid_str(check, NULL, "<secret contents redacted>",
			  "must be valid JSON");
	check_leave(check, here);
	check_leave(check, mark);
}

static void check_token(struct check *check, const struct json *secret)
{
	static const char key[] = "kubernetes.io/service-account.name";
	const struct json *annotations =
		json_at(secret, "metadata.annotations");

	if (*check_text(annotations, key) != '\0')
		return;
	size_t mark = check_enter(check, "metadata.annotations");
	size_t here = check_enter_key(check, key);
	check_required(check, NULL, "");
	check_leave(check, here);
	check_leave(check, mark);
}

static void check_type(struct check *check, const struct json *secret)
{
	const char *type = check_text(secret, "type");
	const struct json *data = json_get(secret, "data");

	for (size_t i = 0; i < st_array_len(needs); i++) {
		if (strcmp(needs[i].type, type) != 0)
			continue;
		check_need(check, data, needs[i].key,
			   strcmp(needs[i].key, "ssh-privatekey") == 0);
		if (strncmp(needs[i].key, ".docker", 7) == 0)
			check_pull_config(check, data, needs[i].key);
	}
	if (strcmp(type, "kubernetes.io/service-account-token") == 0)
		check_token(check, secret);
	if (strcmp(type, "kubernetes.io/basic-auth") == 0 &&
	    json_get(data, "username") == NULL &&
	    json_get(data, "password") == NULL) {
		check_need(check, data, "username", true);
		check_need(check, data, "password", true);
	}
}

void rules_data_secret(struct check *check, const struct json *was,
		       const struct json *is)
{
	size_t size;

	if (was != NULL) {
		check_unchanged(check, was, is, "type");
		check_lock(check, was, is, (const char *const[]){"data", NULL});
	}
	size = check_map(check, is, "data", true);
	if (size > DATA_MAX)
		check_too_long(check, "data", DATA_MAX);
	check_type(check, is);
}
