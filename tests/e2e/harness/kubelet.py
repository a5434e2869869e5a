# SPDX-License-Identifier: Apache-2.0
"""Plays scheduler and kubelet: binds pods, makes them run and ready with an
address of their own, and removes those that are to go."""
import heapq
import http.client
import ipaddress
import re
import sys
import threading
import time

from .api import STRATEGIC, ApiError, hang_up

NODE = "node-0"


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def is_ready(pod):
    return any(c["type"] == "Ready" and c["status"] == "True"
               for c in pod["status"].get("conditions", []))


def running(pod, address, ready):
    """The status that makes a pod run, ready or not."""
    now, word = stamp(), "True" if ready else "False"
    status = {
        "phase": "Running", "hostIP": "127.0.0.1", "podIP": address,
        "podIPs": [{"ip": address}], "startTime": now,
        "conditions": [
            {"type": kind, "status": word, "lastTransitionTime": now}
            for kind in ("Initialized", "Ready", "ContainersReady")],
        "containerStatuses": [
            {"name": c["name"], "image": c["image"], "imageID": c["image"],
             "containerID": "fake://" + c["name"], "ready": ready,
             "started": True, "restartCount": 0,
             "state": {"running": {"startedAt": now}}}
            for c in pod["spec"]["containers"]],
    }
    return {"metadata": {"uid": pod["metadata"]["uid"]}, "status": status}


class Kubelet:
    def __init__(self, api, ready_s=0.05, stop_s=0.05):
        self.api, self.ready_s, self.stop_s = api, ready_s, stop_s
        self.addresses = ipaddress.ip_network("10.244.0.0/16").hosts()
        self.address_of = {}    # uid -> address
        self.pods = {}          # (namespace, name) -> pod
        self.held = set()       # (namespace, pattern): not to get ready
        self.due = []           # heap of (when, n, key, uid, action)
        self.planned = set()    # (key, uid, action) in it
        self.n = 0
        self.changed = threading.Condition()
        self.stopping = threading.Event()
        self.sockets = set()
        self.threads = [threading.Thread(target=f, daemon=True)
                        for f in (self.look, self.work, self.work)]

    def start(self):
        # The endpointslice controller looks up the node of each pod.
        self.api.create("nodes", None, {"metadata": {"name": NODE}})
        for t in self.threads:
            t.start()

    def stop(self):
        self.stopping.set()
        hang_up(self.sockets)
        with self.changed:
            self.changed.notify_all()
        for t in self.threads:
            t.join(5)

    def hold(self, namespace, pattern):
        """Such pods run, but are not ready, until let()."""
        self.change_rules(namespace,
                          lambda: self.held.add((namespace, pattern)))

    def let(self, namespace, pattern):
        self.change_rules(namespace,
                          lambda: self.held.discard((namespace, pattern)))

    def change_rules(self, namespace, change):
        with self.changed:
            change()
            for key in self.pods:
                if key[0] == namespace:
                    self.plan(key)

    def action(self, pod):
        """What a kubelet would do next, and after how long; or None."""
        meta, status = pod["metadata"], pod["status"]
        if meta.get("deletionTimestamp"):
            return ("remove", self.stop_s)
        if not pod["spec"].get("nodeName"):
            return ("bind", 0)
        if status.get("phase") in ("Failed", "Succeeded"):
            return None
        hold = any(ns == meta["namespace"] and re.search(p, meta["name"])
                   for ns, p in self.held)
        if status.get("phase") != "Running" or is_ready(pod) == hold:
            return ("hold" if hold else "ready", self.ready_s)
        return None

    def plan(self, key):
        """With the lock held."""
        pod = self.pods[key]
        action = self.action(pod)
        if action is None:
            return
        task = (key, pod["metadata"]["uid"], action[0])
        if task in self.planned:
            return
        self.planned.add(task)
        self.n += 1
        heapq.heappush(self.due, (time.monotonic() + action[1], self.n, *task))
        self.changed.notify()

    def see(self, kind, pod):
        meta = pod["metadata"]
        key = (meta["namespace"], meta["name"])
        with self.changed:
            if kind == "DELETED":
                self.pods.pop(key, None)
            else:
                self.pods[key] = pod
                self.plan(key)

    def look(self):
        while not self.stopping.is_set():
            try:
                answer = self.api.call("GET", "/api/v1/pods")
                with self.changed:
                    self.pods.clear()
                for pod in answer["items"]:
                    self.see("ADDED", pod)
                version = answer["metadata"]["resourceVersion"]
                for event in self.api.watch("/api/v1/pods", version,
                                            self.sockets):
                    if event["type"] == "ERROR":
                        break
                    self.see(event["type"], event["object"])
            except (OSError, ValueError, ApiError,
                    http.client.HTTPException):
                pass            # the server is away: look again
            self.stopping.wait(0.1)

    def take(self):
        """The next task that still makes sense, or None."""
        with self.changed:
            while not self.due or self.due[0][0] > time.monotonic():
                if self.stopping.is_set():
                    return None
                self.changed.wait(self.due[0][0] - time.monotonic()
                                  if self.due else 1)
            _, _, key, uid, action = heapq.heappop(self.due)
            self.planned.discard((key, uid, action))
            pod = self.pods.get(key)
            if pod is None or pod["metadata"]["uid"] != uid:
                return None
            now = self.action(pod)
            if now is None or now[0] != action:
                self.plan(key)
                return None
            if uid not in self.address_of:
                self.address_of[uid] = str(next(self.addresses))
            return key, pod, action

    def act(self, key, pod, action):
        path = f"/api/v1/namespaces/{key[0]}/pods/{key[1]}"
        uid = pod["metadata"]["uid"]
        if action == "bind":
            self.api.call("POST", path + "/binding", {
                "apiVersion": "v1", "kind": "Binding",
                "metadata": {"name": key[1], "uid": uid},
                "target": {"apiVersion": "v1", "kind": "Node", "name": NODE}})
        elif action == "remove":
            self.api.call("DELETE", path, {
                "kind": "DeleteOptions", "apiVersion": "v1",
                "gracePeriodSeconds": 0, "preconditions": {"uid": uid}})
        else:
            self.api.call("PATCH", path + "/status",
                          running(pod, self.address_of[uid],
                                  action == "ready"), STRATEGIC)

    def work(self):
        while not self.stopping.is_set():
            task = self.take()
            if task is None:
                continue
            try:
                self.act(*task)
            except ApiError as e:
                if e.code not in (404, 409):    # overtaken by events
                    print(f"kubelet: {task[2]} {task[0]}: {e}",
                          file=sys.stderr)
                    self.again(task[0])
            except (OSError, http.client.HTTPException):
                self.again(task[0])

    def again(self, key):
        self.stopping.wait(0.2)
        with self.changed:
            if key in self.pods:
                self.plan(key)
