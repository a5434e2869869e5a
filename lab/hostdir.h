/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * hostdir - the folders behind the volumes of this machine.
 *
 * Threads: the loop thread. Memory: paths are copied.
 */
#include <stdbool.h>

#include "statefuld/attr.h"

struct err;
struct hostdir;

/* `data_dir` NULL: a private folder below $TMPDIR that hostdir_free removes;
 * else "volumes" below it, made as needed. */
st_must_check int hostdir_new(const char *data_dir, struct hostdir **ret_dir,
			      struct err *err);
void hostdir_free(struct hostdir *dir);
/* The absolute path of a volume's folder; free() it. NULL: `name` is no plain
 * file name. */
char *hostdir_path(const struct hostdir *dir, const char *name);
/* Makes it; it may be there already. */
st_must_check int hostdir_make(const struct hostdir *dir, const char *name,
			       struct err *err);
/* Removes it with all that is in it. Does not follow links. */
st_must_check int hostdir_remove(const struct hostdir *dir, const char *name,
				 struct err *err);
