/* SPDX-License-Identifier: Apache-2.0 */
#include "lab/check.h"
#include "lab/names.h"
#include "lab/rules_parts.h"

#define REQUIRED  "requiredDuringSchedulingIgnoredDuringExecution"
#define PREFERRED "preferredDuringSchedulingIgnoredDuringExecution"

static void check_weight(struct check *check, const struct json *term)
{
	int64_t weight = json_int(term, "weight", 0);
	scope_json struct json *value = json_new_int(weight);

	if (weight < 1 || weight > 100)
		check_invalid(check, "weight", value,
			      "must be in the range 1-100");
}

static void check_pod_term(struct check *check, const struct json *term,
			   void *arg)
{
	const char *key = check_text(term, "topologyKey");
	struct names_faults faults = {0};

	(void)arg;
	rules_meta_selector(check, term, "labelSelector");
	if (*key == '\0')
		check_required(check, "topologyKey", "can not be empty");
	names_qualified(key, &faults);
	check_faults(check, "topologyKey", key, &faults);
}

static void check_weighed_pod_term(struct check *check, const struct json *term,
				   void *arg)
{
	size_t mark;

	check_weight(check, term);
	mark = check_enter(check, "podAffinityTerm");
	check_pod_term(check, json_get(term, "podAffinityTerm"), arg);
	check_leave(check, mark);
}

static void check_pods(struct check *check, const struct json *affinity,
		       const char *name)
{
	const struct json *pods = json_get(affinity, name);
	size_t mark = check_enter(check, name);

	check_each(check, pods, REQUIRED, check_pod_term, NULL);
	check_each(check, pods, PREFERRED, check_weighed_pod_term, NULL);
	check_leave(check, mark);
}

/* Of nodes only; one value, of which a number is expected. */
static bool check_comparison(struct check *check, const struct json *item)
{
	if (!check_is_one_of(check_text(item, "operator"),
			     (const char *const[]){"Gt", "Lt", NULL}))
		return false;
	if (json_len(json_get(item, "values")) != 1)
		check_required(check, "values",
			       "must be specified single value when "
			       "`operator` is 'Lt' or 'Gt'");
	return true;
}

static void check_node_requirement(struct check *check, const struct json *item,
				   void *arg st_unused)
{
	rules_meta_requirement_end(check, item,
				   rules_meta_operator(check, item) ||
					   check_comparison(check, item));
}

static void check_node_term(struct check *check, const struct json *term,
			    void *arg)
{
	check_each(check, term, "matchExpressions", check_node_requirement,
		   arg);
}

void rules_affinity_nodes(struct check *check, const struct json *object,
			  const char *name)
{
	const struct json *selector = json_get(object, name);
	size_t mark = check_enter(check, name);

	if (json_first(json_get(selector, "nodeSelectorTerms")) == NULL)
		check_required(check, "nodeSelectorTerms",
			       "must have at least one node selector term");
	check_each(check, selector, "nodeSelectorTerms", check_node_term, NULL);
	check_leave(check, mark);
}

static void check_weighed_node_term(struct check *check,
				    const struct json *term, void *arg)
{
	size_t mark;

	check_weight(check, term);
	mark = check_enter(check, "preference");
	check_node_term(check, json_get(term, "preference"), arg);
	check_leave(check, mark);
}

static void check_nodes(struct check *check, const struct json *affinity)
{
	const struct json *nodes = json_get(affinity, "nodeAffinity");
	const struct json *required = json_get(nodes, REQUIRED);
	size_t mark = check_enter(check, "nodeAffinity");

	if (json_type(required) == JSON_OBJECT)
		rules_affinity_nodes(check, nodes, REQUIRED);
	check_each(check, nodes, PREFERRED, check_weighed_node_term, NULL);
	check_leave(check, mark);
}

void rules_affinity_check(struct check *check, const struct json *spec)
{
	const struct json *affinity = json_get(spec, "affinity");
	size_t mark = check_enter(check, "affinity");

	check_nodes(check, affinity);
	check_pods(check, affinity, "podAffinity");
	check_pods(check, affinity, "podAntiAffinity");
	check_leave(check, mark);
}
