# SPDX-License-Identifier: Apache-2.0
"""Many StatefulSets through statefuld and through kube-controller-manager, in
turn on one API server: time, CPU and memory side by side. See README.md for how
to read the table."""
import concurrent.futures
import os
import sys
import tempfile
import time

import measure
from harness.api import Api
from harness.kubelet import Kubelet, is_ready
from harness.objects import stateful_set
from harness.plane import ADMIN, Plane

HEAD = ["controller", "create s", "update s", "CPU s", "peak MB"]
THREADS = 8
LIMIT_S = 1800


def each(function, names):
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(function, names))


def until(done, what):
    end = time.monotonic() + LIMIT_S
    while not done():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} took too long")
        time.sleep(0.2)


class Bench:
    def __init__(self, args, plane):
        self.args, self.plane = args, plane
        self.api = Api(plane, ADMIN)
        self.kubelet = Kubelet(self.api, ready_s=0, stop_s=0)

    def begin(self):
        self.kubelet.start()

    def start(self, who):
        if who == "statefuld":
            argv = [measure.program(self.args, "statefuld"), "--kubeconfig",
                    self.plane.kubeconfig(), "--reconcile=on", "--listen",
                    "127.0.0.1:0", "--lame-duck", "0"]
        else:
            argv = [os.path.join(os.environ["KUBEBUILDER_ASSETS"],
                                 "kube-controller-manager"),
                    "--kubeconfig", self.plane.kubeconfig(), "--controllers",
                    "statefulset", "--leader-elect=false",
                    "--concurrent-statefulset-syncs", "50",
                    "--kube-api-qps", "5000", "--kube-api-burst", "10000",
                    "--secure-port", "0", "--port", "0"]
        log = open(self.plane.path(f"bench-{who}.log"), "w")
        return measure.Child(argv, stdout=log, stderr=log)

    def pods(self):
        return list(self.kubelet.pods.values())

    def all_ready(self, n):
        return sum(map(is_ready, self.pods())) == n == len(self.pods())

    def all_new(self, namespace, names):
        def is_new(item):
            status = item["status"]
            return (status.get("updatedReplicas") == self.args.pods
                    == status.get("readyReplicas") and
                    status["currentRevision"] == status["updateRevision"])
        items = self.api.list("statefulsets", namespace)
        return len(items) == len(names) and all(map(is_new, items))

    def make(self, namespace, names, pods):
        self.api.create("namespaces", None, {"metadata": {"name": namespace}})
        each(lambda name: self.api.create(
            "statefulsets", namespace,
            stateful_set(name, name, "", pods)), names)

    def update(self, namespace, names):
        patch = {"spec": {"template": {"metadata": {"annotations": {
            "version": "2"}}}}}
        each(lambda name: self.api.patch("statefulsets", namespace, name,
                                         patch), names)

    def clear(self, namespace):
        for plural in "statefulsets", "pods", "controllerrevisions":
            self.api.call("DELETE", self.api.where(plural, namespace)
                          + "?gracePeriodSeconds=0")
        until(lambda: not self.kubelet.pods, "clearing away")

    def round(self, who, number):
        namespace = f"bench-{number}-{who[:4]}"
        names = [f"s{i}" for i in range(self.args.sets)]
        with self.start(who) as child:
            begin = time.monotonic()
            self.make(namespace, names, self.args.pods)
            until(lambda: self.all_ready(self.args.sets * self.args.pods),
                  "creating")
            until(lambda: self.all_new(namespace, names), "status")
            created = time.monotonic()
            self.update(namespace, names)
            time.sleep(0.5)
            until(lambda: self.all_new(namespace, names), "updating")
            figures = {"create": created - begin,
                       "update": time.monotonic() - created,
                       "cpu": child.cpu_s(), "peak": child.memory_mb("VmHWM")}
        self.clear(namespace)
        return figures

    def quiet(self, n):
        """From start to quiet with so many sets and nothing to do."""
        names = [f"s{i}" for i in range(n)]
        with self.start("statefuld"):
            self.make("quiet", names, 0)
            until(lambda: all(i["status"].get("observedGeneration") == 1
                              for i in self.api.list("statefulsets", "quiet")),
                  "the first status of all sets")
        with self.start("statefuld") as child:
            begin = last = time.monotonic()
            cpu = child.cpu_s()
            while time.monotonic() - last < 3:
                time.sleep(0.05)
                if child.cpu_s() > cpu:
                    cpu, last = child.cpu_s(), time.monotonic()
            time.sleep(60)
            print(f"{n} sets, nothing to do: quiet after {last - begin:.1f} s, "
                  f"{cpu:.2f} s of CPU; {child.memory_mb('VmRSS'):.0f} MB "
                  f"(peak {child.memory_mb('VmHWM'):.0f}); in the next minute "
                  f"{child.cpu_s() - cpu:.2f} s of CPU")


def show(results):
    rows = [[who, *(measure.spread([f[key] for f in figures])
                    for key in ("create", "update", "cpu", "peak"))]
            for who, figures in results.items()]
    measure.print_table(HEAD, rows)
    ours, theirs = results.values()

    def ratio(value):
        return sum(map(value, ours)) / sum(map(value, theirs))
    print(f"ratios: time {ratio(lambda f: f['create'] + f['update']):.2f}, "
          f"CPU {ratio(lambda f: f['cpu']):.3f}, "
          f"peak memory {ratio(lambda f: f['peak']):.3f}")


def main():
    parser = measure.options(__doc__)
    parser.add_argument("--sets", type=int, default=500)
    parser.add_argument("--pods", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--quiet", type=int, default=10000, metavar="SETS",
                        help="0: leave that part out")
    args = parser.parse_args()
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        sys.exit("KUBEBUILDER_ASSETS is not set")
    measure.print_conditions()
    results = {"statefuld": [], "kube-controller-manager": []}
    with tempfile.TemporaryDirectory() as folder:
        plane = Plane(os.environ["KUBEBUILDER_ASSETS"], folder)
        try:
            plane.start()
            bench = Bench(args, plane)
            bench.begin()
            for number in range(args.rounds):
                for who, figures in results.items():
                    figures.append(bench.round(who, number))
                    print(f"# {who}: {figures[-1]}", flush=True)
            if args.rounds:
                show(results)
            if args.quiet:
                bench.quiet(args.quiet)
            bench.kubelet.stop()
        finally:
            plane.stop()
    measure.save(args, results)


if __name__ == "__main__":
    main()
