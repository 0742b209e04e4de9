"""Requirements of a run or a tool as the set of distributions that answers them on one interpreter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from uvkit.events import Notice
from uvkit.model import InstallSet, Target
from uvkit.operations.demanded_hashes import demanded_hashes, held_to_hashes
from uvkit.operations.phases import phase
from uvkit.resolver import Exclusion, Override, Preference, ResolveRequest

if TYPE_CHECKING:
    from uvkit.environment import InstalledDistribution
    from uvkit.events import CancelToken, EventSink
    from uvkit.operations.parts import Parts
    from uvkit.operations.requirement_files import RequirementSet


@dataclass(frozen=True, slots=True)
class Wanted:
    """What requirements came to."""

    pins: InstallSet
    notices: tuple[Notice, ...]
    elapsed: timedelta
    resolved: int


def preferring(installed: Sequence[InstalledDistribution]) -> tuple[Preference, ...]:
    """Return the versions that are installed as those to try first."""
    return tuple(Preference(project=one.project, version=one.version) for one in installed)


def wanted_for(
    asked: RequirementSet,
    parts: Parts,
    *,
    target: Target,
    preferences: Iterable[Preference] = (),
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> Wanted:
    """Return the distributions that requirements and their constraints come to on a target.

    Raises:
        ResolutionImpossibleError: they contradict each other.
        IndexAccessError: an index failed.
    """
    started = perf_counter()
    request = ResolveRequest(
        target=target,
        roots=asked.requirements,
        root=Path.cwd(),
        constraints=asked.constraints,
        overrides=(Override(requirements=asked.overrides),) if asked.overrides else (),
        excludes=(Exclusion(projects=asked.excludes),) if asked.excludes else (),
        preferences=tuple(preferences),
        options=parts.settings.resolver_options,
    )
    with phase(events, "resolve"):
        resolution = parts.resolver.resolve(request, events=events, cancel=cancel)
    hashes = demanded_hashes(asked.requirements, asked.constraints) if parts.settings.verify_hashes else {}
    if hashes:
        resolution = held_to_hashes(resolution, hashes, required=False)
    return Wanted(
        resolution.select(target),
        (*asked.notices, *resolution.notices),
        timedelta(seconds=perf_counter() - started),
        len(resolution.distributions),
    )
