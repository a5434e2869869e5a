/* SPDX-License-Identifier: Apache-2.0 */
#include "controller/exposure.h"

#include <stdlib.h>
#include <string.h>

#include "controller/obj.h"
#include "controller/selector.h"
#include "controller/selector_text.h"
#include "controller/store.h"
#include "statefuld/err.h"
#include "statefuld/mem.h"

static int parse(struct selector **ret, const char *flag, const char *text,
		 struct err *err)
{
	int rc = text ? selector_text_parse(text, ret, err) : 0;

	return rc == 0 ? 0 : err_wrap(err, rc, "%s %s", flag, text);
}

int exposure_init(struct exposure *exposure,
		  const struct controller_records *records, struct err *err)
{
	int rc;

	*exposure = (struct exposure){0};
	if (records->namespaces)
		exposure->namespaces = mem_printf(",%s,", records->namespaces);
	rc = parse(&exposure->of_namespaces, "--namespace-labels",
		   records->namespace_labels, err);
	if (rc == 0)
		rc = parse(&exposure->of_services, "--service-labels",
			   records->service_labels, err);
	return rc;
}

void exposure_fini(struct exposure *exposure)
{
	free(exposure->namespaces);
	selector_free(exposure->of_namespaces);
	selector_free(exposure->of_services);
	*exposure = (struct exposure){0};
}

static bool is_listed(const struct exposure *exposure, const char *ns)
{
	size_t len = strlen(ns);

	if (!exposure->namespaces)
		return true;
	for (const char *at = exposure->namespaces; *at;
	     at += strcspn(at + 1, ",") + 1)
		if (strncmp(at + 1, ns, len) == 0 && at[1 + len] == ',')
			return true;
	return false;
}

bool exposure_has_namespace(const struct exposure *exposure,
			    const struct obj *ns)
{
	return is_listed(exposure, istr_text(ns->name)) &&
	       (!exposure->of_namespaces ||
		selector_matches(exposure->of_namespaces, ns->labels,
				 ns->n_labels));
}

bool exposure_has_ns_name(const struct exposure *exposure,
			  const struct store *store, const char *ns)
{
	const struct obj *obj;

	if (!is_listed(exposure, ns))
		return false;
	if (!exposure->of_namespaces)
		return true;
	obj = store_get(store, OBJ_NAMESPACE, NULL, ns);
	return obj && exposure_has_namespace(exposure, obj);
}

bool exposure_has_service(const struct exposure *exposure,
			  const struct store *store,
			  const struct obj_service *service)
{
	const struct obj *obj = &service->obj;

	return exposure_has_ns_name(exposure, store, istr_text(obj->ns)) &&
	       (!exposure->of_services ||
		selector_matches(exposure->of_services, obj->labels,
				 obj->n_labels));
}
