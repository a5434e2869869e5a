/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members that stand twice, and unknown ones, found in the text: a parsed
 * value has lost the second ones and with them the order.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/schema.h"
#include "statefuld/buf.h"
#include "statefuld/mem.h"

enum {
	MAX_DEPTH = 1000,   /* as json_parse */
	MAX_FINDINGS = 100, /* as a real server's decoder */
};

/* `bad`: the text is no JSON; the walk ends without a word. */
struct scan {
	const char *p, *end;
	schema_fn fn;
	void *arg;
	struct buf path;
	struct buf name; /* of the member that is being read */
	size_t n_findings;
	unsigned int depth;
	bool bad;
};

/* Where a value stands: NULL and NULL where nothing is known of it. */
struct place {
	const struct schema_type *type;
	const struct schema_field *field;
	bool any; /* without a schema: look at everything */
};

/* Names seen in one object, and how often: an open hash table. */
struct seen {
	char *name;
	unsigned int times;
};
struct names {
	struct seen *slots;
	size_t n, n_slots;
	/* Fields need no table: bits by their index, of which tables.py
	 * allows 128. */
	uint64_t once[2], again[2];
};

static void scan_value(struct scan *s, struct place place);

static void cut(struct buf *buf, size_t len)
{
	buf->len = len;
	if (buf->data != NULL)
		buf->data[len] = '\0';
}

static const char *content(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}

static size_t hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (size_t)(h ^ (h >> 29));
}

static struct seen *find_slot(struct names *names, const char *name)
{
	size_t i = hash(name) & (names->n_slots - 1);

	while (names->slots[i].name != NULL &&
	       strcmp(names->slots[i].name, name) != 0)
		i = (i + 1) & (names->n_slots - 1);
	return &names->slots[i];
}

static void grow(struct names *names)
{
	struct names old = *names;

	names->n_slots = old.n_slots > 0 ? old.n_slots * 2 : 16;
	names->slots = mem_calloc(names->n_slots, sizeof(*names->slots));
	for (size_t i = 0; i < old.n_slots; i++) {
		if (old.slots[i].name != NULL)
			*find_slot(names, old.slots[i].name) = old.slots[i];
	}
	free(old.slots);
}

/* How often the name has been there, this time included. */
static unsigned int count(struct names *names, const char *name)
{
	if (names->n * 2 >= names->n_slots)
		grow(names);
	struct seen *seen = find_slot(names, name);
	if (seen->name == NULL) {
		seen->name = mem_strdup(name);
		names->n++;
	}
	return ++seen->times;
}

static void names_fini(struct names *names)
{
	for (size_t i = 0; i < names->n_slots; i++)
		free(names->slots[i].name);
	free(names->slots);
}

static void tell(struct scan *s, enum schema_finding what, const char *word)
{
	if (s->n_findings++ >= MAX_FINDINGS)
		return;
	scope_free char *text =
		mem_printf("%s field \"%s\"", word, content(&s->path));
	s->fn(what, content(&s->path), text, s->arg);
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				 *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

/* The next character, or 0 at the end. */
static char peek(struct scan *s)
{
	skip_space(s);
	return s->p < s->end ? *s->p : '\0';
}

static bool take(struct scan *s, char c)
{
	if (peek(s) != c) {
		s->bad = true;
		return false;
	}
	s->p++;
	return true;
}

static unsigned int hex4(const char *p)
{
	char digits[5] = {p[0], p[1], p[2], p[3], '\0'};

	return (unsigned int)strtoul(digits, NULL, 16);
}

/* RFC 3629. What is no character, and NUL, become U+FFFD as in json_parse. */
static void put_code(struct buf *out, unsigned int code)
{
	if (code == 0 || (code >= 0xd800 && code < 0xe000))
		code = 0xfffd;
	if (code < 0x80) {
		buf_putc(out, (char)code);
		return;
	}
	if (code < 0x800) {
		buf_putc(out, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			buf_putc(out, (char)(0xe0 | code >> 12));
		} else {
			buf_putc(out, (char)(0xf0 | code >> 18));
			buf_putc(out, (char)(0x80 | (code >> 12 & 0x3f)));
		}
		buf_putc(out, (char)(0x80 | (code >> 6 & 0x3f)));
	}
	buf_putc(out, (char)(0x80 | (code & 0x3f)));
}

/* Behind "\\u". RFC 8259, section 7: two of them may make one character. */
static void put_unicode(struct scan *s, struct buf *out)
{
	unsigned int code = hex4(s->p), low;

	s->p += 4;
	if (code >= 0xd800 && code < 0xdc00 && s->end - s->p >= 6 &&
	    s->p[0] == '\\' && s->p[1] == 'u') {
		low = hex4(s->p + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) +
			       (low - 0xdc00);
			s->p += 6;
		}
	}
	put_code(out, code);
}

static void put_escape(struct scan *s, struct buf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	char c = *s->p++;
	const char *at = c != '\0' ? strchr(from, c) : NULL;

	if (c == 'u' && s->end - s->p >= 4)
		put_unicode(s, out);
	else
		buf_putc(out, at != NULL ? to[at - from] : c);
}

static size_t plain_len(const struct scan *s)
{
	const char *p = s->p;

	while (p < s->end && *p != '"' && *p != '\\')
		p++;
	return (size_t)(p - s->p);
}

/* A string; decoded into `out` unless that is NULL. */
static void scan_string(struct scan *s, struct buf *out)
{
	if (!take(s, '"'))
		return;
	for (;;) {
		size_t len = plain_len(s);

		if (out != NULL)
			buf_put(out, s->p, len);
		s->p += len;
		if (s->end - s->p < 2 || *s->p == '"')
			break;
		s->p++;
		if (out != NULL)
			put_escape(s, out);
		else
			s->p++;
	}
	take(s, '"');
}

/* What is known of a member; both NULL if nothing. */
static struct place below(struct place place, const char *name)
{
	struct place member = {.any = place.any};

	if (place.type != NULL)
		member.field = schema_field(place.type, name);
	else if (place.field != NULL && place.field->form == SCHEMA_MAP)
		member.field = place.field->item;
	if (member.field != NULL && member.field->form == SCHEMA_OBJECT)
		member.type = member.field->type;
	return member;
}

/* How often a field has been there, this time included; 3 for more often. */
static unsigned int count_field(struct names *names, size_t index)
{
	uint64_t bit = UINT64_C(1) << (index & 63);
	uint64_t *once = &names->once[index >> 6];
	uint64_t *again = &names->again[index >> 6];
	unsigned int times = 1;

	if (*again & bit)
		times = 3;
	else if (*once & bit)
		times = 2;
	*again |= *once & bit;
	*once |= bit;
	return times;
}

/* One member; its name is in the path already. What stands often is told
 * once. */
static void scan_member(struct scan *s, struct place place, struct names *names)
{
	const char *name = content(&s->name);
	struct place member = below(place, name);
	bool known = member.any || member.field != NULL;
	unsigned int times;

	if (place.type != NULL && known)
		times = count_field(
			names, (size_t)(member.field - place.type->fields));
	else
		times = count(names, name);
	if (place.type != NULL && !known && times == 1)
		tell(s, SCHEMA_UNKNOWN, "unknown");
	else if (known && times == 2)
		tell(s, SCHEMA_DUPLICATE, "duplicate");
	scan_value(s, member);
}

static void scan_object(struct scan *s, struct place place)
{
	struct names names = {0};
	size_t path = s->path.len;

	take(s, '{');
	while (!s->bad && peek(s) != '}') {
		cut(&s->name, 0);
		scan_string(s, &s->name);
		if (s->bad || !take(s, ':'))
			break;
		if (path > 0)
			buf_putc(&s->path, '.');
		buf_puts(&s->path, content(&s->name));
		scan_member(s, place, &names);
		cut(&s->path, path);
		if (peek(s) != '}')
			take(s, ',');
	}
	take(s, '}');
	names_fini(&names);
}

/* An object or array of which nothing is known: nothing to tell either. */
static void skip_nested(struct scan *s)
{
	unsigned int depth = 0;

	do {
		char c = peek(s);

		if (c == '"') {
			scan_string(s, NULL);
			continue;
		}
		depth += c == '{' || c == '[' ? 1 : 0;
		depth -= c == '}' || c == ']' ? 1 : 0;
		s->bad |= c == '\0' || depth > MAX_DEPTH;
		s->p += s->bad ? 0 : 1;
	} while (depth > 0 && !s->bad);
}

static void scan_array(struct scan *s, struct place place)
{
	size_t path = s->path.len;
	struct place item = {.any = place.any};

	if (place.field != NULL && place.field->form == SCHEMA_LIST) {
		item.field = place.field->item;
		if (item.field->form == SCHEMA_OBJECT)
			item.type = item.field->type;
	}
	take(s, '[');
	for (size_t i = 0; !s->bad && peek(s) != ']'; i++) {
		buf_printf(&s->path, "[%zu]", i);
		scan_value(s, item);
		cut(&s->path, path);
		if (peek(s) != ']')
			take(s, ',');
	}
	take(s, ']');
}

static bool has_names(struct place place)
{
	return place.any || place.type != NULL ||
	       (place.field != NULL && (place.field->form == SCHEMA_LIST ||
					place.field->form == SCHEMA_MAP));
}

static void scan_value(struct scan *s, struct place place)
{
	char c = peek(s);

	if (s->bad || c == '\0' || s->depth >= MAX_DEPTH) {
		s->bad = true;
		return;
	}
	s->depth++;
	if ((c == '{' || c == '[') && !has_names(place))
		skip_nested(s);
	else if (c == '{')
		scan_object(s, place);
	else if (c == '[')
		scan_array(s, place);
	else if (c == '"')
		scan_string(s, NULL);
	else
		while (s->p < s->end && strchr(",]} \t\r\n", *s->p) == NULL)
			s->p++;
	s->depth--;
}

static void scan(const char *text, size_t len, struct place place, schema_fn fn,
		 void *arg)
{
	struct scan s = {.p = text, .end = text + len, .fn = fn, .arg = arg};

	buf_init(&s.path, 0);
	buf_init(&s.name, 0);
	scan_value(&s, place);
	buf_fini(&s.path);
	buf_fini(&s.name);
}

void schema_duplicates(const char *text, size_t len, schema_fn fn, void *arg)
{
	scan(text, len, (struct place){.any = true}, fn, arg);
}

void schema_strict(const struct schema_type *type, const char *text, size_t len,
		   schema_fn fn, void *arg)
{
	scan(text, len, (struct place){.type = type}, fn, arg);
}
