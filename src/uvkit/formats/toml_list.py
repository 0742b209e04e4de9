"""Lists of requirements in TOML: where a new one goes, and how the list looks afterwards.

After a change a list has one entry a line. Comments stay with their neighbours; one behind an entry stays behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from .toml_layout import Array, Scalar

_Key: TypeAlias = Callable[[str], tuple[str, ...]]

INDENT = "    "
_SPECIFIER = re.compile(r"[<>=~!@]")


def insert_text(array: Array, value: Scalar, *, into_order: bool = True) -> int:
    """Put a new requirement where the order of the list wants it, else at the end; return its position."""
    texts = [item.value if isinstance(item, Scalar) and isinstance(item.value, str) else None for item in array.items]
    position = _position(texts, str(value.value)) if into_order else len(texts)
    _insert(array, position, value)
    return position


def replace_text(array: Array, position: int, value: Scalar) -> None:
    """Put another requirement in the place of one."""
    old = array.items[position]
    value.prefix, value.suffix = old.prefix, old.suffix
    array.items[position] = value


def remove_item(array: Array, position: int) -> None:
    """Take an entry out; the comments before it go to what follows."""
    removed = array.items.pop(position)
    before = removed.prefix or ""
    if position < len(array.items):
        following = array.items[position]
        following.prefix = before + (following.prefix or "")
    else:
        array.trailing = before + array.trailing


def tidy(array: Array) -> None:
    """Write one entry a line, with a comma behind each, indented like the first one."""
    indent = (_last_indent(array.items[0].prefix or "") if array.items else "") or INDENT
    if array.items and not array.trailing_comma:
        last = array.items[-1]
        array.trailing, last.suffix = (last.suffix or "") + array.trailing, ""
    for item in array.items:
        item.prefix = f"{_with_comments((item.prefix, item.suffix), indent)}\n{indent}"
        item.suffix = ""
    array.trailing = _with_comments((array.trailing,), indent)
    if array.items or array.trailing:
        array.trailing += "\n"
    array.trailing_comma = True


def _insert(array: Array, position: int, value: Scalar) -> None:
    """Put a value at a position; what stands there now leaves its comments to the new one, unless it is the first."""
    if position == len(array.items):
        value.prefix, array.trailing = array.trailing, ""
        array.trailing_comma = True
    elif position == 0:
        # A comment behind the bracket belongs to the list, one above the first entry to the entry.
        behind, line_end, above = (array.items[0].prefix or "").partition("\n")
        value.prefix = f"{behind}\n{_last_indent(above)}" if line_end else behind
        array.items[0].prefix = line_end + above
    else:
        following = array.items[position]
        value.prefix, following.prefix = following.prefix, f"\n{INDENT}"
    array.items.insert(position, value)


def _last_indent(text: str) -> str:
    """Return the blanks at the start of the last line."""
    lines = text.splitlines()
    return lines[-1].partition("#")[0] if lines else ""


def _with_comments(parts: Sequence[str | None], indent: str) -> str:
    return "".join(comment for part in parts for comment in _comments(part or "", indent))


def _comments(text: str, indent: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines()):
        before, mark, rest = line.partition("#")
        if mark:
            comment = mark + rest.rstrip()
            yield f"{before}{comment}" if number == 0 else f"\n{indent}{comment}"


# -- order -------------------------------------------------------------------------------------------------------------


def _position(texts: Sequence[str | None], new: str) -> int:
    known = [text for text in texts if text is not None]
    # What is no text, such as the inclusion of a group, stays behind all that is, if it was.
    end = max((number + 1 for number, text in enumerate(texts) if text is not None), default=len(texts))
    for key in (_split_folded, _split, _whole_folded, _whole):
        if _is_sorted(known, key):
            wanted = key(new)
            for number, text in enumerate(texts):
                if text is not None and key(text) > wanted:
                    return number
            break
    return end


def _is_sorted(texts: Sequence[str], key: _Key) -> bool:
    return all(key(one) <= key(other) for one, other in pairwise(texts))


def _whole(text: str) -> tuple[str, ...]:
    return (text,)


def _whole_folded(text: str) -> tuple[str, ...]:
    return (text.lower(),)


def _split(text: str) -> tuple[str, str]:
    """Return a requirement as its name (with extras) and what it says of versions."""
    found = _SPECIFIER.search(text)
    at = len(text) if found is None else found.start()
    return text[:at].strip(), text[at:].strip()


def _split_folded(text: str) -> tuple[str, str]:
    return _split(text.lower())
