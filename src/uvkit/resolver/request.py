"""The question a resolution answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from packaging.version import Version

from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    DeclaredRequirement,
    DirectorySource,
    ExtraName,
    GitSource,
    GroupName,
    LocalMetadata,
    ProjectName,
    Requirement,
    Target,
    Universal,
)

from .options import ResolverOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A local project whose own requirements are part of the question.

    Requirements are lowered: sources looked up, includes of groups expanded, markers of extras without their
    ``extra == '…'``. References to the project's own extras stay as declared.
    """

    project: ProjectName
    version: Version | None  # none when dynamic
    source: DirectorySource
    requires_python: RequiresPython | None = None
    dependencies: tuple[DeclaredRequirement, ...] = ()
    extras: Mapping[ExtraName, tuple[DeclaredRequirement, ...]] = field(default_factory=dict)
    groups: Mapping[GroupName, tuple[DeclaredRequirement, ...]] = field(default_factory=dict)
    metadata: LocalMetadata = field(default_factory=LocalMetadata)
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None
    group_requires_python: Mapping[GroupName, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The distribution below which an override or exclusion holds; ``version`` none means every version."""

    project: ProjectName
    version: Version | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Requirements that replace all others of their names, everywhere or below one distribution."""

    requirements: tuple[Requirement, ...]
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Projects that are not required, everywhere or below one distribution."""

    projects: tuple[ProjectName, ...]
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticMetadata:
    """Metadata that the project gives for a distribution (``dependency-metadata``); its files are not asked."""

    project: ProjectName
    version: Version | None = None
    requires_dist: tuple[Requirement, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[ExtraName, ...] = ()


def direct_metadata(entries: Iterable[StaticMetadata]) -> dict[ProjectName, StaticMetadata]:
    """Return the entries that count for what comes from one place, such as a source tree.

    These have a version and are the only ones of their project: which of several is meant nobody could tell without
    asking the place, as for uv.
    """
    by_project: dict[ProjectName, list[StaticMetadata]] = {}
    for one in entries:
        by_project.setdefault(one.project, []).append(one)
    return {name: found[0] for name, found in by_project.items() if len(found) == 1 and found[0].version is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """A version to try first, where ``markers`` (all, if empty) overlap the fork; from a lock or what is installed."""

    project: ProjectName
    version: Version
    index: str | None = None
    markers: tuple[MarkerSet, ...] = ()
    from_lock: bool = True
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRequest:
    """Everything that decides a resolution.

    Paths in sources are relative to ``root`` (the folder of the lock) unless the user wrote them absolute.
    ``groups`` belong to a workspace root without a project, ``roots`` to scripts and plain requirement lists.
    """

    target: Target | Universal
    roots: tuple[Requirement, ...] = ()
    members: tuple[Member, ...] = ()
    root: Path | None = None
    is_workspace: bool = False  # the lock lists its members
    requires_python: RequiresPython | None = None  # of all members together
    groups: Mapping[GroupName, tuple[Requirement, ...]] = field(default_factory=dict)
    group_requires_python: Mapping[GroupName, str] = field(default_factory=dict)
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None
    constraints: tuple[Requirement, ...] = ()
    run_constraints: tuple[Requirement, ...] = ()  # for this run only, not recorded in a lock
    overrides: tuple[Override, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    build_constraints: tuple[Requirement, ...] = ()
    dependency_metadata: tuple[StaticMetadata, ...] = ()
    conflicts: tuple[tuple[ConflictItem, ...], ...] = ()
    preferences: tuple[Preference, ...] = ()
    commits: tuple[GitSource, ...] = ()  # what an existing lock has for references to repositories
    fork_preferences: tuple[MarkerSet, ...] = ()
    options: ResolverOptions = field(default_factory=ResolverOptions)
