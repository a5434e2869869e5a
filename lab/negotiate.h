/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * negotiate - in which form a client wants its answer, by its Accept header;
 * and what it sent, by its Content-Type.
 *
 * Threads: any; pure. Memory: static.
 */
#include <stdbool.h>

enum negotiate_form {
	NEGOTIATE_NONE, /* nothing that we could give: 406 */
	NEGOTIATE_OBJECT,
	NEGOTIATE_TABLE,   /* meta.k8s.io Table */
	NEGOTIATE_PARTIAL, /* meta.k8s.io PartialObjectMetadata(List) */
};

struct negotiated {
	enum negotiate_form form;
	const char *api_version; /* of the form: "meta.k8s.io/v1"... */
};

/* NULL: no header. The first of the best wanted ones that can be given. */
struct negotiated negotiate_accept(const char *accept);
/* Whether the header asks for, or allows, plain JSON, whatever parameters. */
bool negotiate_json(const char *accept);

enum negotiate_body {
	NEGOTIATE_BODY_UNKNOWN, /* 415 */
	NEGOTIATE_BODY_JSON,
	NEGOTIATE_BODY_YAML,
	NEGOTIATE_BODY_PROTO,
	NEGOTIATE_BODY_JSON_PATCH,
	NEGOTIATE_BODY_MERGE,
	NEGOTIATE_BODY_STRATEGIC,
	NEGOTIATE_BODY_APPLY,
};
/* NULL and "" count as JSON. */
enum negotiate_body negotiate_content(const char *content_type);
