"""The search of our own: PubGrub on version sets that are integers.

Decisions are made in uv's order (`Priorities`). What contradicts is resolved to its root cause, which is kept, so that
no dead end is entered twice, and the search goes back to the decision that the cause hangs on. Projects that keep
contradicting each other change places, as in uv. A fork goes on from a copy of all that is decided and known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from uvkit.events import Backtracked, CandidatePinned

from .assignments import Assignments
from .choosing import Chooser
from .continuum import ABSENT, ANYTHING, Continuum, states_of
from .deadends import Asked, DeadEnd, DeadEndError
from .demands import Demand
from .derivation import demands_behind
from .incompatibility import Incompatibility
from .keys import Key
from .packages import Candidate
from .priorities import Priorities
from .progress import Progress
from .proxies import Proxies
from .scope import Fork, Ground
from .turns import Turns
from .universe import Universe

# What stands for another key looks at versions that the other cannot have, as a fork may come of it. New versions ask
# for new Pythons: what so many do not bring about, older ones will not.
_MOST_EXAMINED: Final = 20


class PubGrubSearch:
    """One run over one fork."""

    def __init__(self, chooser: Chooser, progress: Progress, *, priorities: Priorities, proxies: Proxies) -> None:
        self.chooser: Final = chooser
        self.priorities: Final = priorities
        self._progress = progress
        self._proxies = proxies
        self._continuum = Continuum()
        self._turns = Turns(priorities)
        self._assigned = Assignments()
        # What is known, by each key it speaks of, from old to new.
        self._about: dict[Key, list[Incompatibility]] = {}
        self._everything: dict[Key, int] = {}
        # Those that cannot hold any more, with the level they cannot hold at, in order.
        self._idle: dict[Incompatibility, int] = {}
        self._read: dict[Candidate, None] = {}
        self._wants: dict[tuple[Key, Key, int], Incompatibility] = {}
        self._tried: dict[Key, int] = {}
        self._asked: dict[Key, Asked] = {}
        self._changed: list[Key] = []
        # Until something went wrong, decisions are made without looking, as uv does: the first that contradicts what is
        # known goes back to where the contradiction comes from, later ones are not made.
        self._has_gone_back = False

    @classmethod
    def start(cls, universe: Universe, ground: Ground, progress: Progress) -> PubGrubSearch:
        """Return a search that has decided nothing."""
        proxies = Proxies(is_needed=isinstance(ground, Fork))
        search = cls(Chooser(universe, ground), progress, priorities=Priorities(), proxies=proxies)
        root = search.chooser.root
        search.priorities.fix(root.key)
        search._add_key(root.key)
        search._assigned.derive(root.key, states_of(root.bit), search._add(Incompatibility({root.key: ABSENT})))
        return search

    def branch(self, ground: Ground, forced: Candidate | None) -> PubGrubSearch:
        """Return a search that goes on from here for a part of the fork, with a version that stays chosen if given."""
        read = [one for one in self._read if self._proxies.target(one.key) is None]
        chooser = self.chooser.branch(ground, read, forced)
        other = PubGrubSearch(chooser, self._progress, priorities=self.priorities.copy(), proxies=self._proxies)
        other._continuum = self._continuum
        other._turns = self._turns.copy(other.priorities)
        other._assigned = self._assigned.copy()
        other._about = {key: known.copy() for key, known in self._about.items()}
        other._everything = self._everything.copy()
        other._idle = self._idle.copy()
        other._read = self._read.copy()
        other._wants = self._wants.copy()
        other._tried = self._tried.copy()
        other._asked = self._asked.copy()
        other._has_gone_back = self._has_gone_back
        return other

    def run(self) -> Mapping[Key, Candidate]:
        """Return the decision on every key.

        Raises:
            Split: the fork must be divided.
            DeadEndError: there is no answer.
        """
        order, undecided = self.priorities.order.__getitem__, self._assigned.undecided
        while True:
            self._progress.round()
            self._propagate()
            self._change_places()
            if not undecided:
                decided, target = self._assigned.decisions, self._proxies.target
                return {key: candidate for key, candidate in decided.items() if target(key) is None}
            self._decide(min(undecided, key=order))

    # -- decisions -----------------------------------------------------------------------------------------------------

    def _decide(self, key: Key) -> None:
        """Choose the best version of a key, or learn why there is none or why it may not be."""
        self._changed.append(key)
        candidate = self._choose(key)
        if candidate is None:
            return
        if candidate not in self._read:
            clash = self._read_demands(candidate)
            if clash is not None and self._has_gone_back:
                self._turns.count(key, clash)
                self._tell_rejected(candidate, f"its requirements on `{clash.wanted!r}` cannot be met")
                return
        self._assigned.decide(candidate)
        if self._progress.emit is not None and key.is_base and key.project and self._proxies.target(key) is None:
            self._progress.emit(CandidatePinned(key.project, candidate.version, self._assigned.level))

    def _choose(self, key: Key) -> Candidate | None:
        """Return the best version of a key, none if something was learned instead.

        What stands for another key is chosen as if alone; versions that the other cannot have are then ruled out.
        """
        proxied = self._proxies.target(key)
        other = proxied or (None if key.is_base else self.chooser.base(key))
        states = self._assigned.possible[key]
        package = self.chooser.package(key.project)
        versions = self._continuum.versions_in(package, states)
        apart = 0 if other is None else versions & ~(self._assigned.possible.get(other, ANYTHING) >> 1)
        found: Candidate | None = None
        rejected = 0
        unread = apart if proxied is None else versions
        for one in self.chooser.usable(proxied or key, versions, self._assigned.decisions, unread=unread):
            if not one.bit & apart:
                found = one if proxied is None else package.candidate(key, one.position)
                break
            rejected |= one.bit
            if not self._has_gone_back:
                self._assigned.decide(package.candidate(key, one.position))
                break
            if rejected.bit_count() == _MOST_EXAMINED:
                rejected |= apart
                break
        if rejected and other is not None:
            # What stands for another key has no version that the other has not.
            refused = self._everything[other] & ~states_of(rejected)
            self._add(Incompatibility({key: self._continuum.around(package, rejected), other: refused}))
            return None
        if found is None:
            self._add(Incompatibility({key: states}))
        return found

    def _read_demands(self, candidate: Candidate) -> Incompatibility | None:
        """Take in what a version asks for; return what of it contradicts what is known, if anything does."""
        stated = self._proxies.ties(candidate) or self.chooser.demands(candidate)
        demands = [demand for one in stated for demand in self._proxies.with_stand_in(one)]
        for one in stated:
            self._asked.setdefault(one.key, (one, candidate))
        see, is_direct = self.priorities.see, self.chooser.is_direct
        for demand in demands:
            see(demand, is_direct=is_direct(demand.key.project))
            if demand.key not in self._about:
                self._add_key(demand.key)
        self._read[candidate] = None
        self._hint(candidate)
        clash: Incompatibility | None = None
        possible = self._assigned.possible
        for demand in demands:
            added = self._add_demand(candidate, demand)
            if clash is None and added is not None:
                others = (
                    possible[other] & ~states for other, states in added.terms.items() if other is not candidate.key
                )
                if not any(others):
                    clash = added
        return clash

    def _hint(self, candidate: Candidate) -> None:
        """Let older versions be fetched ahead if many of a key were tried."""
        key = candidate.key
        tried = self._tried[key] = self._tried.get(key, 0) + 1
        if tried in (5, 10) or tried % 20 == 0:
            specifiers = {
                demand.specifier
                for one in self._assigned.decisions.values()
                if self._proxies.target(one.key) is None
                for demand in self.chooser.demands(one)
                if demand.key is key
            }
            self.chooser.hint_older(candidate, sorted(specifiers))

    # -- knowledge -----------------------------------------------------------------------------------------------------

    def _add_key(self, key: Key) -> None:
        everything = self._continuum.everything(self.chooser.package(key.project))
        self._everything[key] = self._assigned.possible[key] = everything
        self._about[key] = []

    def _add_demand(self, candidate: Candidate, demand: Demand) -> Incompatibility | None:
        """Add that a version asks for another key; versions that ask for the same do so in one incompatibility."""
        asking, wanted = candidate.key, demand.key
        refused = self._everything[wanted] & ~self._continuum.wanted(self.chooser.package(wanted.project), demand)
        states = self._continuum.around(candidate.package, candidate.bit)
        if asking is wanted:
            if not refused & states_of(candidate.bit):
                return None
            return self._add(Incompatibility({asking: states}, wanted=wanted))
        place = (asking, wanted, refused)
        same = self._wants.get(place)
        if same is not None:
            if same.terms[asking] & states_of(candidate.bit):
                return same
            for key in same.terms:
                self._about[key].remove(same)
            self._idle.pop(same, None)
            states |= same.terms[asking]
        terms = {asking: states}
        if refused != self._everything[wanted]:
            terms[wanted] = refused
        added = Incompatibility(terms, wanted=wanted)
        self._wants[place] = added
        return self._add(added)

    def _add(self, incompatibility: Incompatibility) -> Incompatibility:
        for key in incompatibility.terms:
            self._about[key].append(incompatibility)
        return incompatibility

    # -- propagation ---------------------------------------------------------------------------------------------------

    def _propagate(self) -> None:
        """Derive all that follows from what was changed."""
        changed = self._changed
        while changed:
            self._propagate_one(changed.pop())

    def _propagate_one(self, key: Key) -> None:
        """Derive what follows from a key: the only open term of an incompatibility cannot hold."""
        possible, idle, changed = self._assigned.possible, self._idle, self._changed
        for one in reversed(self._about[key]):
            if one in idle:
                continue
            open_key: Key | None = None
            for other, states in one.terms.items():
                known = possible[other]
                if not known & ~states:
                    continue
                if not known & states:
                    idle[one] = self._assigned.level
                    break
                if open_key is not None:
                    break
                open_key = other
            else:
                if open_key is None:
                    self._resolve(one)
                    return
                self._assigned.derive(open_key, possible[open_key] & ~one.terms[open_key], one)
                idle[one] = self._assigned.level
                if open_key not in changed:
                    changed.append(open_key)

    def _resolve(self, contradicted: Incompatibility) -> None:
        """Find the root cause of a contradiction, go back to before it and rule it out."""
        root = self.chooser.root.key
        cause = contradicted
        while True:
            if not cause.terms or cause.terms.keys() == {root}:
                raise DeadEndError(
                    DeadEnd(root, ()),
                    why={},
                    asked=self._asked,
                    proof=demands_behind(cause, self.chooser, proxies=self._proxies, continuum=self._continuum),
                )
            assignment, previous_level = self._assigned.satisfier(cause)
            key = assignment.key
            if assignment.cause is None or previous_level < assignment.level:
                break
            cause = cause.resolved_with(assignment.cause, key, everything=self._everything[key])
            self._turns.count(key, cause)
        self._return_to(previous_level, key)
        if cause is not contradicted:
            self._add(cause)
        self._assigned.derive(key, self._assigned.possible[key] & ~cause.terms[key], cause)
        self._idle[cause] = self._assigned.level
        self._changed[:] = [key]
        self._turns.count(key, cause)

    # -- going back ----------------------------------------------------------------------------------------------------

    def _return_to(self, level: int, because: Key) -> None:
        self._has_gone_back = True
        for candidate in self._assigned.return_to(level):
            self._tell_rejected(candidate, f"a conflict about `{because!r}` was found")
        idle = self._idle
        while idle:
            last, at = idle.popitem()
            if at <= level:
                idle[last] = at
                break

    def _change_places(self) -> None:
        """Let those who kept contradicting each other change places; who is decided later now is decided anew."""
        for late in self._turns.change():
            level = self._assigned.level_of(late)
            if level is not None:
                self._return_to(level - 1, late)

    def _tell_rejected(self, candidate: Candidate, reason: str) -> None:
        if self._progress.emit is not None and candidate.key.is_base and candidate.key.project:
            self._progress.emit(Backtracked(candidate.key.project, candidate.version, reason))
