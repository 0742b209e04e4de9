"""Options that belong to no single part: how much at a time, how to build, which interpreter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from uvkit.model import ProjectName, Requirement

PythonPreference: TypeAlias = Literal["managed", "system", "only-managed", "only-system"]
PythonDownloads: TypeAlias = Literal["automatic", "manual", "never"]
TrustedPublishing: TypeAlias = Literal["automatic", "always", "never"]
Locking: TypeAlias = Literal["update", "check", "frozen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Concurrency:
    """How much is done at a time; none means what suits the machine."""

    downloads: int = 32
    builds: int | None = None
    installs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraBuildRequirement:
    """A requirement added to the builds of a project; ``match_runtime`` asks for the version that is installed."""

    requirement: Requirement
    match_runtime: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """How source trees are built.

    ``no_isolation`` names projects that are built in the environment itself. ``constraints`` limit build requirements.
    Settings for backends are those of PEP 517, for all builds and for single projects.
    """

    no_isolation: frozenset[ProjectName] | Literal["all"] = frozenset()
    constraints: tuple[Requirement, ...] = ()
    config_settings: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    config_settings_by_project: Mapping[ProjectName, Mapping[str, str | tuple[str, ...]]] = field(default_factory=dict)
    extra_requirements: Mapping[ProjectName, tuple[ExtraBuildRequirement, ...]] = field(default_factory=dict)
    variables: Mapping[ProjectName, Mapping[str, str]] = field(default_factory=dict)
    require_hashes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOptions:
    """Vulnerabilities that an audit does not report, by any of their identifiers: never, or until there is a fix."""

    ignored: frozenset[str] = frozenset()
    until_fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementFiles:
    """Requirements files that the caller adds."""

    constraints: tuple[Path, ...] = ()
    build_constraints: tuple[Path, ...] = ()
    overrides: tuple[Path, ...] = ()
    excludes: tuple[Path, ...] = ()
