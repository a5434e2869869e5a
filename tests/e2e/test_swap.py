# SPDX-License-Identifier: Apache-2.0
"""kube-controller-manager is stopped in the middle of its work, and statefuld
goes on with it: no pod is made anew, no revision added."""
import pytest

from harness.kubelet import is_ready
from harness.objects import service, stateful_set
from harness.until import until


@pytest.fixture
def manager(plane):
    """kube-controller-manager with its StatefulSet controller alone."""
    if plane.is_lab:
        pytest.skip("the lab has no kube-controller-manager beside it")
    process = plane.start_controllers("statefulset")
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


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


def swap(manager, start, plane):
    manager.kill()
    manager.wait()
    return start("--kubeconfig", plane.kubeconfig(), "--reconcile=on")


def test_in_the_middle_of_an_update(manager, start, plane, ns, api, kubelet):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 3,
                                                claims=[{"name": "d"}]))
    until(lambda: is_complete(api, ns, 3), "three pods", 40)
    old = uids(api, ns)
    api.patch("statefulsets", ns, "s", {"spec": {"template": {"metadata": {
        "annotations": {"version": "2"}}}}})
    until(lambda: uids(api, ns).get("s-2", old["s-2"]) != old["s-2"],
          "the first of the update", 40)
    program = swap(manager, start, plane)
    half = new_pods(api, ns)
    program.wait_ready()
    until(lambda: is_complete(api, ns, 3), "the rest of the update", 40)
    assert "s-2" in half
    done = uids(api, ns)
    assert {name: done[name] for name in half} == half
    assert not set(done.values()) & set(old.values())
    assert len(api.list("controllerrevisions", ns)) == 2
    assert len(api.list("persistentvolumeclaims", ns)) == 3


def test_a_set_at_rest_is_taken_over_as_it_is(
        manager, start, plane, ns, api, kubelet):
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 2))
    until(lambda: is_complete(api, ns, 2), "two pods", 40)
    before = uids(api, ns)
    program = swap(manager, start, plane).wait_ready()
    program.wait_line(" reconciling sets=")
    api.scale(ns, "s", 3)
    until(lambda: is_complete(api, ns, 3), "the third", 40)
    after = uids(api, ns)
    assert {name: after[name] for name in before} == before
    assert len(api.list("controllerrevisions", ns)) == 1
