# SPDX-License-Identifier: Apache-2.0
"""Where an ExternalName leads out of the zones (DNS-054)."""
import signal
import socket
import threading

import dns.edns
import dns.message
import dns.name
import dns.rcode
import pytest

from harness.ask import ask, records, texts
from harness.lab import Lab
from harness.objects import service
from harness.until import until
from harness.upstream import Upstream, respond

ZONE = "default.svc.cluster.local."
SERVICES = "/api/v1/namespaces/default/services"
SOA = "example.org. 60 SOA a.example.org. b.example.org. 1 2 3 4 30"
WWW = "www.example.org."


def usual(query, tcp):
    """What a resolver says of example.org."""
    name = query.question[0].name.to_text().lower()
    if name == WWW:
        return respond(query, f"{WWW} 60 CNAME web.example.org.",
                       "web.example.org. 30 A 192.0.2.1")
    if name == "big.example.org.":
        if not tcp:
            return respond(query, truncated=True)
        return respond(query, *[f"big.example.org. 60 A 192.0.2.{i}"
                                for i in range(100)])
    if name == "silent.example.org.":
        return None
    if name == "broken.example.org.":
        return respond(query, rcode=2)
    return respond(query, rcode=3, authority=[SOA])


@pytest.fixture
def upstream():
    upstream = Upstream(usual)
    yield upstream
    upstream.close()


@pytest.fixture
def program(start, tmp_path, upstream):
    lab = Lab(start, tmp_path, "--listen", "127.0.0.1:0", "--dns-threads=1",
              "--upstream", f"127.0.0.1:{upstream.port}")
    port = lab.program.wait_ready().port
    for name in "www", "big", "silent", "broken", "missing":
        body = service(name, "x")
        body["spec"] = {"type": "ExternalName",
                        "externalName": f"{name}.example.org"}
        lab.call("POST", SERVICES, body)
    until(lambda: records(port, f"missing.{ZONE}", "CNAME"), "all are there")
    return lab.program


@pytest.fixture
def port(program):
    return program.port


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_what_upstream_says_is_appended(port, upstream, tcp):
    for _ in range(3):
        answer = ask(port, f"WWW.{ZONE}", tcp=tcp)
        assert [(r.name.to_text(), r.ttl) for r in answer.answer[:2]] == [
            (f"WWW.{ZONE}", 5), (WWW, answer.answer[1].ttl)]
        assert texts(answer, "CNAME") == ["web.example.org.", WWW]
        assert texts(answer, "A") == ["192.0.2.1"]
        assert answer.answer[1].ttl <= 60
    assert len(upstream.asked) == 1, "it is kept"
    assert upstream.asked[0][0].name == dns.name.from_text(WWW)


def test_denials_tell_of_the_last_name(port):
    answer = ask(port, f"missing.{ZONE}")
    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert texts(answer, "CNAME") == ["missing.example.org."]
    assert answer.authority[0].name.to_text() == "example.org."


def test_what_is_cut_is_asked_for_by_tcp(port, upstream):
    answer = ask(port, f"big.{ZONE}", tcp=True)
    assert len(texts(answer, "A")) == 100
    assert [tcp for _, tcp in upstream.asked] == [False, True]


def test_failures_are_told_and_hold_nobody_up(port, upstream):
    """SERVFAIL with EDE 22 or 23, in time; others are answered meanwhile."""
    def failed(name, tcp=False):
        answer = ask(port, f"{name}.{ZONE}", use_edns=0, tcp=tcp, timeout=5)
        assert answer.rcode() == dns.rcode.SERVFAIL and not answer.answer
        return [o.code for o in answer.options
                if o.otype == dns.edns.OptionType.EDE]
    assert failed("broken") == [23]
    slow = []
    threads = [threading.Thread(target=lambda tcp=tcp: slow.append(
        failed("silent", tcp))) for tcp in (False, True)]
    for thread in threads:
        thread.start()
    until(lambda: any("silent" in str(q.name).lower()
                      for q, _ in upstream.asked), "it is being asked")
    assert texts(ask(port, f"www.{ZONE}"), "A") == ["192.0.2.1"]
    for thread in threads:
        thread.join()
    assert slow == [[22], [22]]


def test_it_stops_while_lookups_are_under_way(program, upstream):
    query = dns.message.make_query(f"silent.{ZONE}", "A").to_wire()
    with socket.create_connection(("127.0.0.1", program.port)) as tcp, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        tcp.sendall(len(query).to_bytes(2, "big") + query)
        udp.sendto(query, ("127.0.0.1", program.port))
        until(lambda: upstream.asked, "it is being asked")
        program.process.send_signal(signal.SIGINT)
        assert program.wait() == 0
