# SPDX-License-Identifier: Apache-2.0
"""Every line of a list of kubectl commands gives on the lab what it gave on a
real server.

STATEFULD_KUBECTL_RECORDINGS  folder with commands.txt, web.yaml and
                  exchanges/*.json ("command", "exit", "stdout", "stderr", in
                  the order of the list); without it this is skipped

The recorded server had a node that never spoke, a storage class that nobody
serves, and somebody who played the kubelet: the lab is given the same. Then the
list is typed to a lab as it comes, whose claims are bound and whose node has
more to tell: there, what shows those is held to its exit code alone.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import threading
import time
import warnings

import pytest

from harness.alike import difference, lines
from harness.kubectl import Shell
from harness.kubelet import Kubelet
from harness.lab_process import LabProcess
from harness.until import until

RECORDINGS = os.environ.get("STATEFULD_KUBECTL_RECORDINGS")
if not RECORDINGS:
    warnings.warn("STATEFULD_KUBECTL_RECORDINGS is not set: no line of kubectl "
                  "is compared with a real server's")
STORAGECLASSES = "/apis/storage.k8s.io/v1/storageclasses"
# What the lab serves; a whole cluster lists more.
SERVED = {
    "configmaps", "events", "namespaces", "nodes", "persistentvolumeclaims",
    "persistentvolumes", "pods", "secrets", "serviceaccounts", "services",
    "controllerrevisions", "statefulsets", "poddisruptionbudgets",
    "storageclasses", "leases", "endpointslices", "limitranges",
    "localsubjectaccessreviews", "selfsubjectaccessreviews",
    "selfsubjectrulesreviews", "subjectaccessreviews", "selfsubjectreviews",
}


def recordings():
    """[(command, recording or None)]: loops of the shell have none."""
    if not RECORDINGS:
        return []
    folder = pathlib.Path(RECORDINGS)
    files = sorted(folder.glob("exchanges/*.json"))
    by_command, found = {}, []
    for file in files:
        recording = json.loads(file.read_text())
        by_command.setdefault(recording["command"], []).append(recording)
    for line in (folder / "commands.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            of_line = by_command.get(line, [])
            found.append((line, of_line.pop(0) if of_line else None))
    assert not any(by_command.values()), "recordings of no command"
    return found


def served_only(found):
    return found[:1] + [line for line in found[1:]
                        if line.split()[0] in SERVED]


def structure(found):
    """Of `kubectl explain` what is no prose."""
    return [line for line in found
            if re.match(r"(GROUP|KIND|VERSION|FIELD)S?: |  \w+\s*<|  enum: ",
                        line)]


def outcome(found):
    """How far a rollout is in between depends on who is asked when."""
    progress = re.compile("Waiting for ")
    return [line for line in found if not progress.match(line)]


def without_others(found):
    """Events that the recorded server told of itself."""
    return [line for line in found if "KubeAPIReadyz" not in line]


# What looks different with a node and volumes.
SURROUNDINGS = re.compile(
    r"kubectl get (nodes|storageclass|pvc|pv|events|pods -o wide)\b"
    r"|kubectl describe (pod|statefulset) ")
# Revisions made while the pod template held the time of `rollout restart`:
# their hashes differ from day to day.
TIMED = {"6", "7"}


def untimed(found):
    rows = [line.split() for line in found]
    return [" ".join(["HASH", *row[1:]] if row[2] in TIMED else row)
            for row in sorted(rows, key=lambda row: row[2])]


# What is compared of the output of commands that start like this.
VIEWS = (
    ("kubectl api-resources", served_only),
    ("kubectl explain", structure),
    ("kubectl rollout status", outcome),
    ("kubectl get events", without_others),
    ("kubectl get controllerrevisions", untimed),
)
LOOKS = re.compile(r"kubectl (get|describe|rollout history) ")


def compare(recording, answer):
    view = next((view for start, view in VIEWS
                 if recording["command"].startswith(start)), list)
    found = []
    if recording["exit"] != answer.exit:
        found.append(f"exit code {answer.exit}, not {recording['exit']}")
    for stream in "stdout", "stderr":
        found += difference(view(lines(recording[stream])),
                            view(lines(getattr(answer, stream))))
    return found


def compare_exits(recording, answer):
    if SURROUNDINGS.match(recording["command"]):
        recording = {"command": recording["command"], "stderr": "",
                     "exit": recording["exit"], "stdout": answer.stdout}
        answer = answer._replace(stderr="")
    return compare(recording, answer)


def stage(api):
    """The recorded server's surroundings."""
    api.call("POST", STORAGECLASSES, {
        "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
        "metadata": {"name": "standard", "annotations": {
            "storageclass.kubernetes.io/is-default-class": "true"}},
        "provisioner": "example.com/none"})


def run(shell, line, recording, judge):
    """What differs. What only looks may look again: things happen at their
    own pace."""
    found = []

    def alike():
        found[:] = judge(recording, shell.run(line))
        return not found

    if LOOKS.match(line):
        try:
            until(alike, line, 5, 0.3)
        except AssertionError:
            pass
    else:
        alike()
    return found


def settle(api):
    """Until nothing has been written for a while, as when somebody reads
    before typing on."""
    last = [None, time.monotonic()]

    def quiet():
        version = api.call("GET", "/api/v1/nodes")["metadata"][
            "resourceVersion"]
        if version != last[0]:
            last[:] = version, time.monotonic()
        return time.monotonic() - last[1] > 0.25
    until(quiet, "nothing is written", 10, 0.05)


def show(surroundings, results):
    print(f"\nkubectl on the lab, beside a real server ({surroundings} "
          "surroundings):")
    for line, found in results:
        word = "-" if found is None else "DIFFERS" if found else "same"
        print(f"  {word:8} {line}")
    compared = [found for _, found in results if found is not None]
    print(f"  {sum(not f for f in compared)} of {len(compared)} the same")


def type_all(shell, api, judge):
    """[(line, what differs or None)]"""
    shutil.copy(pathlib.Path(RECORDINGS) / "web.yaml", shell.folder)
    found = []
    for line, recording in recordings():
        if recording is None:
            answer = shell.run(line)
            assert answer.exit == 0, (line, answer)
            found.append((line, None))
        else:
            found.append((line, run(shell, line, recording, judge)))
        if not LOOKS.match(line):
            settle(api)
    return found


def used(api):
    """Names of the claims that pods have."""
    return {volume["persistentVolumeClaim"]["claimName"]
            for pod in api.list("pods", "default")
            for volume in pod["spec"].get("volumes", [])
            if "persistentVolumeClaim" in volume}


def protect(api, stopping):
    """Plays who lets claims go that no pod uses any more; a lab without a
    node leaves that to others, too."""
    while not stopping.wait(0.1):
        going = [claim["metadata"]["name"]
                 for claim in api.list("persistentvolumeclaims", "default")
                 if "deletionTimestamp" in claim["metadata"]]
        for name in going and set(going) - used(api):
            api.patch("persistentvolumeclaims", "default", name,
                      {"metadata": {"finalizers": None}})


@contextlib.contextmanager
def lab_as_recorded(binary, folder):
    lab = LabProcess(binary, folder, "--no-node")
    stopping = threading.Event()
    started = []
    try:
        lab.wait_ready()
        stage(lab.api())
        kubelet = Kubelet(lab.api())
        kubelet.start()
        started.append(kubelet.stop)
        protector = threading.Thread(target=protect,
                                     args=(lab.api(), stopping), daemon=True)
        protector.start()
        started.append(protector.join)
        yield lab
    finally:
        stopping.set()
        for stop in reversed(started):
            stop()
        lab.stop()


@contextlib.contextmanager
def lab_as_it_comes(binary, folder):
    lab = LabProcess(binary, folder)
    try:
        yield lab.wait_ready()
    finally:
        lab.stop()


LABS = {"recorded": (lab_as_recorded, compare),
        "own": (lab_as_it_comes, compare_exits)}


@pytest.fixture(scope="module", params=list(LABS))
def results(request, binary, tmp_path_factory, pytestconfig):
    folder = tmp_path_factory.mktemp("kubectl-list")
    start, judge = LABS[request.param]
    with start(binary, folder) as lab:
        shell = Shell(folder / "home", lab.kubeconfig)
        found = type_all(shell, lab.api(), judge)
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        show(request.param, found)
    return found


COUNT = len(recordings())


@pytest.mark.skipif(not RECORDINGS,
                    reason="STATEFULD_KUBECTL_RECORDINGS IS NOT SET")
@pytest.mark.parametrize("n", range(COUNT or 1))
def test_the_line_gives_what_it_gave_on_a_real_server(results, n):
    line, found = results[n]
    if found:
        pytest.fail("\n".join(["$ " + line, *found]), pytrace=False)
