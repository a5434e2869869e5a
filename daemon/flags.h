/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * flags - the table of all command line flags: what they are called, what they
 * do to the options, and what --help says about them.
 *
 * Threads: any. Memory: static.
 */
#include <stddef.h>
#include <stdio.h>

struct err;
struct options;

/* Which commands know a flag. */
enum {
	FLAGS_RUN = 1,
	FLAGS_LAB = 2,
	FLAGS_BOTH = 3,
	FLAGS_EXPLAIN = 4,
	FLAGS_ALL = 7,
};

struct flag {
	int commands;
	const char *group; /* heading in --help; NULL: the same as before */
	const char *name;  /* with its dashes */
	const char *value; /* how a value follows: " FILE", "=on|off"; NULL:
			      the flag takes none */
	const char *help;  /* lines of at most 52 columns */
	/* Returns 0 or an error that does not repeat flag and value. */
	int (*apply)(struct options *options, const char *text,
		     struct err *err);
};

/* The whole table; *ret_n is its length. */
const struct flag *flags_all(size_t *ret_n);
/* By exact name of that length, of that command, or NULL. */
const struct flag *flags_find(const char *name, size_t len, int command);
/* What a mistyped name may have meant, or NULL. */
const struct flag *flags_nearest(const char *name, size_t len, int command);

/* The text of --help. */
void flags_print_help(FILE *out, int command);
