# SPDX-License-Identifier: Apache-2.0
"""The lab is killed at random moments under writes: what it acknowledged is
there afterwards, whole and once, versions go on growing, and a watcher finds
its way back.

STATEFULD_KILLS  how often (default: 8)
"""
import http.client
import json
import os
import random
import re
import resource
import threading
import time

from harness.plane import free_port
from harness.until import until

KILLS = int(os.environ.get("STATEFULD_KILLS", "8"))
WRITES_PER_S = 100
NAMES = 40
PATH = "/api/v1/namespaces/default/configmaps"
GONE = object()
# Makes a write large enough to be torn, if it could be.
PADDING = "x" * 3000


def config_map(name, value):
    return {"apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name},
            "data": {"first": str(value), "padding": PADDING,
                     "last": str(value)}}


def version_of(item):
    return int(item["metadata"]["resourceVersion"])


def value_of(item):
    """The number that was written; both ends of it must be there."""
    data = item["data"]
    assert data["first"] == data["last"] and data["padding"] == PADDING
    return int(data["first"])


class Lab:
    """The program on one data folder and port, through its deaths."""

    def __init__(self, start, folder):
        self.start_program, self.port = start, free_port()
        self.args = ["lab", "--no-node", "--no-reconcile",
                     "--data-dir", str(folder / "data"),
                     "--api", f"127.0.0.1:{self.port}",
                     "--kubeconfig-out", str(folder / "kubeconfig")]

    def start(self):
        self.program = self.start_program(*self.args)
        for line in self.program.process.stdout:
            if line.strip() == "ready":
                return
        raise AssertionError("no line that says ready:\n"
                             + "\n".join(self.program.lines))

    def kill(self):
        self.program.process.kill()
        self.program.wait()

    def connect(self, timeout=20):
        return http.client.HTTPConnection("127.0.0.1", self.port,
                                          timeout=timeout)

    def list(self):
        conn = self.connect()
        conn.request("GET", PATH)
        answer = json.loads(conn.getresponse().read())
        conn.close()
        return answer


class Ledger:
    """What was acknowledged, and what may or may not have happened."""

    def __init__(self):
        self.known = {}     # name: value or GONE
        self.doubtful = {}  # name: value or GONE of the unanswered request
        self.uids = {}
        self.newest = 0
        self.writes = 0

    def acknowledge(self, name, value, answer):
        self.known[name] = value
        self.doubtful.pop(name, None)
        self.writes += 1
        if value is GONE:
            self.uids.pop(name, None)
            return
        self.note_version(version_of(answer))
        uid = answer["metadata"]["uid"]
        assert self.uids.setdefault(name, uid) == uid

    def note_version(self, version):
        assert version > self.newest, "a version came twice"
        self.newest = version

    def check(self, listed):
        """The list against all that is known; doubts are settled by it."""
        items = {i["metadata"]["name"]: i for i in listed["items"]
                 if i["metadata"]["name"].startswith("it-")}
        assert int(listed["metadata"]["resourceVersion"]) >= self.newest
        for name in self.known.keys() | self.doubtful.keys() | items.keys():
            found = value_of(items[name]) if name in items else GONE
            allowed = [self.known.get(name, GONE)]
            if name in self.doubtful:
                allowed.append(self.doubtful.pop(name))
            assert found in allowed, (name, found, allowed)
            self.known[name] = found
            if found is GONE:
                self.uids.pop(name, None)
            else:
                uid = items[name]["metadata"]["uid"]
                assert self.uids.setdefault(name, uid) == uid


class Writer(threading.Thread):
    """Writes until the server is gone."""

    def __init__(self, lab, ledger, value):
        super().__init__(daemon=True)
        self.lab, self.ledger, self.value = lab, ledger, value
        self.problem = None

    def one(self, conn):
        ledger, name = self.ledger, f"it-{random.randrange(NAMES)}"
        self.value += 1
        method, path, code, value = "PUT", f"{PATH}/{name}", 200, self.value
        if ledger.known.get(name, GONE) is GONE:
            method, path, code = "POST", PATH, 201
        elif random.randrange(4) == 0:
            method, value = "DELETE", GONE
        body = None if value is GONE else json.dumps(config_map(name, value))
        ledger.doubtful[name] = value
        conn.request(method, path, body, {"Content-Type": "application/json"})
        response = conn.getresponse()
        answer = json.loads(response.read())
        assert response.status == code, answer
        ledger.acknowledge(name, value, answer)

    def run(self):
        conn, due = self.lab.connect(), time.monotonic()
        try:
            while True:
                self.one(conn)
                due += 1 / WRITES_PER_S
                time.sleep(max(0, due - time.monotonic()))
        except (OSError, http.client.HTTPException, ValueError):
            pass    # it was killed
        except AssertionError as e:
            self.problem = e


class Watcher(threading.Thread):
    """Lists and watches as clients do, over all deaths of the server."""

    def __init__(self, lab):
        super().__init__(daemon=True)
        self.lab, self.stop = lab, False
        self.items, self.version, self.lists = {}, None, 0
        self.start()

    def relist(self):
        listed = self.lab.list()
        self.items = {i["metadata"]["name"]: i for i in listed["items"]}
        self.version = listed["metadata"]["resourceVersion"]
        self.lists += 1

    def take(self, event):
        if event["type"] == "ERROR":
            assert event["object"]["code"] == 410, event
            self.version = None
            return
        item = event["object"]
        self.version = item["metadata"]["resourceVersion"]
        if event["type"] == "DELETED":
            self.items.pop(item["metadata"]["name"])
        else:
            self.items[item["metadata"]["name"]] = item

    def watch(self):
        conn = self.lab.connect(60)
        conn.request("GET", f"{PATH}?watch=1&resourceVersion={self.version}")
        response = conn.getresponse()
        if response.status == 410:
            self.version = None
            return
        assert response.status == 200, response.read()
        while self.version is not None and (line := response.readline()):
            self.take(json.loads(line))

    def run(self):
        while not self.stop:
            try:
                if self.version is None:
                    self.relist()
                self.watch()
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)


def has_caught_up(watcher, lab):
    listed = lab.list()["items"]
    return {i["metadata"]["name"]: version_of(i) for i in listed} == {
        name: version_of(i) for name, i in dict(watcher.items).items()}


def test_nothing_acknowledged_is_lost_by_kill_9(start, tmp_path):
    lab, ledger = Lab(start, tmp_path), Ledger()
    lab.start()
    watcher, value = Watcher(lab), 0
    for _ in range(KILLS):
        writer = Writer(lab, ledger, value)
        writer.start()
        time.sleep(random.uniform(0.02, 0.5))
        lab.kill()
        writer.join(20)
        assert writer.problem is None, writer.problem
        value = writer.value
        lab.start()
        ledger.check(lab.list())
    until(lambda: has_caught_up(watcher, lab), "the watcher caught up", 20)
    watcher.stop = True
    assert watcher.lists > 1
    assert ledger.writes >= KILLS * 5
    print(f"{KILLS} kills, {ledger.writes} acknowledged writes,"
          f" {watcher.lists} lists of the watcher")


def test_a_second_process_is_told_who_has_the_folder(start, tmp_path):
    lab = Lab(start, tmp_path)
    lab.start()
    other = start(*lab.args[:-3], "127.0.0.1:0")
    assert other.wait() != 0
    assert any(re.search(r"another process has it open", line)
               and str(tmp_path) in line for line in other.lines), other.lines


def test_the_end_and_a_new_start_keep_objects_and_versions(start, tmp_path):
    lab, ledger = Lab(start, tmp_path), Ledger()
    lab.start()
    writer = Writer(lab, ledger, 0)
    conn = lab.connect()
    for _ in range(50):
        writer.one(conn)
    conn.close()
    lab.program.stop()
    lab.start()
    ledger.check(lab.list())
    conn = lab.connect()
    for _ in range(50):
        writer.one(conn)
    conn.close()


def limit_files(lab, size):
    """Has writes of files beyond that size fail, as a full disk does."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.prlimit(lab.program.process.pid, resource.RLIMIT_FSIZE,
                     (size, hard))


def request(conn, method, path, body=None):
    conn.request(method, path, body and json.dumps(body),
                 {"Content-Type": "application/json"})
    response = conn.getresponse()
    return response.status, json.loads(response.read())


def test_a_disk_that_refuses_is_said_and_reads_go_on(start, tmp_path):
    lab = Lab(start, tmp_path)
    lab.start()
    watcher = Watcher(lab)
    conn = lab.connect()
    # What comes after its list it can only have from its watch: a watch that
    # began after a refusal would have to list again.
    until(lambda: watcher.lists == 1, "the watcher's list", 20)
    assert request(conn, "POST", PATH, config_map("it-1", 1))[0] == 201
    until(lambda: has_caught_up(watcher, lab), "the watcher caught up", 20)
    limit_files(lab, 0)
    # The first is refused when its turn ends, those after it at once.
    assert request(conn, "POST", PATH, config_map("it-2", 2))[0] == 500
    for _ in range(3):
        for method, path, name in (("POST", PATH, "it-2"),
                                   ("PUT", PATH + "/it-1", "it-1"),
                                   ("DELETE", PATH + "/it-1", None)):
            body = name and config_map(name, 2)
            code, status = request(conn, method, path, body)
            assert code == 500 and status["kind"] == "Status", status
            assert str(tmp_path) in status["message"], status
            assert "File too large" in status["message"], status
        names = {i["metadata"]["name"]: value_of(i)
                 for i in lab.list()["items"]
                 if i["metadata"]["name"].startswith("it-")}
        assert names == {"it-1": 1}
    limit_files(lab, resource.RLIM_INFINITY)
    assert request(conn, "POST", PATH, config_map("it-2", 3))[0] == 201
    until(lambda: has_caught_up(watcher, lab), "the watcher caught up", 20)
    watcher.stop = True
    assert watcher.lists == 1
    lab.kill()
    lab.start()
    assert {value_of(i) for i in lab.list()["items"]
            if i["metadata"]["name"].startswith("it-")} == {1, 3}
