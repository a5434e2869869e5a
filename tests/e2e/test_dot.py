# SPDX-License-Identifier: Apache-2.0
"""DNS over TLS, and TCP for clients that mean harm.

TORTURE_CONNECTIONS  how many the program may hold (default: 2000); 500 more
                     are made
"""
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import ssl
import struct
import subprocess

import dns.message
import dns.query
import dns.rcode
import pytest

from conftest import ROOT
from harness.ask import addresses, rcode
from harness.cert import make_cert
from harness.until import until

WEB_0 = "web-0.nginx.default.svc.cluster.local."
MANY = int(os.environ.get("TORTURE_CONNECTIONS", "2000"))


@pytest.fixture
def cert(tmp_path):
    make_cert(tmp_path / "dot.crt", tmp_path / "dot.key")
    return tmp_path / "dot.crt"


@pytest.fixture
def served(start, cert):
    """A cluster with web-0, and DNS over UDP, TCP and TLS."""
    program = start("lab", "--api", "127.0.0.1:0", "--apply",
                    str(ROOT / "examples" / "web.yaml"), "--dot",
                    "127.0.0.1:0", "--dot-cert", str(cert), "--dot-key",
                    str(cert.with_suffix(".key")), "--tcp-connections",
                    str(MANY), "--tcp-per-client", str(MANY))
    program.wait_ready()
    until(lambda: addresses(program.port, WEB_0), "web-0 in DNS")
    return program


def context(cert):
    made = ssl.create_default_context(cafile=str(cert))
    made.set_alpn_protocols(["dot"])
    return made


def tls_port(program):
    return program.ports()[-1]


def over_tls(program, cert):
    return dns.query.tls(dns.message.make_query(WEB_0, "A"), "127.0.0.1",
                         port=tls_port(program), timeout=10,
                         ssl_context=context(cert),
                         server_hostname="127.0.0.1")


def test_every_client_gets_answers_over_tls(served, cert):
    """DNS-186"""
    port = tls_port(served)
    answer = over_tls(served, cert)
    assert answer.rcode() == dns.rcode.NOERROR and answer.answer
    for tool in ["kdig", "-p", str(port), f"+tls-ca={cert}",
                 "+tls-hostname=127.0.0.1"], ["dig", "-p", str(port), "+tls"]:
        if not shutil.which(tool[0]):
            continue
        out = subprocess.run([tool[0], "@127.0.0.1", *tool[1:], WEB_0],
                             text=True, capture_output=True, timeout=20)
        assert "status: NOERROR" in out.stdout, out.stdout + out.stderr


def test_a_new_certificate_is_taken_up_while_connections_go_on(served, cert):
    port = tls_port(served)
    old = context(cert).wrap_socket(
        socket.create_connection(("127.0.0.1", port), 10),
        server_hostname="127.0.0.1")
    before = old.getpeercert(True)
    make_cert(cert, cert.with_suffix(".key"))
    served.signal(signal.SIGHUP)
    served.wait_line(r"credentials reloaded")

    def is_new():
        with context(cert).wrap_socket(
                socket.create_connection(("127.0.0.1", port), 10),
                server_hostname="127.0.0.1") as new:
            return new.getpeercert(True) != before
    until(is_new, "the new certificate")
    query = dns.message.make_query(WEB_0, "A").to_wire()
    old.sendall(struct.pack("!H", len(query)) + query)
    assert old.recv(2) != b""
    old.close()


def test_a_broken_certificate_leaves_the_old_one(served, cert):
    good = cert.read_text()
    cert.write_text("nonsense")
    served.signal(signal.SIGHUP)
    line = served.wait_line(r"reload failed")
    assert str(cert) in line
    cert.write_text(good)
    assert over_tls(served, cert).answer


def test_certificates_that_cannot_be_used_are_named(binary, tmp_path):
    make_cert(tmp_path / "a.crt", tmp_path / "a.key")
    make_cert(tmp_path / "b.crt", tmp_path / "b.key")

    def error(crt, key):
        done = subprocess.run(
            [binary, "lab", "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0",
             "--dot", "127.0.0.1:0", "--dot-cert", str(tmp_path / crt),
             "--dot-key", str(tmp_path / key)], text=True,
            capture_output=True, timeout=20)
        assert done.returncode == 1
        return done.stderr.splitlines()[-1]
    assert "c.crt: No such file" in error("c.crt", "a.key")
    assert "b.key: key values mismatch" in error("a.crt", "b.key")


def rss_kib(program):
    for line in pathlib.Path(
            f"/proc/{program.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])


def descriptors(program):
    return len(os.listdir(f"/proc/{program.process.pid}/fd"))


@pytest.fixture
def descriptors_for(start):
    """descriptors_for(N): this process may have that many, or as many as it
    can. Programs that were started before have what they had."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    def allow(count):
        most = min(count, hard if hard > 0 else 1 << 20)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
        return most
    yield allow
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def harm(ports, count):
    """Half a length, half a query, half a greeting, and silence."""
    says = b"\0", b"\0\x20half", b"\x16\x03\x01\x02\0\x01\0\x01", b""
    for i in range(count):
        conn = socket.create_connection(("127.0.0.1", ports[i // 2 % 2]), 10)
        try:
            conn.sendall(says[i % 4])
        except OSError:
            pass  # it has had to give way already
        yield conn


def test_connections_that_mean_harm_hold_up_nobody(served, cert,
                                                   descriptors_for):
    """DNS-183"""
    count = descriptors_for(MANY + 700) - 200
    before, held = rss_kib(served), []
    try:
        for conn in harm((served.port, tls_port(served)), count):
            held.append(conn)
        during, most = rss_kib(served), descriptors(served)
        for tcp in False, True:
            assert addresses(served.port, WEB_0, tcp=tcp)
        assert over_tls(served, cert).answer
        print(f"{count} connections, {most} descriptors, RSS {before} KiB "
              f"before, {during} KiB then")
        # What a connection costs: a greeting's state, never a message's.
        assert max(during, rss_kib(served)) - before < 32 * count
    finally:
        for conn in held:
            conn.close()
    assert addresses(served.port, WEB_0, tcp=True)


def test_where_descriptors_are_few_there_are_fewer_connections(start):
    """The log says so, and the silent still give way to who asks."""
    program = start("lab", "--api", "127.0.0.1:0", "--tcp-connections",
                    str(MANY), "--tcp-per-client", str(MANY), nofile=300)
    program.wait_ready()
    line = program.wait_line(r"fewer tcp connections")
    most = int(re.search(r" most=(\d+) ", line)[1])
    assert 100 <= most < 300
    held = list(harm((program.port, program.port), 2 * most))
    assert rcode(program.port, "cluster.local.", "SOA", tcp=True) == "NOERROR"
    for conn in held:
        conn.close()
