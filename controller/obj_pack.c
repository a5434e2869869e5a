/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/obj_pack.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "controller/istr.h"
#include "controller/pool.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* What a scratch buffer may hold on to. */
enum { KEEP_MAX = 64 << 10 };

static void reset(struct buf *buf)
{
	if (buf->cap > KEEP_MAX)
		buf_fini(buf);
	buf_clear(buf);
}

void obj_pack_reset(struct obj_pack *pack)
{
	pack->owner = (struct obj_owner){0};
	reset(&pack->rows);
	reset(&pack->pairs);
	reset(&pack->ports);
	reset(&pack->addrs);
	reset(&pack->text);
}

size_t obj_pack_pairs(const struct obj_pack *pack)
{
	return pack->pairs.len / sizeof(struct obj_label);
}

size_t obj_pack_ports(const struct obj_pack *pack)
{
	return pack->ports.len / sizeof(struct obj_port);
}

size_t obj_pack_addrs(const struct obj_pack *pack)
{
	return pack->addrs.len / sizeof(struct addr);
}

/* A token is the text's offset plus one, so that NULL stays NULL. */
const struct istr *obj_pack_text(struct obj_pack *pack, const char *text)
{
	uintptr_t token = pack->text.len + 1;

	if (!text)
		return NULL;
	buf_put(&pack->text, text, strlen(text) + 1);
	return (const struct istr *)token;
}

const struct istr *obj_own_text(const struct obj_block *block,
				const struct istr *token)
{
	if (!token)
		return NULL;
	return (const struct istr *)(block->text + (uintptr_t)token - 1);
}

static int by_key(const void *a, const void *b)
{
	const struct obj_label *x = a, *y = b;

	return strcmp(istr_text(x->key), istr_text(y->key));
}

void obj_pack_map(struct obj_pack *pack, const struct json *map)
{
	size_t before = obj_pack_pairs(pack);
	struct obj_label pair;

	if (json_type(map) != JSON_OBJECT)
		return;
	json_each (child, map) {
		if (!json_value_str(child))
			continue;
		pair.key = istr_get(json_name(child));
		pair.value = istr_get(json_value_str(child));
		buf_put(&pack->pairs, &pair, sizeof(pair));
	}
	if (obj_pack_pairs(pack) > before + 1)
		sort_items((struct obj_label *)(void *)pack->pairs.data +
				   before,
			   obj_pack_pairs(pack) - before, sizeof(pair), by_key);
}

bool obj_addr_parse(const char *text, bool keep_mapped, struct addr *ret_addr)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	struct addr addr = {0};

	if (!text)
		return false;
	if (inet_pton(AF_INET, text, addr.octets) == 1) {
		addr.len = ADDR_V4;
	} else if (inet_pton(AF_INET6, text, addr.octets) == 1) {
		addr.len = ADDR_V6;
		if (!keep_mapped && memcmp(addr.octets, mapped, 12) == 0) {
			memcpy(addr.octets, addr.octets + 12, ADDR_V4);
			memset(addr.octets + 4, 0, 12);
			addr.len = ADDR_V4;
		}
	} else {
		return false;
	}
	*ret_addr = addr;
	return true;
}

void obj_pack_addr(struct obj_pack *pack, const char *text, bool keep_mapped)
{
	struct addr addr;

	if (obj_addr_parse(text, keep_mapped, &addr))
		buf_put(&pack->addrs, &addr, sizeof(addr));
}

static void *put_part(char **at, const void *data, size_t len)
{
	void *part = *at;

	if (len > 0)
		memcpy(part, data, len);
	*at += len;
	return part;
}

void obj_pack_seal(const struct obj_pack *pack, const void *head,
		   size_t head_size, struct obj_block *ret_block)
{
	static const struct obj_owner nobody;
	size_t owner_size = pack->owner.kind ? sizeof(pack->owner) : 0;
	size_t size = head_size + owner_size + pack->rows.len +
		      pack->pairs.len + pack->ports.len + pack->addrs.len +
		      pack->text.len;
	size_t steps = (size + OBJ_STEP - 1) / OBJ_STEP;
	char *at;

	ret_block->steps = steps <= UINT16_MAX ? (uint16_t)steps : 0;
	at = ret_block->steps ? pool_alloc(steps * OBJ_STEP) : mem_alloc(size);
	/* Parts that need alignment come first. */
	ret_block->head = put_part(&at, head, head_size);
	ret_block->owner = put_part(&at, &pack->owner, owner_size);
	if (owner_size == 0)
		ret_block->owner = &nobody;
	ret_block->rows = put_part(&at, pack->rows.data, pack->rows.len);
	ret_block->pairs = put_part(&at, pack->pairs.data, pack->pairs.len);
	ret_block->ports = put_part(&at, pack->ports.data, pack->ports.len);
	ret_block->addrs = put_part(&at, pack->addrs.data, pack->addrs.len);
	ret_block->text = put_part(&at, pack->text.data, pack->text.len);
}

const char *obj_json_text(const struct json *object, const char *field)
{
	return json_value_str(json_get(object, field));
}

int64_t obj_json_time_s(const struct json *object, const char *field)
{
	const char *text = obj_json_text(object, field);
	int64_t us;

	return text && clk_parse(text, &us) == 0 ? us / 1000000 : 0;
}

int obj_proto_parse(const char *text)
{
	if (!text || strcmp(text, "TCP") == 0)
		return PROTO_TCP;
	if (strcmp(text, "UDP") == 0)
		return PROTO_UDP;
	return strcmp(text, "SCTP") == 0 ? PROTO_SCTP : -1;
}

void obj_drop_pairs(const struct obj_label *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		istr_drop(pairs[i].key);
		istr_drop(pairs[i].value);
	}
}

void obj_drop_ports(const struct obj_port *ports, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		istr_drop(ports[i].name);
		istr_drop(ports[i].target_name);
	}
}
