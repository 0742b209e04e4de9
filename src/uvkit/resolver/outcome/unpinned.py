"""Notices about requirements without a lower bound, for which the lowest strategies choose the very first versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from uvkit.events import Notice
from uvkit.model import ProjectName
from uvkit.resolver.candidates.packages import DirectPackage
from uvkit.resolver.demands.demands import Dependency
from uvkit.resolver.keys import Key
from uvkit.resolver.options import Strategy
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.versions import parse_clauses

from .graph import Solved

_UPPER: Final = frozenset({"<", "<=", "!=", "!=*"})
_HINT: Final = "set one, or an outdated version is chosen"
_CONSTRAINT: Final = "set one with a constraint, or an outdated version is chosen"


def unpinned(solved: Sequence[Solved], strategy: Strategy) -> tuple[tuple[Notice, ...], tuple[Notice, ...]]:
    """Return a notice for each project that the reader requires without a lower bound, and for each that anybody does.

    With the strategy `lowest-direct` only direct requirements matter, with `highest` none.
    """
    if strategy == "highest":
        return (), ()
    direct = dict.fromkeys(name for one in solved for name in _direct(one))
    transitive = sorted(_transitive(solved)) if strategy == "lowest" else ()
    return (
        tuple(Notice("unpinned", f"the direct dependency `{name}` has no lower bound", _HINT) for name in direct),
        tuple(
            Notice("unpinned-transitive", f"the transitive dependency `{name}` has no lower bound", _CONSTRAINT)
            for name in transitive
        ),
    )


def _direct(solved: Solved) -> Iterator[ProjectName]:
    """Yield what the reader requires in one place without a lower bound there."""
    chooser = solved.chooser
    members = chooser.universe.question.members
    own = [key for key in solved.pins if not key.project or key.project in members]
    for key in sorted(own, key=_place):
        bounded: dict[ProjectName, bool] = {}
        for one in chooser.dependencies(solved.pins[key]):
            if _comes_from_an_index(one.project, chooser):
                bounded[one.project] = bounded.get(one.project, False) or _has_lower_bound(one)
        yield from (project for project, is_bounded in bounded.items() if not is_bounded)


def _place(key: Key) -> tuple[str, bool, str, str]:
    return (key.project, key.group is not None, key.extra or "", key.group or "")


def _transitive(solved: Iterable[Solved]) -> set[ProjectName]:
    """Return what was chosen although no requirement on that version has a lower bound, nor is a plain list's own."""
    bounded: dict[tuple[ProjectName, str], bool] = {}
    for _, pins, chooser in solved:
        for candidate in pins.values():
            for one in chooser.dependencies(candidate):
                chosen = pins[one.demands[0].key]
                if _comes_from_an_index(one.project, chooser):
                    node = (one.project, chosen.version)
                    bounded[node] = bounded.get(node, False) or not candidate.key.project or _has_lower_bound(one)
    return {project for (project, _), is_bounded in bounded.items() if not is_bounded}


def _comes_from_an_index(project: ProjectName, chooser: Chooser) -> bool:
    return not isinstance(chooser.package(project), DirectPackage)


def _has_lower_bound(dependency: Dependency) -> bool:
    return any(one.operator not in _UPPER for one in parse_clauses(dependency.specifier))
