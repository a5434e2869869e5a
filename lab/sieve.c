/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/sieve.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "lab/names.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum op { OP_IN, OP_NOT_IN, OP_EXISTS, OP_ABSENT, OP_GREATER, OP_LESS };

struct requirement {
	char *key;
	enum op op;
	char **values;
	size_t n_values;
};

struct sieve {
	struct requirement *all;
	size_t n;
	size_t n_values;
};

#define MAX_ITEMS 1000

static struct requirement *add(struct sieve *selector, char *take_key,
			       enum op op)
{
	mem_grow(selector->all, selector->n);
	struct requirement *last = &selector->all[selector->n++];

	*last = (struct requirement){.key = take_key, .op = op};
	return last;
}

static void add_value(struct sieve *selector, char *take_value)
{
	struct requirement *last = &selector->all[selector->n - 1];

	mem_grow(last->values, last->n_values);
	last->values[last->n_values++] = take_value;
	selector->n_values++;
}

void sieve_free(struct sieve *selector)
{
	if (selector == NULL)
		return;
	for (size_t i = 0; i < selector->n; i++) {
		struct requirement *r = &selector->all[i];

		for (size_t v = 0; v < r->n_values; v++)
			free(r->values[v]);
		free(r->values);
		free(r->key);
	}
	free(selector->all);
	free(selector);
}

/*
 * The grammar of upstream's labels.Parse: words are everything between the
 * marks, "in" and "notin" are words too.
 */
struct lexer {
	const char *at;
	char *text; /* of the current token; NULL at the end */
	bool is_word;
};

static bool is_mark(char c)
{
	return strchr("=!(),<>", c) != NULL;
}

static void advance(struct lexer *lexer)
{
	const char *from;

	free(lexer->text);
	lexer->text = NULL;
	while (isspace((unsigned char)*lexer->at))
		lexer->at++;
	from = lexer->at;
	if (*from == '\0')
		return;
	lexer->is_word = !is_mark(*from);
	if (lexer->is_word) {
		while (*lexer->at != '\0' && !is_mark(*lexer->at) &&
		       !isspace((unsigned char)*lexer->at))
			lexer->at++;
	} else {
		lexer->at++;
		if ((*from == '=' || *from == '!') && *lexer->at == '=')
			lexer->at++;
	}
	lexer->text = mem_strndup(from, (size_t)(lexer->at - from));
}

static bool on(const struct lexer *lexer, const char *token)
{
	return lexer->text != NULL && strcmp(lexer->text, token) == 0;
}

static int unexpected(const struct lexer *lexer, const char *expected,
		      struct err *err)
{
	return err_set(err, ST_EPARSE, "found '%s', expected: %s",
		       lexer->text != NULL ? lexer->text : "", expected);
}

static int bad_requirement(const struct lexer *lexer, const char *rest,
			   struct err *err)
{
	return err_set(err, ST_EPARSE,
		       "unable to parse requirement: found '%s'%s",
		       lexer->text != NULL ? lexer->text : "", rest);
}

static bool is_word(const struct lexer *lexer)
{
	return lexer->text != NULL && lexer->is_word;
}

static int faulty(struct err *err, const char *what, const char *text,
		  const struct names_faults *faults)
{
	if (faults->n == 0)
		return 0;
	return err_set(err, ST_EPARSE,
		       "unable to parse requirement: %s: Invalid value: "
		       "\"%.320s\": %s",
		       what, text, faults->text[0]);
}

static int check_key(const char *key, struct err *err)
{
	struct names_faults faults = {.n = 0};

	names_qualified(key, &faults);
	return faulty(err, "<nil>", key, &faults);
}

static int check_value(const char *key, const char *value, struct err *err)
{
	struct names_faults faults = {.n = 0};
	scope_free char *what = mem_printf("values[0][%.100s]", key);

	names_label_value(value, &faults);
	return faulty(err, what, value, &faults);
}

static int take_value(struct lexer *lexer, struct sieve *selector,
		      struct err *err)
{
	const char *key = selector->all[selector->n - 1].key;
	const char *text = is_word(lexer) ? lexer->text : "";
	int rc = check_value(key, text, err);

	if (rc != 0)
		return rc;
	if (selector->n_values >= MAX_ITEMS)
		return err_set(err, ST_ELIMIT, "selector has too many values");
	add_value(selector, mem_strdup(text));
	if (is_word(lexer))
		advance(lexer);
	return 0;
}

/* "(a, b)"; the opening one is next. */
static int take_values(struct lexer *lexer, struct sieve *selector,
		       struct err *err)
{
	int rc;

	if (!on(lexer, "("))
		return bad_requirement(lexer, " expected: '('", err);
	do {
		advance(lexer);
		rc = take_value(lexer, selector, err);
		if (rc != 0)
			return rc;
	} while (on(lexer, ","));
	if (!on(lexer, ")"))
		return bad_requirement(lexer, ", expected: ',' or ')'", err);
	advance(lexer);
	return 0;
}

static bool is_number(const char *text)
{
	char *end;

	errno = 0;
	strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

static int take_bound(struct lexer *lexer, struct sieve *selector,
		      struct err *err)
{
	int rc = take_value(lexer, selector, err);
	const struct requirement *last = &selector->all[selector->n - 1];

	if (rc == 0 && !is_number(last->values[0]))
		rc = err_set(err, ST_EPARSE,
			     "unable to parse requirement: values[0]: Invalid "
			     "value: \"%s\": for 'Gt', 'Lt' operators, the "
			     "value must be an integer",
			     last->values[0]);
	return rc;
}

static int take_operator(struct lexer *lexer, struct sieve *selector,
			 struct err *err)
{
	static const struct {
		const char *text;
		enum op op;
		int (*take)(struct lexer *, struct sieve *, struct err *);
	} ops[] = {
		{"=", OP_IN, take_value},
		{"==", OP_IN, take_value},
		{"!=", OP_NOT_IN, take_value},
		{"in", OP_IN, take_values},
		{"notin", OP_NOT_IN, take_values},
		{">", OP_GREATER, take_bound},
		{"<", OP_LESS, take_bound},
	};

	if (lexer->text == NULL || on(lexer, ","))
		return 0;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!on(lexer, ops[i].text))
			continue;
		selector->all[selector->n - 1].op = ops[i].op;
		advance(lexer);
		return ops[i].take(lexer, selector, err);
	}
	return bad_requirement(lexer,
			       ", expected: in, notin, =, ==, !=, gt, lt", err);
}

static int take_requirement(struct lexer *lexer, struct sieve *selector,
			    struct err *err)
{
	bool absent = on(lexer, "!");
	int rc;

	if (selector->n >= MAX_ITEMS)
		return err_set(err, ST_ELIMIT, "selector is too long");
	if (absent)
		advance(lexer);
	if (!is_word(lexer))
		return unexpected(lexer, "!, identifier, or 'end of string'",
				  err);
	rc = check_key(lexer->text, err);
	if (rc != 0)
		return rc;
	add(selector, mem_strdup(lexer->text), absent ? OP_ABSENT : OP_EXISTS);
	advance(lexer);
	return absent ? 0 : take_operator(lexer, selector, err);
}

static int take_all(struct lexer *lexer, struct sieve *selector,
		    struct err *err)
{
	for (;;) {
		int rc = take_requirement(lexer, selector, err);

		if (rc != 0 || lexer->text == NULL)
			return rc;
		if (!on(lexer, ","))
			return unexpected(lexer, "',' or 'end of string'", err);
		advance(lexer);
		if (!is_word(lexer) && !on(lexer, "!"))
			return unexpected(lexer, "identifier after ','", err);
	}
}

int sieve_parse_labels(const char *text, struct sieve **ret_selector,
		       struct err *err)
{
	struct lexer lexer = {.at = text};
	int rc;

	*ret_selector = NULL;
	if (text == NULL)
		return 0;
	advance(&lexer);
	if (lexer.text == NULL)
		return 0;
	scope_sieve struct sieve *selector = mem_zalloc(sizeof(*selector));
	rc = take_all(&lexer, selector, err);
	free(lexer.text);
	if (rc != 0)
		return rc;
	*ret_selector = selector;
	selector = NULL;
	return 0;
}

/* Backslashes escape ',', '=' and themselves. */
static char *unescape(const char *text, size_t len)
{
	char *out = mem_strndup(text, len);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len)
			i++;
		out[n++] = text[i];
	}
	out[n] = '\0';
	return out;
}

static bool has_unescaped(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '=')
			return true;
		i += text[i] == '\\';
	}
	return false;
}

static size_t term_len(const char *text)
{
	size_t len = 0;

	while (text[len] != '\0' && text[len] != ',')
		len += text[len] == '\\' && text[len + 1] != '\0' ? 2 : 1;
	return len;
}

static int add_field(struct sieve *selector, const char *whole,
		     const char *term, size_t len, struct err *err)
{
	const char *sign = memchr(term, '=', len);
	size_t key_len, skip = 1;
	enum op op = OP_IN;

	if (sign == NULL)
		return err_set(err, ST_EPARSE,
			       "invalid selector: '%.200s'; can't understand "
			       "'%.*s'",
			       whole, (int)(len < 200 ? len : 200), term);
	key_len = (size_t)(sign - term);
	if (key_len > 0 && sign[-1] == '!') {
		op = OP_NOT_IN;
		key_len--;
	} else if ((size_t)(sign + 1 - term) < len && sign[1] == '=') {
		skip = 2;
	}
	if (has_unescaped(sign + skip, len - (size_t)(sign + skip - term)))
		return err_set(err, ST_EPARSE,
			       "invalid field selector: unescaped character in "
			       "value: %d",
			       '=');
	add(selector, mem_strndup(term, key_len), op);
	add_value(selector,
		  unescape(sign + skip, len - (size_t)(sign + skip - term)));
	return 0;
}

int sieve_parse_fields(const char *text, struct sieve **ret_selector,
		       struct err *err)
{
	*ret_selector = NULL;
	if (text == NULL || *text == '\0')
		return 0;
	scope_sieve struct sieve *selector = mem_zalloc(sizeof(*selector));
	for (const char *at = text;;) {
		size_t len = term_len(at);
		int rc = len == 0 ? 0 : add_field(selector, text, at, len, err);

		if (rc != 0)
			return rc;
		if (selector->n > MAX_ITEMS)
			return err_set(err, ST_ELIMIT, "selector is too long");
		if (at[len] == '\0')
			break;
		at += len + 1;
	}
	*ret_selector = selector;
	selector = NULL;
	return 0;
}

static void add_expression(struct sieve *selector,
			   const struct json *expression)
{
	static const char *const names[] = {
		[OP_IN] = "In",
		[OP_NOT_IN] = "NotIn",
		[OP_EXISTS] = "Exists",
		[OP_ABSENT] = "DoesNotExist",
	};
	const char *key = json_str(expression, "key");
	const char *name = json_str(expression, "operator");

	for (size_t op = 0; op < sizeof(names) / sizeof(names[0]); op++) {
		if (key == NULL || name == NULL || strcmp(name, names[op]) != 0)
			continue;
		add(selector, mem_strdup(key), (enum op)op);
		json_each (value, json_get(expression, "values")) {
			const char *text = json_value_str(value);

			if (text != NULL)
				add_value(selector, mem_strdup(text));
		}
	}
}

struct sieve *sieve_from_json(const struct json *json)
{
	struct sieve *selector = mem_zalloc(sizeof(*selector));

	json_each (label, json_get(json, "matchLabels")) {
		const char *value = json_value_str(label);

		add(selector, mem_strdup(json_name(label)), OP_IN);
		add_value(selector, mem_strdup(value != NULL ? value : ""));
	}
	json_each (expression, json_get(json, "matchExpressions"))
		add_expression(selector, expression);
	return selector;
}

static bool has_value(const struct requirement *r, const char *value)
{
	for (size_t i = 0; i < r->n_values; i++) {
		if (strcmp(r->values[i], value) == 0)
			return true;
	}
	return false;
}

static bool in_order(const struct requirement *r, const char *value)
{
	if (value == NULL || !is_number(value))
		return false;
	long long have = strtoll(value, NULL, 10);
	long long bound = strtoll(r->values[0], NULL, 10);
	return r->op == OP_GREATER ? have > bound : have < bound;
}

static bool holds(const struct requirement *r, const char *value)
{
	switch (r->op) {
	case OP_IN:
		return value != NULL && has_value(r, value);
	case OP_NOT_IN:
		return value == NULL || !has_value(r, value);
	case OP_EXISTS:
		return value != NULL;
	case OP_ABSENT:
		return value == NULL;
	default:
		return in_order(r, value);
	}
}

bool sieve_match(const struct sieve *selector, sieve_value_fn value, void *arg)
{
	for (size_t i = 0; selector != NULL && i < selector->n; i++) {
		if (!holds(&selector->all[i], value(selector->all[i].key, arg)))
			return false;
	}
	return true;
}

static const char *label_value(const char *key, void *arg)
{
	const char *label = arg;

	while (label != NULL && *label != '\0') {
		const char *value = label + strlen(label) + 1;

		if (strcmp(label, key) == 0)
			return value;
		label = value + strlen(value) + 1;
	}
	return NULL;
}

bool sieve_match_labels(const struct sieve *selector, const char *labels)
{
	return sieve_match(selector, label_value, (void *)(uintptr_t)labels);
}

const char *sieve_key(const struct sieve *selector, size_t index)
{
	return selector != NULL && index < selector->n
		       ? selector->all[index].key
		       : NULL;
}

const char *sieve_exact(const struct sieve *selector, const char *key)
{
	for (size_t i = 0; selector != NULL && i < selector->n; i++) {
		const struct requirement *r = &selector->all[i];

		if (r->op == OP_IN && r->n_values == 1 &&
		    strcmp(r->key, key) == 0)
			return r->values[0];
	}
	return NULL;
}
