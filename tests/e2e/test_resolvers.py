# SPDX-License-Identifier: Apache-2.0
"""The resolvers of examples/, each in front of the program, with the example as
it is but for the addresses."""
import shutil
import socket
import subprocess
import warnings

import pytest

from conftest import ROOT, REVERSE
from harness.ask import names_of, rcode, records
from harness.plane import die_with_parent
from harness.until import until


def program(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
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


@pytest.fixture(params=[unbound, dnsmasq], ids=["unbound", "dnsmasq"])
def resolver(request, start, plane, tmp_path):
    """(its port, ours)"""
    path = program(request.param.__name__)
    sut = start("--kubeconfig", plane.kubeconfig(), "--ttl", "0",
                *REVERSE).wait_ready()
    port = free_port()
    child = subprocess.Popen(
        request.param(path, tmp_path, port, sut.port),
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
        except OSError:
            return None
    until(lambda: answers(lambda: records(own, f"db-0.db.{zone}")), "own")
    until(lambda: answers(lambda: rcode(port, f"web.{zone}")), "it runs")
    assert records(port, f"web.{zone}") == [made["spec"]["clusterIP"]]
    assert records(port, f"db-0.db.{zone}") == [pods["db-0"]]
    assert records(port, f"_sql._tcp.db.{zone}", "SRV") == [
        f"0 100 5432 db-0.db.{zone}"]
    assert names_of(port, made["spec"]["clusterIP"]) == [f"web.{zone}"]
    assert rcode(port, f"none.{zone}") == "NXDOMAIN"
    assert rcode(port, f"web.{zone}", "AAAA") == "NOERROR"
    assert records(port, f"web.{zone}", tcp=True) == [
        made["spec"]["clusterIP"]]
