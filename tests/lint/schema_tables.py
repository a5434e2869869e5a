#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lab/schema_tables.c is what lab/schema/tables.py makes of types.txt."""
import os
import pathlib
import sys

SOURCE = pathlib.Path(os.environ.get("srcdir", ".")).resolve()
sys.path.insert(0, str(SOURCE / "lab" / "schema"))
sys.dont_write_bytecode = True

import tables  # noqa: E402  (its folder is known only now)

if tables.OUT.read_text() != tables.tables():
    sys.exit("lab/schema_tables.c is not up to date: run lab/schema/tables.py")
