/* SPDX-License-Identifier: Apache-2.0 */
/* Any text is either taken or refused with a message that names the file, and
 * merging it with itself changes nothing. */
#include <stdint.h>
#include <string.h>

#include "controller/exec_plugin.h"
#include "controller/kubeconfig.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int resolve(const uint8_t *data, size_t size, int times,
		   struct access *access, struct err *err)
{
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();

	for (int i = 0; i < times; i++) {
		int rc = kubeconfig_add(config, "dir/file", (const char *)data,
					size, err);
		if (rc != 0)
			return rc;
	}
	return kubeconfig_resolve(config, access, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scope_access struct access once = {0}, twice = {0};
	struct err err = {0};
	int rc = resolve(data, size, 1, &once, &err);

	if (rc != 0) {
		st_assert(strstr(err.msg, "dir/file"));
		return 0;
	}
	st_assert(once.server && once.server[0] != '\0');
	st_assert(resolve(data, size, 2, &twice, &err) == 0);
	st_assert(strcmp(once.server, twice.server) == 0);
	if (once.exec.command)
		free(exec_plugin_info(&once));
	return 0;
}
