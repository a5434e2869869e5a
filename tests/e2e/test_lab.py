# SPDX-License-Identifier: Apache-2.0
"""`statefuld lab`: one command, and kubectl and dig have a cluster."""
import os
import pathlib
import re
import shutil
import signal
import socket
import stat
import subprocess
import time

import pytest

from harness.ask import ask, names_of, records
from harness.cert import make_cert
from harness.lab import Lab
from harness.until import until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WEB = ROOT / "examples" / "web.yaml"


@pytest.fixture
def lab(start, tmp_path):
    """lab(ARG...) starts one and waits until it is ready."""
    def run(*args):
        return Lab(start, tmp_path, *args)
    return run


@pytest.fixture
def refused(binary, tmp_path):
    """refused(ARG...) gives the one line that a lab ends with at once."""
    def run(*args, code=1):
        done = subprocess.run(
            [binary, "lab", "--api", "127.0.0.1:0", "--listen", "127.0.0.1:0",
             *map(str, args)], cwd=tmp_path, text=True, capture_output=True,
            timeout=20)
        assert done.returncode == code, done.stderr
        assert done.stdout == ""
        lines = done.stderr.splitlines()
        assert len(lines) == 1, done.stderr
        return lines[0]
    return run


def write(folder, name, text):
    (folder / name).write_text(text)
    return folder / name


def test_a_newcomer_gets_pods_names_and_addresses(lab):
    lab = lab("--apply", WEB)
    pods = lab.wait_pods("web-0", "web-1")
    port = lab.program.port
    zone = "nginx.default.svc.cluster.local"
    until(lambda: records(port, "web-1." + zone) == [pods["web-1"]],
          "web-1 in the DNS")
    assert records(port, "web-0." + zone) == [pods["web-0"]]
    assert set(records(port, zone)) == set(pods.values())
    assert records(port, "kubernetes.default.svc.cluster.local") == [
        "10.96.0.1"]
    # The reverse zones are there without a flag.
    assert names_of(port, pods["web-0"]) == [f"web-0.{zone}."]
    assert names_of(port, "10.96.0.1") == [
        "kubernetes.default.svc.cluster.local."]
    assert all(ip.startswith("127.") for ip in pods.values())


def test_it_says_what_runs_where_and_what_to_type(lab):
    lab = lab("--apply", WEB)
    text = "\n".join(lab.greeting)
    assert lab.greeting[-1] == "ready"
    assert lab.url in text
    assert f"kubectl --kubeconfig {lab.kubeconfig} " in text
    assert (f"dig @127.0.0.1 -p {lab.program.port} "
            "web-0.nginx.default.svc.cluster.local") in text


def test_it_is_ready_in_a_fifth_of_a_second(start, tmp_path):
    best = 9
    for i in range(3):
        folder = tmp_path / str(i)
        folder.mkdir()
        begin = time.monotonic()
        lab = Lab(start, folder)
        lab.call("GET", "/readyz")
        ask(lab.program.port, "kubernetes.default.svc.cluster.local")
        best = min(best, time.monotonic() - begin)
        lab.program.stop()
    # A sanitizer slows it down, a busy machine too.
    assert best < (2.0 if os.environ.get("STATEFULD_SLOW") else 0.2), best


def test_the_kubeconfig_is_for_its_user_alone(lab):
    lab = lab()
    mode = stat.S_IMODE(os.stat(lab.kubeconfig).st_mode)
    assert mode == 0o600


def test_a_temporary_kubeconfig_goes_with_the_lab(start, tmp_path):
    program = start("lab", "--api", "127.0.0.1:0",
                    env={"TMPDIR": str(tmp_path)})
    for line in program.process.stdout:
        if line.strip() == "ready":
            break
    (found,) = tmp_path.glob("statefuld-lab-*/kubeconfig")
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    program.stop()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_it_cleanly_with_watchers_at_work(lab):
    lab = lab("--apply", WEB)
    lab.wait_pods("web-0", "web-1")
    watch = socket.create_connection(("127.0.0.1", lab.port))
    watch.sendall(b"GET /api/v1/pods?watch=1 HTTP/1.1\r\nHost: lab\r\n\r\n")
    assert watch.recv(15).startswith(b"HTTP/1.1 200")
    lab.program.signal(signal.SIGINT)
    assert lab.program.wait(5) == 0
    watch.close()


def test_data_outlives_the_process(lab, tmp_path):
    args = ["--data-dir", tmp_path / "data", "--apply", WEB]
    one = lab(*args)
    pods = one.wait_pods("web-0", "web-1")
    one.call("PATCH", "/apis/apps/v1/namespaces/default/statefulsets/web",
             {"metadata": {"labels": {"kept": "yes"}}},
             kind="application/merge-patch+json")
    version = int(one.call("GET", "/api/v1/pods")["metadata"][
        "resourceVersion"])
    uid = one.call("GET", "/api/v1/namespaces/default/pods/web-0")[
        "metadata"]["uid"]
    one.program.stop()
    two = lab(*args)
    assert two.wait_pods("web-0", "web-1") == pods
    assert int(two.call("GET", "/api/v1/pods")["metadata"][
        "resourceVersion"]) >= version
    web = two.call("GET", "/apis/apps/v1/namespaces/default/statefulsets/web")
    assert web["metadata"]["labels"]["kept"] == "yes"
    assert two.call("GET", "/api/v1/namespaces/default/pods/web-0")[
        "metadata"]["uid"] == uid


def test_one_data_folder_serves_one_process(lab, refused, tmp_path):
    lab("--data-dir", tmp_path / "data")
    assert str(tmp_path / "data") in refused("--data-dir", tmp_path / "data")


BAD = {
    "kind": ("a.yaml", "apiVersion: v1\nkind: Pot\nmetadata: {name: a}\n",
             r"a\.yaml line 2: kind: .*\"Pot\""),
    "syntax": ("a.yaml", "a: 1\nb: [\n", r"a\.yaml.* line 3: "),
    "twice": ("a.yaml", "kind: Pod\nkind: Pod\n", r"a\.yaml.* line 2: .*kind"),
    "name": ("a.yaml", "kind: Pod\napiVersion: v1\nmetadata:\n  labels: {}\n",
             r"a\.yaml line 3: metadata\.name: is missing"),
    "field": ("a.yaml", "---\n# first\n---\napiVersion: apps/v1\n"
              "kind: StatefulSet\nmetadata:\n  name: a\nspec:\n"
              "  replicsa: 3\n",
              r"a\.yaml line 9: spec\.replicsa: .*unknown field"),
    "type": ("a.yaml", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata:\n"
             "  name: a\nspec:\n  serviceName: a\n  replicas: many\n",
             r"a\.yaml line 7: spec\.replicas: json: cannot unmarshal"),
    "value": ("a.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n"
              "  name: a\nspec:\n  ports:\n  - port: 80\n  - name: b\n"
              "    port: 99999\n",
              r"a\.yaml line [789]: spec\.ports\[[01]\]\.\w+: "),
    "in a list": ("a.json", '{"apiVersion": "v1", "kind": "List", "items": [\n'
                  '{"apiVersion": "v1", "kind": "Pod", "metadata":\n'
                  ' {"name": "A_b"}, "spec": {"containers":\n'
                  '  [{"name": "c", "image": "i"}]}}]}',
                  r"a\.json line 3: items\[0\]\.metadata\.name: .*A_b"),
    "namespace": ("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n"
                  "  name: a\n  namespace: none\n",
                  r"a\.yaml line \d: .*namespaces \"none\" not found"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_manifest_is_named_with_line_and_field(refused, tmp_path, case):
    name, text, want = BAD[case]
    line = refused("--apply", write(tmp_path, name, text))
    assert re.search(want, line), line


def test_files_of_a_folder_are_applied_in_order(lab, refused, tmp_path):
    folder = tmp_path / "manifests"
    folder.mkdir()
    assert "no file" in refused("--apply", folder)
    write(folder, "a.yaml", "apiVersion: v1\nkind: ConfigMap\n"
          "metadata: {name: a, namespace: other}\n")
    write(folder, "b.yml", "apiVersion: v1\nkind: Namespace\n"
          "metadata: {name: other}\n")
    write(folder, "notes.txt", "not: [yaml")
    lab = lab("--apply", folder)
    assert lab.call("GET", "/api/v1/namespaces/other/configmaps/a")
    assert "No such file" in refused("--apply", tmp_path / "nothing.yaml")


def test_what_is_not_loopback_needs_tls_and_a_token(refused, tmp_path):
    token = write(tmp_path, "token", "secret\n")
    assert "--token-file" in refused("--api", "0.0.0.0:0")
    assert "--tls-cert" in refused("--api", "0.0.0.0:0", "--token-file", token)
    assert "--tls-key" in refused("--tls-cert", token)
    assert "flag" in refused("--tls", code=2)


@pytest.fixture
def certificate(tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make_cert(cert, key)
    return cert, key


def test_tls_and_token_are_asked_for_and_used(lab, certificate, tmp_path):
    cert, key = certificate
    token = write(tmp_path, "token", "secret\n")
    lab = lab("--tls-cert", cert, "--tls-key", key, "--token-file", token,
              "--apply", WEB)
    assert lab.url.startswith("https://127.0.0.1:")
    # The controller goes the same way in.
    lab.token, lab.ca = "secret", cert
    lab.wait_pods("web-0", "web-1")
    for wrong in "Secret", "secretx", "", None:
        lab.token = wrong
        status, body = lab.exchange("GET", "/api/v1/pods")
        assert status == 401 and body["reason"] == "Unauthorized"


def test_without_node_pods_stay_as_they_are_written(lab):
    lab = lab("--apply", WEB, "--no-node")
    pod = until(lambda: lab.find("/api/v1/namespaces/default/pods/web-0"),
                "web-0")
    assert pod["status"]["phase"] == "Pending"
    assert "nodeName" not in pod["spec"]
    assert lab.call("GET", "/api/v1/nodes")["items"] == []


def test_without_reconciler_sets_stay_as_they_are_written(lab):
    lab = lab("--apply", WEB, "--no-reconcile")
    time.sleep(0.3)
    assert lab.call("GET", "/api/v1/pods")["items"] == []
    # The DNS is there all the same.
    assert records(lab.program.port, "kubernetes.default.svc.cluster.local")


def test_pods_get_addresses_of_the_range_and_wait_as_told(lab):
    lab = lab("--apply", WEB, "--pod-cidr", "127.99.1.0/24",
              "--ready-delay", "600ms")
    begin = time.monotonic()
    pods = lab.wait_pods("web-0", "web-1")
    assert time.monotonic() - begin > 0.9
    assert all(ip.startswith("127.99.1.") for ip in pods.values())
    assert names_of(lab.program.port, pods["web-1"]) == [
        "web-1.nginx.default.svc.cluster.local."]


def test_there_are_no_quotas_and_nobody_minds_the_question(lab):
    lab = lab("--no-node")
    path = "/api/v1/namespaces/default/"
    for verb in "GET", "DELETE":
        quotas = lab.call(verb, path + "resourcequotas")
        assert quotas["kind"] == "ResourceQuotaList" and quotas["items"] == []
    status, _ = lab.exchange("POST", path + "resourcequotas", {})
    assert status == 404


def test_pods_keep_to_the_limits_of_their_namespace(lab):
    lab = lab("--no-node")
    path = "/api/v1/namespaces/default/"
    lab.call("POST", path + "limitranges", {
        "metadata": {"name": "l"}, "spec": {"limits": [
            {"type": "Container", "max": {"cpu": "1"}}]}})

    def pod(name, **resources):
        return lab.exchange("POST", path + "pods", {
            "metadata": {"name": name}, "spec": {"containers": [
                {"name": "c", "image": "i", "resources": resources}]}})

    status, made = pod("small")
    assert status == 201
    assert made["spec"]["containers"][0]["resources"] == {
        "limits": {"cpu": "1"}, "requests": {"cpu": "1"}}
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu request for container c; "
        "cpu limit for container c")
    status, refusal = pod("large", limits={"cpu": "2"})
    assert status == 403 and refusal["message"] == (
        'pods "large" is forbidden: maximum cpu usage per Container is 1, '
        'but limit is 2')
    lab.call("DELETE", path + "limitranges")
    assert pod("large", limits={"cpu": "2"})[0] == 201


def test_kubectl_works_as_with_a_cluster(lab, tmp_path):
    kubectl = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if not kubectl:
        pytest.skip("there is no kubectl")
    lab = lab()

    def run(*args, stdin=None):
        done = subprocess.run(
            [kubectl, "--kubeconfig", lab.kubeconfig,
             f"--cache-dir={tmp_path / 'cache'}", *args], text=True,
            input=stdin, capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "statefulset.apps/web created" in run("apply", "-f", str(WEB))
    run("rollout", "status", "statefulset/web", "--timeout=20s")
    assert re.search(r"web +2/2", run("get", "statefulset", "web"))
    run("scale", "statefulset", "web", "--replicas=3")
    run("wait", "--for=condition=Ready", "pod/web-2", "--timeout=20s")
    run("create", "configmap", "c", "--from-literal=a=b")
    run("create", "secret", "generic", "s", "--from-literal=a=b")
    assert run("get", "cm", "c", "-o", "jsonpath={.data.a}") == "b"
    assert run("get", "secret", "s", "-o", "jsonpath={.data.a}") == "Yg=="
    run("delete", "-f", str(WEB), "--timeout=20s")
    until(lambda: "web" not in run("get", "pods"), "the pods are gone")
