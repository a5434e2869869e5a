# SPDX-License-Identifier: Apache-2.0
"""Answers a second and their latency while the zones change, and while not.

dns_change, the DNS side alone, has its worker on core 0; generator and writer
are on core 1. Quiet and busy runs take turns; ratios are of neighbours. The
load is fixed: a generator that asks as fast as it can needs its whole core, and
the writer would take of that and not of the worker."""
import pathlib
import random

import dns
import measure

HEAD = ["pods", "changes/s", "answers/s", "of the quiet run's",
        "worker's CPU us", "of the quiet run's", "p50 us", "p99 us",
        "p99, of the quiet run's", "lost"]


class Changing(measure.Talker):
    def __init__(self, args, pods):
        priority = ["chrt", "-f", "11"] if args.realtime else []
        super().__init__([*priority, measure.program(
            args, "tests/bench/dns_change"), str(pods)])
        self.port = int(self.hear().removeprefix("port "))

    def worker_ns(self):
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            if (task / "comm").read_text().strip() == "dns-0":
                return int((task / "schedstat").read_text().split()[0])
        raise RuntimeError("there is no thread dns-0")

    def run(self, args, lines, rate):
        self.ask(f"rate {rate}")
        before = int(self.ask("count"))
        from_ns = self.worker_ns()
        figures = dns.generate(args, self.port, lines, "rate", args.seconds,
                               args.load)
        changes = int(self.ask("count")) - before
        figures["cpu_us"] = (self.worker_ns() - from_ns) / max(
            figures["answers"], 1) / 1000
        figures["changes_per_s"] = changes / figures["seconds"]
        figures["per_s"] = figures["answers"] / figures["seconds"]
        self.ask("rate 0")
        return figures


def names(pods, number):
    rng = random.Random(1)
    for _ in range(number):
        service = rng.randrange(pods // 3)
        yield (f"web-{rng.randrange(3)}.svc-{service}.ns-{service // 100}"
               ".svc.cluster.local")


def measure_zone(args, pods):
    lines = list(names(pods, args.questions))
    runs = []
    with Changing(args, pods) as server:
        server.run(args, lines, 0)
        for _ in range(args.runs):
            runs.append((server.run(args, lines, 0),
                         server.run(args, lines, args.changes)))
    return runs


def row(pods, runs):
    busy = [pair[1] for pair in runs]

    def of(key, digits=0):
        return measure.spread([run[key] for run in busy], digits)

    def ratio(key):
        return measure.spread([b[key] / q[key] for q, b in runs])
    return [str(pods), of("changes_per_s"), of("per_s"), ratio("per_s"),
            of("cpu_us", 2), ratio("cpu_us"), of("p50_us"), of("p99_us"),
            ratio("p99_us"), of("lost")]


def main():
    parser = measure.options(__doc__)
    parser.add_argument("--pods", default="3000,100000", metavar="N,...")
    parser.add_argument("--changes", type=int, default=5000, metavar="N",
                        help="a second, default 5000")
    parser.add_argument("--load", type=int, default=150000, metavar="N",
                        help="questions a second, default 150000")
    measure.add_load(parser)
    args = parser.parse_args()
    measure.print_conditions()
    results = {int(pods): measure_zone(args, int(pods))
               for pods in args.pods.split(",")}
    measure.print_table(HEAD, [row(*item) for item in results.items()])
    measure.print_conditions()
    measure.save(args, results)


if __name__ == "__main__":
    main()
