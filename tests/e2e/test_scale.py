# SPDX-License-Identifier: Apache-2.0
"""Scaling up and down, step by step."""
import time

import pytest

from harness.ask import addresses, rcode, records
from harness.history import History
from harness.objects import pod, service, stateful_set
from harness.until import until

ZONE = "svc.cluster.local."


def test_two_five_two(sut, ns, api, wait_pods):
    api.create("services", ns, service("peers", "db"))
    api.create("statefulsets", ns, stateful_set("db", "db", "peers", 2,
                                                claims=[{"name": "data"}]))
    wait_pods("db-0", "db-1")
    with History(api, "pods", ns) as log:
        api.scale(ns, "db", 5)
        pods = wait_pods(*(f"db-{i}" for i in range(5)))
        assert log.of("ADDED") == ["db-2", "db-3", "db-4"]
        name = f"peers.{ns}.{ZONE}"
        until(lambda: addresses(sut.port, name) == set(pods.values()), "five")

        api.scale(ns, "db", 2)
        left = wait_pods("db-0", "db-1")
        until(lambda: len(log.of("DELETED")) == 3, "three deletions seen")
        assert log.of("DELETED") == ["db-4", "db-3", "db-2"]
    assert left == {n: pods[n] for n in left}
    until(lambda: addresses(sut.port, name) == set(left.values()), "two")
    assert rcode(sut.port, f"db-4.{name}") == "NXDOMAIN"
    claims = {c["metadata"]["name"]
              for c in api.list("persistentvolumeclaims", ns)}
    assert claims == {f"data-db-{i}" for i in range(5)}


def test_parallel_sets_do_not_wait(sut, ns, api, kubelet, wait_pods):
    kubelet.hold(ns, "^p-0$")
    api.create("services", ns, service("p", "p"))
    api.create("statefulsets", ns, stateful_set(
        "p", "p", "p", 4, podManagementPolicy="Parallel"))
    until(lambda: len(api.list("pods", ns)) == 4, "four pods at once")
    kubelet.let(ns, "^p-0$")
    pods = wait_pods("p-0", "p-1", "p-2", "p-3")
    until(lambda: addresses(sut.port, f"p.{ns}.{ZONE}")
          == set(pods.values()), "four addresses")


def test_down_to_zero_and_up_again_finds_the_same_claims(
        sut, ns, api, wait_pods):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 1,
                                                claims=[{"name": "d"}]))
    wait_pods("s-0")
    uid = api.get("persistentvolumeclaims", ns, "d-s-0")["metadata"]["uid"]
    api.scale(ns, "s", 0)
    until(lambda: not api.list("pods", ns), "no pods")
    until(lambda: rcode(sut.port, f"s.{ns}.{ZONE}") == "NXDOMAIN",
          "a headless Service without endpoints does not exist")
    api.scale(ns, "s", 1)
    wait_pods("s-0")
    after = api.get("persistentvolumeclaims", ns, "d-s-0")["metadata"]["uid"]
    assert after == uid


@pytest.fixture
def proxied(start, plane, proxy):
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    return lambda *args: start("--kubeconfig", kubeconfig, *args).wait_ready()


def test_a_pod_leaves_the_dns_before_it_is_deleted(
        proxied, proxy, ns, api, wait_pods):
    program = proxied()
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    pods = wait_pods("s-0", "s-1")
    name = f"s.{ns}.{ZONE}"
    until(lambda: addresses(program.port, name) == set(pods.values()), "both")
    answers = []

    def look(method, path):
        if method == "DELETE" and path.startswith(
                f"/api/v1/namespaces/{ns}/pods/s-1"):
            answers.append((rcode(program.port, f"s-1.{name}"),
                            addresses(program.port, name)))
        return False

    proxy.rules = [(look, None)]
    api.scale(ns, "s", 1)
    wait_pods("s-0")
    assert answers == [("NXDOMAIN", {pods["s-0"]})]


def test_once_settled_nothing_is_written(proxied, proxy, ns, api, wait_pods):
    program = proxied()
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    wait_pods("s-0", "s-1")
    until(lambda: api.get("statefulsets", ns, "s")["status"]
          .get("readyReplicas") == 2, "the status is written")
    time.sleep(0.5)
    serial = records(program.port, "cluster.local.", "SOA")
    proxy.log.clear()
    time.sleep(2)
    assert [e for e in proxy.log if e[0] != "GET"] == []
    assert records(program.port, "cluster.local.", "SOA") == serial


def test_with_reconcile_off_nothing_is_ever_written(
        proxied, proxy, ns, api, kubelet):
    program = proxied("--reconcile=off")
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    api.create("pods", ns, pod("by-hand", "s", hostname="by-hand",
                               subdomain="s"))
    until(lambda: addresses(program.port, f"by-hand.s.{ns}.{ZONE}"),
          "the pod made by hand")
    assert [p["metadata"]["name"] for p in api.list("pods", ns)] == ["by-hand"]
    assert [e for e in proxy.log if e[0] != "GET"] == []
    # Sets are read, as their names are expected (DNS-072), and nothing more.
    for kind in "controllerrevisions", "persistentvolumeclaims":
        assert proxy.requests("GET", "/" + kind) == []
