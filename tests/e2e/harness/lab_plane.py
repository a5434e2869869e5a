# SPDX-License-Identifier: Apache-2.0
"""The lab in the place of a real control plane: API server alone, over TLS,
with a token, and on disk, so that it can be killed and comes back."""
import os
import subprocess

from .cert import make_cert
from .plane import ADMIN, Plane, die_with_parent, free_port


class LabPlane(Plane):
    """What a Plane does, as far as the lab has it."""
    slices = "/apis/discovery.k8s.io/v1"
    is_lab = True

    def __init__(self, binary, folder):
        self.binary, self.dir = binary, folder
        self.apiserver, self.etcd, self.managers = None, None, []
        self.port = free_port()
        self.ca = self.path("cert.pem")
        self.url = f"https://127.0.0.1:{self.port}"

    def start(self):
        make_cert(self.ca, self.path("key.pem"))
        with open(self.path("token"), "w") as f:
            f.write(ADMIN + "\n")
        self.start_apiserver()

    def start_apiserver(self):
        with open(self.path("lab.log"), "ab") as log:
            self.apiserver = subprocess.Popen(
                [self.binary, "lab", "--no-node", "--no-reconcile",
                 "--slices",
                 "--api", f"127.0.0.1:{self.port}",
                 "--listen", "127.0.0.1:0", "--lame-duck", "0",
                 "--data-dir", self.path("data"),
                 "--kubeconfig-out", self.path("lab.yaml"),
                 "--tls-cert", self.ca, "--tls-key", self.path("key.pem"),
                 "--token-file", self.path("token")],
                stdout=subprocess.DEVNULL, stderr=log,
                stdin=subprocess.DEVNULL, preexec_fn=die_with_parent,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")})
        self.wait_http(self.apiserver, "lab", self.url + "/readyz", 20)

    def compact(self):
        """Its history does not outlive it in any case."""
        assert self.apiserver.poll() is not None

    def start_controllers(self, names):
        """The lab brings those along: a process that only waits."""
        assert names == "endpointslice"
        process = subprocess.Popen(["sleep", "3600"],
                                   preexec_fn=die_with_parent)
        self.managers.append(process)
        return process
