/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * records - the RRsets that follow from Services and their endpoints. Pure.
 *
 * One zone at a time. What cannot be a name (DNS-011) is left out and counted
 * in `skipped`.
 *
 * Threads: any. Memory: embedded; sets are borrowed until clear or fini.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "controller/endpoints.h"
#include "controller/obj.h"
#include "statefuld/attr.h"
#include "statefuld/name.h"
#include "statefuld/zone_edit.h"

struct records_chunk;

struct records {
	uint32_t ttl_s;
	/* As CoreDNS has it (chapter 21), kept by clear: addresses at
	 * _port._proto, too; and port._proto and so on, "_" for any port. */
	bool has_srv_addrs, has_loose_srv;
	unsigned int skipped;
	struct rr_set *sets;
	size_t n_sets;
	struct rr_data *data; /* of all sets, in order */
	size_t n_data;
	struct records_chunk *chunks;	/* owners and RDATA */
	struct records_target *targets; /* scratch */
	size_t n_targets;
	struct records_row *rows; /* scratch */
	size_t n_rows;
	struct addr *addrs; /* scratch */
	size_t n_addrs;
};

void records_init(struct records *records, uint32_t ttl_s);
void records_clear(struct records *records);
void records_fini(struct records *records);
/* What was made since the last clear. */
const struct rr_set *records_sets(struct records *records, size_t *ret_n);

/* <service>.<ns>.svc.<zone>, and <ns>.svc.<zone>. ST_ELIMIT: no such name can
 * be. */
st_must_check int records_service_name(struct name *ret_name,
				       const struct name *zone, const char *ns,
				       const char *service);
st_must_check int records_ns_name(struct name *ret_name,
				  const struct name *zone, const char *ns);

/* All at and below the Service's name (DNS-032 to 044). */
void records_service(struct records *records, const struct name *zone,
		     const struct obj_service *service,
		     const struct endpoints *eps);
/* The PTR set of a reverse name: begins empty, which says that there is to be
 * none; the order of adding is kept (DNS-048). */
void records_ptr_begin(struct records *records, const struct name *reverse);
void records_ptr_add(struct records *records, const struct name *target);
/* The address of a pod, at <dashed address>.<ns>.pod.<zone> (DNS-058). */
void records_pod(struct records *records, const struct name *zone,
		 const char *ns, const struct addr *addr);
/* ST_ELIMIT: no such name can be. */
st_must_check int records_pod_ns_name(struct name *ret_name,
				      const struct name *zone, const char *ns);
/* What a cluster zone has without any object: dns-version, ns.dns, svc, pod
 * (DNS-027, 028, 030, 075). */
void records_static(struct records *records, const struct name *zone,
		    const struct addr *ns_addrs, size_t n);
