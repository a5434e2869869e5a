/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * openapi - the served API in OpenAPI v3, made from kinds.h and schema.h: what
 * kubectl validates and explains with.
 *
 * Threads: any; pure. Memory: results are the caller's.
 */
struct json;

/* "/openapi/v3" lists the documents; "/openapi/v3/api/v1" and
 * "/openapi/v3/apis/GROUP/VERSION" are they. NULL for any other path.
 * `version` is told in them ("v1.36.2"). */
struct json *openapi_answer(const char *path, const char *version);
