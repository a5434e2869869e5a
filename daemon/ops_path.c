/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/ops_path.h"

#include <stdio.h>
#include <stdlib.h>

static const char run_folder[] = "/run/statefuld";

bool ops_path(char out[OPS_PATH_MAX], size_t i)
{
	const char *home = getenv("XDG_RUNTIME_DIR");
	int len = -1;

	if (i == 0 && home != NULL && *home == '/')
		len = snprintf(out, OPS_PATH_MAX, "%s/statefuld.sock", home);
	if (i == 1)
		len = snprintf(out, OPS_PATH_MAX, "%s/ops.sock", run_folder);
	return len > 0 && len < OPS_PATH_MAX;
}

void ops_path_folder(char out[OPS_PATH_MAX], size_t i)
{
	snprintf(out, OPS_PATH_MAX, "%s", i == 1 ? run_folder : "");
}
