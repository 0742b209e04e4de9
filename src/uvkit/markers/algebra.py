"""Operations on diagrams: both, either, disjoint, restricted, bounded, projected.

Results are memoised in tables that belong to this module because the nodes they speak of are unique in the process. A
table that reaches its limit is emptied; every entry can be computed again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from .diagram import (
    EXTRA,
    FALSE,
    HAS_EXTRA,
    HAS_PYTHON,
    PYTHON,
    TRUE,
    Cut,
    Cuts,
    Node,
    make,
    negation,
)

__all__ = [
    "both",
    "bounded",
    "either",
    "exclude_both",
    "fix_extra",
    "fix_extras",
    "forget",
    "forget_results",
    "pairs",
    "restricted",
]

T = TypeVar("T")

# A few megabytes a table; even a large workspace asks fewer different questions.
_LIMIT: Final = 1 << 15

_both: dict[tuple[Node, Node], Node] = {}
_excluding: dict[tuple[Node, Node], bool] = {}
_restricted: dict[tuple[Node, Node], Node] = {}
_bounded: dict[tuple[Node, Cut | None, Cut | None], Node] = {}
_fixed: dict[tuple[Node, str | frozenset[str] | None, bool], Node] = {}


def _remember(table: dict[T, Node], key: T, result: Node) -> Node:
    if len(table) >= _LIMIT:
        table.clear()
    table[key] = result
    return result


def forget_results() -> None:
    """Empty the tables, so that nodes nobody else holds can go."""
    for table in (_both, _excluding, _restricted, _bounded, _fixed):
        table.clear()


def both(first: Node, second: Node) -> Node:
    """Return the conjunction, without using what is known about platforms."""
    if first is second or second is TRUE:
        return first
    if first is TRUE:
        return second
    if first is FALSE or second is FALSE or first.opposite is second:
        return FALSE
    if id(first) > id(second):
        first, second = second, first
    key = (first, second)
    known = _both.get(key)
    if known is not None:
        return known
    if first.variable == second.variable:
        if first.cuts == second.cuts:
            cuts = first.cuts
            children = [both(a, b) for a, b in zip(first.children, second.children, strict=True)]
        else:
            cuts, parts = pairs(first, second)
            children = [both(a, b) for a, b in parts]
        result = make(first.variable, cuts, children)
    elif first.variable < second.variable:
        result = make(first.variable, first.cuts, [both(child, second) for child in first.children])
    else:
        result = make(second.variable, second.cuts, [both(first, child) for child in second.children])
    return _remember(_both, key, result)


def either(first: Node, second: Node) -> Node:
    """Return the disjunction, without using what is known about platforms."""
    return negation(both(negation(first), negation(second)))


def pairs(first: Node, second: Node) -> tuple[Cuts, list[tuple[Node, Node]]]:
    """Return the common refinement of two nodes of one variable: its cuts, and both children in each part."""
    left, right = first.cuts, second.cuts
    left_children, right_children = first.children, second.children
    cuts: list[Cut] = []
    parts = [(left_children[0], right_children[0])]
    i = j = 0
    while i < len(left) or j < len(right):
        if j == len(right) or (i < len(left) and left[i] < right[j]):
            cuts.append(left[i])
            i += 1
        elif i == len(left) or right[j] < left[i]:
            cuts.append(right[j])
            j += 1
        else:
            cuts.append(left[i])
            i += 1
            j += 1
        parts.append((left_children[i], right_children[j]))
    return tuple(cuts), parts


def exclude_both(first: Node, second: Node) -> bool:
    """Tell whether the diagrams are nowhere true together, without building their conjunction."""
    if first is FALSE or second is FALSE:
        return True
    if first is TRUE or second is TRUE or first is second:
        return False
    if first.opposite is second:
        return True
    if id(first) > id(second):
        first, second = second, first
    key = (first, second)
    known = _excluding.get(key)
    if known is not None:
        return known
    if first.variable == second.variable:
        result = all(exclude_both(a, b) for a, b in pairs(first, second)[1])
    elif first.variable < second.variable:
        result = all(exclude_both(child, second) for child in first.children)
    else:
        result = all(exclude_both(first, child) for child in second.children)
    if len(_excluding) >= _LIMIT:
        _excluding.clear()
    _excluding[key] = result
    return result


def restricted(node: Node, within: Node) -> Node:
    """Return a small diagram that equals the node wherever the other holds."""
    if within is TRUE or node is TRUE or node is FALSE:
        return node
    if within is FALSE:
        return FALSE
    if node is within:
        return TRUE
    if node.opposite is within:
        return FALSE
    key = (node, within)
    known = _restricted.get(key)
    if known is not None:
        return known
    if node.variable < within.variable:
        result = make(node.variable, node.cuts, [restricted(child, within) for child in node.children])
    elif within.variable < node.variable:
        anywhere = FALSE
        for child in within.children:
            anywhere = either(anywhere, child)
        result = restricted(node, anywhere)
    else:
        result = _restricted_parts(node, within)
    return _remember(_restricted, key, result)


def _restricted_parts(node: Node, within: Node) -> Node:
    cuts, parts = pairs(node, within)
    children = [None if limit is FALSE else restricted(child, limit) for child, limit in parts]
    free = next(child for child in children if child is not None)
    return make(node.variable, cuts, [free if child is None else child for child in children])


def bounded(node: Node, lower: Cut | None, upper: Cut | None) -> Node:
    """Return the node shortened to what can be told apart between two cuts of `python_full_version`."""
    if not node.flags & HAS_PYTHON:
        return node
    key = (node, lower, upper)
    known = _bounded.get(key)
    if known is not None:
        return known
    if node.variable == PYTHON:
        cuts = node.cuts
        start = sum(cut <= lower for cut in cuts) if lower is not None else 0
        end = sum(cut < upper for cut in cuts) if upper is not None else len(cuts)
        result = make(PYTHON, cuts[start:end], node.children[start : end + 1])
    else:
        result = make(node.variable, node.cuts, [bounded(child, lower, upper) for child in node.children])
    return _remember(_bounded, key, result)


def fix_extra(node: Node, name: str, *, active: bool) -> Node:
    """Return the node for the case that one extra is, or is not, asked for."""
    if not node.flags & HAS_EXTRA:
        return node
    key = (node, name, active)
    known = _fixed.get(key)
    if known is not None:
        return known
    if node.variable == (EXTRA, 0, name):
        result = node.children[0 if active else 1]
    else:
        result = make(node.variable, node.cuts, [fix_extra(child, name, active=active) for child in node.children])
    return _remember(_fixed, key, result)


def fix_extras(node: Node, active: frozenset[str]) -> Node:
    """Return the node for the case that exactly these extras are asked for."""
    if not node.flags & HAS_EXTRA:
        return node
    key = (node, active, True)
    known = _fixed.get(key)
    if known is not None:
        return known
    if node.variable[0] == EXTRA:
        result = fix_extras(node.children[0 if node.variable[2] in active else 1], active)
    else:
        result = make(node.variable, node.cuts, [fix_extras(child, active) for child in node.children])
    return _remember(_fixed, key, result)


def forget(node: Node, is_forgettable: Callable[[int], bool], memo: dict[Node, Node]) -> Node:
    """Return where the node can be true, whatever the values of the variables of forgettable kinds are."""
    if not node.children:
        return node
    known = memo.get(node)
    if known is not None:
        return known
    children = [forget(child, is_forgettable, memo) for child in node.children]
    if is_forgettable(node.variable[0]):
        result = FALSE
        for child in children:
            result = either(result, child)
    else:
        result = make(node.variable, node.cuts, children)
    memo[node] = result
    return result
