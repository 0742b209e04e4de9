"""`uvkit upgrade`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import uvkit
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_lock
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Raise the bounds of what the project around the working directory requires."""
    project = uvkit.Project.discover(arguments.project or Path.cwd())
    with (
        opened(arguments, printer, variables, project=project) as session,
        shown(printer, session.settings) as events,
    ):
        result = uvkit.upgrade(
            project, arguments.names, exclude=arguments.left_out or (), session=session, events=events
        )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    if result.lock is not None:
        show_lock(printer, result.lock, changes=False)
    for name, (before, after) in result.versions.items():
        if before == after:
            printer.info(f"No version change for {name}")
        else:
            printer.info(f"Add {name} v{after}" if before is None else f"Update {name} v{before} -> v{after}")
    for one in result.requirements:
        printer.info(f"Updated requirement: `{one.before[0]}` -> `{one.after}`")
    return 0
