/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * number - decimal numbers on the command line.
 *
 * Threads: any. Memory: none.
 */
#include <stdint.h>

#include "statefuld/attr.h"

struct err;

/* Digits only, from min to max. ST_EINVAL names the range. */
st_must_check int number_parse(uint32_t *ret_number, const char *text,
			       uint32_t min, uint32_t max, struct err *err);
