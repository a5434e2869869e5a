# SPDX-License-Identifier: Apache-2.0
"""A client of the API server for the tests' own use; standard library only."""
import http.client
import json
import socket
import ssl
import threading
import urllib.parse

STRATEGIC = "application/strategic-merge-patch+json"
MERGE = "application/merge-patch+json"
PATHS = {   # plural: (group and version, kind)
    "namespaces": ("/api/v1", "Namespace"),
    "nodes": ("/api/v1", "Node"),
    "services": ("/api/v1", "Service"),
    "pods": ("/api/v1", "Pod"),
    "configmaps": ("/api/v1", "ConfigMap"),
    "events": ("/api/v1", "Event"),
    "resourcequotas": ("/api/v1", "ResourceQuota"),
    "persistentvolumeclaims": ("/api/v1", "PersistentVolumeClaim"),
    "statefulsets": ("/apis/apps/v1", "StatefulSet"),
    "controllerrevisions": ("/apis/apps/v1", "ControllerRevision"),
    "endpointslices": ("/apis/discovery.k8s.io/v1", "EndpointSlice"),
}


class ApiError(Exception):
    def __init__(self, code, text):
        self.code = code
        super().__init__(f"{code}: {text[:300]}")


class Api:
    """May be shared by threads: each has a connection of its own."""
    paths = PATHS

    def __init__(self, plane, token):
        self.paths = {**PATHS, "endpointslices": (plane.slices,
                                                  "EndpointSlice")}
        self.host, self.port = "127.0.0.1", plane.port
        self.tls = ssl.create_default_context(cafile=plane.ca)
        self.headers = {"Authorization": "Bearer " + token,
                        "Accept": "application/json"}
        self.local = threading.local()

    def connect(self, timeout):
        return http.client.HTTPSConnection(self.host, self.port,
                                           timeout=timeout, context=self.tls)

    def exchange(self, method, path, data, headers):
        conn = getattr(self.local, "conn", None)
        fresh = conn is None
        if fresh:
            conn = self.local.conn = self.connect(30)
        try:
            conn.request(method, path, data, headers)
            answer = conn.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            conn.close()
            self.local.conn = None
            if fresh:
                raise
        return self.exchange(method, path, data, headers)

    def call(self, method, path, body=None, kind="application/json"):
        data = None if body is None else json.dumps(body).encode()
        headers = dict(self.headers)
        if data is not None:
            headers["Content-Type"] = kind
        status, text = self.exchange(method, path, data, headers)
        if status >= 300:
            raise ApiError(status, text.decode("utf8", "replace"))
        return json.loads(text or b"{}")

    def where(self, plural, namespace=None, name=None):
        path = self.paths[plural][0]
        if namespace:
            path += "/namespaces/" + namespace
        path += "/" + plural
        return path + "/" + name if name else path

    def create(self, plural, namespace, body):
        version = self.paths[plural][0].removeprefix("/apis/")
        body = {"apiVersion": version.removeprefix("/api/"),
                "kind": self.paths[plural][1], **body}
        return self.call("POST", self.where(plural, namespace), body)

    def get(self, plural, namespace, name):
        return self.call("GET", self.where(plural, namespace, name))

    def find(self, plural, namespace, name):
        """As get, but None where there is no such object."""
        try:
            return self.get(plural, namespace, name)
        except ApiError as e:
            if e.code != 404:
                raise
            return None

    def list(self, plural, namespace=None):
        return self.call("GET", self.where(plural, namespace))["items"]

    def patch(self, plural, namespace, name, body, sub="", kind=MERGE):
        return self.call("PATCH", self.where(plural, namespace, name) + sub,
                         body, kind)

    def delete(self, plural, namespace, name, **options):
        body = {"kind": "DeleteOptions", "apiVersion": "v1", **options}
        return self.call("DELETE", self.where(plural, namespace, name), body)

    def scale(self, namespace, name, replicas):
        self.patch("statefulsets", namespace, name,
                   {"spec": {"replicas": replicas}})

    def watch(self, path, version, sockets):
        """Yields events; the socket is in `sockets` meanwhile, so that
        somebody else can end it."""
        query = urllib.parse.urlencode(
            {"watch": 1, "resourceVersion": version, "timeoutSeconds": 300})
        conn = self.connect(330)
        conn.connect()
        sock = conn.sock
        sockets.add(sock)
        try:
            conn.request("GET", f"{path}?{query}", headers=self.headers)
            answer = conn.getresponse()
            if answer.status != 200:
                raise ApiError(answer.status, answer.read().decode())
            for line in answer:
                yield json.loads(line)
        finally:
            sockets.discard(sock)
            conn.close()


def hang_up(sockets):
    for sock in list(sockets):
        try:
            # Of the TCP connection: the reader's TLS state stays its own.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            pass
