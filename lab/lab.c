/* SPDX-License-Identifier: Apache-2.0 */
#include "statefuld/lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/api.h"
#include "lab/cluster.h"
#include "lab/kubeconfig_out.h"
#include "lab/manifest.h"
#include "lab/objects.h"
#include "lab/rest.h"
#include "lab/rules.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

/* What /version says: the server whose behaviour is meant. */
static const char version[] = "v1.36.2+statefuld";

struct lab {
	struct lab_config config; /* texts are copies, `apply` is left out */
	struct manifest_set *manifests;
	struct objects *objects;
	struct rest *rest;
	struct api *api;
	struct cluster *cluster;
	char *kubeconfig;  /* once written */
	char *private_dir; /* of the kubeconfig, where none was asked for */
	char *example;
};

/* ---- what a configuration may be ---- */

static bool is_loopback(const struct sockaddr_storage *addr)
{
	const struct sockaddr_in *sin = (const void *)addr;
	const struct sockaddr_in6 *sin6 = (const void *)addr;

	if (addr->ss_family == AF_INET)
		return ntohl(sin->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	return addr->ss_family == AF_INET6 &&
	       IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr);
}

static int check(const struct lab_config *config, struct err *err)
{
	bool tls = config->tls_cert != NULL && config->tls_key != NULL;

	if (!tls && (config->tls_cert != NULL || config->tls_key != NULL))
		return err_set(err, ST_EINVAL,
			       "TLS needs both a certificate and its key: "
			       "give --tls-cert and --tls-key");
	if (!is_loopback(&config->api) && (!tls || config->token_file == NULL))
		return err_set(err, ST_EINVAL,
			       "the API server listens on loopback addresses "
			       "only, unless --tls-cert, --tls-key and "
			       "--token-file are given");
	return 0;
}

static void copy_config(struct lab *lab, const struct lab_config *config)
{
	lab->config = *config;
	lab->config.data_dir = mem_strdup(config->data_dir);
	lab->config.kubeconfig_out = mem_strdup(config->kubeconfig_out);
	lab->config.tls_cert = mem_strdup(config->tls_cert);
	lab->config.tls_key = mem_strdup(config->tls_key);
	lab->config.token_file = mem_strdup(config->token_file);
	lab->config.apply = NULL;
	lab->config.n_apply = 0;
}

/* ---- start ---- */

/* The manifests come first: a slip of the pen shall leave no trace. */
static int open_parts(struct lab *lab, const struct lab_config *config,
		      struct err *err)
{
	int rc = manifest_read(config->apply, config->n_apply, &lab->manifests,
			       err);

	if (rc != 0)
		return rc;
	rc = rest_new(
		&(struct rest_config){
			.loop = config->loop,
			.addr = config->api,
			.addr_len = config->api_len,
			.tls_cert = config->tls_cert,
			.tls_key = config->tls_key,
			.token_file = config->token_file,
		},
		&lab->rest, err);
	if (rc != 0)
		return rc;
	rc = objects_open(config->data_dir, &lab->objects, err);
	if (rc != 0)
		return rc;
	objects_set_loop(lab->objects, config->loop);
	return 0;
}

int lab_new(const struct lab_config *config, struct lab **ret_lab,
	    struct err *err)
{
	struct lab *lab;
	int rc = check(config, err);

	if (rc != 0)
		return rc;
	lab = mem_zalloc(sizeof(*lab));
	copy_config(lab, config);
	rc = open_parts(lab, config, err);
	if (rc == 0)
		*ret_lab = lab;
	else
		lab_free(lab);
	return rc;
}

/* Splits "http://127.0.0.1:6480" or "https://[::1]:6480". */
static char *host_and_port(const char *url, uint16_t *ret_port)
{
	const char *host = strstr(url, "://") + 3;
	const char *colon = strrchr(host, ':');

	*ret_port = (uint16_t)strtoul(colon + 1, NULL, 10);
	if (*host == '[')
		return mem_strndup(host + 1, (size_t)(colon - host) - 2);
	return mem_strndup(host, (size_t)(colon - host));
}

static int start_cluster(struct lab *lab, struct err *err)
{
	const struct lab_config *config = &lab->config;
	struct cluster_config cluster = {
		.loop = config->loop,
		.api = lab->api,
		.objects = lab->objects,
		.data_dir = config->data_dir,
		.pod_addr_len = config->pod_addr_len,
		.pod_prefix_len = config->pod_prefix_len,
		.ready_delay_ms = config->ready_delay_ms,
		.no_node = config->no_node,
		.no_slices = config->no_slices,
	};
	scope_free char *host =
		host_and_port(rest_url(lab->rest), &cluster.api_port);

	cluster.api_addr = host;
	memcpy(cluster.pod_addr, config->pod_addr, sizeof(cluster.pod_addr));
	return cluster_new(&cluster, &lab->cluster, err);
}

static int make_private_dir(struct lab *lab, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	scope_free char *dir = NULL;

	if (tmp == NULL || *tmp == '\0')
		tmp = "/tmp";
	dir = mem_printf("%s/statefuld-lab-XXXXXX", tmp);
	if (mkdtemp(dir) == NULL)
		return err_set(err, -errno,
			       "no folder for the kubeconfig below %s: %s; "
			       "give --kubeconfig-out",
			       tmp, strerror(errno));
	lab->private_dir = dir;
	dir = NULL;
	return 0;
}

static int write_kubeconfig(struct lab *lab, struct err *err)
{
	scope_free char *path = mem_strdup(lab->config.kubeconfig_out);
	scope_free char *text = NULL;
	int rc = kubeconfig_out_text(
		&(struct kubeconfig_out){
			.url = rest_url(lab->rest),
			.token = rest_token(lab->rest),
			.ca_file = lab->config.tls_cert,
		},
		&text, err);

	if (rc == 0 && path == NULL) {
		rc = make_private_dir(lab, err);
		if (rc == 0)
			path = mem_printf("%s/kubeconfig", lab->private_dir);
	}
	if (rc == 0)
		rc = kubeconfig_out_write(path, text, err);
	if (rc == 0) {
		lab->kubeconfig = path;
		path = NULL;
	}
	return rc;
}

int lab_start(struct lab *lab, struct err *err)
{
	int rc;

	lab->api = api_new(&(struct api_config){
		.loop = lab->config.loop,
		.objects = lab->objects,
		.version = version,
		.gates =
			lab->config.max_unavailable ? RULES_MAX_UNAVAILABLE : 0,
		.server_url = rest_url(lab->rest),
	});
	rc = start_cluster(lab, err);
	if (rc == 0)
		rc = manifest_apply(lab->manifests, lab->api, err);
	if (rc == 0)
		rc = write_kubeconfig(lab, err);
	if (rc != 0)
		return rc;
	lab->example = manifest_example(lab->manifests);
	manifest_free(lab->manifests);
	lab->manifests = NULL;
	rest_start(lab->rest, lab->api);
	return 0;
}

const char *lab_url(const struct lab *lab)
{
	return rest_url(lab->rest);
}

const char *lab_kubeconfig(const struct lab *lab)
{
	return lab->kubeconfig;
}

const char *lab_example(const struct lab *lab)
{
	return lab->example != NULL ? lab->example : "kubernetes.default";
}

static void remove_private(struct lab *lab)
{
	if (lab->private_dir == NULL)
		return;
	if (lab->kubeconfig != NULL)
		unlink(lab->kubeconfig);
	rmdir(lab->private_dir);
	free(lab->private_dir);
}

static void free_config(struct lab_config *config)
{
	free((void *)(uintptr_t)config->data_dir);
	free((void *)(uintptr_t)config->kubeconfig_out);
	free((void *)(uintptr_t)config->tls_cert);
	free((void *)(uintptr_t)config->tls_key);
	free((void *)(uintptr_t)config->token_file);
}

/* The sockets go first, what they stand on last. */
void lab_free(struct lab *lab)
{
	if (lab == NULL)
		return;
	rest_free(lab->rest);
	cluster_free(lab->cluster);
	api_free(lab->api);
	objects_free(lab->objects);
	manifest_free(lab->manifests);
	remove_private(lab);
	free(lab->kubeconfig);
	free(lab->example);
	free_config(&lab->config);
	free(lab);
}
