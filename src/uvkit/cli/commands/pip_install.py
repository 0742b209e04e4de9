"""`uvkit pip install`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.environments import chosen
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_resolved, show_sync
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install into an environment."""
    dry_run = bool(arguments.dry_run)
    with opened(arguments, variables, project=None, interface="pip") as session:
        wanted = asked(arguments, session.settings, variables)
        environment = chosen(arguments, session)
        with shown(printer, session.settings) as events:
            result = uvkit.install(
                wanted.requirements,
                environment,
                constraints=wanted.constraints,
                overrides=wanted.overrides,
                upgrade=session.settings.upgrade,
                dependencies=not arguments.no_deps,
                exact=bool(arguments.exact),
                dry_run=dry_run,
                session=session.with_indexes(wanted.index_options),
                events=events,
            )
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_resolved(printer, result)
    show_sync(printer, result, dry_run=dry_run)
    return 0
