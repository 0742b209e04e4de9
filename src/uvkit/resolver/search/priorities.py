"""In which order the solver decides: by class, then by when a project was first seen.

The rules are uv's, so that the same versions are found: projects pinned by a URL or by ``==`` first, then those that
were seen to conflict, then the rest; all in the order of discovery (see `Chooser.demands` for the order within one
distribution). A project that keeps rejecting others is moved behind them, one that keeps being rejected before.
"""

from __future__ import annotations

from typing import Final

from uvkit.model import ProjectName
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.keys import Key
from uvkit.resolver.versions import exact_version

_UNSPECIFIED, _LATE, _EARLY, _SINGLE, _DIRECT, _FIXED = range(6)
_CONFLICTS: Final = frozenset({_LATE, _EARLY})
# So many rejections are taken for a sign that the order is wrong (uv's number).
_THRESHOLD: Final = 5
# Ranks and discovery counters below this are kept apart in one integer.
_SHIFT: Final = 24


class Priorities:
    """The order of decisions in one fork; the smallest number is decided first."""

    __slots__ = ("_affected", "_classes", "_counters", "_culprits", "_keys_of", "_ranks", "order")

    def __init__(self) -> None:
        self.order: dict[Key, int] = {}
        self._ranks: dict[ProjectName, int] = {}
        self._classes: dict[ProjectName, int] = {}
        self._keys_of: dict[ProjectName, tuple[Key, ...]] = {}
        self._counters: dict[Key, int] = {}
        self._culprits: dict[ProjectName, int] = {}
        self._affected: dict[ProjectName, int] = {}

    def copy(self) -> Priorities:
        """Return an independent copy, for a fork of the search."""
        other = Priorities()
        other.order = self.order.copy()
        other._ranks = self._ranks.copy()
        other._classes = self._classes.copy()
        other._keys_of = self._keys_of.copy()
        other._counters = self._counters.copy()
        other._culprits = self._culprits.copy()
        other._affected = self._affected.copy()
        return other

    def fix(self, key: Key) -> None:
        """Decide a key before all others."""
        self._see(key, _FIXED)

    def meet(self, project: ProjectName) -> None:
        """Give a project its rank, if it has none yet."""
        self._ranks.setdefault(project, len(self._ranks))

    def see(self, demand: Demand, *, is_direct: bool) -> None:
        """Note that a key is wanted; ``is_direct`` if the project comes from a certain place."""
        if is_direct:
            self._see(demand.key, _DIRECT)
        elif demand.bit is not None or exact_version(demand.specifier) is not None:
            self._see(demand.key, _SINGLE)
        elif demand.key not in self._counters:
            self._see(demand.key, _UNSPECIFIED)

    def _see(self, key: Key, level: int) -> None:
        project = key.project
        if key not in self._counters:
            self._counters[key] = len(self._counters)
            self._ranks.setdefault(project, len(self._ranks))
            self._keys_of[project] = (*self._keys_of.get(project, ()), key)
            self._place(key)
        if level > self._classes.get(project, _UNSPECIFIED):
            self._raise(project, level)

    def _raise(self, project: ProjectName, level: int) -> None:
        self._classes[project] = level
        for key in self._keys_of[project]:
            self._place(key)

    def _place(self, key: Key) -> None:
        level = self._classes.get(key.project, _UNSPECIFIED)
        rank = self._ranks[key.project]
        self.order[key] = ((_FIXED - level) << 2 * _SHIFT) | (rank << _SHIFT) | self._counters[key]

    # -- conflicts -----------------------------------------------------------------------------------------------------

    def blame(self, affected: ProjectName, culprit: ProjectName) -> bool:
        """Count a rejection of one project because of another; tell whether the culprit must be decided later now."""
        if affected == culprit:
            return False
        self._affected[affected] = hits = self._affected.get(affected, 0) + 1
        if hits == _THRESHOLD:
            self.mark_early(affected)
        self._culprits[culprit] = hits = self._culprits.get(culprit, 0) + 1
        return hits == _THRESHOLD and self.mark_late(culprit)

    def mark_early(self, project: ProjectName) -> None:
        """Decide a project before those that are not pinned."""
        if project in self._keys_of and self._classes.get(project) != _EARLY:
            self._raise(project, _EARLY)

    def mark_late(self, project: ProjectName) -> bool:
        """Decide a project after those that were moved to the front; tell whether that changes anything."""
        if project not in self._keys_of or self._classes.get(project) in _CONFLICTS:
            return False
        self._raise(project, _LATE)
        return True
