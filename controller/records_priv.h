/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * records_priv - how sets are put together, for the modules of records.
 *
 * Threads: any. Memory: all is the records'; bytes stay where they are until
 * clear or fini.
 */
#include "controller/records.h"

/* Room for len bytes, at most a name and some; and a copy of bytes in it. */
uint8_t *records_room(struct records *records, size_t len);
uint8_t *records_keep(struct records *records, const void *bytes, size_t len);

/* A set begins empty, and takes what is added until the next; end takes it
 * back if that was nothing. Wires and owners are borrowed. */
void records_begin(struct records *records, const uint8_t *owner,
		   uint16_t type);
void records_add_data(struct records *records, const uint8_t *wire, size_t len);
void records_add_name(struct records *records, const struct name *name);
void records_end(struct records *records);

/* Gathers addresses, and puts them as A and AAAA, each once. */
void records_clear_addrs(struct records *records);
void records_add_addr(struct records *records, const struct addr *addr);
void records_put_addrs(struct records *records, const uint8_t *owner);

/* A name that SRV records point at, borrowed; to be named by what comes back,
 * until n_targets is set back. */
uint32_t records_add_target(struct records *records, const uint8_t *wire,
			    size_t len);
/* A pair of address and port; the port's name may be NULL. */
void records_add_row(struct records *records, const struct istr *name,
		     uint8_t proto, uint16_t port, uint32_t target);
/* The SRV set of the rows from there on, which it sorts, if there are any. */
void records_put_srvs(struct records *records, const uint8_t *owner,
		      size_t first_row);
/* SRV at the Service's name for every port, and at _port._proto for the named
 * ones (DNS-033, 034, 041, 042). */
void records_put_service_srvs(struct records *records, const uint8_t *owner,
			      const struct name *top);
