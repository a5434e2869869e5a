/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>
#include <stdint.h>

#include "lab/endpoint.h"
#include "lab/faults.h"
#include "lab/fit.h"
#include "lab/podstat.h"
#include "lab/sliceset.h"
#include "lab/volume_match.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define STEPS 8

static void play(struct json *pod)
{
	struct faults faults;

	faults_read(pod, 0, &faults);
	podstat_begin(pod, "127.0.0.1");
	podstat_address(pod, "127.64.0.2");
	for (int i = 0; i < STEPS && podstat_next_init(pod) != NULL; i++)
		podstat_init_done(pod, "a");
	podstat_wait(pod, "CreateContainerConfigError", "x");
	podstat_run(pod);
	podstat_ready(pod, !faults.is_never_ready);
	podstat_crash(pod, 1);
	(void)podstat_waits_for(pod);
	podstat_run(pod);
	(void)podstat_restarts(pod);
	(void)podstat_running_since_us(pod);
	podstat_fail(pod, "Evicted", NULL);
}

/* One object takes all parts: no member may be trusted to have its type. */
static void serve(struct json *object)
{
	struct sliceset set = {0};
	struct json *endpoint = endpoint_of(object, object);

	if (endpoint != NULL)
		sliceset_want(&set, endpoint, endpoint_ports(object, object));
	sliceset_have(&set, json_dup(object));
	sliceset_settle(&set);
	sliceset_fini(&set);
	(void)fit_refusal(object, object);
	(void)volume_match_refusal(object, object);
	if (volume_match_is_free(object, object))
		volume_match_status(object, object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json *object = NULL;

	clk_fake(1, 1);
	if (json_parse((const char *)data, size, &object, NULL) < 0)
		return 0;
	/* The API server stores nothing else. */
	if (json_type(object) == JSON_OBJECT) {
		serve(object);
		play(object);
	}
	json_free(object);
	return 0;
}
