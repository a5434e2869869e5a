/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "controller/explain_priv.h"
#include "controller/store.h"

/* ---- a pod that is selected ---- */

static bool is_over(const struct obj_pod *pod)
{
	return pod->phase == PHASE_SUCCEEDED || pod->phase == PHASE_FAILED;
}

static void tell_not_ready(const struct question *q,
			   const struct obj_service *service,
			   const struct obj_pod *pod)
{
	explain_find(q->out, "pod-not-ready", &pod->obj, pod->ready_since_s,
		     "not ready%s%s", pod->trouble ? ": " : "",
		     pod->trouble ? istr_text(pod->trouble) : "");
	explain_fix(q->out,
		    "see why: kubectl describe pod -n %s %s; or set "
		    "publishNotReadyAddresses: true on Service %s to have "
		    "names before pods are ready",
		    istr_text(pod->obj.ns), istr_text(pod->obj.name),
		    istr_text(service->obj.name));
}

static void tell_out(const struct question *q,
		     const struct obj_service *service,
		     const struct obj_pod *pod)
{
	if (is_over(pod)) {
		explain_find(q->out, "pod-over", &pod->obj, 0,
			     "it has %s, and runs no more",
			     pod->phase == PHASE_FAILED ? "failed"
							: "succeeded");
		explain_fix(q->out, "delete the pod, so that its controller "
				    "makes a new one");
	} else if (pod->n_addrs == 0) {
		explain_find(q->out, "pod-without-address", &pod->obj, 0,
			     "it has no address yet%s%s",
			     pod->trouble ? ": " : "",
			     pod->trouble ? istr_text(pod->trouble) : "");
		explain_fix(q->out, "see why: kubectl describe pod -n %s %s",
			    istr_text(pod->obj.ns), istr_text(pod->obj.name));
	} else if (pod->obj.deleting) {
		explain_find(q->out, "pod-terminating", &pod->obj, 0,
			     "it is being deleted");
		explain_fix(q->out, "wait for its successor");
	} else if (!pod->ready) {
		tell_not_ready(q, service, pod);
	} else if (q->config->hide && q->config->hide(istr_text(pod->obj.ns),
						      istr_text(pod->obj.name),
						      q->config->hide_arg)) {
		explain_find(q->out, "pod-withdrawn", &pod->obj, 0,
			     "it is about to be deleted: its records have "
			     "left already");
		explain_fix(q->out, "wait for its successor");
	} else {
		explain_find(q->out, "other-family", &pod->obj, 0,
			     "its addresses are of a family that the Service "
			     "does not have");
		explain_fix(q->out, "add the family to the Service's "
				    "spec.ipFamilies");
	}
}

bool explain_pod_is_out(const struct question *q,
			const struct obj_service *service,
			const struct obj_pod *pod, bool tell)
{
	struct endpoints eps;
	bool is_out;

	endpoints_init(&eps);
	eps.hide = q->config->hide;
	eps.hide_arg = q->config->hide_arg;
	endpoints_add_pod(&eps, service, pod);
	is_out = eps.n == 0;
	endpoints_fini(&eps);
	if (is_out && tell)
		tell_out(q, service, pod);
	return is_out;
}

/* ---- a pod's name that is not there ---- */

/* The first label of the selector that the pod lacks, or NULL. */
static const struct obj_label *lacks(const struct obj_service *service,
				     const struct obj *pod)
{
	for (uint32_t i = 0; i < service->n_selector; i++) {
		const struct obj_label *want = &service->selector[i];
		const struct istr *have =
			obj_label_get(pod, istr_text(want->key));

		if (!have || !istr_equal(have, want->value))
			return want;
	}
	return NULL;
}

static void tell_not_selected(const struct question *q,
			      const struct obj_service *service,
			      const struct obj_pod *pod,
			      const struct obj_label *want)
{
	explain_find(q->out, "pod-not-selected", &pod->obj, 0,
		     "the Service does not select it: it lacks the label %s=%s",
		     istr_text(want->key), istr_text(want->value));
	explain_fix(q->out,
		    "make the selector of Service %s fit the pod's "
		    "labels",
		    istr_text(service->obj.name));
}

/* DNS-008: a name of its own needs hostname and subdomain. */
static void tell_names(const struct question *q,
		       const struct obj_service *service,
		       const struct obj_pod *pod, const char *label)
{
	const char *wanted = istr_text(service->obj.name);

	if (!pod->hostname) {
		explain_find(q->out, "no-hostname", &pod->obj, 0,
			     "it has no spec.hostname, so its name is made of "
			     "its address");
		explain_fix(q->out,
			    "set spec.hostname and spec.subdomain: %s "
			    "in the pod, as a StatefulSet does",
			    wanted);
	} else if (!pod->subdomain ||
		   strcmp(istr_text(pod->subdomain), wanted) != 0) {
		explain_find(q->out, "other-subdomain", &pod->obj, 0,
			     "its spec.subdomain is '%s', not '%s'",
			     pod->subdomain ? istr_text(pod->subdomain) : "",
			     wanted);
		explain_fix(q->out,
			    "set spec.serviceName: %s in its StatefulSet "
			    "(it cannot be changed: make the set anew), or ask "
			    "below the Service that the subdomain names",
			    wanted);
	} else if (strcmp(istr_text(pod->hostname), label) == 0) {
		explain_find(q->out, "no-slice", &pod->obj, 0,
			     "it is ready, but no EndpointSlice of the Service "
			     "has it");
		explain_fix(q->out, EXPLAIN_SEE_SLICES, istr_text(pod->obj.ns));
	} else {
		explain_find(q->out, "other-hostname", &pod->obj, 0,
			     "its spec.hostname is '%s'",
			     istr_text(pod->hostname));
		explain_fix(q->out, "ask for %s.%s.%s.svc.%s",
			    istr_text(pod->hostname), wanted,
			    istr_text(pod->obj.ns), q->zone_text);
	}
}

static void explain_pod(const struct question *q,
			const struct obj_service *service,
			const struct obj_pod *pod, const char *label)
{
	const struct obj_label *want = lacks(service, &pod->obj);

	if (want && service->has_selector)
		tell_not_selected(q, service, pod, want);
	else if (!explain_pod_is_out(q, service, pod, true))
		tell_names(q, service, pod, label);
}

/* ---- a pod that is not there ---- */

/* The set whose pod "<set>-<ordinal>" would be. */
static const struct obj_set *set_of(const struct question *q, const char *ns,
				    const char *label, long *ret_ordinal)
{
	const char *dash = strrchr(label, '-');
	char name[EXPLAIN_MAX_TEXT];

	if (!dash || dash == label || !dash[1] || strlen(dash) > 10 ||
	    strspn(dash + 1, "0123456789") != strlen(dash + 1))
		return NULL;
	memcpy(name, label, (size_t)(dash - label));
	name[dash - label] = '\0';
	*ret_ordinal = strtol(dash + 1, NULL, 10);
	return obj_set(store_get(q->config->store, OBJ_SET, ns, name));
}

static void explain_ordinal(const struct question *q,
			    const struct obj_service *service,
			    const struct obj_set *set, long ordinal)
{
	const char *ns = istr_text(set->obj.ns);
	const char *name = istr_text(set->obj.name);
	long first = set->first_ordinal, replicas = set->replicas;

	if (ordinal < first || ordinal >= first + replicas) {
		explain_find(q->out, "ordinal-outside", &set->obj, 0,
			     "it has %ld replicas, from %s-%ld on", replicas,
			     name, first);
		explain_fix(q->out,
			    "kubectl scale statefulset -n %s %s "
			    "--replicas=%ld",
			    ns, name, ordinal - first + 1);
		return;
	}
	explain_find(q->out, "pod-not-created", &set->obj, 0,
		     "it wants that pod, but there is none yet");
	if (!istr_equal(set->service_name, service->obj.name))
		explain_find(q->out, "other-subdomain", &set->obj, 0,
			     "its serviceName is '%s', not '%s'",
			     set->service_name ? istr_text(set->service_name)
					       : "",
			     istr_text(service->obj.name));
	explain_fix(q->out, "see why: kubectl describe statefulset -n %s %s",
		    ns, name);
}

void explain_missing_pod(const struct question *q,
			 const struct obj_service *service, const char *label)
{
	const char *ns = istr_text(service->obj.ns);
	const struct obj *pod = store_get(q->config->store, OBJ_POD, ns, label);
	const struct obj_set *set;
	long ordinal;

	if (pod) {
		explain_pod(q, service, obj_pod(pod), label);
		return;
	}
	explain_find(q->out, "no-such-endpoint", NULL, 0,
		     "no endpoint of Service %s/%s is called %s", ns,
		     istr_text(service->obj.name), label);
	set = set_of(q, ns, label, &ordinal);
	if (set)
		explain_ordinal(q, service, set, ordinal);
	explain_fix(q->out, "see what there is: kubectl get pods -n %s -o wide",
		    ns);
}
