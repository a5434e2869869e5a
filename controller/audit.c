/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/audit.h"

#include <ctype.h>
#include <stdlib.h>

#include "controller/obj.h"

/* 0 for what is no number, as a server may choose. */
static uint64_t number(const char *version)
{
	return version && isdigit((unsigned char)*version)
		       ? strtoull(version, NULL, 10)
		       : 0;
}

uint64_t audit_newer(uint64_t seen, const char *version)
{
	uint64_t other = number(version);

	return other > seen ? other : seen;
}

void audit_begin(struct audit *audit, uint64_t seen)
{
	*audit = (struct audit){.is_on = true, .seen = seen};
}

void audit_change(struct audit *audit, const struct obj *was,
		  const struct obj *is)
{
	uint64_t version;

	if (!audit->is_on)
		return;
	if (!is) {
		audit->gone += was != NULL;
		return;
	}
	version = number(istr_text(is->version));
	if (version > 0 && version <= audit->seen)
		audit->missed++;
}

uint32_t audit_end(struct audit *audit, const char *version)
{
	uint64_t listed = number(version);
	uint32_t missed = audit->missed;

	if (listed > 0 && listed <= audit->seen)
		missed += audit->gone;
	*audit = (struct audit){0};
	return missed;
}
