/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * obj - typed projections of API objects: only the fields that are used.
 *
 * Each obj_x_decode() reads a JSON object of that kind into a fresh view, and
 * refuses with ST_EPARSE and the field path what it cannot use; wrong optional
 * fields are as absent. Repeated strings (namespaces, label keys and values,
 * names) are shared through the intern table, so pointer equality of two
 * interned strings is equality of text. A `uid` or `version`, and the strings
 * of slices other than `ns`, `service`, `managed_by` and port names, are the
 * view's own: compare those with istr_equal().
 *
 * Threads: the loop thread. Memory: a view belongs to the store once put
 * there; its strings live as long as it does.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statefuld/attr.h"

struct err;
struct json;

enum obj_kind {
	OBJ_NAMESPACE,
	OBJ_SERVICE,
	OBJ_POD,
	OBJ_SLICE,
	OBJ_SET,
	OBJ_CLAIM,
	OBJ_REVISION,
	OBJ_KINDS,
};

/* Interned, reference-counted text. */
struct istr;
const char *istr_text(const struct istr *s); /* NULL gives NULL */
/* Same text, interned or not; NULL equals NULL only. */
bool istr_equal(const struct istr *a, const struct istr *b);

struct obj_label {
	const struct istr *key, *value;
};

/* The controller owner reference, if any. */
struct obj_owner {
	const struct istr *kind, *name, *uid; /* kind NULL: no controller */
};

enum { OBJ_STEP = 8 };

/* Common head of all views. Slices keep no labels and no owner. */
struct obj {
	uint8_t kind;  /* enum obj_kind */
	bool deleting; /* has a deletionTimestamp */
	uint16_t n_labels;
	uint16_t mark;	/* the store's: which list saw it last */
	uint16_t steps; /* size of the block by OBJ_STEP; 0: from malloc */
	const struct istr *ns; /* NULL for namespaces */
	const struct istr *name;
	const struct istr *uid;		/* "" if absent, never NULL */
	const struct istr *version;	/* resourceVersion, likewise */
	const struct obj_owner *owner;	/* never NULL */
	const struct obj_label *labels; /* sorted by key text */
};

enum { ADDR_V4 = 4, ADDR_V6 = 16 };
struct addr {
	uint8_t len; /* 4, 16, or 0 for none */
	uint8_t octets[16];
};

enum obj_proto { PROTO_TCP, PROTO_UDP, PROTO_SCTP };
struct obj_port {
	const struct istr *name; /* NULL: unnamed */
	/* targetPort by name, for headless Services resolved per pod */
	const struct istr *target_name;
	uint16_t port, target_port;
	uint8_t proto;
	bool has_port; /* slices: nil port number makes no SRV (DNS-009) */
};

struct obj_namespace {
	struct obj obj;
};

enum obj_service_kind {
	SERVICE_NONE, /* no address yet: makes no records (DNS-007) */
	SERVICE_CLUSTER_IP,
	SERVICE_HEADLESS,
	SERVICE_EXTERNAL_NAME,
};

struct obj_service {
	struct obj obj;
	enum obj_service_kind type;
	bool publish_not_ready;
	bool has_selector;
	uint32_t n_selector;
	const struct obj_label *selector; /* sorted by key text */
	uint32_t n_addrs;
	const struct addr *addrs; /* cluster IPs */
	uint32_t n_ports;
	const struct obj_port *ports;
	const struct istr *external_name;
	bool families_v4, families_v6; /* spec.ipFamilies; both false: absent */
	uint32_t filed;	   /* the store's: selector label it is indexed under */
	int64_t created_s; /* wall clock; 0: unknown */
};

struct obj_endpoint {
	const struct istr *hostname;   /* NULL: none */
	const struct istr *target_pod; /* targetRef.name when kind is Pod */
	bool ready;		       /* true or absent (DNS-005) */
	uint32_t n_addrs;
	const struct addr *addrs;
};

struct obj_slice {
	struct obj obj;
	const struct istr *service; /* kubernetes.io/service-name */
	const struct istr
		*managed_by; /* endpointslice.kubernetes.io/managed-by */
	uint8_t addr_len;    /* 4, 16; 0: FQDN or unknown, ignored */
	uint32_t n_endpoints;
	const struct obj_endpoint *endpoints;
	uint32_t n_ports;
	const struct obj_port *ports;
	/* What brought about the last change of its endpoints, or it was made;
	 * wall clock; 0: unknown. */
	int64_t changed_s;
};

enum obj_phase {
	PHASE_NONE, /* status.phase empty */
	PHASE_PENDING,
	PHASE_RUNNING,
	PHASE_SUCCEEDED,
	PHASE_FAILED,
	PHASE_UNKNOWN,
};

struct obj_pod {
	struct obj obj;
	uint8_t phase; /* enum obj_phase */
	bool ready;    /* condition Ready is True */
	bool has_ready_time;
	uint8_t n_addrs;
	uint16_t n_claims, n_ports;
	int64_t ready_since_s; /* its lastTransitionTime, wall clock */
	/* Why it is not ready, for people; NULL: it is, or none was given. */
	const struct istr *trouble;
	const struct istr *hostname, *subdomain;
	const struct addr *addrs; /* podIPs, else podIP */
	/* PVC volumes: name of the volume and of the claim (SS-068). */
	const struct obj_label *claims; /* key = volume, value = claim */
	/* Named container ports, for SRV of headless Services whose targetPort
	 * is a name. */
	const struct obj_port *ports;
};

struct obj_owner_ref {
	const struct istr *api_version, *kind, *name, *uid;
	bool controller;
};

struct obj_claim {
	struct obj obj;
	uint32_t n_owners;
	const struct obj_owner_ref *owners;
	/* Bytes of storage: asked for, and there; 0: not said. */
	double request, capacity;
};

/* The set and the revision keep their whole JSON text, since writes and
 * comparisons need it; parse it with json_parse when a pass runs. */
struct obj_set {
	struct obj obj;
	char *json;
	size_t json_len;
	const struct istr *service_name;
	int32_t min_ready_s;
	uint32_t replicas, first_ordinal; /* spec.replicas, ordinals.start */
	struct selector *match;		  /* NULL: cannot be parsed */
};

struct obj_revision {
	struct obj obj;
	char *json;
	size_t json_len;
	int64_t revision;
	int64_t created_s;
};

/* ST_EPARSE: no object, no metadata.name, no metadata.namespace where there
 * has to be one. ST_ELIMIT: more of something than a view can count. */
st_must_check int obj_decode(enum obj_kind kind, const struct json *object,
			     struct obj **ret_obj, struct err *err);
/* The same without what only the reconciler needs: owners and claims, and of
 * sets all but their name, Service and ordinals. */
st_must_check int obj_decode_for_dns(enum obj_kind kind,
				     const struct json *object,
				     struct obj **ret_obj, struct err *err);
void obj_free(struct obj *obj);
/* Label's value, or NULL. */
const struct istr *obj_label_get(const struct obj *obj, const char *key);
/* Short name of a kind for log lines: "pod", "service"... */
const char *obj_kind_name(enum obj_kind kind);

static inline const struct obj_pod *obj_pod(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_pod, obj) : NULL;
}
static inline const struct obj_service *obj_service(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_service, obj) : NULL;
}
static inline const struct obj_slice *obj_slice(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_slice, obj) : NULL;
}
static inline const struct obj_set *obj_set(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_set, obj) : NULL;
}
static inline const struct obj_claim *obj_claim(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_claim, obj) : NULL;
}
static inline const struct obj_revision *obj_revision(const struct obj *obj)
{
	return obj ? st_container_of(obj, const struct obj_revision, obj)
		   : NULL;
}
