/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * identity - what a server says of itself: NSID (DNS-147) and the names of
 * class CH (DNS-194).
 *
 * Threads: any. Memory: none is kept; the config is the caller's.
 */
struct answer_config;

/* nsid and version: NULL stands for the host's name and the program's version,
 * "" for silence. A text that no record can hold is left out. */
void identity_fill(struct answer_config *config, const char *nsid,
		   const char *version);
