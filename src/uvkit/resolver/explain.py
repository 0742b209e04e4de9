"""Why there is no answer: which requirements exclude each other or find nothing, who makes them, and what would help.

The search keeps, for every version it gave up, the dead end that it led to. From the last one backwards these form a
proof. Told are its leaves (requirements that no version satisfies together, projects that do not exist, versions that
may not be used), each once with all the versions that make the same demand, and then the way from the reader's own
requirements to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from uvkit.errors import Cause, ResolutionImpossibleError
from uvkit.model import ProjectName, Universal

from .advice import advice
from .candidates import Refusal
from .choosing import Chooser
from .deadends import Asked, Clash, DeadEnd, DeadEndError, Group, Statement
from .demands import Dependency, Role
from .keys import Key
from .packages import Candidate, IndexPackage, Package
from .phrases import available, refusals_phrase, requires_phrase, version_span
from .scope import Fork
from .versions import is_prerelease_text

# A proof can have thousands of leaves; the reader needs the first few, and the search for more must end.
_MOST_STEPS = 2000
_MOST_GROUPS = 6
_MOST_STATEMENTS = 5


def impossible(error: DeadEndError, chooser: Chooser) -> ResolutionImpossibleError:
    """Return the error for a search that ended without an answer."""
    proof = Proof(error, chooser)
    if error.groups is None:
        proof.collect(error.last)
    else:
        proof.groups.update(error.groups)
    sentences = proof.sentences()
    ground = chooser.ground
    return ResolutionImpossibleError(
        causes=tuple(proof.causes()),
        marker=str(ground.marker) if isinstance(ground, Fork) else "",
        explanation=sentences[0] if len(sentences) == 1 else "".join(f"\n  {sentence}" for sentence in sentences),
        advice=advice(proof.groups.values(), chooser),
    )


class Proof:
    """The leaves of a failed search."""

    def __init__(self, error: DeadEndError, chooser: Chooser) -> None:
        self._error = error
        self._chooser = chooser
        self._refusals = {(project, text): refusal for project, text, refusal in chooser.universe.refusals()}
        self._seen: set[int] = set()
        self.groups: dict[ProjectName, Group] = {}

    # -- collecting ----------------------------------------------------------------------------------------------------

    def collect(self, last: DeadEnd) -> None:
        """Find the leaves below a dead end."""
        waiting = [last]
        while waiting and len(self._seen) < _MOST_STEPS:
            step = waiting.pop()
            if id(step) not in self._seen:
                self._seen.add(id(step))
                waiting += reversed(list(self._step(step)))
        self._widen()

    def _widen(self) -> None:
        """Add the other versions given up that make the same demands: they failed with them, or were not even tried."""
        given_up: dict[Key, list[Candidate]] = {}
        for candidate in self._error.why:
            given_up.setdefault(candidate.key, []).append(candidate)
        for group in self.groups.values():
            for (key, dependency), candidates in group.made_by.items():
                candidates.update(one for one in given_up.get(key, ()) if self._chooser.has_asked_for(one, dependency))

    def _step(self, step: DeadEnd) -> Iterator[DeadEnd]:
        """Note what is final in a dead end, and yield those it rests on."""
        package = self._chooser.package(step.key.project)
        joint = self._joint(step.asked, package)
        if not joint:
            self._note_unmet(step.key, step.asked, package)
            return
        clashes: dict[Candidate, list[Clash]] = {}
        for clash in step.clashes:
            clashes.setdefault(clash.candidate, []).append(clash)
        refused: dict[str, Refusal] = {}
        for position in _positions(joint):
            candidate = package.candidate(step.key, position)
            refusal = self._refusal(package, position)
            if candidate in clashes:
                for clash in clashes[candidate]:
                    yield from self._clash(clash)
            elif candidate in self._error.why:
                yield self._error.why[candidate]
            elif refusal is not None:
                refused[package.text(position)] = refusal
        group = self._note(step.key, [one for one in step.asked if self._limits(one, package)])
        group.refused.update(refused)
        if refused and not group.made_by:
            self._note(step.key, step.asked[:1])

    def _limits(self, asked: Asked, package: Package) -> bool:
        return self._chooser.demand_mask(asked[0], package) != package.full

    def _refusal(self, package: Package, position: int) -> Refusal | None:
        text = package.text(position)
        known = self._refusals.get((package.project, text))
        if known is None and isinstance(package, IndexPackage) and package.rules.prerelease == "disallow":
            return Refusal("prerelease") if is_prerelease_text(text) else None
        return known

    def _clash(self, clash: Clash) -> Iterator[DeadEnd]:
        package = self._chooser.package(clash.key.project)
        joint = self._joint(clash.asked, package)
        if not joint:
            self._note_unmet(clash.key, clash.asked, package)
            return
        # What is left is possible in itself, but was found to lead nowhere.
        self._note(clash.key, [one for one in clash.asked if one[1] is clash.candidate])
        for position in _positions(joint):
            why = self._error.why.get(package.candidate(clash.key, position))
            if why is not None:
                yield why

    def _joint(self, asked: Iterable[Asked], package: Package) -> int:
        mask = package.full
        for demand, _ in asked:
            mask &= self._chooser.demand_mask(demand, package)
        return mask

    def _note_unmet(self, key: Key, asked: Sequence[Asked], package: Package) -> None:
        if isinstance(package, IndexPackage) and not package.listings:
            self._note(key, asked).is_missing = True
            return
        least = self._minimal(asked, package)
        group = self._note(key, least)
        if len(least) == 1:
            group.is_unmet = True
        else:
            group.is_torn = True

    def _minimal(self, asked: Sequence[Asked], package: Package) -> list[Asked]:
        """Return a smallest part of the demands that no version meets."""
        needed = list(asked)
        for one in asked:
            rest = [other for other in needed if other is not one]
            if not self._joint(rest, package):
                needed = rest
        return needed

    def _note(self, key: Key, asked: Iterable[Asked]) -> Group:
        group = self.groups.setdefault(key.project, Group(key.project))
        for demand, parent in asked:
            if demand.dependency is not None and parent is not None:
                group.made_by.setdefault(Statement(parent.key, demand.dependency), set()).add(parent)
        return group

    # -- telling -------------------------------------------------------------------------------------------------------

    def causes(self) -> Iterator[Cause]:
        """Yield every requirement that takes part, with what it rules out."""
        for group in self.groups.values():
            package = self._chooser.package(group.project)
            for (key, dependency), candidates in group.made_by.items():
                left = self._chooser.demand_mask(dependency.demands[0], package)
                yield Cause(
                    requirement=str(dependency),
                    required_by=self._who(key, candidates),
                    rejected=tuple(package.text(position) for position in _positions(package.full & ~left)),
                )

    def _who(self, key: Key, candidates: Iterable[Candidate]) -> str:
        if key is self._chooser.root.key:
            return "you"
        if key.project in self._chooser.universe.question.members:
            return repr(key)
        return f"{key!r} {version_span(candidates)}"

    def sentences(self) -> list[str]:
        """Return the explanation."""
        groups = sorted((group for group in self.groups.values() if group.made_by), key=lambda one: not one.is_final)
        told = [self._sentence(group) for group in groups[:_MOST_GROUPS]]
        if len(groups) > _MOST_GROUPS:
            rest = ", ".join(f"`{group.project}`" for group in groups[_MOST_GROUPS:][:_MOST_GROUPS])
            told.append(f"and there are more contradictions, about {rest}")
        told += self._ways(groups[:_MOST_GROUPS])
        return told or ["the requirements cannot be met together"]

    def _sentence(self, group: Group) -> str:
        parts = self._statements(group)
        if len(parts) > _MOST_STATEMENTS:
            parts = [*parts[:_MOST_STATEMENTS], f"{len(parts) - _MOST_STATEMENTS} others ask for more"]
        package = self._chooser.package(group.project)
        if group.is_missing:
            return f"{_and(parts)}, but `{group.project}` is on none of the indexes"
        if group.refused:
            return f"{_and(parts)}, but {refusals_phrase(group.project, group.refused, package)}"
        if group.is_unmet:
            return f"{_and(parts)}, but {available(package)}"
        if group.is_torn:
            return f"{_and(parts[:-1])}, but {parts[-1]}" if len(parts) > 1 else f"{parts[0]}, which exclude each other"
        return _and(parts)

    def _statements(self, group: Group) -> list[str]:
        """Return who demands what, the demands of one distribution together."""
        question = self._chooser.universe.question
        together: dict[tuple[Key, frozenset[Candidate], Role], list[Dependency]] = {}
        for (key, dependency), candidates in group.made_by.items():
            together.setdefault((key, frozenset(candidates), dependency.role), []).append(dependency)
        return [
            requires_phrase(
                key,
                dependencies,
                versions="" if key.project in question.members else version_span(candidates),
                with_marker=isinstance(question.request.target, Universal),
            )
            for (key, candidates, _), dependencies in together.items()
        ]

    def _ways(self, groups: Iterable[Group]) -> list[str]:
        """Return how the reader's requirements lead to those who take part."""
        told = {statement for group in groups for statement in group.made_by}
        found: dict[Key, dict[Dependency, Candidate]] = {}
        waiting = [statement.key for statement in told]
        seen: set[Key] = set()
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            demand, parent = self._error.asked.get(key, (None, None))
            if demand is None or parent is None:
                continue
            waiting.append(parent.key)
            if demand.dependency is not None and Statement(parent.key, demand.dependency) not in told:
                found.setdefault(parent.key, {})[demand.dependency] = parent
        ways = [self._way(key, found[key]) for key in sorted(found, key=lambda key: (not key.project, key.project))]
        return [way for way in ways if way]

    def _way(self, key: Key, dependencies: dict[Dependency, Candidate]) -> str:
        question = self._chooser.universe.question
        members = question.members
        wanted = sorted(dependencies, key=lambda one: one.project)
        if key is self._chooser.root.key and all(one.project in members for one in wanted):
            return ""
        return requires_phrase(
            key,
            wanted,
            versions="" if key.project in members else version_span(dependencies.values()),
            with_marker=isinstance(question.request.target, Universal),
        )


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _positions(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
