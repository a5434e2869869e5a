/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/adviser.h"

#include <stdlib.h>

#include "controller/advice.h"
#include "controller/event.h"
#include "controller/kube.h"
#include "statefuld/log.h"
#include "statefuld/mem.h"

struct look {
	struct adviser *owner;
	struct look *next;
	struct kube_call *call;
	char *ns, *set, *uid;
	struct finding finding;
	int64_t since_s;
};

struct adviser {
	struct kube *kube;
	struct recorder *recorder;
	struct look *looks;
	int n;
};

struct adviser *adviser_new(struct kube *kube, struct recorder *recorder)
{
	struct adviser *adviser = mem_zalloc(sizeof(*adviser));

	adviser->kube = kube;
	adviser->recorder = recorder;
	return adviser;
}

static void look_free(struct look *look)
{
	struct look **at = &look->owner->looks;

	while (*at != look)
		at = &(*at)->next;
	*at = look->next;
	look->owner->n--;
	free(look->ns);
	free(look->set);
	free(look->uid);
	free(look->finding.text);
	free(look->finding.fix);
	free(look);
}

void adviser_free(struct adviser *adviser)
{
	if (adviser == NULL)
		return;
	while (adviser->looks != NULL) {
		kube_cancel(adviser->looks->call);
		look_free(adviser->looks);
	}
	free(adviser);
}

static void emit(struct adviser *adviser, const char *ns, const char *set,
		 const char *uid, const struct finding *finding,
		 int64_t since_s, const char *why)
{
	scope_free char *message = advice_message(finding, since_s, why);

	log_warn("advice", "set=%s/%s reason=%s message=%s", ns, set,
		 finding->reason, log_q(message));
	recorder_emit(adviser->recorder, &(struct event){
						 .ns = ns,
						 .set = set,
						 .uid = uid,
						 .type = "Warning",
						 .reason = finding->reason,
						 .message = message,
						 .source = "statefuld",
					 });
}

static void on_pod(const struct kube_answer *answer, void *arg)
{
	struct look *look = arg;
	scope_free char *why =
		answer->code == 0 ? advice_why(answer->body) : NULL;

	emit(look->owner, look->ns, look->set, look->uid, &look->finding,
	     look->since_s, why);
	look_free(look);
}

static void look_at(struct adviser *adviser, const char *ns, const char *set,
		    const char *uid, const struct finding *finding,
		    int64_t since_s)
{
	scope_free char *path =
		mem_printf("/api/v1/namespaces/%s/pods/%s", ns, finding->pod);
	struct look *look = mem_zalloc(sizeof(*look));

	look->owner = adviser;
	look->next = adviser->looks;
	adviser->looks = look;
	adviser->n++;
	look->ns = mem_strdup(ns);
	look->set = mem_strdup(set);
	look->uid = mem_strdup(uid);
	look->since_s = since_s;
	look->finding.reason = finding->reason;
	look->finding.text = mem_strdup(finding->text);
	look->finding.fix = mem_strdup(finding->fix);
	look->call =
		kube_send(adviser->kube, KUBE_GET, path, NULL, on_pod, look);
}

void adviser_tell(struct adviser *adviser, const char *ns, const char *set,
		  const char *uid, const struct finding *finding,
		  int64_t since_s)
{
	if (finding->pod != NULL && adviser->n < ADVISER_LOOKS)
		look_at(adviser, ns, set, uid, finding, since_s);
	else
		emit(adviser, ns, set, uid, finding, since_s, NULL);
}
