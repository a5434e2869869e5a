# SPDX-License-Identifier: Apache-2.0
"""Records that flags add, leave out or let expire sooner."""
import functools

import pytest

from harness.ask import addresses, ask, names_of, rcode, records, texts
from harness.lab import Lab
from harness.objects import pod, service, stateful_set
from harness.until import until

ZONE = "default.svc.cluster.local."
PODS = "default.pod.cluster.local."


@pytest.fixture
def lab(start, tmp_path):
    def run(*flags, env=None):
        lab = Lab(functools.partial(start, env=env), tmp_path,
                  "--listen", "127.0.0.1:0", *flags)
        lab.program.wait_ready()
        return lab
    return run


def create(lab, kind, body, group="/api/v1"):
    return lab.call(
        "POST", f"{group}/namespaces/default/{kind}", body)


def test_names_of_pods_addresses(lab):
    """DNS-056 to 060"""
    insecure = lab("--pods=insecure").program.port
    name = f"10-1-2-3.{PODS}"
    until(lambda: addresses(insecure, name) == {"10.1.2.3"}, "any address")
    assert rcode(insecure, f"10-1-2-3.nobody.{PODS[8:]}") == "NXDOMAIN"
    assert records(insecure, f"FD00--1.{PODS}", "AAAA") == ["fd00::1"]


def test_names_of_the_addresses_that_pods_have(lab):
    """DNS-058"""
    own = lab("--pods=verified", "--endpoints=slices")
    create(own, "pods", pod("p", "x"))
    address = own.wait_pods("p")["p"]
    name = f"{address.replace('.', '-')}.{PODS}"
    until(lambda: addresses(own.program.port, name) == {address}, "its name")
    assert rcode(own.program.port, f"10-1-2-3.{PODS}") == "NXDOMAIN"
    own.call("DELETE", "/api/v1/namespaces/default/pods/p")
    until(lambda: rcode(own.program.port, name) == "NXDOMAIN", "no name")


def test_a_pod_that_is_to_come_is_denied_for_a_second_at_most(lab):
    """DNS-072"""
    own = lab("--no-node", "--negative-ttl", "5")
    port = own.program.port

    def kept(name):
        answer = ask(port, name)
        assert not answer.answer and answer.authority[0][0].minimum == 5
        return answer.authority[0].ttl

    create(own, "services", service("web", "web"))
    create(own, "statefulsets", stateful_set("web", "web", "web", 2),
           "/apis/apps/v1")
    until(lambda: kept(f"web-1.web.{ZONE}") == 1, "denied for a second")
    assert kept(f"web.{ZONE}") == 1
    assert kept(f"web-2.web.{ZONE}") == 5
    assert kept(f"x.web.{ZONE}") == 5
    own.call("PATCH", "/apis/apps/v1/namespaces/default/statefulsets/web",
             {"spec": {"replicas": 3}}, "application/merge-patch+json")
    until(lambda: kept(f"web-2.web.{ZONE}") == 1, "one more")


def test_only_what_is_shown_is_there(lab):
    """DNS-014, 016, 049"""
    own = lab("--service-labels", "dns in (yes)", "--ignore-empty-service",
              "--ptr-hostname-only")
    port = own.program.port
    for name in "seen", "unseen", "empty":
        body = service(name, "x" if name != "empty" else "nobody",
                       headless=False)
        if name != "unseen":
            body["metadata"]["labels"] = {"dns": "yes"}
        create(own, "services", body)
    create(own, "pods", pod("p", "x"))
    own.wait_pods("p")
    until(lambda: records(port, f"seen.{ZONE}"), "the one that is shown")
    (address,) = records(port, f"seen.{ZONE}")
    assert names_of(port, address) == [f"seen.{ZONE}"]
    for name in "unseen", "empty":
        assert rcode(port, f"{name}.{ZONE}") == "NXDOMAIN"
    own.call("PATCH", "/api/v1/namespaces/default/services/unseen",
             {"metadata": {"labels": {"dns": "yes"}}},
             "application/merge-patch+json")
    until(lambda: records(port, f"unseen.{ZONE}"), "shown now")


def test_srv_names_as_corednss(lab):
    """Chapter 21"""
    own = lab("--compat-srv-addresses", "--compat-loose-srv")
    port = own.program.port
    made = create(own, "services", service("s", "x", headless=False))
    (first, *_) = made["spec"]["ports"]
    until(lambda: records(port, f"s.{ZONE}"), "the Service")
    strict = f"_{first['name']}._tcp.s.{ZONE}"
    want = records(port, strict, "SRV")
    assert want
    for name in f"{first['name']}.tcp.s.{ZONE}", f"_._tcp.s.{ZONE}":
        assert records(port, name, "SRV") == want
    assert addresses(port, strict) == {made["spec"]["clusterIP"]}


def test_a_wrong_selector_is_told_with_its_flag(binary):
    import subprocess
    done = subprocess.run(
        [binary, "lab", "--listen", "127.0.0.1:0", "--api", "127.0.0.1:0",
         "--namespace-labels", "a in b"],
        capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "--namespace-labels a in b" in done.stderr


def test_the_name_servers_addresses_may_be_given(lab):
    """DNS-075"""
    own = lab("--ns-addr", "192.0.2.53", "--ns-addr", "2001:db8::53")
    answer = ask(own.program.port, "cluster.local.", "NS")
    assert texts(answer, "NS") == ["ns.dns.cluster.local."]
    assert {r.to_text() for rrset in answer.additional for r in rrset} == {
        "192.0.2.53", "2001:db8::53"}


def test_services_of_our_own_pod_are_the_name_servers(lab):
    """DNS-076: what the downward API says of a pod is that of the lab's."""
    own = lab("--ns-addr", "192.0.2.53", env={
        "POD_NAMESPACE": "default",
        "POD_IPS": "127.64.0.1,127.64.0.2,127.64.0.3"})
    port = own.program.port

    def name_servers():
        answer = ask(port, "cluster.local.", "NS")
        return texts(answer, "NS"), {
            r.to_text() for rrset in answer.additional for r in rrset}
    assert name_servers() == (["ns.dns.cluster.local."], {"192.0.2.53"})
    create(own, "services", service("dns", "dns"))
    create(own, "pods", pod("own", "dns", hostname="own", subdomain="dns"))
    address = own.wait_pods("own")["own"]
    until(lambda: name_servers() == ([f"own.dns.{ZONE}"], {address}),
          "its endpoint")
    assert addresses(port, "ns.dns.cluster.local.") == {"192.0.2.53"}
    own.call("DELETE", "/api/v1/namespaces/default/services/dns")
    until(lambda: name_servers()[0] == ["ns.dns.cluster.local."], "none again")
