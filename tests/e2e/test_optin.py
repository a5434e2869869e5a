# SPDX-License-Identifier: Apache-2.0
"""What sets may ask for by annotations of statefuld.dev/."""
import time

import pytest

from conftest import ROOT
from harness.ask import addresses
from harness.lab import Lab
from harness.objects import service, stateful_set
from harness.until import until

SETS = "/apis/apps/v1/namespaces/default/statefulsets"
CORE = "/api/v1/namespaces/default"


@pytest.fixture
def lab(start, tmp_path):
    lab = Lab(start, tmp_path)
    lab.call("POST", CORE + "/services",
             {"apiVersion": "v1", "kind": "Service", **service("s", "s")})
    return lab


def test_the_example_of_all_of_them_is_taken(start, tmp_path):
    lab = Lab(start, tmp_path, "--apply",
              ROOT / "examples" / "annotations.yaml")
    lab.wait_pods("db-0", "db-1")
    claim = lab.find(f"{CORE}/persistentvolumeclaims/data-db-0")
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Gi"
    until(lambda: {"Available", "Progressing"} <= {
        c["type"] for c in lab.call("GET", SETS + "/db")["status"].get(
            "conditions", [])}, "the conditions")
    assert "BadAnnotation" not in [
        e["reason"] for e in lab.call("GET", CORE + "/events")["items"]]


def make(lab, replicas, annotations, **spec):
    body = stateful_set("s", "s", "s", replicas, **spec)
    body["metadata"]["annotations"] = {
        "statefuld.dev/" + k: v for k, v in annotations.items()}
    lab.call("POST", SETS, {"apiVersion": "apps/v1", "kind": "StatefulSet",
                            **body})


def patch(lab, body):
    return lab.call("PATCH", SETS + "/s", body,
                    "application/merge-patch+json")


def template(annotations):
    return {"spec": {"template": {"metadata": {"annotations": annotations}}}}


def pod(lab, name):
    return lab.find(f"{CORE}/pods/{name}")


def conditions(lab):
    status = lab.call("GET", SETS + "/s").get("status", {})
    return {c["type"]: (c["status"], c["reason"])
            for c in status.get("conditions", [])}


def test_a_broken_rollout_recovers_and_conditions_tell_of_it(lab):
    make(lab, 2, {"rollout": "recover", "conditions": "enabled",
                  "progress-deadline": "2s"})
    lab.wait_pods("s-0", "s-1")
    until(lambda: conditions(lab) == {
        "Available": ("True", "AllReplicasAvailable"),
        "Progressing": ("True", "RolloutComplete")}, "a complete rollout")
    patch(lab, template({"lab.statefuld.dev/ready": "never"}))
    until(lambda: conditions(lab) == {
        "Available": ("False", "ReplicasUnavailable"),
        "Progressing": ("False", "ProgressDeadlineExceeded")}, "the deadline")
    patch(lab, template({"lab.statefuld.dev/ready": None, "fixed": "yes"}))
    until(lambda: conditions(lab) == {
        "Available": ("True", "AllReplicasAvailable"),
        "Progressing": ("True", "RolloutComplete")}, "the recovery")
    for name in "s-0", "s-1":
        assert pod(lab, name)["metadata"]["annotations"]["fixed"] == "yes"
    version = lab.call("GET", SETS + "/s")["metadata"]["resourceVersion"]
    time.sleep(1)
    assert version == lab.call("GET", SETS + "/s")["metadata"][
        "resourceVersion"], "a quiet set is not written"


def test_a_record_leaves_some_time_before_its_pod(lab):
    make(lab, 2, {"dns-drain": "2s"})
    pods = lab.wait_pods("s-0", "s-1")
    name = "s.default.svc.cluster.local"
    until(lambda: addresses(lab.program.port, name) == set(pods.values()),
          "both records")
    patch(lab, {"spec": {"replicas": 1}})
    until(lambda: addresses(lab.program.port, name) == {pods["s-0"]},
          "the record's end")
    gone = time.monotonic()
    assert "deletionTimestamp" not in pod(lab, "s-1")["metadata"]
    # Wanted again in time: it comes back as if nothing had been.
    patch(lab, {"spec": {"replicas": 2}})
    until(lambda: addresses(lab.program.port, name) == set(pods.values()),
          "both records again")
    patch(lab, {"spec": {"replicas": 1}})
    until(lambda: addresses(lab.program.port, name) == {pods["s-0"]},
          "the record's end")
    gone = time.monotonic()
    until(lambda: pod(lab, "s-1") is None or
          "deletionTimestamp" in pod(lab, "s-1")["metadata"], "the delete")
    assert time.monotonic() - gone > 1
    assert addresses(lab.program.port, name) == {pods["s-0"]}


def test_claims_grow_and_bad_annotations_are_named(lab):
    make(lab, 1, {"claim-resize": "data=5Gi", "dns-drain": "soon"},
         claims=[{"name": "data"}])
    lab.wait_pods("s-0")

    def size(name):
        claim = lab.find(f"{CORE}/persistentvolumeclaims/{name}")
        return claim["spec"]["resources"]["requests"]["storage"]

    def told(reason):
        return [e["message"] for e in lab.call("GET", CORE + "/events")["items"]
                if e["reason"] == reason]

    def resize(to):
        patch(lab, {"metadata": {"annotations": {
            "statefuld.dev/claim-resize": "data=" + to}}})
    assert size("data-s-0") == "5Gi"            # a future claim
    until(lambda: told("BadAnnotation"), "a word about the annotation")
    assert "write for instance 300ms" in told("BadAnnotation")[0]
    resize("7Gi")
    until(lambda: told("ClaimResizeFailed"), "the refusal")
    assert "support resize" in told("ClaimResizeFailed")[0]
    classes = "/apis/storage.k8s.io/v1/storageclasses"
    for item in lab.call("GET", classes)["items"]:
        lab.call("PATCH", f"{classes}/{item['metadata']['name']}",
                 {"allowVolumeExpansion": True},
                 "application/merge-patch+json")
    resize("8Gi")
    until(lambda: size("data-s-0") == "8Gi", "the old claim")
    until(lambda: told("ClaimResizing"), "a word about it")
    assert told("ClaimResizing") == ["Claim data-s-0 is resized to 8Gi"]
    resize("2Gi")
    patch(lab, {"spec": {"replicas": 2}})
    lab.wait_pods("s-0", "s-1")
    assert (size("data-s-0"), size("data-s-1")) == ("8Gi", "2Gi")
