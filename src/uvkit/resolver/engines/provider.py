"""The search on resolvelib: the only module that knows it.

resolvelib's states, criteria and steps are kept; the provider answers its questions from version sets that are
integers. Four of its rules are replaced: the next key is found without looking at every criterion (in uv's order); a
requirement that contradicts a decision rejects the version that makes it instead of reopening the decision (as uv
does); a dead end goes back to the latest decision that takes part in it and rules out all that would end alike; and a
search can go on from the copy of another's state, which is what a fork is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from resolvelib import AbstractProvider, BaseReporter
from resolvelib.resolvers import Criterion, RequirementsConflicted, ResolutionImpossible, ResolutionTooDeep
from resolvelib.resolvers.resolution import Resolution
from resolvelib.structs import RequirementInformation, State

from uvkit.events import Backtracked, CandidatePinned
from uvkit.model import ProjectName
from uvkit.resolver.candidates.packages import Candidate
from uvkit.resolver.demands.demands import Demand
from uvkit.resolver.demands.scope import Ground
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.deadends import Asked, Clash, DeadEnd, DeadEndError
from uvkit.resolver.search.priorities import Priorities
from uvkit.resolver.search.progress import Progress
from uvkit.resolver.search.universe import Universe

from .conflicts import Nogood, Reasons

# More would cost more to compare than they save.
_MOST_NOGOODS: Final = 64

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

    @property
    def last_demand(self) -> Demand:
        """Return the demand added last."""
        demand: Demand = self.information[-1].requirement  # type: ignore[index]
        return demand

    def asked_by(self, candidate: Candidate) -> Domain:
        """Return the domain as if another candidate had made the last demand."""
        *before, (demand, _) = self.information
        information = [*before, RequirementInformation(demand, candidate)]
        return Domain(self.key, information, mask=self.mask, excluded=self.excluded, blame=self.blame)

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
    """Answers resolvelib's questions for one fork; `Search` itself finds candidates and the order of decisions."""

    def __init__(self, chooser: Chooser, priorities: Priorities) -> None:
        self._chooser = chooser
        self._priorities = priorities

    def identify(self, requirement_or_candidate: Demand | Candidate) -> Key:
        """Return the key of a demand or candidate."""
        return requirement_or_candidate.key

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
        self._rejections: list[tuple[Candidate, Domain]] = []
        self._failing: dict[Demand, Domain] = {}
        self._skipped_for: set[Key] = set()
        self._nogoods: dict[Key, list[Nogood]] = {}
        self._demoted: ProjectName | None = None
        self._failed: Key | None = None
        self._last: DeadEnd | None = None
        self._why: dict[Candidate, DeadEnd] = {}
        self._asked: dict[Key, Asked] = {}
        super().__init__(Provider(chooser, priorities), Reporter(progress, self._reject))
        if resume is not None:
            self._states = resume

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
        try:
            return self.resolve((Demand(root.key, "", None),), max_rounds=sys.maxsize).mapping
        except ResolutionImpossible as error:
            last = self._last or DeadEnd(root.key, ())
            raise DeadEndError(last, why=self._why, asked=self._asked) from error

    # -- resolvelib's steps, replaced ----------------------------------------------------------------------------------

    def resolve(self, requirements: Iterable[Demand], max_rounds: int) -> State[Demand, Candidate, Key]:
        """Decide one key after the other; resolvelib's own loop looks at every criterion twice a round."""
        if not self._states:
            # resolvelib takes an OrderedDict for the mapping, which copies ten times slower than a plain dictionary.
            self._states = [State(mapping={}, criteria={}, backtrack_causes=[])]
            for requirement in requirements:
                self._add_to_criteria(self.state.criteria, requirement, parent=None)
            self._push_new_state()
        order = self.priorities.order.__getitem__
        for number in range(max_rounds):
            self._r.starting_round(index=number)
            state = self._states[-1]
            undecided = state.criteria.keys() - state.mapping.keys()
            if not undecided:
                return state
            causes = self._attempt_to_pin_criterion(min(undecided, key=order))
            if causes:
                self._backjump(self._extract_causes(causes))
            else:
                self._push_new_state()
        raise ResolutionTooDeep(max_rounds)

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
        self._failing = {}
        self._skipped_for = set()
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
            known = self._known_failure(candidate)
            if known is not None:
                self._r.rejecting_candidate(known, candidate)
            elif not self._is_nogood(candidate, state.mapping):
                yield candidate
            if tried in (4, 9) or tried % 20 == 19:
                chooser.hint_older(candidate, specifiers)

    def _known_failure(self, candidate: Candidate) -> Domain | None:
        """Return what the candidate will run into, if another version of it did before with the same demand.

        Nothing is added to the state while the versions of one key are tried, and most versions ask for the same.
        """
        if self._failing:
            for demand in self._p.get_dependencies(candidate):
                domain = self._failing.get(demand)
                if domain is not None:
                    return domain.asked_by(candidate)
        return None

    def _is_nogood(self, candidate: Candidate, decided: Mapping[Key, Candidate]) -> bool:
        """Tell whether the candidate makes demands that led to a dead end under decisions that still stand."""
        nogoods = self._nogoods.get(candidate.key)
        if not nogoods:
            return False
        demands = frozenset(self._p.get_dependencies(candidate))
        for nogood in reversed(nogoods):
            if nogood.demands <= demands and all(decided.get(key) is one for key, one in nogood.context):
                self._skipped_for.update(key for key, _ in nogood.context)
                self._why[candidate] = nogood.step
                return True
        return False

    def _reject(self, candidate: Candidate, domain: Domain) -> None:
        self._rejections.append((candidate, domain))
        self._failing[domain.last_demand] = domain
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
            level = self._latest(reasons.keys())
            if level is None:
                self._last = step
                raise ResolutionImpossible(causes)
            key, candidate = next(reversed(self._states[level].mapping.items()))
            self._learn(candidate, reasons, step)
            ruled_out = reasons.ruled_out(candidate)
            reasons.discard(key)
            self._return_to(level)
            state = self._states[-1]
            left = _domain(state, key).without(ruled_out, frozenset(reasons.keys()))
            state.criteria[key] = left
            self.priorities.blame(key.project, failed.project)
            if left.mask is None or left.mask:
                return True
            step = DeadEnd(key, tuple(left.information))
            reasons.add_limits(left)
            reasons.discard(key)

    def _learn(self, candidate: Candidate, reasons: Reasons, step: DeadEnd) -> None:
        """Remember why a version is given up."""
        self._why[candidate] = step
        nogood = reasons.nogood(candidate.key, self._states[-1].mapping.items(), step)
        if nogood is not None:
            known = self._nogoods.setdefault(candidate.key, [])
            known.append(nogood)
            del known[:-_MOST_NOGOODS]

    def _return_to(self, level: int) -> None:
        """Go back to before the decision of a level."""
        dropped = self._states[-1].criteria
        del self._states[level:]
        self._push_new_state()
        self._carry(dropped, self._states[-1])

    def _dead_end(self, key: Key) -> DeadEnd:
        found = [
            Clash(candidate, domain.key, tuple(domain.information), domain.excluded)
            for candidate, domain in self._rejections
        ]
        return DeadEnd(key, tuple(self._states[-1].criteria[key].information), tuple(found))

    def _reasons(self, key: Key) -> Reasons:
        """Return the decided keys because of which every version of a key failed."""
        state = self._states[-1]
        found = Reasons(self.chooser)
        found.add_limits(_domain(state, key))
        if not key.is_base:
            base = self.chooser.base(key)
            if base in state.mapping:
                found.add_opaque((base,))
            elif base in state.criteria:
                found.add_limits(_domain(state, base))
        seen: set[Demand] = set()
        for _, rejected in self._rejections:
            demand = rejected.last_demand
            if demand not in seen:
                seen.add(demand)
                found.add_clash(rejected)
        found.add_opaque(self._skipped_for)
        found.discard(key)
        return found

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
                self._return_to(level)
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


def _domain(state: State[Demand, Candidate, Key], key: Key) -> Domain:
    domain = state.criteria[key]
    assert isinstance(domain, Domain)
    return domain
