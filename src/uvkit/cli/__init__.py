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
    return _run(given, replaceable=argv is None)


def run_tool(argv: list[str] | None = None) -> int:
    """Run the command line of `uvkitx`, which is that of `uvkit tool run`, and return its exit status."""
    return _run(["tool", "run", *(sys.argv[1:] if argv is None else argv)], replaceable=argv is None)


def _run(argv: list[str], *, replaceable: bool) -> int:
    if replaceable:
        from .launch import launch

        launch(argv)
    from .run import run

    return run(argv, replaceable=replaceable)
