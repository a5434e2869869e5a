# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the end-to-end stories.

STATEFULD         the binary to test (default: build/statefuld of this tree)
KUBEBUILDER_ASSETS  folder with etcd, kube-apiserver, kube-controller-manager;
                  without it, what needs an API server is skipped
KUBECTL           kubectl to apply manifests with (default: the one on PATH)
"""
import itertools
import os
import pathlib
import shutil
import socket
import subprocess
import sys

import pytest

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from harness.api import Api, ApiError  # noqa: E402
from harness.daemon import Statefuld  # noqa: E402
from harness.kubelet import Kubelet  # noqa: E402
from harness.lab_plane import LabPlane  # noqa: E402
from harness.plane import ADMIN, Plane  # noqa: E402
from harness.proxy import Proxy  # noqa: E402
from harness.until import until  # noqa: E402

ROOT = HERE.parent.parent
REVERSE = ["--reverse-zone", "10.96.0.0/16", "--reverse-zone", "10.244.0.0/16"]
NAMES = itertools.count(1)


def has_ipv6():
    """Whether this machine has an IPv6 loopback address."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
            s.bind(("::1", 0))
            return True
    except OSError:
        return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="there is no ::1 here")


def pytest_report_header():
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        return ("KUBEBUILDER_ASSETS IS NOT SET: every story that needs an API "
                "server is SKIPPED")
    return "API server: " + os.environ["KUBEBUILDER_ASSETS"]


def pytest_terminal_summary(terminalreporter):
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        terminalreporter.section("KUBEBUILDER_ASSETS is not set", red=True)
        terminalreporter.line("No API server was started: most of the "
                              "end-to-end stories were SKIPPED.")


def pytest_collection_modifyitems(items):
    """Last comes the story of what the others were answered."""
    items.sort(key=lambda item: item.path.name == "test_tools_read.py")


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("STATEFULD", str(ROOT / "build" / "statefuld"))
    if not os.access(path, os.X_OK):
        pytest.exit(f"no binary {path}: build it, or set STATEFULD", 1)
    return str(pathlib.Path(path).resolve())


@pytest.fixture(scope="session")
def assets():
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    if not folder:
        pytest.skip("KUBEBUILDER_ASSETS is not set")
    return folder


def start_plane(plane):
    try:
        plane.start()
    except BaseException:
        plane.stop()
        raise


@pytest.fixture(scope="session", params=["lab", "real"])
def plane(request, binary, tmp_path_factory):
    """The control plane that most stories share: the lab, and once more the
    real one where there is one."""
    if request.param == "lab":
        plane = LabPlane(binary, str(tmp_path_factory.mktemp("lab")))
    else:
        plane = Plane(request.getfixturevalue("assets"),
                      str(tmp_path_factory.mktemp("plane")))
    start_plane(plane)
    yield plane
    plane.stop()


@pytest.fixture(scope="session")
def api(plane):
    return Api(plane, ADMIN)


@pytest.fixture(scope="session")
def kubelet(api):
    kubelet = Kubelet(api)
    kubelet.start()
    yield kubelet
    kubelet.stop()


def clear(api, namespace):
    """Removes what later stories would stumble over; nobody does it for us,
    as neither namespace controller nor garbage collector run."""
    for plural in "statefulsets", "services":
        for item in api.list(plural, namespace):
            api.delete(plural, namespace, item["metadata"]["name"])
    for pod in api.list("pods", namespace):
        try:
            api.delete("pods", namespace, pod["metadata"]["name"],
                       gracePeriodSeconds=0)
        except ApiError as e:
            if e.code != 404:
                raise


@pytest.fixture
def ns(api, kubelet):
    """A namespace of the test's own, with nodes that run its pods."""
    name = f"story-{next(NAMES)}"
    api.create("namespaces", None, {"metadata": {"name": name}})
    yield name
    clear(api, name)


@pytest.fixture
def start(binary):
    """start(ARG...) runs the program; it must end cleanly after the test. It
    reconciles at once, unless --reconcile says otherwise. `nofile`: it may
    open that many files and no more."""
    started = []

    def run(*args, env=None, nofile=None):
        args = list(args)
        if "--listen" not in args:
            args += ["--listen", "127.0.0.1:0"]
        if args[0] != "lab" and not any("--reconcile" in a for a in args):
            args += ["--reconcile=on"]
        started.append(Statefuld(binary, args, env, nofile))
        return started[-1]

    yield run
    for program in reversed(started):
        if program.process.returncode is None:
            program.stop()


@pytest.fixture
def sut(start, plane):
    """The program, on the shared control plane, with a loaded zone."""
    program = start("--kubeconfig", plane.kubeconfig(), *REVERSE)
    return program.wait_ready()


@pytest.fixture
def proxy(plane):
    proxy = Proxy(plane)
    yield proxy
    proxy.close()


@pytest.fixture(scope="session")
def kubectl(plane):
    """kubectl(ARG..., stdin=None) gives its standard output."""
    path = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not path:
        pytest.skip("there is no kubectl")

    def run(*args, stdin=None):
        done = subprocess.run(
            [path, "--kubeconfig", plane.kubeconfig(name="kubectl.json"),
             f"--cache-dir={plane.path('kubectl-cache')}", *args],
            input=stdin, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def wait_pods(api, ns):
    """wait_pods(NAME...) waits until exactly these pods are there and ready,
    and gives {name: address}."""
    def wait(*names, seconds=20):
        def there():
            pods = {p["metadata"]["name"]: p for p in api.list("pods", ns)}
            assert sorted(pods) == sorted(names)
            ready = {}
            for name, pod in pods.items():
                conditions = pod["status"].get("conditions", [])
                assert "deletionTimestamp" not in pod["metadata"]
                assert any(c["type"] == "Ready" and c["status"] == "True"
                           for c in conditions), f"{name} is not ready"
                ready[name] = pod["status"]["podIP"]
            return ready or {"": ""}
        return until(there, f"pods {names} ready", seconds)
    return wait
