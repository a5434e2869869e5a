# SPDX-License-Identifier: Apache-2.0
"""An API server that dies, forgets, refuses, and hangs up: what was answered
stays answered, no pod is made twice, no claim is lost."""
import signal
import time

import pytest

from conftest import REVERSE
from harness.ask import Sampler, addresses, rcode, verdict
from harness.history import History
from harness.objects import service, stateful_set
from harness.proxy import (Crumble, Cut, Lose, Refuse, Status, is_watch,
                           is_write)
from harness.until import stays, until

ZONE = "svc.cluster.local."


def is_list(part):
    return lambda method, path: (method == "GET" and part in path
                                 and not is_watch(method, path))


def watches(part):
    return lambda method, path: is_watch(method, path) and part in path


def posts(part):
    return lambda method, path: method == "POST" and part in path


@pytest.fixture
def spoilt(start, plane, proxy):
    """The program behind the proxy."""
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    return start("--kubeconfig", kubeconfig, *REVERSE).wait_ready()


def run_set(api, ns, replicas, **spec):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set(
        "s", "s", "s", replicas, claims=[{"name": "d"}], **spec))


def claim_uids(api, ns):
    return {c["metadata"]["name"]: c["metadata"]["uid"]
            for c in api.list("persistentvolumeclaims", ns)}


def pod_uids(api, ns):
    return {p["metadata"]["name"]: p["metadata"]["uid"]
            for p in api.list("pods", ns)}


def test_the_api_server_is_killed_and_comes_back(
        sut, plane, ns, api, wait_pods):
    run_set(api, ns, 2)
    pods = wait_pods("s-0", "s-1")
    name = f"s.{ns}.{ZONE}"
    until(lambda: addresses(sut.port, name) == set(pods.values()), "both")
    before = claim_uids(api, ns), pod_uids(api, ns)
    want = verdict(sut.port, name)
    said = len(sut.lines)
    with Sampler(sut.port, name) as sampler:
        plane.kill_apiserver()
        try:
            stays(lambda: sut.process.poll() is None, "it runs on", 1.5)
        finally:
            plane.start_apiserver()
        assert len(sut.lines) - said <= 4, sut.lines[said:]
        wait_pods("s-0", "s-1")
        time.sleep(0.3)
        sampler.only(want)
    assert (claim_uids(api, ns), pod_uids(api, ns)) == before
    api.scale(ns, "s", 3)
    pods = wait_pods("s-0", "s-1", "s-2", seconds=60)
    until(lambda: addresses(sut.port, name) == set(pods.values()), "three")


def test_the_api_server_hangs_for_a_while(sut, plane, ns, api, wait_pods):
    run_set(api, ns, 2)
    pods = wait_pods("s-0", "s-1")
    name = f"s.{ns}.{ZONE}"
    until(lambda: addresses(sut.port, name) == set(pods.values()), "both")
    want = verdict(sut.port, name)
    with Sampler(sut.port, name) as sampler:
        plane.apiserver.send_signal(signal.SIGSTOP)
        try:
            time.sleep(2)
        finally:
            plane.apiserver.send_signal(signal.SIGCONT)
        sampler.only(want)
    api.scale(ns, "s", 3)
    pods = wait_pods("s-0", "s-1", "s-2", seconds=60)
    until(lambda: addresses(sut.port, name) == set(pods.values()), "three")


def test_history_is_compacted_while_it_was_away(
        spoilt, proxy, plane, ns, api, kubelet, wait_pods):
    run_set(api, ns, 2)
    api.create("services", ns, service("going", "s"))
    pods = wait_pods("s-0", "s-1")
    port = spoilt.port
    until(lambda: addresses(port, f"going.{ns}.{ZONE}") == set(pods.values()),
          "the Service that will go")
    before = claim_uids(api, ns), pod_uids(api, ns)
    steady = f"s-0.s.{ns}.{ZONE}"
    want = verdict(port, steady)
    with Sampler(port, steady) as sampler:
        proxy.go_away()
        kubelet.hold(ns, "^s-1$")
        until(lambda: not any(
            c["type"] == "Ready" and c["status"] == "True" for c in
            api.get("pods", ns, "s-1")["status"]["conditions"]),
            "s-1 is no longer ready")
        api.delete("services", ns, "going")
        api.create("services", ns, service("coming", "s"))
        plane.kill_apiserver()
        plane.compact()
        plane.start_apiserver()
        proxy.log.clear()
        proxy.come_back()
        until(lambda: addresses(port, f"coming.{ns}.{ZONE}")
              == {pods["s-0"]}, "the Service that came", 40)
        until(lambda: rcode(port, f"going.{ns}.{ZONE}") == "NXDOMAIN",
              "the Service that went")
        until(lambda: rcode(port, f"s-1.s.{ns}.{ZONE}") == "NXDOMAIN",
              "the pod that is not ready")
        sampler.only(want)
    # The lab's watches can begin with a list.
    assert plane.is_lab or any(
        is_list("/pods")(m, p) for m, p, _ in proxy.log), \
        "it never listed again, so nothing was too old"
    assert (claim_uids(api, ns), pod_uids(api, ns)) == before


STORMS = {
    "throttled": [(is_write, Status(429, times=4, retry_after=1))],
    "server faults": [(is_write, Status(500, times=8))],
    "refused connections": [(is_write, Refuse(times=6))],
    "lost answers": [(posts("/pods"), Lose(times=2)),
                     (posts("/persistentvolumeclaims"), Lose(times=2)),
                     (posts("/controllerrevisions"), Lose(times=1))],
    "all of it": [(posts("/pods"), Lose(times=1)),
                  (is_write, Status(503, times=1, retry_after=1)),
                  (posts("/persistentvolumeclaims"), Lose(times=1)),
                  (is_write, Refuse(times=2)),
                  (is_write, Status(500, times=3))],
}


@pytest.mark.parametrize("storm", sorted(STORMS))
def test_writes_meet_a_storm(storm, spoilt, proxy, ns, api, wait_pods):
    proxy.rules = STORMS[storm]
    faults = [fault for _, fault in proxy.rules]
    with History(api, "pods", ns) as pods_seen, \
            History(api, "persistentvolumeclaims", ns) as claims_seen, \
            History(api, "controllerrevisions", ns) as revisions_seen:
        run_set(api, ns, 3)
        pods = wait_pods("s-0", "s-1", "s-2", seconds=60)
        until(lambda: addresses(spoilt.port, f"s.{ns}.{ZONE}")
              == set(pods.values()), "all three")
        assert pods_seen.of("ADDED") == ["s-0", "s-1", "s-2"]
        assert pods_seen.of("DELETED") == []
        assert sorted(claims_seen.of("ADDED")) == ["d-s-0", "d-s-1", "d-s-2"]
        assert claims_seen.of("DELETED") == []
        assert len(revisions_seen.of("ADDED")) == 1
    assert any(fault.left == 0 for fault in faults), "no fault was met"
    assert spoilt.process.poll() is None


def test_watches_are_cut_in_the_middle_of_a_line(
        spoilt, proxy, ns, api, wait_pods):
    run_set(api, ns, 3)
    pods = wait_pods("s-0", "s-1", "s-2")
    steady = f"s-0.s.{ns}.{ZONE}"
    until(lambda: addresses(spoilt.port, steady) == {pods["s-0"]}, "s-0")
    want = verdict(spoilt.port, steady)
    cuts = [Cut(after, times=1) for after in (1, 100, 777, 2000, 5000, 9000)]
    proxy.rules = [(watches("/pods"), cut) for cut in cuts] + [
        (watches("/services"), Cut(50, times=2)),
        (watches("/statefulsets"), Cut(300, times=3))]
    with Sampler(spoilt.port, steady) as sampler, \
            History(api, "pods", ns) as seen:
        proxy.cut_all()
        for round_ in range(1, 4):
            until(lambda: len(seen.of("DELETED")) >= round_ - 1
                  and api.find("pods", ns, "s-2"), "s-2 to delete")
            api.delete("pods", ns, "s-2")
            until(lambda: len(seen.of("DELETED")) >= round_, "s-2 deleted")
            pods = wait_pods("s-0", "s-1", "s-2", seconds=60)
        until(lambda: addresses(spoilt.port, f"s-2.s.{ns}.{ZONE}")
              == {pods["s-2"]}, "the last address of s-2", 40)
        assert seen.of("ADDED") == ["s-2"] * 3
        sampler.only(want)
    assert sum(fault.left == 0 for _, fault in proxy.rules) >= 4


def test_watches_that_arrive_byte_by_byte(spoilt, proxy, ns, api, wait_pods):
    proxy.rules = [(is_watch, Crumble(7))]
    proxy.cut_all()
    run_set(api, ns, 2)
    pods = wait_pods("s-0", "s-1", seconds=40)
    until(lambda: addresses(spoilt.port, f"s.{ns}.{ZONE}")
          == set(pods.values()), "both addresses")


def test_lists_that_break_off_never_make_a_name_vanish(
        start, plane, proxy, sut, ns, api, wait_pods):
    run_set(api, ns, 2)
    pods = wait_pods("s-0", "s-1")
    proxy.rules = [(is_list("/pods"), Cut(400, times=2)),
                   (is_list("/services"), Status(500, times=2)),
                   (is_list("/namespaces"), Status(429, times=1,
                                                   retry_after=1)),
                   (is_list("/statefulsets"), Cut(10, times=1))]
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    program = start("--kubeconfig", kubeconfig, "--reconcile=off")
    name = f"s-1.s.{ns}.{ZONE}"
    with Sampler(program.port, name) as sampler:
        program.wait_ready(40)
        until(lambda: addresses(program.port, name) == {pods["s-1"]}, "s-1")
        time.sleep(0.1)
    # SERVFAIL, unless all was listed before the first question.
    assert set(sampler.seen) - {("SERVFAIL", ())} == {
        ("NOERROR", (pods["s-1"],))}, sampler.seen
