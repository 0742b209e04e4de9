"""The nodes of marker diagrams: unique, immutable, ordered by variable.

A node tests one variable and has one child for each part of its line. The line of a comparable variable is divided by
*cuts*: the cut ``(value, 0)`` lies just before the value, ``(value, 1)`` just after it, and child number *i* is taken
between cut *i-1* and cut *i*. Boolean variables use the one cut `BOOLEAN` with the children (true, false).

Two nodes with the same variable, cuts and children are one object, so that equality is identity. The table that
guarantees this holds its nodes weakly; whoever holds a node keeps everything below it alive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from weakref import ref

from uvkit.runtime import free_after_fork

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = [
    "BOOLEAN",
    "CONTAINS",
    "EXTRA",
    "FALSE",
    "HAS_EXTRA",
    "HAS_PYTHON",
    "IN",
    "LIST",
    "NESTS_PLATFORM",
    "PLATFORM_KEYS",
    "PYTHON",
    "STRING",
    "STRING_KEYS",
    "TRUE",
    "VERSION",
    "VERSION_KEYS",
    "VERSION_OF_STRING",
    "Cut",
    "Cuts",
    "IntractableMarkerError",
    "Node",
    "Variable",
    "boolean",
    "interval",
    "make",
    "membership",
    "negation",
]

STRING_KEYS: Final = (
    "os_name",
    "sys_platform",
    "platform_system",
    "platform_machine",
    "platform_python_implementation",
    "platform_release",
    "platform_version",
    "implementation_name",
)
VERSION_KEYS: Final = ("implementation_version", "python_full_version")

# A variable is (kind, number of the key, text); the kinds are in the order in which a diagram tests them.
Variable: TypeAlias = tuple[int, int, str]
STRING: Final = 0
VERSION_OF_STRING: Final = 1
VERSION: Final = 2
IN: Final = 3
CONTAINS: Final = 4
EXTRA: Final = 5
LIST: Final = 6
_CONSTANT: Final[Variable] = (7, 0, "")

PYTHON: Final[Variable] = (VERSION, 1, "")

# The value of a cut is a text or a release; one node never mixes them, which the type cannot say cheaply.
Cut: TypeAlias = tuple[Any, int]
Cuts: TypeAlias = tuple[Cut, ...]
BOOLEAN: Final[Cuts] = ((0, 0),)

# What a diagram contains anywhere, as bits: the platform keys (their key number is the bit), then the rest.
PLATFORM_KEYS: Final = 0b111
NESTS_PLATFORM: Final = 1 << 3
HAS_PYTHON: Final = 1 << 4
HAS_EXTRA: Final = 1 << 5


# The children by their identity: a node keeps its children alive, and its entry goes before they do.
_Key: TypeAlias = tuple[Variable, Cuts, tuple[int, ...]]


class Node:
    """One decision. Made by `make` only; never changed afterwards but for its caches."""

    __slots__ = (
        "__weakref__",
        "canonical",
        "children",
        "cuts",
        "flags",
        "handle",
        "hull",
        "key",
        "opposite",
        "possible",
        "text",
        "variable",
    )

    def __init__(self, variable: Variable, cuts: Cuts, children: tuple[Node, ...]) -> None:
        self.variable = variable
        self.cuts = cuts
        self.children = children
        self.flags = _flags(variable, children)
        # Results that belong to this node alone, filled when first asked for.
        self.opposite: Node | None = None
        self.canonical: Node | None = None
        self.possible: Node | None = None
        self.key: tuple[Any, ...] | None = None
        self.text: str | None = None
        self.hull: tuple[Cut | None, Cut | None] | None = None
        self.handle: Any = None


def _flags(variable: Variable, children: tuple[Node, ...]) -> int:
    kind, number, _ = variable
    below = 0
    for child in children:
        below |= child.flags
    if kind == STRING and number < 3:
        if below & PLATFORM_KEYS:
            below |= NESTS_PLATFORM
        return below | 1 << number
    if variable == PYTHON:
        return below | HAS_PYTHON
    if kind == EXTRA:
        return below | HAS_EXTRA
    return below


TRUE: Final = Node(_CONSTANT, (), ())
FALSE: Final = Node(_CONSTANT, (), ())
TRUE.opposite = FALSE
FALSE.opposite = TRUE


class IntractableMarkerError(ValueError):
    """A marker distinguishes so many cases that no diagram of reasonable size exists."""

    def __str__(self) -> str:
        return "the marker distinguishes too many cases"


class _Entry(ref[Node]):
    """A weak reference that knows the key it stands under."""

    __slots__ = ("key",)

    key: _Key


# Large workspaces have some ten thousand nodes. A marker can be written that needs 2**n for 2n comparisons; it must end
# in an error, not in all of the memory.
_NODES_LIMIT: Final = 250_000
_table: dict[_Key, _Entry] = {}
# Reentrant, because collecting garbage inside the lock may end the life of other nodes.
_table_lock = RLock()
free_after_fork(_table_lock)


def _dropped(
    entry: ref[Node], table: dict[_Key, _Entry] = _table, lock: AbstractContextManager[bool] = _table_lock
) -> None:
    # The defaults outlive this module's names when the interpreter ends.
    assert isinstance(entry, _Entry)
    with lock:
        if table.get(entry.key) is entry:
            del table[entry.key]


def make(variable: Variable, cuts: Cuts, children: Sequence[Node]) -> Node:
    """Return the node that takes these children, reduced: equal neighbours merge, one child alone replaces the node."""
    previous = children[0]
    for child in children[1:]:
        if child is previous:
            break
        previous = child
    else:
        return _unique(variable, cuts, tuple(children)) if len(children) > 1 else previous
    return _merged(variable, cuts, children)


def _merged(variable: Variable, cuts: Cuts, children: Sequence[Node]) -> Node:
    kept_cuts: list[Cut] = []
    kept = [children[0]]
    for cut, child in zip(cuts, children[1:], strict=True):
        if child is not kept[-1]:
            kept_cuts.append(cut)
            kept.append(child)
    return _unique(variable, tuple(kept_cuts), tuple(kept)) if kept_cuts else kept[0]


def _unique(variable: Variable, cuts: Cuts, children: tuple[Node, ...]) -> Node:
    key = (variable, cuts, tuple(map(id, children)))
    entry = _table.get(key)
    node = entry() if entry is not None else None
    if node is not None:
        return node
    with _table_lock:
        entry = _table.get(key)
        node = entry() if entry is not None else None
        if node is None:
            if len(_table) >= _NODES_LIMIT:
                raise IntractableMarkerError
            node = Node(variable, cuts, children)
            entry = _Entry(node, _dropped)
            entry.key = key
            _table[key] = entry
        return node


def boolean(variable: Variable) -> Node:
    """Return the diagram that is true where the boolean variable is."""
    return make(variable, BOOLEAN, (TRUE, FALSE))


def interval(variable: Variable, lower: Cut | None, upper: Cut | None) -> Node:
    """Return the diagram that is true between two cuts; an absent cut is the end of the line."""
    if lower is not None and upper is not None and lower >= upper:
        return FALSE
    cuts: list[Cut] = []
    children = [TRUE]
    if lower is not None:
        cuts.append(lower)
        children = [FALSE, TRUE]
    if upper is not None:
        cuts.append(upper)
        children.append(FALSE)
    return make(variable, tuple(cuts), children)


def membership(variable: Variable, values: Iterable[Any]) -> Node:
    """Return the diagram that is true exactly at the given values of a comparable variable."""
    cuts: list[Cut] = []
    children = [FALSE]
    for value in sorted(set(values)):
        cuts += [(value, 0), (value, 1)]
        children += [TRUE, FALSE]
    return make(variable, tuple(cuts), children)


def negation(node: Node) -> Node:
    """Return the diagram that is true where this one is false."""
    opposite = node.opposite
    if opposite is None:
        opposite = _unique(node.variable, node.cuts, tuple([negation(child) for child in node.children]))
        opposite.opposite = node
        node.opposite = opposite
    return opposite
