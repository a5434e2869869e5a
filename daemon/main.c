/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "daemon/ask.h"
#include "daemon/flags.h"
#include "daemon/options.h"
#include "daemon/process.h"
#include "statefuld/err.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE };

/* For what was asked for on standard output: a full disk is a failure. */
static int flushed(void)
{
	return fflush(stdout) == 0 && !ferror(stdout) ? EXIT_OK : EXIT_FAILED;
}

static int complain(const struct err *err, int code)
{
	fprintf(stderr, "statefuld: %s\n", err_msg(err));
	return code;
}

static int act(const struct options *options)
{
	struct err err = {0};

	switch (options->action) {
	case OPTIONS_HELP:
		flags_print_help(stdout, options->command);
		return flushed();
	case OPTIONS_VERSION:
		puts("statefuld " PACKAGE_VERSION);
		return flushed();
	case OPTIONS_RUN:
		break;
	}
	log_set_level(options->log_level);
	if (options->command == FLAGS_EXPLAIN)
		return ask_explain(options, &err) == 0
			       ? flushed()
			       : complain(&err, EXIT_FAILED);
	if (process_run(options, &err) != 0)
		return complain(&err, EXIT_FAILED);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err = {0};
	int code;

	mem_tune();
	if (options_parse(&options, argc, argv, &err) != 0)
		return complain(&err, EXIT_USAGE);
	code = act(&options);
	options_fini(&options);
	return code;
}
