# SPDX-License-Identifier: Apache-2.0
"""What the measures share: programs, probes, figures of a process, tables."""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "e2e"))
TICKS = os.sysconf("SC_CLK_TCK")


def options(doc):
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build"), metavar="DIR",
                        help="folder of the built programs")
    parser.add_argument("--json", metavar="FILE",
                        help="also write every single figure there")
    return parser


def add_load(parser):
    """How a server is loaded, and how often."""
    parser.add_argument("--questions", type=int, default=65536)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--realtime", action="store_true",
                        help="servers and generator go before all else, for "
                        "a busy machine (as root)")


def need(path):
    """The path, if it is a program; else the end."""
    if not os.access(path, os.X_OK):
        sys.exit(f"there is no program {path}: build it, or see --build")
    return str(path)


def program(args, name):
    return need(pathlib.Path(args.build) / name)


def percentile(figures, percent):
    """The smallest figure that so many percent are not above."""
    ordered = sorted(figures)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def spread(figures, digits=2):
    """median (min-max)"""
    middle, low, high = (f"{f:.{digits}f}" for f in (
        statistics.median(figures), min(figures), max(figures)))
    return middle if len(figures) == 1 else f"{middle} ({low}-{high})"


def print_table(head, rows):
    widths = [max(len(row[i]) for row in [head, *rows])
              for i in range(len(head))]
    for row in [head, ["-" * width for width in widths], *rows]:
        print("  ".join(text.ljust(width) for text, width
                        in zip(row, widths)).rstrip())


def print_conditions():
    print(f"{os.cpu_count()} CPUs, load average "
          + " ".join(f"{load:.2f}" for load in os.getloadavg()), flush=True)


def save(args, figures):
    if args.json:
        with open(args.json, "w") as file:
            json.dump(figures, file, indent=1)
            file.write("\n")


class Child:
    """A program that ends with the block."""

    def __init__(self, argv, **how):
        self.began_ns = time.monotonic_ns()
        self.process = subprocess.Popen(argv, **how)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Its exit code."""
        if self.process.stdin:
            self.process.stdin.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def memory_mb(self, field):
        """VmRSS, VmHWM, RssAnon... of /proc/PID/status."""
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        raise KeyError(field)

    def cpu_s(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


class Talker(Child):
    """A program that answers lines with lines."""

    def __init__(self, argv):
        super().__init__(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                         text=True)

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[0]} has ended")
        return line.strip()

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line):
        self.tell(line)
        return self.hear()


class Probe(Talker):
    """Asks a DNS server for a name until the answer is right."""

    def __init__(self, args, port, interval_us, limit_s):
        super().__init__([program(args, "tests/bench/dns_probe"), "until",
                          str(port), str(interval_us), str(limit_s * 1000)])

    def begin(self, name, address):
        """Returns when the first question has been asked."""
        self.ask(f"{name} {address}")

    def right_ns(self):
        """When the answer became right, on the monotonic clock."""
        answer = self.hear()
        if answer == "never":
            raise RuntimeError("the right answer never came")
        return int(answer)


def load(args, port, lines, queries, in_flight=16):
    """Questions at random, of 'NAME ADDRESS' lines; the probe's figures."""
    done = subprocess.run(
        [program(args, "tests/bench/dns_probe"), "load", str(port),
         str(queries), str(in_flight)], input="\n".join(lines) + "\n",
        stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
