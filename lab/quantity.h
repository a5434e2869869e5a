/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * quantity - amounts as the API writes them: "1500m", "1Gi", "2e3".
 *
 * Held exactly down to a billionth; what is finer rounds away from zero, what
 * is beyond the range of int64_t stops at its ends.
 *
 * Threads: any; pure. Memory: none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct json;

__extension__ typedef __int128 quantity_nano;

enum quantity_format {
	QUANTITY_DECIMAL,  /* 1500m, 2k, 3M */
	QUANTITY_BINARY,   /* 1Ki, 2Mi */
	QUANTITY_EXPONENT, /* 2e3 */
};

struct quantity {
	quantity_nano nano;
	enum quantity_format format;
};

#define QUANTITY_TEXT 48
#define QUANTITY_REGEX                                                         \
	"quantities must match the regular expression "                        \
	"'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

/* false: no quantity. */
st_must_check bool quantity_parse(const char *text,
				  struct quantity *ret_quantity);
/* From a JSON string or number; anything else is no quantity. */
st_must_check bool quantity_read(const struct json *value,
				 struct quantity *ret_quantity);
/* Away from zero to a thousandth: what lists of resources are kept in. */
void quantity_round(struct quantity *quantity);
/* <0, 0, >0. */
int quantity_cmp(const struct quantity *a, const struct quantity *b);
bool quantity_is_whole(const struct quantity *quantity);
/* The one way to write it: no fraction, the largest unit that allows this. */
const char *quantity_print(const struct quantity *quantity,
			   char out[QUANTITY_TEXT]);
