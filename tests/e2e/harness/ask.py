# SPDX-License-Identifier: Apache-2.0
"""Questions to the DNS side, and a sampler that asks all the time."""
import collections
import threading
import time

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.reversename

from .wire import exchange

HOST = "127.0.0.1"


def ask(port, name, kind="A", tcp=False, host=HOST, timeout=3, **options):
    """One question; the answer must belong to it."""
    query = dns.message.make_query(name, kind, **options)
    answer = dns.message.from_wire(exchange(port, query.to_wire(), tcp, host,
                                            timeout))
    assert query.is_response(answer), f"{query}\n{answer}"
    return answer


def whole(port, name, kind="A", tcp=False, **options):
    """As ask, and once more by TCP where the answer was cut."""
    answer = ask(port, name, kind, tcp, **options)
    if answer.flags & dns.flags.TC:
        answer = ask(port, name, kind, True, **options)
    return answer


def texts(answer, kind):
    """The records of that type in the answer section, as sorted texts."""
    kind = dns.rdatatype.from_text(kind)
    return sorted(rdata.to_text() for rrset in answer.answer
                  if rrset.rdtype == kind for rdata in rrset)


def records(port, name, kind="A", **options):
    return texts(whole(port, name, kind, **options), kind)


def addresses(port, name, **options):
    return set(records(port, name, "A", **options))


def names_of(port, address):
    return records(port, dns.reversename.from_address(address), "PTR")


def rcode(port, name, kind="A", **options):
    return dns.rcode.to_text(ask(port, name, kind, **options).rcode())


def verdict(port, name, kind="A"):
    """Rcode and sorted records in one comparable value."""
    answer = whole(port, name, kind)
    return (dns.rcode.to_text(answer.rcode()), tuple(texts(answer, kind)))


class Sampler:
    """Asks the same question all the time and counts the different answers."""

    def __init__(self, port, name, kind="A", every=0.004):
        self.args, self.every = (port, name, kind), every
        self.seen = collections.Counter()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.stopping.is_set():
            try:
                self.seen[verdict(*self.args)] += 1
            except dns.exception.Timeout:
                self.seen["timeout"] += 1
            time.sleep(self.every)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(10)

    def only(self, want):
        """All answers so far were this one, and there were some."""
        assert set(self.seen) == {want}, dict(self.seen)
