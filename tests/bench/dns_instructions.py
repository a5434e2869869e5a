# SPDX-License-Identifier: Apache-2.0
"""Instructions of our own code for each answer, counted by callgrind.

statefuld serves the zone of a scripted API server under valgrind. Counted is
udp_serve with all that it calls: what lies between the return of recvmmsg and
the call of sendmmsg, and the two calls but for the kernel's part. First each
question is asked once or more often, from the first on, and then the same again,
when what was answered may be recalled. How busy the machine is does not
matter."""
import pathlib
import re
import subprocess
import sys
import tempfile

import dns
import measure
from memory import Api


def dump(pid, path):
    """The instructions since the start, or since the last time."""
    subprocess.run(["callgrind_control", "--dump", str(pid)], check=True,
                   stdout=subprocess.DEVNULL)
    total = re.search(r"^(?:summary|totals): (\d+)",
                      pathlib.Path(path).read_text(), re.M)
    return int(total[1]) if total else sys.exit("valgrind counted nothing")


def count(args, ask, folder):
    """Instructions an answer: at first, and later."""
    args.ask = ask
    wrapper = ["valgrind", "--tool=callgrind", "--toggle-collect=udp_serve",
               f"--callgrind-out-file={folder}/{ask}.out"]
    log_path = pathlib.Path(folder) / (ask + ".log")
    with Api(args, "on") as api, open(log_path, "wb") as log:
        lines = dns.questions(args, api)
        with dns.start_statefuld(args, api.url, folder, log,
                                 wrapper) as server:
            dns.wait_for(args, server, lines)
            counts = []
            for number in ("1", "2"):
                figures = dns.generate(args, server.port, lines, "peak",
                                       args.seconds, dns.WINDOW)
                total = dump(server.pid, f"{folder}/{ask}.out.{number}")
                counts.append(total / max(figures["answers"], 1))
    return counts


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
                first, later = count(args, ask, args.keep or folder)
                rows.append([pods, ask, f"{first:.0f}", f"{later:.0f}"])
    measure.print_table(["pods", "asked for", "instructions an answer",
                         "later"], rows)


if __name__ == "__main__":
    main()
