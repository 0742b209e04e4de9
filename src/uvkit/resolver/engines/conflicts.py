"""Who is to blame for a dead end, and what can be ruled out from it besides the one version that was tried.

A dead end is a key of which every version was rejected. Its reasons are decided keys: those whose demands keep other
versions from being tried or cannot be met together, and those whose decision itself stands in the way. The search goes
back to the latest of them. There, versions that would end in the same way are ruled out with the one that was decided:
those that nobody accepts, and those that make the same demands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.deadends import DeadEnd


class Limits(Protocol):
    """The versions open for a key, as the search keeps them."""

    key: Key
    mask: int | None
    excluded: int
    blame: frozenset[Key]

    @property
    def information(self) -> Any:
        """Return pairs of a demand and the candidate that makes it."""


class Nogood(NamedTuple):
    """Demands that lead a key into a dead end as long as some decisions stand."""

    demands: frozenset[Demand]
    context: tuple[tuple[Key, Candidate], ...]
    step: DeadEnd


class Reasons:
    """The decided keys that a dead end rests on, and how."""

    __slots__ = ("_accepted", "_chooser", "_demands", "_opaque")

    def __init__(self, chooser: Chooser) -> None:
        self._chooser = chooser
        self._demands: dict[Key, set[Demand]] = {}
        self._accepted: dict[Key, int] = {}
        self._opaque: set[Key] = set()

    def keys(self) -> set[Key]:
        """Return the keys."""
        return {*self._demands, *self._accepted, *self._opaque}

    def discard(self, key: Key) -> None:
        """Take a key away."""
        self._demands.pop(key, None)
        self._accepted.pop(key, None)
        self._opaque.discard(key)

    def add_opaque(self, keys: Iterable[Key]) -> None:
        """Add keys of which only the very versions decided are known to take part."""
        self._opaque.update(keys)

    def add_limits(self, limits: Limits) -> None:
        """Add the keys that keep versions of a key from being tried; demands that add nothing do not count."""
        package = self._chooser.package(limits.key.project)
        left = package.full
        first = True
        for demand, parent in limits.information:
            mask = self._chooser.demand_mask(demand, package)
            if parent is not None and (first or left & ~mask):
                self._demands.setdefault(parent.key, set()).add(demand)
                first = False
            left &= mask
        if left & limits.excluded:
            self._opaque |= limits.blame

    def add_clash(self, limits: Limits) -> None:
        """Add the keys because of which the last demand on a key cannot be met, early ones rather than late ones."""
        information: Sequence[tuple[Demand, Candidate | None]] = limits.information
        package = self._chooser.package(limits.key.project)
        masks = [self._chooser.demand_mask(demand, package) for demand, _ in information]
        if limits.mask:
            # Only the decision stands against it.
            self._accepted[limits.key] = self._accepted.get(limits.key, 0) | masks[-1]
            return
        without_blame = not _joint(masks, package.full)
        left = package.full if without_blame else package.full & ~limits.excluded
        needed = set(range(len(masks)))
        for number in reversed(range(len(masks) - 1)):
            needed.discard(number)
            if _joint((masks[one] for one in needed), left):
                needed.add(number)
        for number in needed:
            demand, parent = information[number]
            if parent is not None:
                self._demands.setdefault(parent.key, set()).add(demand)
        if not without_blame:
            self._opaque |= limits.blame

    def ruled_out(self, candidate: Candidate) -> int:
        """Return the versions of a decided key that would end like this one."""
        key = candidate.key
        accepted = self._accepted.get(key)
        if accepted is None or key in self._demands or key in self._opaque:
            return candidate.bit
        return candidate.bit | (candidate.package.full & ~accepted)

    def nogood(self, key: Key, decided: Iterable[tuple[Key, Candidate]], step: DeadEnd) -> Nogood | None:
        """Return what is learned about versions of a key that make the same demands, if anything."""
        demands = self._demands.get(key)
        if not demands or key in self._opaque or key in self._accepted:
            return None
        keys = self.keys()
        return Nogood(frozenset(demands), tuple(one for one in decided if one[0] in keys and one[0] is not key), step)


def _joint(masks: Iterable[int], mask: int) -> int:
    for one in masks:
        mask &= one
    return mask
