"""`uvkit pip uninstall`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.environments import chosen
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_notices, show_sync
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Remove projects from an environment."""
    dry_run = bool(arguments.dry_run)
    if not (arguments.names or arguments.requirements):
        raise ValueError("name at least one project, or a file with `--requirements`")
    with opened(arguments, printer, variables, interface="pip") as session:
        environment = chosen(printer, session, changing=True, arguments=arguments, variables=variables)
        names = [one.project for one in asked(arguments, session).requirements]
        with shown(printer, session.settings) as events:
            result = uvkit.uninstall(names, environment, dry_run=dry_run, session=session, events=events)
    if arguments.json:
        printer.json(result.to_dict())
    elif result.plan.is_empty:
        show_notices(printer, result.notices)
        printer.warn("No packages to uninstall")
    else:
        show_sync(printer, result, dry_run=dry_run)
    return 0
