"""Ranges of Python versions: specifier sets as segments of the line, and the hull of a diagram."""

from __future__ import annotations

from itertools import pairwise
from typing import Final, TypeAlias

from .diagram import FALSE, HAS_PYTHON, PYTHON, Cut, Node
from .releases import NotAReleaseError, Release, following, read_release, release_text, trimmed

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Bound",
    "Hull",
    "Segments",
    "SpecifierSyntaxError",
    "hull",
    "intersected",
    "read_specifiers",
    "specifier_text",
]

# A cut of the line together with the digits it was written in; absent at the ends of the line.
Bound: TypeAlias = tuple[Release, int, str]
Segment: TypeAlias = tuple[Bound | None, Bound | None]
Segments: TypeAlias = tuple[Segment, ...]
Hull: TypeAlias = tuple[Cut | None, Cut | None]

EVERYTHING: Final[Segments] = ((None, None),)
NOTHING: Final[Hull] = (((0,), 0), ((0,), 0))

_OPERATORS: Final = ("===", "==", "~=", "!=", "<=", ">=", "<", ">")


class SpecifierSyntaxError(ValueError):
    """The text is not a set of version specifiers (PEP 440)."""

    def __init__(self, text: str, part: str) -> None:
        super().__init__(text, part)
        self.text = text
        self.part = part

    def __str__(self) -> str:
        if self.part == self.text:
            return f"`{self.part}` is not a version specifier"
        return f"`{self.part}` in `{self.text}` is not a version specifier"


def read_specifiers(text: str) -> Segments:
    """Return the segments that all specifiers have in common; the empty text admits everything.

    Raises:
        SpecifierSyntaxError: one of them is not a specifier.
    """
    result = EVERYTHING
    if not text or text.isspace():
        return result
    for part in text.split(","):
        try:
            result = intersected(result, _specifier(part.strip()))
        except NotAReleaseError:
            raise SpecifierSyntaxError(text.strip(), part.strip()) from None
    return result


def _specifier(text: str) -> Segments:
    operator = next((operator for operator in _OPERATORS if text.startswith(operator)), None)
    if operator is None:
        raise NotAReleaseError(text)
    release, wildcard = read_release(text[len(operator) :].strip(), operator)
    if wildcard:
        lower, upper = _before(release), _before(following(release))
        return ((None, lower), (upper, None)) if operator == "!=" else ((lower, upper),)
    match operator:
        case "<":
            return ((None, _before(release)),)
        case "<=":
            return ((None, _after(release)),)
        case ">":
            return ((_after(release), None),)
        case ">=":
            return ((_before(release), None),)
        case "!=":
            return (None, _before(release)), (_after(release), None)
        case "~=":
            if len(release) < 2:
                raise NotAReleaseError(text)
            return ((_before(release), _before(following(release[:-1]))),)
        case _:
            return ((_before(release), _after(release)),)


def _before(release: Release) -> Bound:
    return trimmed(release), 0, release_text(release)


def _after(release: Release) -> Bound:
    return trimmed(release), 1, release_text(release)


def intersected(first: Segments, second: Segments) -> Segments:
    """Return the common segments.

    Of two equal lower bounds the digits of the second stay, of two equal upper bounds those of the first.
    """
    result: list[Segment] = []
    for lower, upper in first:
        for other_lower, other_upper in second:
            start, end = _higher(lower, other_lower), _lower(upper, other_upper)
            if start is None or end is None or start[:2] < end[:2]:
                result.append((start, end))
    return tuple(result)


def _higher(first: Bound | None, second: Bound | None) -> Bound | None:
    if first is None or second is None:
        return first or second
    return first if first[:2] > second[:2] else second


def _lower(first: Bound | None, second: Bound | None) -> Bound | None:
    if first is None or second is None:
        return first or second
    return second if second[:2] < first[:2] else first


def specifier_text(segments: Segments) -> str:
    """Return the segments as one specifier set: lower bound, gaps, upper bound.

    Only gaps of one version and of whole minor versions can be said in specifiers; others are passed over.
    """
    if not segments:
        return "<0"
    lower, upper = segments[0][0], segments[-1][1]
    parts = [_gap_text(left[1], right[0]) for left, right in pairwise(segments)]
    exact = _exact_text(lower, upper)
    if exact:
        parts.insert(0, exact)
    else:
        if lower is not None:
            parts.insert(0, f"{'>' if lower[1] else '>='}{lower[2]}")
        if upper is not None:
            parts.append(f"{'<=' if upper[1] else '<'}{upper[2]}")
    return ", ".join(part for part in parts if part)


def _exact_text(lower: Bound | None, upper: Bound | None) -> str:
    if lower is None or upper is None:
        return ""
    if lower[0] == upper[0]:
        return f"=={lower[2]}"
    minors = _minors(lower, upper)
    return f"=={minors[0]}.*" if len(minors) == 1 else ""


def _gap_text(end: Bound | None, start: Bound | None) -> str:
    assert end is not None
    assert start is not None
    if end[0] == start[0]:
        return f"!={end[2]}"
    return ", ".join(f"!={minor}.*" for minor in _minors(end, start))


def _minors(lower: Bound, upper: Bound) -> list[str]:
    """Return the minor versions that fill the line between two bounds exactly, if some do."""
    first, last = (*lower[0], 0)[:2], upper[0]
    if lower[1] or upper[1] or len(lower[0]) > 2 or len(last) != 2 or first[0] != last[0]:
        return []
    return [f"{first[0]}.{minor}" for minor in range(first[1], last[1])]


def hull(node: Node) -> Hull:
    """Return the outermost cuts of `python_full_version` between which the diagram can be true."""
    if node.hull is None:
        node.hull = _hull(node)
    return node.hull


def _hull(node: Node) -> Hull:
    if node is FALSE:
        return NOTHING
    if not node.flags & HAS_PYTHON:
        return None, None
    if node.variable == PYTHON:
        return (
            None if node.children[0] is not FALSE else node.cuts[0],
            None if node.children[-1] is not FALSE else node.cuts[-1],
        )
    hulls = [hull(child) for child in node.children if child is not FALSE]
    lowers = [lower for lower, _ in hulls if lower is not None]
    uppers = [upper for _, upper in hulls if upper is not None]
    return (
        min(lowers) if len(lowers) == len(hulls) else None,
        max(uppers) if len(uppers) == len(hulls) else None,
    )
