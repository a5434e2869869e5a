/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * lab - the embedded default's facade: an API server for one machine and a
 * simulated node, in this process. Whoever wants something from it speaks
 * HTTP to it, like to any API server.
 *
 * Threads: the loop thread. Memory: the config's strings are copied.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "statefuld/attr.h"

struct err;
struct lab;
struct loop;

/* Where Services get their addresses. */
#define LAB_SERVICE_CIDR "10.96.0.0/16"

struct lab_config {
	struct loop *loop;
	struct sockaddr_storage api; /* where to listen; port 0: a free one */
	socklen_t api_len;
	const char *data_dir;	    /* NULL: all in memory, gone at the end */
	const char *kubeconfig_out; /* written with mode 0600; NULL: none */
	const char *tls_cert, *tls_key; /* PEM files; NULL: plain HTTP */
	const char *token_file;		/* NULL: no token is asked for */
	uint8_t pod_addr[16];		/* --pod-cidr: network address, */
	uint8_t pod_addr_len;		/* 4 or 16 octets, */
	uint8_t pod_prefix_len;		/* and prefix length */
	uint64_t ready_delay_ms;
	bool no_node;
	bool max_unavailable;	  /* feature gate MaxUnavailableStatefulSet */
	bool no_slices;		  /* EndpointSlices are another controller's */
	const char *const *apply; /* files and folders, in order */
	size_t n_apply;
};

/* Opens the data, reads and checks the manifests of `apply`, binds the
 * address. One-line errors that say file, line and field, or the address and
 * the fix. */
st_must_check int lab_new(const struct lab_config *config, struct lab **ret_lab,
			  struct err *err);
/* Starts the node and the built-in controllers, applies the manifests and
 * writes the kubeconfig. ST_E...: a manifest was refused; the error names file,
 * line and field. */
st_must_check int lab_start(struct lab *lab, struct err *err);
/* "http://127.0.0.1:PORT" as bound. */
const char *lab_url(const struct lab *lab);
/* Path of a kubeconfig for this server: kubeconfig_out, or a private
 * temporary one that lab_free removes. */
const char *lab_kubeconfig(const struct lab *lab);
/* A name to ask for, below "svc" and the zone: of the first pod of the first
 * StatefulSet that was applied, else of the API server's Service. */
const char *lab_example(const struct lab *lab);
void lab_free(struct lab *lab);
