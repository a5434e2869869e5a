/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/identity.h"

#include <string.h>
#include <unistd.h>

#include "dnsd/answer.h"
#include "dnsd/rr_text.h"
#include "statefuld/mem.h"

/* A name of class CH whose answer is fixed (DNS-194). */
static void add_chaos(struct answer_config *config, const char *owner,
		      const char *value)
{
	struct answer_chaos *chaos = &config->chaos[config->n_chaos];
	scope_free char *line = mem_printf("%s 0 CH TXT \"%s\"", owner, value);
	struct rr_text record;

	if (rr_text_parse(&record, line, NULL) < 0 ||
	    record.len > sizeof(chaos->rdata))
		return;
	chaos->name = record.owner;
	chaos->rdata_len = record.len;
	memcpy(chaos->rdata, record.rdata, record.len);
	config->n_chaos++;
}

void identity_fill(struct answer_config *config, const char *nsid,
		   const char *version)
{
	char host[EDNS_NSID_MAX + 1] = "";

	if (version == NULL)
		version = PACKAGE_STRING;
	if (version[0] != '\0') {
		add_chaos(config, "version.bind.", version);
		add_chaos(config, "version.server.", version);
	}
	/* A longer one is cut, with or without an error. */
	if (nsid == NULL) {
		(void)gethostname(host, sizeof(host) - 1);
		nsid = host;
	}
	if (nsid[0] == '\0')
		return;
	add_chaos(config, "id.server.", nsid);
	add_chaos(config, "hostname.bind.", nsid);
	config->nsid_len = (uint8_t)strnlen(nsid, EDNS_NSID_MAX);
	memcpy(config->nsid, nsid, config->nsid_len);
}
