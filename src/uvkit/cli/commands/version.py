"""`uvkit version`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli import editing
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock, show_place, show_sync
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Read or set the version of the project around the working directory, or of a member."""
    found = editing.project(arguments)
    with opened(arguments, printer, variables, project=found) as session:
        settings = session.settings
        with shown(printer, settings) as events:
            result = uvkit.project_version(
                found,
                arguments.value,
                bump=arguments.bump or (),
                locking=settings.locking,
                synchronize=settings.synchronize,
                upgrade=settings.upgrade,
                environment=editing.active(arguments, variables),
                dry_run=bool(arguments.dry_run),
                session=session,
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
    elif arguments.output_format == "json":
        printer.json({"package_name": result.project, "version": str(result.version), "commit_info": None})
    else:
        printer.out(str(result.version) if arguments.short else result.summary())
    if not arguments.json:
        if result.sync is not None:
            show_place(printer, result.sync, dry_run=False)
        if result.lock is not None:
            show_lock(printer, result.lock, changes=False)
        if result.sync is not None:
            show_sync(printer, result.sync)
    return 0
