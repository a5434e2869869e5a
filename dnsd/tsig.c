/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/tsig.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "dnsd/wire.h"
#include "dnsd/wire_name.h"
#include "statefuld/attr.h"

enum {
	/* Behind the algorithm's name: time, fudge, MAC size; and behind the
	 * MAC: original ID, error, other length. */
	FIXED_TIMES = 10,
	FIXED_END = 6,
	TIME_LEN = 6,
	MAC_FLOOR = 10, /* RFC 8945 5.2.2.1 */
};

static const struct {
	const char *text;
	const char *wire;
} algorithms[HMAC_HASHES] = {
	[HMAC_SHA1] = {"hmac-sha1", "\011hmac-sha1"},
	[HMAC_SHA224] = {"hmac-sha224", "\013hmac-sha224"},
	[HMAC_SHA256] = {"hmac-sha256", "\013hmac-sha256"},
	[HMAC_SHA384] = {"hmac-sha384", "\013hmac-sha384"},
	[HMAC_SHA512] = {"hmac-sha512", "\013hmac-sha512"},
};

/* What a record says; `mac` and `other` lie in the message. */
struct record {
	const uint8_t *mac, *other;
	uint16_t mac_len, other_len;
	uint16_t original_id, error;
};

void tsig_keys_fini(struct tsig_keys *keys)
{
	if (keys->keys != NULL)
		hmac_wipe(keys->keys, keys->n * sizeof(*keys->keys));
	free(keys->keys);
	*keys = (struct tsig_keys){0};
}

static bool same_name(const struct name *a, const struct name *b)
{
	return a->len == b->len && memcmp(a->wire, b->wire, a->len) == 0;
}

const struct tsig_key *tsig_keys_find(const struct tsig_keys *keys,
				      const struct name *name)
{
	for (size_t i = 0; keys != NULL && i < keys->n; i++) {
		if (same_name(&keys->keys[i].name, name))
			return &keys->keys[i];
	}
	return NULL;
}

bool tsig_algorithm(const char *text, enum hmac_hash *ret_hash)
{
	size_t len = strlen(text);

	if (len > 0 && text[len - 1] == '.')
		len--;
	for (int i = 0; i < HMAC_HASHES; i++) {
		if (strlen(algorithms[i].text) == len &&
		    strncasecmp(algorithms[i].text, text, len) == 0) {
			*ret_hash = (enum hmac_hash)i;
			return true;
		}
	}
	return false;
}

static bool is_algorithm(const struct name *name, enum hmac_hash hash)
{
	const char *wire = algorithms[hash].wire;

	return name->len == strlen(wire) + 1 &&
	       memcmp(name->wire, wire, name->len) == 0;
}

static uint64_t get48(const uint8_t *at)
{
	return (uint64_t)wire_get16(at) << 32 | wire_get32(at + 2);
}

static void put48(uint8_t *at, uint64_t value)
{
	wire_put16(at, (uint16_t)(value >> 32));
	wire_put32(at + 2, (uint32_t)value);
}

/* RFC 8945 4.2, the record from its owner to the end of the message. */
static bool read_record(struct tsig_state *state, struct record *record,
			const uint8_t *wire, size_t len, size_t at)
{
	at = wire_name_read(&state->name, wire, len, at);
	if (at == 0 || len - at < WIRE_RR_FIXED ||
	    wire_get16(wire + at + 2) != CLASS_ANY ||
	    wire_get32(wire + at + 4) != 0 ||
	    at + WIRE_RR_FIXED + wire_get16(wire + at + 8) != len)
		return false;
	at = wire_name_read(&state->algorithm, wire, len, at + WIRE_RR_FIXED);
	if (at == 0 || len - at < FIXED_TIMES)
		return false;
	state->time_s = get48(wire + at);
	state->fudge_s = wire_get16(wire + at + 6);
	record->mac_len = wire_get16(wire + at + 8);
	at += FIXED_TIMES;
	if (len - at < (size_t)record->mac_len + FIXED_END)
		return false;
	record->mac = wire + at;
	at += record->mac_len;
	record->original_id = wire_get16(wire + at);
	record->error = wire_get16(wire + at + 2);
	record->other_len = wire_get16(wire + at + 4);
	record->other = wire + at + FIXED_END;
	return len - at - FIXED_END == record->other_len;
}

static void add16(struct hmac *hmac, uint16_t value)
{
	uint8_t wire[2];

	wire_put16(wire, value);
	hmac_add(hmac, wire, sizeof(wire));
}

static void add_times(struct hmac *hmac, uint64_t time_s, uint16_t fudge_s)
{
	uint8_t wire[TIME_LEN];

	put48(wire, time_s);
	hmac_add(hmac, wire, sizeof(wire));
	add16(hmac, fudge_s);
}

/* RFC 8945 4.3.3: the record but for the MAC and the original ID, whose
 * place is the header. */
static void add_variables(struct hmac *hmac, const struct tsig_state *state,
			  uint64_t time_s, uint16_t fudge_s,
			  const struct record *record)
{
	static const uint8_t class_ttl[6] = {0, CLASS_ANY};

	hmac_add(hmac, state->name.wire, state->name.len);
	hmac_add(hmac, class_ttl, sizeof(class_ttl));
	hmac_add(hmac, state->algorithm.wire, state->algorithm.len);
	add_times(hmac, time_s, fudge_s);
	add16(hmac, record->error);
	add16(hmac, record->other_len);
	hmac_add(hmac, record->other, record->other_len);
}

/* The request as it was signed: with its first ID, without the record. */
static bool has_right_mac(const struct tsig_state *state,
			  const struct record *record, const uint8_t *wire,
			  size_t at)
{
	uint8_t header[WIRE_HEADER], mac[HMAC_MAX];
	struct hmac hmac;

	memcpy(header, wire, sizeof(header));
	wire_put16(header, record->original_id);
	wire_put16(header + 10, (uint16_t)(wire_get16(wire + 10) - 1));
	hmac_begin(&hmac, state->key->hash, state->key->secret,
		   state->key->secret_len);
	hmac_add(&hmac, header, sizeof(header));
	hmac_add(&hmac, wire + WIRE_HEADER, at - WIRE_HEADER);
	add_variables(&hmac, state, state->time_s, state->fudge_s, record);
	hmac_end(&hmac, mac);
	return hmac_equal(mac, record->mac, record->mac_len);
}

static bool is_in_time(const struct tsig_state *state, uint64_t now_s)
{
	uint64_t apart = now_s > state->time_s ? now_s - state->time_s
					       : state->time_s - now_s;

	return apart <= state->fudge_s;
}

static uint16_t refuse(struct tsig_state *state, uint16_t error)
{
	state->error = error;
	return RCODE_NOTAUTH;
}

/* Nothing that depends on the secret is told by an unsigned reply. */
static uint16_t refuse_unsigned(struct tsig_state *state, uint16_t error)
{
	state->key = NULL;
	return refuse(state, error);
}

uint16_t tsig_check(struct tsig_state *ret, const struct tsig_keys *keys,
		    const uint8_t *wire, size_t len, size_t at, uint64_t now_s)
{
	struct record record;
	size_t full;

	*ret = (struct tsig_state){0};
	if (!read_record(ret, &record, wire, len, at))
		return RCODE_FORMERR;
	ret->key = tsig_keys_find(keys, &ret->name);
	if (ret->key == NULL || !is_algorithm(&ret->algorithm, ret->key->hash))
		return refuse_unsigned(ret, TSIG_BADKEY);
	full = hmac_len(ret->key->hash);
	if (record.mac_len > full || record.mac_len < MAC_FLOOR ||
	    record.mac_len < full / 2)
		return RCODE_FORMERR;
	if (!has_right_mac(ret, &record, wire, at))
		return refuse_unsigned(ret, TSIG_BADSIG);
	ret->mac_len = (uint8_t)record.mac_len;
	memcpy(ret->mac, record.mac, record.mac_len);
	if (!is_in_time(ret, now_s))
		return refuse(ret, TSIG_BADTIME);
	/* Our own policy is the whole MAC. */
	if (record.mac_len < full)
		return refuse(ret, TSIG_BADTRUNC);
	return RCODE_NOERROR;
}

void tsig_begin(struct tsig_state *ret, const struct tsig_key *key)
{
	const char *algorithm = algorithms[key->hash].wire;

	*ret = (struct tsig_state){.key = key, .name = key->name};
	name_copy(&ret->algorithm, (const uint8_t *)algorithm);
}

/* RFC 8945 5.2.3: our time, where the other's is out of bounds. */
static size_t other_len(const struct tsig_state *state)
{
	return state->error == TSIG_BADTIME ? TIME_LEN : 0;
}

static size_t mac_len(const struct tsig_state *state)
{
	return state->key != NULL ? hmac_len(state->key->hash) : 0;
}

size_t tsig_room(const struct tsig_state *state)
{
	return (size_t)state->name.len + WIRE_RR_FIXED + state->algorithm.len +
	       FIXED_TIMES + mac_len(state) + FIXED_END + other_len(state);
}

/* What stands in the reply for time and fudge: an unsigned error and BADTIME
 * repeat the request's (RFC 8945 5.2.3, 5.3.2). */
static void choose_times(const struct tsig_state *state, uint64_t now_s,
			 uint64_t *ret_time_s, uint16_t *ret_fudge_s)
{
	bool is_repeated = state->key == NULL || state->error == TSIG_BADTIME;

	*ret_time_s = is_repeated ? state->time_s : now_s;
	*ret_fudge_s = is_repeated ? state->fudge_s : TSIG_FUDGE_S;
}

/* Over the MAC before, the message, and the variables or, in later messages,
 * the times alone. */
static void make_mac(struct tsig_state *state, const uint8_t *message,
		     size_t len, const uint8_t *times,
		     const struct record *record)
{
	struct hmac hmac;

	hmac_begin(&hmac, state->key->hash, state->key->secret,
		   state->key->secret_len);
	if (state->mac_len > 0) {
		add16(&hmac, state->mac_len);
		hmac_add(&hmac, state->mac, state->mac_len);
	}
	hmac_add(&hmac, message, len);
	if (state->is_later)
		add_times(&hmac, get48(times), wire_get16(times + 6));
	else
		add_variables(&hmac, state, get48(times), wire_get16(times + 6),
			      record);
	hmac_end(&hmac, state->mac);
	state->mac_len = (uint8_t)mac_len(state);
	state->is_later = true;
}

static uint8_t *put(uint8_t *at, const void *data, size_t len)
{
	memcpy(at, data, len);
	return at + len;
}

size_t tsig_sign(struct tsig_state *state, uint8_t *message, size_t len,
		 uint64_t now_s)
{
	size_t room = tsig_room(state);
	uint8_t *at = message + len, times[FIXED_TIMES], other[TIME_LEN];
	struct record record = {.error = state->error,
				.other = other,
				.other_len = (uint16_t)other_len(state)};
	uint16_t fudge_s;
	uint64_t time_s;

	put48(other, now_s);
	choose_times(state, now_s, &time_s, &fudge_s);
	put48(times, time_s);
	wire_put16(times + 6, fudge_s);
	wire_put16(times + 8, (uint16_t)mac_len(state));
	if (state->key != NULL)
		make_mac(state, message, len, times, &record);
	at = put(at, state->name.wire, state->name.len);
	wire_put16(at, TYPE_TSIG);
	wire_put16(at + 2, CLASS_ANY);
	wire_put32(at + 4, 0);
	wire_put16(at + 8, (uint16_t)(room - state->name.len - WIRE_RR_FIXED));
	at = put(at + WIRE_RR_FIXED, state->algorithm.wire,
		 state->algorithm.len);
	at = put(at, times, sizeof(times));
	at = put(at, state->mac, mac_len(state));
	at = put(at, message, 2);
	wire_put16(at, record.error);
	wire_put16(at + 2, record.other_len);
	put(at + 4, other, record.other_len);
	wire_put16(message + 10, (uint16_t)(wire_get16(message + 10) + 1));
	return len + room;
}
