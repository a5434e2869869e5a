/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/rest_setup.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

#define TOKEN_MAX 4096

int rest_setup_token(const char *path, char **ret_token, struct err *err)
{
	char line[TOKEN_MAX + 2] = "";
	FILE *file;

	*ret_token = NULL;
	if (path == NULL)
		return 0;
	file = fopen(path, "re");
	if (file == NULL)
		return err_set(err, -errno, "token file %s: %s", path,
			       strerrordesc_np(errno));
	if (fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, " \t\r\n")] = '\0';
	if (*line == '\0' || strlen(line) > TOKEN_MAX)
		return err_set(err, ST_EINVAL,
			       "token file %s: its first line must be a token "
			       "of up to %d bytes",
			       path, TOKEN_MAX);
	*ret_token = mem_strdup(line);
	explicit_bzero(line, sizeof(line));
	return 0;
}

char *rest_setup_url(bool is_tls, int fd)
{
	struct sockaddr_storage addr = {0};
	socklen_t len = sizeof(addr);
	char host[64] = "", port[16] = "";
	bool is_v6;

	getsockname(fd, (struct sockaddr *)&addr, &len);
	getnameinfo((struct sockaddr *)&addr, len, host, sizeof(host), port,
		    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
	is_v6 = addr.ss_family == AF_INET6;
	return mem_printf("%s://%s%s%s:%s", is_tls ? "https" : "http",
			  is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}
