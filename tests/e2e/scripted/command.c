/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/e2e/scripted/command.h"

#include <stdio.h>
#include <string.h>

#include "statefuld/err.h"
#include "tests/e2e/scripted/request.h"

enum takes { NOTHING, MAYBE_KIND, KIND, NUMBER, TWO_NUMBERS };

static const struct {
	const char *word;
	enum command_op op;
	enum takes takes;
	enum world_change change;
} commands[] = {
	{"cut", COMMAND_CUT, MAYBE_KIND, 0},
	{"garbage", COMMAND_GARBAGE, MAYBE_KIND, 0},
	{"long", COMMAND_LONG, MAYBE_KIND, 0},
	{"gone", COMMAND_GONE, MAYBE_KIND, 0},
	{"truncate", COMMAND_TRUNCATE, KIND, 0},
	{"expire", COMMAND_EXPIRE, NUMBER, 0},
	{"throttle", COMMAND_THROTTLE, TWO_NUMBERS, 0},
	{"storm", COMMAND_STORM, NUMBER, 0},
	{"hang", COMMAND_HANG, NUMBER, 0},
	{"drop", COMMAND_DROP, NOTHING, 0},
	{"away", COMMAND_AWAY, NUMBER, 0},
	{"calm", COMMAND_CALM, NOTHING, 0},
	{"ready", COMMAND_CHANGE, NUMBER, WORLD_READY},
	{"unready", COMMAND_CHANGE, NUMBER, WORLD_UNREADY},
	{"move", COMMAND_CHANGE, NUMBER, WORLD_MOVE},
	{"delete", COMMAND_CHANGE, NUMBER, WORLD_DELETE},
	{"create", COMMAND_CHANGE, NUMBER, WORLD_CREATE},
	{"rate", COMMAND_RATE, NUMBER, 0},
	{"stats", COMMAND_STATS, NOTHING, 0},
};

static int read_kind(const char *word, struct command *ret, struct err *err)
{
	enum world_kind kind;

	if (!request_kind(word, &kind))
		return err_set(err, ST_EPARSE, "unknown kind %s", word);
	ret->kinds = UINT32_C(1) << kind;
	return 0;
}

static int read_arguments(enum takes takes, const char *rest,
			  struct command *ret, struct err *err)
{
	char word[32] = "", more[2];
	int n;

	switch (takes) {
	case NOTHING:
	case MAYBE_KIND:
	case KIND:
		n = sscanf(rest, "%31s %1s", word, more);
		if (n == 1 && takes != NOTHING)
			return read_kind(word, ret, err);
		if (n <= 0 && takes != KIND)
			return 0;
		break;
	case NUMBER:
		if (sscanf(rest, "%u %1s", &ret->n, more) == 1)
			return 0;
		break;
	case TWO_NUMBERS:
		n = sscanf(rest, "%u %u %1s", &ret->n, &ret->seconds, more);
		if (n == 2)
			return 0;
		break;
	}
	return err_set(err, ST_EPARSE, "wrong arguments");
}

int command_parse(const char *line, struct command *ret, struct err *err)
{
	char word[16] = "";
	int used = 0;

	if (sscanf(line, "%15s%n", word, &used) != 1)
		return err_set(err, ST_EPARSE, "empty command");
	for (size_t i = 0; i < st_array_len(commands); i++) {
		int rc;

		if (strcmp(commands[i].word, word) != 0)
			continue;
		*ret = (struct command){.op = commands[i].op,
					.kinds = UINT32_MAX,
					.change = commands[i].change};
		rc = read_arguments(commands[i].takes, line + used, ret, err);
		return rc ? err_wrap(err, rc, "%s", word) : 0;
	}
	return err_set(err, ST_EPARSE, "unknown command %s", word);
}
