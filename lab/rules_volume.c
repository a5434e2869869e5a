/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "lab/check.h"
#include "lab/names.h"
#include "lab/quantity.h"
#include "lab/rules_parts.h"

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

static void check_modes(struct check *check, const struct json *volume)
{
	for (size_t i = 0; i < st_array_len(with_mode); i++) {
		const struct json *source = json_get(volume, with_mode[i]);
		const struct json *mode = json_get(source, "defaultMode");
		size_t mark = check_enter(check, with_mode[i]);

		if (json_value_int(mode, 0) < 0 ||
		    json_value_int(mode, 0) > 0777)
			check_invalid(check, "defaultMode", mode,
				      "must be a number between 0 and 0777 "
				      "(octal), both inclusive");
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
	if (strstr(check_text(path, "path"), "..") != NULL)
		check_invalid(check, "path", json_get(path, "path"),
			      "must not contain '..'");
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
	check_modes(check, volume);
	check_empty_dir(check, volume);
	check_host_path(check, volume);
}
