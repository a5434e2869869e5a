/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/warm.h"

#include <stdlib.h>

#include "lab/content.h"
#include "statefuld/mem.h"

/* Texts that may be open at a time in a turn of many writes; what is left when
 * there are too many. */
#define MANY   500
#define RECENT 100

const struct object *warm_use(struct warm *warm, struct content *content)
{
	if (!content->is_warm_for_turn) {
		content->is_warm_for_turn = true;
		content_warm(content);
		mem_grow(warm->contents, warm->n);
		warm->contents[warm->n++] = content_ref(content);
	}
	return &content->object;
}

bool warm_show(struct warm *warm, struct content *content, objects_each_fn fn,
	       void *arg)
{
	bool was_cold = content_warm(content);

	content->holds++;
	bool goes_on = fn(&content->object, arg);
	content->holds--;
	if (was_cold && !content->is_warm_for_turn)
		content_cool(content, &warm->packer);
	return goes_on;
}

struct warm_batch warm_take(struct warm *warm)
{
	struct warm_batch batch = {warm->contents, warm->n};

	warm->contents = NULL;
	warm->n = 0;
	return batch;
}

void warm_cool(struct warm *warm, struct warm_batch take_batch)
{
	for (size_t i = 0; i < take_batch.n; i++) {
		struct content *content = take_batch.contents[i];

		content->is_warm_for_turn = false;
		/* Not worth packing if this is the last reference. */
		if (content->refs > 1)
			content_cool(content, &warm->packer);
		content_unref(content);
	}
	free(take_batch.contents);
}

/* Those that were asked for last are the ones that somebody may look at
 * again. */
void warm_cool_early(struct warm *warm)
{
	if (warm->n < MANY)
		return;
	struct warm_batch batch = warm_take(warm);
	size_t n = batch.n - RECENT;

	for (size_t i = n; i < batch.n; i++) {
		mem_grow(warm->contents, warm->n);
		warm->contents[warm->n++] = batch.contents[i];
	}
	batch.n = n;
	warm_cool(warm, batch);
}

void warm_fini(struct warm *warm)
{
	warm_cool(warm, warm_take(warm));
	packer_fini(&warm->packer);
}
