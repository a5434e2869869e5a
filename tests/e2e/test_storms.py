# SPDX-License-Identifier: Apache-2.0
"""Everything goes wrong at once, by script: watches are cut, events
forgotten, requests refused, while hundreds of pods change. When that is over
the zone is what the API server holds, and nothing was written meanwhile."""
import http.client
import json
import os
import pathlib
import random
import subprocess
import time

import pytest

from harness.ask import records
from harness.plane import die_with_parent
from harness.until import until

PODS, PER_SERVICE, SECONDS = 90, 3, 8
SLICES = "/apis/discovery.k8s.io/v1/endpointslices"
FAULTS = ["cut", "cut pods", "gone", "gone pods", "garbage", "long services",
          "truncate pods", "truncate endpointslices", "throttle 5 1",
          "storm 300", "hang 300", "drop", "away 400", "expire 2"]
CHANGES = ["delete", "create", "move"]


class Scripted:
    """The scripted API server; see scripted/command.h for what it takes."""

    def __init__(self, path, *args):
        self.process = subprocess.Popen(
            [path, "--pods", str(PODS), "--per-service", str(PER_SERVICE),
             "--bookmark-ms", "500", "--history", "200", *args],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=die_with_parent)
        self.url = self.process.stdout.readline().split()[1]

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        word, _, rest = self.process.stdout.readline().partition(" ")
        assert word in ("ok", "stats"), f"{command}: {rest}"
        return rest

    def expected(self):
        """{name: addresses that must be answered}"""
        conn = http.client.HTTPConnection(self.url.removeprefix("http://"))
        conn.request("GET", SLICES)
        want = {}
        for item in json.loads(conn.getresponse().read())["items"]:
            meta = item["metadata"]
            service = meta["labels"]["kubernetes.io/service-name"]
            zone = f"{service}.{meta['namespace']}.svc.cluster.local"
            for ordinal in range(PER_SERVICE):
                want[f"{service}-{ordinal}.{zone}"] = []
            for endpoint in item["endpoints"] or []:
                if endpoint["conditions"]["ready"]:
                    name = f"{endpoint['hostname']}.{zone}"
                    want[name] = endpoint["addresses"]
        conn.close()
        return want

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(10) == 0
        self.process.stdout.close()


@pytest.fixture
def scripted(binary):
    path = pathlib.Path(binary).parent / "tests/e2e/scripted/scripted_api"
    if not os.access(path, os.X_OK):
        pytest.skip(f"there is no {path}: make check builds it")
    servers = []

    def run(*args):
        servers.append(Scripted(str(path), *args))
        return servers[-1]

    yield run
    for server in servers:
        server.stop()


def kubeconfig(folder, url):
    path = folder / "kubeconfig"
    path.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "it",
        "clusters": [{"name": "it", "cluster": {"server": url}}],
        "users": [{"name": "it", "user": {}}],
        "contexts": [{"name": "it",
                      "context": {"cluster": "it", "user": "it"}}]}))
    return str(path)


def misbehave(server, seed):
    chance = random.Random(seed)
    limit = time.monotonic() + SECONDS
    server.ask("rate 100")
    while time.monotonic() < limit:
        for _ in range(3):
            server.ask(f"{chance.choice(CHANGES)} {chance.randrange(PODS)}")
        server.ask(chance.choice(FAULTS))
        time.sleep(chance.uniform(0.05, 0.4))
    server.ask("rate 0")
    server.ask("calm")


@pytest.mark.parametrize("endpoints, args", [
    ("pods", ("--watch-list", "on")),
    ("slices", ("--watch-list", "off", "--chunk", "100")),
])
def test_after_all_faults_the_zone_is_the_clusters(
        scripted, start, tmp_path, endpoints, args):
    server = scripted(*args)
    program = start("--kubeconfig", kubeconfig(tmp_path, server.url),
                    "--reconcile=off", "--endpoints=" + endpoints)
    program.wait_ready()
    misbehave(server, seed=endpoints)

    def same():
        for name, addresses in server.expected().items():
            assert (name, records(program.port, name)) == (name, addresses)
        return True
    until(same, "the zone equals the slices", seconds=40, every=0.5)
    assert json.loads(server.ask("stats"))["writes"] == 0
