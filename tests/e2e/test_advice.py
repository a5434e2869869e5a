# SPDX-License-Identifier: Apache-2.0
"""Events beyond those of kube-controller-manager: what is wrong with a set,
and what would free it."""
import pytest

from harness.objects import service, stateful_set
from harness.until import until

SETS = "/apis/apps/v1/namespaces/default/statefulsets"


@pytest.fixture
def lab(start, tmp_path):
    from harness.lab import Lab
    return Lab(start, tmp_path)


def told(lab, reason, seconds=30):
    """The message of the one event with this reason."""
    def there():
        items = lab.call("GET", "/api/v1/namespaces/default/events")["items"]
        return [e for e in items if e["reason"] == reason]
    events = until(there, f"event {reason}", seconds)
    assert len(events) == 1 and events[0].get("count", 1) == 1
    assert events[0]["source"]["component"] == "statefuld"
    return events[0]["message"]


def make(lab, body):
    lab.call("POST", SETS, {"apiVersion": "apps/v1", "kind": "StatefulSet",
                            **body})


def patch(lab, name, body):
    lab.call("PATCH", f"{SETS}/{name}", body, "application/merge-patch+json")


def test_a_rollout_that_cannot_move_says_what_frees_it(lab):
    lab.call("POST", "/api/v1/namespaces/default/services",
             {"apiVersion": "v1", "kind": "Service", **service("s", "s")})
    make(lab, stateful_set("s", "s", "s", 2))
    make(lab, stateful_set("other", "other", "nowhere", 0, updateStrategy={
        "type": "RollingUpdate"}))
    lab.wait_pods("s-0", "s-1")
    good = lab.call("GET", f"{SETS}/s")["status"]["updateRevision"]
    note = {"annotations": {"lab.statefuld.dev/ready": "never"}}
    patch(lab, "s", {"spec": {"template": {"metadata": note}}})
    assert told(lab, "RevisionCreated").endswith(
        " changes metadata.annotations")

    def broken():
        pod = lab.call("GET", "/api/v1/namespaces/default/pods/s-1")
        labels = pod["metadata"]["labels"]
        return labels["controller-revision-hash"] != good \
            and pod["status"]["phase"] == "Running" and labels
    bad = until(broken, "s-1 at the bad revision")["controller-revision-hash"]
    patch(lab, "s", {"spec": {"template": {"metadata": {
        "annotations": None}}}})
    message = told(lab, "Blocked")
    assert message.startswith(
        "The set waits for pod s-1, which is not ready since 2")
    assert f"it is at revision {bad} and not at {good}" in message
    assert message.endswith(": kubectl delete pod s-1 -n default")
    assert "nowhere" in told(lab, "ServiceMissing")
    assert "partition: 0" in told(lab, "BareRollingUpdate")
    # The command is right.
    lab.call("DELETE", "/api/v1/namespaces/default/pods/s-1")
    lab.wait_pods("s-0", "s-1")
