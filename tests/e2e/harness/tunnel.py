# SPDX-License-Identifier: Apache-2.0
"""A forward proxy that knows CONNECT alone, as proxy-url names one."""
import socket
import socketserver
import threading


class Tunnel:
    """`targets`: what it was asked to connect to."""

    def __init__(self):
        self.targets = []
        outer = self

        class Handler(_Handler):
            tunnel = outer

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0),
                                                      Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,),
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def pump(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class _Handler(socketserver.StreamRequestHandler):
    tunnel = None

    def handle(self):
        verb, target, _ = self.rfile.readline().decode().split()
        while self.rfile.readline().strip():
            pass
        if verb != "CONNECT":
            self.wfile.write(b"HTTP/1.1 405 CONNECT only\r\n\r\n")
            return
        self.tunnel.targets.append(target)
        host, port = target.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as out:
            self.wfile.write(b"HTTP/1.1 200 connected\r\n\r\n")
            there = threading.Thread(target=pump,
                                     args=(self.connection, out), daemon=True)
            there.start()
            pump(out, self.connection)
            there.join(5)
