/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * server - a scripted API server: lists and watches a made-up world over
 * HTTP/1.1, changes it and misbehaves as it is told.
 *
 * The world can be read only: writes are answered 403 and counted.
 *
 * Threads: the loop thread. Memory: the server owns its connections.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/e2e/scripted/stream.h"
#include "tests/e2e/scripted/world.h"

struct command;
struct err;
struct loop;
struct server;

enum server_watch_list {
	WATCH_LIST_ON,	    /* sendInitialEvents is served */
	WATCH_LIST_OFF,	    /* answered 422, as by 1.27 and later without it */
	WATCH_LIST_UNKNOWN, /* the parameter is ignored, as before 1.27 */
};

struct server_config {
	struct loop *loop;
	uint16_t port; /* 0: any */
	struct world_shape shape;
	const char *templates; /* folder */
	enum server_watch_list watch_list;
	uint32_t bookmark_ms; /* 0: none but the end of initial events */
	uint32_t chunk;	      /* bytes of a chunk; 0: as they come */
	uint32_t history;     /* events kept, 1 or more */
};

/* Listens on loopback. */
st_must_check int server_new(const struct server_config *config,
			     struct server **ret, struct err *err);
void server_free(struct server *server);
uint16_t server_port(const struct server *server);
/* Carries out a command. Changes wait while somebody lists. */
void server_command(struct server *server, const struct command *command);
/* One line of JSON: requests by kind, writes, bytes sent. free() it. */
char *server_stats(const struct server *server);
uint64_t server_version(const struct server *server);
