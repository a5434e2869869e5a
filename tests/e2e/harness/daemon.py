# SPDX-License-Identifier: Apache-2.0
"""The program under test as a child process."""
import re
import resource
import signal
import subprocess
import threading

from .plane import die_with_parent
from .until import until

# A sanitizer's own exit code, so that a leak is never taken for a clean stop.
SANITIZER_EXIT = 99
PREFIX = re.compile(r"^\S+Z (error|warn|info|debug) ")


def begin(nofile):
    die_with_parent()
    if nofile is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (nofile, nofile))


class Statefuld:
    """Runs until stop(); `lines` is its log so far."""

    def __init__(self, binary, args, env=None, nofile=None):
        self.lines = []
        full = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent",
                "ASAN_OPTIONS": f"exitcode={SANITIZER_EXIT}",
                "UBSAN_OPTIONS": f"exitcode={SANITIZER_EXIT}"}
        full.update(env or {})
        self.process = subprocess.Popen(
            [binary, *args], env=full, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            errors="replace", preexec_fn=lambda: begin(nofile))
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip("\n"))

    def grep(self, pattern):
        return [line for line in list(self.lines) if re.search(pattern, line)]

    def wait_line(self, pattern, seconds=15, count=1):
        """The count-th line that matches, as soon as it is there."""
        def there():
            found = self.grep(pattern)
            if len(found) >= count:
                return found[count - 1]
            assert self.process.poll() is None or self.reader.is_alive(), \
                "it has ended:\n" + "\n".join(self.lines)
            return None
        try:
            return until(there, f"line {pattern!r}", seconds)
        except AssertionError as e:
            raise AssertionError(f"{e}\n" + "\n".join(self.lines[-40:]))

    def wait_ready(self, seconds=20):
        self.wait_line(r" zone ready", seconds)
        return self

    def ports(self):
        """Ports bound, in the order of --listen."""
        self.wait_line(r" listening ")
        return [int(line.split(" proto=")[0].rsplit(":", 1)[1])
                for line in self.grep(r" listening ")]

    @property
    def port(self):
        return self.ports()[0]

    def problems(self):
        """Log lines of level error."""
        return [line for line in self.lines
                if (m := PREFIX.match(line)) and m.group(1) == "error"]

    def signal(self, signo):
        self.process.send_signal(signo)

    def wait(self, seconds=15):
        """The exit code, all output read."""
        code = self.process.wait(seconds)
        self.reader.join(5)
        self.process.stdout.close()
        return code

    def stop(self):
        """Ends it at once, and insists that it ends cleanly."""
        if self.process.poll() is None:
            self.signal(signal.SIGINT)
        try:
            code = self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()
            code = "none within 15 s"
        assert code == 0, f"exit code {code}:\n" + "\n".join(self.lines[-60:])
