/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * request - one HTTP/1.1 request of an API client, taken apart.
 *
 * Threads: any; no state. Memory: none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/e2e/scripted/world.h"

enum { REQUEST_HEAD_MAX = 64 << 10, REQUEST_BODY_MAX = 8 << 20 };

struct request {
	char method[8];
	char path[256]; /* without the query */
	size_t head_len, body_len;

	bool is_collection; /* the path is that of a whole kind */
	enum world_kind kind;

	/* The query parameters of lists and watches. */
	bool watch, initial_events, bookmarks;
	bool has_version;
	uint64_t version;
	uint32_t limit;	    /* 0: none */
	uint32_t timeout_s; /* 0: none */
	bool has_token;
	bool token_is_bad;
	uint64_t token_version; /* of `continue`, see request_token */
	uint32_t token_index;
};

/* 1 when a whole request is there (head and body), 0 when bytes are missing,
 * ST_EPARSE or ST_ELIMIT. */
st_must_check int request_parse(const char *data, size_t len,
				struct request *ret);
/* Where the next page begins. `out` needs 40 bytes. */
void request_token(char out[40], uint64_t version, uint32_t index);
/* "pods", "endpointslices"...; false for an unknown word. */
bool request_kind(const char *word, enum world_kind *ret);
const char *request_plural(enum world_kind kind);
