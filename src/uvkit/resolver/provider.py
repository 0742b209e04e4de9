"""The search on resolvelib: the only module that knows it.

resolvelib's loop of rounds, states and criteria is kept; the provider answers its questions from version sets that are
integers, one key at a time in uv's order. Three rules of resolvelib are replaced: a requirement that contradicts a
decision rejects the version that makes it instead of reopening the decision (as uv does); a dead end goes back to the
latest decision that takes part in it, whose version is then excluded for the recorded reasons; and a search can go on
from the copy of another's state, which is what a fork is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Criterion, RequirementsConflicted, ResolutionImpossible
from resolvelib.resolvers.resolution import Resolution
from resolvelib.structs import RequirementInformation, State

from uvkit.events import Backtracked, CandidatePinned
from uvkit.model import ProjectName

from .choosing import Chooser
from .deadends import Asked, Clash, DeadEnd, DeadEndError
from .demands import Demand
from .keys import Key
from .packages import Candidate
from .priorities import Priorities
from .progress import Progress
from .scope import Ground
from .universe import Universe

Information: TypeAlias = "RequirementInformation[Demand, Candidate]"


class Domain(Criterion[Demand, Candidate]):
    """The versions still open for one key; immutable.

    ``mask`` is none until the listing was fetched. ``excluded`` versions led to dead ends in which the decisions on the
    keys of ``blame`` took part.
    """

    __slots__ = ("blame", "excluded", "key", "mask")

    def __init__(  # one value, made in two places
        self,
        key: Key,
        information: Sequence[Information],
        *,
        mask: int | None,
        excluded: int = 0,
        blame: frozenset[Key] = frozenset(),
        candidates: Iterable[Candidate] = (),
    ) -> None:
        super().__init__(candidates, information, ())
        self.key = key
        self.mask = mask
        self.excluded = excluded
        self.blame = blame

    def with_candidates(self, candidates: Iterable[Candidate]) -> Domain:
        """Return the same domain, to be tried in this order."""
        return Domain(
            self.key,
            self.information,  # type: ignore[arg-type]  # a list, as resolvelib makes it
            mask=self.mask,
            excluded=self.excluded,
            blame=self.blame,
            candidates=candidates,
        )

    def without(self, candidates: int, blame: frozenset[Key]) -> Domain:
        """Return the domain without some versions, for the reasons given."""
        return Domain(
            self.key,
            self.information,  # type: ignore[arg-type]
            mask=None if self.mask is None else self.mask & ~candidates,
            excluded=self.excluded | candidates,
            blame=self.blame | blame,
        )


class Provider(AbstractProvider[Demand, Candidate, Key]):
    """Answers resolvelib's questions for one fork."""

    def __init__(self, chooser: Chooser, priorities: Priorities) -> None:
        self._chooser = chooser
        self._priorities = priorities

    def identify(self, requirement_or_candidate: Demand | Candidate) -> Key:
        """Return the key of a demand or candidate."""
        return requirement_or_candidate.key

    def narrow_requirement_selection(  # type: ignore[override]  # the other arguments play no part
        self, identifiers: Iterable[Key], **_: object
    ) -> Iterable[Key]:
        """Return the one key to decide next."""
        return (min(identifiers, key=self._priorities.order.__getitem__),)

    def get_preference(self, identifier: Key, **_: object) -> int:  # type: ignore[override]  # likewise
        """Return the place of a key in the order of decisions."""
        return self._priorities.order[identifier]

    def find_matches(
        self,
        identifier: Key,
        requirements: Mapping[Key, Iterator[Demand]],
        incompatibilities: Mapping[Key, Iterator[Candidate]],
    ) -> Iterable[Candidate]:
        """Return what `Search` would try for a key, for a caller that does not keep domains."""
        mask = self._chooser.mask(identifier, requirements[identifier])
        for candidate in incompatibilities[identifier]:
            mask &= ~candidate.bit
        return self._chooser.usable(identifier, mask, {})

    def is_satisfied_by(self, requirement: Demand, candidate: Candidate) -> bool:
        """Tell whether a candidate is what a demand asks for."""
        return bool(self._chooser.demand_mask(requirement, candidate.package) & candidate.bit)

    def get_dependencies(self, candidate: Candidate) -> Iterable[Demand]:
        """Return what a candidate asks for in this fork."""
        demands = self._chooser.demands(candidate)
        see, is_direct = self._priorities.see, self._chooser.is_direct
        for demand in demands:
            see(demand, is_direct=is_direct(demand.key.project))
        return demands


class Reporter(BaseReporter[Demand, Candidate, Key]):
    """Turns resolvelib's remarks into progress, events and counts of conflicts."""

    def __init__(self, progress: Progress, on_rejection: Callable[[Candidate, Domain], None]) -> None:
        self._progress = progress
        self._on_rejection = on_rejection
        self._decided = 0

    def starting_round(self, index: int) -> None:  # noqa: ARG002  # resolvelib's signature
        """Stop at the caller's wish or at the time limit."""
        self._progress.round()

    def rejecting_candidate(self, criterion: Criterion[Demand, Candidate], candidate: Candidate) -> None:
        """Remember why a version was rejected."""
        assert isinstance(criterion, Domain)
        self._on_rejection(candidate, criterion)
        if self._progress.emit is not None and candidate.key.is_base:
            reason = f"its requirements on `{criterion.key!r}` cannot be met"
            self._progress.emit(Backtracked(candidate.key.project, candidate.version, reason))

    def pinning(self, candidate: Candidate) -> None:
        """Tell of a decision."""
        self._decided += 1
        if self._progress.emit is not None and candidate.key.is_base and candidate.key.project:
            self._progress.emit(CandidatePinned(candidate.key.project, candidate.version, self._decided))


class Search(Resolution[Demand, Candidate, Key]):
    """One run over one fork."""

    _p: Provider
    _states: list[State[Demand, Candidate, Key]]

    def __init__(
        self,
        chooser: Chooser,
        progress: Progress,
        *,
        priorities: Priorities,
        resume: list[State[Demand, Candidate, Key]] | None = None,
    ) -> None:
        self.chooser: Final = chooser
        self.priorities: Final = priorities
        self._progress = progress
        self._resume = resume
        self._rejections: list[tuple[Candidate, Domain]] = []
        self._demoted: ProjectName | None = None
        self._failed: Key | None = None
        self._last: DeadEnd | None = None
        self._why: dict[Candidate, DeadEnd] = {}
        self._asked: dict[Key, Asked] = {}
        super().__init__(Provider(chooser, priorities), Reporter(progress, self._reject))

    @classmethod
    def start(cls, universe: Universe, ground: Ground, progress: Progress) -> Search:
        """Return a search that has decided nothing."""
        return cls(Chooser(universe, ground), progress, priorities=Priorities())

    def branch(self, ground: Ground, forced: Candidate | None) -> Search:
        """Return a search that goes on from here for a part of the fork, with a version that stays chosen if given."""
        top = self._states[-1]
        states = [
            *self._states[:-1],
            State(mapping=top.mapping.copy(), criteria=top.criteria.copy(), backtrack_causes=[]),
        ]
        chooser = self.chooser.branch(ground, top.mapping.values(), forced)
        search = Search(chooser, self._progress, priorities=self.priorities.copy(), resume=states)
        search._why.update(self._why)
        search._asked.update(self._asked)
        return search

    def run(self) -> Mapping[Key, Candidate]:
        """Return the decision on every key.

        Raises:
            Split: the fork must be divided.
            DeadEndError: there is no answer.
        """
        root = self.chooser.root
        self.priorities.fix(root.key)
        demands = () if self._resume is not None else (Demand(root.key, "", None),)
        try:
            return self.resolve(demands, max_rounds=sys.maxsize).mapping
        except ResolutionImpossible as error:
            last = self._last or DeadEnd(root.key, ())
            raise DeadEndError(last, why=self._why, asked=self._asked) from error

    # -- resolvelib's steps, replaced ----------------------------------------------------------------------------------

    def _push_new_state(self) -> None:
        if self._resume is not None:
            self._states, self._resume = self._resume, None
            return
        super()._push_new_state()

    def _is_current_pin_satisfying(self, name: Key, criterion: Criterion[Demand, Candidate]) -> bool:  # noqa: ARG002
        # A decision is never contradicted: whatever would do so is rejected when its requirements are read.
        return name in self._states[-1].mapping

    def _add_to_criteria(
        self, criteria: dict[Key, Criterion[Demand, Candidate]], requirement: Demand, parent: Candidate | None
    ) -> None:
        key = requirement.key
        information = RequirementInformation(requirement, parent)
        package = self.chooser.known(key.project)
        mask = None if package is None else self.chooser.demand_mask(requirement, package)
        if parent is not None and parent.key is key:
            if mask is not None and not mask & parent.bit:
                raise RequirementsConflicted(Domain(key, [information], mask=0))
            return
        old = criteria.get(key)
        if old is None:
            domain = Domain(key, [information], mask=mask)
            self._asked[key] = information
        else:
            assert isinstance(old, Domain)
            if mask is not None and package is not None:
                before = old.mask
                if before is None:
                    before = self.chooser.mask(key, old.iter_requirement()) & ~old.excluded
                mask &= before
            domain = Domain(key, [*old.information, information], mask=mask, excluded=old.excluded, blame=old.blame)
        if mask is not None:
            pin = self._states[-1].mapping.get(key)
            if not mask or (pin is not None and not mask & pin.bit):
                raise RequirementsConflicted(domain)
        criteria[key] = domain

    def _attempt_to_pin_criterion(self, name: Key) -> list[Criterion[Demand, Candidate]]:
        state = self._states[-1]
        domain = state.criteria[name]
        assert isinstance(domain, Domain)
        self._failed = name
        self._rejections = []
        state.criteria[name] = bound = domain.with_candidates(self._candidates(domain, state))
        causes = super()._attempt_to_pin_criterion(name)
        if not causes and name not in self._states[-1].mapping:
            return [bound]  # nothing to try at all, which resolvelib would take for success
        return causes

    def _candidates(self, domain: Domain, state: State[Demand, Candidate, Key]) -> Iterator[Candidate]:
        """Yield the usable versions of a key, best first."""
        key, chooser = domain.key, self.chooser
        mask = domain.mask
        if mask is None:
            mask = chooser.mask(key, domain.iter_requirement()) & ~domain.excluded
        if not key.is_base:
            base = state.criteria.get(chooser.base(key))
            if isinstance(base, Domain):
                pin = state.mapping.get(base.key)
                mask &= pin.bit if pin is not None else chooser.mask(base.key, base.iter_requirement()) & ~base.excluded
        specifiers = [demand.specifier for demand in domain.iter_requirement()]
        for tried, candidate in enumerate(chooser.usable(key, mask, state.mapping)):
            if self._demoted is not None:
                return
            yield candidate
            if tried in (4, 9) or tried % 20 == 19:
                chooser.hint_older(candidate, specifiers)

    def _reject(self, candidate: Candidate, domain: Domain) -> None:
        self._rejections.append((candidate, domain))
        culprit = domain.key.project
        if self.priorities.blame(candidate.key.project, culprit) and self._is_decided(culprit):
            self._demoted = culprit

    def _is_decided(self, project: ProjectName) -> bool:
        return any(key.project == project for key in self._states[-1].mapping)

    # -- going back ----------------------------------------------------------------------------------------------------

    def _backjump(self, causes: list[Information]) -> bool:
        if self._demoted is not None:
            project, self._demoted = self._demoted, None
            self._unwind(project)
            return True
        failed = self._failed
        assert failed is not None
        step = self._dead_end(failed)
        reasons = self._reasons(failed)
        while True:
            level = self._latest(reasons)
            if level is None:
                self._last = step
                raise ResolutionImpossible(causes)
            key, candidate = next(reversed(self._states[level].mapping.items()))
            self._why[candidate] = step
            dropped = self._states[-1].criteria
            reasons.discard(key)
            del self._states[level:]
            super()._push_new_state()
            state = self._states[-1]
            self._carry(dropped, state)
            domain = state.criteria[key]
            assert isinstance(domain, Domain)
            left = domain.without(candidate.bit, frozenset(reasons))
            state.criteria[key] = left
            self.priorities.blame(key.project, failed.project)
            if left.mask is None or left.mask:
                return True
            step = DeadEnd(key, tuple(left.information))
            reasons |= _keys_of(left)
            reasons.discard(key)

    def _dead_end(self, key: Key) -> DeadEnd:
        found = [
            Clash(candidate, domain.key, tuple(domain.information), domain.excluded)
            for candidate, domain in self._rejections
        ]
        return DeadEnd(key, tuple(self._states[-1].criteria[key].information), tuple(found))

    def _reasons(self, key: Key) -> set[Key]:
        """Return the decided keys because of which every version of a key failed."""
        state = self._states[-1]
        domain = state.criteria[key]
        assert isinstance(domain, Domain)
        found = _keys_of(domain)
        if not key.is_base:
            base = self.chooser.base(key)
            beside = state.criteria.get(base)
            if isinstance(beside, Domain):
                found |= _keys_of(beside)
            found.add(base)
        for _, rejected in self._rejections:
            found |= _keys_of(rejected)
            found.add(rejected.key)
        found.discard(key)
        return {one for one in found if one in state.mapping}

    def _latest(self, keys: set[Key]) -> int | None:
        """Return the position of the state that made the latest decision on one of the keys."""
        for level in range(len(self._states) - 2, 0, -1):
            mapping = self._states[level].mapping
            if mapping and next(reversed(mapping)) in keys:
                return level
        return None

    def _unwind(self, project: ProjectName) -> None:
        """Go back to before the first decision on a project."""
        for level, state in enumerate(self._states):
            if state.mapping and next(reversed(state.mapping)).project == project:
                dropped = self._states[-1].criteria
                del self._states[level:]
                super()._push_new_state()
                self._carry(dropped, self._states[-1])
                return

    @staticmethod
    def _carry(dropped: Mapping[Key, Criterion[Demand, Candidate]], state: State[Demand, Candidate, Key]) -> None:
        """Keep what was excluded because of decisions that still stand."""
        decided = state.mapping
        for key, domain in dropped.items():
            if not isinstance(domain, Domain) or not domain.excluded:
                continue
            known = state.criteria.get(key)
            if isinstance(known, Domain) and all(one in decided for one in domain.blame):
                state.criteria[key] = known.without(domain.excluded, domain.blame)


def _keys_of(domain: Domain) -> set[Key]:
    found = {one.parent.key for one in domain.information if one.parent is not None}
    found |= domain.blame
    return found
