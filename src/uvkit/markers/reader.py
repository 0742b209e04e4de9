"""Marker text to diagram."""

from __future__ import annotations

import re
from typing import Any, Final

from .comparisons import LIST_KEYS, NAMES, IgnoredComparisonError, compare
from .diagram import TRUE, IntractableMarkerError, Node
from .platforms import conjunction, disjunction

__all__ = ["MarkerSyntaxError", "read"]


class MarkerSyntaxError(ValueError):
    """The text is not an environment marker (PEP 508); nothing before ``position`` is at fault."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(text, position, reason)
        self.text = text
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        start, end = max(self.position - _EXCERPT, 0), self.position + _EXCERPT
        before, after = "..." if start else "", "..." if end < len(self.text) else ""
        excerpt = f"{before}{self.text[start:end]}{after}"
        return f"{self.reason} at position {self.position} of the marker `{excerpt}`"


# How much of a long text an error shows on both sides of the place.
_EXCERPT: Final = 60
_OPERAND = r"""([A-Za-z_][\w.]*|'[^']*'|"[^"]*")"""
_OPERATOR = r"""(===|==|~=|!=|<=|>=|<|>|in\b|not\s+in\b)"""
_COMPARISON = re.compile(rf"\s*{_OPERAND}\s*{_OPERATOR}\s*{_OPERAND}\s*")
_OPEN = re.compile(r"\s*\(")
_CLOSE = re.compile(r"\)\s*")
_JOINT = re.compile(r"(and|or)\b")
_ONE_OPERAND = re.compile(rf"\s*{_OPERAND}\s*")
_ONE_OPERATOR = re.compile(_OPERATOR)

# Few different comparisons make up the markers of even a large index; reading one takes longer than finding it.
_COMPARED_LIMIT: Final = 4096
_compared: dict[tuple[str | Any, ...], Node] = {}

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class _Level:
    """What has been read of one pair of parentheses: finished alternatives, and the terms of the current one."""

    __slots__ = ("alternatives", "terms")

    def __init__(self) -> None:
        self.alternatives: list[Node] = []
        self.terms: list[Node] = []

    def begin_alternative(self) -> None:
        if self.terms:
            self.alternatives.append(_combined(self.terms, any_of=False))
            self.terms = []

    def result(self) -> Node | None:
        """Return the level's diagram, or none if every comparison in it was left out."""
        self.begin_alternative()
        return _combined(self.alternatives, any_of=True) if self.alternatives else None


def _combined(nodes: list[Node], *, any_of: bool) -> Node:
    """Combine neighbours pair by pair: the partial results stay small, and depth grows with the logarithm."""
    combine = disjunction if any_of else conjunction
    while len(nodes) > 1:
        rest = [nodes[-1]] if len(nodes) % 2 else []
        nodes = [combine(a, b) for a, b in zip(nodes[::2], nodes[1::2], strict=False)] + rest
    return nodes[0]


def read(text: str) -> tuple[Node, tuple[str, ...]]:
    """Return the diagram of a marker, and a note for every comparison that had to be left out.

    Raises:
        MarkerSyntaxError: the text is not a marker, or not one that can be worked with.
    """
    try:
        return _read(text)
    except (IntractableMarkerError, RecursionError):
        raise MarkerSyntaxError(text, 0, "too many different comparisons") from None


def _read(text: str) -> tuple[Node, tuple[str, ...]]:
    notes: list[str] = []
    levels = [_Level()]
    position = 0
    while True:
        position = _opened(text, position, levels)
        found = _COMPARISON.match(text, position)
        if found is None:
            raise _no_comparison(text, position)
        term = _comparison(found, notes)
        if term is not None:
            levels[-1].terms.append(term)
        position = _closed(text, found.end(), levels)
        if position == len(text):
            break
        joint = _JOINT.match(text, position)
        if joint is None:
            raise MarkerSyntaxError(text, position, "expected `and`, `or` or the end")
        if joint[1] == "or":
            levels[-1].begin_alternative()
        position = joint.end()
    if len(levels) > 1:
        raise MarkerSyntaxError(text, position, "expected `)`")
    return levels[0].result() or TRUE, tuple(notes)


def _opened(text: str, position: int, levels: list[_Level]) -> int:
    while found := _OPEN.match(text, position):
        levels.append(_Level())
        position = found.end()
    return position


def _closed(text: str, position: int, levels: list[_Level]) -> int:
    while len(levels) > 1 and (found := _CLOSE.match(text, position)):
        inner = levels.pop().result()
        if inner is not None:
            levels[-1].terms.append(inner)
        position = found.end()
    return position


def _comparison(found: re.Match[str], notes: list[str]) -> Node | None:
    """Return the diagram of a comparison, or leave it out with a note."""
    parts = found.groups()
    known = _compared.get(parts)
    if known is not None:
        return known
    left, operator, right = parts
    if operator[0] == "n":
        operator = "not in"
    left_literal, right_literal = left[0] in "'\"", right[0] in "'\""
    left = left[1:-1] if left_literal else _name(found, 1)
    right = right[1:-1] if right_literal else _name(found, 3)
    if left in LIST_KEYS and not left_literal:
        raise MarkerSyntaxError(found.string, found.start(1), f"`{left}` is a list and can only stand on the right")
    if right in LIST_KEYS and not right_literal and operator not in {"in", "not in"}:
        raise MarkerSyntaxError(found.string, found.start(2), f"`{right}` is a list and only has `in` and `not in`")
    if left_literal == right_literal:
        kind = "two texts" if left_literal else "two marker names"
        notes.append(f"`{found[0].strip()}` is ignored: {kind} are compared with each other")
        return None
    try:
        if right_literal:
            node = compare(left, operator, right)
        else:
            node = compare(right, _MIRRORED.get(operator, operator), left, flipped=True)
    except IgnoredComparisonError as error:
        notes.append(f"`{found[0].strip()}` is ignored: {error}")
        return None
    if len(_compared) >= _COMPARED_LIMIT:
        _compared.clear()
    _compared[parts] = node
    return node


def _name(found: re.Match[str], group: int) -> str:
    name = NAMES.get(found[group])
    if name is None:
        raise MarkerSyntaxError(found.string, found.start(group), f"`{found[group]}` is not a marker name")
    return name


def _no_comparison(text: str, position: int) -> MarkerSyntaxError:
    """Say which part of a comparison is missing."""
    left = _ONE_OPERAND.match(text, position)
    if left is None:
        while position < len(text) and text[position].isspace():
            position += 1
        if text[position : position + 1] in {"'", '"'}:
            return MarkerSyntaxError(text, position, "expected the closing quote of the text")
        return MarkerSyntaxError(text, position, "expected a marker name or a quoted text")
    if left[1][0] not in "'\"" and left[1] not in NAMES:
        return MarkerSyntaxError(text, left.start(1), f"`{left[1]}` is not a marker name")
    operator = _ONE_OPERATOR.match(text, left.end())
    if operator is None:
        return MarkerSyntaxError(text, left.end(), "expected a comparison operator such as `>=` or `not in`")
    return _no_comparison(text, operator.end())
