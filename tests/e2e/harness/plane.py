# SPDX-License-Identifier: Apache-2.0
"""A real control plane on loopback: etcd, kube-apiserver and, where asked for,
kube-controller-manager, from the folder that KUBEBUILDER_ASSETS names."""
import ctypes
import json
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

ADMIN = "admin-token"
# The user that deploy/rbac.yaml grants rights to.
LIMITED = "limited-token"
USERS = (
    f'{ADMIN},admin,admin,"system:masters"\n'
    f'{LIMITED},system:serviceaccount:kube-system:statefuld,limited,'
    '"system:serviceaccounts"\n'
)
PR_SET_PDEATHSIG = 1


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Plane:
    """start() to stop(); the API server alone can be killed and restarted."""
    slices = "/apis/discovery.k8s.io/v1beta1"   # all that 1.20 has
    is_lab = False

    def __init__(self, assets, folder):
        self.assets, self.dir = assets, folder
        self.etcd = self.apiserver = None
        self.managers = []
        self.etcd_port, self.port = free_port(), free_port()
        self.ca = os.path.join(folder, "certs", "apiserver.crt")
        self.url = f"https://127.0.0.1:{self.port}"

    def path(self, name):
        return os.path.join(self.dir, name)

    def spawn(self, name, *args):
        with open(self.path(name + ".log"), "ab") as log:
            return subprocess.Popen(
                [os.path.join(self.assets, name), *args], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent)

    def wait_http(self, process, name, url, seconds):
        """Until the URL answers 200."""
        limit = time.monotonic() + seconds
        request = urllib.request.Request(
            url, headers={"Authorization": "Bearer " + ADMIN})
        # Readiness only: the certificate may not be written yet.
        tls = ssl._create_unverified_context()
        while time.monotonic() < limit and process.poll() is None:
            try:
                with urllib.request.urlopen(request, timeout=5, context=tls):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.05)
        with open(self.path(name + ".log"), errors="replace") as log:
            tail = "".join(log.readlines()[-5:])
        raise RuntimeError(f"{name} did not get ready:\n{tail}")

    def start(self):
        with open(self.path("tokens.csv"), "w") as f:
            f.write(USERS)
        subprocess.run(
            ["openssl", "genrsa", "-out", self.path("sa.key"), "2048"],
            check=True, stderr=subprocess.DEVNULL)
        client = f"http://127.0.0.1:{self.etcd_port}"
        peer = f"http://127.0.0.1:{free_port()}"
        self.etcd = self.spawn(
            "etcd", "--data-dir", self.path("etcd"),
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", "default=" + peer, "--unsafe-no-fsync")
        self.wait_http(self.etcd, "etcd", client + "/health", 20)
        self.start_apiserver()

    def start_apiserver(self):
        key = self.path("sa.key")
        self.apiserver = self.spawn(
            "kube-apiserver",
            "--etcd-servers", f"http://127.0.0.1:{self.etcd_port}",
            "--bind-address", "127.0.0.1", "--secure-port", str(self.port),
            "--cert-dir", os.path.dirname(self.ca),
            "--token-auth-file", self.path("tokens.csv"),
            "--authorization-mode", "RBAC",
            "--service-cluster-ip-range", "10.96.0.0/16",
            "--service-account-issuer", "https://kubernetes.default.svc",
            "--service-account-key-file", key,
            "--service-account-signing-key-file", key,
            "--disable-admission-plugins", "ServiceAccount")
        self.wait_http(self.apiserver, "kube-apiserver", self.url + "/readyz",
                       60)

    def kill_apiserver(self):
        self.apiserver.kill()
        self.apiserver.wait()

    def start_controllers(self, names):
        """kube-controller-manager with these controllers and no others."""
        process = self.spawn(
            "kube-controller-manager", "--kubeconfig", self.kubeconfig(),
            "--controllers", names, "--leader-elect=false",
            "--secure-port", "0", "--port", "0")
        self.managers.append(process)
        return process

    def stop(self):
        for process in [*self.managers, self.apiserver, self.etcd]:
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def etcd_call(self, path, body):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.etcd_port}{path}",
            json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())

    def compact(self):
        """Makes etcd forget all history up to now."""
        status = self.etcd_call("/v3/maintenance/status", {})
        self.etcd_call("/v3/kv/compaction",
                       {"revision": status["header"]["revision"],
                        "physical": True})

    def kubeconfig(self, server=None, token=ADMIN, name="kubeconfig"):
        """Writes a kubeconfig and returns its path. `server` is a proxy's
        address; a plain-http one gets no CA."""
        cluster = {"server": server or self.url}
        if cluster["server"].startswith("https:"):
            cluster["certificate-authority"] = self.ca
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": cluster}],
            "users": [{"name": "it", "user": {"token": token}}],
            "contexts": [{"name": "it", "context": {"cluster": "it",
                                                    "user": "it"}}],
        }
        with open(self.path(name), "w") as f:
            json.dump(config, f)    # JSON is YAML too
        return self.path(name)
