/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/lab_side.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "daemon/listen.h"
#include "daemon/options.h"
#include "statefuld/dnsd.h"
#include "statefuld/err.h"
#include "statefuld/lab.h"
#include "statefuld/name.h"

int lab_side_start(struct loop *loop, const struct options *options,
		   struct lab **ret_lab, struct err *err)
{
	const struct options_lab *from = &options->lab;
	struct lab_config config = {
		.loop = loop,
		.api = from->api.addr,
		.api_len = from->api.addr_len,
		.data_dir = from->data_dir,
		.kubeconfig_out = from->kubeconfig_out,
		.tls_cert = from->tls_cert,
		.tls_key = from->tls_key,
		.token_file = from->token_file,
		.pod_addr_len = (uint8_t)from->pod_range.len,
		.pod_prefix_len = (uint8_t)from->pod_range.prefix,
		.ready_delay_ms = from->ready_delay_ms,
		.no_node = from->no_node,
		.max_unavailable = from->max_unavailable,
		.no_slices =
			options->reconcile == RECONCILE_OFF && !from->slices,
		.apply = from->apply,
		.n_apply = from->n_apply,
	};
	struct lab *lab = NULL;
	int rc;

	memcpy(config.pod_addr, from->pod_range.octets,
	       sizeof(config.pod_addr));
	rc = lab_new(&config, &lab, err);
	if (rc != 0)
		return rc;
	rc = lab_start(lab, err);
	if (rc == 0)
		*ret_lab = lab;
	else
		lab_free(lab);
	return rc;
}

/* Where to send a question; who listens on all addresses is asked on the
 * loopback one. */
static void dig_target(char out[INET6_ADDRSTRLEN],
		       const struct dnsd_listen *listen)
{
	const struct sockaddr_in *sin = (const void *)&listen->addr;
	const struct sockaddr_in6 *sin6 = (const void *)&listen->addr;

	if (listen->addr.ss_family == AF_INET) {
		bool any = sin->sin_addr.s_addr == htonl(INADDR_ANY);
		struct in_addr loopback = {htonl(INADDR_LOOPBACK)};

		inet_ntop(AF_INET, any ? &loopback : &sin->sin_addr, out,
			  INET6_ADDRSTRLEN);
		return;
	}
	inet_ntop(AF_INET6,
		  IN6_IS_ADDR_UNSPECIFIED(&sin6->sin6_addr) ? &in6addr_loopback
							    : &sin6->sin6_addr,
		  out, INET6_ADDRSTRLEN);
}

static void greet_dns(const struct lab *lab, const struct options *options,
		      const struct dnsd *dnsd)
{
	struct dnsd_listen bound;
	char target[INET6_ADDRSTRLEN], zone[NAME_MAX_TEXT];
	char text[LISTEN_TEXT];

	dnsd_bound(dnsd, 0, &bound);
	listen_text(text, &bound);
	dig_target(target, &bound);
	name_text(zone, options->zones[0].wire);
	zone[strlen(zone) - 1] = '\0';
	printf("DNS          %s, zone %s\n"
	       "\n"
	       "  kubectl --kubeconfig %s get all\n"
	       "  dig @%s -p %u %s.svc.%s\n"
	       "\n"
	       "Ctrl-C ends it.\n",
	       text, zone, lab_kubeconfig(lab), target, listen_port(&bound),
	       lab_example(lab), zone);
}

void lab_side_greet(const struct lab *lab, const struct options *options,
		    const struct dnsd *dnsd)
{
	const struct options_lab *from = &options->lab;

	printf("API server   %s, objects %s%s\n", lab_url(lab),
	       from->data_dir != NULL ? "in " : "in memory",
	       from->data_dir != NULL ? from->data_dir : "");
	if (from->no_node)
		puts("node         none");
	else
		printf("node         simulated, pods in %s\n", from->pod_cidr);
	greet_dns(lab, options, dnsd);
	puts("ready");
	fflush(stdout);
}

const char *lab_side_kubeconfig(const struct lab *lab)
{
	return lab_kubeconfig(lab);
}

void lab_side_free(struct lab *lab)
{
	lab_free(lab);
}
