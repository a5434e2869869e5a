/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/secondaries.h"

#include <stdlib.h>

#include "dnsd/notify.h"
#include "dnsd/zone_journal.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

enum { JOURNAL_BYTES = 4 << 20 }; /* for each zone */

/* NULL: ST_ENOTFOUND. */
static const struct tsig_key *find_key(const struct secondaries *all,
				       const struct name *name, struct err *err)
{
	const struct tsig_key *key = tsig_keys_find(&all->keys, name);
	char text[NAME_MAX_TEXT];

	name_text(text, name->wire);
	if (key == NULL)
		err_set(err, ST_ENOTFOUND,
			"there is no key %s: name the file it is in with "
			"--tsig-key",
			text);
	return key;
}

int secondaries_allow(struct secondaries *all, struct zone_slot *slot,
		      const struct dnsd_allow *allow, struct err *err)
{
	struct xfr_policy *policy = &all->policy;

	if (allow->is_key && find_key(all, &allow->key, err) == NULL)
		return ST_ENOTFOUND;
	if (policy->n == 0)
		zone_journal_keep(slot, JOURNAL_BYTES);
	mem_grow(policy->allow, policy->n);
	policy->allow[policy->n++] = *allow;
	return 0;
}

int secondaries_tell(struct secondaries *all, const struct dnsd_notify *notify,
		     struct err *err)
{
	struct notify_target target = {.addr = notify->to};

	if (notify->has_key) {
		target.key = find_key(all, &notify->key, err);
		if (target.key == NULL)
			return ST_ENOTFOUND;
	}
	mem_grow(all->targets, all->n_targets);
	all->targets[all->n_targets++] = target;
	return 0;
}

void secondaries_start(struct secondaries *all,
		       const struct notify_config *config)
{
	struct notify_config full = *config;

	if (all->n_targets == 0)
		return;
	full.targets = all->targets;
	full.n_targets = all->n_targets;
	all->notify = notify_new(&full);
}

void secondaries_stop(struct secondaries *all)
{
	notify_free(all->notify);
	all->notify = NULL;
}

void secondaries_fini(struct secondaries *all)
{
	free(all->targets);
	xfr_policy_fini(&all->policy);
	tsig_keys_fini(&all->keys);
}
