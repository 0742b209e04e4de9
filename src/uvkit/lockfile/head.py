"""What a lock records of the question beside the packages: options, manifest, conflicts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from uvkit.formats import (
    DefaultGroups,
    LockCutOff,
    LockExclusion,
    LockManifest,
    LockMetadata,
    LockOptions,
    LockOverride,
    LockRequirement,
    LockScope,
    LockStaticMetadata,
    moment_text,
)
from uvkit.model import ConflictItem, LocalMetadata
from uvkit.resolver import CutOff, Exclusion, Override, ResolveRequest, ResolverOptions, Scope, StaticMetadata

from .requirement_rows import (
    conflict_key,
    declared_rows,
    plain_rows,
    requirement_row,
    requirement_text,
    sorted_rows,
    specifier_text,
)


def options_table(options: ResolverOptions) -> LockOptions:
    """Return the options that differ from the defaults."""
    return LockOptions(
        resolution_mode="" if options.strategy == "highest" else options.strategy,
        prerelease_mode="" if options.prerelease == "if-necessary" else options.prerelease,
        fork_strategy="" if options.fork_strategy == "requires-python" else options.fork_strategy,
        minimum_libc=dict(sorted(options.minimum_libc.items())),
        exclude_newer=None if options.exclude_newer is None else cut_off(options.exclude_newer),
        prerelease_package=dict(sorted(options.prerelease_by_project.items())),
        exclude_newer_package={
            name: cut_off(value) if value else False for name, value in sorted(options.exclude_newer_by_project.items())
        },
    )


def cut_off(value: CutOff) -> LockCutOff:
    """Return a cut-off as it is recorded."""
    if value.timestamp is not None:
        return LockCutOff(moment_text(value.timestamp))
    return LockCutOff("", value.span or "")


def manifest_table(request: ResolveRequest) -> LockManifest:
    """Return what was asked for beside the members' own requirements."""
    root = request.root
    return LockManifest(
        members=tuple(sorted(member.project for member in request.members)) if request.is_workspace else (),
        default_groups=default_groups(request.default_groups),
        requirements=plain_rows(request.roots, root=root),
        constraints=plain_rows(request.constraints, root=root),
        overrides=sorted_overrides(_override(one, root) for one in request.overrides),
        excludes=sorted_exclusions(_exclusions(request.excludes)),
        build_constraints=plain_rows(request.build_constraints, root=root),
        dependency_groups={name: plain_rows(rows, root=root) for name, rows in sorted(request.groups.items())},
        group_requires_python=group_specifiers(request.group_requires_python),
        dependency_metadata=tuple(sorted({_static_metadata(one) for one in request.dependency_metadata})),
    )


def default_groups(groups: Iterable[str] | Literal["all"] | None) -> DefaultGroups:
    """Return default groups as they are recorded: not at all if they are what would be assumed."""
    if groups is None or groups == "all":
        return groups
    names = tuple(sorted(set(groups)))
    return None if names == ("dev",) else names


def group_specifiers(groups: Any) -> dict[str, str]:
    """Return the Python bounds of groups, each sorted but not simplified."""
    return {name: specifier_text(text) for name, text in sorted(groups.items())}


def sorted_conflicts(conflicts: Iterable[Iterable[ConflictItem]]) -> tuple[tuple[ConflictItem, ...], ...]:
    """Return conflict sets in declared order, their items sorted."""
    return tuple(tuple(sorted(items, key=conflict_key)) for items in conflicts)


def metadata_table(metadata: LocalMetadata, root: Path | None) -> LockMetadata:
    """Return the metadata table of a local or direct package."""
    return LockMetadata(
        requires_dist=declared_rows(metadata.requires_dist, root=root),
        provides_extras=metadata.provides_extras,
        requires_dev={name: declared_rows(rows, root=root) for name, rows in sorted(metadata.requires_dev.items())},
    )


# -- overrides and exclusions ------------------------------------------------------------------------------------------


def _override(override: Override, root: Path | None) -> LockOverride:
    rows = tuple(requirement_row(one, root=root) for one in override.requirements)
    return LockOverride(_scope(override.scope), rows)


def sorted_overrides(overrides: Iterable[LockOverride]) -> tuple[LockOverride, ...]:
    """Return overrides in the order of a lock: scoped ones first, their requirements as declared."""
    scoped: list[LockOverride] = []
    plain: list[LockRequirement] = []
    for override in overrides:
        if override.scope is None:
            plain += override.requirements
        else:
            scoped.append(override)
    unique = dict.fromkeys(sorted(scoped, key=lambda one: (_scope_key(one.scope), one.requirements)))
    return (*unique, *(LockOverride(None, (row,)) for row in sorted_rows(plain)))


def _exclusions(exclusions: Iterable[Exclusion]) -> Iterable[LockExclusion]:
    for exclusion in exclusions:
        if exclusion.scope is None:
            yield from (LockExclusion(None, (name,)) for name in exclusion.projects)
        else:
            yield LockExclusion(_scope(exclusion.scope), exclusion.projects)


def sorted_exclusions(exclusions: Iterable[LockExclusion]) -> tuple[LockExclusion, ...]:
    """Return exclusions in the order of a lock: scoped ones first."""
    unique = set(exclusions)
    return tuple(sorted(unique, key=lambda one: (one.scope is None, _scope_key(one.scope), one.names)))


def _scope(scope: Scope | None) -> LockScope | None:
    if scope is None:
        return None
    return LockScope(scope.project, "" if scope.version is None else str(scope.version))


def _scope_key(scope: LockScope | None) -> tuple[Any, ...]:
    from packaging.version import Version

    if scope is None:
        return ()
    return (scope.name, Version(scope.version)) if scope.version else (scope.name,)


def _static_metadata(metadata: StaticMetadata) -> LockStaticMetadata:
    return LockStaticMetadata(
        name=metadata.project,
        version="" if metadata.version is None else str(metadata.version),
        requires_dist=tuple(requirement_text(one) for one in metadata.requires_dist),
        requires_python=specifier_text(metadata.requires_python, ", ") if metadata.requires_python else "",
        provides_extras=metadata.provides_extra,
    )
