/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/number.h"

#include "statefuld/err.h"

int number_parse(uint32_t *ret_number, const char *text, uint32_t min,
		 uint32_t max, struct err *err)
{
	uint64_t number = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && number <= max; p++)
		number = number * 10 + (uint64_t)(*p - '0');
	if (p == text || *p != '\0' || number < min || number > max)
		return err_set(err, ST_EINVAL,
			       "'%s' is not a whole number from %u to %u", text,
			       min, max);
	*ret_number = (uint32_t)number;
	return 0;
}
