/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/quantity.h"

#include <string.h>

#include "statefuld/attr.h"

double quantity_bytes(const char *text, size_t len)
{
	static const struct {
		const char *suffix;
		double factor;
	} units[] = {
		{"", 1},	{"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30},
		{"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60}, {"m", 1e-3},
		{"k", 1e3},	{"M", 1e6},	{"G", 1e9},	{"T", 1e12},
		{"P", 1e15},	{"E", 1e18},
	};
	double number = 0, place = 1;
	size_t at = 0;

	for (; at < len && text[at] >= '0' && text[at] <= '9'; at++)
		number = number * 10 + (text[at] - '0');
	if (at == 0)
		return -1;
	if (at < len && text[at] == '.')
		for (at++; at < len && text[at] >= '0' && text[at] <= '9'; at++)
			number += (place /= 10) * (text[at] - '0');
	for (size_t i = 0; i < st_array_len(units); i++)
		if (strlen(units[i].suffix) == len - at &&
		    memcmp(units[i].suffix, text + at, len - at) == 0)
			return number * units[i].factor;
	return -1;
}
