/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * thing - an object of the simulated API server at one resourceVersion, and
 * what the simulator itself reads from it. Its reading shares no code with the
 * controller's views, so that one may judge the other.
 *
 * Threads: none. Memory: counted; thing_drop() gives one reference back.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/obj.h"

struct json;

/* Borrowed from the JSON; NULL where absent. */
struct thing_set {
	int64_t generation, replicas, start, min_ready_s, limit;
	int64_t partition; /* -1: no rollingUpdate */
	bool rolling, parallel, has_retention;
	bool scaled_deletes, deleted_deletes;
	bool recovers, drains;	     /* annotations of statefuld.dev/ */
	const char *resize;	     /* likewise; NULL: none */
	const char *max_unavailable; /* number or percent as text */
	char max_number[12];
	const struct json *status;
	const char *image;
};

struct thing_pod {
	const char *phase, *revision, *label, *node, *image;
	bool ready;
	int64_t ready_since_s;
};

struct thing {
	unsigned int refs;
	enum obj_kind kind;
	uint64_t version;
	bool gone; /* tells of the object's end */
	struct json *json;

	const char *name, *uid, *app;
	const char *controller; /* uid of the owner that controls it */
	bool deleting;
	int64_t number;	   /* pods, claims: the ordinal, or -1; revisions */
	size_t parent_len; /* of the name before the ordinal */
	struct thing_set set;
	struct thing_pod pod;
	const char *image; /* revisions */
	int64_t asked_mi,
		has_mi; /* claims: requested, and there; 0: not said */
};

/* The thing is one reference. */
struct thing *thing_new(enum obj_kind kind, struct json *take_json, bool gone);
struct thing *thing_hold(struct thing *thing);
void thing_drop(struct thing *thing);

/* Whether a pod's name is the set's with an ordinal behind it, and its labels
 * are those that the set selects. */
bool thing_is_member(const struct thing *pod, const char *set);
/* Running, Ready and available for so long, and here to stay. */
bool thing_is_good(const struct thing *pod, int64_t min_ready_s, int64_t now_s);
bool thing_is_available(const struct thing *pod, int64_t min_ready_s,
			int64_t now_s);
bool thing_has_phase(const struct thing *pod, const char *phase);
bool thing_at(const struct thing *pod, const char *revision);
bool thing_says(const char *a, const char *b); /* equal, and there */
/* The owner reference of that uid, or NULL. */
const struct json *thing_owner(const struct thing *thing, const char *uid);

/* "2Gi", up to a comma; 0: it is none. */
int64_t thing_mi(const char *text);
/* What a set's annotation wants claims of that template to be; 0: nothing. */
int64_t thing_wanted_mi(const struct thing *set, const char *vct);

/* Things by kind, each name once. */
enum { THING_MAX = 96 };
struct things {
	struct thing *all[THING_MAX];
	size_t n;
};
struct thing *things_find(const struct things *things, const char *name);
/* Holds the thing in the place of its namesake. */
void things_put(struct things *things, struct thing *thing);
void things_remove(struct things *things, const char *name);
void things_clear(struct things *things);
void things_copy(struct things *to, const struct things *from);
