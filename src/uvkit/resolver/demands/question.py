"""The request, looked up once: who is a member, what was written first-hand, what replaces or limits what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from packaging.version import Version

from uvkit.markers import MarkerSet
from uvkit.model import (
    ConflictItem,
    DeclaredRequirement,
    ExtraName,
    GroupName,
    IndexSource,
    ProjectName,
    Requirement,
    Source,
)
from uvkit.resolver.keys import Keys
from uvkit.resolver.request import Member, ResolveRequest, StaticMetadata

from .conflict_sets import ConflictSets, Items
from .demands import Asker, Dependency

_NO_ITEMS: Final[Items] = frozenset()


class Place(NamedTuple):
    """Where a project comes from, and when; ``holders`` are conflicting items of which one must be active, if any."""

    marker: MarkerSet
    source: Source
    holders: Items = _NO_ITEMS


class Question:
    """Everything about the request that holds for all forks."""

    def __init__(self, request: ResolveRequest, keys: Keys) -> None:
        self.request: Final = request
        self.keys: Final = keys
        self.members: Final[Mapping[ProjectName, Member]] = {member.project: member for member in request.members}
        self.firsthand: Final = tuple(self._firsthand())
        self.conflicts: Final = ConflictSets(request.conflicts, keys)
        self.constraints: Final = _by_project((*request.constraints, *request.run_constraints))
        self.overrides: Final = self._global_overrides()
        self.excludes: Final = frozenset(
            project for one in request.excludes if one.scope is None for project in one.projects
        )
        self._direct: dict[ProjectName, list[MarkerSet]] = {}
        self._sources: dict[ProjectName, list[Place]] = {}
        for requirement, holders in self._placed():
            if requirement.source is not None:
                self.note_source(requirement.project, Place(requirement.marker, requirement.source, holders))
        for requirement in self._direct_requirements():
            self.note_direct(requirement.project, requirement.marker)

    # -- first-hand requirements ---------------------------------------------------------------------------------------

    def _direct_requirements(self) -> Iterator[Requirement]:
        yield from _of_members(self.request.members)
        yield from self._required_loosely()

    def _required_loosely(self) -> Iterator[Requirement]:
        """Yield the requirements that belong to no member, but for constraints."""
        yield from self.request.roots
        for group in self.request.groups.values():
            yield from group
        for override in self.request.overrides:
            yield from override.requirements

    def _firsthand(self) -> Iterator[Requirement]:
        yield from self._direct_requirements()
        yield from self.request.constraints
        yield from self.request.run_constraints

    def _placed(self) -> Iterator[tuple[Requirement, Items]]:
        """Yield all first-hand requirements, each with the conflicting items of which one must be active for it."""
        for member in self.request.members:
            for declared, items in _held(member):
                holders = items if declared.scope is None else frozenset({declared.scope})
                yield declared.requirement, holders if holders <= self.conflicts.items else _NO_ITEMS
        for requirement in (
            *self._required_loosely(),
            *self.request.constraints,
            *self.request.run_constraints,
        ):
            yield requirement, _NO_ITEMS

    def note_source(self, project: ProjectName, place: Place) -> None:
        """Remember where a project comes from."""
        if not isinstance(place.source, IndexSource) and project in self.members:
            return
        entries = self._sources.setdefault(project, [])
        if place not in entries:
            entries.append(place)

    def note_direct(self, project: ProjectName, marker: MarkerSet) -> None:
        """Remember where a project is required first-hand."""
        self._direct.setdefault(project, []).append(marker)

    def sources(self, project: ProjectName) -> Iterable[Place]:
        """Return the places that first-hand requirements name for a project, each with where it holds."""
        return self._sources.get(project, ())

    def is_placed(self, project: ProjectName) -> bool:
        """Tell whether first-hand requirements name a place for a project."""
        return project in self._sources

    def places(self, project: ProjectName) -> list[Source]:
        """Return the same places, each once and without where it holds."""
        return list(dict.fromkeys(place.source for place in self.sources(project)))

    def direct_sources(self) -> Iterator[tuple[ProjectName, Source]]:
        """Yield the trees, repositories and archives that are named."""
        for project, entries in self._sources.items():
            for place in entries:
                if not isinstance(place.source, IndexSource):
                    yield project, place.source

    def direct_markers(self, project: ProjectName) -> Iterable[MarkerSet]:
        """Return where the project is required first-hand."""
        return self._direct.get(project, ())

    # -- what replaces, limits and removes -----------------------------------------------------------------------------

    def _global_overrides(self) -> Mapping[ProjectName, tuple[Dependency, ...]]:
        requirements = (r for one in self.request.overrides if one.scope is None for r in one.requirements)
        return self._dependencies_by_project(requirements)

    def _dependencies_by_project(
        self, requirements: Iterable[Requirement]
    ) -> Mapping[ProjectName, tuple[Dependency, ...]]:
        return {
            project: tuple(Dependency.of(self.keys, requirement, role="override") for requirement in grouped)
            for project, grouped in _by_project(requirements).items()
        }

    def scoped_overrides(
        self, project: ProjectName, version: Version | None
    ) -> Mapping[ProjectName, tuple[Dependency, ...]]:
        """Return the overrides below one distribution; those that name its version win over those that do not."""
        found: dict[ProjectName, tuple[Dependency, ...]] = {}
        for exact in (False, True):
            for override in self.request.overrides:
                scope = override.scope
                if scope is None or scope.project != project or (scope.version is not None) != exact:
                    continue
                if scope.version is None or scope.version == version:
                    found.update(self._dependencies_by_project(override.requirements))
        return found

    def scoped_excludes(self, project: ProjectName, version: Version | None) -> frozenset[ProjectName]:
        """Return the projects excluded below one distribution."""
        return frozenset(
            excluded
            for one in self.request.excludes
            if one.scope is not None
            and one.scope.project == project
            and (one.scope.version is None or one.scope.version == version)
            for excluded in one.projects
        )

    def static_metadata(self, project: ProjectName, version: Version | None) -> StaticMetadata | None:
        """Return the metadata that the request gives for a distribution; an entry with its version comes first."""
        entries = [one for one in self.request.dependency_metadata if one.project == project]
        for one in entries:
            if one.version is not None and one.version == version:
                return one
        return next((one for one in entries if one.version is None), None)

    # -- roots ---------------------------------------------------------------------------------------------------------

    def root_dependencies(self) -> list[Dependency]:
        """Return what is asked for at the top: members with all extras and groups, then lists, then loose groups."""
        keys = self.keys
        everywhere = MarkerSet.everywhere()
        members = sorted(self.request.members, key=lambda member: member.project)
        found = [
            Dependency(
                keys,
                one.project,
                extras=tuple(sorted(one.extras)),
                marker=everywhere,
                source=one.source,
                asker="group",
            )
            for one in members
        ]
        found += (
            Dependency(
                keys,
                one.project,
                groups=tuple(sorted(one.groups)),
                marker=everywhere,
                source=one.source,
                base=False,
                asker="group",
            )
            for one in members
            if one.groups
        )
        found += (Dependency.of(keys, requirement, asker="group") for requirement in self.request.roots)
        for group, requirements in self.request.groups.items():
            found += (_in_group(keys, requirement, group) for requirement in requirements)
        return found

    def all_dependencies(self) -> Iterator[Dependency]:
        """Yield what is asked for at the top and by members, for the first hints."""
        yield from self.root_dependencies()
        for member in self.members.values():
            yield from self.member_dependencies(member, None, None)
            for extra in member.extras:
                yield from self.member_dependencies(member, extra, None)
            for group in member.groups:
                yield from self.member_dependencies(member, None, group)

    def member_dependencies(self, member: Member, extra: ExtraName | None, group: GroupName | None) -> list[Dependency]:
        """Return what a member declares, of one extra or group if one is named."""
        declared: Iterable[DeclaredRequirement]
        if extra is not None:
            declared = member.extras.get(extra, ())
        elif group is not None:
            declared = member.groups.get(group, ())
        else:
            declared = member.dependencies
        if extra is None or not self.conflicts:
            asker: Asker = "project" if group is None else "group"
            return [Dependency.of(self.keys, one.requirement, asker=asker) for one in declared]
        return [
            Dependency.of(
                self.keys,
                one.requirement,
                guards=self.conflicts.guards(one.requirement.project, extra, asker=member.project),
                asker="extra",
            )
            for one in declared
        ]


def _held(member: Member) -> Iterator[tuple[DeclaredRequirement, Items]]:
    """Yield what a member declares, each with the extras or the group of which one must be active for it."""
    project = member.project
    yield from ((declared, _NO_ITEMS) for declared in member.dependencies)
    for extra, requirements in member.extras.items():
        holders = frozenset(ConflictItem(project=project, extra=one) for one in _including(member, extra))
        yield from ((declared, holders) for declared in requirements)
    for group, requirements in member.groups.items():
        holders = frozenset({ConflictItem(project=project, group=group)})
        yield from ((declared, holders) for declared in requirements)


def _including(member: Member, extra: ExtraName) -> set[ExtraName]:
    """Return an extra and all extras of the same project that include it."""
    found = {extra}
    waiting = [extra]
    while waiting:
        inner = waiting.pop()
        for outer, requirements in member.extras.items():
            if outer not in found and any(
                one.requirement.project == member.project and inner in one.requirement.extras for one in requirements
            ):
                found.add(outer)
                waiting.append(outer)
    return found


def _of_members(members: Iterable[Member]) -> Iterator[Requirement]:
    for member in members:
        for declared in member.dependencies:
            yield declared.requirement
        for extra in member.extras.values():
            yield from (declared.requirement for declared in extra)
        for group in member.groups.values():
            yield from (declared.requirement for declared in group)


def _by_project(requirements: Iterable[Requirement]) -> Mapping[ProjectName, tuple[Requirement, ...]]:
    found: dict[ProjectName, list[Requirement]] = {}
    for requirement in requirements:
        found.setdefault(requirement.project, []).append(requirement)
    return {project: tuple(grouped) for project, grouped in found.items()}


def _in_group(keys: Keys, requirement: Requirement, group: GroupName) -> Dependency:
    return Dependency(
        keys,
        requirement.project,
        extras=tuple(sorted(requirement.extras)),
        specifier=str(requirement.specifier),
        marker=requirement.marker,
        source=requirement.source,
        group=group,
        origin=requirement.origin,
        asker="group",
    )
