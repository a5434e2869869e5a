# SPDX-License-Identifier: Apache-2.0
"""Each mistake gets one clear line and the right exit code; a server that is
away gets one line and is waited for."""
import json
import re
import socket
import subprocess
import time

import pytest

from harness.ask import rcode
from harness.until import until


def run(binary, *args, env=None):
    """Exit code and what it wrote, for runs that end by themselves."""
    full = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **(env or {})}
    done = subprocess.run([binary, *args], env=full, text=True,
                          capture_output=True, timeout=20,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr


def one_line(text):
    assert text.count("\n") == 1 and text.endswith("\n"), text
    return text


@pytest.fixture
def dead_kubeconfig(tmp_path):
    """One that is well-formed, with nobody at its address."""
    path = tmp_path / "dead.json"
    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": "http://127.0.0.1:9"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c",
                                               "user": "u"}}],
        "users": [{"name": "u", "user": {"token": "x"}}]}))
    return str(path)


def test_wrong_kubeconfig_path(binary, tmp_path):
    path = str(tmp_path / "nowhere")
    code, out, err = run(binary, "--listen", "127.0.0.1:0", "--kubeconfig",
                         path)
    assert (code, out) == (1, "")
    assert path in one_line(err) and "No such file" in err


def test_no_kubeconfig_at_all(binary):
    code, out, err = run(binary, "--listen", "127.0.0.1:0")
    assert (code, out) == (1, "")
    assert re.search("kubeconfig|KUBECONFIG", one_line(err))


@pytest.mark.parametrize("text, hint", [
    ("clusters: [\n  {name: a,\n}\n", r"line \d"),
    ("a: b: c\n", r"line 1"),
    ("\tx: 1\n", r"line 1"),
    ("apiVersion: v1\nkind: Config\n", "right file"),
    ("contexts: [{name: a, context: {cluster: b, user: c}}]\n",
     "current-context"),
    ("current-context: gone\n", "gone"),
    ("", "right file"),
])
def test_bad_yaml(binary, tmp_path, text, hint):
    path = tmp_path / "kubeconfig"
    path.write_text(text)
    code, out, err = run(binary, "--listen", "127.0.0.1:0", "--kubeconfig",
                         str(path))
    assert (code, out) == (1, "")
    assert str(path) in one_line(err)
    assert re.search(hint, err), err


@pytest.mark.parametrize("args, hint", [
    (["--kubconfig", "x"], "--kubeconfig"),
    (["--frobnicate"], "--help"),
    (["--ttl", "9999"], "0 to 3600"),
    (["--reconcile=maybe"], "auto, on or off"),
    (["--reverse-zone", "10.96.0.1/12"], "10.96.0.0/12"),
    (["--listen", "localhost:53"], "127.0.0.1:53"),
    (["serve"], "--"),
])
def test_unknown_flags_and_bad_values(binary, args, hint):
    code, out, err = run(binary, *args)
    assert (code, out) == (2, "")
    assert hint in one_line(err)
    assert args[0].split("=")[0] in err


@pytest.mark.parametrize("kind", ["udp", "tcp"])
def test_port_in_use(binary, dead_kubeconfig, kind):
    types = {"udp": socket.SOCK_DGRAM, "tcp": socket.SOCK_STREAM}
    with socket.socket(socket.AF_INET, types[kind]) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == "tcp":
            taken.listen()
        port = taken.getsockname()[1]
        code, out, err = run(binary, "--kubeconfig", dead_kubeconfig,
                             "--listen", f"127.0.0.1:{port}")
    assert (code, out) == (1, "")
    assert f"127.0.0.1:{port}" in one_line(err)
    assert "in use" in err and "--listen" in err


def test_a_second_one_on_the_same_port(binary, start, dead_kubeconfig):
    first = start("--kubeconfig", dead_kubeconfig)
    code, out, err = run(binary, "--kubeconfig", dead_kubeconfig,
                         "--listen", f"127.0.0.1:{first.port}")
    assert (code, out) == (1, "")
    assert "in use" in one_line(err)


def test_an_address_that_is_not_ours(binary, dead_kubeconfig):
    code, out, err = run(binary, "--kubeconfig", dead_kubeconfig,
                         "--listen", "192.0.2.1:5300")
    assert (code, out) == (1, "")
    assert "192.0.2.1:5300" in one_line(err) and "--listen" in err


def test_an_unreachable_server_is_waited_for(start, dead_kubeconfig):
    program = start("--kubeconfig", dead_kubeconfig)
    line = program.wait_line(r" (warn|error) .*127\.0\.0\.1:9\b")
    assert rcode(program.port, "a.b.svc.cluster.local.") == "SERVFAIL"
    assert rcode(program.port, "example.org.") == "REFUSED"
    time.sleep(4)
    assert program.process.poll() is None
    loud = program.grep(r"Z (warn|error) ")
    assert loud == [line], loud


def test_an_expired_token(start, plane, ns):
    secret = "open-sesame-4711"
    kubeconfig = plane.kubeconfig(token=secret, name="expired.json")
    program = start("--kubeconfig", kubeconfig, "--log-level", "debug")
    line = program.wait_line(r" (warn|error) .*(401|nauthorized)")
    assert rcode(program.port, "a.b.svc.cluster.local.") == "SERVFAIL"
    time.sleep(2)
    assert program.process.poll() is None
    assert program.grep(r"Z (warn|error) ") == [line]
    assert not program.grep(secret)


def test_a_server_that_appears_late(start, plane, proxy, ns):
    proxy.go_away()
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    program = start("--kubeconfig", kubeconfig)
    program.wait_line(r"Z (warn|error) ")
    assert rcode(program.port, f"{ns}.svc.cluster.local.") == "SERVFAIL"
    proxy.come_back()
    program.wait_ready(40)
    until(lambda: rcode(program.port, f"{ns}.svc.cluster.local.")
          == "NOERROR", "the namespace's name")
