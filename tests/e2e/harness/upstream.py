# SPDX-License-Identifier: Apache-2.0
"""A name server of a test's own, on a free port of the loopback."""
import socket
import threading

import dns.flags
import dns.message
import dns.rrset


def bind_both():
    """UDP and TCP on one port that is free for both."""
    while True:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(tcp.getsockname())
            return udp, tcp
        except OSError:
            tcp.close()
            udp.close()


class Upstream:
    """`answer(query, tcp)` gives a message, or None for silence."""

    def __init__(self, answer):
        self.answer = answer
        self.asked = []
        self.udp, self.tcp = bind_both()
        self.port = self.udp.getsockname()[1]
        for serve in self.serve_udp, self.serve_tcp:
            threading.Thread(target=serve, daemon=True).start()

    def reply(self, wire, tcp):
        query = dns.message.from_wire(wire)
        self.asked.append((query.question[0], tcp))
        answer = self.answer(query, tcp)
        return None if answer is None else answer.to_wire(max_size=65535)

    def serve_udp(self):
        while True:
            try:
                wire, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            reply = self.reply(wire, False)
            if reply:
                self.udp.sendto(reply, peer)

    def serve_tcp(self):
        while True:
            try:
                conn, _ = self.tcp.accept()
            except OSError:
                return
            with conn:
                size = int.from_bytes(conn.recv(2, socket.MSG_WAITALL), "big")
                reply = self.reply(conn.recv(size, socket.MSG_WAITALL), True)
                if reply:
                    conn.sendall(len(reply).to_bytes(2, "big") + reply)

    def close(self):
        self.tcp.shutdown(socket.SHUT_RDWR)
        self.tcp.close()
        self.udp.close()


def respond(query, *records, rcode=0, authority=(), truncated=False):
    """A reply with these records, as text."""
    reply = dns.message.make_response(query)
    reply.set_rcode(rcode)
    reply.flags |= dns.flags.RA
    if truncated:
        reply.flags |= dns.flags.TC
    for section, texts in (reply.answer, records), (reply.authority,
                                                    authority):
        for text in texts:
            name, ttl, kind, data = text.split(None, 3)
            section.append(dns.rrset.from_text(
                name, int(ttl), "IN", kind, data))
    return reply
