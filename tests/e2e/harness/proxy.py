# SPDX-License-Identifier: Apache-2.0
"""A plain-http reverse proxy in front of the API server that can spoil what
passes: answer by itself, lose answers, cut watches anywhere, be away."""
import http.client
import http.server
import json
import socket
import ssl
import threading
import urllib.parse

PASS = ("Authorization", "Content-Type", "Accept", "User-Agent")


class Fault:
    """Lets the exchange pass unharmed; the others override."""

    def __init__(self, times=None):
        self.left = times       # None: always
        self.n = 0              # exchanges that it was used on

    def use(self):
        if self.left == 0:
            return False
        self.n += 1
        if self.left is not None:
            self.left -= 1
        return True


class Status(Fault):
    """Answers with that status instead of asking the server."""

    def __init__(self, code, times=None, retry_after=None):
        super().__init__(times)
        self.code, self.retry_after = code, retry_after


class Hold(Fault):
    """Lets it pass once let_go() was called."""

    def __init__(self, times=None):
        super().__init__(times)
        self.gate = threading.Event()

    def let_go(self):
        self.gate.set()


class Lose(Fault):
    """Has the server act, and hangs up instead of handing the answer on."""


class Refuse(Fault):
    """Hangs up before the server hears of it."""


class Cut(Fault):
    """Hangs up after so many bytes of the answer."""

    def __init__(self, after, times=None):
        super().__init__(times)
        self.after = after


class Crumble(Fault):
    """Hands the answer on in chunks of so many bytes."""

    def __init__(self, size, times=None):
        super().__init__(times)
        self.size = size


class Proxy:
    """`rules`: list of (matches(method, path), fault), the first match that
    is not used up counts. `log`: (method, path, status or fault's name)."""

    def __init__(self, plane):
        self.plane = plane
        self.tls = ssl.create_default_context(cafile=plane.ca)
        self.rules, self.log = [], []
        self.away = False
        self.open = set()
        self.lock = threading.Lock()
        outer = self

        class Handler(_Handler):
            proxy = outer

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.go_away()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def cut_all(self):
        """Hangs up all that is under way."""
        with self.lock:
            sockets = list(self.open)
        for sock in sockets:
            try:
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
            except OSError:
                pass

    def go_away(self):
        """From now on every connection is dropped."""
        self.away = True
        self.cut_all()

    def come_back(self):
        self.away = False

    def fault_for(self, method, path):
        with self.lock:
            for matches, fault in self.rules:
                if matches(method, path) and fault.use():
                    return fault
        return None

    def requests(self, method, part=""):
        """Those of that method whose path has `part` in it."""
        return [entry for entry in list(self.log)
                if entry[0] == method and part in entry[1]]


def is_watch(method, path):
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    return method == "GET" and query.get("watch", ["0"])[0] in ("1", "true")


def is_write(method, path):
    return method != "GET"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    proxy = None

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        with self.proxy.lock:
            self.proxy.open.add(self.connection)

    def finish(self):
        with self.proxy.lock:
            self.proxy.open.discard(self.connection)
        try:
            super().finish()
        except OSError:
            pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (OSError, http.client.HTTPException):
            self.close_connection = True

    def hang_up(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def relay(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else None
        fault = self.proxy.fault_for(self.command, self.path)
        self.note = type(fault).__name__
        if isinstance(fault, Hold):
            fault.gate.wait()
        if self.proxy.away or isinstance(fault, Refuse):
            self.hang_up()
        elif isinstance(fault, Status):
            self.refuse_with(fault)
        else:
            self.pass_on(body, fault)
        self.proxy.log.append((self.command, self.path, self.note))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = relay

    def refuse_with(self, fault):
        text = json.dumps({
            "kind": "Status", "apiVersion": "v1", "status": "Failure",
            "message": "spoilt on purpose", "code": fault.code}).encode()
        self.note = fault.code
        self.send_response(fault.code)
        if fault.retry_after is not None:
            self.send_header("Retry-After", str(fault.retry_after))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def pass_on(self, body, fault):
        headers = {name: self.headers[name] for name in PASS
                   if self.headers[name]}
        conn = http.client.HTTPSConnection(
            "127.0.0.1", self.proxy.plane.port, timeout=330,
            context=self.proxy.tls)
        conn.connect()
        sock = conn.sock
        with self.proxy.lock:
            self.proxy.open.add(sock)
        try:
            conn.request(self.command, self.path, body, headers)
            answer = conn.getresponse()
            self.hand_on(answer, fault)
        finally:
            with self.proxy.lock:
                self.proxy.open.discard(sock)
            conn.close()

    def hand_on(self, answer, fault):
        if isinstance(fault, Lose):
            answer.read()
            self.hang_up()
            return
        self.note = answer.status
        self.send_response(answer.status)
        for name in "Content-Type", "Retry-After":
            if answer.headers[name]:
                self.send_header(name, answer.headers[name])
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        left = fault.after if isinstance(fault, Cut) else None
        size = fault.size if isinstance(fault, Crumble) else 1 << 16
        while data := answer.read1(1 << 16):
            if left is not None:
                data, left = data[:left], left - len(data)
            for i in range(0, len(data), size):
                self.chunk(data[i:i + size])
            if left is not None and left <= 0:
                self.note = "Cut"
                self.hang_up()
                return
        self.chunk(b"")

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()
