"""When one answer for all environments of a fork is not enough: where it is divided, and in which order parts follow.

Forks come from the requirements of one distribution, which are read together, and from a chosen version that does not
serve every environment. Requirements of different distributions never fork.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from uvkit.markers import MarkerSet, PythonBounds

from .demands import Dependency
from .keys import Key
from .lowering import Groups
from .packages import Candidate
from .scope import Fork


class Branch(NamedTuple):
    """A part of a fork and the dependencies that apply in it."""

    marker: MarkerSet
    dependencies: tuple[Dependency, ...]


class Split(Exception):  # noqa: N818  # a message to the driver, never seen by a caller
    """The fork must be divided; ``markers`` are its parts, the last one to be solved first.

    ``candidate`` is the version that stays chosen in every part; none if it is chosen anew in each.
    """

    def __init__(self, key: Key, markers: Sequence[MarkerSet], candidate: Candidate | None = None) -> None:
        super().__init__(key, markers)
        self.key = key
        self.markers = tuple(markers)
        self.candidate = candidate


def branches(groups: Groups, fork: Fork, *, lowest_first: bool) -> list[Branch]:
    """Return the parts into which the requirements of one distribution divide a fork, one if they do not.

    They are sorted so that the last is to be solved first.
    """
    found = [Branch(fork.marker, ())]
    for _, dependencies in groups:
        relevant = [one for one in dependencies if fork.overlaps(one.marker)]
        if relevant:
            found = _divided(found, relevant, fork)
    if len(found) > 1:
        found.sort(key=lambda branch: _upper_bounds(branch.dependencies))
        found.sort(key=lambda branch: branch.marker.python_bounds().lower_key, reverse=lowest_first)
    return found


def _divided(found: list[Branch], dependencies: list[Dependency], fork: Fork) -> list[Branch]:
    """Return the branches after the requirements on one more project."""
    first = dependencies[0].marker
    if all(one.marker is first for one in dependencies) and not _raises_python(first, fork):
        if first.is_everywhere():
            return [Branch(marker, (*known, *dependencies)) for marker, known in found]
        return [
            Branch(marker, known if marker.is_disjoint(first) else (*known, *dependencies)) for marker, known in found
        ]
    for dependency in dependencies:
        if dependency.marker.is_everywhere():
            found = [Branch(marker, (*known, dependency)) for marker, known in found]
        elif not dependency.marker.is_disjoint(fork.marker):
            found = _divided_by(found, dependency, fork)
    return found


def _divided_by(found: list[Branch], dependency: Dependency, fork: Fork) -> list[Branch]:
    rest = dependency.marker
    result: list[Branch] = []
    for marker, known in found:
        if marker.is_disjoint(rest):
            result.append(Branch(marker, known))
            continue
        for part in (marker - rest, marker & rest):
            if part.is_empty() or not fork.narrowed(part).is_possible():
                continue
            kept = tuple(one for one in known if not one.marker.is_disjoint(part))
            if not dependency.marker.is_disjoint(part):
                kept = (*kept, dependency)
            result.append(Branch(part, kept))
        rest -= marker
    return result


def _raises_python(marker: MarkerSet, fork: Fork) -> bool:
    lower = marker.python_bounds().lower
    return lower is not None and (fork.python.lower is None or lower > fork.python.lower)


def _upper_bounds(dependencies: Sequence[Dependency]) -> int:
    return sum(len(one.demands) for one in dependencies if one.upper)


def by_python(fork: Fork, bounds: PythonBounds) -> list[MarkerSet]:
    """Return the parts of a fork below and above the lower bound of a Requires-Python, none if it cannot be divided."""
    bound, upper = bounds.lower, fork.python.upper
    if bound is None or (upper is not None and bound >= upper):
        return []
    parts = (fork.marker & PythonBounds(upper=bound).marker(), fork.marker & PythonBounds(lower=bound).marker())
    return [part for part in parts if fork.narrowed(part).is_possible()]
