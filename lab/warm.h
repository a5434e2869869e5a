/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * warm - keeps the texts that were asked for until the turn of the loop ends.
 *
 * Threads: the loop thread. Memory: holds references until cooled.
 */
#include <stddef.h>

#include "lab/objects.h"
#include "lab/packer.h"

struct content;

struct warm {
	struct packer packer;
	struct content **contents;
	size_t n;
};

/* All zero is fine to begin with. */
void warm_fini(struct warm *warm);
/* From now until the next warm_cool the text is there. Returns the content's
 * object. */
const struct object *warm_use(struct warm *warm, struct content *content);
/* For one call of fn only. */
bool warm_show(struct warm *warm, struct content *content, objects_each_fn fn,
	       void *arg);

/* When something is written: what was borrowed before is valid no longer. Has
 * no effect while there is little. */
void warm_cool_early(struct warm *warm);

/* To cool what was used up to here, and not what will be meanwhile: */
struct warm_batch {
	struct content **contents;
	size_t n;
};
struct warm_batch warm_take(struct warm *warm);
void warm_cool(struct warm *warm, struct warm_batch take_batch);
