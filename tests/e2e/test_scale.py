# SPDX-License-Identifier: Apache-2.0
"""Scaling up and down, step by step."""
from harness.ask import addresses, rcode
from harness.history import History
from harness.objects import service, stateful_set
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
