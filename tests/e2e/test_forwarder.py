# SPDX-License-Identifier: Apache-2.0
"""What CoreDNS' forward and cache, and the stubs behind them, count on (DNS-090
to 100), each as they would notice it. Resolvers as they are: test_resolvers.py.
"""
import json
import socket
import struct

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from harness.ask import HOST, ask, records
from harness.lab_process import LabApi
from harness.objects import service, slice_of
from harness.until import until
from harness.wire import exchange, frame, keep

ZONE = "default.svc.cluster.local."
SVC = "svc.cluster.local."
EDNS_SIZES = [None, 0, 512, 700, 1232, 4096]


@pytest.fixture(scope="module")
def port(binary, tmp_path_factory):
    """A forwarder of rank, to a server that limits others; nothing changes
    after it is filled."""
    from harness.daemon import Statefuld
    program = Statefuld(binary, [
        "lab", "--api", "127.0.0.1:0", "--kubeconfig-out",
        str(tmp_path_factory.mktemp("lab") / "kubeconfig"), "--listen",
        "0.0.0.0:0", "--rrl", "20", "--rrl-exempt", "127.0.0.1/32"])
    program.wait_ready()
    api = LabApi.of(program)
    for name in "big", "few":
        body = service(name, name)
        del body["spec"]["selector"]
        api.create("services", "default", body)
    api.create("endpointslices", "default", slice_of(
        "few", "few", ["127.64.200.1", "127.64.200.2"]))
    for i in range(4):
        api.create("endpointslices", "default", {
            **slice_of(f"big-{i}", "big", []),
            "endpoints": [{"addresses": [f"127.64.{i}.{n}"]}
                          for n in range(250)]})
    api.create("services", "default", service("plain", "x", headless=False))
    api.create("services", "default", {
        "metadata": {"name": "outside"},
        "spec": {"type": "ExternalName", "externalName": "www.example.com"}})
    until(lambda: len(records(program.port, f"big.{ZONE}", tcp=True)) == 1000
          and records(program.port, f"outside.{ZONE}", "CNAME"), "all there")
    yield program.port
    program.stop()


def test_health_probes_are_always_answered(port):
    """DNS-090: `. IN NS`, more often than any limit allows."""
    wires = [dns.message.make_query(".", "NS") for _ in range(300)]
    for wire in wires:
        reply = dns.message.from_wire(exchange(port, wire.to_wire()))
        assert wire.is_response(reply)
        assert reply.rcode() == dns.rcode.REFUSED
        assert not reply.flags & dns.flags.TC
    assert ask(port, ".", "NS", tcp=True).rcode() == dns.rcode.REFUSED


def query(name, kind, cls="IN", **options):
    return dns.message.make_query(name, kind, cls, **options)


ERRORS = [
    (query(f"plain.{ZONE}", "A"), "NOERROR"),
    (query(f"none.{ZONE}", "A"), "NXDOMAIN"),
    (query("example.com.", "A"), "REFUSED"),
    (query(f"plain.{ZONE}", "A", "CH"), "REFUSED"),
    (query(f"plain.{ZONE}", 255, "ANY"), "REFUSED"),
    (query("cluster.local.", 254), "NOTIMP"),
    (query("cluster.local.", 0), "FORMERR"),
    (query("cluster.local.", 128), "FORMERR"),
    (query("cluster.local.", "AXFR"), "REFUSED"),
    (query("cluster.local.", "SOA", use_edns=0), "BADVERS"),
    (query("cluster.local.", "SOA", options=[dns.edns.GenericOption(
        10, b"short")]), "FORMERR"),
]


@pytest.mark.parametrize("asked, want", ERRORS, ids=[
    f"{e[1]}-{i}" for i, e in enumerate(ERRORS)])
def test_every_reply_bears_the_question(port, asked, want):
    """DNS-091, 096: also errors; RD comes back, RA never."""
    for flags in 0, dns.flags.RD:
        asked.flags = flags
        wire = asked.to_wire()
        if want == "BADVERS":
            wire = wire[:-5] + b"\1" + wire[-4:]
        reply = exchange(port, wire)
        end = 12 + len(asked.question[0].name.to_wire()) + 4
        assert reply[:2] == wire[:2] and reply[4:6] == b"\0\1"
        assert reply[12:end] == wire[12:end]
        message = dns.message.from_wire(reply)
        assert dns.rcode.to_text(message.rcode()) == want
        assert message.flags & dns.flags.QR
        assert message.flags & dns.flags.RD == flags
        assert not message.flags & dns.flags.RA


def test_before_the_first_list_too(start, tmp_path):
    """DNS-080, 081, 091, 093: at once, and not a name is denied."""
    (tmp_path / "kubeconfig").write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "clusters": [{"name": "c", "cluster": {
            "server": "http://127.0.0.1:9"}}],
        "contexts": [{"name": "c", "context": {"cluster": "c",
                                               "user": "u"}}],
        "users": [{"name": "u", "user": {}}]}))
    program = start("--kubeconfig", str(tmp_path / "kubeconfig"),
                    "--reverse-zone", "10.96.0.0/16")
    for name in f"plain.{ZONE}", "x.y.", "1.0.96.10.in-addr.arpa.", SVC:
        reply = ask(program.port, name, use_edns=0)
        outside = name == "x.y."
        assert dns.rcode.to_text(reply.rcode()) == (
            "REFUSED" if outside else "SERVFAIL")
        assert [o.code for o in reply.options] == [20 if outside else 14]
        assert not reply.flags & dns.flags.AA and not reply.authority
    assert ask(program.port, "cluster.local.", "SOA").answer


@pytest.mark.parametrize("own", ["127.0.0.1", "127.0.0.2", "127.9.9.9"])
def test_the_reply_comes_from_where_the_query_went(port, own):
    """DNS-092: a connected socket hears no other; it listens on all."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(10)
        sock.connect((own, port))
        sock.send(query(f"plain.{ZONE}", "A").to_wire())
        assert dns.message.from_wire(sock.recv(512)).answer


@pytest.mark.parametrize("kind", ["A", "SRV", "ANY"])
@pytest.mark.parametrize("size", EDNS_SIZES)
def test_no_reply_is_larger_than_it_may_be(port, size, kind):
    """DNS-094"""
    asked = query(f"big.{ZONE}", kind)
    if size is not None:
        asked.use_edns(0, 0, size)
    reply = exchange(port, asked.to_wire())
    message = dns.message.from_wire(reply)
    assert len(reply) <= min(max(512, size or 0), 1232)
    assert message.flags & dns.flags.TC and message.answer
    assert (message.edns >= 0) == (size is not None)


def test_the_largest_udp_answer_may_be_chosen(start, tmp_path):
    """DNS-143, 144: but a client's smaller size still counts."""
    program = start("lab", "--api", "127.0.0.1:0", "--kubeconfig-out",
                    str(tmp_path / "kubeconfig"), "--max-udp-payload", "4000")
    program.wait_ready()
    api = LabApi.of(program)
    body = service("many", "many")
    del body["spec"]["selector"]
    api.create("services", "default", body)
    api.create("endpointslices", "default", {
        **slice_of("many", "many", []),
        "endpoints": [{"addresses": [f"127.64.9.{n}"]} for n in range(240)]})
    name = f"many.{ZONE}"
    until(lambda: len(records(program.port, name, tcp=True)) == 240, "all")
    for size, want in (4096, 240), (4000, 240), (1232, 73):
        answer = ask(program.port, name, use_edns=0, payload=size)
        assert answer.payload == 4000
        assert len(answer.answer[0]) == want
        assert bool(answer.flags & dns.flags.TC) == (want < 240)


def test_options_go_through_to_it_and_back(port):
    """DNS-094: the client's OPT is passed on unchanged."""
    asked = query(f"few.{ZONE}", "A", use_edns=0, want_dnssec=True, options=[
        dns.edns.GenericOption(3, b""), dns.edns.GenericOption(65001, b"x"),
        dns.edns.ECSOption("192.0.2.0", 24)])
    reply = dns.message.from_wire(exchange(port, asked.to_wire()))
    assert {int(o.otype) for o in reply.options} == {3}
    assert reply.ednsflags & dns.flags.DO and len(reply.answer[0]) == 2


def test_connections_are_kept_for_the_next_query(port):
    """DNS-095: forward keeps them for ten seconds; ours last 30, and say
    so to who asks."""
    with socket.create_connection((HOST, port), 10) as sock:
        for i in range(5):
            asked = query(f"few.{ZONE}", "A", use_edns=0, options=[
                dns.edns.GenericOption(11, b"")])
            wire = asked.to_wire()
            sock.sendall(struct.pack("!H", len(wire)) + wire)
            reply = frame(sock)
            keep(reply, True)
            message = dns.message.from_wire(reply)
            assert asked.is_response(message) and message.answer
            (option,) = message.options
            assert (option.otype, option.to_wire()) == (11, b"\1\x2c")


@pytest.mark.parametrize("name, kind", [
    (f"plain.{ZONE}", "AAAA"), (ZONE, "A"), (f"none.{ZONE}", "A"),
    (f"plain.{ZONE}", "A"), (f"outside.{ZONE}", "A"),
    ("cluster.local.", "TXT")])
def test_all_of_the_zone_is_authoritative(port, name, kind):
    """DNS-097: NODATA without AA would be taken for a lame referral."""
    assert ask(port, name, kind).flags & dns.flags.AA


def test_no_record_lowers_the_life_of_the_others(port):
    """DNS-098, 099: a cache goes by the lowest TTL of all, and keeps no denial
    without SOA."""
    for name, kind in ((f"few.{ZONE}", "A"), (f"few.{ZONE}", "SRV"),
                       ("cluster.local.", "NS"), (f"none.{ZONE}", "A"),
                       (f"few.{ZONE}", "TXT")):
        answer = ask(port, name, kind)
        rrsets = answer.answer + answer.authority + answer.additional
        assert {rrset.ttl for rrset in rrsets} == {5}, name
        if not answer.answer:
            assert [r.rdtype for r in answer.authority] == [
                dns.rdatatype.SOA]
    answer = ask(port, f"outside.{ZONE}")
    assert answer.rcode() == dns.rcode.NOERROR and not answer.authority
    assert [r.rdtype for r in answer.answer] == [dns.rdatatype.CNAME]


def test_a_thousand_addresses_come_by_the_first_try_of_tcp(port):
    """DNS-100"""
    name = f"big.{ZONE}"
    assert ask(port, name).flags & dns.flags.TC
    answer = ask(port, name, tcp=True)
    assert not answer.flags & dns.flags.TC
    assert {r.to_text() for r in answer.answer[0]} == {
        f"127.64.{i}.{n}" for i in range(4) for n in range(250)}
    answer = ask(port, name, "SRV", tcp=True)
    assert not answer.flags & dns.flags.TC and len(answer.answer[0]) == 1000
