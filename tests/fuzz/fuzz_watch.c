/* SPDX-License-Identifier: Apache-2.0 */
/* One JSON text as a line of a watch, as a Status and as a Lease. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "controller/kube_status.h"
#include "controller/lease.h"
#include "controller/watch_line.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_line(const struct json *root)
{
	struct watch_line line;
	struct err err = {0};
	int rc = watch_line_read(root, &line, &err);

	if (rc == 0)
		st_assert(line.object != NULL && line.version[0] != '\0' &&
			  line.type <= LINE_OTHER);
	else
		st_assert(rc < 0 && err.code == rc && err.msg[0] != '\0');
}

static void as_status(const struct json *root)
{
	static const int codes[] = {301, 401, 404, 409, 410, 429, 500, 599};

	for (size_t i = 0; i < st_array_len(codes); i++) {
		struct err err = {0};
		const char *reason = NULL;
		int rc = kube_status_read(codes[i], root, &reason, &err);

		st_assert(rc < 0 && err.code == rc && reason != NULL);
		st_assert(kube_status_code(codes[i], reason) == rc);
	}
}

/* Who is not heard of again is dead, whatever he said. */
static void as_lease(const struct json *root)
{
	struct lease_sight sight = {0}, again;

	lease_seen(&sight, root, 1);
	st_assert(memchr(sight.holder, '\0', sizeof(sight.holder)) != NULL);
	again = sight;
	lease_seen(&again, root, 1000);
	st_assert(again.changed_ms == sight.changed_ms &&
		  again.stamp == sight.stamp);
	st_assert(!lease_is_live(&again, UINT64_MAX / 2));
	lease_seen(&again, NULL, 2000);
	st_assert(!lease_is_live(&again, 2000));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_json struct json *root = NULL;

	if (json_parse((const char *)data, size, &root, NULL) < 0)
		return 0;
	as_line(root);
	as_status(root);
	as_lease(root);
	return 0;
}
