/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/zone_model.h"

enum { INPUT_MAX = 400 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Operations on the zones beside a plain list (zone_model.h). What matters is
 * found in short inputs; long ones only take long. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	zone_model_run(data, size < INPUT_MAX ? size : INPUT_MAX);
	return 0;
}
