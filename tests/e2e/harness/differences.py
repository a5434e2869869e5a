# SPDX-License-Identifier: Apache-2.0
"""How NSD and Knot DNS may differ from us, each time to the last flag: what we
must say, and what they say instead."""
import collections
import struct

import dns.flags
import dns.name
import dns.rdataclass
import dns.rdatatype

from .asked import Seen

T = dns.rdatatype.RdataType
C = dns.rdataclass.RdataClass
NXNAME = 128
# DNS-192. We know them for what they are; others take most of them for types
# like any other.
FORMERR = {T.NONE, T.OPT, T.TSIG, T.TKEY, NXNAME}
NOTIMP = {T.MAILA, T.MAILB}
TRANSFER = {T.AXFR, T.IXFR}
UNKNOWN = 65280
# RFC 4034 4: what may stand beside a CNAME, and is then asked for itself and
# not for what the CNAME leads to. DNS-051: in zones that are not signed we
# make no such difference.
BESIDE_CNAME = {"knot": {T.RRSIG, T.NSEC}, "nsd": {T.NSEC3}}


def is_special(asked):
    return asked.cls != C.IN or asked.type in FORMERR | NOTIMP | TRANSFER


def plain(asked):
    """The question that a peer takes such a one for."""
    kind = UNKNOWN if asked.type in FORMERR | NOTIMP else asked.type
    return asked.instead(cls=C.IN, type=kind)


def no_data(asked, rcode, has_question=True):
    """An error and no more."""
    return Seen(rcode, False, False, bool(asked.flags & dns.flags.RD), 0, [],
                [], -1 if asked.size is None else 0, asked.do,
                [question(asked)] if has_question else [])


def question(asked):
    return asked.name.to_text(), asked.cls, asked.type


def we_say(asked):
    """DNS-191, 192, 195"""
    if asked.cls != C.IN or asked.type in TRANSFER:
        return "REFUSED"
    return "NOTIMP" if asked.type in NOTIMP else "FORMERR"


def half_a_header(asked):
    """NSD to an IXFR without SOA."""
    return struct.pack("!5H", 0x8001 | asked.flags & dns.flags.RD, 1, 0, 0, 0)


class Differences:
    """`apexes`: of the zones; `bare`: names that are there without records;
    `records`: {(name, TTL, type, data)} of all zones, as in Seen."""

    def __init__(self, apexes, bare, records):
        self.apexes, self.bare = apexes, bare
        # {name: {type: records}}
        self.sets = collections.defaultdict(dict)
        for record in records:
            self.sets[record[0]].setdefault(record[2], set()).add(record)

    def explain(self, asked, ours, theirs, peer, plain_ours=None):
        """Why the two differ, or None where nothing explains it.
        `plain_ours`: our answer to plain(asked), if that is another."""
        if not is_special(asked):
            return self.of_data(asked, ours, theirs, peer)
        if ours != no_data(asked, we_say(asked)):
            return None
        why = "class" if asked.cls != C.IN else "meta type"
        want = getattr(self, peer)(asked)
        if want is None:
            want = plain_ours._replace(question=[question(asked)])
            if peer == "nsd" and asked.cls == C.ANY:
                want = want._replace(aa=False, soa=[])
        elif isinstance(want, bytes):
            return why if theirs[2:] == want else None
        if theirs == want or self.of_data(plain(asked), want, theirs, peer):
            return why
        return None

    def nsd(self, asked):
        """What NSD says, or None: what we say to plain(asked)."""
        if asked.cls not in (C.IN, C.ANY):
            return no_data(asked, "REFUSED", asked.cls == C.CH)
        if asked.type == T.AXFR:
            return no_data(asked, "NOTIMP")
        if asked.type == T.IXFR:
            return half_a_header(asked) if self.is_apex(asked) else \
                no_data(asked, "NOTAUTH")
        return None

    def knot(self, asked):
        """The same for Knot DNS."""
        if asked.cls not in (C.IN, C.ANY):
            return no_data(asked, "NOTIMP" if asked.cls == C.CH and
                           asked.type in TRANSFER | {T.NONE} else "REFUSED")
        if asked.type in (T.NONE, T.AXFR):
            return no_data(asked, "NOTIMP")
        if asked.type == T.IXFR:
            return no_data(asked, "FORMERR" if self.is_apex(asked)
                           else "NOTAUTH")
        return None

    def is_apex(self, asked):
        return asked.name.to_text().lower() in self.apexes

    def of_data(self, asked, ours, theirs, peer):
        if not isinstance(theirs, Seen):
            return None
        name = asked.name.to_text().lower()
        mine, others = self.sets_in(ours), self.sets_in(theirs)
        if mine is None or others is None:
            return None
        # DNS-190, RFC 8482: one RRset is enough for ANY, and which is free.
        # Others give all that fit.
        if asked.type == T.ANY and len(mine) == 1 and ours.rcode == "NOERROR" \
                and (theirs.tc or len(others) in (1, len(self.sets[name]))) \
                and ours._replace(answer=[], tc=theirs.tc) == \
                theirs._replace(answer=[]):
            return "ANY"
        # DNS-171: we send of a set what fits, others whole sets alone.
        if ours.tc and theirs.tc and len(others) < len(mine) and \
                ours._replace(answer=[]) == theirs._replace(answer=[]):
            return "truncated"
        if asked.type in BESIDE_CNAME[peer] and T.CNAME in self.sets[name] \
                and theirs == ours._replace(rcode="NOERROR", answer=[],
                                            soa=self.soa()):
            return "beside a CNAME"
        # DNS-027: a name that exists without records is not in a transfer.
        if name in self.bare and not ours.answer and \
                ours.rcode == "NOERROR" and \
                ours._replace(rcode="NXDOMAIN") == theirs:
            return "bare name"
        return None

    def soa(self):
        """Of the first zone, the one that has CNAMEs."""
        ((name, ttl, _, data),) = self.sets[self.apexes[0]][T.SOA]
        return [(name, ttl, data)]

    def sets_in(self, seen):
        """{(name, type): records}, or None: something is not in the zone, or
        a set is not whole, though it does not say so."""
        found = {}
        for record in seen.answer:
            found.setdefault(record[::2][:2], set()).add(record)
        cut = [key for key, some in found.items()
               if some != self.sets[key[0]].get(key[1])]
        is_good = all(found[key] <= self.sets[key[0]].get(key[1], set())
                      for key in cut) and len(cut) <= seen.tc
        return found if is_good else None
