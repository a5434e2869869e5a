/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/labnode.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lab/cluster.h"
#include "lab/deed.h"
#include "lab/env.h"
#include "lab/ref.h"
#include "statefuld/clk.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/loop.h"
#include "statefuld/mem.h"

#define RENEW_MS     10000
#define LEASE_S	     40
#define PODS	     100000
#define KUBE_VERSION "v1.36.2"

struct labnode {
	const struct env *env;
	struct loop_timer *timer;
};

static const char *machine_of(const struct utsname *name)
{
	if (strcmp(name->machine, "x86_64") == 0)
		return "amd64";
	if (strcmp(name->machine, "aarch64") == 0)
		return "arm64";
	return name->machine;
}

static void set_resources(struct json *status, const char *name)
{
	struct json *all = json_child_object(status, name);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	char text[48];

	snprintf(text, sizeof(text), "%ld", cpus > 0 ? cpus : 1);
	json_set_str(all, "cpu", text);
	snprintf(text, sizeof(text), "%lldKi",
		 (long long)pages * (page / 1024));
	json_set_str(all, "memory", text);
	snprintf(text, sizeof(text), "%d", PODS);
	json_set_str(all, "pods", text);
}

static void add_condition(struct json *conditions, const char *type, bool value,
			  const char *reason, const char *message)
{
	struct json *item = json_new_object();
	char now[32];

	clk_format(now, clk_wall_us(), 0);
	json_set_str(item, "type", type);
	json_set_str(item, "status", value ? "True" : "False");
	json_set_str(item, "lastHeartbeatTime", now);
	json_set_str(item, "lastTransitionTime", now);
	json_set_str(item, "reason", reason);
	json_set_str(item, "message", message);
	json_push(conditions, item);
}

static void set_conditions(struct json *status)
{
	struct json *all = json_new_array();

	add_condition(all, "MemoryPressure", false,
		      "KubeletHasSufficientMemory",
		      "kubelet has sufficient memory available");
	add_condition(all, "DiskPressure", false, "KubeletHasNoDiskPressure",
		      "kubelet has no disk pressure");
	add_condition(all, "PIDPressure", false, "KubeletHasSufficientPID",
		      "kubelet has sufficient PID available");
	add_condition(all, "Ready", true, "KubeletReady",
		      "kubelet is posting ready status");
	json_set(status, "conditions", all);
}

static void add_address(struct json *addresses, const char *type,
			const char *address)
{
	struct json *item = json_new_object();

	json_set_str(item, "type", type);
	json_set_str(item, "address", address);
	json_push(addresses, item);
}

static void set_info(struct json *status, const struct utsname *name)
{
	struct json *info = json_child_object(status, "nodeInfo");

	json_set_str(info, "machineID", "");
	json_set_str(info, "systemUUID", "");
	json_set_str(info, "bootID", "");
	json_set_str(info, "kernelVersion", name->release);
	json_set_str(info, "osImage", name->sysname);
	json_set_str(info, "containerRuntimeVersion",
		     "simulated://" KUBE_VERSION);
	json_set_str(info, "kubeletVersion", KUBE_VERSION);
	json_set_str(info, "kubeProxyVersion", "");
	json_set_str(info, "operatingSystem", "linux");
	json_set_str(info, "architecture", machine_of(name));
}

static void set_status(struct json *node)
{
	struct json *status = json_child_object(node, "status");
	struct json *addresses = json_new_array();
	struct utsname name;

	if (uname(&name) < 0)
		memset(&name, 0, sizeof(name));
	set_resources(status, "capacity");
	set_resources(status, "allocatable");
	set_conditions(status);
	add_address(addresses, "InternalIP", LABNODE_ADDR);
	add_address(addresses, "Hostname", CLUSTER_NODE);
	json_set(status, "addresses", addresses);
	set_info(status, &name);
}

static struct json *new_node(const char *pod_cidr)
{
	struct json *node = json_new_object();
	struct json *meta, *labels, *spec;
	struct utsname name;
	const char *arch = uname(&name) < 0 ? "amd64" : machine_of(&name);

	json_set_str(node, "kind", "Node");
	json_set_str(node, "apiVersion", "v1");
	meta = json_child_object(node, "metadata");
	json_set_str(meta, "name", CLUSTER_NODE);
	labels = json_child_object(meta, "labels");
	json_set_str(labels, "kubernetes.io/hostname", CLUSTER_NODE);
	json_set_str(labels, "kubernetes.io/os", "linux");
	json_set_str(labels, "kubernetes.io/arch", arch);
	json_set_str(labels, "beta.kubernetes.io/os", "linux");
	json_set_str(labels, "beta.kubernetes.io/arch", arch);
	spec = json_child_object(node, "spec");
	json_set_str(spec, "podCIDR", pod_cidr);
	json_push(json_child_array(spec, "podCIDRs"), json_new_str(pod_cidr));
	return node;
}

static int ensure_node(const struct env *env, const char *pod_cidr,
		       struct err *err)
{
	scope_json struct json *node = NULL;
	struct ref ref = {.kind = KIND_NODE, .name = CLUSTER_NODE};
	struct ref all = {.kind = KIND_NODE};

	node = deed_read(env, &ref);
	if (node == NULL) {
		scope_json struct json *fresh = new_node(pod_cidr);

		if (!deed_post(env, &all, DEED_KUBELET, fresh, &node))
			return err_set(err, ST_ESERVER,
				       "cannot create the node");
	}
	set_status(node);
	if (!deed_put(env, &ref, "/status", DEED_KUBELET, node))
		return err_set(err, ST_ESERVER, "cannot tell the node's state");
	return 0;
}

static struct json *new_lease(const struct ref *ref)
{
	struct json *lease = json_new_object();
	struct json *meta;

	json_set_str(lease, "kind", "Lease");
	json_set_str(lease, "apiVersion", "coordination.k8s.io/v1");
	meta = json_child_object(lease, "metadata");
	json_set_str(meta, "name", ref->name);
	json_set_str(meta, "namespace", ref->ns);
	return lease;
}

static void own_lease(struct json *lease, const struct json *node)
{
	struct json *meta = json_child_object(lease, "metadata");
	struct json *owners = json_new_array(), *owner = json_new_object();

	json_set_str(owner, "apiVersion", "v1");
	json_set_str(owner, "kind", "Node");
	json_set_str(owner, "name", CLUSTER_NODE);
	json_set_str(owner, "uid", ref_uid(node));
	json_push(owners, owner);
	json_set(meta, "ownerReferences", owners);
}

static void renew(void *arg)
{
	struct labnode *self = arg;
	struct ref at = {.kind = KIND_LEASE, .ns = "kube-node-lease"};
	struct ref lease_ref = at;
	struct ref node_ref = {.kind = KIND_NODE, .name = CLUSTER_NODE};
	scope_json struct json *node = deed_read(self->env, &node_ref);
	scope_json struct json *lease = NULL;
	struct json *spec;
	char now[32];
	bool is_new;

	loop_timer_set(self->timer, RENEW_MS);
	if (node == NULL)
		return;
	snprintf(lease_ref.name, sizeof(lease_ref.name), "%s", CLUSTER_NODE);
	lease = deed_read(self->env, &lease_ref);
	is_new = lease == NULL;
	if (is_new)
		lease = new_lease(&lease_ref);
	own_lease(lease, node);
	clk_format(now, clk_wall_us(), 1);
	spec = json_child_object(lease, "spec");
	json_set_str(spec, "holderIdentity", CLUSTER_NODE);
	json_set_int(spec, "leaseDurationSeconds", LEASE_S);
	json_set_str(spec, "renewTime", now);
	if (is_new)
		(void)deed_post(self->env, &at, DEED_KUBELET, lease, NULL);
	else
		(void)deed_put(self->env, &lease_ref, "", DEED_KUBELET, lease);
}

int labnode_new(const struct env *env, const char *pod_cidr,
		struct labnode **ret_node, struct err *err)
{
	struct labnode *self;
	int rc = ensure_node(env, pod_cidr, err);

	if (rc < 0)
		return rc;
	self = mem_zalloc(sizeof(*self));
	self->env = env;
	self->timer = loop_timer_new(env->loop, renew, self);
	renew(self);
	*ret_node = self;
	return 0;
}

void labnode_free(struct labnode *node)
{
	if (node == NULL)
		return;
	loop_timer_free(node->timer);
	free(node);
}
