# SPDX-License-Identifier: Apache-2.0
"""The compliance probes of RFC 8906 and ISC's tester, raw octets against the
running program, and what DNS tools make of the answers."""
import hashlib
import hmac
import shutil
import socket
import struct
import subprocess
import time

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest

from conftest import ROOT
from harness.ask import ask, rcode
from harness.ops import Ops
from harness.until import until
from harness.wire import exchange

APEX = dns.name.from_text("cluster.local.")
WEB_0 = "web-0.nginx.default.svc.cluster.local."
AA, TC, RD, RA, Z, AD, CD = 0x400, 0x200, 0x100, 0x80, 0x40, 0x20, 0x10
NSID, EXPIRE, COOKIE, ECS = 3, 9, 10, 8
CLIENT = bytes.fromhex("2464c4abcf10c957")
TYPES = """A NS MD MF CNAME SOA MB MG MR NULL WKS PTR HINFO MINFO MX TXT RP
AFSDB X25 ISDN RT NSAP NSAP-PTR SIG KEY PX GPOS AAAA LOC NXT SRV NAPTR KX CERT
A6 DNAME APL DS SSHFP IPSECKEY RRSIG NSEC DNSKEY DHCID NSEC3 NSEC3PARAM TLSA
SMIMEA HIP CDS CDNSKEY OPENPGPKEY SPF TYPE56 NID L32 L64 LP EUI48 EUI64 URI CAA
TYPE258 TYPE259 TYPE32769 TYPE666 TYPE1000""".split()


@pytest.fixture(scope="module")
def served(binary):
    """A lab with two pods; the probes change nothing in it."""
    from harness.daemon import Statefuld
    program = Statefuld(binary, [
        "lab", "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--apply",
        str(ROOT / "examples" / "web.yaml"), "--nsid", "probe"])
    program.wait_ready()
    until(lambda: rcode(program.port, WEB_0) == "NOERROR", "web-0 in DNS")
    yield program
    program.stop()


def question(kind="SOA", flags=0, opt=None, ident=0x1234, name=APEX):
    """A query's octets; opt: (version, size, flags, [(code, data)])."""
    kind = dns.rdatatype.from_text(kind)
    wire = struct.pack("!6H", ident, flags, 1, 0, 0, opt is not None)
    wire += name.to_wire() + struct.pack("!2H", kind, 1)
    if opt is None:
        return wire
    version, size, ext, options = opt
    data = b"".join(struct.pack("!2H", c, len(d)) + d for c, d in options)
    return wire + struct.pack("!BHHBBHH", 0, 41, size, 0, version, ext,
                              len(data)) + data


def options(message):
    return {int(o.otype): o for o in message.options}


def probe(served, wire, tcp=False, size=512):
    """What holds for every answer to opcode 0."""
    reply = exchange(served.port, wire, tcp)
    assert reply[:2] == wire[:2]
    flags, asked = (struct.unpack("!H", w[2:4])[0] for w in (reply, wire))
    assert flags & 0x8000 and not flags & (RA | Z | AD | CD)
    assert flags & RD == asked & RD
    assert tcp or len(reply) <= size
    message = dns.message.from_wire(reply)
    assert message.question == dns.message.from_wire(wire).question
    assert (message.edns >= 0) == (wire[11] > 0)
    if message.edns >= 0:
        assert message.edns == 0 and not message.ednsflags & ~0xff008000
        assert 100 not in options(message)
    return message


def good(message):
    return (message.rcode() == dns.rcode.NOERROR
            and message.flags & dns.flags.AA)


def has_soa(message):
    return [r.rdtype for r in message.answer] == [dns.rdatatype.SOA]


def edns(version=0, size=4096, flags=0, options=()):
    return version, size, flags, options


DROPPED = 'statefuld_dns_dropped_total{reason="loop"}'
MANY = [(NSID, b""), (ECS, b"\0\1\0\0"), (EXPIRE, b""), (COOKIE, CLIENT)]


@pytest.mark.parametrize("name, kind, opt, tcp", [
    ("dns", "SOA", None, False), ("tcp", "SOA", None, True),
    ("edns", "SOA", edns(), False), ("edns@512", "DNSKEY",
                                     edns(size=512, flags=0x8000), False),
    ("ednsopt", "SOA", edns(options=[(100, b"")]), False),
    ("do", "SOA", edns(flags=0x8000), False),
    ("ednsflags", "SOA", edns(flags=0x80), False),
    ("optlist", "SOA", edns(options=MANY), False),
    ("ednsnsid", "SOA", edns(options=MANY[:1]), False),
    ("ednssubnet", "SOA", edns(options=MANY[1:2]), False),
    ("ednsexpire", "SOA", edns(options=MANY[2:3]), False),
    ("ednscookie", "SOA", edns(options=MANY[3:]), False),
    ("ednstcp", "DNSKEY", edns(size=512, flags=0x8000), True),
    ("bind11", "SOA", edns(flags=0x8000, options=MANY[3:]), False),
])
def test_version_0_is_answered(served, name, kind, opt, tcp):
    """DNS-140 to 150, 161"""
    size = max(512, min(opt[1], 1232)) if opt else 512
    message = probe(served, question(kind, opt=opt), tcp, size)
    assert good(message)
    assert has_soa(message) == (kind == "SOA")
    found = options(message)
    asked = {code for code, _ in opt[3]} if opt else set()
    assert set(found) == asked & {NSID, EXPIRE, COOKIE}
    if COOKIE in found:
        assert found[COOKIE].to_wire()[:8] == CLIENT
        assert len(found[COOKIE].to_wire()) == 24
    if opt:
        assert bool(message.ednsflags & 0x8000) == bool(opt[2] & 0x8000)


@pytest.mark.parametrize("flags, opts", [
    (0, []), (0, [(100, b"")]), (0x8000, []), (0x80, [])]
    + [(0, [one]) for one in MANY])
def test_later_versions_are_told_ours(served, flags, opts):
    """DNS-142"""
    message = probe(served, question(opt=edns(1, flags=flags, options=opts)),
                    size=1232)
    assert message.rcode() == dns.rcode.BADVERS and message.edns == 0
    assert not message.answer and not message.authority


@pytest.mark.parametrize("flag", [AA, AD, CD, RA, RD, TC, Z])
def test_flags_of_a_query_change_nothing(served, flag):
    """DNS-122, 130"""
    assert has_soa(probe(served, question(flags=flag)))


def test_do_and_cd(served):
    message = probe(served, question(flags=CD, opt=edns(flags=0x8000)),
                    size=1232)
    assert good(message) and message.ednsflags & 0x8000
    message = probe(served, question(flags=AD | RD, opt=edns(
        options=MANY[3:])), size=1232)
    assert good(message) and has_soa(message)


@pytest.mark.parametrize("flags", [0, TC | RD | RA | CD | AD | AA | Z])
@pytest.mark.parametrize("tcp", [False, True])
def test_unknown_opcodes_get_a_header(served, flags, tcp):
    """DNS-132"""
    wire = struct.pack("!6H", 7, 15 << 11 | flags, 0, 0, 0, 0)
    assert exchange(served.port, wire, tcp) == struct.pack(
        "!6H", 7, 0x8000 | 15 << 11 | flags & RD | 4, 0, 0, 0, 0)


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_answered(served, kind):
    """DNS-068"""
    message = probe(served, question(kind))
    assert good(message)
    assert bool(message.answer) == (kind in ("SOA", "NS"))
    if kind not in ("SOA", "NS"):
        assert message.authority[0].rdtype == dns.rdatatype.SOA


def tsig(name, secret, message):
    """RFC 8945 4.3.3, for a query."""
    algorithm = dns.name.from_text("hmac-sha256.").to_wire()
    now = struct.pack("!HIH", 0, int(time.time()), 300)
    variables = name + struct.pack("!HI", 255, 0) + algorithm + now
    mac = hmac.new(secret, message + variables + b"\0\0\0\0",
                   hashlib.sha256).digest()
    data = (algorithm + now + struct.pack("!H", len(mac)) + mac
            + message[:2] + b"\0\0\0\0")
    record = name + struct.pack("!HHIH", 250, 255, 0, len(data)) + data
    return (message[:10] + struct.pack("!H", message[11] + 1) + message[12:]
            + record)


def test_a_well_known_key_is_nobodys(served):
    """DNS-197, 205"""
    reply = exchange(served.port, tsig(b"\0", bytes(32), question()))
    assert reply[3] & 15 == dns.rcode.NOTAUTH
    # The last record is a TSIG without a MAC that says BADKEY.
    assert reply[-8:-6] == b"\0\0" and reply[-4:] == b"\0\x11\0\0"


def test_identity_goes_by_both_ways(served):
    """DNS-147, 194"""
    message = dns.message.make_query("ID.server.", "TXT", "CH")
    answer = dns.message.from_wire(exchange(served.port, message.to_wire()))
    assert answer.answer[0][0].strings == (b"probe",)
    assert not answer.flags & dns.flags.AA
    found = options(probe(served, question(opt=edns(options=MANY[:1])),
                          size=1232))
    assert found[NSID].to_wire() == b"probe"


def test_a_cookie_that_comes_back_is_answered(served):
    """DNS-161"""
    first = options(probe(served, question(opt=edns(options=MANY[3:])),
                          size=1232))[COOKIE].to_wire()
    again = options(probe(served, question(opt=edns(
        options=[(COOKIE, first)])), size=1232))[COOKIE].to_wire()
    assert again[:16] == first[:16]


QUESTIONS = [
    (WEB_0, "A"), (WEB_0, "AAAA"), (WEB_0, "SRV"), (WEB_0, "ANY"),
    ("nginx.default.svc.cluster.local.", "A"),
    ("nginx.default.svc.cluster.local.", "SRV"),
    ("_web._tcp.nginx.default.svc.cluster.local.", "SRV"),
    ("_tcp.nginx.default.svc.cluster.local.", "A"),
    ("cluster.local.", "SOA"), ("cluster.local.", "NS"),
    ("dns-version.cluster.local.", "TXT"), ("none.cluster.local.", "A"),
    ("WEB-0.Nginx.default.SVC.cluster.local.", "A"),
    ("example.com.", "A"), (".", "NS"),
]


@pytest.mark.parametrize("tool, options", [
    ("dig", []), ("dig", ["+tcp"]), ("dig", ["+noedns"]), ("kdig", []),
    ("kdig", ["+tcp"]), ("kdig", ["+noedns"]), ("drill", []),
    ("drill", ["-t"])])
def test_tools_parse_every_answer(served, tool, options):
    if not shutil.which(tool):
        pytest.skip(f"there is no {tool}")
    for name, kind in QUESTIONS:
        place = ["@127.0.0.1", "-p", str(served.port)]
        words = ([*place, *options, name, kind] if tool != "drill"
                 else ["-p", str(served.port), *options, name, "@127.0.0.1",
                       kind])
        done = subprocess.run([tool, *words], text=True, capture_output=True,
                              timeout=20)
        text = done.stdout + done.stderr
        want = dns.rcode.to_text(ask(served.port, name, kind).rcode())
        assert done.returncode == 0 and want in text, text
        for bad in ("malformed", "warning: extra", "Warning: Message parser",
                    "WARNING: malformed", "trailing garbage"):
            assert bad not in text, text


@pytest.fixture
def limited(start):
    return start("lab", "--api", "127.0.0.1:0", "--rrl", "20", "--rrl-slip",
                 "2").wait_ready()


def test_a_flood_of_one_question_is_limited(limited):
    """DNS-187: cut, dropped, by TCP as ever; DNS-164: and who knows cookies
    gets one that lets him in."""
    wire = question()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.connect(("127.0.0.1", limited.port))
        for _ in range(400):
            s.send(wire)
        s.settimeout(1)
        replies = []
        try:
            while len(replies) < 400:
                replies.append(s.recv(512))
        except TimeoutError:
            pass
        whole = [r for r in replies if not r[2] & 2]
        assert 20 <= len(whole) <= 100
        assert 100 <= len(replies) - len(whole) <= 300
        assert has_soa(dns.message.from_wire(
            exchange(limited.port, wire, tcp=True)))
        s.settimeout(10)
        s.send(question(ident=2, opt=edns(options=MANY[3:])))
        told = dns.message.from_wire(s.recv(1232))
        assert told.id == 2 and told.rcode() == dns.rcode.BADCOOKIE
        cookie = options(told)[COOKIE].to_wire()
        for ident in range(3, 60):
            s.send(question(ident=ident, opt=edns(
                options=[(COOKIE, cookie)])))
            assert has_soa(dns.message.from_wire(s.recv(1232)))


def test_who_may_not_ask_is_refused(start):
    """DNS-189"""
    program = start("lab", "--api", "127.0.0.1:0", "--allow-query",
                    "192.0.2.0/24").wait_ready()
    answer = ask(program.port, WEB_0, use_edns=0)
    assert answer.rcode() == dns.rcode.REFUSED
    assert [int(o.code) for o in answer.options] == [18]


def test_what_comes_from_port_0_is_dropped(start, tmp_path):
    """DNS-113: there is nobody to answer."""
    program = start("lab", "--api", "127.0.0.1:0", "--ops",
                    f"unix:{tmp_path}/ops").wait_ready()
    wire = question()
    datagram = struct.pack("!4H", 0, program.port, 8 + len(wire), 0) + wire
    try:
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                            socket.IPPROTO_UDP)
    except PermissionError:
        pytest.skip("only root may send from port 0")
    with raw:
        raw.sendto(datagram, ("127.0.0.1", 0))
    ops = Ops(f"{tmp_path}/ops")
    until(lambda: ops.metrics()[DROPPED] == 1, "it is counted")
    assert has_soa(dns.message.from_wire(exchange(program.port, wire)))
