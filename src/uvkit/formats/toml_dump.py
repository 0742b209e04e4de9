"""Tables to TOML text, as a person would write it: short arrays in a line, long ones in lines of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LINE = 100


def dump_tables(tables: Mapping[str, Any]) -> str:
    """Return tables as TOML text; values are texts, numbers, booleans, lists and tables of such."""
    return "\n".join(_blocks((), tables))


def _blocks(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    values = {key: value for key, value in table.items() if not _is_block((*path, key), value)}
    lines = [f"{_key(key)} = {_value(value, len(key) + 3)}" for key, value in values.items()]
    if path and lines:
        yield "\n".join([f"[{_dotted(path)}]", *lines, ""])
    elif lines:
        yield "\n".join([*lines, ""])
    for key, value in table.items():
        if key in values:
            continue
        if isinstance(value, Mapping):
            yield from _blocks((*path, key), value)
        else:
            for row in value:
                yield from _rows((*path, key), row)


def _rows(path: tuple[str, ...], row: Mapping[str, Any]) -> Iterator[str]:
    lines = [f"{_key(key)} = {_value(value, len(key) + 3)}" for key, value in row.items()]
    yield "\n".join([f"[[{_dotted(path)}]]", *lines, ""])


_INLINE = (("project", "license"), ("project", "readme"))


def _is_block(path: tuple[str, ...], value: Any) -> bool:
    """Tell whether a value is written with a header of its own; entries of sources and the like are not."""
    if isinstance(value, Mapping):
        above = path[-2:-1]
        return path not in _INLINE and above not in {("sources",), ("dynamic",), ("dependency-groups",)}
    return bool(value) and isinstance(value, Sequence) and path[:-1] == ("tool", "uv") and isinstance(value[0], Mapping)


def _value(value: Any, used: int) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(key)} = {_value(item, 0)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence):
        items = [_value(item, 0) for item in value]
        line = f"[{', '.join(items)}]"
        if len(line) + used <= _LINE and not any(len(item) > 60 for item in items[1:]):
            return line
        return "\n".join(["[", *(f"    {item}," for item in items), "]"])
    return str(value)


def _text(text: str) -> str:
    is_plain = "\\" not in text and '"""' not in text and all(map(str.isprintable, text.split("\n")))
    if "\n" in text and is_plain:
        return f'"""\n{text}"""'
    if '"' in text and "'" not in text and "\n" not in text and text.isprintable():
        return f"'{text}'"
    # JSON's escapes are TOML's, but for the character that TOML forbids unescaped and JSON does not.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))
