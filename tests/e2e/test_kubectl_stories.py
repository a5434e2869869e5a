# SPDX-License-Identifier: Apache-2.0
"""The stories of tests/data/kubectl, told to the lab, and to a real cluster
where KUBECTL_STORIES_KUBECONFIG names one that has controllers and a node."""
import os
import pathlib

import pytest

from harness import story
from harness.kubectl import Shell
from harness.lab_process import LabProcess

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "kubectl"
STORIES = sorted(FOLDER.glob("*.txt"))
REAL = os.environ.get("KUBECTL_STORIES_KUBECONFIG")


@pytest.fixture(scope="module")
def lab(binary, tmp_path_factory):
    lab = LabProcess(binary, tmp_path_factory.mktemp("lab"))
    lab.wait_ready()
    yield lab
    lab.stop()


def in_a_namespace(folder, kubeconfig, path):
    """Tells a story in a namespace that has its name."""
    shell = Shell(folder, kubeconfig)
    name = path.stem
    made = shell.run(f"kubectl create namespace {name}")
    assert made.exit == 0, made.stderr
    shell.use_namespace(name)
    try:
        story.tell(shell, story.read(path.read_text()))
    finally:
        shell.run(f"kubectl delete namespace {name} --wait=false")


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_the_lab_tells_the_story(lab, tmp_path, path):
    if story.only(path.read_text()) == "real":
        pytest.skip("not for the lab")
    in_a_namespace(tmp_path / "home", lab.kubeconfig, path)


@pytest.mark.skipif(not REAL, reason="KUBECTL_STORIES_KUBECONFIG is not set")
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_real_cluster_tells_the_story(tmp_path, path):
    if story.only(path.read_text()) == "lab":
        pytest.skip("only for the lab")
    in_a_namespace(tmp_path / "home", REAL, path)
