"""The search of our own: PubGrub on version sets that are integers.

Decisions are made in uv's order (`Priorities`). What contradicts is resolved to its root cause, which is kept, so that
no dead end is entered twice, and the search goes back to the decision that the cause hangs on. Projects that keep
contradicting each other change places, as in uv. A fork goes on from a copy of all that is decided and known.
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
from operator import attrgetter
from typing import Final

from uvkit.events import Backtracked, CandidatePinned
from uvkit.markers import PythonBounds
from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.demands.scope import Fork, Ground
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.continuum import ABSENT, ANY_PYTHON, Continuum, pythons_from, states_of
from uvkit.resolver.search.deadends import Asked, DeadEnd, DeadEndError
from uvkit.resolver.search.priorities import Priorities
from uvkit.resolver.search.progress import Progress
from uvkit.resolver.search.proxies import Proxies
from uvkit.resolver.search.universe import Universe

from .assignments import Assignments
from .derivation import demands_behind
from .incompatibility import Incompatibility
from .turns import Turns

_number: Final = attrgetter("number")


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
        # What is known, by each key it speaks of, from old to new. Where much was rejected nearly all of it cannot hold
        # any more: what is found so is left out until it may hold again, when the key gets unsorted.
        self._about: dict[Key, dict[Incompatibility, None]] = {}
        self._unsorted: set[Key] = set()
        self._learned = 0
        self._everything: dict[Key, int] = {}
        # Those that cannot hold any more, with the level they cannot hold at, in order.
        self._idle: dict[Incompatibility, int] = {}
        self._read: dict[Candidate, None] = {}
        self._wants: dict[tuple[Key, Key, int], Incompatibility] = {}
        self._tried: dict[Key, int] = {}
        self._asked: dict[Key, Asked] = {}
        self._changed: list[Key] = []
        self._decided = chooser.root.key  # last
        # The order as it was when what is known of a key last changed, which is the one that counts.
        self._order: dict[Key, int] = {}
        # The same as a heap. Entries of keys that are decided, or have another place by now, are dropped when met.
        self._queue: list[tuple[int, Key]] = []
        # What needs a newer Python than the fork has asks for it, as for any project: that there is none shows then.
        self._python = Key(chooser.root.key.project, None, None)
        # Until something went wrong, decisions are made without looking, as uv does: the first that contradicts what is
        # known goes back to where the contradiction comes from, later ones are not made.
        self._has_gone_back = False

    @classmethod
    def start(cls, universe: Universe, ground: Ground, progress: Progress) -> PubGrubSearch:
        """Return a search that has decided nothing."""
        proxies = Proxies(universe.keys, has_markers=isinstance(ground, Fork))
        search = cls(Chooser(universe, ground), progress, priorities=Priorities(), proxies=proxies)
        root = search.chooser.root
        search.priorities.fix(root.key)
        search.priorities.fix(search._python)
        search._about[search._python] = {}
        search._everything[search._python] = search._assigned.possible[search._python] = ANY_PYTHON
        search._add_key(root.key)
        search._assigned.derive(root.key, states_of(root.bit), search._add(Incompatibility({root.key: ABSENT})))
        return search

    def branch(self, ground: Ground, forced: Candidate | None) -> PubGrubSearch:
        """Return a search that goes on from here for a part of the fork, with a version that stays chosen if given."""
        read = [one for one in self._read if self._proxies.is_real(one.key)]
        chooser = self.chooser.branch(ground, read, forced)
        other = PubGrubSearch(chooser, self._progress, priorities=self.priorities.copy(), proxies=self._proxies)
        other._continuum = self._continuum
        other._python = self._python
        other._turns = self._turns.copy(other.priorities)
        other._assigned = self._assigned.copy()
        other._about = {key: known.copy() for key, known in self._about.items()}
        other._everything = self._everything.copy()
        other._idle = self._idle.copy()
        other._unsorted = self._unsorted.copy()
        other._learned = self._learned
        other._read = self._read.copy()
        other._wants = self._wants.copy()
        other._tried = self._tried.copy()
        other._asked = self._asked.copy()
        other._order = self._order.copy()
        other._queue = self._queue.copy()
        other._decided = self._decided
        other._has_gone_back = self._has_gone_back
        return other

    def run(self) -> Mapping[Key, Candidate]:
        """Return the decision on every key.

        Raises:
            Split: the fork must be divided.
            DeadEndError: there is no answer.
        """
        undecided, is_real = self._assigned.undecided, self._proxies.is_real
        while True:
            self._progress.round()
            self._propagate()
            if self._turns.are_due:
                self._change_places()
            if not undecided:
                return {key: candidate for key, candidate in self._assigned.decisions.items() if is_real(key)}
            self._decide(self._next())

    def _next(self) -> Key:
        """Return the key whose turn it is."""
        assigned, order, queue = self._assigned, self._order, self._queue
        places, undecided = self.priorities.order, assigned.undecided
        for key in assigned.outdated:
            order[key] = place = places[key]
            heappush(queue, (place, key))
        assigned.outdated.clear()
        while True:
            place, key = queue[0]
            if key in undecided and order[key] == place:
                return key
            heappop(queue)

    # -- decisions -----------------------------------------------------------------------------------------------------

    def _decide(self, key: Key) -> None:
        """Choose the best version of a key, or learn why there is none or why it may not be."""
        self._changed.append(key)
        self._decided = key
        if key is self._python:
            self._add(Incompatibility({key: self._assigned.possible[key]}))
            return
        candidate = self._choose(key)
        if candidate is None:
            return
        newer = self.chooser.wanted_python(self._proxies.real(candidate))
        if newer is not None:
            self._add_python(candidate, newer)
        elif candidate not in self._read:
            clash = self._read_demands(candidate)
            if clash is not None and self._has_gone_back:
                self._turns.count(key, clash, decided=key)
                self._tell_rejected(candidate, f"its requirements on `{clash.wanted!r}` cannot be met")
                return
        self._assigned.decide(candidate)
        if self._progress.emit is not None and key.is_base and key.project and self._proxies.is_real(key):
            self._progress.emit(CandidatePinned(key.project, candidate.version, self._assigned.level))

    def _choose(self, key: Key) -> Candidate | None:
        """Return the best version of a key, none if there is none, which is learned.

        What only chooses for others looks at what the index says of a version; its metadata is read in their turn.
        """
        proxies = self._proxies
        states = self._assigned.possible[key]
        package = self.chooser.package(key.project)
        versions = self._continuum.versions_in(package, states)
        unread, decisions = versions if proxies.is_stand_in(key) else 0, self._assigned.decisions
        one = self.chooser.best(proxies.original(key), versions, decisions, unread=unread)
        if one is None:
            self._add(Incompatibility({key: states}))
            return None
        return one if proxies.is_real(key) else package.candidate(key, one.position)

    def _read_demands(self, candidate: Candidate) -> Incompatibility | None:
        """Take in what a version asks for; return what of it contradicts what is known, if anything does."""
        demands = self._demands_of(candidate)
        self._see(demands)
        for demand in demands:
            link = self._proxies.link(demand)
            if link is not None:
                self._add_link(demand, link)
        self._read[candidate] = None
        self._hint(candidate)
        clash: Incompatibility | None = None
        possible = self._assigned.possible
        for demand in demands:
            added = self._add_demand(candidate, demand)
            if clash is None and added is not None:
                for other, states in added.terms.items():
                    if other is not candidate.key and possible[other] & ~states:
                        break
                else:
                    clash = added
        return clash

    def _demands_of(self, candidate: Candidate) -> list[Demand]:
        """Return what a version asks for, stand-ins in the place of what they stand for."""
        proxies = self._proxies
        if proxies.is_stand_in(candidate.key):
            return list(proxies.ties(candidate))
        real = proxies.real(candidate)
        stated = self.chooser.demands(real)
        for one in stated:
            self._asked.setdefault(one.key, (one, real))
        return [taken for one in stated if (taken := proxies.taken(one)) is not None]

    def _see(self, demands: list[Demand]) -> None:
        """Give what is asked for its place in the order; stand-ins and their projects come before the rest."""
        meet, see, is_direct, link_of = (
            self.priorities.meet,
            self.priorities.see,
            self.chooser.is_direct,
            self._proxies.link,
        )
        plain: list[Demand] = []
        for demand in demands:
            meet(demand.key.project)
        for demand in demands:
            link = link_of(demand)
            if link is None:
                plain.append(demand)
            else:
                see(demand, is_direct=is_direct(demand.key.project))
                see(link, is_direct=False)
        for demand in plain:
            see(demand, is_direct=is_direct(demand.key.project))

    def _hint(self, candidate: Candidate) -> None:
        """Let older versions be fetched ahead if many of a key were tried."""
        key = candidate.key
        if not self._proxies.is_real(key):
            return
        tried = self._tried[key] = self._tried.get(key, 0) + 1
        if tried in (5, 10) or tried % 20 == 0:
            specifiers = {
                demand.specifier
                for one in self._assigned.decisions.values()
                if self._proxies.is_real(one.key)
                for demand in self.chooser.demands(one)
                if demand.key is key
            }
            self.chooser.hint_older(candidate, sorted(specifiers))

    # -- knowledge -----------------------------------------------------------------------------------------------------

    def _add_key(self, key: Key) -> None:
        everything = self._continuum.everything(self.chooser.package(key.project))
        self._everything[key] = self._assigned.possible[key] = everything
        self._about[key] = {}

    def _add_demand(self, candidate: Candidate, demand: Demand) -> Incompatibility | None:
        """Add that a version asks for another key; versions that ask for the same do so in one incompatibility."""
        asking, wanted = candidate.key, demand.key
        if wanted not in self._about:
            self._add_key(wanted)
        refused = self._refused(demand)
        states = self._continuum.around(candidate.package, candidate.bit)
        if asking is wanted:
            if not refused & states_of(candidate.bit):
                return None
            return self._add(Incompatibility({asking: states}, wanted=wanted))
        same = self._wants.get((asking, wanted, refused))
        if same is not None and same.terms[asking] & states_of(candidate.bit):
            return same
        return self._add_wanted(asking, states, wanted=wanted, refused=refused)

    def _add_link(self, demand: Demand, link: Demand) -> None:
        """Add that a stand-in within some versions asks for its project within the same."""
        for key in (demand.key, link.key):
            if key not in self._about:
                self._add_key(key)
        refused = self._refused(link)
        self._add_wanted(demand.key, self._everything[link.key] & ~refused, wanted=link.key, refused=refused)

    def _add_python(self, candidate: Candidate, newer: PythonBounds) -> None:
        """Add that a version needs a newer Python than the fork has."""
        states = self._continuum.around(candidate.package, candidate.bit)
        refused = ANY_PYTHON & ~pythons_from(newer)
        same = self._wants.get((candidate.key, self._python, refused))
        if same is None or not same.terms[candidate.key] & states_of(candidate.bit):
            self._add_wanted(candidate.key, states, wanted=self._python, refused=refused)

    def _refused(self, demand: Demand) -> int:
        key = demand.key
        return self._everything[key] & ~self._continuum.wanted(self.chooser.package(key.project), demand)

    def _add_wanted(self, asking: Key, states: int, *, wanted: Key, refused: int) -> Incompatibility:
        place = (asking, wanted, refused)
        same = self._wants.get(place)
        if same is not None:
            for key in same.terms:
                self._about[key].pop(same, None)
            self._idle.pop(same, None)
            states |= same.terms[asking]
        terms = {asking: states}
        if refused != self._everything[wanted]:
            terms[wanted] = refused
        added = Incompatibility(terms, wanted=None if wanted is self._python else wanted)
        self._wants[place] = added
        return self._add(added)

    def _add(self, incompatibility: Incompatibility) -> Incompatibility:
        self._learned += 1
        incompatibility.number = self._learned
        for key in incompatibility.terms:
            self._about[key][incompatibility] = None
        return incompatibility

    # -- propagation ---------------------------------------------------------------------------------------------------

    def _propagate(self) -> None:
        """Derive all that follows from what was changed."""
        changed = self._changed
        unsorted, about = self._unsorted, self._about
        while changed:
            key = changed.pop()
            if key in unsorted:
                unsorted.remove(key)
                about[key] = dict.fromkeys(sorted(about[key], key=_number))
            if about[key]:
                self._propagate_one(key)

    def _propagate_one(self, key: Key) -> None:
        """Derive what follows from a key: the only open term of an incompatibility cannot hold."""
        possible, idle, changed = self._assigned.possible, self._idle, self._changed
        about = self._about[key]
        left_out: list[Incompatibility] = []
        for one in reversed(about):
            if one in idle:
                left_out.append(one)
                continue
            open_key: Key | None = None
            for other, states in one.terms.items():
                known = possible[other]
                common = known & states
                if common == known:
                    continue
                if not common:
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
        for one in left_out:
            del about[one]

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
            self._turns.count(key, cause, decided=self._decided)
        self._return_to(previous_level, key)
        if cause is not contradicted:
            self._add(cause)
        self._assigned.derive(key, self._assigned.possible[key] & ~cause.terms[key], cause)
        self._idle[cause] = self._assigned.level
        self._changed[:] = [key]
        self._turns.count(key, cause, decided=self._decided)

    # -- going back ----------------------------------------------------------------------------------------------------

    def _return_to(self, level: int, because: Key) -> None:
        self._has_gone_back = True
        about = "what needs a newer Python" if because is self._python else f"`{because!r}`"
        for candidate in self._assigned.return_to(level):
            self._tell_rejected(candidate, f"a conflict about {about} was found")
        idle = self._idle
        while idle:
            last, at = idle.popitem()
            if at <= level:
                idle[last] = at
                break
            for key in last.terms:
                if last not in self._about[key]:
                    self._about[key][last] = None
                    self._unsorted.add(key)

    def _change_places(self) -> None:
        """Let those who kept contradicting each other change places; who is decided later now is decided anew."""
        for late in self._turns.change():
            level = self._assigned.level_of(late)
            if level is not None:
                self._return_to(level - 1, late)

    def _tell_rejected(self, candidate: Candidate, reason: str) -> None:
        if self._progress.emit is not None and candidate.key.is_base and candidate.key.project:
            self._progress.emit(Backtracked(candidate.key.project, candidate.version, reason))
