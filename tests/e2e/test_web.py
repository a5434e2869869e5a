# SPDX-License-Identifier: Apache-2.0
"""The manifest of the README, applied with kubectl to a real API server."""
import re
import shutil
import subprocess

import pytest

from conftest import ROOT
from harness.ask import addresses, names_of, rcode, records
from harness.until import stays, until

ZONE = "svc.cluster.local."


@pytest.fixture
def web(sut, ns, kubectl, wait_pods):
    """The two pods with their addresses, all in the DNS."""
    kubectl("-n", ns, "apply", "-f", str(ROOT / "examples" / "web.yaml"))
    pods = wait_pods("web-0", "web-1")
    until(lambda: addresses(sut.port, f"nginx.{ns}.{ZONE}")
          == set(pods.values()), "both addresses")
    return pods


def test_each_pod_waits_until_the_one_before_it_is_ready(
        sut, ns, api, kubelet, kubectl, wait_pods):
    kubelet.hold(ns, "^web-0$")
    kubectl("-n", ns, "apply", "-f", str(ROOT / "examples" / "web.yaml"))

    def running():
        pod = api.find("pods", ns, "web-0")
        return pod and pod["status"].get("phase") == "Running"
    until(running, "web-0 runs")
    stays(lambda: api.find("pods", ns, "web-1") is None,
          "web-1 came before web-0 was ready", 0.5)
    assert rcode(sut.port, f"web-0.nginx.{ns}.{ZONE}") == "NXDOMAIN"
    kubelet.let(ns, "^web-0$")
    pods = wait_pods("web-0", "web-1")
    until(lambda: addresses(sut.port, f"web-0.nginx.{ns}.{ZONE}")
          == {pods["web-0"]}, "web-0's address")


def test_claims_come_with_the_pods_and_are_mounted(web, ns, api):
    claims = {c["metadata"]["name"]
              for c in api.list("persistentvolumeclaims", ns)}
    assert claims == {"www-web-0", "www-web-1"}
    for name in web:
        volumes = api.get("pods", ns, name)["spec"]["volumes"]
        assert [v["persistentVolumeClaim"]["claimName"] for v in volumes
                if "persistentVolumeClaim" in v] == [f"www-{name}"]


def test_names_addresses_ports_and_reverse_names_agree(web, sut, ns):
    service = f"nginx.{ns}.{ZONE}"
    for name, address in web.items():
        assert addresses(sut.port, f"{name}.{service}") == {address}
        assert names_of(sut.port, address) == [f"{name}.{service}"]
    targets = [r.split() for r in
               records(sut.port, f"_web._tcp.{service}", "SRV")]
    assert sorted(t[3] for t in targets) == [f"{n}.{service}"
                                             for n in sorted(web)]
    assert {(t[0], t[2]) for t in targets} == {("0", "80")}
    assert len({t[1] for t in targets}) == 1 and int(targets[0][1]) >= 1


TOOLS = {
    "dig": ["-p", "{port}", "@127.0.0.1", "{name}", "{kind}", "+norec"],
    "drill": ["-p", "{port}", "@127.0.0.1", "{name}", "{kind}"],
    "kdig": ["-p", "{port}", "@127.0.0.1", "{name}", "{kind}"],
    "nslookup": ["-port={port}", "-type={kind}", "{name}", "127.0.0.1"],
}


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_the_usual_tools_show_it(tool, web, sut, ns):
    if not shutil.which(tool):
        pytest.skip(f"there is no {tool}")

    def run(name, kind):
        args = [a.format(port=sut.port, name=name, kind=kind)
                for a in TOOLS[tool]]
        done = subprocess.run([tool, *args], text=True, capture_output=True,
                              timeout=20)
        assert done.returncode == 0, done.stdout + done.stderr
        assert not re.search(r"WARNING: (?!.local is)|[Mm]alformed|[Mm]ismatch",
                             done.stdout + done.stderr), done.stdout
        return done.stdout

    service = f"nginx.{ns}.{ZONE}"
    address = web["web-0"]
    assert re.search(rf"\b{re.escape(address)}\b",
                     run(f"web-0.{service}", "A"))
    both = run(service, "A")
    assert all(re.search(rf"\b{re.escape(a)}\b", both) for a in web.values())
    backwards = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
    assert f"web-0.{service}" in run(backwards, "PTR")
    assert f"web-1.{service}" in run(f"_web._tcp.{service}", "SRV")


def test_a_deleted_pod_returns_under_its_name_with_a_new_address(
        web, sut, ns, kubectl, api, wait_pods):
    before = api.get("pods", ns, "web-1")["metadata"]["uid"]
    kubectl("-n", ns, "delete", "pod", "web-1", "--wait=false")
    until(lambda: (api.find("pods", ns, "web-1") or {"metadata": {}})
          ["metadata"].get("uid") not in (None, before), "a new web-1")
    after = wait_pods("web-0", "web-1")
    assert after["web-1"] != web["web-1"]
    assert after["web-0"] == web["web-0"]
    service = f"nginx.{ns}.{ZONE}"
    until(lambda: addresses(sut.port, f"web-1.{service}") == {after["web-1"]},
          "the new address")
    assert rcode(sut.port, ".".join(reversed(web["web-1"].split(".")))
                 + ".in-addr.arpa", "PTR") == "NXDOMAIN"


def test_status_is_told_to_the_api(web, ns, api):
    def told():
        status = api.get("statefulsets", ns, "web")["status"]
        return (status.get("replicas"), status.get("readyReplicas"),
                status.get("currentReplicas"), status.get("observedGeneration")
                ) == (2, 2, 2, 1)
    until(told, "status of web")


def test_an_unready_pod_leaves_the_dns_and_returns(web, sut, ns, kubelet):
    name = f"web-0.nginx.{ns}.{ZONE}"
    kubelet.hold(ns, "^web-0$")
    until(lambda: rcode(sut.port, name) == "NXDOMAIN", "it leaves")
    assert addresses(sut.port, f"nginx.{ns}.{ZONE}") == {web["web-1"]}
    kubelet.let(ns, "^web-0$")
    until(lambda: addresses(sut.port, name) == {web["web-0"]}, "it returns")


def test_a_failed_pod_is_replaced(web, sut, ns, api, wait_pods):
    before = api.get("pods", ns, "web-0")["metadata"]["uid"]
    api.patch("pods", ns, "web-0", {"status": {"phase": "Failed"}}, "/status")
    until(lambda: (api.find("pods", ns, "web-0") or {"metadata": {}})
          ["metadata"].get("uid") not in (None, before), "a new web-0")
    pods = wait_pods("web-0", "web-1")
    assert pods["web-1"] == web["web-1"] and pods["web-0"] != web["web-0"]
    until(lambda: addresses(sut.port, f"web-0.nginx.{ns}.{ZONE}")
          == {pods["web-0"]}, "the new address")


def test_a_deleted_set_leaves_its_pods_to_others(web, sut, plane, ns, api):
    """We are not asked to collect garbage. The lab's server does."""
    api.delete("statefulsets", ns, "web")
    until(lambda: api.find("statefulsets", ns, "web") is None, "it is gone")
    if plane.is_lab:
        until(lambda: rcode(sut.port, f"web-0.nginx.{ns}.{ZONE}")
              == "NXDOMAIN", "the pods are collected")
        return
    stays(lambda: len(api.list("pods", ns)) == 2, "pods stay", 0.5, 0.1)
    assert addresses(sut.port, f"nginx.{ns}.{ZONE}") == set(web.values())
