# SPDX-License-Identifier: Apache-2.0
"""DNS tools and a resolver read one of each kind of answer that the stories
before this one got. (conftest.py sees to it that this is the last.)"""
import ctypes
import ctypes.util
import re
import shutil
import subprocess

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest

from harness.ask import ask
from harness.plane import die_with_parent
from harness.replay import Replay, question_of
from harness.secondary import free_port
from harness.until import until
from harness.wire import KINDS, exchange
from test_probes import QUESTIONS, served  # noqa: F401

T = dns.rdatatype.RdataType
BAD = re.compile("malformed|parser|warning|bad packet|garbage|mismatch|error:",
                 re.I)


# Advice, and what is wrong with the question.
FINE = re.compile("local is reserved|recursion requested but not|retry with")


@pytest.fixture
def answers(served):  # noqa: F811
    """run(TCP, ...): what was answered that way to one question, of classes
    and types that can be asked for by tools."""
    for name, kind in QUESTIONS:
        for tcp in False, True:
            ask(served.port, name, kind, tcp)
            ask(served.port, name, kind, tcp, use_edns=0)

    def run(tcp):
        found = []
        for by_tcp, wire in KINDS.values():
            if by_tcp == tcp and wire[4:6] == b"\0\1" and \
                    question_of(wire)[2] not in (T.AXFR, T.IXFR):
                found.append(wire)
        assert len(found) > 10
        return found
    return run


def tool(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not path:
        pytest.skip(f"{name.upper()} IS NOT INSTALLED: it read nothing")
    return path


def words_of(wire):
    name, cls, kind = question_of(wire)
    return ["-q", name.to_text(), "-c", f"CLASS{cls:d}", "-t",
            f"TYPE{kind:d}" if kind != T.ANY else "ANY"]


@pytest.fixture
def replay():
    made = []

    def run(*args):
        made.append(Replay(*args))
        return made[-1]
    yield run
    for one in made:
        one.close()


def shown(words, **options):
    done = subprocess.run(words, text=True, capture_output=True, timeout=60,
                          **options)
    return done.stdout + done.stderr


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_dig_reads_every_kind_of_answer(answers, replay, tcp, tmp_path):
    dig, wires = tool("dig"), answers(tcp)
    server = replay(wires)
    (tmp_path / "batch").write_text("".join(
        " ".join(words_of(wire)) + "\n" for wire in wires))
    text = shown([dig, "@127.0.0.1", "-p", str(server.port),
                  "+tcp" if tcp else "+notcp", "+ignore", "+nocookie",
                  "+nobadcookie", "+noednsnegotiation", "+noidnin",
                  "+noidnout", "+tries=1", "-f", str(tmp_path / "batch")])
    check(text, wires, "->>HEADER<<-")


def check(text, wires, mark):
    bad = [line for line in text.splitlines()
           if BAD.search(line) and not FINE.search(line)]
    assert not bad, bad[:10]
    assert text.count(mark) == len(wires)


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_kdig_reads_every_kind_of_answer(answers, replay, tcp):
    kdig, wires = tool("kdig"), answers(tcp)
    server = replay(wires)
    words = [word for wire in wires for word in words_of(wire)]
    text = shown([kdig, "@127.0.0.1", "-p", str(server.port), "+ignore",
                  "+retry=0", "+tcp" if tcp else "+notcp", "+noidn", *words])
    check(text, wires, "->>HEADER<<-")


def ldns_text(ldns, wire):
    """What drill would show."""
    packet = ctypes.c_void_p()
    assert ldns.ldns_wire2pkt(ctypes.byref(packet), wire,
                              ctypes.c_size_t(len(wire))) == 0
    shown_text = ldns.ldns_pkt2str(packet)
    text = ctypes.string_at(shown_text).decode()
    ctypes.CDLL(None).free(ctypes.c_void_p(shown_text))
    ldns.ldns_pkt_free(packet)
    return text


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_ldns_reads_every_kind_of_answer(answers, tcp):
    """And drill, which is made of it."""
    path = ctypes.util.find_library("ldns")
    if not path:
        pytest.skip("LDNS IS NOT INSTALLED: it read nothing")
    ldns = ctypes.CDLL(path)
    ldns.ldns_pkt2str.restype = ctypes.c_void_p
    for wire in answers(tcp):
        # ldns 1.8 takes an EXPIRE of four octets, as RFC 7314 has it, for a
        # mistake.
        check(re.sub("EXPIRE:malformed expire  00 01 51 80", "", ldns_text(
            ldns, wire)), [wire], "->>HEADER<<-")


UNBOUND = """
server:
    interface: 127.0.0.1@{port}
    do-not-query-localhost: no
    do-ip6: no
    chroot: ""
    username: ""
    directory: "{folder}"
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    module-config: "iterator"
    verbosity: 4
    infra-host-ttl: 0
    outbound-msg-retry: 1
    qname-minimisation: no
    local-zone: "127.in-addr.arpa" nodefault
    unblock-lan-zones: yes
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{upstream}
    forward-no-cache: yes
"""


class Unbound:
    """Asks that server; its log is read for what it says of the answers."""

    def __init__(self, folder, upstream):
        self.port = free_port()
        conf = folder / "unbound.conf"
        conf.write_text(UNBOUND.format(port=self.port, folder=folder,
                                       upstream=upstream))
        with open(folder / "log", "w") as log:
            self.process = subprocess.Popen(
                [tool("unbound"), "-d", "-c", str(conf)], stderr=log,
                stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.log, self.said = open(folder / "log"), ""
        until(lambda: "start of service" in self.hear(), "it runs")

    def hear(self):
        self.said += self.log.read()
        return self.said

    def says_of(self, name, kind):
        """What it has made of the answers to that question."""
        before = len(self.hear())
        query = dns.message.make_query(name, kind)
        exchange(self.port, query.to_wire())
        text = self.hear()[before:]
        assert "parse error" not in text, text
        return re.findall("query response was (.*)", text)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


def is_asked(wire):
    """Whether unbound would ask for it, or takes it for a mistake. Of a cut
    answer it takes nothing, and comes by TCP."""
    _, cls, kind = question_of(wire)
    return cls == dns.rdataclass.IN and kind not in (T.NONE, T.OPT) and \
        (kind == T.ANY or not 128 <= kind < 255) and \
        not dns.message.from_wire(wire).flags & dns.flags.TC


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_unbound_reads_every_kind_of_answer(answers, replay, tcp, tmp_path):
    tool("unbound")
    wires = list(filter(is_asked, answers(tcp)))
    server = replay([], tcp)
    unbound = Unbound(tmp_path, server.port)
    try:
        for wire in wires:
            server.keep([wire])
            name, _, kind = question_of(wire)
            made_of_it = unbound.says_of(name, kind)
            kept = dns.message.from_wire(wire)
            # It has no eyes for the upper part of the RCODE.
            is_good = kept.rcode() & 15 in (0, dns.rcode.NXDOMAIN)
            assert server.asked > 0, question_of(wire)
            assert made_of_it and is_good == (made_of_it[0] != "THROWAWAY"), \
                (str(kept), made_of_it)
    finally:
        unbound.stop()
