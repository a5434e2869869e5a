# SPDX-License-Identifier: Apache-2.0
"""The life of a set, over and over, with the n-th write failing, for each n
until no n-th write happens any more."""
import pytest

from conftest import clear
from harness.ask import addresses
from harness.history import History
from harness.kubelet import is_ready
from harness.objects import service, stateful_set
from harness.proxy import Lose, Refuse, Status, is_write
from harness.until import until

ZONE = "svc.cluster.local."
# More writes than one life takes: a set that never comes to rest ends here.
MANY = 60


class Nth:
    """Matches the n-th write of those in a namespace."""

    def __init__(self, n, namespace):
        self.n, self.part, self.seen = n, f"/namespaces/{namespace}/", 0

    def __call__(self, method, path):
        if is_write(method, path) and self.part in path:
            self.seen += 1
            return self.seen == self.n
        return False


def ready_pods(api, ns):
    return {p["metadata"]["name"]: p["status"]["podIP"]
            for p in api.list("pods", ns) if is_ready(p)
            and "deletionTimestamp" not in p["metadata"]}


def told(api, ns, replicas):
    status = api.get("statefulsets", ns, "s")["status"]
    return (status.get("replicas"), status.get("readyReplicas", 0)) == (
        replicas, replicas)


def life(api, ns, port):
    """A set of two is made and scaled to one; each step is awaited."""
    name = f"s.{ns}.{ZONE}"
    with History(api, "pods", ns) as pods, \
            History(api, "persistentvolumeclaims", ns) as claims, \
            History(api, "controllerrevisions", ns) as revisions:
        api.create("services", ns, service("s", "s"))
        api.create("statefulsets", ns, stateful_set(
            "s", "s", "s", 2, claims=[{"name": "d"}]))
        up = until(lambda: len(now := ready_pods(api, ns)) == 2 and now,
                   "both ready", 30)
        until(lambda: addresses(port, name) == set(up.values()), "both known")
        until(lambda: told(api, ns, 2), "status of two", 30)
        api.scale(ns, "s", 1)
        until(lambda: [p["metadata"]["name"] for p in api.list("pods", ns)]
              == ["s-0"], "s-1 goes", 30)
        until(lambda: addresses(port, name) == {up["s-0"]}, "s-0 is left")
        until(lambda: told(api, ns, 1), "status of one", 30)
        assert pods.of("ADDED") == ["s-0", "s-1"]
        until(lambda: pods.of("DELETED") == ["s-1"], "one deletion")
        assert claims.of("ADDED") == ["d-s-0", "d-s-1"]
        assert claims.of("DELETED") == []
        assert len(revisions.of("ADDED")) == 1


@pytest.mark.parametrize("fault", [
    lambda: Status(500, times=1), lambda: Lose(times=1),
    lambda: Refuse(times=1)], ids=["500", "lost answer", "refused"])
def test_every_single_write_may_fail(fault, start, plane, proxy, api, kubelet,
                                     request):
    program = start("--kubeconfig", plane.kubeconfig(
        server=proxy.url, name="proxied.json")).wait_ready()
    kind = request.node.callspec.id.replace(" ", "-")
    for n in range(1, MANY):
        ns = f"torture-{kind}-{n}"
        api.create("namespaces", None, {"metadata": {"name": ns}})
        spoil = fault()
        proxy.rules = [(Nth(n, ns), spoil)]
        try:
            life(api, ns, program.port)
        except AssertionError as e:
            raise AssertionError(f"write {n} failed, then: {e}\n" +
                                 "\n".join(program.lines[-15:])) from e
        finally:
            clear(api, ns)
        if spoil.left:
            break
    assert 8 < n < MANY, "how many writes such a life takes"
