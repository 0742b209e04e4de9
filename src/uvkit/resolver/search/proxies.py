"""Stand-ins for what is asked for with an extra or under a marker.

As in uv, such a requirement asks for a stand-in of its extra and marker. That is decided on its own, in its own turn
and by the same rules, and then asks for all that it stands for at the version it chose: the project, its extra, and
both once more for the marker, as what is read under a marker is a key of its own. Which versions are looked at, and
when, what is learned in which order, and with that where a fork is divided, hangs on it.
"""

from __future__ import annotations

from typing import Final, final

from uvkit.markers import MarkerSet
from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.keys import Key, Keys


@final
class Proxies:
    """The stand-ins of one resolution; for one machine markers need none."""

    __slots__ = (
        "_demands",
        "_doubles",
        "_has_markers",
        "_keys",
        "_links",
        "_originals",
        "_parts",
        "_stand_ins",
        "_ties",
    )

    def __init__(self, keys: Keys, *, has_markers: bool) -> None:
        self._keys: Final = keys
        self._has_markers: Final = has_markers
        self._stand_ins: dict[tuple[Key, MarkerSet | None], Key] = {}
        self._doubles: dict[tuple[Key, MarkerSet], Key] = {}
        self._originals: dict[Key, Key] = {}  # of stand-ins and doubles
        self._parts: dict[Key, tuple[Key, ...]] = {}
        self._demands: dict[Demand, Demand | None] = {}
        self._links: dict[Demand, Demand] = {}
        self._ties: dict[Candidate, tuple[Demand, ...]] = {}

    def is_real(self, key: Key) -> bool:
        """Tell whether a key is no stand-in and no double."""
        return key not in self._originals

    def is_stand_in(self, key: Key) -> bool:
        """Tell whether a key only chooses for others."""
        return key in self._parts

    def original(self, key: Key) -> Key:
        """Return what a key is a stand-in or double of, or itself."""
        return self._originals.get(key, key)

    def real(self, candidate: Candidate) -> Candidate:
        """Return the candidate of the original."""
        original = self._originals.get(candidate.key)
        return candidate if original is None else candidate.package.candidate(original, candidate.position)

    def taken(self, demand: Demand) -> Demand | None:
        """Return what a stated demand comes to, none if another demand of the same requirement covers it."""
        dependency = demand.dependency
        if dependency is None:
            return None  # ties are the stand-ins' affair
        key = demand.key
        if key.is_base:
            if not dependency.extras and (not self._has_markers or dependency.marker.is_everywhere()):
                return demand
        elif key.group is not None and not self._has_markers:
            return demand
        if demand not in self._demands:
            self._demands[demand] = self._taken(demand)
        return self._demands[demand]

    def _taken(self, demand: Demand) -> Demand | None:
        dependency, key = demand.dependency, demand.key
        assert dependency is not None
        if key.is_base and dependency.extras:
            return None
        marker = dependency.marker if self._has_markers and not dependency.marker.is_everywhere() else None
        stand_in = self._stand_in(key, marker)
        taken = Demand(stand_in, demand.specifier, dependency, bit=demand.bit)
        if key.group is None:
            self._links[taken] = Demand(self._keys.base(key.project), demand.specifier, dependency, bit=demand.bit)
        return taken

    def link(self, demand: Demand) -> Demand | None:
        """Return what a stand-in within the versions of a demand asks for: the project within the same."""
        return self._links.get(demand)

    def _stand_in(self, key: Key, marker: MarkerSet | None) -> Key:
        stand_in = self._stand_ins.get((key, marker))
        if stand_in is None:
            stand_in = self._stand_ins[key, marker] = Key(key.project, key.extra, key.group)
            self._originals[stand_in] = key
            parts = [key] if key.is_base or key.group is not None else [self._keys.base(key.project), key]
            if marker is not None:
                parts += [self._double(part, marker) for part in parts]
            self._parts[stand_in] = tuple(parts)
        return stand_in

    def _double(self, key: Key, marker: MarkerSet) -> Key:
        double = self._doubles.get((key, marker))
        if double is None:
            double = self._doubles[key, marker] = Key(key.project, key.extra, key.group)
            self._originals[double] = key
        return double

    def ties(self, candidate: Candidate) -> tuple[Demand, ...]:
        """Return what the version of a stand-in asks for: the same version of all that it stands for."""
        ties = self._ties.get(candidate)
        if ties is None:
            specifier = f"=={candidate.version}"
            ties = self._ties[candidate] = tuple(
                [Demand(part, specifier, None, bit=candidate.bit) for part in self._parts[candidate.key]]
            )
        return ties
