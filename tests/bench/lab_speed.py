# SPDX-License-Identifier: Apache-2.0
"""Pods created through the lab's API and through a real API server's, each
watched by several watchers: rate, delay and memory side by side. See README.md
for how to read the table."""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import measure
from harness.plane import ADMIN, Plane

ROWS = ("memory", "disk", "disk, TLS", "kube-apiserver")
HEAD = ["server", "writes/s", "create ms p50", "p99", "event ms p50", "p99",
        "max", "CPU s", "RSS MB", "peak MB"]


class Lab:
    """`statefuld lab`, the API alone."""

    def __init__(self, args, folder, on_disk, tls):
        self.kubeconfig = os.path.join(folder, "kubeconfig")
        argv = [measure.program(args, "statefuld"), "lab", "--no-node",
                "--no-reconcile", "--api", "127.0.0.1:0", "--listen",
                "127.0.0.1:0", "--kubeconfig-out", self.kubeconfig]
        if on_disk:
            argv += ["--data-dir", os.path.join(folder, "data")]
        if tls:
            argv += self.make_tls(folder)
        self.scheme = "tls" if tls else "plain"
        self.log = open(os.path.join(folder, "lab.log"), "wb")
        self.child = measure.Child(argv, stdout=subprocess.PIPE,
                                   stderr=self.log, text=True)
        for line in self.child.process.stdout:
            if line.strip() == "ready":
                return
        raise RuntimeError("statefuld lab did not get ready")

    @staticmethod
    def make_tls(folder):
        cert, key, token = (os.path.join(folder, name)
                            for name in ("cert", "key", "token"))
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=lab", "-addext", "subjectAltName=IP:127.0.0.1",
             "-days", "1", "-keyout", key, "-out", cert],
            check=True, stderr=subprocess.DEVNULL)
        with open(token, "w") as file:
            file.write(ADMIN + "\n")
        return ["--tls-cert", cert, "--tls-key", key, "--token-file", token]

    @property
    def port(self):
        with open(self.kubeconfig) as file:
            return re.search(r"127\.0\.0\.1:(\d+)", file.read()).group(1)

    def children(self):
        return [self.child]

    def stop(self):
        self.child.process.send_signal(signal.SIGINT)
        self.child.process.stdout.close()
        self.child.process.wait(20)
        self.log.close()


class Known(measure.Child):
    """A process that somebody else started and ends."""

    def __init__(self, process):
        self.process, self.pid = process, process.pid


class Real:
    """etcd and kube-apiserver."""
    scheme = "tls"

    def __init__(self, folder):
        self.plane = Plane(os.environ["KUBEBUILDER_ASSETS"], folder)
        self.plane.start()
        self.port = str(self.plane.port)

    def children(self):
        return [Known(self.plane.etcd), Known(self.plane.apiserver)]

    def stop(self):
        self.plane.stop()


def start(args, row, folder):
    if row == "kube-apiserver":
        return Real(folder)
    return Lab(args, folder, "disk" in row, "TLS" in row)


def run(args, row):
    with tempfile.TemporaryDirectory() as folder:
        server = start(args, row, folder)
        try:
            before = sum(c.cpu_s() for c in server.children())
            done = subprocess.run(
                [measure.program(args, "tests/bench/api_load"), server.scheme,
                 "127.0.0.1", server.port, ADMIN, str(args.pods),
                 str(args.writers), str(args.watchers)],
                stdout=subprocess.PIPE, text=True)
            figures = json.loads(done.stdout)
            children = server.children()
            figures["cpu_s"] = sum(c.cpu_s() for c in children) - before
            for name, field in ("rss_mb", "VmRSS"), ("peak_mb", "VmHWM"):
                figures[name] = sum(c.memory_mb(field) for c in children)
        finally:
            server.stop()
    if figures["refused"] or figures["missing"]:
        print(f"{row}: {figures['refused']} creates were refused,"
              f" {figures['missing']} events did not come", file=sys.stderr)
    return figures


def cells(row, runs):
    def of(*path, digits=2):
        figures = []
        for figure in runs:
            for name in path:
                figure = figure[name]
            figures.append(figure)
        return measure.spread(figures, digits)
    return [row, of("writes_per_s", digits=0), of("create_ms", "p50"),
            of("create_ms", "p99"), of("event_ms", "p50"),
            of("event_ms", "p99"), of("event_ms", "max"), of("cpu_s"),
            of("rss_mb", digits=1), of("peak_mb", digits=1)]


def main():
    parser = measure.options(__doc__)
    parser.add_argument("--pods", type=int, default=10000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--watchers", type=int, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=ROWS, action="append",
                        help="this server (repeatable)")
    args = parser.parse_args()
    rows = list(args.only or ROWS)
    if "kube-apiserver" in rows and not os.environ.get("KUBEBUILDER_ASSETS"):
        print("KUBEBUILDER_ASSETS IS NOT SET: the real API server is left out")
        rows.remove("kube-apiserver")
    figures = {row: [] for row in rows}
    measure.print_conditions()
    for _ in range(args.runs):
        for row in rows:
            figures[row].append(run(args, row))
    measure.print_table(HEAD, [cells(row, figures[row]) for row in rows])
    measure.print_conditions()
    measure.save(args, figures)


if __name__ == "__main__":
    main()
