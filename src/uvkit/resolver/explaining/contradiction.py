"""The smallest part of what a failed search knows that still contradicts itself, in the order in which it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from uvkit.model import ProjectName
from uvkit.resolver.candidates.candidates import Refusal
from uvkit.resolver.candidates.packages import IndexPackage
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.deadends import DeadEndError

from .facts import Fact, Requires, Unusable, known, proven, unusable
from .refute import ExhaustedError, Refuter

_NOWHERE: Final = 1 << 30


@dataclass(slots=True)
class Group:
    """What is required of one project, and why nothing meets it."""

    project: ProjectName
    facts: list[Requires]
    refused: dict[Refusal, int] = field(default_factory=dict)  # the versions by reason
    is_missing: bool = False
    is_unmet: bool = False  # no version is within a single requirement
    is_joint: bool = False  # all requirements hold at once
    is_all_refused: bool = False  # every version that is asked for


class Contradiction:
    """What is told: ``groups`` of requirements that cannot be met, and the ``ways`` to those who make them."""

    def __init__(self, groups: Sequence[Group], ways: Sequence[Requires]) -> None:
        self.groups: Final = tuple(groups)
        self.ways: Final = tuple(ways)

    @classmethod
    def of(cls, error: DeadEndError, chooser: Chooser) -> Self:
        """Return what the search ran into."""
        refuter = Refuter(chooser.root.key, full=lambda key: chooser.package(key.project).full, base=chooser.base)
        facts = _enough(error, chooser, refuter)
        depths = _depths(chooser.root.key, facts)
        requirements = [fact for fact in facts if isinstance(fact, Requires)]
        requirements.sort(key=lambda fact: _order(fact, depths))
        refused = [fact for fact in facts if isinstance(fact, Unusable)]
        finals = _finals(refuter, facts, chooser)
        groups = []
        for project in finals:
            mine = [fact for fact in requirements if fact.dependency.project == project]
            if mine:
                groups.append(_group(project, mine, refused, chooser=chooser))
        told = {group.project for group in groups}
        return cls(groups, [fact for fact in requirements if fact.dependency.project not in told])

    def requirements(self) -> Iterator[Requires]:
        """Yield every requirement that takes part."""
        for group in self.groups:
            yield from group.facts
        yield from self.ways

    def unusable(self) -> Iterator[Unusable]:
        """Yield the versions that take part because they may not be used."""
        for group in self.groups:
            for refusal, versions in group.refused.items():
                yield Unusable(group.project, refusal, versions)


def _enough(error: DeadEndError, chooser: Chooser, refuter: Refuter) -> list[Fact]:
    """Return facts that contradict each other, no more than needed; all if it takes too long to find that out."""
    facts: list[Fact] = []
    for found in (proven, known):
        requirements = found(error, chooser)
        facts = [*unusable(chooser, {key.project for fact in requirements for key, _ in fact.wants}), *requirements]
        depths = _depths(chooser.root.key, facts)
        numbers = Counter(fact.key for fact in requirements)
        facts.sort(key=lambda fact: _weight(fact, depths, numbers))
        try:
            if refuter.contradicts(facts):
                return _with_alike(refuter.smallest(facts), requirements, chooser)
        except ExhaustedError:
            break
    return facts


def _with_alike(facts: list[Fact], requirements: Iterable[Requires], chooser: Chooser) -> list[Fact]:
    """Add what else the same versions require of a project that does not exist: any of it would be enough."""
    missing = {(fact.key, fact.dependency.project): fact for fact in facts if isinstance(fact, Requires)}
    found = list(facts)
    for fact in requirements:
        told = missing.get((fact.key, fact.dependency.project))
        if told is not None and fact not in found and fact.makers & told.makers:
            package = chooser.package(fact.dependency.project)
            if isinstance(package, IndexPackage) and not package.listings:
                found.append(fact)
    return found


def _depths(root: Key, facts: Iterable[Fact]) -> dict[Key, int]:
    """Return how many requirements lie between the reader and each key."""
    by_key: dict[Key, list[Requires]] = {}
    for fact in facts:
        if isinstance(fact, Requires):
            by_key.setdefault(fact.key, []).append(fact)
    depths = {root: 0}
    waiting = [root]
    for key in waiting:  # grows while it is walked
        for fact in by_key.get(key, ()):
            for target, _ in fact.wants:
                if target not in depths:
                    depths[target] = depths[key] + 1
                    waiting.append(target)
    return depths


def _weight(fact: Fact, depths: dict[Key, int], numbers: Counter[Key]) -> tuple[int, int, int, str, str]:
    """Return what sorts those facts last that a reader would rather be told.

    That is what he wrote himself, and of that what contradicts itself in one place.
    """
    if isinstance(fact, Unusable):
        return (0, 0, 0, fact.project, fact.refusal.code)
    return (1, -depths.get(fact.key, _NOWHERE), numbers[fact.key], repr(fact.key), f"{-fact.number:06}")


def _order(fact: Requires, depths: dict[Key, int]) -> tuple[int, bool, str, int, int]:
    is_limit = fact.dependency.role == "constraint"
    return (-depths.get(fact.key, _NOWHERE), is_limit, repr(fact.key), -fact.makers, fact.number)


def _finals(refuter: Refuter, facts: Sequence[Fact], chooser: Chooser) -> list[ProjectName]:
    """Return the projects on which something fails, in the order in which it follows."""
    try:
        found = dict.fromkeys(one.because for one in refuter.course(facts))
    except ExhaustedError:
        found = {}
    found |= dict.fromkeys(fact.project for fact in facts if isinstance(fact, Unusable))
    if not found:
        found = dict.fromkeys(
            fact.dependency.project for fact in facts if isinstance(fact, Requires) and _clashes(fact, facts)
        )
    found.pop(chooser.root.key.project, None)
    return list(found)


def _clashes(fact: Requires, facts: Iterable[Fact]) -> bool:
    """Tell whether a requirement cannot be met, or not together with that of another key."""
    for key, wanted in fact.wants:
        if not wanted:
            return True
        for other in facts:
            if isinstance(other, Requires) and (other.key is not fact.key or other.makers & fact.makers):
                for other_key, other_wanted in other.wants:
                    if other_key is key and not wanted & other_wanted:
                        return True
    return False


def _group(project: ProjectName, facts: list[Requires], refused: Iterable[Unusable], *, chooser: Chooser) -> Group:
    package = chooser.package(project)
    group = Group(project, facts)
    group.is_missing = isinstance(package, IndexPackage) and not package.listings
    if group.is_missing:
        return group
    wanted = [fact.wants[0][1] for fact in facts]
    asked, joint = 0, package.full
    for some in wanted:
        asked |= some
        joint &= some
    for one in refused:
        if one.project == project and one.versions & asked:
            group.refused[one.refusal] = group.refused.get(one.refusal, 0) | (one.versions & asked)
    left = joint or asked
    for versions in group.refused.values():
        left &= ~versions
    group.is_all_refused = not left
    group.is_unmet = not all(wanted)
    group.is_joint = all(one.key is not other.key or one.makers & other.makers for one in facts for other in facts)
    return group
