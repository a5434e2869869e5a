/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"

static bool has_backstep(const char *path)
{
	for (;;) {
		size_t len = strcspn(path, "/");

		if (len == 2 && strncmp(path, "..", 2) == 0)
			return true;
		if (path[len] == '\0')
			return false;
		path += len + 1;
	}
}

void rules_volume_backstep(struct check *check, const struct json *object,
			   const char *name)
{
	const char *path = check_text(object, name);

	if (has_backstep(path))
		check_invalid_str(check, name, path, "must not contain '..'");
}

void rules_volume_path(struct check *check, const struct json *mount,
		       const char *name)
{
	const char *path = check_text(mount, name);

	if (*path == '/')
		check_invalid_str(check, name, path, "must be a relative path");
	else
		rules_volume_backstep(check, mount, name);
}

/* A member of a source that must be there, and the rule for it. */
struct member {
	const char *source, *name;
	check_rule rule;
};

static const struct member members[] = {
	{"secret", "secretName", NULL},
	{"configMap", "name", NULL},
	{"persistentVolumeClaim", "claimName", names_subdomain},
	{"hostPath", "path", NULL},
	{"nfs", "server", NULL},
	{"nfs", "path", NULL},
	{"csi", "driver", NULL},
};

static const char *const with_mode[] = {
	"secret",
	"configMap",
	"downwardAPI",
	"projected",
};

static void check_members(struct check *check, const struct json *volume)
{
	for (size_t i = 0; i < st_array_len(members); i++) {
		const struct member *m = &members[i];
		const struct json *source = json_get(volume, m->source);
		size_t mark = check_enter(check, m->source);

		if (json_type(source) == JSON_OBJECT) {
			if (*check_text(source, m->name) == '\0')
				check_required(check, m->name, "");
			else if (m->rule != NULL)
				check_name(check, source, m->name, m->rule);
		}
		check_leave(check, mark);
	}
}

static void check_mode(struct check *check, const struct json *object,
		       const char *name)
{
	const struct json *mode = json_get(object, name);

	if (json_value_int(mode, 0) < 0 || json_value_int(mode, 0) > 0777)
		check_invalid(check, name, mode,
			      "must be a number between 0 and 0777 (octal), "
			      "both inclusive");
}

static void check_item(struct check *check, const struct json *item, void *arg)
{
	(void)arg;
	if (*check_text(item, "key") == '\0')
		check_required(check, "key", "");
	if (*check_text(item, "path") == '\0')
		check_required(check, "path", "");
	rules_volume_path(check, item, "path");
	check_mode(check, item, "mode");
}

/* Upstream tells the faults of items at the volume. */
static void check_down(struct check *check, const struct json *object)
{
	static const char name[] = "downwardAPI";
	const struct json *down = json_get(object, name);
	size_t mark = check_enter(check, name);

	json_each (item, json_get(down, "items")) {
		if (*check_text(item, "path") == '\0')
			check_required(check, "path", "");
		rules_volume_path(check, item, "path");
		if (json_get(item, "fieldRef") == NULL &&
		    json_get(item, "resourceFieldRef") == NULL)
			check_required(check, NULL,
				       "one of fieldRef and resourceFieldRef "
				       "is required");
	}
	check_leave(check, mark);
}

static void check_keys(struct check *check, const struct json *object,
		       const char *name)
{
	size_t mark = check_enter(check, name);

	check_each(check, json_get(object, name), "items", check_item, NULL);
	check_leave(check, mark);
}

static void check_projected(struct check *check, const struct json *source,
			    void *arg)
{
	static const char *const named[] = {"secret", "configMap"};

	(void)arg;
	for (size_t i = 0; i < st_array_len(named); i++) {
		const struct json *one = json_get(source, named[i]);
		size_t mark = check_enter(check, named[i]);

		if (json_type(one) == JSON_OBJECT &&
		    *check_text(one, "name") == '\0')
			check_required(check, "name", "");
		check_leave(check, mark);
		check_keys(check, source, named[i]);
	}
	check_down(check, source);
}

static void check_contents(struct check *check, const struct json *volume)
{
	size_t mark;

	check_keys(check, volume, "secret");
	check_keys(check, volume, "configMap");
	check_down(check, volume);
	mark = check_enter(check, "projected");
	check_each(check, json_get(volume, "projected"), "sources",
		   check_projected, NULL);
	check_leave(check, mark);
}

static void check_modes(struct check *check, const struct json *volume)
{
	for (size_t i = 0; i < st_array_len(with_mode); i++) {
		size_t mark = check_enter(check, with_mode[i]);

		check_mode(check, json_get(volume, with_mode[i]),
			   "defaultMode");
		check_leave(check, mark);
	}
}

static void check_empty_dir(struct check *check, const struct json *volume)
{
	const struct json *limit = json_at(volume, "emptyDir.sizeLimit");
	size_t mark = check_enter(check, "emptyDir");
	struct quantity size;

	if (limit != NULL && quantity_read(limit, &size) && size.nano < 0)
		check_forbidden(check, "sizeLimit",
				"SizeLimit field must be a valid resource "
				"quantity");
	check_leave(check, mark);
}

static void check_host_path(struct check *check, const struct json *volume)
{
	static const char *const types[] = {
		"",
		"BlockDevice",
		"CharDevice",
		"Directory",
		"DirectoryOrCreate",
		"File",
		"FileOrCreate",
		"Socket",
		NULL,
	};
	const struct json *path = json_get(volume, "hostPath");
	size_t mark = check_enter(check, "hostPath");

	check_option(check, path, "type", types);
	rules_volume_backstep(check, path, "path");
	check_leave(check, mark);
}

static void check_sources(struct check *check, const struct json *volume)
{
	size_t n = 0;

	if (json_type(volume) != JSON_OBJECT)
		return;
	json_each (member, volume) {
		if (json_type(member) == JSON_OBJECT && n++ != 0)
			check_forbidden(check, json_name(member),
					"may not specify more than 1 volume "
					"type");
	}
	if (n == 0)
		check_required(check, NULL, "must specify a volume type");
}

void rules_volume_check(struct check *check, const struct json *volume)
{
	if (*check_text(volume, "name") == '\0')
		check_required(check, "name", "");
	check_name(check, volume, "name", names_label);
	check_sources(check, volume);
	check_members(check, volume);
	check_contents(check, volume);
	check_modes(check, volume);
	check_empty_dir(check, volume);
	check_host_path(check, volume);
}
