# SPDX-License-Identifier: Apache-2.0
"""The real kubectl, as a shell at a prompt runs it."""
import collections
import os
import pathlib
import shutil
import subprocess

Answer = collections.namedtuple("Answer", "exit stdout stderr")


class Shell:
    """Runs lines in `folder`, which has a copy of the kubeconfig, so that the
    context of one shell is not that of others."""

    def __init__(self, folder, kubeconfig):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(kubeconfig, self.folder / "config")
        self.env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                    "HOME": str(self.folder), "LC_ALL": "C.UTF-8",
                    "KUBECONFIG": str(self.folder / "config")}
        kubectl = os.environ.get("KUBECTL")
        if kubectl:
            self.env["PATH"] = (os.path.dirname(os.path.abspath(kubectl))
                                + ":" + self.env["PATH"])

    def run(self, line, seconds=60):
        try:
            done = subprocess.run(
                ["sh", "-c", line], cwd=self.folder, env=self.env, text=True,
                errors="replace", stdin=subprocess.DEVNULL,
                capture_output=True, timeout=seconds)
        except subprocess.TimeoutExpired as e:
            told = (e.stdout or b"").decode("utf8", "replace")
            return Answer(-1, told, f"not done within {seconds} s")
        return Answer(done.returncode, done.stdout, done.stderr)

    def use_namespace(self, name):
        answer = self.run("kubectl config set-context --current "
                          f"--namespace={name}")
        assert answer.exit == 0, answer.stderr
