# SPDX-License-Identifier: Apache-2.0
"""What zone transfers cost the questions meanwhile (DNS-207).

A scripted API server holds the cluster. One client asks by UDP, one question
at a time, at random; in every second part of a run another one has the zone by
AXFR, again and again. See README.md for how to read the table."""
import os
import random
import socket
import struct
import sys
import tempfile
import time

import measure
import memory
from harness.plane import free_port

HEAD = ["transfers", "p50 µs", "p99 µs", "p99 ratio", "questions",
        "zones/s", "records", "MB", "server CPU ms a zone"]
APEX = b"\x07cluster\x05local\x00"


def message(name, kind, number):
    return struct.pack(">6H", number, 0, 1, 0, 0, 0) + name + \
        struct.pack(">HH", kind, 1)


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".")) + b"\0"


class Transfers:
    """AXFR after AXFR in a process of its own, until stop()."""

    def __init__(self, port):
        self.out, self.into = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                self.work(port)
            finally:
                os._exit(0)
        os.close(self.into)

    def work(self, port):
        # A secondary has a machine of its own.
        os.nice(19)
        query = message(APEX, 252, 7)
        zones = records = octets = 0
        with socket.create_connection(("127.0.0.1", port)) as sock:
            file = sock.makefile("rb")
            while True:
                sock.sendall(struct.pack(">H", len(query)) + query)
                records = octets = 0
                while True:
                    n = struct.unpack(">H", file.read(2))[0]
                    data = file.read(n)
                    octets += n
                    records += struct.unpack(">H", data[6:8])[0]
                    # The closing SOA's numbers end the last message.
                    if data[-20:-12] == self.soa_end(data, octets == n):
                        break
                zones += 1
                os.write(self.into, struct.pack(">QQQ", zones, records,
                                                octets))

    def soa_end(self, data, is_first):
        """Serial and REFRESH of the first record."""
        if is_first:
            # Behind header and question: pointer, fixed part, two names.
            at = 12 + len(APEX) + 4 + 2 + 8
            size = struct.unpack(">H", data[at:at + 2])[0]
            self.mark = data[at + 2 + size - 20:at + 2 + size - 12]
            return None
        return self.mark

    def stop(self):
        """(zones, records, octets)"""
        os.kill(self.pid, 15)
        os.waitpid(self.pid, 0)
        last, data = (0, 0, 0), b""
        while part := os.read(self.out, 65536):
            data += part
        for at in range(0, len(data) - 23, 24):
            last = struct.unpack(">QQQ", data[at:at + 24])
        os.close(self.out)
        return last


def ask(port, names, seconds):
    """Microseconds of each question."""
    took, dice = [], random.Random(1)
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(5)
        end = time.perf_counter_ns() + int(seconds * 1e9)
        while True:
            query = message(dice.choice(names), 1, len(took) & 0xffff)
            before = time.perf_counter_ns()
            sock.send(query)
            sock.recv(4096)
            after = time.perf_counter_ns()
            took.append((after - before) / 1000)
            if after > end:
                return took


def part(args, port, names, server, n_transfers):
    """One row of figures."""
    before, began = server.cpu_s(), time.monotonic()
    running = [Transfers(port) for _ in range(n_transfers)]
    took = ask(port, names, args.seconds)
    counts = [one.stop() for one in running]
    spent, cpu = time.monotonic() - began, server.cpu_s() - before
    return {"transfers": n_transfers, "took": took,
            "zones": sum(c[0] for c in counts), "seconds": spent, "cpu": cpu,
            "records": max((c[1] for c in counts), default=0),
            "octets": max((c[2] for c in counts), default=0)}


def report(parts):
    quiet = measure.percentile(
        [t for p in parts if p["transfers"] == 0 for t in p["took"]], 99)
    rows = []
    for n in sorted({p["transfers"] for p in parts}):
        these = [p for p in parts if p["transfers"] == n]
        took = [t for p in these for t in p["took"]]
        zones = sum(p["zones"] for p in these)
        idle = [p["cpu"] / len(p["took"]) for p in parts
                if p["transfers"] == 0]
        cpu = sum(p["cpu"] for p in these) - \
            len(took) * sum(idle) / len(idle)
        rows.append([
            str(n), f"{measure.percentile(took, 50):.0f}",
            f"{measure.percentile(took, 99):.0f}",
            f"{measure.percentile(took, 99) / quiet:.2f}", str(len(took)),
            f"{zones / sum(p['seconds'] for p in these):.1f}",
            str(max(p["records"] for p in these)),
            f"{max(p['octets'] for p in these) / 1e6:.1f}",
            f"{1000 * cpu / zones:.1f}" if zones else "-"])
    measure.print_table(HEAD, rows)


def main():
    parser = measure.options(__doc__)
    parser.add_argument("--pods", type=int, default=20000)
    parser.add_argument("--per-service", type=int, default=3)
    parser.add_argument("--rate", type=int, default=0,
                        help="changes a second meanwhile")
    parser.add_argument("--seconds", type=float, default=3,
                        help="of each part")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=int, default=2,
                        help="transfers at the same time, at most")
    parser.add_argument("--log", metavar="FILE")
    args = parser.parse_args()
    port, parts = free_port(), []
    # Changes begin when all is there.
    rate, args.rate = args.rate, 0
    measure.print_conditions()
    with tempfile.TemporaryDirectory() as folder, \
            memory.Api(args, "on") as api, \
            open(args.log or os.devnull, "ab") as log:
        lines = api.names()
        names = [wire(line.split()[0]) for line in lines]
        argv = [measure.program(args, "statefuld"), "--kubeconfig",
                memory.write_kubeconfig(folder, api.url), "--listen",
                f"127.0.0.1:{port}", "--reconcile=off", "--lame-duck", "0",
                "--ops", "none", "--allow-transfer", "127.0.0.1"]
        with measure.Child(argv, stdout=log, stderr=log) as server, \
                measure.Probe(args, port, 1000, 60) as probe:
            probe.begin(*lines[-1].split())
            probe.right_ns()
            if rate:
                api.ask(f"rate {rate}")
            for _ in range(args.runs):
                for n in range(args.most + 1):
                    parts.append(part(args, port, names, server, n))
    report(parts)
    measure.save(args, parts)
    measure.print_conditions()


if __name__ == "__main__":
    sys.exit(main())
