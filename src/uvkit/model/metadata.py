"""Core metadata: the public value, and the pre-split rows that the resolver and the cache work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from .names import ExtraName, ProjectName
    from .requirements import Requirement
    from .resolved import LocalMetadata


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreMetadata:
    """What a distribution says of itself (core metadata 2.x)."""

    project: ProjectName
    version: Version
    requires_dist: tuple[Requirement, ...] = ()
    requires_python: SpecifierSet | None = None
    provides_extra: tuple[ExtraName, ...] = ()
    dynamic: frozenset[str] = frozenset()


class DependencyRow(NamedTuple):
    """One ``Requires-Dist`` split into texts: cheap to store and to load by the thousand."""

    project: str  # normalized
    extras: tuple[str, ...]  # normalized, sorted
    specifier: str
    marker: str  # without the extra that owns the row; empty when unconditional
    url: str  # a direct reference, or empty


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataRows:
    """The dependencies of one distribution, split by the extra that activates them.

    ``requires`` holds what applies without any extra; ``extras`` what each extra adds, its own test removed from the
    marker. Whoever wants to store it converts with ``to_plain`` and ``from_plain``.
    """

    project: str
    version: str
    requires_python: str | None = None
    requires: tuple[DependencyRow, ...] = ()
    extras: Mapping[str, tuple[DependencyRow, ...]] = field(default_factory=dict)
    dynamic_version: bool = False  # of a source tree whose backend computes it; never stored
    declared: LocalMetadata | None = None  # of a source tree, with its own sources applied; never stored

    def to_plain(self) -> tuple[object, ...]:
        """Return tuples, texts and dictionaries only."""
        return (
            self.project,
            self.version,
            self.requires_python,
            tuple(tuple(row) for row in self.requires),
            {name: tuple(tuple(row) for row in rows) for name, rows in self.extras.items()},
        )

    @classmethod
    def from_plain(cls, plain: tuple[object, ...]) -> MetadataRows:
        """Return the value that ``to_plain`` flattened.

        Raises:
            ValueError, TypeError: it has another shape.
        """
        project, version, requires_python, requires, extras = plain
        make = DependencyRow._make
        return cls(
            project=project,  # type: ignore[arg-type]  # a damaged entry fails at its checksum before it gets here
            version=version,  # type: ignore[arg-type]
            requires_python=requires_python,  # type: ignore[arg-type]
            requires=tuple(map(make, requires)),  # type: ignore[call-overload]
            extras={name: tuple(map(make, rows)) for name, rows in extras.items()},  # type: ignore[attr-defined]
        )
