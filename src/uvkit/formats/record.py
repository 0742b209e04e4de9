"""RECORD: the files of an installed distribution with their digests (PEP 376, binary distribution format)."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# Characters that make csv quote a field.
_QUOTED = frozenset(',"\r\n')
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class RecordRow(NamedTuple):
    """One line: a path relative to site-packages (or absolute), and digest and size, empty where not recorded."""

    path: str
    digest: str  # "sha256=<urlsafe base64 without padding>"
    size: str


def parse_record(text: str) -> list[RecordRow]:
    """Return the lines of a RECORD file; lines of another shape are kept with what they have."""
    if '"' in text:
        import csv

        lines = csv.reader(text.splitlines())
    else:
        lines = (line.rsplit(",", 2) for line in text.splitlines())  # type: ignore[assignment]  # both yield lists of texts
    return [RecordRow(*(*parts, "", "")[:3]) for parts in lines if parts and parts[0]]


def dump_record(rows: Iterable[tuple[str, str, str | int]]) -> str:
    """Return the text of a RECORD file, sorted by path."""
    return "".join(f"{_field(path)},{digest},{size}\n" for path, digest, size in sorted(rows, key=_path))


def record_digest(digest: bytes, algorithm: str = "sha256") -> str:
    """Return a raw digest as RECORD spells it."""
    text = b2a_base64(digest, newline=False).rstrip(b"=").translate(_URL_SAFE).decode("ascii")
    return f"{algorithm}={text}"


def _path(row: tuple[str, str, str | int]) -> str:
    return row[0]


def _field(text: str) -> str:
    if _QUOTED.isdisjoint(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
