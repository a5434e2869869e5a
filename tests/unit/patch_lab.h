/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * patch_lab - documents for the tests of patches and field managers, written
 * with ' for ".
 */
#include "statefuld/json.h"

/* Fails the test if the text is no JSON. */
struct json *patch_lab_doc(const char *text);
/* Fails the test where they differ, and shows both. */
void patch_lab_same(const struct json *is, const char *want);
