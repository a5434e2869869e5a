/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/faults.h"

#include <stddef.h>
#include <string.h>

#include "statefuld/json.h"

#define PREFIX "lab.statefuld.dev/"
#define MAX_MS (UINT64_C(366) * 24 * 3600 * 1000)

static bool read_number(const char **at, uint64_t *ret)
{
	const char *start = *at;
	uint64_t number = 0;

	for (; **at >= '0' && **at <= '9' && number <= MAX_MS; (*at)++)
		number = number * 10 + (uint64_t)(**at - '0');
	*ret = number;
	return *at != start;
}

/* 0: no unit. */
static uint64_t read_unit(const char **at)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

	for (size_t i = 0; i < st_array_len(units); i++) {
		size_t len = strlen(units[i].text);

		if (strncmp(*at, units[i].text, len) == 0) {
			*at += len;
			return units[i].ms;
		}
	}
	return 0;
}

bool faults_duration(const char *text, uint64_t *ret_ms)
{
	uint64_t sum = 0, number, unit;

	if (strcmp(text, "0") == 0) {
		*ret_ms = 0;
		return true;
	}
	do {
		if (!read_number(&text, &number))
			return false;
		unit = read_unit(&text);
		if (unit == 0 || number > MAX_MS / unit)
			return false;
		sum += number * unit;
	} while (*text != '\0' && sum <= MAX_MS);
	*ret_ms = sum;
	return sum <= MAX_MS;
}

/* NULL: not asked for. */
static const char *note(const struct json *pod, const char *key)
{
	const char *text = json_value_str(
		json_get(json_at(pod, "metadata.annotations"), key));

	if (text == NULL || text[0] == '\0' || strcmp(text, "false") == 0)
		return NULL;
	return text;
}

static uint64_t delay(const struct json *pod, const char *key,
		      uint64_t fallback)
{
	const char *text = note(pod, key);
	uint64_t ms;

	return text != NULL && faults_duration(text, &ms) ? ms : fallback;
}

void faults_read(const struct json *pod, uint64_t ready_delay_ms,
		 struct faults *faults)
{
	const char *ready = json_value_str(
		json_get(json_at(pod, "metadata.annotations"), PREFIX "ready"));

	*faults = (struct faults){
		.is_never_ready =
			ready != NULL && (strcmp(ready, "never") == 0 ||
					  strcmp(ready, "false") == 0),
		.ready_delay_ms =
			delay(pod, PREFIX "ready-delay", ready_delay_ms),
		.stop_delay_ms = delay(pod, PREFIX "stop-delay", 0),
		.fail_once = note(pod, PREFIX "fail-once"),
		.is_crash_looping = note(pod, PREFIX "crash-loop") != NULL,
	};
}
