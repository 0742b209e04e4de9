"""The answer: distributions, the forks that made it, and what the caller may want to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from packaging.version import Version

from uvkit.events import Notice
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import (
    ConflictItem,
    GroupName,
    InstallSet,
    ProjectName,
    ResolvedDependency,
    ResolvedDistribution,
    Selection,
    Target,
    project_name,
)

if TYPE_CHECKING:
    from .chains import Chains
    from .forks import ForkTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A consistent set of distributions.

    ``distributions`` are sorted by (project, version, source) and include the members of the request. ``roots`` are the
    edges of requirements that belong to no member: of a script, a plain list, or a workspace root's groups.
    ``forks`` are the markers of the forks in the order in which they were solved; empty without forks. ``fork_tree``
    says how and why the environments were divided into them; it is none for an answer for one target.
    """

    distributions: tuple[ResolvedDistribution, ...]
    roots: tuple[ResolvedDependency, ...] = ()
    forks: tuple[MarkerSet, ...] = ()
    requires_python: RequiresPython | None = None
    notices: tuple[Notice, ...] = ()
    members: tuple[ProjectName, ...] = ()
    environments: tuple[MarkerSet, ...] = ()
    conflicts: tuple[tuple[ConflictItem, ...], ...] = ()
    root_groups: tuple[GroupName, ...] = ()  # of a workspace root without a project, empty ones too
    default_groups: tuple[GroupName, ...] | Literal["all"] | None = None  # likewise
    no_binary: frozenset[ProjectName] | Literal["all"] = field(default_factory=frozenset)
    no_build: frozenset[ProjectName] | Literal["all"] = field(default_factory=frozenset)
    fork_tree: ForkTree | None = None

    def versions(self, project: str) -> tuple[Version, ...]:
        """Return the versions chosen of a project, one per fork that differs."""
        name = project_name(project)
        return tuple(d.version for d in self.distributions if d.project == name and d.version is not None)

    def why(self, project: str) -> Chains:
        """Return a shortest chain of names for each direct dependent of a project, from a root to the project.

        Printed, they are lines with versions, extras and markers.
        """
        from .chains import chains_to

        roots = {*self.members, *(edge.project for edge in self.roots)}
        python = None if self.requires_python is None else self.requires_python.bounds
        return chains_to(project_name(project), self.distributions, roots, python=python)

    def select(self, target: Target, selection: Selection | None = None) -> InstallSet:
        """Return what to install on a target, one file for each project.

        Raises:
            SelectionError: the selection names something unknown, or items that conflict.
            IncompatiblePythonError: the resolution is not for the target's Python.
            UnsupportedEnvironmentError: the resolution is not for the target's environment.
            NoCompatibleFileError: no file of a project fits the target.
        """
        from .select import select_distributions

        return select_distributions(
            self.distributions,
            target,
            selection or Selection(),
            members=self.members,
            roots=self.roots,
            root_groups=self.root_groups,
            default_groups=self.default_groups,
            requires_python=self.requires_python,
            environments=self.environments,
            conflicts=self.conflicts,
            no_binary=self.no_binary,
            no_build=self.no_build,
        )
