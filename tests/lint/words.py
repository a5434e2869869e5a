#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls we do without, a licence line in each file, no machine's own paths."""

import re

import tree

# What is banned, where it is fine, and what to use.
BANNED = [
    (r"strcpy|strcat|stpcpy|sprintf|vsprintf|gets", (), "snprintf or buf"),
    (r"atoi|atol|atoll|atof", (), "a parser that reports errors"),
    (r"strtok|localtime|gmtime|ctime|asctime", (), "what threads can share"),
    (r"system|popen|tmpnam|mktemp|alloca", (), "something safer"),
    (r"rand|random|srand|rand_r", ("common/clk.c",), "clk_random"),
    (
        r"malloc|calloc|realloc|strdup|strndup|asprintf|vasprintf",
        ("common/mem.c",),
        "mem_...",
    ),
    (
        r"time|gettimeofday|clock_gettime|sleep|usleep|nanosleep",
        ("common/clk.c",),
        "clk_... and loop timers",
    ),
    (r"assert|abort", ("common/mem.c", "common/log.c"), "st_assert"),
]

LICENCE = "SPDX-License-Identifier: Apache-2.0"
LICENSED = (".c", ".h", ".py", ".sh", ".am", ".ac", ".m4", ".8", "bootstrap")
MACHINE = re.compile(r"(?<![\w.])/(work|root|home)/\w")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def banned(path):
    for number, line in enumerate(tree.code(path).splitlines(), 1):
        for names, allowed, instead in BANNED:
            match = re.search(rf"(?<![\w.>])({names})\s*\(", line)
            if match and path not in allowed:
                yield f"{path}:{number}: {match.group(1)}(): use {instead}"


def text(path):
    content = tree.read(path)
    head = content.splitlines()[:2]
    if path.endswith(LICENSED) and not any(LICENCE in line for line in head):
        yield f"{path}: no line '{LICENCE}' at its top"
    for number, line in enumerate(content.splitlines(), 1):
        if MACHINE.search(line):
            yield f"{path}:{number}: a path of one machine"
        if path.endswith((".c", ".h")) and UNFINISHED.search(line):
            yield f"{path}:{number}: unfinished"


def main():
    problems = []
    for path in tree.files((".c", ".h"), tree.PRODUCT, top=False):
        problems += banned(path)
    paths = tree.files()
    for path in paths:
        problems += text(path)
    tree.finish(problems, paths)


if __name__ == "__main__":
    main()
