"""Take whole tables out of a TOML text, and leave every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_HEADER = re.compile(r"[ \t]*\[{1,2}([^\[\]]*(?:\"[^\"]*\"|'[^']*'|[^\[\]])*)\]{1,2}[ \t]*(?:#.*)?")
_PART = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*(?:\.|$)")
_QUOTES = ('"""', "'''", '"', "'")


class Section(NamedTuple):
    """The lines from a header up to the next one; those before the first header have an empty path."""

    path: tuple[str, ...]
    text: str


def sections(text: str) -> list[Section]:
    """Return the sections of a TOML text that parses, in order; together they are the text.

    Comments directly above a header belong to its section.
    """
    found: list[Section] = []
    path: tuple[str, ...] = ()
    lines: list[str] = []
    for line, header in _lines(text):
        if header is not None:
            above = _comments_above(lines)
            body = lines[: len(lines) - above]
            found.append(Section(path, "".join(body)))
            lines = lines[len(lines) - above :]
            path = header
        lines.append(line)
    found.append(Section(path, "".join(lines)))
    return found if found[0].text or found[0].path else found[1:]


def without_tables(text: str, paths: Iterable[tuple[str, ...]]) -> str:
    """Return a text without some tables and everything below them."""
    gone = tuple(paths)
    kept = [
        section.text
        for section in sections(text)
        if not any(section.path[: len(path)] == path for path in gone if section.path)
    ]
    return "".join(kept)


def _comments_above(lines: list[str]) -> int:
    count = 0
    while count < len(lines) and lines[-1 - count].lstrip().startswith("#"):
        count += 1
    return count


def _lines(text: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Yield the lines with the path of the header that they are, if any."""
    depth, quote = 0, ""
    for line in text.splitlines(keepends=True):
        header = None
        if not depth and not quote and line.lstrip().startswith("["):
            match = _HEADER.fullmatch(line.rstrip("\r\n"))
            if match is not None:
                header = _path(match[1])
        if header is None:
            depth, quote = _after(line, depth, quote)
        yield line, header


def _path(text: str) -> tuple[str, ...]:
    return tuple(next(part for part in match if part) for match in _PART.findall(text.strip("[] \t")))


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Return how deep in brackets, and in which open string, the end of a line is."""
    position = 0
    while position < len(line):
        if quote:
            if quote[0] == '"' and line[position] == "\\":
                position += 2
            elif line.startswith(quote, position):
                position += len(quote)
                quote = ""
            else:
                position += 1
            continue
        character = line[position]
        if character == "#":
            break
        opening = next((one for one in _QUOTES if line.startswith(one, position)), "")
        if opening:
            quote = opening
            position += len(opening)
            continue
        depth += (character in "[{") - (character in "]}")
        position += 1
    return depth, quote if len(quote) == 3 else ""
