"""Compare what a lock says of the workspace with the workspace: members, manifest, indexes, local packages."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.version import Version

from uvkit.formats import (
    DefaultGroups,
    LockDependency,
    LockDocument,
    LockManifest,
    LockMetadata,
    LockPackage,
    LockRequirement,
    source_entry,
)
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    DirectorySource,
    GitSource,
    IndexSource,
    LocalMetadata,
    ProjectName,
    Source,
    is_url,
    project_name,
    without_credentials,
)
from uvkit.resolver import Member, ResolveRequest

from .head import default_groups, group_specifiers, manifest_table, metadata_table
from .normalize import normalized_manifest
from .requirement_rows import conflict_key, specifier_key
from .targets import Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalState:
    """What a source tree or archive that is no member says of itself now; a version of none is dynamic."""

    version: Version | None
    metadata: LocalMetadata


class ContentCheck:
    """One comparison of a lock with a request."""

    def __init__(
        self,
        document: LockDocument,
        request: ResolveRequest,
        *,
        indexes: Collection[str] | None,
        local: Callable[[ProjectName, Source], LocalState | None] | None,
    ) -> None:
        self._document = document
        self._request = request
        self._indexes = None if indexes is None else frozenset(map(without_credentials, indexes))
        self._local = local
        self._bounds = RequiresPython.parse(document.requires_python).bounds
        self._members = {member.project: member for member in request.members}

    def problems(self) -> Iterator[str]:
        """Yield what differs."""
        yield from self._manifest_problems()
        yield from self._member_problems()
        for package in self._reachable():
            yield from self._package_problems(package)

    # -- manifest --------------------------------------------------------------------------------------------------

    def _manifest_problems(self) -> Iterator[str]:
        locked, wanted = normalized_manifest(self._document.manifest), manifest_table(self._request)
        groups_count = self._document.revision >= 5
        for same, what in (
            (locked.members == wanted.members, "members of the workspace"),
            (not groups_count or locked.default_groups == wanted.default_groups, "default groups"),
            (
                not groups_count or locked.group_requires_python == wanted.group_requires_python,
                "Python versions of a dependency group",
            ),
            (self._same(locked.requirements, wanted.requirements), "requirements"),
            (self._same_groups(locked.dependency_groups, wanted.dependency_groups), "dependency groups"),
            (self._same(locked.build_constraints, wanted.build_constraints), "build constraints"),
        ):
            if not same:
                yield f"the {what} changed"
        yield from self._limit_problems(locked, wanted)

    def _limit_problems(self, locked: LockManifest, wanted: LockManifest) -> Iterator[str]:
        """Yield which limits changed; new ones on projects that nothing has to do with cannot matter."""
        names = {package.name for package in self._document.packages}
        for what, before, after in (
            ("constraints", _constraint_keys(self, locked.constraints), _constraint_keys(self, wanted.constraints)),
            ("overrides", _override_keys(self, locked), _override_keys(self, wanted)),
            ("excludes", _exclude_keys(locked), _exclude_keys(wanted)),
            ("static metadata of dependencies", _static_keys(locked), _static_keys(wanted)),
        ):
            known = names | {name for name, _ in before}
            if before != {(name, key) for name, key in after if name in known}:
                yield f"the {what} changed"

    def _same(self, locked: Iterable[LockRequirement], wanted: Iterable[LockRequirement]) -> bool:
        locked, wanted = tuple(locked), tuple(wanted)
        return locked == wanted or self._keys(locked) == self._keys(wanted)

    def _same_groups(
        self, locked: Mapping[str, tuple[LockRequirement, ...]], wanted: Mapping[str, tuple[LockRequirement, ...]]
    ) -> bool:
        # Before revision 1 empty groups were not recorded.
        keep_empty = self._document.revision >= 1
        names = [{name for name, rows in groups.items() if rows or keep_empty} for groups in (locked, wanted)]
        return names[0] == names[1] and all(self._same(locked[name], wanted[name]) for name in names[0])

    def _keys(self, rows: Iterable[LockRequirement]) -> frozenset[tuple[Any, ...]]:
        return frozenset(self.key(row) for row in rows)

    def key(self, row: LockRequirement) -> tuple[Any, ...]:
        """Return what a requirement means: equal for two spellings of the same."""
        location = row.location
        if row.kind not in {"registry", "git", "url"}:
            location = self._absolute(location)
        marker = MarkerSet.parse(row.marker).simplify_python(self._bounds)
        return (
            row.name,
            frozenset(row.extras),
            frozenset(row.groups),
            marker,
            row.kind,
            without_credentials(location),
            row.subdirectory,
            specifier_key(row.specifier),
            without_credentials(row.index),
            None if row.conflict is None else conflict_key(row.conflict),
        )

    def _absolute(self, path: str) -> str:
        root = self._request.root
        return posixpath.normpath(path if root is None else (root / path).as_posix())

    # -- members and other local packages --------------------------------------------------------------------------

    def _member_problems(self) -> Iterator[str]:
        packages = {package.name: package for package in self._document.packages if _is_tree(package)}
        for member in self._request.members:
            package = packages.get(member.project)
            if package is None or not self._same_place(package.source, member.source):
                yield f"`{member.project}` is not in the lock"
                continue
            if _status(package.source) != _status(member.source):
                yield f"`{member.project}` became {_status(member.source)}"
            if self._document.revision >= 5:
                yield from _group_problems(package, member)

    def _reachable(self) -> Iterator[LockPackage]:
        """Yield the packages that the members and the manifest lead to, breadth first."""
        packages = self._document.packages
        targets = Targets(packages)
        manifest = self._document.manifest
        names: list[str] = list(self._members)
        names += [row.name for rows in (manifest.requirements, *manifest.dependency_groups.values()) for row in rows]
        waiting = [position for name in names for position in targets.named(name)]
        seen = set(waiting)
        for position in waiting:
            yield packages[position]
            # What such a package says never changes, so what it leads to is not looked at either.
            if isinstance(packages[position].source, IndexSource | GitSource):
                continue
            for entry in _entries(packages[position]):
                target = targets.position(entry)
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)

    def _package_problems(self, package: LockPackage) -> Iterator[str]:
        source = package.source
        if isinstance(source, IndexSource):
            if self._indexes is not None and not self._is_configured(source.index):
                yield f"`{package.name}` comes from `{source.index}`, which is not among the indexes"
            return
        if isinstance(source, GitSource):
            return
        member = self._members.get(project_name(package.name))
        if member is not None and self._same_place(source, member.source):
            yield from self._metadata_problems(package, member.version, member.metadata)
            return
        state = self._local(project_name(package.name), source) if self._local else None
        if state is None:
            yield f"the metadata of `{package.name}` at `{source_entry(source)[1]}` is not known"
        else:
            yield from self._metadata_problems(package, state.version, state.metadata)

    def _is_configured(self, index: str) -> bool:
        assert self._indexes is not None
        if index in self._indexes:
            return True
        return not is_url(index) and self._absolute(index) in {
            self._absolute(known) for known in self._indexes if not is_url(known)
        }

    def _metadata_problems(
        self, package: LockPackage, version: Version | None, metadata: LocalMetadata
    ) -> Iterator[str]:
        if package.version != (None if version is None else str(version)):
            before, after = package.version or "dynamic", version or "dynamic"
            yield f"the version of `{package.name}` changed from {before} to {after}"
        locked, current = package.metadata or LockMetadata(), metadata_table(metadata, self._request.root)
        if self._document.revision >= 1 and set(locked.provides_extras) != set(current.provides_extras):
            yield f"the extras of `{package.name}` changed"
        if not self._same(locked.requires_dist, current.requires_dist):
            yield f"the requirements of `{package.name}` changed"
        if not self._same_groups(locked.requires_dev, current.requires_dev):
            yield f"the dependency groups of `{package.name}` changed"

    def _same_place(self, source: Source, other: Source) -> bool:
        if not isinstance(source, DirectorySource) or not isinstance(other, DirectorySource):
            return source == other
        return self._absolute(source.path.as_posix()) == self._absolute(other.path.as_posix())


def _is_tree(package: LockPackage) -> bool:
    return isinstance(package.source, DirectorySource)


def _status(source: Source) -> str:
    assert isinstance(source, DirectorySource)
    return "virtual" if source.virtual else "a package"


def _group_problems(package: LockPackage, member: Member) -> Iterator[str]:
    locked: DefaultGroups = default_groups(package.default_groups)
    if locked != default_groups(member.default_groups):
        yield f"the default groups of `{package.name}` changed"
    if group_specifiers(package.group_requires_python) != group_specifiers(member.group_requires_python):
        yield f"the Python versions of a group of `{package.name}` changed"


def _entries(package: LockPackage) -> Iterator[LockDependency]:
    yield from package.dependencies
    for tables in (package.optional_dependencies, package.dev_dependencies):
        for entries in tables.values():
            yield from entries


def _constraint_keys(check: ContentCheck, rows: Iterable[LockRequirement]) -> set[tuple[str, Any]]:
    return {(row.name, check.key(row)) for row in rows}


def _override_keys(check: ContentCheck, manifest: LockManifest) -> set[tuple[str, Any]]:
    return {
        (row.name if override.scope is None else override.scope.name, (override.scope, check.key(row)))
        for override in manifest.overrides
        for row in override.requirements
    }


def _static_keys(manifest: LockManifest) -> set[tuple[str, Any]]:
    return {(metadata.name, metadata) for metadata in manifest.dependency_metadata}


def _exclude_keys(manifest: LockManifest) -> set[tuple[str, Any]]:
    return {
        (name if exclusion.scope is None else exclusion.scope.name, (exclusion.scope, name))
        for exclusion in manifest.excludes
        for name in exclusion.names
    }
