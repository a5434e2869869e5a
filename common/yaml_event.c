/* SPDX-License-Identifier: Apache-2.0 */
#include "common/yaml_event.h"

#include <stdlib.h>
#include <yaml.h>

#include "statefuld/err.h"
#include "statefuld/mem.h"

struct yaml_source {
	const char *text;
	size_t len;
	yaml_parser_t parser;
	bool over;
};

struct yaml_source *yaml_source_new(const char *text, size_t len)
{
	struct yaml_source *source = mem_zalloc(sizeof(*source));

	source->text = text;
	source->len = len;
	st_assert(yaml_parser_initialize(&source->parser));
	yaml_parser_set_input_string(&source->parser,
				     (const unsigned char *)text, len);
	return source;
}

void yaml_source_free(struct yaml_source *source)
{
	if (source == NULL)
		return;
	yaml_parser_delete(&source->parser);
	free(source);
}

void yaml_event_fini(struct yaml_event *event)
{
	free(event->text);
	free(event->tag);
	free(event->anchor);
	*event = (struct yaml_event){0};
}

/* libyaml allocates with malloc, so its texts can be taken over. */
static char *take(yaml_char_t **slot)
{
	char *text = (char *)*slot;

	*slot = NULL;
	return text;
}

static void take_scalar(struct yaml_event *event, yaml_event_t *from)
{
	event->is = YAML_IS_SCALAR;
	event->len = from->data.scalar.length;
	event->text = take(&from->data.scalar.value);
	event->tag = take(&from->data.scalar.tag);
	event->anchor = take(&from->data.scalar.anchor);
	event->plain = from->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static void take_event(struct yaml_event *event, yaml_event_t *from)
{
	event->line = from->start_mark.line + 1;
	switch (from->type) {
	case YAML_SCALAR_EVENT:
		take_scalar(event, from);
		break;
	case YAML_ALIAS_EVENT:
		event->is = YAML_IS_ALIAS;
		event->anchor = take(&from->data.alias.anchor);
		break;
	case YAML_SEQUENCE_START_EVENT:
		event->is = YAML_IS_LIST;
		event->anchor = take(&from->data.sequence_start.anchor);
		break;
	case YAML_MAPPING_START_EVENT:
		event->is = YAML_IS_MAP;
		event->anchor = take(&from->data.mapping_start.anchor);
		break;
	case YAML_SEQUENCE_END_EVENT:
		event->is = YAML_IS_LIST_END;
		break;
	case YAML_MAPPING_END_EVENT:
		event->is = YAML_IS_MAP_END;
		break;
	default:
		break;
	}
}

/* Bytes that are no text have an offset alone. */
static size_t problem_line(const struct yaml_source *source)
{
	const yaml_parser_t *parser = &source->parser;
	size_t line = 1;

	if (parser->error != YAML_READER_ERROR)
		return parser->problem_mark.line + 1;
	for (size_t i = 0; i < parser->problem_offset && i < source->len; i++)
		line += source->text[i] == '\n';
	return line;
}

static int pull(struct yaml_source *source, yaml_event_t *event,
		struct err *err)
{
	const char *problem;

	if (yaml_parser_parse(&source->parser, event))
		return 0;
	source->over = true;
	problem = source->parser.problem;
	return err_set(err, ST_EPARSE, "line %zu: %s", problem_line(source),
		       problem != NULL ? problem : "cannot be read as YAML");
}

int yaml_event_next(struct yaml_source *source, struct yaml_event *ret_event,
		    struct err *err)
{
	yaml_event_t event;
	int rc;

	*ret_event = (struct yaml_event){0};
	if (source->over)
		return 0;
	rc = pull(source, &event, err);
	if (rc != 0)
		return rc;
	take_event(ret_event, &event);
	source->over = event.type == YAML_STREAM_END_EVENT;
	yaml_event_delete(&event);
	return 0;
}

int yaml_event_root(struct yaml_source *source, struct yaml_event *ret_event,
		    struct err *err)
{
	int rc;

	/* What frames streams and documents has no kind of its own. */
	do {
		rc = yaml_event_next(source, ret_event, err);
	} while (rc == 0 && ret_event->is == YAML_IS_NONE && !source->over);
	return rc;
}
