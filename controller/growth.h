/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * growth - tells of claims that have got the size that
 * statefuld.dev/claim-resize asked for.
 *
 * Threads: the loop thread. Memory: none kept.
 */
struct obj;
struct recorder;
struct store;

/* A claim changed; `was` and `is` as store_fn has them. */
void growth_tell(const struct store *store, struct recorder *recorder,
		 const struct obj *was, const struct obj *is);
