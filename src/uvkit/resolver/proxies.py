"""Stand-ins for what is asked for under a marker.

As in uv, a requirement with a marker asks for the project and for a stand-in of its key and marker. That is decided
on its own, in its own turn and by the same rules, and then asks for the key at the version it chose. Which versions are
looked at, and when, and with that where a fork is divided, hangs on it.
"""

from __future__ import annotations

from typing import Final, final

from uvkit.markers import MarkerSet

from .demands import Demand
from .keys import Key
from .packages import Candidate


@final
class Proxies:
    """The stand-ins of one resolution; none unless it is for several environments."""

    __slots__ = ("_demands", "_is_needed", "_keys", "_targets", "_ties")

    def __init__(self, *, is_needed: bool) -> None:
        self._is_needed: Final = is_needed
        self._keys: dict[tuple[Key, MarkerSet], Key] = {}
        self._targets: dict[Key, Key] = {}
        self._demands: dict[Demand, Demand] = {}
        self._ties: dict[Candidate, tuple[Demand, ...]] = {}

    def target(self, key: Key) -> Key | None:
        """Return what a key stands for, none if for itself."""
        return self._targets.get(key)

    def demand(self, demand: Demand) -> Demand:
        """Return the demand for the stand-in, if the requirement has a marker."""
        dependency = demand.dependency
        if not self._is_needed or dependency is None or dependency.marker.is_everywhere():
            return demand
        proxied = self._demands.get(demand)
        if proxied is None:
            key = self._key(demand.key, dependency.marker)
            proxied = self._demands[demand] = Demand(key, demand.specifier, dependency, bit=demand.bit)
        return proxied

    def with_stand_in(self, demand: Demand) -> tuple[Demand, ...]:
        """Return all that a demand comes to: itself if it is for a project, and the one for its stand-in."""
        proxied = self.demand(demand)
        return (demand, proxied) if proxied is not demand and demand.key.is_base else (proxied,)

    def _key(self, target: Key, marker: MarkerSet) -> Key:
        key = self._keys.get((target, marker))
        if key is None:
            key = self._keys[target, marker] = Key(target.project, target.extra, target.group)
            self._targets[key] = target
        return key

    def ties(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what the version of a stand-in asks for: the same version of what it stands for."""
        target = self._targets.get(candidate.key)
        if target is None:
            return ()
        ties = self._ties.get(candidate)
        if ties is None:
            tie = Demand(target, f"=={candidate.version}", None, bit=candidate.bit)
            ties = self._ties[candidate] = (tie,)
        return ties
