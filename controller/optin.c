/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/optin.h"

#include <stdlib.h>
#include <string.h>

#include "controller/quantity.h"
#include "statefuld/duration.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

static const char prefix[] = "statefuld.dev/";
static const char rollout[] = "statefuld.dev/rollout";
static const char drain[] = "statefuld.dev/dns-drain";
static const char conditions[] = "statefuld.dev/conditions";
static const char deadline[] = "statefuld.dev/progress-deadline";
static const char resize[] = "statefuld.dev/claim-resize";

enum { MAX_DEADLINE_MS = 24 * 3600 * 1000, MS_PER_S = 1000 };

/* One "data=20Gi" of the list; false: it is none. */
static bool read_size(const char **list, const char **ret_name,
		      int *ret_name_len, const char **ret_text, int *ret_len)
{
	const char *item = *list, *end = item + strcspn(item, ",");
	const char *is = memchr(item, '=', (size_t)(end - item));

	*list = *end == ',' ? end + 1 : end;
	if (is == NULL || is == item)
		return false;
	*ret_name = item;
	*ret_name_len = (int)(is - item);
	*ret_text = is + 1;
	*ret_len = (int)(end - is) - 1;
	return quantity_bytes(*ret_text, (size_t)*ret_len) > 0;
}

double optin_size(const struct optin *optin, const char *vct,
		  const char **ret_text, int *ret_len)
{
	const char *list = optin->resize, *name;
	int name_len;

	while (list != NULL && *list != '\0') {
		if (!read_size(&list, &name, &name_len, ret_text, ret_len))
			continue;
		if ((int)strlen(vct) == name_len &&
		    memcmp(vct, name, (size_t)name_len) == 0)
			return quantity_bytes(*ret_text, (size_t)*ret_len);
	}
	return 0;
}

static const char *get(const struct json *annotations, const char *key)
{
	return json_value_str(json_get(annotations, key));
}

static bool says(const struct json *annotations, const char *key,
		 const char *value)
{
	const char *text = get(annotations, key);

	return text != NULL && strcmp(text, value) == 0;
}

static uint64_t time_of(const struct json *annotations, const char *key,
			uint64_t max_ms, uint64_t absent_ms)
{
	const char *text = get(annotations, key);
	uint64_t ms;

	if (text == NULL || duration_parse(&ms, text, max_ms, NULL) != 0)
		return absent_ms;
	return ms;
}

void optin_read(struct optin *ret_optin, const struct json *annotations)
{
	*ret_optin = (struct optin){
		.recover = says(annotations, rollout, "recover"),
		.drain_ms = (uint32_t)time_of(annotations, drain,
					      OPTIN_MAX_DRAIN_MS, 0),
		.conditions = says(annotations, conditions, "enabled"),
		.deadline_s = (uint32_t)(time_of(annotations, deadline,
						 MAX_DEADLINE_MS,
						 (uint64_t)OPTIN_DEADLINE_S *
							 MS_PER_S) /
					 MS_PER_S),
		.resize = get(annotations, resize),
	};
}

static char *word_fault(const char *key, const char *value, const char *right)
{
	if (strcmp(value, right) == 0)
		return NULL;
	return mem_printf("The annotation %s has no value \"%.64s\": write %s, "
			  "or leave it out",
			  key, value, right);
}

static char *time_fault(const char *key, const char *value, uint64_t max_ms)
{
	struct err err;
	uint64_t ms;

	if (duration_parse(&ms, value, max_ms, &err) == 0)
		return NULL;
	return mem_printf("The annotation %s: %s", key, err_msg(&err));
}

static char *size_fault(const char *key, const char *value)
{
	const char *list = value, *name, *text;
	int name_len, len;

	do {
		if (!read_size(&list, &name, &name_len, &text, &len))
			return mem_printf("The annotation %s cannot be read in "
					  "\"%.64s\": write the names of "
					  "volumeClaimTemplates with sizes, "
					  "for instance data=20Gi,logs=5Gi",
					  key, value);
	} while (*list != '\0');
	return NULL;
}

static char *fault_of(const char *key, const char *value)
{
	if (strcmp(key, rollout) == 0)
		return word_fault(key, value, "recover");
	if (strcmp(key, conditions) == 0)
		return word_fault(key, value, "enabled");
	if (strcmp(key, drain) == 0)
		return time_fault(key, value, OPTIN_MAX_DRAIN_MS);
	if (strcmp(key, deadline) == 0)
		return time_fault(key, value, MAX_DEADLINE_MS);
	if (strcmp(key, resize) == 0)
		return size_fault(key, value);
	return mem_printf("The annotation %.64s is not known: there are %s, "
			  "%s, %s, %s and %s",
			  key, rollout, drain, conditions, deadline, resize);
}

void optin_faults(const struct json *annotations,
		  void (*fn)(char *take_text, void *arg), void *arg)
{
	json_each (member, annotations) {
		const char *key = json_name(member);
		const char *value = json_value_str(member);
		char *text;

		if (strncmp(key, prefix, sizeof(prefix) - 1) != 0)
			continue;
		text = fault_of(key, value ? value : "");
		if (text != NULL)
			fn(text, arg);
	}
}
