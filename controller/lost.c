/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/lost.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "controller/identity.h"
#include "controller/obj.h"
#include "controller/retention.h"
#include "controller/setspec.h"
#include "controller/store.h"
#include "statefuld/mem.h"

static void claim_fini(struct lost_claim *claim)
{
	free(claim->name);
	free(claim->uid);
	free(claim->set_uid);
}

void lost_fini(struct lost *lost)
{
	for (size_t i = 0; i < lost->n; i++)
		claim_fini(&lost->claims[i]);
	free(lost->claims);
	*lost = (struct lost){0};
}

/* Pods may mount claims that are nobody's in particular: those made for one
 * have its name behind the template's (SS-070). */
static bool is_named_for(const struct obj_label *volume, const char *pod)
{
	scope_free char *name =
		mem_printf("%s-%s", istr_text(volume->key), pod);

	return strcmp(name, istr_text(volume->value)) == 0;
}

/* Caches of two kinds may be at different times: a claim that was written after
 * the pod's last known change may be another one, made when the pod was gone.
 */
static bool was_there(const struct obj *claim, const struct obj *pod)
{
	return claim != NULL &&
	       strtoull(istr_text(claim->version), NULL, 10) <
		       strtoull(istr_text(pod->version), NULL, 10);
}

static void forget(struct lost *lost, const char *name)
{
	for (size_t i = 0; i < lost->n; i++) {
		if (strcmp(lost->claims[i].name, name) != 0)
			continue;
		claim_fini(&lost->claims[i]);
		lost->claims[i] = lost->claims[--lost->n];
		return;
	}
}

void lost_add(struct lost *lost, const struct obj_pod *pod,
	      const struct store *store)
{
	const char *ns = istr_text(pod->obj.ns), *name;
	int32_t ordinal;
	size_t len;

	if (!identity_parse(istr_text(pod->obj.name), &len, &ordinal) ||
	    ordinal < 0 || pod->obj.owner->uid == NULL)
		return;
	for (uint16_t i = 0; i < pod->n_claims; i++) {
		const struct obj *claim;

		if (!is_named_for(&pod->claims[i], istr_text(pod->obj.name)))
			continue;
		name = istr_text(pod->claims[i].value);
		claim = store_get(store, OBJ_CLAIM, ns, name);
		if (!was_there(claim, &pod->obj))
			continue;
		forget(lost, name);
		mem_grow(lost->claims, lost->n);
		lost->claims[lost->n++] = (struct lost_claim){
			.name = mem_strdup(name),
			.uid = mem_strdup(istr_text(claim->uid)),
			.set_uid = mem_strdup(istr_text(pod->obj.owner->uid)),
			.ordinal = ordinal,
		};
	}
}

static bool is_kept(const struct lost_claim *lost, const struct setspec *set,
		    const struct store *store)
{
	const struct obj *claim =
		store_get(store, OBJ_CLAIM, set->ns, lost->name);
	scope_free char *pod = identity_pod_name(set->name, lost->ordinal);

	if (set->deleting || strcmp(lost->set_uid, set->uid) != 0 ||
	    store_get(store, OBJ_POD, set->ns, pod) != NULL)
		return false;
	if (claim == NULL || claim->deleting ||
	    strcmp(istr_text(claim->uid), lost->uid) != 0 ||
	    !retention_is_ours(set, obj_claim(claim)))
		return false;
	return set->scaled_deletes || setspec_has(set, lost->ordinal);
}

void lost_sweep(struct lost *lost, const struct setspec *set,
		const struct store *store)
{
	size_t n = 0;

	for (size_t i = 0; i < lost->n; i++) {
		if (is_kept(&lost->claims[i], set, store))
			lost->claims[n++] = lost->claims[i];
		else
			claim_fini(&lost->claims[i]);
	}
	lost->n = n;
	if (n == 0)
		lost_fini(lost);
}
