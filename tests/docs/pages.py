"""Read the fenced blocks of a Markdown page: what is run, what is written to a file, what output is promised."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[a-z]*)(?: +(?P<rest>.*))?$")
_TITLE = re.compile(r'title="([^"]+)"')
_SKIP = re.compile(r"^ *<!-- skip: (.+) -->$")
_STATUS = re.compile(r"^ *<!-- status: (\d+) -->$")
_HIDDEN = re.compile(r"^ *<!-- run$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block; ``line`` is that of its first line of text in the page."""

    language: str
    text: str
    line: int
    title: str | None = None
    skip: str | None = None
    status: int = 0
    follows: bool = False  # nothing but empty lines between it and the block before


def documented_pages() -> list[Path]:
    """Return every page with blocks."""
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in pages if "\n```" in page.read_text(encoding="utf-8")]


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of a page, hidden ones (comments that begin with ``run``) as Python."""
    lines = page.read_text(encoding="utf-8").splitlines()
    skip: str | None = None
    status = 0
    number = 0
    follows = False
    while number < len(lines):
        line = lines[number]
        number += 1
        if found := _SKIP.match(line):
            skip = found[1]
        elif found := _STATUS.match(line):
            status = int(found[1])
        elif _HIDDEN.match(line):
            end = next(i for i in range(number, len(lines)) if lines[i].strip() == "-->")
            yield Block(language="python", text=dedent("\n".join(lines[number:end])), line=number + 1)
            number = end + 1
        elif found := _FENCE.match(line):
            end = next(i for i in range(number, len(lines)) if lines[i].strip() == "```")
            title = _TITLE.search(found["rest"] or "")
            yield Block(
                language=found["language"],
                text=dedent("\n".join(lines[number:end])),
                line=number + 1,
                title=title[1] if title else None,
                skip=skip,
                status=status,
                follows=follows,
            )
            skip, status, number, follows = None, 0, end + 1, True
        elif line.strip():
            skip, status, follows = None, 0, False
