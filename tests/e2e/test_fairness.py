# SPDX-License-Identifier: Apache-2.0
"""Many sets at once: none waits for another that is slow, large or failing."""
import time

import pytest

from harness.objects import stateful_set
from harness.proxy import Hold, Status, is_write
from harness.until import stays, until

SETS = 50
AT_A_TIME = 10      # requests of one set


@pytest.fixture
def proxied(start, plane, proxy):
    kubeconfig = plane.kubeconfig(server=proxy.url, name="proxied.json")
    return lambda *args: start("--kubeconfig", kubeconfig, *args).wait_ready()


@pytest.fixture
def other(api, ns):
    """A second namespace, whose writes can be told from the path."""
    name = ns + "-other"
    api.create("namespaces", None, {"metadata": {"name": name}})
    yield name
    for plural in "statefulsets", "pods":
        api.call("DELETE", api.where(plural, name) + "?gracePeriodSeconds=0")


def writes_in(namespace, skip=0):
    """Matches writes there, but for so many POSTs of pods that come first."""
    seen = []

    def match(method, path):
        if not is_write(method, path) or f"/{namespace}/" not in path \
                or "/events" in path:
            return False
        if method == "POST" and path.endswith("/pods"):
            seen.append(path)
        return len(seen) > skip
    return match


def pods_of_small(api, ns):
    """One pod for each of many small sets, once all are there."""
    pods = {p["metadata"]["name"] for p in api.list("pods", ns)}
    return pods == {f"s{i}-0" for i in range(SETS)}


def make_small(api, ns):
    for i in range(SETS):
        api.create("statefulsets", ns, stateful_set(f"s{i}", f"s{i}", "", 1))


@pytest.mark.parametrize("fault", [
    Hold, lambda: Status(500), lambda: Status(429, retry_after=60),
], ids=["hangs", "500", "429"])
def test_a_set_whose_writes_fail_holds_up_no_other(
        proxied, proxy, ns, other, api, kubelet, fault):
    fault = fault()
    proxy.rules = [(writes_in(other), fault)]
    proxied()
    api.create("statefulsets", other, stateful_set(
        "bad", "bad", "", 40, podManagementPolicy="Parallel"))
    until(lambda: fault.n > 0, "the bad one is tried")
    make_small(api, ns)
    until(lambda: pods_of_small(api, ns), "a pod for each of the others", 25)
    assert api.list("pods", other) == []
    proxy.rules = []
    if isinstance(fault, Hold):
        fault.let_go()


def test_a_large_set_leaves_room_for_small_ones(
        proxied, proxy, ns, other, api, kubelet):
    # Batches of 1, 2, 4 and 8 pass, and then one of 16 begins.
    hold = Hold()
    proxy.rules = [(writes_in(other, skip=15), hold)]
    proxied()
    api.create("statefulsets", other, stateful_set(
        "big", "big", "", 100, podManagementPolicy="Parallel"))
    until(lambda: hold.n == AT_A_TIME, "its share is under way")
    make_small(api, ns)
    until(lambda: pods_of_small(api, ns), "a pod for each of the others", 25)
    stays(lambda: hold.n == AT_A_TIME, "no more than its share")
    hold.let_go()
    until(lambda: len(api.list("pods", other)) == 100, "the rest of it", 25)


def test_requests_a_second_are_limited_where_asked(
        proxied, proxy, ns, api, kubelet):
    begin = time.monotonic()
    proxied("--kube-api-qps", "5", "--kube-api-burst", "10")
    make_small(api, ns)

    def writes():
        return len([e for e in list(proxy.log) if is_write(*e[:2])])
    until(lambda: writes() >= 20, "the burst, and ten more", 25)
    assert writes() <= 10 + 5 * (time.monotonic() - begin)
