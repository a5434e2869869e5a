/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/serve_lab.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "dnsd/query.h"
#include "dnsd/rr_text.h"
#include "dnsd/stats.h"
#include "dnsd/wire.h"
#include "dnsd/zone.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

enum { SERIAL = 1700000000, SET_MAX = 4096, LINE_MAX_LEN = 512 };

/* The RRset that is being read; put when the next line is not of it. */
struct loading {
	struct zone_slot *slot;
	struct zone_edit *edit;
	struct name owner;
	uint16_t type;
	uint32_t ttl_s, n;
	struct rr_data data[SET_MAX];
};

char *serve_lab_path(const char *path)
{
	const char *srcdir = getenv("srcdir");

	return mem_printf("%s/%s", srcdir != NULL ? srcdir : ".", path);
}

static void add_zone(struct zone_slot *slot, const char *apex)
{
	const struct zone_soa soa = {5, 7200, 1800, 86400, 5};
	struct name name, ns, rname;
	const uint8_t *ns_list[] = {ns.wire};

	st_assert(name_parse(&name, apex) == 0);
	st_assert(name_parse(&ns, "ns.dns.cluster.local.") == 0);
	st_assert(name_parse(&rname, "hostmaster.cluster.local.") == 0);
	st_assert(zone_slot_add_zone(slot, name.wire, ns.wire, rname.wire, &soa,
				     ns_list, 1, 5, SERIAL, NULL) == 0);
}

static void put_loaded(struct loading *loading)
{
	const struct rr_set set = {
		.owner = loading->owner.wire,
		.type = loading->type,
		.ttl_s = loading->ttl_s,
		.n = loading->n,
		.data = loading->data,
	};

	if (loading->n > 0)
		zone_edit_put(loading->edit, &set);
	for (uint32_t i = 0; i < loading->n; i++)
		free((void *)(uintptr_t)loading->data[i].wire);
	loading->n = 0;
}

static void load_record(struct loading *loading, const char *line)
{
	struct rr_text record;
	struct err err;

	if (rr_text_parse(&record, line, &err) < 0) {
		fprintf(stderr, "%s: %s\n", line, err_msg(&err));
		abort();
	}
	if (loading->n == 0 || loading->type != record.type ||
	    !name_equal(loading->owner.wire, record.owner.wire))
		put_loaded(loading);
	st_assert(loading->n < SET_MAX);
	loading->owner = record.owner;
	loading->type = record.type;
	loading->ttl_s = record.ttl_s;
	loading->data[loading->n++] =
		(struct rr_data){mem_dup(record.rdata, record.len), record.len};
}

static void load_many(struct loading *loading, const char *pattern)
{
	char line[LINE_MAX_LEN];
	unsigned int n;
	int used;

	st_assert(sscanf(pattern, "%u %n", &n, &used) == 1);
	for (unsigned int i = 1; i <= n; i++) {
		size_t len = 0;

		for (const char *c = pattern + used; *c != '\0'; c++)
			len += (size_t)snprintf(line + len, sizeof(line) - len,
						*c == '#' ? "%u" : "%c",
						*c == '#' ? i
							  : (unsigned int)*c);
		load_record(loading, line);
	}
}

static void load_expected(struct loading *loading, const char *line)
{
	char prefix[NAME_MAX_LABEL + 1], parent[NAME_MAX_TEXT];
	struct zone_expected item = {.prefix = prefix};

	st_assert(sscanf(line, "%63s %1023s %u %u", prefix, parent, &item.first,
			 &item.n) == 4);
	st_assert(name_parse(&item.parent, parent) == 0);
	zone_edit_expect(loading->edit, &item, 1, 1);
}

static void load_line(struct loading *loading, char *line)
{
	struct name name;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (strncmp(line, "many ", 5) == 0) {
		load_many(loading, line + 5);
	} else if (strncmp(line, "bare ", 5) == 0) {
		struct rr_set set = {.owner = name.wire, .n = 1};

		put_loaded(loading);
		st_assert(name_parse(&name, line + 5) == 0);
		zone_edit_put(loading->edit, &set);
	} else if (strncmp(line, "expect ", 7) == 0) {
		load_expected(loading, line + 7);
	} else {
		load_record(loading, line);
	}
}

static FILE *open_zone_file(void)
{
	scope_free char *path = serve_lab_path("tests/data/dns/zone");
	FILE *file = fopen(path, "r");

	if (file == NULL)
		perror(path);
	st_assert(file != NULL);
	return file;
}

void serve_lab_fill(struct zone_slot *slot, bool is_ready)
{
	struct loading *loading = mem_zalloc(sizeof(*loading));
	FILE *file = open_zone_file();
	char line[LINE_MAX_LEN];

	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "zone ", 5) == 0) {
			add_zone(slot, line + 5);
			continue;
		}
		if (loading->edit == NULL && line[0] != '#' && line[0] != '\0')
			loading->edit = zone_edit_begin(slot);
		load_line(loading, line);
	}
	fclose(file);
	put_loaded(loading);
	if (is_ready)
		zone_edit_set_ready(loading->edit);
	zone_edit_commit(loading->edit, SERIAL);
	free(loading);
}

struct zone_slot *serve_lab_slot(bool is_ready)
{
	struct zone_slot *slot = zone_slot_new();

	zone_slot_set_pods(slot, ZONE_PODS_INSECURE, 5);
	serve_lab_fill(slot, is_ready);
	return slot;
}

const struct answer_config *serve_lab_config(void)
{
	static struct answer_config config = {
		.max_udp_payload = 1232,
		.is_fixed_order = true,
		.nsid_len = 3,
		.nsid = "lab",
		.n_chaos = 1,
		.chaos[0] = {.rdata_len = 5, .rdata = "\4test"},
	};

	st_assert(name_parse(&config.chaos[0].name, "version.bind.") == 0);
	return &config;
}

struct answer_env serve_lab_env(bool is_stream)
{
	static const struct cookie_secrets secrets = {
		.active = {0xe5, 0xe9, 0x73, 0xe5, 0xa6, 0xb2, 0xa4, 0x3f, 0x48,
			   0xe7, 0xdc, 0x84, 0x9e, 0x37, 0xbf, 0xcf},
	};
	static struct sockaddr_storage from;
	struct sockaddr_in *v4 = (void *)&from;

	v4->sin_family = AF_INET;
	v4->sin_addr.s_addr = htonl(0xc6336464);
	return (struct answer_env){
		.config = serve_lab_config(),
		.is_stream = is_stream,
		.keepalive_ds = is_stream ? 300 : 0,
		.from = &from,
		.cookies = &secrets,
		.now_s = 1559731985,
	};
}

/* The parts of a packet as the words of a line say. */
struct packet {
	uint8_t *out;
	size_t at;
	uint16_t qclass, flags, counts[4];
	bool has_counts, has_opt, has_no_question;
	uint16_t size;
	uint8_t version;
	uint16_t opt_flags;
	uint8_t options[512], tail[512];
	size_t options_len, tail_len;
};

static size_t put_hex(uint8_t *out, const char *hex)
{
	size_t n = 0;
	unsigned int octet;

	for (; sscanf(hex, "%2x", &octet) == 1; hex += 2) {
		out[n++] = (uint8_t)octet;
		if (hex[1] == '\0')
			break;
	}
	return n;
}

static void put_option(struct packet *packet, const char *text)
{
	uint8_t *at = packet->options + packet->options_len;
	const char *hex = strchr(text, ':');
	size_t len = hex != NULL ? put_hex(at + 4, hex + 1) : 0;

	wire_put16(at, (uint16_t)atoi(text));
	wire_put16(at + 2, (uint16_t)len);
	packet->options_len += 4 + len;
	packet->has_opt = true;
}

static void read_counts(struct packet *packet, const char *text)
{
	unsigned int an, ns, ar;

	st_assert(sscanf(text, "%u,%u,%u", &an, &ns, &ar) == 3);
	packet->counts[1] = (uint16_t)an;
	packet->counts[2] = (uint16_t)ns;
	packet->counts[3] = (uint16_t)ar;
	packet->has_counts = true;
}

static void read_word(struct packet *packet, char *word)
{
	char *value = strchr(word, '=');

	if (value != NULL)
		*value++ = '\0';
	if (strcmp(word, "edns") == 0) {
		packet->has_opt = true;
		packet->size = value != NULL ? (uint16_t)atoi(value) : 1232;
	} else if (strcmp(word, "do") == 0) {
		packet->opt_flags |= 0x8000;
		packet->has_opt = true;
	} else if (strcmp(word, "optflags") == 0) {
		packet->opt_flags |= (uint16_t)strtoul(value, NULL, 16);
	} else if (strcmp(word, "version") == 0) {
		packet->version = (uint8_t)atoi(value);
		packet->has_opt = true;
	} else if (strcmp(word, "option") == 0) {
		put_option(packet, value);
	} else if (strcmp(word, "class") == 0) {
		packet->qclass = (uint16_t)atoi(value);
	} else if (strcmp(word, "opcode") == 0) {
		packet->flags |= (uint16_t)(atoi(value) << 11);
	} else if (strcmp(word, "flags") == 0) {
		packet->flags |= (uint16_t)strtoul(value, NULL, 16);
	} else if (strcmp(word, "tail") == 0) {
		packet->tail_len = put_hex(packet->tail, value);
	} else if (strcmp(word, "counts") == 0) {
		read_counts(packet, value);
	} else if (strcmp(word, "noquestion") == 0) {
		packet->has_no_question = true;
	} else if (strcmp(word, "questions") == 0) {
		packet->counts[0] = (uint16_t)atoi(value);
	} else {
		fprintf(stderr, "what is \"%s\"?\n", word);
		abort();
	}
}

static uint16_t type_of(const char *text)
{
	static const struct {
		const char *name;
		uint16_t type;
	} types[] = {
		{"A", RR_A},	   {"NS", RR_NS},     {"CNAME", RR_CNAME},
		{"SOA", RR_SOA},   {"PTR", RR_PTR},   {"TXT", RR_TXT},
		{"AAAA", RR_AAAA}, {"SRV", RR_SRV},   {"ANY", RR_ANY},
		{"AXFR", RR_AXFR}, {"IXFR", RR_IXFR},
	};

	for (size_t i = 0; i < st_array_len(types); i++) {
		if (strcmp(text, types[i].name) == 0)
			return types[i].type;
	}
	return strncmp(text, "TYPE", 4) == 0 ? (uint16_t)atoi(text + 4) : 0;
}

/* The name keeps its case: the parser of names would fold it. */
static void put_name(struct packet *packet, const char *text)
{
	while (*text != '\0' && strcmp(text, ".") != 0) {
		size_t len = strcspn(text, ".");

		packet->out[packet->at++] = (uint8_t)len;
		memcpy(packet->out + packet->at, text, len);
		packet->at += len;
		text += len + (text[len] == '.');
	}
	packet->out[packet->at++] = 0;
}

static void put_opt(struct packet *packet)
{
	uint8_t *opt = packet->out + packet->at;

	opt[0] = 0;
	wire_put16(opt + 1, RR_OPT);
	wire_put16(opt + 3, packet->size);
	opt[5] = 0;
	opt[6] = packet->version;
	wire_put16(opt + 7, packet->opt_flags);
	wire_put16(opt + 9, (uint16_t)packet->options_len);
	memcpy(opt + WIRE_OPT, packet->options, packet->options_len);
	packet->at += WIRE_OPT + packet->options_len;
	if (!packet->has_counts)
		packet->counts[3]++;
}

size_t serve_lab_query(uint8_t out[LAB_QUERY_MAX], const char *line)
{
	struct packet packet = {.out = out,
				.at = WIRE_HEADER,
				.qclass = CLASS_IN,
				.size = 1232,
				.counts = {1}};
	scope_free char *words = mem_strdup(line);
	char *save = NULL;

	put_name(&packet, strtok_r(words, " ", &save));
	char *word = strtok_r(NULL, " ", &save);
	uint16_t qtype = word != NULL ? type_of(word) : RR_A;
	while (word != NULL && (word = strtok_r(NULL, " ", &save)) != NULL)
		read_word(&packet, word);
	wire_put16(out + packet.at, qtype);
	wire_put16(out + packet.at + 2, packet.qclass);
	packet.at = packet.has_no_question ? WIRE_HEADER : packet.at + 4;
	packet.counts[0] = packet.has_no_question ? 0 : packet.counts[0];
	if (packet.has_opt)
		put_opt(&packet);
	memcpy(out + packet.at, packet.tail, packet.tail_len);
	packet.at += packet.tail_len;
	wire_put16(out, LAB_ID);
	wire_put16(out + 2, packet.flags);
	for (size_t i = 0; i < 4; i++)
		wire_put16(out + 4 + 2 * i, packet.counts[i]);
	return packet.at;
}

/* What holds for each reply (DNS-091, 094, 130, 140). */
static void check_reply(const struct answer_env *env, const struct query *query,
			enum query_kind kind, const uint8_t *out,
			const struct answer *answer)
{
	size_t limit = env->is_stream ? WIRE_MESSAGE : WIRE_UDP_FLOOR;
	struct err err = {.code = 0};

	if (!env->is_stream && query->has_edns && query->edns_size > limit)
		limit = query->edns_size < env->config->max_udp_payload
				? query->edns_size
				: env->config->max_udp_payload;
	if (rr_text_check(out, answer->len, &err) < 0)
		fprintf(stderr, "reply: %s\n", err_msg(&err));
	st_assert(err.code == 0);
	st_assert(answer->len >= WIRE_HEADER && answer->len <= limit);
	st_assert(memcmp(out, query->wire, 2) == 0);
	st_assert((out[2] & ~(WIRE_AA | WIRE_TC)) ==
		  (WIRE_QR | (query->wire[2] & (WIRE_OPCODE | WIRE_RD))));
	st_assert((out[3] & 0xf0) == 0);
	st_assert((out[3] & 0x0f) == (answer->rcode & 0x0f));
	st_assert(answer->is_truncated == !!(out[2] & WIRE_TC));
	st_assert(wire_get16(out + 4) == (query->question_len > 0));
	st_assert(memcmp(out + WIRE_HEADER, query->wire + WIRE_HEADER,
			 query->question_len) == 0);
	scope_free char *text = rr_text_message(out, answer->len);
	st_assert(text != NULL);
	st_assert((strstr(text, "\nedns ") != NULL) == query->has_edns);
	st_assert(kind == QUERY_ASK || kind == QUERY_NOTIFY ||
		  kind == QUERY_COOKIE ||
		  answer->rcode ==
			  (kind == QUERY_BAD ? RCODE_FORMERR : RCODE_NOTIMP));
}

size_t serve_lab_answer(struct answer_env *env, const struct zone_slot *slot,
			const uint8_t *wire, size_t len, uint8_t *out)
{
	struct query query;
	enum query_kind kind = query_parse(&query, wire, len);

	if (kind == QUERY_DROP)
		return 0;
	struct answer answer =
		answer_write(env, zone_slot_peek_rcu(slot), &query, kind, out);
	check_reply(env, &query, kind, out, &answer);
	return answer.len;
}

char *serve_lab_ask(struct answer_env *env, const struct zone_slot *slot,
		    const char *line)
{
	uint8_t wire[LAB_QUERY_MAX];
	size_t len = serve_lab_query(wire, line);
	/* Of its own, so that a sanitizer sees a step too far. */
	scope_free uint8_t *exact = mem_dup(wire, len);
	scope_free uint8_t *out = mem_alloc(answer_room(env));
	size_t n = serve_lab_answer(env, slot, exact, len, out);

	return n == 0 ? mem_strdup("DROP\n") : rr_text_message(out, n);
}

uint64_t serve_lab_replies(const struct stats *stats, enum dnsd_proto proto)
{
	struct dnsd_traffic sum = {0};
	uint64_t n = 0;

	for (int i = 0; i < DNSD_FAMILIES; i++)
		if (stats->lanes[proto][i] != NULL)
			stats_sum_traffic(&sum, stats->lanes[proto][i]);
	for (size_t i = 0; i < DNSD_SIZES; i++)
		n += sum.sizes[i];
	return n;
}
