/* SPDX-License-Identifier: Apache-2.0 */
/* Made by lab/schema/tables.py from lab/schema/types.txt. */
/* clang-format off */
#include "lab/schema_tables.h"

#include <stddef.h>

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* meta/v1 Condition */
static const struct schema_field fields_1[] = {
	{.name = "lastTransitionTime", .form = SCHEMA_TIME, .required = true,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"The same for people to read."},
	{.name = "observedGeneration", .form = SCHEMA_INT64,
	 .doc =
	 	"The metadata.generation that this condition was made "
	 	"from."},
	{.name = "reason", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"What the condition is about."},
};

static const struct schema_type type_1 = {
	.name = "Condition", .group = "meta/v1", .fields = fields_1,
	.n_fields = 6,
};

static const struct schema_field item_0 = {
	.form = SCHEMA_STRING,
};

/* meta/v1 Preconditions */
static const struct schema_field fields_2[] = {
	{.name = "resourceVersion", .form = SCHEMA_STRING, .pointer = true},
	{.name = "uid", .form = SCHEMA_STRING, .pointer = true,
	 .go = "types.UID"},
};

static const struct schema_type type_2 = {
	.name = "Preconditions", .group = "meta/v1", .fields = fields_2,
	.n_fields = 2,
};

/* meta/v1 DeleteOptions */
static const struct schema_field fields_3[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "dryRun", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "gracePeriodSeconds", .form = SCHEMA_INT64, .pointer = true},
	{.name = "ignoreStoreReadErrorWithClusterBreakingPotential",
	 .form = SCHEMA_BOOL, .pointer = true},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "orphanDependents", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "preconditions", .form = SCHEMA_OBJECT, .type = &type_2},
	{.name = "propagationPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.DeletionPropagation"},
};

static const struct schema_type type_3 = {
	.name = "DeleteOptions", .group = "meta/v1", .fields = fields_3,
	.n_fields = 8,
};

/* meta/v1 LabelSelectorRequirement */
static const struct schema_field fields_4[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name of the label."},
	{.name = "operator", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.LabelSelectorOperator",
	 .doc =
	 	"How it is compared: In, NotIn, Exists or DoesNotExist."},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"What it is compared with: at least one for In and NotIn,"
	 	" none for the others."},
};

static const struct schema_type type_4 = {
	.name = "LabelSelectorRequirement", .group = "meta/v1",
	.fields = fields_4, .n_fields = 3,
	.doc =
		"A condition on one label.",
};

static const struct schema_field item_1 = {
	.form = SCHEMA_OBJECT, .type = &type_4,
};

/* meta/v1 LabelSelector */
static const struct schema_field fields_5[] = {
	{.name = "matchExpressions", .form = SCHEMA_LIST, .item = &item_1,
	 .doc =
	 	"Conditions on labels; all must hold."},
	{.name = "matchLabels", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Labels with these very values; all must be there."},
};

static const struct schema_type type_5 = {
	.name = "LabelSelector", .group = "meta/v1", .fields = fields_5,
	.n_fields = 2, .atomic = true,
	.doc =
		"Chooses objects by their labels. All that it says must "
		"hold; an empty one chooses all objects.",
};

/* meta/v1 ListMeta */
static const struct schema_field fields_6[] = {
	{.name = "continue", .form = SCHEMA_STRING},
	{.name = "remainingItemCount", .form = SCHEMA_INT64, .pointer = true},
	{.name = "resourceVersion", .form = SCHEMA_STRING},
	{.name = "selfLink", .form = SCHEMA_STRING},
};

static const struct schema_type type_6 = {
	.name = "ListMeta", .group = "meta/v1", .fields = fields_6,
	.n_fields = 4,
};

/* meta/v1 ManagedFieldsEntry */
static const struct schema_field fields_7[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "fieldsType", .form = SCHEMA_STRING},
	{.name = "fieldsV1", .form = SCHEMA_RAW},
	{.name = "manager", .form = SCHEMA_STRING},
	{.name = "operation", .form = SCHEMA_STRING,
	 .go = "v1.ManagedFieldsOperationType"},
	{.name = "subresource", .form = SCHEMA_STRING},
	{.name = "time", .form = SCHEMA_TIME},
};

static const struct schema_type type_7 = {
	.name = "ManagedFieldsEntry", .group = "meta/v1", .fields = fields_7,
	.n_fields = 7,
};

static const struct schema_field item_2 = {
	.form = SCHEMA_OBJECT, .type = &type_7,
};

/* meta/v1 OwnerReference */
static const struct schema_field fields_8[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Group and version of the owner."},
	{.name = "blockOwnerDeletion", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"A foreground deletion of the owner waits until this "
	 	"object is gone."},
	{.name = "controller", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The owner manages this object; at most one owner does."},
	{.name = "kind", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Kind of the owner."},
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name of the owner."},
	{.name = "uid", .form = SCHEMA_STRING, .required = true,
	 .go = "types.UID",
	 .doc =
	 	"The owner's uid."},
};

static const struct schema_type type_8 = {
	.name = "OwnerReference", .group = "meta/v1", .fields = fields_8,
	.n_fields = 6, .atomic = true,
	.doc =
		"An object that another one belongs to. Both are in one "
		"namespace, or the owner is in none.",
};

static const struct schema_field item_3 = {
	.form = SCHEMA_OBJECT, .type = &type_8, .atomic = true,
};

/* meta/v1 ObjectMeta */
static const struct schema_field fields_9[] = {
	{.name = "annotations", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Free notes by name, for tools and people; they cannot be"
	 	" searched for."},
	{.name = "creationTimestamp", .form = SCHEMA_TIME,
	 .doc =
	 	"When the server made the object. Set by the server."},
	{.name = "deletionGracePeriodSeconds", .form = SCHEMA_INT64,
	 .pointer = true,
	 .doc =
	 	"How long a graceful end may take. Set by the server with"
	 	" deletionTimestamp."},
	{.name = "deletionTimestamp", .form = SCHEMA_TIME,
	 .doc =
	 	"When the object is to be gone: it was asked to be "
	 	"deleted and waits for its finalizers or its grace to run"
	 	" out. Set by the server."},
	{.name = "finalizers", .form = SCHEMA_LIST, .item = &item_0,
	 .list = SCHEMA_SET, .merges = true,
	 .doc =
	 	"Who must act before the object may go. It stays until "
	 	"this list is empty."},
	{.name = "generateName", .form = SCHEMA_STRING,
	 .doc =
	 	"Beginning of a name to which the server adds five "
	 	"letters, used where no name is given."},
	{.name = "generation", .form = SCHEMA_INT64,
	 .doc =
	 	"Counts changes of the desired state. Set by the server."},
	{.name = "labels", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Short facts by name, which selectors can search for."},
	{.name = "managedFields", .form = SCHEMA_LIST, .item = &item_2,
	 .doc =
	 	"Which manager set which fields and when. Kept by the "
	 	"server."},
	{.name = "name", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the object, one of its kind within its "
	 	"namespace. It never changes."},
	{.name = "namespace", .form = SCHEMA_STRING,
	 .doc =
	 	"Namespace in which the object is. It never changes."},
	{.name = "ownerReferences", .form = SCHEMA_LIST, .item = &item_3,
	 .list = SCHEMA_KEYED, .keys = WORDS("uid"), .merges = true,
	 .merge_key = "uid",
	 .doc =
	 	"Objects that this one belongs to. When all of them are "
	 	"gone, it is deleted too."},
	{.name = "resourceVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Which content this is. Sent back with an update, it "
	 	"makes the update fail if somebody else was faster."},
	{.name = "selfLink", .form = SCHEMA_STRING,
	 .doc =
	 	"No longer used."},
	{.name = "uid", .form = SCHEMA_STRING, .go = "types.UID",
	 .doc =
	 	"Tells this object from any other, also from one of the "
	 	"same name that lived before. Set by the server."},
};

static const struct schema_type type_9 = {
	.name = "ObjectMeta", .group = "meta/v1", .fields = fields_9,
	.n_fields = 15,
	.doc =
		"Data that every object has, whatever its kind.",
};

/* v1 AWSElasticBlockStoreVolumeSource */
static const struct schema_field fields_10[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "partition", .form = SCHEMA_INT32},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "volumeID", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_10 = {
	.name = "AWSElasticBlockStoreVolumeSource", .group = "v1",
	.fields = fields_10, .n_fields = 4,
};

/* v1 NodeSelectorRequirement */
static const struct schema_field fields_11[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "operator", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.NodeSelectorOperator"},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_11 = {
	.name = "NodeSelectorRequirement", .group = "v1", .fields = fields_11,
	.n_fields = 3,
};

static const struct schema_field item_4 = {
	.form = SCHEMA_OBJECT, .type = &type_11,
};

/* v1 NodeSelectorTerm */
static const struct schema_field fields_12[] = {
	{.name = "matchExpressions", .form = SCHEMA_LIST, .item = &item_4},
	{.name = "matchFields", .form = SCHEMA_LIST, .item = &item_4},
};

static const struct schema_type type_12 = {
	.name = "NodeSelectorTerm", .group = "v1", .fields = fields_12,
	.n_fields = 2, .atomic = true,
};

/* v1 PreferredSchedulingTerm */
static const struct schema_field fields_13[] = {
	{.name = "preference", .form = SCHEMA_OBJECT, .type = &type_12,
	 .atomic = true, .required = true},
	{.name = "weight", .form = SCHEMA_INT32, .required = true},
};

static const struct schema_type type_13 = {
	.name = "PreferredSchedulingTerm", .group = "v1", .fields = fields_13,
	.n_fields = 2,
};

static const struct schema_field item_5 = {
	.form = SCHEMA_OBJECT, .type = &type_13,
};

static const struct schema_field item_6 = {
	.form = SCHEMA_OBJECT, .type = &type_12, .atomic = true,
};

/* v1 NodeSelector */
static const struct schema_field fields_14[] = {
	{.name = "nodeSelectorTerms", .form = SCHEMA_LIST, .item = &item_6,
	 .required = true},
};

static const struct schema_type type_14 = {
	.name = "NodeSelector", .group = "v1", .fields = fields_14,
	.n_fields = 1, .atomic = true,
};

/* v1 NodeAffinity */
static const struct schema_field fields_15[] = {
	{.name = "preferredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_LIST, .item = &item_5},
	{.name = "requiredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_OBJECT, .type = &type_14, .atomic = true},
};

static const struct schema_type type_15 = {
	.name = "NodeAffinity", .group = "v1", .fields = fields_15,
	.n_fields = 2,
};

/* v1 PodAffinityTerm */
static const struct schema_field fields_16[] = {
	{.name = "labelSelector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true},
	{.name = "matchLabelKeys", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "mismatchLabelKeys", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "namespaceSelector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true},
	{.name = "namespaces", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "topologyKey", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_16 = {
	.name = "PodAffinityTerm", .group = "v1", .fields = fields_16,
	.n_fields = 6,
};

/* v1 WeightedPodAffinityTerm */
static const struct schema_field fields_17[] = {
	{.name = "podAffinityTerm", .form = SCHEMA_OBJECT, .type = &type_16,
	 .required = true},
	{.name = "weight", .form = SCHEMA_INT32, .required = true},
};

static const struct schema_type type_17 = {
	.name = "WeightedPodAffinityTerm", .group = "v1", .fields = fields_17,
	.n_fields = 2,
};

static const struct schema_field item_7 = {
	.form = SCHEMA_OBJECT, .type = &type_17,
};

static const struct schema_field item_8 = {
	.form = SCHEMA_OBJECT, .type = &type_16,
};

/* v1 PodAffinity */
static const struct schema_field fields_18[] = {
	{.name = "preferredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_LIST, .item = &item_7},
	{.name = "requiredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_LIST, .item = &item_8},
};

static const struct schema_type type_18 = {
	.name = "PodAffinity", .group = "v1", .fields = fields_18,
	.n_fields = 2,
};

/* v1 PodAntiAffinity */
static const struct schema_field fields_19[] = {
	{.name = "preferredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_LIST, .item = &item_7},
	{.name = "requiredDuringSchedulingIgnoredDuringExecution",
	 .form = SCHEMA_LIST, .item = &item_8},
};

static const struct schema_type type_19 = {
	.name = "PodAntiAffinity", .group = "v1", .fields = fields_19,
	.n_fields = 2,
};

/* v1 Affinity */
static const struct schema_field fields_20[] = {
	{.name = "nodeAffinity", .form = SCHEMA_OBJECT, .type = &type_15,
	 .doc =
	 	"Which nodes."},
	{.name = "podAffinity", .form = SCHEMA_OBJECT, .type = &type_18,
	 .doc =
	 	"Near which other pods."},
	{.name = "podAntiAffinity", .form = SCHEMA_OBJECT, .type = &type_19,
	 .doc =
	 	"Away from which other pods."},
};

static const struct schema_type type_20 = {
	.name = "Affinity", .group = "v1", .fields = fields_20, .n_fields = 3,
};

/* v1 AppArmorProfile */
static const struct schema_field fields_21[] = {
	{.name = "localhostProfile", .form = SCHEMA_STRING, .pointer = true},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .values = WORDS("Localhost", "RuntimeDefault", "Unconfined"),
	 .go = "v1.AppArmorProfileType"},
};

static const struct schema_type type_21 = {
	.name = "AppArmorProfile", .group = "v1", .fields = fields_21,
	.n_fields = 2,
};

/* v1 AttachedVolume */
static const struct schema_field fields_22[] = {
	{.name = "devicePath", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.UniqueVolumeName"},
};

static const struct schema_type type_22 = {
	.name = "AttachedVolume", .group = "v1", .fields = fields_22,
	.n_fields = 2,
};

/* v1 AzureDiskVolumeSource */
static const struct schema_field fields_23[] = {
	{.name = "cachingMode", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.AzureDataDiskCachingMode"},
	{.name = "diskName", .form = SCHEMA_STRING, .required = true},
	{.name = "diskURI", .form = SCHEMA_STRING, .required = true},
	{.name = "fsType", .form = SCHEMA_STRING, .pointer = true},
	{.name = "kind", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.AzureDataDiskKind",
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "readOnly", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_23 = {
	.name = "AzureDiskVolumeSource", .group = "v1", .fields = fields_23,
	.n_fields = 6,
};

/* v1 AzureFilePersistentVolumeSource */
static const struct schema_field fields_24[] = {
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretName", .form = SCHEMA_STRING, .required = true},
	{.name = "secretNamespace", .form = SCHEMA_STRING, .pointer = true},
	{.name = "shareName", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_24 = {
	.name = "AzureFilePersistentVolumeSource", .group = "v1",
	.fields = fields_24, .n_fields = 4,
};

/* v1 AzureFileVolumeSource */
static const struct schema_field fields_25[] = {
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretName", .form = SCHEMA_STRING, .required = true},
	{.name = "shareName", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_25 = {
	.name = "AzureFileVolumeSource", .group = "v1", .fields = fields_25,
	.n_fields = 3,
};

/* v1 ObjectReference */
static const struct schema_field fields_26[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "fieldPath", .form = SCHEMA_STRING},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "namespace", .form = SCHEMA_STRING},
	{.name = "resourceVersion", .form = SCHEMA_STRING},
	{.name = "uid", .form = SCHEMA_STRING, .go = "types.UID"},
};

static const struct schema_type type_26 = {
	.name = "ObjectReference", .group = "v1", .fields = fields_26,
	.n_fields = 7, .atomic = true,
};

/* v1 Binding */
static const struct schema_field fields_27[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "target", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true, .required = true},
};

static const struct schema_type type_27 = {
	.name = "Binding", .group = "v1", .fields = fields_27, .n_fields = 4,
};

/* v1 SecretReference */
static const struct schema_field fields_28[] = {
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "namespace", .form = SCHEMA_STRING},
};

static const struct schema_type type_28 = {
	.name = "SecretReference", .group = "v1", .fields = fields_28,
	.n_fields = 2, .atomic = true,
};

/* v1 CSIPersistentVolumeSource */
static const struct schema_field fields_29[] = {
	{.name = "controllerExpandSecretRef", .form = SCHEMA_OBJECT,
	 .type = &type_28, .atomic = true},
	{.name = "controllerPublishSecretRef", .form = SCHEMA_OBJECT,
	 .type = &type_28, .atomic = true},
	{.name = "driver", .form = SCHEMA_STRING, .required = true},
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "nodeExpandSecretRef", .form = SCHEMA_OBJECT,
	 .type = &type_28, .atomic = true},
	{.name = "nodePublishSecretRef", .form = SCHEMA_OBJECT,
	 .type = &type_28, .atomic = true},
	{.name = "nodeStageSecretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "volumeAttributes", .form = SCHEMA_MAP, .item = &item_0},
	{.name = "volumeHandle", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_29 = {
	.name = "CSIPersistentVolumeSource", .group = "v1",
	.fields = fields_29, .n_fields = 10,
};

/* v1 LocalObjectReference */
static const struct schema_field fields_30[] = {
	{.name = "name", .form = SCHEMA_STRING},
};

static const struct schema_type type_30 = {
	.name = "LocalObjectReference", .group = "v1", .fields = fields_30,
	.n_fields = 1, .atomic = true,
};

/* v1 CSIVolumeSource */
static const struct schema_field fields_31[] = {
	{.name = "driver", .form = SCHEMA_STRING, .required = true},
	{.name = "fsType", .form = SCHEMA_STRING, .pointer = true},
	{.name = "nodePublishSecretRef", .form = SCHEMA_OBJECT,
	 .type = &type_30, .atomic = true},
	{.name = "readOnly", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "volumeAttributes", .form = SCHEMA_MAP, .item = &item_0},
};

static const struct schema_type type_31 = {
	.name = "CSIVolumeSource", .group = "v1", .fields = fields_31,
	.n_fields = 5,
};

static const struct schema_field item_9 = {
	.form = SCHEMA_STRING, .go = "v1.Capability",
};

/* v1 Capabilities */
static const struct schema_field fields_32[] = {
	{.name = "add", .form = SCHEMA_LIST, .item = &item_9},
	{.name = "drop", .form = SCHEMA_LIST, .item = &item_9},
};

static const struct schema_type type_32 = {
	.name = "Capabilities", .group = "v1", .fields = fields_32,
	.n_fields = 2,
};

/* v1 CephFSPersistentVolumeSource */
static const struct schema_field fields_33[] = {
	{.name = "monitors", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
	{.name = "path", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretFile", .form = SCHEMA_STRING},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
	{.name = "user", .form = SCHEMA_STRING},
};

static const struct schema_type type_33 = {
	.name = "CephFSPersistentVolumeSource", .group = "v1",
	.fields = fields_33, .n_fields = 6,
};

/* v1 CephFSVolumeSource */
static const struct schema_field fields_34[] = {
	{.name = "monitors", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
	{.name = "path", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretFile", .form = SCHEMA_STRING},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
	{.name = "user", .form = SCHEMA_STRING},
};

static const struct schema_type type_34 = {
	.name = "CephFSVolumeSource", .group = "v1", .fields = fields_34,
	.n_fields = 6,
};

/* v1 CinderPersistentVolumeSource */
static const struct schema_field fields_35[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
	{.name = "volumeID", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_35 = {
	.name = "CinderPersistentVolumeSource", .group = "v1",
	.fields = fields_35, .n_fields = 4,
};

/* v1 CinderVolumeSource */
static const struct schema_field fields_36[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
	{.name = "volumeID", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_36 = {
	.name = "CinderVolumeSource", .group = "v1", .fields = fields_36,
	.n_fields = 4,
};

/* v1 ClientIPConfig */
static const struct schema_field fields_37[] = {
	{.name = "timeoutSeconds", .form = SCHEMA_INT32, .pointer = true},
};

static const struct schema_type type_37 = {
	.name = "ClientIPConfig", .group = "v1", .fields = fields_37,
	.n_fields = 1,
};

/* v1 ClusterTrustBundleProjection */
static const struct schema_field fields_38[] = {
	{.name = "labelSelector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true},
	{.name = "name", .form = SCHEMA_STRING, .pointer = true},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "signerName", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_38 = {
	.name = "ClusterTrustBundleProjection", .group = "v1",
	.fields = fields_38, .n_fields = 5,
};

static const struct schema_field item_10 = {
	.form = SCHEMA_BYTES,
};

/* v1 ConfigMap */
static const struct schema_field fields_39[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "binaryData", .form = SCHEMA_MAP, .item = &item_10,
	 .doc =
	 	"Entries of any bytes, in base64."},
	{.name = "data", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Entries of text."},
	{.name = "immutable", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The entries never change again."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
};

static const struct schema_type type_39 = {
	.name = "ConfigMap", .group = "v1", .fields = fields_39, .n_fields = 6,
	.doc =
		"Settings by name, for pods to read.",
};

/* v1 ConfigMapEnvSource */
static const struct schema_field fields_40[] = {
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_40 = {
	.name = "ConfigMapEnvSource", .group = "v1", .fields = fields_40,
	.n_fields = 2,
};

/* v1 ConfigMapKeySelector */
static const struct schema_field fields_41[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_41 = {
	.name = "ConfigMapKeySelector", .group = "v1", .fields = fields_41,
	.n_fields = 3, .atomic = true,
};

/* v1 ConfigMapNodeConfigSource */
static const struct schema_field fields_42[] = {
	{.name = "kubeletConfigKey", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "namespace", .form = SCHEMA_STRING, .required = true},
	{.name = "resourceVersion", .form = SCHEMA_STRING},
	{.name = "uid", .form = SCHEMA_STRING, .go = "types.UID"},
};

static const struct schema_type type_42 = {
	.name = "ConfigMapNodeConfigSource", .group = "v1",
	.fields = fields_42, .n_fields = 5,
};

/* v1 KeyToPath */
static const struct schema_field fields_43[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "mode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_43 = {
	.name = "KeyToPath", .group = "v1", .fields = fields_43, .n_fields = 3,
};

static const struct schema_field item_11 = {
	.form = SCHEMA_OBJECT, .type = &type_43,
};

/* v1 ConfigMapProjection */
static const struct schema_field fields_44[] = {
	{.name = "items", .form = SCHEMA_LIST, .item = &item_11},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_44 = {
	.name = "ConfigMapProjection", .group = "v1", .fields = fields_44,
	.n_fields = 3,
};

/* v1 ConfigMapVolumeSource */
static const struct schema_field fields_45[] = {
	{.name = "defaultMode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "items", .form = SCHEMA_LIST, .item = &item_11},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_45 = {
	.name = "ConfigMapVolumeSource", .group = "v1", .fields = fields_45,
	.n_fields = 4,
};

/* v1 ObjectFieldSelector */
static const struct schema_field fields_46[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "fieldPath", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_46 = {
	.name = "ObjectFieldSelector", .group = "v1", .fields = fields_46,
	.n_fields = 2, .atomic = true,
};

/* v1 FileKeySelector */
static const struct schema_field fields_47[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "volumeName", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_47 = {
	.name = "FileKeySelector", .group = "v1", .fields = fields_47,
	.n_fields = 4, .atomic = true,
};

/* v1 ResourceFieldSelector */
static const struct schema_field fields_48[] = {
	{.name = "containerName", .form = SCHEMA_STRING},
	{.name = "divisor", .form = SCHEMA_QUANTITY},
	{.name = "resource", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_48 = {
	.name = "ResourceFieldSelector", .group = "v1", .fields = fields_48,
	.n_fields = 3, .atomic = true,
};

/* v1 SecretKeySelector */
static const struct schema_field fields_49[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_49 = {
	.name = "SecretKeySelector", .group = "v1", .fields = fields_49,
	.n_fields = 3, .atomic = true,
};

/* v1 EnvVarSource */
static const struct schema_field fields_50[] = {
	{.name = "configMapKeyRef", .form = SCHEMA_OBJECT, .type = &type_41,
	 .atomic = true,
	 .doc =
	 	"An entry of a config map."},
	{.name = "fieldRef", .form = SCHEMA_OBJECT, .type = &type_46,
	 .atomic = true,
	 .doc =
	 	"A field of the pod, such as metadata.name or "
	 	"status.podIP."},
	{.name = "fileKeyRef", .form = SCHEMA_OBJECT, .type = &type_47,
	 .atomic = true,
	 .doc =
	 	"An entry of a file in a volume."},
	{.name = "resourceFieldRef", .form = SCHEMA_OBJECT, .type = &type_48,
	 .atomic = true,
	 .doc =
	 	"A resource of a container."},
	{.name = "secretKeyRef", .form = SCHEMA_OBJECT, .type = &type_49,
	 .atomic = true,
	 .doc =
	 	"An entry of a secret."},
};

static const struct schema_type type_50 = {
	.name = "EnvVarSource", .group = "v1", .fields = fields_50,
	.n_fields = 5,
};

/* v1 EnvVar */
static const struct schema_field fields_51[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name of the variable."},
	{.name = "value", .form = SCHEMA_STRING,
	 .doc =
	 	"Its value; $(NAME) stands for a variable before it."},
	{.name = "valueFrom", .form = SCHEMA_OBJECT, .type = &type_50,
	 .doc =
	 	"Where its value comes from, in place of value."},
};

static const struct schema_type type_51 = {
	.name = "EnvVar", .group = "v1", .fields = fields_51, .n_fields = 3,
	.doc =
		"An environment variable.",
};

static const struct schema_field item_12 = {
	.form = SCHEMA_OBJECT, .type = &type_51,
};

/* v1 SecretEnvSource */
static const struct schema_field fields_52[] = {
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_52 = {
	.name = "SecretEnvSource", .group = "v1", .fields = fields_52,
	.n_fields = 2,
};

/* v1 EnvFromSource */
static const struct schema_field fields_53[] = {
	{.name = "configMapRef", .form = SCHEMA_OBJECT, .type = &type_40},
	{.name = "prefix", .form = SCHEMA_STRING},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_52},
};

static const struct schema_type type_53 = {
	.name = "EnvFromSource", .group = "v1", .fields = fields_53,
	.n_fields = 3,
};

static const struct schema_field item_13 = {
	.form = SCHEMA_OBJECT, .type = &type_53,
};

/* v1 ExecAction */
static const struct schema_field fields_54[] = {
	{.name = "command", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_54 = {
	.name = "ExecAction", .group = "v1", .fields = fields_54,
	.n_fields = 1,
};

/* v1 HTTPHeader */
static const struct schema_field fields_55[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "value", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_55 = {
	.name = "HTTPHeader", .group = "v1", .fields = fields_55,
	.n_fields = 2,
};

static const struct schema_field item_14 = {
	.form = SCHEMA_OBJECT, .type = &type_55,
};

/* v1 HTTPGetAction */
static const struct schema_field fields_56[] = {
	{.name = "host", .form = SCHEMA_STRING},
	{.name = "httpHeaders", .form = SCHEMA_LIST, .item = &item_14},
	{.name = "path", .form = SCHEMA_STRING},
	{.name = "port", .form = SCHEMA_INT_OR_STRING, .required = true},
	{.name = "scheme", .form = SCHEMA_STRING,
	 .values = WORDS("HTTP", "HTTPS"), .go = "v1.URIScheme"},
};

static const struct schema_type type_56 = {
	.name = "HTTPGetAction", .group = "v1", .fields = fields_56,
	.n_fields = 5,
};

/* v1 SleepAction */
static const struct schema_field fields_57[] = {
	{.name = "seconds", .form = SCHEMA_INT64, .required = true},
};

static const struct schema_type type_57 = {
	.name = "SleepAction", .group = "v1", .fields = fields_57,
	.n_fields = 1,
};

/* v1 TCPSocketAction */
static const struct schema_field fields_58[] = {
	{.name = "host", .form = SCHEMA_STRING},
	{.name = "port", .form = SCHEMA_INT_OR_STRING, .required = true},
};

static const struct schema_type type_58 = {
	.name = "TCPSocketAction", .group = "v1", .fields = fields_58,
	.n_fields = 2,
};

/* v1 LifecycleHandler */
static const struct schema_field fields_59[] = {
	{.name = "exec", .form = SCHEMA_OBJECT, .type = &type_54},
	{.name = "httpGet", .form = SCHEMA_OBJECT, .type = &type_56},
	{.name = "sleep", .form = SCHEMA_OBJECT, .type = &type_57},
	{.name = "tcpSocket", .form = SCHEMA_OBJECT, .type = &type_58},
};

static const struct schema_type type_59 = {
	.name = "LifecycleHandler", .group = "v1", .fields = fields_59,
	.n_fields = 4,
};

/* v1 Lifecycle */
static const struct schema_field fields_60[] = {
	{.name = "postStart", .form = SCHEMA_OBJECT, .type = &type_59},
	{.name = "preStop", .form = SCHEMA_OBJECT, .type = &type_59},
	{.name = "stopSignal", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.Signal"},
};

static const struct schema_type type_60 = {
	.name = "Lifecycle", .group = "v1", .fields = fields_60, .n_fields = 3,
};

/* v1 GRPCAction */
static const struct schema_field fields_61[] = {
	{.name = "port", .form = SCHEMA_INT32, .required = true},
	{.name = "service", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_61 = {
	.name = "GRPCAction", .group = "v1", .fields = fields_61,
	.n_fields = 2,
};

/* v1 Probe */
static const struct schema_field fields_62[] = {
	{.name = "exec", .form = SCHEMA_OBJECT, .type = &type_54,
	 .doc =
	 	"Runs a command in the container; all is well if it exits"
	 	" with 0."},
	{.name = "failureThreshold", .form = SCHEMA_INT32,
	 .doc =
	 	"Failures in a row that count as failed; 3 by default."},
	{.name = "grpc", .form = SCHEMA_OBJECT, .type = &type_61,
	 .doc =
	 	"Asks the health service of gRPC."},
	{.name = "httpGet", .form = SCHEMA_OBJECT, .type = &type_56,
	 .doc =
	 	"Asks by HTTP; answers from 200 to 399 are well."},
	{.name = "initialDelaySeconds", .form = SCHEMA_INT32,
	 .doc =
	 	"Seconds after the start before the first probe."},
	{.name = "periodSeconds", .form = SCHEMA_INT32,
	 .doc =
	 	"Seconds between probes; 10 by default."},
	{.name = "successThreshold", .form = SCHEMA_INT32,
	 .doc =
	 	"Successes in a row that count as well again; 1 by "
	 	"default."},
	{.name = "tcpSocket", .form = SCHEMA_OBJECT, .type = &type_58,
	 .doc =
	 	"Opens a TCP connection."},
	{.name = "terminationGracePeriodSeconds", .form = SCHEMA_INT64,
	 .pointer = true,
	 .doc =
	 	"Grace for the container when the probe fails, in place "
	 	"of the pod's."},
	{.name = "timeoutSeconds", .form = SCHEMA_INT32,
	 .doc =
	 	"Seconds that a probe may take; 1 by default."},
};

static const struct schema_type type_62 = {
	.name = "Probe", .group = "v1", .fields = fields_62, .n_fields = 10,
	.doc =
		"How the health of a container is looked at.",
};

/* v1 ContainerPort */
static const struct schema_field fields_63[] = {
	{.name = "containerPort", .form = SCHEMA_INT32, .required = true,
	 .doc =
	 	"Number of the port, 1 to 65535."},
	{.name = "hostIP", .form = SCHEMA_STRING,
	 .doc =
	 	"Address of the node that leads to the port."},
	{.name = "hostPort", .form = SCHEMA_INT32,
	 .doc =
	 	"Port of the node that leads to the port."},
	{.name = "name", .form = SCHEMA_STRING,
	 .doc =
	 	"Name by which services and probes can speak of the port."},
	{.name = "protocol", .form = SCHEMA_STRING,
	 .values = WORDS("SCTP", "TCP", "UDP"), .fallback = "TCP",
	 .go = "v1.Protocol",
	 .doc =
	 	"TCP, the default, UDP or SCTP."},
};

static const struct schema_type type_63 = {
	.name = "ContainerPort", .group = "v1", .fields = fields_63,
	.n_fields = 5,
	.doc =
		"A port that a container listens on.",
};

static const struct schema_field item_15 = {
	.form = SCHEMA_OBJECT, .type = &type_63,
};

/* v1 ContainerResizePolicy */
static const struct schema_field fields_64[] = {
	{.name = "resourceName", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ResourceName"},
	{.name = "restartPolicy", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ResourceResizeRestartPolicy"},
};

static const struct schema_type type_64 = {
	.name = "ContainerResizePolicy", .group = "v1", .fields = fields_64,
	.n_fields = 2,
};

static const struct schema_field item_16 = {
	.form = SCHEMA_OBJECT, .type = &type_64,
};

/* v1 ResourceClaim */
static const struct schema_field fields_65[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "request", .form = SCHEMA_STRING},
};

static const struct schema_type type_65 = {
	.name = "ResourceClaim", .group = "v1", .fields = fields_65,
	.n_fields = 2,
};

static const struct schema_field item_17 = {
	.form = SCHEMA_OBJECT, .type = &type_65,
};

static const struct schema_field item_18 = {
	.form = SCHEMA_QUANTITY,
};

/* v1 ResourceRequirements */
static const struct schema_field fields_66[] = {
	{.name = "claims", .form = SCHEMA_LIST, .item = &item_17,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"),
	 .doc =
	 	"Devices out of the pod's resourceClaims."},
	{.name = "limits", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"What may be used at most, by resource."},
	{.name = "requests", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"What must be free on the node, by resource; the limits "
	 	"by default."},
};

static const struct schema_type type_66 = {
	.name = "ResourceRequirements", .group = "v1", .fields = fields_66,
	.n_fields = 3,
	.doc =
		"What is asked for and what may be used at most.",
};

static const struct schema_field item_19 = {
	.form = SCHEMA_INT32,
};

/* v1 ContainerRestartRuleOnExitCodes */
static const struct schema_field fields_67[] = {
	{.name = "operator", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ContainerRestartRuleOnExitCodesOperator"},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_19,
	 .list = SCHEMA_SET},
};

static const struct schema_type type_67 = {
	.name = "ContainerRestartRuleOnExitCodes", .group = "v1",
	.fields = fields_67, .n_fields = 2,
};

/* v1 ContainerRestartRule */
static const struct schema_field fields_68[] = {
	{.name = "action", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ContainerRestartRuleAction"},
	{.name = "exitCodes", .form = SCHEMA_OBJECT, .type = &type_67},
};

static const struct schema_type type_68 = {
	.name = "ContainerRestartRule", .group = "v1", .fields = fields_68,
	.n_fields = 2,
};

static const struct schema_field item_20 = {
	.form = SCHEMA_OBJECT, .type = &type_68,
};

/* v1 SELinuxOptions */
static const struct schema_field fields_69[] = {
	{.name = "level", .form = SCHEMA_STRING},
	{.name = "role", .form = SCHEMA_STRING},
	{.name = "type", .form = SCHEMA_STRING},
	{.name = "user", .form = SCHEMA_STRING},
};

static const struct schema_type type_69 = {
	.name = "SELinuxOptions", .group = "v1", .fields = fields_69,
	.n_fields = 4,
};

/* v1 SeccompProfile */
static const struct schema_field fields_70[] = {
	{.name = "localhostProfile", .form = SCHEMA_STRING, .pointer = true},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .values = WORDS("Localhost", "RuntimeDefault", "Unconfined"),
	 .go = "v1.SeccompProfileType"},
};

static const struct schema_type type_70 = {
	.name = "SeccompProfile", .group = "v1", .fields = fields_70,
	.n_fields = 2,
};

/* v1 WindowsSecurityContextOptions */
static const struct schema_field fields_71[] = {
	{.name = "gmsaCredentialSpec", .form = SCHEMA_STRING, .pointer = true},
	{.name = "gmsaCredentialSpecName", .form = SCHEMA_STRING,
	 .pointer = true},
	{.name = "hostProcess", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "runAsUserName", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_71 = {
	.name = "WindowsSecurityContextOptions", .group = "v1",
	.fields = fields_71, .n_fields = 4,
};

/* v1 SecurityContext */
static const struct schema_field fields_72[] = {
	{.name = "allowPrivilegeEscalation", .form = SCHEMA_BOOL,
	 .pointer = true},
	{.name = "appArmorProfile", .form = SCHEMA_OBJECT, .type = &type_21},
	{.name = "capabilities", .form = SCHEMA_OBJECT, .type = &type_32},
	{.name = "privileged", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The container may do all that the node's root may do."},
	{.name = "procMount", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.ProcMountType"},
	{.name = "readOnlyRootFilesystem", .form = SCHEMA_BOOL,
	 .pointer = true,
	 .doc =
	 	"Its root file system cannot be written to."},
	{.name = "runAsGroup", .form = SCHEMA_INT64, .pointer = true,
	 .doc =
	 	"Group as which it runs."},
	{.name = "runAsNonRoot", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"Refuses to start it as root."},
	{.name = "runAsUser", .form = SCHEMA_INT64, .pointer = true,
	 .doc =
	 	"User as which it runs."},
	{.name = "seLinuxOptions", .form = SCHEMA_OBJECT, .type = &type_69},
	{.name = "seccompProfile", .form = SCHEMA_OBJECT, .type = &type_70},
	{.name = "windowsOptions", .form = SCHEMA_OBJECT, .type = &type_71},
};

static const struct schema_type type_72 = {
	.name = "SecurityContext", .group = "v1", .fields = fields_72,
	.n_fields = 12,
	.doc =
		"Security settings of a container; they win over the "
		"pod's.",
};

/* v1 VolumeDevice */
static const struct schema_field fields_73[] = {
	{.name = "devicePath", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_73 = {
	.name = "VolumeDevice", .group = "v1", .fields = fields_73,
	.n_fields = 2,
};

static const struct schema_field item_21 = {
	.form = SCHEMA_OBJECT, .type = &type_73,
};

/* v1 VolumeMount */
static const struct schema_field fields_74[] = {
	{.name = "mountPath", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Where it appears."},
	{.name = "mountPropagation", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.MountPropagationMode",
	 .doc =
	 	"Whether mounts made below it are seen outside, or those "
	 	"outside inside."},
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name of the volume."},
	{.name = "readOnly", .form = SCHEMA_BOOL,
	 .doc =
	 	"It cannot be written to."},
	{.name = "recursiveReadOnly", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.RecursiveReadOnlyMode",
	 .doc =
	 	"Whether mounts below it are read-only, too."},
	{.name = "subPath", .form = SCHEMA_STRING,
	 .doc =
	 	"Folder of the volume that is mounted; its root by "
	 	"default."},
	{.name = "subPathExpr", .form = SCHEMA_STRING,
	 .doc =
	 	"The same with $(NAME) for environment variables."},
};

static const struct schema_type type_74 = {
	.name = "VolumeMount", .group = "v1", .fields = fields_74,
	.n_fields = 7,
	.doc =
		"A volume in the file system of a container.",
};

static const struct schema_field item_22 = {
	.form = SCHEMA_OBJECT, .type = &type_74,
};

/* v1 Container */
static const struct schema_field fields_75[] = {
	{.name = "args", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Arguments of the command; those of the image by default."},
	{.name = "command", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"What is run; that of the image by default."},
	{.name = "env", .form = SCHEMA_LIST, .item = &item_12,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Environment variables."},
	{.name = "envFrom", .form = SCHEMA_LIST, .item = &item_13,
	 .doc =
	 	"Config maps and secrets whose entries become environment"
	 	" variables."},
	{.name = "image", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the image."},
	{.name = "imagePullPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("Always", "IfNotPresent", "Never"),
	 .go = "v1.PullPolicy",
	 .doc =
	 	"When the image is pulled: Always (the default for tag "
	 	"latest), IfNotPresent or Never."},
	{.name = "lifecycle", .form = SCHEMA_OBJECT, .type = &type_60,
	 .doc =
	 	"What to do after its start and before its end."},
	{.name = "livenessProbe", .form = SCHEMA_OBJECT, .type = &type_62,
	 .doc =
	 	"Tells whether the container lives; it is restarted if "
	 	"not."},
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name of the container, one of its kind in the pod."},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_15,
	 .list = SCHEMA_KEYED, .keys = WORDS("containerPort", "protocol"),
	 .merges = true, .merge_key = "containerPort",
	 .doc =
	 	"Ports that the container listens on."},
	{.name = "readinessProbe", .form = SCHEMA_OBJECT, .type = &type_62,
	 .doc =
	 	"Tells whether the container can serve; the pod leaves "
	 	"the services if not."},
	{.name = "resizePolicy", .form = SCHEMA_LIST, .item = &item_16,
	 .doc =
	 	"Which resources can change without a restart."},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_66,
	 .keep = true,
	 .doc =
	 	"Resources that it asks for, and those it may use at "
	 	"most."},
	{.name = "restartPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.ContainerRestartPolicy",
	 .doc =
	 	"In place of the pod's; Always makes an init container "
	 	"run on beside the others."},
	{.name = "restartPolicyRules", .form = SCHEMA_LIST, .item = &item_20,
	 .doc =
	 	"When to restart by exit code."},
	{.name = "securityContext", .form = SCHEMA_OBJECT, .type = &type_72,
	 .doc =
	 	"Users, capabilities and other security settings."},
	{.name = "startupProbe", .form = SCHEMA_OBJECT, .type = &type_62,
	 .doc =
	 	"Tells when the container has started; other probes wait "
	 	"for it."},
	{.name = "stdin", .form = SCHEMA_BOOL,
	 .doc =
	 	"The container has a standard input."},
	{.name = "stdinOnce", .form = SCHEMA_BOOL,
	 .doc =
	 	"Standard input closes with the first client."},
	{.name = "terminationMessagePath", .form = SCHEMA_STRING,
	 .doc =
	 	"File whose content is told when the container ends."},
	{.name = "terminationMessagePolicy", .form = SCHEMA_STRING,
	 .values = WORDS("FallbackToLogsOnError", "File"),
	 .go = "v1.TerminationMessagePolicy",
	 .doc =
	 	"Where the message about its end comes from: File, the "
	 	"default, or FallbackToLogsOnError."},
	{.name = "tty", .form = SCHEMA_BOOL,
	 .doc =
	 	"The container has a terminal."},
	{.name = "volumeDevices", .form = SCHEMA_LIST, .item = &item_21,
	 .list = SCHEMA_KEYED, .keys = WORDS("devicePath"), .merges = true,
	 .merge_key = "devicePath",
	 .doc =
	 	"Block devices that it sees."},
	{.name = "volumeMounts", .form = SCHEMA_LIST, .item = &item_22,
	 .list = SCHEMA_KEYED, .keys = WORDS("mountPath"), .merges = true,
	 .merge_key = "mountPath",
	 .doc =
	 	"Volumes that it sees in its file system."},
	{.name = "workingDir", .form = SCHEMA_STRING,
	 .doc =
	 	"Folder in which it starts; that of the image by default."},
};

static const struct schema_type type_75 = {
	.name = "Container", .group = "v1", .fields = fields_75,
	.n_fields = 25,
	.doc =
		"One container of a pod.",
};

/* v1 ContainerExtendedResourceRequest */
static const struct schema_field fields_76[] = {
	{.name = "containerName", .form = SCHEMA_STRING, .required = true},
	{.name = "requestName", .form = SCHEMA_STRING, .required = true},
	{.name = "resourceName", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_76 = {
	.name = "ContainerExtendedResourceRequest", .group = "v1",
	.fields = fields_76, .n_fields = 3,
};

/* v1 ContainerImage */
static const struct schema_field fields_77[] = {
	{.name = "names", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
	{.name = "sizeBytes", .form = SCHEMA_INT64},
};

static const struct schema_type type_77 = {
	.name = "ContainerImage", .group = "v1", .fields = fields_77,
	.n_fields = 2,
};

/* v1 ContainerStateRunning */
static const struct schema_field fields_78[] = {
	{.name = "startedAt", .form = SCHEMA_TIME},
};

static const struct schema_type type_78 = {
	.name = "ContainerStateRunning", .group = "v1", .fields = fields_78,
	.n_fields = 1,
};

/* v1 ContainerStateTerminated */
static const struct schema_field fields_79[] = {
	{.name = "containerID", .form = SCHEMA_STRING},
	{.name = "exitCode", .form = SCHEMA_INT32, .required = true,
	 .keep = true},
	{.name = "finishedAt", .form = SCHEMA_TIME},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "signal", .form = SCHEMA_INT32},
	{.name = "startedAt", .form = SCHEMA_TIME},
};

static const struct schema_type type_79 = {
	.name = "ContainerStateTerminated", .group = "v1", .fields = fields_79,
	.n_fields = 7,
};

/* v1 ContainerStateWaiting */
static const struct schema_field fields_80[] = {
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
};

static const struct schema_type type_80 = {
	.name = "ContainerStateWaiting", .group = "v1", .fields = fields_80,
	.n_fields = 2,
};

/* v1 ContainerState */
static const struct schema_field fields_81[] = {
	{.name = "running", .form = SCHEMA_OBJECT, .type = &type_78},
	{.name = "terminated", .form = SCHEMA_OBJECT, .type = &type_79},
	{.name = "waiting", .form = SCHEMA_OBJECT, .type = &type_80},
};

static const struct schema_type type_81 = {
	.name = "ContainerState", .group = "v1", .fields = fields_81,
	.n_fields = 3,
};

/* v1 ResourceHealth */
static const struct schema_field fields_82[] = {
	{.name = "health", .form = SCHEMA_STRING,
	 .go = "v1.ResourceHealthStatus"},
	{.name = "message", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"The same for people to read."},
	{.name = "resourceID", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ResourceID"},
};

static const struct schema_type type_82 = {
	.name = "ResourceHealth", .group = "v1", .fields = fields_82,
	.n_fields = 3,
};

static const struct schema_field item_23 = {
	.form = SCHEMA_OBJECT, .type = &type_82,
};

/* v1 ResourceStatus */
static const struct schema_field fields_83[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ResourceName"},
	{.name = "resources", .form = SCHEMA_LIST, .item = &item_23,
	 .list = SCHEMA_KEYED, .keys = WORDS("resourceID")},
};

static const struct schema_type type_83 = {
	.name = "ResourceStatus", .group = "v1", .fields = fields_83,
	.n_fields = 2,
};

static const struct schema_field item_24 = {
	.form = SCHEMA_OBJECT, .type = &type_83,
};

static const struct schema_field item_25 = {
	.form = SCHEMA_INT64,
};

/* v1 LinuxContainerUser */
static const struct schema_field fields_84[] = {
	{.name = "gid", .form = SCHEMA_INT64, .required = true},
	{.name = "supplementalGroups", .form = SCHEMA_LIST, .item = &item_25},
	{.name = "uid", .form = SCHEMA_INT64, .required = true},
};

static const struct schema_type type_84 = {
	.name = "LinuxContainerUser", .group = "v1", .fields = fields_84,
	.n_fields = 3,
};

/* v1 ContainerUser */
static const struct schema_field fields_85[] = {
	{.name = "linux", .form = SCHEMA_OBJECT, .type = &type_84},
};

static const struct schema_type type_85 = {
	.name = "ContainerUser", .group = "v1", .fields = fields_85,
	.n_fields = 1,
};

/* v1 ImageVolumeStatus */
static const struct schema_field fields_86[] = {
	{.name = "imageRef", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_86 = {
	.name = "ImageVolumeStatus", .group = "v1", .fields = fields_86,
	.n_fields = 1,
};

/* v1 VolumeStatus */
static const struct schema_field fields_87[] = {
	{.name = "image", .form = SCHEMA_OBJECT, .type = &type_86},
};

static const struct schema_type type_87 = {
	.name = "VolumeStatus", .group = "v1", .fields = fields_87,
	.n_fields = 1,
};

/* v1 VolumeMountStatus */
static const struct schema_field fields_88[] = {
	{.name = "mountPath", .form = SCHEMA_STRING, .required = true},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "recursiveReadOnly", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.RecursiveReadOnlyMode"},
	{.name = "volumeStatus", .form = SCHEMA_OBJECT, .type = &type_87},
};

static const struct schema_type type_88 = {
	.name = "VolumeMountStatus", .group = "v1", .fields = fields_88,
	.n_fields = 5,
};

static const struct schema_field item_26 = {
	.form = SCHEMA_OBJECT, .type = &type_88,
};

/* v1 ContainerStatus */
static const struct schema_field fields_89[] = {
	{.name = "allocatedResources", .form = SCHEMA_MAP, .item = &item_18},
	{.name = "allocatedResourcesStatus", .form = SCHEMA_LIST,
	 .item = &item_24, .list = SCHEMA_KEYED, .keys = WORDS("name"),
	 .merges = true, .merge_key = "name"},
	{.name = "containerID", .form = SCHEMA_STRING,
	 .doc =
	 	"ID of the container at its runtime."},
	{.name = "image", .form = SCHEMA_STRING, .required = true,
	 .keep = true,
	 .doc =
	 	"Name of the image that runs."},
	{.name = "imageID", .form = SCHEMA_STRING, .required = true,
	 .keep = true,
	 .doc =
	 	"ID of the image that runs."},
	{.name = "lastState", .form = SCHEMA_OBJECT, .type = &type_81,
	 .keep = true,
	 .doc =
	 	"State before the last restart."},
	{.name = "name", .form = SCHEMA_STRING, .required = true, .keep = true,
	 .doc =
	 	"Name of the container."},
	{.name = "ready", .form = SCHEMA_BOOL, .required = true, .keep = true,
	 .doc =
	 	"Whether it is ready to serve."},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_66},
	{.name = "restartCount", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"How often it was restarted."},
	{.name = "started", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"Whether it has started."},
	{.name = "state", .form = SCHEMA_OBJECT, .type = &type_81,
	 .keep = true,
	 .doc =
	 	"Waiting, running or terminated."},
	{.name = "stopSignal", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.Signal"},
	{.name = "user", .form = SCHEMA_OBJECT, .type = &type_85},
	{.name = "volumeMounts", .form = SCHEMA_LIST, .item = &item_26,
	 .list = SCHEMA_KEYED, .keys = WORDS("mountPath"), .merges = true,
	 .merge_key = "mountPath"},
};

static const struct schema_type type_89 = {
	.name = "ContainerStatus", .group = "v1", .fields = fields_89,
	.n_fields = 15,
	.doc =
		"State in which a container was last seen.",
};

/* v1 DaemonEndpoint */
static const struct schema_field fields_90[] = {
	{.name = "Port", .form = SCHEMA_INT32, .required = true, .keep = true},
};

static const struct schema_type type_90 = {
	.name = "DaemonEndpoint", .group = "v1", .fields = fields_90,
	.n_fields = 1,
};

/* v1 DownwardAPIVolumeFile */
static const struct schema_field fields_91[] = {
	{.name = "fieldRef", .form = SCHEMA_OBJECT, .type = &type_46,
	 .atomic = true},
	{.name = "mode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "resourceFieldRef", .form = SCHEMA_OBJECT, .type = &type_48,
	 .atomic = true},
};

static const struct schema_type type_91 = {
	.name = "DownwardAPIVolumeFile", .group = "v1", .fields = fields_91,
	.n_fields = 4,
};

static const struct schema_field item_27 = {
	.form = SCHEMA_OBJECT, .type = &type_91,
};

/* v1 DownwardAPIProjection */
static const struct schema_field fields_92[] = {
	{.name = "items", .form = SCHEMA_LIST, .item = &item_27},
};

static const struct schema_type type_92 = {
	.name = "DownwardAPIProjection", .group = "v1", .fields = fields_92,
	.n_fields = 1,
};

/* v1 DownwardAPIVolumeSource */
static const struct schema_field fields_93[] = {
	{.name = "defaultMode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "items", .form = SCHEMA_LIST, .item = &item_27},
};

static const struct schema_type type_93 = {
	.name = "DownwardAPIVolumeSource", .group = "v1", .fields = fields_93,
	.n_fields = 2,
};

/* v1 EmptyDirVolumeSource */
static const struct schema_field fields_94[] = {
	{.name = "medium", .form = SCHEMA_STRING, .go = "v1.StorageMedium"},
	{.name = "sizeLimit", .form = SCHEMA_QUANTITY},
};

static const struct schema_type type_94 = {
	.name = "EmptyDirVolumeSource", .group = "v1", .fields = fields_94,
	.n_fields = 2,
};

/* v1 EphemeralContainer */
static const struct schema_field fields_95[] = {
	{.name = "args", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "command", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "env", .form = SCHEMA_LIST, .item = &item_12,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name"},
	{.name = "envFrom", .form = SCHEMA_LIST, .item = &item_13},
	{.name = "image", .form = SCHEMA_STRING},
	{.name = "imagePullPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("Always", "IfNotPresent", "Never"),
	 .go = "v1.PullPolicy"},
	{.name = "lifecycle", .form = SCHEMA_OBJECT, .type = &type_60},
	{.name = "livenessProbe", .form = SCHEMA_OBJECT, .type = &type_62},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_15,
	 .list = SCHEMA_KEYED, .keys = WORDS("containerPort", "protocol"),
	 .merges = true, .merge_key = "containerPort"},
	{.name = "readinessProbe", .form = SCHEMA_OBJECT, .type = &type_62},
	{.name = "resizePolicy", .form = SCHEMA_LIST, .item = &item_16},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_66,
	 .keep = true},
	{.name = "restartPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.ContainerRestartPolicy"},
	{.name = "restartPolicyRules", .form = SCHEMA_LIST, .item = &item_20},
	{.name = "securityContext", .form = SCHEMA_OBJECT, .type = &type_72},
	{.name = "startupProbe", .form = SCHEMA_OBJECT, .type = &type_62},
	{.name = "stdin", .form = SCHEMA_BOOL},
	{.name = "stdinOnce", .form = SCHEMA_BOOL},
	{.name = "targetContainerName", .form = SCHEMA_STRING},
	{.name = "terminationMessagePath", .form = SCHEMA_STRING},
	{.name = "terminationMessagePolicy", .form = SCHEMA_STRING,
	 .values = WORDS("FallbackToLogsOnError", "File"),
	 .go = "v1.TerminationMessagePolicy"},
	{.name = "tty", .form = SCHEMA_BOOL},
	{.name = "volumeDevices", .form = SCHEMA_LIST, .item = &item_21,
	 .list = SCHEMA_KEYED, .keys = WORDS("devicePath"), .merges = true,
	 .merge_key = "devicePath"},
	{.name = "volumeMounts", .form = SCHEMA_LIST, .item = &item_22,
	 .list = SCHEMA_KEYED, .keys = WORDS("mountPath"), .merges = true,
	 .merge_key = "mountPath"},
	{.name = "workingDir", .form = SCHEMA_STRING},
};

static const struct schema_type type_95 = {
	.name = "EphemeralContainer", .group = "v1", .fields = fields_95,
	.n_fields = 26,
};

static const struct schema_field item_28 = {
	.form = SCHEMA_STRING, .go = "v1.PersistentVolumeAccessMode",
};

/* v1 TypedLocalObjectReference */
static const struct schema_field fields_96[] = {
	{.name = "apiGroup", .form = SCHEMA_STRING, .pointer = true},
	{.name = "kind", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_96 = {
	.name = "TypedLocalObjectReference", .group = "v1",
	.fields = fields_96, .n_fields = 3, .atomic = true,
};

/* v1 TypedObjectReference */
static const struct schema_field fields_97[] = {
	{.name = "apiGroup", .form = SCHEMA_STRING, .pointer = true},
	{.name = "kind", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "namespace", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_97 = {
	.name = "TypedObjectReference", .group = "v1", .fields = fields_97,
	.n_fields = 4,
};

/* v1 VolumeResourceRequirements */
static const struct schema_field fields_98[] = {
	{.name = "limits", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"The most that the volume may have, by resource."},
	{.name = "requests", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"The least that the volume must have, by resource."},
};

static const struct schema_type type_98 = {
	.name = "VolumeResourceRequirements", .group = "v1",
	.fields = fields_98, .n_fields = 2,
};

/* v1 PersistentVolumeClaimSpec */
static const struct schema_field fields_99[] = {
	{.name = "accessModes", .form = SCHEMA_LIST, .item = &item_28,
	 .doc =
	 	"How the volume is used: ReadWriteOnce, ReadOnlyMany, "
	 	"ReadWriteMany or ReadWriteOncePod."},
	{.name = "dataSource", .form = SCHEMA_OBJECT, .type = &type_96,
	 .atomic = true,
	 .doc =
	 	"A snapshot or a claim whose content the volume begins "
	 	"with."},
	{.name = "dataSourceRef", .form = SCHEMA_OBJECT, .type = &type_97,
	 .doc =
	 	"The same, for objects of other kinds and namespaces too."},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_98,
	 .keep = true,
	 .doc =
	 	"How much storage is asked for."},
	{.name = "selector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true,
	 .doc =
	 	"Labels that the volume must have."},
	{.name = "storageClassName", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Class that makes the volume. Missing: the default class;"
	 	" \"\": none."},
	{.name = "volumeAttributesClassName", .form = SCHEMA_STRING,
	 .pointer = true,
	 .doc =
	 	"Class of changeable attributes of the volume."},
	{.name = "volumeMode", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("Block", "Filesystem"),
	 .go = "v1.PersistentVolumeMode",
	 .doc =
	 	"Filesystem, the default, or Block."},
	{.name = "volumeName", .form = SCHEMA_STRING,
	 .doc =
	 	"Volume that the claim is bound to."},
};

static const struct schema_type type_99 = {
	.name = "PersistentVolumeClaimSpec", .group = "v1",
	.fields = fields_99, .n_fields = 9,
};

/* v1 PersistentVolumeClaimTemplate */
static const struct schema_field fields_100[] = {
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_99,
	 .required = true},
};

static const struct schema_type type_100 = {
	.name = "PersistentVolumeClaimTemplate", .group = "v1",
	.fields = fields_100, .n_fields = 2,
};

/* v1 EphemeralVolumeSource */
static const struct schema_field fields_101[] = {
	{.name = "volumeClaimTemplate", .form = SCHEMA_OBJECT,
	 .type = &type_100},
};

static const struct schema_type type_101 = {
	.name = "EphemeralVolumeSource", .group = "v1", .fields = fields_101,
	.n_fields = 1,
};

/* v1 EventSeries */
static const struct schema_field fields_102[] = {
	{.name = "count", .form = SCHEMA_INT32},
	{.name = "lastObservedTime", .form = SCHEMA_MICROTIME},
};

static const struct schema_type type_102 = {
	.name = "EventSeries", .group = "v1", .fields = fields_102,
	.n_fields = 2,
};

/* v1 EventSource */
static const struct schema_field fields_103[] = {
	{.name = "component", .form = SCHEMA_STRING},
	{.name = "host", .form = SCHEMA_STRING},
};

static const struct schema_type type_103 = {
	.name = "EventSource", .group = "v1", .fields = fields_103,
	.n_fields = 2,
};

/* v1 Event */
static const struct schema_field fields_104[] = {
	{.name = "action", .form = SCHEMA_STRING,
	 .doc =
	 	"What was done."},
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "count", .form = SCHEMA_INT32,
	 .doc =
	 	"How often it happened."},
	{.name = "eventTime", .form = SCHEMA_MICROTIME, .keep = true,
	 .doc =
	 	"When it was first seen."},
	{.name = "firstTimestamp", .form = SCHEMA_TIME, .keep = true,
	 .doc =
	 	"When it first happened."},
	{.name = "involvedObject", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true, .required = true,
	 .doc =
	 	"What it happened to."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "lastTimestamp", .form = SCHEMA_TIME, .keep = true,
	 .doc =
	 	"When it last happened."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .required = true,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "related", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true,
	 .doc =
	 	"A second object that has to do with it."},
	{.name = "reportingComponent", .form = SCHEMA_STRING, .keep = true,
	 .doc =
	 	"Who tells of it."},
	{.name = "reportingInstance", .form = SCHEMA_STRING, .keep = true,
	 .doc =
	 	"Which instance of them."},
	{.name = "series", .form = SCHEMA_OBJECT, .type = &type_102,
	 .doc =
	 	"How it repeats."},
	{.name = "source", .form = SCHEMA_OBJECT, .type = &type_103,
	 .keep = true,
	 .doc =
	 	"Who tells of it."},
	{.name = "type", .form = SCHEMA_STRING,
	 .doc =
	 	"Normal or Warning."},
};

static const struct schema_type type_104 = {
	.name = "Event", .group = "v1", .fields = fields_104, .n_fields = 17,
	.doc =
		"Something that happened to an object.",
};

/* v1 FCVolumeSource */
static const struct schema_field fields_105[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "lun", .form = SCHEMA_INT32, .pointer = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "targetWWNs", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "wwids", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_105 = {
	.name = "FCVolumeSource", .group = "v1", .fields = fields_105,
	.n_fields = 5,
};

/* v1 FlexPersistentVolumeSource */
static const struct schema_field fields_106[] = {
	{.name = "driver", .form = SCHEMA_STRING, .required = true},
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "options", .form = SCHEMA_MAP, .item = &item_0},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
};

static const struct schema_type type_106 = {
	.name = "FlexPersistentVolumeSource", .group = "v1",
	.fields = fields_106, .n_fields = 5,
};

/* v1 FlexVolumeSource */
static const struct schema_field fields_107[] = {
	{.name = "driver", .form = SCHEMA_STRING, .required = true},
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "options", .form = SCHEMA_MAP, .item = &item_0},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
};

static const struct schema_type type_107 = {
	.name = "FlexVolumeSource", .group = "v1", .fields = fields_107,
	.n_fields = 5,
};

/* v1 FlockerVolumeSource */
static const struct schema_field fields_108[] = {
	{.name = "datasetName", .form = SCHEMA_STRING},
	{.name = "datasetUUID", .form = SCHEMA_STRING},
};

static const struct schema_type type_108 = {
	.name = "FlockerVolumeSource", .group = "v1", .fields = fields_108,
	.n_fields = 2,
};

/* v1 GCEPersistentDiskVolumeSource */
static const struct schema_field fields_109[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "partition", .form = SCHEMA_INT32},
	{.name = "pdName", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
};

static const struct schema_type type_109 = {
	.name = "GCEPersistentDiskVolumeSource", .group = "v1",
	.fields = fields_109, .n_fields = 4,
};

/* v1 GitRepoVolumeSource */
static const struct schema_field fields_110[] = {
	{.name = "directory", .form = SCHEMA_STRING},
	{.name = "repository", .form = SCHEMA_STRING, .required = true},
	{.name = "revision", .form = SCHEMA_STRING},
};

static const struct schema_type type_110 = {
	.name = "GitRepoVolumeSource", .group = "v1", .fields = fields_110,
	.n_fields = 3,
};

/* v1 GlusterfsPersistentVolumeSource */
static const struct schema_field fields_111[] = {
	{.name = "endpoints", .form = SCHEMA_STRING, .required = true},
	{.name = "endpointsNamespace", .form = SCHEMA_STRING, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
};

static const struct schema_type type_111 = {
	.name = "GlusterfsPersistentVolumeSource", .group = "v1",
	.fields = fields_111, .n_fields = 4,
};

/* v1 GlusterfsVolumeSource */
static const struct schema_field fields_112[] = {
	{.name = "endpoints", .form = SCHEMA_STRING, .required = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
};

static const struct schema_type type_112 = {
	.name = "GlusterfsVolumeSource", .group = "v1", .fields = fields_112,
	.n_fields = 3,
};

/* v1 HostAlias */
static const struct schema_field fields_113[] = {
	{.name = "hostnames", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "ip", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_113 = {
	.name = "HostAlias", .group = "v1", .fields = fields_113,
	.n_fields = 2,
};

/* v1 HostIP */
static const struct schema_field fields_114[] = {
	{.name = "ip", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_114 = {
	.name = "HostIP", .group = "v1", .fields = fields_114, .n_fields = 1,
};

/* v1 HostPathVolumeSource */
static const struct schema_field fields_115[] = {
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "type", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.HostPathType"},
};

static const struct schema_type type_115 = {
	.name = "HostPathVolumeSource", .group = "v1", .fields = fields_115,
	.n_fields = 2,
};

/* v1 ISCSIPersistentVolumeSource */
static const struct schema_field fields_116[] = {
	{.name = "chapAuthDiscovery", .form = SCHEMA_BOOL},
	{.name = "chapAuthSession", .form = SCHEMA_BOOL},
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "initiatorName", .form = SCHEMA_STRING, .pointer = true},
	{.name = "iqn", .form = SCHEMA_STRING, .required = true},
	{.name = "iscsiInterface", .form = SCHEMA_STRING},
	{.name = "lun", .form = SCHEMA_INT32, .required = true},
	{.name = "portals", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
	{.name = "targetPortal", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_116 = {
	.name = "ISCSIPersistentVolumeSource", .group = "v1",
	.fields = fields_116, .n_fields = 11,
};

/* v1 ISCSIVolumeSource */
static const struct schema_field fields_117[] = {
	{.name = "chapAuthDiscovery", .form = SCHEMA_BOOL},
	{.name = "chapAuthSession", .form = SCHEMA_BOOL},
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "initiatorName", .form = SCHEMA_STRING, .pointer = true},
	{.name = "iqn", .form = SCHEMA_STRING, .required = true},
	{.name = "iscsiInterface", .form = SCHEMA_STRING},
	{.name = "lun", .form = SCHEMA_INT32, .required = true},
	{.name = "portals", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
	{.name = "targetPortal", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_117 = {
	.name = "ISCSIVolumeSource", .group = "v1", .fields = fields_117,
	.n_fields = 11,
};

/* v1 ImageVolumeSource */
static const struct schema_field fields_118[] = {
	{.name = "pullPolicy", .form = SCHEMA_STRING, .go = "v1.PullPolicy"},
	{.name = "reference", .form = SCHEMA_STRING},
};

static const struct schema_type type_118 = {
	.name = "ImageVolumeSource", .group = "v1", .fields = fields_118,
	.n_fields = 2,
};

/* v1 PortStatus */
static const struct schema_field fields_119[] = {
	{.name = "error", .form = SCHEMA_STRING, .pointer = true},
	{.name = "port", .form = SCHEMA_INT32, .required = true},
	{.name = "protocol", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.Protocol"},
};

static const struct schema_type type_119 = {
	.name = "PortStatus", .group = "v1", .fields = fields_119,
	.n_fields = 3,
};

static const struct schema_field item_29 = {
	.form = SCHEMA_OBJECT, .type = &type_119,
};

/* v1 LoadBalancerIngress */
static const struct schema_field fields_120[] = {
	{.name = "hostname", .form = SCHEMA_STRING},
	{.name = "ip", .form = SCHEMA_STRING},
	{.name = "ipMode", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.LoadBalancerIPMode"},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_29},
};

static const struct schema_type type_120 = {
	.name = "LoadBalancerIngress", .group = "v1", .fields = fields_120,
	.n_fields = 4,
};

static const struct schema_field item_30 = {
	.form = SCHEMA_OBJECT, .type = &type_120,
};

/* v1 LoadBalancerStatus */
static const struct schema_field fields_121[] = {
	{.name = "ingress", .form = SCHEMA_LIST, .item = &item_30},
};

static const struct schema_type type_121 = {
	.name = "LoadBalancerStatus", .group = "v1", .fields = fields_121,
	.n_fields = 1,
};

/* v1 LocalVolumeSource */
static const struct schema_field fields_122[] = {
	{.name = "fsType", .form = SCHEMA_STRING, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_122 = {
	.name = "LocalVolumeSource", .group = "v1", .fields = fields_122,
	.n_fields = 2,
};

/* v1 ModifyVolumeStatus */
static const struct schema_field fields_123[] = {
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.PersistentVolumeClaimModifyVolumeStatus"},
	{.name = "targetVolumeAttributesClassName", .form = SCHEMA_STRING},
};

static const struct schema_type type_123 = {
	.name = "ModifyVolumeStatus", .group = "v1", .fields = fields_123,
	.n_fields = 2,
};

/* v1 NFSVolumeSource */
static const struct schema_field fields_124[] = {
	{.name = "path", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "server", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_124 = {
	.name = "NFSVolumeSource", .group = "v1", .fields = fields_124,
	.n_fields = 3,
};

static const struct schema_field item_31 = {
	.form = SCHEMA_STRING, .go = "v1.FinalizerName",
};

/* v1 NamespaceSpec */
static const struct schema_field fields_125[] = {
	{.name = "finalizers", .form = SCHEMA_LIST, .item = &item_31,
	 .doc =
	 	"Who must act before the namespace may go."},
};

static const struct schema_type type_125 = {
	.name = "NamespaceSpec", .group = "v1", .fields = fields_125,
	.n_fields = 1,
};

/* v1 NamespaceCondition */
static const struct schema_field fields_126[] = {
	{.name = "lastTransitionTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.NamespaceConditionType"},
};

static const struct schema_type type_126 = {
	.name = "NamespaceCondition", .group = "v1", .fields = fields_126,
	.n_fields = 5,
};

static const struct schema_field item_32 = {
	.form = SCHEMA_OBJECT, .type = &type_126,
};

/* v1 NamespaceStatus */
static const struct schema_field fields_127[] = {
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_32,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"What keeps it from going."},
	{.name = "phase", .form = SCHEMA_STRING,
	 .values = WORDS("Active", "Terminating"), .go = "v1.NamespacePhase",
	 .doc =
	 	"Active or Terminating."},
};

static const struct schema_type type_127 = {
	.name = "NamespaceStatus", .group = "v1", .fields = fields_127,
	.n_fields = 2,
};

/* v1 Namespace */
static const struct schema_field fields_128[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_125,
	 .keep = true,
	 .doc =
	 	"Desired state of the namespace."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_127,
	 .keep = true,
	 .doc =
	 	"State in which the namespace was last seen."},
};

static const struct schema_type type_128 = {
	.name = "Namespace", .group = "v1", .fields = fields_128,
	.n_fields = 5,
	.doc =
		"A room for names: objects in it have names of their own.",
};

/* v1 NodeConfigSource */
static const struct schema_field fields_129[] = {
	{.name = "configMap", .form = SCHEMA_OBJECT, .type = &type_42},
};

static const struct schema_type type_129 = {
	.name = "NodeConfigSource", .group = "v1", .fields = fields_129,
	.n_fields = 1,
};

/* v1 Taint */
static const struct schema_field fields_130[] = {
	{.name = "effect", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.TaintEffect"},
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "timeAdded", .form = SCHEMA_TIME},
	{.name = "value", .form = SCHEMA_STRING},
};

static const struct schema_type type_130 = {
	.name = "Taint", .group = "v1", .fields = fields_130, .n_fields = 4,
};

static const struct schema_field item_33 = {
	.form = SCHEMA_OBJECT, .type = &type_130,
};

/* v1 NodeSpec */
static const struct schema_field fields_131[] = {
	{.name = "configSource", .form = SCHEMA_OBJECT, .type = &type_129},
	{.name = "externalID", .form = SCHEMA_STRING},
	{.name = "podCIDR", .form = SCHEMA_STRING,
	 .doc =
	 	"Network out of which its pods get addresses."},
	{.name = "podCIDRs", .form = SCHEMA_LIST, .item = &item_0,
	 .list = SCHEMA_SET, .merges = true},
	{.name = "providerID", .form = SCHEMA_STRING},
	{.name = "taints", .form = SCHEMA_LIST, .item = &item_33,
	 .doc =
	 	"What keeps pods away that do not tolerate it."},
	{.name = "unschedulable", .form = SCHEMA_BOOL,
	 .doc =
	 	"No new pods come here."},
};

static const struct schema_type type_131 = {
	.name = "NodeSpec", .group = "v1", .fields = fields_131, .n_fields = 7,
};

/* v1 NodeAddress */
static const struct schema_field fields_132[] = {
	{.name = "address", .form = SCHEMA_STRING, .required = true},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.NodeAddressType"},
};

static const struct schema_type type_132 = {
	.name = "NodeAddress", .group = "v1", .fields = fields_132,
	.n_fields = 2,
};

static const struct schema_field item_34 = {
	.form = SCHEMA_OBJECT, .type = &type_132,
};

/* v1 NodeCondition */
static const struct schema_field fields_133[] = {
	{.name = "lastHeartbeatTime", .form = SCHEMA_TIME},
	{.name = "lastTransitionTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.NodeConditionType",
	 .doc =
	 	"What the condition is about: Ready, MemoryPressure, "
	 	"DiskPressure..."},
};

static const struct schema_type type_133 = {
	.name = "NodeCondition", .group = "v1", .fields = fields_133,
	.n_fields = 6,
};

static const struct schema_field item_35 = {
	.form = SCHEMA_OBJECT, .type = &type_133,
};

/* v1 NodeConfigStatus */
static const struct schema_field fields_134[] = {
	{.name = "active", .form = SCHEMA_OBJECT, .type = &type_129},
	{.name = "assigned", .form = SCHEMA_OBJECT, .type = &type_129},
	{.name = "error", .form = SCHEMA_STRING},
	{.name = "lastKnownGood", .form = SCHEMA_OBJECT, .type = &type_129},
};

static const struct schema_type type_134 = {
	.name = "NodeConfigStatus", .group = "v1", .fields = fields_134,
	.n_fields = 4,
};

/* v1 NodeDaemonEndpoints */
static const struct schema_field fields_135[] = {
	{.name = "kubeletEndpoint", .form = SCHEMA_OBJECT, .type = &type_90},
};

static const struct schema_type type_135 = {
	.name = "NodeDaemonEndpoints", .group = "v1", .fields = fields_135,
	.n_fields = 1,
};

/* v1 NodeFeatures */
static const struct schema_field fields_136[] = {
	{.name = "supplementalGroupsPolicy", .form = SCHEMA_BOOL,
	 .pointer = true},
};

static const struct schema_type type_136 = {
	.name = "NodeFeatures", .group = "v1", .fields = fields_136,
	.n_fields = 1,
};

static const struct schema_field item_36 = {
	.form = SCHEMA_OBJECT, .type = &type_77,
};

/* v1 NodeSwapStatus */
static const struct schema_field fields_137[] = {
	{.name = "capacity", .form = SCHEMA_INT64, .pointer = true},
};

static const struct schema_type type_137 = {
	.name = "NodeSwapStatus", .group = "v1", .fields = fields_137,
	.n_fields = 1,
};

/* v1 NodeSystemInfo */
static const struct schema_field fields_138[] = {
	{.name = "architecture", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "bootID", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "containerRuntimeVersion", .form = SCHEMA_STRING,
	 .required = true, .keep = true},
	{.name = "kernelVersion", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "kubeProxyVersion", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "kubeletVersion", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "machineID", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "operatingSystem", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "osImage", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
	{.name = "swap", .form = SCHEMA_OBJECT, .type = &type_137},
	{.name = "systemUUID", .form = SCHEMA_STRING, .required = true,
	 .keep = true},
};

static const struct schema_type type_138 = {
	.name = "NodeSystemInfo", .group = "v1", .fields = fields_138,
	.n_fields = 11,
};

/* v1 NodeRuntimeHandlerFeatures */
static const struct schema_field fields_139[] = {
	{.name = "recursiveReadOnlyMounts", .form = SCHEMA_BOOL,
	 .pointer = true},
	{.name = "userNamespaces", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_139 = {
	.name = "NodeRuntimeHandlerFeatures", .group = "v1",
	.fields = fields_139, .n_fields = 2,
};

/* v1 NodeRuntimeHandler */
static const struct schema_field fields_140[] = {
	{.name = "features", .form = SCHEMA_OBJECT, .type = &type_139},
	{.name = "name", .form = SCHEMA_STRING},
};

static const struct schema_type type_140 = {
	.name = "NodeRuntimeHandler", .group = "v1", .fields = fields_140,
	.n_fields = 2,
};

static const struct schema_field item_37 = {
	.form = SCHEMA_OBJECT, .type = &type_140,
};

static const struct schema_field item_38 = {
	.form = SCHEMA_OBJECT, .type = &type_22,
};

static const struct schema_field item_39 = {
	.form = SCHEMA_STRING, .go = "v1.UniqueVolumeName",
};

/* v1 NodeStatus */
static const struct schema_field fields_141[] = {
	{.name = "addresses", .form = SCHEMA_LIST, .item = &item_34,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"How it can be reached."},
	{.name = "allocatable", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"What it has for pods."},
	{.name = "capacity", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"What it has."},
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_35,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"Observations about the node."},
	{.name = "config", .form = SCHEMA_OBJECT, .type = &type_134},
	{.name = "daemonEndpoints", .form = SCHEMA_OBJECT, .type = &type_135,
	 .keep = true},
	{.name = "declaredFeatures", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "features", .form = SCHEMA_OBJECT, .type = &type_136},
	{.name = "images", .form = SCHEMA_LIST, .item = &item_36},
	{.name = "nodeInfo", .form = SCHEMA_OBJECT, .type = &type_138,
	 .keep = true,
	 .doc =
	 	"Which system and versions run there."},
	{.name = "phase", .form = SCHEMA_STRING, .go = "v1.NodePhase"},
	{.name = "runtimeHandlers", .form = SCHEMA_LIST, .item = &item_37},
	{.name = "volumesAttached", .form = SCHEMA_LIST, .item = &item_38},
	{.name = "volumesInUse", .form = SCHEMA_LIST, .item = &item_39},
};

static const struct schema_type type_141 = {
	.name = "NodeStatus", .group = "v1", .fields = fields_141,
	.n_fields = 14,
};

/* v1 Node */
static const struct schema_field fields_142[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_131,
	 .keep = true,
	 .doc =
	 	"Desired state of the node."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_141,
	 .keep = true,
	 .doc =
	 	"State in which the node was last seen."},
};

static const struct schema_type type_142 = {
	.name = "Node", .group = "v1", .fields = fields_142, .n_fields = 5,
	.doc =
		"A machine that runs pods.",
};

/* v1 VolumeNodeAffinity */
static const struct schema_field fields_143[] = {
	{.name = "required", .form = SCHEMA_OBJECT, .type = &type_14,
	 .atomic = true},
};

static const struct schema_type type_143 = {
	.name = "VolumeNodeAffinity", .group = "v1", .fields = fields_143,
	.n_fields = 1,
};

/* v1 PhotonPersistentDiskVolumeSource */
static const struct schema_field fields_144[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "pdID", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_144 = {
	.name = "PhotonPersistentDiskVolumeSource", .group = "v1",
	.fields = fields_144, .n_fields = 2,
};

/* v1 PortworxVolumeSource */
static const struct schema_field fields_145[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "volumeID", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_145 = {
	.name = "PortworxVolumeSource", .group = "v1", .fields = fields_145,
	.n_fields = 3,
};

/* v1 QuobyteVolumeSource */
static const struct schema_field fields_146[] = {
	{.name = "group", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "registry", .form = SCHEMA_STRING, .required = true},
	{.name = "tenant", .form = SCHEMA_STRING},
	{.name = "user", .form = SCHEMA_STRING},
	{.name = "volume", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_146 = {
	.name = "QuobyteVolumeSource", .group = "v1", .fields = fields_146,
	.n_fields = 6,
};

/* v1 RBDPersistentVolumeSource */
static const struct schema_field fields_147[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "image", .form = SCHEMA_STRING, .required = true},
	{.name = "keyring", .form = SCHEMA_STRING},
	{.name = "monitors", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
	{.name = "pool", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true},
	{.name = "user", .form = SCHEMA_STRING},
};

static const struct schema_type type_147 = {
	.name = "RBDPersistentVolumeSource", .group = "v1",
	.fields = fields_147, .n_fields = 8,
};

/* v1 ScaleIOPersistentVolumeSource */
static const struct schema_field fields_148[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "gateway", .form = SCHEMA_STRING, .required = true},
	{.name = "protectionDomain", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_28,
	 .atomic = true, .required = true},
	{.name = "sslEnabled", .form = SCHEMA_BOOL},
	{.name = "storageMode", .form = SCHEMA_STRING},
	{.name = "storagePool", .form = SCHEMA_STRING},
	{.name = "system", .form = SCHEMA_STRING, .required = true},
	{.name = "volumeName", .form = SCHEMA_STRING},
};

static const struct schema_type type_148 = {
	.name = "ScaleIOPersistentVolumeSource", .group = "v1",
	.fields = fields_148, .n_fields = 10,
};

/* v1 StorageOSPersistentVolumeSource */
static const struct schema_field fields_149[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true},
	{.name = "volumeName", .form = SCHEMA_STRING},
	{.name = "volumeNamespace", .form = SCHEMA_STRING},
};

static const struct schema_type type_149 = {
	.name = "StorageOSPersistentVolumeSource", .group = "v1",
	.fields = fields_149, .n_fields = 5,
};

/* v1 VsphereVirtualDiskVolumeSource */
static const struct schema_field fields_150[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "storagePolicyID", .form = SCHEMA_STRING},
	{.name = "storagePolicyName", .form = SCHEMA_STRING},
	{.name = "volumePath", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_150 = {
	.name = "VsphereVirtualDiskVolumeSource", .group = "v1",
	.fields = fields_150, .n_fields = 4,
};

/* v1 PersistentVolumeSpec */
static const struct schema_field fields_151[] = {
	{.name = "accessModes", .form = SCHEMA_LIST, .item = &item_28,
	 .doc =
	 	"Ways in which it can be used."},
	{.name = "awsElasticBlockStore", .form = SCHEMA_OBJECT,
	 .type = &type_10},
	{.name = "azureDisk", .form = SCHEMA_OBJECT, .type = &type_23},
	{.name = "azureFile", .form = SCHEMA_OBJECT, .type = &type_24},
	{.name = "capacity", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Its size."},
	{.name = "cephfs", .form = SCHEMA_OBJECT, .type = &type_33},
	{.name = "cinder", .form = SCHEMA_OBJECT, .type = &type_35},
	{.name = "claimRef", .form = SCHEMA_OBJECT, .type = &type_26,
	 .doc =
	 	"Claim that it is bound to."},
	{.name = "csi", .form = SCHEMA_OBJECT, .type = &type_29},
	{.name = "fc", .form = SCHEMA_OBJECT, .type = &type_105},
	{.name = "flexVolume", .form = SCHEMA_OBJECT, .type = &type_106},
	{.name = "flocker", .form = SCHEMA_OBJECT, .type = &type_108},
	{.name = "gcePersistentDisk", .form = SCHEMA_OBJECT, .type = &type_109},
	{.name = "glusterfs", .form = SCHEMA_OBJECT, .type = &type_111},
	{.name = "hostPath", .form = SCHEMA_OBJECT, .type = &type_115,
	 .doc =
	 	"A folder of the node."},
	{.name = "iscsi", .form = SCHEMA_OBJECT, .type = &type_116},
	{.name = "local", .form = SCHEMA_OBJECT, .type = &type_122,
	 .doc =
	 	"A disk of the node."},
	{.name = "mountOptions", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Options for mounting it."},
	{.name = "nfs", .form = SCHEMA_OBJECT, .type = &type_124},
	{.name = "nodeAffinity", .form = SCHEMA_OBJECT, .type = &type_143,
	 .doc =
	 	"Nodes that can reach it."},
	{.name = "persistentVolumeReclaimPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("Delete", "Recycle", "Retain"),
	 .go = "v1.PersistentVolumeReclaimPolicy",
	 .doc =
	 	"What becomes of it when its claim goes: Retain or "
	 	"Delete."},
	{.name = "photonPersistentDisk", .form = SCHEMA_OBJECT,
	 .type = &type_144},
	{.name = "portworxVolume", .form = SCHEMA_OBJECT, .type = &type_145},
	{.name = "quobyte", .form = SCHEMA_OBJECT, .type = &type_146},
	{.name = "rbd", .form = SCHEMA_OBJECT, .type = &type_147},
	{.name = "scaleIO", .form = SCHEMA_OBJECT, .type = &type_148},
	{.name = "storageClassName", .form = SCHEMA_STRING,
	 .doc =
	 	"Class that it belongs to."},
	{.name = "storageos", .form = SCHEMA_OBJECT, .type = &type_149},
	{.name = "volumeAttributesClassName", .form = SCHEMA_STRING,
	 .pointer = true},
	{.name = "volumeMode", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("Block", "Filesystem"),
	 .go = "v1.PersistentVolumeMode",
	 .doc =
	 	"Filesystem, the default, or Block."},
	{.name = "vsphereVolume", .form = SCHEMA_OBJECT, .type = &type_150},
};

static const struct schema_type type_151 = {
	.name = "PersistentVolumeSpec", .group = "v1", .fields = fields_151,
	.n_fields = 31,
};

/* v1 PersistentVolumeStatus */
static const struct schema_field fields_152[] = {
	{.name = "lastPhaseTransitionTime", .form = SCHEMA_TIME},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "phase", .form = SCHEMA_STRING,
	 .values = WORDS("Available", "Bound", "Failed", "Pending",
	 "Released"), .go = "v1.PersistentVolumePhase",
	 .doc =
	 	"Pending, Available, Bound, Released or Failed."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
};

static const struct schema_type type_152 = {
	.name = "PersistentVolumeStatus", .group = "v1", .fields = fields_152,
	.n_fields = 4,
};

/* v1 PersistentVolume */
static const struct schema_field fields_153[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_151,
	 .keep = true,
	 .doc =
	 	"What and where it is."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_152,
	 .keep = true,
	 .doc =
	 	"State in which the volume was last seen."},
};

static const struct schema_type type_153 = {
	.name = "PersistentVolume", .group = "v1", .fields = fields_153,
	.n_fields = 5,
	.doc =
		"A piece of storage of the cluster.",
};

/* v1 LimitRangeItem */
static const struct schema_field fields_154[] = {
	{.name = "default", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Limits of a container that names none."},
	{.name = "defaultRequest", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Requests of a container that names none."},
	{.name = "max", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"The most that one thing may use."},
	{.name = "maxLimitRequestRatio", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"The most that a limit may be, as a multiple of the "
	 	"request."},
	{.name = "min", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"The least that one thing must ask for."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.LimitType",
	 .doc =
	 	"What is limited: Container, Pod or "
	 	"PersistentVolumeClaim."},
};

static const struct schema_type type_154 = {
	.name = "LimitRangeItem", .group = "v1", .fields = fields_154,
	.n_fields = 6,
};

static const struct schema_field item_40 = {
	.form = SCHEMA_OBJECT, .type = &type_154,
};

/* v1 LimitRangeSpec */
static const struct schema_field fields_155[] = {
	{.name = "limits", .form = SCHEMA_LIST, .item = &item_40,
	 .atomic = true, .required = true, .keep = true,
	 .doc =
	 	"One for each type of thing that is limited."},
};

static const struct schema_type type_155 = {
	.name = "LimitRangeSpec", .group = "v1", .fields = fields_155,
	.n_fields = 1,
};

/* v1 LimitRange */
static const struct schema_field fields_156[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_155,
	 .keep = true,
	 .doc =
	 	"The limits."},
};

static const struct schema_type type_156 = {
	.name = "LimitRange", .group = "v1", .fields = fields_156,
	.n_fields = 4,
	.doc =
		"What pods and claims of a namespace may ask for, and what"
		" they get when they do not ask.",
};

static const struct schema_field item_41 = {
	.form = SCHEMA_STRING, .go = "v1.ClaimResourceStatus",
};

/* v1 PersistentVolumeClaimCondition */
static const struct schema_field fields_157[] = {
	{.name = "lastProbeTime", .form = SCHEMA_TIME, .keep = true,
	 .doc =
	 	"When the condition was last looked at."},
	{.name = "lastTransitionTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.PersistentVolumeClaimConditionType"},
};

static const struct schema_type type_157 = {
	.name = "PersistentVolumeClaimCondition", .group = "v1",
	.fields = fields_157, .n_fields = 6,
};

static const struct schema_field item_42 = {
	.form = SCHEMA_OBJECT, .type = &type_157,
};

/* v1 PersistentVolumeClaimStatus */
static const struct schema_field fields_158[] = {
	{.name = "accessModes", .form = SCHEMA_LIST, .item = &item_28,
	 .doc =
	 	"Ways in which the volume can be used."},
	{.name = "allocatedResourceStatuses", .form = SCHEMA_MAP,
	 .item = &item_41,
	 .doc =
	 	"How far a change of size has come."},
	{.name = "allocatedResources", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Storage that is reserved for the claim."},
	{.name = "capacity", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Size of the volume."},
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_42,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"Observations about the claim."},
	{.name = "currentVolumeAttributesClassName", .form = SCHEMA_STRING,
	 .pointer = true},
	{.name = "modifyVolumeStatus", .form = SCHEMA_OBJECT,
	 .type = &type_123},
	{.name = "phase", .form = SCHEMA_STRING,
	 .values = WORDS("Bound", "Lost", "Pending"),
	 .go = "v1.PersistentVolumeClaimPhase",
	 .doc =
	 	"Pending, Bound or Lost."},
};

static const struct schema_type type_158 = {
	.name = "PersistentVolumeClaimStatus", .group = "v1",
	.fields = fields_158, .n_fields = 8,
};

/* v1 PersistentVolumeClaim */
static const struct schema_field fields_159[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_99, .keep = true,
	 .doc =
	 	"What is asked for."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_158,
	 .keep = true,
	 .doc =
	 	"State in which the claim was last seen."},
};

static const struct schema_type type_159 = {
	.name = "PersistentVolumeClaim", .group = "v1", .fields = fields_159,
	.n_fields = 5,
	.doc =
		"A wish for storage, and the volume that fulfils it.",
};

/* v1 PersistentVolumeClaimVolumeSource */
static const struct schema_field fields_160[] = {
	{.name = "claimName", .form = SCHEMA_STRING, .required = true},
	{.name = "readOnly", .form = SCHEMA_BOOL},
};

static const struct schema_type type_160 = {
	.name = "PersistentVolumeClaimVolumeSource", .group = "v1",
	.fields = fields_160, .n_fields = 2,
};

static const struct schema_field item_43 = {
	.form = SCHEMA_OBJECT, .type = &type_75,
};

/* v1 PodDNSConfigOption */
static const struct schema_field fields_161[] = {
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "value", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_161 = {
	.name = "PodDNSConfigOption", .group = "v1", .fields = fields_161,
	.n_fields = 2,
};

static const struct schema_field item_44 = {
	.form = SCHEMA_OBJECT, .type = &type_161,
};

/* v1 PodDNSConfig */
static const struct schema_field fields_162[] = {
	{.name = "nameservers", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "options", .form = SCHEMA_LIST, .item = &item_44},
	{.name = "searches", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_162 = {
	.name = "PodDNSConfig", .group = "v1", .fields = fields_162,
	.n_fields = 3,
};

static const struct schema_field item_45 = {
	.form = SCHEMA_OBJECT, .type = &type_95,
};

static const struct schema_field item_46 = {
	.form = SCHEMA_OBJECT, .type = &type_113,
};

static const struct schema_field item_47 = {
	.form = SCHEMA_OBJECT, .type = &type_30, .atomic = true,
};

/* v1 PodOS */
static const struct schema_field fields_163[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.OSName"},
};

static const struct schema_type type_163 = {
	.name = "PodOS", .group = "v1", .fields = fields_163, .n_fields = 1,
};

/* v1 PodReadinessGate */
static const struct schema_field fields_164[] = {
	{.name = "conditionType", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.PodConditionType"},
};

static const struct schema_type type_164 = {
	.name = "PodReadinessGate", .group = "v1", .fields = fields_164,
	.n_fields = 1,
};

static const struct schema_field item_48 = {
	.form = SCHEMA_OBJECT, .type = &type_164,
};

/* v1 PodResourceClaim */
static const struct schema_field fields_165[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "resourceClaimName", .form = SCHEMA_STRING, .pointer = true},
	{.name = "resourceClaimTemplateName", .form = SCHEMA_STRING,
	 .pointer = true},
};

static const struct schema_type type_165 = {
	.name = "PodResourceClaim", .group = "v1", .fields = fields_165,
	.n_fields = 3,
};

static const struct schema_field item_49 = {
	.form = SCHEMA_OBJECT, .type = &type_165,
};

/* v1 PodSchedulingGate */
static const struct schema_field fields_166[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_166 = {
	.name = "PodSchedulingGate", .group = "v1", .fields = fields_166,
	.n_fields = 1,
};

static const struct schema_field item_50 = {
	.form = SCHEMA_OBJECT, .type = &type_166,
};

/* v1 PodSchedulingGroup */
static const struct schema_field fields_167[] = {
	{.name = "podGroupName", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_167 = {
	.name = "PodSchedulingGroup", .group = "v1", .fields = fields_167,
	.n_fields = 1,
};

/* v1 Sysctl */
static const struct schema_field fields_168[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "value", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_168 = {
	.name = "Sysctl", .group = "v1", .fields = fields_168, .n_fields = 2,
};

static const struct schema_field item_51 = {
	.form = SCHEMA_OBJECT, .type = &type_168,
};

/* v1 PodSecurityContext */
static const struct schema_field fields_169[] = {
	{.name = "appArmorProfile", .form = SCHEMA_OBJECT, .type = &type_21},
	{.name = "fsGroup", .form = SCHEMA_INT64, .pointer = true,
	 .doc =
	 	"Group that owns the volumes."},
	{.name = "fsGroupChangePolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.PodFSGroupChangePolicy"},
	{.name = "runAsGroup", .form = SCHEMA_INT64, .pointer = true,
	 .doc =
	 	"Group as which the containers run."},
	{.name = "runAsNonRoot", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"Refuses to start containers that would run as root."},
	{.name = "runAsUser", .form = SCHEMA_INT64, .pointer = true,
	 .doc =
	 	"User as which the containers run."},
	{.name = "seLinuxChangePolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.PodSELinuxChangePolicy"},
	{.name = "seLinuxOptions", .form = SCHEMA_OBJECT, .type = &type_69},
	{.name = "seccompProfile", .form = SCHEMA_OBJECT, .type = &type_70},
	{.name = "supplementalGroups", .form = SCHEMA_LIST, .item = &item_25},
	{.name = "supplementalGroupsPolicy", .form = SCHEMA_STRING,
	 .pointer = true, .go = "v1.SupplementalGroupsPolicy"},
	{.name = "sysctls", .form = SCHEMA_LIST, .item = &item_51},
	{.name = "windowsOptions", .form = SCHEMA_OBJECT, .type = &type_71},
};

static const struct schema_type type_169 = {
	.name = "PodSecurityContext", .group = "v1", .fields = fields_169,
	.n_fields = 13,
};

/* v1 Toleration */
static const struct schema_field fields_170[] = {
	{.name = "effect", .form = SCHEMA_STRING,
	 .values = WORDS("NoExecute", "NoSchedule", "PreferNoSchedule"),
	 .go = "v1.TaintEffect"},
	{.name = "key", .form = SCHEMA_STRING},
	{.name = "operator", .form = SCHEMA_STRING,
	 .values = WORDS("Equal", "Exists"), .go = "v1.TolerationOperator"},
	{.name = "tolerationSeconds", .form = SCHEMA_INT64, .pointer = true},
	{.name = "value", .form = SCHEMA_STRING},
};

static const struct schema_type type_170 = {
	.name = "Toleration", .group = "v1", .fields = fields_170,
	.n_fields = 5,
	.doc =
		"A taint that a pod puts up with.",
};

static const struct schema_field item_52 = {
	.form = SCHEMA_OBJECT, .type = &type_170,
};

/* v1 TopologySpreadConstraint */
static const struct schema_field fields_171[] = {
	{.name = "labelSelector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true},
	{.name = "matchLabelKeys", .form = SCHEMA_LIST, .item = &item_0},
	{.name = "maxSkew", .form = SCHEMA_INT32, .required = true},
	{.name = "minDomains", .form = SCHEMA_INT32, .pointer = true},
	{.name = "nodeAffinityPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.NodeInclusionPolicy"},
	{.name = "nodeTaintsPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.NodeInclusionPolicy"},
	{.name = "topologyKey", .form = SCHEMA_STRING, .required = true},
	{.name = "whenUnsatisfiable", .form = SCHEMA_STRING, .required = true,
	 .values = WORDS("DoNotSchedule", "ScheduleAnyway"),
	 .go = "v1.UnsatisfiableConstraintAction"},
};

static const struct schema_type type_171 = {
	.name = "TopologySpreadConstraint", .group = "v1",
	.fields = fields_171, .n_fields = 8,
};

static const struct schema_field item_53 = {
	.form = SCHEMA_OBJECT, .type = &type_171,
};

/* v1 PodCertificateProjection */
static const struct schema_field fields_172[] = {
	{.name = "certificateChainPath", .form = SCHEMA_STRING},
	{.name = "credentialBundlePath", .form = SCHEMA_STRING},
	{.name = "keyPath", .form = SCHEMA_STRING},
	{.name = "keyType", .form = SCHEMA_STRING, .required = true},
	{.name = "maxExpirationSeconds", .form = SCHEMA_INT32, .pointer = true},
	{.name = "signerName", .form = SCHEMA_STRING, .required = true},
	{.name = "userAnnotations", .form = SCHEMA_MAP, .item = &item_0},
};

static const struct schema_type type_172 = {
	.name = "PodCertificateProjection", .group = "v1",
	.fields = fields_172, .n_fields = 7,
};

/* v1 SecretProjection */
static const struct schema_field fields_173[] = {
	{.name = "items", .form = SCHEMA_LIST, .item = &item_11},
	{.name = "name", .form = SCHEMA_STRING},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
};

static const struct schema_type type_173 = {
	.name = "SecretProjection", .group = "v1", .fields = fields_173,
	.n_fields = 3,
};

/* v1 ServiceAccountTokenProjection */
static const struct schema_field fields_174[] = {
	{.name = "audience", .form = SCHEMA_STRING},
	{.name = "expirationSeconds", .form = SCHEMA_INT64, .pointer = true},
	{.name = "path", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_174 = {
	.name = "ServiceAccountTokenProjection", .group = "v1",
	.fields = fields_174, .n_fields = 3,
};

/* v1 VolumeProjection */
static const struct schema_field fields_175[] = {
	{.name = "clusterTrustBundle", .form = SCHEMA_OBJECT, .type = &type_38},
	{.name = "configMap", .form = SCHEMA_OBJECT, .type = &type_44},
	{.name = "downwardAPI", .form = SCHEMA_OBJECT, .type = &type_92},
	{.name = "podCertificate", .form = SCHEMA_OBJECT, .type = &type_172},
	{.name = "secret", .form = SCHEMA_OBJECT, .type = &type_173},
	{.name = "serviceAccountToken", .form = SCHEMA_OBJECT,
	 .type = &type_174},
};

static const struct schema_type type_175 = {
	.name = "VolumeProjection", .group = "v1", .fields = fields_175,
	.n_fields = 6,
};

static const struct schema_field item_54 = {
	.form = SCHEMA_OBJECT, .type = &type_175,
};

/* v1 ProjectedVolumeSource */
static const struct schema_field fields_176[] = {
	{.name = "defaultMode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "sources", .form = SCHEMA_LIST, .item = &item_54},
};

static const struct schema_type type_176 = {
	.name = "ProjectedVolumeSource", .group = "v1", .fields = fields_176,
	.n_fields = 2,
};

/* v1 RBDVolumeSource */
static const struct schema_field fields_177[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "image", .form = SCHEMA_STRING, .required = true},
	{.name = "keyring", .form = SCHEMA_STRING},
	{.name = "monitors", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
	{.name = "pool", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
	{.name = "user", .form = SCHEMA_STRING},
};

static const struct schema_type type_177 = {
	.name = "RBDVolumeSource", .group = "v1", .fields = fields_177,
	.n_fields = 8,
};

/* v1 ScaleIOVolumeSource */
static const struct schema_field fields_178[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "gateway", .form = SCHEMA_STRING, .required = true},
	{.name = "protectionDomain", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true, .required = true},
	{.name = "sslEnabled", .form = SCHEMA_BOOL},
	{.name = "storageMode", .form = SCHEMA_STRING},
	{.name = "storagePool", .form = SCHEMA_STRING},
	{.name = "system", .form = SCHEMA_STRING, .required = true},
	{.name = "volumeName", .form = SCHEMA_STRING},
};

static const struct schema_type type_178 = {
	.name = "ScaleIOVolumeSource", .group = "v1", .fields = fields_178,
	.n_fields = 10,
};

/* v1 SecretVolumeSource */
static const struct schema_field fields_179[] = {
	{.name = "defaultMode", .form = SCHEMA_INT32, .pointer = true},
	{.name = "items", .form = SCHEMA_LIST, .item = &item_11},
	{.name = "optional", .form = SCHEMA_BOOL, .pointer = true},
	{.name = "secretName", .form = SCHEMA_STRING},
};

static const struct schema_type type_179 = {
	.name = "SecretVolumeSource", .group = "v1", .fields = fields_179,
	.n_fields = 4,
};

/* v1 StorageOSVolumeSource */
static const struct schema_field fields_180[] = {
	{.name = "fsType", .form = SCHEMA_STRING},
	{.name = "readOnly", .form = SCHEMA_BOOL},
	{.name = "secretRef", .form = SCHEMA_OBJECT, .type = &type_30,
	 .atomic = true},
	{.name = "volumeName", .form = SCHEMA_STRING},
	{.name = "volumeNamespace", .form = SCHEMA_STRING},
};

static const struct schema_type type_180 = {
	.name = "StorageOSVolumeSource", .group = "v1", .fields = fields_180,
	.n_fields = 5,
};

/* v1 Volume */
static const struct schema_field fields_181[] = {
	{.name = "awsElasticBlockStore", .form = SCHEMA_OBJECT,
	 .type = &type_10},
	{.name = "azureDisk", .form = SCHEMA_OBJECT, .type = &type_23},
	{.name = "azureFile", .form = SCHEMA_OBJECT, .type = &type_25},
	{.name = "cephfs", .form = SCHEMA_OBJECT, .type = &type_34},
	{.name = "cinder", .form = SCHEMA_OBJECT, .type = &type_36},
	{.name = "configMap", .form = SCHEMA_OBJECT, .type = &type_45,
	 .doc =
	 	"Files from a config map."},
	{.name = "csi", .form = SCHEMA_OBJECT, .type = &type_31,
	 .doc =
	 	"A volume that a storage driver makes for the pod."},
	{.name = "downwardAPI", .form = SCHEMA_OBJECT, .type = &type_93,
	 .doc =
	 	"Files with fields of the pod."},
	{.name = "emptyDir", .form = SCHEMA_OBJECT, .type = &type_94,
	 .doc =
	 	"An empty folder that lives as long as the pod."},
	{.name = "ephemeral", .form = SCHEMA_OBJECT, .type = &type_101,
	 .doc =
	 	"A claim that lives as long as the pod."},
	{.name = "fc", .form = SCHEMA_OBJECT, .type = &type_105},
	{.name = "flexVolume", .form = SCHEMA_OBJECT, .type = &type_107},
	{.name = "flocker", .form = SCHEMA_OBJECT, .type = &type_108},
	{.name = "gcePersistentDisk", .form = SCHEMA_OBJECT, .type = &type_109},
	{.name = "gitRepo", .form = SCHEMA_OBJECT, .type = &type_110},
	{.name = "glusterfs", .form = SCHEMA_OBJECT, .type = &type_112},
	{.name = "hostPath", .form = SCHEMA_OBJECT, .type = &type_115,
	 .doc =
	 	"A file or folder of the node."},
	{.name = "image", .form = SCHEMA_OBJECT, .type = &type_118,
	 .doc =
	 	"Files from an image."},
	{.name = "iscsi", .form = SCHEMA_OBJECT, .type = &type_117},
	{.name = "name", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Name by which containers mount it."},
	{.name = "nfs", .form = SCHEMA_OBJECT, .type = &type_124,
	 .doc =
	 	"A folder of an NFS server."},
	{.name = "persistentVolumeClaim", .form = SCHEMA_OBJECT,
	 .type = &type_160,
	 .doc =
	 	"The volume of a claim in the pod's namespace."},
	{.name = "photonPersistentDisk", .form = SCHEMA_OBJECT,
	 .type = &type_144},
	{.name = "portworxVolume", .form = SCHEMA_OBJECT, .type = &type_145},
	{.name = "projected", .form = SCHEMA_OBJECT, .type = &type_176,
	 .doc =
	 	"Files from several sources in one folder."},
	{.name = "quobyte", .form = SCHEMA_OBJECT, .type = &type_146},
	{.name = "rbd", .form = SCHEMA_OBJECT, .type = &type_177},
	{.name = "scaleIO", .form = SCHEMA_OBJECT, .type = &type_178},
	{.name = "secret", .form = SCHEMA_OBJECT, .type = &type_179,
	 .doc =
	 	"Files from a secret."},
	{.name = "storageos", .form = SCHEMA_OBJECT, .type = &type_180},
	{.name = "vsphereVolume", .form = SCHEMA_OBJECT, .type = &type_150},
};

static const struct schema_type type_181 = {
	.name = "Volume", .group = "v1", .fields = fields_181, .n_fields = 31,
	.doc =
		"A volume of a pod: a name, and one source.",
};

static const struct schema_field item_55 = {
	.form = SCHEMA_OBJECT, .type = &type_181,
};

/* v1 PodSpec */
static const struct schema_field fields_182[] = {
	{.name = "activeDeadlineSeconds", .form = SCHEMA_INT64,
	 .pointer = true,
	 .doc =
	 	"Seconds after which the pod is ended and counts as "
	 	"failed."},
	{.name = "affinity", .form = SCHEMA_OBJECT, .type = &type_20,
	 .doc =
	 	"Wishes about the node: with what, and away from what."},
	{.name = "automountServiceAccountToken", .form = SCHEMA_BOOL,
	 .pointer = true,
	 .doc =
	 	"Whether the token of the service account is put into the"
	 	" containers."},
	{.name = "containers", .form = SCHEMA_LIST, .item = &item_43,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name", .required = true,
	 .doc =
	 	"The containers; at least one."},
	{.name = "dnsConfig", .form = SCHEMA_OBJECT, .type = &type_162,
	 .doc =
	 	"DNS settings besides those of dnsPolicy."},
	{.name = "dnsPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("ClusterFirst", "ClusterFirstWithHostNet", "Default",
	 "None"), .go = "v1.DNSPolicy",
	 .doc =
	 	"Which name servers the pod asks: ClusterFirst, the "
	 	"default, ClusterFirstWithHostNet, Default (those of the "
	 	"node) or None."},
	{.name = "enableServiceLinks", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"Whether services are told in environment variables; true"
	 	" by default."},
	{.name = "ephemeralContainers", .form = SCHEMA_LIST, .item = &item_45,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Containers added for debugging to a pod that runs."},
	{.name = "hostAliases", .form = SCHEMA_LIST, .item = &item_46,
	 .list = SCHEMA_KEYED, .keys = WORDS("ip"), .merges = true,
	 .merge_key = "ip",
	 .doc =
	 	"Lines added to the hosts file of the pod."},
	{.name = "hostIPC", .form = SCHEMA_BOOL,
	 .doc =
	 	"The pod shares the IPC namespace of the node."},
	{.name = "hostNetwork", .form = SCHEMA_BOOL,
	 .doc =
	 	"The pod shares the network of the node."},
	{.name = "hostPID", .form = SCHEMA_BOOL,
	 .doc =
	 	"The pod sees the processes of the node."},
	{.name = "hostUsers", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"False: the pod has user IDs of its own. True by default."},
	{.name = "hostname", .form = SCHEMA_STRING,
	 .doc =
	 	"Host name of the pod; its own name by default."},
	{.name = "hostnameOverride", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Host name that the containers see, without any effect on"
	 	" DNS."},
	{.name = "imagePullSecrets", .form = SCHEMA_LIST, .item = &item_47,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Secrets with credentials for pulling images."},
	{.name = "initContainers", .form = SCHEMA_LIST, .item = &item_43,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Containers that run one after another, each to its end, "
	 	"before the others start."},
	{.name = "nodeName", .form = SCHEMA_STRING,
	 .doc =
	 	"Node on which the pod runs; set when it is scheduled."},
	{.name = "nodeSelector", .form = SCHEMA_MAP, .item = &item_0,
	 .atomic = true,
	 .doc =
	 	"Labels that the node must have."},
	{.name = "os", .form = SCHEMA_OBJECT, .type = &type_163,
	 .doc =
	 	"Operating system of the containers."},
	{.name = "overhead", .form = SCHEMA_MAP, .item = &item_18,
	 .doc =
	 	"Resources that running the pod takes besides those of "
	 	"its containers."},
	{.name = "preemptionPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("Never", "PreemptLowerPriority"),
	 .go = "v1.PreemptionPolicy",
	 .doc =
	 	"Whether the pod may push out others of lower priority."},
	{.name = "priority", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"Priority as a number; made from priorityClassName."},
	{.name = "priorityClassName", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the priority class."},
	{.name = "readinessGates", .form = SCHEMA_LIST, .item = &item_48,
	 .doc =
	 	"Conditions that must be True besides those of the "
	 	"containers before the pod is ready."},
	{.name = "resourceClaims", .form = SCHEMA_LIST, .item = &item_49,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name", .retain_keys = true,
	 .doc =
	 	"Devices that must be reserved before the pod starts."},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_66,
	 .doc =
	 	"Resources for all containers together."},
	{.name = "restartPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("Always", "Never", "OnFailure"),
	 .go = "v1.RestartPolicy",
	 .doc =
	 	"When ended containers are started again: Always, the "
	 	"default, OnFailure or Never."},
	{.name = "runtimeClassName", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Container runtime that runs the pod."},
	{.name = "schedulerName", .form = SCHEMA_STRING,
	 .doc =
	 	"Scheduler that picks the node."},
	{.name = "schedulingGates", .form = SCHEMA_LIST, .item = &item_50,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Reasons not to schedule the pod yet; it waits until the "
	 	"list is empty."},
	{.name = "schedulingGroup", .form = SCHEMA_OBJECT, .type = &type_167,
	 .doc =
	 	"Group of pods that are scheduled together."},
	{.name = "securityContext", .form = SCHEMA_OBJECT, .type = &type_169,
	 .doc =
	 	"Users, groups and other security settings for all "
	 	"containers."},
	{.name = "serviceAccount", .form = SCHEMA_STRING,
	 .doc =
	 	"Old name of serviceAccountName."},
	{.name = "serviceAccountName", .form = SCHEMA_STRING,
	 .doc =
	 	"Service account as which the pod runs."},
	{.name = "setHostnameAsFQDN", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The host name is the full DNS name of the pod."},
	{.name = "shareProcessNamespace", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The containers see each other's processes."},
	{.name = "subdomain", .form = SCHEMA_STRING,
	 .doc =
	 	"With hostname, and a headless Service of this name, the "
	 	"pod is found as "
	 	"hostname.subdomain.namespace.svc.cluster.local."},
	{.name = "terminationGracePeriodSeconds", .form = SCHEMA_INT64,
	 .pointer = true,
	 .doc =
	 	"Seconds that the containers have to end when the pod is "
	 	"deleted, before they are killed; 30 by default."},
	{.name = "tolerations", .form = SCHEMA_LIST, .item = &item_52,
	 .doc =
	 	"Taints of nodes that the pod puts up with."},
	{.name = "topologySpreadConstraints", .form = SCHEMA_LIST,
	 .item = &item_53, .list = SCHEMA_KEYED,
	 .keys = WORDS("topologyKey", "whenUnsatisfiable"), .merges = true,
	 .merge_key = "topologyKey",
	 .doc =
	 	"How pods are to be spread over zones, nodes..."},
	{.name = "volumes", .form = SCHEMA_LIST, .item = &item_55,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name", .retain_keys = true,
	 .doc =
	 	"Volumes that the containers can mount."},
};

static const struct schema_type type_182 = {
	.name = "PodSpec", .group = "v1", .fields = fields_182, .n_fields = 42,
};

/* v1 PodCondition */
static const struct schema_field fields_183[] = {
	{.name = "lastProbeTime", .form = SCHEMA_TIME, .keep = true,
	 .doc =
	 	"When the condition was last looked at."},
	{.name = "lastTransitionTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "observedGeneration", .form = SCHEMA_INT64,
	 .doc =
	 	"The metadata.generation that this condition was made "
	 	"from."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.PodConditionType",
	 .doc =
	 	"What the condition is about: PodScheduled, Initialized, "
	 	"ContainersReady, Ready or one of your own."},
};

static const struct schema_type type_183 = {
	.name = "PodCondition", .group = "v1", .fields = fields_183,
	.n_fields = 7,
};

static const struct schema_field item_56 = {
	.form = SCHEMA_OBJECT, .type = &type_183,
};

static const struct schema_field item_57 = {
	.form = SCHEMA_OBJECT, .type = &type_89,
};

static const struct schema_field item_58 = {
	.form = SCHEMA_OBJECT, .type = &type_76,
};

/* v1 PodExtendedResourceClaimStatus */
static const struct schema_field fields_184[] = {
	{.name = "requestMappings", .form = SCHEMA_LIST, .item = &item_58,
	 .required = true},
	{.name = "resourceClaimName", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_184 = {
	.name = "PodExtendedResourceClaimStatus", .group = "v1",
	.fields = fields_184, .n_fields = 2,
};

static const struct schema_field item_59 = {
	.form = SCHEMA_OBJECT, .type = &type_114,
};

/* v1 PodIP */
static const struct schema_field fields_185[] = {
	{.name = "ip", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_185 = {
	.name = "PodIP", .group = "v1", .fields = fields_185, .n_fields = 1,
};

static const struct schema_field item_60 = {
	.form = SCHEMA_OBJECT, .type = &type_185,
};

/* v1 PodResourceClaimStatus */
static const struct schema_field fields_186[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
	{.name = "resourceClaimName", .form = SCHEMA_STRING, .pointer = true},
};

static const struct schema_type type_186 = {
	.name = "PodResourceClaimStatus", .group = "v1", .fields = fields_186,
	.n_fields = 2,
};

static const struct schema_field item_61 = {
	.form = SCHEMA_OBJECT, .type = &type_186,
};

/* v1 PodStatus */
static const struct schema_field fields_187[] = {
	{.name = "allocatedResources", .form = SCHEMA_MAP, .item = &item_18},
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_56,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"Observations about the pod."},
	{.name = "containerStatuses", .form = SCHEMA_LIST, .item = &item_57,
	 .doc =
	 	"State of each container."},
	{.name = "ephemeralContainerStatuses", .form = SCHEMA_LIST,
	 .item = &item_57,
	 .doc =
	 	"State of each container added for debugging."},
	{.name = "extendedResourceClaimStatus", .form = SCHEMA_OBJECT,
	 .type = &type_184},
	{.name = "hostIP", .form = SCHEMA_STRING,
	 .doc =
	 	"Address of the node."},
	{.name = "hostIPs", .form = SCHEMA_LIST, .item = &item_59,
	 .merges = true, .merge_key = "ip",
	 .doc =
	 	"Addresses of the node."},
	{.name = "initContainerStatuses", .form = SCHEMA_LIST,
	 .item = &item_57,
	 .doc =
	 	"State of each init container."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "nominatedNodeName", .form = SCHEMA_STRING,
	 .doc =
	 	"Node on which room is being made for the pod."},
	{.name = "observedGeneration", .form = SCHEMA_INT64,
	 .doc =
	 	"The metadata.generation that this status was made from."},
	{.name = "phase", .form = SCHEMA_STRING,
	 .values = WORDS("Failed", "Pending", "Running", "Succeeded",
	 "Unknown"), .go = "v1.PodPhase",
	 .doc =
	 	"Where the pod is in its life: Pending, Running, "
	 	"Succeeded, Failed or Unknown."},
	{.name = "podIP", .form = SCHEMA_STRING,
	 .doc =
	 	"Address of the pod."},
	{.name = "podIPs", .form = SCHEMA_LIST, .item = &item_60,
	 .list = SCHEMA_KEYED, .keys = WORDS("ip"), .merges = true,
	 .merge_key = "ip",
	 .doc =
	 	"Addresses of the pod, podIP first."},
	{.name = "qosClass", .form = SCHEMA_STRING,
	 .values = WORDS("BestEffort", "Burstable", "Guaranteed"),
	 .go = "v1.PodQOSClass",
	 .doc =
	 	"How well its resources are assured, made from requests "
	 	"and limits."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "resize", .form = SCHEMA_STRING, .go = "v1.PodResizeStatus"},
	{.name = "resourceClaimStatuses", .form = SCHEMA_LIST,
	 .item = &item_61, .list = SCHEMA_KEYED, .keys = WORDS("name"),
	 .merges = true, .merge_key = "name", .retain_keys = true},
	{.name = "resources", .form = SCHEMA_OBJECT, .type = &type_66},
	{.name = "startTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the node took the pod up."},
};

static const struct schema_type type_187 = {
	.name = "PodStatus", .group = "v1", .fields = fields_187,
	.n_fields = 20,
};

/* v1 Pod */
static const struct schema_field fields_188[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_182,
	 .keep = true,
	 .doc =
	 	"Desired state of the pod."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_187,
	 .keep = true,
	 .doc =
	 	"State in which the pod was last seen."},
};

static const struct schema_type type_188 = {
	.name = "Pod", .group = "v1", .fields = fields_188, .n_fields = 5,
	.doc =
		"Containers that run together on one node, with one "
		"address and shared volumes.",
};

/* v1 PodTemplateSpec */
static const struct schema_field fields_189[] = {
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_182,
	 .keep = true,
	 .doc =
	 	"Desired state of the pods."},
};

static const struct schema_type type_189 = {
	.name = "PodTemplateSpec", .group = "v1", .fields = fields_189,
	.n_fields = 2,
	.doc =
		"What pods are made from.",
};

/* v1 Secret */
static const struct schema_field fields_190[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "data", .form = SCHEMA_MAP, .item = &item_10,
	 .doc =
	 	"Entries in base64."},
	{.name = "immutable", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"The entries never change again."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "stringData", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Entries as plain text; only for writing, they end up in "
	 	"data."},
	{.name = "type", .form = SCHEMA_STRING, .go = "v1.SecretType",
	 .doc =
	 	"What it holds; Opaque by default."},
};

static const struct schema_type type_190 = {
	.name = "Secret", .group = "v1", .fields = fields_190, .n_fields = 7,
	.doc =
		"Passwords and keys by name, for pods to read.",
};

static const struct schema_field item_62 = {
	.form = SCHEMA_STRING, .go = "v1.IPFamily",
};

/* v1 ServicePort */
static const struct schema_field fields_191[] = {
	{.name = "appProtocol", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Protocol that is spoken there, such as http."},
	{.name = "name", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the port; needed where there are several. DNS "
	 	"has SRV records under it."},
	{.name = "nodePort", .form = SCHEMA_INT32,
	 .doc =
	 	"Port of every node that leads to the service, for types "
	 	"NodePort and LoadBalancer."},
	{.name = "port", .form = SCHEMA_INT32, .required = true,
	 .doc =
	 	"Number of the port."},
	{.name = "protocol", .form = SCHEMA_STRING,
	 .values = WORDS("SCTP", "TCP", "UDP"), .fallback = "TCP",
	 .go = "v1.Protocol",
	 .doc =
	 	"TCP, the default, UDP or SCTP."},
	{.name = "targetPort", .form = SCHEMA_INT_OR_STRING,
	 .doc =
	 	"Port of the pods, by number or name; `port` by default."},
};

static const struct schema_type type_191 = {
	.name = "ServicePort", .group = "v1", .fields = fields_191,
	.n_fields = 6,
	.doc =
		"A port of a service.",
};

static const struct schema_field item_63 = {
	.form = SCHEMA_OBJECT, .type = &type_191,
};

/* v1 SessionAffinityConfig */
static const struct schema_field fields_192[] = {
	{.name = "clientIP", .form = SCHEMA_OBJECT, .type = &type_37},
};

static const struct schema_type type_192 = {
	.name = "SessionAffinityConfig", .group = "v1", .fields = fields_192,
	.n_fields = 1,
};

/* v1 ServiceSpec */
static const struct schema_field fields_193[] = {
	{.name = "allocateLoadBalancerNodePorts", .form = SCHEMA_BOOL,
	 .pointer = true,
	 .doc =
	 	"Whether a load balancer gets node ports; true by "
	 	"default."},
	{.name = "clusterIP", .form = SCHEMA_STRING,
	 .doc =
	 	"Address of the service. Given by the server unless asked"
	 	" for; \"None\" makes it headless: its DNS name leads to "
	 	"the pods themselves."},
	{.name = "clusterIPs", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"The same for up to two address families; the first is "
	 	"clusterIP."},
	{.name = "externalIPs", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Further addresses that nodes accept traffic for."},
	{.name = "externalName", .form = SCHEMA_STRING,
	 .doc =
	 	"For type ExternalName: the DNS name that this one is "
	 	"another name for."},
	{.name = "externalTrafficPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("Cluster", "Local"),
	 .go = "v1.ServiceExternalTrafficPolicy",
	 .doc =
	 	"Whether traffic from outside may leave the node that it "
	 	"came to: Cluster or Local."},
	{.name = "healthCheckNodePort", .form = SCHEMA_INT32,
	 .doc =
	 	"Port at which load balancers ask whether a node has "
	 	"ready pods."},
	{.name = "internalTrafficPolicy", .form = SCHEMA_STRING,
	 .pointer = true, .values = WORDS("Cluster", "Local"),
	 .go = "v1.ServiceInternalTrafficPolicy",
	 .doc =
	 	"Whether traffic from inside may leave its node: Cluster,"
	 	" the default, or Local."},
	{.name = "ipFamilies", .form = SCHEMA_LIST, .item = &item_62,
	 .doc =
	 	"Address families, IPv4 and IPv6, in the order of "
	 	"clusterIPs."},
	{.name = "ipFamilyPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("PreferDualStack", "RequireDualStack", "SingleStack"),
	 .go = "v1.IPFamilyPolicy",
	 .doc =
	 	"One address family or two: SingleStack, the default, "
	 	"PreferDualStack or RequireDualStack."},
	{.name = "loadBalancerClass", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Which load balancer is to serve it."},
	{.name = "loadBalancerIP", .form = SCHEMA_STRING,
	 .doc =
	 	"Address that the load balancer is asked for."},
	{.name = "loadBalancerSourceRanges", .form = SCHEMA_LIST,
	 .item = &item_0,
	 .doc =
	 	"Networks from which the load balancer takes traffic."},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_63,
	 .list = SCHEMA_KEYED, .keys = WORDS("port", "protocol"),
	 .merges = true, .merge_key = "port",
	 .doc =
	 	"Ports of the service."},
	{.name = "publishNotReadyAddresses", .form = SCHEMA_BOOL,
	 .doc =
	 	"Pods are found before they are ready, too; StatefulSets "
	 	"whose pods look for each other at their start want this."},
	{.name = "selector", .form = SCHEMA_MAP, .item = &item_0,
	 .atomic = true,
	 .doc =
	 	"Labels of the pods behind the service. Without it "
	 	"somebody else makes the endpoints."},
	{.name = "sessionAffinity", .form = SCHEMA_STRING,
	 .values = WORDS("ClientIP", "None"), .go = "v1.ServiceAffinity",
	 .doc =
	 	"Whether a client always gets to the same pod: ClientIP, "
	 	"or None, the default."},
	{.name = "sessionAffinityConfig", .form = SCHEMA_OBJECT,
	 .type = &type_192,
	 .doc =
	 	"For how long it does."},
	{.name = "trafficDistribution", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Which endpoints are preferred, such as PreferSameZone."},
	{.name = "type", .form = SCHEMA_STRING,
	 .values = WORDS("ClusterIP", "ExternalName", "LoadBalancer",
	 "NodePort"), .go = "v1.ServiceType",
	 .doc =
	 	"ClusterIP, the default, NodePort, LoadBalancer or "
	 	"ExternalName."},
};

static const struct schema_type type_193 = {
	.name = "ServiceSpec", .group = "v1", .fields = fields_193,
	.n_fields = 20,
};

static const struct schema_field item_64 = {
	.form = SCHEMA_OBJECT, .type = &type_1,
};

/* v1 ServiceStatus */
static const struct schema_field fields_194[] = {
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_64,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"Observations about the service."},
	{.name = "loadBalancer", .form = SCHEMA_OBJECT, .type = &type_121,
	 .keep = true,
	 .doc =
	 	"Where its load balancer is."},
};

static const struct schema_type type_194 = {
	.name = "ServiceStatus", .group = "v1", .fields = fields_194,
	.n_fields = 2,
};

/* v1 Service */
static const struct schema_field fields_195[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_193,
	 .keep = true,
	 .doc =
	 	"Desired state of the service."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_194,
	 .keep = true,
	 .doc =
	 	"State in which the service was last seen."},
};

static const struct schema_type type_195 = {
	.name = "Service", .group = "v1", .fields = fields_195, .n_fields = 5,
	.doc =
		"A name and an address for a group of pods.",
};

static const struct schema_field item_65 = {
	.form = SCHEMA_OBJECT, .type = &type_26, .atomic = true,
};

/* v1 ServiceAccount */
static const struct schema_field fields_196[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "automountServiceAccountToken", .form = SCHEMA_BOOL,
	 .pointer = true,
	 .doc =
	 	"Whether pods get its token."},
	{.name = "imagePullSecrets", .form = SCHEMA_LIST, .item = &item_47,
	 .doc =
	 	"Secrets with credentials for pulling images."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "secrets", .form = SCHEMA_LIST, .item = &item_65,
	 .list = SCHEMA_KEYED, .keys = WORDS("name"), .merges = true,
	 .merge_key = "name",
	 .doc =
	 	"Secrets that its pods may use."},
};

static const struct schema_type type_196 = {
	.name = "ServiceAccount", .group = "v1", .fields = fields_196,
	.n_fields = 6,
	.doc =
		"Whom pods run as.",
};

/* v1 TopologySelectorLabelRequirement */
static const struct schema_field fields_197[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true},
};

static const struct schema_type type_197 = {
	.name = "TopologySelectorLabelRequirement", .group = "v1",
	.fields = fields_197, .n_fields = 2,
};

static const struct schema_field item_66 = {
	.form = SCHEMA_OBJECT, .type = &type_197,
};

/* v1 TopologySelectorTerm */
static const struct schema_field fields_198[] = {
	{.name = "matchLabelExpressions", .form = SCHEMA_LIST,
	 .item = &item_66},
};

static const struct schema_type type_198 = {
	.name = "TopologySelectorTerm", .group = "v1", .fields = fields_198,
	.n_fields = 1, .atomic = true,
};

/* apps/v1 ControllerRevision */
static const struct schema_field fields_199[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "data", .form = SCHEMA_RAW,
	 .doc =
	 	"The state."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "revision", .form = SCHEMA_INT64, .required = true,
	 .doc =
	 	"Counts on with every change; the newest state has the "
	 	"highest number."},
};

static const struct schema_type type_199 = {
	.name = "ControllerRevision", .group = "apps/v1", .fields = fields_199,
	.n_fields = 5,
	.doc =
		"A state of an object at one time, kept for rollbacks; its"
		" data never change.",
};

/* apps/v1 RollingUpdateStatefulSetStrategy */
static const struct schema_field fields_200[] = {
	{.name = "maxUnavailable", .form = SCHEMA_INT_OR_STRING,
	 .doc =
	 	"How many pods may be unavailable during an update: a "
	 	"number or a percentage of replicas, at least 1, which is"
	 	" the default."},
	{.name = "partition", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"Pods with an ordinal below this one stay at the old "
	 	"revision; 0 by default."},
};

static const struct schema_type type_200 = {
	.name = "RollingUpdateStatefulSetStrategy", .group = "apps/v1",
	.fields = fields_200, .n_fields = 2,
};

/* apps/v1 StatefulSetOrdinals */
static const struct schema_field fields_201[] = {
	{.name = "start", .form = SCHEMA_INT32, .keep = true,
	 .doc =
	 	"Number of the first pod; the last one is start + "
	 	"replicas - 1."},
};

static const struct schema_type type_201 = {
	.name = "StatefulSetOrdinals", .group = "apps/v1",
	.fields = fields_201, .n_fields = 1,
};

/* apps/v1 StatefulSetPersistentVolumeClaimRetentionPolicy */
static const struct schema_field fields_202[] = {
	{.name = "whenDeleted", .form = SCHEMA_STRING,
	 .values = WORDS("Delete", "Retain"),
	 .go = "v1.PersistentVolumeClaimRetentionPolicyType",
	 .doc =
	 	"Retain, the default, keeps the claims when the set is "
	 	"deleted; Delete deletes them."},
	{.name = "whenScaled", .form = SCHEMA_STRING,
	 .values = WORDS("Delete", "Retain"),
	 .go = "v1.PersistentVolumeClaimRetentionPolicyType",
	 .doc =
	 	"Retain, the default, keeps the claims of pods that are "
	 	"scaled away; Delete deletes them."},
};

static const struct schema_type type_202 = {
	.name = "StatefulSetPersistentVolumeClaimRetentionPolicy",
	.group = "apps/v1", .fields = fields_202, .n_fields = 2,
};

/* apps/v1 StatefulSetUpdateStrategy */
static const struct schema_field fields_203[] = {
	{.name = "rollingUpdate", .form = SCHEMA_OBJECT, .type = &type_200,
	 .doc =
	 	"Further wishes, for type RollingUpdate only."},
	{.name = "type", .form = SCHEMA_STRING,
	 .values = WORDS("OnDelete", "RollingUpdate"),
	 .go = "v1.StatefulSetUpdateStrategyType",
	 .doc =
	 	"RollingUpdate, the default, replaces pods from the "
	 	"highest ordinal to the lowest, each when the one before "
	 	"is ready; OnDelete replaces a pod once somebody deletes "
	 	"it."},
};

static const struct schema_type type_203 = {
	.name = "StatefulSetUpdateStrategy", .group = "apps/v1",
	.fields = fields_203, .n_fields = 2,
};

static const struct schema_field item_67 = {
	.form = SCHEMA_OBJECT, .type = &type_159,
};

/* apps/v1 StatefulSetSpec */
static const struct schema_field fields_204[] = {
	{.name = "minReadySeconds", .form = SCHEMA_INT32,
	 .doc =
	 	"Seconds that a pod must be ready before it counts as "
	 	"available. 0, the default: at once."},
	{.name = "ordinals", .form = SCHEMA_OBJECT, .type = &type_201,
	 .doc =
	 	"Which numbers the pods have; from 0 on unless told "
	 	"otherwise."},
	{.name = "persistentVolumeClaimRetentionPolicy", .form = SCHEMA_OBJECT,
	 .type = &type_202,
	 .doc =
	 	"What becomes of claims made from volumeClaimTemplates. "
	 	"They are kept unless told otherwise."},
	{.name = "podManagementPolicy", .form = SCHEMA_STRING,
	 .values = WORDS("OrderedReady", "Parallel"),
	 .go = "v1.PodManagementPolicyType",
	 .doc =
	 	"How pods are made and removed: OrderedReady, the "
	 	"default, one after another, each when its predecessors "
	 	"are ready; Parallel, all at once."},
	{.name = "replicas", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"How many pods are wanted; 1 by default."},
	{.name = "revisionHistoryLimit", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"How many old revisions are kept for a rollback; 10 by "
	 	"default."},
	{.name = "selector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true, .required = true,
	 .doc =
	 	"Which pods belong to the set. It must match the labels "
	 	"of the template and never changes."},
	{.name = "serviceName", .form = SCHEMA_STRING,
	 .doc =
	 	"Service that gives the pods their DNS names: "
	 	"pod.serviceName.namespace.svc.cluster.local. It must "
	 	"exist before the set and never changes."},
	{.name = "template", .form = SCHEMA_OBJECT, .type = &type_189,
	 .required = true,
	 .doc =
	 	"What each pod is made from. Name, hostname, subdomain "
	 	"and the volumes of the claims are filled in."},
	{.name = "updateStrategy", .form = SCHEMA_OBJECT, .type = &type_203,
	 .keep = true,
	 .doc =
	 	"How pods come to a changed template."},
	{.name = "volumeClaimTemplates", .form = SCHEMA_LIST, .item = &item_67,
	 .doc =
	 	"Claims that each pod gets of its own, named "
	 	"template-set-N. A claim hides a volume of the same name "
	 	"in the pod template."},
};

static const struct schema_type type_204 = {
	.name = "StatefulSetSpec", .group = "apps/v1", .fields = fields_204,
	.n_fields = 11,
};

/* apps/v1 StatefulSetCondition */
static const struct schema_field fields_205[] = {
	{.name = "lastTransitionTime", .form = SCHEMA_TIME,
	 .doc =
	 	"When the status last changed."},
	{.name = "message", .form = SCHEMA_STRING,
	 .doc =
	 	"The same for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "status", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.ConditionStatus",
	 .doc =
	 	"True, False or Unknown."},
	{.name = "type", .form = SCHEMA_STRING, .required = true,
	 .go = "v1.StatefulSetConditionType",
	 .doc =
	 	"What the condition is about."},
};

static const struct schema_type type_205 = {
	.name = "StatefulSetCondition", .group = "apps/v1",
	.fields = fields_205, .n_fields = 5,
	.doc =
		"An observation about a StatefulSet.",
};

static const struct schema_field item_68 = {
	.form = SCHEMA_OBJECT, .type = &type_205,
};

/* apps/v1 StatefulSetStatus */
static const struct schema_field fields_206[] = {
	{.name = "availableReplicas", .form = SCHEMA_INT32, .keep = true,
	 .doc =
	 	"Pods that have been ready for minReadySeconds."},
	{.name = "collisionCount", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"Counts names of revisions that were taken already."},
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_68,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type",
	 .doc =
	 	"Observations about the set."},
	{.name = "currentReplicas", .form = SCHEMA_INT32,
	 .doc =
	 	"Pods made from currentRevision."},
	{.name = "currentRevision", .form = SCHEMA_STRING,
	 .doc =
	 	"Revision of pods that the update has not reached."},
	{.name = "observedGeneration", .form = SCHEMA_INT64,
	 .doc =
	 	"The metadata.generation that this status was made from."},
	{.name = "readyReplicas", .form = SCHEMA_INT32,
	 .doc =
	 	"Pods that are ready."},
	{.name = "replicas", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that there are."},
	{.name = "updateRevision", .form = SCHEMA_STRING,
	 .doc =
	 	"Revision that the pods are updated to."},
	{.name = "updatedReplicas", .form = SCHEMA_INT32,
	 .doc =
	 	"Pods made from updateRevision."},
};

static const struct schema_type type_206 = {
	.name = "StatefulSetStatus", .group = "apps/v1", .fields = fields_206,
	.n_fields = 10,
};

/* apps/v1 StatefulSet */
static const struct schema_field fields_207[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_204,
	 .keep = true,
	 .doc =
	 	"Desired state of the set."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_206,
	 .keep = true,
	 .doc =
	 	"State in which the set was last seen."},
};

static const struct schema_type type_207 = {
	.name = "StatefulSet", .group = "apps/v1", .fields = fields_207,
	.n_fields = 5,
	.doc =
		"A set of pods that keep their names, their order and "
		"their storage when they are replaced. Pod N of set web is"
		" web-N, has its own DNS name below the governing Service,"
		" and finds its volumes again.",
};

/* events.k8s.io/v1 EventSeries */
static const struct schema_field fields_208[] = {
	{.name = "count", .form = SCHEMA_INT32, .required = true},
	{.name = "lastObservedTime", .form = SCHEMA_MICROTIME,
	 .required = true},
};

static const struct schema_type type_208 = {
	.name = "EventSeries", .group = "events.k8s.io/v1",
	.fields = fields_208, .n_fields = 2,
};

/* events.k8s.io/v1 Event */
static const struct schema_field fields_209[] = {
	{.name = "action", .form = SCHEMA_STRING,
	 .doc =
	 	"What was done."},
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "deprecatedCount", .form = SCHEMA_INT32},
	{.name = "deprecatedFirstTimestamp", .form = SCHEMA_TIME},
	{.name = "deprecatedLastTimestamp", .form = SCHEMA_TIME},
	{.name = "deprecatedSource", .form = SCHEMA_OBJECT, .type = &type_103},
	{.name = "eventTime", .form = SCHEMA_MICROTIME, .required = true,
	 .doc =
	 	"When it was first seen."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .required = true,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "note", .form = SCHEMA_STRING,
	 .doc =
	 	"What happened, for people to read."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why, as one word in CamelCase."},
	{.name = "regarding", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true,
	 .doc =
	 	"What it happened to."},
	{.name = "related", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true,
	 .doc =
	 	"A second object that has to do with it."},
	{.name = "reportingController", .form = SCHEMA_STRING,
	 .doc =
	 	"Who tells of it."},
	{.name = "reportingInstance", .form = SCHEMA_STRING, .keep = true,
	 .doc =
	 	"Which instance of them."},
	{.name = "series", .form = SCHEMA_OBJECT, .type = &type_208,
	 .doc =
	 	"How it repeats."},
	{.name = "type", .form = SCHEMA_STRING,
	 .doc =
	 	"Normal or Warning."},
};

static const struct schema_type type_209 = {
	.name = "Event", .group = "events.k8s.io/v1", .fields = fields_209,
	.n_fields = 17,
	.doc =
		"Something that happened to an object.",
};

/* policy/v1 Eviction */
static const struct schema_field fields_210[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "deleteOptions", .form = SCHEMA_OBJECT, .type = &type_3},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
};

static const struct schema_type type_210 = {
	.name = "Eviction", .group = "policy/v1", .fields = fields_210,
	.n_fields = 4,
};

/* policy/v1 PodDisruptionBudgetSpec */
static const struct schema_field fields_211[] = {
	{.name = "maxUnavailable", .form = SCHEMA_INT_OR_STRING,
	 .doc =
	 	"How many pods may be away: a number or a percentage."},
	{.name = "minAvailable", .form = SCHEMA_INT_OR_STRING,
	 .doc =
	 	"How many pods must stay: a number or a percentage."},
	{.name = "selector", .form = SCHEMA_OBJECT, .type = &type_5,
	 .atomic = true, .replaces = true,
	 .doc =
	 	"Which pods it is about."},
	{.name = "unhealthyPodEvictionPolicy", .form = SCHEMA_STRING,
	 .pointer = true, .values = WORDS("AlwaysAllow", "IfHealthyBudget"),
	 .go = "v1.UnhealthyPodEvictionPolicyType",
	 .doc =
	 	"When pods that are not ready may be evicted: "
	 	"IfHealthyBudget, the default, or AlwaysAllow."},
};

static const struct schema_type type_211 = {
	.name = "PodDisruptionBudgetSpec", .group = "policy/v1",
	.fields = fields_211, .n_fields = 4,
};

static const struct schema_field item_69 = {
	.form = SCHEMA_TIME,
};

/* policy/v1 PodDisruptionBudgetStatus */
static const struct schema_field fields_212[] = {
	{.name = "conditions", .form = SCHEMA_LIST, .item = &item_64,
	 .list = SCHEMA_KEYED, .keys = WORDS("type"), .merges = true,
	 .merge_key = "type"},
	{.name = "currentHealthy", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that are healthy."},
	{.name = "desiredHealthy", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that must be."},
	{.name = "disruptedPods", .form = SCHEMA_MAP, .item = &item_69},
	{.name = "disruptionsAllowed", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that may be taken down now."},
	{.name = "expectedPods", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that it counts."},
	{.name = "observedGeneration", .form = SCHEMA_INT64},
};

static const struct schema_type type_212 = {
	.name = "PodDisruptionBudgetStatus", .group = "policy/v1",
	.fields = fields_212, .n_fields = 7,
};

/* policy/v1 PodDisruptionBudget */
static const struct schema_field fields_213[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_211,
	 .keep = true,
	 .doc =
	 	"Desired state of the budget."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_212,
	 .keep = true,
	 .doc =
	 	"State in which the pods were last seen."},
};

static const struct schema_type type_213 = {
	.name = "PodDisruptionBudget", .group = "policy/v1",
	.fields = fields_213, .n_fields = 5,
	.doc =
		"How many pods may be taken down on purpose at one time.",
};

static const struct schema_field item_70 = {
	.form = SCHEMA_OBJECT, .type = &type_198, .atomic = true,
};

/* storage.k8s.io/v1 StorageClass */
static const struct schema_field fields_214[] = {
	{.name = "allowVolumeExpansion", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"Whether claims may grow."},
	{.name = "allowedTopologies", .form = SCHEMA_LIST, .item = &item_70,
	 .doc =
	 	"Where volumes may be made."},
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "mountOptions", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Options for mounting its volumes."},
	{.name = "parameters", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Settings for the provisioner."},
	{.name = "provisioner", .form = SCHEMA_STRING, .required = true,
	 .doc =
	 	"Who makes the volumes."},
	{.name = "reclaimPolicy", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("Delete", "Recycle", "Retain"),
	 .go = "v1.PersistentVolumeReclaimPolicy",
	 .doc =
	 	"What becomes of a volume when its claim goes: Delete, "
	 	"the default, or Retain."},
	{.name = "volumeBindingMode", .form = SCHEMA_STRING, .pointer = true,
	 .values = WORDS("Immediate", "WaitForFirstConsumer"),
	 .go = "v1.VolumeBindingMode",
	 .doc =
	 	"When a volume is made: Immediate, the default, or "
	 	"WaitForFirstConsumer, when a pod uses the claim."},
};

static const struct schema_type type_214 = {
	.name = "StorageClass", .group = "storage.k8s.io/v1",
	.fields = fields_214, .n_fields = 10,
	.doc =
		"A way of making volumes.",
};

/* coordination.k8s.io/v1 LeaseSpec */
static const struct schema_field fields_215[] = {
	{.name = "acquireTime", .form = SCHEMA_MICROTIME,
	 .doc =
	 	"When the holder got it."},
	{.name = "holderIdentity", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Who holds it."},
	{.name = "leaseDurationSeconds", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"Seconds after renewTime before another may take it."},
	{.name = "leaseTransitions", .form = SCHEMA_INT32, .pointer = true,
	 .doc =
	 	"How often it went from one holder to another."},
	{.name = "preferredHolder", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Who should take it over."},
	{.name = "renewTime", .form = SCHEMA_MICROTIME,
	 .doc =
	 	"When the holder last renewed it."},
	{.name = "strategy", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.CoordinatedLeaseStrategy",
	 .doc =
	 	"How the holder is chosen."},
};

static const struct schema_type type_215 = {
	.name = "LeaseSpec", .group = "coordination.k8s.io/v1",
	.fields = fields_215, .n_fields = 7,
};

/* coordination.k8s.io/v1 Lease */
static const struct schema_field fields_216[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_215,
	 .keep = true,
	 .doc =
	 	"Holder and times."},
};

static const struct schema_type type_216 = {
	.name = "Lease", .group = "coordination.k8s.io/v1",
	.fields = fields_216, .n_fields = 4,
	.doc =
		"Who has a duty at present, and until when.",
};

/* discovery.k8s.io/v1 EndpointConditions */
static const struct schema_field fields_217[] = {
	{.name = "ready", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It takes new connections."},
	{.name = "serving", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It can serve, even while it is about to end."},
	{.name = "terminating", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It is about to end."},
};

static const struct schema_type type_217 = {
	.name = "EndpointConditions", .group = "discovery.k8s.io/v1",
	.fields = fields_217, .n_fields = 3,
};

/* discovery.k8s.io/v1 ForNode */
static const struct schema_field fields_218[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_218 = {
	.name = "ForNode", .group = "discovery.k8s.io/v1",
	.fields = fields_218, .n_fields = 1,
};

static const struct schema_field item_71 = {
	.form = SCHEMA_OBJECT, .type = &type_218,
};

/* discovery.k8s.io/v1 ForZone */
static const struct schema_field fields_219[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_219 = {
	.name = "ForZone", .group = "discovery.k8s.io/v1",
	.fields = fields_219, .n_fields = 1,
};

static const struct schema_field item_72 = {
	.form = SCHEMA_OBJECT, .type = &type_219,
};

/* discovery.k8s.io/v1 EndpointHints */
static const struct schema_field fields_220[] = {
	{.name = "forNodes", .form = SCHEMA_LIST, .item = &item_71},
	{.name = "forZones", .form = SCHEMA_LIST, .item = &item_72},
};

static const struct schema_type type_220 = {
	.name = "EndpointHints", .group = "discovery.k8s.io/v1",
	.fields = fields_220, .n_fields = 2,
};

/* discovery.k8s.io/v1 Endpoint */
static const struct schema_field fields_221[] = {
	{.name = "addresses", .form = SCHEMA_LIST, .item = &item_0,
	 .list = SCHEMA_SET, .required = true,
	 .doc =
	 	"Its addresses."},
	{.name = "conditions", .form = SCHEMA_OBJECT, .type = &type_217,
	 .keep = true,
	 .doc =
	 	"Whether it is ready, serves and is about to end."},
	{.name = "deprecatedTopology", .form = SCHEMA_MAP, .item = &item_0},
	{.name = "hints", .form = SCHEMA_OBJECT, .type = &type_220},
	{.name = "hostname", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Host name, which becomes part of its DNS name."},
	{.name = "nodeName", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Node on which it runs."},
	{.name = "targetRef", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true,
	 .doc =
	 	"The pod that it is."},
	{.name = "zone", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Zone in which it runs."},
};

static const struct schema_type type_221 = {
	.name = "Endpoint", .group = "discovery.k8s.io/v1",
	.fields = fields_221, .n_fields = 8,
	.doc =
		"One that answers for a service.",
};

/* discovery.k8s.io/v1 EndpointPort */
static const struct schema_field fields_222[] = {
	{.name = "appProtocol", .form = SCHEMA_STRING, .pointer = true},
	{.name = "name", .form = SCHEMA_STRING, .pointer = true},
	{.name = "port", .form = SCHEMA_INT32, .pointer = true},
	{.name = "protocol", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.Protocol"},
};

static const struct schema_type type_222 = {
	.name = "EndpointPort", .group = "discovery.k8s.io/v1",
	.fields = fields_222, .n_fields = 4, .atomic = true,
};

static const struct schema_field item_73 = {
	.form = SCHEMA_OBJECT, .type = &type_221,
};

static const struct schema_field item_74 = {
	.form = SCHEMA_OBJECT, .type = &type_222, .atomic = true,
};

/* discovery.k8s.io/v1 EndpointSlice */
static const struct schema_field fields_223[] = {
	{.name = "addressType", .form = SCHEMA_STRING, .required = true,
	 .values = WORDS("FQDN", "IPv4", "IPv6"), .go = "v1.AddressType",
	 .doc =
	 	"What the addresses are: IPv4, IPv6 or FQDN."},
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "endpoints", .form = SCHEMA_LIST, .item = &item_73,
	 .required = true,
	 .doc =
	 	"Who answers there; at most 1000."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_74, .keep = true,
	 .doc =
	 	"Ports at which each of them answers."},
};

static const struct schema_type type_223 = {
	.name = "EndpointSlice", .group = "discovery.k8s.io/v1",
	.fields = fields_223, .n_fields = 6,
	.doc =
		"Addresses behind a service, or some of them.",
};

/* discovery.k8s.io/v1beta1 EndpointConditions */
static const struct schema_field fields_224[] = {
	{.name = "ready", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It takes new connections."},
	{.name = "serving", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It can serve, even while it is about to end."},
	{.name = "terminating", .form = SCHEMA_BOOL, .pointer = true,
	 .doc =
	 	"It is about to end."},
};

static const struct schema_type type_224 = {
	.name = "EndpointConditions", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_224, .n_fields = 3,
};

/* discovery.k8s.io/v1beta1 ForNode */
static const struct schema_field fields_225[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_225 = {
	.name = "ForNode", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_225, .n_fields = 1,
};

static const struct schema_field item_75 = {
	.form = SCHEMA_OBJECT, .type = &type_225,
};

/* discovery.k8s.io/v1beta1 ForZone */
static const struct schema_field fields_226[] = {
	{.name = "name", .form = SCHEMA_STRING, .required = true},
};

static const struct schema_type type_226 = {
	.name = "ForZone", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_226, .n_fields = 1,
};

static const struct schema_field item_76 = {
	.form = SCHEMA_OBJECT, .type = &type_226,
};

/* discovery.k8s.io/v1beta1 EndpointHints */
static const struct schema_field fields_227[] = {
	{.name = "forNodes", .form = SCHEMA_LIST, .item = &item_75},
	{.name = "forZones", .form = SCHEMA_LIST, .item = &item_76},
};

static const struct schema_type type_227 = {
	.name = "EndpointHints", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_227, .n_fields = 2,
};

/* discovery.k8s.io/v1beta1 Endpoint */
static const struct schema_field fields_228[] = {
	{.name = "addresses", .form = SCHEMA_LIST, .item = &item_0,
	 .list = SCHEMA_SET, .required = true,
	 .doc =
	 	"Where it answers; all are the same endpoint."},
	{.name = "conditions", .form = SCHEMA_OBJECT, .type = &type_224,
	 .keep = true,
	 .doc =
	 	"Whether it is ready, serves and is about to end."},
	{.name = "hints", .form = SCHEMA_OBJECT, .type = &type_227},
	{.name = "hostname", .form = SCHEMA_STRING, .pointer = true,
	 .doc =
	 	"Host name, which becomes part of its DNS name."},
	{.name = "targetRef", .form = SCHEMA_OBJECT, .type = &type_26,
	 .atomic = true,
	 .doc =
	 	"The pod that it is."},
	{.name = "topology", .form = SCHEMA_MAP, .item = &item_0,
	 .doc =
	 	"Node, zone and region in which it runs, as labels of a "
	 	"node."},
};

static const struct schema_type type_228 = {
	.name = "Endpoint", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_228, .n_fields = 6,
};

/* discovery.k8s.io/v1beta1 EndpointPort */
static const struct schema_field fields_229[] = {
	{.name = "appProtocol", .form = SCHEMA_STRING, .pointer = true},
	{.name = "name", .form = SCHEMA_STRING, .pointer = true},
	{.name = "port", .form = SCHEMA_INT32, .pointer = true},
	{.name = "protocol", .form = SCHEMA_STRING, .pointer = true,
	 .go = "v1.Protocol"},
};

static const struct schema_type type_229 = {
	.name = "EndpointPort", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_229, .n_fields = 4,
};

static const struct schema_field item_77 = {
	.form = SCHEMA_OBJECT, .type = &type_228,
};

static const struct schema_field item_78 = {
	.form = SCHEMA_OBJECT, .type = &type_229,
};

/* discovery.k8s.io/v1beta1 EndpointSlice */
static const struct schema_field fields_230[] = {
	{.name = "addressType", .form = SCHEMA_STRING, .required = true,
	 .values = WORDS("FQDN", "IPv4", "IPv6"), .go = "v1beta1.AddressType",
	 .doc =
	 	"What the addresses are: IPv4, IPv6 or FQDN."},
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "endpoints", .form = SCHEMA_LIST, .item = &item_77,
	 .required = true,
	 .doc =
	 	"Who answers there; at most 1000."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "ports", .form = SCHEMA_LIST, .item = &item_78, .keep = true,
	 .doc =
	 	"Ports at which each of them answers."},
};

static const struct schema_type type_230 = {
	.name = "EndpointSlice", .group = "discovery.k8s.io/v1beta1",
	.fields = fields_230, .n_fields = 6,
	.doc =
		"Addresses behind a service, or some of them.",
};

/* autoscaling/v1 ScaleSpec */
static const struct schema_field fields_231[] = {
	{.name = "replicas", .form = SCHEMA_INT32,
	 .doc =
	 	"Pods that are wanted."},
};

static const struct schema_type type_231 = {
	.name = "ScaleSpec", .group = "autoscaling/v1", .fields = fields_231,
	.n_fields = 1,
};

/* autoscaling/v1 ScaleStatus */
static const struct schema_field fields_232[] = {
	{.name = "replicas", .form = SCHEMA_INT32, .required = true,
	 .keep = true,
	 .doc =
	 	"Pods that there are."},
	{.name = "selector", .form = SCHEMA_STRING,
	 .doc =
	 	"Which pods they are, as a query."},
};

static const struct schema_type type_232 = {
	.name = "ScaleStatus", .group = "autoscaling/v1", .fields = fields_232,
	.n_fields = 2,
};

/* autoscaling/v1 Scale */
static const struct schema_field fields_233[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_231,
	 .keep = true,
	 .doc =
	 	"How many are wanted."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_232,
	 .keep = true,
	 .doc =
	 	"How many there are."},
};

static const struct schema_type type_233 = {
	.name = "Scale", .group = "autoscaling/v1", .fields = fields_233,
	.n_fields = 5,
	.doc =
		"How many pods a set has and is to have.",
};

static const struct schema_field item_79 = {
	.form = SCHEMA_LIST, .item = &item_0,
};

/* authentication.k8s.io/v1 UserInfo */
static const struct schema_field fields_234[] = {
	{.name = "extra", .form = SCHEMA_MAP, .item = &item_79,
	 .doc =
	 	"What else is known of the user."},
	{.name = "groups", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Groups that the user is in."},
	{.name = "uid", .form = SCHEMA_STRING,
	 .doc =
	 	"Tells users of one name apart, over time."},
	{.name = "username", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the user."},
};

static const struct schema_type type_234 = {
	.name = "UserInfo", .group = "authentication.k8s.io/v1",
	.fields = fields_234, .n_fields = 4,
};

/* authentication.k8s.io/v1 SelfSubjectReviewStatus */
static const struct schema_field fields_235[] = {
	{.name = "userInfo", .form = SCHEMA_OBJECT, .type = &type_234,
	 .doc =
	 	"Who one is."},
};

static const struct schema_type type_235 = {
	.name = "SelfSubjectReviewStatus", .group = "authentication.k8s.io/v1",
	.fields = fields_235, .n_fields = 1,
};

/* authentication.k8s.io/v1 SelfSubjectReview */
static const struct schema_field fields_236[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_235,
	 .keep = true,
	 .doc =
	 	"The answer."},
};

static const struct schema_type type_236 = {
	.name = "SelfSubjectReview", .group = "authentication.k8s.io/v1",
	.fields = fields_236, .n_fields = 4,
	.doc =
		"Asks who one is.",
};

/* authorization.k8s.io/v1 FieldSelectorRequirement */
static const struct schema_field fields_237[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "operator", .form = SCHEMA_STRING, .required = true},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_237 = {
	.name = "FieldSelectorRequirement", .group = "authorization.k8s.io/v1",
	.fields = fields_237, .n_fields = 3,
};

static const struct schema_field item_80 = {
	.form = SCHEMA_OBJECT, .type = &type_237,
};

/* authorization.k8s.io/v1 FieldSelectorAttributes */
static const struct schema_field fields_238[] = {
	{.name = "rawSelector", .form = SCHEMA_STRING,
	 .doc =
	 	"The selector as text."},
	{.name = "requirements", .form = SCHEMA_LIST, .item = &item_80,
	 .doc =
	 	"The selector in its parts."},
};

static const struct schema_type type_238 = {
	.name = "FieldSelectorAttributes", .group = "authorization.k8s.io/v1",
	.fields = fields_238, .n_fields = 2,
};

/* authorization.k8s.io/v1 LabelSelectorRequirement */
static const struct schema_field fields_239[] = {
	{.name = "key", .form = SCHEMA_STRING, .required = true},
	{.name = "operator", .form = SCHEMA_STRING, .required = true},
	{.name = "values", .form = SCHEMA_LIST, .item = &item_0},
};

static const struct schema_type type_239 = {
	.name = "LabelSelectorRequirement", .group = "authorization.k8s.io/v1",
	.fields = fields_239, .n_fields = 3,
};

static const struct schema_field item_81 = {
	.form = SCHEMA_OBJECT, .type = &type_239,
};

/* authorization.k8s.io/v1 LabelSelectorAttributes */
static const struct schema_field fields_240[] = {
	{.name = "rawSelector", .form = SCHEMA_STRING,
	 .doc =
	 	"The selector as text."},
	{.name = "requirements", .form = SCHEMA_LIST, .item = &item_81,
	 .doc =
	 	"The selector in its parts."},
};

static const struct schema_type type_240 = {
	.name = "LabelSelectorAttributes", .group = "authorization.k8s.io/v1",
	.fields = fields_240, .n_fields = 2,
};

/* authorization.k8s.io/v1 NonResourceAttributes */
static const struct schema_field fields_241[] = {
	{.name = "path", .form = SCHEMA_STRING,
	 .doc =
	 	"Path of the URL."},
	{.name = "verb", .form = SCHEMA_STRING,
	 .doc =
	 	"The method in small letters."},
};

static const struct schema_type type_241 = {
	.name = "NonResourceAttributes", .group = "authorization.k8s.io/v1",
	.fields = fields_241, .n_fields = 2,
};

/* authorization.k8s.io/v1 ResourceAttributes */
static const struct schema_field fields_242[] = {
	{.name = "fieldSelector", .form = SCHEMA_OBJECT, .type = &type_238,
	 .doc =
	 	"Only objects with these fields."},
	{.name = "group", .form = SCHEMA_STRING,
	 .doc =
	 	"Group of the resource; * for all."},
	{.name = "labelSelector", .form = SCHEMA_OBJECT, .type = &type_240,
	 .doc =
	 	"Only objects with these labels."},
	{.name = "name", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of one object; none for all."},
	{.name = "namespace", .form = SCHEMA_STRING,
	 .doc =
	 	"The namespace; none for all."},
	{.name = "resource", .form = SCHEMA_STRING,
	 .doc =
	 	"The resource by its plural; * for all."},
	{.name = "subresource", .form = SCHEMA_STRING,
	 .doc =
	 	"A part of the resource."},
	{.name = "verb", .form = SCHEMA_STRING,
	 .doc =
	 	"get, list, watch, create, update, patch, delete and so "
	 	"on; * for all."},
	{.name = "version", .form = SCHEMA_STRING,
	 .doc =
	 	"Version of the group; * for all."},
};

static const struct schema_type type_242 = {
	.name = "ResourceAttributes", .group = "authorization.k8s.io/v1",
	.fields = fields_242, .n_fields = 9,
};

/* authorization.k8s.io/v1 SubjectAccessReviewSpec */
static const struct schema_field fields_243[] = {
	{.name = "extra", .form = SCHEMA_MAP, .item = &item_79,
	 .doc =
	 	"What else is known of the user."},
	{.name = "groups", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Groups that the user is in."},
	{.name = "nonResourceAttributes", .form = SCHEMA_OBJECT,
	 .type = &type_241,
	 .doc =
	 	"What is to be done to a URL."},
	{.name = "resourceAttributes", .form = SCHEMA_OBJECT,
	 .type = &type_242,
	 .doc =
	 	"What is to be done to objects."},
	{.name = "uid", .form = SCHEMA_STRING,
	 .doc =
	 	"Tells users of one name apart, over time."},
	{.name = "user", .form = SCHEMA_STRING,
	 .doc =
	 	"Name of the user."},
};

static const struct schema_type type_243 = {
	.name = "SubjectAccessReviewSpec", .group = "authorization.k8s.io/v1",
	.fields = fields_243, .n_fields = 6,
};

/* authorization.k8s.io/v1 SubjectAccessReviewStatus */
static const struct schema_field fields_244[] = {
	{.name = "allowed", .form = SCHEMA_BOOL, .required = true,
	 .keep = true,
	 .doc =
	 	"Whether it may be done."},
	{.name = "denied", .form = SCHEMA_BOOL,
	 .doc =
	 	"Whether it is forbidden, whoever else would allow it."},
	{.name = "evaluationError", .form = SCHEMA_STRING,
	 .doc =
	 	"What went wrong on the way to the answer."},
	{.name = "reason", .form = SCHEMA_STRING,
	 .doc =
	 	"Why."},
};

static const struct schema_type type_244 = {
	.name = "SubjectAccessReviewStatus",
	.group = "authorization.k8s.io/v1", .fields = fields_244,
	.n_fields = 4,
};

/* authorization.k8s.io/v1 LocalSubjectAccessReview */
static const struct schema_field fields_245[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_243,
	 .required = true, .keep = true,
	 .doc =
	 	"The question."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_244,
	 .keep = true,
	 .doc =
	 	"The answer."},
};

static const struct schema_type type_245 = {
	.name = "LocalSubjectAccessReview", .group = "authorization.k8s.io/v1",
	.fields = fields_245, .n_fields = 5,
	.doc =
		"Asks whether somebody may do something in one namespace.",
};

/* authorization.k8s.io/v1 NonResourceRule */
static const struct schema_field fields_246[] = {
	{.name = "nonResourceURLs", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Paths; * stands for all."},
	{.name = "verbs", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true,
	 .doc =
	 	"What may be done; * stands for all."},
};

static const struct schema_type type_246 = {
	.name = "NonResourceRule", .group = "authorization.k8s.io/v1",
	.fields = fields_246, .n_fields = 2,
};

/* authorization.k8s.io/v1 ResourceRule */
static const struct schema_field fields_247[] = {
	{.name = "apiGroups", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Groups of the resources; * stands for all."},
	{.name = "resourceNames", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"Objects by name; none for all."},
	{.name = "resources", .form = SCHEMA_LIST, .item = &item_0,
	 .doc =
	 	"The resources; * stands for all."},
	{.name = "verbs", .form = SCHEMA_LIST, .item = &item_0,
	 .required = true,
	 .doc =
	 	"What may be done; * stands for all."},
};

static const struct schema_type type_247 = {
	.name = "ResourceRule", .group = "authorization.k8s.io/v1",
	.fields = fields_247, .n_fields = 4,
};

/* authorization.k8s.io/v1 SelfSubjectAccessReviewSpec */
static const struct schema_field fields_248[] = {
	{.name = "nonResourceAttributes", .form = SCHEMA_OBJECT,
	 .type = &type_241,
	 .doc =
	 	"What is to be done to a URL."},
	{.name = "resourceAttributes", .form = SCHEMA_OBJECT,
	 .type = &type_242,
	 .doc =
	 	"What is to be done to objects."},
};

static const struct schema_type type_248 = {
	.name = "SelfSubjectAccessReviewSpec",
	.group = "authorization.k8s.io/v1", .fields = fields_248,
	.n_fields = 2,
};

/* authorization.k8s.io/v1 SelfSubjectAccessReview */
static const struct schema_field fields_249[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_248,
	 .required = true, .keep = true,
	 .doc =
	 	"The question."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_244,
	 .keep = true,
	 .doc =
	 	"The answer."},
};

static const struct schema_type type_249 = {
	.name = "SelfSubjectAccessReview", .group = "authorization.k8s.io/v1",
	.fields = fields_249, .n_fields = 5,
	.doc =
		"Asks whether one may do something.",
};

/* authorization.k8s.io/v1 SelfSubjectRulesReviewSpec */
static const struct schema_field fields_250[] = {
	{.name = "namespace", .form = SCHEMA_STRING,
	 .doc =
	 	"The namespace."},
};

static const struct schema_type type_250 = {
	.name = "SelfSubjectRulesReviewSpec",
	.group = "authorization.k8s.io/v1", .fields = fields_250,
	.n_fields = 1,
};

static const struct schema_field item_82 = {
	.form = SCHEMA_OBJECT, .type = &type_246,
};

static const struct schema_field item_83 = {
	.form = SCHEMA_OBJECT, .type = &type_247,
};

/* authorization.k8s.io/v1 SubjectRulesReviewStatus */
static const struct schema_field fields_251[] = {
	{.name = "evaluationError", .form = SCHEMA_STRING,
	 .doc =
	 	"What went wrong on the way to the answer."},
	{.name = "incomplete", .form = SCHEMA_BOOL, .required = true,
	 .keep = true,
	 .doc =
	 	"Whether there may be more."},
	{.name = "nonResourceRules", .form = SCHEMA_LIST, .item = &item_82,
	 .required = true, .keep = true,
	 .doc =
	 	"What may be done to URLs."},
	{.name = "resourceRules", .form = SCHEMA_LIST, .item = &item_83,
	 .required = true, .keep = true,
	 .doc =
	 	"What may be done to objects."},
};

static const struct schema_type type_251 = {
	.name = "SubjectRulesReviewStatus", .group = "authorization.k8s.io/v1",
	.fields = fields_251, .n_fields = 4,
};

/* authorization.k8s.io/v1 SelfSubjectRulesReview */
static const struct schema_field fields_252[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_250,
	 .required = true, .keep = true,
	 .doc =
	 	"The question."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_251,
	 .keep = true,
	 .doc =
	 	"The answer."},
};

static const struct schema_type type_252 = {
	.name = "SelfSubjectRulesReview", .group = "authorization.k8s.io/v1",
	.fields = fields_252, .n_fields = 5,
	.doc =
		"Asks what all one may do in a namespace.",
};

/* authorization.k8s.io/v1 SubjectAccessReview */
static const struct schema_field fields_253[] = {
	{.name = "apiVersion", .form = SCHEMA_STRING,
	 .doc =
	 	"Group and version of this form of the object."},
	{.name = "kind", .form = SCHEMA_STRING,
	 .doc =
	 	"What the object is, in CamelCase; it never changes."},
	{.name = "metadata", .form = SCHEMA_OBJECT, .type = &type_9,
	 .doc =
	 	"Name, labels and the other data that every object has."},
	{.name = "spec", .form = SCHEMA_OBJECT, .type = &type_243,
	 .required = true, .keep = true,
	 .doc =
	 	"The question."},
	{.name = "status", .form = SCHEMA_OBJECT, .type = &type_244,
	 .keep = true,
	 .doc =
	 	"The answer."},
};

static const struct schema_type type_253 = {
	.name = "SubjectAccessReview", .group = "authorization.k8s.io/v1",
	.fields = fields_253, .n_fields = 5,
	.doc =
		"Asks whether somebody may do something.",
};

const struct schema_type *const schema_tables_roots[] = {
	&type_3,
	&type_6,
	&type_27,
	&type_39,
	&type_104,
	&type_128,
	&type_142,
	&type_153,
	&type_156,
	&type_159,
	&type_188,
	&type_190,
	&type_195,
	&type_196,
	&type_199,
	&type_207,
	&type_209,
	&type_210,
	&type_213,
	&type_214,
	&type_216,
	&type_223,
	&type_230,
	&type_233,
	&type_236,
	&type_245,
	&type_249,
	&type_252,
	&type_253,
	NULL,
};

const char schema_tables_hash[] =
	"31466F014F81FBF9837C4C811A06767D";
