# SPDX-License-Identifier: Apache-2.0
"""Questions and answers as octets. Of each kind of answer that the stories get
from the program, one is kept for test_tools_read.py."""
import socket

import dns.exception
import dns.flags
import dns.message

KINDS = {}      # kind: (by TCP, octets)


def kind_of(message, tcp, wire):
    """All but names, data and numbers. Types that there are no records of are
    one like the other, but for those that ask for something special."""
    asked = frozenset((q.rdclass, q.rdtype if message.answer or
                       q.rdtype < 256 else 0) for q in message.question)
    sections = [frozenset((rrset.rdclass, rrset.rdtype, rrset.covers)
                          for rrset in section)
                for section in message.sections[1:]]
    size = sum(len(wire) > limit for limit in (512, 1232, 4096, 16384))
    return (tcp, wire[2:6], message.rcode(), message.edns, message.ednsflags,
            frozenset(int(option.otype) for option in message.options),
            asked, *sections, size)


def keep(wire, tcp=False):
    """Unless it is signed with a key that those who read it do not have, or is
    of a server that recurses, which ours never does."""
    try:
        message = dns.message.from_wire(wire)
    except (dns.exception.DNSException, ValueError):
        return  # such as of an opcode that dnspython has no word for
    if not message.flags & dns.flags.RA and not message.had_tsig:
        KINDS.setdefault(kind_of(message, tcp, wire), (tcp, wire))


def frame(sock):
    """The next message of a connection; None: it was closed."""
    def take(n):
        data = b""
        while len(data) < n:
            part = sock.recv(n - len(data))
            if not part:
                return None
            data += part
        return data
    prefix = take(2)
    return prefix and take(int.from_bytes(prefix, "big"))


def exchange(port, wire, tcp=False, host="127.0.0.1", timeout=10):
    """The answer to a query; dns.exception.Timeout if there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
    with socket.socket(family, kind) as sock:
        sock.settimeout(timeout)
        try:
            if tcp:
                sock.connect((host, port))
                sock.sendall(len(wire).to_bytes(2, "big") + wire)
                answer = frame(sock)
                if answer is None:
                    raise EOFError
            else:
                sock.sendto(wire, (host, port))
                answer = sock.recv(65535)
        except TimeoutError as e:
            raise dns.exception.Timeout from e
    keep(answer, tcp)
    return answer
