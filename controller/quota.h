/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * quota - watches ResourceQuotas while somebody waits for one, and tells when
 * there may be room again (SS-009): a limit was changed, something counted has
 * gone, a quota was deleted. A cluster where nobody waits is not asked.
 *
 * Who may not list them, or a server that has none, is told once; then only
 * the back-off is left.
 *
 * Threads: the loop thread. Memory: quotas are kept while they are watched.
 */
#include <stdbool.h>

struct json;
struct kube;
struct loop;
struct quota;

struct quota_config {
	struct loop *loop;
	struct kube *kube;
	/* `ns` NULL: in any namespace, as nobody knows what was missed. */
	void (*room)(const char *ns, void *arg);
	void *arg;
};

struct quota *quota_new(const struct quota_config *config);
void quota_free(struct quota *quota);
/* Whether anybody waits. */
void quota_want(struct quota *quota, bool wanted);

/* Whether what was refused before may be let in now. Pure. */
bool quota_has_room(const struct json *was, const struct json *is);
