# SPDX-License-Identifier: Apache-2.0
"""How long after the API server's word a DNS answer follows it.

Starts etcd and kube-apiserver (folder KUBEBUILDER_ASSETS), makes a pod of a
headless Service ready and unready, again and again, and measures from the
first byte of the API server's answer to the status PATCH to the first DNS
answer that shows the change. With COREDNS, the path of a CoreDNS binary, that
is measured as well. See README.md for how to read the table."""
import contextlib
import json
import os
import random
import socket
import ssl
import sys
import tempfile
import time

import measure
from harness.api import Api, ApiError
from harness.plane import ADMIN, Plane, free_port

NAMESPACE, SERVICE, POD = "wait", "db", "db-0"
NAME = f"{POD}.{SERVICE}.{NAMESPACE}.svc.cluster.local"
LIMIT_S = 20
# Before each change, at random; often enough and the controller would be held
# back by its own limit of 20 requests a second.
PAUSE_S = (0.1, 0.2)
GOAL = "goal for --endpoints=pods on an idle machine: p50 0.5, p99 2.0"
HEAD = ["server", "change", "runs", "p50 ms", "p99 ms", "min ms", "max ms"]


class Patcher:
    """Sends status PATCHes with as little of Python as possible between the
    answer's first byte and the clock."""

    def __init__(self, plane):
        context = ssl.create_default_context(cafile=plane.ca)
        raw = socket.create_connection(("127.0.0.1", plane.port))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = context.wrap_socket(raw, server_hostname="127.0.0.1")
        self.path = f"/api/v1/namespaces/{NAMESPACE}/pods/{POD}/status"

    def request(self, status):
        body = json.dumps({"status": status}).encode()
        head = (f"PATCH {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Authorization: Bearer {ADMIN}\r\n"
                "Content-Type: application/merge-patch+json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        return head.encode() + body

    def send(self, status):
        """When the answer began, on the monotonic clock."""
        request = self.request(status)
        self.socket.sendall(request)
        answer = self.socket.recv(65536)
        began_ns = time.monotonic_ns()
        while b"\r\n\r\n" not in answer:
            answer += self.socket.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer.decode(errors="replace"))
        self.read_rest(head, body)
        return began_ns

    def read_rest(self, head, body):
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                left = int(line.partition(b":")[2]) - len(body)
                while left > 0:
                    left -= len(self.socket.recv(65536))
                return
        while not body.endswith(b"0\r\n\r\n"):
            body += self.socket.recv(65536)

    def close(self):
        self.socket.close()


def status(ready, address):
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    word = "True" if ready else "False"
    return {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}],
            "conditions": [{"type": kind, "status": word,
                            "lastTransitionTime": now}
                           for kind in ("Ready", "ContainersReady")]}


def make_objects(api):
    """One Service, and one pod that no controller owns. The endpointslice
    controller leaves out pods whose node there is not."""
    api.call("POST", "/api/v1/nodes", {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-0"}})
    api.create("namespaces", None, {"metadata": {"name": NAMESPACE}})
    api.create("services", NAMESPACE, {
        "metadata": {"name": SERVICE},
        "spec": {"clusterIP": "None", "selector": {"app": SERVICE},
                 "ports": [{"name": "sql", "port": 3306}]}})
    pod = {"metadata": {"name": POD, "labels": {"app": SERVICE}},
           "spec": {"hostname": POD, "subdomain": SERVICE,
                    "nodeName": "node-0",
                    "containers": [{"name": "main", "image": "image:1"}]}}
    # Where the default service account is asked for, it may be late.
    for attempt in range(50):
        try:
            api.create("pods", NAMESPACE, pod)
            return
        except ApiError:
            if attempt == 49:
                raise
            time.sleep(0.1)


def change(patcher, probe, ready, address):
    """Milliseconds from the API server's word to the right answer."""
    probe.begin(NAME, address if ready else "-")
    time.sleep(random.uniform(*PAUSE_S))
    word_ns = patcher.send(status(ready, address))
    return (probe.right_ns() - word_ns) / 1e6


def measure_server(args, plane, port):
    patcher = Patcher(plane)
    figures = {"appears": [], "leaves": []}
    patcher.send(status(False, "10.1.0.1"))
    with measure.Probe(args, port, args.interval_us, LIMIT_S) as probe:
        probe.begin(NAME, "-")  # also waits until the zone is there
        probe.right_ns()
        for run in range(args.warm_up + args.runs):
            address = f"10.1.{1 + run // 250}.{1 + run % 250}"
            appears = change(patcher, probe, True, address)
            leaves = change(patcher, probe, False, address)
            if run >= args.warm_up:
                figures["appears"].append(appears)
                figures["leaves"].append(leaves)
    patcher.close()
    return figures


@contextlib.contextmanager
def statefuld(args, plane, endpoints, log):
    port = free_port()
    with measure.Child(
            [measure.need(args.statefuld), "--kubeconfig", plane.kubeconfig(),
             "--listen", f"127.0.0.1:{port}", "--endpoints=" + endpoints,
             "--lame-duck", "0"], stdout=log, stderr=log):
        yield port


@contextlib.contextmanager
def coredns(plane, folder, log):
    port = free_port()
    corefile = os.path.join(folder, "Corefile")
    with open(corefile, "w") as file:
        file.write(f"cluster.local:{port} {{\n  bind 127.0.0.1\n"
                   f"  kubernetes cluster.local {{\n"
                   f"    kubeconfig {plane.kubeconfig()}\n  }}\n}}\n")
    with measure.Child([os.environ["COREDNS"], "-conf", corefile],
                       stdout=log, stderr=log):
        yield port


def servers(args, plane, folder, log):
    """Name and context of each; the endpointslice controller starts in front
    of the first one that needs it, as it takes CPU time from the others."""
    yield "statefuld --endpoints=pods", statefuld(args, plane, "pods", log)
    plane.start_controllers("endpointslice")
    yield ("endpointslice controller + statefuld --endpoints=slices",
           statefuld(args, plane, "slices", log))
    if os.environ.get("COREDNS"):
        yield ("endpointslice controller + CoreDNS",
               coredns(plane, folder, log))


def show(name, figures):
    for what, runs in figures.items():
        yield [name, what, str(len(runs)),
               f"{measure.percentile(runs, 50):.2f}",
               f"{measure.percentile(runs, 99):.2f}",
               f"{min(runs):.2f}", f"{max(runs):.2f}"]


def parse_options():
    parser = measure.options(__doc__)
    parser.add_argument("--statefuld", metavar="FILE",
                        help="default: statefuld of the build folder")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--interval-us", type=int, default=20, metavar="N",
                        help="pause between questions, default 20")
    parser.add_argument("--log", metavar="FILE",
                        help="append what the DNS servers say")
    args = parser.parse_args()
    args.statefuld = args.statefuld or os.path.join(args.build, "statefuld")
    return args


def main():
    args = parse_options()
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    if not assets:
        sys.exit("set KUBEBUILDER_ASSETS to the folder of kube-apiserver, "
                 "etcd and kube-controller-manager")
    results = {}
    measure.print_conditions()
    with tempfile.TemporaryDirectory() as folder, \
            open(args.log or os.devnull, "ab") as log:
        plane = Plane(assets, folder)
        try:
            plane.start()
            make_objects(Api(plane, ADMIN))
            for name, server in servers(args, plane, folder, log):
                with server as port:
                    results[name] = measure_server(args, plane, port)
        finally:
            plane.stop()
    measure.print_table(HEAD, [row for name, figures in results.items()
                               for row in show(name, figures)])
    print(GOAL)
    measure.print_conditions()
    measure.save(args, results)


if __name__ == "__main__":
    main()
