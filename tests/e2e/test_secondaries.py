# SPDX-License-Identifier: Apache-2.0
"""Secondary servers follow the zones by NOTIFY, AXFR and IXFR."""
import random
import shutil
import signal
import socket
import ssl
import subprocess

import dns.message
import dns.query
import dns.rcode
import dns.tsig
import pytest

from conftest import REVERSE, ROOT
from harness import secondary
from harness.ask import names_of, records
from harness.cert import make_cert
from harness.lab_process import LabApi
from harness.objects import service, slice_of
from harness.ops import Ops
from harness.secondary import (HOST, KEY, KEY_FILE, SECRET, keyring,
                               transfer)
from harness.until import until

FORWARD = "cluster.local."
ZONES = [FORWARD, "96.10.in-addr.arpa.", "64.127.in-addr.arpa."]
ROUNDS, CHANGES = 4, 250
SIGNED = f"hmac-sha256:{KEY}:{SECRET}"


@pytest.fixture
def primary(start, tmp_path):
    """run(FLAG...): the lab with a key, transfers and TLS."""
    make_cert(tmp_path / "dot.crt", tmp_path / "dot.key")
    (tmp_path / "keys").write_text(KEY_FILE)

    def run(*flags):
        program = start(
            "lab", "--api", "127.0.0.1:0", "--kubeconfig-out",
            str(tmp_path / "kubeconfig"), "--dot", "127.0.0.1:0", "--dot-cert",
            str(tmp_path / "dot.crt"), "--dot-key", str(tmp_path / "dot.key"),
            "--tsig-key", str(tmp_path / "keys"), *flags)
        program.wait_ready()
        program.api = LabApi.of(program)
        return program
    return run


@pytest.fixture
def secondaries(tmp_path):
    started = []
    yield started
    for one in started:
        one.stop()


def edit(api, dice, made):
    """One change: of a Service's addresses, or a Service that comes or goes.
    `made` holds what there is."""
    name = f"s-{dice.randrange(30)}"
    if name not in made:
        headless = dice.random() < 0.7
        body = service(name, name, headless)
        del body["spec"]["selector"]
        api.create("services", "default", body)
        made[name] = headless
    elif dice.random() < 0.15:
        if made[name] == "slice":
            api.delete("endpointslices", "default", name)
        api.delete("services", "default", name)
        del made[name]
    else:
        hosts = sorted(dice.sample(range(1, 250), dice.randrange(1, 12)))
        ends = [{"addresses": [f"127.64.{len(name)}.{n}"],
                 "hostname": f"h-{n}"} for n in hosts]
        if made[name] == "slice":
            api.patch("endpointslices", "default", name, {"endpoints": ends})
        else:
            body = slice_of(name, name, [])
            api.create("endpointslices", "default",
                       {**body, "endpoints": ends})
            made[name] = "slice"


def fill(api):
    """Enough that steps are shorter than the whole."""
    for i in 1, 2:
        name = f"large-{i}"
        body = service(name, name)
        del body["spec"]["selector"]
        api.create("services", "default", body)
        hosts = [(a, b) for a in range(4) for b in range(250)]
        api.create("endpointslices", "default", {
            **slice_of(name, name, []),
            "endpoints": [{"addresses": [f"127.64.{100 * i + a}.{b}"],
                           "hostname": f"h-{a}-{b}"} for a, b in hosts]})


def follows(one, port):
    return all(secondary.serial(one.port, zone) == secondary.serial(port, zone)
               for zone in ZONES)


def test_secondaries_follow_a_thousand_changes(primary, secondaries, tmp_path):
    """DNS-200 to 206: what they have in the end is what we have, to the
    byte, and they came there by steps."""
    kinds = [kind for kind in secondary.ALL if kind.is_here()]
    if not kinds:
        pytest.skip("none of NSD, KNOT, BIND IS INSTALLED: nobody follows")
    ports = [secondary.free_port() for _ in kinds]
    flags = [f for port in ports
             for f in ("--notify", f"{HOST}:{port},key:{KEY}")]
    program = primary("--allow-transfer", f"key:{KEY}", "--ops",
                      f"unix:{tmp_path}/ops", *flags)
    port, tls_port = program.ports()[:2]
    for kind, own in zip(kinds, ports):
        secondaries.append(kind(tmp_path, own, port, ZONES, tls_port).start())
    for one in secondaries:
        until(lambda one=one: follows(one, port), f"{one.name} has the zones")

    def settled():
        before = [secondary.serial(port, zone) for zone in ZONES]
        return all(follows(one, port) for one in secondaries) and \
            before == [secondary.serial(port, zone) for zone in ZONES]
    fill(program.api)
    dice, made = random.Random(4), {}
    for _ in range(ROUNDS):
        for _ in range(CHANGES):
            edit(program.api, dice, made)
        until(settled, "all follow", 60, 0.1)
    for zone in ZONES:
        ours = transfer(port, zone, signed=True)
        assert len(ours) > 1 and (zone != FORWARD or len(ours) > 5000)
        for one in secondaries:
            assert transfer(one.port, zone) == ours, (one.name, zone)
    counts = Ops(f"{tmp_path}/ops").metrics()
    assert counts['statefuld_dns_transfers_total{kind="ixfr"}'] > len(kinds)
    assert counts['statefuld_dns_transfers_total{kind="axfr"}'] >= len(kinds)
    assert counts['statefuld_dns_notify_total{result="acknowledged"}'] > \
        len(kinds) * ROUNDS


@pytest.mark.parametrize("kind, file, place", [
    (secondary.Nsd, "nsd.conf", "@"), (secondary.Knot, "knot.conf", "@"),
    (secondary.Bind, "named.conf", " port ")],
    ids=["nsd", "knot", "bind"])
def test_an_example_follows_the_zones(primary, secondaries, tmp_path, kind,
                                      file, place):
    """Those of examples/, as they are but for the address."""
    if not kind.is_here():
        pytest.skip(f"{kind.name.upper()} IS NOT INSTALLED: {file} was not "
                    "tried")
    own = secondary.free_port()
    program = primary(*REVERSE, "--allow-transfer", f"key:{KEY}", "--notify",
                      f"{HOST}:{own},key:{KEY}")
    text = (ROOT / "examples" / file).read_text()
    old = f"192.0.2.53{place}5300"
    assert text.count(old) == 2 - (kind is secondary.Bind)
    text = text.replace(old, f"{HOST}{place}{program.port}")
    one = kind(tmp_path, own, program.port, [])
    secondaries.append(one)
    one.start(one.here() + text.replace("192.0.2.53", HOST))
    zones = [FORWARD, "96.10.in-addr.arpa.", "244.10.in-addr.arpa."]

    def same():
        return all(secondary.serial(own, zone) is not None and
                   secondary.serial(own, zone) ==
                   secondary.serial(program.port, zone) for zone in zones)
    until(same, "it has the zones")
    # It is told of it: by itself it would look after a minute.
    made = program.api.create("services", "default",
                              service("late", "late", headless=False))
    name, address = f"late.default.svc.{FORWARD}", made["spec"]["clusterIP"]
    until(lambda: records(own, name) == [address], "it follows")
    until(lambda: names_of(own, address) == [name], "and back")


def run_tool(*words):
    out = subprocess.run(words, text=True, capture_output=True, timeout=30)
    return out.stdout + out.stderr


def test_tools_transfer_the_zone(primary):
    """DNS-200, 203, 206, and DNS-067: in any case."""
    program = primary("--allow-transfer", f"key:{KEY}")
    port, tls_port = program.ports()
    at = [f"@{HOST}", "-p", str(port)]
    for tool in "dig", "kdig":
        if not shutil.which(tool):
            continue
        text = run_tool(tool, *at, "-y", SIGNED, "Cluster.LOCAL", "AXFR")
        assert text.count("SOA") == 2 and "dns-version.cluster.local" in text
        assert "verif" not in text and "WARNING" not in text.upper(), text
        serial = secondary.serial(port, FORWARD)
        text = run_tool(tool, *at, "-y", SIGNED, FORWARD, f"IXFR={serial}")
        assert text.count("SOA") >= 1 and "TXT" not in text, text
    if shutil.which("dig"):
        text = run_tool("dig", f"@{HOST}", "-p", str(tls_port), "+tls", "-y",
                        SIGNED, FORWARD, "AXFR")
        assert text.count("SOA") == 2, text
    if shutil.which("drill"):
        text = run_tool("drill", *at, "-y", f"{KEY}:{SECRET}:hmac-sha256",
                        "SOA", FORWARD)
        assert "NOERROR" in text, text


def refusal(port, zone, kind="AXFR", tls=None, key=None):
    """RCODE and EDE of a question for a transfer."""
    query = dns.message.make_query(zone, kind, use_edns=0)
    if key is not None:
        query.use_tsig(keyring(key), algorithm="hmac-sha256")
    if tls is not None:
        answer = dns.query.tls(query, HOST, 10, port, ssl_context=tls,
                               server_hostname=HOST)
    else:
        answer = dns.query.tcp(query, HOST, 10, port)
    codes = [option.code for option in answer.options
             if option.otype == dns.edns.OptionType.EDE]
    return dns.rcode.to_text(answer.rcode()), codes


def test_who_may_not_have_it_is_told_why(primary, tmp_path):
    """DNS-191, 196, 201, 205"""
    program = primary("--allow-transfer", f"key:{KEY}", "--allow-transfer",
                      "192.0.2.0/24")
    port, tls_port = program.ports()
    assert refusal(port, FORWARD) == ("REFUSED", [18])
    assert refusal(port, "svc." + FORWARD) == ("NOTAUTH", [])
    assert refusal(port, "example.com.") == ("NOTAUTH", [])
    with pytest.raises(dns.tsig.PeerBadSignature):
        refusal(port, FORWARD, key="AAAA")
    context = ssl.create_default_context(cafile=str(tmp_path / "dot.crt"))
    # dnspython knows no ALPN of its own accord.
    assert refusal(tls_port, FORWARD, tls=context, key=SECRET) == \
        ("REFUSED", [18])
    for kind in "AXFR", "IXFR":
        query = dns.message.make_query(FORWARD, kind)
        answer = dns.query.udp(query, HOST, 10, port, raise_on_truncation=True)
        assert answer.rcode() == dns.rcode.REFUSED


def test_sighup_reads_the_keys_again(primary, tmp_path):
    """DNS-088. A file that is wrong leaves the old keys in force."""
    program = primary("--allow-transfer", f"key:{KEY}")
    port = program.port
    assert len(transfer(port, FORWARD, signed=True)) > 5
    for text, good in ((KEY_FILE.replace(KEY, "other.example"), True),
                       (KEY_FILE.replace(SECRET, "AAAA"), False)):
        (tmp_path / "keys").write_text(text)
        seen = len(program.grep("reload"))
        program.signal(signal.SIGHUP)
        until(lambda seen=seen: len(program.grep("reload")) > seen, "reload")
        if good:
            assert "there is no key " + KEY in program.grep("reload")[-1]
            assert len(transfer(port, FORWARD, signed=True)) > 5
        else:
            with pytest.raises(dns.tsig.PeerBadSignature):
                refusal(port, FORWARD, key=SECRET)


def test_without_the_flag_there_are_no_transfers(primary):
    program = primary()
    assert refusal(program.port, FORWARD) == ("REFUSED", [21])


def test_a_transfer_leaves_others_alone(primary):
    """DNS-184, 207: who does not take what it asked for costs nobody."""
    program = primary("--allow-transfer", "127.0.0.0/8")
    lazy = []
    for _ in range(5):
        sock = socket.create_connection((HOST, program.port), 10)
        dns.query.send_tcp(sock, dns.message.make_query(FORWARD, "AXFR"))
        lazy.append(sock)
    body = service("new", "new")
    program.api.create("services", "default", body)
    program.api.create("endpointslices", "default",
                       slice_of("new", "new", ["127.64.9.9"]))
    assert len(transfer(program.port, FORWARD)) > 5
    for sock in lazy:
        sock.close()
