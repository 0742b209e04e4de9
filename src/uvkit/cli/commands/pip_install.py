"""`uvkit pip install`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit.cli.environments import chosen
from uvkit.cli.locks import chosen_parts, named_lock
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_problems, show_resolved, show_sync
from uvkit.cli.reports import changes_report, write_report
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Install into an environment."""
    check = bool(arguments.check)
    dry_run = bool(arguments.dry_run) or check
    target = uvkit.TargetRequest(version=arguments.python_version, platform=arguments.python_platform)
    if not (arguments.names or arguments.requirements or arguments.editable or arguments.group):
        raise ValueError("name at least one requirement, or a file with `--requirements`, or a path with `--editable`")
    with opened(arguments, printer, variables, interface="pip") as session:
        lock = named_lock(arguments, arguments.requirements or ())
        wanted = uvkit.RequirementSet()
        environment = chosen(printer, session, changing=True, arguments=arguments, variables=variables)
        with shown(printer, session.settings) as events:
            if lock is not None:
                result = uvkit.sync(
                    uvkit.Lockfile.read(lock),
                    environment,
                    selection=chosen_parts(arguments),
                    exact=bool(arguments.exact),
                    target=target,
                    dry_run=dry_run,
                    session=session,
                    events=events,
                )
            else:
                wanted = asked(arguments, session)
                result = uvkit.install(
                    wanted,
                    environment,
                    upgrade=session.settings.upgrade,
                    dependencies=not arguments.no_deps,
                    exact=bool(arguments.exact),
                    target=target,
                    dry_run=dry_run,
                    session=session,
                    events=events,
                )
    write_report(arguments, result, wanted.requirements)
    outdated = check and not result.plan.is_empty
    if arguments.json:
        printer.json(result.to_dict())
        return int(outdated)
    show_resolved(printer, result)
    show_sync(printer, result, dry_run=dry_run)
    if arguments.output_format == "json":
        printer.json(changes_report(result, dry_run=dry_run))
    if arguments.strict and not dry_run:
        show_problems(printer, environment)
    return int(outdated)
