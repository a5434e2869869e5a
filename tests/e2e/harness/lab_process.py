# SPDX-License-Identifier: Apache-2.0
"""`statefuld lab` as a child process that outlives one test, and the stories'
API client for it."""
import http.client
import os
import re
import threading

from .api import Api
from .daemon import Statefuld
from .until import until

SERVER = re.compile(r'server"?: *"?http://127\.0\.0\.1:(\d+)')


GREETING = re.compile(r"http://127\.0\.0\.1:(\d+)")


class LabApi(Api):
    """Plain HTTP, and nobody asks who it is."""

    def __init__(self, port):
        self.host, self.port = "127.0.0.1", port
        self.headers = {"Accept": "application/json"}
        self.local = threading.local()

    @classmethod
    def of(cls, program):
        """Of a lab that was started with port 0, by what it greets with."""
        return cls(int(GREETING.search(
            program.process.stdout.readline()).group(1)))

    def connect(self, timeout):
        return http.client.HTTPConnection(self.host, self.port,
                                          timeout=timeout)


class LabProcess(Statefuld):
    """Runs until stop(), on free ports; the kubeconfig is in `folder`."""

    def __init__(self, binary, folder, *args):
        self.kubeconfig = os.path.join(folder, "kubeconfig")
        self.said = []
        super().__init__(binary, [
            "lab", "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0",
            "--kubeconfig-out", self.kubeconfig, *args])
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def listen(self):
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))

    def wait_ready(self, seconds=10):
        def ready():
            return "ready" in self.said or self.process.poll() is not None
        until(ready, "the line `ready`", seconds)
        assert self.process.poll() is None, \
            "it has ended:\n" + "\n".join(self.lines)
        return self

    def api(self):
        with open(self.kubeconfig) as f:
            return LabApi(int(SERVER.search(f.read()).group(1)))

    def wait(self, seconds=15):
        code = self.process.wait(seconds)
        self.reader.join(5)
        self.listener.join(5)
        self.process.stdout.close()
        return code
