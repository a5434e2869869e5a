/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/watch_line.h"

#include <string.h>

#include "controller/kube_status.h"
#include "statefuld/err.h"
#include "statefuld/json.h"

static enum watch_line_type type_of(const char *word)
{
	static const char *const words[] = {
		[LINE_ADDED] = "ADDED",
		[LINE_MODIFIED] = "MODIFIED",
		[LINE_DELETED] = "DELETED",
		[LINE_BOOKMARK] = "BOOKMARK",
	};

	for (size_t i = 0; i < st_array_len(words); i++)
		if (strcmp(word, words[i]) == 0)
			return (enum watch_line_type)i;
	return LINE_OTHER;
}

static int read_error(const struct json *status, struct err *err)
{
	int64_t code = json_int(status, "code", 500);
	const char *reason;

	/* Without a code that is one, it is a fault of the server. */
	if (code < 300 || code > 599)
		code = 500;
	return kube_status_read((int)code, status, &reason, err);
}

static bool ends_initial(const struct json *object)
{
	const struct json *notes = json_at(object, "metadata.annotations");
	const char *end =
		json_value_str(json_get(notes, "k8s.io/initial-events-end"));

	return end && strcmp(end, "true") == 0;
}

int watch_line_read(const struct json *root, struct watch_line *ret_line,
		    struct err *err)
{
	const char *type = json_str(root, "type");
	const struct json *object = json_get(root, "object");
	const char *version = json_str(object, "metadata.resourceVersion");

	if (!type || json_type(object) != JSON_OBJECT)
		return err_set(err, ST_EPARSE, "a line without type or object");
	if (strcmp(type, "ERROR") == 0)
		return read_error(object, err);
	if (!version || version[0] == '\0')
		return err_set(err, ST_EPARSE,
			       "an event without resourceVersion");
	*ret_line = (struct watch_line){
		.type = type_of(type),
		.object = object,
		.version = version,
		.is_initial_end = ends_initial(object),
	};
	return 0;
}
