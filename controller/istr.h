/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * istr - the intern table: one shared, counted copy of each text.
 *
 * Threads: the loop thread. Memory: a text lives while references to it are
 * held; the table itself goes with the last text.
 */
#include <stddef.h>

#include "controller/obj.h"

/* A reference to the text, made if new; NULL gives NULL. */
const struct istr *istr_get(const char *text);
/* The text if it is interned, without a reference; else NULL. */
const struct istr *istr_find(const char *text);
/* One more reference to an interned text; NULL gives NULL. */
const struct istr *istr_ref(const struct istr *s);
/* Gives a reference back; NULL is fine. */
void istr_drop(const struct istr *s);

/* How many different texts there are, and what they and the table take. */
size_t istr_count(void);
size_t istr_bytes(void);
