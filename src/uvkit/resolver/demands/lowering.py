"""From the metadata of one distribution to what the solver has to satisfy, the same for every fork.

Self references of extras are expanded in place, exclusions and overrides applied, constraints added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from packaging.version import Version

from uvkit.markers import MarkerSet
from uvkit.model import (
    DependencyRow,
    ExtraName,
    IndexSource,
    ProjectName,
    Requirement,
    extra_name,
    project_name,
    source_from_url,
)
from uvkit.resolver.candidates.candidates import Refusal
from uvkit.resolver.candidates.packages import Candidate, DirectPackage
from uvkit.resolver.request import StaticMetadata

from .conflict_sets import Items
from .demands import Dependency
from .question import Question

Dependencies: TypeAlias = "tuple[Dependency, ...]"

_EVERYWHERE = MarkerSet.everywhere()


class Lowering:
    """The dependencies of candidates, each worked out once."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._keys = question.keys
        self._rows: dict[DependencyRow, Dependency] = {}
        self._constrained: dict[tuple[Dependency, int], Dependency] = {}
        scopes = [one.scope for one in question.request.overrides] + [one.scope for one in question.request.excludes]
        self._scoped = {scope.project for scope in scopes if scope is not None}
        self._static = {one.project for one in question.request.dependency_metadata}
        self._root: Dependencies | None = None
        self._done: dict[Candidate, Dependencies | Refusal] = {}

    def root(self) -> Dependencies:
        """Return what is asked for at the top."""
        if self._root is None:
            self._root = tuple(self._governed(self._question.root_dependencies(), None, None))
        return self._root

    def of(self, candidate: Candidate) -> Dependencies | Refusal:
        """Return what a candidate asks for, or why its metadata is no use."""
        known = self._done.get(candidate)
        if known is None:
            try:
                known = self._of(candidate)
            except ValueError as error:
                known = Refusal("metadata", f"a requirement does not parse: {error}")
            self._done[candidate] = known
        return known

    def refusals(self) -> Iterator[tuple[Candidate, Refusal]]:
        """Yield the candidates whose requirements are no use."""
        for candidate, done in self._done.items():
            if isinstance(done, Refusal):
                yield candidate, done

    def requires_python(self, candidate: Candidate) -> str | None:
        """Return the Requires-Python of a candidate's metadata."""
        project, package = candidate.key.project, candidate.package
        if project in self._question.members:
            return None  # the project's own range is already the intersection of its members'
        static = self._static_metadata(candidate)
        if static is not None:
            return static.requires_python
        rows = package.metadata(candidate.position)
        return None if isinstance(rows, Refusal) else rows.requires_python

    def extras(self, candidate: Candidate) -> Iterable[str]:
        """Return the extras that a candidate has."""
        project = candidate.key.project
        member = self._question.members.get(project)
        if member is not None:
            return member.extras
        static = self._static_metadata(candidate)
        if static is not None:
            return static.provides_extra
        rows = candidate.package.metadata(candidate.position)
        return () if isinstance(rows, Refusal) else rows.extras

    def _static_metadata(self, candidate: Candidate) -> StaticMetadata | None:
        project = candidate.key.project
        if project not in self._static:
            return None
        package = candidate.package
        if isinstance(package, DirectPackage):
            return None  # whoever tells its metadata looks at what is stated first
        return self._question.static_metadata(project, package.version(candidate.position))

    def _of(self, candidate: Candidate) -> Dependencies | Refusal:
        key = candidate.key
        stated = self._stated(candidate)
        if isinstance(stated, Refusal):
            return stated
        # A group keeps its references to the project: they are what it installs.
        stated = list(stated)
        if key.extra is not None or (key.group is None and any(one.project == key.project for one in stated)):
            stated = self._expanded(candidate, stated)
        version = candidate.package.version(candidate.position) if key.project in self._scoped else None
        added = self._added(candidate, version) if key.project in self._scoped and not (key.extra or key.group) else ()
        return tuple(self._governed((*stated, *added), key.project, version))

    def _added(self, candidate: Candidate, version: Version | None) -> Iterator[Dependency]:
        """Yield the overrides below a distribution that replace nothing in it: they are requirements of its own."""
        project = candidate.key.project
        keys = [candidate.key, *(self._keys.of_extra(project, extra_name(one)) for one in self.extras(candidate))]
        stated = (self._stated(candidate.package.candidate(key, candidate.position)) for key in keys)
        names = {one.project for part in stated if not isinstance(part, Refusal) for one in part}
        for name, group in self._question.scoped_overrides(project, version).items():
            if name not in names:
                yield from group

    # -- what is stated ------------------------------------------------------------------------------------------------

    def _stated(self, candidate: Candidate) -> Iterable[Dependency] | Refusal:
        """Return the dependencies as the distribution states them for this key."""
        key = candidate.key
        member = self._question.members.get(key.project)
        if member is not None:
            return self._question.member_dependencies(member, key.extra, key.group)
        static = self._static_metadata(candidate)
        if static is not None:
            return self._from_requirements(static.requires_dist, key.extra)
        rows = candidate.package.metadata(candidate.position)
        if isinstance(rows, Refusal):
            return rows
        if rows.declared is not None:
            return self._from_requirements((one.requirement for one in rows.declared.requires_dist), key.extra)
        stated = rows.requires if key.extra is None else rows.extras.get(key.extra, ())
        return self._from_rows(stated, candidate)

    def _from_rows(self, rows: Iterable[DependencyRow], candidate: Candidate) -> list[Dependency] | Refusal:
        known = self._rows
        found: list[Dependency] = []
        for row in rows:
            dependency = known.get(row)
            if dependency is None:
                dependency = known[row] = self.from_row(row)
            if dependency.source is not None:
                refusal = self._foreign_source(dependency, candidate)
                if refusal is not None:
                    return refusal
            found.append(dependency)
        return found

    def from_row(self, row: DependencyRow) -> Dependency:
        """Return the dependency that a row of metadata states.

        Raises:
            ValueError: its specifier does not parse.
        """
        return Dependency(
            self._keys,
            project_name(row.project),
            extras=tuple(map(extra_name, row.extras)),
            specifier=row.specifier,
            marker=MarkerSet.parse(row.marker) if row.marker else _EVERYWHERE,
            source=source_from_url(row.url) if row.url else None,
        )

    def _foreign_source(self, dependency: Dependency, candidate: Candidate) -> Refusal | None:
        """Refuse direct references from an index: an index must not be able to point anywhere else."""
        source = dependency.source
        if isinstance(candidate.package, DirectPackage) or isinstance(source, IndexSource):
            return None
        if any(place.source == source for place in self._question.sources(dependency.project)):
            return None
        return Refusal(
            "metadata",
            f"it requires `{dependency.project}` from a URL, which only your own requirements may do",
        )

    def _from_requirements(self, requirements: Iterable[Requirement], extra: ExtraName | None) -> Iterator[Dependency]:
        for requirement in requirements:
            base = requirement.marker.with_extras(())
            marker = base if extra is None else requirement.marker.with_extra(extra, active=True).with_extras(()) - base
            if not marker.is_empty():
                yield Dependency.of(self._keys, requirement, marker=marker)

    def _expanded(self, candidate: Candidate, stated: Iterable[Dependency]) -> list[Dependency]:
        """Replace references of an extra to its own project by what they stand for."""
        project = candidate.key.project
        found: list[Dependency] = []
        seen: set[tuple[ExtraName, MarkerSet, Items]] = set()

        def add(dependencies: Iterable[Dependency], within: MarkerSet, outer: Items) -> None:
            for dependency in dependencies:
                guards = outer | dependency.guards
                if dependency.project != project:
                    found.append(self._within(dependency, within, guards))
                    continue
                marker = within & dependency.marker
                if dependency.specifier and not marker.is_empty():
                    found.append(self._limit_on_self(dependency, marker))
                for extra in dependency.extras:
                    if (extra, marker, guards) in seen or marker.is_empty():
                        continue
                    seen.add((extra, marker, guards))
                    key = self._keys.of_extra(project, extra)
                    inner = self._stated(candidate.package.candidate(key, candidate.position))
                    if not isinstance(inner, Refusal):
                        add(inner, marker, guards)

        add(stated, _EVERYWHERE, frozenset())
        return found

    def _limit_on_self(self, dependency: Dependency, marker: MarkerSet) -> Dependency:
        return Dependency(
            self._keys,
            dependency.project,
            specifier=dependency.specifier,
            marker=marker,
            origin=dependency.origin,
            role="self",
        )

    def _within(self, dependency: Dependency, within: MarkerSet, guards: Items) -> Dependency:
        marker = dependency.marker & within
        if marker is dependency.marker and guards == dependency.guards:
            return dependency
        return self._copy(dependency, marker, guards)

    def _copy(self, dependency: Dependency, marker: MarkerSet, guards: Items) -> Dependency:
        return Dependency(
            self._keys,
            dependency.project,
            extras=dependency.extras,
            groups=dependency.groups,
            specifier=dependency.specifier,
            marker=marker,
            source=dependency.source,
            group=dependency.group,
            origin=dependency.origin,
            role=dependency.role,
            base=dependency.base,
            guards=guards,
            asker=dependency.asker,
        )

    # -- what the request makes of it ----------------------------------------------------------------------------------

    def _governed(
        self, stated: Iterable[Dependency], project: ProjectName | None, version: Version | None
    ) -> list[Dependency]:
        """Apply exclusions, overrides and constraints; ``project`` is none for the root."""
        question = self._question
        overrides: Mapping[ProjectName, tuple[Dependency, ...]] = question.overrides
        excludes = question.excludes
        if project is not None and project in self._scoped:
            overrides = {**overrides, **question.scoped_overrides(project, version)}
            excludes = excludes | question.scoped_excludes(project, version)
        if not overrides and not excludes and not question.constraints:
            return list(stated)
        found: list[Dependency] = []
        for dependency in stated:
            if dependency.project in excludes and not (project is None and dependency.project in question.members):
                continue
            replaced = overrides.get(dependency.project) if dependency.project not in question.members else None
            if replaced is None:
                found.append(dependency)
            else:
                found += (one for one in replaced if one not in found)
        return self._limited(found)

    def _limited(self, dependencies: Sequence[Dependency]) -> list[Dependency]:
        """Add the constraints on what is required, each where both apply."""
        constraints = self._question.constraints
        if not constraints:
            return list(dependencies)
        found = list(dependencies)
        for dependency in dependencies:
            for number, constraint in enumerate(constraints.get(dependency.project, ())):
                limit = self._limit(dependency, constraint, number)
                if limit not in found and not limit.marker.is_empty():
                    found.append(limit)
        return found

    def _limit(self, dependency: Dependency, constraint: Requirement, number: int) -> Dependency:
        known = self._constrained.get((dependency, number))
        if known is None:
            known = self._constrained[dependency, number] = Dependency(
                self._keys,
                constraint.project,
                specifier=str(constraint.specifier),
                marker=constraint.marker & dependency.marker,
                source=constraint.source,
                group=dependency.group,
                origin=constraint.origin,
                role="constraint",
            )
        return known
