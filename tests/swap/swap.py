# SPDX-License-Identifier: Apache-2.0
"""Exchanges the StatefulSet controller in the middle of every conformance
scenario, kube-controller-manager for statefuld and the other way round, and
holds what is there at the end against a run in which the second of them did it
all: the same objects, and none made more often.

Each scenario's middle step is taken while the first controller runs; 0.3 s
later that one is killed, and the second started. All scenarios of a group do so
at the same time. Needs $KUBEBUILDER_ASSETS and the conformance suite."""
import argparse
import collections
import concurrent.futures
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.dont_write_bytecode = True
SETS = "/apis/apps/v1/namespaces/default/statefulsets"
COUNTED = ("Pod", "ControllerRevision", "PersistentVolumeClaim")
HEAD_START_S = 0.3
GROUP_S = 300
PROBES = itertools.count(1)


def arguments():
    ap = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    ap.add_argument("names", nargs="*", metavar="SCENARIO",
                    help="shell patterns (default: all)")
    ap.add_argument("--suite", metavar="DIR",
                    default=os.environ.get("STATEFULD_CONFORMANCE"),
                    help="the conformance suite "
                         "(default: $STATEFULD_CONFORMANCE)")
    ap.add_argument("--statefuld", metavar="FILE", default="build/statefuld")
    ap.add_argument("--flags", default="--revision-form=server",
                    help="of statefuld (default: %(default)s)")
    ap.add_argument("--jobs", type=int, default=12,
                    help="scenarios in a group (default: %(default)s)")
    ap.add_argument("--kubelet-delay", type=float, default=100, metavar="MS")
    ap.add_argument("--settle", type=float, default=1, metavar="S")
    ap.add_argument("--patience", type=float, default=30, metavar="S")
    return ap.parse_args()


def skip(why):
    print(f"SKIPPED: swap: {why}", file=sys.stderr)
    sys.exit(0)


class Controllers:
    """At most one of the two runs."""

    def __init__(self, args, api, kubeconfig, folder):
        self.args, self.api, self.kubeconfig = args, api, kubeconfig
        self.folder, self.child = folder, None

    def command(self, who):
        if who == "statefuld":
            return [self.args.statefuld, "--kubeconfig", self.kubeconfig,
                    "--reconcile=on", "--listen", "127.0.0.1:0",
                    "--ops", "none", *self.args.flags.split()]
        program = os.path.join(os.environ["KUBEBUILDER_ASSETS"],
                               "kube-controller-manager")
        usage = subprocess.run([program, "--help"], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True).stdout
        return [program, "--kubeconfig", self.kubeconfig, "--controllers",
                "statefulset", "--leader-elect=false", "--secure-port", "0",
                "--kube-api-qps", "500", "--kube-api-burst", "1000",
                *(["--port", "0"] if "--port int" in usage else [])]

    def start(self, who):
        with open(self.folder / f"{who}.log", "ab") as log:
            self.child = subprocess.Popen(self.command(who), stdout=log,
                                          stderr=log)
        self.probe(who)

    def probe(self, who):
        """Until it has seen a set of no pods."""
        name = f"swap-probe-{next(PROBES)}"
        labels = {"app": name}
        self.api.call("POST", SETS, {
            "metadata": {"name": name}, "spec": {
                "serviceName": name, "replicas": 0,
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": {
                    "containers": [{"name": "main", "image": "app:1"}]}}}})
        limit = time.monotonic() + 60
        while "observedGeneration" not in self.api.call(
                "GET", f"{SETS}/{name}").get("status", {}):
            if self.child.poll() is not None or time.monotonic() > limit:
                raise RuntimeError(f"{who} does not work: see {self.folder}")
            time.sleep(0.1)
        self.api.call("DELETE", f"{SETS}/{name}")

    def kill(self):
        if self.child is not None:
            self.child.kill()
            self.child.wait()
        self.child = None


class Meeting:
    """Where one scenario and the exchange wait for each other."""

    def __init__(self):
        self.arrived, self.go = threading.Event(), threading.Event()
        self.acted, self.swapped = threading.Event(), threading.Event()

    def pass_by(self):
        """For a scenario that has ended: nobody waits for it."""
        self.arrived.set()
        self.acted.set()


def make_lab(base):
    class SwapLab(base):
        """Meets in the middle step, before and after its acts."""
        middle = meeting = None

        def step(self, text, until, *acts):
            if self.meeting is not None and len(self.steps) == self.middle:
                self.meeting.arrived.set()
                self.meeting.go.wait(GROUP_S)
                acts = (*acts, self.let_swap)
            super().step(text, until, *acts)

        def let_swap(self):
            self.meeting.acted.set()
            self.meeting.swapped.wait(GROUP_S)

    return SwapLab


def neutral(value):
    """Without what an older kube-controller-manager writes otherwise: a pod's
    index label, and null in a revision's template."""
    if isinstance(value, list):
        return [neutral(v) for v in value]
    if not isinstance(value, dict):
        return value
    return {k: neutral(v) for k, v in value.items()
            if k != "apps.kubernetes.io/pod-index" and
            (k, v) != ("creationTimestamp", None)}


class Suite:
    def __init__(self, args, modules, kubeconfig, folder):
        self.args, self.kubeconfig = args, kubeconfig
        self.compare, self.lab = modules["compare"], modules["lab"]
        self.refused = modules["lab"].ApiError
        self.api = modules["plane"].connect(kubeconfig)
        self.lacking = modules["plane"].lacking(self.api)
        self.Lab = make_lab(self.lab.Lab)
        self.controllers = Controllers(args, self.api, kubeconfig, folder)

    def outcome(self, recording, loose):
        """What is there at the end, and how often each thing was made. Where
        the garbage collector is at work, revisions that it deletes may be made
        again, as often as chance will have it."""
        kinds = COUNTED[:1] if loose else COUNTED
        recording = self.compare.neutral_hashes(
            recording, self.compare.revision_names(recording))
        made = collections.Counter(
            f"{line['kind']}/{line['name']}" for line in recording
            if line.get("verb") == "create" and line["kind"] in kinds)
        return {"made": dict(made),
                "final": neutral(self.compare.final(recording))}

    def play(self, name, function, meeting):
        """The outcome of one scenario, or why there is none."""
        golden = self.compare.load(
            Path(self.args.suite) / "golden" / f"{name}.jsonl")
        namespace = f"{name}-{time.time_ns() // 1000 % 10**9:x}"
        it = self.Lab(self.api, self.kubeconfig, namespace, self.args,
                      lambda state, _: state)
        it.meeting = meeting
        it.middle = sum("step" in line for line in golden) // 2
        try:
            function(it)
            return self.outcome(it.recording(),
                                function.order == "loose")
        except self.lab.Stuck as stuck:
            return f"stuck after '{stuck.args[0]}'"
        except self.refused as refused:
            return str(refused)
        finally:
            if meeting is not None:
                meeting.pass_by()
            it.close()

    def group(self, scenarios, first, second):
        """{name: outcome} of these, with `second` from the middle on."""
        swaps = first != second
        meetings = {n: Meeting() if swaps else None for n in scenarios}
        self.controllers.start(first)
        try:
            with concurrent.futures.ThreadPoolExecutor(
                    len(scenarios)) as pool:
                jobs = {n: pool.submit(self.play, n, f, meetings[n])
                        for n, f in scenarios.items()}
                if swaps:
                    self.exchange(meetings.values(), second)
                return {n: job.result() for n, job in jobs.items()}
        finally:
            self.controllers.kill()

    def exchange(self, meetings, second):
        try:
            for meeting in meetings:
                meeting.arrived.wait(GROUP_S)
            for meeting in meetings:
                meeting.go.set()
            for meeting in meetings:
                meeting.acted.wait(GROUP_S)
            time.sleep(HEAD_START_S)
            self.controllers.kill()
            self.controllers.start(second)
        finally:
            for meeting in meetings:
                meeting.go.set()
                meeting.swapped.set()

    def judge(self, name, first, second, want, got):
        """Prints one line, and a diff; True, False or None (skipped)."""
        title = f"{first} -> {second}"
        if isinstance(want, str):
            print(f"skip  {name:26} {title}: {second} alone ends with "
                  f"'{want}'")
            return None
        found = [f"it was {got}"] if isinstance(got, str) else \
            self.compare.state_diff(want, got)
        print(f"{'FAIL' if found else 'ok  '}  {name:26} {title}")
        for line in found[:40]:
            print("        " + line)
        return not found

    def run(self, scenarios):
        results = []
        names = list(scenarios)
        pair = "kube-controller-manager", "statefuld"
        for i in range(0, len(names), self.args.jobs):
            group = {n: scenarios[n] for n in names[i:i + self.args.jobs]}
            for first, second in pair, pair[::-1]:
                want = self.group(group, second, second)
                got = self.group(group, first, second)
                results += [self.judge(n, first, second, want[n], got[n])
                            for n in group]
                sys.stdout.flush()
        return results


def main():
    args = arguments()
    if not os.environ.get("KUBEBUILDER_ASSETS"):
        skip("KUBEBUILDER_ASSETS is not set")
    if not args.suite:
        skip("STATEFULD_CONFORMANCE does not name the conformance suite")
    sys.path.insert(0, args.suite)
    from suite import compare, lab, plane, scenario
    modules = {"compare": compare, "lab": lab, "plane": plane}
    args.statefuld = os.path.abspath(args.statefuld)
    chosen = scenario.load(Path(args.suite) / "scenarios", args.names)
    folder = Path(tempfile.mkdtemp(prefix="swap-"))
    print(f"logs: {folder}")
    with contextlib.ExitStack() as stack:
        kubeconfig = stack.enter_context(plane.control_plane(
            folder, "garbagecollector", False))
        delay = str(args.kubelet_delay)
        stack.enter_context(plane.process(
            [sys.executable, str(plane.ENVTEST / "fake-kubelet"),
             "--kubeconfig", kubeconfig, "--ready-delay", delay,
             "--stop-delay", delay], "fake-kubelet", folder / "kubelet.log"))
        suite = Suite(args, modules, kubeconfig, folder)
        for name in [n for n, f in chosen.items()
                     if any(need in suite.lacking for need in f.needs)]:
            needs = next(n for n in chosen.pop(name).needs
                         if n in suite.lacking)
            print(f"skip  {name}: {suite.lacking[needs]}")
        results = suite.run(chosen)
    print(f"{results.count(True)} passed, {results.count(False)} failed, "
          f"{results.count(None)} without a like")
    sys.exit(1 if False in results or True not in results else 0)


if __name__ == "__main__":
    main()
