"""What a resolution decided: distributions with their edges, and the set to install on one target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from packaging.version import Version

from uvkit.markers import MarkerSet

from .files import DistributionFile, FileRow, file_from_row
from .names import ExtraName, GroupName, ProjectName, project_name
from .requirements import Requirement
from .sources import Source
from .target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictItem:
    """An extra, a group, or a whole project that may not be active together with others of its set."""

    project: ProjectName
    extra: ExtraName | None = None
    group: GroupName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredRequirement:
    """A requirement as a local project declares it, after its source was looked up, for the lock's metadata tables.

    The requirement's marker keeps ``extra == '…'`` and is not simplified. ``scope`` is the extra or group that its
    source is bound to.
    """

    requirement: Requirement
    scope: ConflictItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMetadata:
    """What a lock records of a source tree so that a later run can tell whether it changed."""

    requires_dist: tuple[DeclaredRequirement, ...] = ()
    provides_extras: tuple[ExtraName, ...] = ()
    requires_dev: Mapping[GroupName, tuple[DeclaredRequirement, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDependency:
    """An edge: what a distribution needs, when, and through which of its own extras or groups.

    ``version`` and ``source`` name the very distribution meant. ``marker`` is the edge's own condition (requirement and
    forks), before anything is simplified.
    """

    project: ProjectName
    version: Version | None
    extras: frozenset[ExtraName] = frozenset()
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # interned and immutable
    extra: ExtraName | None = None
    group: GroupName | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDistribution:
    """A distribution that was chosen. Its identity is (project, version, source)."""

    project: ProjectName
    version: Version | None  # none for a source tree with a dynamic version
    source: Source
    marker: MarkerSet = MarkerSet.everywhere()  # noqa: RUF009  # where it is reachable
    fork_markers: tuple[MarkerSet, ...] = ()  # forks that chose it, when the project was chosen more than once
    rows: tuple[FileRow, ...] = ()  # its files as the index lists them, sorted by file name
    dependencies: tuple[ResolvedDependency, ...] = ()
    metadata: LocalMetadata | None = None  # of local and direct sources
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None  # of members, as configured
    group_requires_python: Mapping[GroupName, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[DistributionFile, ...]:
        """Return the distribution's files."""
        if self.version is None:
            return ()
        return tuple(file_from_row(row, project=self.project, version=self.version) for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedDistribution:
    """One distribution to install, with the file chosen for the target (none for a source tree or repository)."""

    project: ProjectName
    version: Version | None
    source: Source
    file: DistributionFile | None = None
    editable: bool = False


@dataclass(frozen=True, slots=True)
class InstallSet:
    """The distributions to install on one target, each project once, sorted by name."""

    pins: tuple[PinnedDistribution, ...]
    target: Target

    def __iter__(self) -> Iterator[PinnedDistribution]:
        return iter(self.pins)

    def __len__(self) -> int:
        return len(self.pins)

    def __contains__(self, project: object) -> bool:
        return isinstance(project, str) and any(pin.project == project_name(project) for pin in self.pins)

    def __getitem__(self, project: str) -> PinnedDistribution:
        name = project_name(project)
        for pin in self.pins:
            if pin.project == name:
                return pin
        raise KeyError(project)
