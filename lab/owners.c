/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/owners.h"

#include <string.h>

#include "statefuld/json.h"
#include "statefuld/mem.h"

/* All that one owner owns, in the order in which it came. */
struct owners_group {
	struct owners_group *next; /* in its bucket */
	uint32_t hash;
	struct owners_link *first, *last;
	char uid[];
};

struct owners_link {
	struct owners_group *group;
	struct owners_link *prev, *next; /* in the group */
	struct owners_link *sibling;	 /* other owners of the same thing */
	void *value;
};

/* FNV-1a. */
static uint32_t hash_text(const char *text)
{
	uint32_t hash = 2166136261u;

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static struct owners_group *find(const struct owners *owners, const char *uid,
				 uint32_t hash)
{
	struct owners_group *group = NULL;

	if (owners->n_buckets > 0)
		group = owners->buckets[hash & (owners->n_buckets - 1)];
	while (group != NULL &&
	       (group->hash != hash || strcmp(group->uid, uid) != 0))
		group = group->next;
	return group;
}

static void hang_in(struct owners *owners, struct owners_group *group)
{
	size_t at = group->hash & (owners->n_buckets - 1);

	group->next = owners->buckets[at];
	owners->buckets[at] = group;
}

static void grow(struct owners *owners)
{
	struct owners was = *owners;
	struct owners_group *next;

	owners->n_buckets = was.n_buckets > 0 ? was.n_buckets * 2 : 64;
	owners->buckets =
		mem_calloc(owners->n_buckets, sizeof(*owners->buckets));
	for (size_t i = 0; i < was.n_buckets; i++) {
		for (struct owners_group *g = was.buckets[i]; g; g = next) {
			next = g->next;
			hang_in(owners, g);
		}
	}
	free(was.buckets);
}

static struct owners_group *get_group(struct owners *owners, const char *uid)
{
	uint32_t hash = hash_text(uid);
	struct owners_group *group = find(owners, uid, hash);

	if (group != NULL)
		return group;
	if (owners->n >= owners->n_buckets)
		grow(owners);
	group = mem_zalloc(sizeof(*group) + strlen(uid) + 1);
	memcpy(group->uid, uid, strlen(uid) + 1);
	group->hash = hash;
	hang_in(owners, group);
	owners->n++;
	return group;
}

static void free_group(struct owners *owners, struct owners_group *group)
{
	struct owners_group **link =
		&owners->buckets[group->hash & (owners->n_buckets - 1)];

	while (*link != group)
		link = &(*link)->next;
	*link = group->next;
	free(group);
	owners->n--;
}

static struct owners_link *add_link(struct owners_group *group, void *value)
{
	struct owners_link *link = mem_zalloc(sizeof(*link));

	link->group = group;
	link->value = value;
	link->prev = group->last;
	if (link->prev != NULL)
		link->prev->next = link;
	else
		group->first = link;
	group->last = link;
	return link;
}

static void drop_link(struct owners *owners, struct owners_link *link)
{
	struct owners_group *group = link->group;

	if (link->prev != NULL)
		link->prev->next = link->next;
	else
		group->first = link->next;
	if (link->next != NULL)
		link->next->prev = link->prev;
	else
		group->last = link->prev;
	free(link);
	if (group->first == NULL)
		free_group(owners, group);
}

struct owners_link *owners_note(struct owners *owners,
				const struct json *object, void *value)
{
	struct owners_link *links = NULL;

	json_each (ref, json_at(object, "metadata.ownerReferences")) {
		const char *uid = json_str(ref, "uid");

		if (uid == NULL)
			continue;
		struct owners_group *group = get_group(owners, uid);
		/* The same owner twice: the newest link is ours already. */
		if (group->last != NULL && group->last->value == value)
			continue;
		struct owners_link *link = add_link(group, value);
		link->sibling = links;
		links = link;
	}
	return links;
}

void owners_drop(struct owners *owners, struct owners_link *links)
{
	struct owners_link *next;

	for (; links != NULL; links = next) {
		next = links->sibling;
		drop_link(owners, links);
	}
}

void owners_each(const struct owners *owners, const char *uid,
		 bool (*fn)(void *value, void *arg), void *arg)
{
	struct owners_group *group = find(owners, uid, hash_text(uid));

	if (group == NULL)
		return;
	for (struct owners_link *i = group->first; i != NULL; i = i->next) {
		if (!fn(i->value, arg))
			return;
	}
}

void owners_fini(struct owners *owners)
{
	st_assert(owners->n == 0);
	free(owners->buckets);
	*owners = (struct owners){0};
}
