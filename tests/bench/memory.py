# SPDX-License-Identifier: Apache-2.0
"""Memory, and time to the first right answer, with a large cluster.

A scripted API server holds the cluster; statefuld is started anew for every
row and run. See README.md for how to read the table."""
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import time

import measure
from harness.plane import free_port

PROBE_INTERVAL_US = 500
LIMIT_S = 120
SETTLE_S = 1.0

# (endpoints, watch-list, reconcile, reverse zone)
CASES = [(endpoints, watch_list, reconcile, reverse)
         for reconcile in ("off", "on")
         for endpoints in ("slices", "pods")
         for watch_list in ("on", "off")
         for reverse in (("no", "yes") if reconcile == "off" and
                         watch_list == "on" else ("no",))]
HEAD = ["endpoints", "lists", "reconcile", "PTR", "first answer s",
        "CPU s", "RSS MB", "peak MB", "RSS MB after queries", "wrong",
        "kq/s", "writes"]


class Api(measure.Talker):
    """The scripted API server."""

    def __init__(self, args, watch_list):
        super().__init__([
            measure.program(args, "tests/e2e/scripted/scripted_api"),
            "--pods", str(args.pods), "--per-service", str(args.per_service),
            "--watch-list", watch_list])
        self.url = self.hear().removeprefix("url ")
        if args.rate:
            self.ask(f"rate {args.rate}")

    def stats(self):
        return json.loads(self.ask("stats").removeprefix("stats "))

    def names(self):
        """'NAME ADDRESS' of every endpoint that is listed, in its order."""
        conn = http.client.HTTPConnection(self.url.removeprefix("http://"))
        token, lines = "", []
        while token is not None:
            conn.request("GET", "/apis/discovery.k8s.io/v1/endpointslices"
                                f"?limit=2000&continue={token}")
            page = json.loads(conn.getresponse().read())
            for item in page["items"]:
                meta = item["metadata"]
                zone = (f"{meta['labels']['kubernetes.io/service-name']}."
                        f"{meta['namespace']}.svc.cluster.local")
                lines += [f"{e['hostname']}.{zone} {e['addresses'][0]}"
                          for e in item["endpoints"]]
            token = page["metadata"].get("continue")
        conn.close()
        return lines


def write_kubeconfig(folder, url):
    path = os.path.join(folder, "kubeconfig")
    with open(path, "w") as file:
        json.dump({"apiVersion": "v1", "kind": "Config",
                   "current-context": "it",
                   "clusters": [{"name": "it", "cluster": {"server": url}}],
                   "users": [{"name": "it", "user": {}}],
                   "contexts": [{"name": "it", "context": {
                       "cluster": "it", "user": "it"}}]}, file)
    return path


def start(args, case, kubeconfig, port, log):
    endpoints, _, reconcile, reverse = case
    argv = [measure.need(args.statefuld), "--kubeconfig", kubeconfig,
            "--listen", f"127.0.0.1:{port}", "--endpoints=" + endpoints,
            "--reconcile=" + reconcile, "--lame-duck", "0"]
    if reverse == "yes":
        argv += ["--reverse-zone", "10.0.0.0/8"]
    return measure.Child(argv, stdout=log, stderr=log)


def measure_once(args, case, folder):
    port = free_port()
    with Api(args, case[1]) as api, \
            measure.Probe(args, port, PROBE_INTERVAL_US, LIMIT_S) as probe, \
            open(args.log or os.devnull, "ab") as log:
        lines = api.names()
        kubeconfig = write_kubeconfig(folder, api.url)
        name, address = lines[-1].split()
        with start(args, case, kubeconfig, port, log) as server:
            probe.begin(name, address)
            first_ns = probe.right_ns() - server.began_ns
            figures = {"first_s": first_ns / 1e9, "cpu_s": server.cpu_s()}
            time.sleep(SETTLE_S)
            figures["rss_mb"] = server.memory_mb("VmRSS")
            figures["peak_mb"] = server.memory_mb("VmHWM")
            asked = measure.load(args, port, lines, args.queries)
            figures["rss_after_mb"] = server.memory_mb("VmRSS")
            figures["wrong"] = asked["wrong"] + asked["lost"]
            figures["kqps"] = asked["right"] / asked["seconds"] / 1000
            figures["writes"] = api.stats()["writes"]
            figures["requests"] = api.stats()
    return figures


def show(case, runs):
    def of(key, digits=1):
        return measure.spread([run[key] for run in runs], digits)
    lists = {"on": "watch-list", "off": "paged"}[case[1]]
    return [case[0], lists, case[2], case[3], of("first_s", 2),
            of("cpu_s", 2), of("rss_mb"), of("peak_mb"), of("rss_after_mb"),
            of("wrong", 0), of("kqps", 0), of("writes", 0)]


def parse_options():
    parser = measure.options(__doc__)
    parser.add_argument("--statefuld", metavar="FILE",
                        help="default: statefuld of the build folder")
    parser.add_argument("--pods", type=int, default=100000)
    parser.add_argument("--per-service", type=int, default=3)
    parser.add_argument("--queries", type=int, default=200000)
    parser.add_argument("--rate", type=int, default=0, metavar="N",
                        help="pods that change each second, from the start; "
                        "answers then count as wrong for pods that moved")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", metavar="WORDS",
                        help="rows with these words alone, for instance "
                        "'slices,on,off,no': endpoints, watch-list, "
                        "reconcile, PTR; '*' for any")
    parser.add_argument("--log", metavar="FILE",
                        help="append what statefuld says")
    args = parser.parse_args()
    args.statefuld = args.statefuld or os.path.join(args.build, "statefuld")
    return args


def is_wanted(case, only):
    return all(want in ("", "*", have)
               for want, have in zip(only.split(","), case))


def main():
    args = parse_options()
    cases = [case for case in CASES if is_wanted(case, args.only)]
    if not cases:
        sys.exit("no row has these words")
    results = {case: [] for case in cases}
    measure.print_conditions()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(args.runs):
            # In turn, so that a busy minute does not spoil one row alone.
            for case in random.sample(cases, len(cases)):
                results[case].append(measure_once(args, case, folder))
    print(f"{args.pods} pods, {args.per_service} to a Service, "
          f"{args.queries} queries, {args.runs} runs: median (min-max)")
    measure.print_table(HEAD, [show(case, results[case]) for case in cases])
    measure.print_conditions()
    measure.save(args, {",".join(case): runs
                        for case, runs in results.items()})
    if any(statistics.median(run["wrong"] for run in runs) and not args.rate
           for runs in results.values()):
        sys.exit("some answers were wrong or lost")


if __name__ == "__main__":
    main()
