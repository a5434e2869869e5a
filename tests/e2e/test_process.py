# SPDX-License-Identifier: Apache-2.0
"""The process: help, version, signals, privileges, the manual page."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import dns.exception
import pytest

from conftest import ROOT, needs_ipv6
from harness.ask import ask, rcode
from harness.daemon import Statefuld
from harness.until import stays, until


@pytest.fixture
def lonely(tmp_path):
    """A kubeconfig that leads nowhere: enough to run."""
    path = tmp_path / "lonely.json"
    path.write_text(json.dumps({
        "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": "http://127.0.0.1:9"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c",
                                               "user": "u"}}],
        "users": [{"name": "u", "user": {}}]}))
    return str(path)


def output_of(*command):
    return subprocess.run(command, text=True, capture_output=True,
                          timeout=20, check=True).stdout


def flags_in(text):
    return set(re.findall(r"--[a-z][a-z-]+", text))


def test_version_is_one_line(binary):
    assert re.fullmatch(r"statefuld \d+\.\d+\.\d+\n",
                        output_of(binary, "--version"))


def test_help_fits_a_terminal_and_ends_in_examples(binary):
    text = output_of(binary, "--help")
    assert max(map(len, text.splitlines())) <= 80
    groups = re.findall(r"(?m)^(\S.*):$", text)
    assert groups[-1] == "Examples" and len(groups) >= 4


def test_manual_page_and_readme_name_the_same_flags_as_help(binary):
    flags = flags_in(output_of(binary, "--help"))
    of_lab = flags_in(output_of(binary, "lab", "--help"))
    of_explain = flags_in(output_of(binary, "explain", "--help"))
    page = (ROOT / "docs" / "statefuld.8").read_text().replace("\\-", "-")
    assert flags_in(page) == flags | of_lab | of_explain
    readme = (ROOT / "README.md").read_text()
    section = readme[readme.index("## Flags"):readme.index("## Limits")]
    assert flags_in(section) == flags


def test_manual_page_has_the_same_defaults_and_limits(binary):
    text = output_of(binary, "--help")
    page = (ROOT / "docs" / "statefuld.8").read_text()
    for fact in "127.0.0.1:5300", "cluster.local", "3600", "300", "256":
        assert fact in text and fact in page


def test_sigterm_keeps_answering_for_the_lame_duck_time(start, lonely):
    program = start("--kubeconfig", lonely, "--lame-duck", "2")
    port = program.port
    program.signal(signal.SIGTERM)
    began = time.monotonic()
    program.wait_line(r" stopping .*SIGTERM")
    stays(lambda: rcode(port, "example.org.") == "REFUSED"
          and rcode(port, "example.org.", tcp=True) == "REFUSED",
          "it answers", 1.2)
    assert program.wait() == 0
    assert 1.8 < time.monotonic() - began < 4
    program.wait_line(r" stopped ")
    with pytest.raises((dns.exception.Timeout, OSError)):
        ask(port, "example.org.", timeout=0.2)


def test_a_second_sigterm_stops_at_once(start, lonely):
    program = start("--kubeconfig", lonely, "--lame-duck", "60")
    program.wait_line(" listening ")
    program.signal(signal.SIGTERM)
    program.wait_line(r" stopping .*SIGTERM")
    program.signal(signal.SIGTERM)
    assert program.wait(5) == 0


def test_sigint_stops_at_once(start, lonely):
    program = start("--kubeconfig", lonely, "--lame-duck", "60")
    program.wait_line(" listening ")
    program.signal(signal.SIGINT)
    assert program.wait(5) == 0


def test_it_stops_cleanly_in_the_middle_of_work(start, plane, ns):
    """Watches open, TCP clients connected: all is released."""
    program = start("--kubeconfig", plane.kubeconfig(), "--lame-duck", "0")
    program.wait_ready()
    with socket.create_connection(("127.0.0.1", program.port)) as client:
        client.sendall(b"\x00\x20partial")
        program.signal(signal.SIGTERM)
        assert program.wait(5) == 0


def test_sighup_takes_a_new_token(start, plane, ns):
    kubeconfig = plane.kubeconfig(token="wrong", name="renewed.json")
    program = start("--kubeconfig", kubeconfig)
    program.wait_line(r"Z (warn|error) .*(401|nauthorized)")
    plane.kubeconfig(name="renewed.json")
    program.signal(signal.SIGHUP)
    program.wait_line(r" credentials reloaded ")
    program.wait_ready(40)


def test_sighup_with_a_broken_file_keeps_what_there_was(start, plane, ns):
    kubeconfig = pathlib.Path(plane.kubeconfig(name="broken.json"))
    program = start("--kubeconfig", str(kubeconfig)).wait_ready()
    kubeconfig.write_text("{")
    program.signal(signal.SIGHUP)
    line = program.wait_line(r" reload failed ")
    assert str(kubeconfig) in line
    assert rcode(program.port, f"{ns}.svc.cluster.local.") == "NOERROR"


def test_it_runs_as_nobody(binary, lonely):
    if os.geteuid() != 0:
        pytest.skip("we are no root, so all other tests show it")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for source in binary, lonely:
            shutil.copy(source, folder)
            os.chmod(os.path.join(folder, os.path.basename(source)), 0o755)
        program = Statefuld(
            "/usr/bin/setpriv", [
                "--reuid=65534", "--regid=65534", "--clear-groups",
                "--no-new-privs", os.path.join(folder,
                                               os.path.basename(binary)),
                "--kubeconfig", os.path.join(folder,
                                             os.path.basename(lonely)),
                "--listen", "127.0.0.1:0"])
        try:
            until(lambda: rcode(program.port, "example.org.") == "REFUSED",
                  "an answer")
            status = pathlib.Path(f"/proc/{program.process.pid}/status")
            assert re.search(r"(?m)^Uid:\s+65534\s+65534", status.read_text())
        finally:
            program.stop()


@needs_ipv6
def test_several_addresses_of_both_families(start, lonely):
    program = start("--kubeconfig", lonely, "--listen", "127.0.0.1:0",
                    "--listen", "[::1]:0", "--listen", "127.0.0.2:0",
                    "--dns-threads", "3")
    program.wait_line(" listening ", count=3)
    hosts = ["127.0.0.1", "::1", "127.0.0.2"]
    for host, port in zip(hosts, program.ports()):
        for tcp in False, True:
            assert rcode(port, "example.org.", host=host,
                         tcp=tcp) == "REFUSED"
