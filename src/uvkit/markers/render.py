"""Diagram to canonical PEP 508 text: a small cover in sum-of-products form, then common factors."""

from __future__ import annotations

from typing import Final, TypeAlias

from .algebra import both, either, pairs
from .comparisons import LIST_KEYS
from .diagram import (
    BOOLEAN,
    CONTAINS,
    FALSE,
    IN,
    LIST,
    STRING,
    STRING_KEYS,
    TRUE,
    VERSION,
    VERSION_KEYS,
    VERSION_OF_STRING,
    Cut,
    Node,
    make,
    negation,
)
from .releases import Release, release_text

__all__ = ["text_of"]

# A term is what its clause is sorted by, and its text.
Term: TypeAlias = tuple[str, str]
Clause: TypeAlias = tuple[Term, ...]
# The accepted intervals of a variable: a pair of cuts each, absent at the ends of the line.
Interval: TypeAlias = tuple[Cut | None, Cut | None]

NOWHERE: Final = "python_version < '0'"


def text_of(node: Node) -> str:
    """Return the canonical text; empty for the marker that is always true."""
    if node.text is None:
        node.text = _text(node)
    return node.text


def _text(node: Node) -> str:
    if node is TRUE:
        return ""
    if node is FALSE:
        return NOWHERE
    _, clauses = _Cover().between(node, node)
    ordered = [tuple(sorted(clause, key=_kind)) for clause in clauses]
    ordered.sort(key=lambda clause: [_kind(term) for term in clause])
    return _factored(ordered) or _plain(ordered)


def _kind(term: Term) -> str:
    return term[0]


# -- cover -------------------------------------------------------------------------------------------------------------


class _Branch:
    """One alternative of a cover: a guard on the top variable, and what has to hold below it."""

    __slots__ = ("clauses", "function", "guard")

    def __init__(self, guard: Node, function: Node, clauses: list[Clause]) -> None:
        self.guard = guard
        self.function = function
        self.clauses = clauses


class _Cover:
    """Irredundant sums of products between a lower and an upper diagram (Minato and Morreale), several-valued."""

    __slots__ = ("memo",)

    def __init__(self) -> None:
        self.memo: dict[tuple[Node, Node], tuple[Node, list[Clause]]] = {}

    def between(self, lower: Node, upper: Node) -> tuple[Node, list[Clause]]:
        """Return a function that contains the lower and is contained in the upper diagram, and its clauses."""
        if lower is FALSE:
            return FALSE, []
        if upper is TRUE:
            return TRUE, [()]
        if lower is upper and (only := _only_branch(lower)) is not None:
            guard, below = only
            return lower, _guarded(guard, self.between(below, below)[1])
        known = self.memo.get((lower, upper))
        if known is None:
            known = self.memo[lower, upper] = self._split(lower, upper)
        return known

    def _split(self, lower: Node, upper: Node) -> tuple[Node, list[Clause]]:
        cofactors = _cofactors(lower, upper)
        always = TRUE
        for _, _, high in cofactors:
            always = both(always, high)
        never = negation(always)
        left = FALSE
        branches: list[_Branch] = []
        for guard, low, high in cofactors:
            function, clauses = self.between(both(low, never), high)
            left = either(left, both(low, negation(function)))
            if function is FALSE:
                continue
            same = next((branch for branch in branches if branch.function is function), None)
            if same is not None:
                same.guard = either(same.guard, guard)
            else:
                branches.append(_Branch(guard, function, clauses))
        common, clauses = self.between(left, always)
        if common is not FALSE:
            same = next((branch for branch in branches if branch.function is common), None)
            if same is not None:
                same.guard, same.clauses = TRUE, clauses
            else:
                branches.append(_Branch(TRUE, common, clauses))
        result = FALSE
        written: list[Clause] = []
        for branch in branches:
            result = either(result, both(branch.guard, branch.function))
            written += _guarded(branch.guard, branch.clauses)
        return result, written


def _only_branch(node: Node) -> tuple[Node, Node] | None:
    """Return the guard and the child of the one way to be true, if the node has only one."""
    ways = {child for child in node.children if child is not FALSE}
    if len(ways) != 1:
        return None
    below = ways.pop()
    if below is TRUE:
        return node, TRUE
    return make(node.variable, node.cuts, [TRUE if child is below else FALSE for child in node.children]), below


def _cofactors(lower: Node, upper: Node) -> list[tuple[Node, Node, Node]]:
    """Return (guard, lower child, upper child) for every different pair of children, in order of appearance."""
    top = lower if lower.variable <= upper.variable else upper
    if lower.variable == upper.variable:
        cuts, parts = pairs(lower, upper)
    elif top is lower:
        cuts, parts = lower.cuts, [(child, upper) for child in lower.children]
    else:
        cuts, parts = upper.cuts, [(lower, child) for child in upper.children]
    distinct = list(dict.fromkeys(parts))
    if top.cuts is BOOLEAN or top.variable[0] >= IN:
        distinct.reverse()
    result: list[tuple[Node, Node, Node]] = []
    for pair in distinct:
        guard = make(top.variable, cuts, [TRUE if part == pair else FALSE for part in parts])
        result.append((FALSE if pair[0] is FALSE else guard, *pair))
    return result


# -- terms -------------------------------------------------------------------------------------------------------------


def _guarded(guard: Node, clauses: list[Clause]) -> list[Clause]:
    """Put the guard before every clause; a guard that takes several clauses itself multiplies them."""
    if guard is TRUE:
        return clauses
    return [terms + clause for terms in _terms(guard) for clause in clauses]


def _terms(guard: Node) -> list[Clause]:
    kind, number, text = guard.variable
    if kind < IN:
        return _comparable_terms(guard)
    positive = guard.children[0] is TRUE
    negated = "" if positive else "not "
    if kind == IN:
        key = STRING_KEYS[number]
        return [((_STRING_ORDER[key], f"{key} {negated}in {_quoted(text)}"),)]
    if kind == CONTAINS:
        key = STRING_KEYS[number]
        return [((_STRING_ORDER[key], f"{_quoted(text)} {negated}in {key}"),)]
    if kind == LIST:
        key = LIST_KEYS[number]
        return [((f"3 {number}", f"{_quoted(text)} {negated}in {key}"),)]
    return [(("4", f"extra {'==' if positive else '!='} {_quoted(text)}"),)]


# Versions are written first, then texts by name, then lists, then extras.
_VERSION_ORDER: Final = {key: f"1 {key}" for key in VERSION_KEYS}
_STRING_ORDER: Final = {key: f"2 {key}" for key in STRING_KEYS}


def _comparable_terms(guard: Node) -> list[Clause]:
    kind, number, _ = guard.variable
    key = VERSION_KEYS[number] if kind == VERSION else STRING_KEYS[number]
    order = _VERSION_ORDER[key] if kind == VERSION else _STRING_ORDER[key]
    accepted = _intervals(guard, TRUE)
    if kind != VERSION_OF_STRING:
        missing = _intervals(guard, FALSE)
        if all(_is_point(gap) for gap in missing):
            return [tuple((order, f"{key} != {_value(kind, gap[0])}") for gap in missing)]
        if kind == VERSION and len(missing) == 1 and (minor := _minor(missing[0])) is not None:
            return [((order, f"{key} != '{minor}'"),)]
    return [tuple((order, f"{key} {test}") for test in _tests(kind, part)) for part in accepted]


def _tests(kind: int, part: Interval) -> list[str]:
    lower, upper = part
    if _is_point(part):
        return [f"== {_value(kind, lower)}"]
    if kind == VERSION and (minor := _minor(part)) is not None:
        return [f"== '{minor}'"]
    tests: list[str] = []
    if lower is not None:
        tests.append(f"{'>' if lower[1] else '>='} {_value(kind, lower)}")
    if upper is not None:
        tests.append(f"{'<=' if upper[1] else '<'} {_value(kind, upper)}")
    return tests


def _intervals(guard: Node, wanted: Node) -> list[Interval]:
    ends: tuple[Cut | None, ...] = (None, *guard.cuts, None)
    return [(ends[i], ends[i + 1]) for i, child in enumerate(guard.children) if child is wanted]


def _is_point(part: Interval) -> bool:
    lower, upper = part
    return lower is not None and upper is not None and lower[0] == upper[0]


def _minor(part: Interval) -> str | None:
    """Return `X.Y.*` if the interval holds exactly the releases of one minor version."""
    lower, upper = part
    if lower is None or upper is None or lower[1] or upper[1]:
        return None
    start: Release = (*lower[0], 0)[:2] if len(lower[0]) < 2 else lower[0]
    if len(start) != 2 or upper[0] != (start[0], start[1] + 1):
        return None
    return f"{start[0]}.{start[1]}.*"


def _value(kind: int, cut: Cut | None) -> str:
    assert cut is not None
    return _quoted(cut[0]) if kind == STRING else f"'{release_text(cut[0])}'"


def _quoted(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


# -- sentences ---------------------------------------------------------------------------------------------------------


def _joined(clause: Clause) -> str:
    return " and ".join(text for _, text in clause)


def _plain(clauses: list[Clause]) -> str:
    if len(clauses) == 1:
        return _joined(clauses[0])
    return " or ".join(f"({_joined(clause)})" if len(clause) > 1 else _joined(clause) for clause in clauses)


def _factored(clauses: list[Clause]) -> str | None:
    """Return the text with common beginnings and common ends taken out, or none if there are none."""
    if len(clauses) < 2 or all(len(clause) == 1 for clause in clauses):
        return None
    groups: dict[Term, list[Clause]] = {}
    for clause in clauses:
        groups.setdefault(clause[0], []).append(clause)
    useful = len(groups) < len(clauses)
    items: dict[tuple[Clause, ...], list[Clause]] = {}
    for members in groups.values():
        prefix, rests = _common(members)
        prefixes = items.setdefault(rests, [])
        prefixes.append(prefix)
        useful = useful or (bool(rests) and len(prefixes) > 1)
    if not useful:
        return None
    return " or ".join(_item(prefixes, rests) for rests, prefixes in items.items())


def _common(members: list[Clause]) -> tuple[Clause, tuple[Clause, ...]]:
    """Return the common beginning of clauses with the same first term, and their rests; none if one is empty."""
    if len(members) == 1:
        rest = members[0][1:]
        return members[0][:1], (rest,) if rest else ()
    first = members[0]
    length = min(len(member) for member in members)
    size = next((i for i in range(length) if any(member[i] != first[i] for member in members)), length)
    rests = tuple(member[size:] for member in members)
    return first[:size], () if any(not rest for rest in rests) else rests


def _item(prefixes: list[Clause], rests: tuple[Clause, ...]) -> str:
    if not rests:
        return _plain(prefixes)
    return " and ".join(_joined(side[0]) if len(side) == 1 else f"({_plain(list(side))})" for side in (prefixes, rests))
