/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/explain.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller/explain_priv.h"
#include "controller/exposure.h"
#include "controller/store.h"
#include "statefuld/mem.h"
#include "statefuld/zone_edit.h"

/* ---- findings ---- */

static st_printf(1, 0) char *print(const char *fmt, va_list args)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, args);
	return mem_strdup(text);
}

void explain_find(struct explanation *out, const char *code,
		  const struct obj *obj, int64_t since_s, const char *fmt, ...)
{
	struct explain_finding *finding;
	va_list args;

	if (out->n_findings == EXPLAIN_MAX_FINDINGS) {
		out->n_more++;
		return;
	}
	finding = &out->findings[out->n_findings++];
	*finding = (struct explain_finding){.code = code, .since_s = since_s};
	va_start(args, fmt);
	finding->text = print(fmt, args);
	va_end(args);
	if (!obj)
		return;
	finding->kind = obj_kind_name((enum obj_kind)obj->kind);
	finding->ns = mem_strdup(istr_text(obj->ns));
	finding->name = mem_strdup(istr_text(obj->name));
	finding->uid = mem_strdup(istr_text(obj->uid));
	finding->version = mem_strdup(istr_text(obj->version));
}

void explain_fix(struct explanation *out, const char *fmt, ...)
{
	va_list args;

	if (out->fix)
		return;
	va_start(args, fmt);
	out->fix = print(fmt, args);
	va_end(args);
}

void explain_forget_fix(struct explanation *out)
{
	free(out->fix);
	out->fix = NULL;
}

void explanation_fini(struct explanation *explanation)
{
	for (size_t i = 0; i < explanation->n_findings; i++) {
		struct explain_finding *finding = &explanation->findings[i];

		free(finding->text);
		free(finding->ns);
		free(finding->name);
		free(finding->uid);
		free(finding->version);
	}
	free(explanation->name);
	free(explanation->fix);
	*explanation = (struct explanation){0};
}

/* ---- names ---- */

static const struct name *longest(const struct name *zones, size_t n,
				  const uint8_t *name, const struct name *best)
{
	for (size_t i = 0; i < n; i++)
		if (name_is_under(name, zones[i].wire) &&
		    (!best || zones[i].len > best->len))
			best = &zones[i];
	return best;
}

static const struct name *zone_of(const struct explain_config *config,
				  const uint8_t *name)
{
	const struct name *best =
		longest(config->zones, config->n_zones, name, NULL);

	return longest(config->reverse_zones, config->n_reverse_zones, name,
		       best);
}

/* Labels that do not fit as text cannot be an object's name either. */
static void take_apart(struct question *q, const struct name *name)
{
	size_t n = name_labels(name->wire) - name_labels(q->zone->wire);
	const uint8_t *at = name->wire;

	name_text(q->zone_text, q->zone->wire);
	for (q->n = 0; q->n < n; q->n++, at += 1 + *at) {
		size_t len = *at;

		memcpy(q->labels[q->n], at + 1, len);
		q->labels[q->n][len] = '\0';
	}
}

static bool is_cluster_zone(const struct question *q)
{
	const struct explain_config *config = q->config;

	return q->zone >= config->zones &&
	       q->zone < config->zones + config->n_zones;
}

/* "a.b.c" of the labels from `from` on. */
static char *join(const struct question *q, size_t from, size_t to)
{
	char *text = mem_strdup("");

	for (size_t i = from; i < to; i++) {
		char *more = mem_printf("%s%s%s", text, i > from ? "." : "",
					q->labels[i]);

		free(text);
		text = more;
	}
	return text;
}

static bool is_label(const struct question *q, size_t i, const char *text)
{
	return strcmp(q->labels[i], text) == 0;
}

/* ---- mistakes in the name itself ---- */

static bool has_service(const struct question *q, const char *ns,
			const char *name)
{
	return store_get(q->config->store, OBJ_SERVICE, ns, name) != NULL;
}

/* <name>.<zone>, where <name> has no "svc": the commonest slip. */
static void explain_no_schema(const struct question *q)
{
	scope_free char *given = join(q, 0, q->n);
	size_t n = q->n;

	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "no-such-schema", NULL, 0,
		     "below %s names end in svc or pod, not in %s",
		     q->zone_text, q->labels[n - 1]);
	if (n >= 2 && has_service(q, q->labels[n - 1], q->labels[n - 2]))
		explain_fix(q->out, "ask for %s.svc.%s", given, q->zone_text);
	else
		explain_fix(q->out,
			    "names of Services are SERVICE.NAMESPACE.svc.%s",
			    q->zone_text);
}

/* The name without a search domain, <ns>.svc.Z, svc.Z or Z, if what is left
 * is a name of ours; else NULL. */
static char *without_search_domain(const struct question *q)
{
	const struct explain_config *config = q->config;

	for (size_t cut = 0; cut <= 2 && cut < q->n; cut++) {
		scope_free char *rest = join(q, 0, q->n - cut);
		struct name name;

		if (name_parse(&name, rest) == 0 &&
		    longest(config->zones, config->n_zones, name.wire, NULL))
			return mem_strdup(rest);
	}
	return NULL;
}

/* What a resolver with a search list makes of a name that was meant to be
 * complete (ndots). */
static bool explain_search_path(const struct question *q)
{
	scope_free char *rest = without_search_domain(q);

	if (!rest)
		return false;
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "zone-twice", NULL, 0,
		     "the name ends in %s twice: a search domain was put "
		     "behind a name that was complete",
		     q->zone_text);
	explain_fix(q->out,
		    "ask for %s. with a dot at its end, or lower ndots in "
		    "the pod's dnsConfig",
		    rest);
	return true;
}

static void explain_too_deep(const struct question *q)
{
	scope_free char *left = join(q, 0, q->n - 3);

	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "too-many-labels", NULL, 0,
		     "nothing is that far below a Service");
	explain_fix(q->out,
		    "if %s.%s was meant, it is complete: put a dot at its end",
		    left, q->labels[q->n - 3]);
}

/* ---- the upper part of a cluster zone ---- */

static bool has_namespace(const struct question *q, const char *ns)
{
	const struct obj *obj =
		store_get(q->config->store, OBJ_NAMESPACE, NULL, ns);

	return obj && exposure_has_namespace(q->config->exposure, obj);
}

/* DNS-014: there, but as if it were not. */
static void explain_hidden_namespace(const struct question *q,
				     const struct obj *ns)
{
	const struct controller_records *records = q->config->records;

	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "namespace-hidden", ns, 0,
		     "it is there, but not shown: %s leaves it out",
		     records->namespaces ? "--namespaces"
					 : "--namespace-labels");
	explain_fix(q->out, "add it to --namespaces, or give it the labels "
			    "that --namespace-labels asks for");
}

static void explain_namespace(const struct question *q, size_t at)
{
	const char *name = q->labels[at];
	const struct obj *ns =
		store_get(q->config->store, OBJ_NAMESPACE, NULL, name);

	if (ns && !has_namespace(q, name)) {
		explain_hidden_namespace(q, ns);
		return;
	}
	if (ns) {
		q->out->verdict = EXPLAIN_EMPTY;
		explain_find(q->out, "namespace", ns, 0,
			     "the name of a namespace has no records itself");
		return;
	}
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "no-such-namespace", NULL, 0,
		     "there is no namespace %s", name);
	explain_fix(q->out, "names of Services are SERVICE.NAMESPACE.svc.%s",
		    q->zone_text);
}

static void explain_static(const struct question *q)
{
	static const char why[] = "it belongs to the zone itself, whatever "
				  "the cluster has";
	bool has_records = q->n == 0 || is_label(q, 0, "dns-version") ||
			   is_label(q, 0, "ns");

	q->out->verdict = has_records ? EXPLAIN_RECORDS : EXPLAIN_EMPTY;
	explain_find(q->out, "static", NULL, 0, "%s", why);
}

static bool is_static(const struct question *q)
{
	switch (q->n) {
	case 0:
		return true;
	case 1:
		return is_label(q, 0, "dns-version") || is_label(q, 0, "dns") ||
		       is_label(q, 0, "svc") || is_label(q, 0, "pod");
	case 2:
		return is_label(q, 0, "ns") && is_label(q, 1, "dns");
	default:
		return false;
	}
}

/* DNS-056 to 058: <address>.<ns>.pod, the address with dashes. */
static void explain_pod_address(const struct question *q)
{
	bool any = q->config->records->pods == PODS_INSECURE;
	const char *ns = q->labels[q->n - 2];

	if (q->n == 2 || !has_namespace(q, ns)) {
		explain_namespace(q, q->n - 2);
		return;
	}
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "pod-address", NULL, 0,
		     any ? "with --pods=insecure every address has a name, "
			   "with dashes for its dots or colons"
			 : "with --pods=verified an address has a name, with "
			   "dashes for its dots or colons, while a pod of the "
			   "namespace has it");
}

static void explain_pod_zone(const struct question *q)
{
	if (q->config->records->pods != PODS_DISABLED) {
		explain_pod_address(q);
		return;
	}
	q->out->verdict = EXPLAIN_MISSING;
	explain_find(q->out, "pod-names-off", NULL, 0,
		     "names made of pod addresses are not served");
	explain_fix(q->out,
		    "ask for the pod by its hostname below a headless "
		    "Service: POD.SERVICE.NAMESPACE.svc.%s",
		    q->zone_text);
}

/* Behind its namespace, so that the first cause is the one that is named. */
static void explain_below_svc(const struct question *q)
{
	if (q->n == 2) {
		explain_namespace(q, 0);
		return;
	}
	if (!has_namespace(q, q->labels[q->n - 2])) {
		if (!explain_search_path(q))
			explain_namespace(q, q->n - 2);
		return;
	}
	if (q->n <= 5)
		explain_service(q);
	else if (!explain_search_path(q))
		explain_too_deep(q);
}

static void explain_cluster(const struct question *q)
{
	if (is_static(q))
		explain_static(q);
	else if (!q->config->is_synced)
		q->out->verdict = EXPLAIN_NOT_READY;
	else if (is_label(q, q->n - 1, "svc"))
		explain_below_svc(q);
	else if (is_label(q, q->n - 1, "pod"))
		explain_pod_zone(q);
	else if (!explain_search_path(q))
		explain_no_schema(q);
}

/* ---- reverse zones ---- */

static int hex_digit(const char *label)
{
	const char *digits = "0123456789abcdef";
	const char *at = *label ? strchr(digits, *label) : NULL;

	return at && !label[1] ? (int)(at - digits) : -1;
}

/* The address that a whole reverse name stands for; len 0: it is none. */
static struct addr address_of(const uint8_t *name)
{
	struct addr addr = {0};
	size_t n = name_labels(name);
	const uint8_t *at = name;

	if (n != 6 && n != 34)
		return addr;
	for (size_t i = 0; i + 2 < n; i++, at += 1 + *at) {
		char label[NAME_MAX_LABEL + 1] = "";
		int digit;

		memcpy(label, at + 1, *at);
		if (n == 6) {
			unsigned long octet = strtoul(label, NULL, 10);

			if (octet > UINT8_MAX ||
			    strspn(label, "0123456789") != strlen(label) ||
			    (*label == '0' && label[1]))
				return addr;
			addr.octets[3 - i] = (uint8_t)octet;
			continue;
		}
		digit = hex_digit(label);
		if (digit < 0)
			return addr;
		addr.octets[15 - i / 2] |= (uint8_t)(digit << (i % 2 ? 4 : 0));
	}
	addr.len = n == 6 ? ADDR_V4 : ADDR_V6;
	return addr;
}

static void explain_reverse(const struct question *q, const struct name *name)
{
	struct addr addr = address_of(name->wire);

	if (q->n == 0)
		explain_static(q);
	else if (!q->config->is_synced)
		q->out->verdict = EXPLAIN_NOT_READY;
	else if (addr.len > 0)
		explain_address(q, &addr);
	else {
		q->out->verdict = EXPLAIN_EMPTY;
		explain_find(q->out, "part-of-an-address", NULL, 0,
			     "only names of whole addresses have records; "
			     "this one exists if any below it does");
	}
}

/* ---- outside ---- */

/* A name in which a Service and its namespace stand side by side can be
 * completed as a search list would. */
static void suggest_completion(const struct explain_config *config,
			       struct explanation *out, const char *text)
{
	char zone[NAME_MAX_TEXT];

	name_text(zone, config->zones[0].wire);
	for (const char *at = text; at; at = strchr(at, '.')) {
		const char *end, *dot;
		scope_free char *service = NULL, *ns = NULL;

		at += *at == '.';
		dot = strchr(at, '.');
		if (!dot)
			return;
		end = dot + 1 + strcspn(dot + 1, ".");
		service = mem_strndup(at, (size_t)(dot - at));
		ns = mem_strndup(dot + 1, (size_t)(end - dot - 1));
		if (store_get(config->store, OBJ_SERVICE, ns, service))
			explain_fix(out, "ask for %.*s.svc.%s",
				    (int)(end - text), text, zone);
	}
}

static void explain_outside(const struct explain_config *config,
			    struct explanation *out, const char *text)
{
	out->verdict = EXPLAIN_OUTSIDE;
	for (size_t i = 0; i < config->n_zones; i++) {
		char zone[NAME_MAX_TEXT];

		name_text(zone, config->zones[i].wire);
		explain_find(out, "outside", NULL, 0, "it is not below %s",
			     zone);
	}
	suggest_completion(config, out, text);
	explain_fix(out, "ask for a name below a zone served here, or add one "
			 "with --zone or --reverse-zone");
}

/* ---- all ---- */

static void tell_state(const struct explain_config *config,
		       struct explanation *out)
{
	if (out->verdict == EXPLAIN_NOT_READY) {
		explain_find(out, "not-synced", NULL, 0,
			     "not all objects have been listed yet, so why it "
			     "is there or not is not known");
		explain_fix(out, "see the log, or statefuld_watch_synced in "
				 "/metrics, for what is missing");
	} else if (config->silent_s > 0) {
		explain_find(out, "stale", NULL,
			     config->now_s - config->silent_s,
			     "the API server is away: this is what was known "
			     "before");
	}
}

static void explain_wire(const struct explain_config *config,
			 struct explanation *out, const struct name *name,
			 const char *text)
{
	struct question question = {.config = config, .out = out};
	struct question *q = &question;

	q->zone = zone_of(config, name->wire);
	if (!q->zone) {
		explain_outside(config, out, text);
		return;
	}
	take_apart(q, name);
	if (is_cluster_zone(q))
		explain_cluster(q);
	else
		explain_reverse(q, name);
}

void explain_name(struct explanation *ret, const struct explain_config *config,
		  const char *text)
{
	char lower[NAME_MAX_TEXT];
	struct name name;

	*ret = (struct explanation){.now_s = config->now_s};
	if (name_parse(&name, text) != 0) {
		ret->name = mem_strdup(text);
		ret->verdict = EXPLAIN_BAD_NAME;
		explain_find(ret, "bad-name", NULL, 0,
			     "labels have 1 to 63 octets, names up to 255");
		explain_fix(ret, "write for instance "
				 "web-0.nginx.default.svc.cluster.local");
		return;
	}
	name_text(lower, name.wire);
	ret->name = mem_strdup(lower);
	if (lower[0] && lower[strlen(lower) - 1] == '.')
		lower[strlen(lower) - 1] = '\0';
	explain_wire(config, ret, &name, lower);
	tell_state(config, ret);
}

void explain_look(struct explanation *explanation, const struct zone_slot *slot)
{
	static const enum explain_verdict seen[] = {
		[ZONE_SIGHT_OUTSIDE] = EXPLAIN_OUTSIDE,
		[ZONE_SIGHT_MISSING] = EXPLAIN_MISSING,
		[ZONE_SIGHT_EMPTY] = EXPLAIN_EMPTY,
		[ZONE_SIGHT_RECORDS] = EXPLAIN_RECORDS,
	};
	struct name name;

	if (explanation->verdict == EXPLAIN_BAD_NAME ||
	    !zone_slot_is_ready(slot) ||
	    name_parse(&name, explanation->name) != 0)
		return;
	explanation->verdict = seen[zone_slot_sight(slot, name.wire)];
}
