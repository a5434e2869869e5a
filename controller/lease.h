/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lease - leader election for --reconcile=auto: of several replicas one holds
 * the Lease kube-system/statefuld, and none does while a live Lease
 * kube-system/kube-controller-manager says that somebody else reconciles.
 *
 * Times are those of client-go: a Lease lasts 15 s, its holder gives up after
 * 10 s without a renewal, tries come every 2 s. Clocks of different machines
 * are never compared: a Lease is live for as long as it was seen to change
 * within its duration, by our own clock.
 *
 * Threads: the loop thread; lease_seen() and lease_judge() are pure. Memory:
 * what the config names must outlive the lease.
 */
#include <stdbool.h>
#include <stdint.h>

struct json;
struct kube;
struct lease;
struct loop;

enum {
	LEASE_DURATION_MS = 15000,
	LEASE_RENEW_MS = 10000,
	LEASE_RETRY_MS = 2000,
};

/* What was seen of a Lease, and when it was last seen to change. */
struct lease_sight {
	uint64_t stamp; /* hash of all that a holder changes; 0: none */
	uint64_t changed_ms;
	uint64_t lasts_ms;
	char holder[128]; /* "": nobody */
};
/* Takes in an answer to GET; NULL: there is no such Lease. */
void lease_seen(struct lease_sight *sight, const struct json *lease,
		uint64_t now_ms);
bool lease_is_live(const struct lease_sight *sight, uint64_t now_ms);

enum lease_verdict {
	LEASE_RIVAL, /* kube-controller-manager reconciles */
	LEASE_OTHER, /* another replica leads */
	LEASE_TAKE,  /* ours to take, or to renew */
};
enum lease_verdict lease_judge(const struct lease_sight *rival,
			       const struct lease_sight *own, const char *me,
			       uint64_t now_ms);
/* The Lease to write: `old` as it was read, or NULL; `take` false: given
 * back. */
struct json *lease_build(const struct json *old, const char *me, bool take,
			 int64_t now_us);

struct lease_config {
	struct loop *loop;
	struct kube *kube;
	uint64_t retry_ms, renew_ms; /* LEASE_..._MS; tests are in a hurry */
	/* Leading from now on, or no longer: nothing may be written from the
	 * moment that this returns. */
	void (*on_change)(bool leads, void *arg);
	void *arg;
};

struct lease *lease_new(const struct lease_config *config);
/* Gives the Lease up without telling the server: see lease_release(). */
void lease_free(struct lease *lease);
void lease_start(struct lease *lease);
/* Leads no more, and gives the Lease back, so that a successor need not wait
 * for its end. */
void lease_release(struct lease *lease);
/* A request is under way. */
bool lease_is_busy(const struct lease *lease);
