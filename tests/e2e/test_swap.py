# SPDX-License-Identifier: Apache-2.0
"""kube-controller-manager and statefuld relieve each other: no pod is made
anew, no revision added. `make swap` has many more of these stories."""
import pytest

from harness.kubelet import is_ready
from harness.objects import service, stateful_set
from harness.until import until

DIRECTIONS = ["to statefuld", "to kube-controller-manager"]


class Turns:
    """Two controllers, of which one works: next() kills it and starts the
    other."""

    def __init__(self, plane, start, direction):
        self.plane, self.start, self.child = plane, start, None
        self.order = [self.statefuld, self.manager]
        if direction != DIRECTIONS[0]:
            self.order.reverse()

    def next(self):
        self.stop()
        self.child = self.order.pop()()

    def stop(self):
        if self.child is not None and self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def manager(self):
        return self.plane.start_controllers("statefulset")

    def statefuld(self):
        program = self.start("--kubeconfig", self.plane.kubeconfig(),
                             "--reconcile=on", "--revision-form=server")
        return program.process


@pytest.fixture(params=DIRECTIONS)
def turns(request, plane, start):
    if plane.is_lab:
        pytest.skip("the lab has no kube-controller-manager beside it")
    turns = Turns(plane, start, request.param)
    turns.next()
    yield turns
    turns.stop()


def uids(api, ns):
    return {p["metadata"]["name"]: p["metadata"]["uid"]
            for p in api.list("pods", ns) if is_ready(p)}


def new_pods(api, ns):
    """Those of the update that are there to stay."""
    return {p["metadata"]["name"]: p["metadata"]["uid"]
            for p in api.list("pods", ns)
            if "version" in p["metadata"].get("annotations", {})
            and "deletionTimestamp" not in p["metadata"]}


def is_complete(api, ns, replicas):
    status = api.get("statefulsets", ns, "s")["status"]
    return (status.get("readyReplicas") == status.get("updatedReplicas")
            == replicas and
            status["currentRevision"] == status["updateRevision"])


def test_in_the_middle_of_an_update(turns, ns, api, kubelet):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 3,
                                                claims=[{"name": "d"}]))
    until(lambda: is_complete(api, ns, 3), "three pods", 40)
    old = uids(api, ns)
    api.patch("statefulsets", ns, "s", {"spec": {"template": {"metadata": {
        "annotations": {"version": "2"}}}}})
    until(lambda: uids(api, ns).get("s-2", old["s-2"]) != old["s-2"],
          "the first of the update", 40)
    turns.next()
    half = new_pods(api, ns)
    until(lambda: is_complete(api, ns, 3), "the rest of the update", 40)
    assert "s-2" in half
    done = uids(api, ns)
    assert {name: done[name] for name in half} == half
    assert not set(done.values()) & set(old.values())
    assert len(api.list("controllerrevisions", ns)) == 2
    assert len(api.list("persistentvolumeclaims", ns)) == 3


def test_a_set_at_rest_is_taken_over_as_it_is(turns, ns, api, kubelet):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    until(lambda: is_complete(api, ns, 2), "two pods", 40)
    before = uids(api, ns)
    turns.next()
    api.scale(ns, "s", 3)
    until(lambda: is_complete(api, ns, 3), "the third", 40)
    after = uids(api, ns)
    assert {name: after[name] for name in before} == before
    assert len(api.list("controllerrevisions", ns)) == 1
