"""Why there is no answer: which requirements exclude each other or find nothing, who makes them, and what would help.

Of all that a failed search knows, the smallest part that still contradicts itself is told: first what cannot be met, in
the order in which it follows, then the way from the reader's own requirements to it. Every requirement is told once,
with all the versions that make it, and the text is the same whichever engine failed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from uvkit.errors import Cause, ResolutionImpossibleError, UnusableVersions
from uvkit.model import ConflictItem, ProjectName, Target, Universal
from uvkit.resolver.candidates.packages import IndexPackage, Package
from uvkit.resolver.demands.demands import Dependency
from uvkit.resolver.demands.scope import Fork
from uvkit.resolver.keys import Key
from uvkit.resolver.search.choosing import Chooser
from uvkit.resolver.search.deadends import DeadEndError
from uvkit.resolver.search.universe import project_python

from .advice import advice
from .contradiction import Contradiction, Group
from .facts import Requires
from .phrases import (
    available,
    differing_phrase,
    has_place_between,
    joined,
    positions,
    python_phrase,
    refusals_phrase,
    requires_phrase,
    subject,
)

# Of a contradiction that is larger, the reader gets the beginning.
_MOST_GROUPS = 6
_MOST_WAYS = 8
_MOST_STATEMENTS = 6
# From so many on, requirements that differ from version to version are told by the first and the last.
_FEW_DIFFERENCES = 4


def impossible(error: DeadEndError, chooser: Chooser) -> ResolutionImpossibleError:
    """Return the error for a search that ended without an answer."""
    contradiction = Contradiction.of(error, chooser)
    text = Text(contradiction, chooser)
    sentences = text.sentences()
    ground = chooser.ground
    choice = ground.choice
    return ResolutionImpossibleError(
        causes=tuple(text.causes()),
        unusable=tuple(text.unusable()),
        marker=str(ground.marker) if isinstance(ground, Fork) else "",
        included=tuple(sorted(map(_item, choice.included))),
        excluded=tuple(sorted(map(_item, choice.excluded))),
        explanation=sentences[0] if len(sentences) == 1 else "".join(f"\n  {sentence}" for sentence in sentences),
        advice=advice(contradiction, chooser),
    )


def _item(item: ConflictItem) -> str:
    if item.extra is not None:
        return f"{item.project}[{item.extra}]"
    return item.project if item.group is None else f"{item.project}:{item.group}"


class Text:
    """The sentences about a contradiction, and the same as values."""

    def __init__(self, contradiction: Contradiction, chooser: Chooser) -> None:
        self._contradiction = contradiction
        self._chooser = chooser
        request = chooser.universe.request
        self._with_marker = isinstance(request.target, Universal)
        self._python = python_phrase(
            request.target.markers["python_full_version"]
            if isinstance(request.target, Target)
            else project_python(request)
        )

    # -- values --------------------------------------------------------------------------------------------------------

    def causes(self) -> Iterator[Cause]:
        """Yield every requirement that takes part, with what it rules out."""
        for fact in self._contradiction.requirements():
            package = self._package(fact.dependency.project)
            asking = self._package(fact.key.project)
            is_root = fact.key is self._chooser.root.key
            (_, left), *_ = fact.wants
            yield Cause(
                requirement=str(fact.dependency),
                required_by="you" if is_root else subject(fact.key, asking, fact.makers)[0].replace("`", ""),
                project=fact.dependency.project,
                dependent="" if is_root else repr(fact.key),
                versions=() if is_root else tuple(map(asking.text, positions(fact.makers))),
                marker=str(fact.dependency.marker),
                role="requirement" if fact.dependency.role == "self" else fact.dependency.role,
                rejected=tuple(package.text(position) for position in positions(package.full & ~left)),
            )

    def unusable(self) -> Iterator[UnusableVersions]:
        """Yield the versions that would be needed but cannot be used, and why."""
        for fact in self._contradiction.unusable():
            package = self._package(fact.project)
            yield UnusableVersions(
                project=fact.project,
                versions=tuple(map(package.text, positions(fact.versions))),
                reason=fact.refusal.code,
                detail=fact.refusal.detail,
            )

    # -- sentences -----------------------------------------------------------------------------------------------------

    def sentences(self) -> list[str]:
        """Return the explanation."""
        groups = self._contradiction.groups
        told = [self._about(group) for group in groups[:_MOST_GROUPS]]
        if len(groups) > _MOST_GROUPS:
            rest = ", ".join(f"`{group.project}`" for group in groups[_MOST_GROUPS:][:_MOST_GROUPS])
            told.append(f"and there are more contradictions, about {rest}")
        ways = list(self._ways())
        if len(ways) > _MOST_WAYS:
            # The ends are nearest to what fails, and to the reader.
            half = _MOST_WAYS // 2
            ways[half:-half] = [f"{len(ways) - 2 * half} further requirements lead there"]
        return [*told, *ways] or ["the requirements cannot be met together"]

    def _package(self, project: ProjectName) -> Package:
        return self._chooser.package(project)

    def _about(self, group: Group) -> str:
        """Return who asks for a project, and why that cannot be met."""
        package = self._package(group.project)
        parts = self._statements(group.facts)
        if group.is_missing:
            return f"{joined(parts)}, but {self._missing(package)}"
        if group.refused:
            why = refusals_phrase(group.refused, package, python=self._python)
            return f"{joined(parts)}, {'but' if group.is_all_refused else 'and'} {why}"
        specifiers = [fact.dependency.specifier for fact in group.facts]
        if group.is_unmet or (group.is_joint and has_place_between(package, specifiers)):
            return f"{joined(parts)}, but {self._available(package, specifiers)}"
        if len(parts) == 1:
            return f"{parts[0]}, which exclude each other" if len(group.facts) > 1 else parts[0]
        return f"{joined(parts[:-1])}, but {parts[-1]}"

    def _available(self, package: Package, specifiers: Sequence[str]) -> str:
        if package.project in self._chooser.universe.question.members:
            return f"your `{package.project}` has version {package.text(0)}"
        return available(package, specifiers)

    @staticmethod
    def _missing(package: Package) -> str:
        if isinstance(package, IndexPackage) and package.pinned is not None:
            return f"`{package.project}` is not on the index `{package.pinned}`"
        return f"`{package.project}` is on none of the indexes"

    def _statements(self, facts: Iterable[Requires]) -> list[str]:
        """Return who requires what: all of one distribution together, those nearest to the reader last."""
        together: dict[tuple[Key, int, str, str | None], list[Dependency]] = {}
        for fact in facts:
            if self._is_membership(fact):
                continue
            place = (fact.key, fact.makers, fact.dependency.role, fact.dependency.group)
            together.setdefault(place, []).append(fact.dependency)
        by_key: dict[Key, list[tuple[int, list[Dependency]]]] = {}
        for (key, makers, _, _), dependencies in together.items():
            by_key.setdefault(key, []).append((makers, dependencies))
        found: list[str] = []
        for key, stated in by_key.items():
            found += self._of_one(key, stated)
        return found

    def _of_one(self, key: Key, stated: Sequence[tuple[int, list[Dependency]]]) -> list[str]:
        """Return what the versions of one key require."""
        package = self._package(key.project)
        if len(stated) > _FEW_DIFFERENCES and len({one.project for _, some in stated for one in some}) == 1:
            ordered = sorted(stated, key=lambda one: one[0], reverse=True)
            union = 0
            for makers, _ in ordered:
                union |= makers
            name, _ = subject(key, package, union)
            return [differing_phrase(name, [some[0] for _, some in ordered])]
        found = [
            requires_phrase(
                subject(key, package, makers),
                dependencies,
                is_root=key is self._chooser.root.key,
                with_marker=self._with_marker,
            )
            for makers, dependencies in sorted(stated, key=lambda one: one[0], reverse=True)
        ]
        if len(found) > _MOST_STATEMENTS:
            found[_MOST_STATEMENTS:] = [f"{len(found) - _MOST_STATEMENTS} others of `{key!r}` require more"]
        return found

    def _ways(self) -> Iterator[str]:
        """Yield how the reader's requirements lead to what cannot be met."""
        by_key: dict[Key, list[Requires]] = {}
        for fact in self._contradiction.ways:
            if not self._is_membership(fact):
                by_key.setdefault(fact.key, []).append(fact)
        for facts in by_key.values():
            yield joined(self._statements(facts))

    def _is_membership(self, fact: Requires) -> bool:
        """Tell whether a fact says no more than that something is the reader's own project."""
        dependency = fact.dependency
        members = self._chooser.universe.question.members
        return fact.key is self._chooser.root.key and dependency.project in members and not dependency.specifier
