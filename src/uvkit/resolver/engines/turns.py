"""Who keeps contradicting whom, and the changes of order that follow (the rules and the number are uv's)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from uvkit.resolver.keys import Key
from uvkit.resolver.search.priorities import Priorities

from .incompatibility import Incompatibility

_THRESHOLD: Final = 5


@final
class Turns:
    """Counts contradictions by the key that was affected and by those that caused them."""

    __slots__ = ("_affected", "_culprits", "_early", "_late", "_priorities")

    def __init__(self, priorities: Priorities) -> None:
        self._priorities = priorities
        self._affected: dict[Key, int] = {}
        self._culprits: dict[Key, int] = {}
        self._early: list[Key] = []
        self._late: list[Key] = []

    def copy(self, priorities: Priorities) -> Turns:
        """Return an independent copy that orders others."""
        other = Turns(priorities)
        other._affected = self._affected.copy()
        other._culprits = self._culprits.copy()
        other._early = self._early.copy()
        other._late = self._late.copy()
        return other

    def count(self, affected: Key, cause: Incompatibility, *, decided: Key) -> None:
        """Count one contradiction; a project and its extras do not contradict each other.

        As in uv, it is to the account of the key that was being ``decided``, even if another was affected.
        """
        is_real = False
        for culprit in cause.terms:
            if culprit.project == affected.project:
                continue
            is_real = True
            self._culprits[culprit] = hits = self._culprits.get(culprit, 0) + 1
            if hits == _THRESHOLD:
                self._late.append(culprit)
        if is_real:
            self._affected[decided] = hits = self._affected.get(decided, 0) + 1
            if hits == _THRESHOLD:
                self._early.append(decided)

    @property
    def are_due(self) -> bool:
        """Tell whether there is anything to change."""
        return bool(self._early or self._late)

    def change(self) -> Iterator[Key]:
        """Apply what was counted, and yield the keys that are to be decided later now."""
        early, late = self._early, self._late
        if not early and not late:
            return
        self._early, self._late = [], []
        for key in early:
            if key.project:
                self._priorities.mark_early(key.project)
        for key in late:
            if key.project and self._priorities.mark_late(key.project):
                yield key
