/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * cm - cmocka with the headers that it wants before it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
