"""`uvkit pip uninstall`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.environments import chosen
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_sync
from uvkit.cli.requirements import read_all
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove projects from an environment."""
    dry_run = bool(arguments.dry_run)
    with opened(arguments, variables, project=None, interface="pip") as session:
        environment = chosen(arguments, session)
        files = read_all(arguments.requirements or (), variables)
        names = [
            *(uvkit.Requirement.parse(one).project for one in arguments.names),
            *(one.project for one in files.requirements),
        ]
        if not names:
            raise ValueError("name at least one project to remove")
        with shown(printer, session.settings) as events:
            result = uvkit.uninstall(names, environment, dry_run=dry_run, session=session, events=events)
    if arguments.json:
        printer.json(result.to_dict())
    else:
        show_sync(printer, result, dry_run=dry_run)
    return 0
