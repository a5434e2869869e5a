/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/rr_text.h"

#include <ldns/ldns.h>
#include <stdbool.h>
#include <string.h>

#include "dnsd/wire.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"

enum { DEFAULT_TTL_S = 3600 };

static void rr_free_slot(ldns_rr **rr)
{
	ldns_rr_free(*rr);
}
#define scope_rr st_cleanup(rr_free_slot)

static void pkt_free_slot(ldns_pkt **pkt)
{
	ldns_pkt_free(*pkt);
}
#define scope_pkt st_cleanup(pkt_free_slot)

static void buffer_free_slot(ldns_buffer **buffer)
{
	ldns_buffer_free(*buffer);
}
#define scope_buffer st_cleanup(buffer_free_slot)

static int copy_rdata(struct rr_text *record, const ldns_rr *rr,
		      struct err *err)
{
	scope_buffer ldns_buffer *buffer = ldns_buffer_new(RR_TEXT_RDATA);
	ldns_status status = ldns_rr_rdata2buffer_wire(buffer, rr);
	size_t len = ldns_buffer_position(buffer);

	if (status != LDNS_STATUS_OK)
		return err_set(err, ST_EPARSE, "%s",
			       ldns_get_errorstr_by_id(status));
	if (len > RR_TEXT_RDATA)
		return err_set(err, ST_ELIMIT, "RDATA is over %d octets",
			       RR_TEXT_RDATA);
	record->len = (uint16_t)len;
	memcpy(record->rdata, ldns_buffer_begin(buffer), len);
	return 0;
}

int rr_text_parse(struct rr_text *ret_record, const char *line, struct err *err)
{
	scope_rr ldns_rr *rr = NULL;
	ldns_status status =
		ldns_rr_new_frm_str(&rr, line, DEFAULT_TTL_S, NULL, NULL);

	if (status != LDNS_STATUS_OK)
		return err_set(err, ST_EPARSE, "%s",
			       ldns_get_errorstr_by_id(status));
	ldns_rr2canonical(rr);
	name_copy(&ret_record->owner, ldns_rdf_data(ldns_rr_owner(rr)));
	ret_record->type = (uint16_t)ldns_rr_get_type(rr);
	ret_record->qclass = (uint16_t)ldns_rr_get_class(rr);
	ret_record->ttl_s = ldns_rr_ttl(rr);
	return copy_rdata(ret_record, rr, err);
}

static size_t write_rr(uint8_t *out, const uint8_t *owner, uint16_t type,
		       uint32_t ttl_s, const uint8_t *rdata, uint16_t len)
{
	size_t at = name_len(owner);

	memcpy(out, owner, at);
	wire_put16(out + at, type);
	wire_put16(out + at + 2, CLASS_IN);
	wire_put32(out + at + 4, ttl_s);
	wire_put16(out + at + 8, len);
	memcpy(out + at + 10, rdata, len);
	return at + 10 + len;
}

int rr_text_print(struct buf *out, const uint8_t *owner, uint16_t type,
		  uint32_t ttl_s, const uint8_t *rdata, uint16_t len)
{
	uint8_t wire[NAME_MAX_LEN + 10 + UINT16_MAX];
	scope_rr ldns_rr *rr = NULL;
	size_t at = 0, size = write_rr(wire, owner, type, ttl_s, rdata, len);
	char *text;
	int rc;

	if (ldns_wire2rr(&rr, wire, size, &at, LDNS_SECTION_ANSWER) !=
	    LDNS_STATUS_OK)
		return ST_EPARSE;
	text = ldns_rr2str(rr);
	if (text == NULL)
		return ST_EPARSE;
	rc = buf_add(out, text, strlen(text));
	free(text);
	return rc;
}

/* The records of one section, read from *at on. */
static ldns_status check_section(const uint8_t *wire, size_t len, size_t *at,
				 ldns_pkt_section section)
{
	unsigned int n = wire_get16(wire + 4 + 2 * (unsigned int)section);

	for (; n > 0; n--) {
		scope_rr ldns_rr *rr = NULL;
		ldns_status status = ldns_wire2rr(&rr, wire, len, at, section);

		if (status != LDNS_STATUS_OK)
			return status;
	}
	return LDNS_STATUS_OK;
}

int rr_text_check(const uint8_t *wire, size_t len, struct err *err)
{
	static const char *const names[] = {"question", "answer", "authority",
					    "additional"};
	size_t at = WIRE_HEADER;

	if (len < WIRE_HEADER)
		return err_set(err, ST_EPARSE, "shorter than a header");
	for (int section = LDNS_SECTION_QUESTION;
	     section <= LDNS_SECTION_ADDITIONAL; section++) {
		ldns_status status = check_section(wire, len, &at,
						   (ldns_pkt_section)section);

		if (status != LDNS_STATUS_OK)
			return err_set(err, ST_EPARSE, "%s section: %s",
				       names[section],
				       ldns_get_errorstr_by_id(status));
	}
	if (at != len)
		return err_set(err, ST_EPARSE, "%zu octets too many", len - at);
	return 0;
}

static const char *rcode_name(unsigned int rcode)
{
	switch (rcode) {
	case RCODE_NOERROR:
		return "NOERROR";
	case RCODE_FORMERR:
		return "FORMERR";
	case RCODE_SERVFAIL:
		return "SERVFAIL";
	case RCODE_NXDOMAIN:
		return "NXDOMAIN";
	case RCODE_NOTIMP:
		return "NOTIMP";
	case RCODE_REFUSED:
		return "REFUSED";
	case RCODE_NOTAUTH:
		return "NOTAUTH";
	case RCODE_BADVERS:
		return "BADVERS";
	default:
		return "RCODE?";
	}
}

static void put_header(struct buf *out, const ldns_pkt *pkt)
{
	unsigned int opcode = ldns_pkt_get_opcode(pkt);

	buf_puts(out, rcode_name(ldns_pkt_get_rcode(pkt) |
				 (unsigned int)ldns_pkt_edns_extended_rcode(pkt)
					 << 4));
	if (opcode != OPCODE_QUERY)
		buf_printf(out, " opcode%u", opcode);
	buf_puts(out, ldns_pkt_qr(pkt) ? "" : " query");
	buf_puts(out, ldns_pkt_aa(pkt) ? " aa" : "");
	buf_puts(out, ldns_pkt_tc(pkt) ? " tc" : "");
	buf_puts(out, ldns_pkt_rd(pkt) ? " rd" : "");
	buf_puts(out, ldns_pkt_ra(pkt) ? " ra" : "");
	buf_puts(out, ldns_pkt_ad(pkt) ? " ad" : "");
	buf_puts(out, ldns_pkt_cd(pkt) ? " cd" : "");
	buf_putc(out, '\n');
}

static void put_rr(struct buf *out, const char *section, const ldns_rr *rr)
{
	char *text = ldns_rr2str(rr);

	if (text == NULL)
		return;
	for (char *c = text; *c != '\0'; c++)
		*c = *c == '\t' ? ' ' : *c;
	size_t len = strlen(text);
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		text[--len] = '\0';
	buf_printf(out, "%s %s\n", section, text);
	free(text);
}

static void put_list(struct buf *out, const char *section,
		     const ldns_rr_list *list)
{
	for (size_t i = 0; i < ldns_rr_list_rr_count(list); i++)
		put_rr(out, section, ldns_rr_list_rr(list, i));
}

static void put_hex(struct buf *out, const char *word, const uint8_t *data,
		    size_t len)
{
	buf_printf(out, "%s ", word);
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "%02x", data[i]);
	buf_putc(out, '\n');
}

static void put_option(struct buf *out, unsigned int code, const uint8_t *data,
		       size_t len)
{
	if (code == OPTION_NSID)
		put_hex(out, "nsid", data, len);
	else if (code == OPTION_COOKIE)
		put_hex(out, "cookie", data, len);
	else if (code == OPTION_EXPIRE && len == 4)
		buf_printf(out, "expire %u\n", wire_get32(data));
	else if (code == OPTION_ZONEVERSION)
		put_hex(out, "zoneversion", data, len);
	else if (code == OPTION_EDE && len >= 2)
		buf_printf(out, "ede %u\n", wire_get16(data));
	else if (code == OPTION_KEEPALIVE && len == 2)
		buf_printf(out, "keepalive %u\n", wire_get16(data));
	else
		buf_printf(out, "option %u of %zu octets\n", code, len);
}

static void put_edns(struct buf *out, const ldns_pkt *pkt)
{
	const ldns_rdf *data = ldns_pkt_edns_data(pkt);

	if (!ldns_pkt_edns(pkt))
		return;
	buf_printf(out, "edns %u %u%s%s\n", ldns_pkt_edns_version(pkt),
		   ldns_pkt_edns_udp_size(pkt),
		   ldns_pkt_edns_do(pkt) ? " do" : "",
		   ldns_pkt_edns_z(pkt) & 0x7fff ? " z" : "");
	if (data == NULL)
		return;
	const uint8_t *at = ldns_rdf_data(data);
	for (size_t left = ldns_rdf_size(data); left >= 4;) {
		size_t size = 4u + wire_get16(at + 2);

		if (size > left)
			return;
		put_option(out, wire_get16(at), at + 4, size - 4);
		at += size;
		left -= size;
	}
}

char *rr_text_message(const uint8_t *wire, size_t len)
{
	scope_pkt ldns_pkt *pkt = NULL;
	scope_buf struct buf out;

	buf_init(&out, 0);
	if (ldns_wire2pkt(&pkt, wire, len) != LDNS_STATUS_OK)
		return NULL;
	put_header(&out, pkt);
	put_list(&out, "question", ldns_pkt_question(pkt));
	put_list(&out, "answer", ldns_pkt_answer(pkt));
	put_list(&out, "authority", ldns_pkt_authority(pkt));
	put_list(&out, "additional", ldns_pkt_additional(pkt));
	put_edns(&out, pkt);
	return buf_steal(&out);
}
