# SPDX-License-Identifier: Apache-2.0
"""Stories of kubectl, as a terminal shows them: what was typed, what came back.

    # What the story tells.
    $ kubectl get cm one
    NAME  DATA  AGE
    one  1  AGE
    exit 1

`$` lines are typed, `>` lines continue them; `$~` lines are typed again until
the answer is the one that is written. Standard output comes first, then the
standard error, then the exit code where it is not 0. Answers are compared as
harness.alike has them; `[...]` stands for any text, a line `...` for any
lines. `# only: lab` keeps a story from servers that cannot tell it."""
import collections
import re

from .alike import lines
from .until import until

Step = collections.namedtuple("Step", "number line wanted again")


def read(text):
    """The steps of a story."""
    steps, wanted = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("$"):
            wanted = []
            steps.append(Step(number, re.sub(r"^\$~? ", "", line), wanted,
                              line.startswith("$~")))
        elif line.startswith("> ") and not steps[-1].wanted:
            last = steps[-1]
            steps[-1] = last._replace(line=last.line + "\n" + line[2:])
        elif wanted is not None:
            wanted.append(line)
    return steps


def only(text):
    """The one kind of server that the story is for, or None."""
    found = re.search(r"^# only: (.*)$", text, re.M)
    return found and found.group(1)


def pattern(wanted):
    parts = []
    for line in wanted:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.split("[...]")))
                         + r"\n")
    return re.compile("".join(parts))


def shown(answer):
    found = lines(answer.stdout) + lines(answer.stderr)
    return found + ([f"exit {answer.exit}"] if answer.exit else [])


def tell(shell, steps):
    """Types all of it; an AssertionError says where the story differs."""
    for step in steps:
        wanted = lines("\n".join(step.wanted))
        expression = pattern(wanted)
        got = []

        def alike():
            got[:] = shown(shell.run(step.line))
            return expression.fullmatch("".join(g + "\n" for g in got))

        if step.again:
            try:
                until(alike, step.line, 20, 0.2)
                continue
            except AssertionError:
                pass
        elif alike():
            continue
        raise AssertionError("\n".join(
            [f"line {step.number}: $ {step.line}", "wanted:"]
            + ["  " + w for w in wanted] + ["got:"]
            + ["  " + g for g in got]))
