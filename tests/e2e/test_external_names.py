# SPDX-License-Identifier: Apache-2.0
"""ExternalName Services: a CNAME, and what it leads to (DNS-051 to 055)."""
import pytest

from harness.ask import ask, rcode, records, texts
from harness.lab import Lab
from harness.objects import service
from harness.until import until

ZONE = "default.svc.cluster.local."
SERVICES = "/api/v1/namespaces/default/services"


def external(name, target):
    body = service(name, "x")
    body["spec"] = {"type": "ExternalName", "externalName": target}
    return body


@pytest.fixture
def lab(start, tmp_path):
    lab = Lab(start, tmp_path, "--listen", "127.0.0.1:0")
    lab.program.wait_ready()
    return lab


def test_an_external_name_leads_to_what_is_there(lab):
    port = lab.program.port
    made = lab.call("POST", SERVICES, service("real", "x", headless=False))
    address = made["spec"]["clusterIP"]
    lab.call("POST", SERVICES, external("alias", "real." + ZONE.rstrip(".")))
    until(lambda: records(port, f"alias.{ZONE}", "A") == [address], "alias")
    answer = ask(port, f"alias.{ZONE}", "A")
    assert texts(answer, "CNAME") == [f"real.{ZONE}"]
    assert records(port, f"alias.{ZONE}", "SRV")
    assert rcode(port, f"x.alias.{ZONE}") == "NXDOMAIN"

    lab.call("DELETE", SERVICES + "/real")
    until(lambda: rcode(port, f"alias.{ZONE}") == "NXDOMAIN", "no target")
    answer = ask(port, f"alias.{ZONE}", "A")
    assert texts(answer, "CNAME") == [f"real.{ZONE}"]
    assert answer.authority[0].name.to_text() == "cluster.local."


def test_a_target_may_change_and_may_be_elsewhere(lab):
    port = lab.program.port
    lab.call("POST", SERVICES, external("far", "www.example.org"))
    until(lambda: records(port, f"far.{ZONE}", "CNAME"), "far")
    answer = ask(port, f"far.{ZONE}", "AAAA")
    assert texts(answer, "CNAME") == ["www.example.org."]
    assert not answer.authority
    lab.call("PATCH", SERVICES + "/far",
             {"spec": {"externalName": "www.example.net"}},
             "application/merge-patch+json")
    until(lambda: records(port, f"far.{ZONE}", "CNAME")
          == ["www.example.net."], "the new target")
    lab.call("PATCH", SERVICES + "/far",
             {"spec": {"externalName": "192.0.2.1"}},
             "application/merge-patch+json")
    until(lambda: rcode(port, f"far.{ZONE}") == "NXDOMAIN", "no name")
    until(lambda: any("names left out" in line for line in lab.program.lines),
          "a line in the log")
