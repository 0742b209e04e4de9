"""The `uvkit` command: a consumer of the library that speaks uv's grammar.

A command is three steps that a test can see apart: build argument values, call one verb, render its result.
"""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run a command line and return its exit status."""
    from .shortcut import answer

    given = sys.argv[1:] if argv is None else argv
    status = answer(given)
    if status is not None:
        return status
    from .run import run

    return run(given, replaceable=argv is None)


def run_tool(argv: list[str] | None = None) -> int:
    """Run the command line of `uvkitx`, which is that of `uvkit tool run`, and return its exit status."""
    from .run import run

    given = ["tool", "run", *(sys.argv[1:] if argv is None else argv)]
    return run(given, replaceable=argv is None)
