#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes lab/schema_tables.c from types.txt, which says what its lines mean.

Run it after a change of types.txt:  lab/schema/tables.py
The result is kept in the tree, so that a build needs no python.
"""
import hashlib
import pathlib
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent / "schema_tables.c"
SCALARS = {
    "string": "STRING", "bool": "BOOL", "int32": "INT32", "int64": "INT64",
    "number": "NUMBER", "bytes": "BYTES", "time": "TIME",
    "microtime": "MICROTIME", "quantity": "QUANTITY",
    "intorstring": "INT_OR_STRING", "raw": "RAW",
}
FLAGS = {"required", "atomic", "granular", "set", "merge", "retainkeys",
         "replace", "ptr", "keep"}
OPTIONS = {"keys", "merge", "enum", "go", "default"}


class Field:
    def __init__(self, line):
        self.name, self.form, *words = line.split()
        self.flags = {w for w in words if "=" not in w}
        self.options = dict(w.split("=", 1) for w in words if "=" in w)
        self.doc = ""
        assert self.flags <= FLAGS, line
        assert self.options.keys() <= OPTIONS, line


class Type:
    def __init__(self, group, line):
        self.group = group
        self.name, *flags = line.split()
        self.atomic = "atomic" in flags
        self.root = "root" in flags
        self.doc = ""
        self.fields = []
        self.number = 0  # once written


def read(path):
    types, group, last = [], None, None
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("group "):
            group = line.split()[1]
        elif line.startswith("\t\t"):
            last.doc = (last.doc + " " + line.strip()).strip()
        else:
            if line.startswith("\t"):
                last = Field(line)
                types[-1].fields.append(last)
            else:
                last = Type(group, line)
                types.append(last)
    return types


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_list(words):
    return "WORDS(" + ", ".join(c_string(w) for w in words) + ")"


class Writer:
    def __init__(self, types):
        self.by_name = {(t.group, t.name): t for t in types}
        self.types = types
        self.n_types = 0
        self.items = {}
        self.out = []

    def find(self, name, group):
        for g in (group, "meta/v1", "v1"):
            if (g, name) in self.by_name:
                return self.by_name[g, name]
        raise SystemExit(f"tables.py: no type {name}, used in {group}")

    def form(self, form, group):
        """Members of a schema_field that tell a form, as C text."""
        if form in SCALARS:
            return [f".form = SCHEMA_{SCALARS[form]}"]
        if form.startswith("[]"):
            return [".form = SCHEMA_LIST", self.item(form[2:], group)]
        if form.startswith("map["):
            return [".form = SCHEMA_MAP", self.item(form[4:-1], group)]
        kind = self.find(form, group)
        self.type(kind)
        text = [".form = SCHEMA_OBJECT", f".type = &type_{kind.number}"]
        return text + ([".atomic = true"] if kind.atomic else [])

    def item(self, form, group):
        form, _, go = form.partition("|")
        members = self.form(form, group)
        if go:
            members.append(f".go = {c_string(go)}")
        text = ", ".join(members)
        if text not in self.items:
            self.items[text] = f"item_{len(self.items)}"
            self.out.append(f"static const struct schema_field "
                            f"{self.items[text]} = {{\n{wrap(members)}}};\n")
        return f".item = &{self.items[text]}"

    def field(self, field, group):
        text = [f".name = {c_string(field.name)}"]
        text += self.form(field.form, group)
        if "granular" in field.flags and ".atomic = true" in text:
            text.remove(".atomic = true")
        if "keys" in field.options:
            text.append(".list = SCHEMA_KEYED")
            text.append(".keys = " + c_list(field.options["keys"].split(",")))
        if "set" in field.flags:
            text.append(".list = SCHEMA_SET")
        if "atomic" in field.flags:
            text.append(".atomic = true")
        if "merge" in field.flags or "merge" in field.options:
            text.append(".merges = true")
        if "merge" in field.options:
            text.append(f".merge_key = {c_string(field.options['merge'])}")
        for flag, member in (("retainkeys", "retain_keys"),
                             ("replace", "replaces"),
                             ("required", "required"), ("ptr", "pointer"),
                             ("keep", "keep")):
            if flag in field.flags:
                text.append(f".{member} = true")
        if "enum" in field.options:
            text.append(".values = " +
                        c_list(field.options["enum"].split(",")))
        if "default" in field.options:
            text.append(f".fallback = {c_string(field.options['default'])}")
        if "go" in field.options:
            text.append(f".go = {c_string(field.options['go'])}")
        if field.doc:
            text.append(".doc = " + c_string(field.doc))
        return text

    def type(self, kind):
        if kind.number:
            return
        fields = sorted(kind.fields, key=lambda f: f.name)
        assert len(fields) <= 128, "schema_strict.c keeps bits of them"
        rows = [wrap(self.field(f, kind.group), "\t ") for f in fields]
        self.n_types += 1
        name = kind.number = self.n_types
        body = "".join(f"\t{{{row.strip()[:-1]}}},\n" for row in rows)
        self.out.append(f"/* {kind.group} {kind.name} */\n"
                        f"static const struct schema_field fields_{name}[]"
                        f" = {{\n{body}}};\n")
        text = [f".name = {c_string(kind.name)}",
                f".group = {c_string(kind.group)}",
                f".fields = fields_{name}", f".n_fields = {len(fields)}"]
        if kind.atomic:
            text.append(".atomic = true")
        if kind.doc:
            text.append(".doc = " + c_string(kind.doc))
        self.out.append(f"static const struct schema_type type_{name} = {{\n"
                        f"{wrap(text)}}};\n")

    def text(self):
        for kind in self.types:
            self.type(kind)
        roots = "".join(f"\t&type_{t.number},\n"
                        for t in self.types if t.root)
        return (
            "/* SPDX-License-Identifier: Apache-2.0 */\n"
            "/* Made by lab/schema/tables.py from lab/schema/types.txt. */\n"
            "/* clang-format off */\n"
            '#include "lab/schema_tables.h"\n\n'
            "#include <stddef.h>\n\n"
            "#define WORDS(...) "
            "((const char *const[]){__VA_ARGS__, NULL})\n\n"
            + "\n".join(self.out) +
            "\nconst struct schema_type *const schema_tables_roots[] = {\n"
            + roots + "\tNULL,\n};\n\n"
            f"const char schema_tables_hash[] =\n\t\"{self.hash()}\";\n")

    def hash(self):
        text = "\n".join(self.out)
        return hashlib.sha256(text.encode()).hexdigest()[:32].upper()


def wrap(members, indent="\t"):
    """Members one after another in lines of at most 80 columns."""
    width = 79 - len(indent.expandtabs(8))
    lines = [""]
    for member in members:
        if member.startswith(".doc"):
            head, _, doc = member.partition(" = ")
            parts = textwrap.wrap(doc[1:-1], width - 14,
                                  drop_whitespace=False,
                                  break_on_hyphens=False)
            lines += [head + " ="] + [f'\t"{p}"' for p in parts]
        elif len(lines[-1]) + len(member) + 2 <= width:
            lines[-1] += (" " if lines[-1] else "") + member
        else:
            lines += textwrap.wrap(member, width - 1,
                                   break_long_words=False)
        lines[-1] += ","
    return "".join(indent + line + "\n" for line in lines)


def tables():
    """The text of lab/schema_tables.c."""
    return Writer(read(HERE / "types.txt")).text()


if __name__ == "__main__":
    OUT.write_text(tables())
