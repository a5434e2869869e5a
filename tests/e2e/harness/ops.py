# SPDX-License-Identifier: Apache-2.0
"""HTTP to the ops endpoint, and what Prometheus would read there."""
import http.client
import re
import socket

SAMPLE = re.compile(
    r'([a-z_:][a-z0-9_:]*)(\{[a-z_]+="(?:[^"\\]|\\.)*"'
    r'(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? (\S+)')


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=10):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Ops:
    """By a Unix socket (a path) or a port of 127.0.0.1."""

    def __init__(self, where):
        self.where = where

    def get(self, path, method="GET"):
        """(status, text)"""
        if isinstance(self.where, int):
            c = http.client.HTTPConnection("127.0.0.1", self.where, timeout=10)
        else:
            c = UnixConnection(self.where)
        try:
            c.request(method, path)
            answer = c.getresponse()
            return answer.status, answer.read().decode()
        finally:
            c.close()

    def status(self, path):
        return self.get(path)[0]

    def total(self, name, **labels):
        """Of all series of that name with these labels, 0 if there are
        none."""
        return sum(value for series, value in self.metrics().items()
                   if series.split("{")[0] == name and all(
                       f'{label}="{text}"' in re.split("[{,}]", series)
                       for label, text in labels.items()))

    def metrics(self):
        """{series: value}; insists on what the format insists on."""
        status, text = self.get("/metrics")
        assert status == 200 and text.endswith("\n")
        values, typed = {}, set()
        for line in text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in typed, f"{name} comes twice"
                assert kind in ("counter", "gauge", "histogram")
                typed.add(name)
                continue
            if line.startswith("# HELP "):
                continue
            found = SAMPLE.fullmatch(line)
            assert found, line
            name = re.sub("_(bucket|sum|count)$", "", found[1])
            assert name in typed or found[1] in typed, f"{line}: no type"
            series = found[1] + (found[2] or "")
            assert series not in values, f"{series} comes twice"
            values[series] = float(found[3])
        return values
