#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every test that docs/design/statefulset-tests.md names as a proof exists."""

import json
import os
import re

import tree

TABLE = "docs/design/statefulset-tests.md"
NAMED = re.compile(r"`(unit|e2e|plan)/(\w+): ?([^`]+)`")
PATHS = {
    "unit": "tests/unit/{}.c",
    "e2e": "tests/e2e/{}.py",
    "plan": "tests/data/plan/{}.json",
}


def exists(kind, path, name):
    if not os.path.exists(os.path.join(tree.ROOT, path)):
        return False
    text = tree.read(path)
    if kind == "plan":
        return name in [case["case"] for case in json.loads(text)]
    mark = "static void {}(" if kind == "unit" else "\ndef {}("
    return mark.format(name) in text


def main():
    proofs = NAMED.findall(tree.read(TABLE))
    problems = [
        f"{TABLE}: there is no {kind}/{file}: {name}"
        for kind, file, name in proofs
        if not exists(kind, PATHS[kind].format(file), name)
    ]
    tree.finish(problems, proofs)


if __name__ == "__main__":
    main()
