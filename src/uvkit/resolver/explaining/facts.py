"""What a failed search knows: which versions make which requirements, and which versions may not be used.

From these facts alone a contradiction follows, so they are all that an explanation needs; and whether a part of them is
enough can be tried out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, final

from uvkit.model import FileRow, ProjectName, Target, split_wheel_name
from uvkit.resolver.candidates.candidates import Refusal
from uvkit.resolver.candidates.packages import IndexPackage, python_bounds
from uvkit.resolver.demands.demands import Demand, Dependency
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.deadends import Asked, DeadEnd, DeadEndError
from uvkit.resolver.versions import is_prerelease_text

from .phrases import moment

# A failed search can go through thousands of dead ends; those after that many add nothing that a reader could follow.
_MOST_DEAD_ENDS: Final = 5000


@final
class Requires:
    """One requirement of a key, whatever versions make it; compared by identity."""

    __slots__ = ("dependency", "key", "makers", "number", "wants")

    def __init__(
        self, key: Key, dependency: Dependency, *, makers: int, wants: tuple[tuple[Key, int], ...], number: int
    ) -> None:
        self.key: Final = key
        self.dependency: Final = dependency
        self.makers: Final = makers  # the versions, as a set of positions
        self.number: Final = number  # its place in what a version requires
        self.wants: Final = wants  # the keys that are wanted and the versions that would do

    def __repr__(self) -> str:
        return f"<{self.key!r} {self.makers:#b} requires {self.dependency}>"


@final
class Unusable:
    """Versions of one project that may not be used, all for the same reason; compared by identity."""

    __slots__ = ("project", "refusal", "versions")

    def __init__(self, project: ProjectName, refusal: Refusal, versions: int) -> None:
        self.project: Final = project
        self.refusal: Final = refusal
        self.versions: Final = versions

    def __repr__(self) -> str:
        return f"<{self.project} {self.versions:#b} {self.refusal.code}>"


Fact: TypeAlias = "Requires | Unusable"


def proven(error: DeadEndError, chooser: Chooser) -> list[Requires]:
    """Return the requirements that the search found to contradict each other."""
    return _gathered(error.proof or _of_dead_ends(error), chooser)


def known(_error: DeadEndError, chooser: Chooser) -> list[Requires]:
    """Return every requirement that the search came across."""
    return _gathered(
        (
            (demand, candidate)
            for candidate, dependencies in chooser.known_dependencies()
            for dependency in dependencies
            for demand in dependency.demands
        ),
        chooser,
    )


def unusable(chooser: Chooser, projects: Iterable[ProjectName]) -> list[Unusable]:
    """Return the versions of some projects that may not be used in this fork."""
    reasons = {project: _forbidden(project, chooser) for project in projects}
    for candidate in chooser.unusable():
        mine = reasons.get(candidate.key.project)
        if mine is not None:
            mine.setdefault(candidate.position, Refusal("tags"))
    refused: dict[ProjectName, dict[str, Refusal]] = {}
    for project, text, refusal in chooser.universe.refusals():
        if project in reasons and _holds(refusal, chooser):
            refused.setdefault(project, {})[text] = refusal
    for project, by_text in refused.items():
        package = chooser.package(project)
        for position in range(package.size):
            if package.text(position) in by_text:
                reasons[project][position] = by_text[package.text(position)]
    together: dict[tuple[ProjectName, Refusal], int] = {}
    for project, found in reasons.items():
        for position, refusal in sorted(found.items()):
            place = (project, _told(refusal, chooser, project, position=position))
            together[place] = together.get(place, 0) | 1 << position
    return [Unusable(project, refusal, versions) for (project, refusal), versions in together.items()]


def _forbidden(project: ProjectName, chooser: Chooser) -> dict[int, Refusal]:
    """Return the pre-releases that the options rule out, which the search passes over without a word."""
    package = chooser.package(project)
    if not isinstance(package, IndexPackage) or package.rules.prerelease != "disallow":
        return {}
    found = Refusal("prerelease")
    return {position: found for position in range(package.size) if is_prerelease_text(package.text(position))}


def _told(refusal: Refusal, chooser: Chooser, project: ProjectName, *, position: int) -> Refusal:
    """Return a refusal with what is told of it, which versions have in common if it can be."""
    package = chooser.package(project)
    if isinstance(package, IndexPackage):
        if refusal.code == "tags":
            return Refusal("tags", _mismatch(package.rows(position), chooser))
        if refusal.code == "too-new" and refusal.detail and package.rules.files.cutoff is not None:
            return Refusal("too-new", moment(package.rules.files.cutoff))
    return refusal


def _mismatch(rows: Iterable[FileRow], chooser: Chooser) -> str:
    """Return what it is that no wheel fits: of each wheel, the last of Python, ABI and platform that is looked at."""
    target = chooser.universe.request.target
    if not isinstance(target, Target):
        return "the Python versions asked for"
    best = target.tags[0]
    pythons = {tag.interpreter for tag in target.tags}
    abis = {tag.abi for tag in target.tags}
    nearest = 0
    for row in rows:
        name = split_wheel_name(row.filename)
        if name is not None and not pythons.isdisjoint(name.python.split(".")):
            nearest = max(nearest, 1 if abis.isdisjoint(name.abi.split(".")) else 2)
    return (
        f"this Python (`{best.interpreter}`)",
        f"this Python's ABI (`{best.abi}`)",
        f"this platform (`{best.platform}`)",
    )[nearest]


def _holds(refusal: Refusal, chooser: Chooser) -> bool:
    """Tell whether a reason found in any fork holds in this one."""
    return refusal.code != "python" or not python_bounds(refusal.detail).lower_at_most(chooser.ground.python)


def _of_dead_ends(error: DeadEndError) -> Iterator[Asked]:
    """Yield the demands that a chain of dead ends rests on."""
    waiting = [error.last]
    seen = {id(error.last)}
    while waiting and len(seen) < _MOST_DEAD_ENDS:
        step = waiting.pop()
        yield from step.asked
        for clash in step.clashes:
            yield from clash.asked
        for one in _below(step, error):
            if id(one) not in seen:
                seen.add(id(one))
                waiting.append(one)
    yield from error.asked.values()


def _below(step: DeadEnd, error: DeadEndError) -> Iterator[DeadEnd]:
    """Yield the dead ends that one rests on: of the versions of its key, and of those it clashes with."""
    for key in {step.key, *(clash.key for clash in step.clashes)}:
        for candidate, why in error.why.items():
            if candidate.key is key:
                yield why


def _gathered(asked: Iterable[Asked], chooser: Chooser) -> list[Requires]:
    """Return the requirements that make demands, each with all versions that are known to make it."""
    makers: dict[tuple[Key, Dependency], int] = {}
    for demand, candidate in asked:
        # What was never looked up took no part, and nothing is fetched to explain a failure.
        is_known = chooser.known(demand.key.project) is not None
        if is_known and demand.dependency is not None and candidate is not None:
            place = (candidate.key, demand.dependency)
            makers[place] = makers.get(place, 0) | candidate.bit
    keys = {key for key, _ in makers}
    numbers: dict[tuple[Key, Dependency], int] = {}
    for candidate, dependencies in chooser.known_dependencies():
        if candidate.key in keys:
            for number, dependency in enumerate(dependencies):
                place = (candidate.key, dependency)
                if place in makers:
                    makers[place] |= candidate.bit
                    numbers.setdefault(place, number)
    return [
        Requires(
            key,
            dependency,
            makers=versions,
            wants=tuple(_wants(dependency.demands, chooser)),
            number=numbers.get((key, dependency), 0),
        )
        for (key, dependency), versions in makers.items()
    ]


def _wants(demands: Iterable[Demand], chooser: Chooser) -> Iterator[tuple[Key, int]]:
    for demand in demands:
        yield demand.key, chooser.demand_mask(demand, chooser.package(demand.key.project))
