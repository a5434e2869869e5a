/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "daemon/flags.h"

static void print_flag(FILE *out, const struct flag *flag)
{
	enum { COLUMN = 25 };
	const char *line = flag->help;
	int width = fprintf(out, "  %s%s", flag->name,
			    flag->value != NULL ? flag->value : "");

	if (width > COLUMN - 2) {
		fputc('\n', out);
		width = 0;
	}
	while (line != NULL) {
		const char *end = strchr(line, '\n');
		int len = end != NULL ? (int)(end - line) : (int)strlen(line);

		fprintf(out, "%*s%.*s\n", COLUMN - width, "", len, line);
		width = 0;
		line = end != NULL ? end + 1 : NULL;
	}
}

static void print_flags(FILE *out, int command)
{
	size_t n;
	const struct flag *flags = flags_all(&n);

	for (size_t i = 0; i < n; i++) {
		if ((flags[i].commands & command) == 0)
			continue;
		if (flags[i].group != NULL)
			fprintf(out, "\n%s:\n", flags[i].group);
		print_flag(out, &flags[i]);
	}
}

static void print_run_help(FILE *out)
{
	fputs("Usage: statefuld [FLAG]...\n"
	      "       statefuld lab [FLAG]...   see statefuld lab --help\n"
	      "       statefuld explain NAME    why a name has records, or "
	      "none\n"
	      "\n"
	      "Watches a Kubernetes API server, keeps its StatefulSets "
	      "running, and answers\n"
	      "DNS for its Services and pods from memory.\n",
	      out);
	print_flags(out, FLAGS_RUN);
	fputs("\n"
	      "A value may also follow after '=': --ttl=30.\n"
	      "\n"
	      "Signals: SIGTERM stops after --lame-duck (a second one at "
	      "once), SIGINT stops at\n"
	      "once, SIGHUP reads kubeconfig, certificates and tokens "
	      "again.\n"
	      "Exit status: 0 stopped as asked, 1 could not start or go on, "
	      "2 wrong flags.\n"
	      "\n"
	      "Examples:\n"
	      "  DNS and StatefulSets for the cluster that kubectl talks "
	      "to:\n"
	      "    statefuld\n"
	      "    dig @127.0.0.1 -p 5300 "
	      "web-0.nginx.default.svc.cluster.local\n"
	      "  DNS only, beside kube-controller-manager, for the whole "
	      "network:\n"
	      "    statefuld --reconcile=off --listen 0.0.0.0:5300 "
	      "--listen [::]:5300 \\\n"
	      "        --reverse-zone 10.96.0.0/12 "
	      "--reverse-zone 10.244.0.0/16\n",
	      out);
}

static void print_lab_help(FILE *out)
{
	fputs("Usage: statefuld lab [FLAG]...\n"
	      "\n"
	      "A cluster on this machine, without one: an API server for "
	      "kubectl, a simulated\n"
	      "node that runs no containers, StatefulSets, and DNS, in one "
	      "process. Prints\n"
	      "\"ready\" once all answer.\n",
	      out);
	print_flags(out, FLAGS_LAB);
	fputs("\n"
	      "A pod plays a fault by its annotations: "
	      "lab.statefuld.dev/ready: \"never\",\n"
	      "lab.statefuld.dev/ready-delay: \"5s\", "
	      "lab.statefuld.dev/fail-once: \"true\",\n"
	      "lab.statefuld.dev/crash-loop: \"true\".\n"
	      "\n"
	      "Signals and exit status are those of statefuld --help.\n"
	      "\n"
	      "Examples:\n"
	      "    statefuld lab --apply examples/web.yaml "
	      "--kubeconfig-out kubeconfig\n"
	      "    kubectl --kubeconfig kubeconfig get pods\n"
	      "    dig @127.0.0.1 -p 5300 "
	      "web-0.nginx.default.svc.cluster.local\n",
	      out);
}

static void print_explain_help(FILE *out)
{
	fputs("Usage: statefuld explain NAME [FLAG]...\n"
	      "\n"
	      "Asks the statefuld that runs on this machine why a name has "
	      "the records that it\n"
	      "has, or why it has none. The last line says what to do.\n",
	      out);
	print_flags(out, FLAGS_EXPLAIN);
	fputs("\n"
	      "Exit status: 0 it was explained, 1 nobody answers there, 2 "
	      "wrong flags.\n"
	      "\n"
	      "Examples:\n"
	      "    statefuld explain web-0.nginx.default.svc.cluster.local\n"
	      "    statefuld explain 4.3.2.10.in-addr.arpa --json\n",
	      out);
}

void flags_print_help(FILE *out, int command)
{
	if (command == FLAGS_LAB)
		print_lab_help(out);
	else if (command == FLAGS_EXPLAIN)
		print_explain_help(out);
	else
		print_run_help(out);
}
