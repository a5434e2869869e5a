# SPDX-License-Identifier: Apache-2.0
"""The ways a kubeconfig says who we are and whom to trust, each against the
real API server."""
import json
import pathlib
import shlex
import shutil
import subprocess
import time

import pytest

from harness.daemon import Statefuld
from harness.plane import ADMIN
from harness.tunnel import Tunnel

PLUGIN = "client.authentication.k8s.io/v1"


@pytest.fixture
def config(plane, tmp_path):
    """config(cluster=..., user=...) writes a kubeconfig; what is given is
    added to the right address and CA, None takes away."""
    def write(cluster=None, user=None, name="config"):
        whole = {"server": plane.url, "certificate-authority": plane.ca,
                 **(cluster or {})}
        path = tmp_path / name
        path.write_text(json.dumps({
            "current-context": "c",
            "clusters": [{"name": "c", "cluster": {
                k: v for k, v in whole.items() if v is not None}}],
            "contexts": [{"name": "c", "context": {"cluster": "c",
                                                   "user": "u"}}],
            "users": [{"name": "u", "user": user or {"token": ADMIN}}]}))
        return str(path)
    return write


def script(path, body):
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(0o755)
    return str(path)


def credential(token, seconds=3600):
    expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ",
                           time.gmtime(time.time() + seconds))
    return json.dumps({"apiVersion": PLUGIN, "kind": "ExecCredential",
                       "status": {"token": token,
                                  "expirationTimestamp": expiry}})


def test_an_exec_plugin_gives_the_token(start, config, tmp_path):
    calls = tmp_path / "calls"
    plugin = script(tmp_path / "plugin",
                    f"echo \"$WHO $1\" >>{shlex.quote(str(calls))}\n"
                    f"cat <<'END'\n{credential(ADMIN)}\nEND\n")
    program = start("--kubeconfig", config(user={"exec": {
        "apiVersion": PLUGIN, "command": plugin, "args": ["login"],
        "env": [{"name": "WHO", "value": "me"}],
        "interactiveMode": "Never"}})).wait_ready()
    assert calls.read_text() == "me login\n", "asked once, then cached"
    assert not program.grep(ADMIN)


def test_a_plugin_beside_the_kubeconfig_is_found(start, config, tmp_path):
    script(tmp_path / "plugin", f"cat <<'END'\n{credential(ADMIN)}\nEND\n")
    start("--kubeconfig", config(user={"exec": {
        "apiVersion": PLUGIN, "command": "./plugin",
        "interactiveMode": "Never"}})).wait_ready()


def test_a_plugin_that_fails_is_told_with_its_hint(start, config, tmp_path):
    plugin = script(tmp_path / "plugin", "echo no luck >&2\nexit 3\n")
    program = start("--kubeconfig", config(user={"exec": {
        "apiVersion": PLUGIN, "command": plugin, "interactiveMode": "Never",
        "installHint": "ask the desk for the plugin"}}))
    program.wait_line(r"Z (warn|error) .*plugin")
    time.sleep(1)
    assert program.process.poll() is None
    assert len(program.grep(r"Z (warn|error) ")) == 1, program.lines


def test_a_token_file_is_read_again_when_it_was_refused(
        start, config, tmp_path):
    token = tmp_path / "token"
    token.write_text("stale\n")
    program = start("--kubeconfig", config(user={"tokenFile": str(token)}))
    program.wait_line(r"Z (warn|error) .*(401|nauthorized)")
    token.write_text(ADMIN + "\n")
    program.wait_ready(40)


def test_an_unknown_ca_is_refused_unless_told_otherwise(
        start, config, tmp_path):
    program = start("--kubeconfig",
                    config(cluster={"certificate-authority": None}))
    line = program.wait_line(r"Z (warn|error) .*(certificate|SSL|TLS)")
    time.sleep(1)
    assert program.grep(r"Z (warn|error) ") == [line]
    start("--kubeconfig", config(
        cluster={"certificate-authority": None,
                 "insecure-skip-tls-verify": True},
        name="skip")).wait_ready()


def test_the_certificate_must_be_of_the_server_asked(start, config, plane):
    """Its name is 127.0.0.1 or kubernetes, but not localhost."""
    by_name = plane.url.replace("127.0.0.1", "localhost")
    program = start("--kubeconfig", config(cluster={"server": by_name}))
    program.wait_line(r"Z (warn|error) .*(certificate|SSL|TLS)")
    start("--kubeconfig", config(
        cluster={"server": by_name, "tls-server-name": "kubernetes"},
        name="named")).wait_ready()


def test_a_proxy_url_is_used(start, config, plane):
    tunnel = Tunnel()
    try:
        start("--kubeconfig", config(
            cluster={"proxy-url": tunnel.url})).wait_ready()
        assert set(tunnel.targets) == {f"127.0.0.1:{plane.port}"}
    finally:
        tunnel.close()


def test_files_in_the_variable_are_merged(start, config, plane, tmp_path):
    whole = json.loads(pathlib.Path(config()).read_text())
    parts = []
    for i, keys in enumerate((["current-context", "contexts"], ["clusters"],
                              ["users"])):
        path = tmp_path / f"part-{i}"
        path.write_text(json.dumps({key: whole[key] for key in keys}))
        parts.append(str(path))
    parts.insert(1, str(tmp_path / "not-there"))
    start(env={"KUBECONFIG": ":".join(parts)}).wait_ready()


def test_the_file_in_the_home_folder_is_the_last_resort(
        start, config, tmp_path):
    folder = tmp_path / ".kube"
    folder.mkdir()
    pathlib.Path(config()).rename(folder / "config")
    start(env={"HOME": str(tmp_path)}).wait_ready()


SECRETS = "/run/secrets/kubernetes.io/serviceaccount"
IN_POD = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
          f"mount -t tmpfs none /run && mkdir -p {SECRETS} && "
          f"mount --bind \"$1\" {SECRETS} && shift && exec \"$@\"", "sh"]


def test_the_service_account_of_a_pod_is_used_and_rotates(
        binary, plane, tmp_path):
    """In a mount namespace where the secret lies as the kubelet puts it."""
    secret = tmp_path / "secret"
    secret.mkdir()
    if subprocess.run([*IN_POD, secret, "true"], check=False,
                      capture_output=True).returncode != 0:
        pytest.skip("no mount namespaces for us here")
    shutil.copy(plane.ca, secret / "ca.crt")
    (secret / "token").write_text("stale")
    (secret / "namespace").write_text("kube-system")
    command = [*IN_POD, str(secret), binary, "--listen", "127.0.0.1:0"]
    program = Statefuld(command[0], command[1:], env={
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(plane.port)})
    try:
        program.wait_line(r"Z (warn|error) .*(401|nauthorized)")
        (secret / "token.new").write_text(ADMIN)
        (secret / "token.new").rename(secret / "token")
        program.wait_ready(40)
    finally:
        program.stop()
