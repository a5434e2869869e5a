/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/kubeconfig_out.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/readfile.h"
#include "lab/secret_data.h"
#include "statefuld/buf.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum { MAX_CA = 1 << 20 };

/* A JSON string is a quoted one of YAML. */
static void put_field(struct buf *out, const char *name, const char *value)
{
	struct json *json = json_new_str(value);
	scope_free char *text = json_print(json);

	json_free(json);
	buf_printf(out, "    %s: %s\n", name, text);
}

static int put_ca(struct buf *out, const char *file, struct err *err)
{
	scope_free char *pem = NULL;
	scope_free char *data = NULL;
	size_t len;
	int rc = readfile_load(file, MAX_CA, &pem, &len, err);

	if (rc != 0)
		return err_wrap(err, rc, "certificate");
	data = secret_data_encode(pem, len);
	buf_printf(out, "    certificate-authority-data: %s\n", data);
	return 0;
}

int kubeconfig_out_text(const struct kubeconfig_out *config, char **ret_text,
			struct err *err)
{
	scope_buf struct buf out = {0};
	int rc = 0;

	buf_puts(&out, "apiVersion: v1\n"
		       "kind: Config\n"
		       "clusters:\n"
		       "- name: lab\n"
		       "  cluster:\n");
	put_field(&out, "server", config->url);
	if (config->ca_file != NULL)
		rc = put_ca(&out, config->ca_file, err);
	if (rc != 0)
		return rc;
	buf_puts(&out, "users:\n- name: lab\n");
	if (config->token != NULL) {
		buf_puts(&out, "  user:\n");
		put_field(&out, "token", config->token);
	} else {
		buf_puts(&out, "  user: {}\n");
	}
	buf_puts(&out, "contexts:\n"
		       "- name: lab\n"
		       "  context: {cluster: lab, user: lab}\n"
		       "current-context: lab\n");
	*ret_text = buf_steal(&out);
	return 0;
}

static int write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		text += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int kubeconfig_out_write(const char *path, const char *text, struct err *err)
{
	/* mkstemp gives mode 0600. */
	scope_free char *draft = mem_printf("%s.XXXXXX", path);
	int fd = mkstemp(draft);
	int rc;

	if (fd < 0)
		return err_set(err, -errno,
			       "kubeconfig %s: cannot be written: %s", path,
			       strerror(errno));
	rc = write_all(fd, text);
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(draft, path) != 0)
		rc = -errno;
	if (rc == 0)
		return 0;
	unlink(draft);
	return err_set(err, rc, "kubeconfig %s: cannot be written: %s", path,
		       strerror(-rc));
}
