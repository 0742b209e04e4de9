"""Which installed tools have newer versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvkit.errors import ResolutionError
from uvkit.model import ProjectName, Requirement
from uvkit.resolver import ResolveRequest

from .installation import described
from .options import settings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.version import Version

    from uvkit.events import CancelToken, EventSink
    from uvkit.operations.session import Session

    from .folder import ToolFolder


def newest_versions(
    folder: ToolFolder, session: Session, *, events: EventSink | None, cancel: CancelToken | None
) -> Mapping[ProjectName, Version]:
    """Return the newest versions of tools that are older than these, with the settings each was installed with.

    Raises:
        IndexAccessError: an index failed.
    """
    newest: dict[ProjectName, Version] = {}
    for project in folder.projects():
        found = folder.find(project)
        if found is None or found.receipt is None or found.environment is None:
            continue
        own = session.with_settings(settings_of(found.receipt.options).merged(session.settings))
        target = found.environment.target
        question = ResolveRequest(
            target=target, roots=(Requirement(project=project),), options=own.settings.resolver_options
        )
        try:
            resolution = own.resolver().without_dependencies().resolve(question, events=events, cancel=cancel)
        except ResolutionError:
            # One that no index has, such as a source tree, has no newer version.
            continue
        pin = next((pin for pin in resolution.select(target) if pin.project == project), None)
        if pin is not None and pin.version is not None and pin.version > described(found).version:
            newest[project] = pin.version
    return newest
