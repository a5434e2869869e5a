/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * wire_name - names as they stand in a message, compressed or not (RFC 1035
 * 4.1.4). Pure; the work is bounded by the length of a name.
 *
 * Threads: any. Memory: none.
 */
#include <stddef.h>
#include <stdint.h>

#include "statefuld/name.h"

/* Reads the name that begins at `at`, in lower case. Each pointer must lead
 * before the labels that led to it (DNS-118). Returns where the name ends in
 * the message, 0 if it is malformed. */
size_t wire_name_read(struct name *ret_name, const uint8_t *wire, size_t len,
		      size_t at);
