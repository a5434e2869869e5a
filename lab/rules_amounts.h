/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules_amounts - brings all quantities of an object into the one form in
 * which a real server stores them, so that equal amounts are equal texts; and
 * nulls among objects, which a real server reads as empty ones.
 *
 * Threads: any; pure. Memory: the object is changed in place.
 */
struct json;
struct kind;

/* What is no quantity stays as it is. */
void rules_amounts_unify(const struct kind *kind, struct json *object);
