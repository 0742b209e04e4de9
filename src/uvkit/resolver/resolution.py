"""The answer: distributions, the forks that made it, and what the caller may want to know."""

from __future__ import annotations

from dataclasses import dataclass

from packaging.version import Version

from uvkit.events import Notice
from uvkit.markers import MarkerSet, RequiresPython
from uvkit.model import ResolvedDependency, ResolvedDistribution, project_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A consistent set of distributions.

    ``distributions`` are sorted by (project, version, source) and include the members of the request. ``roots`` are the
    edges of requirements that belong to no member: of a script, a plain list, or a workspace root's groups.
    ``forks`` are the markers of the forks in the order in which they were solved; empty without forks.
    """

    distributions: tuple[ResolvedDistribution, ...]
    roots: tuple[ResolvedDependency, ...] = ()
    forks: tuple[MarkerSet, ...] = ()
    requires_python: RequiresPython | None = None
    notices: tuple[Notice, ...] = ()

    def versions(self, project: str) -> tuple[Version, ...]:
        """Return the versions chosen of a project, one per fork that differs."""
        name = project_name(project)
        return tuple(d.version for d in self.distributions if d.project == name and d.version is not None)
