/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * watch - keeps one kind of objects current: list, watch, resume, re-list.
 *
 * Reports a stream of facts. A list is bracketed by list_begin and list_end;
 * what the receiver knew before and did not see between them is gone
 * (DNS-084: it is diffed in, nothing blinks out). A list that fails half-way
 * ends with list_abort and changes nothing: the receiver forgets its marks.
 * Objects are parsed one at a time from the byte stream, so a list of any
 * size costs the memory of one object. Where the server sends the list on the
 * watch itself, a deletion may come as an event inside the brackets.
 *
 * Threads: the loop thread. Memory: objects are borrowed for the call.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct err;
struct json;
struct kube;
struct watch;

enum watch_event { WATCH_ADDED, WATCH_MODIFIED, WATCH_DELETED };

struct watch_ops {
	void (*list_begin)(void *arg);
	void (*list_item)(const struct json *object, void *arg);
	/* The list is whole as of this resourceVersion. */
	void (*list_end)(const char *resource_version, void *arg);
	void (*list_abort)(void *arg);
	void (*event)(enum watch_event event, const struct json *object,
		      void *arg);
	/* A bookmark: all up to this resourceVersion has been told. */
	void (*progress)(const char *resource_version, void *arg);
	/* The path does not exist on this server (404 on list): an API group
	 * or version it lacks; or 403 where that is as good. The watch has
	 * ended; free it. */
	void (*missing)(void *arg);
};

struct watch_config {
	struct kube *kube;
	const char *path; /* for instance "/api/v1/pods" */
	const char *kind; /* for log lines, for instance "pods" */
	const struct watch_ops *ops;
	void *arg;
	bool is_optional; /* a kind that may not be listed is as missing */
};

/* Starts at once, and goes on until freed, whatever the server does. */
struct watch *watch_new(const struct watch_config *config);
void watch_free(struct watch *watch);
/* Whether a list or watch is under way and was answered. */
bool watch_is_open(const struct watch *watch);
/* Time since anything was heard: the head of an answer, a list item, an event,
 * a bookmark. */
uint64_t watch_silent_ms(const struct watch *watch);
