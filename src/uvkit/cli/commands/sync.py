"""`uvkit sync`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock, show_sync
from uvkit.cli.session import opened, shown
from uvkit.cli.unchanged import remember_sync


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Sync the environment of the project around the working directory."""
    project = uvkit.Project.discover(arguments.project or Path.cwd())
    dry_run = bool(arguments.dry_run)
    active = variables.get("VIRTUAL_ENV") if arguments.active else None
    with opened(arguments, variables, project=project) as session, shown(printer, session.settings) as events:
        settings = session.settings
        result = uvkit.sync(
            project,
            Path(active) if active else None,
            selection=settings.selection,
            locking=settings.locking,
            upgrade=settings.upgrade,
            check=bool(arguments.check),
            dry_run=dry_run,
            session=session,
            events=events,
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if result.lock is not None:
        show_lock(printer, result.lock, changes=False)
    show_sync(printer, result, dry_run=dry_run)
    if not dry_run and not arguments.check:
        remember_sync(arguments.argv, project, result=result, variables=variables)
    return 0
