# SPDX-License-Identifier: Apache-2.0
"""What the lint tests share: the files of the tree, and C without its text."""

import os
import re
import sys

ROOT = os.path.abspath(
    os.environ.get("srcdir")
    or os.path.join(os.path.dirname(__file__), os.pardir, os.pardir)
)
PRODUCT = ("include", "common", "dnsd", "controller", "lab", "daemon")
FOLDERS = PRODUCT + (".ci", "deploy", "docs", "examples", "m4", "tests")
SKIPPED = {"__pycache__", "corpus", ".pytest_cache"}

_TEXT = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S
)


def files(suffixes=None, folders=FOLDERS, top=True):
    """Paths relative to the root, sorted; all text files by default."""
    found = []
    if top:
        found += [
            name
            for name in os.listdir(ROOT)
            if os.path.isfile(os.path.join(ROOT, name)) and not generated(name)
        ]
    for folder in folders:
        for path, subfolders, names in os.walk(os.path.join(ROOT, folder)):
            subfolders[:] = [d for d in subfolders if d not in SKIPPED]
            relative = os.path.relpath(path, ROOT)
            found += [os.path.join(relative, name) for name in names]
    if suffixes is not None:
        found = [path for path in found if path.endswith(suffixes)]
    return sorted(found)


def generated(name):
    """At the top autotools and git leave files of their own."""
    return name.rstrip("~") in {
        "Makefile.in",
        "aclocal.m4",
        "compile_commands.json",
        "config.h.in",
        "configure",
        ".git",
    }


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def code(path):
    """The text of a C file with comments and literals blanked, lines kept."""

    def blank(match):
        text = match.group()
        if text.startswith(("/*", "//")):
            return " " + "\n" * text.count("\n")
        return text[0] + text[-1]

    return _TEXT.sub(blank, read(path))


def finish(problems, checked):
    """Ends the program. Nothing to check is a problem too."""
    for problem in problems:
        print(problem)
    if not checked:
        print("no files found below", ROOT)
    sys.exit(1 if problems or not checked else 0)
