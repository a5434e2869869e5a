/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/columns.h"

#include "statefuld/attr.h"

#define LIST(...) ((const struct column[]){__VA_ARGS__, {.name = NULL}})
#define TEXT(label, text)                                                      \
	{                                                                      \
		label, "string", "", 0, text                                   \
	}
#define WIDE(label, text)                                                      \
	{                                                                      \
		label, "string", "", 1, text                                   \
	}
#define NAME_DOC "Name of the object, unique within its namespace."
#define NAME                                                                   \
	{                                                                      \
		"Name", "string", "name", 0, NAME_DOC                          \
	}
#define AGE TEXT("Age", "Time since the object was created.")

static const struct column *const lists[KINDS] = {
	[KIND_NAMESPACE] =
		LIST(NAME, TEXT("Status", "Phase of the namespace."), AGE),
	[KIND_NODE] =
		LIST(NAME, TEXT("Status", "Whether the node takes pods."),
		     TEXT("Roles", "Roles that labels give the node."), AGE,
		     TEXT("Version", "Version of the node's kubelet."),
		     WIDE("Internal-IP", "Address inside the cluster."),
		     WIDE("External-IP", "Address from outside the cluster."),
		     WIDE("OS-Image", "Operating system of the node."),
		     WIDE("Kernel-Version", "Kernel of the node."),
		     WIDE("Container-Runtime", "What runs the containers.")),
	[KIND_POD] = LIST(
		NAME, TEXT("Ready", "Ready containers of all containers."),
		TEXT("Status", "What the pod's containers are at."),
		TEXT("Restarts", "How often containers were restarted, and "
				 "when the last time was."),
		AGE, WIDE("IP", "Address of the pod."),
		WIDE("Node", "Node that runs the pod."),
		WIDE("Nominated Node",
		     "Node on which other pods make room for this one."),
		WIDE("Readiness Gates",
		     "Conditions met of those that make the pod ready.")),
	[KIND_SERVICE] = LIST(
		NAME, TEXT("Type", "How the service is reached."),
		TEXT("Cluster-IP", "Address inside the cluster."),
		TEXT("External-IP", "Addresses from outside the cluster."),
		TEXT("Port(s)", "Ports of the service."), AGE,
		WIDE("Selector", "Labels of the pods behind the service.")),
	[KIND_ENDPOINTSLICE] = LIST(
		NAME, TEXT("AddressType", "Kind of address of all endpoints."),
		TEXT("Ports", "Ports of each endpoint."),
		TEXT("Endpoints", "Addresses of the endpoints."), AGE),
	[KIND_CONFIGMAP] = LIST(NAME, TEXT("Data", "Number of entries."), AGE),
	[KIND_SECRET] = LIST(NAME, TEXT("Type", "What the data are for."),
			     TEXT("Data", "Number of entries."), AGE),
	[KIND_SERVICEACCOUNT] = LIST(NAME, AGE),
	[KIND_PV] = LIST(
		NAME, TEXT("Capacity", "Size of the volume."),
		TEXT("Access Modes", "Ways in which it can be mounted."),
		TEXT("Reclaim Policy",
		     "What becomes of the volume when its claim goes."),
		TEXT("Status", "Phase of the volume."),
		TEXT("Claim", "Claim that the volume is bound to."),
		TEXT("StorageClass", "StorageClass of the pv"),
		TEXT("VolumeAttributesClass",
		     "VolumeAttributesClass of the pv"),
		TEXT("Reason", "Why the volume is in a failed state."), AGE,
		WIDE("VolumeMode", "Whether it holds files or is a device.")),
	[KIND_PVC] = LIST(
		NAME, TEXT("Status", "Phase of the claim."),
		TEXT("Volume", "Volume that the claim is bound to."),
		TEXT("Capacity", "Size of the bound volume."),
		TEXT("Access Modes", "Ways in which it can be mounted."),
		TEXT("StorageClass", "StorageClass of the pvc"),
		TEXT("VolumeAttributesClass",
		     "VolumeAttributesClass of the pvc"),
		AGE,
		WIDE("VolumeMode", "Whether it holds files or is a device.")),
	[KIND_EVENT] =
		LIST(TEXT("Last Seen", "When it happened the last time."),
		     TEXT("Type", "Normal or Warning."),
		     TEXT("Reason", "What happened, in one word."),
		     TEXT("Object", "The object that it happened to."),
		     WIDE("Subobject", "The part of the object, if only one."),
		     WIDE("Source", "Who tells of it."),
		     TEXT("Message", "What happened, in a sentence."),
		     WIDE("First Seen", "When it happened the first time."),
		     WIDE("Count", "How often it happened."),
		     {"Name", "string", "name", 1, NAME_DOC}),
	[KIND_SET] =
		LIST(NAME, TEXT("Ready", "Ready pods of those wanted."), AGE,
		     WIDE("Containers", "Names of the containers of a pod."),
		     WIDE("Images", "Images of the containers of a pod.")),
	[KIND_REVISION] =
		LIST(NAME, TEXT("Controller", "Controller of the object"),
		     TEXT("Revision", "Number of the revision."), AGE),
	[KIND_STORAGECLASS] = LIST(
		NAME, TEXT("Provisioner", "Who makes the volumes."),
		TEXT("ReclaimPolicy",
		     "What becomes of a volume when its claim goes."),
		TEXT("VolumeBindingMode", "When claims are bound."),
		TEXT("AllowVolumeExpansion", "Whether volumes may grow."), AGE),
	[KIND_LEASE] = LIST(NAME, TEXT("Holder", "Who holds the lease."), AGE),
	[KIND_PDB] = LIST(
		NAME, TEXT("Min Available", "Pods that must stay available."),
		TEXT("Max Unavailable", "Pods that may be unavailable."),
		{"Allowed Disruptions", "integer", "", 0,
		 "Pods that may be disrupted now."},
		AGE),
	[KIND_LIMITRANGE] = LIST(NAME, {"Created At", "date", "", 0,
					"When the object was created."}),
};

const struct column *columns_of(enum kind_id id)
{
	st_assert(id < KINDS && lists[id] != NULL);
	return lists[id];
}
