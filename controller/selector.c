/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/selector.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "controller/istr.h"
#include "statefuld/err.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"

enum op { OP_IN, OP_NOT_IN, OP_EXISTS, OP_MISSING };

struct term {
	enum op op;
	const struct istr *key;
	const struct istr **values;
	size_t n_values;
};

struct selector {
	bool nothing; /* there was no selector at all */
	struct term *terms;
	size_t n;
};

enum { MAX_PART = 63, MAX_PREFIX = 253 };

static bool is_alnum(char c)
{
	return isalnum((unsigned char)c) && (unsigned char)c < 0x80;
}

/* Letters and digits at both ends, also -, _ and . between; 1 to 63. */
static bool is_part(const char *text, size_t len)
{
	if (len == 0 || len > MAX_PART || !is_alnum(text[0]) ||
	    !is_alnum(text[len - 1]))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(text[i]) && !strchr("-_.", text[i]))
			return false;
	return true;
}

/* A lower-case DNS name: the part before the slash. */
static bool is_prefix(const char *text, size_t len)
{
	if (len == 0 || len > MAX_PREFIX)
		return false;
	for (size_t i = 0; i < len; i++) {
		bool is_edge = i == 0 || i == len - 1 || text[i - 1] == '.' ||
			       text[i + 1] == '.';
		bool is_joint = text[i] == '.' || text[i] == '-';

		if (is_joint ? is_edge
			     : !is_alnum(text[i]) ||
				       isupper((unsigned char)text[i]))
			return false;
	}
	return true;
}

static bool is_key(const char *text)
{
	const char *slash = strchr(text, '/');

	if (!slash)
		return is_part(text, strlen(text));
	return is_prefix(text, (size_t)(slash - text)) &&
	       is_part(slash + 1, strlen(slash + 1));
}

static bool is_value(const char *text)
{
	return *text == '\0' || is_part(text, strlen(text));
}

static struct term *new_term(struct selector *selector, enum op op,
			     const char *key)
{
	struct term *term;

	mem_grow(selector->terms, selector->n);
	term = &selector->terms[selector->n++];
	*term = (struct term){.op = op, .key = istr_get(key)};
	return term;
}

static int add_value(struct term *term, const char *value, struct err *err)
{
	if (!value || !is_value(value))
		return err_set(err, ST_EINVAL,
			       "selector: a value of %s is no label value",
			       istr_text(term->key));
	mem_grow(term->values, term->n_values);
	term->values[term->n_values++] = istr_get(value);
	return 0;
}

static int read_labels(struct selector *selector, const struct json *labels,
		       struct err *err)
{
	int rc;

	if (json_type(labels) != JSON_OBJECT)
		return 0;
	json_each (child, labels) {
		if (!is_key(json_name(child)))
			return err_set(err, ST_EINVAL,
				       "selector.matchLabels: bad key");
		rc = add_value(new_term(selector, OP_IN, json_name(child)),
			       json_value_str(child), err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int parse_op(const char *text)
{
	static const char *const names[] = {"In", "NotIn", "Exists",
					    "DoesNotExist"};

	for (size_t i = 0; text && i < st_array_len(names); i++)
		if (strcmp(text, names[i]) == 0)
			return (int)i;
	return -1;
}

static int read_expression(struct selector *selector, const struct json *json,
			   struct err *err)
{
	const char *key = json_str(json, "key");
	const struct json *values = json_get(json, "values");
	int op = parse_op(json_str(json, "operator"));
	bool wants_values = op == OP_IN || op == OP_NOT_IN;
	struct term *term;
	int rc = 0;

	if (!key || !is_key(key))
		return err_set(err, ST_EINVAL,
			       "selector.matchExpressions: bad key");
	if (op < 0)
		return err_set(err, ST_EINVAL,
			       "selector.matchExpressions: %s has an operator "
			       "that is not In, NotIn, Exists or DoesNotExist",
			       key);
	if ((json_len(values) > 0) != wants_values)
		return err_set(err, ST_EINVAL,
			       "selector.matchExpressions: %s %s values", key,
			       wants_values ? "needs" : "must not have");
	term = new_term(selector, (enum op)op, key);
	json_each (value, values) {
		rc = add_value(term, json_value_str(value), err);
		if (rc != 0)
			break;
	}
	return rc;
}

static int read_terms(struct selector *selector, const struct json *json,
		      struct err *err)
{
	const struct json *list = json_get(json, "matchExpressions");
	int rc = read_labels(selector, json_get(json, "matchLabels"), err);

	if (rc != 0 || json_type(list) != JSON_ARRAY)
		return rc;
	json_each (child, list) {
		rc = read_expression(selector, child, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int selector_new(const struct json *json, struct selector **ret_selector,
		 struct err *err)
{
	struct selector *selector = mem_zalloc(sizeof(*selector));
	int rc;

	if (json_type(json) == JSON_OBJECT) {
		rc = read_terms(selector, json, err);
		if (rc != 0) {
			selector_free(selector);
			return rc;
		}
	} else if (json_type(json) == JSON_NONE ||
		   json_type(json) == JSON_NULL) {
		selector->nothing = true;
	} else {
		selector_free(selector);
		return err_set(err, ST_EINVAL, "selector: not an object");
	}
	*ret_selector = selector;
	return 0;
}

static bool has_value(const struct term *term, const struct istr *value)
{
	for (size_t i = 0; i < term->n_values; i++)
		if (term->values[i] == value)
			return true;
	return false;
}

static bool term_matches(const struct term *term,
			 const struct obj_label *labels, size_t n)
{
	const struct istr *value = NULL;

	for (size_t i = 0; i < n && !value; i++)
		if (labels[i].key == term->key)
			value = labels[i].value;
	switch (term->op) {
	case OP_IN:
		return value && has_value(term, value);
	case OP_NOT_IN:
		return !value || !has_value(term, value);
	case OP_EXISTS:
		return value != NULL;
	case OP_MISSING:
		return value == NULL;
	}
	return false;
}

bool selector_matches(const struct selector *selector,
		      const struct obj_label *labels, size_t n)
{
	if (!selector || selector->nothing)
		return false;
	for (size_t i = 0; i < selector->n; i++)
		if (!term_matches(&selector->terms[i], labels, n))
			return false;
	return true;
}

void selector_free(struct selector *selector)
{
	if (!selector)
		return;
	for (size_t i = 0; i < selector->n; i++) {
		struct term *term = &selector->terms[i];

		for (size_t k = 0; k < term->n_values; k++)
			istr_drop(term->values[k]);
		free(term->values);
		istr_drop(term->key);
	}
	free(selector->terms);
	free(selector);
}
