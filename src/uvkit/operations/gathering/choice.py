"""Which distributions requirements come to on a target."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uvkit.events import CancelToken, EventSink, Notice
from uvkit.operations.demanded_hashes import check_all_hashed, demanded_hashes, held_to_hashes, without_hashes
from uvkit.operations.phases import phase
from uvkit.resolver import Exclusion, Override, ResolveRequest

if TYPE_CHECKING:
    from uvkit.model import PinnedDistribution, Target
    from uvkit.operations.requirement_files import RequirementSet
    from uvkit.operations.session import Session


class Choice(NamedTuple):
    """The distributions chosen, and what there is to say about them."""

    pins: tuple[PinnedDistribution, ...]
    notices: tuple[Notice, ...]


def chosen_for(
    wanted: RequirementSet,
    target: Target,
    *,
    owner: Session,
    dependencies: bool,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> Choice:
    """Return what requirements come to on a target, held to the digests that they name.

    Raises:
        ResolutionImpossibleError: the requirements contradict each other.
        InvalidRequirementError, MissingHashError, PrepareError: digests are required or named, and not there.
        NoCompatibleFileError: there is nothing for the target.
    """
    settings = owner.settings
    required = settings.install.require_hashes
    checked = settings.verify_hashes or required
    if not checked:
        wanted = replace(wanted, requirements=without_hashes(wanted.requirements))
    hashes = demanded_hashes(wanted.requirements, wanted.constraints) if checked else {}
    if required:
        check_all_hashed(wanted.requirements, hashes)
    request = ResolveRequest(
        target=target,
        roots=wanted.requirements,
        root=Path.cwd(),
        constraints=wanted.constraints,
        overrides=(Override(requirements=wanted.overrides),) if wanted.overrides else (),
        excludes=(Exclusion(projects=wanted.excludes),) if wanted.excludes else (),
        options=settings.resolver_options,
    )
    resolver = owner.resolver()
    with phase(events, "resolve"):
        resolution = (resolver if dependencies else resolver.without_dependencies()).resolve(
            request, events=events, cancel=cancel
        )
    if hashes or required:
        resolution = held_to_hashes(resolution, hashes, required=required)
    return Choice(tuple(resolution.select(target)), resolution.notices)


def with_their_settings(wanted: RequirementSet, owner: Session) -> Session:
    """Return the session with what requirements files say of indexes and formats below its own settings."""
    if not wanted.settings.origins:
        return owner
    return owner.with_settings(wanted.settings.merged(owner.settings))
