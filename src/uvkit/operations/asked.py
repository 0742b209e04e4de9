"""What verbs take as requirements, as one value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from uvkit.model import GitSource, Requirement, RequirementLike, Upgrade

from .requirement_files import RequirementSet


def as_set(
    requirements: Iterable[RequirementLike] | RequirementSet,
    constraints: Iterable[RequirementLike],
    overrides: Iterable[RequirementLike],
) -> RequirementSet:
    """Return requirements, or a set of them, with further constraints and overrides."""
    if isinstance(requirements, str):
        raise TypeError("requirements are several; put a single one into a list")
    given = requirements if isinstance(requirements, RequirementSet) else RequirementSet()
    roots = () if isinstance(requirements, RequirementSet) else map(Requirement.parse, requirements)
    return replace(
        given,
        requirements=(*given.requirements, *roots),
        constraints=(*given.constraints, *map(Requirement.parse, constraints)),
        overrides=(*given.overrides, *map(Requirement.parse, overrides)),
    )


def upgrade_limits(upgrade: Upgrade) -> tuple[Requirement, ...]:
    """Return the limits that an upgrade sets for this run."""
    limits = [Requirement(project=name, specifier=one, origin="the upgrade") for name, one in upgrade.limits.items()]
    return (*limits, *upgrade.constraints)


def with_large_files(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Return requirements whose repositories come with their large files (git-lfs)."""
    return tuple(
        replace(one, source=replace(one.source, lfs=True)) if isinstance(one.source, GitSource) else one
        for one in requirements
    )
