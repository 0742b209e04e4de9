"""Bring an installed tool to the newest versions that what it was asked for admits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from uvkit.errors import InvalidEnvironmentError, ToolNotInstalledError
from uvkit.events import Notice
from uvkit.model import ProjectName, Upgrade
from uvkit.operations.requirement_files import RequirementSet
from uvkit.settings import Settings

from .installation import Installation, ToolWish, described
from .options import settings_of
from .results import ToolResult

if TYPE_CHECKING:
    from uvkit.events import CancelToken, EventSink
    from uvkit.formats import ToolReceipt
    from uvkit.operations.session import Session

    from .folder import ToolFolder

_EVERYTHING = Upgrade.everything()


def upgraded(
    project: ProjectName,
    folder: ToolFolder,
    session: Session,
    *,
    python: str | None,
    events: EventSink | None,
    cancel: CancelToken | None,
) -> ToolResult:
    """Upgrade a tool with the settings it was installed with, below those of the session.

    Raises:
        ToolNotInstalledError: it is not installed.
        InvalidEnvironmentError: its environment does not work.
        UvkitError: as `install` raises.
    """
    found = folder.find(project)
    if found is None or found.receipt is None:
        raise ToolNotInstalledError(project=project)
    if found.environment is None:
        advice = (f"run `uvkit tool install --force {project}` to install it anew",)
        raise InvalidEnvironmentError(path=found.path, reason=found.problem, advice=advice)
    receipt = found.receipt
    own = session.with_settings(_settings(receipt, session.settings))
    wish = ToolWish(
        project=project,
        asked=RequirementSet(
            requirements=receipt.requirements,
            constraints=receipt.constraints,
            overrides=receipt.overrides,
            excludes=receipt.excludes,
        ),
        executables_from=_others(receipt, project),
        python=python or receipt.python,
        upgrade=session.settings.upgrade or _EVERYTHING,
    )
    before = described(found)
    result = Installation(folder, own, events=events, cancel=cancel).carry_out(wish)
    changed = result.sync is not None and result.sync.changed
    if not changed and result.action != "installed":
        return replace(result, action="kept", before=before.version, notices=_pinned(receipt, project, before.version))
    return replace(result, before=before.version)


def _settings(receipt: ToolReceipt, own: Settings) -> Settings:
    """Return the settings of a receipt with those of the session on top; a tool's upgrade is one of everything."""
    kept = settings_of(receipt.options)
    if receipt.build_constraints:
        origin = {"build.constraints": "the receipt"}
        kept = kept.merged(Settings.from_fields({"build.constraints": receipt.build_constraints}, origin))
    return kept.merged(own)


def _others(receipt: ToolReceipt, project: ProjectName) -> tuple[ProjectName, ...]:
    providers = (one.provider for one in receipt.entry_points if one.provider is not None)
    return tuple(one for one in dict.fromkeys(providers) if one != project)


def _pinned(receipt: ToolReceipt, project: ProjectName, version: object) -> tuple[Notice, ...]:
    """Return why a tool cannot become newer, if it was asked for in one version only."""
    requirement = receipt.requirements[0]
    if not any(one.operator in {"==", "==="} and "*" not in one.version for one in requirement.specifier):
        return ()
    return (
        Notice(
            "pinned-tool",
            f"`{project}` is pinned to `{version}` (installed with an exact version pin)",
            f"reinstall with `uvkit tool install {project}@latest` to upgrade to a new version",
        ),
    )
