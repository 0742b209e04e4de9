"""When one answer for all environments of a fork is not enough: where it is divided, and in which order parts follow.

Forks come from the requirements of one distribution, which are read together, and from a chosen version that does not
serve every environment. Requirements of different distributions never fork.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from uvkit.markers import MarkerSet, PythonBounds
from uvkit.model import ProjectName
from uvkit.resolver.candidates.packages import Candidate, DirectPackage
from uvkit.resolver.divisions import Division
from uvkit.resolver.options import ResolverOptions

from .conflict_sets import OPEN, Choice, ConflictSets
from .demands import Dependency
from .lowering import Dependencies
from .scope import Fork

_project: Final = attrgetter("project")


class Branch(NamedTuple):
    """A part of a fork and the dependencies that apply in it."""

    marker: MarkerSet
    dependencies: tuple[Dependency, ...]
    choice: Choice = OPEN


class Piece(NamedTuple):
    """A part of a fork, and the version that is chosen in it first, if that is settled."""

    marker: MarkerSet
    candidate: Candidate | None = None
    choice: Choice | None = None  # that of the fork


class Split(Exception):  # noqa: N818  # a message to the driver, never seen by a caller
    """The fork must be divided; the last of ``pieces`` is to be solved first."""

    def __init__(self, pieces: Sequence[Piece], division: Division) -> None:
        super().__init__(pieces)
        self.pieces = tuple(pieces)
        self.division = division


def branches(stated: Dependencies, fork: Fork, sets: ConflictSets, *, lowest_first: bool) -> list[Branch]:
    """Return the parts into which the requirements of one distribution divide a fork, one if they do not.

    They are sorted so that the last is to be solved first. Projects are taken in alphabetical order, so that the order
    of declaration never decides anything.
    """
    applicable = [one for one in stated if fork.overlaps(one.marker)]
    applicable.sort(key=_project)
    if all(one.marker.is_everywhere() for one in applicable):  # most ask for the same everywhere
        found = [Branch(fork.marker, tuple(applicable))]
    else:
        found = [Branch(fork.marker, ())]
        for _, group in groupby(applicable, key=_project):
            found = _divided(found, list(group), fork)
    if sets:
        found = _chosen([branch._replace(choice=fork.choice) for branch in found], sets)
    if len(found) > 1:
        found.sort(key=lambda branch: _upper_bounds(branch.dependencies))
        found.sort(key=lambda branch: branch.marker.python_bounds().lower_key, reverse=lowest_first)
    return found


def is_lowest_first(options: ResolverOptions) -> bool:
    """Tell whether forks for old versions of Python are solved before those for new ones."""
    return options.fork_strategy == "fewest" or options.strategy == "lowest"


def division_of(candidate: Candidate, parts: Sequence[Branch]) -> Division:
    """Return why the requirements of a candidate divide a fork into parts."""
    project = candidate.key.project or None
    version = "" if isinstance(candidate.package, DirectPackage) else candidate.version
    if any(part.choice != parts[0].choice for part in parts):
        return Division(reason="conflicts", project=project, version=version)
    found: dict[ProjectName, set[frozenset[Dependency]]] = {}
    for part in parts:
        by_project: dict[ProjectName, list[Dependency]] = {}
        for one in part.dependencies:
            by_project.setdefault(one.project, []).append(one)
        for other in {one.project for branch in parts for one in branch.dependencies}:
            found.setdefault(other, set()).add(frozenset(by_project.get(other, ())))
    others = tuple(sorted(other for other, wanted in found.items() if len(wanted) > 1))
    return Division(reason="requirements", project=project, version=version, others=others)


def _chosen(found: list[Branch], sets: ConflictSets) -> list[Branch]:
    """Return the branches after one item at most was chosen of each conflict set that is asked for."""
    for items in sets.sets:
        wanted = frozenset(items)
        found = [
            part
            for branch in found
            for part in (
                [
                    _without_excluded(branch._replace(choice=choice), sets)
                    for choice in sets.choices(items, branch.choice)
                ]
                if any(not wanted.isdisjoint(sets.asked(one)) for one in branch.dependencies)
                else [branch]
            )
        ]
    return found


def _without_excluded(branch: Branch, sets: ConflictSets) -> Branch:
    kept = (sets.kept(one, branch.choice) for one in branch.dependencies)
    return branch._replace(dependencies=tuple([one for one in kept if one is not None]))


def _divided(found: list[Branch], dependencies: list[Dependency], fork: Fork) -> list[Branch]:
    """Return the branches after the requirements on one more project."""
    first = dependencies[0].marker
    if all(one.marker is first for one in dependencies) and not _raises_python(first, fork):
        if first.is_everywhere():
            return [Branch(marker, (*known, *dependencies)) for marker, known, _ in found]
        return [
            Branch(marker, known if marker.is_disjoint(first) else (*known, *dependencies))
            for marker, known, _ in found
        ]
    for dependency in dependencies:
        if dependency.marker.is_everywhere():
            found = [Branch(marker, (*known, dependency)) for marker, known, _ in found]
        elif not dependency.marker.is_disjoint(fork.marker):
            found = _divided_by(found, dependency, fork)
    return found


def _divided_by(found: list[Branch], dependency: Dependency, fork: Fork) -> list[Branch]:
    rest = dependency.marker
    result: list[Branch] = []
    for marker, known, _ in found:
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


def by_python(fork: Fork, bounds: PythonBounds) -> list[Piece]:
    """Return the parts of a fork below and above the lower bound of a Requires-Python, none if it cannot be divided.

    Unlike other parts of a fork, they end where the project's Python does.
    """
    bound, upper = bounds.lower, fork.python.upper
    if bound is None or (upper is not None and bound >= upper):
        return []
    parts = (
        fork.marker & PythonBounds(lower=fork.python.lower, upper=bound).marker(),
        fork.marker & PythonBounds(lower=bound, upper=upper).marker(),
    )
    return [Piece(part) for part in parts if fork.narrowed(part).is_possible()]


def by_demand(fork: Fork, demanded: MarkerSet, covered: MarkerSet) -> list[Piece]:
    """Return the parts of a fork inside and outside of an environment that no wheel serves, none if one is empty."""
    apart = demanded.restrict(demanded | (covered & fork.marker))
    parts = [Piece(fork.marker & apart), Piece(fork.marker - apart)]
    return parts if all(fork.narrowed(part.marker).is_possible() for part in parts) else []


# Where a local version has no wheel at all, the plain one serves the whole system, not only the machines it has wheels
# for: otherwise some machines of one system would get one version and some the other.
_SYSTEMS = tuple(MarkerSet.parse(f"sys_platform == '{name}'") for name in ("darwin", "linux", "win32"))


def by_local_version(fork: Fork, local: MarkerSet, plain: MarkerSet) -> MarkerSet | None:
    """Return the part of a fork in which the plain version serves instead of its local variant, none if nowhere.

    ``local`` and ``plain`` are the environments that the wheels of each serve.
    """
    rest = plain - local
    if rest.is_disjoint(fork.marker):
        return None
    if local.is_disjoint(fork.marker):
        return fork.marker
    for system in _SYSTEMS:
        if local.is_disjoint(system) and not rest.is_disjoint(system):
            rest |= system
    return fork.marker & rest
