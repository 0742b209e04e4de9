"""TOML with its layout: tables, values and what stands around them, so that an edit changes nothing else.

Comments and blank lines belong to what follows them. Tables are written in the order of their headers; a new one
follows the table that was visited before it, as in the editor whose results are the reference here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import tomlkit


@dataclass(slots=True)
class Key:
    """A key as it is written, with the comments above it and the blanks before the sign; none is the usual."""

    name: str
    written: str
    prefix: str | None = None
    suffix: str | None = None


@dataclass(slots=True)
class Scalar:
    """A value that is not looked into, as it is written."""

    written: str
    value: object
    prefix: str | None = None
    suffix: str | None = None


@dataclass(slots=True)
class Array:
    """A list; ``trailing`` stands before the closing bracket."""

    items: list[Value] = field(default_factory=list)
    trailing: str = ""
    trailing_comma: bool = False
    prefix: str | None = None
    suffix: str | None = None


@dataclass(slots=True)
class InlineTable:
    """A table in one line; its entries have simple or dotted keys."""

    entries: list[tuple[tuple[Key, ...], Value]] = field(default_factory=list)
    preamble: str = ""  # of an empty one
    prefix: str | None = None
    suffix: str | None = None

    def get(self, name: str) -> Value | None:
        """Return a value by a key that is not dotted."""
        return next((value for keys, value in self.entries if [key.name for key in keys] == [name]), None)


Value: TypeAlias = Scalar | Array | InlineTable


@dataclass(slots=True)
class Table:
    """A table; ``implicit`` has no header of its own, ``dotted`` was made by a dotted key."""

    items: dict[str, Item] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    implicit: bool = False
    dotted: bool = False
    position: int | None = None
    header: str | None = None  # what is written between the brackets; none: the keys
    prefix: str | None = None
    suffix: str | None = None

    def put(self, name: str, item: Item, key: Key | None = None) -> None:
        """Set an item, at the end if it is new; one that is there keeps its key."""
        if name not in self.items:
            self.keys[name] = key or Key(name, written_key(name))
        self.items[name] = item

    def drop(self, name: str) -> None:
        """Remove an item with its key."""
        del self.items[name]
        del self.keys[name]

    def values(self, above: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Value]]:
        """Yield what is written below the header, dotted tables among it."""
        for name, item in self.items.items():
            path = (*above, self.keys[name])
            if isinstance(item, Scalar | Array | InlineTable):
                yield path, item
            elif isinstance(item, Table) and item.dotted:
                yield from item.values(path)


@dataclass(slots=True)
class TableArray:
    """Tables under one name in double brackets."""

    tables: list[Table] = field(default_factory=list)


Item: TypeAlias = Value | Table | TableArray
_Visit: TypeAlias = tuple[int, Table, tuple[Key, ...], bool]


@dataclass(slots=True)
class Document:
    """A whole text; ``trailing`` follows the last line."""

    root: Table = field(default_factory=Table)
    trailing: str = ""

    def text(self) -> str:
        """Return the text, with line ends as on Unix."""
        visits: list[_Visit] = []
        last = 0

        def visit(table: Table, path: tuple[Key, ...], *, of_array: bool) -> None:
            nonlocal last
            if not table.dotted:
                last = last if table.position is None else table.position
                visits.append((last, table, path, of_array))
            for name, item in table.items.items():
                below = (*path, table.keys[name])
                if isinstance(item, Table):
                    visit(item, below, of_array=False)
                elif isinstance(item, TableArray):
                    for one in item.tables:
                        visit(one, below, of_array=True)

        visit(self.root, (), of_array=False)
        visits.sort(key=lambda one: one[0])
        parts: list[str] = []
        for _, table, path, of_array in visits:
            parts += _written_table(table, path, of_array=of_array, first=not parts)
        return ("".join(parts) + self.trailing).replace("\r", "")


def _written_table(table: Table, path: tuple[Key, ...], *, of_array: bool, first: bool) -> Iterator[str]:
    values = list(table.values())
    if path and (of_array or values or not table.implicit):
        header = ".".join(key.written for key in path) if table.header is None else table.header
        brackets = f"[[{header}]]" if of_array else f"[{header}]"
        before = ("" if first else "\n") if table.prefix is None else table.prefix
        yield f"{before}{brackets}{table.suffix or ''}\n"
    for keys, value in values:
        yield f"{_written_path(keys, '', ' ')}={written_value(value, ' ', '')}\n"


def _written_path(keys: tuple[Key, ...], before: str, after: str) -> str:
    leaf = keys[-1]
    start = before if leaf.prefix is None else leaf.prefix
    end = after if leaf.suffix is None else leaf.suffix
    return f"{start}{'.'.join(key.written for key in keys)}{end}"


def written_value(value: Value, before: str = "", after: str = "") -> str:
    """Return a value with what stands around it, or with the usual blanks where nothing is known."""
    start = before if value.prefix is None else value.prefix
    end = after if value.suffix is None else value.suffix
    return f"{start}{_written_core(value)}{end}"


def _written_core(value: Value) -> str:
    match value:
        case Scalar(written=written):
            return written
        case Array(items=items, trailing=trailing, trailing_comma=comma):
            inner = ",".join(written_value(item, " " if number else "", "") for number, item in enumerate(items))
            return f"[{inner}{',' if comma and items else ''}{trailing}]"
        case InlineTable(entries=entries, preamble=preamble):
            last = len(entries) - 1
            inner = ",".join(
                f"{_written_path(keys, ' ', ' ')}={written_value(item, ' ', ' ' if number == last else '')}"
                for number, (keys, item) in enumerate(entries)
            )
            return f"{{{preamble}{inner}}}"


def written_key(name: str) -> str:
    """Return a key as it is written: bare where it can be."""
    return tomlkit.key(name).as_string()


def text_value(text: str) -> Scalar:
    """Return a new string."""
    return Scalar(tomlkit.string(text, literal='"' in text and "'" not in text and "\n" not in text).as_string(), text)


def flag_value(*, value: bool) -> Scalar:
    """Return a new boolean."""
    return Scalar("true" if value else "false", value)


def inline_table(values: dict[str, str | bool]) -> InlineTable:
    """Return a new table in one line."""
    entries: list[tuple[tuple[Key, ...], Value]] = []
    for name, value in values.items():
        item = flag_value(value=value) if isinstance(value, bool) else text_value(value)
        entries.append(((Key(name, written_key(name)),), item))
    return InlineTable(entries)
