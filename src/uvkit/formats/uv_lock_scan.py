"""Scan a lock that is laid out as uv writes it: many times faster than a TOML parser.

The grammar here is a part of TOML without escapes, comments and multi-line strings, and for the keys of a package it
is exactly uv's layout. Whatever does not match it to the last character is a surprise, and the caller parses the text
as the TOML it may be; both ways give the same document. Rows of wheels, the bulk of a lock, are checked here and
decoded when first looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, overload

from uvkit.model import ArchiveSource, FileRow, GitSource, Source

from .uv_lock_document import LockDependency, LockDocument, LockPackage
from .uv_lock_sources import direct_row, file_name, is_commit, source_of_entry
from .uv_lock_tables import CANONICAL_VERSION, DIGEST, TableReader


class SurpriseError(Exception):
    """The text is not in the canonical layout."""


# The content of a basic string (TOML 1.0). That it holds no newline, escape or control character is checked once for
# the whole text, which lets this be the class that the regular expression engine matches fastest.
_CHARACTERS = r'[^"]*+'
_STRING = rf'"{_CHARACTERS}"'
_NAME = r'"[a-z0-9]+(?:-[a-z0-9]+)*"'
_VERSION = f'"{CANONICAL_VERSION}"'
_DIGEST = f'"{DIGEST}"'
_SIZE = r"(?:0|[1-9][0-9]*)"
_SOURCE = rf"\{{ [a-z]+ = {_STRING}(?:, subdirectory = {_STRING})? \}}"
_FACTS = rf"(?:, hash = {_DIGEST})?(?:, size = {_SIZE})?(?:, upload-time = {_STRING})? \}},\n"
_WHEEL = rf'    \{{ (?:url|path|filename) = "{_CHARACTERS}(?<=\.whl)"{_FACTS}'
_ARCHIVE = rf"    \{{ (?:url|path) = {_STRING}{_FACTS}"
_DEPENDENCY = (
    rf"    \{{ name = {_NAME}(?:, version = {_VERSION})?(?:, source = {_SOURCE})?"
    rf"(?:, extra = \[{_STRING}(?:, {_STRING})*\])?(?:, marker = {_STRING})? \}},\n"
)
_package = re.compile(
    rf"name = ({_NAME})\n"
    rf"(?:version = ({_VERSION})\n)?"
    rf"source = ({_SOURCE})\n"
    r"(?:default-groups = ([^\n]*)\n)?"
    rf"(?:resolution-markers = \[\n((?:    {_STRING},\n)+)\]\n)?"
    rf"(?:dependencies = \[\n((?:{_DEPENDENCY})+)\]\n)?"
    r"(?:sdist = ([^\n]*)\n)?"
    rf"(?:wheels = \[\n((?:{_WHEEL})+)\]\n)?"
)
_files = re.compile(
    rf'    \{{ (url|path|filename) = "({_CHARACTERS})"(?:, hash = "({_CHARACTERS})")?'
    rf'(?:, size = ([0-9]+))?(?:, upload-time = "({_CHARACTERS})")? \}},\n'
)
_one_file = re.compile(_ARCHIVE)
_dependency_rows = re.compile(
    rf'    \{{ name = "([^"]*)"(?:, version = "([^"]*)")?(?:, source = ({_SOURCE}))?'
    rf'(?:, extra = (\[[^\]]*\]))?(?:, marker = "({_CHARACTERS})")? \}},\n'
)
_source_parts = re.compile(rf'\{{ ([a-z]+) = "({_CHARACTERS})"(?:, subdirectory = "({_CHARACTERS})")? \}}')
_strings = re.compile(rf'"({_CHARACTERS})"')


# Everything but what may not occur in the plain part of TOML, and what frames its strings and lines.
_HARMLESS = bytes(byte for byte in range(256) if (byte >= 32 and byte not in b'"\\\x7f'))
_even_quotes = re.compile(rb'(?:(?:"")*+\n)*+')


def _is_plain(text: str) -> bool:
    """Tell whether no string of the text spans lines, and none has escapes or control characters."""
    try:
        frame = text.encode().translate(None, _HARMLESS)
    except UnicodeEncodeError:
        return False
    return _even_quotes.fullmatch(frame) is not None


def scan_uv_lock(text: str) -> LockDocument:
    """Return the document of a lock in the canonical layout.

    Raises:
        SurpriseError: the text is laid out otherwise, or something in it is wrong.
    """
    if not _is_plain(text):
        raise SurpriseError
    head, *bodies = text.split("\n[[package]]\n")
    tables = _Tables(head + "\n" if bodies else head).read()
    if tables.get("version") != 1 or "package" in tables:
        raise SurpriseError
    reader = TableReader()
    scanner = _PackageScanner(reader)
    packages = tuple([scanner.package(body) for body in bodies])
    document = reader.document(tables, packages)
    if reader.problems:
        raise SurpriseError
    return document


def _file_rows(text: str, source: Source) -> tuple[FileRow, ...]:
    """Return the rows of files, one a line."""
    rows = []
    # A named tuple's own constructor costs as much as all the rest of this loop.
    new = tuple.__new__
    plain = not ("%" in text or "#" in text or "?" in text)
    for key, place, digest, size, uploaded in _files.findall(text):
        location = filename = place
        if key == "filename":
            location = direct_row(source, None).url
        elif plain and key == "url":
            filename = place[place.rfind("/") + 1 :]
        else:
            filename = file_name(place)
        number = int(size) if size else None
        rows.append(new(FileRow, (filename, location, digest or None, number, None, uploaded or None, None, None)))
    return tuple(rows)


class ScannedWheels(Sequence[FileRow]):
    """The wheels of one package, decoded when first looked at."""

    __slots__ = ("_rows", "_source", "_text")

    def __init__(self, text: str, source: Source) -> None:
        self._text = text
        self._source = source
        self._rows: tuple[FileRow, ...] | None = None

    def _all(self) -> tuple[FileRow, ...]:
        if self._rows is None:
            self._rows = _file_rows(self._text, self._source)
        return self._rows

    @overload
    def __getitem__(self, position: int) -> FileRow: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[FileRow, ...]: ...
    def __getitem__(self, position: int | slice) -> FileRow | tuple[FileRow, ...]:
        return self._all()[position]

    def __len__(self) -> int:
        return self._text.count("\n") if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[FileRow]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ScannedWheels | tuple):
            return self._all() == tuple(other)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


class _PackageScanner:
    """Reads `[[package]]` tables; sources repeat, so each distinct text is read once."""

    def __init__(self, reader: TableReader) -> None:
        self._reader = reader
        self._sources: dict[str, Source] = {}

    def package(self, body: str) -> LockPackage:
        match = _package.match(body)
        if match is None:
            raise SurpriseError
        name, version, source_text, groups, markers, dependencies, sdist, wheels = match.groups()
        source = self._source(source_text)
        facts = self._sub_tables(body[match.end() :], name) if match.end() < len(body) else {}
        if groups:
            facts["default_groups"] = self._reader.default_groups({"default-groups": _line_value(groups)}, name)
        if sdist:
            facts["sdist"] = self._sdist(sdist, source)
        if wheels:
            if isinstance(source, ArchiveSource) and wheels.count(', hash = "') < wheels.count("\n"):
                raise SurpriseError
            # A query or fragment would hide where the file name ends.
            if "#" in wheels or "?" in wheels:
                raise SurpriseError
            facts["wheels"] = ScannedWheels(wheels, source)
        return LockPackage(
            name=name[1:-1],
            version=version and version[1:-1],
            source=source,
            resolution_markers=tuple(_strings.findall(markers)) if markers else (),
            dependencies=self._dependencies(dependencies) if dependencies else (),
            **facts,
        )

    def _sdist(self, text: str, source: Source) -> FileRow | None:
        line = f"    {text},\n"
        if _one_file.fullmatch(line):
            return _file_rows(line, source)[0]
        return self._reader.sdist({"sdist": _line_value(text)}, source, "sdist")

    def _source(self, text: str) -> Source:
        source = self._sources.get(text)
        if source is None:
            parts = _source_parts.fullmatch(text)
            assert parts is not None
            try:
                source = source_of_entry(*parts.groups(default=""))
            except ValueError:
                raise SurpriseError from None
            if isinstance(source, GitSource) and not is_commit(source.commit):
                raise SurpriseError
            self._sources[text] = source
        return source

    def _dependencies(self, text: str) -> tuple[LockDependency, ...]:
        return tuple(
            [
                LockDependency(
                    name,
                    version or None,
                    self._source(source) if source else None,
                    tuple(_strings.findall(extras)) if extras else (),
                    marker,
                )
                for name, version, source, extras, marker in _dependency_rows.findall(text)
            ]
        )

    def _sub_tables(self, text: str, name: str) -> dict[str, Any]:
        tables = _Tables(text).read()
        package = tables.pop("package", None)
        # Anything else is a key that uv does not write, or not here.
        if tables or not isinstance(package, dict):
            raise SurpriseError
        return self._reader.sub_tables(package, f"package `{name}`")


# -- the few tables that are not packages ------------------------------------------------------------------------------

_header = re.compile(r"(\[\[?)([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)(\]\]?)\n")
_entry = re.compile(r"([A-Za-z0-9_-]+) = ")
_scalar = re.compile(rf'{_STRING}(?!")|true\b|false\b|{_SIZE}(?![0-9.eE_:-])')
_array_start = re.compile(r"\[[ \n]*")
_array_next = re.compile(r"[ \n]*(?:,[ \n]*(\])?|(\]))")
_table_next = re.compile(r"(?:, | (\}))")
# The one comment that uv writes.
_line_end = re.compile(r"(?: # This has no effect and is included for backwards compatibility[ -~]*)?\n")
_ARRAY_TABLES = frozenset({"manifest.dependency-metadata"})


class _Tables:
    """A reader of tables, keys and values in the plain part of TOML that uv writes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: dict[str, Any] = {}
        self._headers: set[str] = set()

    def read(self) -> dict[str, Any]:
        """Return the tables as a TOML parser would."""
        text, current, position = self._text, self._root, 0
        while position < len(text):
            if text[position] == "\n":
                position += 1
                continue
            header = _header.match(text, position)
            if header is not None:
                current = self._open(*header.groups())
                position = header.end()
                continue
            key, value, position = _key_and_value(text, position)
            end = _line_end.match(text, position)
            if end is None or key in current:
                raise SurpriseError
            current[key] = value
            position = end.end()
        return self._root

    def _open(self, start: str, path: str, end: str) -> dict[str, Any]:
        if len(start) != len(end) or (len(start) == 2) != (path in _ARRAY_TABLES):
            raise SurpriseError
        table, prefix = self._root, ""
        *parents, last = path.split(".")
        for part in parents:
            prefix += part
            table = self._child(table, part, prefix)
            prefix += "."
        if path in _ARRAY_TABLES:
            if last in table and path not in self._headers:
                raise SurpriseError
            self._headers.add(path)
            row: dict[str, Any] = {}
            table.setdefault(last, []).append(row)
            return row
        if f"{path}." in self._headers:
            raise SurpriseError
        self._headers.add(f"{path}.")
        return self._child(table, last, path)

    def _child(self, table: dict[str, Any], key: str, path: str) -> dict[str, Any]:
        """Return a table inside another; one that was given as a value cannot be opened again."""
        if key in table and path not in self._headers:
            raise SurpriseError
        self._headers.add(path)
        child = table.setdefault(key, {})
        if not isinstance(child, dict):
            raise SurpriseError
        return child


def _line_value(text: str) -> Any:
    value, position = _value(text, 0)
    if position != len(text):
        raise SurpriseError
    return value


def _key_and_value(text: str, position: int) -> tuple[str, Any, int]:
    key = _entry.match(text, position)
    if key is None:
        raise SurpriseError
    value, position = _value(text, key.end())
    return key[1], value, position


def _value(text: str, position: int) -> tuple[Any, int]:
    scalar = _scalar.match(text, position)
    if scalar is not None:
        found = scalar[0]
        if found[0] == '"':
            return found[1:-1], scalar.end()
        return (found[0] == "t") if found[0] in "tf" else int(found), scalar.end()
    if text.startswith("[", position):
        return _array(text, position)
    if text.startswith("{ ", position):
        return _inline_table(text, position + 2)
    if text.startswith("{}", position):
        return {}, position + 2
    raise SurpriseError


def _array(text: str, position: int) -> tuple[list[Any], int]:
    start = _array_start.match(text, position)
    assert start is not None
    position = start.end()
    values: list[Any] = []
    if text.startswith("]", position):
        return values, position + 1
    while True:
        value, position = _value(text, position)
        values.append(value)
        following = _array_next.match(text, position)
        if following is None:
            raise SurpriseError
        position = following.end()
        if following[1] or following[2]:
            return values, position


def _inline_table(text: str, position: int) -> tuple[dict[str, Any], int]:
    table: dict[str, Any] = {}
    while True:
        key, value, position = _key_and_value(text, position)
        following = _table_next.match(text, position)
        if following is None or key in table:
            raise SurpriseError
        table[key] = value
        position = following.end()
        if following[1]:
            return table, position
