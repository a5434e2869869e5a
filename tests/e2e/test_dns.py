# SPDX-License-Identifier: Apache-2.0
"""The DNS side as its clients see it, over a zone that came from the API."""
import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from conftest import REVERSE, has_ipv6, needs_ipv6
from harness.ask import addresses, ask, names_of, rcode, records
from harness.objects import service, slice_of
from harness.until import until

ZONE = "svc.cluster.local."


@pytest.fixture
def served(start, plane, ns, api):
    """A Service with three addresses; UDP and TCP, IPv4 and IPv6."""
    program = start("--kubeconfig", plane.kubeconfig(), *REVERSE,
                    "--reconcile=off", "--listen", "127.0.0.1:0",
                    *(["--listen", "[::1]:0"] if has_ipv6() else [])
                    ).wait_ready()
    body = service("s", "x")
    del body["spec"]["selector"]
    api.create("services", ns, body)
    api.create("endpointslices", ns, slice_of(
        "s-1", "s", ["10.244.210.1", "10.244.210.2", "10.244.210.3"]))
    until(lambda: len(addresses(program.port, f"s.{ns}.{ZONE}")) == 3,
          "three addresses")
    return program


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
@pytest.mark.parametrize("family", [
    pytest.param(0, id="v4"), pytest.param(1, id="v6", marks=needs_ipv6)])
def test_all_transports_give_the_same_answer(served, ns, tcp, family):
    port = served.ports()[family]
    answer = ask(port, f"s.{ns}.{ZONE}", tcp=tcp,
                 host=["127.0.0.1", "::1"][family])
    assert answer.flags & dns.flags.AA
    assert not answer.flags & (dns.flags.TC | dns.flags.RA)
    (rrset,) = answer.answer
    assert rrset.ttl == 5
    assert {r.to_text() for r in rrset} == {
        "10.244.210.1", "10.244.210.2", "10.244.210.3"}


def test_what_is_there_and_what_is_not(served, ns):
    """DNS-027, DNS-037, DNS-059, DNS-062, DNS-069"""
    base = f"s.{ns}.{ZONE}"
    for name, kind, want in [
            (base, "AAAA", "NOERROR"), (base, "TXT", "NOERROR"),
            (f"_tcp.{base}", "A", "NOERROR"), (f"{ns}.{ZONE}", "A", "NOERROR"),
            (ZONE, "A", "NOERROR"), ("pod.cluster.local.", "A", "NOERROR"),
            ("dns.cluster.local.", "A", "NOERROR"),
            (f"t.{ns}.{ZONE}", "A", "NXDOMAIN"),
            (f"x.{base}", "A", "NXDOMAIN"),
            (f"no-such-{ns}.{ZONE}", "A", "NXDOMAIN"),
            ("www.example.com.cluster.local.", "A", "NXDOMAIN"),
            (f"10-0-0-1.{ns}.pod.cluster.local.", "A", "NXDOMAIN")]:
        answer = ask(served.port, name, kind)
        assert dns.rcode.to_text(answer.rcode()) == want, name
        assert not answer.answer
        (soa,) = answer.authority
        assert (soa.name.to_text(), soa.ttl) == ("cluster.local.", 5)
        assert soa[0].minimum == 5
        assert answer.flags & dns.flags.AA


def test_names_outside_are_refused(served):
    for name in ("example.org.", ".", "xcluster.local.",
                 "1.0.0.127.in-addr.arpa."):
        answer = ask(served.port, name, use_edns=0)
        assert dns.rcode.to_text(answer.rcode()) == "REFUSED"
        assert not answer.flags & dns.flags.AA
        assert not answer.answer and not answer.authority
        assert [o.code for o in answer.options
                if o.otype == dns.edns.OptionType.EDE] == [20]


def test_the_apex_and_the_schema_version(served):
    port = served.port
    (soa,) = records(port, "cluster.local.", "SOA")
    assert soa.startswith("ns.dns.cluster.local. hostmaster.cluster.local. ")
    assert records(port, "cluster.local.", "NS") == ["ns.dns.cluster.local."]
    assert addresses(port, "ns.dns.cluster.local.") == {"127.0.0.1"}
    assert records(port, "ns.dns.cluster.local.", "AAAA") == (
        ["::1"] if has_ipv6() else [])
    assert records(port, "dns-version.cluster.local.", "TXT") == ['"1.1.0"']
    (soa,) = records(port, "96.10.in-addr.arpa.", "SOA")
    assert soa.startswith("ns.dns.cluster.local. ")


def test_the_serial_grows_with_each_change(served, ns, api):
    def serial():
        return int(records(served.port, "cluster.local.", "SOA")[0].split()[2])
    before = serial()
    assert serial() == before
    api.create("services", ns, service("t", "x", headless=False))
    until(lambda: rcode(served.port, f"t.{ns}.{ZONE}") == "NOERROR", "t")
    assert 0 < (serial() - before) % 2**32 < 2**31


def test_the_question_comes_back_in_its_own_case(served, ns):
    name = f"S.{ns.upper()}.Svc.CLUSTER.local."
    answer = ask(served.port, name)
    assert answer.question[0].name.to_text() == name
    assert answer.answer[0].name.to_text() == name
    assert len(answer.answer[0]) == 3


def test_what_does_not_fit_is_truncated_and_whole_over_tcp(served, ns, api):
    """DNS-100, DNS-170: 300 addresses in four slices."""
    body = service("big", "x")
    del body["spec"]["selector"]
    api.create("services", ns, body)
    every = [f"10.244.{220 + i // 100}.{1 + i % 100}" for i in range(300)]
    for i in range(0, 300, 75):
        api.create("endpointslices", ns, {
            **slice_of(f"big-{i}", "big", []),
            "endpoints": [{"addresses": [a]} for a in every[i:i + 75]]})
    name = f"big.{ns}.{ZONE}"
    until(lambda: len(records(served.port, name, tcp=True)) == 300, "all 300")
    assert set(records(served.port, name, tcp=True)) == set(every)
    answer = ask(served.port, name, use_edns=0, payload=1232)
    assert answer.flags & dns.flags.TC
    assert len(answer.to_wire()) <= 1232
    assert len(ask(served.port, name).to_wire()) <= 512


def test_ttls_follow_the_flags(start, plane, ns, api):
    program = start("--kubeconfig", plane.kubeconfig(), "--reconcile=off",
                    "--ttl", "30", "--negative-ttl", "2").wait_ready()
    api.create("services", ns, service("c", "x", headless=False))
    name = f"c.{ns}.{ZONE}"
    until(lambda: rcode(program.port, name) == "NOERROR", "c")
    assert ask(program.port, name).answer[0].ttl == 30
    assert ask(program.port, f"d.{ns}.{ZONE}").authority[0].ttl == 2


def test_services_come_and_go(served, ns, api):
    for _ in range(3):
        made = api.create("services", ns, service("c", "x", headless=False))
        name = f"c.{ns}.{ZONE}"
        until(lambda: addresses(served.port, name)
              == {made["spec"]["clusterIP"]}, "it comes")
        api.delete("services", ns, "c")
        until(lambda: rcode(served.port, name) == "NXDOMAIN", "it goes")


def test_ipv6_addresses_forward_and_back(start, plane, ns, api):
    """DNS-035, DNS-037, DNS-039"""
    program = start("--kubeconfig", plane.kubeconfig(), "--reconcile=off",
                    "--reverse-zone", "fd00:10:244::/46").wait_ready()
    body = service("six", "x")
    del body["spec"]["selector"]
    api.create("services", ns, body)
    api.create("endpointslices", ns, slice_of(
        "six-1", "six", ["fd00:10:244::a"], family="IPv6", hostname="host"))
    api.create("endpointslices", ns, slice_of(
        "six-2", "six", ["fd00:10:244:1::"], family="IPv6"))
    name = f"six.{ns}.{ZONE}"
    until(lambda: records(program.port, name, "AAAA")
          == ["fd00:10:244:1::", "fd00:10:244::a"], "both addresses")
    assert rcode(program.port, name) == "NOERROR"
    assert records(program.port, f"host.{name}", "AAAA") == ["fd00:10:244::a"]
    assert names_of(program.port, "fd00:10:244::a") == [f"host.{name}"]
    assert names_of(program.port, "fd00:10:244:1::") == [
        f"fd00-10-244-1--0.{name}"]
