/* SPDX-License-Identifier: Apache-2.0 */
#include "dnsd/secondaries.h"

#include <stdlib.h>

#include "dnsd/keyfile.h"
#include "dnsd/notify.h"
#include "dnsd/zone_journal.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/rcu.h"

enum { JOURNAL_BYTES = 4 << 20 }; /* for each zone */

struct secondaries_keys {
	struct rcu_head rcu;
	struct tsig_keys keys;
};

const struct tsig_keys *secondaries_keys(const struct secondaries *all)
{
	return all->keys != NULL ? &all->keys->keys : NULL;
}

static void keys_free(struct secondaries_keys *keys)
{
	if (keys != NULL)
		tsig_keys_fini(&keys->keys);
	free(keys);
}

static void reclaim(struct rcu_head *head)
{
	keys_free(caa_container_of(head, struct secondaries_keys, rcu));
}

int secondaries_add_keys(struct secondaries *all, const char *path,
			 struct err *err)
{
	/* Pointers to keys are kept from the first on that is named. */
	st_assert(all->policy.n == 0 && all->n_targets == 0);
	if (all->keys == NULL)
		all->keys = mem_zalloc(sizeof(*all->keys));
	mem_grow(all->files, all->n_files);
	all->files[all->n_files++] = mem_strdup(path);
	return keyfile_load(&all->keys->keys, path, err);
}

/* NULL: ST_ENOTFOUND. */
static const struct tsig_key *find_key(const struct tsig_keys *keys,
				       const struct name *name, struct err *err)
{
	const struct tsig_key *key = tsig_keys_find(keys, name);
	char text[NAME_MAX_TEXT];

	name_text(text, name->wire);
	if (key == NULL)
		err_set(err, ST_ENOTFOUND,
			"there is no key %s: name the file it is in with "
			"--tsig-key",
			text);
	return key;
}

static int load_files(const struct secondaries *all, struct tsig_keys *keys,
		      struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < all->n_files; i++)
		rc = keyfile_load(keys, all->files[i], err);
	return rc;
}

/* Whether all that is named is there. */
static int check_names(const struct secondaries *all,
		       const struct tsig_keys *keys, struct err *err)
{
	for (size_t i = 0; i < all->policy.n; i++) {
		const struct dnsd_allow *allow = &all->policy.allow[i];

		if (allow->is_key && find_key(keys, &allow->key, err) == NULL)
			return ST_ENOTFOUND;
	}
	for (size_t i = 0; i < all->n_targets; i++) {
		const struct tsig_key *key = all->targets[i].key;

		if (key != NULL && find_key(keys, &key->name, err) == NULL)
			return ST_ENOTFOUND;
	}
	return 0;
}

int secondaries_reload(struct secondaries *all,
		       const struct tsig_keys **published, struct err *err)
{
	struct secondaries_keys *fresh, *old = all->keys;
	int rc;

	if (old == NULL)
		return 0;
	fresh = mem_zalloc(sizeof(*fresh));
	rc = load_files(all, &fresh->keys, err);
	if (rc == 0)
		rc = check_names(all, &fresh->keys, err);
	if (rc != 0) {
		keys_free(fresh);
		return err_wrap(err, rc, "--tsig-key");
	}
	for (size_t i = 0; i < all->n_targets; i++) {
		struct notify_target *target = &all->targets[i];

		if (target->key != NULL)
			target->key = tsig_keys_find(&fresh->keys,
						     &target->key->name);
	}
	all->keys = fresh;
	/* Pairs with the load in dnsd/answer.c and dnsd/transfer.c. */
	__atomic_store_n(published, &fresh->keys, __ATOMIC_RELEASE);
	call_rcu(&old->rcu, reclaim);
	return 0;
}

int secondaries_allow(struct secondaries *all, struct zone_slot *slot,
		      const struct dnsd_allow *allow, struct err *err)
{
	struct xfr_policy *policy = &all->policy;

	if (allow->is_key &&
	    find_key(secondaries_keys(all), &allow->key, err) == NULL)
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
		target.key = find_key(secondaries_keys(all), &notify->key, err);
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
	keys_free(all->keys);
	for (size_t i = 0; i < all->n_files; i++)
		free(all->files[i]);
	free(all->files);
}
