"""Reading TOML with its layout; the text was parsed before, so it is known to be valid."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

from .toml_layout import Array, Document, InlineTable, Key, Scalar, Table, TableArray, Value

_BLANK = re.compile(r"[ \t]*")
_LAYOUT = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")  # blanks, line ends and comments
_REST = re.compile(r"[ \t]*(?:#[^\r\n]*)?")  # of a line, behind a value or header
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_OTHER = re.compile(r"[^,\]}\r\n#]*[^,\]}\r\n#\s]")


def read_layout(text: str) -> Document:
    """Return a valid TOML text as tables and values with their layout.

    Raises:
        tomllib.TOMLDecodeError: the text is not valid.
    """
    tomllib.loads(text)
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tables = 0

    def document(self) -> Document:
        root = Table()
        current = root
        while True:
            start = self.at
            self.take(_LAYOUT)
            before = self.text[start : self.at]
            if self.at >= len(self.text):
                return Document(root, before)
            if self.peek("["):
                current = self.header(root, before)
            else:
                keys = self.key_path()
                keys[-1].prefix = before
                self.at += 1
                value = self.value(self.take(_BLANK))
                value.suffix = self.take(_REST)
                _place(current, keys, value)
            self.end_line()

    def header(self, root: Table, before: str) -> Table:
        """Read a header and return the table that begins with it."""
        of_array = self.peek("[[")
        width = 2 if of_array else 1
        self.at += width
        start = self.at
        self.take(_BLANK)
        keys = self.key_path()
        written = self.text[start : self.at]
        self.at += width
        self.tables += 1
        parent = root
        for key in keys[:-1]:
            parent = _descend(parent, key)
        table = self.begun(parent, keys[-1], of_array=of_array)
        table.prefix, table.suffix, table.position = before, self.take(_REST), self.tables
        table.header = written
        return table

    def begun(self, parent: Table, key: Key, *, of_array: bool) -> Table:
        found = parent.items.get(key.name)
        if of_array:
            if not isinstance(found, TableArray):
                found = TableArray()
                parent.put(key.name, found, key)
            found.tables.append(Table())
            return found.tables[-1]
        if isinstance(found, Table):  # only known from tables below it so far
            found.implicit = False
            return found
        table = Table()
        parent.put(key.name, table, key)
        return table

    def key_path(self) -> list[Key]:
        """Read a key up to the sign or bracket behind it."""
        keys: list[Key] = []
        while True:
            written = self.take(_KEY)
            name = next(iter(tomllib.loads(f"{written}=0")))
            after = self.take(_BLANK)
            keys.append(Key(name, written, "", after))
            if not self.peek("."):
                return keys
            keys[-1].written += after
            self.at += 1
            ahead = self.take(_BLANK)
            if ahead:
                # Nobody writes blanks around dots; they are kept with the part before.
                keys[-1].written += ahead

    def value(self, prefix: str) -> Value:
        value: Value
        if self.peek("["):
            value = self.array()
        elif self.peek("{"):
            value = self.inline_table()
        else:
            written = self.take(_STRING) if self.text[self.at] in "\"'" else self.take(_OTHER)
            value = Scalar(written, tomllib.loads(f"x={written}")["x"])
        value.prefix = prefix
        return value

    def array(self) -> Array:
        array = Array()
        self.at += 1

        def item(before: str) -> Value:
            return self.value(before)

        array.items, array.trailing, array.trailing_comma = self.members("]", item)
        return array

    def inline_table(self) -> InlineTable:
        table = InlineTable()
        self.at += 1
        paths: list[tuple[Key, ...]] = []

        def item(before: str) -> Value:
            keys = self.key_path()
            keys[-1].prefix = before
            self.at += 1
            paths.append(tuple(keys))
            return self.value(self.take(_BLANK))

        values, trailing, _ = self.members("}", item)
        table.entries = list(zip(paths, values, strict=True))
        table.preamble = trailing
        return table

    def members(self, closing: str, item: Callable[[str], Value]) -> tuple[list[Value], str, bool]:
        """Read what stands between brackets, the closing one included."""
        items: list[Value] = []
        comma = False
        while True:
            before = self.take(_LAYOUT)
            if self.peek(closing):
                self.at += 1
                return items, before, comma
            value = item(before)
            items.append(value)
            value.suffix = self.take(_LAYOUT)
            comma = self.peek(",")
            if comma:
                self.at += 1

    def end_line(self) -> None:
        if self.peek("\r\n"):
            self.at += 2
        elif self.peek("\n"):
            self.at += 1

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise AssertionError(f"no {pattern.pattern} at {self.at}")
        self.at = found.end()
        return found[0]


def _descend(table: Table, key: Key, *, dotted: bool = False) -> Table:
    """Return the table below, made if need be."""
    found = table.items.get(key.name)
    if isinstance(found, TableArray):
        return found.tables[-1]
    if isinstance(found, Table):
        return found
    made = Table(implicit=True, dotted=dotted)
    table.put(key.name, made, key)
    return made


def _place(table: Table, keys: list[Key], value: Value) -> None:
    for key in keys[:-1]:
        table = _descend(table, key, dotted=True)
    table.put(keys[-1].name, value, keys[-1])
