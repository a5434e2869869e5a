# SPDX-License-Identifier: Apache-2.0
"""A server that says again what was said before."""
import collections
import socket
import threading

import dns.flags
import dns.message
import dns.rcode

from .wire import frame


def question_of(wire):
    """Name, class and type of the one question."""
    (question,) = dns.message.from_wire(wire).question
    return question.name, question.rdclass, question.rdtype


class Replay:
    """Answers each question with the answers that are kept for it, in turn,
    until close(). With `by_tcp`, UDP says no more than that there is TCP."""

    def __init__(self, answers, by_tcp=False):
        self.by_tcp = by_tcp
        self.keep(answers)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", self.port))
        self.threads = [threading.Thread(target=work, daemon=True)
                        for work in (self.serve_udp, self.serve_tcp)]
        for thread in self.threads:
            thread.start()

    def keep(self, answers):
        """These from now on."""
        kept = collections.defaultdict(collections.deque)
        for wire in answers:
            kept[question_of(wire)].append(wire)
        self.answers, self.asked = kept, 0

    def answer(self, query):
        kept = self.answers.get(question_of(query))
        if kept is None:
            refusal = dns.message.make_response(dns.message.from_wire(query))
            refusal.set_rcode(dns.rcode.REFUSED)
            return refusal.to_wire()
        kept.rotate(-1)
        self.asked += 1
        return query[:2] + kept[-1][2:]

    def serve_udp(self):
        while True:
            query, sender = self.udp.recvfrom(65535)
            if not query:
                return
            if self.by_tcp:
                cut = dns.message.make_response(dns.message.from_wire(query))
                cut.flags |= dns.flags.TC
                self.udp.sendto(cut.to_wire(), sender)
            else:
                self.udp.sendto(self.answer(query), sender)

    def serve_tcp(self):
        while True:
            try:
                conn, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_one, args=[conn],
                             daemon=True).start()

    def serve_one(self, conn):
        with conn:
            while query := frame(conn):
                answer = self.answer(query)
                conn.sendall(len(answer).to_bytes(2, "big") + answer)

    def close(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"", ("127.0.0.1", self.port))
        self.listener.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(10)
        self.udp.close()
        self.listener.close()
