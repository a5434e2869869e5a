# SPDX-License-Identifier: Apache-2.0
"""What happened to the objects of a namespace, in order."""
import http.client
import threading

from .api import hang_up


class History:
    """`events`: (type, name) of one kind of object, from now on. Made from
    a watch straight at the API server, not through a proxy."""

    def __init__(self, api, plural, namespace):
        self.events, self.sockets = [], set()
        path = api.where(plural, namespace)
        version = api.call("GET", path)["metadata"]["resourceVersion"]
        self.thread = threading.Thread(
            target=self.run, args=(api, path, version), daemon=True)
        self.thread.start()

    def run(self, api, path, version):
        try:
            for event in api.watch(path, version, self.sockets):
                self.events.append((event["type"],
                                    event["object"]["metadata"]["name"]))
        except (OSError, http.client.HTTPException):
            pass

    def of(self, kind):
        """The names that met that fate, in order."""
        return [name for k, name in list(self.events) if k == kind]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        hang_up(self.sockets)
        self.thread.join(5)
