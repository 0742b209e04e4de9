"""`uvkit lock`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer, shown_path
from uvkit.cli.render import show_lock
from uvkit.cli.session import opened, shown
from uvkit.cli.unchanged import remember_lock


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Lock the project around the working directory."""
    project: uvkit.Project | uvkit.Script
    if arguments.script:
        project = uvkit.Script.read(arguments.script)
    else:
        project = uvkit.Project.discover(arguments.project or Path.cwd())
    dry_run = bool(arguments.dry_run)
    with opened(arguments, printer, variables, project=project) as session:
        settings = session.settings
        if arguments.check_exists or settings.locking == "frozen":
            uvkit.Lockfile.read(project.lockfile_path)
            printer.warn(f"`{shown_path(project.lockfile_path)}` was only read, not compared with the project")
            return 0
        with shown(printer, settings) as events:
            result = uvkit.lock(
                project,
                upgrade=settings.upgrade,
                check=bool(arguments.check) or settings.locking == "check",
                dry_run=dry_run,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_lock(printer, result, changes=True, dry_run=dry_run)
    if not dry_run and isinstance(project, uvkit.Project):
        remember_lock(arguments, project, result=result, settings=settings, variables=variables)
    return 0
