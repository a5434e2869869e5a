/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * adviser - tells findings as Warning events of the source statefuld, after a
 * look at the pod where there is more to know.
 *
 * Threads: the loop thread. Memory: all is copied; bounded.
 */
#include <stdint.h>

struct adviser;
struct finding;
struct kube;
struct recorder;

enum { ADVISER_LOOKS = 16 }; /* at a time; beyond, it is told without */

struct adviser *adviser_new(struct kube *kube, struct recorder *recorder);
void adviser_free(struct adviser *adviser);
void adviser_tell(struct adviser *adviser, const char *ns, const char *set,
		  const char *uid, const struct finding *finding,
		  int64_t since_s);
