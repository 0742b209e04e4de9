"""`uvkit sync`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.environments import warn_of_other
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock, show_lockfile_plan, show_place, show_sync
from uvkit.cli.session import opened, shown
from uvkit.cli.unchanged import remember_sync


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Sync the environment of the project around the working directory."""
    project = uvkit.Project.discover(arguments.project or Path.cwd())
    dry_run, check = bool(arguments.dry_run), bool(arguments.check)
    active = variables.get("VIRTUAL_ENV") if arguments.active else None
    with opened(arguments, printer, variables, project=project) as session:
        settings = session.settings
        if arguments.active is None:
            warn_of_other(printer, project, settings=settings, variables=variables)
        with shown(printer, settings) as events:
            result = uvkit.sync(
                project,
                Path(active) if active else None,
                selection=settings.selection,
                locking=settings.locking,
                upgrade=settings.upgrade,
                dry_run=dry_run or check,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
    else:
        _show(printer, result, frozen=settings.locking == "frozen", dry_run=dry_run or check)
    if check:
        result.check()
    elif not dry_run:
        remember_sync(arguments, project, result=result, settings=settings, variables=variables)
    return 0


def _show(printer: Printer, result: uvkit.SyncResult, *, frozen: bool, dry_run: bool) -> None:
    show_place(printer, result, dry_run=dry_run)
    if result.lock is not None and not frozen:
        show_lock(printer, result.lock, changes=False)
        if dry_run:
            show_lockfile_plan(printer, result.lock)
    show_sync(printer, result, dry_run=dry_run)
