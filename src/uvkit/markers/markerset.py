"""`MarkerSet` and `PythonBounds`: the public face of the diagrams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NoReturn, final

from uvkit.runtime import new_lock

from . import algebra, platforms
from .comparisons import LIST_KEYS
from .diagram import (
    EXTRA,
    FALSE,
    LIST,
    PYTHON,
    STRING_KEYS,
    TRUE,
    VERSION,
    VERSION_KEYS,
    Cut,
    Node,
    boolean,
    interval,
    make,
    negation,
)
from .evaluation import evaluate
from .ordering import sort_key
from .python_range import NOTHING, Segments, hull, read_specifiers
from .reader import read
from .releases import environment_release, release_text
from .render import text_of

__all__ = ["MarkerSet", "PythonBounds"]

_PARSED_LIMIT: Final = 1 << 13
_parsed: dict[str, tuple[MarkerSet, tuple[str, ...]]] = {}
_handles_lock = new_lock()


@final
class MarkerSet:
    """The set of environments that satisfy a marker (PEP 508).

    Immutable, and unique: two sets that contain the same environments are the same object, as far as what is known
    about platforms goes (`os_name == 'nt' and sys_platform == 'linux'` is empty). `str` gives the canonical marker,
    the empty text for the set of all environments. Safe to use from any number of threads.

    >>> linux = MarkerSet.parse("'linux' == sys_platform")
    >>> str(linux & MarkerSet.parse("python_version > '3.10'"))
    "python_full_version >= '3.11' and sys_platform == 'linux'"
    """

    __slots__ = ("__weakref__", "_node")

    _node: Node

    def __new__(cls) -> MarkerSet:
        """Refuse: a set comes out of `parse`, `everywhere` or `nowhere`."""
        raise TypeError("use `MarkerSet.parse`, `MarkerSet.everywhere` or `MarkerSet.nowhere`")

    # -- making --------------------------------------------------------------------------------------------------------

    @classmethod
    def everywhere(cls) -> MarkerSet:
        """Return the set of all environments."""
        return _handle(TRUE)

    @classmethod
    def nowhere(cls) -> MarkerSet:
        """Return the empty set."""
        return _handle(FALSE)

    @classmethod
    def parse(cls, text: object) -> MarkerSet:
        """Return the environments that the marker admits; the empty text admits all.

        Comparisons without meaning (two literals, `>` on an extra, a value that is no version) are left out as if
        they were not written; `parse_with_notes` names them. Anything that prints as a marker may be passed.

        Raises:
            MarkerSyntaxError: the text is not a marker.
        """
        return cls.parse_with_notes(text)[0]

    @classmethod
    def parse_with_notes(cls, text: object) -> tuple[MarkerSet, tuple[str, ...]]:
        """Return what `parse` returns, and a sentence for every comparison that was left out."""
        text = text if type(text) is str else str(text)
        known = _parsed.get(text)
        if known is None:
            node, notes = read(text) if text and not text.isspace() else (TRUE, ())
            known = _handle(node), notes
            if len(_parsed) >= _PARSED_LIMIT:
                _parsed.clear()
            _parsed[text] = known
        return known

    @classmethod
    def extra(cls, name: str) -> MarkerSet:
        """Return the environments in which the extra is asked for; the name is taken as it is, conflict items too."""
        return _handle(boolean((EXTRA, 0, name)))

    # -- set operations ------------------------------------------------------------------------------------------------

    def __and__(self, other: MarkerSet) -> MarkerSet:
        return _handle(platforms.conjunction(self._node, other._node))

    def __or__(self, other: MarkerSet) -> MarkerSet:
        return _handle(platforms.disjunction(self._node, other._node))

    def __sub__(self, other: MarkerSet) -> MarkerSet:
        return _handle(platforms.conjunction(self._node, negation(other._node)))

    def __invert__(self) -> MarkerSet:
        return _handle(negation(self._node))

    def is_empty(self) -> bool:
        """Tell whether no environment satisfies the marker."""
        return self._node is FALSE

    def is_everywhere(self) -> bool:
        """Tell whether every environment satisfies the marker."""
        return self._node is TRUE

    def is_disjoint(self, other: MarkerSet) -> bool:
        """Tell whether the sets have no environment in common."""
        return platforms.disjoint(self._node, other._node)

    def is_subset(self, other: MarkerSet) -> bool:
        """Tell whether every environment of this set is in the other."""
        return platforms.disjoint(self._node, negation(other._node))

    def matches(
        self, environment: Mapping[str, str], *, extras: Collection[str] = (), groups: Collection[str] = ()
    ) -> bool:
        """Tell whether the environment satisfies the marker while the given extras and groups are asked for.

        Versions compare by release, so a pre-release of Python counts as its final release. A missing value is the
        empty text.
        """
        node = self._node
        return node is TRUE or (node is not FALSE and evaluate(node, environment, (extras, groups)))

    # -- shortening ----------------------------------------------------------------------------------------------------

    def simplify(self, *, within: MarkerSet) -> MarkerSet:
        """Return a short set with the same members among those of ``within``; what it has elsewhere is undefined."""
        return _handle(platforms.canonical(algebra.restricted(self._node, within._node)))

    def restrict(self, assumption: MarkerSet) -> MarkerSet:
        """Return `simplify` within the assumption."""
        return self.simplify(within=assumption)

    def simplify_python(self, bounds: PythonBounds) -> MarkerSet:
        """Return the set without what the bounds of the Python version already say."""
        if bounds.is_empty():
            return _handle(FALSE)
        return _handle(platforms.canonical(algebra.bounded(self._node, bounds.lower, bounds.upper)))

    def complexify_python(self, bounds: PythonBounds) -> MarkerSet:
        """Return the members of the set within the bounds of the Python version."""
        return self & bounds.marker()

    def python_bounds(self) -> PythonBounds:
        """Return the smallest Python bounds that hold every member; bounds in only some branches do not count."""
        lower, upper = hull(self._node)
        return PythonBounds(lower=lower, upper=upper)

    # -- extras --------------------------------------------------------------------------------------------------------

    def with_extra(self, name: str, *, active: bool) -> MarkerSet:
        """Return the members for the case that the extra is, or is not, asked for."""
        return _handle(platforms.canonical(algebra.fix_extra(self._node, name, active=active)))

    def with_extras(self, active: Collection[str]) -> MarkerSet:
        """Return the members for the case that exactly these extras are asked for."""
        return _handle(platforms.canonical(algebra.fix_extras(self._node, frozenset(active))))

    def without_extras(self) -> MarkerSet:
        """Return the members for any choice of extras."""
        return self._forget(lambda kind: kind == EXTRA)

    def only_extras(self) -> MarkerSet:
        """Return the choices of extras that are possible in some environment."""
        return self._forget(lambda kind: kind != EXTRA)

    def _forget(self, is_forgettable: Callable[[int], bool]) -> MarkerSet:
        if self._node is TRUE or self._node is FALSE:
            return self
        return _handle(platforms.canonical(algebra.forget(self._node, is_forgettable, {})))

    def extras(self) -> frozenset[str]:
        """Return the names that the marker compares `extra` with."""
        return frozenset(variable[2] for variable in _variables(self._node) if variable[0] == EXTRA)

    def variables(self) -> frozenset[str]:
        """Return the marker names that the set depends on; Python versions count as `python_full_version`."""
        return frozenset(_variable_name(variable) for variable in _variables(self._node))

    # -- text, order, copies -------------------------------------------------------------------------------------------

    def sort_key(self) -> tuple[Any, ...]:
        """Return a tuple that puts sets into a total order, the one in which a lockfile lists markers."""
        return sort_key(self._node)

    def __str__(self) -> str:
        return text_of(self._node)

    def __repr__(self) -> str:
        return f"MarkerSet.parse({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (_structure(self._node),)


def _handle(node: Node) -> MarkerSet:
    """Return the one set that stands for the node."""
    known = node.handle
    if known is None:
        with _handles_lock:
            known = node.handle
            if known is None:
                known = object.__new__(MarkerSet)
                known._node = node
                node.handle = known
    handle: MarkerSet = known
    return handle


def _variables(node: Node) -> set[tuple[int, int, str]]:
    found: set[tuple[int, int, str]] = set()
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.children and node not in seen:
            seen.add(node)
            found.add(node.variable)
            waiting += node.children
    return found


def _variable_name(variable: tuple[int, int, str]) -> str:
    kind, number, _ = variable
    if kind == EXTRA:
        return "extra"
    if kind == LIST:
        return LIST_KEYS[number]
    return VERSION_KEYS[number] if kind == VERSION else STRING_KEYS[number]


# The text of a set can be ambiguous (`platform_release` is compared in two ways), so copies go through the structure.
def _structure(node: Node) -> tuple[tuple[Any, ...], ...]:
    """Return the nodes below and including this one, children first and given by their position."""
    positions: dict[Node, int] = {TRUE: 0, FALSE: 1}
    result: list[tuple[Any, ...]] = []

    def add(node: Node) -> int:
        if node not in positions:
            children = tuple([add(child) for child in node.children])
            positions[node] = len(positions)
            result.append((node.variable, node.cuts, children))
        return positions[node]

    add(node)
    return tuple(result) if node.children else ((node is TRUE,),)


def _restored(structure: tuple[tuple[Any, ...], ...]) -> MarkerSet:
    if len(structure[0]) == 1:
        return _handle(TRUE if structure[0][0] else FALSE)
    nodes = [TRUE, FALSE]
    for variable, cuts, children in structure:
        nodes.append(make(variable, cuts, [nodes[child] for child in children]))
    return _handle(nodes[-1])


# -- bounds of the Python version --------------------------------------------------------------------------------------


@final
class PythonBounds:
    """A lower and an upper bound of the Python version, each possibly absent; immutable.

    Bounds are cuts of the line of releases: ``(release, 0)`` lies just before the release, ``(release, 1)`` just after
    it. So a lower bound with 0 and an upper bound with 1 include their release.
    """

    __slots__ = ("lower", "upper")

    lower: Cut | None
    upper: Cut | None

    def __init__(self, *, lower: Cut | None = None, upper: Cut | None = None) -> None:
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"`PythonBounds.{name}` cannot be changed")

    __delattr__ = __setattr__  # type: ignore[assignment]

    @classmethod
    def everything(cls) -> PythonBounds:
        """Return the bounds that admit every version."""
        return _UNBOUNDED

    @classmethod
    def from_specifiers(cls, text: str) -> PythonBounds:
        """Return the lowest and the highest bound of what a specifier set admits; gaps are passed over.

        Raises:
            SpecifierSyntaxError: the text is not a specifier set.
        """
        known = _bounds.get(text)
        if known is None:
            known = cls.around(read_specifiers(text))
            if len(_bounds) >= _PARSED_LIMIT:
                _bounds.clear()
            _bounds[text] = known
        return known

    @classmethod
    def around(cls, segments: Segments) -> PythonBounds:
        """Return the bounds of the outermost segments."""
        if not segments:
            return cls(lower=NOTHING[0], upper=NOTHING[1])
        lower, upper = segments[0][0], segments[-1][1]
        return cls(lower=lower and lower[:2], upper=upper and upper[:2])

    @property
    def lower_key(self) -> tuple[Any, ...]:
        """Return a tuple that sorts lower bounds: an absent one first, an inclusive one before an exclusive one."""
        return () if self.lower is None else self.lower

    def is_empty(self) -> bool:
        """Tell whether no version lies within the bounds."""
        return self.lower is not None and self.upper is not None and bool(self.lower >= self.upper)

    def lower_at_most(self, other: PythonBounds) -> bool:
        """Tell whether the lower bound is not above the other's."""
        return self.lower is None or (other.lower is not None and bool(self.lower <= other.lower))

    def lower_only(self) -> PythonBounds:
        """Return the lower bound alone."""
        return PythonBounds(lower=self.lower)

    def intersect(self, other: PythonBounds) -> PythonBounds:
        """Return the tighter bound on both sides."""
        lowers = [bound for bound in (self.lower, other.lower) if bound is not None]
        uppers = [bound for bound in (self.upper, other.upper) if bound is not None]
        return PythonBounds(lower=max(lowers, default=None), upper=min(uppers, default=None))

    def contains(self, version: object) -> bool:
        """Tell whether the release of a version, given as text or as anything that prints as one, is within."""
        point = (environment_release(str(version)), 0)
        return (self.lower is None or self.lower <= point) and (self.upper is None or point < self.upper)

    def marker(self) -> MarkerSet:
        """Return the environments whose Python is within the bounds."""
        return _handle(interval(PYTHON, self.lower, self.upper))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PythonBounds):
            return NotImplemented
        return self.lower == other.lower and self.upper == other.upper

    def __hash__(self) -> int:
        return hash((self.lower, self.upper))

    def __str__(self) -> str:
        parts: list[str] = []
        if self.lower is not None:
            parts.append(f"{'>' if self.lower[1] else '>='}{release_text(self.lower[0])}")
        if self.upper is not None:
            parts.append(f"{'<=' if self.upper[1] else '<'}{release_text(self.upper[0])}")
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"PythonBounds(lower={self.lower!r}, upper={self.upper!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored_bounds, (self.lower, self.upper)


def _restored_bounds(lower: Cut | None, upper: Cut | None) -> PythonBounds:
    return PythonBounds(lower=lower, upper=upper)


_UNBOUNDED: Final = PythonBounds()
_bounds: dict[str, PythonBounds] = {}
