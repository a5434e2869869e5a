# SPDX-License-Identifier: Apache-2.0
"""The resolvers of examples/, each in front of the program, with the example as
it is but for the addresses.

COREDNS   a CoreDNS of 1.12 or newer; Debian has none
RESOLVED  systemd-resolved, if it is not where Debian has it
"""
import os
import shutil
import socket
import subprocess
import warnings

import dns.exception
import pytest

from conftest import ROOT, REVERSE
from harness.ask import names_of, rcode, records
from harness.plane import die_with_parent
from harness.until import until


def program(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:"
                        "/usr/lib/systemd:/lib/systemd")
    path = os.environ.get({"systemd-resolved": "RESOLVED",
                           "coredns": "COREDNS"}.get(name, ""), path)
    if not path:
        warnings.warn(f"{name.upper()} IS NOT INSTALLED: its example was not "
                      "tried")
        pytest.skip(f"{name} is not installed")
    return path


def free_port():
    """One that UDP and TCP have."""
    while True:
        with socket.socket() as tcp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def unbound(path, folder, port, dns_port):
    text = (ROOT / "examples" / "unbound.conf").read_text()
    assert text.count("192.0.2.53@5300") >= 4
    conf = folder / "unbound.conf"
    conf.write_text(text.replace("192.0.2.53@5300", f"127.0.0.1@{dns_port}")
                    + f"""
server:
    interface: 127.0.0.1@{port}
    chroot: ""
    username: ""
    directory: "{folder}"
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    do-ip6: no
    module-config: "iterator"
""")
    return [path, "-d", "-c", str(conf)]


def dnsmasq(path, folder, port, dns_port):
    text = (ROOT / "examples" / "dnsmasq.conf").read_text()
    conf = folder / "dnsmasq.conf"
    conf.write_text(text.replace("192.0.2.53#5300", f"127.0.0.1#{dns_port}"))
    return [path, "--keep-in-foreground", f"--conf-file={conf}",
            f"--port={port}", "--listen-address=127.0.0.1",
            "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file",
            "--user=root", "--group=root", "--log-facility=-"]


# It reads no file but those of the machine, and wants a folder of its own: so
# it gets a view of the file system in which these are others. Without D-Bus it
# waits for it for ever, and answers.
RESOLVED_RUN = r"""
set -e
mount --make-rprivate /
mount -t tmpfs none /run
mount -t tmpfs none /etc/systemd
mkdir -p /run/systemd/resolve /etc/systemd/resolved.conf.d
cp "$1"/*.conf /etc/systemd/resolved.conf.d
for file in passwd group; do
    { grep -v ^systemd-resolve: /etc/$file; cat "$1/$file"; } >/run/$file
    mount --bind /run/$file /etc/$file
done
chown 990:990 /run/systemd/resolve
exec "$2"
"""


def resolved(path, folder, port, dns_port):
    if subprocess.run(["unshare", "-m", "mount", "--make-rprivate", "/"],
                      capture_output=True).returncode:
        pytest.skip("systemd-resolved needs a mount namespace, and root")
    if subprocess.run([path, "--version"], capture_output=True).returncode:
        pytest.skip(f"{path} does not run here")
    text = (ROOT / "examples" / "systemd-resolved.conf").read_text()
    assert text.count("192.0.2.53:5300") == 1
    (folder / "50-example.conf").write_text(
        text.replace("192.0.2.53:5300", f"127.0.0.1:{dns_port}"))
    (folder / "60-here.conf").write_text(
        "[Resolve]\nLLMNR=no\nDNSStubListener=no\n"
        f"DNSStubListenerExtra=127.0.0.1:{port}\n")
    (folder / "passwd").write_text("systemd-resolve:x:990:990::/:/bin/false\n")
    (folder / "group").write_text("systemd-resolve:x:990:\n")
    return ["unshare", "-m", "sh", "-c", RESOLVED_RUN, "sh", str(folder), path]


def coredns(path, folder, port, dns_port):
    text = (ROOT / "examples" / "Corefile").read_text()
    conf = folder / "Corefile"
    conf.write_text(text.replace("192.0.2.53:5300", f"127.0.0.1:{dns_port}"))
    return [path, "-conf", str(conf), "-dns.port", str(port)]


@pytest.fixture(params=[
    (unbound, "unbound"), (dnsmasq, "dnsmasq"), (resolved, "systemd-resolved"),
    (coredns, "coredns")], ids=lambda param: param[1])
def resolver(request, start, plane, tmp_path):
    """(its port, ours)"""
    make, name = request.param
    path = program(name)
    sut = start("--kubeconfig", plane.kubeconfig(), "--ttl", "0",
                *REVERSE).wait_ready()
    port = free_port()
    child = subprocess.Popen(
        make(path, tmp_path, port, sut.port),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent)
    yield port, sut.port
    child.terminate()
    child.wait(10)


def test_an_example_resolves_the_cluster(resolver, api, ns, wait_pods):
    port, own = resolver
    api.create("services", ns, {
        "metadata": {"name": "db"},
        "spec": {"clusterIP": "None", "selector": {"app": "db"},
                 "ports": [{"name": "sql", "port": 5432}]}})
    made = api.create("services", ns, {
        "metadata": {"name": "web"}, "spec": {"ports": [{"port": 80}]}})
    api.create("pods", ns, {
        "metadata": {"name": "db-0", "labels": {"app": "db"}},
        "spec": {"hostname": "db-0", "subdomain": "db", "containers": [
            {"name": "db", "image": "none"}]}})
    pods = wait_pods("db-0")
    zone = f"{ns}.svc.cluster.local."

    def answers(check):
        try:
            return check()
        except (OSError, dns.exception.Timeout):
            return None
    until(lambda: records(own, f"db-0.db.{zone}"), "own")
    until(lambda: answers(lambda: rcode(port, f"web.{zone}", timeout=0.5)),
          "it runs")
    assert records(port, f"web.{zone}") == [made["spec"]["clusterIP"]]
    assert records(port, f"db-0.db.{zone}") == [pods["db-0"]]
    assert records(port, f"_sql._tcp.db.{zone}", "SRV") == [
        f"0 100 5432 db-0.db.{zone}"]
    assert names_of(port, made["spec"]["clusterIP"]) == [f"web.{zone}"]
    assert rcode(port, f"none.{zone}") == "NXDOMAIN"
    assert rcode(port, f"web.{zone}", "AAAA") == "NOERROR"
    assert records(port, f"web.{zone}", tcp=True) == [
        made["spec"]["clusterIP"]]
