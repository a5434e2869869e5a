/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules - judges what a side does, by the rules of StatefulSets and by what
 * that side was told when it decided; shares no logic with the controller.
 *
 * The linker leads pass_new(), plan_next() and plan_trim_only() through here
 * (--wrap), so that a judge knows which set a pass began with and what the
 * caches held at each question to the plan. Everything else is seen from the
 * requests.
 *
 * Threads: none. Memory: a judge belongs to its side.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"
#include "tests/sim/side.h"
#include "tests/sim/thing.h"

/* The first rule that was broken; rule "" while all is well. */
struct verdict {
	char rule[64];
	char text[512];
};
void verdict_set(struct verdict *verdict, const char *rule, const char *fmt,
		 ...) st_printf(3, 4);

/* Names of the sets that are judged, and how many claims each pod of theirs
 * has. */
enum { RULES_SETS = 3 };
extern const char *const rules_names[RULES_SETS];
extern const char *const rules_claims[RULES_SETS][3]; /* NULL at the end */
/* The set that an object of that name belongs to, or -1. */
int rules_set_of(const char *name, enum obj_kind kind);

enum { RULES_UIDS = 64 };
struct uids {
	char text[RULES_UIDS][128];
	size_t n;
};
void uids_add(struct uids *uids, const char *uid);
bool uids_have(const struct uids *uids, const char *uid);
void uids_drop(struct uids *uids, const char *uid);

/* A pass under way for one set. */
struct judged {
	struct thing *set; /* as the pass began with it; NULL: none yet */
	int64_t now_s;
	struct things pods, claims, revisions; /* at the last question */
	struct uids own, gone;		       /* adopted, released */
	struct uids made;		       /* claims, by name */
	struct uids owned;		       /* claims PUT, by name */
	struct uids deleted;		       /* pods and revisions, by name */
	struct uids absent;	 /* pods, by name, said the server */
	int64_t live_generation; /* of the set, said the server; 0: nothing */
	struct uids kept;	 /* claims scaled away and retained, by uid */
	size_t updates, updated_good, lowered;
	bool live;	  /* the set was looked at before adopting */
	char posted[128]; /* a revision, which is the update's then; or "" */
	int statuses;
	uint64_t wrote[SIDE_KINDS]; /* answered writes, by kind */
	char uid[80];		    /* of the set that they were for */
};

/* Since when a pod's records are out of the zone. */
enum { RULES_DRAIN_MS = 5000 };
struct drained {
	struct uids uids;
	uint64_t since_ms[RULES_UIDS];
};

struct judge {
	struct verdict *verdict;
	struct side *side;
	struct judged sets[RULES_SETS];
	struct uids withdrawn;	/* pods, by name, that may be deleted */
	struct drained drained; /* pods, by uid */
};

extern const struct side_watch rules_watch;
struct judge *judge_new(struct verdict *verdict);
void judge_free(struct judge *judge);

/* What the parts of rules share. */
uint64_t rules_drained_ms(const struct judge *judge, const char *uid);
bool rules_claimed(const struct judged *j, const struct thing *pod);
const struct thing *rules_pod_at(const struct judged *j, int64_t ordinal);
bool rules_in_range(const struct thing *set, int64_t ordinal);
bool rules_good(const struct judged *j, const struct thing *pod);
void rules_pod_sent(struct judge *judge, struct judged *j,
		    struct kube_call *call, const struct json *body,
		    const char *name);
void rules_claim_sent(struct judge *judge, struct judged *j,
		      struct kube_call *call, const struct json *body,
		      const char *name);
/* A pass has begun, with the side's view as it is. */
void rules_claims_kept(const struct judge *judge, struct judged *j);
void rules_revision_sent(struct judge *judge, struct judged *j,
			 struct kube_call *call, const struct json *body,
			 const char *name);
void rules_status_sent(struct judge *judge, struct judged *j,
		       const struct json *body);
/* Before the server deletes: it must be what the sender meant. */
void rules_deleting(struct verdict *verdict, const struct api *api,
		    const struct kube_call *call);

/* With all faults ended and all quiet: every set must be as its spec says. */
void rules_at_rest(struct verdict *verdict, const struct api *api);
