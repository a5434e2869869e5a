/* SPDX-License-Identifier: Apache-2.0 */
/* Saved zones: any octets are refused or read, and what is read can be put
 * into a zone. They get the right frame and checksum, as otherwise nothing
 * would come behind the checksum. */
#include <stdint.h>
#include <string.h>

#include "dnsd/hmac.h"
#include "dnsd/snapshot.h"
#include "dnsd/zone.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_zone(const uint8_t *apex, uint32_t serial, void *arg)
{
	(void)apex;
	(void)serial;
	(void)arg;
}

static void on_set(const struct rr_set *set, void *arg)
{
	zone_edit_put(arg, set);
}

static const struct snapshot_ops ops = {on_zone, on_set};

static struct zone_slot *make_slot(void)
{
	static const uint8_t root[] = {0}, *const targets[] = {root};
	struct zone_slot *slot = zone_slot_new();
	struct zone_soa soa = {5, 1, 1, 1, 5};
	struct name apex;

	st_assert(name_parse(&apex, "z") == 0);
	st_assert(zone_slot_add_zone(slot, apex.wire, root, root, &soa, targets,
				     1, 5, 1, NULL) == 0);
	return slot;
}

static void frame(struct buf *file, const uint8_t *data, size_t size)
{
	uint8_t checksum[HMAC_MAX];
	struct hmac hmac;

	buf_put(file, "statefuld-zone\0\1", 16);
	buf_put(file, data, size);
	hmac_begin(&hmac, HMAC_SHA256, "statefuld zone",
		   sizeof("statefuld zone"));
	hmac_add(&hmac, file->data, file->len);
	hmac_end(&hmac, checksum);
	buf_put(file, checksum, 32);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone_slot *slot = make_slot();
	struct zone_edit *edit = zone_edit_begin(slot);
	scope_buf struct buf file;
	struct err err = {0};
	int64_t saved_s;

	buf_init(&file, 0);
	frame(&file, data, size);
	if (snapshot_read((const uint8_t *)file.data, file.len, &ops, edit,
			  &saved_s, &err) == 0)
		zone_edit_commit(edit, 1);
	else
		zone_edit_abort(edit);
	zone_slot_free(slot);
	return 0;
}
