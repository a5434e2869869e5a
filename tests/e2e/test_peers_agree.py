# SPDX-License-Identifier: Apache-2.0
"""The same zones in NSD and in Knot DNS, by AXFR from us: whatever is asked,
they answer as we do, but for what harness/differences.py lists.

PEERS_QUESTIONS  how many questions (default: 3000)
PEERS_SEED       of the questions (default: 1)
"""
import collections
import os
import random

import dns.name
import dns.rdatatype
import pytest

from harness import secondary
from harness.asked import Asked, Seen, ask_all, seen
from harness.differences import Differences, is_special, plain
from harness.lab_process import LabApi
from harness.objects import service, slice_of
from harness.secondary import KEY, KEY_FILE, transfer
from harness.until import until

ZONES = ["cluster.local.", "96.10.in-addr.arpa.", "64.127.in-addr.arpa.",
         "d.f.ip6.arpa."]
QUESTIONS = int(os.environ.get("PEERS_QUESTIONS", "3000"))
SEED = int(os.environ.get("PEERS_SEED", "1"))
WINDOW = 48

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


BARE = {"empty.svc.cluster.local.", "pod.cluster.local.",
        "svc.cluster.local."}


def records_of(port):
    """{(name, TTL, type, data)} of all zones, in lower case."""
    found = set()
    for zone in ZONES:
        for line in transfer(port, zone, signed=True):
            name, ttl, _, kind, data = line.split(" ", 4)
            found.add((name, int(ttl), dns.rdatatype.from_text(kind), data))
    return found


def names_of(records):
    """All names, and once more those that are of few kinds."""
    names = {record[0] for record in records}
    names |= BARE | {".", "local.", "example.com.", "arpa."}
    every = sorted(map(dns.name.from_text, names))
    return [every, [name for name in every if not name.labels[0].startswith(
        (b"m-", b"six-")) and name.labels[-2:] != (b"arpa", b"")]]


def answers_of(servers, asked):
    """What each says to each question, and what we say to the plain ones."""
    answers = {name: [seen(wire) for wire in wires]
               for name, wires in ask_all(servers, asked).items()}
    special = [i for i, one in enumerate(asked) if is_special(one)]
    wires = ask_all({"us": servers["us"]},
                    [plain(asked[i]) for i in special])["us"]
    answers["plain"] = dict(zip(special, map(seen, wires)))
    return answers


def test_peers_agree(servers):
    dice = random.Random(SEED)
    records = records_of(servers["us"])
    names = names_of(records)
    differences = Differences(ZONES, BARE, records)
    found, wrong = collections.Counter(), []
    for first in range(0, QUESTIONS, WINDOW):
        asked = [Asked(dice, names)
                 for _ in range(min(WINDOW, QUESTIONS - first))]
        answers = answers_of(servers, asked)
        for i, one in enumerate(asked):
            ours = answers["us"][i]
            assert isinstance(ours, Seen), f"{one}: {ours}"
            for peer in servers.keys() - {"us"}:
                theirs, why = answers[peer][i], "equal"
                if ours != theirs:
                    why = differences.explain(one, ours, theirs, peer,
                                              answers["plain"].get(i))
                found[peer, why] += 1
                if why is None:
                    wrong.append(f"{peer}: {one}\n  ours   {ours}\n"
                                 f"  theirs {theirs}")
    print("\n".join(f"{peer} {why}: {n}"
                    for (peer, why), n in sorted(found.items(), key=str)))
    assert not wrong, f"{len(wrong)} differ:\n" + "\n".join(wrong[:10])
    for peer in servers.keys() - {"us"}:
        assert found[peer, "equal"] > QUESTIONS // 2
