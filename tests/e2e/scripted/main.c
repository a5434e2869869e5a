/* SPDX-License-Identifier: Apache-2.0 */
/* The scripted API server as a program: options, and commands on standard
 * input. It ends with its input, or on SIGTERM. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"
#include "tests/e2e/scripted/command.h"
#include "tests/e2e/scripted/server.h"

enum { INPUT_MAX = 1 << 20, EXIT_USAGE = 2 };

static const char usage[] =
	"usage: scripted_api [option]...\n"
	"\n"
	"Pretends to be an API server with headless Services, their\n"
	"StatefulSets, pods, claims, revisions and slices, on loopback, over\n"
	"plain HTTP. Prints 'url URL' when it listens; takes commands on\n"
	"standard input (see command.h) and answers each with 'ok VERSION' or\n"
	"'error TEXT'; ends when its input does.\n"
	"\n"
	"  --port N            default 0: any free one\n"
	"  --pods N            default 100000\n"
	"  --per-service N     pods of a Service, default 3\n"
	"  --namespaces N      default 100\n"
	"  --sets N            Services with a StatefulSet; default: all\n"
	"  --watch-list WORD   on (default), off (422) or unknown (ignored)\n"
	"  --bookmark-ms N     time between bookmarks, default 60000\n"
	"  --chunk N           bytes in an HTTP chunk; default: up to 64 KiB\n"
	"  --history N         events kept, default 10000\n"
	"  --seed N            of random changes\n"
	"  --templates DIR     folder of the objects' templates\n"
	"  --command LINE      a command to begin with; repeatable\n";

enum option_id {
	OPT_PORT = 256,
	OPT_PODS,
	OPT_PER_SERVICE,
	OPT_NAMESPACES,
	OPT_SETS,
	OPT_WATCH_LIST,
	OPT_BOOKMARK_MS,
	OPT_CHUNK,
	OPT_HISTORY,
	OPT_SEED,
	OPT_TEMPLATES,
	OPT_COMMAND,
	OPT_HELP,
};

static const struct option options[] = {
	{"port", required_argument, NULL, OPT_PORT},
	{"pods", required_argument, NULL, OPT_PODS},
	{"per-service", required_argument, NULL, OPT_PER_SERVICE},
	{"namespaces", required_argument, NULL, OPT_NAMESPACES},
	{"sets", required_argument, NULL, OPT_SETS},
	{"watch-list", required_argument, NULL, OPT_WATCH_LIST},
	{"bookmark-ms", required_argument, NULL, OPT_BOOKMARK_MS},
	{"chunk", required_argument, NULL, OPT_CHUNK},
	{"history", required_argument, NULL, OPT_HISTORY},
	{"seed", required_argument, NULL, OPT_SEED},
	{"templates", required_argument, NULL, OPT_TEMPLATES},
	{"command", required_argument, NULL, OPT_COMMAND},
	{"help", no_argument, NULL, OPT_HELP},
	{0},
};

struct program {
	struct server_config config;
	struct server *server;
	struct command *commands; /* to begin with */
	size_t n_commands;
	struct buf input;
	struct loop_fd *input_event;
};

static int read_watch_list(const char *text, enum server_watch_list *ret)
{
	static const char *const words[] = {"on", "off", "unknown"};

	for (size_t i = 0; i < st_array_len(words); i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*ret = (enum server_watch_list)i;
		return 0;
	}
	return ST_EINVAL;
}

static int read_number(const char *text, uint32_t max, uint32_t *ret)
{
	char *end = NULL;
	unsigned long long number = strtoull(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || number > max)
		return ST_EINVAL;
	*ret = (uint32_t)number;
	return 0;
}

static int add_command(struct program *program, const char *line)
{
	struct command command;
	struct err err;

	if (command_parse(line, &command, &err) != 0) {
		fprintf(stderr, "scripted_api: %s\n", err_msg(&err));
		return ST_EINVAL;
	}
	mem_grow(program->commands, program->n_commands);
	program->commands[program->n_commands++] = command;
	return 0;
}

static int read_option(struct program *program, int id, const char *value)
{
	struct server_config *config = &program->config;
	uint32_t number = 0;
	int rc = 0;

	switch (id) {
	case OPT_WATCH_LIST:
		return read_watch_list(value, &config->watch_list);
	case OPT_TEMPLATES:
		config->templates = value;
		return 0;
	case OPT_COMMAND:
		return add_command(program, value);
	case OPT_PORT:
		rc = read_number(value, UINT16_MAX, &number);
		config->port = (uint16_t)number;
		return rc;
	case OPT_PODS:
		return read_number(value, UINT32_MAX, &config->shape.pods);
	case OPT_PER_SERVICE:
		return read_number(value, UINT32_MAX,
				   &config->shape.per_service);
	case OPT_NAMESPACES:
		return read_number(value, UINT32_MAX,
				   &config->shape.namespaces);
	case OPT_SETS:
		return read_number(value, UINT32_MAX, &config->shape.sets);
	case OPT_BOOKMARK_MS:
		return read_number(value, UINT32_MAX, &config->bookmark_ms);
	case OPT_CHUNK:
		return read_number(value, UINT32_MAX, &config->chunk);
	case OPT_HISTORY:
		rc = read_number(value, UINT32_MAX, &config->history);
		return config->history == 0 ? ST_EINVAL : rc;
	case OPT_SEED:
		rc = read_number(value, UINT32_MAX, &number);
		clk_seed(number);
		return rc;
	default:
		return ST_EINVAL;
	}
}

static void read_options(struct program *program, int argc, char **argv)
{
	int id, at = 0;

	while ((id = getopt_long(argc, argv, "", options, &at)) != -1) {
		if (id == OPT_HELP) {
			fputs(usage, stdout);
			exit(0);
		}
		if (id == '?')
			exit(EXIT_USAGE);
		if (read_option(program, id, optarg) != 0) {
			fprintf(stderr, "scripted_api: --%s: wrong value %s\n",
				options[at].name, optarg);
			exit(EXIT_USAGE);
		}
	}
	if (optind != argc) {
		fputs(usage, stderr);
		exit(EXIT_USAGE);
	}
}

static void run_line(struct program *program, const char *line)
{
	struct command command;
	struct err err;

	if (command_parse(line, &command, &err) != 0) {
		printf("error %s\n", err_msg(&err));
		return;
	}
	server_command(program->server, &command);
	if (command.op == COMMAND_STATS) {
		scope_free char *stats = server_stats(program->server);

		printf("stats %s\n", stats);
		return;
	}
	printf("ok %" PRIu64 "\n", server_version(program->server));
}

static void on_input(int fd, int what, void *arg)
{
	struct program *program = arg;
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));
	char *end;

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || buf_add(&program->input, bytes, (size_t)n) < 0) {
		loop_stop(program->config.loop);
		return;
	}
	while ((end = strchr(program->input.data, '\n')) != NULL) {
		*end = '\0';
		run_line(program, program->input.data);
		buf_consume(&program->input,
			    (size_t)(end - program->input.data) + 1);
	}
	fflush(stdout);
}

static void on_signal(int signo, void *arg)
{
	struct program *program = arg;

	(void)signo;
	loop_stop(program->config.loop);
}

static void serve(struct program *program)
{
	struct loop *loop = program->config.loop;
	struct loop_signal *term =
		loop_signal_new(loop, SIGTERM, on_signal, program);
	struct loop_signal *interrupt =
		loop_signal_new(loop, SIGINT, on_signal, program);

	buf_init(&program->input, INPUT_MAX);
	program->input_event =
		loop_fd_new(loop, STDIN_FILENO, LOOP_READ, on_input, program);
	for (size_t i = 0; i < program->n_commands; i++)
		server_command(program->server, &program->commands[i]);
	printf("url http://127.0.0.1:%u\n", server_port(program->server));
	fflush(stdout);
	loop_run(loop);
	loop_fd_free(program->input_event);
	loop_signal_free(term);
	loop_signal_free(interrupt);
	buf_fini(&program->input);
}

int main(int argc, char **argv)
{
	struct program program = {
		.config = {.shape = {.pods = 100000,
				     .per_service = 3,
				     .namespaces = 100,
				     .sets = UINT32_MAX},
			   .templates = SCRIPTED_TEMPLATES,
			   .bookmark_ms = 60000,
			   .history = 10000},
	};
	struct err err;

	read_options(&program, argc, argv);
	program.config.loop = loop_new();
	if (server_new(&program.config, &program.server, &err) != 0) {
		fprintf(stderr, "scripted_api: %s\n", err_msg(&err));
		loop_free(program.config.loop);
		free(program.commands);
		return 1;
	}
	serve(&program);
	server_free(program.server);
	loop_free(program.config.loop);
	free(program.commands);
	return 0;
}
