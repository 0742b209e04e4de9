"""What the PubGrub search has decided and derived, in order, so that it can go back and say why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, final

from .continuum import ABSENT, ANYTHING, states_of
from .incompatibility import Incompatibility
from .keys import Key
from .packages import Candidate


class Assignment(NamedTuple):
    """One step: the states of a key that were possible before it; without a cause it is a decision."""

    key: Key
    before: int
    level: int
    cause: Incompatibility | None


class Satisfier(NamedTuple):
    """The assignment that made an incompatibility hold, and the level from which on it would hold together with that.

    The level is never before the first assignment of the same key: uv counts that one, too, and goes back less far.
    """

    assignment: Assignment
    previous_level: int


@final
class Assignments:
    """A partial answer: the states that are left for each key.

    ``undecided`` keys are those of which some version is needed, ``outdated`` those among them of which more or less is
    known than when that was last cleared; ``level`` counts the decisions.
    """

    __slots__ = ("_first", "_steps", "decisions", "level", "outdated", "possible", "undecided")

    def __init__(self) -> None:
        self.possible: dict[Key, int] = {}
        self.decisions: dict[Key, Candidate] = {}
        self.undecided: dict[Key, None] = {}
        self.outdated: dict[Key, None] = {}
        self.level = 0
        self._steps: list[Assignment] = []
        self._first: dict[Key, int] = {}  # the position of the first step of each key

    def copy(self) -> Assignments:
        """Return an independent copy."""
        other = Assignments()
        other.possible = self.possible.copy()
        other.decisions = self.decisions.copy()
        other.undecided = self.undecided.copy()
        other.outdated = self.outdated.copy()
        other.level = self.level
        other._steps = self._steps.copy()
        other._first = self._first.copy()
        return other

    def decide(self, candidate: Candidate) -> None:
        """Choose a version."""
        key = candidate.key
        self.level += 1
        self._first.setdefault(key, len(self._steps))
        self._steps.append(Assignment(key, self.possible[key], self.level, None))
        self.possible[key] = states_of(candidate.bit)
        self.decisions[key] = candidate
        self.undecided.pop(key, None)
        self.outdated.pop(key, None)

    def derive(self, key: Key, states: int, cause: Incompatibility) -> None:
        """Leave some states only."""
        before = self.possible[key]
        self._first.setdefault(key, len(self._steps))
        self._steps.append(Assignment(key, before, self.level, cause))
        self.possible[key] = states
        if not states & ABSENT and key not in self.decisions:
            self.undecided[key] = self.outdated[key] = None

    def return_to(self, level: int) -> Iterator[Candidate]:
        """Take back everything above a level and yield the decisions among it, the latest first."""
        steps, possible = self._steps, self.possible
        while steps and steps[-1].level > level:
            key, before, _, cause = steps.pop()
            possible[key] = before
            if self._first[key] == len(steps):
                del self._first[key]
            if cause is None:
                yield self.decisions.pop(key)
                self.undecided[key] = self.outdated[key] = None
            elif before & ABSENT:
                self.undecided.pop(key, None)
                self.outdated.pop(key, None)
            else:
                self.outdated[key] = None
        self.level = level

    def level_of(self, key: Key) -> int | None:
        """Return the level at which a key was decided, none if it was not."""
        if key in self.decisions:
            for step in reversed(self._steps):
                if step.key is key and step.cause is None:
                    return step.level
        return None

    def satisfier(self, incompatibility: Incompatibility) -> Satisfier:
        """Return the earliest assignment after which all of an incompatibility holds."""
        terms, steps = incompatibility.terms, self._steps
        left = {key: self.possible[key] for key in terms}
        number = len(steps)
        while True:
            number -= 1
            found = steps[number]
            key = found.key
            if key in left:
                left[key] = found.before
                if found.before & ~terms[key]:
                    break
        # Together with what this one says on its own, less is needed of the key.
        needed = ANYTHING if found.cause is None else terms[key] | found.cause.terms[key]
        first = self._first[key]
        for step in reversed(steps[first:number]):
            if step.key in left and step.before & ~(needed if step.key is key else terms[step.key]):
                return Satisfier(found, max(step.level, 1))
        return Satisfier(found, max(steps[first].level, 1))
