/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * obj_pack - gathers the parts of a view and makes them one block of memory;
 * private to the obj_ modules.
 *
 * Threads: the loop thread. Memory: a pack is embedded, and its buffers are
 * kept for the next object.
 */
#include <stdbool.h>
#include <stddef.h>

#include "controller/obj.h"
#include "statefuld/buf.h"

struct json;

struct obj_pack {
	struct obj_owner owner; /* kind NULL: none */
	struct buf rows;	/* endpoints or owner references: 8-aligned */
	struct buf pairs;	/* struct obj_label */
	struct buf ports;	/* struct obj_port */
	struct buf addrs;	/* struct addr */
	struct buf text;	/* texts of the view's own, each with its NUL */
	bool is_for_dns;	/* see obj_decode_for_dns() */
};

/* Makes a zeroed or used pack empty; keeps buffers of common size. */
void obj_pack_reset(struct obj_pack *pack);

/* Number of things gathered so far. */
size_t obj_pack_pairs(const struct obj_pack *pack);
size_t obj_pack_ports(const struct obj_pack *pack);
size_t obj_pack_addrs(const struct obj_pack *pack);

/* A text of the view's own. What comes back is a token: obj_own_text() makes
 * it a pointer once the block is there. NULL gives NULL. */
const struct istr *obj_pack_text(struct obj_pack *pack, const char *text);

/* Members of a JSON object with string values, sorted by key, as pairs. */
void obj_pack_map(struct obj_pack *pack, const struct json *map);
/* An address in text; what is none is left out. IPv4 mapped into IPv6 is
 * IPv4, as Go's net.IP has it, unless keep_mapped (DNS-013). */
void obj_pack_addr(struct obj_pack *pack, const char *text, bool keep_mapped);

/* One block: head, then each part at its place. */
struct obj_block {
	void *head;
	const struct obj_owner *owner; /* never NULL */
	void *rows;
	struct obj_label *pairs;
	struct obj_port *ports;
	struct addr *addrs;
	char *text;
	uint16_t steps; /* as in struct obj */
};
void obj_pack_seal(const struct obj_pack *pack, const void *head,
		   size_t head_size, struct obj_block *ret_block);
const struct istr *obj_own_text(const struct obj_block *block,
				const struct istr *token);

/* A member's text, without a path; NULL if it has none. */
const char *obj_json_text(const struct json *object, const char *field);
/* A member that is a time, in seconds of the wall clock; 0 if it is none. */
int64_t obj_json_time_s(const struct json *object, const char *field);
/* An enum obj_proto by its API name, TCP if absent; -1 for another. */
int obj_proto_parse(const char *text);
bool obj_addr_parse(const char *text, bool keep_mapped, struct addr *ret_addr);

void obj_drop_pairs(const struct obj_label *pairs, size_t n);
void obj_drop_ports(const struct obj_port *ports, size_t n);

/* Each kind's decoder gets the head as read, gathers the rest, and makes the
 * block; obj.c sets the head's pointers into it. It cannot fail. */
struct obj *obj_build_service(struct obj_pack *pack, const struct obj *head,
			      const struct json *object,
			      struct obj_block *block);
struct obj *obj_build_pod(struct obj_pack *pack, const struct obj *head,
			  const struct json *object, struct obj_block *block);
struct obj *obj_build_slice(struct obj_pack *pack, const struct obj *head,
			    const struct json *object, struct obj_block *block);
struct obj *obj_build_set(struct obj_pack *pack, const struct obj *head,
			  const struct json *object, struct obj_block *block);
struct obj *obj_build_claim(struct obj_pack *pack, const struct obj *head,
			    const struct json *object, struct obj_block *block);
struct obj *obj_build_revision(struct obj_pack *pack, const struct obj *head,
			       const struct json *object,
			       struct obj_block *block);

/* Give back what the kind's own fields hold. */
void obj_drop_service(const struct obj_service *service);
void obj_drop_pod(const struct obj_pod *pod);
void obj_drop_slice(const struct obj_slice *slice);
void obj_drop_set(const struct obj_set *set);
void obj_drop_claim(const struct obj_claim *claim);
void obj_drop_revision(const struct obj_revision *revision);
