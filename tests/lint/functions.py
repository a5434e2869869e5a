#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No function over 100 lines, flat switches aside. Functions are found by
universal-ctags."""

import re
import subprocess
import sys

import tree

LONGEST = 100
SKIP = 77  # automake's word for a test that could not be run

FLAT = re.compile(r"^\s*(case\b.*:|default:|return\b.*;|break;|\}?)\s*$")


def ctags(paths):
    """(path, name, first line, last line) of each function."""
    command = [
        "ctags",
        "--languages=C",
        "--langmap=C:.c.h",
        "--kinds-C=f",
        "-x",
        "--_xformat=%F\t%N\t%n\t%{end}",
        *paths,
    ]
    try:
        version = subprocess.run(
            ["ctags", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        version = None
    if version is None or "Universal Ctags" not in version.stdout:
        print("skipped: universal-ctags is not installed")
        sys.exit(SKIP)
    out = subprocess.run(
        command, cwd=tree.ROOT, capture_output=True, text=True, check=True
    )
    for line in out.stdout.splitlines():
        path, name, first, last = line.split("\t")
        yield path, name, int(first), int(last or first)


def is_flat(lines):
    flat = sum(1 for line in lines if FLAT.match(line))
    return flat >= 0.8 * len(lines)


def main():
    paths = tree.files((".c", ".h"), tree.PRODUCT + ("tests",), top=False)
    problems = []
    functions = list(ctags(paths))
    for path, name, first, last in functions:
        length = last - first + 1
        lines = tree.read(path).splitlines()[first - 1 : last]
        if length > LONGEST and not is_flat(lines):
            problems.append(f"{path}:{first}: {name}() has {length} lines")
    tree.finish(problems, functions)


if __name__ == "__main__":
    main()
