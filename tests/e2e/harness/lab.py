# SPDX-License-Identifier: Apache-2.0
"""`statefuld lab` as a server to talk to."""
import http.client
import json
import ssl
import urllib.parse

from .until import until


class Lab:
    """Started by the fixture `start`, so that the test ends it cleanly."""

    def __init__(self, start, folder, *args):
        self.kubeconfig = str(folder / "kubeconfig")
        self.program = start(
            "lab", "--api", "127.0.0.1:0", "--kubeconfig-out", self.kubeconfig,
            *map(str, args))
        self.token = self.ca = None
        self.greeting = []
        for line in self.program.process.stdout:
            self.greeting.append(line.rstrip("\n"))
            if line == "ready\n":
                break
        else:
            self.program.wait()
            raise AssertionError("\n".join(self.program.lines))
        self.url = self.greeting[0].split()[2].rstrip(",")
        self.port = urllib.parse.urlsplit(self.url).port

    def connect(self):
        if self.url.startswith("https:"):
            return http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=30,
                context=ssl.create_default_context(cafile=self.ca))
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def exchange(self, method, path, body=None, kind="application/json"):
        """(status, answer), the answer parsed where it is JSON."""
        headers = {"Content-Type": kind}
        if self.token is not None:
            headers["Authorization"] = "Bearer " + self.token
        data = body if body is None or isinstance(body, bytes) \
            else json.dumps(body).encode()
        conn = self.connect()
        try:
            conn.request(method, path, data, headers)
            answer = conn.getresponse()
            text = answer.read().decode()
            json_here = answer.getheader("Content-Type", "").startswith(
                "application/json")
            return answer.status, json.loads(text) if json_here else text
        finally:
            conn.close()

    def call(self, method, path, body=None, kind="application/json"):
        status, answer = self.exchange(method, path, body, kind)
        assert status < 300, answer
        return answer

    def find(self, path):
        """None where there is no such object."""
        status, answer = self.exchange("GET", path)
        return answer if status == 200 else None

    def wait_pods(self, *names, seconds=20):
        """Until exactly these pods are ready; {name: address}."""
        def there():
            items = self.call("GET", "/api/v1/pods")["items"]
            ready = {pod["metadata"]["name"]: pod["status"].get("podIP")
                     for pod in items
                     if any(c["type"] == "Ready" and c["status"] == "True"
                            for c in pod["status"].get("conditions", []))}
            return ready if len(items) == len(ready) and \
                sorted(ready) == sorted(names) else None
        return until(there, f"pods {names} ready", seconds)
