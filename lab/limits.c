/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/limits.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lab/fill.h"
#include "lab/quantity.h"
#include "statefuld/buf.h"
#include "statefuld/json.h"
#include "statefuld/mem.h"
#include "statefuld/sort.h"

/* Nobody reads more of one refusal. */
#define MAX_REFUSALS 100

/* ---- Filling in ---- */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "cpu, memory request for container web", and "; " before it if needed. */
static void tell(struct buf *told, const char **names, size_t n,
		 const char *what, const char *of, const char *container)
{
	if (n == 0)
		return;
	sort_items(names, n, sizeof(*names), by_text);
	buf_puts(told, told->len > 0 ? "; " : "LimitRanger plugin set: ");
	for (size_t i = 0; i < n; i++)
		buf_printf(told, "%s%s", i > 0 ? ", " : "", names[i]);
	buf_printf(told, " %s for %s %s", what, of, container);
}

/* Members of `from` that are missing. */
static void fill_amounts(struct json *resources, const char *list,
			 const struct json *from, struct buf *told,
			 const char *what, const char *of, const char *name)
{
	scope_free const char **names = NULL;
	struct json *have;
	size_t n = 0;

	if (json_type(from) != JSON_OBJECT || json_first(from) == NULL)
		return;
	have = fill_make(resources, list);
	if (have == NULL)
		return;
	names = mem_calloc(json_len(from), sizeof(*names));
	json_each (amount, from) {
		if (json_get(have, json_name(amount)) != NULL)
			continue;
		fill_copy(have, json_name(amount), amount);
		names[n++] = json_name(amount);
	}
	tell(told, names, n, what, of, name);
}

static void fill_containers(const struct json *item, struct json *containers,
			    const char *of, struct buf *told)
{
	fill_each (container, containers) {
		struct json *resources = fill_make(container, "resources");
		const char *name = json_str(container, "name");

		if (resources == NULL)
			continue;
		name = name != NULL ? name : "";
		fill_amounts(resources, "requests",
			     json_get(item, "defaultRequest"), told, "request",
			     of, name);
		fill_amounts(resources, "limits", json_get(item, "default"),
			     told, "limit", of, name);
	}
}

void limits_fill_pod(const struct json *range, struct json *pod)
{
	struct json *spec = fill_object(pod, "spec");
	struct json *annotations;
	scope_buf struct buf told;

	buf_init(&told, 0);
	json_each (item, json_at(range, "spec.limits")) {
		if (!fill_is(item, "type", "Container"))
			continue;
		fill_containers(item, fill_array(spec, "containers"),
				"container", &told);
		fill_containers(item, fill_array(spec, "initContainers"),
				"init container", &told);
	}
	if (told.len == 0)
		return;
	annotations = fill_make(fill_make(pod, "metadata"), "annotations");
	if (annotations != NULL)
		json_set_str(annotations, LIMITS_ANNOTATION, told.data);
}

/* ---- Refusing ---- */

/* What is asked for of one resource. */
struct asked {
	bool has_request, has_limit;
	struct quantity request, limit;
};

/* One bound: of what, for what, and what is asked. */
struct bound {
	struct json *refusals; /* texts */
	const char *type;
	const char *resource;
	char text[QUANTITY_TEXT];
	struct quantity amount;
	struct asked asked;
};

/* Equal words are said once. */
static void refuse(const struct bound *bound, char *take_text)
{
	scope_free char *text = take_text;

	if (json_len(bound->refusals) >= MAX_REFUSALS)
		return;
	json_each (old, bound->refusals) {
		if (strcmp(json_value_str(old), text) == 0)
			return;
	}
	json_push(bound->refusals, json_new_str(text));
}

static void refuse_missing(const struct bound *bound, const char *most,
			   const char *what)
{
	refuse(bound, mem_printf("%s %s usage per %s is %s.  No %s is "
				 "specified",
				 most, bound->resource, bound->type,
				 bound->text, what));
}

static void refuse_amount(const struct bound *bound, const char *most,
			  const char *what, const struct quantity *amount)
{
	char text[QUANTITY_TEXT];

	refuse(bound, mem_printf("%s %s usage per %s is %s, but %s is %s", most,
				 bound->resource, bound->type, bound->text,
				 what, quantity_print(amount, text)));
}

static void check_min(const struct bound *bound)
{
	const struct asked *asked = &bound->asked;

	if (!asked->has_request)
		refuse_missing(bound, "minimum", "request");
	else if (quantity_cmp(&asked->request, &bound->amount) < 0)
		refuse_amount(bound, "minimum", "request", &asked->request);
	else if (asked->has_limit &&
		 quantity_cmp(&asked->limit, &bound->amount) < 0)
		refuse_amount(bound, "minimum", "limit", &asked->limit);
}

static void check_max(const struct bound *bound)
{
	const struct asked *asked = &bound->asked;

	if (!asked->has_limit)
		refuse_missing(bound, "maximum", "limit");
	else if (quantity_cmp(&asked->limit, &bound->amount) > 0)
		refuse_amount(bound, "maximum", "limit", &asked->limit);
	else if (asked->has_request &&
		 quantity_cmp(&asked->request, &bound->amount) > 0)
		refuse_amount(bound, "maximum", "request", &asked->request);
}

/* Storage has no limits. */
static void check_max_request(const struct bound *bound)
{
	const struct asked *asked = &bound->asked;

	if (!asked->has_request)
		refuse_missing(bound, "maximum", "request");
	else if (quantity_cmp(&asked->request, &bound->amount) > 0)
		refuse_amount(bound, "maximum", "request", &asked->request);
}

static void refuse_ratio(const struct bound *bound, const char *why)
{
	refuse(bound,
	       mem_printf("%s max limit to request ratio per %s is %s, but %s",
			  bound->resource, bound->type, bound->text, why));
}

static void check_ratio(const struct bound *bound)
{
	const struct asked *asked = &bound->asked;
	scope_free char *why = NULL;
	double ratio;

	if (!asked->has_request || asked->request.nano == 0)
		return refuse_ratio(bound, "no request is specified or request "
					   "is 0");
	if (!asked->has_limit || asked->limit.nano == 0)
		return refuse_ratio(bound,
				    "no limit is specified or limit is 0");
	ratio = (double)asked->limit.nano / (double)asked->request.nano;
	if (ratio * 1e9 <= (double)bound->amount.nano)
		return;
	why = mem_printf("provided ratio is %f", ratio);
	refuse_ratio(bound, why);
}

/* ---- What is asked for ---- */

static void ask_request(struct asked *asked, const struct json *list,
			const char *resource)
{
	asked->has_request =
		quantity_read(json_get(list, resource), &asked->request);
}

static void ask_container(struct asked *asked, const struct json *container,
			  const char *resource)
{
	const struct json *resources = json_get(container, "resources");

	ask_request(asked, json_get(resources, "requests"), resource);
	asked->has_limit =
		quantity_read(json_get(json_get(resources, "limits"), resource),
			      &asked->limit);
}

static void ask_claim(struct asked *asked, const struct json *claim,
		      const char *resource)
{
	ask_request(asked, json_at(claim, "spec.resources.requests"), resource);
	asked->has_limit = false;
}

/* A sum of amounts, of which there may be none. */
struct sum {
	bool any;
	struct quantity amount;
};

static void add(struct sum *sum, const struct sum *more)
{
	if (!more->any)
		return;
	if (!sum->any)
		*sum = *more;
	else
		sum->amount.nano += more->amount.nano;
}

static void raise_to(struct sum *sum, const struct sum *other)
{
	if (other->any &&
	    (!sum->any || quantity_cmp(&other->amount, &sum->amount) > 0))
		*sum = *other;
}

static struct sum one(const struct json *container, const char *list,
		      const char *resource)
{
	const struct json *amounts =
		json_get(json_get(container, "resources"), list);
	struct sum sum = {0};

	sum.any = quantity_read(json_get(amounts, resource), &sum.amount);
	return sum;
}

/* Init containers run one by one, each beside those before it that stay. */
static struct sum sum_pod(const struct json *spec, const char *list,
			  const char *resource)
{
	struct sum all = one(spec, list, resource);
	struct sum staying = {0}, most = {0};

	if (all.any)
		return all;
	json_each (container, json_get(spec, "containers")) {
		struct sum this = one(container, list, resource);

		add(&all, &this);
	}
	json_each (container, json_get(spec, "initContainers")) {
		struct sum this = one(container, list, resource);

		if (fill_is(container, "restartPolicy", "Always")) {
			add(&all, &this);
			add(&staying, &this);
			this = staying;
		} else {
			add(&this, &staying);
		}
		raise_to(&most, &this);
	}
	raise_to(&all, &most);
	return all;
}

static void ask_pod(struct asked *asked, const struct json *pod,
		    const char *resource)
{
	const struct json *spec = json_get(pod, "spec");
	struct sum requests = sum_pod(spec, "requests", resource);
	struct sum limits = sum_pod(spec, "limits", resource);

	*asked = (struct asked){requests.any, limits.any, requests.amount,
				limits.amount};
}

/* ---- All bounds of one thing ---- */

typedef void (*ask_fn)(struct asked *asked, const struct json *object,
		       const char *resource);
typedef void (*bound_fn)(const struct bound *bound);

static void check_list(struct json *refusals, const struct json *item,
		       const char *list, bound_fn check, ask_fn ask,
		       const struct json *object)
{
	struct bound bound = {.refusals = refusals,
			      .type = json_str(item, "type")};

	if (json_type(json_get(item, list)) != JSON_OBJECT)
		return;
	json_each (amount, json_get(item, list)) {
		if (!quantity_read(amount, &bound.amount))
			continue;
		quantity_print(&bound.amount, bound.text);
		bound.resource = json_name(amount);
		ask(&bound.asked, object, bound.resource);
		check(&bound);
	}
}

static void check_item(struct json *refusals, const struct json *item,
		       ask_fn ask, const struct json *object)
{
	check_list(refusals, item, "min", check_min, ask, object);
	check_list(refusals, item, "max", check_max, ask, object);
	check_list(refusals, item, "maxLimitRequestRatio", check_ratio, ask,
		   object);
}

static void check_pod(struct json *refusals, const struct json *item,
		      const struct json *pod)
{
	static const char *const lists[] = {"spec.containers",
					    "spec.initContainers"};

	if (fill_is(item, "type", "Pod"))
		check_item(refusals, item, ask_pod, pod);
	if (!fill_is(item, "type", "Container"))
		return;
	for (size_t i = 0; i < st_array_len(lists); i++) {
		json_each (container, json_at(pod, lists[i]))
			check_item(refusals, item, ask_container, container);
	}
}

static void check_claim(struct json *refusals, const struct json *item,
			const struct json *claim)
{
	if (!fill_is(item, "type", "PersistentVolumeClaim"))
		return;
	check_list(refusals, item, "min", check_min, ask_claim, claim);
	check_list(refusals, item, "max", check_max_request, ask_claim, claim);
}

/* One stands for itself, several in brackets. */
static char *joined(const struct json *refusals)
{
	struct buf text;
	bool many = json_len(refusals) > 1, more = false;

	if (json_len(refusals) == 0)
		return NULL;
	buf_init(&text, 0);
	buf_puts(&text, many ? "[" : "");
	json_each (refusal, refusals) {
		buf_printf(&text, "%s%s", more ? ", " : "",
			   json_value_str(refusal));
		more = true;
	}
	buf_puts(&text, many ? "]" : "");
	return buf_steal(&text);
}

char *limits_refusal(const struct json *range, enum kind_id kind,
		     const struct json *object)
{
	scope_json struct json *refusals = json_new_array();

	json_each (item, json_at(range, "spec.limits")) {
		if (kind == KIND_POD)
			check_pod(refusals, item, object);
		else if (kind == KIND_PVC)
			check_claim(refusals, item, object);
	}
	return joined(refusals);
}
