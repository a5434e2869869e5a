/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/own_pod.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statefuld/mem.h"

enum { LABEL_MAX = 63 };

/* The first line of a file, if it can be a namespace. */
static char *read_line(const char *path)
{
	char line[LABEL_MAX + 2] = "";
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return NULL;
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\r\n")] = '\0';
	return *line != '\0' && strlen(line) <= LABEL_MAX ? mem_strdup(line)
							  : NULL;
}

static bool parse(struct controller_addr *addr, const char *text)
{
	*addr = (struct controller_addr){0};
	if (inet_pton(AF_INET, text, addr->octets) == 1)
		addr->len = 4;
	else if (inet_pton(AF_INET6, text, addr->octets) == 1)
		addr->len = 16;
	return addr->len > 0;
}

static void add_addrs(struct own_pod *pod, const char *ips)
{
	scope_free char *list = mem_strdup(ips);
	char *rest = list, *text;

	while ((text = strsep(&rest, ", ")) != NULL) {
		struct controller_addr addr;

		if (!parse(&addr, text))
			continue;
		mem_grow(pod->addrs, pod->n);
		pod->addrs[pod->n++] = addr;
	}
}

void own_pod_read(struct own_pod *ret_pod, const char *ns, const char *ips,
		  const char *file)
{
	*ret_pod = (struct own_pod){0};
	ret_pod->ns =
		ns != NULL && *ns != '\0' ? mem_strdup(ns) : read_line(file);
	if (ips != NULL)
		add_addrs(ret_pod, ips);
}

void own_pod_fini(struct own_pod *pod)
{
	free(pod->ns);
	free(pod->addrs);
	*pod = (struct own_pod){0};
}
