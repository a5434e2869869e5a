# SPDX-License-Identifier: Apache-2.0
"""Headless addresses from pods and from EndpointSlices: once quiet, the real
endpointslice controller's slices and our own reading give the same zone."""
import itertools

import dns.reversename
import pytest

from conftest import REVERSE
from harness.ask import addresses, rcode, verdict
from harness.objects import pod, service, slice_of, stateful_set
from harness.until import until

ZONE = "svc.cluster.local."


@pytest.fixture(scope="module")
def slicer(plane):
    """The real endpointslice controller."""
    process = plane.start_controllers("endpointslice")
    yield process
    process.terminate()
    process.wait(10)


def populate(api, ns):
    """Services of many kinds over the same few pods."""
    def create(body):
        api.create("services", ns, body)

    create(service("peers", "db"))
    create(service("all", "db", publishNotReadyAddresses=True))
    create(service("front", "db", headless=False))
    create(service("portless", "db", ports=()))
    create(service("two-ports", "db", ports=(("web", 80), ("admin", 8080))))
    udp = service("udp", "db")
    udp["spec"]["ports"] = [{"name": "dns", "port": 53, "protocol": "UDP"},
                            {"name": "web", "port": 80,
                             "targetPort": "web"}]
    create(udp)
    create(service("nobody", "no-such-app"))
    unnamed = service("unnamed", "db")
    unnamed["spec"]["ports"] = [{"port": 80, "targetPort": "web"}]
    create(unnamed)
    by_hand = service("by-hand", "x")
    del by_hand["spec"]["selector"]
    create(by_hand)
    api.create("endpointslices", ns, slice_of(
        "by-hand-1", "by-hand", ["10.244.200.1", "10.244.200.2"]))
    api.create("endpointslices", ns, slice_of(
        "by-hand-2", "by-hand", ["10.244.200.2"], hostname="second"))
    api.create("statefulsets", ns, stateful_set("db", "db", "peers", 3))
    api.create("pods", ns, pod("loner", "db"))
    api.create("pods", ns, pod("named", "db", hostname="other",
                               subdomain="two-ports"))
    api.create("pods", ns, pod("stray", "db", hostname="stray",
                               subdomain="elsewhere"))


def every_question(api, ns):
    """(name, type) of all that could exist, and of some that could not."""
    services = api.list("services", ns)
    pods = api.list("pods", ns)
    ips = {p["status"]["podIP"] for p in pods if p["status"].get("podIP")}
    ips |= {"10.244.200.1", "10.244.200.2"}
    hosts = {p["spec"].get("hostname") or p["metadata"]["name"] for p in pods}
    hosts |= {"db-3", "loner", "named", "second"}
    hosts |= {ip.replace(".", "-") for ip in ips}
    ports = [f"_{port}._{protocol}" for port, protocol in itertools.product(
        ("web", "admin", "dns"), ("tcp", "udp", "sctp"))]
    names = [f"{ns}.{ZONE}"]
    for item in services:
        base = f"{item['metadata']['name']}.{ns}.{ZONE}"
        names += [base, f"_tcp.{base}", f"_udp.{base}"]
        names += [f"{prefix}.{base}" for prefix in [*ports, *sorted(hosts)]]
        if item["spec"]["clusterIP"] != "None":
            ips.add(item["spec"]["clusterIP"])
    for name in names:
        for kind in "A", "AAAA", "SRV":
            yield name, kind
    for ip in sorted(ips):
        yield dns.reversename.from_address(ip), "PTR"


@pytest.fixture
def both(start, plane, slicer):
    """The program twice: from pods, and from slices (which does no work)."""
    kubeconfig = plane.kubeconfig()
    pods = start("--kubeconfig", kubeconfig, *REVERSE)
    slices = start("--kubeconfig", kubeconfig, *REVERSE, "--endpoints=slices",
                   "--reconcile=off")
    return pods.wait_ready(), slices.wait_ready()


def same_zone(both, api, ns):
    """Compares every answer; gives the number of those with records."""
    pods, slices = both
    found = 0
    for name, kind in every_question(api, ns):
        a, b = verdict(pods.port, name, kind), verdict(slices.port, name, kind)
        assert a == b, (str(name), kind)
        found += bool(a[1])
    return found


def test_both_give_the_same_zone_once_quiet(both, api, ns, kubelet):
    kubelet.hold(ns, "^db-2$")
    populate(api, ns)
    until(lambda: {p["metadata"]["name"]: p["status"].get("phase")
                   for p in api.list("pods", ns)} == dict.fromkeys(
                       ["db-0", "db-1", "db-2", "loner", "named", "stray"],
                       "Running"), "six pods run", 30)
    found = until(lambda: same_zone(both, api, ns), "the same zone", 30, 0.3)
    assert found > 60
    pods = {p["metadata"]["name"]: p["status"]["podIP"]
            for p in api.list("pods", ns)}
    for program in both:
        assert addresses(program.port, f"all.{ns}.{ZONE}") == set(
            pods.values())
        assert addresses(program.port, f"peers.{ns}.{ZONE}") == set(
            pods.values()) - {pods["db-2"]}
        assert rcode(program.port, f"nobody.{ns}.{ZONE}") == "NXDOMAIN"

    kubelet.let(ns, "^db-2$")
    api.delete("pods", ns, "db-0")
    api.delete("pods", ns, "loner")
    api.delete("services", ns, "portless")
    api.delete("endpointslices", ns, "by-hand-1")
    api.patch("services", ns, "all",
              {"spec": {"publishNotReadyAddresses": False}})
    until(lambda: {p["metadata"]["name"]: p["status"].get("phase")
                   for p in api.list("pods", ns)
                   if p["status"].get("podIP") != pods["db-0"]}
          == dict.fromkeys(["db-0", "db-1", "db-2", "named", "stray"],
                           "Running"), "another db-0, no loner", 30)
    until(lambda: same_zone(both, api, ns), "the same zone again", 30, 0.3)
    assert addresses(both[0].port, f"by-hand.{ns}.{ZONE}") == {
        "10.244.200.2"}


def test_slices_of_another_manager_count_in_both(both, api, ns):
    api.create("services", ns, service("mesh", "no-such-app"))
    api.create("endpointslices", ns, slice_of(
        "mesh-x", "mesh", ["10.244.201.1"], manager="mesh.example.org"))
    for program in both:
        until(lambda: addresses(program.port, f"mesh.{ns}.{ZONE}")
              == {"10.244.201.1"}, "the foreign slice")


def test_a_lost_selector_leaves_the_slices_that_are_there(both, api, ns):
    """The endpointslice controller no longer looks after them, and what they
    say stays true: they are all that is known of the endpoints."""
    api.create("services", ns, service("db", "db"))
    api.create("statefulsets", ns, stateful_set("db", "db", "db", 2))
    for program in both:
        until(lambda: len(addresses(program.port, f"db.{ns}.{ZONE}")) == 2,
              "two addresses", 30)
    known = addresses(both[1].port, f"db.{ns}.{ZONE}")
    api.patch("services", ns, "db", {"spec": {"selector": None}})
    until(lambda: same_zone(both, api, ns), "the same zone", 30, 0.3)
    for program in both:
        until(lambda: addresses(program.port, f"db.{ns}.{ZONE}") == known,
              "the same addresses")
