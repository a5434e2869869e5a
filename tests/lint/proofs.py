#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every test that docs/design/*-tests.md name as a proof exists."""

import json
import os
import re

import tree

TABLES = ["docs/design/statefulset-tests.md", "docs/design/dns-tests.md"]
NAMED = re.compile(r"`(unit|e2e|plan|advice|dns)/(\w+): ?([^`]+)`")
PATHS = {
    "unit": "tests/unit/{}.c",
    "e2e": "tests/e2e/{}.py",
    "plan": "tests/data/plan/{}.json",
    "advice": "tests/data/advice/{}.json",
    "dns": "tests/data/dns/{}.case",
}


def exists(kind, path, name):
    if not os.path.exists(os.path.join(tree.ROOT, path)):
        return False
    text = tree.read(path)
    if kind in ("plan", "advice"):
        return name in [case["case"] for case in json.loads(text)]
    if kind == "dns":
        return any(
            line.startswith("#") and name in line for line in text.splitlines()
        )
    mark = "static void {}(" if kind == "unit" else "\ndef {}("
    return mark.format(name) in text


def main():
    problems, proofs = [], []
    for table in TABLES:
        found = NAMED.findall(tree.read(table))
        proofs += found
        problems += [
            f"{table}: there is no {kind}/{file}: {name}"
            for kind, file, name in found
            if not exists(kind, PATHS[kind].format(file), name)
        ]
    tree.finish(problems, proofs)


if __name__ == "__main__":
    main()
