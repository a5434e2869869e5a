/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * store_lab - helpers of the tests of the store, the records and the feeder.
 */
#include <stddef.h>

#include "controller/obj.h"
#include "statefuld/buf.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

struct json;
struct store;

/* JSON with ' for ", formatted; the caller's. */
struct json *lab_json(const char *fmt, ...) st_printf(1, 2);
struct obj *lab_decode(enum obj_kind kind, const char *fmt, ...)
	st_printf(2, 3);
void lab_put(struct store *store, enum obj_kind kind, const char *fmt, ...)
	st_printf(3, 4);
void lab_delete(struct store *store, enum obj_kind kind, const char *fmt, ...)
	st_printf(3, 4);
struct name lab_name(const char *text);

/* Adds "owner ttl TYPE rdata" for each record of the set; a bare name is
 * "owner - NONE". */
void lab_add_set(struct buf *out, const struct rr_set *set);
/* Sorts the lines of the text. */
void lab_sort_lines(struct buf *text);
/* Compares line by line, in any order; `want` is lines, too. */
void lab_assert_lines(struct buf *have, const char *want);
