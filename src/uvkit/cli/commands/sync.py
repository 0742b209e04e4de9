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
from uvkit.cli.sync_report import sync_report
from uvkit.cli.unchanged import remember_sync


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Sync the environment of the project around the working directory, or of a script."""
    project = _script(arguments.script) if arguments.script else _project(arguments)
    dry_run, check = bool(arguments.dry_run), bool(arguments.check)
    active = variables.get("VIRTUAL_ENV") if arguments.active else None
    with opened(arguments, printer, variables, project=project) as session:
        settings = session.settings
        if arguments.active is None and isinstance(project, uvkit.Project):
            warn_of_other(printer, project, settings=settings, variables=variables)
        with shown(printer, settings) as events:
            result = uvkit.sync(
                project,
                Path(active) if active else None,
                selection=settings.selection,
                locking=settings.locking,
                upgrade=settings.upgrade,
                platform=arguments.python_platform,
                dry_run=dry_run or check,
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
    else:
        if arguments.output_format == "json":
            printer.json(sync_report(project, result, dry_run=dry_run or check))
        _show(printer, project, result, frozen=settings.locking == "frozen", dry_run=dry_run or check)
    if check:
        result.check()
    elif not dry_run and isinstance(project, uvkit.Project):
        remember_sync(arguments, project, result=result, settings=settings, variables=variables)
    return 0


def _project(arguments: argparse.Namespace) -> uvkit.Project | uvkit.Script:
    return uvkit.Project.discover(arguments.project or Path.cwd())


def _script(path: str) -> uvkit.Script:
    """Return a script that says what it requires.

    Raises:
        ValueError: it does not.
    """
    script = uvkit.Script.read(path)
    if not script.has_block:
        raise ValueError(f"`{path}` has no block of requirements (`# /// script`, PEP 723)")
    return script


def _show(
    printer: Printer,
    project: uvkit.Project | uvkit.Script,
    result: uvkit.SyncResult,
    *,
    frozen: bool,
    dry_run: bool,
) -> None:
    is_script = isinstance(project, uvkit.Script)
    show_place(printer, result, dry_run=dry_run, of_script=is_script)
    if result.lock is not None and not frozen:
        show_lock(printer, result.lock, changes=False)
        if dry_run and not (is_script and result.lock.created):
            show_lockfile_plan(printer, result.lock)
    show_sync(printer, result, dry_run=dry_run)
