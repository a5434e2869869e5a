# SPDX-License-Identifier: Apache-2.0
"""Instructions of our own code for each answer, counted by callgrind.

statefuld serves the zone of a scripted API server under valgrind. Counted is
udp_serve with all that it calls: what lies between the return of recvmmsg and
the call of sendmmsg, and the two calls but for the kernel's part. How busy the
machine is does not matter."""
import pathlib
import re
import sys
import tempfile

import dns
import measure
from memory import Api


def count(args, ask, folder):
    """Instructions an answer."""
    args.ask = ask
    wrapper = ["valgrind", "--tool=callgrind", "--toggle-collect=udp_serve",
               f"--callgrind-out-file={folder}/{ask}.out"]
    log_path = pathlib.Path(folder) / (ask + ".log")
    with Api(args, "on") as api, open(log_path, "wb") as log:
        lines = dns.questions(args, api)
        with dns.start_statefuld(args, api.url, folder, log,
                                 wrapper) as server:
            dns.wait_for(args, server, lines)
            figures = dns.generate(args, server.port, lines, "peak",
                                   args.seconds, dns.WINDOW)
    queries = re.search(r"udp_queries=(\d+)", log_path.read_text())
    total = re.search(r"^(?:summary|totals): (\d+)", (
        pathlib.Path(folder) / (ask + ".out")).read_text(), re.M)
    if not queries or not total or not figures["answers"]:
        sys.exit("valgrind has counted nothing: see --keep DIR")
    return int(total[1]) / int(queries[1])


def main():
    parser = measure.options(__doc__)
    parser.add_argument("--statefuld", metavar="FILE")
    parser.add_argument("--pods", default="3000,100000", metavar="N,...")
    parser.add_argument("--per-service", type=int, default=3)
    parser.add_argument("--questions", type=int, default=65536)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--keep", metavar="DIR",
                        help="leave valgrind's files there")
    args = parser.parse_args()
    args.statefuld = args.statefuld or str(
        pathlib.Path(args.build) / "statefuld")
    args.rate, args.realtime = 0, False
    rows = []
    for pods in args.pods.split(","):
        args.pods = int(pods)
        for ask in dns.ASK:
            with tempfile.TemporaryDirectory() as folder:
                n = count(args, ask, args.keep or folder)
                rows.append([pods, ask, f"{n:.0f}"])
    measure.print_table(["pods", "asked for", "instructions an answer"], rows)


if __name__ == "__main__":
    main()
