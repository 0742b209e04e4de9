"""Who asked for a project while the search still goes on, for errors that end it."""

from __future__ import annotations

from collections.abc import Iterable

from uvkit.model import ProjectName
from uvkit.resolver.candidates.packages import Candidate, DirectPackage
from uvkit.resolver.keys import Key

from .demands import Dependency

_LONGEST = 8


def origin(project: ProjectName, known: Iterable[tuple[Candidate, tuple[Dependency, ...]]], root: Key) -> str | None:
    """Return how requirements lead to a project, none if the reader asks for it himself or nobody is known to."""
    asking: dict[ProjectName, Candidate] = {}
    for candidate, dependencies in known:
        for dependency in dependencies:
            asking.setdefault(dependency.project, candidate)
    steps: list[str] = []
    wanted = project
    while wanted in asking and len(steps) < _LONGEST:
        candidate = asking[wanted]
        if candidate.key is root or candidate.key.project == wanted:
            break
        version = "" if isinstance(candidate.package, DirectPackage) else f" {candidate.version}"
        steps.append(f"`{candidate.key!r}`{version}")
        wanted = candidate.key.project
    return f"`{project}` is required by {', which is required by '.join(steps)}" if steps else None
