/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/edns.h"

#include <string.h>

#include "dnsd/wire.h"
#include "dnsd/zone.h"

enum {
	HEAD = 4, /* code and length */
	EXPIRE_LEN = 4,
	KEEPALIVE_LEN = 2,
	ZONEVERSION_LEN = 6,
	EDE_LEN = 2,	     /* without text */
	PADDING_BLOCK = 468, /* RFC 8467 4.1 */
	SOA_EXPIRE_BACK = 8, /* from the end of an SOA's RDATA */
};

static bool read_cookie(struct edns_asked *asked, const uint8_t *data,
			size_t len)
{
	if (!cookie_has_good_length(len))
		return false;
	if (asked->wants & EDNS_COOKIE)
		return true;
	asked->wants |= EDNS_COOKIE;
	asked->cookie = data;
	asked->cookie_len = (uint8_t)len;
	return true;
}

static bool read_option(struct edns_asked *asked, uint16_t code,
			const uint8_t *data, size_t len)
{
	switch (code) {
	case OPTION_NSID:
		asked->wants |= EDNS_NSID;
		return true;
	case OPTION_EXPIRE:
		asked->wants |= EDNS_EXPIRE;
		return true;
	case OPTION_COOKIE:
		return read_cookie(asked, data, len);
	case OPTION_KEEPALIVE:
		asked->wants |= EDNS_KEEPALIVE;
		return true;
	case OPTION_PADDING:
		asked->wants |= EDNS_PADDING;
		return true;
	case OPTION_ZONEVERSION:
		asked->wants |= EDNS_ZONEVERSION;
		return len == 0;
	default:
		return true;
	}
}

bool edns_read(struct edns_asked *ret_asked, const uint8_t *data, size_t len)
{
	*ret_asked = (struct edns_asked){0};
	while (len > 0) {
		if (len < HEAD)
			return false;
		size_t size = wire_get16(data + 2);
		if (size > len - HEAD ||
		    !read_option(ret_asked, wire_get16(data), data + HEAD,
				 size))
			return false;
		data += HEAD + size;
		len -= HEAD + size;
	}
	return true;
}

/* Which of the options that were asked for can be given at all. */
static bool gives(const struct edns_asked *asked, const struct edns_told *told,
		  uint8_t option)
{
	if (!(asked->wants & option))
		return false;
	switch (option) {
	case EDNS_NSID:
		return told->nsid_len > 0;
	case EDNS_COOKIE:
		return told->has_cookie;
	case EDNS_KEEPALIVE:
		return told->keepalive_ds > 0;
	case EDNS_PADDING:
		return told->is_encrypted;
	default:
		return true;
	}
}

size_t edns_room(const struct edns_asked *asked, const struct edns_told *told)
{
	size_t room = 0;

	if (gives(asked, told, EDNS_NSID))
		room += HEAD + told->nsid_len;
	if (gives(asked, told, EDNS_COOKIE))
		room += HEAD + COOKIE_LEN;
	if (gives(asked, told, EDNS_KEEPALIVE))
		room += HEAD + KEEPALIVE_LEN;
	if (gives(asked, told, EDNS_EXPIRE))
		room += HEAD + EXPIRE_LEN;
	if (gives(asked, told, EDNS_ZONEVERSION))
		room += HEAD + ZONEVERSION_LEN;
	return room;
}

static uint8_t *put_head(uint8_t *at, uint16_t code, size_t len)
{
	wire_put16(at, code);
	wire_put16(at + 2, (uint16_t)len);
	return at + HEAD;
}

static uint8_t *put_bytes(uint8_t *at, uint16_t code, const uint8_t *data,
			  size_t len)
{
	at = put_head(at, code, len);
	memcpy(at, data, len);
	return at + len;
}

static uint8_t *put_expire(uint8_t *at, const struct zone_info *zone)
{
	const struct rrset *soa = zone->soa;

	return put_bytes(at, OPTION_EXPIRE,
			 soa->wire + soa->wire_len - SOA_EXPIRE_BACK,
			 EXPIRE_LEN);
}

/* RFC 9660 3.3: of type SOA-SERIAL, which is 0. */
static uint8_t *put_version(uint8_t *at, const struct zone_info *zone)
{
	at = put_head(at, OPTION_ZONEVERSION, ZONEVERSION_LEN);
	at[0] = zone->apex_labels;
	at[1] = 0;
	wire_put32(at + 2, zone->serial);
	return at + ZONEVERSION_LEN;
}

static uint8_t *put_ede(uint8_t *at, const struct edns_told *told, size_t room)
{
	size_t text_len = told->ede_text ? strlen(told->ede_text) : 0;

	if (told->ede == EDE_NONE || room < HEAD + EDE_LEN)
		return at;
	if (room < HEAD + EDE_LEN + text_len)
		text_len = 0;
	at = put_head(at, OPTION_EDE, EDE_LEN + text_len);
	wire_put16(at, (uint16_t)told->ede);
	if (text_len > 0)
		memcpy(at + EDE_LEN, told->ede_text, text_len);
	return at + EDE_LEN + text_len;
}

/* RFC 8467 4.1: to the next block, or as far as a message may go. */
static uint8_t *put_padding(uint8_t *at, size_t len, size_t room)
{
	size_t padding = PADDING_BLOCK - 1 - (len + HEAD - 1) % PADDING_BLOCK;

	if (room < HEAD)
		return at;
	if (padding > room - HEAD)
		padding = room - HEAD;
	at = put_head(at, OPTION_PADDING, padding);
	memset(at, 0, padding);
	return at + padding;
}

size_t edns_write(const struct edns_asked *asked, const struct edns_told *told,
		  uint8_t *out, size_t room, size_t before)
{
	uint8_t *at = out;

	if (gives(asked, told, EDNS_NSID))
		at = put_bytes(at, OPTION_NSID, told->nsid, told->nsid_len);
	if (gives(asked, told, EDNS_COOKIE))
		at = put_bytes(at, OPTION_COOKIE, told->cookie, COOKIE_LEN);
	if (gives(asked, told, EDNS_KEEPALIVE)) {
		at = put_head(at, OPTION_KEEPALIVE, KEEPALIVE_LEN);
		wire_put16(at, told->keepalive_ds);
		at += KEEPALIVE_LEN;
	}
	if (told->zone != NULL && told->has_expire &&
	    gives(asked, told, EDNS_EXPIRE))
		at = put_expire(at, told->zone);
	if (told->zone != NULL && gives(asked, told, EDNS_ZONEVERSION))
		at = put_version(at, told->zone);
	at = put_ede(at, told, room - (size_t)(at - out));
	if (gives(asked, told, EDNS_PADDING))
		at = put_padding(at, before + (size_t)(at - out),
				 room - (size_t)(at - out));
	return (size_t)(at - out);
}
