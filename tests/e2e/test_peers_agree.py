# SPDX-License-Identifier: Apache-2.0
"""The same zones in NSD and in Knot DNS, by AXFR from us: whatever is asked,
they answer as we do, but for what explain() lists.

PEERS_QUESTIONS  how many questions (default: 3000)
PEERS_SEED       of the questions (default: 1)
"""
import collections
import os
import random
import select
import socket

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest

from harness import secondary
from harness.lab_process import LabApi
from harness.objects import service, slice_of
from harness.secondary import HOST, KEY, KEY_FILE, transfer
from harness.until import until

ZONES = ["cluster.local.", "96.10.in-addr.arpa.", "64.127.in-addr.arpa.",
         "d.f.ip6.arpa."]
QUESTIONS = int(os.environ.get("PEERS_QUESTIONS", "3000"))
SEED = int(os.environ.get("PEERS_SEED", "1"))
WINDOW = 48
T = dns.rdatatype.RdataType
OFTEN = [T.A, T.AAAA, T.SRV, T.PTR, T.TXT, T.NS, T.SOA, T.CNAME, T.ANY]
META = {T.NONE, T.OPT, T.TSIG, T.TKEY, T.AXFR, T.IXFR, T.MAILA, T.MAILB}
NXNAME = 128
FLAGS = [dns.flags.RD, dns.flags.AD, dns.flags.CD, dns.flags.RA, dns.flags.AA,
         dns.flags.TC, 0x40]


def fill(api):
    """Services of all kinds."""
    def put(name, namespace="default", headless=True, endpoints=(), ports=(
            ("web", 80),), family="IPv4"):
        body = service(name, name, headless, ports)
        del body["spec"]["selector"]
        api.create("services", namespace, body)
        if endpoints:
            api.create("endpointslices", namespace, {
                **slice_of(name, name, [], ports, family=family),
                "endpoints": list(endpoints)})

    api.create("namespaces", None, {"metadata": {"name": "empty"}})
    api.create("namespaces", None, {"metadata": {"name": "svc"}})
    put("svc", "svc", False)
    put("plain", headless=False, ports=(("http", 80), ("dns", 53)))
    put("few", endpoints=[{"addresses": [f"127.64.1.{i}"],
                           "hostname": f"few-{i}"} for i in range(5)])
    put("dashed", endpoints=[{"addresses": ["127.64.2.1", "127.64.2.2"]}])
    put("six", family="IPv6", endpoints=[
        {"addresses": [f"fd00::{i:x}"], "hostname": f"six-{i}"}
        for i in range(40)])
    put("none", ports=())
    put("many", endpoints=[{"addresses": [f"127.64.{3 + i // 250}.{i % 250}"],
                            "hostname": f"m-{i}"} for i in range(600)])
    for name, target in (("inside", "few.default.svc.cluster.local"),
                         ("twice", "inside.default.svc.cluster.local"),
                         ("nowhere", "x.few.default.svc.cluster.local"),
                         ("outside", "www.example.com")):
        api.create("services", "default", {
            "metadata": {"name": name},
            "spec": {"type": "ExternalName", "externalName": target}})
    put("unready", endpoints=[{"addresses": ["127.64.9.9"],
                               "conditions": {"ready": False}}])


@pytest.fixture
def servers(start, tmp_path):
    """{name: port} of us and of the peers that are here."""
    kinds = [kind for kind in secondary.ALL if kind.is_here() and
             kind.name in ("nsd", "knot")]
    if not kinds:
        pytest.skip("neither NSD nor KNOT IS INSTALLED: nobody to compare "
                    "with")
    (tmp_path / "keys").write_text(KEY_FILE)
    program = start("lab", "--api", "127.0.0.1:0", "--kubeconfig-out",
                    str(tmp_path / "kubeconfig"), "--tsig-key",
                    str(tmp_path / "keys"), "--allow-transfer", f"key:{KEY}",
                    "--reverse-zone", "10.96.0.0/16", "--reverse-zone",
                    "127.64.0.0/16", "--reverse-zone", "fd00::/8")
    program.wait_ready()
    fill(LabApi.of(program))
    until(lambda: len(transfer(program.port, ZONES[0], signed=True)) > 3000,
          "all Services in the zone")
    ports, peers = {"us": program.port}, []
    for kind in kinds:
        peer = kind(tmp_path, secondary.free_port(), program.port, ZONES)
        peers.append(peer.start())
        ports[kind.name] = peer.port
    for peer in peers:
        until(lambda peer=peer: all(
            secondary.serial(peer.port, zone) ==
            secondary.serial(program.port, zone) for zone in ZONES),
            f"{peer.name} has the zones")
    yield ports
    for peer in peers:
        peer.stop()


class Asked:
    """A question at random."""

    def __init__(self, dice, names):
        self.name = self.any_case(dice, self.any_name(dice, names))
        self.type = dice.choice(OFTEN) if dice.random() < 0.75 else \
            dice.choice([dice.randrange(0, 270), dice.randrange(0, 65536)])
        self.cls = dns.rdataclass.IN if dice.random() < 0.97 else \
            dice.choice([0, 2, 3, 4, 254, 255, 1000])
        self.size = dice.choice([None, None, 0, 512, 900, 1232, 4096])
        self.flags = 0
        for flag in FLAGS:
            self.flags |= flag if dice.random() < 0.2 else 0
        self.do = self.size is not None and dice.random() < 0.3

    @staticmethod
    def any_name(dice, names):
        name = dice.choice(dice.choice(names))
        labels = name.labels
        what = dice.random()
        if what < 0.5 or name == dns.name.root:
            return name
        if what < 0.65:     # above it
            return dns.name.Name(labels[dice.randrange(len(labels)):])
        if what < 0.8:      # below it
            more = [dice.choice([b"x", b"_tcp", b"*", b"\0", b"a" * 63])
                    for _ in range(dice.randrange(1, 3))]
            try:
                return dns.name.Name(more + list(labels))
            except dns.name.NameTooLong:
                return name
        labels = list(labels)
        i = dice.randrange(len(labels) - 1)
        label = bytearray(labels[i])
        label[dice.randrange(len(label))] = dice.choice(b"az09-_\x80\x01.")
        labels[i] = bytes(label)
        return dns.name.Name(labels)

    @staticmethod
    def any_case(dice, name):
        return dns.name.Name([
            bytes(c ^ 0x20 if chr(c).isalpha() and c < 128 and
                  dice.random() < 0.3 else c for c in label)
            for label in name.labels])

    def wire(self, number):
        query = dns.message.Message(id=number)
        query.flags = self.flags
        query.find_rrset(query.question, self.name, self.cls, self.type,
                         create=True, force_unique=True)
        if self.size is not None:
            query.use_edns(0, dns.flags.DO if self.do else 0, self.size)
        return query.to_wire()

    def __str__(self):
        return (f"{self.name} {dns.rdatatype.to_text(self.type)} class "
                f"{self.cls} flags {self.flags:04x} edns {self.size} do "
                f"{self.do}")


def ask_all(ports, asked):
    """{server: [wire]} of a window of questions, by UDP."""
    answers = {name: [None] * len(asked) for name in ports}
    wires = [one.wire(i) for i, one in enumerate(asked)]
    sockets = {}
    for name, port in ports.items():
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.connect((HOST, port))
        sockets[sock] = name
    for _ in range(4):
        for sock, name in sockets.items():
            for wire, have in zip(wires, answers[name]):
                if have is None:
                    sock.send(wire)
        while any(None in answers[n] for n in ports):
            ready, _, _ = select.select(list(sockets), [], [], 1)
            if not ready:
                break
            for sock in ready:
                data = sock.recv(65535)
                answers[sockets[sock]][int.from_bytes(data[:2], "big")] = data
    for sock in sockets:
        sock.close()
    return answers


Seen = collections.namedtuple(
    "Seen", "rcode aa tc rd other answer soa edns do question")


def seen(wire):
    """What is compared of an answer, or why it cannot be. Authority and
    additional sections of positive answers are each server's own affair
    (DNS-064, DNS-176)."""
    if wire is None:
        return None
    try:
        m = dns.message.from_wire(wire, ignore_trailing=False)
    except dns.exception.DNSException as e:
        return f"{e!r}: {wire.hex()}"
    f = m.flags
    answer = sorted((r.name.to_text().lower(), r.ttl, r.rdtype,
                     d.to_text().lower()) for r in m.answer for d in r)
    soa = [] if answer else [
        (r.name.to_text().lower(), r.ttl, r[0].to_text().lower())
        for r in m.authority if r.rdtype == T.SOA]
    return Seen(dns.rcode.to_text(m.rcode()), bool(f & dns.flags.AA),
                bool(f & dns.flags.TC), bool(f & dns.flags.RD),
                f & (dns.flags.RA | dns.flags.AD | dns.flags.CD | 0x40),
                answer, soa, m.edns, bool(m.ednsflags & dns.flags.DO),
                [(q.name.to_text(), q.rdclass, q.rdtype) for q in m.question])


def explain(asked, ours, theirs, peer):
    """Why the two may differ, or None."""
    # DNS-192, 195: types and classes that ask for no data. We say NOTIMP,
    # FORMERR or REFUSED as the rules have it; the peers have their own ways,
    # down to silence.
    if asked.type in META or asked.type == NXNAME:
        return "meta type"
    if asked.cls != dns.rdataclass.IN:
        return "class"
    if not isinstance(theirs, Seen):
        return None
    # DNS-190, RFC 8482: one RRset is enough for ANY, and which is free.
    if asked.type == T.ANY and ours.answer and ours.rcode == theirs.rcode and \
            (theirs.answer or theirs.tc):
        return "ANY"
    # DNS-171: we send of a set what fits. NSD sends nothing of it, Knot
    # does as we do but in another order.
    if ours.tc and theirs.tc and ours.rcode == theirs.rcode:
        return "truncated"
    # DNS-027: a name that exists without records is not in a transfer.
    if asked.name.to_text().lower() in BARE and ours.rcode == "NOERROR" and \
            theirs.rcode == "NXDOMAIN":
        return "bare name"
    return None


BARE = {"empty.svc.cluster.local.", "pod.cluster.local.",
        "svc.cluster.local."}


def names_of(port):
    """All names, and once more those that are of few kinds."""
    names = {line.split(" ", 1)[0] for zone in ZONES
             for line in transfer(port, zone, signed=True)}
    names |= BARE | {".", "local.", "example.com.", "arpa."}
    every = sorted(map(dns.name.from_text, names))
    return [every, [name for name in every if not name.labels[0].startswith(
        (b"m-", b"six-")) and name.labels[-2:] != (b"arpa", b"")]]


def test_peers_agree(servers):
    dice = random.Random(SEED)
    names = names_of(servers["us"])
    found, wrong = collections.Counter(), []
    for first in range(0, QUESTIONS, WINDOW):
        asked = [Asked(dice, names)
                 for _ in range(min(WINDOW, QUESTIONS - first))]
        answers = ask_all(servers, asked)
        for i, one in enumerate(asked):
            ours = seen(answers["us"][i])
            assert isinstance(ours, Seen), f"{one}: {ours}"
            for peer in servers.keys() - {"us"}:
                theirs = seen(answers[peer][i])
                if ours == theirs:
                    found[peer, "equal"] += 1
                    continue
                why = explain(one, ours, theirs, peer)
                found[peer, why] += 1
                if why is None:
                    wrong.append(f"{peer}: {one}\n  ours   {ours}\n"
                                 f"  theirs {theirs}")
    print("\n".join(f"{peer} {why}: {n}"
                    for (peer, why), n in sorted(found.items(), key=str)))
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:10])
    for peer in servers.keys() - {"us"}:
        assert found[peer, "equal"] > QUESTIONS // 2
