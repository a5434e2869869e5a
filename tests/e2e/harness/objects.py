# SPDX-License-Identifier: Apache-2.0
"""Objects that stories create."""


def service(name, app, headless=True, ports=(("web", 80),), **spec):
    body = {"selector": {"app": app},
            "ports": [{"name": n, "port": p} for n, p in ports], **spec}
    if headless:
        body["clusterIP"] = "None"
    return {"metadata": {"name": name}, "spec": body}


def stateful_set(name, app, governing, replicas, claims=(), template=None,
                 **spec):
    """`claims`: dicts with name and optionally storageClassName."""
    pod = {"containers": [{"name": "main", "image": "nginx:1",
                           "ports": [{"name": "web", "containerPort": 80}]}]}
    pod.update(template or {})
    return {
        "metadata": {"name": name},
        "spec": {
            "serviceName": governing, "replicas": replicas,
            "selector": {"matchLabels": {"app": app}},
            "template": {"metadata": {"labels": {"app": app}}, "spec": pod},
            "volumeClaimTemplates": [claim(**c) for c in claims], **spec}}


def claim(name, storage="1Gi", **spec):
    return {"metadata": {"name": name},
            "spec": {"accessModes": ["ReadWriteOnce"],
                     "resources": {"requests": {"storage": storage}}, **spec}}


def pod(name, app, **spec):
    return {"metadata": {"name": name, "labels": {"app": app}},
            "spec": {"containers": [{"name": "main", "image": "nginx:1",
                                     "ports": [{"name": "web",
                                                "containerPort": 80}]}],
                     **spec}}


def slice_of(name, owner, addresses, ports=(("web", 80),), manager=None,
             family="IPv4", **endpoint):
    """A v1beta1 EndpointSlice for that Service."""
    labels = {"kubernetes.io/service-name": owner}
    if manager:
        labels["endpointslice.kubernetes.io/managed-by"] = manager
    return {"metadata": {"name": name, "labels": labels},
            "addressType": family,
            "endpoints": [{"addresses": list(addresses), **endpoint}],
            "ports": [{"name": n, "port": p, "protocol": "TCP"}
                      for n, p in ports]}
