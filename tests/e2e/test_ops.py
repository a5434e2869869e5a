# SPDX-License-Identifier: Apache-2.0
"""The ops endpoint: probes, metrics, and why a name is missing."""
import json
import os
import re
import signal
import socket
import stat
import subprocess

import pytest

from conftest import REVERSE, ROOT
from harness.ask import ask, rcode
from harness.lab_plane import LabPlane
from harness.ops import Ops
from harness.until import until
from test_process import lonely  # noqa: F401  (a fixture)


@pytest.fixture
def socket_path(tmp_path):
    return str(tmp_path / "ops.sock")


@pytest.fixture
def ops(socket_path):
    return Ops(socket_path)


def port_of(program):
    line = program.wait_line(r" ops endpoint addr=127\.0\.0\.1:")
    return int(line.rsplit(":", 1)[1])


def test_not_ready_without_an_api_server_but_alive(
        start, lonely, ops, socket_path):  # noqa: F811
    program = start("--kubeconfig", lonely, "--ops", f"unix:{socket_path}")
    program.wait_line(" listening ")
    assert ops.status("/livez") == ops.status("/healthz") == 200
    status, text = ops.get("/readyz")
    assert status == 503 and "not synced" in text
    values = ops.metrics()
    assert values["statefuld_ready"] == values["statefuld_synced"] == 0
    assert values['statefuld_watch_connected{kind="pods"}'] == 0
    assert stat.S_IMODE(os.stat(socket_path).st_mode) == 0o600
    program.stop()
    assert not os.path.exists(socket_path)


def test_ready_stays_when_the_api_server_goes(
        start, plane, proxy, ops, socket_path):
    program = start("--kubeconfig",
                    plane.kubeconfig(server=proxy.url, name="ops.json"),
                    "--ops", f"unix:{socket_path}", *REVERSE).wait_ready()
    assert ops.status("/readyz") == 200
    values = ops.metrics()
    assert values['statefuld_watch_connected{kind="pods"}'] == 1
    assert values['statefuld_watch_last_event_age_seconds{kind="pods"}'] < 60
    proxy.go_away()
    until(lambda: ops.metrics()[
        'statefuld_watch_connected{kind="pods"}'] == 0, "it is cut off")
    assert ops.status("/readyz") == ops.status("/livez") == 200
    assert rcode(program.port, "dns-version.cluster.local.", "TXT") == \
        "NOERROR"


def test_not_ready_in_the_lame_duck_time(start, plane, ops, socket_path):
    program = start("--kubeconfig", plane.kubeconfig(), "--lame-duck", "60",
                    "--ops", f"unix:{socket_path}").wait_ready()
    assert ops.status("/readyz") == 200
    program.signal(signal.SIGTERM)
    program.wait_line(r" stopping .*SIGTERM")
    status, text = ops.get("/readyz")
    assert (status, text) == (503, "stopping\n")
    assert ops.status("/livez") == 200
    assert ops.metrics()["statefuld_ready"] == 0
    assert rcode(program.port, "dns-version.cluster.local.", "TXT") == \
        "NOERROR"


def test_metrics_count_what_happens(start, plane, api, ns):
    program = start("--kubeconfig", plane.kubeconfig(), "--ops",
                    "127.0.0.1:0", *REVERSE).wait_ready()
    ops = Ops(port_of(program))
    before = ops.metrics()
    for _ in range(3):
        ask(program.port, "svc.cluster.local.")
    ask(program.port, "no.such.svc.cluster.local.", tcp=True)
    api.create("services", ns, {
        "metadata": {"name": "counted"},
        "spec": {"clusterIP": "None", "selector": {"app": "counted"},
                 "ports": [{"port": 80}]}})

    def grew(series, by):
        return ops.metrics()[series] - before[series] >= by
    until(lambda: grew('statefuld_watch_events_total{kind="services"}', 1),
          "the Service counts")
    zone = {"zone": "cluster.local."}
    requests, responses = ("statefuld_dns_requests_total",
                           "statefuld_dns_responses_total")
    assert ops.total(requests, proto="udp", family="1", type="A", **zone) == 3
    assert ops.total(requests, proto="tcp", type="A", **zone) == 1
    assert ops.total(responses, rcode="NOERROR", **zone) == 3
    assert ops.total(responses, rcode="NXDOMAIN", **zone) == 1
    ask(program.port, "www.example.com.", "AAAA")
    assert ops.total(requests, zone=".", type="AAAA") == 1
    assert ops.total(responses, zone=".", rcode="REFUSED") == 1
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.sendto(b"no query", ("127.0.0.1", program.port))
    until(lambda: ops.metrics()[
        'statefuld_dns_dropped_total{reason="malformed"}'] == 1, "it counts")
    # One batch in 16 is timed, the first one among them.
    assert grew('statefuld_dns_request_duration_seconds_count{proto="udp"}', 1)
    assert grew('statefuld_dns_response_size_bytes_count{proto="udp"}', 4)
    assert grew('statefuld_dns_response_size_bytes_count{proto="tcp"}', 1)
    assert grew("statefuld_zone_update_duration_seconds_count", 1)
    values = ops.metrics()
    assert values["statefuld_zone_update_duration_seconds_sum"] < 60
    serial = 'statefuld_zone_serial{zone="cluster.local."}'
    soa = ask(program.port, "cluster.local.", "SOA").answer[0][0]
    assert values[serial] == soa.serial
    assert 'rest_client_requests_total{method="GET",code="2xx"}' in values
    assert 'workqueue_depth{name="statefulset"}' in values


def test_other_requests_are_told_what_there_is(
        start, lonely, ops, socket_path):  # noqa: F811
    program = start("--kubeconfig", lonely, "--ops", f"unix:{socket_path}")
    program.wait_line(" listening ")
    status, text = ops.get("/nothing")
    assert status == 404 and "see /" in text
    status, text = ops.get("/")
    assert status == 200 and "/metrics" in text
    assert ops.get("/metrics", "DELETE")[0] == 405
    assert ops.get("/metrics", "HEAD") == (200, "")


def test_the_default_place_and_its_second_tenant(start, lonely,
                                                 tmp_path):  # noqa: F811
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    first = start("--kubeconfig", lonely, env=env)
    line = first.wait_line(r" ops endpoint ")
    path = str(tmp_path / "statefuld.sock")
    assert path in line
    second = start("--kubeconfig", lonely, "--ops", "none", env=env)
    second.wait_line(" listening ")
    assert not second.grep("ops endpoint")
    assert Ops(path).status("/livez") == 200
    second.stop()
    third = start("--kubeconfig", lonely, env=env)
    third.wait_line(" listening ")
    assert third.grep("ops endpoint addr=/run/|no ops endpoint")
    assert Ops(path).status("/livez") == 200


def test_an_address_that_cannot_be_had_is_named(binary, start, lonely,
                                                tmp_path):  # noqa: F811
    path = tmp_path / "missing" / "ops.sock"
    program = start("--kubeconfig", lonely, "--ops", f"unix:{path}")
    assert program.wait() == 1
    assert program.grep(rf"--ops unix:{path}: No such file")


@pytest.fixture
def explain(binary, socket_path):
    """explain(NAME, FLAG...) gives the lines that the command prints."""
    def run(*args):
        done = subprocess.run(
            [binary, "explain", *args, "--ops", f"unix:{socket_path}"],
            text=True, capture_output=True, timeout=20)
        assert done.returncode == 0 and done.stderr == "", done
        return done.stdout
    return run


def test_why_a_name_is_missing_and_then_there(
        start, plane, api, ns, explain, socket_path):
    program = start("--kubeconfig", plane.kubeconfig(), "--ops",
                    f"unix:{socket_path}", *REVERSE).wait_ready()
    name = f"db-0.db.{ns}.svc.cluster.local"
    text = explain(name)
    assert text.startswith(f"{name}. does not exist")
    assert f"there is no Service db in namespace {ns}" in text

    api.create("services", ns, {
        "metadata": {"name": "db"},
        "spec": {"clusterIP": "None", "selector": {"app": "db"},
                 "ports": [{"port": 80}]}})
    until(lambda: "no endpoint of Service" in explain(name), "no pod yet")
    api.create("pods", ns, {
        "metadata": {"name": "db-0", "labels": {"app": "db"},
                     "annotations": {"story/ready": "no"}},
        "spec": {"hostname": "db-0", "subdomain": "db", "containers": [
            {"name": "db", "image": "none"}]}})
    until(lambda: "pod " in explain(name) or "has records" in explain(name),
          "the pod is named")
    until(lambda: rcode(program.port, name) == "NOERROR", "it is ready")
    text = explain(name)
    assert text.startswith(f"{name}. has records")
    found = json.loads(explain(name, "--json"))
    assert found["verdict"] == "records" and "fix" not in found
    pod = api.get("pods", ns, "db-0")
    about = found["findings"][-1]
    assert about["object"]["kind"] == "pod"
    assert about["object"]["uid"] == pod["metadata"]["uid"]
    assert pod["status"]["podIP"] in about["text"]


def test_common_slips_get_the_right_name(start, plane, ns, api, explain,
                                         socket_path):
    api.create("services", ns, {
        "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}})
    start("--kubeconfig", plane.kubeconfig(), "--ops",
          f"unix:{socket_path}").wait_ready()
    right = f"web.{ns}.svc.cluster.local."
    assert explain(right).startswith(f"{right} has records")
    for slip in (f"web.{ns}", f"web.{ns}.svc", f"web.{ns}.cluster.local",
                 "web.default.svc.cluster.local",
                 f"{right}{ns}.svc.cluster.local"):
        last = explain(slip).splitlines()[-1]
        assert last.startswith(f"fix: ask for {right}"), slip


def test_before_the_sync_it_says_so(
        start, lonely, explain, socket_path):  # noqa: F811
    start("--kubeconfig", lonely, "--ops",
          f"unix:{socket_path}").wait_line(" listening ")
    text = explain("web.default.svc.cluster.local")
    assert "is not known yet (SERVFAIL)" in text


def test_explain_says_what_is_wrong(binary, tmp_path, start,
                                    lonely):  # noqa: F811
    def run(*args):
        done = subprocess.run([binary, "explain", *args], text=True,
                              capture_output=True, timeout=20,
                              env={"XDG_RUNTIME_DIR": str(tmp_path)})
        return done.returncode, done.stderr
    code, said = run()
    assert code == 2 and "which name" in said
    code, said = run("a", "b")
    assert code == 2 and "unexpected argument b" in said
    code, said = run("a", "--ops", f"unix:{tmp_path}/none.sock")
    assert code == 1 and "No such file" in said
    program = start("--kubeconfig", lonely,
                    env={"XDG_RUNTIME_DIR": str(tmp_path)})
    program.wait_line(" listening ")
    assert run("cluster.local") == (0, "")
    status, text = Ops(str(tmp_path / "statefuld.sock")).get("/explain")
    assert status == 400 and "/explain?name=" in text


def test_the_shipped_manifests_are_valid(request, plane, binary):
    """Its probes and flags are those of the program, too."""
    text = (ROOT / "deploy" / "statefuld.yaml").read_text()
    known = subprocess.run([binary, "--help"], text=True, timeout=20,
                           capture_output=True, check=True).stdout
    flags = re.findall(r"- (--[a-z-]+)=", text)
    assert len(flags) >= 5 and all(f"  {flag}" in known for flag in flags)
    assert set(re.findall(r"path: (/\w+z)", text)) == {"/livez", "/readyz"}
    if isinstance(plane, LabPlane):
        return      # it has no Deployments
    kubectl = request.getfixturevalue("kubectl")
    said = kubectl("apply", "--dry-run=server", "-f",
                   str(ROOT / "deploy" / "statefuld.yaml"))
    assert "deployment.apps/statefuld created" in said
