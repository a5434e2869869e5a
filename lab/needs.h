/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * needs - ConfigMaps and Secrets that a pod cannot start without.
 *
 * Threads: the loop thread. Memory: results are the caller's; NULL: nothing is
 * missing.
 */
struct json;
struct objects;

/* Volumes: as an event FailedMount says it. */
char *needs_mount(const struct objects *objects, const struct json *pod);
/* Environment variables: as a container that waits says it. */
char *needs_env(const struct objects *objects, const struct json *pod);
