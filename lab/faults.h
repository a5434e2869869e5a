/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * faults - what a pod's annotations ask the simulated node to play:
 *
 *   lab.statefuld.dev/ready: "never"      it runs, but does not get ready
 *   lab.statefuld.dev/ready-delay: "5s"   it gets ready that long after start
 *   lab.statefuld.dev/stop-delay: "5s"    it takes that long to stop, but
 *                                         never longer than its grace
 *   lab.statefuld.dev/fail-once: "true"   its phase becomes Failed; the next
 *                                         pod of that name runs. Another value
 *                                         fails once more
 *   lab.statefuld.dev/crash-loop: "true"  its containers exit with 1 again and
 *                                         again; the back-off doubles from 1 s
 *
 * They are looked at whenever they change, so that kubectl annotate starts
 * and ends a fault. "false" or "" is as good as none.
 *
 * Threads: any; pure. Memory: strings are borrowed from the pod.
 */
#include <stdbool.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct json;

struct faults {
	bool is_never_ready;
	uint64_t ready_delay_ms;
	uint64_t stop_delay_ms;
	const char *fail_once; /* NULL: no */
	bool is_crash_looping;
};

void faults_read(const struct json *pod, uint64_t ready_delay_ms,
		 struct faults *faults);
/* "1m30s", "250ms", "2h"; false: not a duration. At most about a year. */
st_must_check bool faults_duration(const char *text, uint64_t *ret_ms);
