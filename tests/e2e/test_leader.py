# SPDX-License-Identifier: Apache-2.0
"""Several replicas: all answer DNS, one reconciles; and none of them while
kube-controller-manager does."""
import datetime
import signal

import pytest

from harness.api import ApiError
from harness.ask import addresses
from harness.objects import service, stateful_set
from harness.until import until

ZONE = "svc.cluster.local."
LEADING = r" info leading lease=kube-system/statefuld identity="


def remove(api, path):
    for name in "statefuld", "kube-controller-manager":
        try:
            api.call("DELETE", f"{path}/{name}")
        except ApiError as e:
            assert e.code == 404


@pytest.fixture
def leases(api):
    """The Leases' path; none is there but those of the test."""
    path = ("/apis/coordination.k8s.io/v1/namespaces/kube-system/leases")
    if not [n for n in api.list("namespaces")
            if n["metadata"]["name"] == "kube-system"]:
        api.create("namespaces", None, {"metadata": {"name": "kube-system"}})
    remove(api, path)
    yield path
    remove(api, path)


@pytest.fixture
def replica(start, plane):
    def run():
        return start("--kubeconfig", plane.kubeconfig(), "--reconcile=auto",
                     "--lame-duck", "0")
    return run


def test_one_replica_leads_and_another_goes_on_after_it(
        replica, leases, api, ns, wait_pods):
    first = replica()
    first.wait_line(LEADING)
    second = replica()
    second.wait_line(r" not reconciling reason=\"another replica leads\"")
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 1))
    pods = wait_pods("s-0")
    for program in first, second:
        until(lambda: addresses(program.port, f"s.{ns}.{ZONE}")
              == set(pods.values()), "the answer of both")
    first.signal(signal.SIGTERM)
    assert first.wait() == 0
    second.wait_line(LEADING)
    api.scale(ns, "s", 2)
    wait_pods("s-0", "s-1")
    assert not second.grep(r" (warn|error) ")
    holder = api.call("GET", leases + "/statefuld")["spec"]
    assert holder["leaseTransitions"] == 1
    revisions = [r for r in api.list("controllerrevisions", ns)]
    assert len(revisions) == 1


def test_beside_kube_controller_manager_it_is_dns_alone(
        replica, leases, api, ns, wait_pods):
    now = datetime.datetime.now(datetime.timezone.utc)
    api.call("POST", leases, {
        "metadata": {"name": "kube-controller-manager"},
        "spec": {"holderIdentity": "master_1", "leaseDurationSeconds": 3600,
                 "renewTime": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}})
    program = replica().wait_ready()
    line = program.wait_line(r" not reconciling reason=")
    assert "kube-controller-manager holds its lease" in line
    assert "holder=master_1" in line and "--reconcile=on" in line
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 1))
    until(lambda: addresses(program.port, f"kubernetes.default.{ZONE}")
          or program.grep(" zone ready"), "DNS")
    assert not api.list("pods", ns)
    with pytest.raises(ApiError):
        api.call("GET", leases + "/statefuld")
    api.call("DELETE", leases + "/kube-controller-manager")
    program.wait_line(LEADING)
    wait_pods("s-0")
