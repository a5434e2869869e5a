# SPDX-License-Identifier: Apache-2.0
"""Sets as people write them: storage classes, a governing Service with an
address of its own, a database with init containers and a ConfigMap."""
from harness.ask import addresses, names_of, records
from harness.objects import service, stateful_set
from harness.until import until

ZONE = "svc.cluster.local."


def test_three_replicas_with_a_storage_class(sut, ns, api, wait_pods):
    api.create("services", ns, service("nginx", "nginx"))
    api.create("statefulsets", ns, stateful_set(
        "web", "nginx", "nginx", 3,
        claims=[{"name": "www", "storageClassName": "fast"}]))
    pods = wait_pods("web-0", "web-1", "web-2")
    for name in pods:
        claim = api.get("persistentvolumeclaims", ns, f"www-{name}")
        assert claim["spec"]["storageClassName"] == "fast"
        assert claim["metadata"]["labels"] == {"app": "nginx"}
    until(lambda: addresses(sut.port, f"nginx.{ns}.{ZONE}")
          == set(pods.values()), "three addresses")


def test_a_governing_service_with_a_cluster_address(sut, ns, api, wait_pods):
    made = api.create("services", ns, service("front", "f", headless=False))
    cluster_ip = made["spec"]["clusterIP"]
    api.create("statefulsets", ns, stateful_set("f", "f", "front", 2))
    pods = wait_pods("f-0", "f-1")
    name = f"front.{ns}.{ZONE}"
    until(lambda: addresses(sut.port, name) == {cluster_ip}, "its address")
    assert names_of(sut.port, cluster_ip) == [name]
    assert [r.split()[2:] for r in
            records(sut.port, f"_web._tcp.{name}", "SRV")] == [["80", name]]
    for pod, address in pods.items():
        until(lambda: addresses(sut.port, f"{pod}.{name}") == {address},
              f"{pod} under a Service with an address (DNS-036)")


MYSQL = {
    "initContainers": [
        {"name": "init-mysql", "image": "mysql:5.7",
         "command": ["bash", "-c", "hostname > /mnt/conf.d/server-id.cnf"],
         "volumeMounts": [{"name": "conf", "mountPath": "/mnt/conf.d"},
                          {"name": "config-map",
                           "mountPath": "/mnt/config-map"}]},
        {"name": "clone-mysql", "image": "xtrabackup:1.0",
         "command": ["bash", "-c", "ncat mysql-0.mysql 3307 | xbstream -x"],
         "volumeMounts": [{"name": "data", "mountPath": "/var/lib/mysql",
                           "subPath": "mysql"}]},
    ],
    "containers": [
        {"name": "mysql", "image": "mysql:5.7",
         "env": [{"name": "MYSQL_ALLOW_EMPTY_PASSWORD", "value": "1"}],
         "ports": [{"name": "mysql", "containerPort": 3306}],
         "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}},
         "volumeMounts": [{"name": "data", "mountPath": "/var/lib/mysql",
                           "subPath": "mysql"},
                          {"name": "conf", "mountPath": "/etc/mysql/conf.d"}],
         "livenessProbe": {"exec": {"command": ["mysqladmin", "ping"]},
                           "initialDelaySeconds": 30}},
        {"name": "xtrabackup", "image": "xtrabackup:1.0",
         "ports": [{"name": "xtrabackup", "containerPort": 3307}]},
    ],
    "volumes": [
        {"name": "conf", "emptyDir": {}},
        {"name": "config-map", "configMap": {"name": "mysql"}},
    ],
}


def test_a_mysql_set_with_init_containers_and_a_config_map(
        sut, ns, api, wait_pods):
    api.create("configmaps", ns, {
        "metadata": {"name": "mysql"},
        "data": {"primary.cnf": "[mysqld]\nlog-bin\n",
                 "replica.cnf": "[mysqld]\nsuper-read-only\n"}})
    ports = (("mysql", 3306),)
    api.create("services", ns, service("mysql", "mysql", ports=ports))
    read = api.create("services", ns, service(
        "mysql-read", "mysql", headless=False, ports=ports))
    api.create("statefulsets", ns, stateful_set(
        "mysql", "mysql", "mysql", 3, template=MYSQL,
        claims=[{"name": "data", "storage": "10Gi"}]))
    pods = wait_pods("mysql-0", "mysql-1", "mysql-2")

    pod = api.get("pods", ns, "mysql-2")["spec"]
    assert [c["name"] for c in pod["initContainers"]] == ["init-mysql",
                                                          "clone-mysql"]
    volumes = {v["name"]: v for v in pod["volumes"]}
    assert volumes["config-map"]["configMap"]["name"] == "mysql"
    assert (volumes["data"]["persistentVolumeClaim"]["claimName"]
            == "data-mysql-2")
    assert (pod["hostname"], pod["subdomain"]) == ("mysql-2", "mysql")

    name = f"mysql.{ns}.{ZONE}"
    until(lambda: addresses(sut.port, name) == set(pods.values()), "all three")
    assert addresses(sut.port, f"mysql-0.{name}") == {pods["mysql-0"]}
    assert (addresses(sut.port, f"mysql-read.{ns}.{ZONE}")
            == {read["spec"]["clusterIP"]})
    assert sorted(r.split()[3] for r in
                  records(sut.port, f"_mysql._tcp.{name}", "SRV")) == [
                      f"mysql-{i}.{name}" for i in range(3)]


def test_several_zones_serve_the_same_names(start, plane, ns, api, wait_pods):
    program = start("--kubeconfig", plane.kubeconfig(), "--zone",
                    "cluster.local", "--zone", "k8s.example.org").wait_ready()
    api.create("services", ns, service("s", "s"))
    api.create("statefulsets", ns, stateful_set("s", "s", "s", 1))
    pods = wait_pods("s-0")
    for zone in "cluster.local.", "k8s.example.org.":
        until(lambda: addresses(program.port, f"s-0.s.{ns}.svc.{zone}")
              == set(pods.values()), zone)
        assert records(program.port, f"_web._tcp.s.{ns}.svc.{zone}", "SRV")[
            0].endswith(f" s-0.s.{ns}.svc.{zone}")
