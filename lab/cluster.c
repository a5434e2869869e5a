/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/cluster.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/admit.h"
#include "lab/api.h"
#include "lab/defaults.h"
#include "lab/disrupt.h"
#include "lab/env.h"
#include "lab/gc.h"
#include "lab/hostdir.h"
#include "lab/kubelet.h"
#include "lab/labnode.h"
#include "lab/nslife.h"
#include "lab/objects.h"
#include "lab/protect.h"
#include "lab/scheduler.h"
#include "lab/slices.h"
#include "lab/volumes.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

struct cluster {
	struct env env;
	struct objects_watch *watch;
	struct admit *admit;
	struct gc *gc;
	struct nslife *nslife;
	struct disrupt *disrupt;
	struct slices *slices;
	/* NULL without node; whoever plays the node in its place says when a
	 * claim is no longer in use, too. */
	struct protect *protect;
	struct hostdir *dir;
	struct volumes *volumes;
	struct labnode *node;
	struct scheduler *scheduler;
	struct kubelet *kubelet;
};

static void tell(const struct objects_event *event, void *arg)
{
	struct cluster *cluster = arg;

	if (cluster->kubelet != NULL) {
		protect_event(cluster->protect, event);
		volumes_event(cluster->volumes, event);
		scheduler_event(cluster->scheduler, event);
		kubelet_event(cluster->kubelet, event);
	}
	nslife_event(cluster->nslife, event);
	if (cluster->slices != NULL)
		slices_event(cluster->slices, event);
	disrupt_event(cluster->disrupt, event);
	gc_event(cluster->gc, event);
}

static int start_node(struct cluster *cluster,
		      const struct cluster_config *config, struct err *err)
{
	const struct env *env = &cluster->env;
	struct kubelet_config kubelet = {
		.pod_addr_len = config->pod_addr_len,
		.pod_prefix_len = config->pod_prefix_len,
		.ready_delay_ms = config->ready_delay_ms,
	};
	char net[INET6_ADDRSTRLEN], cidr[INET6_ADDRSTRLEN + 4];
	int rc;

	inet_ntop(config->pod_addr_len == 4 ? AF_INET : AF_INET6,
		  config->pod_addr, net, sizeof(net));
	snprintf(cidr, sizeof(cidr), "%s/%u", net, config->pod_prefix_len);
	memcpy(kubelet.pod_addr, config->pod_addr, sizeof(kubelet.pod_addr));
	rc = hostdir_new(config->data_dir, &cluster->dir, err);
	if (rc == 0)
		rc = labnode_new(env, cidr, &cluster->node, err);
	if (rc < 0)
		return rc;
	cluster->protect = protect_new(env);
	cluster->volumes = volumes_new(env, cluster->dir);
	cluster->scheduler = scheduler_new(env);
	cluster->kubelet = kubelet_new(env, &kubelet);
	return 0;
}

static int start(struct cluster *cluster, const struct cluster_config *config,
		 struct err *err)
{
	const struct env *env = &cluster->env;
	int rc;

	cluster->admit = admit_new(env->objects);
	api_set_admit(env->api, admit_object, cluster->admit);
	rc = defaults_make(env, config->api_addr, config->api_port,
			   !config->no_node, err);
	if (rc < 0)
		return rc;
	cluster->gc = gc_new(env);
	cluster->nslife = nslife_new(env);
	cluster->disrupt = disrupt_new(env);
	if (!config->no_slices)
		cluster->slices = slices_new(env);
	if (!config->no_node)
		rc = start_node(cluster, config, err);
	if (rc < 0)
		return rc;
	return objects_watch_new(env->objects, KINDS,
				 objects_version(env->objects), tell, cluster,
				 &cluster->watch, err);
}

int cluster_new(const struct cluster_config *config,
		struct cluster **ret_cluster, struct err *err)
{
	struct cluster *cluster = mem_zalloc(sizeof(*cluster));
	int rc;

	cluster->env = (struct env){
		.loop = config->loop,
		.api = config->api,
		.objects = config->objects,
	};
	rc = start(cluster, config, err);
	if (rc < 0) {
		cluster_free(cluster);
		return rc;
	}
	*ret_cluster = cluster;
	return 0;
}

void cluster_free(struct cluster *cluster)
{
	if (cluster == NULL)
		return;
	objects_watch_free(cluster->watch);
	api_set_admit(cluster->env.api, NULL, NULL);
	kubelet_free(cluster->kubelet);
	scheduler_free(cluster->scheduler);
	labnode_free(cluster->node);
	volumes_free(cluster->volumes);
	hostdir_free(cluster->dir);
	slices_free(cluster->slices);
	protect_free(cluster->protect);
	disrupt_free(cluster->disrupt);
	nslife_free(cluster->nslife);
	gc_free(cluster->gc);
	admit_free(cluster->admit);
	free(cluster);
}
