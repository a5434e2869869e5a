/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of events, under either of their faces. */
#include <ctype.h>
#include <string.h>

#include "lab/age.h"
#include "lab/cells.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

/* core/v1 and events.k8s.io/v1 call the same thing by two names. */
static const struct json *either(const struct json *event, const char *core,
				 const char *newer)
{
	const struct json *value = json_get(event, core);

	return value != NULL ? value : json_get(event, newer);
}

static const char *first_of(const char *text, const char *other)
{
	return text != NULL && text[0] != '\0' ? text : other;
}

static void add_target(struct json *cells, const struct json *about)
{
	const char *kind = json_str(about, "kind");
	const char *name = json_str(about, "name");
	scope_buf struct buf text;

	buf_init(&text, 0);
	for (const char *c = kind; c != NULL && *c != '\0'; c++)
		buf_putc(&text, (char)tolower((unsigned char)*c));
	if (name != NULL && name[0] != '\0')
		buf_printf(&text, "/%s", name);
	cells_add(cells, text.data);
}

static void add_source(struct json *cells, const struct json *event)
{
	const struct json *source = either(event, "source", "deprecatedSource");
	const char *controller = json_value_str(
		either(event, "reportingComponent", "reportingController"));
	const char *component =
		first_of(json_str(source, "component"), controller);
	const char *host = first_of(json_str(source, "host"),
				    json_str(event, "reportingInstance"));

	if (host == NULL || host[0] == '\0') {
		cells_add(cells, component);
		return;
	}
	scope_free char *text =
		mem_printf("%s, %s", component != NULL ? component : "", host);
	cells_add(cells, text);
}

static void add_message(struct json *cells, const char *message)
{
	size_t len;

	if (message == NULL)
		message = "";
	while (isspace((unsigned char)message[0]))
		message++;
	len = strlen(message);
	while (len > 0 && isspace((unsigned char)message[len - 1]))
		len--;
	scope_free char *text = mem_strndup(message, len);
	cells_add(cells, text);
}

/* An event that is told once has no count; one of a series has the series'
 * own. */
static int64_t count_of(const struct json *event)
{
	int64_t count =
		json_value_int(either(event, "count", "deprecatedCount"), 0);

	if (json_type(json_get(event, "series")) == JSON_OBJECT)
		return json_int(event, "series.count", 0);
	return count == 0 ? 1 : count;
}

struct ages {
	char first[AGE_MAX], last[AGE_MAX];
};

static void ages_of(const struct json *event, int64_t now_s, struct ages *ages)
{
	const char *first = json_value_str(
		either(event, "firstTimestamp", "deprecatedFirstTimestamp"));
	const char *last = json_value_str(
		either(event, "lastTimestamp", "deprecatedLastTimestamp"));

	if (first == NULL)
		first = json_str(event, "eventTime");
	if (last == NULL)
		last = first;
	if (json_type(json_get(event, "series")) == JSON_OBJECT)
		last = json_str(event, "series.lastObservedTime");
	age_since(first, now_s, ages->first);
	age_since(last, now_s, ages->last);
}

void cells_event(struct json *cells, const struct json *object, int64_t now_s)
{
	const struct json *about =
		either(object, "involvedObject", "regarding");
	struct ages ages;

	ages_of(object, now_s, &ages);
	cells_add(cells, ages.last);
	cells_add(cells, json_str(object, "type"));
	cells_add(cells, json_str(object, "reason"));
	add_target(cells, about);
	cells_add(cells, json_str(about, "fieldPath"));
	add_source(cells, object);
	add_message(cells, json_value_str(either(object, "message", "note")));
	cells_add(cells, ages.first);
	cells_add_int(cells, count_of(object));
	cells_add_name(cells, object);
}
