/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/managed_conflict.h"

#include <string.h>

#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* A message that names more fields is no easier to read. */
enum { MANAGED_CONFLICT_SHOWN = 1000 };

struct conflict {
	char *who;
	struct fieldset set;
};

struct conflicts {
	struct conflict *v;
	size_t n;
	size_t n_fields;
	struct buf text;
};

struct teller {
	const char *who;
	struct status *status;
};

static void drop(struct conflicts *conflicts)
{
	for (size_t i = 0; i < conflicts->n; i++) {
		free(conflicts->v[i].who);
		fieldset_fini(&conflicts->v[i].set);
	}
	free(conflicts->v);
	buf_fini(&conflicts->text);
}
#define scope_conflicts st_cleanup(drop)

/* "kubectl-edit" using apps/v1 */
static char *who_is(const struct manager *manager)
{
	bool has_sub = *manager->subresource != '\0';

	return mem_printf("\"%s\"%s%s%s%s%s", manager->name,
			  has_sub ? " with subresource \"" : "",
			  manager->subresource, has_sub ? "\"" : "",
			  manager->applies ? "" : " using ",
			  manager->applies ? "" : manager->version);
}

static int by_who(const void *a, const void *b)
{
	const struct conflict *x = a, *y = b;

	return strcmp(x->who, y->who);
}

static void collect(struct conflicts *conflicts,
		    const struct managers *managers, const struct manager *self,
		    const struct fieldset *taken)
{
	for (size_t i = 0; i < managers->n; i++) {
		const struct manager *manager = &managers->v[i];
		scope_fieldset struct fieldset set = {0};

		if (manager == self)
			continue;
		fieldset_add(&set, &manager->set);
		fieldset_intersect(&set, taken);
		if (fieldset_is_empty(&set))
			continue;
		mem_grow(conflicts->v, conflicts->n);
		conflicts->v[conflicts->n++] =
			(struct conflict){.who = who_is(manager), .set = set};
		set = (struct fieldset){0};
	}
	if (conflicts->n > 0)
		sort_items(conflicts->v, conflicts->n, sizeof(*conflicts->v),
			   by_who);
}

static void show_field(const char *path, void *arg)
{
	struct conflicts *conflicts = arg;

	if (conflicts->n_fields++ >= MANAGED_CONFLICT_SHOWN)
		return;
	buf_puts(&conflicts->text, "\n- ");
	buf_puts(&conflicts->text, path);
}

static void show_all(struct conflicts *conflicts)
{
	struct buf *text = &conflicts->text;

	for (size_t i = 0; i < conflicts->n; i++) {
		buf_printf(text, "%sconflicts with %s:", i > 0 ? "\n" : "",
			   conflicts->v[i].who);
		fieldset_each(&conflicts->v[i].set, show_field, conflicts);
	}
}

static void add_cause(const char *path, void *arg)
{
	struct teller *teller = arg;
	scope_free char *message = mem_printf("conflict with %s", teller->who);

	status_cause(teller->status, "FieldManagerConflict", message, path);
}

static void tell_one(const char *path, void *arg)
{
	struct teller *teller = arg;

	status_set(teller->status, 409, "Conflict",
		   "Apply failed with 1 conflict: conflict with %s: %s",
		   teller->who, path);
}

int managed_conflict(const struct managers *managers,
		     const struct manager *self, const struct fieldset *taken,
		     struct status *status)
{
	scope_conflicts struct conflicts all = {0};
	struct teller teller = {.status = status};

	collect(&all, managers, self, taken);
	if (all.n == 0)
		return 0;
	show_all(&all);
	teller.who = all.v[0].who;
	if (all.n_fields == 1)
		fieldset_each(&all.v[0].set, tell_one, &teller);
	else
		status_set(status, 409, "Conflict",
			   "Apply failed with %zu conflicts: %s", all.n_fields,
			   all.text.data);
	for (size_t i = 0; i < all.n; i++) {
		teller.who = all.v[i].who;
		fieldset_each(&all.v[i].set, add_cause, &teller);
	}
	return ST_ECONFLICT;
}
