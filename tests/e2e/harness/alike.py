# SPDX-License-Identifier: Apache-2.0
"""When two outputs of kubectl say the same: times, uids, addresses, names
drawn by lot and the width of columns do not count; hashes do."""
import difflib
import re

DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
MASKS = [(re.compile(pattern), word) for pattern, word in (
    (DAY + r", \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "TIME"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", "TIME"),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
     "UID"),
    (r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "ADDRESS"),
    (r"ADDRESS:\d{4,5}\b", "ADDRESS:PORT"),
    # The API server's own port, in the slice of service kubernetes.
    (r"(kubernetes +IPv4 +)\d+", r"\1PORT"),
    (r"(resourceVersion: )\"\d+\"", r"\1VERSION"),
    # What a real server appends at random, of letters that form no words.
    (r"\b(nginx-)[bcdfghjklmnpqrstvwxz2456789]{5}\b", r"\1RANDOM"),
    (r"\b(?:\d+[smhdy]){1,2}\b", "AGE"),
    (r"\(AGE ago\)", "(AGE)"),
    (r"\+statefuld\b", ""),
)]


def lines(text):
    """The text's lines without what does not count."""
    for mask, word in MASKS:
        text = mask.sub(word, text)
    found = [re.sub(r"[ \t]{2,}", "  ", line).rstrip()
             for line in text.split("\n")]
    while found and not found[-1]:
        found.pop()
    return found


def difference(wanted, got):
    """As diff -u, of masked lines; empty if they are alike."""
    return list(difflib.unified_diff(wanted, got, "wanted", "got", n=1,
                                     lineterm=""))
