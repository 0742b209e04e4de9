"""What a completion has to know of the grammar: commands by their path, with options and what these take."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from uvkit.cli.grammar import CommandParser

Takes = Literal["nothing", "file", "folder", "choice", "text"]
_FILES = re.compile(r"FILE|PATH|SRC|PLACE|SCRIPT")
_FOLDERS = re.compile(r"DIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option with all its names, or, without names, an argument."""

    names: tuple[str, ...]
    summary: str
    takes: Takes
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command or group by its path (`pip install`), the program itself with an empty one."""

    path: tuple[str, ...]
    summary: str
    commands: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]
    arguments: tuple[Option, ...]


def command_tree(parser: CommandParser) -> tuple[Command, ...]:
    """Return all commands, groups before what is in them."""
    return tuple(_commands(parser, (), parser.description or ""))


def _commands(parser: CommandParser, path: tuple[str, ...], summary: str) -> Iterator[Command]:
    parser.fill()
    inner = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)  # noqa: SLF001  # argparse has no public way to its commands
    shown = [action for action in parser._actions if action.help != argparse.SUPPRESS]  # noqa: SLF001  # likewise
    named = {} if inner is None else {one.dest: one.help or "" for one in inner._choices_actions}  # noqa: SLF001  # likewise
    yield Command(
        path=path,
        summary=summary,
        commands=tuple(named.items()),
        options=tuple(_option(action) for action in shown if action.option_strings),
        arguments=tuple(_option(action) for action in shown if not action.option_strings and action is not inner),
    )
    if inner is not None:
        for name, text in named.items():
            yield from _commands(inner.choices[name], (*path, name), text)


def _option(action: argparse.Action) -> Option:
    summary = (action.help or "").replace("`", "")
    choices = tuple(map(str, action.choices or ()))
    return Option(names=tuple(action.option_strings), summary=summary, takes=_takes(action), choices=choices)


def _takes(action: argparse.Action) -> Takes:
    if action.nargs == 0:
        return "nothing"
    if action.choices:
        return "choice"
    value = str(action.metavar or action.dest).upper()
    if _FOLDERS.search(value):
        return "folder"
    return "file" if _FILES.search(value) else "text"
