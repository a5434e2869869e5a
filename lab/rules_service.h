/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * rules_service - defaults of Services, and what their fields do to each
 * other. Which addresses and node ports are free is somebody else's matter.
 *
 * Threads: any; pure. Memory: objects are changed in place.
 */
#include <stdbool.h>

struct json;

void rules_service_default(struct json *service);
void rules_service_prepare_create(struct json *service);
/* Keeps what was given out as long as the type still has a use for it. */
void rules_service_prepare_update(const struct json *was, struct json *is);

/* Questions about a spec. */
bool rules_service_has_ip(const struct json *spec);
bool rules_service_has_node_ports(const struct json *spec);
bool rules_service_is_external(const struct json *spec);
