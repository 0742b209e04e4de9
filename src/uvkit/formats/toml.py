"""TOML text to tables, with the place of a syntax error in our own error."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from uvkit.errors import InvalidTableError

if TYPE_CHECKING:
    from collections.abc import Iterable

Problem: TypeAlias = tuple[str, str]

_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|(?P<end>end of document))\)$")
_KINDS: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "a table",
}


def parse_toml(text: str, *, path: Path) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        InvalidTableError: the text is not TOML; the problem names line and column.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidTableError(path=path, problems=(("", _syntax(str(error))),)) from error


def _syntax(message: str) -> str:
    found = _PLACE.search(message)
    if found is None:
        return f"TOML syntax: {message}"
    reason = message[: found.start()]
    reason = reason[:1].lower() + reason[1:]
    if found["end"]:
        return f"TOML syntax, at the end of the file: {reason}"
    return f"TOML syntax, line {found['line']}, column {found['column']}: {reason}"


def kind_of(value: object) -> str:
    """Return what a TOML value is, for messages."""
    return _KINDS.get(type(value), "a date or time")


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, or none."""
    from difflib import get_close_matches

    spelled = {one.lower(): one for one in known}
    matches = get_close_matches(word.lower(), list(spelled), n=1, cutoff=0.6)
    return spelled[matches[0]] if matches else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the advice to append to a message about an unknown word; empty if nothing is close."""
    match = closest(word, known)
    return f"; did you mean `{match}`?" if match else ""


def key_path(table: str, key: str | int) -> str:
    """Return the dotted path of a key or an array position inside a table."""
    if isinstance(key, int):
        return f"{table}[{key}]"
    shown = key if key and all(c.isalnum() or c in "-_" for c in key) else f'"{key}"'
    return f"{table}.{shown}" if table else shown
