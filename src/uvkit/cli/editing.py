"""What the commands that change a project's files share: the project meant, and how the outcome is shown."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit

from .environments import warn_of_other
from .printer import Printer, shown_path
from .render import show_lock, show_notices, show_place, show_sync
from .session import is_on

_NOTES = frozenset({"explicit-bounds"})  # uv says them without a warning's weight


def target(arguments: argparse.Namespace) -> uvkit.Project | uvkit.Script:
    """Return the script, member or project that a command line means.

    Raises:
        SelectionError: the workspace has no such member.
    """
    if getattr(arguments, "script", None):
        return uvkit.Script.read(arguments.script)
    return project(arguments)


def project(arguments: argparse.Namespace) -> uvkit.Project:
    """Return the project around the working directory, or a member of its workspace.

    Raises:
        SelectionError: the workspace has no such member.
    """
    found = uvkit.Project.discover(arguments.project or Path.cwd())
    if not arguments.member:
        return found
    members = {one.name: one for one in found.members}
    wanted = uvkit.project_name(arguments.member)
    if wanted not in members:
        raise uvkit.errors.SelectionError(
            reason=f"the workspace does not have a member `{arguments.member}`",
            available=tuple(name for name in members if name is not None),
        )
    return members[wanted]


def group(arguments: argparse.Namespace, variables: Mapping[str, str]) -> str | None:
    """Return the dependency group that a command line means."""
    if arguments.to_group or arguments.optional or arguments.script:
        given: str | None = arguments.to_group
        return given
    return "dev" if is_on(arguments.to_dev, "UV_DEV", variables) else None


def active(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Path | None:
    """Return the active environment if that is wanted."""
    path = variables.get("VIRTUAL_ENV") if arguments.active else None
    return Path(path) if path else None


def prepare(
    arguments: argparse.Namespace,
    printer: Printer,
    found: uvkit.Project | uvkit.Script,
    *,
    settings: uvkit.Settings,
    variables: Mapping[str, str],
) -> None:
    """Say what will not happen although it could be expected."""
    if isinstance(found, uvkit.Script):
        for option in ("frozen", "no_sync", "locked"):
            if getattr(arguments, option, None) and (option != "locked" or not found.lockfile_path.exists()):
                shown = option.replace("_", "-")
                printer.warn(
                    f"`--{shown}` is a no-op for Python scripts with inline metadata, which always run in isolation"
                )
    elif arguments.active is None and settings.synchronize and settings.locking != "frozen":
        warn_of_other(printer, found, settings=settings, variables=variables)


def show_edit(printer: Printer, result: uvkit.EditResult, *, of_script: bool) -> None:
    """Print what became of a change."""
    if result.sync is not None:
        show_place(printer, result.sync, dry_run=False)
    for member in result.members:
        printer.info(f"Added `{shown_path(member)}` to workspace members")
    if result.lock is not None:
        show_lock(printer, result.lock, changes=False)
    for notice in result.notices:
        if notice.code in _NOTES:
            printer.info(f"note: {notice.message}")
    show_notices(printer, tuple(one for one in result.notices if one.code not in _NOTES))
    if result.sync is not None:
        show_sync(printer, result.sync)
    elif of_script:
        printer.info(f"Updated `{shown_path(result.path)}`")
