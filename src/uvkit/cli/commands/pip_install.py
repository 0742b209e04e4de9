"""`uvkit pip install`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.environments import chosen
from uvkit.cli.locks import chosen_parts, named_lock
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_problems, show_resolved, show_sync
from uvkit.cli.reports import write_report
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install into an environment."""
    dry_run = bool(arguments.dry_run)
    if not (arguments.names or arguments.requirements or arguments.editable or arguments.group):
        raise ValueError("name at least one requirement, or a file with `--requirements`, or a path with `--editable`")
    with opened(arguments, printer, variables, interface="pip") as session:
        lock = named_lock(arguments, arguments.requirements or ())
        environment = chosen(printer, session, changing=True, arguments=arguments, variables=variables)
        with shown(printer, session.settings) as events:
            if lock is not None:
                result = uvkit.sync(
                    uvkit.Lockfile.read(lock),
                    environment,
                    selection=chosen_parts(arguments),
                    exact=bool(arguments.exact),
                    dry_run=dry_run,
                    session=session,
                    events=events,
                )
            else:
                result = uvkit.install(
                    asked(arguments, session),
                    environment,
                    upgrade=session.settings.upgrade,
                    dependencies=not arguments.no_deps,
                    exact=bool(arguments.exact),
                    dry_run=dry_run,
                    session=session,
                    events=events,
                )
    write_report(arguments, result, arguments.names or ())
    if arguments.json:
        printer.json(result.to_dict())
        return 0
    show_resolved(printer, result)
    show_sync(printer, result, dry_run=dry_run)
    if arguments.strict and not dry_run:
        show_problems(printer, environment)
    return 0
