"""A total order over diagrams, for listings that must not depend on how they came about."""

from __future__ import annotations

from typing import Any, Final

from .diagram import CONTAINS, EXTRA, FALSE, IN, LIST, STRING, TRUE, VERSION, VERSION_OF_STRING, Node

__all__ = ["sort_key"]

_RANKS: Final = {VERSION: 2, VERSION_OF_STRING: 3, STRING: 4, IN: 5, CONTAINS: 6, LIST: 7, EXTRA: 8}


def sort_key(node: Node) -> tuple[Any, ...]:
    """Return a tuple that sorts diagrams: by constant, kind, key and text, then by their edges from the left.

    Keys are shared like the nodes are, and equal keys are the same object; comparing them ends at the first difference.
    """
    if node.key is None:
        node.key = _key(node)
    return node.key


def _key(node: Node) -> tuple[Any, ...]:
    if node is TRUE:
        return (0,)
    if node is FALSE:
        return (1,)
    kind, number, text = node.variable
    edges: list[Any] = []
    # The start of an edge is the end of the one before, so the ends alone tell the intervals apart.
    for cut, child in zip((*node.cuts, None), node.children, strict=True):
        edges += [(1,) if cut is None else (0, *cut), sort_key(child)]
    return (_RANKS[kind], number, text, *edges)
