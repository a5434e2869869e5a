# SPDX-License-Identifier: Apache-2.0
"""The last zone is kept, and is there after a restart without API server."""
import os
import signal
import socket

import dns.edns
import dns.query
import dns.zone
import pytest

from conftest import REVERSE
from harness.ask import Sampler, ask, records, rcode
from harness.ops import Ops
from harness.until import stays, until


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "state")


def service(api, ns, name):
    """Makes one, and gives its address."""
    made = api.create("services", ns, {
        "metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}})
    return made["spec"]["clusterIP"]


def serial(port, zone="cluster.local."):
    return ask(port, zone, "SOA").answer[0][0].serial


def ede(port, name):
    """The codes of the extended errors in the answer."""
    answer = ask(port, name, use_edns=0)
    return [o.code for o in answer.options
            if isinstance(o, dns.edns.EDEOption)]


@pytest.fixture
def run(start, plane, proxy, folder, tmp_path):
    """run(ARG...) starts it behind the proxy, with the folder."""
    def run(*args):
        return start(
            "--kubeconfig", plane.kubeconfig(server=proxy.url,
                                             name="state.json"),
            "--state-dir", folder, "--ops", f"unix:{tmp_path}/ops.sock",
            *args, *REVERSE)
    return run


def test_a_restart_without_api_server_answers_at_once(
        run, proxy, api, ns, folder, tmp_path):
    address = service(api, ns, "kept")
    name, ops = f"kept.{ns}.svc.cluster.local.", Ops(f"{tmp_path}/ops.sock")
    first = run().wait_ready()
    until(lambda: records(first.port, name) == [address], "the Service")
    before = serial(first.port)
    first.stop()
    assert os.path.exists(f"{folder}/zone")

    proxy.go_away()
    second = run("--stale-ede", "on")
    second.wait_line(r" zone restored ")
    second.wait_line(r" answers may be stale ")
    port = second.port
    assert records(port, name) == [address]
    assert rcode(port, f"other.{ns}.svc.cluster.local.") == "NXDOMAIN"
    assert serial(port) == before
    assert ede(port, name) == [3]
    assert ede(port, f"other.{ns}.svc.cluster.local.") == [19]
    assert ede(port, "example.org.") == [20]
    # DNS-082: it answers, and is not ready all the same.
    status, text = ops.get("/readyz")
    assert status == 503 and "not synced" in text
    values = ops.metrics()
    assert [values[f"statefuld_{name}"]
            for name in ("stale", "synced", "ready")] == [1, 0, 0]

    # Meanwhile one goes and another comes; what stays never blinks.
    api.delete("services", ns, "kept")
    service(api, ns, "new")
    with Sampler(port, "dns-version.cluster.local.", "TXT") as sampler:
        proxy.come_back()
        second.wait_ready(40)
        until(lambda: rcode(port, name) == "NXDOMAIN", "it has gone")
    sampler.only(("NOERROR", ('"1.1.0"',)))
    assert rcode(port, f"new.{ns}.svc.cluster.local.") == "NOERROR"
    assert serial(port) > before
    assert ops.status("/readyz") == 200
    second.wait_line(r" answers are fresh again ")
    assert ede(port, name) == []
    assert ops.metrics()["statefuld_stale"] == 0


def test_what_stays_never_blinks_at_the_sync(run, proxy, api, ns):
    address = service(api, ns, "steady")
    name = f"steady.{ns}.svc.cluster.local."
    first = run().wait_ready()
    until(lambda: records(first.port, name) == [address], "the Service")
    before = serial(first.port)
    first.stop()
    proxy.go_away()
    second = run()
    second.wait_line(r" zone restored ")
    with Sampler(second.port, name) as sampler:
        proxy.come_back()
        second.wait_ready(40)
        stays(lambda: True, "a while", 0.3)
    sampler.only(("NOERROR", (address,)))
    assert ede(second.port, name) == []
    assert serial(second.port) >= before


def test_kill_leaves_the_last_file_that_was_written(run, api, ns, folder,
                                                    proxy):
    address = service(api, ns, "killed")
    name = f"killed.{ns}.svc.cluster.local."
    first = run().wait_ready()
    until(lambda: records(first.port, name) == [address], "the Service")
    first.wait_ready()
    until(lambda: os.path.exists(f"{folder}/zone"), "it is written", 30)
    first.process.kill()
    first.wait()
    proxy.go_away()
    second = run()
    second.wait_line(r" zone restored ")
    assert records(second.port, name) == [address]


def test_a_damaged_file_is_named_and_left_out(run, proxy, folder):
    os.mkdir(folder)
    with open(f"{folder}/zone", "wb") as f:
        f.write(b"statefuld-zone\0\1" + bytes(100))
    proxy.go_away()
    program = run()
    line = program.wait_line(r" saved zone left out ")
    assert f"{folder}/zone" in line and "checksum" in line
    assert rcode(program.port, "x.svc.cluster.local.") == "SERVFAIL"
    assert len(program.grep("saved zone")) == 1


def test_a_folder_that_cannot_be_had_ends_it(binary, start, plane, tmp_path):
    program = start("--kubeconfig", plane.kubeconfig(), "--state-dir",
                    str(tmp_path / "none" / "deep"))
    assert program.wait() == 1
    assert program.grep(r"--state-dir .*No such file")


def test_it_does_not_listen_before_the_sync_if_told_so(start, plane, proxy):
    proxy.go_away()
    program = start("--kubeconfig", plane.kubeconfig(server=proxy.url,
                                                     name="wait.json"),
                    "--wait-sync", "60s")
    program.wait_line(r" api server unreachable ")
    assert not program.grep(" listening ")
    proxy.come_back()
    program.wait_ready(40)
    assert rcode(program.port, "svc.cluster.local.") == "NOERROR"
    program.stop()
    proxy.go_away()
    program = start("--kubeconfig", plane.kubeconfig(server=proxy.url,
                                                     name="wait.json"),
                    "--wait-sync", "300ms")
    program.wait_line(r" not synced in time ")
    assert rcode(program.port, "x.svc.cluster.local.") == "SERVFAIL"


def test_a_late_port_that_is_taken_ends_it(start, plane):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        program = start("--kubeconfig", plane.kubeconfig(), "--wait-sync",
                        "60s", "--listen", f"127.0.0.1:{port}")
        assert program.wait() == 1
        assert program.grep(rf"127\.0\.0\.1.*{port}")


def test_silence_is_told_and_marked(start, plane, proxy, ns):
    program = start("--kubeconfig", plane.kubeconfig(server=proxy.url,
                                                     name="silent.json"),
                    "--stale-ede", "on", "--stale-after", "1s").wait_ready()
    name = f"{ns}.svc.cluster.local."
    assert ede(program.port, name) == []
    proxy.go_away()
    program.wait_line(r" answers may be stale ")
    until(lambda: ede(program.port, name) == [3], "it is marked")
    assert ede(program.port, "no.such.svc.cluster.local.") == [19]
    proxy.come_back()
    program.wait_line(r" answers are fresh again ", 40)
    assert ede(program.port, name) == []


def test_a_dump_is_what_a_transfer_has(start, plane, api, ns, tmp_path):
    service(api, ns, "dumped")
    program = start("--kubeconfig", plane.kubeconfig(), "--allow-transfer",
                    "127.0.0.1", "--ops", f"unix:{tmp_path}/ops.sock",
                    *REVERSE).wait_ready()
    ops = Ops(f"{tmp_path}/ops.sock")
    for zone in "cluster.local.", "96.10.in-addr.arpa.":
        def same():
            status, text = ops.get(f"/zone?zone={zone}")
            assert status == 200
            dumped = dns.zone.from_text(text, zone, relativize=False)
            sent = dns.zone.from_xfr(
                dns.query.xfr("127.0.0.1", zone, port=program.port,
                              relativize=False), relativize=False)
            return dumped == sent and len(sent.nodes) > 1
        until(same, "both are the same")
    assert ops.get("/zone?zone=no.such")[0] == 404
    assert "dumped" in ops.get("/zone")[1]


def test_sigterm_writes_what_is_new(run, api, ns, folder):
    program = run("--lame-duck", "0").wait_ready()
    service(api, ns, "late")
    name = f"late.{ns}.svc.cluster.local."
    until(lambda: rcode(program.port, name) == "NOERROR", "it is there")
    program.signal(signal.SIGTERM)
    assert program.wait() == 0
    with open(f"{folder}/zone", "rb") as f:
        assert b"\x04late" in f.read()
