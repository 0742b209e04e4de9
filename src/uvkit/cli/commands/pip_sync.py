"""`uvkit pip sync`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import uvkit
from uvkit import Lockfile, RequirementSet
from uvkit.cli.environments import chosen
from uvkit.cli.locks import chosen_parts, named_lock
from uvkit.cli.printer import Printer
from uvkit.cli.render import show_notices, show_problems, show_resolved, show_sync
from uvkit.cli.reports import changes_report, write_report
from uvkit.cli.requirements import asked
from uvkit.cli.session import opened, shown


def command(arguments: argparse.Namespace, printer: Printer, variables: Mapping[str, str]) -> int:
    """Make an environment hold exactly what files name."""
    check = bool(arguments.check)
    dry_run = bool(arguments.dry_run) or check
    target = uvkit.TargetRequest(version=arguments.python_version, platform=arguments.python_platform)
    with opened(arguments, printer, variables, interface="pip") as session:
        lock = named_lock(arguments, arguments.requirements)
        wanted = RequirementSet() if lock is not None else asked(arguments, session)
        if lock is None and not (wanted.requirements or arguments.allow_empty_requirements):
            show_notices(printer, wanted.notices)
            printer.warn("No requirements found (hint: use `--allow-empty-requirements` to clear the environment)")
            return 0
        environment = chosen(printer, session, changing=True, arguments=arguments, variables=variables)
        with shown(printer, session.settings) as events:
            if lock is not None:
                result = uvkit.sync(
                    Lockfile.read(lock),
                    environment,
                    selection=chosen_parts(arguments),
                    exact=True,
                    target=target,
                    dry_run=dry_run,
                    session=session,
                    events=events,
                )
            else:
                result = uvkit.install(
                    wanted,
                    environment,
                    dependencies=False,
                    exact=True,
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
