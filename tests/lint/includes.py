#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: common <- dnsd, controller, lab <- daemon; what crosses
folders lies in include/statefuld, and each foreign library has one wrapper."""

import os
import re

import tree

ALLOWED = {
    "include": {"statefuld"},
    "common": {"statefuld", "common"},
    "dnsd": {"statefuld", "dnsd"},
    "controller": {"statefuld", "controller"},
    "lab": {"statefuld", "lab"},
    "daemon": {"statefuld", "daemon"},
}

# Header prefix: the only file that may include it, or the few.
WRAPPERS = {
    "event2/": "common/loop.c",
    "event.h": "common/loop.c",
    "cjson/": "common/json.c",
    "curl/": "controller/http.c",
    "ldns/": "dnsd/rr_text.c",
    # Sessions, and hashes with a key.
    "openssl/": ("common/tls.c", "dnsd/hmac.c"),
    # kubeconfig goes by libyaml's documents, all else by its events.
    "yaml.h": ("common/yaml_event.c", "controller/kubeconfig_parse.c"),
    "sqlite3.h": "lab/disk.c",
    "urcu": "include/statefuld/rcu.h",
}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]', re.M)


def own_header(path):
    """The header a .c file implements, as it would include it."""
    base = path[:-2]
    if os.path.exists(os.path.join(tree.ROOT, base + ".h")):
        return base + ".h"
    public = "statefuld/" + os.path.basename(base) + ".h"
    if os.path.exists(os.path.join(tree.ROOT, "include", public)):
        return public
    return None


def directions(path, name):
    folder = path.split("/")[0]
    if "/" not in name:
        return f"{path}: \"{name}\" must name its folder"
    if name.split("/")[0] not in ALLOWED[folder]:
        return f"{path}: {folder}/ must not include \"{name}\""
    return None


# HTTP servers live on the loop's own event base.
SERVERS = {
    "lab/rest.c": ("event2/",),
    "common/web.c": ("event2/",),
}


def wrapper(path, name):
    if path in SERVERS and name.startswith(SERVERS[path]):
        return None
    for prefix, owner in WRAPPERS.items():
        owners = (owner,) if isinstance(owner, str) else owner
        if name.startswith(prefix) and path not in owners:
            return f"{path}: <{name}> belongs to {' and '.join(owners)} alone"
    return None


def check(path):
    includes = INCLUDE.findall(tree.read(path))
    for kind, name in includes:
        problem = directions(path, name) if kind == '"' else wrapper(path, name)
        if problem:
            yield problem
    own = own_header(path) if path.endswith(".c") else None
    if own and (not includes or includes[0][1] != own):
        yield f"{path}: its own header \"{own}\" must come first"
    if path.endswith(".h") and "\n#pragma once\n" not in tree.read(path):
        yield f"{path}: no #pragma once"


def main():
    paths = tree.files((".c", ".h"), tree.PRODUCT, top=False)
    tree.finish([p for path in paths for p in check(path)], paths)


if __name__ == "__main__":
    main()
