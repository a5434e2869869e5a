/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/feeder_priv.h"
#include "controller/istr.h"
#include "controller/store.h"
#include "controller/store_keys.h"
#include "statefuld/clk.h"
#include "statefuld/log.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

static struct withdrawn *find(const struct feeder *feeder, const char *ns,
			      const char *pod)
{
	uint32_t hash = store_hash_name(ns, pod);

	for (size_t i = 0; i < feeder->n_withdrawn; i++)
		if (feeder->withdrawn[i].hash == hash &&
		    strcmp(istr_text(feeder->withdrawn[i].pod), pod) == 0 &&
		    strcmp(istr_text(feeder->withdrawn[i].ns), ns) == 0)
			return &feeder->withdrawn[i];
	return NULL;
}

bool feeder_is_withdrawn(const char *ns, const char *pod, void *feeder)
{
	const struct feeder *self = feeder;

	return self->n_withdrawn > 0 && find(self, ns, pod) != NULL;
}

static void end(struct feeder *feeder, struct withdrawn *entry)
{
	istr_drop(entry->ns);
	istr_drop(entry->pod);
	free(entry->uid);
	*entry = feeder->withdrawn[--feeder->n_withdrawn];
}

struct search {
	struct feeder *feeder;
	const struct obj *pod;
};

static bool names_pod(const struct obj_slice *slice, const struct obj *pod)
{
	for (uint32_t i = 0; i < slice->n_endpoints; i++)
		if (istr_equal(slice->endpoints[i].target_pod, pod->name))
			return true;
	return false;
}

static bool on_slice(const struct obj *obj, void *arg)
{
	const struct obj_slice *slice = obj_slice(obj);
	struct search *search = arg;

	if (slice->service && names_pod(slice, search->pod))
		dirty_add_name(&search->feeder->dirty, obj->ns, slice->service);
	return true;
}

/* All in the zone that may come from this pod, be it by slices. */
static void mark(struct feeder *feeder, const struct obj *pod)
{
	struct search search = {feeder, pod};

	feeder_mark_pod(feeder, pod);
	store_each_in(feeder->config.store, OBJ_SLICE, istr_text(pod->ns),
		      on_slice, &search);
}

void feeder_withdraw(struct feeder *feeder, const char *ns, const char *pod)
{
	const struct obj *obj =
		store_get(feeder->config.store, OBJ_POD, ns, pod);
	struct withdrawn *entry;

	if (!obj)
		return;
	entry = find(feeder, ns, pod);
	if (!entry) {
		mem_grow(feeder->withdrawn, feeder->n_withdrawn);
		entry = &feeder->withdrawn[feeder->n_withdrawn++];
		*entry = (struct withdrawn){
			.ns = istr_ref(obj->ns),
			.pod = istr_ref(obj->name),
			.hash = store_hash_name(ns, pod),
			.uid = mem_strdup(istr_text(obj->uid)),
		};
	}
	entry->until_ms = clk_mono_ms() + FEEDER_WITHDRAW_MS;
	if (!loop_timer_is_set(feeder->withdraw_timer))
		loop_timer_set(feeder->withdraw_timer, FEEDER_WITHDRAW_MS);
	if (!feeder->is_ready)
		return;
	mark(feeder, obj);
	feeder_flush(feeder);
}

void feeder_restore(struct feeder *feeder, const char *ns, const char *pod)
{
	struct withdrawn *entry = find(feeder, ns, pod);
	const struct obj *obj =
		store_get(feeder->config.store, OBJ_POD, ns, pod);

	if (!entry)
		return;
	end(feeder, entry);
	if (!obj || !feeder->is_ready)
		return;
	mark(feeder, obj);
	feeder_wake(feeder);
}

void feeder_withdraw_heard(struct feeder *feeder, const struct obj *was,
			   const struct obj *is)
{
	struct withdrawn *entry;

	if (is || !was)
		return;
	entry = find(feeder, istr_text(was->ns), istr_text(was->name));
	if (!entry || strcmp(entry->uid, istr_text(was->uid)) != 0)
		return;
	end(feeder, entry);
	if (!feeder->is_ready)
		return;
	mark(feeder, was);
	feeder_wake(feeder);
}

/* Ends what is due; one that is really being deleted waits on. */
static void on_timer(void *arg)
{
	struct feeder *feeder = arg;
	uint64_t now_ms = clk_mono_ms();

	for (size_t i = feeder->n_withdrawn; i-- > 0;) {
		struct withdrawn *entry = &feeder->withdrawn[i];
		const struct obj *obj =
			store_get(feeder->config.store, OBJ_POD,
				  istr_text(entry->ns), istr_text(entry->pod));

		if (entry->until_ms > now_ms || !obj || obj->deleting)
			continue;
		log_info("withdrawn pod was not deleted", "ns=%s pod=%s",
			 istr_text(entry->ns), istr_text(entry->pod));
		feeder_restore(feeder, istr_text(obj->ns),
			       istr_text(obj->name));
	}
	if (feeder->n_withdrawn > 0)
		loop_timer_set(feeder->withdraw_timer, FEEDER_WITHDRAW_MS);
}

void feeder_withdraw_init(struct feeder *feeder)
{
	feeder->withdraw_timer =
		loop_timer_new(feeder->config.loop, on_timer, feeder);
}

void feeder_withdraw_fini(struct feeder *feeder)
{
	loop_timer_free(feeder->withdraw_timer);
	while (feeder->n_withdrawn > 0)
		end(feeder, &feeder->withdrawn[feeder->n_withdrawn - 1]);
	free(feeder->withdrawn);
}
