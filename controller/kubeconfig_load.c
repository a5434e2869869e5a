/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/kubeconfig_load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"
#include "statefuld/secret.h"

static const char account_dir[] =
	"/var/run/secrets/kubernetes.io/serviceaccount";

static bool is_set(const char *text)
{
	return text && text[0] != '\0';
}

void kubeconfig_places_read(struct kubeconfig_places *places, const char *flag)
{
	*places = (struct kubeconfig_places){
		.flag = flag,
		.list = getenv("KUBECONFIG"),
		.home = getenv("HOME"),
		.service_host = getenv("KUBERNETES_SERVICE_HOST"),
		.service_port = getenv("KUBERNETES_SERVICE_PORT"),
		.account_dir = account_dir,
	};
}

/* Fills data with up to max + 1 bytes. */
static ssize_t read_all(int fd, char *data, size_t max)
{
	size_t len = 0;

	while (len <= max) {
		ssize_t n = read(fd, data + len, max + 1 - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

int kubeconfig_read_file(const char *path, size_t max, char **ret_data,
			 size_t *ret_len, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -errno : 0;
	char *data = NULL;

	if (fd >= 0) {
		data = mem_alloc(max + 2);
		len = read_all(fd, data, max);
		close(fd);
	}
	if (len < 0 || (size_t)len > max) {
		secret_free_len(data, len > 0 ? (size_t)len : 0);
		if (len < 0)
			return err_set(err, (int)len, "cannot read %s: %s",
				       path, strerror((int)-len));
		return err_set(err, ST_ELIMIT,
			       "cannot read %s: larger than %zu bytes", path,
			       max);
	}
	*ret_data = mem_strndup(data, (size_t)len);
	*ret_len = (size_t)len;
	secret_free_len(data, (size_t)len);
	return 0;
}

static int add_file(struct kubeconfig *config, const char *path,
		    struct err *err)
{
	size_t len;
	char *text;
	int rc = kubeconfig_read_file(path, KUBECONFIG_MAX_BYTES, &text, &len,
				      err);

	if (rc != 0)
		return rc;
	rc = kubeconfig_add(config, path, text, len, err);
	secret_free_len(text, len);
	return rc;
}

static int load_flag(const char *path, struct access *ret, struct err *err)
{
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();
	int rc = add_file(config, path, err);

	if (rc < 0 && rc > ST_EPARSE)
		return err_wrap(err, rc, "--kubeconfig");
	return rc ? rc : kubeconfig_resolve(config, ret, err);
}

static int load_list(const char *list, struct access *ret, struct err *err)
{
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();
	scope_free char *copy = mem_strdup(list);
	char *rest = copy, *path;
	size_t n = 0;

	while ((path = strsep(&rest, ":"))) {
		if (path[0] == '\0')
			continue;
		int rc = add_file(config, path, err);
		if (rc == -ENOENT)
			continue;
		if (rc != 0)
			return rc < 0 && rc > ST_EPARSE
				       ? err_wrap(err, rc, "KUBECONFIG")
				       : rc;
		n++;
	}
	if (n == 0)
		return err_set(err, -ENOENT,
			       "KUBECONFIG: no such file: %s; correct the path "
			       "or unset the variable",
			       list);
	return kubeconfig_resolve(config, ret, err);
}

static int load_account(const struct kubeconfig_places *places,
			struct access *ret, struct err *err)
{
	scope_free char *token = mem_printf("%s/token", places->account_dir);
	scope_free char *ca = mem_printf("%s/ca.crt", places->account_dir);
	bool is_v6 = strchr(places->service_host, ':') != NULL;

	if (access(token, R_OK) != 0)
		return err_set(err, -errno,
			       "in-cluster credentials: cannot read %s: %s; "
			       "give the pod a service account or use "
			       "--kubeconfig",
			       token, strerror(errno));
	*ret = (struct access){
		.server = mem_printf("https://%s%s%s:%s", is_v6 ? "[" : "",
				     places->service_host, is_v6 ? "]" : "",
				     places->service_port),
		.token_file = mem_strdup(token),
	};
	if (access(ca, R_OK) == 0)
		ret->ca.file = mem_strdup(ca);
	return 0;
}

static int load_home(const char *home, struct access *ret, struct err *err)
{
	scope_kubeconfig struct kubeconfig *config = kubeconfig_new();
	scope_free char *path =
		mem_printf("%s/.kube/config", is_set(home) ? home : "");
	int rc = add_file(config, path, err);

	if (rc == -ENOENT)
		return err_set(err, rc,
			       "no kubeconfig: %s does not exist; give "
			       "--kubeconfig FILE or set KUBECONFIG",
			       path);
	return rc ? rc : kubeconfig_resolve(config, ret, err);
}

/* ---- certificates and keys ---- */

/* `mark` is what the PEM must hold. */
static int read_blob(struct access_blob *blob, const char *field,
		     const char *mark, struct err *err)
{
	int rc;

	if (!blob->data && blob->file) {
		rc = kubeconfig_read_file(blob->file, KUBECONFIG_MAX_BYTES,
					  &blob->data, &blob->len, err);
		if (rc != 0)
			return err_wrap(err, rc, "%s", field);
	}
	if (blob->data &&
	    (!strstr(blob->data, "-----BEGIN ") || !strstr(blob->data, mark)))
		return err_set(err, ST_EPARSE, "%s%s%s: holds no PEM %s", field,
			       blob->file ? " " : "-data",
			       blob->file ? blob->file : "", mark);
	return 0;
}

static int read_blobs(struct access *access, struct err *err)
{
	int rc = read_blob(&access->ca, "certificate-authority", "CERTIFICATE",
			   err);

	if (rc == 0)
		rc = read_blob(&access->cert, "client-certificate",
			       "CERTIFICATE", err);
	if (rc == 0)
		rc = read_blob(&access->key, "client-key", "PRIVATE KEY", err);
	if (rc != 0 && access->context)
		return err_wrap(err, rc, "kubeconfig context %s",
				access->context);
	return rc;
}

static bool is_in_pod(const struct kubeconfig_places *places)
{
	return is_set(places->service_host) && is_set(places->service_port) &&
	       is_set(places->account_dir);
}

int kubeconfig_load(const struct kubeconfig_places *places,
		    struct access *ret_access, struct err *err)
{
	struct access found = {0};
	int rc;

	if (is_set(places->flag))
		rc = load_flag(places->flag, &found, err);
	else if (is_set(places->list))
		rc = load_list(places->list, &found, err);
	else if (is_in_pod(places))
		rc = load_account(places, &found, err);
	else
		rc = load_home(places->home, &found, err);
	if (rc == 0)
		rc = read_blobs(&found, err);
	if (rc != 0) {
		access_fini(&found);
		return rc;
	}
	*ret_access = found;
	return 0;
}
