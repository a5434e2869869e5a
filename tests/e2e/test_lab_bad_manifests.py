# SPDX-License-Identifier: Apache-2.0
"""A thousand broken manifests: each is refused with a Status, or taken whole;
the lab goes on, and nothing half applied is left."""
import copy
import json
import pathlib
import random

import pytest

from harness.lab import Lab

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLE = ROOT / "tests" / "data" / "lab_rules" / "refusals.jsonl"
PLURALS = {
    "Pod": "api/v1/namespaces/default/pods",
    "Service": "api/v1/namespaces/default/services",
    "ConfigMap": "api/v1/namespaces/default/configmaps",
    "Secret": "api/v1/namespaces/default/secrets",
    "PersistentVolumeClaim":
        "api/v1/namespaces/default/persistentvolumeclaims",
    "PersistentVolume": "api/v1/persistentvolumes",
    "StatefulSet": "apis/apps/v1/namespaces/default/statefulsets",
}
DEEP = [[]]
for _ in range(200):
    DEEP = [DEEP]
VALUES = [None, True, -1, 1e300, "", "x" * 100000, "\ufffd\u0001", [], {},
          [None], {"a": {"b": None}}, "9" * 400, DEEP]


def manifests():
    for line in TABLE.read_text().splitlines():
        row = json.loads(line)
        if "was" not in row and row["object"]["kind"] in PLURALS:
            yield row["object"]


def places(value, path=()):
    yield path
    members = value.items() if isinstance(value, dict) else \
        enumerate(value) if isinstance(value, list) else ()
    for key, child in members:
        yield from places(child, path + (key,))


def mutated(dice, manifest):
    """One place below the kind gets another value, or goes."""
    broken = copy.deepcopy(manifest)
    path = dice.choice([p for p in places(broken)
                        if p and p[0] not in ("kind", "apiVersion")])
    parent = broken
    for key in path[:-1]:
        parent = parent[key]
    if dice.random() < 0.2:
        del parent[path[-1]]
    else:
        parent[path[-1]] = copy.deepcopy(dice.choice(VALUES))
    return broken


@pytest.fixture
def send(start, tmp_path):
    lab = Lab(start, tmp_path, "--no-node", "--no-reconcile")
    client = lab.connect()

    def run(method, path, body=None):
        client.request(method, "/" + path, body,
                       {"Content-Type": "application/json"})
        answer = client.getresponse()
        return answer.status, json.loads(answer.read())
    yield run
    client.close()


def taken(send):
    return sum(len(send("GET", path)[1]["items"])
               for path in PLURALS.values())


def test_a_thousand_broken_manifests_do_no_harm(send):
    dice = random.Random(1)
    good = list(manifests())
    before, created = taken(send), 0
    for i in range(1000):
        manifest = mutated(dice, dice.choice(good))
        code, answer = send("POST", PLURALS[manifest["kind"]],
                            json.dumps(manifest))
        if code == 201:
            created += 1
            continue
        assert 400 <= code < 500, (code, answer, manifest)
        assert answer["kind"] == "Status", answer
        assert answer["status"] == "Failure" and answer["message"], answer
        assert code != 422 or answer["details"]["causes"][0]["field"], answer
    assert taken(send) == before + created


def test_bodies_that_are_no_manifests_are_bad_requests(send):
    for body in (b"", b"{", b"[]", b"null", b"\xff\xfe{}", b'{"a":1}{"b":2}',
                 b'"' + b"x" * 2000000 + b'"', b"[" * 100000):
        code, answer = send("POST", PLURALS["Pod"], body)
        assert 400 <= code < 500, (body[:20], code)
        assert answer["kind"] == "Status" and answer["message"]
