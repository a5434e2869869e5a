/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/fieldset.h"

#include <string.h>

#include "statefuld/mem.h"

void fieldset_fini(struct fieldset *set)
{
	for (size_t i = 0; i < set->n; i++)
		fieldset_fini(&set->kids[i]);
	free(set->kids);
	free(set->name);
	*set = (struct fieldset){0};
}

bool fieldset_is_empty(const struct fieldset *set)
{
	return set->marks == 0 && set->n == 0;
}

bool fieldset_equal(const struct fieldset *a, const struct fieldset *b)
{
	if (a->marks != b->marks || a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (strcmp(a->kids[i].name, b->kids[i].name) != 0 ||
		    !fieldset_equal(&a->kids[i], &b->kids[i]))
			return false;
	}
	return true;
}

/* Where the name is, or would be. */
static size_t place(const struct fieldset *set, const char *name, bool *ret_hit)
{
	size_t low = 0, high = set->n;

	*ret_hit = false;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(name, set->kids[mid].name);

		if (order == 0) {
			*ret_hit = true;
			return mid;
		}
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

const struct fieldset *fieldset_find(const struct fieldset *set,
				     const char *name)
{
	bool hit;
	size_t i = place(set, name, &hit);

	return hit ? &set->kids[i] : NULL;
}

struct fieldset *fieldset_append(struct fieldset *set, const char *name)
{
	struct fieldset *kid;

	mem_grow(set->kids, set->n);
	kid = &set->kids[set->n++];
	*kid = (struct fieldset){.name = mem_strdup(name)};
	return kid;
}

void fieldset_drop_last_empty(struct fieldset *set)
{
	if (set->n > 0 && fieldset_is_empty(&set->kids[set->n - 1]))
		fieldset_fini(&set->kids[--set->n]);
}

void fieldset_select(struct fieldset *to, const struct fieldset *from,
		     unsigned int marks)
{
	to->marks = (from->marks & marks) != 0 ? FIELDSET_IN : 0;
	for (size_t i = 0; i < from->n; i++) {
		struct fieldset *kid = fieldset_append(to, from->kids[i].name);

		fieldset_select(kid, &from->kids[i], marks);
		fieldset_drop_last_empty(to);
	}
}

/* Moves the children into an array with those of `more`. */
static void join(struct fieldset *to, const struct fieldset *more)
{
	struct fieldset all = {0};
	size_t i = 0, k = 0;

	while (i < to->n || k < more->n) {
		int order = 0;

		if (i < to->n && k < more->n)
			order = strcmp(to->kids[i].name, more->kids[k].name);
		else
			order = i < to->n ? -1 : 1;
		mem_grow(all.kids, all.n);
		struct fieldset *kid = &all.kids[all.n++];
		if (order <= 0)
			*kid = to->kids[i++];
		else
			*kid = (struct fieldset){
				.name = mem_strdup(more->kids[k].name)};
		if (order >= 0)
			fieldset_add(kid, &more->kids[k++]);
	}
	free(to->kids);
	to->kids = all.kids;
	to->n = all.n;
}

void fieldset_add(struct fieldset *to, const struct fieldset *more)
{
	to->marks |= more->marks;
	if (more->n > 0)
		join(to, more);
}

typedef void (*change_fn)(struct fieldset *set, const struct fieldset *by);

/* Changes each child by its like, which may be NULL; empty ones go. */
static void change_kids(struct fieldset *set, const struct fieldset *by,
			change_fn fn)
{
	size_t kept = 0, k = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct fieldset *kid = &set->kids[i];

		while (k < by->n && strcmp(by->kids[k].name, kid->name) < 0)
			k++;
		bool hit =
			k < by->n && strcmp(by->kids[k].name, kid->name) == 0;
		fn(kid, hit ? &by->kids[k] : NULL);
		if (fieldset_is_empty(kid))
			fieldset_fini(kid);
		else
			set->kids[kept++] = *kid;
	}
	set->n = kept;
}

static void subtract(struct fieldset *set, const struct fieldset *by)
{
	if (by == NULL)
		return;
	set->marks &= ~by->marks;
	change_kids(set, by, subtract);
}

void fieldset_subtract(struct fieldset *from, const struct fieldset *what)
{
	subtract(from, what);
}

static void subtract_trees(struct fieldset *set, const struct fieldset *by)
{
	if (by == NULL)
		return;
	if (by->marks == 0) {
		change_kids(set, by, subtract_trees);
		return;
	}
	set->marks = 0;
	for (size_t i = 0; i < set->n; i++)
		fieldset_fini(&set->kids[i]);
	set->n = 0;
}

void fieldset_subtract_trees(struct fieldset *from, const struct fieldset *what)
{
	subtract_trees(from, what);
}

static void intersect(struct fieldset *set, const struct fieldset *by)
{
	static const struct fieldset none = {0};

	by = by != NULL ? by : &none;
	set->marks &= by->marks;
	change_kids(set, by, intersect);
}

void fieldset_intersect(struct fieldset *set, const struct fieldset *with)
{
	intersect(set, with);
}
