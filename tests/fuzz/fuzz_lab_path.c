/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/api_path.h"
#include "lab/base64.h"
#include "lab/negotiate.h"
#include "statefuld/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The same text as path, parameters, header and token. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct api_target target;
	struct api_params params;
	size_t len = 0;
	char *plain;

	api_path_parse(text, &target);
	st_assert((target.is == API_PATH_RESOURCE) == (target.kind != NULL));
	api_path_fini(&target);
	api_path_params(text, &params);
	(void)api_path_flag(&params, "watch");
	api_path_params_fini(&params);
	(void)negotiate_accept(text);
	(void)negotiate_json(text);
	(void)negotiate_content(text);
	plain = base64_url_decode(text, &len);
	if (plain != NULL) {
		char *again = base64_url_encode(plain, len);

		st_assert(strlen(again) <= strlen(text));
		free(again);
	}
	free(plain);
	free(text);
	return 0;
}
