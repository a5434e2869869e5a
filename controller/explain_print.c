/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "controller/explain.h"
#include "statefuld/buf.h"
#include "statefuld/clk.h"
#include "statefuld/json.h"

static const struct {
	const char *code, *text;
} verdicts[] = {
	[EXPLAIN_RECORDS] = {"records", "has records"},
	[EXPLAIN_EMPTY] = {"empty", "exists, without records (NODATA)"},
	[EXPLAIN_MISSING] = {"missing", "does not exist (NXDOMAIN)"},
	[EXPLAIN_OUTSIDE] = {"outside", "is in no zone served here (REFUSED)"},
	[EXPLAIN_NOT_READY] = {"not-ready", "is not known yet (SERVFAIL)"},
	[EXPLAIN_BAD_NAME] = {"bad-name", "is no domain name"},
};

static void print_age(struct buf *out, int64_t age_s)
{
	if (age_s < 0)
		return;
	if (age_s < 120)
		buf_printf(out, ", %" PRId64 " s ago", age_s);
	else if (age_s < 7200)
		buf_printf(out, ", %" PRId64 " min ago", age_s / 60);
	else if (age_s < 172800)
		buf_printf(out, ", %" PRId64 " h ago", age_s / 3600);
	else
		buf_printf(out, ", %" PRId64 " days ago", age_s / 86400);
}

static void print_finding(struct buf *out, const struct explain_finding *f,
			  int64_t now_s)
{
	char since[32];

	buf_puts(out, "  ");
	if (f->kind)
		buf_printf(out, "%s %s%s%s: ", f->kind, f->ns ? f->ns : "",
			   f->ns ? "/" : "", f->name);
	buf_puts(out, f->text);
	if (f->since_s != 0) {
		clk_format(since, f->since_s * 1000000, 0);
		buf_printf(out, " (since %s", since);
		print_age(out, now_s - f->since_s);
		buf_putc(out, ')');
	}
	if (f->kind)
		buf_printf(out, " [uid %s, version %s]", f->uid, f->version);
	buf_putc(out, '\n');
}

void explain_print(const struct explanation *explanation, struct buf *out)
{
	buf_printf(out, "%s %s\n", explanation->name,
		   verdicts[explanation->verdict].text);
	for (size_t i = 0; i < explanation->n_findings; i++)
		print_finding(out, &explanation->findings[i],
			      explanation->now_s);
	if (explanation->n_more > 0)
		buf_printf(out, "  and %zu more\n", explanation->n_more);
	if (explanation->fix)
		buf_printf(out, "fix: %s\n", explanation->fix);
}

static struct json *finding_json(const struct explain_finding *f)
{
	struct json *json = json_new_object();
	struct json *object;
	char since[32];

	json_set_str(json, "code", f->code);
	json_set_str(json, "text", f->text);
	if (f->since_s != 0) {
		clk_format(since, f->since_s * 1000000, 0);
		json_set_str(json, "since", since);
	}
	if (!f->kind)
		return json;
	object = json_child_object(json, "object");
	json_set_str(object, "kind", f->kind);
	if (f->ns)
		json_set_str(object, "namespace", f->ns);
	json_set_str(object, "name", f->name);
	json_set_str(object, "uid", f->uid);
	json_set_str(object, "resourceVersion", f->version);
	return json;
}

struct json *explain_json(const struct explanation *explanation)
{
	struct json *json = json_new_object();
	struct json *findings;

	json_set_str(json, "name", explanation->name);
	json_set_str(json, "verdict", verdicts[explanation->verdict].code);
	findings = json_child_array(json, "findings");
	for (size_t i = 0; i < explanation->n_findings; i++)
		json_push(findings, finding_json(&explanation->findings[i]));
	json_set_int(json, "more", (int64_t)explanation->n_more);
	if (explanation->fix)
		json_set_str(json, "fix", explanation->fix);
	return json;
}
