"""What the PubGrub search has decided and derived, in order, so that it can go back and say why."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple, final

from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.keys import Key
from uvkit.resolver.search.continuum import ABSENT, ANYTHING, states_of

from .incompatibility import Incompatibility


class Assignment(NamedTuple):
    """One step: the states of a key that were possible before it; without a cause it is a decision."""

    key: Key
    before: int
    level: int
    cause: Incompatibility | None
    number: int  # among all steps


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

    __slots__ = ("_histories", "_steps", "decisions", "level", "outdated", "possible", "undecided")

    def __init__(self) -> None:
        self.possible: dict[Key, int] = {}
        self.decisions: dict[Key, Candidate] = {}
        self.undecided: dict[Key, None] = {}
        self.outdated: dict[Key, None] = {}
        self.level = 0
        self._steps: list[Assignment] = []
        # The same by key: where much was rejected, steps are many, and few of them are about the keys in question.
        self._histories: dict[Key, list[Assignment]] = {}

    def copy(self) -> Assignments:
        """Return an independent copy."""
        other = Assignments()
        other.possible = self.possible.copy()
        other.decisions = self.decisions.copy()
        other.undecided = self.undecided.copy()
        other.outdated = self.outdated.copy()
        other.level = self.level
        other._steps = self._steps.copy()
        other._histories = {key: history.copy() for key, history in self._histories.items()}
        return other

    def decide(self, candidate: Candidate) -> None:
        """Choose a version."""
        key = candidate.key
        self.level += 1
        self._note(key, None)
        self.possible[key] = states_of(candidate.bit)
        self.decisions[key] = candidate
        self.undecided.pop(key, None)
        self.outdated.pop(key, None)

    def derive(self, key: Key, states: int, cause: Incompatibility) -> None:
        """Leave some states only."""
        self._note(key, cause)
        self.possible[key] = states
        if not states & ABSENT and key not in self.decisions:
            self.undecided[key] = self.outdated[key] = None

    def _note(self, key: Key, cause: Incompatibility | None) -> None:
        # By way of its class a named tuple takes three times as long, and there are thousands.
        step = _new(Assignment, (key, self.possible[key], self.level, cause, len(self._steps)))
        self._steps.append(step)
        history = self._histories.get(key)
        if history is None:
            self._histories[key] = [step]
        else:
            history.append(step)

    def return_to(self, level: int) -> Iterator[Candidate]:
        """Take back everything above a level and yield the decisions among it, the latest first."""
        steps, possible = self._steps, self.possible
        while steps and steps[-1].level > level:
            key, before, _, cause, _ = steps.pop()
            possible[key] = before
            self._histories[key].pop()
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
            for step in reversed(self._histories[key]):
                if step.cause is None:
                    return step.level
        return None

    def satisfier(self, incompatibility: Incompatibility) -> Satisfier:
        """Return the earliest assignment after which all of an incompatibility holds."""
        terms = incompatibility.terms
        last = [step for key, states in terms.items() if (step := self._made_hold(key, states)) is not None]
        found = max(last, key=_number)
        key = found.key
        # Together with what this one says on its own, less is needed of the key.
        needed = ANYTHING if found.cause is None else terms[key] | found.cause.terms[key]
        before = self._made_hold(key, needed)
        levels = [step.level for step in last if step is not found]
        if before is not None and before.number < found.number:
            levels.append(before.level)
        return Satisfier(found, max(*levels, self._histories[key][0].level, 1))

    def _made_hold(self, key: Key, states: int) -> Assignment | None:
        """Return the assignment after which a key is in some states, none if it always was."""
        history = self._histories.get(key, ())
        low, high = 0, len(history)  # what comes later leaves less, so this can be bisected
        while low < high:
            middle = (low + high) // 2
            if history[middle].before & ~states:
                low = middle + 1
            else:
                high = middle
        return history[low - 1] if low else None


_number = attrgetter("number")
_new = tuple.__new__
