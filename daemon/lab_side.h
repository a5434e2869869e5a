/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lab_side - what `statefuld lab` runs beside the rest, and says about it.
 *
 * Threads: the loop thread. Memory: the lab is the caller's.
 */
#include "statefuld/attr.h"

struct dnsd;
struct err;
struct lab;
struct loop;
struct options;

st_must_check int lab_side_start(struct loop *loop,
				 const struct options *options,
				 struct lab **ret_lab, struct err *err);
/* On standard output: what runs where, what to type, and "ready". */
void lab_side_greet(const struct lab *lab, const struct options *options,
		    const struct dnsd *dnsd);
const char *lab_side_kubeconfig(const struct lab *lab);
void lab_side_free(struct lab *lab);
