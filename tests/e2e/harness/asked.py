# SPDX-License-Identifier: Apache-2.0
"""Questions at random, put to several servers at once, and what of an answer
is compared."""
import collections
import copy
import select
import socket

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype

from .wire import keep

HOST = "127.0.0.1"
T = dns.rdatatype.RdataType
OFTEN = [T.A, T.AAAA, T.SRV, T.PTR, T.TXT, T.NS, T.SOA, T.CNAME, T.ANY]
FLAGS = [dns.flags.RD, dns.flags.AD, dns.flags.CD, dns.flags.RA, dns.flags.AA,
         dns.flags.TC, 0x40]


class Asked:
    """A question at random."""

    def __init__(self, dice, names):
        self.name = self.any_case(dice, self.any_name(dice, names))
        self.type = dice.choice(OFTEN) if dice.random() < 0.75 else \
            dice.choice([dice.randrange(0, 270), dice.randrange(0, 65536)])
        self.cls = dns.rdataclass.IN if dice.random() < 0.97 else \
            dice.choice([0, 2, 3, 4, 254, 255, 1000])
        self.size = dice.choice([None, None, 0, 512, 900, 1232, 4096])
        self.flags = 0
        for flag in FLAGS:
            self.flags |= flag if dice.random() < 0.2 else 0
        self.do = self.size is not None and dice.random() < 0.3

    @staticmethod
    def any_name(dice, names):
        name = dice.choice(dice.choice(names))
        labels = name.labels
        what = dice.random()
        if what < 0.5 or name == dns.name.root:
            return name
        if what < 0.65:     # above it
            return dns.name.Name(labels[dice.randrange(len(labels)):])
        if what < 0.8:      # below it
            more = [dice.choice([b"x", b"_tcp", b"*", b"\0", b"a" * 63])
                    for _ in range(dice.randrange(1, 3))]
            try:
                return dns.name.Name(more + list(labels))
            except dns.name.NameTooLong:
                return name
        labels = list(labels)
        i = dice.randrange(len(labels) - 1)
        label = bytearray(labels[i])
        label[dice.randrange(len(label))] = dice.choice(b"az09-_\x80\x01.")
        labels[i] = bytes(label)
        return dns.name.Name(labels)

    @staticmethod
    def any_case(dice, name):
        return dns.name.Name([
            bytes(c ^ 0x20 if chr(c).isalpha() and c < 128 and
                  dice.random() < 0.3 else c for c in label)
            for label in name.labels])

    def wire(self, number):
        query = dns.message.Message(id=number)
        query.flags = self.flags
        query.find_rrset(query.question, self.name, self.cls, self.type,
                         create=True, force_unique=True)
        if self.size is not None:
            query.use_edns(0, dns.flags.DO if self.do else 0, self.size)
        return query.to_wire()

    def instead(self, **others):
        """The same question but for these."""
        made = copy.copy(self)
        vars(made).update(others)
        return made

    def __str__(self):
        return (f"{self.name} {dns.rdatatype.to_text(self.type)} class "
                f"{self.cls} flags {self.flags:04x} edns {self.size} do "
                f"{self.do}")


def ask_all(ports, asked):
    """{server: [wire]} of a window of questions, by UDP."""
    answers = {name: [None] * len(asked) for name in ports}
    wires = [one.wire(i) for i, one in enumerate(asked)]
    sockets = {}
    for name, port in ports.items():
        sock = socket.socket(type=socket.SOCK_DGRAM)
        sock.connect((HOST, port))
        sockets[sock] = name
    for _ in range(4):
        for sock, name in sockets.items():
            for wire, have in zip(wires, answers[name]):
                if have is None:
                    sock.send(wire)
        while any(None in answers[n] for n in ports):
            ready, _, _ = select.select(list(sockets), [], [], 1)
            if not ready:
                break
            for sock in ready:
                data = sock.recv(65535)
                if sockets[sock] == "us":
                    keep(data)
                answers[sockets[sock]][int.from_bytes(data[:2], "big")] = data
    for sock in sockets:
        sock.close()
    return answers


Seen = collections.namedtuple(
    "Seen", "rcode aa tc rd other answer soa edns do question")


def seen(wire):
    """What is compared of an answer; its octets, if it cannot be read; or
    None. NS records in the authority section and the additional section are
    each server's own affair (DNS-064, DNS-176)."""
    if wire is None:
        return None
    try:
        m = dns.message.from_wire(wire, ignore_trailing=False)
    except dns.exception.DNSException:
        return wire
    f = m.flags
    answer = sorted((r.name.to_text().lower(), r.ttl, r.rdtype,
                     d.to_text().lower()) for r in m.answer for d in r)
    soa = [
        (r.name.to_text().lower(), r.ttl, r[0].to_text().lower())
        for r in m.authority if r.rdtype == T.SOA]
    return Seen(dns.rcode.to_text(m.rcode()), bool(f & dns.flags.AA),
                bool(f & dns.flags.TC), bool(f & dns.flags.RD),
                f & (dns.flags.RA | dns.flags.AD | dns.flags.CD | 0x40),
                answer, soa, m.edns, bool(m.ednsflags & dns.flags.DO),
                [(q.name.to_text(), q.rdclass, q.rdtype) for q in m.question])
