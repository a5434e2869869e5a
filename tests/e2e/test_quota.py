# SPDX-License-Identifier: Apache-2.0
"""An admission that lets only so many pods in, as a quota does."""
import threading

import pytest

from harness.objects import service, stateful_set
from harness.proxy import Status
from harness.until import until


class Quota:
    """Matches the creation of pods beyond the limit."""

    def __init__(self, ns, left):
        self.path = f"/api/v1/namespaces/{ns}/pods"
        self.left, self.refused = left, 0
        self.lock = threading.Lock()

    def __call__(self, method, path):
        if (method, path.partition("?")[0]) != ("POST", self.path):
            return False
        with self.lock:
            full = self.left == 0
            self.left -= not full
            self.refused += full
            return full


@pytest.fixture
def proxied(start, plane, proxy):
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    return start("--kubeconfig", kubeconfig).wait_ready()


def test_a_quota_lets_some_in_and_the_rest_when_it_grows(
        proxied, proxy, ns, api, wait_pods):
    quota = Quota(ns, 2)
    proxy.rules = [(quota, Status(403))]
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set(
        "s", "s", "s", 40, podManagementPolicy="Parallel"))
    until(lambda: api.get("statefulsets", ns, "s")["status"].get(
        "readyReplicas") == 2 and quota.refused, "two of them")
    status = api.get("statefulsets", ns, "s")["status"]
    assert status["replicas"] == 2
    assert status["observedGeneration"] == 1 and status["updateRevision"]
    quota.left = 40
    api.scale(ns, "s", 4)
    wait_pods("s-0", "s-1", "s-2", "s-3")


def make_quota(api, ns, pods, used):
    """As the quota controller would have it, which does not run here."""
    hard = {"hard": {"pods": str(pods)}}
    api.create("resourcequotas", ns, {"metadata": {"name": "q"}, "spec": hard})
    api.patch("resourcequotas", ns, "q",
              {"status": {**hard, "used": {"pods": str(used)}}}, "/status")


def raise_quota(api, ns, pods):
    hard = {"hard": {"pods": str(pods)}}
    api.patch("resourcequotas", ns, "q", {"spec": hard})
    api.patch("resourcequotas", ns, "q", {"status": hard}, "/status")


def is_of_quotas(_, path):
    return path.startswith("/api/v1/resourcequotas")


def refusals(api, ns):
    return [e for e in api.list("events", ns) if e["reason"] == "FailedCreate"
            and "exceeded quota" in e["message"]]


@pytest.mark.parametrize("may_watch", [True, False])
def test_a_real_quota_is_waited_for(proxied, proxy, plane, ns, api, wait_pods,
                                    may_watch):
    if plane.is_lab:
        pytest.skip("the lab knows no quotas")
    if not may_watch:
        proxy.rules = [(is_of_quotas, Status(403))]
    make_quota(api, ns, 1, 0)
    api.create("services", ns, service("s", "s"))
    assert not proxy.requests("GET", "resourcequotas"), "nobody waits"
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    wait_pods("s-0")
    until(lambda: refusals(api, ns), "the refusal")
    until(lambda: proxy.requests("GET", "resourcequotas"), "a look at quotas")
    raise_quota(api, ns, 2)
    wait_pods("s-0", "s-1")
    lines = proxied.grep("resourcequotas cannot be read")
    assert len(lines) == (not may_watch)
