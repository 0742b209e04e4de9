"""What a `uv.lock` says, as plain values: names, texts and file rows, nothing looked up or evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from uvkit.model import ConflictItem, FileRow, Source

# The revision that uv 0.13.9 writes; every other one of version 1 is read too.
REVISION = 5

DefaultGroups: TypeAlias = tuple[str, ...] | Literal["all"] | None


class LockCutOff(NamedTuple):
    """A recorded cut-off: a moment, or a span before the run."""

    timestamp: str
    span: str = ""


class LockScope(NamedTuple):
    """The distribution below which an override or exclusion holds."""

    name: str
    version: str = ""


class LockRequirement(NamedTuple):
    """A requirement table of the manifest or of a package's metadata.

    ``kind`` is the key that names the source: ``registry`` (with ``specifier``, ``index``, ``conflict``), or one of
    ``git``, ``url``, ``path``, ``directory``, ``editable``, ``virtual`` with its value in ``location``.
    """

    name: str
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    marker: str = ""
    kind: str = "registry"
    location: str = ""
    subdirectory: str = ""
    specifier: str = ""
    index: str = ""  # type: ignore[assignment]  # the key's name in the file; no one searches in a requirement
    conflict: ConflictItem | None = None


class LockOverride(NamedTuple):
    """One override without a scope, or all of one scope."""

    scope: LockScope | None
    requirements: tuple[LockRequirement, ...]


class LockExclusion(NamedTuple):
    """One excluded name without a scope, or all of one scope."""

    scope: LockScope | None
    names: tuple[str, ...]


class LockStaticMetadata(NamedTuple):
    """Metadata that the project states for a distribution."""

    name: str
    version: str = ""
    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    provides_extras: tuple[str, ...] = ()


class LockDependency(NamedTuple):
    """An edge. Version and source are given where the name alone would be ambiguous."""

    name: str
    version: str | None = None
    source: Source | None = None
    extras: tuple[str, ...] = ()
    marker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockOptions:
    """The `[options]` table; absent keys hold their defaults, which are the empty text."""

    resolution_mode: str = ""
    prerelease_mode: str = ""
    fork_strategy: str = ""
    minimum_libc: Mapping[str, str] = field(default_factory=dict)
    exclude_newer: LockCutOff | None = None
    prerelease_package: Mapping[str, str] = field(default_factory=dict)
    exclude_newer_package: Mapping[str, LockCutOff | Literal[False]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockManifest:
    """The `[manifest]` table: what was asked for beside the packages' own metadata."""

    members: tuple[str, ...] = ()
    default_groups: DefaultGroups = None
    requirements: tuple[LockRequirement, ...] = ()
    constraints: tuple[LockRequirement, ...] = ()
    overrides: tuple[LockOverride, ...] = ()
    excludes: tuple[LockExclusion, ...] = ()
    build_constraints: tuple[LockRequirement, ...] = ()
    dependency_groups: Mapping[str, tuple[LockRequirement, ...]] = field(default_factory=dict)
    group_requires_python: Mapping[str, str] = field(default_factory=dict)
    dependency_metadata: tuple[LockStaticMetadata, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockMetadata:
    """The `[package.metadata]` table of a local or direct package."""

    requires_dist: tuple[LockRequirement, ...] = ()
    provides_extras: tuple[str, ...] = ()
    requires_dev: Mapping[str, tuple[LockRequirement, ...]] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.requires_dist or self.provides_extras or self.requires_dev)


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPackage:
    """One `[[package]]`. ``wheels`` may be a sequence that is decoded when first looked into."""

    name: str
    version: str | None  # none for a source tree whose version is dynamic
    source: Source
    default_groups: DefaultGroups = None
    resolution_markers: tuple[str, ...] = ()
    dependencies: tuple[LockDependency, ...] = ()
    sdist: FileRow | None = None
    wheels: Sequence[FileRow] = ()
    optional_dependencies: Mapping[str, tuple[LockDependency, ...]] = field(default_factory=dict)
    dev_dependencies: Mapping[str, tuple[LockDependency, ...]] = field(default_factory=dict)
    group_requires_python: Mapping[str, str] = field(default_factory=dict)
    metadata: LockMetadata | None = None


class LockOpen(NamedTuple):
    """What a lock that leaves the choice to its markers lets one choose (PEP 751): extras, groups, and the defaults."""

    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    default_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockDocument:
    """A whole lock, in the order in which it is, or will be, written. ``open`` is set for one without edges."""

    requires_python: str
    revision: int = REVISION
    resolution_markers: tuple[str, ...] = ()
    supported_markers: tuple[str, ...] = ()
    required_markers: tuple[str, ...] = ()
    conflicts: tuple[tuple[ConflictItem, ...], ...] = ()
    options: LockOptions = field(default_factory=LockOptions)
    manifest: LockManifest = field(default_factory=LockManifest)
    packages: tuple[LockPackage, ...] = ()
    open: LockOpen | None = None
