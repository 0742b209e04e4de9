"""What cannot be: combinations of platform values that no interpreter reports, and canonical diagrams around them.

Two diagrams that differ only in impossible combinations mean the same. The canonical one of them takes, wherever a
combination is impossible, the child of the first interval, so that as many tests as possible disappear.
"""

from __future__ import annotations

from .algebra import both, either, exclude_both, forget_results, pairs
from .diagram import (
    FALSE,
    NESTS_PLATFORM,
    PLATFORM_KEYS,
    STRING,
    TRUE,
    IntractableMarkerError,
    Node,
    Variable,
    make,
    membership,
    negation,
)

__all__ = ["canonical", "conjunction", "disjoint", "disjunction", "possible"]

_OS_NAME: Variable = (STRING, 0, "")
_SYS_PLATFORM: Variable = (STRING, 1, "")
_PLATFORM_SYSTEM: Variable = (STRING, 2, "")


def _possible_combinations() -> Node:
    elsewhere = ["aix", "android", "cygwin", "darwin", "emscripten", "linux", "wasi", "win32"]
    impossible = [
        (_OS_NAME, ["nt"], ["linux", "darwin", "ios"]),
        (_OS_NAME, ["posix"], ["win32"]),
        (_PLATFORM_SYSTEM, ["FreeBSD", "NetBSD", "OpenBSD", "SunOS"], [*elsewhere, "ios"]),
        (_PLATFORM_SYSTEM, ["iOS", "iPadOS"], elsewhere),
    ]
    result = TRUE
    for variable, values, platforms in impossible:
        result = both(result, negation(both(membership(variable, values), membership(_SYS_PLATFORM, platforms))))
    return result


_POSSIBLE = _possible_combinations()


def canonical(node: Node) -> Node:
    """Return the one diagram that stands for all that agree with this one in every possible combination."""
    if not node.flags & NESTS_PLATFORM:
        return node
    known = node.canonical
    if known is None:
        known = _assume(node, _POSSIBLE, {})
        if known.flags & NESTS_PLATFORM:
            known = make(known.variable, known.cuts, [canonical(child) for child in known.children])
        node.canonical = known
    return known


def _assume(node: Node, possible: Node, memo: dict[tuple[Node, Node], Node]) -> Node:
    if possible is TRUE or not _tests_platform(node):
        return node
    key = (node, possible)
    known = memo.get(key)
    if known is not None:
        return known
    if possible.variable < node.variable:
        result = _assume(node, possible.children[0], memo)
    elif node.variable < possible.variable:
        result = make(node.variable, node.cuts, [_assume(child, possible, memo) for child in node.children])
    else:
        result = _assume_parts(node, possible, memo)
    memo[key] = result
    return result


def _assume_parts(node: Node, possible: Node, memo: dict[tuple[Node, Node], Node]) -> Node:
    first, first_possible = node.children[0], possible.children[0]
    default = _assume(first, first_possible, memo)
    cuts, parts = pairs(node, possible)
    children: list[Node] = []
    for child, limit in parts:
        if limit is FALSE or child is first:
            children.append(default)
            continue
        walked = _assume(child, limit, memo)
        if limit is not first_possible and walked is _assume(default, limit, memo):
            walked = default
        children.append(walked)
    return make(node.variable, cuts, children)


def _tests_platform(node: Node) -> bool:
    kind, number, _ = node.variable
    return kind == STRING and number < 3


def possible(node: Node) -> Node:
    """Return the node without the combinations that cannot be."""
    known = node.possible
    if known is None:
        known = node.possible = both(node, _POSSIBLE)
    return known


def disjoint(first: Node, second: Node) -> bool:
    """Tell whether no possible environment satisfies both diagrams."""
    platforms = (first.flags | second.flags) & PLATFORM_KEYS
    # With a single platform key, nothing known about combinations can matter.
    if platforms & (platforms - 1):
        first = possible(first)
    return exclude_both(first, second)


def conjunction(first: Node, second: Node) -> Node:
    """Return the canonical conjunction.

    Raises:
        IntractableMarkerError: it would have too many nodes.
    """
    try:
        return canonical(both(first, second))
    except IntractableMarkerError:
        # What was computed on the way would fill the tables and keep the next operation from succeeding.
        forget_results()
        raise


def disjunction(first: Node, second: Node) -> Node:
    """Return the canonical disjunction, under the same limit."""
    try:
        return canonical(either(first, second))
    except IntractableMarkerError:
        forget_results()
        raise
