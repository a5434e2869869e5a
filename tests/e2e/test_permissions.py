# SPDX-License-Identifier: Apache-2.0
"""deploy/rbac.yaml grants what is needed, and not less."""
import json

import pytest

from conftest import REVERSE, ROOT
from harness.ask import addresses, rcode
from harness.objects import service, stateful_set
from harness.plane import LIMITED
from harness.until import until

ZONE = "svc.cluster.local."


@pytest.fixture(autouse=True)
def _with_rights(plane):
    if plane.is_lab:
        pytest.skip("the lab knows no rights")


def apply(kubectl):
    kubectl("apply", "-f", str(ROOT / "deploy" / "rbac.yaml"))


def test_the_granted_rights_are_enough(start, plane, ns, api, kubectl,
                                       wait_pods):
    apply(kubectl)
    kubeconfig = plane.kubeconfig(token=LIMITED, name="limited.json")
    program = start("--kubeconfig", kubeconfig, "--reconcile=auto",
                    *REVERSE).wait_ready()
    program.wait_line(" leading ")
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2,
                                                claims=[{"name": "d"}]))
    pods = wait_pods("s-0", "s-1")
    until(lambda: addresses(program.port, f"s.{ns}.{ZONE}")
          == set(pods.values()), "both")
    until(lambda: api.get("statefulsets", ns, "s")["status"]
          .get("readyReplicas") == 2, "the status is written")
    until(lambda: [e for e in api.list("events", ns)
                   if e["involvedObject"]["name"] == "s"], "events")
    api.scale(ns, "s", 1)
    wait_pods("s-0")
    assert not program.grep(r"\b403\b|orbidden")


def test_a_missing_right_is_named_in_one_line(start, plane, ns, api, kubectl):
    apply(kubectl)
    role = "/apis/rbac.authorization.k8s.io/v1/clusterroles/"
    rules = api.call("GET", role + "statefuld-dns")["rules"]
    without = json.loads(json.dumps(rules))
    without[0]["resources"].remove("services")
    api.call("PATCH", role + "statefuld-dns", {"rules": without},
             "application/merge-patch+json")
    try:
        kubeconfig = plane.kubeconfig(token=LIMITED, name="limited.json")
        program = start("--kubeconfig", kubeconfig, "--reconcile=off")
        program.wait_line(r"Z (warn|error) .*list.*services")
        assert rcode(program.port, f"{ns}.{ZONE}") == "SERVFAIL"
        assert len(program.grep(r"Z (warn|error) ")) == 1
    finally:
        api.call("PATCH", role + "statefuld-dns", {"rules": rules},
                 "application/merge-patch+json")
    program.wait_ready(60)
