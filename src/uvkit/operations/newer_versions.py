"""Which installed distributions have newer versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from packaging.version import Version

from uvkit.environment import Environment, InstalledDistribution
from uvkit.errors import ResolutionError
from uvkit.events import CancelToken, EventSink
from uvkit.model import ProjectName, Requirement, SdistFile, Target, Universal
from uvkit.resolver import Resolution, ResolveRequest

from .session import borrowed

if TYPE_CHECKING:
    from .resolver import Resolver
    from .session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """An installed distribution of which the indexes have a newer version that fits, and the kind of its file."""

    distribution: InstalledDistribution
    latest: Version
    file_type: Literal["wheel", "sdist"]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for machines, in pip's words."""
        return {
            "name": self.distribution.project,
            "version": self.distribution.version_text,
            "latest_version": str(self.latest),
            "latest_filetype": self.file_type,
        }


def outdated(
    environment: Environment,
    *,
    session: Session | None = None,
    events: EventSink | None = None,
    cancel: CancelToken | None = None,
) -> tuple[Outdated, ...]:
    """Return the installed distributions that are older than the newest one that the indexes offer for this machine.

    What "newest" means follows the session's settings: pre-releases, cut-off date, formats. Projects that no index has
    are passed over.

    Raises:
        IndexAccessError: an index failed.
    """
    installed = {one.project: one for one in environment.installed()}
    found: list[Outdated] = []
    with borrowed(session) as owner:
        search = owner.resolver().without_dependencies()
        for resolution in latest_versions(search, list(installed), environment.target, events=events, cancel=cancel):
            for pin in resolution.select(environment.target):
                one = installed[pin.project]
                if pin.version is not None and pin.version > one.version:
                    kind: Literal["wheel", "sdist"] = "sdist" if isinstance(pin.file, SdistFile) else "wheel"
                    found.append(Outdated(distribution=one, latest=pin.version, file_type=kind))
    return tuple(sorted(found, key=lambda one: one.distribution.project))


def latest_versions(
    search: Resolver,
    projects: list[ProjectName],
    target: Target | Universal,
    *,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> Iterable[Resolution]:
    """Yield resolutions of all projects: one, or if some are on no index, one for each half that has an answer."""
    if not projects:
        return
    roots = tuple(Requirement(project=name) for name in projects)
    try:
        yield search.resolve(ResolveRequest(target=target, roots=roots), events=events, cancel=cancel)
    except ResolutionError:
        if len(projects) == 1:
            return
        middle = len(projects) // 2
        for half in (projects[:middle], projects[middle:]):
            yield from latest_versions(search, half, target, events=events, cancel=cancel)
