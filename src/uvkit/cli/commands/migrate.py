"""`uvkit migrate`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.migration_report import show_migration
from uvkit.cli.printer import Printer
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Make a standard project of one of another tool."""
    folder = Path(arguments.path) if arguments.path else arguments.project or Path.cwd()
    arguments.project = folder
    with opened(arguments, printer, variables) as session, shown(printer, session.settings) as events:
        result = uvkit.migrate(
            folder,
            tool=arguments.tool,
            lock=not arguments.no_lock,
            dry_run=bool(arguments.dry_run),
            session=session,
            events=events,
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if arguments.dry_run:
        printer.out(result.pyproject.rstrip("\n"))
    show_migration(printer, result)
    return 0
