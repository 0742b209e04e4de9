"""Tables of the commands and options that the command line has."""

# ruff: noqa: INP001  # mkdocs loads hooks by their path

from __future__ import annotations

import argparse

from uvkit import __version__
from uvkit.cli.parser import all_commands, build_parser


def command_tables() -> str:
    """Return a section for each command; options that all of them share come once, at the end."""
    commands = [(parser.prog, parser) for parser in all_commands(build_parser(__version__))]
    shared = set.intersection(*({_options(action) for action in _shown(parser)} for _, parser in commands))
    parts = []
    for name, parser in commands:
        own = [action for action in _shown(parser) if _options(action) not in shared]
        parts += [
            f"### `{name}`\n",
            f"{parser.description}\n",
            _table(own) if own else "No options of its own.\n",
        ]
    everywhere = [action for action in _shown(commands[0][1]) if _options(action) in shared]
    parts += ["### Options of every command\n", _table(everywhere)]
    return "\n".join(parts)


def _shown(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [action for action in parser._actions if action.help != argparse.SUPPRESS]  # noqa: SLF001  # likewise


def _options(action: argparse.Action) -> str:
    value = ""
    if action.nargs != 0 and not action.const:
        value = action.metavar if isinstance(action.metavar, str) else "|".join(map(str, action.choices or ()))
    names = ", ".join(f"`{name}`" for name in action.option_strings)
    return f"{names} `{value}`" if names and value else names or f"`{value}`"


def _table(actions: list[argparse.Action]) -> str:
    rows = [
        f"| {_options(one).replace('|', chr(92) + '|')} | {(one.help or '').replace('|', chr(92) + '|')} |"
        for one in actions
    ]
    return "\n".join(["| option | meaning |", "| --- | --- |", *rows, ""])
