# SPDX-License-Identifier: Apache-2.0
"""Answers a second, and CPU time for each, beside a UDP echo and other servers.

All serve the same zone: statefuld gets it from a scripted API server, the
others from a file that is made of statefuld's transfer. One worker each, on
core 0; the generator is on core 1. See README.md for how to read the table."""
import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import measure
from memory import Api, write_kubeconfig
from harness.plane import free_port

WINDOW = 128  # questions on their way; more than some servers' buffers lose
FIXED_RATE = 20000
HEAD = ["server", "answers/s", "of the echo's", "CPU us", "own CPU us",
        f"CPU at {FIXED_RATE}/s, of the echo's", "p50 us", "p99 us",
        "lost at 80 %"]
NSD = """server:
  ip-address: 127.0.0.1@{port}
  server-count: 1
  username: ""
  zonesdir: "{folder}"
  zonelistfile: "{folder}/nsd.list"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
remote-control:
  control-enable: no
zone:
  name: cluster.local
  zonefile: "{folder}/zone"
"""
KNOT = """server:
  listen: 127.0.0.1@{port}
  rundir: {folder}/knot
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {folder}/knot
log:
  - target: {folder}/knot.log
    any: info
template:
  - id: default
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: cluster.local
    file: {folder}/zone
"""
BIND = """options {{
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  directory "{folder}";
  pid-file "{folder}/named.pid";
  session-keyfile "{folder}/session.key";
  recursion no;
  minimal-responses yes;
  dnssec-validation no;
  notify no;
}};
controls {{ }};
zone "cluster.local" {{ type primary; file "{folder}/zone"; }};
"""
COREDNS = """cluster.local:{port} {{
  bind 127.0.0.1
  file {folder}/zone cluster.local
}}
"""


def pinned(args, core):
    priority = ["chrt", "-f", "10"] if args.realtime else []
    return [*priority, "taskset", "-c", str(core)]


# Pods, their headless Services, and names that are not there.
ASK = {"pods": lambda names: names,
       "headless": lambda names: [name.split(".", 1)[1] for name in names],
       "missing": lambda names: ["x" + name for name in names]}


class Server(measure.Child):
    """One server on core 0, and what its processes have used."""

    def __init__(self, args, name, argv, port, log, env=None):
        super().__init__([*pinned(args, 0), *argv], stdout=log, stderr=log,
                         env=env)
        self.name, self.port = name, port

    def pids(self):
        found = [self.pid]
        for pid in found:  # grows
            for path in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
                with contextlib.suppress(OSError):
                    found += map(int, path.read_text().split())
        return found

    def cpu_ns(self):
        total = 0
        for pid in self.pids():
            for path in pathlib.Path(f"/proc/{pid}/task").glob(
                    "*/schedstat"):
                with contextlib.suppress(OSError):
                    total += int(path.read_text().split()[0])
        return total


def find(name):
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    return shutil.which(name, path=path)


def peer_commands(args, folder):
    """(name, argv, config, environment) of each that is installed."""
    wanted = [("NSD", "nsd", NSD, ["-d", "-c"]),
              ("Knot", "knotd", KNOT, ["-c"]),
              ("BIND", "named", BIND, ["-g", "-n", "1", "-c"])]
    for name, binary, config, flags in wanted:
        if find(binary):
            yield name, [find(binary), *flags], config, None
        else:
            print(f"{name} is not installed: no row for it")
    if args.coredns:
        yield ("CoreDNS", [measure.need(args.coredns), "-conf"], COREDNS,
               {**os.environ, "GOMAXPROCS": "1"})


def start_peers(args, folder, log):
    for name, argv, config, env in peer_commands(args, folder):
        port = free_port()
        path = os.path.join(folder, name.lower() + ".conf")
        os.makedirs(os.path.join(folder, "knot"), exist_ok=True)
        with open(path, "w") as file:
            file.write(config.format(port=port, folder=folder))
        yield Server(args, name, [*argv, path], port, log, env)


def generate(args, port, lines, mode, seconds, figure):
    done = subprocess.run(
        [*pinned(args, 1), measure.program(args, "tests/bench/dns_load"),
         str(port), mode, str(seconds), str(figure)],
        input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True,
        check=True)
    return json.loads(done.stdout)


def ask(args, server, lines, mode, seconds, figure):
    """The generator's figures, with the server's CPU time an answer."""
    before = server.cpu_ns()
    figures = generate(args, server.port, lines, mode, seconds, figure)
    answers = max(figures["answers"], 1)
    figures["cpu_us"] = (server.cpu_ns() - before) / answers / 1000
    figures["per_s"] = figures["answers"] / figures["seconds"]
    figures["loads"] = os.getloadavg()[0]
    return figures


def wait_for(args, server, lines, limit_s=120):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if server.process.poll() is not None:
            sys.exit(f"{server.name} has ended: see --log")
        figures = generate(args, server.port, lines[:16], "rate", 0.2, 100)
        if server.name == "echo" and figures["answers"]:
            return
        if figures["answers"] and figures["servfail"] == 0 and (
                figures["with_records"] or figures["nxdomain"]):
            return
    sys.exit(f"{server.name} does not answer")


def transfer(port, path):
    """Writes the zone as a file; how many records it has."""
    text = subprocess.run(
        ["dig", "@127.0.0.1", "-p", str(port), "cluster.local", "AXFR",
         "+onesoa", "+nocomments", "+nocmd", "+nostats"],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line for line in text.splitlines() if not line.startswith(";")]
    with open(path, "w") as file:
        file.write("\n".join(lines) + "\n")
    return len(lines)


def start_statefuld(args, url, folder, log, wrapper=()):
    port = free_port()
    argv = [*wrapper, measure.need(args.statefuld), "--kubeconfig",
            write_kubeconfig(folder, url), "--listen", f"127.0.0.1:{port}",
            "--reconcile=off", "--endpoints=slices", "--dns-threads", "1",
            "--allow-transfer", "127.0.0.0/8", "--lame-duck", "0"]
    return Server(args, "statefuld", argv, port, log)


def questions(args, api):
    names = [line.split()[0] for line in api.names()]
    rng = random.Random(1)
    chosen = [rng.choice(names) for _ in range(args.questions)]
    return ASK[args.ask](chosen)


def run_round(args, servers, lines, results):
    """Each server in turn, the echo first and again last."""
    peak = {}
    for server in servers:
        figures = ask(args, server, lines, "peak", args.seconds, WINDOW)
        results[server.name]["peak"].append(figures)
        peak[server.name] = figures["per_s"]
    for server in servers:
        results[server.name]["fixed"].append(
            ask(args, server, lines, "rate", args.seconds, FIXED_RATE))
    for server in servers:
        results[server.name]["most"].append(
            ask(args, server, lines, "rate", args.seconds,
                0.8 * peak[server.name]))


def row(name, results):
    """Ratios are of figures of the same round."""
    mine, echo = results[name], results["echo"]
    peaks = list(zip(mine["peak"], echo["peak"]))
    spread = measure.spread
    return [name,
            spread([run["per_s"] for run in mine["peak"]], 0),
            spread([run["per_s"] / base["per_s"] for run, base in peaks]),
            spread([run["cpu_us"] for run in mine["peak"]]),
            spread([run["cpu_us"] - base["cpu_us"] for run, base in peaks]),
            spread([run["cpu_us"] / base["cpu_us"] for run, base
                    in zip(mine["fixed"], echo["fixed"])]),
            spread([run["p50_us"] for run in mine["peak"]], 0),
            spread([run["p99_us"] for run in mine["peak"]], 0),
            spread([run["lost"] for run in mine["most"]], 0)]


def measure_zone(args, pods, folder, log):
    args.pods = pods
    with contextlib.ExitStack() as stack:
        api = stack.enter_context(Api(args, "on"))
        lines = questions(args, api)
        statefuld = stack.enter_context(
            start_statefuld(args, api.url, folder, log))
        wait_for(args, statefuld, lines)
        records = transfer(statefuld.port, os.path.join(folder, "zone"))
        port = free_port()
        servers = [Server(args, "echo", [measure.program(
            args, "tests/bench/dns_echo"), str(port)], port, log)]
        stack.enter_context(servers[0])
        if not args.alone:
            servers += [stack.enter_context(peer) for peer
                        in start_peers(args, folder, log)]
        servers.append(statefuld)
        for server in servers:
            wait_for(args, server, lines)
        results = {server.name: {"peak": [], "fixed": [], "most": []}
                   for server in servers}
        for _ in range(args.runs):
            run_round(args, random.sample(servers, len(servers)), lines,
                      results)
    print(f"\n{pods} pods, {records} records, asked for {args.ask}, "
          f"{args.runs} runs of {args.seconds} s: median (min-max)")
    measure.print_table(HEAD, [row(name, results) for name in results])
    return results


def parse_options():
    parser = measure.options(__doc__)
    parser.add_argument("--statefuld", metavar="FILE",
                        help="default: statefuld of the build folder")
    parser.add_argument("--coredns", metavar="FILE",
                        help="measure this CoreDNS too, with the zone file")
    parser.add_argument("--pods", default="3000,100000", metavar="N,...",
                        help="sizes of the zone, default 3000,100000")
    parser.add_argument("--per-service", type=int, default=3)
    parser.add_argument("--ask", choices=ASK,
                        default="pods")
    measure.add_load(parser)
    parser.add_argument("--alone", action="store_true",
                        help="only the echo and statefuld")
    parser.add_argument("--log", metavar="FILE",
                        help="append what the servers say")
    args = parser.parse_args()
    args.statefuld = args.statefuld or os.path.join(args.build, "statefuld")
    args.rate = 0
    if (os.cpu_count() or 1) < 2:
        sys.exit("this wants two cores")
    return args


def main():
    args = parse_options()
    sizes = [int(pods) for pods in re.split(",", args.pods)]
    measure.print_conditions()
    results = {}
    with open(args.log or os.devnull, "ab") as log:
        for pods in sizes:
            with tempfile.TemporaryDirectory() as folder:
                results[pods] = measure_zone(args, pods, folder, log)
    measure.print_conditions()
    measure.save(args, results)


if __name__ == "__main__":
    main()
